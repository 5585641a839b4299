/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_bucket.h"

#include <string.h>

static et_u128 scaled(uint64_t units, struct et_rate rate)
{
    return (et_u128)units * rate.window;
}

void et_bucket_turn(struct et_bucket *bucket, struct et_rate rate, et_ns now)
{
    et_u128 refilled = (et_u128)et_since(bucket->at, now) * rate.limit;
    bucket->used = bucket->used > refilled ? bucket->used - refilled : 0;
    if (now > bucket->at)
        bucket->at = now;
}

uint64_t et_bucket_used(const struct et_bucket *bucket, struct et_rate rate)
{
    return (uint64_t)((bucket->used + rate.window - 1) / rate.window);
}

et_ns et_bucket_reset(const struct et_bucket *bucket, struct et_rate rate)
{
    return (et_ns)(bucket->used / rate.limit);
}

et_ns et_bucket_wait(const struct et_bucket *bucket, struct et_rate rate, uint64_t units)
{
    if (units > rate.limit)
        return ET_NEVER;
    et_u128 wanted = bucket->used + scaled(units, rate), there = scaled(rate.limit, rate);
    return wanted <= there ? 0 : (et_ns)((wanted - there + rate.limit - 1) / rate.limit);
}

void et_bucket_take(struct et_bucket *bucket, struct et_rate rate, uint64_t units)
{
    bucket->used += scaled(units, rate);
}

/* Decimal digits; returns where they end.  A tenth of snprintf's time, and there are six in every
 * head. */
static char *put(char *out, uint64_t value)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count)
        *out++ = digits[--count];
    return out;
}

/* Thousandths with their point, without trailing zeros; nothing for 0. */
static char *put_fraction(char *out, unsigned thousandths)
{
    if (thousandths == 0)
        return out;
    *out++ = '.';
    for (unsigned unit = 100; thousandths; unit /= 10) {
        *out++ = (char)('0' + thousandths / unit);
        thousandths %= unit;
    }
    return out;
}

static char *put_unit(char *out, uint64_t value, char unit)
{
    out = put(out, value);
    *out++ = unit;
    return out;
}

size_t et_duration_print(et_ns span, char text[ET_DURATION_TEXT])
{
    uint64_t ms = span / ET_MS, minutes = ms / 60000, hours = minutes / 60;
    char *out = text;
    if (ms > 0 && ms < 1000) {
        out = put_unit(out, ms, 'm');
    } else {
        if (hours)
            out = put_unit(out, hours, 'h');
        if (minutes)
            out = put_unit(out, minutes % 60, 'm');
        out = put_fraction(put(out, ms % 60000 / 1000), (unsigned)(ms % 1000));
    }
    memcpy(out, "s", 2);
    return (size_t)(out + 1 - text);
}
