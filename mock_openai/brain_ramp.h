/* SPDX-License-Identifier: MIT */
/* Whether traffic rises too fast (429 slow_down): in one minute no more tokens than a floor, or
 * than so much more of the busiest minute of the window before.
 *
 *      floor 1M, growth 50 %                      1.5M ┐
 *      tokens a minute that are let through   1M ┐    ─┘   1M, when nothing came for a window
 *                                             ───┘
 *      windows of 15 minutes                  |   0   |   1   |   2   |   3
 *
 * Reference: the guide's rule of thumb, "once traffic reaches 1 million input TPM, increase it by
 * no more than 50 % every 15 minutes".  Nothing here can fail. */
#ifndef ET_MOCK_BRAIN_RAMP_H
#define ET_MOCK_BRAIN_RAMP_H

#include "mock_openai/brain_quota.h"

struct et_ramp {          /* plain value, zero when nothing was asked yet */
    uint64_t minute;      /* number of the minute that is counted */
    uint64_t tokens;      /* in it */
    uint64_t peak;        /* the busiest minute of its window */
    uint64_t peak_before; /* and of the window before */
};

/* How long until `tokens` more may come; 0: now, and then they are counted.  Waiting helps only
 * while the minute has some left or the rise has been earned: it is until the next minute. */
et_ns et_ramp_take(struct et_ramp *ramp, const struct et_ramp_rule *rule, uint64_t tokens,
                   et_ns now);

#endif
