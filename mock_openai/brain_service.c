/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_service.h"

#include "mock_openai/brain_parts.h"

int et_services_init(struct et_services *services, const struct et_profile *profiles, size_t count,
                     const struct et_mem *mem)
{
    *services = (struct et_services){.mem = mem, .count = count};
    services->slots = et_mem_array(mem, count, sizeof(*services->slots));
    int err = services->slots ? 0 : ET_NOMEM;
    for (size_t i = 0; i < count && !err; i++)
        if (profiles[i].slots)
            err = et_slots_init(&services->slots[i], profiles[i].slots, profiles[i].queue_max, mem);
    if (err)
        et_services_free(services);
    return err;
}

void et_services_free(struct et_services *services)
{
    for (size_t i = 0; services->slots && i < services->count; i++)
        et_slots_free(&services->slots[i]);
    if (services->mem)
        et_mem_give(services->mem, services->slots,
                    (services->count ? services->count : 1) * sizeof(*services->slots));
    *services = (struct et_services){0};
}

void et_services_clear(struct et_services *services)
{
    for (size_t i = 0; i < services->count; i++)
        if (et_services_slots(services, i))
            et_slots_clear(&services->slots[i]);
}

struct et_slots *et_services_slots(const struct et_services *services, size_t nth)
{
    struct et_slots *slots = nth < services->count ? &services->slots[nth] : NULL;
    return slots && slots->count ? slots : NULL;
}

/* Those of the service that answers; NULL: it runs as many requests as come. */
static struct et_slots *slots_of(const struct et_ask *ask)
{
    const struct et_brain_config *config = &ask->brain->config;
    if (config->instant || ask->profile->slots == 0)
        return NULL;
    return et_services_slots(&ask->brain->state->services,
                             (size_t)(ask->profile - config->profiles));
}

static bool refuse(struct et_ask *ask)
{
    return et_api_refuse(&ask->error, ET_API_OVERLOADED);
}

bool et_ask_room(struct et_ask *ask)
{
    struct et_slots *slots = slots_of(ask);
    struct et_turn turn;
    if (!slots)
        return true;
    et_brain_state_hold(ask->brain->state);
    bool granted = et_slots_ask(slots, ask->now, &turn);
    et_brain_state_let(ask->brain->state);
    return granted || refuse(ask);
}

static void begin(struct et_ask *ask, const struct et_pace_work *work)
{
    bool instant = ask->brain->config.instant;
    et_pace_begin(&ask->reply->stream.pace, instant ? NULL : ask->profile, ask->drawer, *work);
}

static bool take_turn(struct et_ask *ask, struct et_slots *slots, struct et_pace_work work)
{
    struct et_turn turn;
    et_ns stalled = et_since(ask->now, ask->start_at); /* the head; nothing is worked on then */
    if (!et_slots_ask(slots, ask->now, &turn))
        return false;
    work.now = et_after(turn.start_at, stalled);
    work.busy = turn.busy;
    work.slots = ask->profile->slots;
    begin(ask, &work);
    et_ns hold = et_since(work.now, et_stream_rehearse(ask->reply));
    return et_slots_take(slots, ask->now, hold, &turn.start_at);
}

/* With slots the answer is rehearsed while the state is held: how long it takes depends on how busy
 * the service is, and whoever comes next must know.  That is some 40 ns a token. */
bool et_ask_begin(struct et_ask *ask, struct et_pace_work work)
{
    struct et_slots *slots = slots_of(ask);
    if (!slots) {
        work.now = ask->start_at;
        begin(ask, &work);
        return true;
    }
    et_brain_state_hold(ask->brain->state);
    bool granted = take_turn(ask, slots, work);
    et_brain_state_let(ask->brain->state);
    return granted || refuse(ask);
}
