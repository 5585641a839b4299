/* SPDX-License-Identifier: MIT */
#include "core/prompt/template_private.h"

#include "core/base/utf8.h"

struct et_complaint *et_template_at(struct et_template_reader *reader, struct et_slice part)
{
    struct et_slice text = reader->template->text;
    et_complaint_at(reader->complaint, text, (size_t)(part.data - text.data));
    return reader->complaint;
}

/* Names */

bool et_template_is_name(struct et_slice name)
{
    if (name.size == 0 || name.data[0] < 'a' || name.data[0] > 'z')
        return false;
    for (size_t i = 1; i < name.size; i++) {
        char c = name.data[i];
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_')
            return false;
    }
    return true;
}

int et_template_check_name(struct et_template_reader *reader, struct et_slice name,
                           struct et_slice where)
{
    if (et_template_is_name(name))
        return 0;
    return et_complain(et_template_at(reader, where), ET_SYNTAX,
                       "\"%.*s\" is no name; expected a-z, then a-z, 0-9, - or _", ET_ARG(name));
}

/* Sections */

static int part_is_empty(struct et_template_reader *reader, const struct et_template_part *part)
{
    return et_complain(et_template_at(reader, reader->body), ET_VALUE,
                       part->marked ? "the part is empty; expected text after %%%s"
                                    : "the message is empty; expected text after %%message",
                       part->fixed ? "static" : "dynamic");
}

/* The part that was opened last.  Behind %message there may be nothing when a mark follows. */
static int close_part(struct et_template_reader *reader, struct et_slice text, bool mark_follows)
{
    struct et_template *template = reader->template;
    struct et_template_part *part = &template->parts[template->part_count];
    if (text.size == 0 && !part->marked && mark_follows)
        return 0;
    if (text.size == 0)
        return part_is_empty(reader, part);
    bool fixed = part->marked && part->fixed;
    int err = et_template_cut(reader, text, fixed ? "a static part" : NULL, &part->first);
    if (!part->marked) {
        part->fixed = true;
        for (const struct et_template_piece *piece = part->first; piece; piece = piece->next)
            part->fixed &= piece->parameter == ET_PARAMETER_NONE;
    }
    template->part_count++;
    return err;
}

static int close_words(struct et_template_reader *reader, struct et_slice text)
{
    struct et_template *template = reader->template;
    struct et_template_example *example = &template->examples[template->example_count - 1];
    struct et_template_pair *pair = &template->pairs[template->example_count - 1];
    bool user = reader->section == ET_SECTION_USER;
    if (text.size == 0)
        return et_complain(et_template_at(reader, reader->body), ET_VALUE,
                           "the example is incomplete; expected words of the %s",
                           user ? "user" : "assistant");
    const struct et_template_piece **first = user ? &pair->user : &pair->assistant;
    int err = et_template_cut(reader, text, "an example", first);
    return err ? err
               : et_template_join(template, *first, user ? &example->user : &example->assistant);
}

/* Ends the section that the directive at `end` closes. */
static int close_section(struct et_template_reader *reader, const char *end, bool mark_follows)
{
    if (reader->section == ET_SECTION_HEAD)
        return 0;
    reader->body.size = (size_t)(end - reader->body.data);
    struct et_slice text = et_slice_trim(reader->body);
    return reader->section == ET_SECTION_PART ? close_part(reader, text, mark_follows)
                                              : close_words(reader, text);
}

static void open_section(struct et_template_reader *reader, enum et_template_section section,
                         struct et_slice line)
{
    reader->section = section;
    reader->body = (struct et_slice){line.data + line.size, 0};
    reader->body_line = reader->line;
}

static int open_part(struct et_template_reader *reader, struct et_slice line,
                     struct et_template_part part)
{
    struct et_template *template = reader->template;
    if (template->part_count == ET_TEMPLATE_PARTS_MAX)
        return et_complain(et_template_at(reader, line), ET_LIMIT, "more than %d parts",
                           ET_TEMPLATE_PARTS_MAX);
    part.message = template->message_count - 1;
    part.line = reader->line;
    template->parts[template->part_count] = part;
    open_section(reader, ET_SECTION_PART, line);
    return 0;
}

/* Directives.  Each takes what stands behind its name. */

static int read_template(struct et_template_reader *reader, struct et_slice rest,
                         struct et_slice line)
{
    struct et_template *template = reader->template;
    if (template->name.size)
        return et_complain(et_template_at(reader, line), ET_SYNTAX, "a second %%template");
    size_t space = et_slice_find(rest, ET_LIT(" "));
    struct et_slice name = et_slice_part(rest, 0, space);
    struct et_slice version = et_slice_trim(et_slice_part(rest, space, rest.size));
    int err = et_template_check_name(reader, name, line);
    if (err)
        return err;
    if (!et_slice_u64(version, &template->version) || template->version == 0)
        return et_complain(et_template_at(reader, line), ET_VALUE,
                           "version \"%.*s\"; expected a whole number from 1", ET_ARG(version));
    template->name = name;
    return 0;
}

static int read_use_case(struct et_template_reader *reader, struct et_slice rest,
                         struct et_slice line)
{
    if (reader->template->use_case.size)
        return et_complain(et_template_at(reader, line), ET_SYNTAX, "a second %%use-case");
    reader->template->use_case = rest;
    return et_template_check_name(reader, rest, line);
}

static int read_about(struct et_template_reader *reader, struct et_slice rest, struct et_slice line)
{
    if (reader->template->about.size)
        return et_complain(et_template_at(reader, line), ET_SYNTAX, "a second %%about");
    reader->template->about = rest;
    return 0;
}

static int read_parameter(struct et_template_reader *reader, struct et_slice rest,
                          struct et_slice line)
{
    struct et_template *template = reader->template;
    size_t space = et_slice_find(rest, ET_LIT(" "));
    struct et_slice name = et_slice_part(rest, 0, space);
    int err = et_template_check_name(reader, name, line);
    if (err)
        return err;
    int same = et_template_find(template, name);
    if (same != ET_PARAMETER_NONE)
        return et_complain(et_template_at(reader, line), ET_SYNTAX,
                           "parameter \"%.*s\" was declared on line %u already", ET_ARG(name),
                           template->parameters[same].line);
    if (template->parameter_count == ET_TEMPLATE_PARAMETERS_MAX)
        return et_complain(et_template_at(reader, line), ET_LIMIT, "more than %d parameters",
                           ET_TEMPLATE_PARAMETERS_MAX);
    struct et_template_parameter *parameter = &template->parameters[template->parameter_count];
    if (!et_arena_copy(&template->arena, name, &parameter->name))
        return ET_NOMEM;
    parameter->about = et_slice_trim(et_slice_part(rest, space, rest.size));
    parameter->line = reader->line;
    template->parameter_count++;
    return 0;
}

static int read_sample(struct et_template_reader *reader, struct et_slice rest,
                       struct et_slice line)
{
    struct et_template *template = reader->template;
    size_t space = et_slice_find(rest, ET_LIT(" "));
    struct et_slice name = et_slice_part(rest, 0, space);
    int index = et_template_find(template, name);
    if (index == ET_PARAMETER_NONE)
        return et_template_unknown(template, name, et_template_at(reader, line));
    struct et_slice *sample = &template->parameters[index].sample;
    if (sample->size)
        return et_complain(et_template_at(reader, line), ET_SYNTAX, "a second %%sample of \"%.*s\"",
                           ET_ARG(name));
    *sample = et_slice_trim(et_slice_part(rest, space, rest.size));
    if (sample->size == 0)
        return et_complain(et_template_at(reader, line), ET_VALUE,
                           "the sample of \"%.*s\" is empty; expected a typical value",
                           ET_ARG(name));
    return 0;
}

static int read_message(struct et_template_reader *reader, struct et_slice role,
                        struct et_slice line)
{
    static const char *const roles[] = {"system", "developer", "user", "assistant", NULL};
    struct et_template *template = reader->template;
    int err = close_section(reader, line.data, false);
    if (err)
        return err;
    if (template->message_count == ET_TEMPLATE_MESSAGES_MAX)
        return et_complain(et_template_at(reader, line), ET_LIMIT, "more than %d messages",
                           ET_TEMPLATE_MESSAGES_MAX);
    for (size_t i = 0; roles[i]; i++)
        if (et_slice_equal(role, et_slice_of(roles[i]))) {
            template->message_count++;
            return open_part(reader, line, (struct et_template_part){.role = role});
        }
    return et_complain(et_template_at(reader, line), ET_UNKNOWN,
                       "role \"%.*s\"; expected system, developer, user or assistant",
                       ET_ARG(role));
}

static int read_nothing(struct et_template_reader *reader, struct et_slice rest,
                        struct et_slice line)
{
    if (rest.size == 0)
        return 0;
    return et_complain(et_template_at(reader, line), ET_SYNTAX,
                       "\"%.*s\" behind the directive; expected the text on lines of its own",
                       ET_ARG(rest));
}

static int read_mark(struct et_template_reader *reader, struct et_slice rest, struct et_slice line)
{
    struct et_template *template = reader->template;
    bool fixed = et_slice_starts(line, ET_LIT("%static"));
    struct et_slice role = template->parts[template->part_count].role;
    int err = read_nothing(reader, rest, line);
    if (!err)
        err = close_section(reader, line.data, true);
    template->marked = true;
    return err ? err
               : open_part(reader, line,
                           (struct et_template_part){.role = role, .marked = true, .fixed = fixed});
}

static int read_example(struct et_template_reader *reader, struct et_slice name,
                        struct et_slice line)
{
    struct et_template *template = reader->template;
    int err = close_section(reader, line.data, false);
    if (!err)
        err = et_template_check_name(reader, name, line);
    if (err)
        return err;
    for (size_t i = 0; i < template->example_count; i++)
        if (et_slice_equal(template->examples[i].name, name))
            return et_complain(et_template_at(reader, line), ET_SYNTAX,
                               "example \"%.*s\" stands on line %u already", ET_ARG(name),
                               template->examples[i].line);
    if (template->example_count == ET_TEMPLATE_EXAMPLES_MAX)
        return et_complain(et_template_at(reader, line), ET_LIMIT, "more than %d examples",
                           ET_TEMPLATE_EXAMPLES_MAX);
    template->examples[template->example_count++] =
        (struct et_template_example){.name = name, .line = reader->line};
    template->marked = true;
    open_section(reader, ET_SECTION_USER, line);
    return 0;
}

static int read_answer(struct et_template_reader *reader, struct et_slice rest,
                       struct et_slice line)
{
    int err = read_nothing(reader, rest, line);
    if (!err)
        err = close_section(reader, line.data, false);
    open_section(reader, ET_SECTION_ANSWER, line);
    return err;
}

enum { ANYWHERE_BUT_USER = ET_SECTION_HEAD | ET_SECTION_PART | ET_SECTION_ANSWER };

#define IN_HEAD ET_SECTION_HEAD, "after a message; expected it before the first"
#define OPENS   ANYWHERE_BUT_USER, "in an example without an answer; expected %answer before it"
#define IN_PART ET_SECTION_PART, "outside a message; expected it behind %message"
#define IN_USER ET_SECTION_USER, "outside an example; expected it behind %example"

static const struct directive {
    const char *name;
    int (*read)(struct et_template_reader *reader, struct et_slice rest, struct et_slice line);
    unsigned sections; /* in which it may stand */
    const char *expected;
} directives[] = {
    {"template", read_template, IN_HEAD}, {"use-case", read_use_case, IN_HEAD},
    {"about", read_about, IN_HEAD},       {"parameter", read_parameter, IN_HEAD},
    {"sample", read_sample, IN_HEAD},     {"message", read_message, OPENS},
    {"static", read_mark, IN_PART},       {"dynamic", read_mark, IN_PART},
    {"example", read_example, OPENS},     {"answer", read_answer, IN_USER},
};

enum { DIRECTIVES = sizeof directives / sizeof directives[0] };

static int unknown_directive(struct et_template_reader *reader, struct et_slice word,
                             struct et_slice line)
{
    const char *names[DIRECTIVES + 1] = {NULL};
    for (size_t i = 0; i < DIRECTIVES; i++)
        names[i] = directives[i].name;
    const char *nearest = et_slice_nearest(word, names);
    bool head = reader->section == ET_SECTION_HEAD;
    return et_complain(et_template_at(reader, line), ET_UNKNOWN,
                       "directive %%%.*s; expected %%%s%s", ET_ARG(word),
                       nearest ? nearest : (head ? "template" : "message"),
                       head ? "" : ", or %% for a line of text");
}

static int read_directive(struct et_template_reader *reader, struct et_slice line)
{
    size_t space = et_slice_find(line, ET_LIT(" "));
    struct et_slice word = et_slice_trim(et_slice_part(line, 1, space));
    struct et_slice rest = et_slice_trim(et_slice_part(line, space, line.size));
    for (size_t i = 0; i < DIRECTIVES; i++) {
        const struct directive *directive = &directives[i];
        if (!et_slice_equal(word, et_slice_of(directive->name)))
            continue;
        if ((directive->sections & reader->section) == 0)
            return et_complain(et_template_at(reader, line), ET_SYNTAX, "%%%s %s", directive->name,
                               directive->expected);
        return directive->read(reader, rest, line);
    }
    return unknown_directive(reader, word, line);
}

static int read_line(struct et_template_reader *reader, struct et_slice line)
{
    bool head = reader->section == ET_SECTION_HEAD;
    if (et_slice_starts(line, ET_LIT("%")) && (head || !et_slice_starts(line, ET_LIT("%%"))))
        return head && et_slice_starts(line, ET_LIT("%#")) ? 0 : read_directive(reader, line);
    if (head && et_slice_trim(line).size)
        return et_complain(et_template_at(reader, line), ET_SYNTAX,
                           "text before the first message; expected a directive such as %%message");
    return 0;
}

/* The whole file */

static int check_bytes(struct et_template_reader *reader)
{
    struct et_slice text = reader->template->text;
    if (et_slice_starts(text, ET_LIT("\xEF\xBB\xBF")))
        return et_complain(et_template_at(reader, text), ET_SYNTAX,
                           "a byte order mark; expected a file without one");
    size_t cr = et_slice_find(text, ET_LIT("\r"));
    if (cr < text.size)
        return et_complain(et_template_at(reader, et_slice_part(text, cr, text.size)), ET_SYNTAX,
                           "a carriage return; expected lines that end with a line feed only");
    size_t whole = et_utf8_whole(text);
    if (whole < text.size)
        return et_complain(et_template_at(reader, et_slice_part(text, whole, text.size)), ET_SYNTAX,
                           "bytes that are not UTF-8");
    return 0;
}

static int check_whole(struct et_template_reader *reader)
{
    const struct et_template *template = reader->template;
    struct et_complaint *complaint = reader->complaint;
    if (template->name.size == 0)
        return et_complain(complaint, ET_SYNTAX, "no %%template; expected %%template NAME VERSION");
    if (template->use_case.size == 0)
        return et_complain(complaint, ET_SYNTAX, "no %%use-case; expected %%use-case NAME");
    if (template->message_count == 0)
        return et_complain(complaint, ET_SYNTAX, "no %%message; expected at least one");
    for (size_t i = 0; i < template->parameter_count; i++)
        if (!reader->used[i]) {
            const struct et_template_parameter *unused = &template->parameters[i];
            if (complaint && !complaint->line)
                complaint->line = unused->line, complaint->column = 1;
            return et_complain(complaint, ET_VALUE, "parameter \"%.*s\" is in no message",
                               ET_ARG(unused->name));
        }
    return 0;
}

static int close_last(struct et_template_reader *reader)
{
    struct et_template *template = reader->template;
    if (reader->section != ET_SECTION_USER)
        return close_section(reader, template->text.data + template->text.size, false);
    const struct et_template_example *example = &template->examples[template->example_count - 1];
    return et_complain(et_template_at(reader, example->name), ET_SYNTAX,
                       "example \"%.*s\" has no answer; expected %%answer", ET_ARG(example->name));
}

int et_template_read(struct et_template *template, struct et_complaint *complaint)
{
    struct et_template_reader reader = {
        .template = template, .complaint = complaint, .section = ET_SECTION_HEAD};
    struct et_slice rest = template->text, line;
    int err = check_bytes(&reader);
    while (!err && et_slice_split(&rest, '\n', &line)) {
        reader.line++;
        err = read_line(&reader, line);
    }
    if (!err)
        err = close_last(&reader);
    return err ? err : check_whole(&reader);
}
