/* SPDX-License-Identifier: MIT */
#include "core/base/draw.h"
#include "core/base/hash.h"
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
    brain->state = config->state;
    brain->owns_state = !config->state;
    int err = config->state ? 0 : et_brain_state_new(&brain->state, config, NULL, mem);
    if (!err)
        err = et_tokenizer_new(&brain->tokenizers[ET_ENCODING_O200K], config->o200k,
                               ET_TOKENS_CACHE, mem);
    if (!err)
        err = et_tokenizer_new(&brain->tokenizers[ET_ENCODING_CL100K], config->cl100k,
                               ET_TOKENS_CACHE, mem);
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
    if (brain->owns_state)
        et_brain_state_free(brain->state);
    et_text_free(&brain->scratch);
    et_mem_give(brain->mem, brain, sizeof(*brain));
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
    et_api_refuse(&ask->error, 404, "invalid_request_error", NULL, NULL, "Invalid URL (%.*s %.*s)",
                  ET_ARG(et_slice_part(ask->request->method, 0, 32)),
                  ET_ARG(et_slice_part(ask->request->target, 0, 256)));
    return et_ask_refuse(ask);
}

/* Any key will do, but there must be one: "Bearer KEY". */
static bool knows_key(struct et_slice authorization)
{
    struct et_slice scheme = {0}, rest = et_slice_trim(authorization);
    return et_slice_split(&rest, ' ', &scheme) && et_slice_equal_nocase(scheme, ET_LIT("bearer")) &&
           et_slice_trim(rest).size > 0;
}

static int answer_stranger(struct et_ask *ask)
{
    et_reply_add(ask->reply, ET_LIT("www-authenticate"), ET_LIT("Bearer realm=\"OpenAI API\""));
    et_api_refuse(&ask->error, 401, "invalid_request_error", NULL, NULL,
                  "You didn't provide an API key. You need to provide your API key in an "
                  "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), "
                  "or as the password field (with blank username) if you're accessing the API "
                  "from your browser and are prompted for a username and password. You can obtain "
                  "an API key from https://platform.openai.com/account/api-keys.");
    return et_ask_refuse(ask);
}

static int answer(struct et_ask *ask)
{
    struct et_slice rest = ask->request->target, path = {0};
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
        return knows_key(ask->request->authorization) ? route->answer(ask) : answer_stranger(ask);
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
    ask->drawer =
        (struct et_drawer){config->seed, nth ? et_draw(0, ask->who, ET_DRAW_RETRY, nth) : ask->who};
    ask->ids = config->created_fixed ? (struct et_drawer){0, ask->who} : ask->drawer;
    return true;
}

static const struct et_http_field constant_fields[] = {
    {ET_LIT("openai-organization"), ET_LIT(ET_MOCK_ORGANIZATION)},
    {ET_LIT("openai-project"), ET_LIT("proj_etalon")},
    {ET_LIT("openai-version"), ET_LIT("2020-10-01")},
};

static bool begin(struct et_ask *ask)
{
    ask->reply = et_reply_new(ask->brain->mem);
    if (!ask->reply || !identify(ask))
        return false;
    et_reply_add(ask->reply, ET_LIT("x-request-id"),
                 et_reply_id(ask->reply, ET_LIT("req_"), ask->ids, 16, 32));
    for (size_t i = 0; i < sizeof(constant_fields) / sizeof(constant_fields[0]); i++)
        et_reply_add(ask->reply, constant_fields[i].name, constant_fields[i].value);
    return true;
}

int et_brain_ask(struct et_brain *brain, const struct et_brain_request *request, et_ns now,
                 struct et_reply **out)
{
    struct et_ask ask = {.brain = brain, .request = request, .now = now, .start_at = now};
    et_arena_init(&ask.arena, brain->mem, ET_ARENA_BLOCK);
    int err = begin(&ask) ? answer(&ask) : ET_NOMEM;
    et_arena_free(&ask.arena);
    if (err)
        et_reply_free(ask.reply);
    else
        *out = ask.reply;
    return err ? ET_NOMEM : 0;
}
