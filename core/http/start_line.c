/* SPDX-License-Identifier: MIT */
#include "core/http/start_line.h"

#include "core/http/syntax.h"

/* "HTTP/" DIGIT "." DIGIT, of which only 1.0 and 1.1 are known here.  A later minor version would
 * be read as 1.1 by RFC 9110, 2.5; there is none, so it is somebody probing. */
static enum et_http_error parse_version(struct et_slice text, struct et_http_head *head,
                                        enum et_http_error malformed)
{
    if (text.size != 8 || !et_slice_starts(text, ET_LIT("HTTP/")) || text.data[6] != '.' ||
        !et_http_is_digit(text.data[5]) || !et_http_is_digit(text.data[7]))
        return malformed;
    if (text.data[5] != '1' || text.data[7] > '1')
        return ET_HTTP_BAD_VERSION;
    head->minor = (unsigned)(text.data[7] - '0');
    return ET_HTTP_OK;
}

/* Upper case only: methods are case-sensitive, and no registered one has a small letter, so "get"
 * is taken for GET by some and for an extension by others. */
static bool is_method(struct et_slice method)
{
    for (size_t i = 0; i < method.size; i++)
        if (method.data[i] >= 'a' && method.data[i] <= 'z')
            return false;
    return et_http_is_token(method);
}

static void split_target(struct et_slice target, struct et_http_head *head)
{
    target = et_slice_part(target, 0, et_slice_find(target, ET_LIT("#")));
    size_t mark = et_slice_find(target, ET_LIT("?"));
    head->path = et_slice_part(target, 0, mark);
    if (head->path.size == 0)
        head->path = ET_LIT("/");
    head->query = (struct et_slice){NULL, 0};
    if (mark < target.size)
        head->query = et_slice_part(target, mark + 1, target.size);
}

static bool parse_connect(struct et_slice target, struct et_http_head *head)
{
    struct et_slice port;
    head->host = target;
    head->path = ET_LIT("");
    return et_http_is_authority(target, &port) && target.data[0] != ':' && port.size;
}

static size_t scheme_size(struct et_slice target)
{
    static const struct et_slice schemes[] = {{"http://", 7}, {"https://", 8}};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (et_slice_equal_nocase(et_slice_part(target, 0, schemes[i].size), schemes[i]))
            return schemes[i].size;
    return 0;
}

/* http://user@host:port/path?query; the host of the target replaces the Host field (RFC 9112,
 * 3.2.2), and the user is dropped. */
static bool parse_absolute(struct et_slice target, struct et_http_head *head)
{
    size_t start = scheme_size(target), end = start;
    if (start == 0)
        return false;
    while (end < target.size && target.data[end] != '/' && target.data[end] != '?' &&
           target.data[end] != '#')
        end++;
    struct et_slice authority = et_slice_part(target, start, end), port;
    size_t at = et_slice_find(authority, ET_LIT("@"));
    if (at < authority.size) {
        if (!et_http_is_user(et_slice_part(authority, 0, at)))
            return false;
        authority = et_slice_part(authority, at + 1, authority.size);
    }
    head->host = authority;
    split_target(et_slice_part(target, end, target.size), head);
    return authority.size && authority.data[0] != ':' && et_http_is_authority(authority, &port);
}

/* The four forms of RFC 9112, 3.2. */
static bool parse_target(struct et_http_head *head)
{
    if (!et_http_is_target(head->target))
        return false;
    if (et_slice_equal(head->method, ET_LIT("CONNECT")))
        return parse_connect(head->target, head);
    if (et_slice_equal(head->target, ET_LIT("*"))) {
        head->path = head->target;
        return et_slice_equal(head->method, ET_LIT("OPTIONS"));
    }
    if (head->target.data[0] != '/')
        return parse_absolute(head->target, head);
    split_target(head->target, head);
    return true;
}

enum et_http_error et_http_request_line(struct et_slice line, struct et_http_head *head)
{
    size_t first = et_slice_find(line, ET_LIT(" ")), last = line.size;
    while (last > first && line.data[last - 1] != ' ')
        last--;
    if (first == 0 || last <= first + 2)
        return ET_HTTP_BAD_REQUEST_LINE;
    head->method = et_slice_part(line, 0, first);
    head->target = et_slice_part(line, first + 1, last - 1);
    if (!is_method(head->method))
        return ET_HTTP_BAD_METHOD;
    struct et_slice version = et_slice_part(line, last, line.size);
    enum et_http_error error = parse_version(version, head, ET_HTTP_BAD_REQUEST_LINE);
    if (error)
        return error;
    return parse_target(head) ? ET_HTTP_OK : ET_HTTP_BAD_TARGET;
}

/* HTTP-version SP 3DIGIT SP [reason] of RFC 9112, 4; the second space must be there. */
enum et_http_error et_http_status_line(struct et_slice line, struct et_http_head *head)
{
    enum et_http_error error =
        parse_version(et_slice_part(line, 0, 8), head, ET_HTTP_BAD_STATUS_LINE);
    if (error)
        return error;
    uint64_t status = 0;
    if (line.size < 13 || line.data[8] != ' ' || line.data[12] != ' ' ||
        !et_slice_u64(et_slice_part(line, 9, 12), &status))
        return ET_HTTP_BAD_STATUS_LINE;
    head->status = (unsigned)status;
    head->reason = et_slice_part(line, 13, line.size);
    bool known = status >= 100 && status <= 599 && status != 101;
    return known && et_http_is_value(head->reason) ? ET_HTTP_OK : ET_HTTP_BAD_STATUS_LINE;
}

enum et_http_error et_http_field_line(struct et_slice line, struct et_http_field *field)
{
    if (line.size && (line.data[0] == ' ' || line.data[0] == '\t'))
        return ET_HTTP_FOLDED_FIELD;
    size_t colon = et_slice_find(line, ET_LIT(":"));
    field->name = et_slice_part(line, 0, colon);
    field->value = et_http_trim(et_slice_part(line, colon + 1, line.size));
    if (colon == line.size || !et_http_is_token(field->name))
        return ET_HTTP_BAD_FIELD_NAME;
    return et_http_is_value(field->value) ? ET_HTTP_OK : ET_HTTP_BAD_FIELD_VALUE;
}
