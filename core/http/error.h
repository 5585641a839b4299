/* SPDX-License-Identifier: MIT */
/* What can be wrong with an HTTP/1.1 message: one list with the status a server answers with.
 *
 * For a response the status column does not apply: a gateway answers 502 whatever was wrong. */
#ifndef ET_HTTP_ERROR_H
#define ET_HTTP_ERROR_H

/* X(name, status, text) */
#define ET_HTTP_ERROR_LIST(X)                                                                      \
    X(BAD_LINE_END, 400, "a line does not end with CR LF")                                         \
    X(BAD_REQUEST_LINE, 400, "the request line is not 'METHOD target HTTP/1.1'")                   \
    X(BAD_METHOD, 400, "the method is not an upper-case token")                                    \
    X(BAD_TARGET, 400, "the request target is malformed or does not fit the method")               \
    X(BAD_VERSION, 505, "the HTTP version is neither 1.0 nor 1.1")                                 \
    X(LONG_START_LINE, 414, "the request or status line is too long")                              \
    X(BAD_STATUS_LINE, 502, "the status line is not 'HTTP/1.1 ### reason'")                        \
    X(BAD_FIELD_NAME, 400, "a header name is not a token followed by a colon")                     \
    X(BAD_FIELD_VALUE, 400, "a header value holds a control character")                            \
    X(FOLDED_FIELD, 400, "a header line is folded")                                                \
    X(LARGE_HEADERS, 431, "the headers are too large")                                             \
    X(MANY_HEADERS, 431, "there are too many headers")                                             \
    X(DUPLICATE_FIELD, 400, "a header that may occur once occurs twice")                           \
    X(BAD_HOST, 400, "the Host header is missing or malformed")                                    \
    X(BAD_LENGTH, 400, "Content-Length is not a number of 1 to 18 digits")                         \
    X(BAD_FRAMING, 400, "Transfer-Encoding beside Content-Length or in HTTP/1.0")                  \
    X(BAD_CODING, 501, "a transfer coding other than 'chunked'")                                   \
    X(LARGE_BODY, 413, "the body is too large")                                                    \
    X(BAD_CHUNK_SIZE, 400, "a chunk size is not 1 to 16 hexadecimal digits")                       \
    X(BAD_CHUNK_EXTENSION, 400, "a chunk extension is malformed")                                  \
    X(LARGE_CHUNK_EXTENSIONS, 400, "the chunk extensions are too large")                           \
    X(BAD_CHUNK_END, 400, "chunk data is not followed by CR LF")                                   \
    X(BAD_TRAILER, 400, "a trailer names a field that must not come late")                         \
    X(LARGE_TRAILERS, 431, "the trailers are too large")                                           \
    X(TRUNCATED, 400, "the connection ended inside a message")

enum et_http_error {
    ET_HTTP_OK = 0,
#define ET_HTTP_ERROR_NAME(name, status, text) ET_HTTP_##name,
    ET_HTTP_ERROR_LIST(ET_HTTP_ERROR_NAME)
#undef ET_HTTP_ERROR_NAME
};

unsigned et_http_error_status(enum et_http_error error);  /* 200 for ET_HTTP_OK */
const char *et_http_error_text(enum et_http_error error); /* a sentence without a full stop */
const char *et_http_error_name(enum et_http_error error); /* "BAD_METHOD", for tests and logs */

#endif
