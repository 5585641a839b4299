/* SPDX-License-Identifier: MIT */
/* print_ids < TEXTS > IDS: the ids of many texts, in binary and without a process for each, for
 * ci/oracles/tokens-*.test.mjs, which compare them with npm tiktoken.
 *
 *     a text    uint32 encoding (enum et_encoding), uint32 size, its bytes
 *     its ids   uint32 count, uint32 ids[count]                           in the same order
 *
 * A text of up to 64 KiB is also counted, with an empty cache, again with a full one and without
 * any, and the ids of every text are decoded: 1 and a message when these disagree. */
#include "core/base/utf8.h"
#include "core/tokens/tokens.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTED_BYTES_MAX = 1 << 16 };

static struct et_vocab vocabs[2];

static void expect(bool fact, const char *what)
{
    if (fact)
        return;
    fprintf(stderr, "print_ids: %s\n", what);
    exit(1);
}

static size_t count(struct et_tokenizer *tokenizer, struct et_slice text)
{
    size_t count = 0;
    expect(et_tokens_count(tokenizer, text, &count) == 0, "not counted");
    return count;
}

static void check_counts(const struct et_vocab *vocab, struct et_slice text, size_t expected)
{
    struct et_tokenizer *cached, *bare;
    expect(et_tokenizer_new(&cached, vocab, ET_TOKENS_CACHE / 64, &et_sysmem) == 0, "no memory");
    expect(et_tokenizer_new(&bare, vocab, 0, &et_sysmem) == 0, "no memory");
    expect(count(cached, text) == expected, "another count, with an empty cache");
    expect(count(cached, text) == expected, "another count, with a full cache");
    expect(count(bare, text) == expected, "another count, without a cache");
    et_tokenizer_free(cached);
    et_tokenizer_free(bare);
}

static void check_decoded(const struct et_vocab *vocab, struct et_slice text, const uint32_t *ids,
                          size_t id_count)
{
    struct et_text mended, back;
    et_text_init(&mended, &et_sysmem, SIZE_MAX / 4);
    et_text_init(&back, &et_sysmem, SIZE_MAX / 4);
    et_text_utf8(&mended, text);
    expect(et_tokens_decode(vocab, ids, id_count, &back) == 0, "ids that cannot be decoded");
    expect(et_slice_equal(et_text_slice(&back), et_text_slice(&mended)), "decoded otherwise");
    et_text_free(&mended);
    et_text_free(&back);
}

static void print(const struct et_vocab *vocab, struct et_slice text)
{
    size_t room = 3 * text.size + 1, found = 0;
    uint32_t *ids = malloc(room * sizeof *ids);
    struct et_tokenizer *tokenizer;
    expect(ids && et_tokenizer_new(&tokenizer, vocab, 0, &et_sysmem) == 0, "no memory");
    expect(et_tokens_encode(tokenizer, text, ids, room, &found) == 0, "not encoded");
    et_tokenizer_free(tokenizer);
    if (text.size <= COUNTED_BYTES_MAX)
        check_counts(vocab, text, found);
    check_decoded(vocab, text, ids, found);
    uint32_t head = (uint32_t)found;
    fwrite(&head, sizeof head, 1, stdout);
    fwrite(ids, sizeof *ids, found, stdout);
    free(ids);
}

static bool next_text(uint32_t head[2], char **bytes)
{
    if (fread(head, sizeof *head, 2, stdin) != 2)
        return false;
    expect(head[0] < 2, "found another encoding; expected 0 or 1");
    *bytes = malloc(head[1] + 1u);
    expect(*bytes && fread(*bytes, 1, head[1], stdin) == head[1], "a text that is cut");
    return true;
}

int main(void)
{
    struct et_file files[2] = {0};
    struct et_complaint complaint = {0};
    uint32_t head[2];
    char *bytes;
    for (unsigned i = 0; i < 2; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.vocab", et_encoding_name((enum et_encoding)i));
        expect(et_file_data(&files[i], name, &complaint) == 0, "no vocabularies; set ETALON_DATA");
        expect(et_vocab_open(&vocabs[i], files[i].bytes) == 0, "another table");
    }
    while (next_text(head, &bytes)) {
        print(&vocabs[head[0]], (struct et_slice){bytes, head[1]});
        free(bytes);
    }
    for (unsigned i = 0; i < 2; i++)
        et_file_free(&files[i]);
    expect(fflush(stdout) == 0 && !ferror(stdout), "cannot write");
    return 0;
}
