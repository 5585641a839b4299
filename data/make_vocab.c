/* SPDX-License-Identifier: MIT */
/* make_vocab NAME INPUT.tiktoken OUTPUT.vocab: an official rank file to the table that the programs
 * map (core/tokens/vocab_table.h).  Runs while building.
 *
 * A rank file has one line per token, "BASE64 RANK", with the ranks 0, 1, 2, … in order.  Its
 * SHA-256 must be the one that OpenAI's tiktoken expects. */
#include "core/base/base64.h"
#include "core/tokens/vocab_table.h"
#include "io/sysmem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* tiktoken_ext/openai_public.py, expected_hash. */
static const char *const sha256[] = {
    [ET_ENCODING_O200K] = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    [ET_ENCODING_CL100K] = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
};

struct tokens {
    struct et_text bytes;
    uint32_t *offsets; /* [count + 1] */
    uint32_t count, longest;
};

__attribute__((format(printf, 3, 4), noreturn)) static void refuse(const char *file, size_t line,
                                                                   const char *format, ...)
{
    va_list args;
    fprintf(stderr, "make_vocab: %s:", file);
    if (line)
        fprintf(stderr, "%zu:", line);
    fputc(' ', stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

static void *take(size_t count, size_t size)
{
    void *taken = calloc(count ? count : 1, size);
    if (!taken)
        refuse("memory", 0, "out of it");
    return taken;
}

static struct et_slice read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        refuse(path, 0, "cannot open: %s", strerror(errno));
    long size = ftell(file);
    rewind(file);
    char *data = take((size_t)size + 1, 1);
    if (size < 0 || fread(data, 1, (size_t)size, file) != (size_t)size)
        refuse(path, 0, "cannot read");
    fclose(file);
    return (struct et_slice){data, (size_t)size};
}

static struct tokens parse(const char *path, struct et_slice file)
{
    struct tokens tokens = {.offsets = take(file.size + 2, sizeof(uint32_t))};
    et_text_init(&tokens.bytes, &et_sysmem, file.size);
    struct et_slice rest = file, line, word;
    while (rest.size && et_slice_split(&rest, '\n', &line)) {
        size_t number = tokens.count + 1;
        struct et_slice rank = line;
        uint64_t value;
        if (!et_slice_split(&rank, ' ', &word) || !et_slice_u64(rank, &value))
            refuse(path, number, "found \"%.*s\"; expected BASE64 RANK", ET_ARG(line));
        if (value != tokens.count)
            refuse(path, number, "found rank %.*s; expected %u", ET_ARG(rank), tokens.count);
        uint32_t start = tokens.offsets[tokens.count];
        int err = et_base64_decode(&tokens.bytes, word);
        uint32_t size = (uint32_t)et_text_slice(&tokens.bytes).size - start;
        if (err || size == 0)
            refuse(path, number, "found \"%.*s\"; expected padded base64", ET_ARG(word));
        if (size > tokens.longest)
            tokens.longest = size;
        tokens.offsets[++tokens.count] = start + size;
    }
    return tokens;
}

static void check_digest(const char *path, struct et_slice file, const char *expected)
{
    char found[65];
    struct et_digest digest = et_digest_of(file);
    et_digest_hex(&digest, found);
    if (strcmp(found, expected) != 0)
        refuse(path, 0, "found SHA-256 %s; expected %s", found, expected);
}

static struct et_slice token(const struct tokens *tokens, uint32_t id)
{
    return et_slice_part(et_text_slice(&tokens->bytes), tokens->offsets[id],
                         tokens->offsets[id + 1]);
}

/* Slots for `count` entries: a power of two at most 60 % full. */
static uint32_t slots_for(uint32_t count)
{
    uint32_t slots = 1;
    while (slots * 3ull < count * 5ull)
        slots *= 2;
    return slots;
}

static struct et_vocab_header plan(const struct tokens *tokens, enum et_encoding encoding)
{
    uint32_t shorts = 0;
    for (uint32_t id = 0; id < tokens->count; id++)
        shorts += token(tokens, id).size <= ET_VOCAB_SHORT_BYTES;
    struct et_vocab_header header = {
        .magic = ET_VOCAB_MAGIC,
        .version = ET_VOCAB_VERSION,
        .order = ET_VOCAB_ORDER,
        .encoding = encoding,
        .count = tokens->count,
        .short_slots = slots_for(shorts),
        .long_slots = slots_for(tokens->count - shorts),
        .bytes_size = tokens->offsets[tokens->count],
        .longest = tokens->longest,
    };
    header.size = et_vocab_layout(&header).size;
    return header;
}

static void put_short(struct et_vocab_short *slots, uint32_t mask, struct et_slice bytes,
                      uint32_t id)
{
    uint64_t key = et_vocab_key(bytes.data, bytes.size);
    uint32_t place = et_vocab_short_hash(key, bytes.size) & mask;
    while (slots[place].length)
        place = (place + 1) & mask;
    slots[place] = (struct et_vocab_short){key, (uint32_t)bytes.size, id};
}

static void put_long(struct et_vocab_long *slots, uint32_t mask, struct et_slice bytes, uint32_t id)
{
    uint64_t hash = et_vocab_long_hash(bytes.data, bytes.size);
    uint32_t place = (uint32_t)hash & mask;
    while (slots[place].id != ET_TOKEN_NONE)
        place = (place + 1) & mask;
    slots[place] = (struct et_vocab_long){(uint32_t)(hash >> 32), id};
}

static struct et_slice build(const struct tokens *tokens, enum et_encoding encoding)
{
    struct et_vocab_header header = plan(tokens, encoding);
    struct et_vocab_layout at = et_vocab_layout(&header);
    char *table = take(at.size, 1);
    uint32_t *singles = (void *)(table + at.singles), *pairs = (void *)(table + at.pairs);
    uint64_t *filter = (void *)(table + at.filter);
    struct et_vocab_short *shorts = (void *)(table + at.shorts);
    struct et_vocab_long *longs = (void *)(table + at.longs);
    memset(singles, 0xFF, at.filter - at.singles);
    memset(longs, 0xFF, at.offsets - at.longs);
    for (uint32_t id = 0; id < tokens->count; id++) {
        struct et_slice bytes = token(tokens, id);
        const unsigned char *data = (const unsigned char *)bytes.data;
        if (bytes.size == 1)
            singles[data[0]] = id;
        if (bytes.size == 2)
            pairs[data[0] | data[1] << 8] = id;
        uint32_t bit = et_vocab_filter_bit(bytes.data, bytes.size);
        filter[bit / 64] |= 1ull << bit % 64;
        if (bytes.size <= ET_VOCAB_SHORT_BYTES)
            put_short(shorts, header.short_slots - 1, bytes, id);
        else
            put_long(longs, header.long_slots - 1, bytes, id);
    }
    memcpy(table + at.offsets, tokens->offsets, (tokens->count + 1) * sizeof(uint32_t));
    memcpy(table + at.bytes, et_text_slice(&tokens->bytes).data, header.bytes_size);
    header.body = et_vocab_body((struct et_slice){table, at.size});
    header.checksum = et_vocab_checksum(&header);
    memcpy(table, &header, sizeof header);
    return (struct et_slice){table, at.size};
}

/* Every token is found under its own id and no other: no bytes are there twice, and every byte is a
 * token. */
static void check_table(const char *path, const struct tokens *tokens, struct et_slice table)
{
    struct et_vocab vocab;
    int err = et_vocab_open(&vocab, table);
    if (err)
        refuse(path, 0, "the table made of it is refused: %s", et_err_text(err));
    for (uint32_t id = 0; id < tokens->count; id++)
        if (et_vocab_find(&vocab, token(tokens, id)) != id)
            refuse(path, id + 1, "found a token a second time; expected each once");
    for (unsigned byte = 0; byte < 256; byte++)
        if (vocab.singles[byte] == ET_TOKEN_NONE)
            refuse(path, 0, "found no token for byte 0x%02X; expected one for every byte", byte);
}

static void write_whole(const char *path, struct et_slice bytes)
{
    FILE *file = fopen(path, "wb");
    bool written = file && fwrite(bytes.data, 1, bytes.size, file) == bytes.size;
    if (!file || fclose(file) != 0 || !written) {
        int number = errno;
        remove(path);
        refuse(path, 0, "cannot write: %s", strerror(number));
    }
}

static void check_written(const char *path)
{
    struct et_vocab vocab;
    struct et_slice table = read_whole(path);
    if (et_vocab_open(&vocab, table) != 0 || et_vocab_check(table) != 0)
        refuse(path, 0, "found other bytes than were written");
    free((void *)(uintptr_t)table.data);
}

int main(int argc, char **argv)
{
    enum et_encoding encoding;
    if (argc != 4 || !et_encoding_find(et_slice_of(argv[1]), &encoding))
        refuse("usage", 0, "make_vocab o200k_base|cl100k_base INPUT.tiktoken OUTPUT.vocab");
    struct et_slice file = read_whole(argv[2]);
    struct tokens tokens = parse(argv[2], file);
    check_digest(argv[2], file, sha256[encoding]);
    struct et_slice table = build(&tokens, encoding);
    check_table(argv[2], &tokens, table);
    write_whole(argv[3], table);
    check_written(argv[3]);
    free((void *)(uintptr_t)table.data);
    free((void *)(uintptr_t)file.data);
    et_text_free(&tokens.bytes);
    free(tokens.offsets);
    return EXIT_SUCCESS;
}
