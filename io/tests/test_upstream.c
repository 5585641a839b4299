/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "io/tests/upstream_world.h"

#include <event2/event.h>
#include <signal.h>

static void a_json_answer_comes_as_head_data_and_done(void **state)
{
    (void)state;
    static const struct raw_answer answer = {
        {ET_LIT(JSON_HEAD "x-etalon: yes \r\nempty:\r\ncontent-length: 2\r\n\r\n{}")}, RAW_KEEP};
    struct world *world = world_new(&answer, 1);
    call(world, 1);
    run(world);
    const struct heard *heard = &world->calls[1];
    assert_int_equal(heard->status, 200);
    assert_int_equal(heard->fields, 4);
    assert_string_equal(heard->field, "yes");
    assert_slice_equal(et_text_slice(&heard->body), "{}");
    assert_int_equal(heard->dones, 1);
    assert_int_equal(heard->fails, 0);
    world_free(world);
}

static void the_request_says_what_it_should_and_no_more(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(OK_2)}, RAW_KEEP};
    static const struct et_http_field fields[] = {{ET_LIT("x-client-request-id"), ET_LIT("a-1")},
                                                  {ET_LIT("x-empty"), ET_LIT("")}};
    const struct et_upstream_config config = {NULL, "sk-secret", 8, ET_S};
    struct world *world = world_new(&answer, 1);
    world_call_by(world, &config);
    call_with(world, 1, fields, 2);
    run(world);
    assert_true(sent(world, "POST /v1/chat HTTP/1.1\r\n"));
    assert_true(sent(world, "\r\nAuthorization: Bearer sk-secret\r\n"));
    assert_true(sent(world, "\r\nContent-Type: application/json\r\n"));
    assert_true(sent(world, "\r\nAccept-Encoding: identity\r\n"));
    assert_true(sent(world, "\r\nx-client-request-id: a-1\r\n"));
    assert_true(sent(world, "\r\nx-empty:\r\n"));
    assert_true(sent(world, "\r\nContent-Length: 7\r\n"));
    assert_true(sent(world, "\r\n\r\n{\"a\":1}"));
    world_free(world);
}

static void a_large_body_is_sent_whole_without_asking_first(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(OK_2)}, RAW_KEEP};
    struct world *world = world_new(&answer, 1);
    size_t size = 3 << 20;
    char *body = malloc(size);
    memset(body, 'x', size);
    world->open = 1;
    assert_int_equal(
        et_upstream_call(world->upstream, 1, "/chat", (struct et_slice){body, size}, NULL, 0), 0);
    free(body); /* it was copied */
    run(world);
    assert_int_equal(world->calls[1].dones, 1);
    assert_false(sent(world, "Expect"));
    assert_false(sent(world, "Authorization"));
    assert_int_equal(strspn(strstr(raw_server_request(world->server), "\r\n\r\n") + 4, "x"), size);
    world_free(world);
}

static void an_empty_body_is_a_body(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(OK_2)}, RAW_KEEP};
    struct world *world = world_new(&answer, 1);
    call_body(world, 1, (struct et_slice){NULL, 0});
    run(world);
    assert_int_equal(world->calls[1].dones, 1);
    assert_true(sent(world, "\r\nContent-Length: 0\r\n"));
    world_free(world);
}

static const struct {
    const char *why;
    struct raw_answer answer;
    unsigned status;
    const char *body;
} whole_answers[] = {
    {"chunks, however they are cut",
     {{ET_LIT(CHUNKED "5\r\nda"), ET_LIT("ta:\r"), ET_LIT("\n2\r\n x\r\n0\r\n"), ET_LIT("\r\n")},
      RAW_KEEP},
     200,
     "data: x"},
    {"without a length, the end of the connection ends the body",
     {{ET_LIT("HTTP/1.1 200 OK\r\n\r\nab"), ET_LIT("cd")}, RAW_CLOSE},
     200,
     "abcd"},
    {"interim answers are not told",
     {{ET_LIT("HTTP/1.1 100 Continue\r\nx-etalon: no\r\n\r\n"),
       ET_LIT("HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n" OK_2)},
      RAW_KEEP},
     200,
     "{}"},
    {"trailers are not told",
     {{ET_LIT(CHUNKED "1\r\na\r\n0\r\nx-etalon: no\r\n\r\n")}, RAW_KEEP},
     200,
     "a"},
    {"a redirect is an answer, and not followed",
     {{ET_LIT("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")},
      RAW_KEEP},
     302,
     ""},
    {"what is compressed stays as it is",
     {{ET_LIT("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nzz")},
      RAW_KEEP},
     200,
     "zz"},
    {"an error's body is told as any other",
     {{ET_LIT("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 2\r\n\r\n{}")}, RAW_KEEP},
     429,
     "{}"},
    {"an answer in HTTP/1.0", {{ET_LIT("HTTP/1.0 200 OK\r\n\r\nold")}, RAW_CLOSE}, 200, "old"},
};

static void whole_answers_are_told_once_and_done(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof whole_answers / sizeof *whole_answers; i++) {
        struct world *world = world_new(&whole_answers[i].answer, 1);
        call(world, 1);
        run(world);
        const struct heard *heard = &world->calls[1];
        if (heard->dones != 1 || heard->heads != 1 || heard->status != whole_answers[i].status)
            fail_msg("%s: %s", whole_answers[i].why, heard->why);
        assert_slice_equal(et_text_slice(&heard->body), whole_answers[i].body);
        assert_string_equal(heard->field, "");
        world_free(world);
    }
}

static const struct {
    const char *why;
    struct raw_answer answer;
    const char *text; /* in the reason */
} broken_answers[] = {
    {"closed before the length was reached",
     {{ET_LIT(JSON_HEAD "content-length: 9\r\n\r\n{}")}, RAW_CLOSE},
     "remaining"},
    {"closed inside a chunk", {{ET_LIT(CHUNKED "5\r\nda")}, RAW_CLOSE}, ""},
    {"closed between chunks", {{ET_LIT(CHUNKED "2\r\nda\r\n")}, RAW_CLOSE}, ""},
    {"reset inside the body", {{ET_LIT(CHUNKED "2\r\nda\r\n")}, RAW_RESET}, "reset"},
    {"closed inside the head", {{ET_LIT("HTTP/1.1 200 OK\r\nconte")}, RAW_CLOSE}, ""},
    {"closed without a word", {{{NULL, 0}}, RAW_CLOSE}, "Empty reply"},
    {"reset without a word", {{{NULL, 0}}, RAW_RESET}, "reset"},
    {"only an interim answer", {{ET_LIT("HTTP/1.1 100 Continue\r\n\r\n")}, RAW_CLOSE}, ""},
    {"nonsense instead of a chunk's size", {{ET_LIT(CHUNKED "zz\r\n")}, RAW_KEEP}, ""},
    {"not HTTP at all", {{ET_LIT("hello there, client\r\n\r\n")}, RAW_CLOSE}, "HTTP/0.9"},
    {"a field without a colon", {{ET_LIT("HTTP/1.1 200 OK\r\nwhat\r\n\r\n")}, RAW_CLOSE}, ""},
    {"a folded field",
     {{ET_LIT("HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n")}, RAW_CLOSE},
     "malformed header field"},
    {"a control character in a value",
     {{ET_LIT("HTTP/1.1 200 OK\r\na: b\001c\r\n\r\n")}, RAW_CLOSE},
     "malformed header field"},
    {"a space before the colon",
     {{ET_LIT("HTTP/1.1 200 OK\r\na : b\r\n\r\n")}, RAW_CLOSE},
     "malformed header field"},
};

static void broken_answers_are_failures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof broken_answers / sizeof *broken_answers; i++) {
        struct world *world = world_new(&broken_answers[i].answer, 1);
        call(world, 1);
        run(world);
        const struct heard *heard = &world->calls[1];
        if (heard->fails != 1 || heard->dones || !strstr(heard->why, broken_answers[i].text))
            fail_msg("%s: %s", broken_answers[i].why, heard->why);
        world_free(world);
    }
}

/* A head of `count` fields of `size` bytes each, without their CR LF; to be freed. */
static char *large_head(size_t count, size_t size)
{
    char *head = calloc(1, 128 + count * (size + 2)), *end = head;
    end += sprintf(end, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n");
    for (size_t i = 0; i < count; i++) {
        memset(end, 'v', size);
        memcpy(end, "x-n: ", 5);
        memcpy(end + size, "\r\n", 2);
        end += size + 2;
    }
    memcpy(end, "\r\n", 3);
    return head;
}

static void heads_beyond_the_limits_are_failures(void **state)
{
    (void)state;
    static const struct {
        size_t count, size;
        const char *why; /* NULL: within */
    } rows[] = {
        {ET_UPSTREAM_FIELDS_MAX - 1, 20, NULL},
        {ET_UPSTREAM_FIELDS_MAX, 20, "the answer has too many header fields"},
        {60, 1000, NULL},
        {70, 1000, "the head of the answer is too large"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *head = large_head(rows[i].count, rows[i].size);
        struct raw_answer answer = {{et_slice_of(head)}, RAW_CLOSE};
        struct world *world = world_new(&answer, 1);
        call(world, 1);
        run(world);
        assert_int_equal(world->calls[1].dones, !rows[i].why);
        assert_string_equal(world->calls[1].why, rows[i].why ? rows[i].why : "");
        world_free(world);
        free(head);
    }
}

static void fields_that_would_change_the_request_are_refused(void **state)
{
    (void)state;
    static const struct et_http_field rows[] = {
        {ET_LIT("x-a"), ET_LIT("b\r\nx-c: d")},
        {ET_LIT("x-a"), ET_LIT("b\nc")},
        {ET_LIT("x-a"), ET_LIT("b\rc")},
        {ET_LIT("x-a"), ET_LIT("b\0c")},
        {ET_LIT("x-a\r\nx-b"), ET_LIT("c")},
        {ET_LIT("x-a:x"), ET_LIT("c")},
        {ET_LIT("x a"), ET_LIT("c")},
        {ET_LIT(""), ET_LIT("c")},
        {ET_LIT("Content-Length"), ET_LIT("0")},
        {ET_LIT("transfer-encoding"), ET_LIT("chunked")},
        {ET_LIT("HOST"), ET_LIT("elsewhere")},
        {ET_LIT("authorization"), ET_LIT("Bearer other")},
    };
    static const struct raw_answer answer = {{ET_LIT(OK_2)}, RAW_KEEP};
    const struct et_upstream_config config = {NULL, "sk-own", 8, ET_S};
    struct world *world = world_new(&answer, 1);
    world_call_by(world, &config);
    size_t count = sizeof rows / sizeof *rows;
    for (size_t i = 0; i < count; i++) {
        call_with(world, i + 1, &rows[i], 1);
        assert_int_equal(world->calls[i + 1].fails, 0);
    }
    run(world);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(world->calls[i + 1].fails, 1);
    assert_int_equal(raw_server_requests(world->server), 0);
    world_free(world);
}

static void a_proxy_of_the_environment_is_not_asked(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(OK_2)}, RAW_KEEP};
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    struct world *world = world_new(&answer, 1);
    call(world, 1);
    run(world);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    assert_int_equal(world->calls[1].dones, 1);
    world_free(world);
}

static void localhost_is_an_address_and_a_slash_at_the_end_no_matter(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(OK_2)}, RAW_KEEP};
    char url[64];
    const struct et_upstream_config config = {url, NULL, 8, ET_S};
    struct world *world = world_new(&answer, 1);
    const char *port = strrchr(raw_server_url(world->server), ':');
    snprintf(url, sizeof url, "http://localhost%s/", port);
    world_call_by(world, &config);
    memset(url, 'x', sizeof url - 1); /* it was copied */
    call(world, 1);
    run(world);
    assert_int_equal(world->calls[1].dones, 1);
    assert_true(sent(world, "POST /v1/chat HTTP/1.1\r\n"));
    world_free(world);
}

static void a_base_url_or_key_that_cannot_be_is_a_complaint(void **state)
{
    (void)state;
    static const struct {
        const char *url, *key, *found;
    } rows[] = {
        {"", NULL, "found the base URL"},
        {"127.0.0.1:80/v1", NULL, "found the base URL"},
        {"ftp://127.0.0.1/v1", NULL, "found the base URL"},
        {"file:///etc/passwd", NULL, "found the base URL"},
        {"http://user@127.0.0.1/v1", NULL, "found the base URL"},
        {"http://127.0.0.1/v1?x=y", NULL, "found the base URL"},
        {"http://127.0.0.1/v1#x", NULL, "found the base URL"},
        {"http://127.0.0.1/v 1", NULL, "found the base URL"},
        {"http://127.0.0.1/v1", "", "found an empty API key"},
        {"http://127.0.0.1/v1", "sk\r\nx: y", "control characters"},
    };
    struct event_base *base = event_base_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_complaint complaint = {0};
        struct et_upstream *upstream = NULL;
        struct et_upstream_config config = {rows[i].url, rows[i].key, 8, ET_S};
        struct et_upstream_handler nobody = {0};
        assert_int_equal(et_upstream_new(&upstream, base, &config, &nobody, NULL, &complaint),
                         ET_VALUE);
        assert_null(upstream);
        assert_non_null(strstr(complaint.text, rows[i].found));
    }
    event_base_free(base);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(a_json_answer_comes_as_head_data_and_done),
        cmocka_unit_test(the_request_says_what_it_should_and_no_more),
        cmocka_unit_test(a_large_body_is_sent_whole_without_asking_first),
        cmocka_unit_test(an_empty_body_is_a_body),
        cmocka_unit_test(whole_answers_are_told_once_and_done),
        cmocka_unit_test(broken_answers_are_failures),
        cmocka_unit_test(heads_beyond_the_limits_are_failures),
        cmocka_unit_test(fields_that_would_change_the_request_are_refused),
        cmocka_unit_test(a_proxy_of_the_environment_is_not_asked),
        cmocka_unit_test(localhost_is_an_address_and_a_slash_at_the_end_no_matter),
        cmocka_unit_test(a_base_url_or_key_that_cannot_be_is_a_complaint),
    };
    signal(SIGPIPE, SIG_IGN); /* the server's; libcurl is told not to raise it */
    return cmocka_run_group_tests(all, NULL, NULL);
}
