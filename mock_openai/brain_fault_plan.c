/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_fault_plan.h"

#include "core/base/draw.h"
#include "core/base/hash.h"
#include "core/base/wide.h"
#include "mock_openai/brain_faults.h"

#include <assert.h>
#include <string.h>

bool et_path_below(struct et_slice path, struct et_slice above)
{
    return et_slice_starts(path, above) &&
           (path.size == above.size || path.data[above.size] == '/');
}

bool et_fault_occurs(const struct et_fault_rule *rule, uint32_t nth)
{
    return (!rule->nth || nth == rule->nth) && (!rule->every || nth % rule->every == 0) &&
           (!rule->times || nth <= rule->times);
}

uint32_t et_fault_rule_ppm(const struct et_fault_rule *rule, et_ns at)
{
    if (at < rule->from_at)
        return 0;
    et_ns into = at - rule->from_at, span = rule->until_at - rule->from_at;
    if (rule->repeat)
        into %= rule->repeat;
    if (into >= span)
        return 0;
    if (!rule->ramps)
        return rule->ppm;
    uint32_t low = rule->ppm < rule->ppm_until ? rule->ppm : rule->ppm_until;
    uint32_t high = low == rule->ppm ? rule->ppm_until : rule->ppm;
    et_ns part = low == rule->ppm ? into : span - into;
    return low + (uint32_t)((et_u128)(high - low) * part / span);
}

static struct et_slice key_of(struct et_slice authorization)
{
    struct et_slice rest = et_slice_trim(authorization), scheme;
    et_slice_split(&rest, ' ', &scheme);
    return et_slice_trim(rest);
}

static struct et_slice path_of(struct et_slice target)
{
    struct et_slice path = {0};
    et_slice_split(&target, '?', &path);
    return path;
}

static bool field_fits(const struct et_fault_rule *rule, const struct et_fault_asker *asker)
{
    struct et_slice value = et_http_field_value(asker->fields, asker->field_count, rule->field);
    if (!value.data)
        return false;
    if (rule->match == ET_FIELD_EQUALS)
        return et_slice_equal(value, rule->field_value);
    return rule->match == ET_FIELD_ANY || rule->field_value.size == 0 ||
           et_slice_find(value, rule->field_value) < value.size;
}

/* The chance of a rule that matches; 0: it does not. */
static uint32_t chance(const struct et_fault_plan *plan, const struct et_fault_rule *rule,
                       const struct et_fault_asker *asker)
{
    bool fits =
        asker->now >= plan->zero && et_fault_fits(rule->fault.kind, asker->streams) &&
        et_fault_occurs(rule, asker->nth) &&
        (!rule->model.size || (asker->model && et_model_named(asker->model, rule->model))) &&
        (!rule->key.size || et_slice_equal(rule->key, key_of(asker->authorization))) &&
        (!rule->endpoint.size || et_path_below(path_of(asker->target), rule->endpoint)) &&
        (!rule->field.size || field_fits(rule, asker));
    return fits ? et_fault_rule_ppm(rule, asker->now - plan->zero) : 0;
}

/* Numbers of draws; a shaping rule has its id. */
enum { DRAW_ENDING = 0, DRAW_CONNECTION = 1 };

static uint64_t bits_for(const struct et_fault_asker *asker, uint32_t nth)
{
    return et_draw(asker->seed, asker->who, ET_DRAW_FAULT, nth);
}

/* A uniform draw, and how much of its range is taken by the rules so far. */
struct line {
    uint64_t drawn, taken;
};

static bool falls_on(struct line *line, uint32_t ppm)
{
    uint64_t from = line->taken;
    line->taken += ppm;
    return line->drawn >= from && line->drawn < line->taken;
}

static struct line draw_line(const struct et_fault_asker *asker, uint32_t nth)
{
    return (struct line){et_draw_below(bits_for(asker, nth), ET_FAULT_PPM), 0};
}

static bool hits(const struct et_fault_rule *rule, const struct et_fault_asker *asker, uint32_t ppm,
                 struct line *endings)
{
    if (et_fault_info(rule->fault.kind)->ending)
        return falls_on(endings, ppm);
    return et_draw_chance(bits_for(asker, rule->id), ppm);
}

int et_fault_plan_draw(const struct et_fault_plan *plan, const struct et_fault_asker *asker,
                       const struct et_mem *mem, struct et_fault_set **out)
{
    const struct et_fault *drawn[ET_FAULT_RULES_MAX];
    size_t count = 0;
    *out = NULL;
    if (plan->count == 0)
        return 0;
    struct line endings = draw_line(asker, DRAW_ENDING);
    struct line connections = draw_line(asker, DRAW_CONNECTION);
    for (size_t i = 0; i < plan->count; i++) {
        const struct et_fault_rule *rule = &plan->rules[i];
        uint32_t ppm = chance(plan, rule, asker);
        if (rule->fault.kind == ET_FAULT_REFUSE) {
            if (!asker->connected && falls_on(&connections, ppm)) {
                drawn[0] = &rule->fault; /* nothing was asked, so nothing else can happen */
                return et_fault_set_new(out, drawn, 1, mem);
            }
        } else if (hits(rule, asker, ppm, &endings)) {
            drawn[count++] = &rule->fault;
        }
    }
    return et_fault_set_new(out, drawn, count, mem);
}

/* When the chance of a rule can be another one than at `at`, counted as its own times are. */
static et_ns next_change(const struct et_fault_rule *rule, et_ns at)
{
    if (at < rule->from_at)
        return rule->from_at;
    et_ns turn = rule->repeat ? (at - rule->from_at) / rule->repeat * rule->repeat : 0;
    et_ns end = et_after(rule->until_at, turn);
    if (at < end)
        return !rule->ramps ? end : et_sooner(end, et_after(at, ET_S));
    return rule->repeat ? et_after(rule->from_at, turn + rule->repeat) : ET_NEVER;
}

uint32_t et_fault_plan_refuses(const struct et_fault_plan *plan, et_ns now, et_ns *until)
{
    uint64_t ppm = 0;
    *until = ET_NEVER;
    for (size_t i = 0; i < plan->count; i++) {
        const struct et_fault_rule *rule = &plan->rules[i];
        if (rule->fault.kind != ET_FAULT_REFUSE)
            continue;
        et_ns at = et_since(plan->zero, now);
        ppm += now >= plan->zero ? et_fault_rule_ppm(rule, at) : 0;
        *until = et_sooner(*until, et_after(plan->zero, next_change(rule, at)));
    }
    return ppm < ET_FAULT_PPM ? (uint32_t)ppm : ET_FAULT_PPM;
}

bool et_fault_refused(uint64_t seed, uint64_t nth, uint32_t ppm)
{
    return et_draw_chance(et_draw(seed, nth, ET_DRAW_FAULT, DRAW_CONNECTION), ppm);
}
