/* SPDX-License-Identifier: MIT */
#include "core/prompt/lint_private.h"

#include "core/prompt/seen.h"
#include "core/prompt/sentence.h"
#include "core/prompt/template_private.h"

/* Goes through the lines of a file, good or not. */
struct scan {
    struct et_slice rest, line;
    unsigned number;
    size_t messages; /* that have begun */
    bool directive;
    bool message; /* a line of a message's text, not of the head or of an example */
};

static bool starts_word(struct et_slice line, const char *word)
{
    struct et_slice name = et_slice_of(word);
    return et_slice_starts(line, name) && (line.size == name.size || line.data[name.size] == ' ');
}

static bool next_line(struct scan *scan)
{
    if (scan->rest.size == 0 || !et_slice_split(&scan->rest, '\n', &scan->line))
        return false;
    scan->number++;
    scan->directive = et_slice_starts(scan->line, ET_LIT("%")) &&
                      (scan->messages == 0 || !et_slice_starts(scan->line, ET_LIT("%%")));
    if (scan->directive && starts_word(scan->line, "%message")) {
        scan->messages++;
        scan->message = true;
    }
    if (scan->directive && starts_word(scan->line, "%example"))
        scan->message = false;
    return true;
}

/* Names.  What is no name, or declared twice, is the template reader's to tell. */

struct names {
    struct et_slice declared[ET_TEMPLATE_PARAMETERS_MAX];
    unsigned lines[ET_TEMPLATE_PARAMETERS_MAX];
    bool used[ET_TEMPLATE_PARAMETERS_MAX];
    size_t count;
};

static size_t find(const struct names *names, struct et_slice name)
{
    size_t i = 0;
    while (i < names->count && !et_slice_equal(names->declared[i], name))
        i++;
    return i;
}

static void read_declarations(struct names *names, struct et_slice file)
{
    struct scan scan = {.rest = file};
    while (next_line(&scan)) {
        if (scan.messages > 0 || !starts_word(scan.line, "%parameter") ||
            names->count == ET_TEMPLATE_PARAMETERS_MAX)
            continue;
        struct et_slice rest =
            et_slice_trim(et_slice_part(scan.line, sizeof "%parameter" - 1, scan.line.size));
        rest.size = et_slice_find(rest, ET_LIT(" "));
        if (!et_template_is_name(rest) || find(names, rest) < names->count)
            continue;
        names->declared[names->count] = rest;
        names->lines[names->count++] = scan.number;
    }
}

static void add_undeclared(struct et_lint *lint, const struct et_lint_task *task,
                           const struct scan *scan, struct et_slice name)
{
    struct et_lint_finding place = {.rule = ET_LINT_UNDECLARED,
                                    .error = true,
                                    .line = scan->number,
                                    .column = et_lint_placeholder(scan->line, name)};
    et_lint_add(lint, task, &place,
                "parameter \"%.*s\" is not declared; add %%parameter %.*s to the head, or mend the "
                "name",
                ET_ARG(et_lint_clip(name, 64)), ET_ARG(et_lint_clip(name, 64)));
}

/* The placeholders of one line. */
static void read_uses(struct names *names, const struct scan *scan, struct et_lint *lint,
                      const struct et_lint_task *task)
{
    struct et_slice line = scan->line;
    for (size_t at = 0; at < line.size;) {
        size_t open = at + et_slice_find(et_slice_part(line, at, line.size), ET_LIT("{{"));
        struct et_slice inside = et_slice_part(line, open + 2, line.size);
        size_t close = et_slice_find(inside, ET_LIT("}}"));
        at = open + 2;
        if (close == inside.size || (open > 0 && line.data[open - 1] == '\\'))
            continue;
        struct et_slice name = et_slice_trim(et_slice_part(inside, 0, close));
        size_t index = find(names, name);
        if (index < names->count)
            names->used[index] = true;
        else if (et_template_is_name(name))
            add_undeclared(lint, task, scan, name);
    }
}

void et_lint_names(struct et_lint *lint, const struct et_lint_task *task)
{
    struct names names = {.count = 0};
    struct scan scan = {.rest = task->file};
    read_declarations(&names, task->file);
    while (next_line(&scan))
        if (scan.message && !scan.directive)
            read_uses(&names, &scan, lint, task);
    for (size_t i = 0; i < names.count; i++) {
        struct et_lint_finding place = {
            .rule = ET_LINT_UNUSED, .error = true, .line = names.lines[i], .column = 1};
        if (!names.used[i])
            et_lint_add(lint, task, &place,
                        "parameter \"%.*s\" is in no message; use it or drop its %%parameter",
                        ET_ARG(et_lint_clip(names.declared[i], 64)));
    }
}

/* Sentences */

static int check_sentence(struct et_lint *lint, const struct et_lint_task *task,
                          const struct scan *scan, struct et_slice sentence, struct et_seen *seen)
{
    struct et_slice words = et_slice_trim(sentence);
    if (words.size < ET_LINT_SAID || et_slice_find(words, ET_LIT("{{")) < words.size)
        return 0;
    size_t *line = et_seen_put(seen, words, 0);
    if (!line)
        return ET_NOMEM;
    struct et_lint_finding place = {.rule = ET_LINT_DUPLICATE,
                                    .line = scan->number,
                                    .column = (unsigned)(words.data - scan->line.data) + 1};
    if (*line > 0)
        et_lint_add(lint, task, &place, "\"%.*s%s\" was said on line %zu already; say it once",
                    ET_ARG(et_lint_clip(words, 48)), words.size > 48 ? "..." : "", *line);
    else
        *line = scan->number;
    return 0;
}

int et_lint_duplicates(struct et_lint *lint, const struct et_lint_task *task)
{
    struct scan scan = {.rest = task->file};
    struct et_seen seen = {.mem = task->mem};
    int err = 0;
    while (!err && next_line(&scan)) {
        struct et_slice rest = scan.line, sentence;
        while (!err && scan.message && !scan.directive && et_sentence_split(&rest, &sentence))
            err = check_sentence(lint, task, &scan, sentence, &seen);
    }
    et_seen_free(&seen);
    return err;
}
