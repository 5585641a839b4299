/* SPDX-License-Identifier: MIT */
/* The exact decimal value of a JSON number, from its text: no double, no libm, no rounding.
 *
 * Texts here have passed et_scan_number (the gate).  Nothing allocates or can fail. */
#ifndef ET_JSON_NUMBER_H
#define ET_JSON_NUMBER_H

#include "core/base/text.h"

/* The value is 0.D x 10^point, D being the `count` digits of `digits`.  "-1200.50e1" is negative,
 * "1200.5", 5, 5. */
struct et_number {
    bool negative;          /* never for zero */
    struct et_slice digits; /* from the first to the last that is not 0; a '.' may be among them */
    uint32_t count;         /* digits without the '.'; 0: the number is zero */
    int32_t point;
};

bool et_number_read(struct et_slice text, struct et_number *number); /* false: |exponent| >= 10^9 */

enum et_number_fit {
    ET_NUMBER_FITS,
    ET_NUMBER_FRACTION, /* more digits behind the point than the scale keeps */
    ET_NUMBER_RANGE     /* the magnitude is above UINT64_MAX */
};

/* The value x 10^scale as sign and magnitude; both are set only when it fits. */
enum et_number_fit et_number_scaled(struct et_slice text, unsigned scale, bool *negative,
                                    uint64_t *magnitude);

/* The fewest digits, laid out as ECMAScript's Number::toString does (ECMA-262, 6.1.6.1.20):
 * plain from 1e-6 up to 1e21, else with an exponent. */
void et_number_print(const struct et_number *number, struct et_text *out);

#endif
