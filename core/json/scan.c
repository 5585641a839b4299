/* SPDX-License-Identifier: MIT */
#include "core/json/scan.h"

#include "core/base/utf8.h"

#include <string.h>

size_t et_scan_blank(struct et_slice text, size_t at)
{
    while (at < text.size && (text.data[at] == ' ' || text.data[at] == '\n' ||
                              text.data[at] == '\r' || text.data[at] == '\t'))
        at++;
    return at;
}

/* Four hex digits at *at. */
static enum et_gate_reason scan_unit(struct et_slice text, size_t *at, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++, ++*at) {
        if (*at == text.size)
            return ET_GATE_UNFINISHED;
        int digit = et_hex_value(text.data[*at]);
        if (digit < 0)
            return ET_GATE_ESCAPE;
        *unit = *unit << 4 | (uint32_t)digit;
    }
    return ET_GATE_GOOD;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* From behind "\u".  A wrong pair is told at the backslash that starts it. */
static enum et_gate_reason scan_unicode(struct et_slice text, size_t *at, bool nul_refused)
{
    size_t backslash = *at - 2;
    uint32_t unit, low = 0;
    enum et_gate_reason reason = scan_unit(text, at, &unit);
    if (reason)
        return reason;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        if (et_slice_starts(et_slice_part(text, *at, text.size), ET_LIT("\\u"))) {
            *at += 2;
            reason = scan_unit(text, at, &low);
        }
        if (reason)
            return reason;
    }
    bool pair = unit >= 0xD800 && unit <= 0xDBFF;
    if (is_low(unit) || (pair && !is_low(low)))
        reason = ET_GATE_SURROGATE;
    else if (unit == 0 && nul_refused)
        reason = ET_GATE_NUL;
    if (reason)
        *at = backslash;
    return reason;
}

static enum et_gate_reason scan_escape(struct et_slice text, size_t *at, bool nul_refused)
{
    if (++*at == text.size)
        return ET_GATE_UNFINISHED;
    char letter = text.data[*at];
    if (letter == '\0' || !strchr("\"\\/bfnrtu", letter))
        return ET_GATE_ESCAPE;
    ++*at;
    return letter == 'u' ? scan_unicode(text, at, nul_refused) : ET_GATE_GOOD;
}

enum et_gate_reason et_scan_string(struct et_slice text, size_t *at, bool nul_refused)
{
    for (++*at; *at < text.size;) {
        unsigned char c = (unsigned char)text.data[*at];
        if (c == '"') {
            ++*at;
            return ET_GATE_GOOD;
        }
        if (c == '\\') {
            enum et_gate_reason reason = scan_escape(text, at, nul_refused);
            if (reason)
                return reason;
            continue;
        }
        if (c < 0x20)
            return ET_GATE_CONTROL;
        size_t length = c < 0x80 ? 1 : et_utf8_length(et_slice_part(text, *at, text.size));
        if (length == 0)
            return ET_GATE_UTF8;
        *at += length;
    }
    return ET_GATE_UNFINISHED;
}

static bool digit_at(struct et_slice text, size_t at)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

static enum et_gate_reason scan_digits(struct et_slice text, size_t *at)
{
    if (*at == text.size)
        return ET_GATE_UNFINISHED;
    if (!digit_at(text, *at))
        return ET_GATE_NUMBER;
    while (digit_at(text, *at))
        ++*at;
    return ET_GATE_GOOD;
}

static bool byte_at(struct et_slice text, size_t at, char a, char b)
{
    return at < text.size && (text.data[at] == a || text.data[at] == b);
}

enum et_gate_reason et_scan_number(struct et_slice text, size_t *at)
{
    if (text.data[*at] == '-')
        ++*at;
    bool zero = byte_at(text, *at, '0', '0');
    if (zero && digit_at(text, *at + 1)) {
        ++*at;
        return ET_GATE_NUMBER;
    }
    enum et_gate_reason reason = scan_digits(text, at);
    if (!reason && byte_at(text, *at, '.', '.')) {
        ++*at;
        reason = scan_digits(text, at);
    }
    if (!reason && byte_at(text, *at, 'e', 'E')) {
        ++*at;
        if (byte_at(text, *at, '+', '-'))
            ++*at;
        reason = scan_digits(text, at);
    }
    return reason;
}

enum et_gate_reason et_scan_literal(struct et_slice text, size_t *at, struct et_slice literal)
{
    for (size_t i = 0; i < literal.size; i++, ++*at) {
        if (*at == text.size)
            return ET_GATE_UNFINISHED;
        if (text.data[*at] != literal.data[i])
            return ET_GATE_LITERAL;
    }
    return ET_GATE_GOOD;
}
