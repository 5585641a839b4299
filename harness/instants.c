/* SPDX-License-Identifier: MIT */
#include "harness/instants.h"

#include "core/base/draw.h"
#include "core/base/wide.h"

enum { HOURS = 24, FIRST_ROOM = 1024 };

static const uint64_t NANO_MICRO = 1000000000000000; /* 1e15 / micro-hertz = nanoseconds */

void et_instants_init(struct et_instants *instants, const struct et_mem *mem)
{
    *instants = (struct et_instants){.mem = mem};
}

void et_instants_free(struct et_instants *instants)
{
    et_mem_give(instants->mem, instants->at, instants->room * sizeof *instants->at);
    instants->at = NULL;
    instants->count = instants->room = 0;
}

static int push(struct et_instants *instants, et_ns at)
{
    if (instants->count == instants->room) {
        size_t room = instants->room ? 2 * instants->room : FIRST_ROOM;
        et_ns *grown = et_mem_grow(instants->mem, instants->at, instants->room * sizeof *grown,
                                   room * sizeof *grown);
        if (!grown)
            return ET_NOMEM;
        instants->at = grown;
        instants->room = room;
    }
    instants->at[instants->count++] = at;
    return 0;
}

static struct et_law gap_of(const struct et_arrivals *arrivals)
{
    struct et_law law = {.scale = NANO_MICRO / arrivals->rate_micro_hz};
    if (arrivals->law == ET_ARRIVALS_POISSON)
        law.kind = ET_LAW_EXPONENTIAL;
    if (arrivals->law == ET_ARRIVALS_GAMMA)
        law.kind = ET_LAW_GAMMA, law.shape_milli = arrivals->shape_milli;
    return law;
}

/* Where on the day's profile the newest instant lies.  Instants come in order, so it only goes
 * forward. */
struct day {
    const uint32_t *hours;
    et_ns duration;
    uint64_t sum;    /* of all hours */
    uint64_t before; /* of the hours before this one */
    unsigned hour;
};

/* An instant of the traffic's own time, below the duration, in real time. */
static et_ns real_time(struct day *day, et_ns at)
{
    et_u128 passed = (et_u128)at * day->sum;
    while (passed >= (et_u128)day->duration * (day->before + day->hours[day->hour]))
        day->before += day->hours[day->hour++];
    uint64_t weight = day->hours[day->hour];
    et_u128 begun =
        (et_u128)day->duration * day->hour * weight; /* the hour's start x 24 x weight */
    et_u128 rest = passed - (et_u128)day->duration * day->before;
    return (et_ns)((begun + rest) / (weight * HOURS));
}

int et_instants_fill(struct et_instants *instants, const struct et_scenario *scenario,
                     uint64_t seed, size_t count_max)
{
    const struct et_arrivals *arrivals = &scenario->arrivals;
    struct et_law gap = gap_of(arrivals);
    struct day day = {.hours = arrivals->diurnal_ppm, .duration = scenario->duration};
    for (unsigned i = 0; i < HOURS; i++)
        day.sum += day.hours[i];
    et_ns at = 0;
    for (uint64_t n = 1;; n++) {
        if (n > 1 || arrivals->law != ET_ARRIVALS_CONSTANT)
            at = et_after(at, et_law_value(&gap, et_draw(seed, n, ET_DRAW_ARRIVAL, 0)));
        if (at >= scenario->duration)
            return 0;
        if (instants->count == count_max)
            return ET_LIMIT;
        int err = push(instants, real_time(&day, at));
        if (err)
            return err;
    }
}
