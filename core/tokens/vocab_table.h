/* SPDX-License-Identifier: MIT */
/* The layout of a vocabulary's table, for those who make one (data/make_vocab.c) and vocab.c.
 *
 *     header             struct et_vocab_header
 *     singles   [256]    uint32   id of each byte; every byte is a token
 *     pairs     [65536]  uint32   id of the two bytes  first | second << 8,  or ET_TOKEN_NONE
 *     filter    [32768]  uint64   bit et_vocab_filter_bit is set for each token
 *     shorts    [short_slots]     tokens of 1 to 8 bytes, open addressing, linear probing
 *     longs     [long_slots]      tokens of more than 8 bytes, likewise
 *     offsets   [count + 1] uint32, then padding to 8
 *     bytes     [bytes_size]      of all tokens in order of id
 *
 * Everything has the byte order of the machine that made it, which the header tells.  Half of the
 * slots or more are empty, so a search seldom looks at more than two.  Three quarters of all
 * tokens are short and found in one cache line without touching their bytes.  A perfect hash would
 * be less than half as large but was measured slower (6.0 against 4.2 ns).
 *
 * Most searches of a merge find nothing.  The filter tells so of nine in ten, and its 256 KB stay
 * in the cache of a core, which the slots do not. */
#ifndef ET_TOKENS_VOCAB_TABLE_H
#define ET_TOKENS_VOCAB_TABLE_H

#include "core/base/hash.h"
#include "core/tokens/vocab.h"

#include <string.h>

#define ET_VOCAB_MAGIC   "ETVOCAB"
#define ET_VOCAB_VERSION 3u
#define ET_VOCAB_ORDER   0x01020304u

enum { ET_VOCAB_FILTER_BITS = 1 << 21 };
enum { ET_VOCAB_SHORT_BYTES = 8, ET_VOCAB_COUNT_MAX = 1 << 24, ET_VOCAB_SLOTS_MAX = 1 << 26 };

struct et_vocab_header {
    char magic[8];
    uint32_t version;
    uint32_t order;
    uint64_t checksum; /* et_hash64 of the header from the next field on */
    uint64_t size;     /* of the whole table */
    uint64_t body;     /* et_hash64 of all behind the header */
    uint32_t encoding; /* enum et_encoding */
    uint32_t count;
    uint32_t short_slots, long_slots; /* powers of two */
    uint32_t bytes_size;
    uint32_t longest; /* bytes of the longest token */
};

struct et_vocab_short {
    uint64_t key;    /* et_vocab_key of the bytes */
    uint32_t length; /* 0: empty */
    uint32_t id;
};

struct et_vocab_long {
    uint32_t tag; /* high half of the hash */
    uint32_t id;  /* ET_TOKEN_NONE: empty */
};

/* Where the sections start, from the counts in the header. */
struct et_vocab_layout {
    size_t singles, pairs, filter, shorts, longs, offsets, bytes, size;
};

static inline struct et_vocab_layout et_vocab_layout(const struct et_vocab_header *header)
{
    struct et_vocab_layout at = {.singles = sizeof *header};
    at.pairs = at.singles + 256 * sizeof(uint32_t);
    at.filter = at.pairs + 65536 * sizeof(uint32_t);
    at.shorts = at.filter + ET_VOCAB_FILTER_BITS / 8;
    at.longs = at.shorts + (size_t)header->short_slots * sizeof(struct et_vocab_short);
    at.offsets = at.longs + (size_t)header->long_slots * sizeof(struct et_vocab_long);
    at.bytes = at.offsets + (((size_t)header->count + 2) / 2 * 2) * sizeof(uint32_t);
    at.size = at.bytes + header->bytes_size;
    return at;
}

static inline uint64_t et_vocab_checksum(const struct et_vocab_header *header)
{
    size_t from = offsetof(struct et_vocab_header, size);
    struct et_slice fields = {(const char *)header + from, sizeof *header - from};
    return et_hash64(fields, ET_VOCAB_VERSION);
}

static inline uint64_t et_vocab_body(struct et_slice table)
{
    struct et_slice body = et_slice_part(table, sizeof(struct et_vocab_header), table.size);
    return et_hash64(body, ET_VOCAB_VERSION);
}

/* A number that, with the size (1 to 8), tells the bytes: loads that may overlap, because a memcpy
 * of unknown size costs more than the search itself. */
static inline uint64_t et_vocab_key(const char *data, size_t size)
{
    uint32_t first = 0, last = 0;
    if (size >= 4) {
        memcpy(&first, data, 4);
        memcpy(&last, data + size - 4, 4);
        return first | (uint64_t)last << 32;
    }
    const unsigned char *bytes = (const unsigned char *)data;
    return bytes[0] | (uint64_t)bytes[size / 2] << 8 | (uint64_t)bytes[size - 1] << 16;
}

/* The multiplier is 2^64 / phi (Knuth, TAOCP 6.4). */
static inline uint32_t et_vocab_short_hash(uint64_t key, size_t size)
{
    uint64_t mixed = (key ^ (uint64_t)size << 59 ^ key >> 29) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(mixed >> 32);
}

/* Which bit of the filter is that of these bytes, at least one. */
static inline uint32_t et_vocab_filter_bit(const char *data, size_t size)
{
    uint64_t first, last;
    if (size <= ET_VOCAB_SHORT_BYTES) {
        first = et_vocab_key(data, size);
        last = 0;
    } else {
        memcpy(&first, data, sizeof first);
        memcpy(&last, data + size - sizeof last, sizeof last);
    }
    uint64_t mixed = (first ^ (last * 0xFF51AFD7ED558CCDu) ^ size) * 0xC4CEB9FE1A85EC53u;
    return (uint32_t)(mixed >> 43);
}

static inline uint64_t et_vocab_long_hash(const char *data, size_t size)
{
    return et_hash64((struct et_slice){data, size}, 0);
}

#endif
