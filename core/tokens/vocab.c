/* SPDX-License-Identifier: MIT */
#include "core/tokens/vocab_table.h"

static const char *const encoding_names[] = {
    [ET_ENCODING_O200K] = "o200k_base",
    [ET_ENCODING_CL100K] = "cl100k_base",
};

enum { ENCODINGS = sizeof encoding_names / sizeof *encoding_names };

const char *et_encoding_name(enum et_encoding encoding)
{
    return encoding_names[encoding];
}

bool et_encoding_find(struct et_slice name, enum et_encoding *encoding)
{
    for (size_t i = 0; i < ENCODINGS; i++)
        if (et_slice_equal(name, et_slice_of(encoding_names[i]))) {
            *encoding = (enum et_encoding)i;
            return true;
        }
    return false;
}

static bool slots_valid(uint32_t slots)
{
    return slots && slots <= ET_VOCAB_SLOTS_MAX && (slots & (slots - 1)) == 0;
}

static int check_header(const struct et_vocab_header *header, struct et_slice table)
{
    if (memcmp(header->magic, ET_VOCAB_MAGIC, sizeof header->magic) != 0 ||
        header->order != ET_VOCAB_ORDER || header->version != ET_VOCAB_VERSION)
        return ET_VERSION;
    if (header->size != table.size || header->checksum != et_vocab_checksum(header))
        return ET_CORRUPT;
    if (header->encoding >= ENCODINGS || header->count == 0 || header->count > ET_VOCAB_COUNT_MAX ||
        !slots_valid(header->short_slots) || !slots_valid(header->long_slots) ||
        et_vocab_layout(header).size != table.size)
        return ET_CORRUPT;
    return 0;
}

int et_vocab_open(struct et_vocab *vocab, struct et_slice table)
{
    struct et_vocab_header header;
    if (table.size < sizeof header)
        return ET_VERSION;
    memcpy(&header, table.data, sizeof header);
    int err = check_header(&header, table);
    if (err)
        return err;
    if ((uintptr_t)table.data % sizeof(uint64_t) != 0)
        return ET_VALUE;
    struct et_vocab_layout at = et_vocab_layout(&header);
    *vocab = (struct et_vocab){
        .encoding = (enum et_encoding)header.encoding,
        .count = header.count,
        .longest = header.longest,
        .singles = (const uint32_t *)(const void *)(table.data + at.singles),
        .pairs = (const uint32_t *)(const void *)(table.data + at.pairs),
        .filter = (const uint64_t *)(const void *)(table.data + at.filter),
        .shorts = (const struct et_vocab_short *)(const void *)(table.data + at.shorts),
        .longs = (const struct et_vocab_long *)(const void *)(table.data + at.longs),
        .short_mask = header.short_slots - 1,
        .long_mask = header.long_slots - 1,
        .offsets = (const uint32_t *)(const void *)(table.data + at.offsets),
        .bytes = {table.data + at.bytes, header.bytes_size},
    };
    return 0;
}

int et_vocab_check(struct et_slice table)
{
    struct et_vocab_header header;
    memcpy(&header, table.data, sizeof header);
    return header.body == et_vocab_body(table) ? 0 : ET_CORRUPT;
}

static uint32_t find_short(const struct et_vocab *vocab, struct et_slice bytes)
{
    uint64_t key = et_vocab_key(bytes.data, bytes.size);
    uint32_t place = et_vocab_short_hash(key, bytes.size);
    for (uint32_t tried = 0; tried <= vocab->short_mask; tried++) {
        const struct et_vocab_short *slot = &vocab->shorts[(place + tried) & vocab->short_mask];
        if (slot->key == key && slot->length == bytes.size)
            return slot->id;
        if (slot->length == 0)
            return ET_TOKEN_NONE;
    }
    return ET_TOKEN_NONE;
}

static uint32_t find_long(const struct et_vocab *vocab, struct et_slice bytes)
{
    uint64_t hash = et_vocab_long_hash(bytes.data, bytes.size);
    for (uint32_t tried = 0; tried <= vocab->long_mask; tried++) {
        const struct et_vocab_long *slot =
            &vocab->longs[((uint32_t)hash + tried) & vocab->long_mask];
        if (slot->id == ET_TOKEN_NONE)
            return ET_TOKEN_NONE;
        if (slot->tag == (uint32_t)(hash >> 32) &&
            et_slice_equal(et_vocab_bytes(vocab, slot->id), bytes))
            return slot->id;
    }
    return ET_TOKEN_NONE;
}

uint32_t et_vocab_find(const struct et_vocab *vocab, struct et_slice bytes)
{
    const unsigned char *data = (const unsigned char *)bytes.data;
    if (bytes.size == 2)
        return vocab->pairs[data[0] | data[1] << 8];
    if (bytes.size == 0 || bytes.size > vocab->longest)
        return ET_TOKEN_NONE;
    uint32_t bit = et_vocab_filter_bit(bytes.data, bytes.size);
    if (!(vocab->filter[bit / 64] >> bit % 64 & 1))
        return ET_TOKEN_NONE;
    return bytes.size <= ET_VOCAB_SHORT_BYTES ? find_short(vocab, bytes) : find_long(vocab, bytes);
}

struct et_slice et_vocab_bytes(const struct et_vocab *vocab, uint32_t id)
{
    if (id >= vocab->count)
        return (struct et_slice){NULL, 0};
    uint32_t from = vocab->offsets[id], to = vocab->offsets[id + 1];
    if (from > to || to > vocab->bytes.size)
        return (struct et_slice){NULL, 0};
    return (struct et_slice){vocab->bytes.data + from, to - from};
}

int et_tokens_decode(const struct et_vocab *vocab, const uint32_t *ids, size_t count,
                     struct et_text *out)
{
    for (size_t i = 0; i < count; i++) {
        struct et_slice bytes = et_vocab_bytes(vocab, ids[i]);
        if (bytes.size == 0)
            return ET_VALUE;
        et_text_add(out, bytes);
    }
    return et_text_failed(out);
}
