/* SPDX-License-Identifier: MIT */
/* Words that are probably others in the next request: dates, times, ids, counters.
 *
 *     2026-11-21  2026/11/21  21.11.2026  11/21/2026        a date, with a year
 *     21 November 2026  Nov 21, 2026                        likewise
 *     18:30:59  6:30 pm  18:30 UTC                          a time of day ("5:30" alone is a pace)
 *     3f2504e0-4f89-11d3-9a0c-0305e82c3301                  a UUID
 *     req_8f3a77b20c9d41e0                                  an id: 16 or more of A-Z a-z 0-9 _ -,
 *                                                           six of them digits
 *     1763749859                                            a long number: 9 digits or more
 *     request 4711  session #17  #20459                     a counter: two digits or more
 *
 * A guess by looks alone; it does not know what the text means. */
#ifndef ET_PROMPT_FLEETING_H
#define ET_PROMPT_FLEETING_H

#include "core/base/slice.h"

enum et_fleeting_kind {
    ET_FLEETING_DATE,
    ET_FLEETING_TIME,
    ET_FLEETING_UUID,
    ET_FLEETING_ID,
    ET_FLEETING_NUMBER,
    ET_FLEETING_COUNTER
};

const char *et_fleeting_name(enum et_fleeting_kind kind); /* "a date", "a UUID", … */

struct et_fleeting {
    enum et_fleeting_kind kind;
    size_t at, size; /* bytes of the text */
};

/* The first one at or behind byte `from`. */
bool et_fleeting_find(struct et_slice text, size_t from, struct et_fleeting *out);

#endif
