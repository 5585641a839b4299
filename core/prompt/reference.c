/* SPDX-License-Identifier: MIT */
#include "core/prompt/reference.h"

#include "core/prompt/edit.h"
#include "core/prompt/seen.h"

enum { QUOTE_BYTES = 160, OTHER_BYTES = 24 }; /* of a reference: its quote, and what is around */

/* A text that is said more than once. */
struct said {
    size_t times;           /* it was met so far */
    size_t tried;           /* lengths of quotes that name other words too */
    size_t quoted;          /* bytes of the quote in use; 0: none yet */
    bool stays;             /* it is not referred to any more */
    size_t message, offset; /* up to where the quote was looked for */
    size_t found;           /* how often */
};

struct referring {
    const struct et_prompt *in;
    struct et_prompt *out;
    struct et_tokenizer *tokenizer;
    struct et_seen times; /* how often a text is said */
    struct et_seen said;  /* a repeated text -> 1 + its index in the array */
    struct said *all;
    size_t count, room;
};

typedef int use_text(struct referring *referring, struct et_edit *edit, size_t from, size_t to);

/* Finding texts */

static size_t paragraph_end(const struct et_edit *edit, size_t at)
{
    while (!et_edit_at_end(edit, at) || !et_edit_at_end(edit, at + 1))
        at++;
    return at < edit->text.size ? at : edit->text.size;
}

static int use_values(struct referring *referring, struct et_edit *edit, size_t from, size_t to,
                      use_text *use)
{
    int err = 0;
    for (size_t at = from; at < to && !err;) {
        struct et_prompt_span span = et_prompt_origin(edit->message, at);
        if (span.origin == ET_ORIGIN_PARAMETER && span.end - at >= ET_REFERENCE_BYTES)
            err = use(referring, edit, at, span.end);
        at = span.end;
    }
    return err;
}

static size_t paragraph_begin(const struct et_edit *edit, size_t at)
{
    while (at < edit->text.size && et_edit_at_end(edit, at))
        at++;
    return at;
}

/* Paragraphs of free words, and in others the values. */
static int each_text(struct et_edit *edit, use_text *use)
{
    int err = 0;
    for (size_t at = 0, end; at < edit->text.size && !err; at = end) {
        at = paragraph_begin(edit, at);
        end = paragraph_end(edit, at);
        size_t free = at;
        while (free < end && et_edit_free(edit, free))
            free++;
        if (free < end)
            err = use_values(edit->context, edit, at, end, use);
        else if (end - at >= ET_REFERENCE_BYTES)
            err = use(edit->context, edit, at, end);
    }
    return err;
}

static int count_text(struct referring *referring, struct et_edit *edit, size_t from, size_t to)
{
    size_t *times = et_seen_put(&referring->times, et_slice_part(edit->text, from, to), 0);
    if (!times)
        return ET_NOMEM;
    ++*times;
    return 0;
}

/* Deciding */

/* The end of the first `count` words, if they stand on one line and something follows; else 0. */
static size_t words_end(struct et_slice words, size_t count)
{
    for (size_t i = 0; i < words.size && i <= QUOTE_BYTES; i++) {
        unsigned char c = (unsigned char)words.data[i];
        if (c < ' ' || c == '"' || c == '`' || c == 0x7f)
            return 0;
        if (c == ' ' && --count == 0)
            return i;
    }
    return 0;
}

/* Goes on looking for the quote up to where the message of `edit` is at `to`. */
static void look_for(const struct referring *referring, struct said *said, struct et_slice quote,
                     const struct et_edit *edit, size_t to)
{
    size_t last = (size_t)(edit->message - referring->in->messages);
    for (; said->message <= last; said->message++, said->offset = 0) {
        struct et_slice content = referring->in->messages[said->message].content;
        size_t end = said->message < last ? content.size : to;
        while (said->offset < end) {
            struct et_slice rest = et_slice_part(content, said->offset, end + quote.size - 1);
            size_t at = et_slice_find(rest, quote);
            said->found += at < rest.size;
            said->offset = at < rest.size ? said->offset + at + 1 : end;
        }
        if (said->message == last)
            return;
    }
}

static struct et_slice print(struct et_slice words, size_t quoted, char *out)
{
    static const char before[] = "(as above: \"", after[] = "\xe2\x80\xa6\")";
    memcpy(out, before, sizeof before - 1);
    memcpy(out + sizeof before - 1, words.data, quoted);
    memcpy(out + sizeof before - 1 + quoted, after, sizeof after - 1);
    return (struct et_slice){out, sizeof before - 1 + quoted + sizeof after - 1};
}

static int saves(struct referring *referring, struct et_slice words, size_t quoted, bool *out)
{
    char text[QUOTE_BYTES + OTHER_BYTES];
    size_t before = 0, after = 0;
    int err = et_tokens_count(referring->tokenizer, words, &before);
    if (!err)
        err = et_tokens_count(referring->tokenizer, print(words, quoted, text), &after);
    *out = before >= after + ET_REFERENCE_SAVED;
    return err;
}

/* Takes the next longer quote; without one that saves tokens the words stay from now on. */
static int next_quote(struct referring *referring, struct et_slice words, struct said *said)
{
    static const size_t counts[] = {4, 8, 12};
    bool fewer = false;
    int err = 0;
    said->quoted = said->message = said->offset = said->found = 0;
    if (said->tried < sizeof counts / sizeof counts[0])
        said->quoted = words_end(words, counts[said->tried++]);
    if (said->quoted)
        err = saves(referring, words, said->quoted, &fewer);
    said->stays = !fewer;
    return err;
}

/* Finds a quote that stands before `at` as often as the words do. */
static int decide(struct referring *referring, struct said *said, const struct et_edit *edit,
                  struct et_slice words)
{
    size_t at = (size_t)(words.data - edit->text.data);
    int err = said->quoted || said->stays ? 0 : next_quote(referring, words, said);
    while (!err && !said->stays) {
        look_for(referring, said, et_slice_part(words, 0, said->quoted), edit, at);
        if (said->found == said->times)
            return 0;
        err = next_quote(referring, words, said);
    }
    return err;
}

/* Rewriting */

/* The record of a repeated text, a new one the first time; NULL: memory was refused. */
static struct said *record_of(struct referring *referring, struct et_slice words)
{
    size_t *number = et_seen_put(&referring->said, words, 0);
    if (!number)
        return NULL;
    if (*number)
        return &referring->all[*number - 1];
    if (referring->count == referring->room) {
        size_t was = referring->room, room = was ? 2 * was : 16;
        struct said *all = et_mem_grow(referring->out->text.mem, referring->all, was * sizeof *all,
                                       room * sizeof *all);
        if (!all)
            return NULL;
        referring->all = all;
        referring->room = room;
    }
    referring->all[referring->count] = (struct said){0};
    *number = ++referring->count;
    return &referring->all[*number - 1];
}

static int refer(struct referring *referring, struct et_edit *edit, size_t from, size_t to)
{
    struct et_slice words = et_slice_part(edit->text, from, to);
    if (*et_seen_find(&referring->times, words, 0) < 2)
        return 0;
    struct said *said = record_of(referring, words);
    if (!said)
        return ET_NOMEM;
    int err = said->times ? decide(referring, said, edit, words) : 0;
    if (said->times++ == 0 || err || said->stays)
        return err;
    char text[QUOTE_BYTES + OTHER_BYTES];
    struct et_prompt_span span = et_prompt_origin(edit->message, from);
    span.origin = ET_ORIGIN_REFERENCE;
    et_edit_cut(edit, from, to);
    et_prompt_add(edit->out, print(words, said->quoted, text), span);
    return 0;
}

static int count_texts(struct et_edit *edit)
{
    return each_text(edit, count_text);
}

static int refer_texts(struct et_edit *edit)
{
    return each_text(edit, refer);
}

int et_reference(const struct et_prompt *in, struct et_tokenizer *tokenizer, struct et_prompt *out)
{
    const struct et_mem *mem = out->text.mem;
    struct referring referring = {
        .in = in, .out = out, .tokenizer = tokenizer, .times = {.mem = mem}, .said = {.mem = mem}};
    int err = et_edit_prompt(in, out, count_texts, &referring);
    if (!err)
        err = et_edit_prompt(in, out, refer_texts, &referring);
    et_seen_free(&referring.times);
    et_seen_free(&referring.said);
    et_mem_give(mem, referring.all, referring.room * sizeof *referring.all);
    return err;
}
