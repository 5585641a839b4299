/* SPDX-License-Identifier: MIT */
/* How a server tells of its limits: as OpenAI does, or as servers and proxies that misbehave.
 *
 *     header x-etalon-manners = pair *( ";" pair )      for one request, over the settings
 *     retry-after = both       seconds (an integer, at least 1) and retry-after-ms: as OpenAI
 *                   seconds    without retry-after-ms       ms       without retry-after
 *                   date       as an HTTP-date              none     neither
 *                   half       too short                    double   too long
 *                   zero       "0"                          huge     an hour too long
 *     headers     = all        on every answer that was metered: as OpenAI
 *                   on_429     only where a limit refused    none    never
 *                   jumping    remaining and reset of some other time, drawn anew for each answer
 *
 * Nothing here can fail but the reading of the header. */
#ifndef ET_MOCK_BRAIN_MANNERS_H
#define ET_MOCK_BRAIN_MANNERS_H

#include "core/base/ns.h"
#include "core/openai/error.h"

enum et_retry_manner {
    ET_MANNER_BOTH,
    ET_MANNER_SECONDS,
    ET_MANNER_MS,
    ET_MANNER_DATE,
    ET_MANNER_NO_RETRY,
    ET_MANNER_HALF,
    ET_MANNER_DOUBLE,
    ET_MANNER_ZERO,
    ET_MANNER_HUGE
};

enum et_header_manner {
    ET_MANNER_ALWAYS,
    ET_MANNER_ON_429,
    ET_MANNER_NO_HEADERS,
    ET_MANNER_JUMPING
};

struct et_manners {
    enum et_retry_manner retry_after;
    enum et_header_manner headers;
};

/* Their words, by value; each ends with NULL. */
extern const char *const et_retry_manner_names[];
extern const char *const et_header_manner_names[];

/* *out is changed where the header speaks of it.  False: *error is the 400 that says what there is.
 */
bool et_manners_parse(struct et_manners *out, struct et_slice header, struct et_api_error *error);

/* What is said of a wait. */
struct et_retry_words {
    bool seconds, ms, date; /* which of them */
    et_ns wait;             /* that is said */
};
struct et_retry_words et_manners_wait(enum et_retry_manner manner, et_ns wait);

#endif
