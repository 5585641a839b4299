/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/admin_rig.h"

/* One good, one with a fault, one stream, one of an unknown model, one elsewhere. */
static void ask_five(struct rig *rig)
{
    const char *good = "{\"model\":\"gpt-4o\",\"max_tokens\":20," MESSAGES;
    finish(rig, ask_mock(rig, CHAT "?x=1", "X-Client-Request-Id: mine\r\n", good));
    finish(rig, ask_mock(rig, CHAT, "X-Etalon-Fault: 429\r\nX-Stainless-Retry-Count: 2\r\n", good));
    finish(rig, ask_mock(rig, CHAT, "X-Etalon-Fault: reset\r\n", good));
    finish(rig, ask_mock(rig, CHAT, "", "{\"model\":\"gpt-0\"," MESSAGES));
    finish(rig,
           ask_mock(rig, "/v1/embeddings", "",
                    "{\"model\":\"text-embedding-3-small\",\"input\":\"Hi\",\"dimensions\":2}"));
}

static const struct {
    const char *query;
    const char *matched, *shown; /* how many; numbers of the first and the last */
} listings[] = {
    {"", "5", "1-5"},
    {"?", "5", "1-5"},
    {"?limit=2", "5", "4-5"},
    {"?status=200", "2", "1-5"},
    {"?status=4xx", "2", "2-4"},
    {"?status=400-404", "1", "4-4"},
    {"?model=gpt-4o", "3", "1-3"},
    {"?path=/v1/embeddings", "1", "5-5"},
    {"?path=%2Fv1%2Fchat/completions", "4", "1-4"},
    {"?fault=any", "2", "2-3"},
    {"?fault=none", "3", "1-5"},
    {"?fault=reset", "1", "3-3"},
    {"?fault=status", "1", "2-2"},
    {"?since=3", "2", "4-5"},
    {"?id=mine", "1", "1-1"},
    {"?status=200&model=gpt-4o&limit=10&bodies=false", "1", "1-1"},
};

static const char *numbers_in(const char *body)
{
    static char shown[32];
    int first = 0, last = 0;
    for (const char *at = body; (at = strstr(at, "{\"number\":"));) {
        last = atoi(at += strlen("{\"number\":"));
        first = first ? first : last;
    }
    snprintf(shown, sizeof shown, "%d-%d", first, last);
    return shown;
}

static void requests_are_listed_as_the_query_says(void **state)
{
    struct rig *rig = *state;
    char line[128], body[32768];
    start(rig);
    ask_five(rig);
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++) {
        snprintf(line, sizeof line, "GET /requests%s", listings[i].query);
        assert_int_equal(ask_admin(rig, line, body, sizeof body), 200);
        expect(body, "matched", listings[i].matched);
        assert_string_equal(numbers_in(body), listings[i].shown);
    }
}

static const struct {
    const char *path, *value;
} facts[] = {
    {"received", "5"},
    {"kept", "5"},
    {"last", "5"},
    {"requests.0.method", "\"POST\""},
    {"requests.0.path", "\"/v1/chat/completions\""},
    {"requests.0.query", "\"x=1\""},
    {"requests.0.client_request_id", "\"mine\""},
    {"requests.0.model", "\"gpt-4o\""},
    {"requests.0.key", "\"...abcd\""},
    {"requests.0.stream", "false"},
    {"requests.0.status", "200"},
    {"requests.0.faults", "[]"},
    {"requests.0.usage.completion", "20"},
    {"requests.0.retry_count", "0"},
    {"requests.0.state", "\"done\""},
    {"requests.0.body.messages.0.content", "\"Hi\""},
    {"requests.0.body_text", "null"},
    {"requests.1.status", "429"},
    {"requests.1.faults", "[\"status\"]"},
    {"requests.1.retry_count", "2"},
    {"requests.1.query", "null"},
    {"requests.1.usage.prompt", "0"},
    {"requests.2.status", "0"},
    {"requests.2.first_byte_ms", "null"},
    {"requests.3.model", "null"},
    {"requests.3.status", "404"},
    {"requests.4.path", "\"/v1/embeddings\""},
    {"requests.4.usage.prompt", "1"},
};

static void a_request_is_shown_with_all_its_facts(void **state)
{
    struct rig *rig = *state;
    char body[32768], id[64];
    start(rig);
    ask_five(rig);
    assert_int_equal(ask_admin(rig, "GET /requests", body, sizeof body), 200);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        expect(body, facts[i].path, facts[i].value);
    value_at(body, "requests.0.id", id, sizeof id);
    assert_int_equal(strncmp(id, "\"req_", 5), 0);
    assert_null(strstr(body, "sk-0123"));
}

static void a_body_that_is_no_whole_json_is_shown_as_text(void **state)
{
    struct rig *rig = *state;
    char body[32768];
    rig->config.journal.body_bytes_max = 20;
    start(rig);
    finish(rig, ask_mock(rig, CHAT, "", "{\"a\":\"\\ud800"));
    finish(rig, ask_mock(rig, CHAT, "", "{\"a\":1}                     "));
    finish(rig, ask_mock(rig, CHAT, "", "{\"a\":1}"));
    assert_int_equal(ask_admin(rig, "GET /requests", body, sizeof body), 200);
    expect(body, "requests.0.body", "null");
    expect(body, "requests.0.body_text", "\"{\\\"a\\\":\\\"\\\\ud800\"");
    expect(body, "requests.1.body", "null");
    expect(body, "requests.1.body_text", "\"{\\\"a\\\":1}             \"");
    expect(body, "requests.1.body_bytes", "28");
    expect(body, "requests.2.body.a", "1");
}

static const struct {
    const char *line, *fields;
    unsigned status;
    const char *says;
} refusals[] = {
    {"GET /", HOST, 404, "GET /requests/wait"},
    {"GET /v1/models", HOST, 404, "no such path"},
    {"PUT /requests", HOST, 405, "expected GET, DELETE"},
    {"GET /reset", HOST, 405, "expected POST"},
    {"GET /requests?stauts=200", HOST, 400, "perhaps status"},
    {"GET /requests?zzz=200", HOST, 400, "one of model, path, id, status"},
    {"GET /requests?count=2", HOST, 400, "unknown parameter"},
    {"GET /requests?status=99", HOST, 400, "expected a status such as 429, 4xx"},
    {"GET /requests?status=6xx", HOST, 400, "found \\\"6xx\\\""},
    {"GET /requests?status=500-400", HOST, 400, "expected a status"},
    {"GET /requests?fault=mischief", HOST, 400, "expected any, none"},
    {"GET /requests?limit=1001", HOST, 400, "expected 0 to 1000"},
    {"GET /requests?model=", HOST, 400, "the id of a model"},
    {"GET /requests?model=%4", HOST, 400, "the id of a model"},
    {"GET /requests?model=%4g", HOST, 400, "the id of a model"},
    {"GET /requests?bodies=maybe", HOST, 400, "true or false"},
    {"GET /requests/wait?count=0", HOST, 400, "1 to 100000"},
    {"GET /requests/wait?timeout_ms=-1", HOST, 400, "0 to 3600000"},
    {"GET /requests/wait?limit=1", HOST, 400, "unknown parameter"},
    {"GET /healthz", "Host: evil.example\r\n", 403, "not for browsers"},
    {"GET /healthz", "Host: localhost.evil.example\r\n", 403, "not for browsers"},
    {"GET /healthz", HOST "Origin: http://evil.example\r\n", 403, "not for browsers"},
};

static void what_cannot_be_done_is_refused_with_what_is_expected(void **state)
{
    struct rig *rig = *state;
    char body[4096];
    start(rig);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        unsigned status =
            answer_to(rig, visit(rig, refusals[i].line, refusals[i].fields), body, sizeof body);
        if (status != refusals[i].status || !strstr(body, refusals[i].says))
            fail_msg("%s: %u %s", refusals[i].line, status, body);
        char message[1024];
        value_at(body, "error.message", message, sizeof message);
    }
}

static void health_names_and_faults_of_its_own_are_fine(void **state)
{
    struct rig *rig = *state;
    char body[4096];
    const char *const hosts[] = {"Host: localhost\r\n", "Host: [::1]:9\r\n",
                                 HOST "X-Etalon-Fault: 500\r\n"};
    start(rig);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(answer_to(rig, visit(rig, "GET /healthz", hosts[i]), body, sizeof body),
                         200);
        expect(body, "status", "\"ok\"");
        expect(body, "workers", "1");
    }
}

static void waiting_ends_when_enough_have_come(void **state)
{
    struct rig *rig = *state;
    const char *good = "{\"model\":\"gpt-4o\",\"max_tokens\":2," MESSAGES;
    char body[4096];
    start(rig);
    struct client *all = visit(rig, "GET /requests/wait?count=2", HOST);
    struct client *some = visit(rig, "GET /requests/wait?count=1&status=4xx", HOST);
    finish(rig, ask_mock(rig, CHAT, "", good));
    assert_false(is_whole(all));
    finish(rig, ask_mock(rig, CHAT, "X-Etalon-Fault: 400\r\n", good));
    assert_int_equal(answer_to(rig, all, body, sizeof body), 200);
    expect(body, "matched", "2");
    assert_int_equal(answer_to(rig, some, body, sizeof body), 200);
    expect(body, "matched", "1");
    assert_int_equal(ask_admin(rig, "GET /requests/wait?count=2", body, sizeof body),
                     200); /* at once */
}

static void waiting_in_vain_says_how_many_there_were(void **state)
{
    struct rig *rig = *state;
    char body[4096];
    start(rig);
    ask_five(rig);
    assert_int_equal(ask_admin(rig, "GET /requests/wait?count=6&timeout_ms=1", body, sizeof body),
                     408);
    expect(body, "matched", "5");
    expect(body, "count", "6");
    assert_non_null(strstr(body, "did not come in time"));
}

static void who_hangs_up_while_waiting_is_forgotten(void **state)
{
    struct rig *rig = *state;
    char body[4096];
    start(rig);
    client_free(visit(rig, "GET /requests/wait?count=1", HOST));
    client_free(visit(rig, "GET /requests/wait?count=9", HOST));
    ask_five(rig);
    assert_int_equal(ask_admin(rig, "GET /requests/wait?count=5", body, sizeof body), 200);
}

static void who_still_waits_at_the_end_is_cut_off(void **state)
{
    struct rig *rig = *state;
    char body[4096];
    start(rig);
    struct client *client = visit(rig, "GET /requests/wait?count=1", HOST);
    assert_int_equal(ask_admin(rig, "GET /healthz", body, sizeof body), 200); /* it came after */
    et_admin_free(rig->admin);
    rig->admin = NULL;
    loop_until(rig->base, client_closed(client));
    ask_five(rig);
    client_free(client);
}

static void a_stream_under_way_is_open_and_then_gone(void **state)
{
    struct rig *rig = *state;
    char body[8192], delay[32];
    start(rig);
    struct client *client = ask_mock(rig, CHAT, "X-Etalon-Fault: stall; after=1; ms=600000\r\n",
                                     "{\"stream\":true,\"model\":\"gpt-4o\"," MESSAGES);
    loop_until(rig->base, client_has(client, "\"delta\":{\"content\":"));
    ask_admin(rig, "GET /requests", body, sizeof body);
    expect(body, "requests.0.state", "\"open\"");
    expect(body, "requests.0.stream", "true");
    expect(body, "requests.0.end_ms", "null");
    value_at(body, "requests.0.first_byte_ms", delay, sizeof delay);
    assert_string_not_equal(delay, "null");
    ask_admin(rig, "GET /stats", body, sizeof body);
    expect(body, "requests.open_streams", "1");
    client_free(client);
    struct et_server_counts counts = {.open = 1};
    loop_until(rig->base, (et_crew_count(rig->crew, &counts), counts.open == 0));
    ask_admin(rig, "GET /requests", body, sizeof body);
    expect(body, "requests.0.state", "\"gone\"");
    ask_admin(rig, "GET /stats", body, sizeof body);
    expect(body, "requests.clients_gone", "1");
}

static const struct {
    const char *path, *value;
} figures[] = {
    {"seed", "7"},
    {"workers", "1"},
    {"requests.received", "5"},
    {"requests.answered", "5"},
    {"requests.open", "0"},
    {"by_endpoint./v1/chat/completions.none", "1"},
    {"by_endpoint./v1/chat/completions.429", "1"},
    {"by_endpoint./v1/embeddings", "{\"200\":1}"},
    {"faults.status", "1"},
    {"faults.reset", "1"},
    {"latency_ms.count", "5"},
    {"ttft_ms.count", "0"},
    {"connections.accepted", "5"},
};

static void counters_are_told_as_json_and_to_prometheus(void **state)
{
    struct rig *rig = *state;
    char body[16384];
    start(rig);
    ask_five(rig);
    assert_int_equal(ask_admin(rig, "GET /stats", body, sizeof body), 200);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        expect(body, figures[i].path, figures[i].value);
    struct client *client = visit(rig, "GET /metrics", HOST);
    loop_until(rig->base, is_whole(client));
    assert_true(client_has(client, "content-type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    assert_true(client_has(client, "\netalon_mock_requests_total{endpoint=\"/v1/embeddings\","
                                   "status=\"200\"} 1\n"));
    assert_true(client_has(client, "\netalon_mock_connections_total 5\n"));
    client_free(client);
}

static void deleting_requests_keeps_the_counters(void **state)
{
    struct rig *rig = *state;
    char body[16384];
    start(rig);
    ask_five(rig);
    assert_int_equal(ask_admin(rig, "DELETE /requests", body, sizeof body), 200);
    expect(body, "cleared.0", "\"requests\"");
    ask_admin(rig, "GET /requests", body, sizeof body);
    expect(body, "received", "0");
    expect(body, "requests", "[\n]");
    ask_admin(rig, "GET /stats", body, sizeof body);
    expect(body, "requests.received", "5");
}

/* One request a minute, and a prompt long enough to be cached. */
static void a_reset_mock_is_as_new(void **state)
{
    struct rig *rig = *state;
    const char *good = "{\"model\":\"gpt-4o\",\"max_tokens\":2," MESSAGES;
    char body[16384];
    rig->config.brain.limits.quota.requests_per_minute = 1;
    start(rig);
    for (int round = 0; round < 2; round++) {
        struct client *first = ask_mock(rig, CHAT, "", good);
        loop_until(rig->base, is_whole(first));
        assert_true(client_has(first, "HTTP/1.1 200 OK"));
        struct client *second = ask_mock(rig, CHAT, "", good);
        loop_until(rig->base, is_whole(second));
        assert_true(client_has(second, "HTTP/1.1 429 "));
        client_free(first);
        client_free(second);
        assert_int_equal(ask_admin(rig, "POST /reset", body, sizeof body), 200);
        ask_admin(rig, "GET /stats", body, sizeof body);
        expect(body, "requests.received", "0");
        expect(body, "tokens.prompt", "0");
        ask_admin(rig, "GET /requests", body, sizeof body);
        expect(body, "received", "0");
    }
}

static void without_a_journal_nothing_can_be_listed(void **state)
{
    struct rig *rig = *state;
    const char *const lines[] = {"GET /requests", "GET /requests/wait", "DELETE /requests"};
    char body[4096];
    rig->config.journal.entries = 0;
    start(rig);
    ask_five(rig);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ask_admin(rig, lines[i], body, sizeof body), 409);
        assert_non_null(strstr(body, "--journal N"));
    }
    assert_int_equal(ask_admin(rig, "POST /reset", body, sizeof body), 200);
    assert_int_equal(ask_admin(rig, "GET /stats", body, sizeof body), 200);
}

static void a_port_in_use_is_told(void **state)
{
    struct rig *rig = *state;
    struct et_complaint complaint = {0};
    struct et_admin *second = NULL;
    start(rig);
    const struct et_admin_config config = {.crew = rig->crew, .port = et_admin_port(rig->admin)};
    assert_int_equal(et_admin_new(&second, &config, &complaint), ET_IO);
    assert_null(second);
    assert_non_null(strstr(complaint.text, "Address already in use"));
}

int main(void)
{
#define STORY(story) cmocka_unit_test_setup_teardown(story, set_up, tear_down)
    const struct CMUnitTest stories[] = {
        STORY(requests_are_listed_as_the_query_says),
        STORY(a_request_is_shown_with_all_its_facts),
        STORY(a_body_that_is_no_whole_json_is_shown_as_text),
        STORY(what_cannot_be_done_is_refused_with_what_is_expected),
        STORY(health_names_and_faults_of_its_own_are_fine),
        STORY(waiting_ends_when_enough_have_come),
        STORY(waiting_in_vain_says_how_many_there_were),
        STORY(who_hangs_up_while_waiting_is_forgotten),
        STORY(who_still_waits_at_the_end_is_cut_off),
        STORY(a_stream_under_way_is_open_and_then_gone),
        STORY(counters_are_told_as_json_and_to_prometheus),
        STORY(deleting_requests_keeps_the_counters),
        STORY(a_reset_mock_is_as_new),
        STORY(without_a_journal_nothing_can_be_listed),
        STORY(a_port_in_use_is_told),
    };
    return cmocka_run_group_tests(stories, world_open, world_close);
}
