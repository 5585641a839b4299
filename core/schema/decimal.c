/* SPDX-License-Identifier: MIT */
#include "core/schema/decimal.h"

#include "core/json/number.h"

enum { SCALE = 12, POINT_MAX = 24 };

static const et_decimal size_max = ET_DECIMAL_ONE * ET_DECIMAL_ONE * ET_DECIMAL_ONE;

enum et_decimal_fit et_decimal_read(struct et_slice text, et_decimal *out)
{
    struct et_number number;
    bool exponent_fits = et_number_read(text, &number);
    if (exponent_fits && number.count == 0) {
        *out = 0;
        return ET_DECIMAL_FITS;
    }
    if (!exponent_fits || number.point < -SCALE) /* of 10^9 digits: far out, or next to nothing */
        return ET_DECIMAL_FINE;
    if (number.point > POINT_MAX)
        return number.negative ? ET_DECIMAL_BELOW : ET_DECIMAL_ABOVE;
    if ((int64_t)number.count - number.point > SCALE)
        return ET_DECIMAL_FINE;
    et_decimal value = 0;
    for (size_t i = 0; i < number.digits.size; i++)
        if (number.digits.data[i] != '.')
            value = value * 10 + (number.digits.data[i] - '0');
    for (int64_t i = (int64_t)number.count - number.point; i < SCALE; i++)
        value *= 10;
    *out = number.negative ? -value : value;
    return ET_DECIMAL_FITS;
}

void et_decimal_print(et_decimal value, struct et_text *out)
{
    char digits[48];
    size_t at = sizeof digits;
    bool negative = value < 0, begun = false;
    unsigned __int128 rest = negative ? -(unsigned __int128)value : (unsigned __int128)value;
    for (unsigned i = 0; i < SCALE; i++, rest /= 10) {
        begun = begun || rest % 10;
        if (begun)
            digits[--at] = (char)('0' + (int)(rest % 10));
    }
    if (begun)
        digits[--at] = '.';
    do {
        digits[--at] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest);
    if (negative)
        et_text_addc(out, '-');
    et_text_add(out, (struct et_slice){digits + at, sizeof digits - at});
}

et_decimal et_decimal_floor(et_decimal value, et_decimal step)
{
    et_decimal quotient = value / step;
    return quotient - (value % step < 0);
}

et_decimal et_decimal_ceil(et_decimal value, et_decimal step)
{
    et_decimal quotient = value / step;
    return quotient + (value % step > 0);
}

et_decimal et_decimal_both(et_decimal a, et_decimal b)
{
    et_decimal x = a, y = b;
    while (y) {
        et_decimal rest = x % y;
        x = y;
        y = rest;
    }
    return a / x > size_max / b ? 0 : a / x * b;
}
