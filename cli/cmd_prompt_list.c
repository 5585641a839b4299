/* SPDX-License-Identifier: MIT */
#include "cli/cmd_prompt.h"

#include "cli/cli.h"
#include "cli/prompt_desk.h"
#include "cli/show.h"
#include "io/sysmem.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEMPLATES_MAX = 1000, NAME_MAX_BYTES = 64 };

struct entry {
    char name[NAME_MAX_BYTES];
    uint64_t version;
};

struct list {
    const char *folder;
    bool json;
    struct entry *entries; /* TEMPLATES_MAX */
    size_t count;
    struct et_text out;
};

static int by_name_and_version(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : x->version < y->version ? -1 : x->version > y->version;
}

/* "v2.prompt"; what is called otherwise is none of ours. */
static bool version_of(const char *file, uint64_t *version)
{
    struct et_slice name = et_slice_of(file);
    if (!et_slice_starts(name, ET_LIT("v")) || !et_slice_ends(name, ET_LIT(".prompt")))
        return false;
    return et_slice_u64(et_slice_part(name, 1, name.size - (sizeof ".prompt" - 1)), version);
}

static int find_versions(struct list *list, const char *name)
{
    char path[PATH_MAX];
    const struct dirent *file;
    snprintf(path, sizeof path, "%s/%s", list->folder, name);
    DIR *folder = opendir(path);
    if (!folder || strlen(name) >= NAME_MAX_BYTES) {
        if (folder)
            closedir(folder);
        return 0; /* a file, or nobody's to read */
    }
    while ((file = readdir(folder)) != NULL && list->count < TEMPLATES_MAX) {
        struct entry *entry = &list->entries[list->count];
        snprintf(entry->name, sizeof entry->name, "%s", name);
        list->count += version_of(file->d_name, &entry->version);
    }
    closedir(folder);
    return list->count == TEMPLATES_MAX ? et_cli_usage("prompt list: more than %d templates in %s",
                                                       TEMPLATES_MAX - 1, list->folder)
                                        : 0;
}

static int find_all(struct list *list)
{
    const struct dirent *entry;
    int code = 0;
    DIR *folder = opendir(list->folder);
    if (!folder)
        return et_cli_usage("prompt list: --templates: %s: %s; expected a folder of "
                            "NAME/vVERSION.prompt",
                            list->folder, strerror(errno));
    while (code == 0 && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            code = find_versions(list, entry->d_name);
    closedir(folder);
    qsort(list->entries, list->count, sizeof *list->entries, by_name_and_version);
    return code;
}

static void add_row(struct list *list, const struct et_prompt_file *file)
{
    const struct et_template *template = file->template;
    char name[NAME_MAX_BYTES + 24];
    snprintf(name, sizeof name, "%.*s@%llu", ET_ARG(et_template_name(template)),
             (unsigned long long)et_template_version(template));
    et_text_addf(&list->out, "%-24s %-18.*s %8zu %10zu %8zu  %.*s\n", name,
                 ET_ARG(et_template_use_case(template)), et_template_message_count(template),
                 et_template_parameter_count(template), et_template_example_count(template),
                 ET_ARG(et_template_about(template)));
}

static void add_json(struct list *list, const struct et_prompt_file *file, bool first)
{
    const struct et_template *template = file->template;
    struct et_text *out = &list->out;
    et_text_add(out, first ? ET_LIT("{\"name\":") : ET_LIT(",{\"name\":"));
    et_text_json(out, et_template_name(template));
    et_text_addf(out,
                 ",\"version\":%llu,\"file\":", (unsigned long long)et_template_version(template));
    et_text_json(out, et_slice_of(file->path));
    et_text_add(out, ET_LIT(",\"use_case\":"));
    et_text_json(out, et_template_use_case(template));
    et_text_add(out, ET_LIT(",\"about\":"));
    et_text_json(out, et_template_about(template));
    et_text_addf(out, ",\"messages\":%zu,\"examples\":%zu,\"parameters\":[",
                 et_template_message_count(template), et_template_example_count(template));
    for (size_t i = 0; i < et_template_parameter_count(template); i++) {
        et_text_add(out, i ? ET_LIT(",") : ET_LIT(""));
        et_text_json(out, et_template_parameter(template, i).name);
    }
    et_text_add(out, ET_LIT("]}"));
}

static int add_entries(struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct et_complaint complaint = {0};
        struct et_prompt_file file;
        char name[NAME_MAX_BYTES + 24];
        snprintf(name, sizeof name, "%s@%llu", list->entries[i].name,
                 (unsigned long long)list->entries[i].version);
        int err = et_prompt_file_open(&file, name, list->folder, &complaint);
        if (err)
            return et_cli_complain(err, &complaint);
        if (list->json)
            add_json(list, &file, i == 0);
        else
            add_row(list, &file);
        et_prompt_file_close(&file);
    }
    return 0;
}

static int print(struct list *list)
{
    et_text_init(&list->out, &et_sysmem, ET_SHOW_BYTES_MAX);
    if (list->json)
        et_text_add(&list->out, ET_LIT("{\"templates\":["));
    else
        et_text_addf(&list->out, "%-24s %-18s %8s %10s %8s  %s\n", "TEMPLATE", "USE CASE",
                     "MESSAGES", "PARAMETERS", "EXAMPLES", "ABOUT");
    int code = add_entries(list);
    if (list->json)
        et_text_add(&list->out, ET_LIT("]}\n"));
    if (code == 0)
        code = et_show_text(&list->out, NULL);
    et_text_free(&list->out);
    return code;
}

int et_cmd_prompt_list(int argc, char **argv)
{
    struct list list = {.folder = ET_DESK_TEMPLATES};
    const struct et_option options[] = {
        {"templates", ET_OPTION_TEXT, &list.folder, "DIR", "default " ET_DESK_TEMPLATES},
        {"json", ET_OPTION_FLAG, &list.json, NULL, "one JSON object"},
        {0}};
    const struct et_usage_text usage = {
        "prompt list [OPTION]...",
        "Lists the templates of a folder: each NAME/vVERSION.prompt is NAME@VERSION.",
        "examples:\n"
        "  etalon prompt list --templates prompts\n"
        "\n"
        "exit codes: 0 shown, 2 bad usage, a template in it that is none, or no such folder,\n"
        "            4 the environment failed\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (operands < argc)
        return et_cli_usage("prompt list: found \"%s\"; expected no operand", argv[operands]);
    list.entries = et_mem_array(&et_sysmem, TEMPLATES_MAX, sizeof *list.entries);
    if (!list.entries)
        return et_cli_complain(ET_NOMEM, &(struct et_complaint){0});
    int code = find_all(&list);
    if (code == 0)
        code = print(&list);
    et_mem_give(&et_sysmem, list.entries, TEMPLATES_MAX * sizeof *list.entries);
    return code;
}
