/* SPDX-License-Identifier: MIT */
#include "cli/prompt_desk.h"

#include "cli/cli.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAY_SECONDS = 86400 };

static int choose_model(struct et_desk *desk, const char *command, const char *name)
{
    const struct et_catalogue *catalogue = desk->world.catalogue;
    desk->model = et_catalogue_find(catalogue, et_slice_of(name));
    if (!desk->model) {
        const char *nearest = et_catalogue_nearest(catalogue, et_slice_of(name));
        if (nearest)
            return et_cli_usage("%s: unknown model \"%s\"; did you mean \"%s\"?", command, name,
                                nearest);
        return et_cli_usage("%s: unknown model \"%s\"; `etalon prices` lists them", command, name);
    }
    if (desk->model->kind != ET_MODEL_CHAT)
        return et_cli_usage("%s: \"%s\" is no chat model; expected one such as " ET_DESK_MODEL,
                            command, name);
    return 0;
}

static int choose_day(struct et_desk *desk, const char *command, const char *as_of)
{
    desk->day = (et_day)(time(NULL) / DAY_SECONDS);
    if (!as_of || et_day_parse(et_slice_of(as_of), &desk->day))
        return 0;
    return et_cli_usage("%s: --as-of: found \"%s\"; expected a day such as 2026-11-17", command,
                        as_of);
}

static int open_tokenizer(struct et_desk *desk)
{
    const struct et_model *model = desk->model;
    const struct et_lexicon *lexicon = &desk->world.lexicon;
    const struct et_vocab *vocab =
        model->encoding == ET_ENCODING_CL100K ? &lexicon->cl100k : &lexicon->o200k;
    int err = et_tokenizer_new(&desk->tokenizer, vocab, ET_TOKENS_CACHE, &et_sysmem);
    desk->rules = (struct et_pair_rules){.tokenizer = desk->tokenizer,
                                         .family = model->family,
                                         .images = et_image_rule(model->id),
                                         .caching = model->caching};
    return err ? et_cli_complain(err, &(struct et_complaint){0}) : 0;
}

int et_desk_open(struct et_desk *desk, const char *command, const struct et_desk_order *order)
{
    struct et_complaint complaint = {0};
    *desk = (struct et_desk){0};
    int code = choose_day(desk, command, order->as_of);
    if (code)
        return code;
    int err = et_world_open(&desk->world, order->prices, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    code = choose_model(desk, command, order->model ? order->model : ET_DESK_MODEL);
    if (code == 0)
        code = open_tokenizer(desk);
    if (code == 0)
        desk->price = et_price_at(desk->model, desk->day);
    else
        et_desk_close(desk);
    return code;
}

void et_desk_close(struct et_desk *desk)
{
    et_tokenizer_free(desk->tokenizer);
    et_world_close(&desk->world);
    *desk = (struct et_desk){0};
}

/* Templates */

void et_prompt_path(char out[PATH_MAX], const char *name, const char *templates)
{
    struct et_slice rest = et_slice_of(name), folder;
    uint64_t version;
    bool versioned = et_slice_split(&rest, '@', &folder) && folder.size > 0 && rest.size > 0 &&
                     et_slice_u64(rest, &version);
    if (versioned)
        snprintf(out, PATH_MAX, "%s/%.*s/v%llu.prompt", templates ? templates : ET_DESK_TEMPLATES,
                 ET_ARG(folder), (unsigned long long)version);
    else
        snprintf(out, PATH_MAX, "%s", name);
}

int et_prompt_file_read(struct et_prompt_file *out, const char *name, const char *templates,
                        struct et_complaint *complaint)
{
    *out = (struct et_prompt_file){0};
    et_prompt_path(out->path, name, templates);
    int err = et_file_read(&out->file, out->path, ET_TEMPLATE_BYTES_MAX, complaint);
    if (err && strcmp(out->path, name) != 0) {
        size_t size = strlen(complaint->text);
        snprintf(complaint->text + size, sizeof complaint->text - size,
                 "; `etalon prompt list` lists templates, --templates DIR says where they are");
    }
    return err;
}

int et_prompt_file_open(struct et_prompt_file *out, const char *name, const char *templates,
                        struct et_complaint *complaint)
{
    int err = et_prompt_file_read(out, name, templates, complaint);
    if (!err)
        err = et_template_new(&out->template, out->file.bytes, &et_sysmem, complaint);
    if (err) {
        et_complaint_file(complaint, out->path);
        et_prompt_file_close(out);
    }
    return err;
}

void et_prompt_file_close(struct et_prompt_file *file)
{
    et_template_free(file->template);
    et_file_free(&file->file);
    file->template = NULL;
    file->file = (struct et_file){0};
}

void et_prompt_chat(const struct et_prompt *prompt, struct et_chat_message *out)
{
    for (size_t i = 0; i < prompt->count; i++)
        out[i] = (struct et_chat_message){.role = prompt->messages[i].role,
                                          .content = prompt->messages[i].content};
}
