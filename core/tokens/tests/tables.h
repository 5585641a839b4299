/* SPDX-License-Identifier: MIT */
/* The tables of the build, read from $ETALON_DATA, for the tests of this folder. */
#ifndef ET_TOKENS_TESTS_TABLES_H
#define ET_TOKENS_TESTS_TABLES_H

#include "core/base/tests/support.h"

#include "core/tokens/tokens.h"

struct table {
    struct et_slice bytes; /* malloc'ed */
    struct et_vocab vocab;
    struct et_tokenizer *tokenizer;
};

static struct table tables[2]; /* by enum et_encoding */

static inline struct et_slice table_read(enum et_encoding encoding)
{
    char path[4096];
    const char *folder = getenv("ETALON_DATA");
    snprintf(path, sizeof path, "%s/%s.vocab", folder ? folder : "build/data",
             et_encoding_name(encoding));
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s; set ETALON_DATA to the data folder of the build", path);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *data = malloc(size);
    assert_int_equal(fread(data, 1, size, file), size);
    fclose(file);
    return (struct et_slice){data, size};
}

static inline int tables_open(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        tables[i].bytes = table_read((enum et_encoding)i);
        if (et_vocab_open(&tables[i].vocab, tables[i].bytes) != 0 ||
            et_tokenizer_new(&tables[i].tokenizer, &tables[i].vocab, ET_TOKENS_CACHE,
                             &support_heap) != 0)
            return -1;
    }
    return 0;
}

static inline int tables_close(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        et_tokenizer_free(tables[i].tokenizer);
        free((void *)(uintptr_t)tables[i].bytes.data);
    }
    return 0;
}

static inline size_t table_count(enum et_encoding encoding, struct et_slice text)
{
    size_t count = SIZE_MAX;
    assert_int_equal(et_tokens_count(tables[encoding].tokenizer, text, &count), 0);
    return count;
}

#endif
