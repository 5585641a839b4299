/* SPDX-License-Identifier: MIT */
/* Words are put on a stack as they are read; as soon as those on top are a row of the table they
 * are replaced there.  So what a replacement makes is looked at again, each word is popped once at
 * most, and when a run ends no row is left in it. */
#include "core/prompt/compress.h"
#include "core/prompt/edit.h"

struct word {
    size_t from, to;      /* what of the message it stands for */
    struct et_slice said; /* its text, one word */
    bool capital;         /* said with a capital, whatever the text has */
    bool changed;         /* other bytes than those it stands for */
    bool spaced;          /* a space goes in front */
};

/* Words with one space between each two; what stands between runs is left as it is. */
struct run {
    struct et_edit *edit;
    struct word *words;
    size_t count, room;
    size_t dropped;   /* where a row without an equal began, for the word after it */
    bool has_dropped; /* there is one */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What may not stand beside a word that is replaced. */
static bool is_word_byte(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '\'' || c == '-' || c == '_' ||
           (unsigned char)c >= 0x80;
}

static size_t word_end(const struct et_edit *edit, size_t at)
{
    while (et_edit_free(edit, at) && is_word_byte(edit->text.data[at]))
        at++;
    return at;
}

/* Neither side touches what is not free, so that the word is whole. */
static bool stands_free(const struct et_edit *edit, size_t from, size_t to)
{
    return (from == 0 || et_edit_free(edit, from - 1)) &&
           (to == edit->text.size || et_edit_free(edit, to));
}

static bool word_follows(const struct et_edit *edit, size_t at)
{
    size_t end = word_end(edit, at + 1);
    return et_edit_byte(edit, at) == ' ' && is_letter(et_edit_byte(edit, at + 1)) &&
           stands_free(edit, at + 1, end);
}

static bool is_capital(const struct word *word)
{
    return word->capital || (word->said.data[0] >= 'A' && word->said.data[0] <= 'Z');
}

/* A capital is allowed where the row begins. */
static bool says(const struct word *word, struct et_slice text, bool first)
{
    if (word->said.size != text.size)
        return false;
    bool tail = memcmp(word->said.data + 1, text.data + 1, text.size - 1) == 0;
    bool head = word->said.data[0] == text.data[0] && !word->capital;
    return tail && (head || (first && (word->said.data[0] | 0x20) == text.data[0]));
}

/* How many words on top of the stack are this row; 0: they are not. */
static size_t matched(const struct run *run, struct et_slice wordy)
{
    size_t count = 0;
    while (wordy.size) {
        size_t space = wordy.size;
        while (space && wordy.data[space - 1] != ' ')
            space--;
        struct et_slice text = et_slice_part(wordy, space, wordy.size);
        if (count == run->count || !says(&run->words[run->count - 1 - count], text, space == 0))
            return 0;
        count++;
        wordy.size = space ? space - 1 : 0;
    }
    return count;
}

static bool push(struct run *run, struct word word)
{
    if (run->count == run->room) {
        const struct et_mem *mem = run->edit->out->text.mem;
        size_t room = run->room ? 2 * run->room : 64;
        struct word *words =
            et_mem_grow(mem, run->words, run->room * sizeof *words, room * sizeof *words);
        if (!words)
            return false;
        run->words = words;
        run->room = room;
    }
    run->words[run->count++] = word;
    return true;
}

/* Replaces the `count` words on top. */
static bool replace(struct run *run, size_t count, struct et_slice brief)
{
    struct word first = run->words[run->count - count];
    bool capital = is_capital(&first);
    size_t to = run->words[run->count - 1].to;
    run->count -= count;
    if (brief.size == 0) {
        run->dropped = first.from;
        run->has_dropped = true;
        return true;
    }
    struct et_slice said;
    for (bool begun = false; et_slice_split(&brief, ' ', &said); begun = true) {
        struct word word = {begun ? to : first.from, to,   said,
                            !begun && capital,       true, begun || first.spaced};
        if (!push(run, word))
            return false;
    }
    return true;
}

/* As long as there is a row on top, the longest first. */
static bool reduce(struct run *run)
{
    for (;;) {
        const struct et_wordy *best = NULL;
        size_t most = 0;
        for (size_t i = 0; i < et_wordy_count; i++) {
            size_t count = matched(run, et_wordy_table[i].wordy);
            if (count > most)
                best = &et_wordy_table[i], most = count;
        }
        if (!best)
            return true;
        const struct word *last = &run->words[run->count - 1];
        bool opens = is_capital(&run->words[run->count - most]);
        if (best->brief.size == 0 && !(opens && word_follows(run->edit, last->to)))
            return true;
        if (!replace(run, most, best->brief))
            return false;
        if (run->has_dropped)
            return true;
    }
}

/* Writes the run and empties it. */
static void flush(struct run *run)
{
    struct et_edit *edit = run->edit;
    for (size_t i = 0; i < run->count; i++) {
        const struct word *word = &run->words[i];
        if (!word->changed)
            continue;
        struct et_prompt_span from = et_prompt_origin(edit->message, word->from);
        et_edit_cut(edit, word->from, word->to);
        if (word->spaced)
            et_prompt_add(edit->out, ET_LIT(" "), from);
        char first = word->said.data[0];
        if (word->capital && first >= 'a' && first <= 'z')
            first = (char)(first - 'a' + 'A');
        et_prompt_add(edit->out, (struct et_slice){&first, 1}, from);
        et_prompt_add(edit->out, et_slice_part(word->said, 1, word->said.size), from);
    }
    run->count = 0;
}

/* The word [from, to). */
static bool read_word(struct run *run, size_t from, size_t to)
{
    struct et_edit *edit = run->edit;
    bool free = stands_free(edit, from, to);
    size_t before = run->count ? run->words[run->count - 1].to : edit->text.size;
    bool joined = run->has_dropped || (before + 1 == from && et_edit_byte(edit, before) == ' ');
    if (!free || !joined)
        flush(run);
    if (!free)
        return true;
    struct word word = {.from = from, .to = to, .said = et_slice_part(edit->text, from, to)};
    if (run->has_dropped) {
        word.from = run->dropped;
        word.capital = word.changed = true;
        run->has_dropped = false;
    }
    return push(run, word) && reduce(run);
}

static int rewrite(struct et_edit *edit)
{
    struct run run = {.edit = edit};
    bool got = true;
    for (size_t at = 0; at < edit->text.size && got;) {
        size_t end = word_end(edit, at);
        if (end > at)
            got = read_word(&run, at, end);
        at = end > at ? end : at + 1;
    }
    if (got)
        flush(&run);
    et_mem_give(edit->out->text.mem, run.words, run.room * sizeof *run.words);
    return got ? 0 : ET_NOMEM;
}

int et_compress_wording(const struct et_prompt *in, struct et_prompt *out)
{
    return et_edit_prompt(in, out, rewrite, NULL);
}
