/* SPDX-License-Identifier: MIT */
#include "reports/cells.h"

#include "core/base/utf8.h"
#include "io/sysmem.h"

#include <stdlib.h>

enum { LINE_BYTES_MAX = 16384 };

/* What moves the cursor, or turns the text around, rather than show a sign. */
static bool is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) ||
           (point >= 0x200E && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069);
}

/* The next sign of `*rest`, fit to be shown. */
static struct et_slice next(struct et_slice *rest)
{
    uint32_t point;
    size_t length = et_utf8_decode(*rest, &point), used = length ? length : et_utf8_bad(*rest);
    struct et_slice sign = et_slice_part(*rest, 0, used);
    *rest = et_slice_part(*rest, used, rest->size);
    return length && !is_control(point) ? sign : ET_LIT("\xEF\xBF\xBD");
}

static size_t count(struct et_slice slice)
{
    size_t signs = 0;
    for (; slice.size; signs++)
        next(&slice);
    return signs;
}

static void spaces(struct et_text *out, size_t n)
{
    while (n--)
        et_text_addc(out, ' ');
}

void et_cell_plain(struct et_text *out, struct et_slice slice)
{
    while (slice.size)
        et_text_add(out, next(&slice));
}

void et_cell(struct et_text *out, struct et_slice slice, int width)
{
    size_t room = (size_t)abs(width), signs = count(slice);
    size_t blank = signs < room ? room - signs : 0;
    spaces(out, width > 0 ? blank : 0);
    for (size_t i = 0; i < room && slice.size; i++)
        et_text_add(out, signs > room && i + 1 == room ? ET_LIT("…") : next(&slice));
    spaces(out, width < 0 ? blank : 0);
}

static void add_line(struct et_text *out, struct et_text *line)
{
    struct et_slice cells = et_text_slice(line);
    while (et_slice_ends(cells, ET_LIT(" ")))
        cells.size--;
    et_text_add(out, cells);
    et_text_addc(out, '\n');
    et_text_free(line);
}

void et_cells_titles(struct et_text *out, const struct et_column *columns)
{
    struct et_text line;
    et_text_init(&line, &et_sysmem, LINE_BYTES_MAX);
    for (; columns->title; columns++)
        if (!columns->page_only)
            et_cell(&line, et_slice_of(columns->title), columns->width);
    add_line(out, &line);
}

void et_cells_row(struct et_text *out, const struct et_column *columns, const void *row)
{
    struct et_text line, cell;
    et_text_init(&line, &et_sysmem, LINE_BYTES_MAX);
    et_text_init(&cell, &et_sysmem, LINE_BYTES_MAX);
    for (; columns->title; columns++) {
        if (columns->page_only)
            continue;
        et_text_clear(&cell);
        columns->put(row, &cell);
        et_cell(&line, et_text_slice(&cell), columns->width);
    }
    et_text_free(&cell);
    add_line(out, &line);
}
