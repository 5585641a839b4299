/* SPDX-License-Identifier: MIT */
#include "core/http/writer.h"

#include "core/http/syntax.h"

#include <assert.h>

static const struct {
    unsigned status;
    const char *reason;
} reasons[] = {
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {529, "Site is overloaded"},
};

const char *et_http_reason(unsigned status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}

void et_http_writer_init(struct et_http_writer *writer, struct et_text *out)
{
    *writer = (struct et_http_writer){.out = out};
}

static bool accept(struct et_http_writer *writer, bool good)
{
    if (!good && !writer->err)
        writer->err = ET_VALUE;
    return !writer->err;
}

void et_http_write_status(struct et_http_writer *writer, unsigned status)
{
    assert(status >= 100 && status <= 599);
    if (!accept(writer, true))
        return;
    et_text_add(writer->out, ET_LIT("HTTP/1.1 "));
    et_text_u64(writer->out, status);
    et_text_addc(writer->out, ' ');
    et_text_add(writer->out, et_slice_of(et_http_reason(status)));
    et_text_add(writer->out, ET_LIT("\r\n"));
}

void et_http_write_field(struct et_http_writer *writer, struct et_slice name, struct et_slice value)
{
    if (!accept(writer, et_http_is_token(name) && et_http_is_value(value)))
        return;
    et_text_add(writer->out, name);
    et_text_add(writer->out, ET_LIT(": "));
    et_text_add(writer->out, value);
    et_text_add(writer->out, ET_LIT("\r\n"));
}

void et_http_write_number(struct et_http_writer *writer, struct et_slice name, uint64_t value)
{
    if (!accept(writer, et_http_is_token(name)))
        return;
    et_text_add(writer->out, name);
    et_text_add(writer->out, ET_LIT(": "));
    et_text_u64(writer->out, value);
    et_text_add(writer->out, ET_LIT("\r\n"));
}

void et_http_write_end(struct et_http_writer *writer)
{
    if (accept(writer, true))
        et_text_add(writer->out, ET_LIT("\r\n"));
}

void et_http_write_chunk_open(struct et_http_writer *writer, size_t size)
{
    char digits[2 * sizeof size];
    size_t n = sizeof digits;
    assert(size > 0);
    if (!accept(writer, true))
        return;
    for (; size > 0; size >>= 4)
        digits[--n] = "0123456789abcdef"[size & 15];
    et_text_add(writer->out, (struct et_slice){digits + n, sizeof digits - n});
    et_text_add(writer->out, ET_LIT("\r\n"));
}

int et_http_writer_failed(const struct et_http_writer *writer)
{
    return writer->err ? writer->err : et_text_failed(writer->out);
}
