/* SPDX-License-Identifier: MIT */
/* The services behind the models: each profile that has slots is one, with one queue in front
 * (brain_slots.h); a profile without a model serves all models that are not named.
 *
 * When all workers share one state they share its services too.  Between et_services_room and
 * et_ask_begin another worker may take the last place, so both can refuse. */
#ifndef ET_MOCK_BRAIN_SERVICE_H
#define ET_MOCK_BRAIN_SERVICE_H

#include "mock_openai/brain_profile.h"
#include "mock_openai/brain_slots.h"

struct et_services { /* private */
    const struct et_mem *mem;
    struct et_slots *slots; /* one for each profile; those without slots are zero */
    size_t count;
};

int et_services_init(struct et_services *services, const struct et_profile *profiles, size_t count,
                     const struct et_mem *mem) ET_MUST_CHECK; /* ET_NOMEM: nothing to free */
void et_services_free(struct et_services *services);          /* zeroed is fine */
void et_services_clear(struct et_services *services);         /* nobody runs or waits */

/* Of profile number `nth` of the brain's; NULL: it has no slots.  Use it while the state is held.
 */
struct et_slots *et_services_slots(const struct et_services *services, size_t nth);

#endif
