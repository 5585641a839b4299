/* SPDX-License-Identifier: MIT */
#include "core/prompt/share.h"

#include "core/prompt/sentence.h"

/* A content, gone through from span to span. */
struct walk {
    const struct et_prompt_message *message;
    size_t span;
};

static bool is_value(const struct et_prompt_span *span)
{
    return span->origin == ET_ORIGIN_PARAMETER;
}

/* The span of byte `at`; `at` never goes back. */
static const struct et_prompt_span *span_at(struct walk *walk, size_t at)
{
    while (walk->span + 1 < walk->message->span_count && walk->message->spans[walk->span].end <= at)
        walk->span++;
    return &walk->message->spans[walk->span];
}

/* Whether one of the bytes [from, to) is of a value. */
static bool holds_value(struct walk *walk, size_t from, size_t to)
{
    for (size_t at = from; at < to;) {
        const struct et_prompt_span *span = span_at(walk, at);
        if (is_value(span))
            return true;
        at = span->end > at ? span->end : to;
    }
    return false;
}

/* The sentences of a content, gone through in its order; lines of the template end them too. */
struct sentences {
    struct walk lines, values;
    size_t line_end, from, to;
    bool whole; /* the one at hand holds no value */
};

static struct sentences sentences_of(const struct et_prompt_message *message)
{
    return (struct sentences){.lines = {message, 0}, .values = {message, 0}};
}

/* The end of the line that byte `at` starts. */
static size_t line_end(struct walk *walk, size_t at)
{
    const struct et_prompt_message *message = walk->message;
    const struct et_prompt_span *first = span_at(walk, at);
    size_t index = walk->span;
    while (index + 1 < message->span_count && message->spans[index + 1].line == first->line)
        index++;
    return message->spans[index].end;
}

/* Whether the sentence that byte `at` is in holds no value; `at` never goes back. */
static bool is_whole(struct sentences *sentences, size_t at)
{
    while (sentences->to <= at) {
        size_t from = sentences->to;
        if (from >= sentences->line_end)
            sentences->line_end = line_end(&sentences->lines, from);
        struct et_slice line =
            et_slice_part(sentences->lines.message->content, from, sentences->line_end);
        sentences->from = from;
        sentences->to = from + et_sentence_end(line);
        sentences->whole = !holds_value(&sentences->values, from, sentences->to);
    }
    return sentences->whole;
}

/* The tokens of one piece of text, which is a whole content. */
static void add_content(struct et_prompt_share *out, const struct et_prompt_ids *ids, size_t index,
                        const struct et_vocab *vocab, const struct et_prompt_message *message)
{
    const struct et_prompt_piece *piece = &ids->pieces[index];
    size_t end = index + 1 < ids->piece_count ? piece[1].from : ids->count, from = 0;
    struct walk walk = {message, 0};
    struct sentences sentences = sentences_of(message);
    for (size_t at = piece->from; at < end; at++) {
        size_t to = from + et_vocab_bytes(vocab, ids->ids[at]).size;
        if (!holds_value(&walk, from, to)) {
            out->fixed++;
            out->behind += out->varies && is_whole(&sentences, to - 1);
        } else if (!out->varies) {
            out->varies = true;
            out->prefix = at;
            out->message = piece->message;
        }
        from = to;
    }
}

/* The first byte of a value. */
static size_t first_byte(const struct et_prompt_message *message)
{
    for (size_t i = 0; i < message->span_count; i++)
        if (is_value(&message->spans[i]))
            return i ? message->spans[i - 1].end : 0;
    return 0;
}

int et_prompt_share(struct et_prompt_share *out, const struct et_prompt *prompt,
                    const struct et_pair_rules *rules, struct et_arena *arena)
{
    struct et_chat_message *messages = et_arena_array(arena, prompt->count, sizeof *messages);
    struct et_prompt_source source = {.tokenizer = rules->tokenizer,
                                      .family = rules->family,
                                      .messages = messages,
                                      .message_count = prompt->count,
                                      .traced = true};
    struct et_prompt_ids ids;
    if (!messages)
        return ET_NOMEM;
    for (size_t i = 0; i < prompt->count; i++)
        messages[i] = (struct et_chat_message){.role = prompt->messages[i].role,
                                               .content = prompt->messages[i].content};
    int err = et_prompt_ids_build(&ids, &source, arena);
    if (err)
        return err;
    *out = (struct et_prompt_share){.tokens = ids.count};
    for (size_t i = 0; i < ids.piece_count; i++) {
        const struct et_prompt_piece *piece = &ids.pieces[i];
        size_t end = i + 1 < ids.piece_count ? piece[1].from : ids.count;
        if (piece->kind == ET_PIECE_TEXT)
            add_content(out, &ids, i, et_tokenizer_vocab(rules->tokenizer),
                        &prompt->messages[piece->message]);
        else
            out->fixed += end - piece->from;
    }
    if (!out->varies)
        out->prefix = out->tokens;
    else
        out->byte = first_byte(&prompt->messages[out->message]);
    return 0;
}

size_t et_prompt_cacheable(enum et_caching caching, size_t prefix)
{
    if (caching == ET_CACHING_NONE)
        return 0;
    if (caching == ET_CACHING_PREFIX)
        return et_prompt_prefix(prefix);
    return prefix < ET_PROMPT_PREFIX_MIN ? 0 : prefix;
}
