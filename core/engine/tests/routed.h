/* SPDX-License-Identifier: MIT */
/* A stage whose engine routes by a policy in JSON over a catalogue of five models, for the tests of
 * routing and of fallback. */
#ifndef ET_ENGINE_TESTS_ROUTED_H
#define ET_ENGINE_TESTS_ROUTED_H

#include "core/engine/tests/stage.h"

#include "core/openai/chat.h"
#include "core/tokens/tests/tables.h"

/* sol: 2,000 of context; luna: 300; terra: 100,000; old: shut down; pro: responses alone. */
#define MODEL(id, more, output)                                                                    \
    "{\"id\":\"" id "\"," more                                                                     \
    "\"kind\":\"chat\",\"encoding\":\"o200k_base\",\"family\":\"chatml\",\"caching\":\"prefix\","  \
    "\"reasoning\":false,\"prices\":[{\"rates\":{\"standard\":{\"input\":\"1\",\"output\":"        \
    "\"" output "\"}},\"sources\":[\"page\"]}]}"
#define SNAPSHOTS                                                                                  \
    "\"aliases\":[\"sol-2026-01-01\",\"sol-2025-06-01\"],\"snapshot\":\"sol-2026-01-01\","
#define CONTEXT(tokens) "\"context_tokens\":" tokens ","
#define SOL             MODEL("sol", SNAPSHOTS CONTEXT("2000"), "8")
#define LUNA            MODEL("luna", CONTEXT("300"), "2")
#define TERRA           MODEL("terra", CONTEXT("100000"), "4")
#define OLD             MODEL("old", "\"shutdown\":\"2026-01-01\",", "4")
#define PRO             MODEL("pro", "\"endpoints\":[\"responses\"],", "80")
static const char catalogue_json[] =
    "{\"schema\":1,\"as_of\":\"2026-11-21\",\"unit\":\"USD per 1,000,000 tokens\",\"sources\":{"
    "\"page\":\"a page\"},\"models\":[" SOL "," LUNA "," TERRA "," OLD "," PRO "]}";

struct world {
    struct et_catalogue *catalogue;
    struct et_arena arena;
    struct et_engine_config config;
};

static struct world world;

/* Tokens of the body's messages, but for the one at `without`. */
static inline size_t size_of(struct et_slice body, size_t without)
{
    struct et_arena arena;
    struct et_chat_request request;
    struct et_api_error error;
    size_t count = 0;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    assert_true(et_chat_request_parse(&request, body, &arena, &error));
    if (without < request.message_count)
        memmove(request.messages + without, request.messages + without + 1,
                (--request.message_count - without) * sizeof *request.messages);
    assert_int_equal(et_chat_count(tables[ET_ENCODING_O200K].tokenizer, ET_CHAT_CHATML,
                                   request.messages, request.message_count, &count),
                     0);
    et_arena_free(&arena);
    return count;
}

static inline int count_prompt(void *ctx, struct et_slice body, uint64_t *tokens)
{
    (void)ctx;
    *tokens = size_of(body, SIZE_MAX);
    return 0;
}

static inline int setup(void **state)
{
    struct et_complaint complaint = {0};
    tables_open(state);
    if (et_catalogue_new(&world.catalogue, et_slice_of(catalogue_json), &support_heap, &complaint))
        fail_msg("%s: %s", complaint.path, complaint.text);
    return 0;
}

static inline int teardown(void **state)
{
    et_catalogue_free(world.catalogue);
    return tables_close(state);
}

#define CHAIN                                                                                      \
    "{\"answer_min\":1,\"fallback\":{\"weaker\":[{\"model\":\"luna\",\"instruction\":\"Be "        \
    "brief.\"},{\"model\":\"terra\"}],\"prepared\":\"Sorry, later.\"},"                            \
    "\"use_cases\":{\"report\":{\"prepared\":\"By mail.\"}}}"
#define BARE                                                                                       \
    "{\"answer_min\":1,\"fallback\":{\"snapshot\":false,\"weaker\":[{\"model\":\"luna\"},"         \
    "{\"model\":\"terra\"}]}}"

/* world.config with that policy and one try for each model. */
static inline void set_up(const char *policy)
{
    struct et_complaint complaint = {0};
    et_arena_init(&world.arena, &support_heap, ET_ARENA_BLOCK);
    stage_defaults(&world.config);
    world.config.catalogue = world.catalogue;
    world.config.prompt_tokens = (struct et_prompt_counter){count_prompt, NULL};
    world.config.tokenizers[ET_ENCODING_O200K] = tables[ET_ENCODING_O200K].tokenizer;
    world.config.retry.tries = 1;
    world.config.route_on = true;
    if (et_route_policy_parse(&world.config.route, et_slice_of(policy), world.catalogue,
                              &world.arena, &complaint))
        fail_msg("%s: %s: %s", policy, complaint.path, complaint.text);
    world.config.today = et_catalogue_as_of(world.catalogue);
}

static inline struct stage *staged(const char *policy)
{
    set_up(policy);
    struct stage *stage = stage_new(&world.config, &support_heap);
    assert_non_null(stage);
    return stage;
}

static inline void leave(struct stage *stage)
{
    assert_idle(stage);
    stage_free(stage);
    et_arena_free(&world.arena);
}

static const struct ask hello = {.id = 1, .text = "Hello", .model = "sol"};
static const struct ask live = {.id = 1, .text = "Hello", .model = "sol", .stream = true};

static inline void assert_called(struct stage *stage, et_id call, const char *model)
{
    assert_true(call > 0 && stage->calls[call].open);
    assert_string_equal(stage->calls[call].model->name, model);
}

/* The newest call of `id`, at this instant, goes to `model`. */
static inline et_id next_call(struct stage *stage, et_id id, const char *model)
{
    stage_to(stage, stage->now);
    et_id call = stage_call(stage, id);
    assert_called(stage, call, model);
    return call;
}

static inline void assert_answering(const struct stage *stage, et_id id, const char *model,
                                    enum et_route_step step)
{
    assert_string_equal(stage->clients[id].model, model);
    assert_int_equal(stage->clients[id].row.step, step);
    assert_int_equal(stage->clients[id].step, step);
}

static inline void fail_5xx(struct stage *stage, et_id call)
{
    stage_error(stage, call, &(struct head){.status = 503});
}

#endif
