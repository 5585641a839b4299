/* SPDX-License-Identifier: MIT */
#include "core/prompt/template_private.h"

/* Cutting one body. */
struct cutter {
    struct et_template_reader *reader;
    const char *fixed;
    struct et_slice rest;
    unsigned line;                         /* of rest's first byte */
    const struct et_template_piece **tail; /* where the next piece goes */
};

static int add_piece(struct cutter *cutter, struct et_slice text, int parameter)
{
    struct et_arena *arena = &cutter->reader->template->arena;
    struct et_template_piece *piece = et_arena_take(arena, sizeof *piece);
    if (!piece)
        return ET_NOMEM;
    *piece = (struct et_template_piece){.text = text, .parameter = parameter, .line = cutter->line};
    *cutter->tail = piece;
    cutter->tail = &piece->next;
    return 0;
}

/* `rest` starts with {{; takes the placeholder off its front. */
static int read_placeholder(struct cutter *cutter)
{
    struct et_template_reader *reader = cutter->reader;
    struct et_slice rest = cutter->rest;
    size_t end = et_slice_find(rest, ET_LIT("}}"));
    struct et_slice name = et_slice_part(rest, 2, end);
    if (end == rest.size || et_slice_find(name, ET_LIT("\n")) < name.size)
        return et_complain(et_template_at(reader, rest), ET_SYNTAX,
                           "{{ is not closed on its line; expected }} (\\{{ is a literal {{)");
    if (cutter->fixed)
        return et_complain(et_template_at(reader, rest), ET_SYNTAX,
                           "a placeholder in %s; expected fixed text (\\{{ is a literal {{)",
                           cutter->fixed);
    name = et_slice_trim(name);
    int err = et_template_check_name(reader, name, rest);
    if (err)
        return err;
    int parameter = et_template_find(reader->template, name);
    if (parameter == ET_PARAMETER_NONE)
        return et_template_unknown(reader->template, name, et_template_at(reader, rest));
    reader->used[parameter] = true;
    cutter->rest = et_slice_part(rest, end + 2, rest.size);
    return add_piece(cutter, (struct et_slice){0}, parameter);
}

/* The offset behind the line's end, or of the first byte before it that is not plain text: of {{,
 * of \{{ or of a line's %%. */
static size_t plain_size(struct et_slice rest)
{
    for (size_t i = 0; i < rest.size; i++) {
        struct et_slice here = et_slice_part(rest, i, rest.size);
        bool percent = here.data[-1] == '\n' && et_slice_starts(here, ET_LIT("%%"));
        if (percent || et_slice_starts(here, ET_LIT("{{")) || et_slice_starts(here, ET_LIT("\\{{")))
            return i;
        if (here.data[0] == '\n')
            return i + 1;
    }
    return rest.size;
}

/* `rest` starts with what is not plain.  The two escapes each drop one byte: the \ of \{{ and the
 * first % of a line's %%. */
static int read_special(struct cutter *cutter)
{
    struct et_slice rest = cutter->rest;
    if (rest.data[0] == '{')
        return read_placeholder(cutter);
    size_t kept = rest.data[0] == '\\' ? 3 : 2;
    cutter->rest = et_slice_part(rest, kept, rest.size);
    return add_piece(cutter, et_slice_part(rest, 1, kept), ET_PARAMETER_NONE);
}

static int read_plain(struct cutter *cutter, size_t size)
{
    struct et_slice text = et_slice_part(cutter->rest, 0, size);
    cutter->rest = et_slice_part(cutter->rest, size, cutter->rest.size);
    int err = add_piece(cutter, text, ET_PARAMETER_NONE);
    cutter->line += et_slice_ends(text, ET_LIT("\n"));
    return err;
}

/* The body stands behind a directive's line, so there is a byte before it. */
int et_template_cut(struct et_template_reader *reader, struct et_slice text, const char *fixed,
                    const struct et_template_piece **first)
{
    struct cutter cutter = {reader, fixed, text, reader->body_line, first};
    for (const char *at = reader->body.data; at < text.data; at++)
        cutter.line += *at == '\n';
    int err = 0;
    while (!err && cutter.rest.size) {
        size_t plain = plain_size(cutter.rest);
        err = plain ? read_plain(&cutter, plain) : read_special(&cutter);
    }
    return err;
}

int et_template_join(struct et_template *template, const struct et_template_piece *first,
                     struct et_slice *out)
{
    size_t size = 0, at = 0;
    for (const struct et_template_piece *piece = first; piece; piece = piece->next)
        size += piece->text.size;
    char *text = et_arena_take(&template->arena, size + 1);
    if (!text)
        return ET_NOMEM;
    for (const struct et_template_piece *piece = first; piece; piece = piece->next) {
        memcpy(text + at, piece->text.data, piece->text.size);
        at += piece->text.size;
    }
    *out = (struct et_slice){text, size};
    return 0;
}
