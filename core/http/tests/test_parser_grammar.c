/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/http/tests/cuts.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    } /* may hold NUL */

struct row {
    const char *why;
    struct et_slice text;
    enum et_http_error error;
};

static void expect_error(const struct row *row, struct et_slice stream)
{
    bool answers = et_slice_starts(stream, ET_LIT("HTTP/"));
    struct transcript transcript =
        transcript_of(&support_heap, answers ? ET_HTTP_RESPONSES : ET_HTTP_REQUESTS);
    if (!cuts_agree(&transcript, &support_heap, stream, 1))
        fail_msg("%s: cuts disagree", row->why);
    if (transcript.error != row->error)
        fail_msg("%s: %s instead of %s: %.*s", row->why, et_http_error_name(transcript.error),
                 et_http_error_name(row->error), ET_ARG(stream));
    et_text_free(&transcript.text);
}

/* Every row's text between `before` and `behind`. */
static void expect_rows(const struct row *rows, size_t count, const char *before,
                        const char *behind)
{
    for (size_t i = 0; i < count; i++) {
        struct et_text stream;
        et_text_init(&stream, &support_heap, 1 << 20);
        et_text_add(&stream, et_slice_of(before));
        et_text_add(&stream, rows[i].text);
        et_text_add(&stream, et_slice_of(behind));
        expect_error(&rows[i], et_text_slice(&stream));
        et_text_free(&stream);
    }
}

#define EXPECT_ROWS(rows, before, behind)                                                          \
    expect_rows(rows, sizeof(rows) / sizeof((rows)[0]), before, behind)

static const struct row request_lines[] = {
    {"plain", S("GET / HTTP/1.1"), ET_HTTP_OK},
    {"any token is a method", S("M-SEARCH!#$%&'*+.^_`|~09 / HTTP/1.1"), ET_HTTP_OK},
    {"an old minor version", S("GET / HTTP/1.0"), ET_HTTP_OK},
    {"bytes above ASCII in a target", S("GET /\xC3\xA0 HTTP/1.1"), ET_HTTP_OK},
    {"absolute form", S("GET http://h:1/p?q HTTP/1.1"), ET_HTTP_OK},
    {"scheme in capitals", S("GET HTTP://h HTTP/1.1"), ET_HTTP_OK},
    {"IPv6 with a user", S("GET https://u:p%20@[::1]/ HTTP/1.1"), ET_HTTP_OK},
    {"asterisk", S("OPTIONS * HTTP/1.1"), ET_HTTP_OK},
    {"authority", S("CONNECT h:1 HTTP/1.1"), ET_HTTP_OK},
    {"small letters", S("get / HTTP/1.1"), ET_HTTP_BAD_METHOD},
    {"a colon in the method", S("GE:T / HTTP/1.1"), ET_HTTP_BAD_METHOD},
    {"no method", S(" / HTTP/1.1"), ET_HTTP_BAD_REQUEST_LINE},
    {"no target", S("GET  HTTP/1.1"), ET_HTTP_BAD_REQUEST_LINE},
    {"no target and one space", S("GET HTTP/1.1"), ET_HTTP_BAD_REQUEST_LINE},
    {"one word", S("GET"), ET_HTTP_BAD_REQUEST_LINE},
    {"HTTP/0.9 without a version", S("GET /"), ET_HTTP_BAD_REQUEST_LINE},
    {"two spaces", S("GET  / HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"a space in the target", S("GET /a b HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"a space at the end", S("GET / HTTP/1.1 "), ET_HTTP_BAD_REQUEST_LINE},
    {"a space in front", S(" GET / HTTP/1.1"), ET_HTTP_BAD_REQUEST_LINE},
    {"a tab as separator", S("GET\t/\tHTTP/1.1"), ET_HTTP_BAD_REQUEST_LINE},
    {"a tab in the target", S("GET /\t HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"NUL in the target", S("GET /\0 HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"DEL in the target", S("GET /\x7F HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"CR in the target", S("GET /\r HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"version in small letters", S("GET / http/1.1"), ET_HTTP_BAD_REQUEST_LINE},
    {"version of two digits", S("GET / HTTP/1.10"), ET_HTTP_BAD_REQUEST_LINE},
    {"version without a dot", S("GET / HTTP/1:1"), ET_HTTP_BAD_REQUEST_LINE},
    {"version that is no number", S("GET / HTTP/x.1"), ET_HTTP_BAD_REQUEST_LINE},
    {"minor version that is no number", S("GET / HTTP/1.x"), ET_HTTP_BAD_REQUEST_LINE},
    {"HTTP/2", S("GET / HTTP/2.0"), ET_HTTP_BAD_VERSION},
    {"HTTP/1.2", S("GET / HTTP/1.2"), ET_HTTP_BAD_VERSION},
    {"HTTP/0.9", S("GET / HTTP/0.9"), ET_HTTP_BAD_VERSION},
    {"asterisk for another method", S("GET * HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"authority for another method", S("GET h:1 HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"a path for CONNECT", S("CONNECT / HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"CONNECT without a port", S("CONNECT h HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"CONNECT with an empty port", S("CONNECT h: HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"CONNECT without a host", S("CONNECT :1 HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"a relative path", S("GET a/b HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"another scheme", S("GET ftp://h/ HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"no host", S("GET http:///p HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"a port without a host", S("GET http://:1/ HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"a user without a host", S("GET http://u@/ HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"two users", S("GET http://u@v@h/ HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"a bad user", S("GET http://u[@h/ HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"an open bracket", S("GET http://[::1/ HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"empty brackets", S("GET http://[]/ HTTP/1.1"), ET_HTTP_BAD_TARGET},
    {"behind brackets", S("GET http://[::1]x/ HTTP/1.1"), ET_HTTP_BAD_TARGET},
};

static void request_lines_are_judged_by_the_grammar(void **state)
{
    (void)state;
    EXPECT_ROWS(request_lines, "", "\r\nHost: a\r\n\r\n");
}

static const struct row field_lines[] = {
    {"plain", S("X: y"), ET_HTTP_OK},
    {"no space", S("X:y"), ET_HTTP_OK},
    {"empty value", S("X:"), ET_HTTP_OK},
    {"white space only", S("X: \t "), ET_HTTP_OK},
    {"every sign of a token", S("!#$%&'*+-.^_`|~aZ9: y"), ET_HTTP_OK},
    {"bytes above ASCII", S("X: caf\xC3\xA9 \xFF"), ET_HTTP_OK},
    {"a tab inside", S("X: a\tb"), ET_HTTP_OK},
    {"two of a name that may repeat", S("X: a\r\nX: b"), ET_HTTP_OK},
    {"no colon", S("X"), ET_HTTP_BAD_FIELD_NAME},
    {"no name", S(": y"), ET_HTTP_BAD_FIELD_NAME},
    {"a space in front of the colon", S("X : y"), ET_HTTP_BAD_FIELD_NAME},
    {"a space in the name", S("X Y: z"), ET_HTTP_BAD_FIELD_NAME},
    {"a bracket in the name", S("X[: z"), ET_HTTP_BAD_FIELD_NAME},
    {"NUL in the name", S("X\0: z"), ET_HTTP_BAD_FIELD_NAME},
    {"a byte above ASCII in the name", S("X\xC3\x9F: z"), ET_HTTP_BAD_FIELD_NAME},
    {"folded", S("X: y\r\n z"), ET_HTTP_FOLDED_FIELD},
    {"folded by a tab", S("X: y\r\n\tz"), ET_HTTP_FOLDED_FIELD},
    {"folded to nothing", S("X: y\r\n "), ET_HTTP_FOLDED_FIELD},
    {"NUL", S("X: a\0b"), ET_HTTP_BAD_FIELD_VALUE},
    {"CR", S("X: a\rb"), ET_HTTP_BAD_FIELD_VALUE},
    {"CR at the end", S("X: a\r"), ET_HTTP_BAD_FIELD_VALUE},
    {"LF", S("X: a\nb: c"), ET_HTTP_BAD_LINE_END},
    {"DEL", S("X: \x7F"), ET_HTTP_BAD_FIELD_VALUE},
    {"VT in front is not white space", S("X: \x0By"), ET_HTTP_BAD_FIELD_VALUE},
    {"a second Host", S("host: a"), ET_HTTP_DUPLICATE_FIELD},
    {"two Authorizations", S("Authorization: a\r\nauthorization: b"), ET_HTTP_DUPLICATE_FIELD},
    {"two Content-Types", S("Content-Type: a\r\nContent-Type: a"), ET_HTTP_DUPLICATE_FIELD},
    {"two lengths", S("Content-Length: 0\r\nContent-Length: 0"), ET_HTTP_DUPLICATE_FIELD},
    {"an empty one first", S("Content-Length:\r\nContent-Length: 0"), ET_HTTP_DUPLICATE_FIELD},
    {"length 0", S("Content-Length: 0"), ET_HTTP_OK},
    {"18 digits", S("Content-Length: 000000000000000000"), ET_HTTP_OK},
    {"19 digits", S("Content-Length: 0000000000000000000"), ET_HTTP_BAD_LENGTH},
    {"no digits", S("Content-Length:"), ET_HTTP_BAD_LENGTH},
    {"a sign", S("Content-Length: +0"), ET_HTTP_BAD_LENGTH},
    {"a list", S("Content-Length: 0, 0"), ET_HTTP_BAD_LENGTH},
    {"hexadecimal", S("Content-Length: 0x0"), ET_HTTP_BAD_LENGTH},
    {"too large", S("Content-Length: 16777217"), ET_HTTP_LARGE_BODY},
    {"identity", S("Transfer-Encoding: identity"), ET_HTTP_BAD_CODING},
    {"gzip first", S("Transfer-Encoding: gzip, chunked"), ET_HTTP_BAD_CODING},
    {"chunked with a parameter", S("Transfer-Encoding: chunked;q=1"), ET_HTTP_BAD_CODING},
    {"empty coding", S("Transfer-Encoding:"), ET_HTTP_BAD_CODING},
    {"both", S("Transfer-Encoding: chunked\r\nContent-Length: 0"), ET_HTTP_BAD_FRAMING},
};

static void field_lines_are_judged_by_the_grammar(void **state)
{
    (void)state;
    EXPECT_ROWS(field_lines, "POST / HTTP/1.1\r\nHost: a\r\n", "\r\n\r\n");
}

static const struct row hosts[] = {
    {"a name", S("Host: api.example.com\r\n"), ET_HTTP_OK},
    {"a port", S("Host: a:65535\r\n"), ET_HTTP_OK},
    {"an empty port", S("Host: a:\r\n"), ET_HTTP_OK},
    {"IPv6", S("Host: [::1]:80\r\n"), ET_HTTP_OK},
    {"empty", S("Host:\r\n"), ET_HTTP_OK},
    {"sub-delims", S("Host: 0.0.0.0=5000\r\n"), ET_HTTP_OK},
    {"missing", S(""), ET_HTTP_BAD_HOST},
    {"a port too high", S("Host: a:65536\r\n"), ET_HTTP_BAD_HOST},
    {"a port too long", S("Host: a:000080\r\n"), ET_HTTP_BAD_HOST},
    {"two ports", S("Host: a:1:2\r\n"), ET_HTTP_BAD_HOST},
    {"a port that is no number", S("Host: a:http\r\n"), ET_HTTP_BAD_HOST},
    {"a path", S("Host: a/b\r\n"), ET_HTTP_BAD_HOST},
    {"a user", S("Host: u@a\r\n"), ET_HTTP_BAD_HOST},
    {"a space", S("Host: a b\r\n"), ET_HTTP_BAD_HOST},
    {"percent", S("Host: %61\r\n"), ET_HTTP_BAD_HOST},
    {"an open bracket", S("Host: [::1\r\n"), ET_HTTP_BAD_HOST},
    {"a letter beyond f in brackets", S("Host: [g::1]\r\n"), ET_HTTP_BAD_HOST},
};

static void hosts_are_judged_by_the_grammar(void **state)
{
    (void)state;
    EXPECT_ROWS(hosts, "GET / HTTP/1.1\r\n", "\r\n");
}

static const struct row old_headers[] = {
    {"no host", S(""), ET_HTTP_OK},
    {"a length", S("Content-Length: 0\r\n"), ET_HTTP_OK},
    {"chunks", S("Transfer-Encoding: chunked\r\n"), ET_HTTP_BAD_FRAMING},
    {"a bad host all the same", S("Host: a b\r\n"), ET_HTTP_BAD_HOST},
};

static void http_1_0_needs_no_host_and_knows_no_chunks(void **state)
{
    (void)state;
    EXPECT_ROWS(old_headers, "GET / HTTP/1.0\r\n", "\r\n");
}

static const struct row bodies[] = {
    {"nothing", S("0\r\n\r\n"), ET_HTTP_OK},
    {"digits of either case", S("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"), ET_HTTP_OK},
    {"16 digits", S("0000000000000001\r\nx\r\n0000000000000000\r\n\r\n"), ET_HTTP_OK},
    {"CR LF in the data", S("4\r\n\r\n\r\n\r\n0\r\n\r\n"), ET_HTTP_OK},
    {"extensions", S("1;a;b=c ; d = \"e\\\";\t\"\r\nx\r\n0;z\r\n\r\n"), ET_HTTP_OK},
    {"trailers", S("0\r\nX: y\r\nContent-Type: a\r\nX:\r\n\r\n"), ET_HTTP_OK},
    {"17 digits", S("00000000000000001\r\nx\r\n0\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"no digit", S("\r\nx\r\n0\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"no digit but an extension", S(";a\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"a space in front", S(" 0\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"a space behind", S("0 \r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"a sign", S("+0\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"0x", S("0x0\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"a digit beyond F", S("g\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"NUL", S("0\0\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"words", S("1 x\r\ny\r\n0\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"bare LF", S("0\n\r\n"), ET_HTTP_BAD_LINE_END},
    {"bare LF at the end", S("0\r\n\n"), ET_HTTP_BAD_LINE_END},
    {"bare CR", S("0\r\r\n\r\n"), ET_HTTP_BAD_CHUNK_SIZE},
    {"2^64 - 1", S("ffffffffffffffff\r\n"), ET_HTTP_LARGE_BODY},
    {"no name", S("0;\r\n\r\n"), ET_HTTP_BAD_CHUNK_EXTENSION},
    {"no value", S("0;a=\r\n\r\n"), ET_HTTP_BAD_CHUNK_EXTENSION},
    {"an open quote", S("0;a=\"b\r\n\r\n"), ET_HTTP_BAD_CHUNK_EXTENSION},
    {"an open escape", S("0;a=\"b\\\r\n\r\n"), ET_HTTP_BAD_CHUNK_EXTENSION},
    {"a control in quotes", S("0;a=\"\x01\"\r\n\r\n"), ET_HTTP_BAD_CHUNK_EXTENSION},
    {"something behind a quote", S("0;a=\"b\"c\r\n\r\n"), ET_HTTP_BAD_CHUNK_EXTENSION},
    {"a space at the end", S("0;a \r\n\r\n"), ET_HTTP_BAD_CHUNK_EXTENSION},
    {"CR in an extension", S("0;a=b\rc\r\n\r\n"), ET_HTTP_BAD_CHUNK_EXTENSION},
    {"data too short", S("3\r\nab\r\n0\r\n\r\n"), ET_HTTP_BAD_LINE_END},
    {"data too long", S("1\r\nab\r\n0\r\n\r\n"), ET_HTTP_BAD_CHUNK_END},
    {"LF behind the data", S("1\r\na\n0\r\n\r\n"), ET_HTTP_BAD_LINE_END},
    {"a late length", S("0\r\ncontent-length: 1\r\n\r\n"), ET_HTTP_BAD_TRAILER},
    {"a late key", S("0\r\nAuthorization: x\r\n\r\n"), ET_HTTP_BAD_TRAILER},
    {"a folded trailer", S("0\r\nX: y\r\n z\r\n\r\n"), ET_HTTP_FOLDED_FIELD},
    {"a nameless trailer", S("0\r\n: y\r\n\r\n"), ET_HTTP_BAD_FIELD_NAME},
    {"NUL in a trailer", S("0\r\nX: \0\r\n\r\n"), ET_HTTP_BAD_FIELD_VALUE},
    {"the end is missing", S("0\r\n"), ET_HTTP_TRUNCATED},
    {"the last chunk is missing", S("1\r\na\r\n"), ET_HTTP_TRUNCATED},
};

static void chunks_are_judged_by_the_grammar(void **state)
{
    (void)state;
    EXPECT_ROWS(bodies, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", "");
}

static const struct row status_lines[] = {
    {"plain", S("HTTP/1.1 200 OK"), ET_HTTP_OK},
    {"no reason", S("HTTP/1.0 599 "), ET_HTTP_OK},
    {"a reason of any text", S("HTTP/1.1 200 \tgr\xC3\xBC\xC3\x9F ok"), ET_HTTP_OK},
    {"no second space", S("HTTP/1.1 200"), ET_HTTP_BAD_STATUS_LINE},
    {"two digits", S("HTTP/1.1 20 OK"), ET_HTTP_BAD_STATUS_LINE},
    {"four digits", S("HTTP/1.1 2000 OK"), ET_HTTP_BAD_STATUS_LINE},
    {"no digits", S("HTTP/1.1 abc OK"), ET_HTTP_BAD_STATUS_LINE},
    {"below 100", S("HTTP/1.1 099 OK"), ET_HTTP_BAD_STATUS_LINE},
    {"above 599", S("HTTP/1.1 600 OK"), ET_HTTP_BAD_STATUS_LINE},
    {"an upgrade nobody asked for", S("HTTP/1.1 101 Go"), ET_HTTP_BAD_STATUS_LINE},
    {"NUL in the reason", S("HTTP/1.1 200 \0"), ET_HTTP_BAD_STATUS_LINE},
    {"two spaces", S("HTTP/1.1  200 OK"), ET_HTTP_BAD_STATUS_LINE},
    {"no dot", S("HTTP/11 200 OK"), ET_HTTP_BAD_STATUS_LINE},
    {"a later version", S("HTTP/3.0 200 OK"), ET_HTTP_BAD_VERSION},
    {"two lengths", S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0"),
     ET_HTTP_DUPLICATE_FIELD},
    {"both", S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked"),
     ET_HTTP_BAD_FRAMING},
    {"too large", S("HTTP/1.1 200 OK\r\nContent-Length: 16777217"), ET_HTTP_LARGE_BODY},
    {"cut short", S("HTTP/1.1 200 OK\r\nContent-Length: 1"), ET_HTTP_TRUNCATED},
};

static void status_lines_are_judged_by_the_grammar(void **state)
{
    (void)state;
    EXPECT_ROWS(status_lines, "", "\r\n\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_lines_are_judged_by_the_grammar),
        cmocka_unit_test(field_lines_are_judged_by_the_grammar),
        cmocka_unit_test(hosts_are_judged_by_the_grammar),
        cmocka_unit_test(http_1_0_needs_no_host_and_knows_no_chunks),
        cmocka_unit_test(chunks_are_judged_by_the_grammar),
        cmocka_unit_test(status_lines_are_judged_by_the_grammar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
