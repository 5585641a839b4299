/* SPDX-License-Identifier: MIT */
/* Texts of a format: RFC 3339 and ISO 8601 times, addresses out of the ranges for documentation. */
#include "core/schema/write_parts.h"

static unsigned below(struct et_schema_writer *writer, unsigned bound)
{
    return (unsigned)et_write_draw(writer, bound);
}

static void add_date(struct et_schema_writer *writer, struct et_text *out)
{
    unsigned year = 2020 + below(writer, 7), month = 1 + below(writer, 12);
    et_text_addf(out, "%04u-%02u-%02u", year, month, 1 + below(writer, 28));
}

static void add_time(struct et_schema_writer *writer, struct et_text *out)
{
    unsigned hour = below(writer, 24), minute = below(writer, 60);
    et_text_addf(out, "%02u:%02u:%02uZ", hour, minute, below(writer, 60));
}

static void add_date_time(struct et_schema_writer *writer, struct et_text *out)
{
    add_date(writer, out);
    et_text_addc(out, 'T');
    add_time(writer, out);
}

static void add_duration(struct et_schema_writer *writer, struct et_text *out)
{
    unsigned days = 1 + below(writer, 6);
    et_text_addf(out, "P%uDT%uH", days, 1 + below(writer, 23));
}

static void add_email(struct et_schema_writer *writer, struct et_text *out)
{
    et_text_add(out, et_write_word(writer));
    et_text_addc(out, '.');
    et_text_add(out, et_write_word(writer));
    et_text_add(out, ET_LIT("@example.com"));
}

static void add_uuid(struct et_schema_writer *writer, struct et_text *out)
{
    unsigned long long high = et_write_draw(writer, UINT64_MAX),
                       low = et_write_draw(writer, UINT64_MAX);
    et_text_addf(out, "%08llx-%04llx-4%03llx-%04llx-%012llx", high >> 32, high >> 16 & 0xFFFF,
                 high & 0xFFF, 0x8000 | (low >> 48 & 0x3FFF), low & 0xFFFFFFFFFFFF);
}

static void add_ipv4(struct et_schema_writer *writer, struct et_text *out)
{
    et_text_addf(out, "192.0.2.%u", 1 + below(writer, 254));
}

static void add_ipv6(struct et_schema_writer *writer, struct et_text *out)
{
    unsigned net = 1 + below(writer, 0xFFFF);
    et_text_addf(out, "2001:db8:%x::%x", net, 1 + below(writer, 0xFFFF));
}

static void add_hostname(struct et_schema_writer *writer, struct et_text *out)
{
    et_text_add(out, et_write_word(writer));
    et_text_add(out, ET_LIT(".example.com"));
}

static void add_uri(struct et_schema_writer *writer, struct et_text *out)
{
    et_text_add(out, ET_LIT("https://example.com/"));
    et_text_add(out, et_write_word(writer));
    et_text_addc(out, '/');
    et_text_add(out, et_write_word(writer));
}

bool et_write_format(struct et_schema_writer *writer, struct et_slice format, struct et_text *out)
{
    static const struct {
        const char *name;
        void (*add)(struct et_schema_writer *writer, struct et_text *out);
    } formats[] = {
        {"date-time", add_date_time}, {"date", add_date},
        {"time", add_time},           {"duration", add_duration},
        {"email", add_email},         {"uuid", add_uuid},
        {"ipv4", add_ipv4},           {"ipv6", add_ipv6},
        {"hostname", add_hostname},   {"uri", add_uri},
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (!et_slice_equal(format, et_slice_of(formats[i].name)))
            continue;
        formats[i].add(writer, out);
        return true;
    }
    return false;
}
