/* SPDX-License-Identifier: MIT */
#include "core/http/writer.h"
#include "mock_openai/brain_parts.h"

#include <assert.h>

/* A parser says 500 when memory was refused, and never else. */
bool et_ask_read(struct et_ask *ask, bool good)
{
    if (!good && ask->error.status == 500)
        ask->err = ET_NOMEM;
    return good;
}

bool et_ask_no_memory(struct et_ask *ask)
{
    ask->err = ET_NOMEM;
    return false;
}

bool et_ask_method(struct et_ask *ask, const char *methods)
{
    struct et_slice rest = et_slice_of(methods), method, path = {0}, target = ask->request->target;
    while (et_slice_split(&rest, ',', &method))
        if (et_slice_equal(et_slice_trim(method), ask->request->method))
            return true;
    et_slice_split(&target, '?', &path);
    et_reply_add(ask->reply, ET_LIT("allow"), et_slice_of(methods));
    return et_api_refuse(&ask->error, ET_API_METHOD,
                         ET_ARG(et_slice_part(ask->request->method, 0, 32)),
                         ET_ARG(et_slice_part(path, 0, 256)));
}

static bool refuse_model(struct et_ask *ask, struct et_slice name)
{
    return et_api_refuse(&ask->error, ET_API_MODEL_UNKNOWN,
                         ET_ARG(et_slice_part(name, 0, ET_API_QUOTED)));
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

bool et_ask_model(struct et_ask *ask, struct et_slice name)
{
    const struct et_brain_config *config = &ask->brain->config;
    const struct et_model *model = et_catalogue_find(config->catalogue, name);
    if (!model)
        return refuse_model(ask, name);
    if (et_model_ended(model, config->today))
        return et_api_refuse(&ask->error, ET_API_MODEL_ENDED,
                             ET_ARG(et_slice_part(name, 0, ET_API_QUOTED)));
    if (!et_access_model(&config->access, &ask->caller, model->id, name, &ask->error))
        return false;
    ask->model = model;
    ask->model_name = name_answered(model, name);
    ask->profile = ask->brain->speeds[et_catalogue_index(config->catalogue, model)];
    ask->reply->facts.model = model->id;
    return true;
}

bool et_ask_kind(struct et_ask *ask, enum et_model_kind kind)
{
    ask->metered = true;
    if (ask->model->kind == kind)
        return true;
    if (kind == ET_MODEL_COMPLETION)
        return et_api_refuse(&ask->error, ET_API_NOT_COMPLETION);
    if (kind == ET_MODEL_MODERATION)
        return refuse_model(ask, ask->model_name);
    if (kind == ET_MODEL_CHAT)
        return et_api_refuse(&ask->error, ET_API_NOT_CHAT);
    return et_api_refuse(&ask->error, ET_API_NOT_EMBEDDING);
}

bool et_ask_decode(struct et_ask *ask, struct et_embeddings_input *input, const char *param)
{
    struct et_text text;
    et_text_init(&text, ask->brain->mem, ET_REPLY_BODY_MAX);
    int err = et_tokens_decode(et_tokenizer_vocab(et_ask_tokenizer(ask)), input->tokens,
                               input->token_count, &text);
    if (!err && !et_arena_copy(&ask->arena, et_text_slice(&text), &input->text))
        err = ET_NOMEM;
    et_text_free(&text);
    if (err == ET_VALUE)
        return et_api_refuse(&ask->error, ET_API_UNKNOWN_TOKEN(param), param);
    ask->err = err;
    return !err;
}

struct et_tokenizer *et_ask_tokenizer(const struct et_ask *ask)
{
    return ask->brain->tokenizers[ask->model->encoding];
}

/* What a proxy in front of OpenAI answers when it cannot reach it. */
static void print_page(struct et_reply *reply, unsigned status)
{
    const char *reason = status == 504 ? "Gateway Time-out" : et_http_reason(status);
    et_reply_type(reply, ET_LIT("text/html"));
    et_text_addf(&reply->text,
                 "<html>\r\n<head><title>%u %s</title></head>\r\n<body>\r\n<center><h1>%u %s</h1>"
                 "</center>\r\n</body>\r\n</html>\r\n",
                 status, reason, status, reason);
}

int et_ask_refuse(struct et_ask *ask)
{
    if (!ask->err && ask->metered && !ask->told)
        et_ask_show_limits(ask, 1); /* what fails counts, too */
    if (ask->err)
        return ask->err;
    unsigned status = ask->error.status;
    assert(status >= 200);
    if (status == 502 || status == 504 || et_fault_set_find(ask->reply->faults, ET_FAULT_HTML))
        print_page(ask->reply, status);
    else
        et_api_error_print(&ask->error, &ask->reply->text);
    ask->reply->facts.usage = (struct et_usage){0};
    return et_reply_ready(ask, status, ask->start_at);
}
