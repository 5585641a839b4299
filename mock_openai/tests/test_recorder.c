/* SPDX-License-Identifier: MIT */
/* The real endpoint is a second mock on loopback, or a server that misbehaves on purpose. */
#include "mock_openai/tests/brain_world.h"
#include "mock_openai/tests/wire.h"

#include "io/file.h"
#include "mock_openai/brain_state.h"
#include "mock_openai/fixtures.h"
#include "mock_openai/server.h"

#include <dirent.h>

#define KEY "sk-secret-of-the-owner"
#define MESSAGES                                                                                   \
    "\"model\":\"gpt-4o\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"

struct rig {
    struct event_base *base;
    struct et_mock *real, *mock;
    struct et_server *odd; /* instead of `real` */
    struct et_exchange *held;
    size_t asked, gone;
    struct et_brain_state *state;
    char folder[64], url[64];
};

static const char *const questions[][2] = {
    {"/v1/chat/completions", "{" MESSAGES},
    {"/v1/chat/completions", "{\"stream\":true," MESSAGES},
    {"/v1/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":\"Hi\"}"},
};
enum { QUESTIONS = sizeof questions / sizeof *questions };

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    rig->base = et_loop_new();
    snprintf(rig->folder, sizeof rig->folder, "/tmp/etalon-recorder-XXXXXX");
    assert_non_null(mkdtemp(rig->folder));
    *state = rig;
    return 0;
}

static void stop_mock(struct rig *rig)
{
    et_mock_free(rig->mock);
    et_brain_state_free(rig->state);
    rig->mock = NULL;
    rig->state = NULL;
}

static void stop_real(struct rig *rig)
{
    et_mock_free(rig->real);
    et_server_free(rig->odd);
    rig->real = NULL;
    rig->odd = NULL;
}

/* Calls `each` for every file; returns how many there are. */
static size_t files(const struct rig *rig, void (*each)(const char *path))
{
    DIR *folder = opendir(rig->folder);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", rig->folder, entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        count++;
        if (each)
            each(path);
    }
    closedir(folder);
    return count;
}

static void remove_file(const char *path)
{
    unlink(path);
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    stop_mock(rig);
    stop_real(rig);
    event_base_free(rig->base);
    files(rig, remove_file);
    rmdir(rig->folder);
    free(rig);
    return 0;
}

/* The mock under test, with what its folder has; with a URL it records. */
static void start_mock(struct rig *rig)
{
    struct et_brain_config config = world_config();
    struct et_server_config server;
    struct et_recorder *recorder;
    const struct et_recorder_config recording = {rig->folder, rig->url, KEY};
    assert_int_equal(et_brain_state_new(&rig->state, &config, NULL, &et_sysmem), 0);
    assert_int_equal(et_fixtures_load(&rig->state->fixtures, rig->folder, NULL), 0);
    config.state = rig->state;
    config.fixtures = config.instant = true;
    et_server_defaults(&server);
    assert_int_equal(et_mock_new(&rig->mock, rig->base, &server, &config, NULL), 0);
    if (!rig->url[0])
        return;
    assert_int_equal(et_recorder_new(&recorder, rig->base, &recording, rig->state, NULL), 0);
    et_mock_record(rig->mock, recorder);
}

static void start_both(struct rig *rig)
{
    struct et_brain_config config = world_config();
    struct et_server_config server;
    config.instant = true;
    et_server_defaults(&server);
    assert_int_equal(et_mock_new(&rig->real, rig->base, &server, &config, NULL), 0);
    snprintf(rig->url, sizeof rig->url, "http://127.0.0.1:%u/v1", et_mock_port(rig->real));
    start_mock(rig);
}

static struct client *visit(const struct rig *rig, const char *path, const char *body)
{
    char text[1024];
    struct client *client = client_new(rig->base, et_mock_port(rig->mock));
    snprintf(text, sizeof text,
             "POST %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-of-the-client\r\n"
             "content-length: %zu\r\n\r\n%s",
             path, strlen(body), body);
    client_send(client, text);
    return client;
}

/* Free what comes out. */
static struct answer asked(const struct rig *rig, const char *path, const char *body)
{
    struct answer answer;
    struct client *client = visit(rig, path, body);
    loop_until(rig->base, is_whole(client));
    read_answer_of(client, &answer);
    client_free(client);
    return answer;
}

static bool has(const struct et_text *text, const char *what)
{
    struct et_slice hay = et_text_slice(text);
    return et_slice_find(hay, et_slice_of(what)) < hay.size;
}

static uint64_t asked_of(const struct et_mock *mock)
{
    struct et_mock_report report;
    et_mock_tell(et_mock_metrics(mock), &report);
    return report.answered;
}

static void what_is_asked_twice_is_passed_on_once(void **state)
{
    struct rig *rig = *state;
    start_both(rig);
    for (size_t i = 0; i < QUESTIONS; i++) {
        struct answer first = asked(rig, questions[i][0], questions[i][1]);
        struct answer second = asked(rig, questions[i][0], questions[i][1]);
        assert_int_equal(first.status, 200);
        assert_false(has(&first.fields, "x-etalon-fixture"));
        assert_true(has(&second.fields, "x-etalon-fixture: hit"));
        assert_true(et_slice_equal(et_text_slice(&first.body), et_text_slice(&second.body)));
        assert_int_equal(asked_of(rig->real), i + 1);
        assert_int_equal(files(rig, NULL), i + 1);
        free_answer(&first);
        free_answer(&second);
    }
}

static void what_was_recorded_is_served_with_the_endpoint_gone(void **state)
{
    struct rig *rig = *state;
    struct answer before[QUESTIONS];
    start_both(rig);
    for (size_t i = 0; i < QUESTIONS; i++)
        before[i] = asked(rig, questions[i][0], questions[i][1]);
    stop_mock(rig);
    stop_real(rig);
    rig->url[0] = 0;
    start_mock(rig);
    for (size_t i = 0; i < QUESTIONS; i++) {
        struct answer after = asked(rig, questions[i][0], questions[i][1]);
        assert_int_equal(after.status, before[i].status);
        assert_true(et_slice_equal(et_text_slice(&after.body), et_text_slice(&before[i].body)));
        free_answer(&after);
        free_answer(&before[i]);
    }
    struct answer other = asked(rig, "/v1/chat/completions", "{}");
    assert_int_equal(other.status, 404);
    assert_true(has(&other.body, "fixture_not_found"));
    free_answer(&other);
}

static void check_keyless(const char *path)
{
    static const char *const secrets[] = {KEY, "sk-of-the-client", "uthorization", "Bearer"};
    struct et_file file = {0};
    assert_int_equal(et_file_read(&file, path, 1 << 20, NULL), 0);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (et_slice_find(file.bytes, et_slice_of(secrets[i])) < file.bytes.size)
            fail_msg("%s has %s", path, secrets[i]);
    et_file_free(&file);
}

static void no_key_gets_into_a_file(void **state)
{
    struct rig *rig = *state;
    start_both(rig);
    for (size_t i = 0; i < QUESTIONS; i++) {
        struct answer answer = asked(rig, questions[i][0], questions[i][1]);
        free_answer(&answer);
    }
    assert_int_equal(files(rig, check_keyless), QUESTIONS);
}

/* An endpoint of which only the target matters. */
static void on_odd(void *ctx, struct et_exchange *exchange, const struct et_server_message *message)
{
    static const struct et_http_field stream = {{"content-type", 12}, {"text/event-stream", 17}};
    static const struct et_http_field plain[] = {{{"content-type", 12}, {"application/json", 16}},
                                                 {{"retry-after", 11}, {"7", 1}}};
    struct rig *rig = ctx;
    struct et_slice what = et_slice_part(message->target, 4, message->target.size);
    uint64_t status = 0;
    rig->asked++;
    assert_slice_equal(
        et_http_field_value(message->fields, message->field_count, ET_LIT("authorization")),
        "Bearer " KEY);
    if (et_slice_u64(what, &status)) {
        et_exchange_head(exchange, (unsigned)status, plain, 2, 2);
        et_exchange_data(exchange, ET_LIT("{}"));
        et_exchange_end(exchange);
        return;
    }
    et_exchange_head(exchange, 200, &stream, 1, ET_BODY_CHUNKED);
    et_exchange_data(exchange, ET_LIT("data: {\"half\":\"\xc3"));
    if (et_slice_equal(what, ET_LIT("cut")))
        et_exchange_cut(exchange);
    else if (et_slice_equal(what, ET_LIT("latin1")))
        et_exchange_end(exchange);
    else
        rig->held = exchange;
}

static void on_odd_gone(void *ctx, struct et_exchange *exchange)
{
    struct rig *rig = ctx;
    (void)exchange;
    rig->held = NULL;
    rig->gone++;
}

static void start_odd(struct rig *rig)
{
    static const struct et_server_handler handler = {.request = on_odd, .gone = on_odd_gone};
    struct et_server_config server;
    et_server_defaults(&server);
    assert_int_equal(et_server_new(&rig->odd, rig->base, &server, &handler, rig, NULL), 0);
    snprintf(rig->url, sizeof rig->url, "http://127.0.0.1:%u/v1", et_server_port(rig->odd));
    start_mock(rig);
}

static void a_stream_that_breaks_off_is_passed_on_and_not_kept(void **state)
{
    struct rig *rig = *state;
    start_odd(rig);
    for (size_t i = 1; i <= 2; i++) {
        struct client *client = visit(rig, "/v1/cut", "{}");
        loop_until(rig->base, client_closed(client));
        assert_true(client_has(client, "data: {\"half\""));
        assert_false(is_whole(client));
        assert_int_equal(rig->asked, i);
        client_free(client);
    }
    assert_int_equal(files(rig, NULL), 0);
}

static void answers_that_may_change_are_passed_on_and_not_kept(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *path;
        unsigned status;
        size_t kept;
    } rows[] = {
        {"/v1/429", 429, 0},    {"/v1/401", 401, 0}, {"/v1/503", 503, 0}, {"/v1/302", 302, 0},
        {"/v1/latin1", 200, 0}, {"/v1/400", 400, 1}, {"/v1/404", 404, 2},
    };
    start_odd(rig);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer answer = asked(rig, rows[i].path, "{}");
        if (answer.status != rows[i].status || files(rig, NULL) != rows[i].kept)
            fail_msg("%s: status %u, %zu files", rows[i].path, answer.status, files(rig, NULL));
        if (answer.status == 429)
            assert_true(has(&answer.fields, "retry-after: 7"));
        free_answer(&answer);
    }
}

static void a_client_that_hangs_up_ends_the_call(void **state)
{
    struct rig *rig = *state;
    start_odd(rig);
    struct client *client = visit(rig, "/v1/hold", "{}");
    loop_until(rig->base, client_has(client, "half"));
    client_free(client);
    loop_until(rig->base, rig->gone == 1);
    assert_int_equal(files(rig, NULL), 0);
}

static void a_mock_that_ends_lets_go_of_what_it_passes_on(void **state)
{
    struct rig *rig = *state;
    start_odd(rig);
    struct client *client = visit(rig, "/v1/hold", "{}");
    loop_until(rig->base, client_has(client, "half"));
    stop_mock(rig);
    loop_until(rig->base, rig->gone == 1);
    client_free(client);
}

static void an_endpoint_that_is_down_is_a_502(void **state)
{
    struct rig *rig = *state;
    start_odd(rig);
    stop_real(rig);
    struct answer answer = asked(rig, "/v1/x", "{}");
    assert_int_equal(answer.status, 502);
    assert_true(has(&answer.body, "\"code\":\"recording_failed\""));
    assert_true(has(&answer.body, "did not answer: "));
    assert_false(has(&answer.body, KEY));
    assert_int_equal(files(rig, NULL), 0);
    free_answer(&answer);
}

static void only_posts_below_v1_are_passed_on(void **state)
{
    struct rig *rig = *state;
    start_odd(rig);
    struct answer answer = asked(rig, "/admin", "{}");
    assert_int_equal(answer.status, 404);
    free_answer(&answer);
    struct client *client = client_new(rig->base, et_mock_port(rig->mock));
    client_send(client, "GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, is_whole(client));
    assert_true(client_has(client, "fixture_not_found"));
    client_free(client);
    assert_int_equal(rig->asked, 0);
}

static void a_broken_file_is_named_with_its_place(void **state)
{
    struct rig *rig = *state;
    char path[128];
    struct et_fixtures fixtures;
    struct et_complaint complaint = {0};
    snprintf(path, sizeof path, "%s/a.json", rig->folder);
    assert_int_equal(et_file_write(path, ET_LIT("{\n\"request\":{\"metod\":1}}"), NULL), 0);
    et_fixtures_init(&fixtures, &et_sysmem);
    assert_int_not_equal(et_fixtures_load(&fixtures, rig->folder, &complaint), 0);
    assert_string_equal(complaint.file, path);
    assert_int_equal(complaint.line, 2);
    assert_true(strncmp(complaint.path, "$.request", 9) == 0);
    et_fixtures_free(&fixtures);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_asked_twice_is_passed_on_once),
        TEST(what_was_recorded_is_served_with_the_endpoint_gone),
        TEST(no_key_gets_into_a_file),
        TEST(a_stream_that_breaks_off_is_passed_on_and_not_kept),
        TEST(answers_that_may_change_are_passed_on_and_not_kept),
        TEST(a_client_that_hangs_up_ends_the_call),
        TEST(a_mock_that_ends_lets_go_of_what_it_passes_on),
        TEST(an_endpoint_that_is_down_is_a_502),
        TEST(only_posts_below_v1_are_passed_on),
        TEST(a_broken_file_is_named_with_its_place),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
