/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_store.h"

#include <string.h>

void et_store_init(struct et_store *store, uint32_t records_max, size_t bytes_max,
                   const struct et_mem *mem)
{
    *store = (struct et_store){.mem = mem, .max = records_max, .bytes_max = bytes_max};
    et_table_init(&store->places, records_max, sizeof(uint32_t), mem);
}

static void clear(struct et_store *store, struct et_store_slot *slot)
{
    et_mem_give(store->mem, slot->bytes, slot->size);
    store->bytes -= slot->size;
    *slot = (struct et_store_slot){0};
}

void et_store_clear(struct et_store *store)
{
    for (uint32_t i = 0; store->slots && i < store->max; i++)
        clear(store, &store->slots[i]);
}

void et_store_free(struct et_store *store)
{
    et_store_clear(store);
    et_mem_give(store->mem, store->slots, store->max * sizeof(*store->slots));
    et_table_free(&store->places);
    store->slots = NULL;
}

static struct et_store_slot *find(struct et_store *store, uint64_t key)
{
    const uint32_t *place = et_table_find(&store->places, key);
    if (!place || *place == 0 || store->slots[*place - 1].key != key)
        return NULL;
    return &store->slots[*place - 1];
}

static size_t size_of(const struct et_record *record)
{
    size_t size = 0;
    for (size_t i = 0; i < ET_RECORD_TEXTS; i++)
        size += record->texts[i].size + 1;
    return size;
}

/* The texts one after another, each with a NUL behind it. */
static bool copy_texts(struct et_store *store, struct et_store_slot *slot,
                       const struct et_record *record)
{
    size_t size = size_of(record), at = 0;
    char *bytes = et_mem_take(store->mem, size);
    if (!bytes)
        return false;
    *slot = (struct et_store_slot){.record = *record, .bytes = bytes, .size = size};
    for (size_t i = 0; i < ET_RECORD_TEXTS; i++) {
        struct et_slice text = record->texts[i];
        if (text.size)
            memcpy(bytes + at, text.data, text.size);
        slot->record.texts[i] = (struct et_slice){bytes + at, text.size};
        at += text.size + 1;
    }
    store->bytes += size;
    return true;
}

static void make_room(struct et_store *store, size_t size)
{
    for (uint32_t i = 0; i < store->max && store->bytes + size > store->bytes_max; i++)
        clear(store, &store->slots[(store->next + i) % store->max]);
}

int et_store_put(struct et_store *store, uint64_t key, const struct et_record *record)
{
    if (size_of(record) > store->bytes_max)
        return ET_LIMIT;
    if (!store->slots)
        store->slots = et_mem_array(store->mem, store->max, sizeof(*store->slots));
    uint32_t *place = store->slots ? et_table_put(&store->places, key) : NULL;
    if (!place)
        return ET_NOMEM;
    et_store_drop(store, key);
    make_room(store, size_of(record));
    struct et_store_slot *slot = &store->slots[store->next];
    clear(store, slot);
    if (!copy_texts(store, slot, record))
        return ET_NOMEM;
    slot->key = key;
    *place = store->next + 1;
    store->next = (store->next + 1) % store->max;
    return 0;
}

struct et_record *et_store_find(struct et_store *store, uint64_t key)
{
    struct et_store_slot *slot = find(store, key);
    return slot ? &slot->record : NULL;
}

bool et_store_drop(struct et_store *store, uint64_t key)
{
    struct et_store_slot *slot = find(store, key);
    if (slot)
        clear(store, slot);
    return slot;
}
