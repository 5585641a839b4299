/* SPDX-License-Identifier: MIT */
#include "core/tokens/split.h"

#include "core/tokens/unicode_classes.h"

enum {
    LETTERS = ET_UNICODE_UPPER | ET_UNICODE_LOWER | ET_UNICODE_LETTER, /* \p{L} */
    NEUTRAL = ET_UNICODE_LETTER | ET_UNICODE_MARK,                     /* in both word sets */
    UPPERS = ET_UNICODE_UPPER | NEUTRAL,                               /* Lu Lt Lm Lo M */
    LOWERS = ET_UNICODE_LOWER | NEUTRAL,                               /* Ll Lm Lo M */
    SPACES = ET_UNICODE_SPACE | ET_UNICODE_NEWLINE,                    /* \s */
    SIGNS = ET_UNICODE_OTHER | ET_UNICODE_MARK,                        /* [^\s\p{L}\p{N}] */
    PREFIX = ET_UNICODE_OTHER | ET_UNICODE_MARK | ET_UNICODE_SPACE     /* [^\r\n\p{L}\p{N}] */
};

static uint32_t beyond_ascii(const unsigned char *s, size_t *size)
{
    if (s[0] < 0xE0) {
        *size = 2;
        return (s[0] & 0x1Fu) << 6 | (s[1] & 0x3Fu);
    }
    if (s[0] < 0xF0) {
        *size = 3;
        return (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
    }
    *size = 4;
    return (s[0] & 0x07u) << 18 | (s[1] & 0x3Fu) << 12 | (s[2] & 0x3Fu) << 6 | (s[3] & 0x3Fu);
}

/* The class of the code point at `at` and where the next one starts; 0 at the end of the text. */
static inline unsigned class_at(struct et_slice text, size_t at, size_t *next)
{
    if (at >= text.size)
        return 0;
    const unsigned char *s = (const unsigned char *)text.data + at;
    if (s[0] < 0x80) {
        *next = at + 1;
        return et_unicode_ascii_class(s[0]);
    }
    size_t size;
    uint32_t code_point = beyond_ascii(s, &size);
    *next = at + size;
    return et_unicode_class(code_point);
}

/* The end of the run of the classes in `mask` from `at` on; `at` itself when there is none. */
static inline size_t run(struct et_slice text, size_t at, unsigned mask)
{
    size_t next = at;
    while (class_at(text, at, &next) & mask)
        at = next;
    return at;
}

static size_t numbers(struct et_slice text, size_t at)
{
    size_t next = at;
    for (int n = 0; n < 3 && class_at(text, at, &next) & ET_UNICODE_NUMBER; n++)
        at = next;
    return at;
}

static bool letter_is(char c, char lower)
{
    return (c | 0x20) == lower;
}

/* The end of a contraction at `at`; `at` itself when there is none. */
static size_t contraction(struct et_slice text, size_t at)
{
    if (text.size - at < 2 || text.data[at] != '\'')
        return at;
    const char *s = text.data + at + 1;
    if (letter_is(s[0], 's') || letter_is(s[0], 't') || letter_is(s[0], 'm') ||
        letter_is(s[0], 'd'))
        return at + 2;
    if (text.size - at < 3)
        return at;
    bool two = (letter_is(s[0], 'r') && letter_is(s[1], 'e')) ||
               (letter_is(s[0], 'v') && letter_is(s[1], 'e')) ||
               (letter_is(s[0], 'l') && letter_is(s[1], 'l'));
    bool long_s = s[0] == '\xC5' && s[1] == '\xBF';
    return two || long_s ? at + 3 : at;
}

/*  ?[^\s\p{L}\p{N}]+ and what newlines (and slashes) follow; `at` itself when there is none. */
static size_t signs(struct et_slice text, size_t at, bool slashes)
{
    size_t from = text.data[at] == ' ' ? at + 1 : at;
    size_t end = run(text, from, SIGNS);
    if (end == from)
        return at;
    while (end < text.size &&
           (text.data[end] == '\r' || text.data[end] == '\n' || (slashes && text.data[end] == '/')))
        end++;
    return end;
}

/* The last three alternatives, for white space at `at`. */
static size_t spaces(struct et_slice text, size_t at)
{
    size_t end = at, next = at, last = at, newline = at;
    unsigned class;
    while ((class = class_at(text, end, &next)) & SPACES) {
        last = end;
        end = next;
        if (class == ET_UNICODE_NEWLINE)
            newline = end;
    }
    if (newline > at)
        return newline;
    return end == text.size || last == at ? end : last;
}

/* The words of o200k_base without prefix: the first alternative, or with `*shouted` the second,
 * which is only reached for capitals that no other letter or mark follows or stands among.  `at`
 * itself when neither matches.
 *
 * The first alternative gives back what its uppers took too much: up to the last neutral one. */
static size_t word(struct et_slice text, size_t at, bool *shouted)
{
    size_t end = at, next = at, neutral = at;
    unsigned class;
    *shouted = false;
    while ((class = class_at(text, end, &next)) & UPPERS) {
        end = next;
        if (class & NEUTRAL)
            neutral = end;
    }
    if (class == ET_UNICODE_LOWER)
        return run(text, next, LOWERS);
    if (neutral > at)
        return neutral;
    *shouted = true;
    return end;
}

/* As `word`, with the prefix; a mark can be the prefix or, when no word in the sense of the first
 * alternative follows it, be the word. */
static size_t prefixed_word(struct et_slice text, size_t at, unsigned class, size_t next)
{
    bool shouted;
    if (class & LETTERS)
        return word(text, at, &shouted);
    size_t end = word(text, next, &shouted);
    if (shouted && class == ET_UNICODE_MARK)
        return word(text, at, &shouted);
    return end > next ? end : at;
}

size_t et_split_o200k(struct et_slice text, size_t at)
{
    size_t next, end;
    unsigned class = class_at(text, at, &next);
    if (class & (LETTERS | PREFIX)) {
        end = prefixed_word(text, at, class, next);
        if (end > at)
            return contraction(text, end);
    }
    if (class == ET_UNICODE_NUMBER)
        return numbers(text, at);
    end = signs(text, at, true);
    return end > at ? end : spaces(text, at);
}

size_t et_split_cl100k(struct et_slice text, size_t at)
{
    size_t next, end = contraction(text, at);
    if (end > at)
        return end;
    unsigned class = class_at(text, at, &next);
    if (class & LETTERS)
        return run(text, next, LETTERS);
    if (class & PREFIX) {
        end = run(text, next, LETTERS);
        if (end > next)
            return end;
    }
    if (class == ET_UNICODE_NUMBER)
        return numbers(text, at);
    end = signs(text, at, false);
    return end > at ? end : spaces(text, at);
}
