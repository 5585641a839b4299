/* SPDX-License-Identifier: MIT */
#include "core/base/draw.h"
#include "core/base/hash.h"
#include "mock_openai/brain_meaning.h"
#include "mock_openai/brain_parts.h"
#include "mock_openai/brain_vector.h"

#include <assert.h>

static bool config_valid(const struct et_brain_config *config)
{
    bool for_all = false;
    for (size_t i = 0; i < config->profile_count; i++) {
        if (!et_profile_valid(&config->profiles[i]))
            return false;
        for_all = for_all || config->profiles[i].model.size == 0;
    }
    return for_all && config->catalogue && config->o200k && config->cl100k &&
           config->embedding_dimensions <= ET_VECTOR_MAX;
}

/* The one without a model is for those that none names. */
static const struct et_profile *profile_of(const struct et_brain_config *config,
                                           const struct et_model *model)
{
    const struct et_profile *for_all = NULL;
    for (size_t i = 0; i < config->profile_count; i++) {
        const struct et_profile *profile = &config->profiles[i];
        if (profile->model.size == 0)
            for_all = profile;
        else if (et_model_named(model, profile->model))
            return profile;
    }
    return for_all;
}

static int find_speeds(struct et_brain *brain)
{
    const struct et_catalogue *catalogue = brain->config.catalogue;
    size_t count = et_catalogue_count(catalogue);
    brain->speeds = et_mem_array(brain->mem, count, sizeof(*brain->speeds));
    if (!brain->speeds)
        return ET_NOMEM;
    for (size_t i = 0; i < count; i++)
        brain->speeds[i] = profile_of(&brain->config, et_catalogue_model(catalogue, i));
    return 0;
}

int et_brain_new(struct et_brain **out, const struct et_brain_config *config,
                 const struct et_mem *mem)
{
    assert(config_valid(config));
    struct et_brain *brain = et_mem_take(mem, sizeof(*brain));
    if (!brain)
        return ET_NOMEM;
    brain->mem = mem;
    brain->config = *config;
    et_text_init(&brain->scratch, mem, ET_REPLY_BODY_MAX);
    et_arena_init(&brain->arena, mem, ET_ASK_ARENA_BLOCK);
    brain->state = config->state;
    brain->owns_state = !config->state;
    int err = find_speeds(brain);
    if (!err && !config->state)
        err = et_brain_state_new(&brain->state, config, NULL, mem);
    if (!err)
        err = et_tokenizer_new(&brain->tokenizers[ET_ENCODING_O200K], config->o200k,
                               ET_TOKENS_CACHE, mem);
    if (!err)
        err = et_tokenizer_new(&brain->tokenizers[ET_ENCODING_CL100K], config->cl100k,
                               ET_TOKENS_CACHE, mem);
    if (!err && config->encoder)
        err = et_meaning_new(&brain->meaning, config->encoder, mem);
    if (err)
        et_brain_free(brain);
    else
        *out = brain;
    return err;
}

void et_brain_free(struct et_brain *brain)
{
    if (!brain)
        return;
    for (size_t i = 0; i < 2; i++)
        et_tokenizer_free(brain->tokenizers[i]);
    et_meaning_free(brain->meaning);
    if (brain->owns_state)
        et_brain_state_free(brain->state);
    et_mem_give(brain->mem, brain->speeds,
                et_catalogue_count(brain->config.catalogue) * sizeof(*brain->speeds));
    et_text_free(&brain->scratch);
    et_arena_free(&brain->arena);
    et_mem_give(brain->mem, brain, sizeof(*brain));
}

struct et_brain_state *et_brain_state_of(struct et_brain *brain)
{
    return brain->state;
}

bool et_brain_admits(struct et_brain *brain, et_ns now)
{
    struct et_brain_state *state = brain->state;
    et_ns until;
    et_brain_state_hold(state);
    uint32_t ppm = et_fault_plan_refuses(&state->faults, now, &until);
    uint64_t nth = state->connections++;
    et_brain_state_let(state);
    return !et_fault_refused(brain->config.seed, nth, ppm);
}

static const struct route {
    const char *path, *methods;
    bool below; /* the path is what it begins with */
    int (*answer)(struct et_ask *ask);
} routes[] = {
    {"/v1/chat/completions", "POST", false, et_answer_chat},
    {"/v1/responses", "POST", false, et_answer_response},
    {"/v1/responses/input_tokens", "POST", false, et_answer_input_tokens},
    {ET_RESPONSES_PATH, "GET, DELETE, POST", true, et_answer_stored},
    {"/v1/completions", "POST", false, et_answer_completion},
    {"/v1/moderations", "POST", false, et_answer_moderation},
    {"/v1/embeddings", "POST", false, et_answer_embeddings},
    {"/v1/models", "GET", false, et_answer_models},
    {ET_MODELS_PATH, "GET", true, et_answer_model},
};

static int answer_nothing(struct et_ask *ask)
{
    et_api_refuse(&ask->error, ET_API_URL_UNKNOWN,
                  ET_ARG(et_slice_part(ask->request->method, 0, 32)),
                  ET_ARG(et_slice_part(ask->request->target, 0, 256)));
    return et_ask_refuse(ask);
}

static int answer(struct et_ask *ask)
{
    struct et_slice rest = ask->request->target, path = {0};
    int err = 0;
    if (et_answer_replayed(ask, &err))
        return err;
    et_slice_split(&rest, '?', &path);
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        const struct route *route = &routes[i];
        struct et_slice own = et_slice_of(route->path);
        bool here = route->below ? et_slice_starts(path, own) && path.size > own.size
                                 : et_slice_equal(path, own);
        if (!here)
            continue;
        if (!et_ask_method(ask, route->methods))
            return et_ask_refuse(ask);
        return et_ask_enter(ask) ? route->answer(ask) : et_ask_refuse(ask);
    }
    return answer_nothing(ask);
}

/* Who asks, and for the how-manieth time. */
static bool identify(struct et_ask *ask)
{
    const struct et_brain_request *request = ask->request;
    const struct et_brain_config *config = &ask->brain->config;
    struct et_slice identity =
        request->client_request_id.size ? request->client_request_id : request->body;
    ask->who = et_hash64(identity, et_hash64(request->target, 1));
    uint32_t nth;
    if (!et_brain_state_count(ask->brain->state, ask->who, &nth))
        return false;
    ask->nth = nth < UINT32_MAX ? nth + 1 : nth;
    ask->drawer =
        (struct et_drawer){config->seed, nth ? et_draw(0, ask->who, ET_DRAW_RETRY, nth) : ask->who};
    ask->ids = config->created_fixed ? (struct et_drawer){0, ask->who} : ask->drawer;
    return true;
}

/* The caller's name for it, where it may be repeated. */
static struct et_slice name_of(struct et_reply *reply, struct et_slice name, struct et_slice usual)
{
    return et_caller_named(name) ? et_reply_keep(reply, name) : usual;
}

static bool begin(struct et_ask *ask)
{
    const struct et_brain_request *request = ask->request;
    struct et_reply *reply = et_reply_new(ask->brain->mem);
    ask->reply = reply;
    ask->caller = et_caller_of(request->authorization, request->organization, request->project);
    if (!reply || !identify(ask))
        return false;
    reply->epoch = ask->brain->config.epoch;
    reply->asked_at = ask->now;
    et_reply_add(reply, ET_LIT("x-request-id"),
                 et_reply_id(reply, ET_LIT("req_"), ask->ids, 16, 32));
    et_reply_add(reply, ET_LIT("openai-organization"),
                 name_of(reply, request->organization, ET_LIT(ET_MOCK_ORGANIZATION)));
    et_reply_add(reply, ET_LIT("openai-project"),
                 name_of(reply, request->project, ET_LIT(ET_MOCK_PROJECT)));
    et_reply_add(reply, ET_LIT("openai-version"), ET_LIT("2020-10-01"));
    return true;
}

int et_brain_ask(struct et_brain *brain, const struct et_brain_request *request, et_ns now,
                 struct et_reply **out)
{
    struct et_ask ask = {.brain = brain, .request = request, .now = now, .start_at = now};
    ask.arena = brain->arena;
    int err = begin(&ask) ? answer(&ask) : ET_NOMEM;
    if (!err)
        err = et_ask_settle(&ask);
    et_arena_clear(&ask.arena);
    brain->arena = ask.arena;
    if (!err)
        et_brain_state_note(brain->state, et_fault_set_digest(ask.reply->faults, ask.drawer.who));
    if (err)
        et_reply_free(ask.reply);
    else
        *out = ask.reply;
    return err ? ET_NOMEM : 0;
}
