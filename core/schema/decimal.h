/* SPDX-License-Identifier: MIT */
/* Numbers of JSON, exact to twelve digits behind the point, for bounds and multiples.
 *
 * A value is a count of 10^-12 in 128 bits: up to 10^24 in size, which holds every integer that
 * JavaScript or a 64-bit integer holds exactly. */
#ifndef ET_SCHEMA_DECIMAL_H
#define ET_SCHEMA_DECIMAL_H

#include "core/base/text.h"

typedef __int128 et_decimal;

#define ET_DECIMAL_ONE ((et_decimal)1000000000000)

enum et_decimal_fit {
    ET_DECIMAL_FITS,
    ET_DECIMAL_FINE, /* more digits behind the point */
    ET_DECIMAL_ABOVE,
    ET_DECIMAL_BELOW
};

/* `text` is a number of JSON (gate first). */
enum et_decimal_fit et_decimal_read(struct et_slice text, et_decimal *out);

void et_decimal_print(et_decimal value, struct et_text *out); /* "-12.5", without idle zeros */

et_decimal et_decimal_floor(et_decimal value, et_decimal step); /* value / step, step > 0 */
et_decimal et_decimal_ceil(et_decimal value, et_decimal step);

/* The least that both divide, both > 0; 0 when it is above 10^24. */
et_decimal et_decimal_both(et_decimal a, et_decimal b);

#endif
