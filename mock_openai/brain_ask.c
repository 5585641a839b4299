/* SPDX-License-Identifier: MIT */
#include "core/base/hash.h"
#include "mock_openai/brain_parts.h"

#include <assert.h>

/* A parser says 500 when memory was refused, and never else. */
bool et_ask_read(struct et_ask *ask, bool good)
{
    if (!good && ask->error.status == 500)
        ask->err = ET_NOMEM;
    return good;
}

static bool refuse_model(struct et_ask *ask, struct et_slice name)
{
    return et_api_refuse(&ask->error, 404, "invalid_request_error", "model_not_found", NULL,
                         "The model `%.*s` does not exist or you do not have access to it.",
                         ET_ARG(et_slice_part(name, 0, 128)));
}

/* The dated snapshot behind an id; any other name, and models without snapshots, as asked for. */
static struct et_slice name_answered(const struct et_model *model, struct et_slice asked)
{
    if (et_slice_equal(model->id, asked))
        return model->snapshot.size ? model->snapshot : model->id;
    for (size_t i = 0; i < model->alias_count; i++)
        if (et_slice_equal(model->aliases[i], asked))
            return model->aliases[i];
    return model->id;
}

static const struct et_profile *find_profile(const struct et_brain_config *config,
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

bool et_ask_model(struct et_ask *ask, struct et_slice name)
{
    const struct et_brain_config *config = &ask->brain->config;
    const struct et_model *model = et_catalogue_find(config->catalogue, name);
    if (!model)
        return refuse_model(ask, name);
    if (et_model_ended(model, config->today))
        return et_api_refuse(&ask->error, 404, "invalid_request_error", "model_not_found", NULL,
                             "The model `%.*s` has been deprecated, learn more here: "
                             "https://platform.openai.com/docs/deprecations",
                             ET_ARG(et_slice_part(name, 0, 128)));
    ask->model = model;
    ask->model_name = name_answered(model, name);
    ask->profile = find_profile(config, model);
    ask->reply->facts.model = model->id;
    return true;
}

bool et_ask_kind(struct et_ask *ask, enum et_model_kind kind)
{
    if (ask->model->kind == kind)
        return true;
    if (kind == ET_MODEL_CHAT)
        return et_api_refuse(&ask->error, 404, "invalid_request_error", NULL, "model",
                             "This is not a chat model and thus not supported in the "
                             "v1/chat/completions endpoint.");
    return et_api_refuse(&ask->error, 403, "invalid_request_error", NULL, NULL,
                         "You are not allowed to generate embeddings from this model");
}

struct et_tokenizer *et_ask_tokenizer(const struct et_ask *ask)
{
    enum et_encoding encoding = ET_ENCODING_O200K;
    et_encoding_find(ask->model->encoding, &encoding);
    return ask->brain->tokenizers[encoding];
}

static void add_limit(struct et_reply *reply, const struct et_limit_state *state,
                      const struct et_slice names[3])
{
    if (state->limit == 0)
        return;
    char reset[ET_DURATION_TEXT];
    size_t size = et_duration_print(state->reset, reset);
    et_reply_add_u64(reply, names[0], state->limit);
    et_reply_add_u64(reply, names[1], state->remaining);
    et_reply_add(reply, names[2], et_reply_keep(reply, (struct et_slice){reset, size}));
}

static bool take_limits(struct et_ask *ask, uint64_t tokens)
{
    static const struct et_slice names[2][3] = {
        {ET_LIT("x-ratelimit-limit-requests"), ET_LIT("x-ratelimit-remaining-requests"),
         ET_LIT("x-ratelimit-reset-requests")},
        {ET_LIT("x-ratelimit-limit-tokens"), ET_LIT("x-ratelimit-remaining-tokens"),
         ET_LIT("x-ratelimit-reset-tokens")}};
    uint64_t who = et_hash64(ask->model->id, et_hash64(ask->request->authorization, 0));
    struct et_limit_answer limit;
    ask->err = et_limits_take(&ask->brain->limits, who, tokens, ask->now, &limit);
    if (ask->err)
        return false;
    add_limit(ask->reply, &limit.requests, names[0]);
    add_limit(ask->reply, &limit.tokens, names[1]);
    if (limit.granted)
        return true;
    if (limit.wait != ET_NEVER)
        et_reply_add_retry(ask->reply, limit.wait);
    et_limits_refuse(&limit, ask->model->id, &ask->error);
    return false;
}

/* Whether the fault the client wishes for is still to be had. */
static bool wish_counts(struct et_ask *ask, const struct et_fault_wish *wish)
{
    if (wish->times == UINT64_MAX)
        return true;
    uint64_t key = wish->id.size ? et_hash64(wish->id, 3) : et_hash64(ET_LIT("times"), ask->who);
    uint32_t *seen = et_table_put(&ask->brain->seen, key);
    if (!seen)
        ask->err = ET_NOMEM;
    return seen && (*seen)++ < wish->times;
}

/* The fault this request gets; of the kind ET_FAULT_NONE if none.  False: refused. */
static bool find_fault(struct et_ask *ask, struct et_fault *out)
{
    struct et_fault_wish wish;
    if (ask->request->fault.size) {
        if (!et_fault_parse(&wish, ask->request->fault, &ask->error))
            return false;
        if (wish_counts(ask, &wish))
            *out = wish.fault;
        return !ask->err;
    }
    const struct et_fault *drawn =
        ask->model ? et_fault_draw(&ask->brain->config, ask->drawer, ask->model, ask->now) : NULL;
    if (drawn)
        *out = *drawn;
    return true;
}

static bool refuse_by_fault(struct et_ask *ask, const struct et_fault *fault)
{
    struct et_slice code = fault->code;
    if (code.size && !et_arena_copy(&ask->arena, fault->code, &code)) {
        ask->err = ET_NOMEM;
        return false;
    }
    if (fault->retry_after != ET_NEVER)
        et_reply_add_retry(ask->reply, fault->retry_after);
    if (fault->should_retry >= 0)
        et_reply_add(ask->reply, ET_LIT("x-should-retry"),
                     fault->should_retry ? ET_LIT("true") : ET_LIT("false"));
    et_fault_error(fault, code.size ? code.data : NULL, &ask->error);
    return false;
}

bool et_ask_fault(struct et_ask *ask, bool streams)
{
    struct et_fault fault = {.kind = ET_FAULT_NONE};
    if (!find_fault(ask, &fault))
        return false;
    struct et_reply *reply = ask->reply;
    reply->facts.fault = fault.kind;
    if (fault.kind == ET_FAULT_ERROR_EVENT && !streams) /* there is no event to put it in */
        fault = (struct et_fault){
            .kind = ET_FAULT_STATUS, .status = 500, .retry_after = ET_NEVER, .should_retry = -1};
    if (fault.kind == ET_FAULT_STATUS)
        return refuse_by_fault(ask, &fault);
    if (fault.kind == ET_FAULT_STALL_HEAD)
        ask->start_at = et_after(ask->now, fault.pause);
    if (fault.kind == ET_FAULT_CUT)
        reply->last = ET_REPLY_CUT;
    if (fault.kind == ET_FAULT_RESET)
        reply->last = ET_REPLY_RESET;
    reply->fault = fault;
    return true;
}

bool et_ask_admit(struct et_ask *ask, uint64_t tokens, bool streams)
{
    return take_limits(ask, tokens) && et_ask_fault(ask, streams);
}

/* What a proxy in front of OpenAI answers when it cannot reach it. */
static void print_page(struct et_reply *reply, unsigned status)
{
    const char *name = status == 502 ? "502 Bad Gateway" : "504 Gateway Time-out";
    et_reply_type(reply, ET_LIT("text/html"));
    et_text_addf(&reply->text,
                 "<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%s</h1>"
                 "</center>\r\n</body>\r\n</html>\r\n",
                 name, name);
}

int et_ask_refuse(struct et_ask *ask)
{
    if (ask->err)
        return ask->err;
    unsigned status = ask->error.status;
    assert(status >= 400);
    if (status == 502 || status == 504)
        print_page(ask->reply, status);
    else
        et_api_error_print(&ask->error, &ask->reply->text);
    ask->reply->facts.usage = (struct et_usage){0};
    return et_reply_ready(ask, status, ask->now);
}
