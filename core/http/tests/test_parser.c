/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/http/tests/cuts.h"

#include <sys/mman.h>
#include <unistd.h>

static struct et_http_parser *parser_of(enum et_http_kind kind)
{
    struct et_http_parser *parser;
    assert_int_equal(et_http_parser_new(&parser, &support_heap, kind, &et_http_limits_default), 0);
    return parser;
}

struct story {
    const char *why, *stream, *want;
};

static void expect_story(const struct story *story, enum et_http_kind kind, bool answers_head)
{
    struct transcript transcript = transcript_of(&support_heap, kind);
    transcript.answers_head = answers_head;
    assert_true(cuts_agree(&transcript, &support_heap, et_slice_of(story->stream), 1));
    if (!et_slice_equal(et_text_slice(&transcript.text), et_slice_of(story->want)))
        fail_msg("%s:\n%s", story->why, et_text_slice(&transcript.text).data);
    et_text_free(&transcript.text);
}

static const struct story requests[] = {
    {"a target is taken apart, a value trimmed",
     "\r\nGET /v1/models?a=b?c#d HTTP/1.1\r\nHost: h:80\r\nX:\t y z \t\r\n\r\n",
     "GET /v1/models?a=b?c#d path=/v1/models query=a=b?c host=h:80 1.1 framing=0 length=0 "
     "alive=1 expect=0\nHost=h:80\nX=y z\nEND\nEOF\n"},
    {"a body by length, and the client waits",
     "POST / HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: 005\r\nExpect: x, "
     "100-Continue\r\n\r\nhello",
     "POST / path=/ query= host=a 1.1 framing=1 length=5 alive=1 expect=1\nHost=a\n"
     "content-LENGTH=005\nExpect=x, 100-Continue\nBODY hello\nEND\nEOF\n"},
    {"chunks are joined and trailers dropped",
     "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
     "1;x\r\na\r\n2\r\nbc\r\n0\r\nT: u\r\n\r\n",
     "PUT / path=/ query= host=a 1.1 framing=2 length=0 alive=1 expect=0\nHost=a\n"
     "Transfer-Encoding=chunked\nBODY abc\nEND\nEOF\n"},
    {"an absolute target brings the host and drops the user",
     "GET http://u:p@b:1?q HTTP/1.1\r\nHost: a\r\nConnection: x,Close\r\n\r\n",
     "GET http://u:p@b:1?q path=/ query=q host=b:1 1.1 framing=0 length=0 alive=0 expect=0\n"
     "Host=a\nConnection=x,Close\nEND\nEOF\n"},
    {"HTTP/1.0 closes, and knows no 100",
     "POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx",
     "POST / path=/ query= host= 1.0 framing=1 length=1 alive=0 expect=0\nContent-Length=1\n"
     "Expect=100-continue\nBODY x\nEND\nEOF\n"},
    {"HTTP/1.0 may stay, and nobody waits to send nothing",
     "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\nExpect: 100-continue\r\n\r\n",
     "GET / path=/ query= host= 1.0 framing=0 length=0 alive=1 expect=0\n"
     "Connection=Keep-Alive\nExpect=100-continue\nEND\nEOF\n"},
    {"pipelined, the second is framed by the end of the first",
     "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\r\nOPTIONS * HTTP/1.1\r\n"
     "Host: a\r\n\r\nCONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\nGET",
     "POST /1 path=/1 query= host=a 1.1 framing=1 length=2 alive=1 expect=0\nHost=a\n"
     "Content-Length=2\nBODY \r\n\nEND\n"
     "OPTIONS * path=* query= host=a 1.1 framing=0 length=0 alive=1 expect=0\nHost=a\nEND\n"
     "CONNECT b:443 path= query= host=b:443 1.1 framing=0 length=0 alive=1 expect=0\n"
     "Host=b:443\nEND\nERROR TRUNCATED\nEOF\n"},
    {"an empty line is skipped in front of each, and a 100 for no body is not awaited",
     "\r\nGET / HTTP/1.1\r\nHost:\r\nExpect: 100-continue\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n",
     "GET / path=/ query= host= 1.1 framing=0 length=0 alive=1 expect=0\nHost=\n"
     "Expect=100-continue\nEND\n"
     "GET / path=/ query= host= 1.0 framing=0 length=0 alive=0 expect=0\nEND\nEOF\n"},
    {"only one empty line is skipped", "\r\n\r\nGET / HTTP/1.0\r\n\r\n",
     "ERROR BAD_REQUEST_LINE\nEOF\n"},
    {"an empty line alone is nothing", "\r\n", "EOF\n"},
    {"nothing is nothing", "", "EOF\n"},
};

static void requests_are_told_in_full(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        expect_story(&requests[i], ET_HTTP_REQUESTS, false);
}

static const struct story responses[] = {
    {"by length, behind two interim ones",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
     "200 OK 1.1 framing=1 length=2 alive=1 expect=0\nContent-Length=2\nBODY hi\nEND\nEOF\n"},
    {"by chunks, then another",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
     "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
     "200 OK 1.1 framing=2 length=0 alive=1 expect=0\nTransfer-Encoding=chunked\nBODY hi\nEND\n"
     "404 Not Found 1.1 framing=1 length=0 alive=1 expect=0\nContent-Length=0\nEND\nEOF\n"},
    {"until the connection closes", "HTTP/1.1 200 OK\r\nX: y\r\n\r\nhi\r\n",
     "200 OK 1.1 framing=3 length=0 alive=0 expect=0\nX=y\nBODY hi\r\n\nEND\nEOF\n"},
    {"until the connection closes at once", "HTTP/1.0 200 \r\n\r\n",
     "200  1.0 framing=3 length=0 alive=0 expect=0\nEND\nEOF\n"},
    {"204 and 304 have no body, whatever they say",
     "HTTP/1.1 204 \r\n\r\nHTTP/1.1 304 \r\nContent-Length: 99999999\r\n\r\n",
     "204  1.1 framing=0 length=0 alive=1 expect=0\nEND\n"
     "304  1.1 framing=0 length=0 alive=1 expect=0\nContent-Length=99999999\nEND\nEOF\n"},
    {"closed in the middle", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
     "200 OK 1.1 framing=1 length=3 alive=1 expect=0\nContent-Length=3\nBODY hi\n"
     "ERROR TRUNCATED\nEOF\n"},
    {"no empty line is skipped", "\r\nHTTP/1.1 200 OK\r\n\r\n", "ERROR BAD_STATUS_LINE\nEOF\n"},
};

static void responses_are_told_in_full(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof responses / sizeof responses[0]; i++)
        expect_story(&responses[i], ET_HTTP_RESPONSES, false);
}

static void an_answer_to_head_has_no_body_and_the_next_one_has(void **state)
{
    (void)state;
    static const struct story story = {
        "HEAD",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "200 OK 1.1 framing=0 length=0 alive=1 expect=0\nContent-Length=2\nEND\n"
        "200 OK 1.1 framing=1 length=2 alive=1 expect=0\nContent-Length=2\nBODY hi\nEND\nEOF\n"};
    expect_story(&story, ET_HTTP_RESPONSES, true);
}

static const struct et_http_limits narrow = {16, 26, 3, 4, 6, 12};
static const struct et_http_limits wide = {16, 64, 3, 4, 6, 12}; /* for the headers of chunks */

static const struct et_http_limits full = {15, 34, 2, 4, 6, 12};

#define CHUNKED "POST / HTTP/1.1\r\nTransfer-Encoding:chunked\r\nHost:\r\n\r\n"
#define FULL    CHUNKED "3;ab\r\nabc\r\n1;de\r\nd\r\n0\r\nA: b\r\nA: b\r\n\r\n"

/* Each limit, met and passed by one. */
static const struct {
    const char *why, *stream;
    const struct et_http_limits *limits;
    enum et_http_error error;
} sizes[] = {
    {"line 16", "GET /34 HTTP/1.0\r\n\r\n", &narrow, ET_HTTP_OK},
    {"line 17", "GET /345 HTTP/1.0\r\n\r\n", &narrow, ET_HTTP_LONG_START_LINE},
    {"line 17, bare LF", "GET /345 HTTP/1.0\n\n", &narrow, ET_HTTP_BAD_LINE_END},
    {"headers 26", "GET / HTTP/1.0\r\nA: 4567890\r\nB: 456789012\r\n\r\n", &narrow, ET_HTTP_OK},
    {"headers 27", "GET / HTTP/1.0\r\nA: 4567890\r\nB: 4567890123\r\n\r\n", &narrow,
     ET_HTTP_LARGE_HEADERS},
    {"headers 40, no end", "GET / HTTP/1.0\r\nA: 4567890123456789012345678901234567890", &narrow,
     ET_HTTP_LARGE_HEADERS},
    {"3 headers", "GET / HTTP/1.0\r\nA:\r\nB:\r\nC:\r\n\r\n", &narrow, ET_HTTP_OK},
    {"4 headers", "GET / HTTP/1.0\r\nA:\r\nB:\r\nC:\r\nD:\r\n\r\n", &narrow, ET_HTTP_MANY_HEADERS},
    {"body 4", "GET / HTTP/1.0\r\nContent-Length: 4\r\n\r\n1234", &narrow, ET_HTTP_OK},
    {"body 5", "GET / HTTP/1.0\r\nContent-Length: 5\r\n\r\n", &narrow, ET_HTTP_LARGE_BODY},
    {"chunks 4", CHUNKED "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", &wide, ET_HTTP_OK},
    {"chunks 5", CHUNKED "3\r\nabc\r\n1\r\nd\r\n1\r\ne\r\n0\r\n\r\n", &wide, ET_HTTP_LARGE_BODY},
    {"everything full, twice", FULL FULL, &full, ET_HTTP_OK},
    {"extensions 6", CHUNKED "1;ab\r\na\r\n0;xy\r\n\r\n", &wide, ET_HTTP_OK},
    {"extensions 7", CHUNKED "1;ab\r\na\r\n0;xyz\r\n\r\n", &wide, ET_HTTP_LARGE_CHUNK_EXTENSIONS},
    {"extension without end", CHUNKED "0;abcdefghijklmnopqrstuvwxyz", &wide,
     ET_HTTP_LARGE_CHUNK_EXTENSIONS},
    {"trailers 12", CHUNKED "0\r\nA: b\r\nA: b\r\n\r\n", &wide, ET_HTTP_OK},
    {"trailers 13", CHUNKED "0\r\nA: b\r\nA: bc\r\n\r\n", &wide, ET_HTTP_LARGE_TRAILERS},
    {"trailer without end", CHUNKED "0\r\nA: b5678901234567890", &wide, ET_HTTP_LARGE_TRAILERS},
    {"to close 4", "HTTP/1.0 200 \r\n\r\n1234", &narrow, ET_HTTP_OK},
    {"to close 5", "HTTP/1.0 200 \r\n\r\n12345", &narrow, ET_HTTP_LARGE_BODY},
    {"status line", "HTTP/1.0 200 12345\r\n\r\n", &narrow, ET_HTTP_LONG_START_LINE},
};

static void a_limit_is_the_last_size_that_passes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bool answers = strncmp(sizes[i].stream, "HTTP/", 5) == 0;
        struct transcript transcript =
            transcript_of(&support_heap, answers ? ET_HTTP_RESPONSES : ET_HTTP_REQUESTS);
        transcript.limits = sizes[i].limits;
        assert_true(cuts_agree(&transcript, &support_heap, et_slice_of(sizes[i].stream), 1));
        if (transcript.error != sizes[i].error)
            fail_msg("%s: %s", sizes[i].why, et_http_error_name(transcript.error));
        et_text_free(&transcript.text);
    }
}

static void bytes_behind_the_end_stay_with_the_caller(void **state)
{
    (void)state;
    struct et_http_parser *parser = parser_of(ET_HTTP_REQUESTS);
    struct et_slice input = ET_LIT("GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n"), body;
    struct et_slice second = et_slice_part(input, 19, input.size);
    assert_true(et_http_parser_idle(parser));
    assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_HEAD);
    assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_END);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_MORE);
        assert_ptr_equal(input.data, second.data);
        assert_int_equal(input.size, second.size);
    }
    assert_slice_equal(et_http_parser_head(parser)->path, "/1");
    assert_int_equal(et_http_parser_eof(parser), ET_HTTP_MORE);
    et_http_parser_next(parser);
    assert_null(et_http_parser_head(parser));
    assert_true(et_http_parser_idle(parser));
    assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_HEAD);
    assert_slice_equal(et_http_parser_head(parser)->path, "/2");
    assert_false(et_http_parser_idle(parser));
    et_http_parser_free(parser);
}

static void an_error_is_for_good(void **state)
{
    (void)state;
    struct et_http_parser *parser = parser_of(ET_HTTP_REQUESTS);
    struct et_slice input = ET_LIT("GET /\r\nGET / HTTP/1.0\r\n\r\n"), body;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_ERROR);
        assert_int_equal(et_http_parser_error(parser), ET_HTTP_BAD_REQUEST_LINE);
        assert_int_equal(input.size, 18);
    }
    assert_int_equal(et_http_parser_eof(parser), ET_HTTP_ERROR);
    assert_int_equal(et_http_parser_error(parser), ET_HTTP_BAD_REQUEST_LINE);
    et_http_parser_free(parser);
}

static void the_end_may_come_before_it_was_asked_for(void **state)
{
    (void)state;
    struct et_http_parser *parser = parser_of(ET_HTTP_REQUESTS);
    struct et_slice input = ET_LIT("GET / HTTP/1.0\r\n\r\n"), body;
    assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_HEAD);
    assert_int_equal(et_http_parser_eof(parser), ET_HTTP_END);
    assert_int_equal(et_http_parser_eof(parser), ET_HTTP_MORE);
    et_http_parser_free(parser);
}

static void headers_are_found_by_name_in_any_case(void **state)
{
    (void)state;
    struct et_http_parser *parser = parser_of(ET_HTTP_REQUESTS);
    struct et_slice body, input = ET_LIT("GET / HTTP/1.0\r\nAuThorization: Bearer x\r\nEmpty:\r\n"
                                         "A: b, c\r\na: D ,\td e\r\n\r\n");
    assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_HEAD);
    const struct et_http_head *head = et_http_parser_head(parser);
    assert_slice_equal(et_http_header(head, ET_LIT("authorization")), "Bearer x");
    assert_slice_equal(et_http_header(head, ET_LIT("A")), "b, c");
    assert_non_null(et_http_header(head, ET_LIT("empty")).data);
    assert_null(et_http_header(head, ET_LIT("authorizatio")).data);
    assert_true(et_http_header_lists(head, ET_LIT("a"), ET_LIT("C")));
    assert_true(et_http_header_lists(head, ET_LIT("a"), ET_LIT("d")));
    assert_false(et_http_header_lists(head, ET_LIT("a"), ET_LIT("e")));
    et_http_parser_free(parser);
}

/* The input ends where a page ends that is followed by one nobody may read. */
static void nothing_is_read_behind_the_input(void **state)
{
    (void)state;
    static const char stream[] =
        "POST /v1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;a=\"b\"\r\nhello\r\n0\r\nT: u\r\n\r\n";
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
    for (size_t size = 0; size < sizeof stream; size++) {
        struct et_http_parser *parser = parser_of(ET_HTTP_REQUESTS);
        struct et_slice input = {memcpy(pages + page - size, stream, size), size}, body;
        enum et_http_event event;
        do
            event = et_http_parser_feed(parser, &input, &body);
        while (event == ET_HTTP_HEAD || event == ET_HTTP_BODY);
        assert_int_equal(event, size == sizeof stream - 1 ? ET_HTTP_END : ET_HTTP_MORE);
        et_http_parser_free(parser);
    }
    munmap(pages, 2 * page);
}

/* Valid streams with a byte changed, dropped or doubled somewhere: whatever it means now, it must
 * mean it at every cut. */
static void damaged_streams_say_the_same_at_every_cut(void **state)
{
    (void)state;
    static const char good[] =
        "PUT http://a/b?c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        "\r\n2;x=\"y\"\r\nhi\r\n0\r\nT: u\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n"
        "Content-Length: 1\r\n\r\nx";
    static const char bytes[] = "\r\n\t :;,=\"\\0aAzZ%/?#@[]\x00\x7F\xFF";
    for (uint32_t round = 0; round < 400; round++) {
        uint64_t bits = et_draw(7, round, ET_DRAW_TEST, 0);
        char stream[sizeof good];
        memcpy(stream, good, sizeof good);
        size_t at = et_draw_below(bits, sizeof good - 1), size = sizeof good - 1;
        if (bits & 1)
            stream[at] = bytes[(bits >> 1) % (sizeof bytes - 1)];
        else
            memmove(stream + at, stream + at + 1, size-- - at);
        struct transcript transcript = transcript_of(&support_heap, ET_HTTP_REQUESTS);
        if (!cuts_agree(&transcript, &support_heap, (struct et_slice){stream, size}, 3))
            fail_msg("round %u: %.*s", round, (int)size, stream);
        et_text_free(&transcript.text);
    }
}

static void create_and_parse(const struct et_mem *mem, void *arg)
{
    struct et_http_parser *parser = arg;
    if (et_http_parser_new(&parser, mem, ET_HTTP_REQUESTS, &et_http_limits_default)) {
        assert_null(parser);
        return;
    }
    struct et_slice input = ET_LIT("GET / HTTP/1.0\r\n\r\n"), body;
    assert_int_equal(et_http_parser_feed(parser, &input, &body), ET_HTTP_HEAD);
    et_http_parser_free(parser);
}

static void memory_can_fail_only_in_new(void **state)
{
    (void)state;
    support_torture(create_and_parse, NULL);
    et_http_parser_free(NULL);
}

static void every_error_has_a_status_and_a_text(void **state)
{
    (void)state;
    assert_int_equal(et_http_error_status(ET_HTTP_OK), 200);
    assert_string_equal(et_http_error_name(ET_HTTP_BAD_VERSION), "BAD_VERSION");
    for (int error = ET_HTTP_OK + 1; error <= ET_HTTP_TRUNCATED; error++) {
        unsigned status = et_http_error_status((enum et_http_error)error);
        assert_true(status >= 400 && status <= 505);
        assert_true(strlen(et_http_error_text((enum et_http_error)error)) > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_told_in_full),
        cmocka_unit_test(responses_are_told_in_full),
        cmocka_unit_test(an_answer_to_head_has_no_body_and_the_next_one_has),
        cmocka_unit_test(a_limit_is_the_last_size_that_passes),
        cmocka_unit_test(bytes_behind_the_end_stay_with_the_caller),
        cmocka_unit_test(an_error_is_for_good),
        cmocka_unit_test(the_end_may_come_before_it_was_asked_for),
        cmocka_unit_test(headers_are_found_by_name_in_any_case),
        cmocka_unit_test(nothing_is_read_behind_the_input),
        cmocka_unit_test(damaged_streams_say_the_same_at_every_cut),
        cmocka_unit_test(memory_can_fail_only_in_new),
        cmocka_unit_test(every_error_has_a_status_and_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
