/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a routing policy of a user, and what is decided by it.
 *
 *     meson setup build-fuzz -Dfuzz=true -Dtests=disabled       (with CC=clang)
 *     build-fuzz/fuzz/fuzz_policy fuzz/corpus/policy
 *
 * A policy is refused in words or decides: every choice is a model that may answer, once, and there
 * is a reason that prints as one line.  The corpus is replayed by an ordinary test:
 * core/route/tests/test_seeds.c. */
#include "core/base/utf8.h"
#include "core/route/route.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MODEL(id, more)                                                                            \
    "{\"id\":\"" id "\"," more                                                                     \
    "\"kind\":\"chat\",\"encoding\":\"o200k_base\",\"family\":\"chatml\",\"caching\":\"prefix\","  \
    "\"reasoning\":false,\"prices\":[{\"rates\":{\"standard\":{\"input\":\"1\",\"output\":\"8\"}}" \
    ",\"sources\":[\"page\"]}]}"
#define SOL                                                                                        \
    MODEL("sol", "\"aliases\":[\"sol-2026-01-01\",\"sol-2025-06-01\"],"                            \
                 "\"snapshot\":\"sol-2026-01-01\",\"context_tokens\":2000,")
#define LUNA MODEL("luna", "\"context_tokens\":300,\"output_tokens_max\":100,")
#define OLD  MODEL("old", "\"shutdown\":\"2026-01-01\",")
static const char catalogue_json[] =
    "{\"schema\":1,\"as_of\":\"2026-11-21\",\"unit\":\"USD per 1,000,000 tokens\",\"sources\":{"
    "\"page\":\"a page\"},\"models\":[" SOL "," LUNA "," OLD "," MODEL("terra", "") "]}";

static void hold(bool fact)
{
    if (!fact)
        abort();
}

static void *heap_resize(void *ctx, void *old, size_t was, size_t size)
{
    (void)ctx, (void)was;
    if (size > 0)
        return realloc(old, size);
    free(old);
    return NULL;
}

static const struct et_mem heap = {heap_resize, NULL};

static uint64_t tokens_of(void *ctx, struct et_slice model)
{
    (void)model;
    return *(const uint64_t *)ctx;
}

static void check(const struct et_route_decision *decision, const struct et_route_ask *ask)
{
    hold(decision->reason_count > 0);
    for (size_t i = 0; i < decision->choice_count; i++) {
        const struct et_route_choice *choice = &decision->choices[i];
        const struct et_model *facts = choice->facts;
        hold(!facts || (facts->kind == ET_MODEL_CHAT && !et_model_ended(facts, ask->day)));
        hold(!facts || !facts->output_tokens_max || choice->max_tokens <= facts->output_tokens_max);
        for (size_t k = 0; k < i; k++)
            hold(!et_slice_equal(choice->model, decision->choices[k].model));
    }
    for (size_t i = 0; i < decision->reason_count; i++) {
        struct et_text text;
        et_text_init(&text, &heap, 4096);
        et_route_reason_print(&decision->reasons[i], &text);
        struct et_slice words = et_text_slice(&text);
        hold(words.size > 0 && et_utf8_valid(words) && !memchr(words.data, '\n', words.size));
        et_text_free(&text);
    }
}

static void decide(const struct et_route_policy *policy, const struct et_catalogue *catalogue)
{
    static const uint64_t sizes[] = {0, 99, 100, 290, 500, 501, 1999, ET_ROUTE_TOKENS_UNKNOWN};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint64_t tokens = sizes[i];
        struct et_route_decision decision;
        struct et_route_ask ask = {.model = i % 2 ? ET_LIT("sol") : ET_LIT("old"),
                                   .use_case = ET_LIT("report"),
                                   .max_tokens = i % 3 ? 0 : 100,
                                   .loaded = i % 2,
                                   .day = et_catalogue_as_of(catalogue),
                                   .tokens = tokens_of,
                                   .ctx = &tokens};
        et_route_decide(policy, catalogue, &ask, &decision);
        check(&decision, &ask);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice text = {(const char *)data, size};
    struct et_catalogue *catalogue = NULL;
    struct et_complaint complaint = {0};
    struct et_route_policy policy;
    struct et_arena arena;
    hold(et_catalogue_new(&catalogue, et_slice_of(catalogue_json), &heap, &complaint) == 0);
    et_arena_init(&arena, &heap, ET_ARENA_BLOCK);
    if (et_route_policy_parse(&policy, text, catalogue, &arena, &complaint) == 0)
        decide(&policy, catalogue);
    else
        hold(complaint.text[0] && et_utf8_valid(et_slice_of(complaint.text)));
    et_arena_free(&arena);
    et_catalogue_free(catalogue);
    return 0;
}
