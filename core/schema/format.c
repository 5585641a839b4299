/* SPDX-License-Identifier: MIT */
#include "core/schema/format.h"

/* A text read from the front; `good` is sticky. */
struct reader {
    struct et_slice text;
    size_t at;
    bool good;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char peek(const struct reader *reader)
{
    return reader->at < reader->text.size ? reader->text.data[reader->at] : '\0';
}

static bool take(struct reader *reader, char c)
{
    bool there = reader->at < reader->text.size && peek(reader) == c;
    reader->at += there;
    return there;
}

static void need(struct reader *reader, char c)
{
    reader->good = take(reader, c) && reader->good;
}

/* Exactly `digits` of them, from `min` to `max`. */
static unsigned number(struct reader *reader, unsigned digits, unsigned min, unsigned max)
{
    unsigned value = 0, count = 0;
    for (; count < digits && is_digit(peek(reader)); count++)
        value = value * 10 + (unsigned)(reader->text.data[reader->at++] - '0');
    reader->good = reader->good && count == digits && value >= min && value <= max;
    return value;
}

static bool ends(const struct reader *reader)
{
    return reader->good && reader->at == reader->text.size;
}

static void read_date(struct reader *reader)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year = number(reader, 4, 0, 9999);
    need(reader, '-');
    unsigned month = number(reader, 2, 1, 12);
    need(reader, '-');
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    unsigned last = reader->good ? days[month - 1] + (month == 2 && leap) : 0;
    number(reader, 2, 1, last);
}

static void read_time(struct reader *reader)
{
    number(reader, 2, 0, 23);
    need(reader, ':');
    number(reader, 2, 0, 59);
    need(reader, ':');
    number(reader, 2, 0, 59);
    if (take(reader, '.')) {
        reader->good = reader->good && is_digit(peek(reader));
        while (is_digit(peek(reader)))
            reader->at++;
    }
    if (take(reader, 'Z') || take(reader, 'z'))
        return;
    reader->good = (take(reader, '+') || take(reader, '-')) && reader->good;
    number(reader, 2, 0, 23);
    need(reader, ':');
    number(reader, 2, 0, 59);
}

static bool is_date(struct et_slice text)
{
    struct reader reader = {.text = text, .good = true};
    read_date(&reader);
    return ends(&reader);
}

static bool is_time(struct et_slice text)
{
    struct reader reader = {.text = text, .good = true};
    read_time(&reader);
    return ends(&reader);
}

static bool is_date_time(struct et_slice text)
{
    struct reader reader = {.text = text, .good = true};
    read_date(&reader);
    if (!take(&reader, 't'))
        need(&reader, 'T');
    read_time(&reader);
    return ends(&reader);
}

/* Digits and units in the order of `units`; how many there were. */
static unsigned read_units(struct reader *reader, const char *units)
{
    unsigned count = 0;
    while (is_digit(peek(reader))) {
        while (is_digit(peek(reader)))
            reader->at++;
        while (*units && *units != peek(reader))
            units++;
        reader->good = reader->good && *units;
        if (!*units)
            break;
        units++;
        reader->at++;
        count++;
    }
    return count;
}

static bool is_duration(struct et_slice text)
{
    struct reader reader = {.text = text, .good = true};
    need(&reader, 'P');
    unsigned count = read_units(&reader, "YMWD");
    if (take(&reader, 'T')) {
        unsigned times = read_units(&reader, "HMS");
        reader.good = reader.good && times > 0;
        count += times;
    }
    return ends(&reader) && count > 0;
}

static bool is_hostname(struct et_slice text)
{
    struct et_slice rest = text, label;
    if (text.size == 0 || text.size > 253)
        return false;
    while (et_slice_split(&rest, '.', &label)) {
        if (label.size == 0 || label.size > 63 || label.data[0] == '-' ||
            label.data[label.size - 1] == '-')
            return false;
        for (size_t i = 0; i < label.size; i++)
            if (!is_letter(label.data[i]) && !is_digit(label.data[i]) && label.data[i] != '-')
                return false;
    }
    return true;
}

static bool is_email(struct et_slice text)
{
    size_t at = et_slice_find(text, ET_LIT("@"));
    struct et_slice local = et_slice_part(text, 0, at), rest = local, atom;
    if (at == 0 || at == text.size || at > 64)
        return false;
    while (et_slice_split(&rest, '.', &atom)) {
        if (atom.size == 0)
            return false;
        for (size_t i = 0; i < atom.size; i++)
            if (!is_letter(atom.data[i]) && !is_digit(atom.data[i]) && atom.data[i] != '_' &&
                atom.data[i] != '-' && atom.data[i] != '+')
                return false;
    }
    return is_hostname(et_slice_part(text, at + 1, text.size));
}

static bool is_uuid(struct et_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text.data[i] != '-' : et_hex_value(text.data[i]) < 0)
            return false;
    }
    return text.size == 36;
}

static bool is_ipv4(struct et_slice text)
{
    struct et_slice part;
    uint64_t value;
    unsigned count = 0;
    for (; et_slice_split(&text, '.', &part); count++)
        if (!et_slice_u64(part, &value) || value > 255 || (part.size > 1 && part.data[0] == '0'))
            return false;
    return count == 4;
}

static bool is_group(struct et_slice part)
{
    for (size_t i = 0; i < part.size; i++)
        if (et_hex_value(part.data[i]) < 0)
            return false;
    return part.size >= 1 && part.size <= 4;
}

/* Groups of 16 bits between colons; one gap at most. */
static bool groups_of(struct et_slice text, unsigned *count)
{
    struct et_slice part;
    *count = 0;
    if (text.size == 0)
        return true;
    for (; et_slice_split(&text, ':', &part); ++*count)
        if (!is_group(part))
            return false;
    return true;
}

static bool is_ipv6(struct et_slice text)
{
    unsigned before, behind;
    size_t gap = et_slice_find(text, ET_LIT("::"));
    if (gap == text.size)
        return groups_of(text, &before) && before == 8;
    return groups_of(et_slice_part(text, 0, gap), &before) &&
           groups_of(et_slice_part(text, gap + 2, text.size), &behind) && before + behind < 8;
}

/* A scheme and something behind it, of the characters of RFC 3986. */
static bool is_uri(struct et_slice text)
{
    static const char others[] = "-._~:/?#[]@!$&'()*+,;=%";
    size_t colon = et_slice_find(text, ET_LIT(":"));
    if (colon == 0 || colon + 1 >= text.size || !is_letter(text.data[0]))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool plain = is_letter(c) || is_digit(c), known = plain;
        for (const char *other = others; *other && !known; other++)
            known = c == *other;
        if (!known || (i < colon && !plain && c != '+' && c != '-' && c != '.'))
            return false;
    }
    return true;
}

static const struct format {
    const char *name;
    bool (*holds)(struct et_slice text);
} formats[] = {
    {"date-time", is_date_time}, {"date", is_date}, {"time", is_time}, {"duration", is_duration},
    {"email", is_email},         {"uuid", is_uuid}, {"ipv4", is_ipv4}, {"ipv6", is_ipv6},
    {"hostname", is_hostname},   {"uri", is_uri},
};

static const struct format *find(struct et_slice name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (et_slice_equal(name, et_slice_of(formats[i].name)))
            return &formats[i];
    return NULL;
}

bool et_format_known(struct et_slice format)
{
    return find(format);
}

bool et_format_holds(struct et_slice format, struct et_slice text)
{
    const struct format *found = find(format);
    return !found || found->holds(text);
}
