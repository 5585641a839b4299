/* SPDX-License-Identifier: MIT */
#include "cli/prompt_operand.h"

#include "core/json/form.h"
#include "core/prompt/leading.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <string.h>

static int read_rendering(struct et_operand *out, const struct et_json *json, const char *templates,
                          struct et_complaint *complaint)
{
    struct et_form form;
    struct et_slice name = {0};
    const struct et_json_node *parameters = NULL;
    char text[PATH_MAX];
    et_form_open(&form, json, et_json_root(json), "$", complaint);
    et_form_word(&form, "template", ET_REQUIRED, &name);
    et_form_node(&form, "parameters", ET_OPTIONAL, &parameters);
    int err = et_form_close(&form);
    if (!err && parameters)
        err = et_prompt_values_json(&out->values, json, parameters, complaint);
    if (err)
        return err;
    snprintf(text, sizeof text, "%.*s", ET_ARG(name));
    err = et_prompt_file_open(&out->template, text, templates, complaint);
    if (err)
        return err;
    const struct et_template *template = out->template.template;
    err = et_prompt_values_check(&out->values, template, NULL, complaint);
    if (!err)
        err = et_prompt_values_fit(&out->values, template, out->fitted, complaint);
    if (!err)
        err = et_template_render(template, out->fitted, et_template_parameter_count(template),
                                 &out->prompt, complaint);
    et_prompt_chat(&out->prompt, out->messages);
    return err;
}

/* A request may leave the model to --model. */
static int add_model(struct et_slice body, const struct et_json_node *root, struct et_arena *arena,
                     struct et_slice *out)
{
    struct et_text text;
    *out = body;
    if (et_json_get(root, "model"))
        return 0;
    et_text_init(&text, &et_sysmem, SIZE_MAX / 4);
    int err = et_chat_splice(body, ET_LIT("model"), ET_LIT("\"" ET_DESK_MODEL "\""), &text);
    if (!err && !et_arena_copy(arena, et_text_slice(&text), out))
        err = ET_NOMEM;
    et_text_free(&text);
    return err;
}

static int read_request(struct et_operand *out, const struct et_json *json,
                        struct et_complaint *complaint)
{
    struct et_api_error error = {0};
    struct et_slice body;
    const struct et_json_node *root = et_json_root(json);
    snprintf(out->model, sizeof out->model, "%.*s",
             ET_ARG(et_json_text(et_json_get(root, "model"))));
    int err = add_model(out->file.bytes, root, &out->arena, &body);
    if (!err && !et_chat_request_read(&out->request, body, &out->arena, &error)) {
        snprintf(complaint->path, sizeof complaint->path, "%s", error.param);
        err =
            et_complain(complaint, error.status == 500 ? ET_NOMEM : ET_VALUE, "%s", error.message);
    }
    return err;
}

static int read_file(struct et_operand *out, const char *templates, struct et_complaint *complaint)
{
    struct et_json *json = NULL;
    int err = et_json_parse(&json, out->file.bytes, NULL, &et_sysmem, complaint);
    if (err)
        return err;
    if (et_json_get(et_json_root(json), "template"))
        err = read_rendering(out, json, templates, complaint);
    else if (et_json_get(et_json_root(json), "messages"))
        err = read_request(out, json, complaint);
    else
        err = et_complain(
            complaint, ET_VALUE,
            "found neither; expected {\"template\": ..., \"parameters\": ...} or a chat "
            "request with \"messages\"");
    et_json_free(json);
    return err;
}

void et_operand_init(struct et_operand *operand)
{
    *operand = (struct et_operand){0};
    et_arena_init(&operand->arena, &et_sysmem, ET_ARENA_BLOCK);
    et_prompt_values_init(&operand->values);
    et_prompt_init(&operand->prompt, &et_sysmem, ET_DESK_RENDERED_MAX);
}

static bool names_template(const char *path)
{
    char file[PATH_MAX];
    et_prompt_path(file, path, NULL);
    return strcmp(file, path) != 0 || et_slice_ends(et_slice_of(path), ET_LIT(".prompt"));
}

int et_operand_read(struct et_operand *out, const char *path, const char *templates,
                    struct et_complaint *complaint)
{
    out->path = path;
    if (names_template(path))
        return et_complain(complaint, ET_VALUE,
                           "%s is a template; expected a file that says "
                           "{\"template\": \"%s\", \"parameters\": {...}}",
                           path, path);
    int err = et_file_read(&out->file, path, ET_DESK_INPUT_MAX, complaint);
    if (err)
        return err;
    err = read_file(out, templates, complaint);
    if (err)
        et_complaint_file(complaint, strcmp(path, "-") == 0 ? "standard input" : path);
    return err;
}

void et_operand_free(struct et_operand *operand)
{
    et_prompt_free(&operand->prompt);
    et_prompt_values_free(&operand->values);
    et_prompt_file_close(&operand->template);
    et_arena_free(&operand->arena);
    et_file_free(&operand->file);
}

int et_operand_side(struct et_operand *operand, const struct et_pair_rules *rules,
                    struct et_explain_side *out)
{
    const struct et_template *template = operand->template.template;
    if (template) {
        *out = (struct et_explain_side){.chat = {operand->messages, operand->prompt.count, NULL, 0},
                                        .file = operand->template.file.bytes,
                                        .prompt = &operand->prompt,
                                        .values = operand->fitted,
                                        .value_count = et_template_parameter_count(template)};
        return 0;
    }
    struct et_prompt_source source = {.tokenizer = rules->tokenizer, .family = rules->family};
    int err = et_prompt_leading(&source, &operand->request.options, &operand->arena);
    out->chat = (struct et_pair_side){operand->request.messages, operand->request.message_count,
                                      source.leading, source.leading_count};
    return err;
}
