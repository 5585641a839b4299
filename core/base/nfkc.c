/* SPDX-License-Identifier: MIT */
#include "core/base/nfkc.h"

#include "core/base/nfkc_tables.h"
#include "core/base/utf8.h"

/* Hangul syllables are leads x vowels x tails (Unicode 15, section 3.12). */
enum {
    SYLLABLES = 0xAC00,
    LEADS = 0x1100,
    VOWELS = 0x1161,
    TAILS = 0x11A7, /* the first of them stands for none */
    LEAD_COUNT = 19,
    VOWEL_COUNT = 21,
    TAIL_COUNT = 28,
    SYLLABLE_COUNT = LEAD_COUNT * VOWEL_COUNT * TAIL_COUNT,
    FIRST_MARK = 0x300, /* no code point below has a combining class … */
    FIRST_SPLIT = 0xA0, /* … or, below this one, falls apart */
    REPLACEMENT = 0xFFFD
};

struct signs {
    uint32_t *data;
    size_t count, room;
};

/* 0: none, the code point starts something new. */
static uint32_t rank_of(uint32_t code)
{
    if (code < FIRST_MARK)
        return 0;
    size_t low = 0, high = et_nfkc_run_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct et_nfkc_run *run = &et_nfkc_runs[middle];
        if (code >= run->first && code <= run->last)
            return run->rank;
        if (code < run->first)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

/* Marks stand behind those of their own and of lower classes. */
static void add(struct signs *signs, uint32_t code)
{
    uint32_t rank = rank_of(code);
    size_t place = signs->count++;
    if (rank)
        for (; place > 0 && rank_of(signs->data[place - 1]) > rank; place--)
            signs->data[place] = signs->data[place - 1];
    signs->data[place] = code;
}

static bool add_all(struct signs *signs, const uint32_t *parts, size_t count)
{
    if (signs->room - signs->count < count)
        return false;
    for (size_t i = 0; i < count; i++)
        add(signs, parts[i]);
    return true;
}

static bool add_syllable(struct signs *signs, uint32_t code)
{
    uint32_t place = code - SYLLABLES, tail = place % TAIL_COUNT;
    uint32_t parts[] = {LEADS + place / (VOWEL_COUNT * TAIL_COUNT),
                        VOWELS + place / TAIL_COUNT % VOWEL_COUNT, TAILS + tail};
    return add_all(signs, parts, tail ? 3 : 2);
}

static bool take_apart(struct signs *signs, uint32_t code)
{
    if (code >= SYLLABLES && code < SYLLABLES + SYLLABLE_COUNT)
        return add_syllable(signs, code);
    size_t low = 0, high = code < FIRST_SPLIT ? 0 : et_nfkc_split_count;
    while (low < high) {
        size_t middle = (low + high) / 2, start = et_nfkc_split_starts[middle];
        if (et_nfkc_split_codes[middle] == code)
            return add_all(signs, et_nfkc_split_parts + start,
                           et_nfkc_split_starts[middle + 1] - start);
        if (code < et_nfkc_split_codes[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return add_all(signs, &code, 1);
}

static uint32_t pair_of_table(uint32_t first, uint32_t second)
{
    size_t low = 0, high = et_nfkc_pair_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct et_nfkc_pair *pair = &et_nfkc_pairs[middle];
        if (pair->first == first && pair->second == second)
            return pair->whole;
        if (first < pair->first || (first == pair->first && second < pair->second))
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

/* What the two make; 0: nothing. */
static uint32_t pair_of(uint32_t first, uint32_t second)
{
    uint32_t lead = first - LEADS, vowel = second - VOWELS, syllable = first - SYLLABLES;
    uint32_t tail = second - TAILS;
    if (lead < LEAD_COUNT && vowel < VOWEL_COUNT)
        return SYLLABLES + (lead * VOWEL_COUNT + vowel) * TAIL_COUNT;
    if (syllable < SYLLABLE_COUNT && syllable % TAIL_COUNT == 0 && tail > 0 && tail < TAIL_COUNT)
        return first + tail;
    return pair_of_table(first, second);
}

/* A sign joins the last starter unless a sign between them has its class or a higher one. */
static void put_together(struct signs *signs)
{
    size_t count = 0, starter = SIZE_MAX;
    uint32_t highest = 0; /* class of what stands behind the starter */
    for (size_t i = 0; i < signs->count; i++) {
        uint32_t code = signs->data[i], rank = rank_of(code), whole = 0;
        bool next = starter != SIZE_MAX && count == starter + 1;
        if (starter != SIZE_MAX && (next || (rank > highest)))
            whole = pair_of(signs->data[starter], code);
        if (whole) {
            signs->data[starter] = whole;
            continue;
        }
        if (rank == 0)
            starter = count;
        highest = rank;
        signs->data[count++] = code;
    }
    signs->count = count;
}

size_t et_nfkc(struct et_slice text, uint32_t *out, size_t room, bool *cut)
{
    struct signs signs = {out, 0, room};
    bool plain = true, fits = true;
    for (size_t at = 0; at < text.size;) {
        struct et_slice rest = et_slice_part(text, at, text.size);
        uint32_t code = (unsigned char)*rest.data;
        size_t size = 1;
        if (code >= 0x80) {
            size = et_utf8_decode(rest, &code);
            code = size ? code : REPLACEMENT;
            size = size ? size : et_utf8_bad(rest);
            plain = false;
        }
        fits = take_apart(&signs, code);
        if (!fits)
            break;
        at += size;
    }
    if (!plain)
        put_together(&signs);
    *cut = !fits;
    return signs.count;
}
