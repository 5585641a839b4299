/* SPDX-License-Identifier: MIT */
/* Every kind of fault on the wire: a raw socket asks the mock, and its bytes are looked at. */
#include "core/base/tests/support.h"

#include "core/http/parser.h"
#include "io/sysmem.h"
#include "io/tests/client.h"
#include "mock_openai/server.h"
#include "mock_openai/tests/brain_world.h"

#include <dirent.h>
#include <linux/tcp.h>
#include <malloc.h>
#include <signal.h>

struct rig {
    struct event_base *base;
    struct et_mock *mock;
};

static struct et_brain_config instant(void)
{
    struct et_brain_config config = world_config();
    config.instant = config.created_fixed = true;
    return config;
}

static void start(struct rig *rig, struct et_brain_config config)
{
    struct et_server_config server;
    et_server_defaults(&server);
    assert_int_equal(et_mock_new(&rig->mock, rig->base, &server, &config, NULL), 0);
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    rig->base = et_loop_new();
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    et_mock_free(rig->mock);
    event_base_free(rig->base);
    free(rig);
    return 0;
}

enum asks { STREAM, PLAIN, RESPONSES };

static const struct {
    const char *path, *body;
} requests[] = {
    [STREAM] = {"/v1/chat/completions",
                "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":5,"
                "\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"},
    [PLAIN] = {"/v1/chat/completions",
               "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"},
    [RESPONSES] = {"/v1/responses",
                   "{\"stream\":true,\"store\":false,\"max_output_tokens\":16,\"model\":"
                   "\"gpt-4o\",\"input\":\"Hi\"}"},
};

#define SECOND "GET /v1/models/gpt-4o HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-a\r\n\r\n"

/* One request with a fault and, behind it in the same write, one without. */
static struct client *ask_for_fault(struct rig *rig, enum asks what, const char *fault)
{
    char text[2048];
    struct client *client = client_new(rig->base, et_mock_port(rig->mock));
    snprintf(text, sizeof text,
             "POST %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-a\r\nx-etalon-answer-tokens: "
             "5\r\nx-client-request-id: one\r\nx-etalon-fault: %s\r\ncontent-length: %zu\r\n\r\n"
             "%s" SECOND,
             requests[what].path, fault, strlen(requests[what].body), requests[what].body);
    client_send(client, text);
    return client;
}

/* What becomes of the connection. */
enum end {
    GOES_ON, /* the second request is answered */
    FIN,
    RST,
    STALLS /* nothing more comes for a minute */
};

/* What the bytes before the second answer are, by the framing of HTTP. */
enum shape { WHOLE, PART, NOTHING, STRAY /* whole, and more */ };

struct row {
    enum et_fault_kind kind;
    enum asks asks;
    const char *fault;
    enum end end;
    enum shape shape;
    int chunks; /* with a piece of the answer; -1: none of this test's business */
    const char *has, *lacks;
};

#define KIND(kind) ET_FAULT_##kind

static const struct row rows[] = {
    {KIND(NONE), STREAM, "stall; ms=0", GOES_ON, WHOLE, 5, "data: [DONE]\n\n\r\n0\r\n\r\n", NULL},
    {KIND(NONE), PLAIN, "stall; ms=0", GOES_ON, WHOLE, -1, "content-length: ", "chunked"},
    {KIND(STATUS), STREAM, "503; retry-after=7; retry-form=seconds", GOES_ON, WHOLE, 0,
     "\r\nretry-after: 7\r\n", "retry-after-ms"},
    {KIND(STATUS), PLAIN, "429; retry-after-ms=70; retry-form=ms", GOES_ON, WHOLE, -1,
     "\r\nretry-after-ms: 70\r\n", "retry-after: "},
    {KIND(STATUS), PLAIN, "429; retry-after=9; retry-form=date", GOES_ON, WHOLE, -1,
     " GMT\r\ncontent-length: ", "retry-after-ms"},
    {KIND(STATUS), PLAIN, "429; should-retry=false", GOES_ON, WHOLE, -1,
     "\r\nx-should-retry: false\r\n", "retry-after"},
    {KIND(STALL_HEAD), STREAM, "stall-head; ms=60000", STALLS, NOTHING, 0, NULL, NULL},
    {KIND(STALL), STREAM, "stall; after=2; ms=60000", STALLS, PART, 2, NULL, "[DONE]"},
    {KIND(STALL), PLAIN, "stall; ms=60000", STALLS, PART, -1, "\"choices\"", "total_tokens"},
    {KIND(STALL_END), STREAM, "stall-end; ms=60000", STALLS, PART, 5, "\"usage\":{", "[DONE]"},
    {KIND(STALL_END), PLAIN, "stall-end; ms=60000", STALLS, PART, -1, "\"usage\":{", NULL},
    {KIND(CUT), STREAM, "cut; after=2", FIN, PART, 2, "\n\n\r\n", "finish_reason\":\"stop"},
    {KIND(CUT), PLAIN, "cut", FIN, PART, -1, NULL, "total_tokens"},
    {KIND(CUT_EVENT), STREAM, "cut-event; after=2", FIN, PART, 2, NULL, "\"delta\":{},"},
    {KIND(CUT_CHUNK), STREAM, "cut-chunk; after=2", FIN, PART, 2, NULL, "\"delta\":{},"},
    {KIND(NO_LAST_CHUNK), STREAM, "no-last-chunk", FIN, PART, 5, "data: [DONE]\n\n\r\n",
     "\r\n0\r\n"},
    {KIND(RESET), STREAM, "reset", RST, NOTHING, 0, NULL, NULL},
    {KIND(RESET), STREAM, "reset; after-bytes=500", RST, PART, -1, "200 OK", "[DONE]"},
    {KIND(RESET), PLAIN, "reset; after-bytes=100", RST, PART, -1, "200 OK", "\"usage\""},
    {KIND(REFUSE), PLAIN, "refuse", RST, NOTHING, -1, NULL, NULL},
    {KIND(LENGTH_SHORT), PLAIN, "length-short; bytes=7", GOES_ON, STRAY, -1, NULL, NULL},
    {KIND(LENGTH_LONG), PLAIN, "length-long; bytes=7", FIN, PART, -1, "\"usage\":{", NULL},
    {KIND(ERROR_EVENT), STREAM, "error-event; after=2", GOES_ON, WHOLE, 2,
     "\ndata: {\"error\":{\"message\"", "[DONE]"},
    {KIND(ERROR_EVENT), RESPONSES, "error-event; after=2; shape=event", GOES_ON, WHOLE, -1,
     "event: error\ndata: {\"type\":\"error\",\"sequence_number\":", "response.completed"},
    {KIND(ERROR_EVENT), RESPONSES, "error-event; after=2; code=server_is_overloaded", GOES_ON,
     WHOLE, -1, "\"error\":{\"type\":\"service_unavailable_error\"", "response.completed"},
    {KIND(ERROR_EVENT), PLAIN, "error-event", GOES_ON, WHOLE, -1, "HTTP/1.1 500 ", NULL},
    {KIND(HTML), STREAM, "html; status=502", GOES_ON, WHOLE, 0, "<h1>502 Bad Gateway</h1>", "{"},
    {KIND(HTML), PLAIN, "html; status=200", GOES_ON, WHOLE, -1, "HTTP/1.1 200 OK", "{"},
    {KIND(EMPTY), STREAM, "empty", GOES_ON, WHOLE, 0, "\r\n\r\n0\r\n\r\n", "data:"},
    {KIND(EMPTY), PLAIN, "empty", GOES_ON, WHOLE, -1, "\r\ncontent-length: 0\r\n", "{"},
    {KIND(BAD_JSON), STREAM, "bad-json; after=2", GOES_ON, WHOLE, 4, "[DONE]", NULL},
    {KIND(BAD_JSON), PLAIN, "bad-json", GOES_ON, WHOLE, -1, "{\"id\"", "total_tokens"},
    {KIND(DUPLICATE_CHUNK), STREAM, "duplicate-chunk; after=2", GOES_ON, WHOLE, 6, "[DONE]", NULL},
    {KIND(NO_FINISH), STREAM, "no-finish", GOES_ON, WHOLE, 5, "[DONE]", "\"finish_reason\":\""},
    {KIND(NO_USAGE), STREAM, "no-usage", GOES_ON, WHOLE, 5, "[DONE]", "\"usage\":{"},
    {KIND(NO_DONE), STREAM, "no-done", GOES_ON, WHOLE, 5, "\"usage\":{", "[DONE]"},
    {KIND(NO_DONE), RESPONSES, "no-done", GOES_ON, WHOLE, -1, "response.output_item.done",
     "response.completed"},
    {KIND(DONE_TWICE), STREAM, "done-twice", GOES_ON, WHOLE, 5, "data: [DONE]\n\ndata: [DONE]\n\n",
     NULL},
    {KIND(SLOW_DRIP), STREAM, "slow-drip; bytes=64; ms=1", GOES_ON, WHOLE, -1,
     "\r\n\r\n40\r\ndata: {", NULL},
    {KIND(SLOW_DRIP), PLAIN, "slow-drip; bytes=64; ms=1", GOES_ON, WHOLE, -1, "\"usage\"", NULL},
    {KIND(ONE_BYTE), STREAM, "one-byte", GOES_ON, WHOLE, 5, "[DONE]", NULL},
    {KIND(ONE_BYTE), PLAIN, "one-byte, empty", GOES_ON, WHOLE, -1, "content-length: 0", "{"},
    {KIND(ONE_BYTE), PLAIN, "one-byte", GOES_ON, WHOLE, -1, "\"usage\"", NULL},
    {KIND(SPLIT_UTF8), STREAM, "split-utf8", GOES_ON, WHOLE, 5, "\xC3\r\n", NULL},
    {KIND(SPLIT_UTF8), PLAIN, "split-utf8", GOES_ON, WHOLE, -1, "\xC3\xA9", NULL},
    {KIND(ODD_JSON), STREAM, "odd-json", GOES_ON, WHOLE, -1, ": etalon\r\ndata: {\r\ndata:\t",
     "\n\ndata"},
    {KIND(ODD_JSON), PLAIN, "odd-json", GOES_ON, WHOLE, -1, "\r\n\r\n {\n\t\"", "\"usage\":"},
    {KIND(ODD_JSON), RESPONSES, "odd-json", GOES_ON, WHOLE, -1,
     ": etalon\r\nevent:response.completed\r\ndata: {\r\n", "data: {\""},
    {KIND(WRONG_TYPE), STREAM, "wrong-type; type=text/html", GOES_ON, WHOLE, 5,
     "\r\ncontent-type: text/html\r\n", "event-stream"},
    {KIND(HEADER), PLAIN, "header; name=x-a; value=b c", GOES_ON, WHOLE, -1, "\r\nx-a: b c\r\n",
     NULL},
    {KIND(HEADER), PLAIN, "header; name=x-request-id", GOES_ON, WHOLE, -1, "200 OK",
     "x-request-id"},
    {KIND(OVERSIZE), STREAM, "oversize; bytes=9000", GOES_ON, WHOLE, 5, "\r\n2328\r\n:     ", NULL},
    {KIND(OVERSIZE), PLAIN, "oversize; bytes=9000", GOES_ON, WHOLE, -1, "      }", NULL},
    {KIND(CLOSE_IDLE), STREAM, "close-idle", FIN, WHOLE, 5, "[DONE]", "connection: close"},
    {KIND(CLOSE_IDLE), PLAIN, "close-idle", FIN, WHOLE, -1, "\"usage\"", "connection: close"},
    {KIND(NONE), STREAM, "503, slow-drip; bytes=10; ms=1, close-idle, odd-json", FIN, WHOLE, 0,
     "HTTP/1.1 503 ", "\"error\""},
};

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;
    for (; (text = strstr(text, what)); text++)
        count++;
    return count;
}

/* The bytes of the first answer: up to the head of the second. */
static struct et_slice first_answer(const struct client *client)
{
    const char *head = strstr(client->got, "HTTP/1.1 ");
    const char *second = head ? strstr(head + 1, "HTTP/1.1 ") : NULL;
    return (struct et_slice){client->got, second ? (size_t)(second - client->got) : client->size};
}

static enum shape shape_of(struct et_slice bytes)
{
    struct et_http_parser *parser;
    struct et_slice piece;
    enum et_http_event event = ET_HTTP_MORE;
    if (bytes.size == 0)
        return NOTHING;
    assert_int_equal(
        et_http_parser_new(&parser, &et_sysmem, ET_HTTP_RESPONSES, &et_http_limits_default), 0);
    do {
        event = et_http_parser_feed(parser, &bytes, &piece);
        assert_int_not_equal(event, ET_HTTP_ERROR);
    } while (event != ET_HTTP_MORE && event != ET_HTTP_END);
    et_http_parser_free(parser);
    return event == ET_HTTP_MORE ? PART : bytes.size ? STRAY : WHOLE;
}

/* A whole question and answer of somebody else: what was due before it has come. */
static void turn(struct rig *rig)
{
    struct client *client = client_new(rig->base, et_mock_port(rig->mock));
    client_send(client, SECOND);
    loop_until(rig->base, client_has(client, "\"object\":\"model\""));
    client_free(client);
}

#define CHUNK "\"delta\":{\"content\":\""

static bool has_come(const struct row *row, const struct client *client)
{
    if (row->end == GOES_ON)
        return client_has(client, "\"object\":\"model\"");
    if (row->end != STALLS)
        return client_closed(client);
    return occurrences(client->got, CHUNK) >= (size_t)(row->chunks > 0 ? row->chunks : 0) &&
           (!row->has || client_has(client, row->has));
}

static void check(const struct row *row, struct client *client)
{
    static const char *const shapes[] = {"whole", "a part", "nothing", "stray bytes"};
    struct et_slice first = first_answer(client);
    enum shape shape = shape_of(first);
    client->got[first.size < sizeof client->got ? first.size : sizeof client->got - 1] = '\0';
    if (shape != row->shape)
        fail_msg("%s: %s, got %s", row->fault, shapes[shape], client->got);
    if (row->chunks >= 0 && occurrences(client->got, CHUNK) != (size_t)row->chunks)
        fail_msg("%s: %zu chunks, got %s", row->fault, occurrences(client->got, CHUNK),
                 client->got);
    if (row->has && !client_has(client, row->has))
        fail_msg("%s: no %s, got %s", row->fault, row->has, client->got);
    if (row->lacks && client_has(client, row->lacks))
        fail_msg("%s: %s, got %s", row->fault, row->lacks, client->got);
    if (row->end == FIN || row->end == RST)
        assert_int_equal(client->error, row->end == RST ? ECONNRESET : 0);
    else
        assert_false(client_closed(client));
}

static void every_kind_is_seen_on_the_wire(void **state)
{
    struct rig *rig = *state;
    uint64_t seen = 1;
    start(rig, instant());
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client *client = ask_for_fault(rig, rows[i].asks, rows[i].fault);
        if (rows[i].end == STALLS)
            turn(rig);
        loop_until(rig->base, has_come(&rows[i], client));
        check(&rows[i], client);
        client_free(client);
        seen |= (uint64_t)1 << rows[i].kind;
    }
    for (int kind = 0; kind < ET_FAULT_KINDS; kind++)
        if (!(seen >> kind & 1))
            fail_msg("no row for %s", et_fault_info((enum et_fault_kind)kind)->name);
}

static unsigned segments(const struct client *client)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    assert_int_equal(getsockopt(client->fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    return info.tcpi_data_segs_in;
}

/* Segments with data; the loop of this test reads between any two writes of the mock. */
static void what_comes_in_pieces_leaves_in_pieces(void **state)
{
    static const struct {
        const char *fault;
        enum asks asks;
        unsigned least, most;
    } pieces[] = {
        {"stall; ms=0", PLAIN, 1, 3},
        {"one-byte", PLAIN, 700, 2000},
        {"slow-drip; bytes=20; ms=1", PLAIN, 20, 100},
        {"split-utf8; ms=1", PLAIN, 2, 4},
        {"split-utf8; ms=1", STREAM, 6, 20},
        {"stall-end; ms=1", PLAIN, 2, 4},
        {"oversize; bytes=200000", PLAIN, 3, 100},
    };
    struct rig *rig = *state;
    start(rig, instant());
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct client *client = ask_for_fault(rig, pieces[i].asks, pieces[i].fault);
        et_ns asked_at = et_loop_now();
        loop_until(rig->base, client->size > 200000 || client_has(client, "\"object\":\"model\""));
        unsigned count = segments(client);
        if (count < pieces[i].least || count > pieces[i].most)
            fail_msg("%s: %u segments", pieces[i].fault, count);
        assert_true(i == 0 || et_loop_now() > asked_at);
        client_free(client);
    }
}

static const struct et_fault_rule down = {
    .fault = {.kind = ET_FAULT_REFUSE}, .ppm = ET_FAULT_PPM, .until_at = ET_NEVER};

static int try_to_connect(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed = connect(fd, (struct sockaddr *)&to, sizeof to) ? errno : 0;
    close(fd);
    return failed;
}

static void a_mock_that_is_down_refuses_until_its_plan_says_otherwise(void **state)
{
    struct rig *rig = *state;
    struct et_brain_config config = instant();
    struct et_brain_state *remembered;
    assert_int_equal(et_brain_state_new(&remembered, &config, NULL, &et_sysmem), 0);
    config.state = remembered;
    start(rig, config);
    uint16_t port = et_mock_port(rig->mock);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(et_brain_state_set_faults(remembered, &down, 1, 0), 0);
        struct client *first = client_new(rig->base, port); /* who finds the plan changed */
        loop_until(rig->base, first->error == ECONNRESET);
        client_free(first);
        loop_until(rig->base, try_to_connect(port) == ECONNREFUSED);
        assert_int_equal(et_brain_state_set_faults(remembered, NULL, 0, 0), 0);
        loop_until(rig->base, try_to_connect(port) == 0);
        turn(rig);
    }
    et_mock_free(rig->mock);
    rig->mock = NULL;
    et_brain_state_free(remembered);
}

static void a_mock_is_down_for_its_window(void **state)
{
    struct rig *rig = *state;
    struct et_brain_config config = instant();
    struct et_fault_rule rule = down;
    rule.until_at = 50 * ET_MS;
    rule.repeat = 100 * ET_MS;
    config.rules = &rule;
    config.rule_count = 1;
    config.rules_from = et_loop_now();
    start(rig, config);
    uint16_t port = et_mock_port(rig->mock);
    for (int i = 0; i < 2; i++) {
        loop_until(rig->base, try_to_connect(port) == ECONNREFUSED);
        loop_until(rig->base, try_to_connect(port) == 0);
    }
}

/* By the number of the connection, whatever else goes on. */
static void connections_are_reset_as_they_are_drawn(void **state)
{
    struct rig *rig = *state;
    struct et_brain_config config = instant();
    struct et_fault_rule rule = down;
    rule.ppm = 400000;
    config.rules = &rule;
    config.rule_count = 1;
    start(rig, config);
    unsigned refused = 0;
    for (uint64_t nth = 0; nth < 50; nth++) {
        struct client *client = client_new(rig->base, et_mock_port(rig->mock));
        client_send(client, SECOND);
        loop_until(rig->base, client->size > 0 || client_closed(client));
        assert_int_equal(client->error == ECONNRESET, et_fault_refused(7, nth, 400000));
        refused += client->error == ECONNRESET;
        client_free(client);
    }
    assert_in_range(refused, 10, 30);
}

static size_t open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

enum { AT_ONCE = 20 };

static void ask_at_once(struct rig *rig, const struct row *row)
{
    struct client *clients[AT_ONCE];
    for (size_t i = 0; i < AT_ONCE; i++)
        clients[i] = ask_for_fault(rig, row->asks, row->fault);
    for (size_t i = 0; i < AT_ONCE; i++) {
        loop_until(rig->base, has_come(row, clients[i]));
        client_free(clients[i]);
    }
}

/* A head alone is enough of what leaves byte by byte. */
static void ask_every_kind(struct rig *rig, unsigned rounds)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool slow = rows[i].kind == ET_FAULT_ONE_BYTE && !strstr(rows[i].fault, "empty");
        for (unsigned round = 0; round < rounds && !slow; round++)
            ask_at_once(rig, &rows[i]);
    }
}

/* Bytes that 200 answers of each kind leave behind. */
static size_t left_behind(struct rig *rig, size_t files)
{
    size_t before = mallinfo2().uordblks; /* 0 with ASan, which looks for itself */
    ask_every_kind(rig, 200 / AT_ONCE);
    loop_until(rig->base, open_files() == files);
    size_t after = mallinfo2().uordblks;
    return after > before ? after - before : 0;
}

/* Tables, buffers and caches fill up to what was needed at once; a leak goes on for ever. */
static void a_mock_of_all_faults_leaks_nothing(void **state)
{
    struct rig *rig = *state;
    start(rig, instant());
    size_t files = open_files(), more;
    ask_every_kind(rig, 3);
    loop_until(rig->base, open_files() == files);
    for (int i = 0; (more = left_behind(rig, files)); i++)
        if (i == 4)
            fail_msg("%zu bytes more each time", more);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* What a thread keeps for itself of freed memory counts as used: here it must keep nothing. */
static void start_without_hoard(char **argv)
{
    if (getenv("GLIBC_TUNABLES"))
        return;
    setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
    execv("/proc/self/exe", argv);
}

int main(int argc, char **argv)
{
    (void)argc;
    start_without_hoard(argv);
    signal(SIGPIPE, SIG_IGN); /* as the command does */
    const struct CMUnitTest tests[] = {
        STORY(every_kind_is_seen_on_the_wire),
        STORY(what_comes_in_pieces_leaves_in_pieces),
        STORY(a_mock_that_is_down_refuses_until_its_plan_says_otherwise),
        STORY(a_mock_is_down_for_its_window),
        STORY(connections_are_reset_as_they_are_drawn),
        STORY(a_mock_of_all_faults_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
