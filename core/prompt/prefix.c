/* SPDX-License-Identifier: MIT */
#include "core/prompt/prefix.h"

#include <assert.h>

const char *et_prefix_end_name(enum et_prefix_end end)
{
    static const char *const names[] = {"nowhere", "tools", "messages", "role",
                                        "name",    "call",  "media",    "content"};
    return names[end];
}

size_t et_prefix_bytes(struct et_slice a, struct et_slice b)
{
    size_t i = 0, size = a.size < b.size ? a.size : b.size;
    while (i < size && a.data[i] == b.data[i])
        i++;
    return i;
}

size_t et_prefix_tokens(const struct et_prompt_ids *a, const struct et_prompt_ids *b)
{
    size_t i = 0, count = a->count < b->count ? a->count : b->count;
    while (i < count && a->ids[i] == b->ids[i])
        i++;
    return i;
}

/* The piece that a token is in; of the one behind the last token, the last piece. */
static const struct et_prompt_piece *piece_of(const struct et_prompt_ids *ids, size_t token)
{
    size_t low = 0, high = ids->piece_count; /* the piece is one of low … high - 1 */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (ids->pieces[middle].from <= token)
            low = middle;
        else
            high = middle;
    }
    return &ids->pieces[low];
}

/* Two frames that differ: one row goes on with another message, a name or a call. */
static enum et_prefix_end frame_end(struct et_prompt_row row, size_t token)
{
    uint32_t frames = et_tokenizer_vocab(row.source->tokenizer)->count;
    if (token < row.ids->count && row.ids->ids[token] == frames + ET_FRAME_NAME)
        return ET_PREFIX_NAME;
    if (token < row.ids->count && row.ids->ids[token] == frames + ET_FRAME_CALL)
        return ET_PREFIX_CALL;
    return ET_PREFIX_COUNT;
}

static enum et_prefix_end end_of(struct et_prompt_row row, size_t token)
{
    switch (piece_of(row.ids, token)->kind) {
    case ET_PIECE_LEADING:
        return ET_PREFIX_LEADING;
    case ET_PIECE_ROLE:
        return ET_PREFIX_ROLE;
    case ET_PIECE_NAME:
        return ET_PREFIX_NAME;
    case ET_PIECE_TEXT:
        return ET_PREFIX_CONTENT;
    case ET_PIECE_MEDIA:
        return ET_PREFIX_MEDIA;
    case ET_PIECE_REFUSAL:
    case ET_PIECE_CALL:
        return ET_PREFIX_CALL;
    case ET_PIECE_FRAME:
        break;
    }
    return frame_end(row, token);
}

/* What a row has at that place: the whole of the block, the role, the content, …; empty if none. */
static struct et_slice text_of(struct et_prompt_row row, const struct et_prefix *prefix)
{
    const struct et_prompt_source *source = row.source;
    const struct et_prompt_piece *piece = piece_of(row.ids, prefix->tokens);
    bool has = prefix->message < source->message_count;
    switch (prefix->end) {
    case ET_PREFIX_ROLE:
        return has ? source->messages[prefix->message].role : (struct et_slice){0};
    case ET_PREFIX_NAME:
        return has ? source->messages[prefix->message].name : (struct et_slice){0};
    case ET_PREFIX_CONTENT:
        return has ? source->messages[prefix->message].content : (struct et_slice){0};
    case ET_PREFIX_LEADING:
        return piece->kind == ET_PIECE_LEADING ? piece->text : (struct et_slice){0};
    case ET_PREFIX_MEDIA:
    case ET_PREFIX_CALL:
        return piece->text;
    case ET_PREFIX_SAME:
    case ET_PREFIX_COUNT:
        break;
    }
    return (struct et_slice){0};
}

/* How much of a content lies in front of the first token that is not shared. */
static void measure_content(struct et_prompt_row row, struct et_prefix *prefix)
{
    const struct et_prompt_ids *ids = row.ids;
    const struct et_vocab *vocab = et_tokenizer_vocab(row.source->tokenizer);
    for (size_t i = 0; i < ids->piece_count; i++) {
        const struct et_prompt_piece *piece = &ids->pieces[i];
        if (piece->kind != ET_PIECE_TEXT || piece->message != prefix->message)
            continue;
        size_t end = i + 1 < ids->piece_count ? piece[1].from : ids->count;
        for (size_t at = piece->from; at < end && at < prefix->tokens; at++) {
            prefix->content_bytes += et_vocab_bytes(vocab, ids->ids[at]).size;
            prefix->content_tokens++;
        }
    }
}

struct et_prefix et_prefix_find(struct et_prompt_row a, struct et_prompt_row b)
{
    struct et_prefix prefix = {.tokens = et_prefix_tokens(a.ids, b.ids)};
    if (prefix.tokens == a.ids->count && prefix.tokens == b.ids->count)
        return prefix;
    assert(a.ids->piece_count > 0 && b.ids->piece_count > 0);
    enum et_prefix_end at_a = end_of(a, prefix.tokens), at_b = end_of(b, prefix.tokens);
    prefix.end = at_a == ET_PREFIX_LEADING || at_b == ET_PREFIX_LEADING ? ET_PREFIX_LEADING
                 : at_a > at_b                                          ? at_a
                                                                        : at_b;
    const struct et_prompt_row *which = at_a == prefix.end ? &a : &b;
    const size_t counts[] = {a.source->message_count, b.source->message_count};
    prefix.message = prefix.end == ET_PREFIX_COUNT ? counts[counts[1] < counts[0]]
                                                   : piece_of(which->ids, prefix.tokens)->message;
    prefix.a = text_of(a, &prefix);
    prefix.b = text_of(b, &prefix);
    prefix.byte = et_prefix_bytes(prefix.a, prefix.b);
    if (prefix.end == ET_PREFIX_CONTENT)
        measure_content(*which, &prefix);
    return prefix;
}
