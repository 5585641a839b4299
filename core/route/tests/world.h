/* SPDX-License-Identifier: MIT */
/* The catalogue of the tree and policies from JSON, for the tests of core/route. */
#ifndef ET_ROUTE_TESTS_WORLD_H
#define ET_ROUTE_TESTS_WORLD_H

#include "core/base/tests/support.h"

#include "core/route/route.h"

static inline struct et_catalogue *world_catalogue(void)
{
    enum { ROOM = 1 << 20 };
    struct et_catalogue *catalogue = NULL;
    struct et_complaint complaint = {0};
    FILE *file = fopen("data/models.json", "rb");
    char *text = malloc(ROOM);
    assert_true(file && text);
    struct et_slice bytes = {text, fread(text, 1, ROOM, file)};
    fclose(file);
    if (et_catalogue_new(&catalogue, bytes, &support_heap, &complaint))
        fail_msg("%s: %s", complaint.path, complaint.text);
    free(text);
    return catalogue;
}

static inline et_day world_day(const char *text)
{
    et_day day = 0;
    assert_true(et_day_parse(et_slice_of(text), &day));
    return day;
}

#endif
