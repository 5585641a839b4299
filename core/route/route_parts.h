/* SPDX-License-Identifier: MIT */
/* What the files of core/route share.  Private to them. */
#ifndef ET_ROUTE_ROUTE_PARTS_H
#define ET_ROUTE_ROUTE_PARTS_H

#include "core/route/route.h"

struct route_maker { /* what one decision is made of */
    const struct et_route_policy *policy;
    const struct et_catalogue *catalogue;
    const struct et_route_ask *ask;
    struct et_route_decision *out;
};

void et_route_tell(struct route_maker *maker, const struct et_route_reason *reason);

/* fit.c: puts the choice into the chain, with its facts and its max_tokens, and says so.  False: it
 * may not answer; told, and for the first model also kept as `out->why`.  `cut`: a prompt that is
 * too long for it may be shortened. */
bool et_route_consider(struct route_maker *maker, const struct et_route_choice *choice, bool cut);

#endif
