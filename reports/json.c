/* SPDX-License-Identifier: MIT */
#include "reports/print.h"

#include <inttypes.h>

/* A JavaScript reader loses digits of a larger number: such a seed is a string. */
#define EXACT_MAX ((uint64_t)1 << 53)

static void text(struct et_text *out, const char *key, struct et_slice value)
{
    et_text_addf(out, ",\"%s\":", key);
    et_text_json(out, value);
}

static void number(struct et_text *out, const char *key, uint64_t value)
{
    et_text_addf(out, ",\"%s\":%" PRIu64, key, value);
}

static void add_seed(struct et_text *out, uint64_t seed)
{
    const char *quote = seed > EXACT_MAX ? "\"" : "";
    et_text_addf(out, ",\"seed\":%s%" PRIu64 "%s", quote, seed, quote);
}

static void add_goal(struct et_text *out, const struct et_summary_goal *goal)
{
    et_text_add(out, ET_LIT("{\"metric\":"));
    et_text_json(out, goal->metric);
    text(out, "arm", goal->arm);
    if (goal->against.size)
        text(out, "against", goal->against);
    else
        et_text_add(out, ET_LIT(",\"against\":null"));
    text(out, "unit", goal->unit);
    et_text_addf(out,
                 ",\"value\":%" PRId64 ",\"low\":%" PRId64 ",\"high\":%" PRId64
                 ",\"required\":%" PRId64,
                 goal->value, goal->low, goal->high, goal->required);
    text(out, "verdict", goal->verdict);
    text(out, "reason", goal->reason);
    et_text_addc(out, '}');
}

static void add_goals(struct et_text *out, const struct et_summary *summary)
{
    et_text_add(out, ET_LIT(",\"goals\":["));
    for (size_t i = 0; i < summary->goal_count; i++) {
        if (i)
            et_text_addc(out, ',');
        add_goal(out, &summary->goals[i]);
    }
    et_text_addc(out, ']');
}

static void add_quantiles(struct et_text *out, const char *key,
                          const struct et_summary_quantiles *us)
{
    et_text_addf(out,
                 ",\"%s\":{\"mean\":%" PRIu64 ",\"p50\":%" PRIu64 ",\"p95\":%" PRIu64
                 ",\"p99\":%" PRIu64 ",\"max\":%" PRIu64 "}",
                 key, us->mean, us->p50, us->p95, us->p99, us->max);
}

/* Every cause, those that did not happen too: who reads it need not ask which there are. */
static void add_errors(struct et_text *out, const struct et_arm_totals *totals)
{
    et_text_add(out, ET_LIT(",\"errors\":{"));
    for (enum et_end end = ET_END_ANSWERED + 1; end < ET_ENDS; end++)
        et_text_addf(out, "%s\"%s\":%" PRIu64, end == ET_END_ANSWERED + 1 ? "" : ",",
                     et_end_text(end), totals->errors[end]);
    et_text_addc(out, '}');
}

static void add_arm(struct et_text *out, const struct et_summary_arm *arm)
{
    const struct et_arm_totals *totals = &arm->totals;
    et_text_addf(out, "{\"requests\":%" PRIu64, totals->requests);
    number(out, "completed", totals->completed);
    add_errors(out, totals);
    number(out, "upstream_calls", totals->upstream_calls);
    number(out, "hits", totals->hits);
    number(out, "coalesced", totals->coalesced);
    et_text_addf(out,
                 ",\"tokens\":{\"prompt\":%" PRIu64 ",\"cached\":%" PRIu64 ",\"written\":%" PRIu64
                 ",\"completion\":%" PRIu64 "}",
                 totals->prompt_tokens, totals->cached_tokens, totals->written_tokens,
                 totals->completion_tokens);
    et_text_addf(out, ",\"cost_pico_usd\":\"%" PRIu64 "\",\"priced\":%s", totals->cost_pico,
                 totals->priced ? "true" : "false");
    add_quantiles(out, "latency_us", &arm->latency);
    add_quantiles(out, "service_us", &arm->service);
    add_quantiles(out, "ttft_us", &arm->ttft);
    text(out, "model", arm->model);
    number(out, "template_version", arm->template_version);
    et_text_addc(out, '}');
}

static void add_arms(struct et_text *out, const struct et_summary *summary)
{
    et_text_add(out, ET_LIT(",\"arms\":{"));
    for (size_t i = 0; i < summary->arm_count; i++) {
        if (i)
            et_text_addc(out, ',');
        et_text_json(out, summary->arms[i].name);
        et_text_addc(out, ':');
        add_arm(out, &summary->arms[i]);
    }
    et_text_addc(out, '}');
}

void et_report_json(const struct et_summary *summary, struct et_slice agreement,
                    struct et_text *out)
{
    et_text_add(out, ET_LIT("{\"scenario\":"));
    et_text_json(out, summary->scenario);
    add_seed(out, summary->seed);
    number(out, "seeds", summary->seeds);
    text(out, "clock", summary->clock);
    et_text_addf(out, ",\"fingerprint\":\"%016" PRIx64 "\"", summary->fingerprint);
    text(out, "status", summary->status);
    text(out, "verdict", summary->verdict);
    add_goals(out, summary);
    add_arms(out, summary);
    if (agreement.size) {
        et_text_add(out, ET_LIT(",\"agreement\":"));
        et_text_add(out, agreement);
    }
    et_text_add(out, ET_LIT("}\n"));
}
