/* SPDX-License-Identifier: MIT */
#include "core/prompt/versions.h"

#include "core/prompt/cost.h"

#include <assert.h>

static bool bill(const struct et_version_task *task, const struct et_version_figures *figures,
                 bool warm, uint64_t requests, et_pico *out)
{
    bool writes = task->rules.caching == ET_CACHING_BREAKPOINTS;
    struct et_usage usage = {.prompt = figures->share.tokens,
                             .cached = warm ? figures->cacheable : 0,
                             .written = !warm && writes ? figures->cacheable : 0,
                             .completion = task->output_tokens};
    return et_prompt_cost(task->price, &usage, (struct et_terms){0}, requests, out) == ET_BILLED;
}

static void price(const struct et_version_task *task, struct et_version_figures *out)
{
    et_pico hits, misses;
    out->priced = bill(task, out, false, ET_VERSION_REQUESTS, &out->cold) &&
                  bill(task, out, true, ET_VERSION_REQUESTS, &out->warm) &&
                  bill(task, out, true, task->hits, &hits) &&
                  bill(task, out, false, ET_VERSION_REQUESTS - task->hits, &misses) &&
                  !__builtin_add_overflow(hits, misses, &out->mixed);
}

int et_version_measure(struct et_version_figures *out, const struct et_version_task *task,
                       struct et_complaint *complaint)
{
    struct et_prompt prompt;
    struct et_arena arena;
    assert(task->hits <= ET_VERSION_REQUESTS);
    et_prompt_init(&prompt, task->mem, SIZE_MAX / 4);
    et_arena_init(&arena, task->mem, ET_ARENA_BLOCK);
    *out = (struct et_version_figures){0};
    int err = et_template_render(task->template, task->values,
                                 et_template_parameter_count(task->template), &prompt, complaint);
    if (!err)
        err = et_prompt_share(&out->share, &prompt, &task->rules, &arena);
    if (!err) {
        out->cacheable = et_prompt_cacheable(task->rules.caching, out->share.prefix);
        price(task, out);
    }
    et_arena_free(&arena);
    et_prompt_free(&prompt);
    return err;
}

bool et_version_change(uint64_t a, uint64_t b, int64_t *permille)
{
    if (a == 0)
        return false;
    bool less = b < a;
    unsigned __int128 twice = (unsigned __int128)(less ? a - b : b - a) * 2000;
    unsigned __int128 rounded = (twice / a + 1) / 2;
    int64_t most = INT64_MAX;
    int64_t size = rounded > (unsigned __int128)most ? most : (int64_t)rounded;
    *permille = less ? -size : size;
    return true;
}

size_t et_version_missing(const struct et_template *of, const struct et_template *other,
                          size_t out[ET_TEMPLATE_PARAMETERS_MAX])
{
    size_t missing = 0, count = et_template_parameter_count(other);
    for (size_t i = 0; i < et_template_parameter_count(of); i++) {
        struct et_slice name = et_template_parameter(of, i).name;
        size_t j = 0;
        while (j < count && !et_slice_equal(et_template_parameter(other, j).name, name))
            j++;
        if (j == count)
            out[missing++] = i;
    }
    return missing;
}
