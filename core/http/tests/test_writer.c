/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/http/parser.h"
#include "core/http/writer.h"

static void a_response_is_written_as_it_stands_in_the_book(void **state)
{
    (void)state;
    struct et_text text;
    struct et_http_writer writer;
    et_text_init(&text, &support_heap, 4096);
    et_http_writer_init(&writer, &text);
    et_http_write_status(&writer, 429);
    et_http_write_field(&writer, ET_LIT("content-type"), ET_LIT("application/json"));
    et_http_write_number(&writer, ET_LIT("content-length"), 18446744073709551615u);
    et_http_write_field(&writer, ET_LIT("x-empty"), ET_LIT(""));
    et_http_write_end(&writer);
    assert_int_equal(et_http_writer_failed(&writer), 0);
    assert_slice_equal(et_text_slice(&text), "HTTP/1.1 429 Too Many Requests\r\n"
                                             "content-type: application/json\r\n"
                                             "content-length: 18446744073709551615\r\n"
                                             "x-empty: \r\n\r\n");
    et_text_free(&text);
}

static void a_chunk_begins_with_its_size_in_hexadecimal(void **state)
{
    (void)state;
    struct et_text text;
    struct et_http_writer writer;
    et_text_init(&text, &support_heap, 4096);
    et_http_writer_init(&writer, &text);
    et_http_write_chunk_open(&writer, 1);
    et_http_write_chunk_open(&writer, 0xABCDE);
    assert_int_equal(et_http_writer_failed(&writer), 0);
    assert_slice_equal(et_text_slice(&text), "1\r\nabcde\r\n");
    et_text_free(&text);
}

static void statuses_have_names_or_none(void **state)
{
    (void)state;
    struct et_text text;
    struct et_http_writer writer;
    et_text_init(&text, &support_heap, 4096);
    et_http_writer_init(&writer, &text);
    et_http_write_status(&writer, 299);
    assert_int_equal(et_http_writer_failed(&writer), 0);
    assert_slice_equal(et_text_slice(&text), "HTTP/1.1 299 \r\n");
    assert_string_equal(et_http_reason(404), "Not Found");
    assert_string_equal(et_http_reason(99), "");
    et_text_free(&text);
}

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static const struct {
    const char *why;
    struct et_slice name, value;
} breakers[] = {
    {"CR LF in a value", S("a"), S("b\r\nc: d")},
    {"LF in a value", S("a"), S("b\nc")},
    {"CR in a value", S("a"), S("b\r")},
    {"NUL in a value", S("a"), S("b\0")},
    {"a control in a value", S("a"), S("\x1F")},
    {"CR LF in a name", S("a\r\nb"), S("c")},
    {"no name", S(""), S("c")},
    {"a colon in a name", S("a:"), S("c")},
};

static void nothing_breaks_out_of_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof breakers / sizeof breakers[0]; i++) {
        struct et_text text;
        struct et_http_writer writer;
        et_text_init(&text, &support_heap, 4096);
        et_http_writer_init(&writer, &text);
        et_http_write_field(&writer, ET_LIT("x"), ET_LIT("y"));
        et_http_write_field(&writer, breakers[i].name, breakers[i].value);
        et_http_write_field(&writer, ET_LIT("z"), ET_LIT("y"));
        if (et_http_writer_failed(&writer) != ET_VALUE)
            fail_msg("%s", breakers[i].why);
        assert_slice_equal(et_text_slice(&text), "x: y\r\n");
        et_text_free(&text);
    }
}

static void a_failed_writer_writes_nothing_more(void **state)
{
    (void)state;
    struct et_text text;
    struct et_http_writer writer;
    et_text_init(&text, &support_heap, 4096);
    et_http_writer_init(&writer, &text);
    et_http_write_field(&writer, ET_LIT("a"), ET_LIT("b\r\nX: y"));
    et_http_write_field(&writer, ET_LIT("a"), ET_LIT("b"));
    et_http_write_status(&writer, 200);
    et_http_write_number(&writer, ET_LIT("a"), 1);
    et_http_write_chunk_open(&writer, 1);
    et_http_write_end(&writer);
    assert_int_equal(et_http_writer_failed(&writer), ET_VALUE);
    assert_int_equal(et_text_slice(&text).size, 0);
    et_http_writer_init(&writer, &text);
    et_http_write_number(&writer, ET_LIT("a:"), 1);
    assert_int_equal(et_http_writer_failed(&writer), ET_VALUE);
    et_text_free(&text);
}

static void a_full_text_is_told(void **state)
{
    (void)state;
    struct et_text text;
    struct et_http_writer writer;
    et_text_init(&text, &support_heap, 10);
    et_http_writer_init(&writer, &text);
    et_http_write_status(&writer, 200);
    assert_int_equal(et_http_writer_failed(&writer), ET_LIMIT);
    et_text_free(&text);
}

static void what_is_written_can_be_read(void **state)
{
    (void)state;
    struct et_text text;
    struct et_http_writer writer;
    struct et_http_parser *parser;
    et_text_init(&text, &support_heap, 4096);
    et_http_writer_init(&writer, &text);
    et_http_write_status(&writer, 200);
    et_http_write_field(&writer, ET_LIT("x-text"), ET_LIT("a\tb \xC3\xA9"));
    et_http_write_field(&writer, ET_LIT("transfer-encoding"), ET_LIT("chunked"));
    et_http_write_end(&writer);
    et_http_write_chunk_open(&writer, 5);
    et_text_add(&text, ET_LIT("hello\r\n0\r\n\r\n"));
    assert_int_equal(et_http_writer_failed(&writer), 0);
    assert_int_equal(
        et_http_parser_new(&parser, &support_heap, ET_HTTP_RESPONSES, &et_http_limits_default), 0);
    struct et_slice input = et_text_slice(&text), body;
    assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_HEAD);
    const struct et_http_head *head = et_http_parser_head(parser);
    assert_slice_equal(head->reason, "OK");
    assert_slice_equal(et_http_header(head, ET_LIT("X-Text")), "a\tb \xC3\xA9");
    assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_BODY);
    assert_slice_equal(body, "hello");
    assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_END);
    assert_int_equal(input.size, 0);
    et_http_parser_free(parser);
    et_text_free(&text);
}

static void write_all(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_text text;
    struct et_http_writer writer;
    et_text_init(&text, mem, 4096);
    et_http_writer_init(&writer, &text);
    et_http_write_status(&writer, 200);
    for (int i = 0; i < 30; i++)
        et_http_write_field(&writer, ET_LIT("x"), ET_LIT("twenty-four letters, or so"));
    int err = et_http_writer_failed(&writer);
    assert_true(err == 0 || err == ET_NOMEM);
    et_text_free(&text);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    support_torture(write_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_is_written_as_it_stands_in_the_book),
        cmocka_unit_test(a_chunk_begins_with_its_size_in_hexadecimal),
        cmocka_unit_test(statuses_have_names_or_none),
        cmocka_unit_test(nothing_breaks_out_of_its_line),
        cmocka_unit_test(a_failed_writer_writes_nothing_more),
        cmocka_unit_test(a_full_text_is_told),
        cmocka_unit_test(what_is_written_can_be_read),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
