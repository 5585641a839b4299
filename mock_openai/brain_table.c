/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_table.h"

#include <assert.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

void et_table_init(struct et_table *table, size_t entries_max, size_t value_bytes,
                   const struct et_mem *mem)
{
    assert(entries_max > 0 && entries_max <= (size_t)1 << 30);
    assert(value_bytes > 0 && value_bytes < 4096);
    *table = (struct et_table){
        .mem = mem, .max = (uint32_t)entries_max, .value_bytes = (uint32_t)value_bytes};
}

void et_table_free(struct et_table *table)
{
    if (table->room == 0)
        return;
    et_mem_give(table->mem, table->entries, table->room * sizeof(*table->entries));
    et_mem_give(table->mem, table->values, (size_t)table->room * table->value_bytes);
    et_mem_give(table->mem, table->chains, table->room * sizeof(*table->chains));
    table->room = table->size = 0;
}

void et_table_clear(struct et_table *table)
{
    et_table_free(table);
    et_table_init(table, table->max, table->value_bytes, table->mem);
}

static struct et_table_entry *entry_at(const struct et_table *table, uint32_t number)
{
    return &table->entries[number - 1];
}

static void *value_at(const struct et_table *table, uint32_t number)
{
    return table->values + (size_t)(number - 1) * table->value_bytes;
}

static uint32_t *chain_of(const struct et_table *table, uint64_t key)
{
    return &table->chains[(key & UINT32_MAX) * table->room >> 32];
}

static uint32_t number_of(const struct et_table *table, uint64_t key)
{
    if (table->size == 0)
        return 0;
    uint32_t number = *chain_of(table, key);
    while (number && entry_at(table, number)->key != key)
        number = entry_at(table, number)->next;
    return number;
}

void *et_table_find(const struct et_table *table, uint64_t key)
{
    uint32_t number = number_of(table, key);
    return number ? value_at(table, number) : NULL;
}

static void chain_in(struct et_table *table, uint32_t number)
{
    struct et_table_entry *entry = entry_at(table, number);
    uint32_t *chain = chain_of(table, entry->key);
    entry->next = *chain;
    *chain = number;
}

static void chain_out(struct et_table *table, uint32_t number)
{
    uint32_t *link = chain_of(table, entry_at(table, number)->key);
    while (*link != number)
        link = &entry_at(table, *link)->next;
    *link = entry_at(table, number)->next;
}

static void use_in(struct et_table *table, uint32_t number)
{
    struct et_table_entry *entry = entry_at(table, number);
    entry->newer = 0;
    entry->older = table->newest;
    if (table->newest)
        entry_at(table, table->newest)->newer = number;
    else
        table->oldest = number;
    table->newest = number;
}

static void use_out(struct et_table *table, uint32_t number)
{
    const struct et_table_entry *entry = entry_at(table, number);
    *(entry->newer ? &entry_at(table, entry->newer)->older : &table->newest) = entry->older;
    *(entry->older ? &entry_at(table, entry->older)->newer : &table->oldest) = entry->newer;
}

/* Twice the room, or the maximum: built beside the old one, which stays as it was if memory is
 * refused. */
static bool grow(struct et_table *table)
{
    struct et_table grown = *table;
    uint32_t room = table->room ? 2 * table->room : FIRST_ROOM;
    grown.room = room < table->max ? room : table->max;
    grown.entries = et_mem_array(table->mem, grown.room, sizeof(*grown.entries));
    grown.values = et_mem_array(table->mem, grown.room, table->value_bytes);
    grown.chains = et_mem_array(table->mem, grown.room, sizeof(*grown.chains));
    if (!grown.entries || !grown.values || !grown.chains) {
        et_table_free(&grown);
        return false;
    }
    if (table->size) {
        memcpy(grown.entries, table->entries, table->size * sizeof(*grown.entries));
        memcpy(grown.values, table->values, (size_t)table->size * table->value_bytes);
    }
    et_table_free(table);
    *table = grown;
    for (uint32_t number = 1; number <= table->size; number++)
        chain_in(table, number);
    return true;
}

/* The number of a place for one more: a new one, or that of the key unused for longest. */
static uint32_t make_place(struct et_table *table)
{
    if (table->size < table->room || table->room < table->max) {
        if (table->size == table->room && !grow(table))
            return 0;
        return ++table->size;
    }
    uint32_t number = table->oldest;
    chain_out(table, number);
    use_out(table, number);
    return number;
}

void *et_table_put(struct et_table *table, uint64_t key)
{
    uint32_t number = number_of(table, key);
    if (number) {
        use_out(table, number);
        use_in(table, number);
        return value_at(table, number);
    }
    number = make_place(table);
    if (number == 0)
        return NULL;
    entry_at(table, number)->key = key;
    chain_in(table, number);
    use_in(table, number);
    return memset(value_at(table, number), 0, table->value_bytes);
}

void *et_table_nth(const struct et_table *table, size_t nth)
{
    return nth < table->size ? table->values + nth * table->value_bytes : NULL;
}

bool et_table_valid(const struct et_table *table)
{
    uint32_t used = 0, newer = 0;
    for (uint32_t number = table->newest; number; number = entry_at(table, number)->older) {
        if (used++ == table->size || entry_at(table, number)->newer != newer ||
            number_of(table, entry_at(table, number)->key) != number)
            return false;
        newer = number;
    }
    return used == table->size && newer == table->oldest && table->size <= table->room &&
           table->room <= table->max;
}
