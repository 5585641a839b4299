/* SPDX-License-Identifier: MIT */
#include "core/base/hash.h"
#include "mock_openai/brain_fault_plan.h"

#include <assert.h>
#include <string.h>

uint64_t et_hash_u64(uint64_t value, uint64_t seed)
{
    char bytes[8]; /* little-endian on every machine */
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(value >> 8 * i);
    return et_hash64((struct et_slice){bytes, sizeof(bytes)}, seed);
}

uint64_t et_fault_hash(const struct et_fault *fault, uint64_t seed)
{
    const uint64_t numbers[] = {fault->kind,
                                fault->status,
                                fault->retry_after,
                                fault->shape,
                                (uint64_t)fault->retry_form,
                                (uint64_t)fault->should_retry,
                                fault->after,
                                fault->bytes,
                                fault->pause};
    const struct et_slice texts[] = {fault->code, fault->name, fault->value};
    uint64_t hash = seed;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        hash = et_hash_u64(numbers[i], hash);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        hash = et_hash64(texts[i], et_hash_u64(texts[i].size, hash));
    return hash;
}

static char *move_text(struct et_slice *text, char *to)
{
    if (text->size)
        memcpy(to, text->data, text->size);
    text->data = to;
    return to + text->size + 1;
}

static void put(struct et_fault_set *set, const struct et_fault *fault, char **texts)
{
    struct et_fault *own = &set->items[set->count++];
    *own = *fault;
    *texts = move_text(&own->code, *texts);
    *texts = move_text(&own->name, *texts);
    *texts = move_text(&own->value, *texts);
    set->kinds |= (uint64_t)1 << fault->kind;
}

int et_fault_set_new(struct et_fault_set **out, const struct et_fault *const *faults, size_t count,
                     const struct et_mem *mem)
{
    size_t bytes = sizeof(struct et_fault_set) + count * sizeof(struct et_fault);
    char *texts;
    *out = NULL;
    if (count == 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        bytes += faults[i]->code.size + faults[i]->name.size + faults[i]->value.size + 3;
    struct et_fault_set *set = et_mem_take(mem, bytes);
    if (!set)
        return ET_NOMEM;
    set->bytes = bytes;
    texts = (char *)&set->items[count];
    for (int ending = 1; ending >= 0; ending--)
        for (size_t i = 0; i < count; i++)
            if (et_fault_info(faults[i]->kind)->ending == ending)
                put(set, faults[i], &texts);
    *out = set;
    return 0;
}

void et_fault_set_free(struct et_fault_set *set, const struct et_mem *mem)
{
    if (set)
        et_mem_give(mem, set, set->bytes);
}

const struct et_fault *et_fault_set_find(const struct et_fault_set *set, enum et_fault_kind kind)
{
    for (size_t i = 0; set && i < set->count; i++)
        if (set->items[i].kind == kind)
            return &set->items[i];
    return NULL;
}

const struct et_fault *et_fault_set_ending(const struct et_fault_set *set)
{
    return set && et_fault_info(set->items[0].kind)->ending ? &set->items[0] : NULL;
}

uint64_t et_fault_set_digest(const struct et_fault_set *set, uint64_t who)
{
    uint64_t hash = et_hash_u64(who, 1);
    for (size_t i = 0; set && i < set->count; i++)
        hash = et_fault_hash(&set->items[i], hash);
    return hash;
}
