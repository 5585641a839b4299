/* SPDX-License-Identifier: MIT */
#include "core/prompt/template_private.h"

#include "core/base/utf8.h"

/* Where the reader is.  A complaint is about a part of the text. */
struct reader {
    struct et_template *template;
    struct et_complaint *complaint;
    unsigned line;                   /* of the directive being read */
    struct et_slice body;            /* of the message being read; data NULL before the first */
    struct et_template_piece **tail; /* where its next piece goes */
    bool used[ET_TEMPLATE_PARAMETERS_MAX];
};

static struct et_complaint *complaint_at(struct reader *reader, struct et_slice part)
{
    struct et_slice text = reader->template->text;
    et_complaint_at(reader->complaint, text, (size_t)(part.data - text.data));
    return reader->complaint;
}

/* Names */

static bool is_name(struct et_slice name)
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

static int check_name(struct reader *reader, struct et_slice name, struct et_slice where)
{
    if (is_name(name))
        return 0;
    return et_complain(complaint_at(reader, where), ET_SYNTAX,
                       "\"%.*s\" is no name; expected a-z, then a-z, 0-9, - or _", ET_ARG(name));
}

/* Messages */

static int add_piece(struct reader *reader, struct et_slice text, int parameter)
{
    if (parameter == ET_TEMPLATE_STATIC && text.size == 0)
        return 0;
    struct et_template_piece *piece = et_arena_take(&reader->template->arena, sizeof *piece);
    if (!piece)
        return ET_NOMEM;
    *piece = (struct et_template_piece){.text = text, .parameter = parameter};
    *reader->tail = piece;
    reader->tail = &piece->next;
    return 0;
}

/* `rest` starts with {{; takes the placeholder off its front. */
static int read_placeholder(struct reader *reader, struct et_slice *rest)
{
    struct et_template *template = reader->template;
    size_t end = et_slice_find(*rest, ET_LIT("}}"));
    struct et_slice name = et_slice_part(*rest, 2, end);
    if (end == rest->size || et_slice_find(name, ET_LIT("\n")) < name.size)
        return et_complain(complaint_at(reader, *rest), ET_SYNTAX,
                           "{{ is not closed on its line; expected }} (\\{{ is a literal {{)");
    name = et_slice_trim(name);
    int err = check_name(reader, name, *rest);
    if (err)
        return err;
    int parameter = et_template_find(template, name);
    if (parameter == ET_TEMPLATE_STATIC)
        return et_template_unknown(template, name, complaint_at(reader, *rest));
    reader->used[parameter] = true;
    *rest = et_slice_part(*rest, end + 2, rest->size);
    return add_piece(reader, (struct et_slice){0}, parameter);
}

/* The offset of the first byte that is not plain text: of {{, of \{{ or of a line's %%. */
static size_t plain_size(struct et_slice rest)
{
    for (size_t i = 0; i < rest.size; i++) {
        struct et_slice here = et_slice_part(rest, i, rest.size);
        bool percent = here.data[-1] == '\n' && et_slice_starts(here, ET_LIT("%%"));
        if (percent || et_slice_starts(here, ET_LIT("{{")) || et_slice_starts(here, ET_LIT("\\{{")))
            return i;
    }
    return rest.size;
}

/* Splits a body into pieces.  It stands behind a %message line, so there is a byte before it.  The
 * two escapes each drop one byte: the \ of \{{ and the first % of a line's %%. */
static int read_body(struct reader *reader, struct et_slice rest)
{
    int err = 0;
    while (rest.size && !err) {
        size_t plain = plain_size(rest);
        err = add_piece(reader, et_slice_part(rest, 0, plain), ET_TEMPLATE_STATIC);
        rest = et_slice_part(rest, plain, rest.size);
        if (err || rest.size == 0)
            return err;
        if (rest.data[0] == '{') {
            err = read_placeholder(reader, &rest);
            continue;
        }
        size_t kept = rest.data[0] == '\\' ? 3 : 2;
        err = add_piece(reader, et_slice_part(rest, 1, kept), ET_TEMPLATE_STATIC);
        rest = et_slice_part(rest, kept, rest.size);
    }
    return err;
}

/* The body that the line before `end` closes. */
static int close_message(struct reader *reader, const char *end)
{
    struct et_slice body = reader->body;
    if (!body.data)
        return 0;
    body.size = (size_t)(end - body.data);
    struct et_slice trimmed = et_slice_trim(body);
    if (trimmed.size == 0)
        return et_complain(complaint_at(reader, body), ET_VALUE,
                           "the message is empty; expected text after %%message");
    struct et_template *template = reader->template;
    reader->tail = &template->messages[template->message_count - 1].first;
    return read_body(reader, trimmed);
}

/* Directives.  Each takes what stands behind its name. */

static int read_template(struct reader *reader, struct et_slice rest, struct et_slice line)
{
    struct et_template *template = reader->template;
    if (template->name.size)
        return et_complain(complaint_at(reader, line), ET_SYNTAX, "a second %%template");
    size_t space = et_slice_find(rest, ET_LIT(" "));
    struct et_slice name = et_slice_part(rest, 0, space);
    struct et_slice version = et_slice_trim(et_slice_part(rest, space, rest.size));
    int err = check_name(reader, name, line);
    if (err)
        return err;
    if (!et_slice_u64(version, &template->version) || template->version == 0)
        return et_complain(complaint_at(reader, line), ET_VALUE,
                           "version \"%.*s\"; expected a whole number from 1", ET_ARG(version));
    template->name = name;
    return 0;
}

static int read_use_case(struct reader *reader, struct et_slice rest, struct et_slice line)
{
    if (reader->template->use_case.size)
        return et_complain(complaint_at(reader, line), ET_SYNTAX, "a second %%use-case");
    reader->template->use_case = rest;
    return check_name(reader, rest, line);
}

static int read_about(struct reader *reader, struct et_slice rest, struct et_slice line)
{
    if (reader->template->about.size)
        return et_complain(complaint_at(reader, line), ET_SYNTAX, "a second %%about");
    reader->template->about = rest;
    return 0;
}

static int read_parameter(struct reader *reader, struct et_slice rest, struct et_slice line)
{
    struct et_template *template = reader->template;
    size_t space = et_slice_find(rest, ET_LIT(" "));
    struct et_slice name = et_slice_part(rest, 0, space);
    int err = check_name(reader, name, line);
    if (err)
        return err;
    int same = et_template_find(template, name);
    if (same != ET_TEMPLATE_STATIC)
        return et_complain(complaint_at(reader, line), ET_SYNTAX,
                           "parameter \"%.*s\" was declared on line %u already", ET_ARG(name),
                           template->parameters[same].line);
    if (template->parameter_count == ET_TEMPLATE_PARAMETERS_MAX)
        return et_complain(complaint_at(reader, line), ET_LIMIT, "more than %d parameters",
                           ET_TEMPLATE_PARAMETERS_MAX);
    struct et_template_parameter *parameter = &template->parameters[template->parameter_count];
    if (!et_arena_copy(&template->arena, name, &parameter->name))
        return ET_NOMEM;
    parameter->about = et_slice_trim(et_slice_part(rest, space, rest.size));
    parameter->line = reader->line;
    template->parameter_count++;
    return 0;
}

static int read_message(struct reader *reader, struct et_slice role, struct et_slice line)
{
    static const char *const roles[] = {"system", "developer", "user", "assistant", NULL};
    struct et_template *template = reader->template;
    int err = close_message(reader, line.data);
    if (err)
        return err;
    if (template->message_count == ET_TEMPLATE_MESSAGES_MAX)
        return et_complain(complaint_at(reader, line), ET_LIMIT, "more than %d messages",
                           ET_TEMPLATE_MESSAGES_MAX);
    for (size_t i = 0; roles[i]; i++)
        if (et_slice_equal(role, et_slice_of(roles[i]))) {
            template->messages[template->message_count++].role = role;
            reader->body = (struct et_slice){line.data + line.size, 0};
            return 0;
        }
    return et_complain(complaint_at(reader, line), ET_UNKNOWN,
                       "role \"%.*s\"; expected system, developer, user or assistant",
                       ET_ARG(role));
}

static const struct directive {
    const char *name;
    int (*read)(struct reader *reader, struct et_slice rest, struct et_slice line);
    bool in_head; /* only before the first message */
} directives[] = {
    {"template", read_template, true}, {"use-case", read_use_case, true},
    {"about", read_about, true},       {"parameter", read_parameter, true},
    {"message", read_message, false},
};

enum { DIRECTIVES = sizeof directives / sizeof directives[0] };

static int unknown_directive(struct reader *reader, struct et_slice word, struct et_slice line)
{
    const char *names[DIRECTIVES + 1] = {NULL};
    for (size_t i = 0; i < DIRECTIVES; i++)
        names[i] = directives[i].name;
    const char *nearest = et_slice_nearest(word, names);
    bool head = !reader->body.data;
    return et_complain(complaint_at(reader, line), ET_UNKNOWN, "directive %%%.*s; expected %%%s%s",
                       ET_ARG(word), nearest ? nearest : (head ? "template" : "message"),
                       head ? "" : ", or %% for a line of text");
}

static int read_directive(struct reader *reader, struct et_slice line)
{
    size_t space = et_slice_find(line, ET_LIT(" "));
    struct et_slice word = et_slice_trim(et_slice_part(line, 1, space));
    struct et_slice rest = et_slice_trim(et_slice_part(line, space, line.size));
    for (size_t i = 0; i < DIRECTIVES; i++) {
        if (!et_slice_equal(word, et_slice_of(directives[i].name)))
            continue;
        if (directives[i].in_head && reader->body.data)
            return et_complain(complaint_at(reader, line), ET_SYNTAX,
                               "%%%s after a message; expected it before the first",
                               directives[i].name);
        return directives[i].read(reader, rest, line);
    }
    return unknown_directive(reader, word, line);
}

static int read_line(struct reader *reader, struct et_slice line)
{
    bool head = !reader->body.data;
    if (et_slice_starts(line, ET_LIT("%")) && (head || !et_slice_starts(line, ET_LIT("%%"))))
        return head && et_slice_starts(line, ET_LIT("%#")) ? 0 : read_directive(reader, line);
    if (head && et_slice_trim(line).size)
        return et_complain(complaint_at(reader, line), ET_SYNTAX,
                           "text before the first message; expected a directive such as %%message");
    return 0;
}

/* The whole file */

static int check_bytes(struct reader *reader)
{
    struct et_slice text = reader->template->text;
    size_t cr = et_slice_find(text, ET_LIT("\r"));
    if (cr < text.size)
        return et_complain(complaint_at(reader, et_slice_part(text, cr, text.size)), ET_SYNTAX,
                           "a carriage return; expected lines that end with a line feed only");
    size_t whole = et_utf8_whole(text);
    if (whole < text.size)
        return et_complain(complaint_at(reader, et_slice_part(text, whole, text.size)), ET_SYNTAX,
                           "bytes that are not UTF-8");
    return 0;
}

static int check_whole(struct reader *reader)
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

int et_template_read(struct et_template *template, struct et_complaint *complaint)
{
    struct reader reader = {.template = template, .complaint = complaint};
    struct et_slice text = template->text, rest = text, line;
    int err = check_bytes(&reader);
    while (!err && et_slice_split(&rest, '\n', &line)) {
        reader.line++;
        err = read_line(&reader, line);
    }
    if (!err)
        err = close_message(&reader, text.data + text.size);
    return err ? err : check_whole(&reader);
}
