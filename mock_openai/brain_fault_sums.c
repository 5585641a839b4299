/* SPDX-License-Identifier: MIT */
/* Whether ending rules that can match one try can reach more than 1 together.
 *
 * Two rules meet when some try fits both.  Each thing a rule names is such that rules that meet in
 * pairs meet all at once (windows on a line, equal names, paths above each other), so it is a
 * search for the heaviest clique: 64 rules at most, branch and bound, at each instant where a
 * window starts or ends, because chances are straight lines between those.  Occurrences are the
 * exception: "every 2", "every 3" and "times 5" meet in pairs and never all three; such a plan may
 * be refused without need. */
#include "mock_openai/brain_fault_plan.h"

#include <inttypes.h>
#include <stdio.h>

enum { STEPS_MAX = 1 << 20 };

struct search {
    const struct et_fault_rule *rules;
    size_t count;
    uint64_t meets[ET_FAULT_RULES_MAX]; /* by rule, bits of those that can meet it */
    uint32_t ppm[ET_FAULT_RULES_MAX];   /* now */
    uint64_t rest[ET_FAULT_RULES_MAX + 1];
    uint64_t chosen, sum;
    unsigned steps;
};

static bool both(struct et_slice a, struct et_slice b)
{
    return a.size && b.size;
}

static bool paths_meet(struct et_slice a, struct et_slice b)
{
    return et_path_below(a, b) || et_path_below(b, a);
}

static bool fields_meet(const struct et_fault_rule *a, const struct et_fault_rule *b)
{
    if (!both(a->field, b->field) || !et_slice_equal_nocase(a->field, b->field))
        return true;
    if (a->match == ET_FIELD_EQUALS && b->match == ET_FIELD_EQUALS)
        return et_slice_equal(a->field_value, b->field_value);
    if (b->match == ET_FIELD_EQUALS && a->match == ET_FIELD_CONTAINS)
        return fields_meet(b, a);
    return a->match != ET_FIELD_EQUALS || b->match != ET_FIELD_CONTAINS ||
           et_slice_find(a->field_value, b->field_value) < a->field_value.size ||
           b->field_value.size == 0;
}

static uint64_t common_multiple(uint64_t a, uint64_t b)
{
    uint64_t x = a, y = b;
    while (y) {
        uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return a / x * b;
}

static bool occurrences_meet(const struct et_fault_rule *a, const struct et_fault_rule *b)
{
    if (a->nth || b->nth) {
        uint32_t nth = a->nth ? a->nth : b->nth;
        return et_fault_occurs(a, nth) && et_fault_occurs(b, nth);
    }
    uint32_t times =
        a->times && b->times ? (a->times < b->times ? a->times : b->times) : a->times + b->times;
    return !times || common_multiple(a->every ? a->every : 1, b->every ? b->every : 1) <= times;
}

static bool answers_meet(const struct et_fault_rule *a, const struct et_fault_rule *b)
{
    enum et_fault_kind one = a->fault.kind, other = b->fault.kind;
    return (et_fault_fits(one, true) && et_fault_fits(other, true)) ||
           (et_fault_fits(one, false) && et_fault_fits(other, false));
}

/* Whether a connection is let in is drawn before anything is asked. */
static bool draws_meet(const struct et_fault_rule *a, const struct et_fault_rule *b)
{
    return (a->fault.kind == ET_FAULT_REFUSE) == (b->fault.kind == ET_FAULT_REFUSE);
}

static bool meet(const struct et_fault_rule *a, const struct et_fault_rule *b)
{
    return draws_meet(a, b) && (!both(a->model, b->model) || et_slice_equal(a->model, b->model)) &&
           (!both(a->key, b->key) || et_slice_equal(a->key, b->key)) &&
           (!both(a->endpoint, b->endpoint) || paths_meet(a->endpoint, b->endpoint)) &&
           fields_meet(a, b) && occurrences_meet(a, b) && answers_meet(a, b);
}

static void find_meetings(struct search *search)
{
    for (size_t i = 0; i < search->count; i++)
        for (size_t j = 0; j < search->count; j++)
            if (meet(&search->rules[i], &search->rules[j]))
                search->meets[i] |= (uint64_t)1 << j;
}

/* At the end of its window a ramp has nearly reached its end: it counts as there. */
static uint32_t ppm_at(const struct et_fault_rule *rule, et_ns at, bool at_end)
{
    if (!et_fault_info(rule->fault.kind)->ending || at < rule->from_at)
        return 0;
    uint32_t end = rule->ramps ? rule->ppm_until : rule->ppm;
    if (rule->repeat)
        return rule->ppm > end ? rule->ppm : end;
    if (at_end && at + 1 == rule->until_at)
        return end;
    return et_fault_rule_ppm(rule, at);
}

static bool exceeds(struct search *search, size_t next)
{
    if (search->sum > ET_FAULT_PPM || search->steps++ >= STEPS_MAX)
        return true;
    if (next == search->count || search->sum + search->rest[next] <= ET_FAULT_PPM)
        return false;
    if (search->ppm[next] && !(search->chosen & ~search->meets[next])) {
        search->chosen |= (uint64_t)1 << next;
        search->sum += search->ppm[next];
        if (exceeds(search, next + 1))
            return true;
        search->chosen &= ~((uint64_t)1 << next);
        search->sum -= search->ppm[next];
    }
    return exceeds(search, next + 1);
}

static bool exceeds_at(struct search *search, et_ns at, bool at_end)
{
    for (size_t i = search->count; i-- > 0;) {
        search->ppm[i] = ppm_at(&search->rules[i], at, at_end);
        search->rest[i] = search->rest[i + 1] + search->ppm[i];
    }
    search->chosen = search->sum = 0;
    return exceeds(search, 0);
}

/* "1 (429), 4 (503)", counted from 1, by their names if they have some. */
static void name_chosen(const struct search *search, char *out, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < search->count && used < room; i++) {
        const struct et_fault_rule *rule = &search->rules[i];
        const char *kind = et_fault_info(rule->fault.kind)->name;
        char status[16];
        if (!(search->chosen >> i & 1))
            continue;
        snprintf(status, sizeof(status), "%u", rule->fault.status);
        struct et_slice name = et_slice_of(rule->fault.kind == ET_FAULT_STATUS ? status : kind);
        used += (size_t)snprintf(out + used, room - used, "%s%zu (%.*s)", used ? ", " : "", i + 1,
                                 ET_ARG(rule->name.size ? rule->name : name));
    }
}

static int complain(const struct search *search, struct et_complaint *complaint)
{
    char names[256] = "";
    if (search->sum <= ET_FAULT_PPM)
        return et_complain(complaint, ET_VALUE,
                           "found too many ways for these rules to meet; expected more that is "
                           "not common to them, as windows or models");
    name_chosen(search, names, sizeof(names));
    return et_complain(complaint, ET_VALUE,
                       "found rules %s, which can match one request and together reach %" PRIu64
                       ".%06" PRIu64 "; expected at most 1, or rules that never meet",
                       names, search->sum / ET_FAULT_PPM, search->sum % ET_FAULT_PPM);
}

int et_fault_rules_check(const struct et_fault_rule *rules, size_t count,
                         struct et_complaint *complaint)
{
    struct search search = {.rules = rules, .count = count};
    find_meetings(&search);
    for (size_t i = 0; i < count; i++) {
        bool ends = rules[i].until_at != ET_NEVER;
        if (exceeds_at(&search, rules[i].from_at, false) ||
            (ends && exceeds_at(&search, rules[i].until_at - 1, true)))
            return complain(&search, complaint);
    }
    return 0;
}
