/* SPDX-License-Identifier: MIT */
#include "mock_openai/profiles.h"

#include "core/base/day.h"
#include "io/file.h"
#include "io/sysmem.h"
#include "mock_openai/profile_read.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct et_slice ending = ET_LIT(".json");

struct reading {
    struct et_profile_card *card;
    struct et_form *form;
};

static void keep(struct reading *reading, struct et_slice *text)
{
    if (!et_arena_copy(&reading->card->arena, *text, text))
        et_form_fail(reading->form, ET_NOMEM);
}

static void read_measured(struct reading *reading, struct et_form *list,
                          struct et_profile_fact *fact)
{
    struct et_form form;
    et_day day;
    if (!et_form_object(list, ET_ITEM, ET_REQUIRED, &form))
        return;
    if (et_form_word(&form, "what", ET_REQUIRED, &fact->what))
        keep(reading, &fact->what);
    if (et_form_word(&form, "from", ET_REQUIRED, &fact->from))
        keep(reading, &fact->from);
    if (et_form_word(&form, "date", ET_REQUIRED, &fact->date)) {
        if (!et_day_parse(fact->date, &day))
            et_form_reject(&form, "date", "a day such as \"2026-11-21\"");
        keep(reading, &fact->date);
    }
    et_form_leave(&form);
}

static void read_facts(struct reading *reading)
{
    struct et_profile_card *card = reading->card;
    struct et_form list;
    const size_t most = ET_PROFILE_FACTS_MAX / 2; /* of each kind */
    if (et_form_array(reading->form, "measured", ET_OPTIONAL, &list) &&
        et_form_sized(&list, ET_RANGE(0, most)))
        while (et_form_next(&list))
            read_measured(reading, &list, &card->facts[card->fact_count++]);
    if (!et_form_array(reading->form, "estimated", ET_OPTIONAL, &list) ||
        !et_form_sized(&list, ET_RANGE(0, most)))
        return;
    while (et_form_next(&list)) {
        struct et_profile_fact *fact = &card->facts[card->fact_count++];
        if (et_form_word(&list, ET_ITEM, ET_REQUIRED, &fact->what))
            keep(reading, &fact->what);
    }
}

static int read_card(struct et_profile_card *card, const struct et_json *json,
                     struct et_complaint *complaint)
{
    struct et_form form;
    struct reading reading = {card, &form};
    et_form_open(&form, json, et_json_root(json), "$", complaint);
    if (et_form_word(&form, "name", ET_REQUIRED, &card->name)) {
        if (card->name.size >= ET_PROFILE_NAME_MAX)
            et_form_reject(&form, "name", "a name of at most 47 bytes");
        keep(&reading, &card->name);
    }
    if (et_form_word(&form, "about", ET_OPTIONAL, &card->about))
        keep(&reading, &card->about);
    read_facts(&reading);
    card->profile = et_profile_base;
    et_profile_read(&form, ET_REQUIRED, &card->profile);
    return et_form_close(&form);
}

int et_profile_card_parse(struct et_profile_card **out, struct et_slice text,
                          const struct et_mem *mem, struct et_complaint *complaint)
{
    static const struct et_json_options options = {.limits = {.bytes = ET_PROFILE_BYTES_MAX},
                                                   .comments = true};
    struct et_json *json = NULL;
    struct et_profile_card *card = et_mem_take(mem, sizeof *card);
    if (!card)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    card->mem = mem;
    et_arena_init(&card->arena, mem, ET_ARENA_BLOCK);
    int err = et_json_parse(&json, text, &options, mem, complaint);
    if (!err && !et_arena_copy(&card->arena, text, &card->text))
        err = et_complain(complaint, ET_NOMEM, "out of memory");
    if (!err)
        err = read_card(card, json, complaint);
    et_json_free(json);
    if (err)
        et_profile_card_free(card);
    else
        *out = card;
    return err;
}

void et_profile_card_free(struct et_profile_card *card)
{
    if (!card)
        return;
    et_arena_free(&card->arena);
    et_mem_give(card->mem, card, sizeof *card);
}

bool et_profile_is_path(const char *name)
{
    return strchr(name, '/') || et_slice_ends(et_slice_of(name), ending);
}

/* Names the nearest of ours. */
static int refuse_name(const char *name, struct et_complaint *complaint)
{
    struct et_profile_names ours;
    const char *list[ET_PROFILES_MAX + 1] = {NULL};
    int err = et_profile_list(&ours, complaint);
    if (err)
        return err;
    for (size_t i = 0; i < ours.count; i++)
        list[i] = ours.names[i];
    const char *near = et_slice_nearest(et_slice_of(name), list);
    return et_complain(complaint, ET_UNKNOWN, "unknown profile \"%.60s\"; expected %s%s%s", name,
                       near ? "\"" : "one that `etalon profiles` lists, or a file ending in .json",
                       near ? near : "", near ? "\"" : "");
}

/* The file of one of ours. */
static int open_ours(struct et_file *file, const char *name, struct et_complaint *complaint)
{
    char path[64];
    struct et_complaint unused = {0};
    if (strlen(name) >= ET_PROFILE_NAME_MAX)
        return refuse_name(name, complaint);
    snprintf(path, sizeof path, "profiles/%s.json", name);
    if (et_file_data(file, path, &unused))
        return refuse_name(name, complaint);
    return 0;
}

int et_profile_card_load(struct et_profile_card **out, const char *name,
                         struct et_complaint *complaint)
{
    struct et_file file;
    bool is_path = et_profile_is_path(name);
    int err = is_path ? et_file_read(&file, name, ET_PROFILE_BYTES_MAX, complaint)
                      : open_ours(&file, name, complaint);
    if (err)
        return err;
    err = et_profile_card_parse(out, file.bytes, &et_sysmem, complaint);
    et_file_free(&file);
    if (err)
        et_complaint_file(complaint, name);
    return err;
}

int et_profile_load(struct et_profile *out, const char *name, struct et_complaint *complaint)
{
    struct et_profile_card *card;
    int err = et_profile_card_load(&card, name, complaint);
    if (err)
        return err;
    *out = card->profile;
    et_profile_card_free(card);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool add_name(struct et_profile_names *names, const char *file)
{
    struct et_slice name = et_slice_of(file);
    if (!et_slice_ends(name, ending) || name.size <= ending.size)
        return true;
    name.size -= ending.size;
    if (name.size >= ET_PROFILE_NAME_MAX || names->count == ET_PROFILES_MAX)
        return false;
    memcpy(names->names[names->count], name.data, name.size);
    names->names[names->count++][name.size] = '\0';
    return true;
}

int et_profile_list(struct et_profile_names *out, struct et_complaint *complaint)
{
    char path[PATH_MAX + 64];
    bool fits = true;
    *out = (struct et_profile_names){.count = 0};
    et_file_data_path("profiles", path, sizeof path);
    DIR *folder = opendir(path);
    if (!folder) {
        et_complaint_file(complaint, path);
        return et_complain(complaint, ET_IO, "cannot open: %s", strerror(errno));
    }
    for (struct dirent *entry; fits && (entry = readdir(folder));)
        fits = add_name(out, entry->d_name);
    closedir(folder);
    qsort(out->names, out->count, sizeof out->names[0], by_name);
    if (fits)
        return 0;
    et_complaint_file(complaint, path);
    return et_complain(complaint, ET_LIMIT,
                       "found more than %d profiles, or one with a name of "
                       "more than %d bytes",
                       ET_PROFILES_MAX, ET_PROFILE_NAME_MAX - 1);
}
