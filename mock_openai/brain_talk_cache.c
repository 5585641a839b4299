/* SPDX-License-Identifier: MIT */
/* What a request brings to the prompt cache, and what its answer tells of it. */
#include "core/base/hash.h"
#include "mock_openai/brain_talk.h"

/* Told apart from hashes of the same bytes elsewhere. */
enum { SEED_OWNER = 4, SEED_MODEL = 6, SEED_KEY = 7 };

static uint64_t hash_of(struct et_slice text, uint64_t seed)
{
    return text.size ? et_hash64(text, seed) : 0;
}

static void describe(const struct et_ask *ask, const struct et_talk *talk,
                     struct et_prompt_use *use)
{
    *use = (struct et_prompt_use){.caching = ask->model->caching,
                                  .owner = et_hash64(ask->request->authorization, SEED_OWNER),
                                  .prompt = &talk->prompt};
    use->traits[ET_TRAIT_MODEL] = hash_of(ask->model->id, SEED_MODEL);
    use->traits[ET_TRAIT_KEY] = hash_of(talk->chat->prompt_cache_key, SEED_KEY);
}

/* For who wonders why nothing was cached; only what has a name. */
static void tell(struct et_ask *ask, const struct et_cached *found)
{
    const char *miss = et_prompt_miss_name(found->miss);
    ask->reply->facts.cache_miss = found->miss;
    ask->reply->facts.cache_missed = found->missed;
    if (miss)
        et_reply_add(ask->reply, ET_LIT("x-etalon-cache-miss"), et_slice_of(miss));
}

bool et_talk_cache(struct et_ask *ask, struct et_talk *talk)
{
    struct et_prompt_use use;
    struct et_cached found = {0};
    struct et_brain_state *state = ask->brain->state;
    describe(ask, talk, &use);
    et_brain_state_hold(state);
    ask->err = et_prompt_cache_use(&state->cache, &use, ask->now, &found);
    et_brain_state_let(state);
    if (ask->err)
        return false;
    talk->usage.cached = found.read;
    talk->usage.written = found.written;
    tell(ask, &found);
    return true;
}
