/* SPDX-License-Identifier: MIT */
#include "core/json/walk.h"

#include "core/json/scan.h"

#include <string.h>

/* The byte behind the closing quote of the string that opens at `at`.  The next quote is looked for
 * again only when it turns out to be escaped, so that many escapes stay linear. */
static size_t behind_string(struct et_slice text, size_t at)
{
    const char *from = text.data + at + 1, *end = text.data + text.size;
    const char *quote = memchr(from, '"', (size_t)(end - from)), *escape;
    while ((escape = memchr(from, '\\', (size_t)(quote - from)))) {
        from = escape + 2;
        if (from > quote)
            quote = memchr(from, '"', (size_t)(end - from));
    }
    return (size_t)(quote - text.data) + 1;
}

static bool ends_word(char c)
{
    return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static size_t behind_word(struct et_slice text, size_t at)
{
    while (at < text.size && !ends_word(text.data[at]))
        at++;
    return at;
}

static size_t behind_separators(struct et_slice text, size_t at)
{
    at = et_scan_blank(text, at);
    while (at < text.size && (text.data[at] == ',' || text.data[at] == ':'))
        at = et_scan_blank(text, at + 1);
    return at;
}

static void string_token(struct et_walk *walk, struct et_token *token)
{
    size_t end = behind_string(walk->text, walk->at);
    token->raw = et_slice_part(walk->text, walk->at + 1, end - 1);
    token->kind = ET_JSON_STRING;
    walk->at = et_scan_blank(walk->text, end);
    if (walk->at < walk->text.size && walk->text.data[walk->at] == ':')
        token->role = ET_TOKEN_KEY;
}

static void word_token(struct et_walk *walk, struct et_token *token)
{
    size_t end = behind_word(walk->text, walk->at);
    char c = walk->text.data[walk->at];
    token->raw = et_slice_part(walk->text, walk->at, end);
    token->kind = c == 'n' ? ET_JSON_NULL : c == 't' || c == 'f' ? ET_JSON_BOOL : ET_JSON_NUMBER;
    walk->at = end;
}

static void bracket_token(struct et_walk *walk, struct et_token *token)
{
    char c = walk->text.data[walk->at];
    token->raw = et_slice_part(walk->text, walk->at, walk->at + 1);
    token->role = c == '[' || c == '{' ? ET_TOKEN_OPEN : ET_TOKEN_CLOSE;
    token->kind = c == '[' ? ET_JSON_ARRAY : c == '{' ? ET_JSON_OBJECT : ET_JSON_NONE;
    walk->at++;
}

bool et_walk_next(struct et_walk *walk, struct et_token *token)
{
    walk->at = behind_separators(walk->text, walk->at);
    if (walk->at == walk->text.size)
        return false;
    *token = (struct et_token){.role = ET_TOKEN_SCALAR, .at = walk->at};
    char c = walk->text.data[walk->at];
    if (c == '"')
        string_token(walk, token);
    else if (c == '{' || c == '}' || c == '[' || c == ']')
        bracket_token(walk, token);
    else
        word_token(walk, token);
    return true;
}

struct et_slice et_walk_value(struct et_slice text, size_t at)
{
    struct et_walk walk = {text, at};
    struct et_token token;
    size_t depth = 0, end = at;
    while (et_walk_next(&walk, &token)) {
        end = token.at + token.raw.size + (token.kind == ET_JSON_STRING ? 2 : 0);
        depth += token.role == ET_TOKEN_OPEN;
        depth -= token.role == ET_TOKEN_CLOSE;
        if (depth == 0)
            break;
    }
    return et_slice_part(text, at, end);
}
