/* SPDX-License-Identifier: MIT */
/* Before gpt-5.6: every 128 tokens a prefix ends, and a prompt leaves all of its own behind. */
#include "mock_openai/brain_cache_parts.h"

#define RETAINED (86400 * ET_S)

enum { FIRST = ET_PROMPT_PREFIX_MIN / ET_PROMPT_STEP - 1 }; /* step with which the shortest ends */

/* A prefix is of use only with all shorter ones: the first one missing ends what is read. */
void et_prompt_look_prefixes(struct et_prompt_visit *visit)
{
    const struct et_prompt_ids *prompt = visit->use->prompt;
    size_t steps = prompt->count / ET_PROMPT_STEP, step = FIRST;
    while (step < steps && et_prompt_alive(et_prompt_find(visit, prompt->steps[step]), visit->now))
        step++;
    visit->found.read = step > FIRST ? step * ET_PROMPT_STEP : 0;
}

static et_ns until(const struct et_prompt_visit *visit, et_ns born_at)
{
    const struct et_prompt_cache_config *config = &visit->cache->config;
    if (config->endless)
        return ET_NEVER;
    if (visit->use->retained)
        return et_after(born_at, RETAINED);
    return et_sooner(et_after(visit->now, config->idle), et_after(born_at, config->longest));
}

/* From the longest to the shortest, so that the table forgets the longest first. */
int et_prompt_leave_prefixes(struct et_prompt_visit *visit)
{
    const struct et_prompt_ids *prompt = visit->use->prompt;
    for (size_t step = prompt->count / ET_PROMPT_STEP; step-- > FIRST;) {
        struct et_prompt_prefix *prefix = et_prompt_put(visit, prompt->steps[step]);
        if (!prefix)
            return ET_NOMEM;
        if ((step + 1) * ET_PROMPT_STEP > visit->found.read || prefix->until_at == 0)
            *prefix = (struct et_prompt_prefix){.born_at = visit->now};
        et_prompt_keep(prefix, until(visit, prefix->born_at));
    }
    return 0;
}
