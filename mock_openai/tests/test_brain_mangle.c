/* SPDX-License-Identifier: MIT */
/* Every kind of fault as a client would read it, without a socket. */
#include "mock_openai/tests/mangle_world.h"

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
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
