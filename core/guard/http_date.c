/* SPDX-License-Identifier: MIT */
#include "core/guard/http_date.h"

#include "core/base/day.h"

#include <stdio.h>
#include <string.h>

enum { DATE_SIZE = ET_HTTP_DATE_TEXT - 1, SECONDS_A_DAY = 86400 };

static const uint64_t LAST_SECOND = 253402300799; /* of the year 9999 */
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* 1 to 12; 0: no month. */
static unsigned month_of(struct et_slice name)
{
    for (unsigned i = 0; i < 12; i++)
        if (et_slice_equal(name, (struct et_slice){months + 3 * i, 3}))
            return i + 1;
    return 0;
}

static bool number(struct et_slice text, size_t from, uint64_t below, uint64_t *out)
{
    return et_slice_u64(et_slice_part(text, from, from + 2), out) && *out < below;
}

bool et_http_date(struct et_slice text, uint64_t *out)
{
    uint64_t hour, minute, second;
    et_day day;
    if (text.size != DATE_SIZE || text.data[3] != ',' || text.data[19] != ':' ||
        text.data[22] != ':' || !et_slice_ends(text, ET_LIT(" GMT")))
        return false;
    unsigned month = month_of(et_slice_part(text, 8, 11));
    if (month == 0 || !number(text, 17, 24, &hour) || !number(text, 20, 60, &minute) ||
        !number(text, 23, 61, &second))
        return false;
    char civil[] = "YYYY-MM-DD";
    memcpy(civil, text.data + 12, 4);
    civil[5] = (char)('0' + month / 10);
    civil[6] = (char)('0' + month % 10);
    memcpy(civil + 8, text.data + 5, 2);
    if (!et_day_parse(et_slice_of(civil), &day) || day < 0)
        return false;
    *out = (uint64_t)day * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    return true;
}

void et_http_date_print(uint64_t unix_seconds, char out[ET_HTTP_DATE_TEXT])
{
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */
    char civil[ET_DAY_TEXT];
    uint64_t seconds = unix_seconds < LAST_SECOND ? unix_seconds : LAST_SECOND;
    unsigned day = (unsigned)(seconds / SECONDS_A_DAY), rest = (unsigned)(seconds % SECONDS_A_DAY);
    et_day_print((et_day)day, civil); /* YYYY-MM-DD */
    unsigned month = (unsigned)(civil[5] - '0') * 10 + (unsigned)(civil[6] - '0');
    snprintf(out, ET_HTTP_DATE_TEXT, "%.3s, %.2s %.3s %.4s %02u:%02u:%02u GMT", days + day % 7 * 3,
             civil + 8, months + 3 * (month - 1), civil, rest / 3600, rest / 60 % 60, rest % 60);
}
