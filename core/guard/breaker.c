/* SPDX-License-Identifier: MIT */
#include "core/guard/breaker.h"

#include <assert.h>
#include <string.h>

const struct et_breaker_config et_breaker_classic = {
    .window = 60 * ET_S,
    .calls_min = 10,
    .failure_percent = 50,
    .slow_percent = 100,
    .slow_over = 60 * ET_S,
    .consecutive = 5,
    .open_for = 300 * ET_S,
    .probes = 3,
    .probe_for = 30 * ET_S,
};

void et_breaker_init(struct et_breaker *breaker, const struct et_breaker_config *config)
{
    assert(config->window >= ET_BREAKER_STEPS);
    assert(config->probes > 0);
    *breaker = (struct et_breaker){.config = config};
}

static void enter(struct et_breaker *breaker, enum et_breaker_state state, et_ns until_at)
{
    breaker->state = state;
    breaker->epoch++;
    breaker->until_at = until_at;
    breaker->in_a_row = 0;
    breaker->permits = state == ET_BREAKER_HALF_OPEN ? breaker->config->probes : 0;
    breaker->judged = breaker->bad = 0;
    memset(breaker->steps, 0, sizeof breaker->steps);
}

static void open(struct et_breaker *breaker, et_ns now)
{
    enter(breaker, ET_BREAKER_OPEN, et_after(now, breaker->config->open_for));
}

/* What time alone changes. */
static void settle(struct et_breaker *breaker, et_ns now)
{
    if (breaker->state == ET_BREAKER_HALF_OPEN && now >= breaker->until_at)
        open(breaker, breaker->until_at);
    if (breaker->state == ET_BREAKER_OPEN && now >= breaker->until_at)
        enter(breaker, ET_BREAKER_HALF_OPEN, et_after(now, breaker->config->probe_for));
}

struct et_permit et_breaker_ask(struct et_breaker *breaker, et_ns now)
{
    settle(breaker, now);
    bool granted = breaker->state == ET_BREAKER_CLOSED;
    if (breaker->state == ET_BREAKER_HALF_OPEN && breaker->permits > 0) {
        breaker->permits--;
        granted = true;
    }
    return (struct et_permit){granted, breaker->epoch};
}

/* Forgets the steps that lie between the newest one and now. */
static void roll(struct et_breaker *breaker, et_ns now)
{
    uint64_t step = now / (breaker->config->window / ET_BREAKER_STEPS);
    if (step <= breaker->step)
        return;
    uint64_t passed = step - breaker->step;
    for (uint64_t i = 1; i <= passed && i <= ET_BREAKER_STEPS; i++)
        memset(&breaker->steps[(breaker->step + i) % ET_BREAKER_STEPS], 0, sizeof *breaker->steps);
    breaker->step = step;
}

static bool reached(uint32_t part, uint32_t whole, uint32_t percent)
{
    return part > 0 && (uint64_t)part * 100 >= (uint64_t)whole * percent;
}

static bool too_bad(const struct et_breaker *breaker)
{
    const struct et_breaker_config *config = breaker->config;
    uint32_t calls = 0, failed = 0, slow = 0;
    if (config->consecutive && breaker->in_a_row >= config->consecutive)
        return true;
    for (size_t i = 0; i < ET_BREAKER_STEPS; i++) {
        calls += breaker->steps[i].calls;
        failed += breaker->steps[i].failed;
        slow += breaker->steps[i].slow;
    }
    return calls >= config->calls_min && (reached(failed, calls, config->failure_percent) ||
                                          reached(slow, calls, config->slow_percent));
}

static void report_closed(struct et_breaker *breaker, bool failed, bool slow, et_ns now)
{
    roll(breaker, now);
    size_t i = breaker->step % ET_BREAKER_STEPS;
    breaker->steps[i].calls++;
    breaker->steps[i].failed += failed;
    breaker->steps[i].slow += slow;
    breaker->in_a_row = failed ? breaker->in_a_row + 1 : 0;
    if (too_bad(breaker))
        open(breaker, now);
}

static void report_probe(struct et_breaker *breaker, bool failed, bool slow, et_ns now)
{
    breaker->judged++;
    breaker->bad += failed || slow;
    if (reached(breaker->bad, breaker->config->probes, breaker->config->failure_percent))
        open(breaker, now);
    else if (breaker->judged == breaker->config->probes)
        enter(breaker, ET_BREAKER_CLOSED, ET_NEVER);
}

void et_breaker_report(struct et_breaker *breaker, struct et_permit permit, enum et_outcome outcome,
                       et_ns took, et_ns now)
{
    settle(breaker, now);
    if (!permit.granted || permit.epoch != breaker->epoch)
        return;
    bool failed = outcome == ET_OUTCOME_FAILED, slow = took > breaker->config->slow_over;
    if (breaker->state == ET_BREAKER_HALF_OPEN && outcome == ET_OUTCOME_IGNORED)
        breaker->permits++;
    else if (breaker->state == ET_BREAKER_HALF_OPEN)
        report_probe(breaker, failed, slow, now);
    else if (outcome != ET_OUTCOME_IGNORED)
        report_closed(breaker, failed, slow, now);
}

enum et_breaker_state et_breaker_state(const struct et_breaker *breaker, et_ns now)
{
    struct et_breaker later = *breaker;
    settle(&later, now);
    return later.state;
}

et_ns et_breaker_next(const struct et_breaker *breaker)
{
    if (breaker->state == ET_BREAKER_CLOSED ||
        (breaker->state == ET_BREAKER_HALF_OPEN && breaker->permits > 0))
        return ET_NEVER;
    return breaker->until_at;
}
