/* SPDX-License-Identifier: MIT */
#include "mock_openai/rules_read.h"

#include "core/json/path.h"

#include <string.h>

static bool copy(struct et_form *form, struct et_arena *arena, struct et_slice text,
                 struct et_slice *out)
{
    if (et_arena_copy(arena, text, out))
        return true;
    et_form_fail(form, ET_NOMEM);
    return false;
}

static void read_text(struct et_form *form, const char *name, enum et_form_need need,
                      struct et_arena *arena, struct et_slice *out)
{
    struct et_slice text;
    if (et_form_text(form, name, need, &text))
        copy(form, arena, text, out);
}

/* The value as it stands in the file. */
static void read_raw(struct et_form *form, const char *name, enum et_form_need need,
                     struct et_arena *arena, struct et_slice *out)
{
    const struct et_json_node *node;
    if (et_form_node(form, name, need, &node))
        copy(form, arena, et_json_raw(form->json, node), out);
}

static void read_path(struct et_form *when, struct et_arena *arena, struct et_answer_rule *out)
{
    struct et_form json;
    if (!et_form_object(when, "json", ET_OPTIONAL, &json))
        return;
    read_text(&json, "path", ET_REQUIRED, arena, &out->path);
    if (out->path.size && !et_json_path_valid(out->path))
        et_form_reject(&json, "path", "a path such as $.tools[0].function.name");
    read_raw(&json, "equals", ET_OPTIONAL, arena, &out->equals);
    et_form_leave(&json);
}

static void read_role(struct et_form *when, struct et_answer_rule *out)
{
    static const char *const roles[] = {"system", "developer", "user", "assistant",
                                        "tool",   "function",  NULL};
    unsigned role;
    if (et_form_choice(when, "role", ET_OPTIONAL, roles, &role))
        out->role = et_slice_of(roles[role]);
}

static void read_model(struct et_form *when, const struct et_catalogue *catalogue,
                       struct et_arena *arena, struct et_answer_rule *out)
{
    read_text(when, "model", ET_OPTIONAL, arena, &out->model);
    if (out->model.size && !et_catalogue_find(catalogue, out->model)) {
        const char *near = et_catalogue_nearest(catalogue, out->model);
        et_form_refuse(when, "model", "unknown model \"%.*s\"; expected %s%s%s",
                       ET_ARG(et_slice_part(out->model, 0, 64)),
                       near ? "\"" : "one of `etalon prices`", near ? near : "", near ? "\"" : "");
    }
}

static void read_when(struct et_form *rule, const struct et_catalogue *catalogue,
                      struct et_arena *arena, struct et_answer_rule *out)
{
    struct et_form when;
    if (!et_form_object(rule, "when", ET_OPTIONAL, &when))
        return;
    read_model(&when, catalogue, arena, out);
    read_text(&when, "endpoint", ET_OPTIONAL, arena, &out->endpoint);
    read_role(&when, out);
    read_text(&when, "contains", ET_OPTIONAL, arena, &out->contains);
    read_path(&when, arena, out);
    et_form_u32(&when, "nth", ET_OPTIONAL, ET_RANGE(1, UINT32_MAX), &out->nth);
    et_form_leave(&when);
}

/* Arguments: an object, or a text that need not be JSON. */
static void read_call(struct et_form *list, struct et_arena *arena, struct et_rule_call *out)
{
    struct et_form call;
    const struct et_json_node *node;
    if (!et_form_object(list, ET_ITEM, ET_REQUIRED, &call))
        return;
    read_text(&call, "name", ET_REQUIRED, arena, &out->name);
    out->arguments = ET_LIT("{}");
    if (et_form_node(&call, "arguments", ET_OPTIONAL, &node)) {
        struct et_slice text = et_json_text(node);
        copy(&call, arena, text.data ? text : et_json_raw(call.json, node), &out->arguments);
    }
    et_form_leave(&call);
}

/* Whether it was there. */
static bool read_calls(struct et_form *answer, struct et_arena *arena, struct et_answer_rule *out)
{
    struct et_form list;
    if (!et_form_array(answer, "calls", ET_OPTIONAL, &list))
        return false;
    out->kind = ET_RULE_CALLS;
    if (et_form_sized(&list, ET_RANGE(1, ET_RULE_CALLS_MAX)))
        while (et_form_next(&list))
            read_call(&list, arena, &out->calls[out->call_count++]);
    return true;
}

static bool read_said(struct et_form *answer, const char *name, enum et_form_need need,
                      struct et_arena *arena, enum et_rule_kind kind, struct et_answer_rule *out)
{
    struct et_slice text;
    if (!et_form_text(answer, name, need, &text) || !copy(answer, arena, text, &out->text))
        return false;
    out->kind = kind;
    return true;
}

/* Exactly one of what can be said. */
static void read_answer(struct et_form *rule, struct et_arena *arena, struct et_answer_rule *out)
{
    static const char *const finishes[] = {"stop", "length", NULL};
    struct et_form answer;
    unsigned given, finish = 0;
    if (!et_form_object(rule, "answer", ET_REQUIRED, &answer))
        return;
    given = read_said(&answer, "text", ET_OPTIONAL, arena, ET_RULE_TEXT, out);
    given += read_said(&answer, "template", ET_OPTIONAL, arena, ET_RULE_TEMPLATE, out);
    given += read_said(&answer, "refusal", ET_OPTIONAL, arena, ET_RULE_REFUSAL, out);
    given += read_calls(&answer, arena, out);
    if (given != 1)
        et_form_refuse(&answer, NULL, "found %u of text, template, refusal and calls; expected one",
                       given);
    if (et_form_choice(&answer, "finish", ET_OPTIONAL, finishes, &finish))
        out->length = finish == 1;
    et_form_leave(&answer);
}

void et_rules_read(struct et_form *list, const struct et_catalogue *catalogue,
                   struct et_arena *arena, struct et_rules *out)
{
    struct et_form rule;
    out->items = et_form_items(list, ET_RANGE(0, ET_RULES_MAX), sizeof(*out->items), arena);
    while (out->items && et_form_next(list) && et_form_object(list, ET_ITEM, ET_REQUIRED, &rule)) {
        struct et_answer_rule *read = &out->items[out->count++];
        read_when(&rule, catalogue, arena, read);
        read_answer(&rule, arena, read);
        et_form_leave(&rule);
    }
}
