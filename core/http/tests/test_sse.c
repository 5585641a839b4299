/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/http/tests/cuts.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    } /* may hold NUL */

static void expect_events(const char *why, const struct et_sse_limits *limits,
                          struct et_slice stream, struct et_slice want)
{
    struct et_text text;
    et_text_init(&text, &support_heap, 1 << 20);
    if (!sse_cuts_agree(&text, &support_heap, limits, stream, 1))
        fail_msg("%s: cuts disagree", why);
    if (!et_slice_equal(et_text_slice(&text), want))
        fail_msg("%s:\n%s", why, et_text_slice(&text).data);
    et_text_free(&text);
}

struct row {
    const char *why;
    struct et_slice stream, want;
};

static const struct row streams[] = {
    {"nothing", S(""), S("error 0\n")},
    {"an event of a name", S("event: x\ndata: a\n\n"), S("[x] <a> ()\nerror 0\n")},
    {"CR, LF and CR LF end lines", S("data: a\rdata: b\ndata: c\r\n\r\ndata: d\r\rdata: e\n\n"),
     S("[message] <a\nb\nc> ()\n[message] <d> ()\n[message] <e> ()\nerror 0\n")},
    {"CR LF is one line end", S("data: a\r\ndata: b\r\n\r\n"), S("[message] <a\nb> ()\nerror 0\n")},
    {"LF CR is two line ends", S("data: a\n\rdata: b\n\r"),
     S("[message] <a> ()\n[message] <b> ()\nerror 0\n")},
    {"one space goes, a tab stays", S("data:  a\n\ndata:\tb\n\n"),
     S("[message] < a> ()\n[message] <\tb> ()\nerror 0\n")},
    {"data without colon is empty data", S("data\n\n"), S("[message] <> ()\nerror 0\n")},
    {"two empty ones make a line", S("data\ndata:\n\n"), S("[message] <\n> ()\nerror 0\n")},
    {"no data, no event, and no type left over", S("event: x\n\ndata: a\n\n"),
     S("[message] <a> ()\nerror 0\n")},
    {"ids stay", S("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n"),
     S("[message] <a> (1)\n[message] <b> (1)\n[message] <c> ()\nerror 0\n")},
    {"an id without data stays", S("id: 7\n\ndata: a\n\n"), S("[message] <a> (7)\nerror 0\n")},
    {"an id with NUL is no id", S("id: 1\nid: \0\ndata: a\n\n"), S("[message] <a> (1)\nerror 0\n")},
    {"comments, retry and others mean nothing", S(": c\n:\nretry: 3\nDATA: x\ndatax: y\n\n"),
     S("error 0\n")},
    {"names are not trimmed", S(" data: a\ndata : b\n\n"), S("error 0\n")},
    {"one BOM goes, at the start",
     S("\xEF\xBB\xBF"
       "data: a\n\n\xEF\xBB\xBF"
       "data: b\n\n"),
     S("[message] <a> ()\nerror 0\n")},
    {"a BOM alone in its line", S("\xEF\xBB\xBF\ndata: a\n\n"), S("[message] <a> ()\nerror 0\n")},
    {"half a BOM is a name",
     S("\xEF\xBB"
       "data: a\n\n"),
     S("error 0\n")},
    {"bad UTF-8, one sign per maximal part", S("data: \xF0\x9F\x98!\xFF\xC0\xAF\n\n"),
     S("[message] <\xEF\xBF\xBD!\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD> ()\nerror 0\n")},
    {"the end of a line ends a sequence", S("data: \xF0\x9F\ndata: \x98\n\n"),
     S("[message] <\xEF\xBF\xBD\n\xEF\xBF\xBD> ()\nerror 0\n")},
    {"what is unfinished is dropped", S("data: a\n\ndata: b\n"), S("[message] <a> ()\nerror 0\n")},
    {"[DONE] is data", S("data: {}\n\ndata: [DONE]\n\n"),
     S("[message] <{}> ()\n[message] <[DONE]> ()\nerror 0\n")},
};

static void streams_are_read_by_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++)
        expect_events(streams[i].why, &et_sse_limits_default, streams[i].stream, streams[i].want);
}

static void a_limit_is_the_last_size_that_passes(void **state)
{
    (void)state;
    static const struct et_sse_limits limits = {.line_bytes_max = 10, .event_bytes_max = 6};
    static const struct row rows[] = {
        {"line 10", S("data: 7890\n\n"), S("[message] <7890> ()\nerror 0\n")},
        {"line 11", S("data:\n\n:2345678901\n"), S("[message] <> ()\nerror -2\n")},
        {"line without end", S(":2345678901234567890"), S("error -2\n")},
        {"data 6", S("data: 12\ndata:456\n\n"), S("[message] <12\n456> ()\nerror 0\n")},
        {"data 7", S("data: 12\ndata:4567\n\n"), S("error -2\n")},
        {"type 4", S("event:7890\ndata\n\n"), S("[7890] <> ()\nerror 0\n")},
        {"id 7", S("id:4567890\ndata\n\n"), S("error -2\n")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_events(rows[i].why, &limits, rows[i].stream, rows[i].want);
}

static void an_event_is_out_with_the_byte_that_ends_it(void **state)
{
    (void)state;
    struct et_sse_reader *reader;
    struct et_sse_event event;
    assert_int_equal(et_sse_reader_new(&reader, &support_heap, &et_sse_limits_default), 0);
    struct et_slice input = ET_LIT("data: a\r\n\r");
    assert_int_equal(et_sse_reader_feed(reader, &input, &event), ET_SSE_EVENT);
    assert_slice_equal(event.data, "a");
    assert_int_equal(et_sse_reader_feed(reader, &input, &event), ET_SSE_MORE);
    input = ET_LIT("\ndata: b\r\n\r");
    assert_int_equal(et_sse_reader_feed(reader, &input, &event), ET_SSE_EVENT);
    assert_slice_equal(event.data, "b");
    assert_int_equal(et_sse_reader_error(reader), 0);
    et_sse_reader_free(reader);
    et_sse_reader_free(NULL);
}

/* Lines of every length around the block in which the reader looks for their ends. */
static void a_line_may_end_anywhere(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r", "\r\n"};
    char line[600];
    memset(line, 'x', sizeof line);
    memcpy(line, "data:", 5);
    for (size_t size = 240; size < 530; size++)
        for (size_t i = 0; i < 3; i++) {
            struct et_sse_reader *reader;
            struct et_sse_event event;
            char stream[1200];
            int bytes =
                snprintf(stream, sizeof stream, "%.*s%s%s", (int)size, line, ends[i], ends[i]);
            struct et_slice input = {stream, (size_t)bytes};
            assert_int_equal(et_sse_reader_new(&reader, &support_heap, &et_sse_limits_default), 0);
            assert_int_equal(et_sse_reader_feed(reader, &input, &event), ET_SSE_EVENT);
            assert_int_equal(event.data.size, size - 5);
            et_sse_reader_free(reader);
        }
}

/* A search for LF to the end of the input at each CR would take a quarter of an hour here. */
static void line_ends_of_one_kind_are_read_in_one_go(void **state)
{
    (void)state;
    struct et_sse_reader *reader;
    struct et_sse_event event;
    size_t size = 8 << 20;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memset(bytes, '\r', size);
    struct et_slice input = {bytes, size};
    assert_int_equal(et_sse_reader_new(&reader, &support_heap, &et_sse_limits_default), 0);
    assert_int_equal(et_sse_reader_feed(reader, &input, &event), ET_SSE_MORE);
    assert_int_equal(input.size, 0);
    et_sse_reader_free(reader);
    free(bytes);
}

static void the_writer_writes_what_the_reader_reads(void **state)
{
    (void)state;
    struct et_text text;
    et_text_init(&text, &support_heap, 4096);
    assert_int_equal(et_sse_write(&text, ET_LIT(""), ET_LIT("{\"a\":1}")), 0);
    assert_int_equal(et_sse_write(&text, ET_LIT("response.created"), ET_LIT("a\r\n\rb\n")), 0);
    assert_int_equal(et_sse_write(&text, ET_LIT(""), ET_LIT("")), 0);
    assert_slice_equal(et_text_slice(&text), "data: {\"a\":1}\n\n"
                                             "event: response.created\n"
                                             "data: a\ndata: \ndata: b\ndata: \n\n"
                                             "data: \n\n");
    expect_events("round trip", &et_sse_limits_default, et_text_slice(&text),
                  ET_LIT("[message] <{\"a\":1}> ()\n[response.created] <a\n\nb\n> ()\n"
                         "[message] <> ()\nerror 0\n"));
    et_text_free(&text);
}

static void the_writer_refuses_a_type_of_two_lines(void **state)
{
    (void)state;
    struct et_text text;
    et_text_init(&text, &support_heap, 4096);
    assert_int_equal(et_sse_write(&text, ET_LIT("a\nb"), ET_LIT("c")), ET_VALUE);
    assert_int_equal(et_sse_write(&text, ET_LIT("a\r"), ET_LIT("c")), ET_VALUE);
    assert_int_equal(et_text_slice(&text).size, 0);
    et_text_free(&text);
    et_text_init(&text, &support_heap, 8);
    assert_int_equal(et_sse_write(&text, ET_LIT(""), ET_LIT("abc")), ET_LIMIT);
    et_text_free(&text);
}

static void any_bytes_say_the_same_at_every_cut(void **state)
{
    (void)state;
    static const char *const words[] = {"data:", "data", "event: x",     "id: ", "\n",   "\r",
                                        "\r\n",  ":",    "\xEF\xBB\xBF", "\xC3", "\xA9", " "};
    for (uint32_t round = 0; round < 300; round++) {
        struct et_text stream, text;
        et_text_init(&stream, &support_heap, 4096);
        et_text_init(&text, &support_heap, 1 << 16);
        for (uint32_t i = 0; i < 24; i++) {
            uint64_t bits = et_draw(3, round, ET_DRAW_TEST, i);
            et_text_add(&stream, et_slice_of(words[bits % (sizeof words / sizeof words[0])]));
        }
        if (!sse_cuts_agree(&text, &support_heap, &et_sse_limits_default, et_text_slice(&stream),
                            1))
            fail_msg("round %u", round);
        et_text_free(&stream);
        et_text_free(&text);
    }
}

static void read_all(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_sse_reader *reader = NULL;
    struct et_sse_event event;
    if (et_sse_reader_new(&reader, mem, &et_sse_limits_default)) {
        assert_null(reader);
        return;
    }
    struct et_slice input = ET_LIT("id: 1\nevent: x\ndata: a\n\n");
    enum et_sse_result result = et_sse_reader_feed(reader, &input, &event);
    if (result == ET_SSE_FAILED) {
        assert_int_equal(et_sse_reader_error(reader), ET_NOMEM);
        assert_int_equal(et_sse_reader_feed(reader, &input, &event), ET_SSE_FAILED);
    } else {
        assert_slice_equal(event.type, "x");
    }
    et_sse_reader_free(reader);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    support_torture(read_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_are_read_by_the_standard),
        cmocka_unit_test(a_limit_is_the_last_size_that_passes),
        cmocka_unit_test(an_event_is_out_with_the_byte_that_ends_it),
        cmocka_unit_test(a_line_may_end_anywhere),
        cmocka_unit_test(line_ends_of_one_kind_are_read_in_one_go),
        cmocka_unit_test(the_writer_writes_what_the_reader_reads),
        cmocka_unit_test(the_writer_refuses_a_type_of_two_lines),
        cmocka_unit_test(any_bytes_say_the_same_at_every_cut),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
