/* SPDX-License-Identifier: MIT */
/* For the tests of this folder: the encoder of the build, read from $ETALON_DATA, and what
 * TensorFlow.js says of some texts (golden/use-lite.json, made by ci/make-encoder-golden). */
#ifndef ET_EMBED_TESTS_GOLDEN_FILE_H
#define ET_EMBED_TESTS_GOLDEN_FILE_H

#include "core/base/tests/support.h"

#include "core/base/base64.h"
#include "core/embed/encoder_table.h"
#include "core/json/json.h"

static struct et_slice golden_table; /* the data file, at an address divisible by 64 */
static struct et_encoder golden_encoder;
static struct et_embedder *golden_embedder; /* of 8 windows */
static struct et_json *golden_json;

/* Reads a file whole; the memory is aligned for the encoder. */
static inline struct et_slice golden_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s", path);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file), room = (size / ET_ENCODER_ALIGN + 1) * ET_ENCODER_ALIGN;
    rewind(file);
    char *data = aligned_alloc(ET_ENCODER_ALIGN, room);
    assert_int_equal(fread(data, 1, size, file), size);
    fclose(file);
    return (struct et_slice){data, size};
}

static inline int golden_open(void **state)
{
    (void)state;
    char path[4096];
    const char *folder = getenv("ETALON_DATA");
    snprintf(path, sizeof path, "%s/use-lite.etenc", folder ? folder : "build/data");
    golden_table = golden_read(path);
    assert_int_equal(et_encoder_open(&golden_encoder, golden_table), 0);
    assert_int_equal(et_embedder_new(&golden_embedder, &golden_encoder, 8, &support_heap), 0);
    struct et_slice text = golden_read("core/embed/tests/golden/use-lite.json");
    assert_int_equal(et_json_parse(&golden_json, text, NULL, &support_heap, NULL), 0);
    free((void *)(uintptr_t)text.data);
    return 0;
}

static inline int golden_close(void **state)
{
    (void)state;
    et_json_free(golden_json);
    et_embedder_free(golden_embedder);
    free((void *)(uintptr_t)golden_table.data);
    return 0;
}

static inline const struct et_json_node *golden_first(void)
{
    return et_json_first(et_json_root(golden_json));
}

static inline struct et_slice golden_text(const struct et_json_node *row)
{
    return et_json_text(et_json_get(row, "text"));
}

/* The vector in floats, as int16; false: the row has none. */
static inline bool golden_vector(const struct et_json_node *row, int16_t out[ET_SENTENCE_SIZE])
{
    struct et_slice packed = et_json_text(et_json_get(row, "vector"));
    if (!packed.data)
        return false;
    struct et_text bytes;
    et_text_init(&bytes, &support_heap, 4096);
    assert_int_equal(et_base64_decode(&bytes, packed), 0);
    assert_int_equal(et_text_slice(&bytes).size, ET_SENTENCE_SIZE * sizeof *out);
    memcpy(out, et_text_slice(&bytes).data, ET_SENTENCE_SIZE * sizeof *out);
    et_text_free(&bytes);
    return true;
}

static inline struct et_sentence golden_embed(const char *text)
{
    struct et_sentence sentence;
    et_embedder_embed(golden_embedder, et_slice_of(text), &sentence);
    return sentence;
}

#endif
