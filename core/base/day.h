/* SPDX-License-Identifier: MIT */
/* Calendar days, by integers alone: days since 1970-01-01 in the proleptic Gregorian calendar, UTC.
 *
 *     et_day_parse("2026-11-17")  ->  20774  ->  et_day_print  ->  "2026-11-17"
 *
 * Prices and shutdowns change at the start of a day.  A driver that knows the wall clock divides
 * its seconds by 86,400; nobody in core can ask which day it is. */
#ifndef ET_BASE_DAY_H
#define ET_BASE_DAY_H

#include "core/base/slice.h"

typedef int32_t et_day;

#define ET_DAY_FIRST INT32_MIN /* "since ever"; before every day that can be parsed */
#define ET_DAY_NEVER INT32_MAX /* "no end"; after every day that can be parsed */

/* Exactly YYYY-MM-DD, years 1 to 9999, a day that exists.  False otherwise, and *out untouched.
 * Days from civil date and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
bool et_day_parse(struct et_slice text, et_day *out);

/* YYYY-MM-DD and a NUL; a day outside the years 1 to 9999 (FIRST, NEVER) prints as "-". */
#define ET_DAY_TEXT 11
void et_day_print(et_day day, char out[ET_DAY_TEXT]);

/* Months since January of the year 0, so that the next month is one more; and the first day of a
 * month.  For the years 1 to 9999. */
int32_t et_day_month(et_day day);
et_day et_month_day(int32_t month);

#endif
