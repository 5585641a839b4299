/* SPDX-License-Identifier: MIT */
/* Answers that can be asked for again (store: true): the newest so many, the oldest go first.
 *
 *     et_store_put(&store, key, &record)                 the record's texts are copied
 *     const struct et_record *record = et_store_find(&store, key);     until the next put or drop
 *     et_store_drop(&store, key)
 *
 * Keys are hashes of who may see it and its id. */
#ifndef ET_MOCK_BRAIN_STORE_H
#define ET_MOCK_BRAIN_STORE_H

#include "core/base/err.h"
#include "core/base/ns.h"
#include "core/base/slice.h"
#include "mock_openai/brain_table.h"

enum { ET_RECORD_TEXTS = 5 };

struct et_record {
    struct et_slice texts[ET_RECORD_TEXTS]; /* the endpoint's own */
    uint64_t number;                        /* the endpoint's own */
    et_ns ends_at;                          /* the answer is not whole before */
    et_ns cancelled_at;                     /* ET_NEVER: it was not */
};

struct et_store_slot { /* private */
    uint64_t key;      /* 0: free */
    struct et_record record;
    char *bytes;
    size_t size;
};

struct et_store { /* private */
    const struct et_mem *mem;
    struct et_table places; /* uint32_t place + 1, by key */
    struct et_store_slot *slots;
    uint32_t max, next;
    size_t bytes, bytes_max;
};

/* At most `records_max` records and `bytes_max` bytes of their texts. */
void et_store_init(struct et_store *store, uint32_t records_max, size_t bytes_max,
                   const struct et_mem *mem);
void et_store_free(struct et_store *store);
void et_store_clear(struct et_store *store);

/* In place of one of the same key.  ET_NOMEM; ET_LIMIT: more than bytes_max alone. */
int et_store_put(struct et_store *store, uint64_t key,
                 const struct et_record *record) ET_MUST_CHECK;
struct et_record *et_store_find(struct et_store *store, uint64_t key); /* NULL: not there */
bool et_store_drop(struct et_store *store, uint64_t key);              /* false: not there */

#endif
