/* SPDX-License-Identifier: MIT */
#include "core/base/hash.h"
#include "mock_openai/brain_fault_plan.h"

#include <assert.h>
#include <string.h>

enum { RULE_TEXTS = 9 };

static void list_texts(struct et_fault_rule *rule, struct et_slice *texts[RULE_TEXTS])
{
    struct et_slice *const all[RULE_TEXTS] = {
        &rule->name,        &rule->model,      &rule->endpoint,   &rule->key,        &rule->field,
        &rule->field_value, &rule->fault.code, &rule->fault.name, &rule->fault.value};
    memcpy(texts, all, sizeof(all));
}

static size_t texts_bytes(const struct et_fault_rule *rule)
{
    struct et_fault_rule own = *rule;
    struct et_slice *texts[RULE_TEXTS];
    size_t bytes = 0;
    list_texts(&own, texts);
    for (size_t i = 0; i < RULE_TEXTS; i++)
        bytes += texts[i]->size + 1;
    return bytes;
}

/* Each with a NUL behind it. */
static char *move_texts(struct et_fault_rule *rule, char *to)
{
    struct et_slice *texts[RULE_TEXTS];
    list_texts(rule, texts);
    for (size_t i = 0; i < RULE_TEXTS; i++) {
        if (texts[i]->size)
            memcpy(to, texts[i]->data, texts[i]->size);
        texts[i]->data = to;
        to += texts[i]->size + 1;
    }
    return to;
}

/* What a rule does and to whom; not when, nor how often. */
static uint64_t hash_rule(const struct et_fault_rule *rule)
{
    if (rule->name.size)
        return et_hash64(rule->name, 1);
    const uint64_t numbers[] = {rule->match, rule->nth, rule->every, rule->times};
    const struct et_slice texts[] = {rule->model, rule->endpoint, rule->key, rule->field,
                                     rule->field_value};
    uint64_t hash = et_fault_hash(&rule->fault, 2);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        hash = et_hash_u64(numbers[i], hash);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        hash = et_hash64(texts[i], et_hash_u64(texts[i].size, hash));
    return hash;
}

/* Rules that are alike draw apart: the second of them is the second. */
static void set_ids(struct et_fault_rule *rules, size_t count)
{
    uint64_t hashes[ET_FAULT_RULES_MAX];
    for (size_t i = 0; i < count; i++) {
        uint64_t alike = 0;
        hashes[i] = hash_rule(&rules[i]);
        for (size_t j = 0; j < i; j++)
            alike += hashes[j] == hashes[i];
        uint64_t id = alike ? et_hash_u64(alike, hashes[i]) : hashes[i];
        rules[i].id = (uint32_t)id > 1 ? (uint32_t)id : 2; /* 0 and 1 are others' draws */
    }
}

int et_fault_plan_copy(struct et_fault_plan *out, const struct et_fault_rule *rules, size_t count,
                       et_ns zero, const struct et_mem *mem)
{
    assert(count <= ET_FAULT_RULES_MAX);
    struct et_fault_plan plan = {.count = count, .zero = zero, .bytes = count * sizeof(*rules)};
    if (count == 0) {
        *out = plan;
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        plan.bytes += texts_bytes(&rules[i]);
    struct et_fault_rule *own = et_mem_take(mem, plan.bytes);
    if (!own)
        return ET_NOMEM;
    char *to = (char *)(own + count);
    for (size_t i = 0; i < count; i++) {
        own[i] = rules[i];
        to = move_texts(&own[i], to);
    }
    set_ids(own, count);
    plan.rules = own;
    *out = plan;
    return 0;
}

void et_fault_plan_free(struct et_fault_plan *plan, const struct et_mem *mem)
{
    et_mem_give(mem, (void *)plan->rules, plan->bytes);
    *plan = (struct et_fault_plan){0};
}
