/* SPDX-License-Identifier: MIT */
#include "cli/tokens_chat.h"

#include "core/json/json.h"
#include "core/tokens/media.h"
#include "core/tokens/tools.h"
#include "io/sysmem.h"

#include <stdio.h>

void et_chat_bill_init(struct et_chat_bill *bill)
{
    *bill = (struct et_chat_bill){0};
    et_arena_init(&bill->arena, &et_sysmem, ET_ARENA_BLOCK);
}

void et_chat_bill_free(struct et_chat_bill *bill)
{
    et_arena_free(&bill->arena);
}

/* The body with the model that the user named, so that one without a model can be read too. */
static int with_model(struct et_chat_bill *bill, struct et_slice body, const char *model,
                      struct et_slice *out)
{
    struct et_text name, text;
    et_text_init(&name, &et_sysmem, SIZE_MAX / 4);
    et_text_init(&text, &et_sysmem, SIZE_MAX / 4);
    et_text_json(&name, et_slice_of(model));
    int err = et_text_failed(&name);
    if (!err)
        err = et_chat_splice(body, ET_LIT("model"), et_text_slice(&name), &text);
    if (!err && !et_arena_copy(&bill->arena, et_text_slice(&text), out))
        err = ET_NOMEM;
    et_text_free(&name);
    et_text_free(&text);
    return err;
}

int et_chat_bill_read(struct et_chat_bill *bill, struct et_slice body, const char *model,
                      struct et_complaint *complaint)
{
    struct et_json *json = NULL;
    struct et_api_error error = {0};
    int err = et_json_parse(&json, body, NULL, &et_sysmem, complaint);
    if (err)
        return err;
    bool nameless = !model && !et_json_get(et_json_root(json), "model");
    et_json_free(json);
    if (nameless)
        return et_complain(complaint, ET_VALUE,
                           "found no model; expected \"model\" in the request, or --model");
    if (model)
        err = with_model(bill, body, model, &body);
    if (err)
        return et_complain(complaint, err, "found no object; expected a chat request");
    if (!et_chat_request_read(&bill->request, body, &bill->arena, &error)) {
        snprintf(complaint->path, sizeof complaint->path, "%s", error.param);
        return et_complain(complaint, error.status == 500 ? ET_NOMEM : ET_VALUE, "%s",
                           error.message);
    }
    bill->model = bill->request.model;
    return 0;
}

static void add_line(struct et_chat_bill *bill, struct et_chat_line line)
{
    bill->lines[bill->line_count++] = line;
    bill->total += line.tokens;
}

static int add_message(struct et_chat_bill *bill, struct et_tokenizer *tokenizer,
                       enum et_chat_family family, const struct et_chat_message *message)
{
    const struct et_image_rule *images = et_image_rule(bill->model);
    struct et_chat_line line = {ET_LINE_MESSAGE, .name = message->role};
    size_t end = 0;
    int err = et_chat_count(tokenizer, family, NULL, 0, &end);
    if (!err)
        err = et_chat_count(tokenizer, family, message, 1, &line.tokens);
    if (err)
        return err;
    line.tokens -= end;
    for (size_t i = 0; i < message->part_count; i++) {
        uint64_t more = et_media_tokens(images, &message->parts[i]);
        line.tokens += more;
        line.estimated = line.estimated || more;
    }
    line.estimated = line.estimated || message->call_count;
    add_line(bill, line);
    return 0;
}

static int add_leading(struct et_chat_bill *bill, struct et_tokenizer *tokenizer,
                       enum et_chat_family family)
{
    const struct et_chat_options *options = &bill->request.options;
    struct et_chat_line schema = {ET_LINE_SCHEMA, .estimated = true};
    bool guessed = family != ET_CHAT_CHATML;
    int err = et_tokens_count(tokenizer, options->format.schema, &schema.tokens);
    if (!err && options->format.schema.size)
        add_line(bill, schema);
    for (size_t i = 0; i < options->tools.count && !err; i++) {
        const struct et_tool *tool = &options->tools.items[i];
        struct et_tool_text text = {tool->name, tool->description, tool->schema};
        struct et_chat_line line = {ET_LINE_TOOL, .name = tool->name, .estimated = guessed};
        err = et_tool_count(tokenizer, family, &text, &et_sysmem, &line.tokens);
        if (!err)
            add_line(bill, line);
    }
    if (!err && options->tools.count)
        add_line(bill, (struct et_chat_line){ET_LINE_TOOLS, .tokens = et_tools_frame(family),
                                             .estimated = guessed});
    return err;
}

int et_chat_bill_count(struct et_chat_bill *bill, struct et_tokenizer *tokenizer,
                       enum et_chat_family family)
{
    const struct et_chat_request *request = &bill->request;
    enum { OTHER_LINES = 3 };
    struct et_chat_line end = {ET_LINE_END};
    bill->line_count = bill->total = 0;
    bill->lines = et_arena_array(
        &bill->arena, request->message_count + request->options.tools.count + OTHER_LINES,
        sizeof *bill->lines);
    if (!bill->lines)
        return ET_NOMEM;
    int err = add_leading(bill, tokenizer, family);
    for (size_t i = 0; i < request->message_count && !err; i++)
        err = add_message(bill, tokenizer, family, &request->messages[i]);
    if (!err)
        err = et_chat_count(tokenizer, family, NULL, 0, &end.tokens);
    if (!err)
        add_line(bill, end);
    return err;
}

static const char *const words[] = {[ET_LINE_MESSAGE] = "message",
                                    [ET_LINE_SCHEMA] = "schema",
                                    [ET_LINE_TOOL] = "tool",
                                    [ET_LINE_TOOLS] = "tools, once",
                                    [ET_LINE_END] = "end"};

void et_chat_bill_print(const struct et_chat_bill *bill, const struct et_model_tokens *of,
                        const char *path, struct et_text *out)
{
    et_text_addf(out, "%s: ", path);
    et_text_json(out, bill->model);
    et_text_addf(out, ", %s, %s\n", et_encoding_name(of->encoding),
                 et_chat_family_names[of->family]);
    for (size_t i = 0; i < bill->line_count; i++) {
        const struct et_chat_line *line = &bill->lines[i];
        char tokens[32];
        snprintf(tokens, sizeof tokens, "%s%zu", line->estimated ? "~" : "", line->tokens);
        et_text_addf(out, "%10s  %s", tokens, words[line->kind]);
        if (line->name.size)
            et_text_addf(out, ", %.*s", ET_ARG(line->name));
        et_text_addc(out, '\n');
    }
    et_text_addf(out, "%10zu  in all\n", bill->total);
}

void et_chat_bill_json(const struct et_chat_bill *bill, const struct et_model_tokens *of,
                       struct et_text *out)
{
    et_text_addf(out, ",\"tokens\":%zu,\"model\":", bill->total);
    et_text_json(out, bill->model);
    et_text_addf(out, ",\"encoding\":\"%s\",\"family\":\"%s\",\"lines\":[",
                 et_encoding_name(of->encoding), et_chat_family_names[of->family]);
    for (size_t i = 0; i < bill->line_count; i++) {
        const struct et_chat_line *line = &bill->lines[i];
        et_text_addf(out, "%s{\"what\":\"%s\",\"name\":", i ? "," : "", words[line->kind]);
        if (line->name.size)
            et_text_json(out, line->name);
        else
            et_text_add(out, ET_LIT("null"));
        et_text_addf(out, ",\"tokens\":%zu,\"estimated\":%s}", line->tokens,
                     line->estimated ? "true" : "false");
    }
    et_text_addc(out, ']');
}
