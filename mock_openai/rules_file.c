/* SPDX-License-Identifier: MIT */
#include "mock_openai/rules_file.h"

#include "io/file.h"
#include "io/sysmem.h"

static int parse(struct et_rules_file *file, struct et_slice text,
                 const struct et_catalogue *catalogue, struct et_complaint *complaint)
{
    static const struct et_json_options options = {.limits = {.bytes = ET_RULES_BYTES_MAX},
                                                   .comments = true};
    struct et_json *json;
    struct et_form form, list;
    int err = et_json_parse(&json, text, &options, &et_sysmem, complaint);
    if (err)
        return err;
    et_form_open(&form, json, et_json_root(json), "$", complaint);
    if (et_form_array(&form, "rules", ET_REQUIRED, &list))
        et_rules_read(&list, catalogue, &file->arena, &file->rules);
    err = et_form_close(&form);
    et_json_free(json);
    return err;
}

int et_rules_file_load(struct et_rules_file *file, const char *path,
                       const struct et_catalogue *catalogue, struct et_complaint *complaint)
{
    struct et_file bytes;
    *file = (struct et_rules_file){.rules = {0}};
    int err = et_file_read(&bytes, path, ET_RULES_BYTES_MAX, complaint);
    if (err)
        return err;
    et_arena_init(&file->arena, &et_sysmem, ET_ARENA_BLOCK);
    err = parse(file, bytes.bytes, catalogue, complaint);
    et_file_free(&bytes);
    if (err) {
        et_complaint_file(complaint, path);
        et_rules_file_free(file);
    }
    return err;
}

void et_rules_file_free(struct et_rules_file *file)
{
    et_arena_free(&file->arena);
    *file = (struct et_rules_file){.rules = {0}};
}
