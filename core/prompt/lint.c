/* SPDX-License-Identifier: MIT */
#include "core/prompt/lint_private.h"

#include "core/base/utf8.h"
#include "core/prompt/fleeting.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const et_lint_rule_names[] = {"undeclared-parameter",
                                          "unused-parameter",
                                          "dynamic-before-static",
                                          "example-after-dynamic",
                                          "fleeting-prefix",
                                          "near-threshold",
                                          "below-threshold",
                                          "duplicate-sentence",
                                          "no-sample",
                                          NULL};

static bool comes_before(const struct et_lint_finding *a, const struct et_lint_finding *b)
{
    return a->line < b->line || (a->line == b->line && a->column < b->column);
}

void et_lint_add(struct et_lint *lint, const struct et_lint_task *task,
                 const struct et_lint_finding *place, const char *format, ...)
{
    va_list args;
    if (task->disabled >> place->rule & 1)
        return;
    lint->errors += place->error;
    lint->warnings += !place->error;
    if (lint->count == ET_LINT_FINDINGS_MAX) {
        lint->dropped++;
        return;
    }
    size_t at = lint->count++;
    for (; at > 0 && comes_before(place, &lint->findings[at - 1]); at--)
        lint->findings[at] = lint->findings[at - 1];
    struct et_lint_finding *finding = &lint->findings[at];
    *finding = *place;
    va_start(args, format);
    vsnprintf(finding->text, sizeof finding->text, format, args);
    va_end(args);
    et_utf8_mend(finding->text);
}

struct et_slice et_lint_clip(struct et_slice text, size_t most)
{
    struct et_slice part = et_slice_part(text, 0, most);
    return et_slice_part(part, 0, et_utf8_whole(part));
}

struct et_slice et_lint_line(struct et_slice file, unsigned line)
{
    struct et_slice rest = file, text = {0};
    for (unsigned i = 0; i < line; i++)
        if (!et_slice_split(&rest, '\n', &text))
            return (struct et_slice){0};
    return text;
}

unsigned et_lint_placeholder(struct et_slice line, struct et_slice name)
{
    for (size_t at = 0; at < line.size;) {
        struct et_slice rest = et_slice_part(line, at, line.size);
        size_t open = at + et_slice_find(rest, ET_LIT("{{"));
        struct et_slice inside = et_slice_part(line, open + 2, line.size);
        inside.size = et_slice_find(inside, ET_LIT("}}"));
        if (open < line.size && et_slice_equal(et_slice_trim(inside), name))
            return (unsigned)open + 1;
        at = open + 2;
    }
    return 1;
}

/* A rendering with typical values, and where things are in it. */
struct view {
    struct et_lint *lint;
    const struct et_lint_task *task;
    const struct et_template *template;
    const struct et_prompt *prompt;
};

/* dynamic-before-static */

/* The lines with placeholders that stand in front of lines that never change: "16, 18, ...". */
static void list_lines(const struct view *view, char *out, size_t room)
{
    unsigned last = 0, listed = 0;
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = view->lint->share.message; i < view->prompt->count; i++) {
        const struct et_prompt_message *message = &view->prompt->messages[i];
        for (size_t j = 0; j < message->span_count; j++) {
            const struct et_prompt_span *span = &message->spans[j];
            if (span->origin != ET_ORIGIN_PARAMETER || span->line == last)
                continue;
            last = span->line;
            if (++listed > 8 || used + 12 > room) {
                snprintf(out + used, room - used, ", ...");
                return;
            }
            used += (size_t)snprintf(out + used, room - used, "%s%u", used ? ", " : "", last);
        }
    }
}

/* " (a date, by its sample)" when the value is probably another in every request. */
static void look_at_sample(struct et_slice sample, char *out, size_t room)
{
    struct et_fleeting fleeting;
    out[0] = '\0';
    if (et_fleeting_find(sample, 0, &fleeting))
        snprintf(out, room, " (%s, by its sample)", et_fleeting_name(fleeting.kind));
}

static void check_order(const struct view *view)
{
    const struct et_prompt_share *share = &view->lint->share;
    enum et_caching caching = view->task->rules.caching;
    if (!share->varies || share->behind < ET_LINT_BEHIND)
        return;
    size_t now = et_prompt_cacheable(caching, share->prefix);
    size_t then = et_prompt_cacheable(caching, share->prefix + share->behind);
    struct et_prompt_span span =
        et_prompt_origin(&view->prompt->messages[share->message], share->byte);
    struct et_template_parameter parameter =
        et_template_parameter(view->template, (size_t)span.parameter);
    char lines[96], looks[48], gain[80] = "";
    list_lines(view, lines, sizeof lines);
    look_at_sample(parameter.sample, looks, sizeof looks);
    if (then > now)
        snprintf(gain, sizeof gain, ": %zu instead of %zu could be cached", then, now);
    struct et_lint_finding place = {
        .rule = ET_LINT_ORDER,
        .error = then > now,
        .line = span.line,
        .column = et_lint_placeholder(et_lint_line(view->task->file, span.line), parameter.name)};
    et_lint_add(view->lint, view->task, &place,
                "{{%.*s}}%s stands in front of %zu tokens that never change%s; move the sentences "
                "that change (lines %s) behind them, or mark them %%dynamic",
                ET_ARG(parameter.name), looks, share->behind, gain, lines);
}

/* example-after-dynamic */

static bool never_changes(const struct et_prompt_message *message)
{
    for (size_t i = 0; i < message->span_count; i++)
        if (message->spans[i].origin != ET_ORIGIN_STATIC)
            return false;
    return message->span_count > 0;
}

static void check_examples(const struct view *view)
{
    const struct et_prompt_share *share = &view->lint->share;
    for (size_t i = share->message + 1; i < view->prompt->count && share->varies; i++) {
        const struct et_prompt_message *message = &view->prompt->messages[i];
        if (!et_slice_equal(message->role, ET_LIT("assistant")) || !never_changes(message))
            continue;
        struct et_lint_finding place = {
            .rule = ET_LINT_EXAMPLE, .line = message->spans[0].line, .column = 1};
        et_lint_add(view->lint, view->task, &place,
                    "an example behind what changes is never cached; write it as %%example, which "
                    "is rendered in front");
    }
}

/* fleeting-prefix */

/* Where bytes of a rendering stand in the file: escapes may have moved them within their line. */
static unsigned column_of(const struct view *view, unsigned line, struct et_slice words)
{
    struct et_slice text = et_lint_line(view->task->file, line);
    size_t at = et_slice_find(text, words);
    return at < text.size ? (unsigned)at + 1 : 1;
}

static void check_prefix(const struct view *view)
{
    const struct et_prompt_share *share = &view->lint->share;
    for (size_t i = 0; i < view->prompt->count; i++) {
        const struct et_prompt_message *message = &view->prompt->messages[i];
        bool last = share->varies && i == share->message;
        struct et_slice text =
            et_slice_part(message->content, 0, last ? share->byte : message->content.size);
        struct et_fleeting found;
        bool room = view->lint->count < ET_LINT_FINDINGS_MAX; /* each looks the file through */
        for (size_t at = 0; room && et_fleeting_find(text, at, &found);
             at = found.at + found.size, room = view->lint->count < ET_LINT_FINDINGS_MAX) {
            struct et_slice words = et_slice_part(text, found.at, found.at + found.size);
            unsigned line = et_prompt_origin(message, found.at).line;
            struct et_lint_finding place = {
                .rule = ET_LINT_FLEETING, .line = line, .column = column_of(view, line, words)};
            et_lint_add(view->lint, view->task, &place,
                        "\"%.*s\" looks like %s: if it changes, nothing behind it is cached; make "
                        "it a parameter behind what never changes",
                        ET_ARG(et_lint_clip(words, 64)), et_fleeting_name(found.kind));
        }
        if (last)
            return;
    }
}

/* near-threshold, below-threshold */

static void check_threshold(const struct view *view)
{
    const struct et_prompt_share *share = &view->lint->share;
    size_t best = share->prefix + (share->behind >= ET_LINT_BEHIND ? share->behind : 0);
    if (view->task->rules.caching == ET_CACHING_NONE || best >= ET_PROMPT_PREFIX_MIN)
        return;
    size_t missing = ET_PROMPT_PREFIX_MIN - best;
    bool near = missing <= ET_LINT_NEAR_TOKENS;
    struct et_lint_finding place = {.rule = near ? ET_LINT_NEAR : ET_LINT_BELOW,
                                    .line = et_template_part(view->template, 0).line,
                                    .column = 1};
    et_lint_add(view->lint, view->task, &place,
                "%zu tokens can stay the same in front, %zu tokens short of the %d from which on "
                "%.*s caches; %s",
                best, missing, ET_PROMPT_PREFIX_MIN, ET_ARG(view->task->model),
                near ? "another example or instruction, or padding, may pay"
                     : "keep it short, or pad it where most requests come soon after another");
}

/* no-sample */

static void check_samples(const struct view *view)
{
    for (size_t i = 0; i < et_template_parameter_count(view->template); i++) {
        struct et_template_parameter parameter = et_template_parameter(view->template, i);
        struct et_lint_finding place = {
            .rule = ET_LINT_SAMPLE, .line = parameter.line, .column = 1};
        if (parameter.sample.size == 0)
            et_lint_add(view->lint, view->task, &place,
                        "parameter \"%.*s\" has no sample, its name is counted instead; add "
                        "%%sample %.*s and a typical value",
                        ET_ARG(parameter.name), ET_ARG(parameter.name));
    }
}

/* With samples, or names where there are none. */
static int render(const struct et_template *template, struct et_prompt *prompt,
                  struct et_complaint *complaint)
{
    struct et_parameter values[ET_TEMPLATE_PARAMETERS_MAX];
    size_t count = et_template_parameter_count(template);
    for (size_t i = 0; i < count; i++) {
        struct et_template_parameter parameter = et_template_parameter(template, i);
        values[i] = (struct et_parameter){parameter.name, parameter.sample.size ? parameter.sample
                                                                                : parameter.name};
    }
    return et_template_render(template, values, count, prompt, complaint);
}

static int check_rendering(struct view *view, struct et_complaint *complaint)
{
    struct et_prompt prompt;
    struct et_arena arena;
    et_prompt_init(&prompt, view->task->mem, SIZE_MAX / 4);
    et_arena_init(&arena, view->task->mem, ET_ARENA_BLOCK);
    int err = render(view->template, &prompt, complaint);
    if (!err)
        err = et_prompt_share(&view->lint->share, &prompt, &view->task->rules, &arena);
    if (!err) {
        view->prompt = &prompt;
        view->lint->rendered = true;
        check_order(view);
        check_examples(view);
        check_prefix(view);
        check_threshold(view);
        check_samples(view);
    }
    et_arena_free(&arena);
    et_prompt_free(&prompt);
    return err;
}

/* Whether the reader refused the file for something that was found. */
static bool tells(const struct et_lint *lint, const struct et_complaint *refused)
{
    for (size_t i = 0; i < lint->count; i++)
        if (lint->findings[i].line == refused->line)
            return true;
    return false;
}

static int lint_refused(struct et_lint *out, const struct et_lint_task *task, int err,
                        const struct et_complaint *refused, struct et_complaint *complaint)
{
    if (err != ET_NOMEM && err != ET_LIMIT)
        et_lint_names(out, task);
    if (tells(out, refused))
        return 0;
    memset(out, 0, sizeof *out);
    if (complaint)
        *complaint = *refused;
    return err;
}

int et_lint(struct et_lint *out, const struct et_lint_task *task, struct et_complaint *complaint)
{
    struct et_template *template = NULL;
    struct view view = {.lint = out, .task = task};
    struct et_complaint refused = {0};
    memset(out, 0, sizeof *out);
    int err = et_template_new(&template, task->file, task->mem, &refused);
    if (err)
        return lint_refused(out, task, err, &refused, complaint);
    view.template = template;
    err = check_rendering(&view, complaint);
    if (!err)
        err = et_lint_duplicates(out, task);
    et_template_free(template);
    return err;
}
