/* SPDX-License-Identifier: MIT */
#include "core/http/framing.h"

#include "core/http/syntax.h"

enum { LENGTH_DIGITS_MAX = 18 }; /* below 2^63, whatever the digits */

static bool is_among(struct et_slice name, const char *const *names)
{
    for (; *names; names++)
        if (et_slice_equal_nocase(name, et_slice_of(*names)))
            return true;
    return false;
}

bool et_http_is_forbidden_trailer(struct et_slice name)
{
    static const char *const names[] = {"authorization",
                                        "connection",
                                        "content-length",
                                        "cookie",
                                        "expect",
                                        "host",
                                        "keep-alive",
                                        "proxy-authorization",
                                        "proxy-connection",
                                        "set-cookie",
                                        "te",
                                        "trailer",
                                        "transfer-encoding",
                                        "upgrade",
                                        NULL};
    return is_among(name, names);
}

/* Two of these, even when equal, are read differently by different programs. */
static bool has_duplicates(const struct et_http_head *head)
{
    static const char *const names[] = {"authorization", "content-length",    "content-type",
                                        "host",          "transfer-encoding", NULL};
    for (size_t i = 1; i < head->count; i++) {
        struct et_slice name = head->fields[i].name;
        if (is_among(name, names) && et_http_field_value(head->fields, i, name).data)
            return true;
    }
    return false;
}

/* RFC 9112, 6.3, less what it only tolerates: a coding beside a length, or in HTTP/1.0, is an
 * error, and so is every coding but chunked, which is all that is undone here. */
static enum et_http_error frame(struct et_http_head *head, enum et_http_framing otherwise)
{
    struct et_slice coding = et_http_header(head, ET_LIT("transfer-encoding"));
    struct et_slice length = et_http_header(head, ET_LIT("content-length"));
    head->framing = otherwise;
    if (has_duplicates(head))
        return ET_HTTP_DUPLICATE_FIELD;
    if (coding.data) {
        if (length.data || head->minor == 0)
            return ET_HTTP_BAD_FRAMING;
        head->framing = ET_HTTP_CHUNKED;
        bool known = et_slice_equal_nocase(coding, ET_LIT("chunked"));
        return known ? ET_HTTP_OK : ET_HTTP_BAD_CODING;
    }
    if (!length.data)
        return ET_HTTP_OK;
    head->framing = ET_HTTP_LENGTH;
    bool good = length.size <= LENGTH_DIGITS_MAX && et_slice_u64(length, &head->length);
    return good ? ET_HTTP_OK : ET_HTTP_BAD_LENGTH;
}

static enum et_http_error limit(const struct et_http_head *head, uint64_t body_bytes_max)
{
    bool large = head->framing == ET_HTTP_LENGTH && head->length > body_bytes_max;
    return large ? ET_HTTP_LARGE_BODY : ET_HTTP_OK;
}

static bool keeps_alive(const struct et_http_head *head)
{
    if (et_http_header_lists(head, ET_LIT("connection"), ET_LIT("close")))
        return false;
    return head->minor == 1 ||
           et_http_header_lists(head, ET_LIT("connection"), ET_LIT("keep-alive"));
}

static bool find_host(struct et_http_head *head)
{
    struct et_slice host = et_http_header(head, ET_LIT("host")), port;
    if (!host.data)
        return head->minor == 0;
    if (!head->host.data)
        head->host = host;
    return et_http_is_authority(host, &port);
}

enum et_http_error et_http_frame_request(struct et_http_head *head, uint64_t body_bytes_max)
{
    enum et_http_error error = frame(head, ET_HTTP_NO_BODY);
    if (error)
        return error;
    if (!find_host(head))
        return ET_HTTP_BAD_HOST;
    bool body = head->framing == ET_HTTP_CHUNKED || head->length;
    head->keep_alive = keeps_alive(head);
    head->expect_continue = body && head->minor == 1 &&
                            et_http_header_lists(head, ET_LIT("expect"), ET_LIT("100-continue"));
    return limit(head, body_bytes_max);
}

enum et_http_error et_http_frame_response(struct et_http_head *head, uint64_t body_bytes_max,
                                          bool bodyless)
{
    enum et_http_error error = frame(head, ET_HTTP_UNTIL_CLOSE);
    if (error)
        return error;
    if (bodyless || head->status < 200 || head->status == 204 || head->status == 304) {
        head->framing = ET_HTTP_NO_BODY;
        head->length = 0;
    }
    head->keep_alive = head->framing != ET_HTTP_UNTIL_CLOSE && keeps_alive(head);
    return limit(head, body_bytes_max);
}
