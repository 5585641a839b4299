/* SPDX-License-Identifier: MIT */
#include "core/prompt/examples.h"

#include "core/base/arena.h"
#include "core/prompt/seen.h"

enum { WORD_BYTES = 64 }; /* longer ones are compared by their front */

/* What is known of a word: which examples have it, and whether the text has it. */
struct known {
    uint64_t in;
    bool asked;
};

struct words {
    const struct et_template *template;
    struct et_arena arena; /* the words in lower case */
    struct et_seen seen;   /* a word -> 1 + its index */
    struct known *known;
    size_t count, room;
};

int et_examples_cost(const struct et_template *template, size_t index,
                     const struct et_choice *choice, size_t *tokens)
{
    struct et_template_example example = et_template_example(template, index);
    struct et_chat_message pair[] = {
        {.role = ET_LIT("user"), .content = example.user},
        {.role = ET_LIT("assistant"), .content = example.assistant},
    };
    size_t both = 0, none = 0;
    int err = et_chat_count(choice->tokenizer, choice->family, pair, 2, &both);
    if (!err)
        err = et_chat_count(choice->tokenizer, choice->family, NULL, 0, &none);
    *tokens = both - none;
    return err;
}

/* Words */

static bool is_word_byte(char c)
{
    char lower = c | 0x20;
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Takes the next word off the front of `rest`, in lower case; its size, 0: there is none. */
static size_t next_word(struct et_slice *rest, char out[WORD_BYTES])
{
    size_t at = 0, size = 0;
    while (at < rest->size && !is_word_byte(rest->data[at]))
        at++;
    for (; at < rest->size && is_word_byte(rest->data[at]); at++) {
        char c = rest->data[at];
        if (size < WORD_BYTES)
            out[size++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    *rest = et_slice_part(*rest, at, rest->size);
    return size;
}

/* The record of a word, a new one the first time; NULL: memory was refused. */
static struct known *learn(struct words *words, struct et_slice word)
{
    const size_t *found = et_seen_find(&words->seen, word, 0);
    if (found)
        return &words->known[*found - 1];
    if (words->count == words->room) {
        size_t was = words->room, room = was ? 2 * was : 64;
        struct known *known =
            et_mem_grow(words->seen.mem, words->known, was * sizeof *known, room * sizeof *known);
        if (!known)
            return NULL;
        words->known = known;
        words->room = room;
    }
    struct et_slice copy;
    size_t *number =
        et_arena_copy(&words->arena, word, &copy) ? et_seen_put(&words->seen, copy, 0) : NULL;
    if (!number)
        return NULL;
    words->known[words->count] = (struct known){0};
    *number = ++words->count;
    return &words->known[words->count - 1];
}

static int learn_examples(struct words *words)
{
    char word[WORD_BYTES];
    for (size_t i = 0; i < et_template_example_count(words->template); i++) {
        struct et_slice rest = et_template_example(words->template, i).user;
        for (size_t size; (size = next_word(&rest, word)) > 0;) {
            struct known *known = learn(words, (struct et_slice){word, size});
            if (!known)
                return ET_NOMEM;
            known->in |= (uint64_t)1 << i;
        }
    }
    return 0;
}

static uint64_t popcount(uint64_t bits)
{
    uint64_t count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

/* Adds up the nearness of each example to the text. */
static void weigh(struct words *words, struct et_slice text, uint64_t *nearness)
{
    char word[WORD_BYTES];
    uint64_t examples = et_template_example_count(words->template);
    for (size_t size; (size = next_word(&text, word)) > 0;) {
        size_t *found = et_seen_find(&words->seen, (struct et_slice){word, size}, 0);
        struct known *known = found ? &words->known[*found - 1] : NULL;
        if (!known || known->asked)
            continue;
        known->asked = true;
        uint64_t weight = 16 * (examples + 1) / popcount(known->in);
        for (size_t i = 0; i < examples; i++)
            nearness[i] += known->in >> i & 1 ? weight : 0;
    }
}

static int measure(const struct et_template *template, struct et_slice text, uint64_t *nearness,
                   const struct et_mem *mem)
{
    struct words words = {.template = template, .seen = {.mem = mem}};
    et_arena_init(&words.arena, mem, ET_ARENA_BLOCK);
    int err = learn_examples(&words);
    if (!err)
        weigh(&words, text, nearness);
    et_seen_free(&words.seen);
    et_mem_give(mem, words.known, words.room * sizeof *words.known);
    et_arena_free(&words.arena);
    return err;
}

/* Choosing */

/* The nearest that was not tried; the first of equals. */
static size_t nearest(const uint64_t *nearness, uint64_t tried, size_t count)
{
    size_t best = count;
    for (size_t i = 0; i < count; i++)
        if (!(tried >> i & 1) && (best == count || nearness[i] > nearness[best]))
            best = i;
    return best;
}

int et_examples_choose(const struct et_template *template, struct et_choice *choice,
                       const struct et_mem *mem)
{
    uint64_t nearness[ET_TEMPLATE_EXAMPLES_MAX] = {0}, tried = 0;
    size_t count = et_template_example_count(template);
    choice->skip = UINT64_MAX;
    choice->tokens = choice->count = 0;
    int err = choice->near.data ? measure(template, choice->near, nearness, mem) : 0;
    for (size_t i = 0; i < count && !err; i++) {
        size_t next = nearest(nearness, tried, count), tokens = 0;
        err = et_examples_cost(template, next, choice, &tokens);
        tried |= (uint64_t)1 << next;
        bool fits = !err && tokens <= choice->budget - choice->tokens;
        if (!fits && !choice->near.data)
            break;
        if (!fits)
            continue;
        choice->skip &= ~((uint64_t)1 << next);
        choice->tokens += tokens;
        choice->count++;
    }
    return err;
}
