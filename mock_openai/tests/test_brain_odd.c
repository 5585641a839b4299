/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/http/sse.h"
#include "core/json/canonical.h"
#include "core/json/json.h"
#include "mock_openai/brain_odd.h"

static const struct {
    const char *why, *json, *odd;
} rows[] = {
    {"a number as it is spelt", "1.50E+2", " 1.50E+2\n"},
    {"a word", "null", " null\n"},
    {"a text", "\"abcd/\\n\\\"\\u00e9\"", " \"\\u0061bc\\u0064\\/\\u000a\\u0022\xC3\xA9\"\n"},
    {"nothing in it", "{}", " {\n}\n"},
    {"an array", "[1,2]", " [1 , 2\n]\n"},
    {"members in reverse", "{\"a\":1,\"bc\":[]}",
     " {\n\t\"\\u0062c\" : [\n\t] ,\n\t\"\\u0061\" : 1\n}\n"},
    {"no JSON", "{\"a\":", "{\"a\":"},
};

static void json_is_written_as_nobody_writes_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_text out;
        et_text_init(&out, &support_heap, 4096);
        assert_int_equal(et_odd_json(&out, et_slice_of(rows[i].json), &support_heap), 0);
        if (!et_slice_equal(et_text_slice(&out), et_slice_of(rows[i].odd)))
            fail_msg("%s: %s", rows[i].why, et_text_slice(&out).data);
        et_text_free(&out);
    }
}

static struct et_text canonical(struct et_slice json)
{
    struct et_text out;
    et_text_init(&out, &support_heap, 1 << 20);
    assert_int_equal(et_json_canonical(json, NULL, &out), 0);
    return out;
}

/* RFC 8785 puts any two spellings of one value into the same bytes. */
static void it_says_the_same(void **state)
{
    (void)state;
    static const char json[] =
        "{\"id\":\"chatcmpl-1/2\",\"list\":[1,2.5,-3e2,null,true,{\"x\":[]}],\"text\":"
        "\"\\\"q\\\" \\\\ \\u0001 \xE2\x82\xAC \xF0\x9F\x98\x80 \\ud83d\\ude00\"}";
    struct et_text odd, one, other;
    et_text_init(&odd, &support_heap, 1 << 20);
    assert_int_equal(et_odd_json(&odd, et_slice_of(json), &support_heap), 0);
    one = canonical(et_slice_of(json));
    other = canonical(et_text_slice(&odd));
    assert_true(et_slice_equal(et_text_slice(&one), et_text_slice(&other)));
    et_text_free(&odd);
    et_text_free(&one);
    et_text_free(&other);
}

static void an_event_is_read_as_it_was(void **state)
{
    (void)state;
    static const struct {
        const char *event, *type, *data;
    } events[] = {
        {"data: {\"a\":1}\n\n", "message", " {\n\t\"\\u0061\" : 1\n}\n"},
        {"event: x.y\ndata: [DONE]\n\n", "x.y", "[DONE]"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct et_text out;
        struct et_sse_reader *reader;
        struct et_sse_event event;
        et_text_init(&out, &support_heap, 4096);
        assert_int_equal(et_odd_event(&out, et_slice_of(events[i].event), &support_heap), 0);
        struct et_slice rest = et_text_slice(&out);
        assert_true(et_slice_starts(rest, ET_LIT(": etalon\r\n")));
        assert_int_equal(et_sse_reader_new(&reader, &support_heap, &et_sse_limits_default), 0);
        assert_int_equal(et_sse_reader_feed(reader, &rest, &event), ET_SSE_EVENT);
        assert_slice_equal(event.type, events[i].type);
        assert_true(
            et_slice_equal(et_slice_trim(event.data), et_slice_trim(et_slice_of(events[i].data))));
        assert_int_equal(et_sse_reader_feed(reader, &rest, &event), ET_SSE_MORE);
        et_sse_reader_free(reader);
        et_text_free(&out);
    }
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    bool clean = false;
    for (uint64_t fail_at = 1; !clean; fail_at++) {
        struct et_mem_limit limit = {
            .inner = &support_heap, .bytes_max = SIZE_MAX, .fail_at = fail_at};
        struct et_mem mem = et_mem_limited(&limit);
        struct et_text out;
        et_text_init(&out, &mem, 1 << 20);
        int err = et_odd_event(&out, ET_LIT("data: {\"a\":[1,{\"b\":\"c\"}]}\n\n"), &mem);
        clean = limit.calls < fail_at;
        assert_int_equal(err, clean ? 0 : ET_NOMEM);
        et_text_free(&out);
        assert_int_equal(limit.bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_written_as_nobody_writes_it),
        cmocka_unit_test(it_says_the_same),
        cmocka_unit_test(an_event_is_read_as_it_was),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
