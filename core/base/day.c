/* SPDX-License-Identifier: MIT */
#include "core/base/day.h"

#include <assert.h>
#include <string.h>

/* Hinnant's algorithms count eras of 400 years (146,097 days) that start on 1 March of year 0, so
 * that the leap day is the last of its year; 1970-01-01 is day 719,468 of that count.  Years here
 * are 1 to 9999, so nothing is negative. */
enum { ERA_YEARS = 400, ERA_DAYS = 146097, EPOCH = 719468 };
enum { DAY_MIN = -719162, DAY_MAX = 2932896 }; /* 0001-01-01, 9999-12-31 */

static et_day from_civil(int year, int month, int day)
{
    int shifted = month > 2 ? month - 3 : month + 9; /* March is 0 */
    year -= month <= 2;
    int era = year / ERA_YEARS, of_era = year % ERA_YEARS;
    int of_year = (153 * shifted + 2) / 5 + day - 1;
    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

bool et_day_parse(struct et_slice text, et_day *out)
{
    uint64_t year, month, day;
    if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-')
        return false;
    if (!et_slice_u64(et_slice_part(text, 0, 4), &year) ||
        !et_slice_u64(et_slice_part(text, 5, 7), &month) ||
        !et_slice_u64(et_slice_part(text, 8, 10), &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 ||
        day > (uint64_t)days_of_month((int)year, (int)month))
        return false;
    *out = from_civil((int)year, (int)month, (int)day);
    return true;
}

struct civil {
    int year, month, day;
};

static struct civil civil_of(et_day day)
{
    int count = day + EPOCH;
    int era = count / ERA_DAYS, left = count % ERA_DAYS;
    int of_era = (left - left / 1460 + left / 36524 - left / 146096) / 365;
    int of_year = left - (365 * of_era + of_era / 4 - of_era / 100);
    int shifted = (5 * of_year + 2) / 153;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    return (struct civil){.year = era * ERA_YEARS + of_era + (month <= 2),
                          .month = month,
                          .day = of_year - (153 * shifted + 2) / 5 + 1};
}

static void put_digits(char *to, int count, int value)
{
    for (; count > 0; value /= 10)
        to[--count] = (char)('0' + value % 10);
}

void et_day_print(et_day day, char out[ET_DAY_TEXT])
{
    memcpy(out, "-", 2);
    if (day < DAY_MIN || day > DAY_MAX)
        return;
    struct civil civil = civil_of(day);
    memcpy(out, "YYYY-MM-DD", ET_DAY_TEXT);
    put_digits(out, 4, civil.year);
    put_digits(out + 5, 2, civil.month);
    put_digits(out + 8, 2, civil.day);
}

int32_t et_day_month(et_day day)
{
    assert(day >= DAY_MIN && day <= DAY_MAX);
    struct civil civil = civil_of(day);
    return 12 * civil.year + civil.month - 1;
}

et_day et_month_day(int32_t month)
{
    assert(month >= 12 && month < 12 * 10000);
    return from_civil(month / 12, month % 12 + 1, 1);
}
