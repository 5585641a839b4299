/* SPDX-License-Identifier: MIT */
#include "core/prompt/keep.h"

struct scan {
    struct et_slice text;
    unsigned char *marks;
    char fence; /* of the fence that is open; 0: none */
    size_t fence_size;
    size_t code_end; /* of the last line if it was indented code, with the empty ones behind it */
    bool in_code;
};

/* What is opaque is a letter. */
static char byte_at(const struct scan *scan, size_t at)
{
    return scan->marks[at] == ET_KEEP_OPAQUE ? 'x' : scan->text.data[at];
}

static size_t line_end(const struct scan *scan, size_t at)
{
    while (at < scan->text.size && byte_at(scan, at) != '\n')
        at++;
    return at;
}

static void mark(struct scan *scan, size_t from, size_t to, enum et_keep as)
{
    for (size_t i = from; i < to && i < scan->text.size; i++)
        if (scan->marks[i] == ET_KEEP_FREE)
            scan->marks[i] = (unsigned char)as;
}

static void keep(struct scan *scan, size_t from, size_t to)
{
    mark(scan, from, to, ET_KEEP_KEPT);
}

/* Lines */

/* The offset of the first byte that is no blank, and how many columns those before it take. */
static size_t indent(const struct scan *scan, size_t at, size_t end, size_t *columns)
{
    *columns = 0;
    for (; at < end; at++) {
        char c = byte_at(scan, at);
        if (c != ' ' && c != '\t')
            break;
        *columns = c == ' ' ? *columns + 1 : (*columns + 4) / 4 * 4;
    }
    return at;
}

static size_t run_size(const struct scan *scan, size_t at, size_t end)
{
    size_t size = 1;
    while (at + size < end && byte_at(scan, at + size) == byte_at(scan, at))
        size++;
    return size;
}

static bool opens_fence(const struct scan *scan, size_t at, size_t end)
{
    char c = byte_at(scan, at);
    size_t size = run_size(scan, at, end);
    if ((c != '`' && c != '~') || size < 3)
        return false;
    for (size_t i = at + size; c == '`' && i < end; i++)
        if (byte_at(scan, i) == '`')
            return false; /* inline code */
    return true;
}

static bool closes_fence(const struct scan *scan, size_t at, size_t end)
{
    size_t size = run_size(scan, at, end), columns;
    return byte_at(scan, at) == scan->fence && size >= scan->fence_size &&
           indent(scan, at + size, end, &columns) == end;
}

static void keep_code_line(struct scan *scan, size_t begin, size_t end)
{
    keep(scan, scan->in_code ? scan->code_end : begin, end);
    scan->in_code = true;
    scan->code_end = end;
}

static void keep_line(struct scan *scan, size_t begin, size_t end)
{
    size_t columns, first = indent(scan, begin, end, &columns);
    if (scan->fence) {
        bool closed = first < end && columns < 4 && closes_fence(scan, first, end);
        mark(scan, begin, end + !closed, ET_KEEP_FENCED);
        scan->fence = closed ? 0 : scan->fence;
        return;
    }
    if (first == end)
        return;
    if (columns >= 4) {
        keep_code_line(scan, begin, end);
        return;
    }
    scan->in_code = false;
    if (opens_fence(scan, first, end)) {
        scan->fence = byte_at(scan, first);
        scan->fence_size = run_size(scan, first, end);
        mark(scan, begin, end + 1, ET_KEEP_FENCED);
    } else if (byte_at(scan, first) == '>') {
        keep(scan, begin, end);
    }
}

/* Pairs inside paragraphs */

/* Where the paragraph of byte `at` ends: at an empty line, or where a fence or the text does. */
static size_t paragraph_end(const struct scan *scan, size_t at)
{
    for (;;) {
        at = line_end(scan, at);
        if (at == scan->text.size || scan->marks[at] == ET_KEEP_FENCED)
            return at;
        size_t columns, next = at + 1, end = line_end(scan, next);
        if (indent(scan, next, end, &columns) == end || scan->marks[next] == ET_KEEP_FENCED)
            return at;
        at = next;
    }
}

static const struct pair {
    struct et_slice open, close;
} pairs[] = {
    {{"\"", 1}, {"\"", 1}},
    {{"\xe2\x80\x9c", 3}, {"\xe2\x80\x9d", 3}}, /* “ ” */
    {{"\xc2\xab", 2}, {"\xc2\xbb", 2}},         /* « » */
};

enum { PAIRS = sizeof pairs / sizeof pairs[0] };

static bool stands_at(const struct scan *scan, size_t at, size_t end, struct et_slice words)
{
    return scan->marks[at] == ET_KEEP_FREE &&
           et_slice_starts(et_slice_part(scan->text, at, end), words);
}

/* The end of the inline code that starts at `at`. */
static size_t code_end(const struct scan *scan, size_t at, size_t end)
{
    size_t size = run_size(scan, at, end);
    for (size_t i = at + size; i < end;) {
        size_t run = byte_at(scan, i) == '`' ? run_size(scan, i, end) : 1;
        if (byte_at(scan, i) == '`' && scan->marks[i] == ET_KEEP_FREE && run == size)
            return i + run;
        i += run;
    }
    return end;
}

/* The end of what starts at `at`, inline code or a quote; `at` when nothing does. */
static size_t pair_end(const struct scan *scan, size_t at, size_t end)
{
    if (scan->text.data[at] == '`')
        return code_end(scan, at, end);
    for (size_t i = 0; i < PAIRS; i++) {
        if (!stands_at(scan, at, end, pairs[i].open))
            continue;
        at += pairs[i].open.size;
        while (at < end && !stands_at(scan, at, end, pairs[i].close))
            at++;
        return at < end ? at + pairs[i].close.size : end;
    }
    return at;
}

static void keep_pairs(struct scan *scan, size_t begin, size_t end)
{
    for (size_t at = begin; at < end;) {
        size_t to = scan->marks[at] == ET_KEEP_FREE ? pair_end(scan, at, end) : at;
        keep(scan, at, to);
        at = to > at ? to : at + 1;
    }
}

void et_keep_marks(const struct et_prompt_message *message, unsigned char *marks)
{
    struct scan scan = {.text = message->content, .marks = marks};
    size_t size = message->content.size;
    for (size_t i = 0, at = 0; i < message->span_count; i++) {
        const struct et_prompt_span *span = &message->spans[i];
        unsigned char as = span->origin == ET_ORIGIN_STATIC ? ET_KEEP_FREE : ET_KEEP_OPAQUE;
        memset(marks + at, as, span->end - at);
        at = span->end;
    }
    for (size_t at = 0; at < size;) {
        size_t end = line_end(&scan, at);
        keep_line(&scan, at, end);
        at = end + 1;
    }
    for (size_t at = 0; at < size;) {
        size_t end = paragraph_end(&scan, at);
        keep_pairs(&scan, at, end);
        at = end + 1;
    }
}
