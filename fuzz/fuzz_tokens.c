/* SPDX-License-Identifier: MIT */
/* libFuzzer target: any bytes as text, in both encodings, and what must hold of their tokens:
 *
 *     a piece begins where the last one ends, and the masks say no other place than the patterns
 *     both ways to make masks agree
 *     as many ids as are counted: with an empty cache, with a full one, with none
 *     the ids decode to the text, each maximal ill-formed subpart as one U+FFFD
 *
 *     build-fuzz/fuzz/fuzz_tokens fuzz/corpus/tokens
 *
 * The corpus is replayed by an ordinary test: core/tokens/tests/test_seeds.c.  That the ids are
 * those of tiktoken is ci/oracles/tokens-fuzz.test.mjs's to say. */
#include "core/tokens/glance.h"
#include "core/tokens/split.h"
#include "core/tokens/tokens.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool fact)
{
    if (!fact)
        abort();
}

static const struct et_vocab *vocab_of(enum et_encoding encoding)
{
    static const char *const names[] = {"o200k_base.vocab", "cl100k_base.vocab"};
    static struct et_file files[2];
    static struct et_vocab vocabs[2];
    struct et_complaint complaint = {0};
    if (!files[encoding].bytes.data) {
        hold(et_file_data(&files[encoding], names[encoding], &complaint) == 0);
        hold(et_vocab_open(&vocabs[encoding], files[encoding].bytes) == 0);
    }
    return &vocabs[encoding];
}

static void masks_agree(struct et_slice text)
{
    for (size_t at = 0; at + ET_GLANCE_BYTES <= text.size; at += 7) {
        struct et_glance_classes fast = et_glance_classes(text.data + at);
        struct et_glance_classes plain = et_glance_classes_plain(text.data + at);
        hold(memcmp(&fast, &plain, sizeof fast) == 0);
    }
}

static void pieces_cover(struct et_slice text, enum et_encoding encoding)
{
    bool o200k = encoding == ET_ENCODING_O200K;
    struct et_glance glance = et_glance_of(text, encoding);
    for (size_t at = 0, end; at < text.size; at = end) {
        size_t size = et_glance_piece(&glance, at);
        end = o200k ? et_split_o200k(text, at) : et_split_cl100k(text, at);
        hold(end > at && end <= text.size);
        hold(size == 0 || at + size == end);
    }
}

static size_t count(struct et_tokenizer *tokenizer, struct et_slice text)
{
    size_t count = 0;
    hold(et_tokens_count(tokenizer, text, &count) == 0);
    return count;
}

static void counts_agree(struct et_slice text, enum et_encoding encoding, size_t expected)
{
    struct et_tokenizer *cached, *bare;
    hold(et_tokenizer_new(&cached, vocab_of(encoding), 4096, &et_sysmem) == 0);
    hold(et_tokenizer_new(&bare, vocab_of(encoding), 0, &et_sysmem) == 0);
    hold(count(cached, text) == expected && count(cached, text) == expected);
    hold(count(bare, text) == expected);
    et_tokenizer_free(cached);
    et_tokenizer_free(bare);
}

static void ids_are_the_text(struct et_slice bytes, struct et_slice mended,
                             enum et_encoding encoding)
{
    struct et_tokenizer *tokenizer;
    struct et_text back;
    size_t room = mended.size, found = 0;
    uint32_t *ids = malloc((room + 1) * sizeof *ids);
    hold(ids && et_tokenizer_new(&tokenizer, vocab_of(encoding), 0, &et_sysmem) == 0);
    hold(et_tokens_encode(tokenizer, bytes, ids, room, &found) == 0);
    et_text_init(&back, &et_sysmem, SIZE_MAX / 4);
    hold(et_tokens_decode(vocab_of(encoding), ids, found, &back) == 0);
    hold(et_slice_equal(et_text_slice(&back), mended));
    counts_agree(bytes, encoding, found);
    et_text_free(&back);
    et_tokenizer_free(tokenizer);
    free(ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice bytes = {(const char *)data, size};
    struct et_text text;
    et_text_init(&text, &et_sysmem, SIZE_MAX / 4);
    et_text_utf8(&text, bytes);
    struct et_slice mended = et_text_slice(&text);
    masks_agree(bytes);
    for (unsigned i = 0; i < 2; i++) {
        pieces_cover(mended, (enum et_encoding)i);
        ids_are_the_text(bytes, mended, (enum et_encoding)i);
    }
    et_text_free(&text);
    return 0;
}
