/* SPDX-License-Identifier: MIT */
#include "core/json/comments.h"

static size_t behind_string(const char *text, size_t size, size_t at)
{
    for (at++; at < size && text[at] != '"'; at++)
        if (text[at] == '\\')
            at++;
    return at + 1;
}

static void blank(char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (text[i] != '\n' && text[i] != '\r')
            text[i] = ' ';
}

/* Behind the comment that starts at `at`; size + 1 if it has no end; `at` if there is none. */
static size_t behind_comment(const char *text, size_t size, size_t at)
{
    if (size - at < 2 || text[at] != '/' || (text[at + 1] != '/' && text[at + 1] != '*'))
        return at;
    bool line = text[at + 1] == '/';
    for (at += 2; at < size; at++) {
        if (line && text[at] == '\n')
            return at;
        if (!line && text[at] == '*' && at + 1 < size && text[at + 1] == '/')
            return at + 2;
    }
    return line ? size : size + 1;
}

bool et_comments_blank(char *text, size_t size, size_t *offset)
{
    for (size_t at = 0; at < size;) {
        if (text[at] == '"') {
            at = behind_string(text, size, at);
            continue;
        }
        size_t end = behind_comment(text, size, at);
        if (end > size) {
            *offset = at;
            return false;
        }
        blank(text, at, end);
        at = end > at ? end : at + 1;
    }
    return true;
}
