/* SPDX-License-Identifier: MIT */
/* Comments in JSON files that people write: // to the end of the line, and slash-star pairs. */
#ifndef ET_JSON_COMMENTS_H
#define ET_JSON_COMMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* Writes a space over every byte of a comment, line ends kept, so that every other byte keeps its
 * line and column.  Strings are left alone.  False: the comment at *offset has no end. */
bool et_comments_blank(char *text, size_t size, size_t *offset);

#endif
