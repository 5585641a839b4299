/* SPDX-License-Identifier: MIT */
/* A bounded map from 64 bits to a small value.  When it is full, a new key takes the place of the
 * one that was not put for longest.
 *
 *     et_table_init(&table, 65536, sizeof(struct bucket), mem)
 *     struct bucket *bucket = et_table_put(&table, key);      zeroed when it is new; NULL: refused
 *     bucket = et_table_find(&table, key);                    NULL: not there; no use is counted
 *     et_table_free(&table)
 *
 * Keys must already be well mixed (they are hashes): their low bits choose the chain.  Memory grows
 * with what is there, up to entries_max of 20 bytes and the value each.  What is given out moves at
 * the next put. */
#ifndef ET_MOCK_BRAIN_TABLE_H
#define ET_MOCK_BRAIN_TABLE_H

#include "core/base/mem.h"

struct et_table_entry { /* private; numbers are an entry's index plus 1, 0 is none */
    uint64_t key;
    uint32_t next;         /* in its chain */
    uint32_t newer, older; /* in order of use */
};

struct et_table { /* private */
    const struct et_mem *mem;
    struct et_table_entry *entries;
    char *values;
    uint32_t *chains; /* as many as there is room for entries */
    uint32_t size, room, max, value_bytes;
    uint32_t newest, oldest;
};

/* 0 < entries_max <= 2^30; a value's alignment must divide its size. */
void et_table_init(struct et_table *table, size_t entries_max, size_t value_bytes,
                   const struct et_mem *mem);
void et_table_free(struct et_table *table); /* a zeroed one too */

void et_table_clear(struct et_table *table); /* empty, memory given back */

void *et_table_find(const struct et_table *table, uint64_t key);
void *et_table_put(struct et_table *table, uint64_t key);

/* The value in place `nth`, from 0 to size - 1 in no order but the same until the next put; NULL:
 * there are fewer. */
void *et_table_nth(const struct et_table *table, size_t nth);

bool et_table_valid(const struct et_table *table); /* for tests: chains, order of use, sizes */

#endif
