/* SPDX-License-Identifier: MIT */
#include "core/tokens/tokens.h"

#include "core/base/utf8.h"
#include "core/tokens/glance.h"
#include "core/tokens/merge.h"
#include "core/tokens/split.h"
#include "core/tokens/vocab_table.h"

enum { CACHED_BYTES = 15, TEXT_BYTES_MAX = 1 << 30 };

/* How many tokens a piece of up to 15 bytes has.  Direct-mapped: a piece has one place, and the
 * last one there stays.  Four to a cache line; the highest byte of `rest` is the size of the piece
 * (0: empty) in its upper half, and in its lower half the count, which is at most the size. */
struct cached {
    uint64_t first, rest;
};

#define SIZE_SHIFT  60
#define COUNT_SHIFT 56
#define COUNT_MASK  ((uint64_t)0xF << COUNT_SHIFT)

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
    if (piece.size > ET_TOKENS_PIECE_MAX)
        return ET_LIMIT;
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

/* The bytes of `piece`, its size, and nothing else; `readable` bytes lie at its start. */
static inline struct cached key_of(struct et_slice piece, size_t readable)
{
    static const uint64_t masks[] = {~0ull, ~0ull, 0, 0};
    bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    struct cached key = {0, 0}, mask;
    if (readable >= sizeof key) { /* so that the size of what is copied is known here */
        memcpy(&mask, (const char *)masks + sizeof mask - piece.size, sizeof mask);
        memcpy(&key, piece.data, sizeof key);
        key.first &= mask.first;
        key.rest &= mask.rest;
    } else {
        memcpy(&key, piece.data, piece.size);
    }
    key.rest = big_endian ? key.rest >> 8 : key.rest; /* the last byte of 16 is free */
    key.rest |= (uint64_t)piece.size << SIZE_SHIFT;
    return key;
}

static inline struct cached *slot_of(const struct et_tokenizer *tokenizer, struct cached key)
{
    uint64_t mixed = (key.first ^ key.rest * 31) * 0x9E3779B97F4A7C15u;
    return &tokenizer->cache[mixed >> 32 & (tokenizer->cache_slots - 1)];
}

static int count_piece(struct et_tokenizer *tokenizer, struct et_slice piece, size_t readable,
                       struct et_token_sink *sink)
{
    if (piece.size > CACHED_BYTES)
        return encode_piece(tokenizer, piece, sink);
    struct cached key = key_of(piece, readable), *slot = slot_of(tokenizer, key);
    if (slot->first == key.first && (slot->rest & ~COUNT_MASK) == key.rest) {
        sink->count += (slot->rest & COUNT_MASK) >> COUNT_SHIFT;
        return 0;
    }
    size_t before = sink->count;
    int err = encode_piece(tokenizer, piece, sink);
    key.rest |= (uint64_t)(sink->count - before) << COUNT_SHIFT;
    if (!err)
        *slot = key;
    return err;
}

/* `text` is valid UTF-8.  Only counting may use the cache: it does not know ids. */
static int encode_valid(struct et_tokenizer *tokenizer, struct et_slice text,
                        struct et_token_sink *sink)
{
    bool o200k = tokenizer->vocab->encoding == ET_ENCODING_O200K;
    bool cached = tokenizer->cache && sink->room == 0;
    struct et_glance glance = et_glance_of(text, tokenizer->vocab->encoding);
    int err = 0;
    for (size_t at = 0, end; at < text.size && !err; at = end) {
        size_t size = et_glance_piece(&glance, at);
        end = size ? at + size : o200k ? et_split_o200k(text, at) : et_split_cl100k(text, at);
        struct et_slice piece = {text.data + at, end - at};
        err = cached ? count_piece(tokenizer, piece, text.size - at, sink)
                     : encode_piece(tokenizer, piece, sink);
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
