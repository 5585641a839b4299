/* SPDX-License-Identifier: MIT */
#include "core/json/form.h"

#include "core/base/utf8.h"
#include "core/json/form_ask.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 160, FOUND_MAX = 40 };

int et_form_failed(const struct et_form *form)
{
    return form->err;
}

size_t et_form_count(const struct et_form *list)
{
    return et_json_count(list->node);
}

struct et_slice et_form_key(const struct et_form *map)
{
    return et_json_key(map->item);
}

/* Adds to a NUL-terminated text as many whole code points as there is room for, on one line. */
static void append(char *text, size_t room, struct et_slice more)
{
    size_t size = strlen(text), length = et_utf8_length(more);
    while (length && size + length < room) {
        memcpy(text + size, more.data, length);
        if ((unsigned char)text[size] < ' ')
            text[size] = '?';
        size += length;
        more = et_slice_part(more, length, more.size);
        length = et_utf8_length(more);
    }
    text[size] = '\0';
}

/* At most FOUND_MAX bytes, and a sign that there is more. */
static void append_start(char *text, size_t room, struct et_slice more)
{
    append(text, room, et_slice_part(more, 0, FOUND_MAX));
    if (more.size > FOUND_MAX)
        append(text, room, ET_LIT("\xE2\x80\xA6"));
}

static bool is_plain(struct et_slice key)
{
    for (size_t i = 0; i < key.size; i++) {
        char c = key.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-'))
            return false;
    }
    return key.size > 0;
}

static void append_key(char *path, size_t room, struct et_slice key)
{
    bool plain = is_plain(key);
    append(path, room, plain ? ET_LIT(".") : ET_LIT("[\""));
    append(path, room, key);
    append(path, room, plain ? ET_LIT("") : ET_LIT("\"]"));
}

/* The path of a value of `form`: of a named one, or of the current item. */
static void put_path(const struct et_form *form, const char *name, char *path, size_t room)
{
    path[0] = '\0';
    append(path, room, et_slice_of(form->path));
    struct et_slice key = name ? et_slice_of(name) : et_form_key(form);
    char index[32];
    if (key.data) {
        append_key(path, room, key);
    } else if (form->item) {
        snprintf(index, sizeof index, "[%zu]", form->items - 1);
        append(path, room, et_slice_of(index));
    }
}

/* In the forms around it too. */
static void fail(struct et_form *form, int err)
{
    for (; form; form = form->around)
        if (!form->err)
            form->err = err;
}

/* Notes place and path for the complaint that is about to be made. */
static struct et_complaint *place(struct et_form *form, const char *name, size_t offset)
{
    struct et_complaint *complaint = form->complaint;
    if (!complaint || complaint->text[0])
        return NULL;
    et_json_place(form->json, offset, complaint);
    put_path(form, name, complaint->path, sizeof complaint->path);
    return complaint;
}

static void describe(const struct et_json *json, const struct et_json_node *node, char *found,
                     size_t room)
{
    enum et_json_kind kind = et_json_kind(node);
    found[0] = '\0';
    if (kind == ET_JSON_OBJECT || kind == ET_JSON_ARRAY) {
        append(found, room, kind == ET_JSON_OBJECT ? ET_LIT("an object") : ET_LIT("an array"));
        return;
    }
    struct et_slice raw = kind == ET_JSON_NONE ? ET_LIT("nothing") : et_json_raw(json, node);
    append_start(found, room, raw);
}

static size_t offset_of(const struct et_form *form, const struct et_json_node *node)
{
    return node ? et_json_offset(form->json, node) : 0;
}

void et_form_wrong(struct et_form *form, const char *name, const struct et_json_node *node,
                   const char *expected)
{
    char found[WORDS];
    describe(form->json, node, found, sizeof found);
    int err = et_complain(place(form, name, offset_of(form, node)), ET_VALUE,
                          "found %s; expected %s", found, expected);
    fail(form, err);
}

static bool is_known(const struct et_form *form, const char *name)
{
    for (unsigned i = 0; i < form->name_count; i++)
        if (strcmp(form->names[i], name) == 0)
            return true;
    return false;
}

static void know(struct et_form *form, const char *name)
{
    if (is_known(form, name))
        return;
    assert(form->name_count < ET_FORM_NAMES);
    form->names[form->name_count++] = name;
}

/* A key of the object that may be `name` misspelt: near it, and not asked for so far. */
static struct et_slice misspelt(const struct et_form *form, const char *name)
{
    const struct et_json_node *member = et_json_first(form->node);
    for (; member; member = et_json_next(member)) {
        const char *only[] = {et_json_key(member).data, NULL};
        if (!is_known(form, only[0]) && et_slice_nearest(et_slice_of(name), only))
            return et_json_key(member);
    }
    return (struct et_slice){NULL, 0};
}

static void missing(struct et_form *form, const char *name, const char *expected)
{
    char hint[WORDS] = "";
    struct et_slice near = misspelt(form, name);
    if (near.data) {
        append(hint, sizeof hint, ET_LIT(" (is it \""));
        append_start(hint, sizeof hint, near);
        append(hint, sizeof hint, ET_LIT("\"?)"));
    }
    et_complain(place(form, ET_ITEM, offset_of(form, form->node)), ET_VALUE,
                "missing key \"%s\"%s; expected %s", name, hint, expected);
    fail(form, ET_VALUE);
}

const struct et_json_node *et_form_ask(struct et_form *form, const char *name,
                                       enum et_form_need need, const char *expected)
{
    if (name)
        know(form, name);
    if (form->err)
        return NULL;
    assert(name ? !form->is_list : form->item != NULL);
    const struct et_json_node *node = name ? et_json_get(form->node, name) : form->item;
    if (!node && need == ET_REQUIRED)
        missing(form, name, expected);
    return node;
}

const struct et_json_node *et_form_ask_kind(struct et_form *form,
                                            const struct et_form_question *question)
{
    const char *name = question->name;
    const struct et_json_node *node = et_form_ask(form, name, question->need, question->expected);
    if (!node || et_json_kind(node) == question->kind)
        return node;
    et_form_wrong(form, name, node, question->expected);
    return NULL;
}

void et_form_open(struct et_form *form, const struct et_json *json, const struct et_json_node *node,
                  const char *path, struct et_complaint *complaint)
{
    *form = (struct et_form){.json = json, .node = node, .complaint = complaint};
    append(form->path, sizeof form->path, et_slice_of(path));
    if (et_json_kind(node) != ET_JSON_OBJECT)
        et_form_wrong(form, ET_ITEM, node, "an object");
}

static void refuse_unknown(struct et_form *form, const struct et_json_node *member)
{
    char found[WORDS] = "";
    append_start(found, sizeof found, et_json_key(member));
    const char *near = et_slice_nearest(et_json_key(member), form->names);
    et_complain(place(form, ET_ITEM, et_json_key_offset(form->json, member)), ET_UNKNOWN,
                near ? "unknown key \"%s\"; expected \"%s\"" : "unknown key \"%s\"", found, near);
    fail(form, ET_UNKNOWN);
}

void et_form_leave(struct et_form *form)
{
    assert(!form->is_list);
    const struct et_json_node *member = form->err ? NULL : et_json_first(form->node);
    for (; member && !form->err; member = et_json_next(member))
        if (!is_known(form, et_json_key(member).data))
            refuse_unknown(form, member);
}

int et_form_close(struct et_form *form)
{
    et_form_leave(form);
    return form->err;
}

/* A form for the value of `name`, if it is there and of the right kind. */
static bool enter(struct et_form *form, const struct et_form_question *question,
                  struct et_form *child)
{
    const struct et_json_node *node = et_form_ask_kind(form, question);
    if (!node)
        return false;
    *child = (struct et_form){.json = form->json, .node = node, .around = form};
    child->complaint = form->complaint;
    put_path(form, question->name, child->path, sizeof child->path);
    return true;
}

bool et_form_object(struct et_form *form, const char *name, enum et_form_need need,
                    struct et_form *child)
{
    return enter(form, &(struct et_form_question){name, need, ET_JSON_OBJECT, "an object"}, child);
}

bool et_form_array(struct et_form *form, const char *name, enum et_form_need need,
                   struct et_form *child)
{
    if (!enter(form, &(struct et_form_question){name, need, ET_JSON_ARRAY, "an array"}, child))
        return false;
    child->is_list = true;
    return true;
}

bool et_form_map(struct et_form *form, const char *name, enum et_form_need need,
                 struct et_form *child)
{
    if (!et_form_object(form, name, need, child))
        return false;
    child->is_list = true;
    return true;
}

bool et_form_sized(struct et_form *list, struct et_form_range range)
{
    size_t count = et_form_count(list);
    assert(list->is_list);
    assert(list->items == 0); /* a complaint is about the list, not about an item */
    if (count < range.min || count > range.max)
        et_form_refuse(list, ET_ITEM, "found %zu items; expected %llu to %llu", count,
                       (unsigned long long)range.min, (unsigned long long)range.max);
    return !list->err;
}

void *et_form_items(struct et_form *list, struct et_form_range range, size_t size,
                    struct et_arena *arena)
{
    if (!et_form_sized(list, range))
        return NULL;
    void *items = et_arena_array(arena, et_form_count(list), size);
    if (!items)
        et_form_fail(list, ET_NOMEM);
    return items;
}

bool et_form_next(struct et_form *list)
{
    assert(list->is_list);
    if (list->err)
        return false;
    list->item = list->items ? et_json_next(list->item) : et_json_first(list->node);
    list->items++;
    return list->item != NULL;
}

/* What a rule of the caller is about. */
static const struct et_json_node *subject(const struct et_form *form, const char *name)
{
    const struct et_json_node *node = name ? et_json_get(form->node, name) : form->item;
    return node ? node : form->node;
}

void et_form_refuse(struct et_form *form, const char *name, const char *format, ...)
{
    char words[WORDS * 3];
    if (form->err)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    et_complain(place(form, name, offset_of(form, subject(form, name))), ET_VALUE, "%s", words);
    fail(form, ET_VALUE);
}

void et_form_reject(struct et_form *form, const char *name, const char *expected)
{
    if (!form->err)
        et_form_wrong(form, name, subject(form, name), expected);
}

void et_form_fail(struct et_form *form, int err)
{
    if (form->err)
        return;
    et_complain(form->complaint, err, "%s", et_err_text(err));
    fail(form, err);
}
