/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_state.h"
#include "mock_openai/tests/brain_world.h"

#define PATH "/v1/chat/completions"
#define HEAD "{\"request\":{\"method\":\"POST\",\"path\":\"" PATH "\",\"body\":"
#define PLAIN                                                                                      \
    HEAD "{\"a\":1}},\"response\":{\"status\":201,\"content_type\":\"application/json\","          \
         "\"at_ms\":812.5,\"body\":{ \"ok\" : true }}}"
#define STREAM                                                                                     \
    HEAD "{\"b\":[]}},\"response\":{\"status\":200,\"content_type\":\"text/event-stream\","        \
         "\"chunks\":[{\"at_ms\":300,\"text\":\"data: 1\\n\\n\"},{\"at_ms\":300.25,\"text\":"      \
         "\"data: 2\\n\\n\"},{\"at_ms\":420,\"text\":\"data: [DONE]\\n\\n\"}]}}"
#define TEXT                                                                                       \
    HEAD "[]},\"response\":{\"status\":404,\"content_type\":\"text/plain\",\"text\":\"no, "        \
         "\\\"ä\"}}"

static struct et_fixture *fixture_of(const char *text)
{
    struct et_fixture *fixture = NULL;
    struct et_complaint complaint = {0};
    if (et_fixture_new(&fixture, et_slice_of(text), &support_heap, &complaint))
        fail_msg("%s: %s: %s", text, complaint.path, complaint.text);
    return fixture;
}

static uint64_t key_of(const char *method, const char *path, const char *body)
{
    uint64_t key = 0;
    assert_int_equal(et_fixture_key(&key, et_slice_of(method), et_slice_of(path), et_slice_of(body),
                                    &support_heap),
                     0);
    return key;
}

static void white_space_order_and_spelling_do_not_tell_requests_apart(void **state)
{
    (void)state;
    static const char *const same[] = {"{\"a\":1,\"b\":[true,\"\\u0041\"]}",
                                       " {\n\"b\": [ true, \"A\" ],\t\"a\": 1.0 }\r\n",
                                       "{\"a\":10e-1,\"b\":[true,\"A\"]}"};
    for (size_t i = 1; i < sizeof(same) / sizeof(same[0]); i++)
        assert_int_equal(key_of("POST", PATH, same[0]), key_of("POST", PATH, same[i]));
}

static void everything_else_does(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path, *body;
    } rows[] = {
        {"POST", PATH, "{\"a\":1}"},    {"PUT", PATH, "{\"a\":1}"},
        {"POST", "/v1/x", "{\"a\":1}"}, {"POST", PATH, "{\"a\":2}"},
        {"POST", PATH, "{\"a\":[1]}"},  {"POST", PATH, "{\"a\":1"},
        {"POST", PATH, "{\"a\":1 "},    {"POST", PATH, ""},
        {"POST", PATH, "{\"A\":1}"},
    };
    const size_t count = sizeof(rows) / sizeof(rows[0]);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (key_of(rows[i].method, rows[i].path, rows[i].body) ==
                key_of(rows[j].method, rows[j].path, rows[j].body))
                fail_msg("%s and %s are the same", rows[i].body, rows[j].body);
}

static void check_same(const struct et_fixture *a, const struct et_fixture *b)
{
    assert_int_equal(a->key, b->key);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->streams, b->streams);
    assert_int_equal(a->chunk_count, b->chunk_count);
    assert_true(et_slice_equal(a->content_type, b->content_type));
    for (size_t i = 0; i < a->chunk_count; i++) {
        assert_int_equal(a->chunks[i].at, b->chunks[i].at);
        assert_true(et_slice_equal(a->chunks[i].text, b->chunks[i].text));
    }
}

static void what_is_printed_reads_back_as_it_was(void **state)
{
    (void)state;
    static const char *const texts[] = {PLAIN, STREAM, TEXT};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct et_text text;
        struct et_fixture *fixture = fixture_of(texts[i]);
        et_text_init(&text, &support_heap, 1 << 20);
        et_fixture_print(fixture, &text);
        assert_int_equal(et_text_failed(&text), 0);
        struct et_fixture *again = fixture_of(et_text_slice(&text).data);
        check_same(fixture, again);
        et_fixture_free(again);
        et_fixture_free(fixture);
        et_text_free(&text);
    }
}

#define REQUEST "{\"request\":{\"method\":\"POST\",\"path\":\"/v1/x\"},\"response\":"
#define TYPE    "{\"status\":200,\"content_type\":\"a/b\","

static void what_is_wrong_in_a_file_is_complained_about(void **state)
{
    (void)state;
    static const struct {
        const char *text, *path, *says;
    } rows[] = {
        {"{\"response\":" TYPE "\"text\":\"\"}}", "$", "missing key \"request\""},
        {"{\"request\":{\"method\":\"POST\",\"path\":\"x\"},\"response\":" TYPE "\"text\":\"\"}}",
         "$.request.path", "/v1/chat/completions"},
        {REQUEST "{\"status\":100,\"content_type\":\"a/b\",\"text\":\"\"}}", "$.response.status",
         "100"},
        {REQUEST "{\"status\":200,\"content_type\":\"a\\n\",\"text\":\"\"}}",
         "$.response.content_type", "header field"},
        {REQUEST TYPE "\"at_ms\":1}}", "$.response", "missing key \"text\""},
        {REQUEST TYPE "\"body\":1,\"text\":\"\"}}", "$.response", "unknown key"},
        {REQUEST TYPE "\"chunks\":[],\"body\":1}}", "$.response", "unknown key"},
        {REQUEST TYPE "\"chunks\":[{\"at_ms\":1,\"text\":\"\"}]}}", "$.response.chunks[0].text",
         "found"},
        {REQUEST TYPE "\"chunks\":[{\"at_ms\":2,\"text\":\"a\"},{\"at_ms\":1,\"text\":\"b\"}]}}",
         "$.response.chunks[1].at_ms", "not before"},
        {REQUEST TYPE "\"text\":\"\"},\"note\":1}", "$", "unknown key"},
        {REQUEST, "", "end"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_fixture *fixture = NULL;
        struct et_complaint found = {0};
        assert_int_not_equal(
            et_fixture_new(&fixture, et_slice_of(rows[i].text), &support_heap, &found), 0);
        assert_null(fixture);
        if (strcmp(found.path, rows[i].path) != 0 || !strstr(found.text, rows[i].says))
            fail_msg("%s: %s: %s", rows[i].text, found.path, found.text);
    }
}

struct rig {
    struct et_brain_state *state;
    struct et_brain *brain;
};

static void open_rig(struct rig *rig, bool instant, const char *const *texts, size_t count)
{
    struct et_brain_config config = world_config();
    assert_int_equal(et_brain_state_new(&rig->state, &config, NULL, &support_heap), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(et_fixtures_add(&rig->state->fixtures, fixture_of(texts[i])), 0);
    config.state = rig->state;
    config.fixtures = true;
    config.instant = instant;
    rig->brain = world_brain(config);
}

static void close_rig(struct rig *rig)
{
    et_brain_free(rig->brain);
    et_brain_state_free(rig->state);
}

/* Asks at one second. */
static void ask_for(struct played *out, struct rig *rig, const char *body, const char *fault)
{
    struct et_brain_request request = world_chat(et_slice_of(body));
    request.fault = et_slice_of(fault);
    request.target = ET_LIT(PATH "?api-version=1");
    ask(out, rig->brain, &request, ET_S);
}

static const char *const recorded[] = {PLAIN, STREAM, TEXT};

static void a_plain_answer_comes_when_it_came(void **state)
{
    (void)state;
    for (int instant = 0; instant < 2; instant++) {
        struct rig rig;
        struct played got;
        open_rig(&rig, instant, recorded, 3);
        ask_for(&got, &rig, " {\"a\" : 1.0}", NULL);
        assert_int_equal(got.status, 201);
        assert_int_equal(got.head_at, ET_S + (instant ? 0 : 812500 * ET_US));
        assert_slice_equal(et_text_slice(&got.body), "{ \"ok\" : true }");
        assert_int_equal(got.announced, 15);
        assert_true(field_is(&got, "x-etalon-fixture: hit"));
        assert_int_equal(got.last, ET_REPLY_END);
        played_free(&got);
        close_rig(&rig);
    }
}

static void the_chunks_of_a_stream_come_when_they_came(void **state)
{
    (void)state;
    for (int instant = 0; instant < 2; instant++) {
        struct rig rig;
        struct played got;
        open_rig(&rig, instant, recorded, 3);
        ask_for(&got, &rig, "{\"b\":[]}", NULL);
        assert_int_equal(got.steps, 5); /* the head, three chunks, the end */
        assert_int_equal(got.first_at, ET_S + (instant ? 0 : 300 * ET_MS));
        assert_int_equal(got.end_at, ET_S + (instant ? 0 : 420 * ET_MS));
        assert_slice_equal(et_text_slice(&got.body), "data: 1\n\ndata: 2\n\ndata: [DONE]\n\n");
        assert_true(field_is(&got, "content-type: text/event-stream"));
        played_free(&got);
        close_rig(&rig);
    }
}

static void a_text_keeps_its_status_and_type(void **state)
{
    (void)state;
    struct rig rig;
    struct played got;
    open_rig(&rig, false, recorded, 3);
    ask_for(&got, &rig, "[]", NULL);
    assert_int_equal(got.status, 404);
    assert_true(field_is(&got, "content-type: text/plain"));
    assert_slice_equal(et_text_slice(&got.body), "no, \"ä");
    played_free(&got);
    close_rig(&rig);
}

static void a_stream_may_say_nothing(void **state)
{
    (void)state;
    static const char *const empty[] = {HEAD "1},\"response\":{\"status\":200,\"content_type\":"
                                             "\"text/event-stream\",\"chunks\":[]}}"};
    struct rig rig;
    struct played got;
    open_rig(&rig, false, empty, 1);
    ask_for(&got, &rig, "1", NULL);
    assert_int_equal(got.steps, 2);
    assert_int_equal(got.last, ET_REPLY_END);
    played_free(&got);
    close_rig(&rig);
}

static void the_later_fixture_of_a_request_counts(void **state)
{
    (void)state;
    static const char *const twice[] = {
        PLAIN, HEAD "{\"a\":1}},\"response\":{\"status\":200,\"content_type\":\"a/b\",\"text\":"
                    "\"second\"}}"};
    struct rig rig;
    struct played got;
    open_rig(&rig, false, twice, 2);
    ask_for(&got, &rig, "{\"a\":1}", NULL);
    assert_slice_equal(et_text_slice(&got.body), "second");
    played_free(&got);
    close_rig(&rig);
}

static void faults_that_a_header_asks_for_happen_to_fixtures(void **state)
{
    (void)state;
    struct rig rig;
    struct played got;
    open_rig(&rig, false, recorded, 3);
    ask_for(&got, &rig, "{\"b\":[]}", "cut; after=2");
    assert_slice_equal(et_text_slice(&got.body), "data: 1\n\ndata: 2\n\n");
    assert_int_equal(got.last, ET_REPLY_CUT);
    played_free(&got);
    ask_for(&got, &rig, "{\"b\":[]}", "error-event; after=1");
    assert_true(body_has(&got, "data: 1\n\ndata: {\"error\":{"));
    assert_false(body_has(&got, "data: 2"));
    played_free(&got);
    ask_for(&got, &rig, "{\"a\":1}", "stall-head; ms=1000");
    assert_int_equal(got.head_at, 2 * ET_S + 812500 * ET_US);
    played_free(&got);
    ask_for(&got, &rig, "{\"a\":1}", "429; retry-after-ms=20");
    assert_int_equal(got.status, 429);
    played_free(&got);
    close_rig(&rig);
}

static void what_was_not_recorded_is_not_found(void **state)
{
    (void)state;
    static const char *const bodies[] = {"{\"a\":2}", "", "{", "{\"model\":\"gpt-4o\"}"};
    struct rig rig;
    open_rig(&rig, false, recorded, 3);
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct played got;
        ask_for(&got, &rig, bodies[i], NULL);
        assert_int_equal(got.status, 404);
        assert_true(body_has(&got, "\"code\":\"fixture_not_found\""));
        played_free(&got);
    }
    close_rig(&rig);
}

static void play_recorded(const struct et_mem *mem, const struct et_brain_config *config)
{
    static const char *const bodies[] = {"{\"a\":1}", "{\"b\":[]}", "{}"};
    struct et_brain *brain = NULL;
    if (et_brain_new(&brain, config, mem))
        return;
    for (size_t i = 0; i < 3; i++) {
        struct et_reply *reply = NULL;
        struct et_reply_step step;
        struct et_brain_request request = world_chat(et_slice_of(bodies[i]));
        if (et_brain_ask(brain, &request, 0, &reply))
            continue;
        while (et_reply_next(reply, &step))
            continue;
        et_reply_free(reply);
    }
    et_brain_free(brain);
}

static void read_and_play(const struct et_mem *mem, void *arg)
{
    struct et_brain_config config = world_config();
    (void)arg;
    config.fixtures = true;
    config.seen_max = 16;
    if (et_brain_state_new(&config.state, &config, NULL, mem))
        return;
    for (size_t i = 0; i < 2; i++) {
        struct et_fixture *fixture;
        if (et_fixture_new(&fixture, et_slice_of(recorded[i]), mem, NULL) == 0 &&
            et_fixtures_add(&config.state->fixtures, fixture))
            et_fixture_free(fixture);
    }
    play_recorded(mem, &config);
    et_brain_state_free(config.state);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(read_and_play, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_order_and_spelling_do_not_tell_requests_apart),
        cmocka_unit_test(everything_else_does),
        cmocka_unit_test(what_is_printed_reads_back_as_it_was),
        cmocka_unit_test(what_is_wrong_in_a_file_is_complained_about),
        cmocka_unit_test(a_plain_answer_comes_when_it_came),
        cmocka_unit_test(the_chunks_of_a_stream_come_when_they_came),
        cmocka_unit_test(a_text_keeps_its_status_and_type),
        cmocka_unit_test(a_stream_may_say_nothing),
        cmocka_unit_test(the_later_fixture_of_a_request_counts),
        cmocka_unit_test(faults_that_a_header_asks_for_happen_to_fixtures),
        cmocka_unit_test(what_was_not_recorded_is_not_found),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
