/* SPDX-License-Identifier: MIT */
#include "core/tokens/tokens.h"

#include "core/base/utf8.h"
#include "core/tokens/merge.h"
#include "core/tokens/split.h"
#include "core/tokens/vocab_table.h"

enum { CACHED_BYTES = 16, TEXT_BYTES_MAX = 1 << 30 };

/* Direct-mapped: a piece has one place, and the last one there stays. */
struct cached {
    uint64_t first, second; /* et_vocab_key of the first 8 bytes, and of the rest or 0 */
    uint32_t size;          /* 0: empty */
    uint32_t count;
};

struct et_tokenizer {
    const struct et_mem *mem;
    const struct et_vocab *vocab;
    struct cached *cache; /* [cache_slots]; NULL: none */
    size_t cache_slots;   /* a power of two */
    struct et_merge_room room;
};

int et_tokenizer_new(struct et_tokenizer **out, const struct et_vocab *vocab, size_t cache_bytes,
                     const struct et_mem *mem)
{
    struct et_tokenizer *tokenizer = et_mem_take(mem, sizeof *tokenizer);
    if (!tokenizer)
        return ET_NOMEM;
    tokenizer->mem = mem;
    tokenizer->vocab = vocab;
    size_t slots = 1;
    while (slots <= cache_bytes / sizeof *tokenizer->cache / 2)
        slots *= 2;
    if (cache_bytes >= sizeof *tokenizer->cache) {
        tokenizer->cache_slots = slots;
        tokenizer->cache = et_mem_array(mem, slots, sizeof *tokenizer->cache);
    }
    if (et_merge_room_init(&tokenizer->room, ET_TOKENS_PIECE, mem) != 0 ||
        (tokenizer->cache_slots && !tokenizer->cache)) {
        et_tokenizer_free(tokenizer);
        return ET_NOMEM;
    }
    *out = tokenizer;
    return 0;
}

void et_tokenizer_free(struct et_tokenizer *tokenizer)
{
    if (!tokenizer)
        return;
    const struct et_mem *mem = tokenizer->mem;
    et_merge_room_free(&tokenizer->room);
    et_mem_give(mem, tokenizer->cache, tokenizer->cache_slots * sizeof *tokenizer->cache);
    et_mem_give(mem, tokenizer, sizeof *tokenizer);
}

const struct et_vocab *et_tokenizer_vocab(const struct et_tokenizer *tokenizer)
{
    return tokenizer->vocab;
}

/* A piece longer than the tokenizer's room gets one of its own for the call. */
static int merge_huge(struct et_tokenizer *tokenizer, struct et_slice piece,
                      struct et_token_sink *sink)
{
    struct et_merge_room room;
    int err = et_merge_room_init(&room, piece.size, tokenizer->mem);
    if (err)
        return err;
    et_merge_long(tokenizer->vocab, piece, &room, sink);
    et_merge_room_free(&room);
    return 0;
}

static int encode_piece(struct et_tokenizer *tokenizer, struct et_slice piece,
                        struct et_token_sink *sink)
{
    uint32_t whole = et_vocab_find(tokenizer->vocab, piece);
    if (whole != ET_TOKEN_NONE)
        et_token_sink_add(sink, whole);
    else if (piece.size <= ET_MERGE_SHORT)
        et_merge_short(tokenizer->vocab, piece, sink);
    else if (piece.size <= ET_TOKENS_PIECE)
        et_merge_long(tokenizer->vocab, piece, &tokenizer->room, sink);
    else
        return merge_huge(tokenizer, piece, sink);
    return 0;
}

/* The cache's slot of a piece of 1 to CACHED_BYTES bytes; `key` is what it must hold. */
static struct cached *slot_of(struct et_tokenizer *tokenizer, struct et_slice piece,
                              struct cached *key)
{
    size_t first = piece.size < 8 ? piece.size : 8;
    key->size = (uint32_t)piece.size;
    key->first = et_vocab_key(piece.data, first);
    key->second = piece.size > 8 ? et_vocab_key(piece.data + 8, piece.size - 8) : 0;
    uint32_t hash = et_vocab_short_hash(key->first ^ key->second * 31, piece.size);
    return &tokenizer->cache[hash & (tokenizer->cache_slots - 1)];
}

static int count_piece(struct et_tokenizer *tokenizer, struct et_slice piece,
                       struct et_token_sink *sink)
{
    if (!tokenizer->cache || piece.size > CACHED_BYTES)
        return encode_piece(tokenizer, piece, sink);
    struct cached key, *slot = slot_of(tokenizer, piece, &key);
    if (slot->size == key.size && slot->first == key.first && slot->second == key.second) {
        sink->count += slot->count;
        return 0;
    }
    size_t before = sink->count;
    int err = encode_piece(tokenizer, piece, sink);
    key.count = (uint32_t)(sink->count - before);
    if (!err)
        *slot = key;
    return err;
}

/* `text` is valid UTF-8.  Only counting may use the cache: it does not know ids. */
static int encode_valid(struct et_tokenizer *tokenizer, struct et_slice text,
                        struct et_token_sink *sink)
{
    bool o200k = tokenizer->vocab->encoding == ET_ENCODING_O200K;
    int err = 0;
    for (size_t at = 0, end; at < text.size && !err; at = end) {
        end = o200k ? et_split_o200k(text, at) : et_split_cl100k(text, at);
        struct et_slice piece = {text.data + at, end - at};
        err =
            sink->room ? encode_piece(tokenizer, piece, sink) : count_piece(tokenizer, piece, sink);
    }
    return err;
}

static int encode(struct et_tokenizer *tokenizer, struct et_slice text, struct et_token_sink *sink)
{
    if (text.size >= TEXT_BYTES_MAX)
        return ET_LIMIT;
    if (et_utf8_valid(text))
        return encode_valid(tokenizer, text, sink);
    struct et_text mended;
    et_text_init(&mended, tokenizer->mem, 3 * text.size);
    et_text_utf8(&mended, text);
    int err = et_text_failed(&mended);
    if (!err)
        err = encode_valid(tokenizer, et_text_slice(&mended), sink);
    et_text_free(&mended);
    return err;
}

int et_tokens_count(struct et_tokenizer *tokenizer, struct et_slice text, size_t *count)
{
    struct et_token_sink sink = {0};
    int err = encode(tokenizer, text, &sink);
    if (!err)
        *count = sink.count;
    return err;
}

int et_tokens_encode(struct et_tokenizer *tokenizer, struct et_slice text, uint32_t *ids,
                     size_t room, size_t *count)
{
    struct et_token_sink sink = {.ids = ids, .room = room};
    int err = encode(tokenizer, text, &sink);
    if (!err && sink.count > room)
        err = ET_FULL;
    if (!err)
        *count = sink.count;
    return err;
}
