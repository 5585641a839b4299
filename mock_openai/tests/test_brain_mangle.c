/* SPDX-License-Identifier: MIT */
/* Every kind of fault as a client would read it, without a socket. */
#include "mock_openai/tests/brain_world.h"

#include "core/base/draw.h"
#include "core/base/utf8.h"
#include "core/http/sse.h"
#include "core/json/json.h"

enum { CHUNKS = 10, NEVER_MIND = 99 };

static struct et_brain *instant_brain(void)
{
    struct et_brain_config config = world_config();
    config.instant = true;
    return world_brain(config);
}

/* Ten words, the same each time, as a stream with usage or plain. */
static void ask_ten(struct played *out, struct et_brain *brain, bool streams, const char *fault)
{
    char body[256];
    const char *more =
        streams ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "";
    struct et_brain_request request =
        world_chat(world_body(body, sizeof(body), more, "Ten words, please."));
    request.answer_tokens = ET_LIT("10");
    request.client_request_id = ET_LIT("ten");
    request.fault = et_slice_of(fault);
    ask(out, brain, &request, ET_S);
}

/* What the events of a stream are. */
struct gist {
    unsigned chunks, finishes, usages, dones, errors, bad;
};

static bool is_json(struct et_slice text)
{
    struct et_json *json;
    if (et_json_parse(&json, text, NULL, &support_heap, NULL))
        return false;
    et_json_free(json);
    return true;
}

static bool holds(struct et_slice text, struct et_slice what)
{
    return et_slice_find(text, what) < text.size;
}

static void add_event(struct gist *gist, struct et_slice data)
{
    gist->dones += et_slice_equal(data, ET_LIT("[DONE]"));
    gist->bad += !et_slice_equal(data, ET_LIT("[DONE]")) && !is_json(data);
    gist->chunks += holds(data, ET_LIT("\"delta\":{\"content\":\""));
    gist->finishes += holds(data, ET_LIT("\"finish_reason\":\""));
    gist->usages += holds(data, ET_LIT("\"usage\":{"));
    gist->errors += holds(data, ET_LIT("\"error\""));
}

static struct gist gist_of(const struct played *played)
{
    struct gist gist = {0};
    struct et_sse_reader *reader;
    struct et_sse_event event;
    struct et_slice rest = et_text_slice(&played->body);
    assert_int_equal(et_sse_reader_new(&reader, &support_heap, &et_sse_limits_default), 0);
    while (et_sse_reader_feed(reader, &rest, &event) == ET_SSE_EVENT)
        add_event(&gist, event.data);
    et_sse_reader_free(reader);
    return gist;
}

/* Of ten chunks, one finish, one usage, one [DONE]. */
static const struct {
    const char *why, *fault;
    struct gist gist;
    enum et_reply_kind last;
    et_ns later; /* than without */
} streams[] = {
    {"none", "", {10, 1, 1, 1, 0, 0}, ET_REPLY_END, 0},
    {"cut after five", "cut; after=5", {5, 0, 0, 0, 0, 0}, ET_REPLY_CUT, 0},
    {"cut at once", "cut; after=0", {0, 0, 0, 0, 0, 0}, ET_REPLY_CUT, 0},
    {"cut at the end", "cut; after=99", {10, 0, 0, 0, 0, 0}, ET_REPLY_CUT, 0},
    {"an event cut", "cut-event; after=5", {5, 0, 0, 0, 0, 0}, ET_REPLY_CUT, 0},
    {"the first event cut", "cut-event; after=0", {0, 0, 0, 0, 0, 0}, ET_REPLY_CUT, 0},
    {"the finish cut", "cut-event; after=99", {10, 0, 0, 0, 0, 0}, ET_REPLY_CUT, 0},
    {"a chunk torn", "cut-chunk; after=5", {5, 0, 0, 0, 0, 0}, ET_REPLY_TEAR, 0},
    {"no last chunk", "no-last-chunk", {10, 1, 1, 1, 0, 0}, ET_REPLY_CUT, 0},
    {"error after three", "error-event; after=3", {3, 0, 0, 0, 1, 0}, ET_REPLY_END, 0},
    {"error at once", "error-event; after=0", {0, 0, 0, 0, 1, 0}, ET_REPLY_END, 0},
    {"error at the end", "error-event; after=10", {10, 0, 0, 0, 1, 0}, ET_REPLY_END, 0},
    {"bad JSON", "bad-json; after=4", {9, 1, 1, 1, 0, 1}, ET_REPLY_END, 0},
    {"bad JSON at once", "bad-json; after=0", {9, 1, 1, 1, 0, 1}, ET_REPLY_END, 0},
    {"a bad finish", "bad-json; after=10", {10, 0, 1, 1, 0, 1}, ET_REPLY_END, 0},
    {"a chunk twice", "duplicate-chunk; after=4", {11, 1, 1, 1, 0, 0}, ET_REPLY_END, 0},
    {"the last chunk twice", "duplicate-chunk; after=10", {11, 1, 1, 1, 0, 0}, ET_REPLY_END, 0},
    {"beyond the last, the last",
     "duplicate-chunk; after=11",
     {11, 1, 1, 1, 0, 0},
     ET_REPLY_END,
     0},
    {"no finish", "no-finish", {10, 0, 1, 1, 0, 0}, ET_REPLY_END, 0},
    {"no usage", "no-usage", {10, 1, 0, 1, 0, 0}, ET_REPLY_END, 0},
    {"no [DONE]", "no-done", {10, 1, 1, 0, 0, 0}, ET_REPLY_END, 0},
    {"two [DONE]s", "done-twice", {10, 1, 1, 2, 0, 0}, ET_REPLY_END, 0},
    {"nothing", "empty", {0, 0, 0, 0, 0, 0}, ET_REPLY_END, 0},
    {"refused", "refuse", {0, 0, 0, 0, 0, 0}, ET_REPLY_RESET, 0},
    {"reset at once", "reset", {0, 0, 0, 0, 0, 0}, ET_REPLY_RESET, 0},
    {"reset behind all", "reset; after-bytes=1000000", {10, 1, 1, 1, 0, 0}, ET_REPLY_RESET, 0},
    {"stall", "stall; after=5; ms=4000", {10, 1, 1, 1, 0, 0}, ET_REPLY_END, 4 * ET_S},
    {"stall at once", "stall;after=0;ms=4", {10, 1, 1, 1, 0, 0}, ET_REPLY_END, 4 * ET_MS},
    {"stall at the end", "stall; after=10", {10, 1, 1, 1, 0, 0}, ET_REPLY_END, ET_S},
    {"two stalls",
     "stall; ms=3, stall; after=4; ms=4",
     {10, 1, 1, 1, 0, 0},
     ET_REPLY_END,
     7 * ET_MS},
    {"stalled head", "stall-head; ms=4000", {10, 1, 1, 1, 0, 0}, ET_REPLY_END, 4 * ET_S},
    {"before [DONE]", "stall-end; ms=70", {10, 1, 1, 1, 0, 0}, ET_REPLY_END, 70 * ET_MS},
    {"before the second",
     "stall-end; ms=70, done-twice",
     {10, 1, 1, 2, 0, 0},
     ET_REPLY_END,
     70 * ET_MS},
    {"before usage, there being no [DONE]",
     "stall-end; ms=70, no-done",
     {10, 1, 1, 0, 0, 0},
     ET_REPLY_END,
     0},
    {"two faults in one place",
     "bad-json; after=4, stall; after=4; ms=9",
     {9, 1, 1, 1, 0, 1},
     ET_REPLY_END,
     9 * ET_MS},
    {"one byte", "one-byte", {10, 1, 1, 1, 0, 0}, ET_REPLY_END, 0},
    {"closed", "close-idle", {10, 1, 1, 1, 0, 0}, ET_REPLY_CLOSE, 0},
    {"closed, or cut", "close-idle, cut", {1, 0, 0, 0, 0, 0}, ET_REPLY_CUT, 0},
    {"another type", "wrong-type", {10, 1, 1, 1, 0, 0}, ET_REPLY_END, 0},
};

static void a_stream_comes_as_its_fault_says(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        struct played played;
        ask_ten(&played, brain, true, streams[i].fault);
        struct gist gist = gist_of(&played);
        if (memcmp(&gist, &streams[i].gist, sizeof(gist)) != 0 || played.last != streams[i].last ||
            played.end_at != ET_S + streams[i].later)
            fail_msg("%s: %s", streams[i].why, et_text_slice(&played.body).data);
        assert_int_equal(played.status, 200);
        assert_true(played.announced == UINT64_MAX);
        assert_int_equal(played.facts.faults != 0, streams[i].fault[0] != '\0');
        played_free(&played);
    }
    et_brain_free(brain);
}

/* Of a plain answer: its bytes in hundredths, and those announced, 100 being the whole. */
static const struct {
    const char *why, *fault;
    int percent, announced;
    enum et_reply_kind last;
    bool json;
    et_ns later;
} plains[] = {
    {"none", "", 100, 100, ET_REPLY_END, true, 0},
    {"cut", "cut; after=5", 50, 100, ET_REPLY_CUT, false, 0},
    {"too short", "length-short; bytes=1000000", 100, 0, ET_REPLY_END, true, 0},
    {"too long", "length-long; bytes=1", 100, 100, ET_REPLY_CUT, true, 0},
    {"bad JSON", "bad-json", 50, 50, ET_REPLY_END, false, 0},
    {"empty", "empty", 0, 0, ET_REPLY_END, false, 0},
    {"reset", "reset; after-bytes=1000000", 100, 100, ET_REPLY_RESET, true, 0},
    {"stall", "stall; ms=70", 100, 100, ET_REPLY_END, true, 70 * ET_MS},
    {"stall at the end", "stall-end; ms=70", 100, 100, ET_REPLY_END, true, 70 * ET_MS},
    {"stall at the head", "stall-head; ms=70", 100, 100, ET_REPLY_END, true, 70 * ET_MS},
    {"all stalls", "stall;ms=1,stall;ms=20, stall-end;ms=300, stall-head; ms=4000", 100, 100,
     ET_REPLY_END, true, 4321 * ET_MS},
    {"two heads", "stall-head; ms=20, stall-head; ms=3", 100, 100, ET_REPLY_END, true, 23 * ET_MS},
    {"one byte", "one-byte", 100, 100, ET_REPLY_END, true, 0},
    {"closed", "close-idle", 100, 100, ET_REPLY_CLOSE, true, 0},
};

static void a_plain_answer_comes_as_its_fault_says(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    size_t whole = 0;
    for (size_t i = 0; i < sizeof(plains) / sizeof(plains[0]); i++) {
        struct played played;
        ask_ten(&played, brain, false, plains[i].fault);
        struct et_slice body = et_text_slice(&played.body);
        if (i == 0)
            whole = body.size;
        if ((int)(body.size * 100 / whole) != plains[i].percent - (plains[i].percent == 50) &&
            (int)(body.size * 100 / whole) != plains[i].percent)
            fail_msg("%s: %zu of %zu bytes", plains[i].why, body.size, whole);
        if (played.last != plains[i].last || is_json(body) != plains[i].json ||
            played.end_at != ET_S + plains[i].later ||
            (int)((played.announced * 100 + whole / 2) / whole) != plains[i].announced)
            fail_msg("%s: announced %d, %.*s", plains[i].why, (int)played.announced, ET_ARG(body));
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_length_is_off_by_exactly_so_many_bytes(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    for (int off = 1; off < 300; off += 37) {
        char fault[64];
        struct played less, more;
        struct et_reply_step step;
        snprintf(fault, sizeof(fault), "length-short; bytes=%d", off);
        ask_ten(&less, brain, false, fault);
        snprintf(fault, sizeof(fault), "length-long; bytes=%d", off);
        ask_ten(&more, brain, false, fault);
        assert_int_equal(less.announced, et_text_slice(&less.body).size - off);
        assert_int_equal(more.announced, et_text_slice(&more.body).size + off);
        (void)step;
        played_free(&less);
        played_free(&more);
    }
    et_brain_free(brain);
}

/* What leaves behind the announced end is told apart from the body, to the byte. */
static void bytes_behind_the_announced_end_are_stray(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    char body[256];
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), "", "Plain?"));
    request.fault = ET_LIT("length-short; bytes=10, slow-drip; bytes=7; ms=1");
    struct et_reply *reply = NULL;
    struct et_reply_step step;
    uint64_t inside = 0, stray = 0;
    assert_int_equal(et_brain_ask(brain, &request, 0, &reply), 0);
    while (et_reply_next(reply, &step)) {
        inside += step.kind == ET_REPLY_DATA ? step.bytes.size : 0;
        stray += step.kind == ET_REPLY_STRAY ? step.bytes.size : 0;
    }
    assert_int_equal(inside, et_reply_body_bytes(reply));
    assert_int_equal(stray, 10);
    et_reply_free(reply);
    et_brain_free(brain);
}

static const char *const harmless[] = {
    "stall",
    "stall-end",
    "slow-drip; bytes=1; ms=1",
    "slow-drip; bytes=7; ms=2",
    "one-byte",
    "split-utf8",
    "odd-json",
    "oversize; bytes=1",
    "oversize; bytes=200000",
    "header; name=x-a; value=b",
    "close-idle",
    "odd-json, split-utf8",
    "odd-json, slow-drip; bytes=5, stall, stall-end, split-utf8, oversize; bytes=5000",
};

/* The reader of core knows no faults: it must find the same text, usage and reason. */
static void what_shapes_an_answer_leaves_its_meaning(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    for (int mode = 0; mode < 2; mode++) {
        struct played plain;
        ask_ten(&plain, brain, mode, "");
        struct et_answer_reader *wanted = read_answer(&plain);
        const struct et_chat_answer *one = et_answer_reader_answer(wanted);
        for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
            struct played played;
            ask_ten(&played, brain, mode, harmless[i]);
            if (played.last == ET_REPLY_CLOSE)
                played.last = ET_REPLY_END;
            struct et_answer_reader *reader = read_answer(&played);
            const struct et_chat_answer *other = et_answer_reader_answer(reader);
            if (et_answer_reader_state(reader) != ET_ANSWER_COMPLETE ||
                !et_slice_equal(one->content, other->content) ||
                !et_slice_equal(one->finish_reason, other->finish_reason) ||
                one->usage.completion != other->usage.completion)
                fail_msg("%s: %s", harmless[i], et_text_slice(&played.body).data);
            assert_true(mode || played.announced == et_text_slice(&played.body).size);
            et_answer_reader_free(reader);
            played_free(&played);
        }
        et_answer_reader_free(wanted);
        played_free(&plain);
    }
    et_brain_free(brain);
}

static void a_drip_is_so_many_bytes_every_so_often(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    for (int mode = 0; mode < 2; mode++) {
        struct played played;
        ask_ten(&played, brain, mode, "slow-drip; bytes=50; ms=3");
        size_t size = et_text_slice(&played.body).size, pieces = played.steps - 2;
        assert_true(mode ? pieces >= size / 50 : pieces == (size + 49) / 50);
        assert_int_equal(played.end_at - ET_S, (pieces - 1) * 3 * ET_MS);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_drip_never_makes_an_answer_faster(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    struct played plain, dripped;
    ask_ten(&plain, brain, true, "");
    ask_ten(&dripped, brain, true, "slow-drip; bytes=100000; ms=1");
    assert_int_equal(dripped.head_at - dripped.first_at, plain.head_at - plain.first_at);
    assert_true(dripped.end_at > ET_S);
    played_free(&plain);
    played_free(&dripped);
    et_brain_free(brain);
}

/* Some piece ends inside a character, and none does without the fault. */
static void a_character_is_split_and_comes_together_again(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    for (int mode = 0; mode < 4; mode++) {
        char body[256];
        struct et_brain_request request = world_chat(
            world_body(body, sizeof(body), mode & 1 ? "\"stream\":true," : "", "Split?"));
        request.fault =
            mode & 2 ? ET_LIT("split-utf8; ms=5, odd-json") : ET_LIT("split-utf8; ms=5");
        struct et_reply *reply = NULL;
        struct et_reply_step step;
        unsigned splits = 0;
        et_ns split_at = 0;
        assert_int_equal(et_brain_ask(brain, &request, ET_S, &reply), 0);
        while (et_reply_next(reply, &step)) {
            if (split_at && step.bytes.size)
                assert_int_equal(step.at, split_at + 5 * ET_MS);
            bool whole = et_utf8_valid(step.bytes);
            assert_true(whole || split_at || step.apart);
            splits += !whole && !split_at;
            split_at = !whole && !split_at ? step.at : 0;
        }
        assert_true(splits > 0);
        et_reply_free(reply);
    }
    et_brain_free(brain);
}

static void padding_is_exactly_so_long_and_leaves_in_parts(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    static const size_t sizes[] = {1, 2, 3, 4, 65535, 65536, 65537, 131071, 131072, 131073, 900000};
    for (int mode = 0; mode < 2; mode++) {
        struct played plain;
        ask_ten(&plain, brain, mode, "");
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            char fault[64];
            struct played played;
            snprintf(fault, sizeof(fault), "oversize; bytes=%zu", sizes[i]);
            ask_ten(&played, brain, mode, fault);
            size_t more = et_text_slice(&played.body).size - et_text_slice(&plain.body).size;
            size_t wanted = mode && sizes[i] < 3 ? 3 : sizes[i];
            assert_int_equal(more, wanted);
            assert_true(mode || is_json(et_text_slice(&played.body)));
            played_free(&played);
        }
        played_free(&plain);
    }
    et_brain_free(brain);
}

static void header_fields_are_set_added_and_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *fault, *there, *gone;
    } rows[] = {
        {"wrong-type", "content-type: text/plain", "application/json"},
        {"wrong-type; type=image/png", "content-type: image/png", "application/json"},
        {"header; name=X-Request-Id; value=mine", "x-request-id: mine", "req_"},
        {"header; name=x-new; value=a b", "x-new: a b", "x-nothing"},
        {"header; name=openai-version", "content-type: application/json", "openai-version"},
        {"header; name=openai-processing-ms, 503", "content-type: application/json", "-ms"},
        {"wrong-type, 429; retry-after=3", "retry-after: 3", "application/json"},
    };
    struct et_brain *brain = instant_brain();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        ask_ten(&played, brain, false, rows[i].fault);
        if (!field_is(&played, rows[i].there) || strstr(played.fields, rows[i].gone))
            fail_msg("%s: %s", rows[i].fault, played.fields);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void an_error_event_has_the_shape_it_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *fault, *has;
    } rows[] = {
        {"error-event", "data: {\"error\":{\"message\":\"The server had an error"},
        {"error-event; shape=data; code=slow_down",
         "\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"slow_down\"}}\n\n"},
        {"error-event; shape=event; code=server_is_overloaded",
         "event: error\ndata: {\"type\":\"error\",\"sequence_number\":1,"
         "\"code\":\"server_is_overloaded\",\"message\":\"Our servers"},
    };
    struct et_brain *brain = instant_brain();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        ask_ten(&played, brain, true, rows[i].fault);
        if (!body_has(&played, rows[i].has))
            fail_msg("%s: %s", rows[i].fault, et_text_slice(&played.body).data);
        played_free(&played);
    }
    et_brain_free(brain);
}

/* A stream whose end is [DONE] alone: no usage was asked for, and no reason is given. */
static void a_short_end_is_left_as_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        struct gist gist;
        et_ns later;
    } rows[] = {
        {"no-usage", {10, 1, 0, 1, 0, 0}, 0},
        {"no-finish, stall-end; ms=40", {10, 0, 0, 1, 0, 0}, 40 * ET_MS},
        {"no-finish, stall-end; ms=40, stall; after=10; ms=2", {10, 0, 0, 1, 0, 0}, 42 * ET_MS},
    };
    struct et_brain *brain = instant_brain();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[256];
        struct played played;
        struct et_brain_request request =
            world_chat(world_body(body, sizeof(body), "\"stream\":true,", "Ten words, please."));
        request.answer_tokens = ET_LIT("10");
        request.fault = et_slice_of(rows[i].fault);
        ask(&played, brain, &request, ET_S);
        struct gist gist = gist_of(&played);
        if (memcmp(&gist, &rows[i].gist, sizeof(gist)) != 0 ||
            played.end_at != ET_S + rows[i].later)
            fail_msg("%s: %s", rows[i].fault, et_text_slice(&played.body).data);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_refusal_is_shaped_like_any_answer(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    struct played played;
    ask_ten(&played, brain, true, "503, stall-head; ms=20, slow-drip; bytes=10; ms=1, odd-json");
    assert_int_equal(played.status, 503);
    assert_int_equal(played.head_at, ET_S + 20 * ET_MS);
    assert_true(played.steps > 10);
    assert_true(is_json(et_text_slice(&played.body)) && body_has(&played, "\\u0065"));
    assert_int_equal(played.announced, et_text_slice(&played.body).size);
    played_free(&played);
    et_brain_free(brain);
}

static void what_cannot_happen_to_an_answer_is_refused(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    struct played played;
    ask_ten(&played, brain, false, "stall, no-done");
    assert_int_equal(played.status, 400);
    assert_true(body_has(&played, "'no-done' cannot happen to this answer. Expected a streamed"));
    played_free(&played);
    ask_ten(&played, brain, true, "length-long");
    assert_int_equal(played.status, 400);
    assert_true(body_has(&played, "Expected a plain one."));
    played_free(&played);
    et_brain_free(brain);
}

static void embeddings_and_models_have_faults_too(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    static const struct {
        const char *method, *target, *body;
    } rows[] = {
        {"POST", "/v1/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":\"Hi\"}"},
        {"GET", "/v1/models", ""},
        {"GET", "/v1/models/gpt-4o", ""}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_request request = world_chat(et_slice_of(rows[i].body));
        request.method = et_slice_of(rows[i].method);
        request.target = et_slice_of(rows[i].target);
        request.fault = ET_LIT("length-long; bytes=5, odd-json, stall-head; ms=10");
        struct played played;
        ask(&played, brain, &request, ET_S);
        assert_int_equal(played.status, 200);
        assert_true(played.head_at >= ET_S + 10 * ET_MS);
        assert_int_equal(played.announced, et_text_slice(&played.body).size + 5);
        assert_true(is_json(et_text_slice(&played.body)));
        assert_int_equal(played.last, ET_REPLY_CUT);
        played_free(&played);
    }
    et_brain_free(brain);
}

/* Any of the kinds together, at random: steps in order of time, an end, nothing lost. */
static void whatever_goes_together_comes_to_an_end(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    for (uint64_t round = 0; round < 3000; round++) {
        char fault[256] = "";
        bool streamed = round & 1, ended = false;
        size_t count = 1 + et_draw_below(et_draw(2, round, ET_DRAW_TEST, 0), 7);
        for (uint32_t i = 1; i <= count; i++) {
            uint64_t bits = et_draw(2, round, ET_DRAW_TEST, i);
            enum et_fault_kind kind =
                (enum et_fault_kind)(2 + et_draw_below(bits, ET_FAULT_KINDS - 2));
            const struct et_fault_info *info = et_fault_info(kind);
            if (!et_fault_fits(kind, streamed) || (info->ending && ended))
                continue;
            ended |= info->ending;
            size_t used = strlen(fault);
            snprintf(fault + used, sizeof(fault) - used, "%s%s%s", used ? ", " : "", info->name,
                     kind == ET_FAULT_HEADER     ? "; name=x-a; value=1"
                     : kind == ET_FAULT_OVERSIZE ? "; bytes=70000"
                                                 : "");
        }
        struct played played;
        ask_ten(&played, brain, streamed, fault);
        assert_true(played.last == ET_REPLY_END || played.last == ET_REPLY_CUT ||
                    played.last == ET_REPLY_RESET || played.last == ET_REPLY_CLOSE ||
                    played.last == ET_REPLY_TEAR);
        if (!streamed && played.last == ET_REPLY_END && !strstr(fault, "length-short"))
            assert_int_equal(played.announced, et_text_slice(&played.body).size);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void play_all(struct et_reply *reply, bool *reset)
{
    struct et_reply_step step = {0};
    while (et_reply_next(reply, &step))
        continue;
    *reset = step.kind == ET_REPLY_RESET;
    et_reply_free(reply);
}

static void every_refused_memory_is_a_clean_end(void **state)
{
    (void)state;
    static const struct et_slice faults[] = {
        ET_LIT(
            "odd-json, split-utf8, stall, slow-drip; bytes=90, oversize; bytes=70000, no-finish"),
        ET_LIT("odd-json, header; name=a; value=b, length-short"), ET_LIT("429, odd-json")};
    for (uint64_t fail_at = 1, clean = 0; clean < 3; fail_at++) {
        struct et_mem_limit limit = {.inner = &support_heap, .bytes_max = SIZE_MAX};
        struct et_mem mem = et_mem_limited(&limit);
        struct et_brain_config config = world_config();
        struct et_brain *brain = NULL;
        assert_int_equal(et_brain_new(&brain, &config, &mem), 0);
        clean = 0;
        for (size_t i = 0; i < 3; i++) {
            char body[256];
            struct et_brain_request request = world_chat(
                world_body(body, sizeof(body), i == 0 ? "\"stream\":true," : "", "Hello?"));
            request.fault = faults[i];
            request.answer_tokens = ET_LIT("3");
            limit.calls = 0;
            limit.fail_at = fail_at;
            struct et_reply *reply = NULL;
            bool reset = false;
            int err = et_brain_ask(brain, &request, 0, &reply);
            if (!err)
                play_all(reply, &reset);
            assert_true(err == 0 || err == ET_NOMEM);
            assert_true(err || reset || limit.calls < fail_at);
            clean += limit.calls < fail_at;
        }
        et_brain_free(brain);
        assert_int_equal(limit.bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_comes_as_its_fault_says),
        cmocka_unit_test(a_plain_answer_comes_as_its_fault_says),
        cmocka_unit_test(a_length_is_off_by_exactly_so_many_bytes),
        cmocka_unit_test(bytes_behind_the_announced_end_are_stray),
        cmocka_unit_test(what_shapes_an_answer_leaves_its_meaning),
        cmocka_unit_test(a_drip_is_so_many_bytes_every_so_often),
        cmocka_unit_test(a_drip_never_makes_an_answer_faster),
        cmocka_unit_test(a_character_is_split_and_comes_together_again),
        cmocka_unit_test(padding_is_exactly_so_long_and_leaves_in_parts),
        cmocka_unit_test(header_fields_are_set_added_and_left_out),
        cmocka_unit_test(an_error_event_has_the_shape_it_is_asked_for),
        cmocka_unit_test(a_short_end_is_left_as_it_is),
        cmocka_unit_test(a_refusal_is_shaped_like_any_answer),
        cmocka_unit_test(what_cannot_happen_to_an_answer_is_refused),
        cmocka_unit_test(embeddings_and_models_have_faults_too),
        cmocka_unit_test(whatever_goes_together_comes_to_an_end),
        cmocka_unit_test(every_refused_memory_is_a_clean_end),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
