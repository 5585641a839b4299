/* SPDX-License-Identifier: MIT */
#include "core/prompt/compress.h"
#include "core/prompt/edit.h"

static size_t blanks_end(const struct et_edit *edit, size_t at)
{
    while (et_edit_byte(edit, at) == ' ' || et_edit_byte(edit, at) == '\t')
        at++;
    return at;
}

static bool has_tab(struct et_slice blanks)
{
    return et_slice_find(blanks, ET_LIT("\t")) < blanks.size;
}

/* A run of blanks; returns its end. */
static size_t rewrite_blanks(struct et_edit *edit, size_t at)
{
    size_t end = blanks_end(edit, at);
    bool indent = at == 0 || et_edit_at_end(edit, at - 1);
    if (et_edit_at_end(edit, end))
        et_edit_cut(edit, at, end);
    else if (!indent && !has_tab(et_slice_part(edit->text, at, end)))
        et_edit_cut(edit, at + 1, end);
    return end;
}

/* A line feed and the empty lines behind it; returns their end. */
static size_t rewrite_lines(struct et_edit *edit, size_t at)
{
    size_t last = at, next; /* the last line feed, and the first byte that is no white space */
    while (next = blanks_end(edit, last + 1), et_edit_byte(edit, next) == '\n')
        last = next;
    if (next == edit->text.size)
        et_edit_cut(edit, at, next);
    else if (last > at)
        et_edit_cut(edit, at + 1, last);
    return next == edit->text.size ? next : last + 1;
}

static int rewrite(struct et_edit *edit)
{
    for (size_t at = 0; at < edit->text.size;) {
        char c = et_edit_byte(edit, at);
        if (c == ' ' || c == '\t')
            at = rewrite_blanks(edit, at);
        else if (c == '\n')
            at = rewrite_lines(edit, at);
        else
            at++;
    }
    return 0;
}

int et_compress_whitespace(const struct et_prompt *in, struct et_prompt *out)
{
    return et_edit_prompt(in, out, rewrite, NULL);
}
