/* SPDX-License-Identifier: MIT */
/* Tables in a terminal: cells of a width, filled by functions. */
#ifndef ET_REPORTS_CELLS_H
#define ET_REPORTS_CELLS_H

#include "core/base/text.h"

/* One column, of a terminal's table or of a page's.  `put` appends a row's cell to `out`. */
struct et_column {
    const char *title;
    int width; /* in code points; negative: words, which stand to the left */
    void (*put)(const void *row, struct et_text *out);
    bool page_only; /* left out in a terminal */
};

/* `slice` in |width| columns, spaces before it, or behind it when `width` is negative.  What is
 * longer is cut and ends in "…".  Controls of the terminal, which a name in somebody's ledger may
 * hold, come out as U+FFFD. */
void et_cell(struct et_text *out, struct et_slice slice, int width);

/* The same without a width. */
void et_cell_plain(struct et_text *out, struct et_slice slice);

/* A line of titles, a line of cells, no spaces at the end.  `columns` ends with a NULL title. */
void et_cells_titles(struct et_text *out, const struct et_column *columns);
void et_cells_row(struct et_text *out, const struct et_column *columns, const void *row);

#endif
