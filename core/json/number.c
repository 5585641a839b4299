/* SPDX-License-Identifier: MIT */
#include "core/json/number.h"

enum { EXPONENT_DIGITS = 9 };

static size_t find_any(struct et_slice text, char a, char b)
{
    size_t i = 0;
    while (i < text.size && text.data[i] != a && text.data[i] != b)
        i++;
    return i;
}

/* What follows the 'e'; nothing is 0. */
static bool read_exponent(struct et_slice text, int32_t *exponent)
{
    bool negative = text.size && text.data[0] == '-';
    size_t i = text.size && (negative || text.data[0] == '+');
    while (i < text.size && text.data[i] == '0')
        i++;
    if (text.size - i > EXPONENT_DIGITS)
        return false;
    int32_t value = 0;
    for (; i < text.size; i++)
        value = value * 10 + (text.data[i] - '0');
    *exponent = negative ? -value : value;
    return true;
}

bool et_number_read(struct et_slice text, struct et_number *number)
{
    *number = (struct et_number){0};
    bool negative = text.data[0] == '-';
    text = et_slice_part(text, negative, text.size);
    size_t e = find_any(text, 'e', 'E');
    struct et_slice mantissa = et_slice_part(text, 0, e);
    size_t dot = find_any(mantissa, '.', '.');
    size_t first = 0, end = mantissa.size;
    while (first < end && (mantissa.data[first] == '0' || first == dot))
        first++;
    while (end > first && (mantissa.data[end - 1] == '0' || end - 1 == dot))
        end--;
    if (first == end)
        return true;
    int32_t exponent = 0;
    if (!read_exponent(et_slice_part(text, e + 1, text.size), &exponent))
        return false;
    number->negative = negative;
    number->digits = et_slice_part(mantissa, first, end);
    number->count = (uint32_t)(end - first - (first < dot && dot < end));
    number->point = (int32_t)dot - (int32_t)first + (first > dot) + exponent;
    return true;
}

enum et_number_fit et_number_scaled(struct et_slice text, unsigned scale, bool *negative,
                                    uint64_t *magnitude)
{
    struct et_number number;
    if (!et_number_read(text, &number)) {
        size_t e = find_any(text, 'e', 'E');
        return text.data[e + 1] == '-' ? ET_NUMBER_FRACTION : ET_NUMBER_RANGE;
    }
    uint64_t value = 0;
    int64_t places = (int64_t)number.point + scale;
    if (number.count && places < number.count)
        return ET_NUMBER_FRACTION;
    if (number.count && places > 20)
        return ET_NUMBER_RANGE;
    for (size_t i = 0; i < number.digits.size; i++) {
        char c = number.digits.data[i];
        if (c != '.' && (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
                         __builtin_add_overflow(value, (uint64_t)(c - '0'), &value)))
            return ET_NUMBER_RANGE;
    }
    for (int64_t i = number.count; number.count && i < places; i++)
        if (__builtin_mul_overflow(value, (uint64_t)10, &value))
            return ET_NUMBER_RANGE;
    *negative = number.negative;
    *magnitude = value;
    return ET_NUMBER_FITS;
}

/* Digits [from, to) without the '.'; zeros where the number has no more. */
static void put_digits(const struct et_number *number, int32_t from, int32_t to,
                       struct et_text *out)
{
    int32_t n = 0;
    for (size_t i = 0; i < number->digits.size; i++) {
        char c = number->digits.data[i];
        if (c == '.')
            continue;
        if (n >= from && n < to)
            et_text_addc(out, c);
        n++;
    }
    for (int32_t i = n > from ? n : from; i < to; i++)
        et_text_addc(out, '0');
}

static void put_exponential(const struct et_number *number, struct et_text *out)
{
    int32_t count = (int32_t)number->count, exponent = number->point - 1;
    put_digits(number, 0, 1, out);
    if (count > 1)
        et_text_addc(out, '.');
    put_digits(number, 1, count, out);
    et_text_addf(out, "e%c%d", exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
}

void et_number_print(const struct et_number *number, struct et_text *out)
{
    int32_t count = (int32_t)number->count, point = number->point;
    if (number->negative)
        et_text_addc(out, '-');
    if (count == 0) {
        et_text_addc(out, '0');
    } else if (point > 21 || point <= -6) {
        put_exponential(number, out);
    } else if (point <= 0) {
        et_text_add(out, ET_LIT("0."));
        for (int32_t i = point; i < 0; i++)
            et_text_addc(out, '0');
        put_digits(number, 0, count, out);
    } else {
        put_digits(number, 0, point, out);
        if (count > point)
            et_text_addc(out, '.');
        put_digits(number, point, count, out);
    }
}
