/* SPDX-License-Identifier: MIT */
/* A decision of the router, shown to a person or as JSON. */
#ifndef ET_CLI_ROUTE_SHOW_H
#define ET_CLI_ROUTE_SHOW_H

#include "core/route/route.h"

struct et_route_shown {
    const struct et_route_decision *decision;
    const struct et_route_ask *ask;
};

void et_route_show(const struct et_route_shown *shown, struct et_text *out);      /* lines */
void et_route_show_json(const struct et_route_shown *shown, struct et_text *out); /* one object */

#endif
