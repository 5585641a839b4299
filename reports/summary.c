/* SPDX-License-Identifier: MIT */
#include "reports/summary.h"

#include "core/base/hash.h"
#include "core/measure/encoding.h"
#include "io/sysmem.h"
#include "reports/query.h"

#include <sqlite3.h>
#include <string.h>

enum metric { LATENCY, SERVICE, TTFT, METRICS };

static const char *const metric_names[] = {"latency_us", "service_us", "ttft_us"};

/* A reading under way: the histograms of arm a are at METRICS * a. */
struct reading {
    struct et_summary *summary;
    struct et_ledger *ledger;
    struct et_histogram **merged;
    struct et_complaint *complaint;
};

static void start(struct reading *reading, struct et_query *query, const char *sql)
{
    et_query_open(query, &reading->summary->arena, reading->ledger, sql, reading->summary->run);
}

/* The array with room for one more item behind its `count`: doubled whenever that is a power of
 * two.  NULL, and the query fails: out of memory. */
static void *more(struct et_query *query, void *items, size_t count, size_t size)
{
    if (count & (count - 1))
        return items;
    void *grown = et_arena_array(query->arena, count ? 2 * count : 1, size);
    if (grown && count)
        memcpy(grown, items, count * size);
    if (!grown)
        et_query_fail(query, ET_NOMEM);
    return grown;
}

static int read_run(struct reading *reading)
{
    struct et_summary *summary = reading->summary;
    struct et_query query;
    start(reading, &query,
          "SELECT id, scenario, path, clock, version, revision, machine, status, verdict, seed,"
          " seeds, started_unix_ms, fingerprint FROM runs"
          " WHERE id = coalesce(nullif(?1, 0), (SELECT max(id) FROM runs))");
    bool found = et_query_next(&query);
    int64_t asked = summary->run;
    if (found) {
        summary->run = et_query_i64(&query);
        struct et_slice *const texts[] = {&summary->scenario, &summary->path,   &summary->clock,
                                          &summary->version,  &summary->commit, &summary->machine,
                                          &summary->status,   &summary->verdict};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = et_query_text(&query);
        summary->seed = et_query_digits(&query);
        summary->seeds = et_query_u64(&query);
        summary->started_unix_ms = et_query_u64(&query);
        summary->fingerprint = et_query_hex(&query);
    }
    int err = et_query_close(&query, reading->complaint);
    if (err || found)
        return err;
    if (asked)
        return et_complain(reading->complaint, ET_UNKNOWN,
                           "there is no run %lld; `etalon ledger` lists them", (long long)asked);
    return et_complain(reading->complaint, ET_UNKNOWN, "the ledger holds no run yet");
}

static struct et_summary_arm *find_arm(const struct et_summary *summary, struct et_slice name)
{
    for (size_t i = 0; i < summary->arm_count; i++)
        if (et_slice_equal(summary->arms[i].name, name))
            return &summary->arms[i];
    return NULL;
}

static struct et_summary_arm *add_arm(struct et_summary *summary, struct et_query *query,
                                      struct et_slice name)
{
    struct et_summary_arm *arms =
        more(query, summary->arms, summary->arm_count, sizeof *summary->arms);
    if (!arms)
        return NULL;
    summary->arms = arms;
    struct et_summary_arm *arm = &arms[summary->arm_count++];
    *arm = (struct et_summary_arm){.name = name, .totals = {.priced = true}};
    return arm;
}

/* Of one seed the fingerprint is its own; of several it is folded, in the order of the seeds. */
static uint64_t fold(uint64_t so_far, uint64_t next)
{
    uint64_t both[] = {so_far, next};
    return so_far ? et_hash64((struct et_slice){(const char *)both, sizeof both}, 0) : next;
}

/* One row of arms: an arm with one seed. */
static void add_seed(struct et_summary *summary, struct et_query *query)
{
    struct et_slice name = et_query_text(query);
    struct et_summary_arm *arm = find_arm(summary, name);
    if (!arm)
        arm = add_arm(summary, query, name);
    if (!arm)
        return;
    arm->model = et_query_text(query);
    arm->template_version = et_query_u64(query);
    uint64_t epoch_unix = et_query_u64(query);
    if (!summary->epoch_unix)
        summary->epoch_unix = epoch_unix;
    struct et_arm_totals *totals = &arm->totals;
    uint64_t *const sums[] = {
        &totals->requests,          &totals->completed,     &totals->upstream_calls,
        &totals->prompt_tokens,     &totals->cached_tokens, &totals->written_tokens,
        &totals->completion_tokens, &totals->cost_pico,     &totals->hits,
        &totals->coalesced};
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        *sums[i] += et_query_u64(query);
    uint64_t late_us_p99 = et_query_u64(query);
    if (late_us_p99 > totals->late_us_p99)
        totals->late_us_p99 = late_us_p99;
    totals->priced = totals->priced && et_query_i64(query) != 0;
    totals->fingerprint = fold(totals->fingerprint, et_query_hex(query));
}

static int read_arms(struct reading *reading)
{
    struct et_query query;
    start(reading, &query,
          "SELECT name, model, template_version, epoch_unix, requests, completed, upstream_calls,"
          " prompt_tokens, cached_tokens, written_tokens, completion_tokens, cost_pico, hits,"
          " coalesced, late_us_p99, coalesce(priced, 1), fingerprint"
          " FROM arms WHERE run = ? ORDER BY id");
    while (et_query_next(&query))
        add_seed(reading->summary, &query);
    return et_query_close(&query, reading->complaint);
}

static bool find_end(struct et_slice cause, enum et_end *end)
{
    for (*end = 0; *end < ET_ENDS; (*end)++)
        if (et_slice_equal(cause, et_slice_of(et_end_text(*end))))
            return true;
    return false;
}

static int read_errors(struct reading *reading)
{
    struct et_query query;
    start(reading, &query,
          "SELECT name, cause, count FROM arms JOIN errors ON errors.arm = arms.id WHERE run = ?");
    while (et_query_next(&query)) {
        struct et_summary_arm *arm = find_arm(reading->summary, et_query_text(&query));
        enum et_end end;
        if (arm && find_end(et_query_bytes(&query), &end))
            arm->totals.errors[end] += et_query_u64(&query);
        else
            et_query_fail(&query, ET_CORRUPT);
    }
    return et_query_close(&query, reading->complaint);
}

static int merge(struct et_histogram **into, struct et_slice text)
{
    struct et_histogram *one;
    int err = et_histogram_parse(&one, &et_sysmem, text);
    if (err)
        return err;
    if (!*into) {
        *into = one;
        return 0;
    }
    if (!et_histogram_add(*into, one))
        err = ET_CORRUPT;
    et_histogram_free(one);
    return err;
}

/* One row of intervals; metrics that a later version may add are left out. */
static void add_interval(struct reading *reading, struct et_query *query)
{
    struct et_summary *summary = reading->summary;
    struct et_summary_arm *arm = find_arm(summary, et_query_text(query));
    struct et_slice metric = et_query_bytes(query);
    for (size_t i = 0; arm && i < METRICS; i++) {
        if (!et_slice_equal(metric, et_slice_of(metric_names[i])))
            continue;
        size_t place = (size_t)(arm - summary->arms) * METRICS + i;
        int err = merge(&reading->merged[place], et_query_bytes(query));
        if (err)
            et_query_fail(query, err);
        return;
    }
}

static struct et_summary_quantiles quantiles(const struct et_histogram *histogram)
{
    if (!histogram)
        return (struct et_summary_quantiles){0};
    return (struct et_summary_quantiles){
        .count = histogram->count,
        .mean = et_histogram_mean(histogram),
        .p50 = et_histogram_at(histogram, 500000),
        .p95 = et_histogram_at(histogram, 950000),
        .p99 = et_histogram_at(histogram, 990000),
        .max = et_histogram_max(histogram),
    };
}

static int read_intervals(struct reading *reading)
{
    struct et_summary *summary = reading->summary;
    size_t count = summary->arm_count * METRICS;
    reading->merged = et_mem_array(&et_sysmem, count, sizeof *reading->merged);
    if (!reading->merged)
        return et_complain(reading->complaint, ET_NOMEM, "out of memory");
    struct et_query query;
    start(reading, &query,
          "SELECT name, metric, histogram FROM arms JOIN intervals ON intervals.arm = arms.id"
          " WHERE run = ?");
    while (et_query_next(&query))
        add_interval(reading, &query);
    for (size_t i = 0; i < summary->arm_count; i++) {
        struct et_histogram **own = reading->merged + i * METRICS;
        struct et_summary_arm *arm = &summary->arms[i];
        arm->latency = quantiles(own[LATENCY]);
        arm->service = quantiles(own[SERVICE]);
        arm->ttft = quantiles(own[TTFT]);
        arm->latency_curve = own[LATENCY];
        et_histogram_free(own[SERVICE]);
        et_histogram_free(own[TTFT]);
    }
    et_mem_give(&et_sysmem, reading->merged, count * sizeof *reading->merged);
    return et_query_close(&query, reading->complaint);
}

/* Rows come by use case, the most used model first; the mean is a sum until all are in. */
static void add_use_case(struct et_summary_arm *arm, struct et_query *query)
{
    struct et_slice name = et_query_text(query), model = et_query_text(query);
    size_t count = arm->use_case_count;
    if (count == 0 || !et_slice_equal(arm->use_cases[count - 1].name, name)) {
        struct et_summary_use_case *cases = more(query, arm->use_cases, count, sizeof *cases);
        if (!cases)
            return;
        cases[count] = (struct et_summary_use_case){.name = name, .model = model};
        arm->use_cases = cases;
        arm->use_case_count = ++count;
    }
    struct et_summary_use_case *last = &arm->use_cases[count - 1];
    last->requests += et_query_u64(query);
    last->answered += et_query_u64(query);
    last->hits += et_query_u64(query);
    last->cost_pico += et_query_u64(query);
    last->latency_mean_us += et_query_u64(query);
}

static int read_use_cases(struct reading *reading)
{
    struct et_summary *summary = reading->summary;
    struct et_query query;
    start(reading, &query,
          "SELECT name, use_case, r.model, count(*), sum(outcome = 'answered'),"
          " sum(source = 'cache'), sum(r.cost_pico),"
          " sum(iif(outcome = 'answered', (ended_ns - intended_ns) / 1000, 0))"
          " FROM arms JOIN requests AS r ON r.arm = arms.id WHERE run = ?"
          " GROUP BY name, use_case, r.model ORDER BY use_case, count(*) DESC, r.model");
    while (et_query_next(&query)) {
        struct et_summary_arm *arm = find_arm(summary, et_query_text(&query));
        if (arm)
            add_use_case(arm, &query);
    }
    for (size_t i = 0; i < summary->arm_count; i++)
        for (size_t k = 0; k < summary->arms[i].use_case_count; k++) {
            struct et_summary_use_case *one = &summary->arms[i].use_cases[k];
            one->latency_mean_us = one->answered ? one->latency_mean_us / one->answered : 0;
        }
    return et_query_close(&query, reading->complaint);
}

static int read_goals(struct reading *reading)
{
    struct et_summary *summary = reading->summary;
    struct et_query query;
    start(reading, &query,
          "SELECT metric, arm, against, unit, verdict, reason, value, low, high, required"
          " FROM goals WHERE run = ? ORDER BY id");
    while (et_query_next(&query)) {
        struct et_summary_goal *goals =
            more(&query, summary->goals, summary->goal_count, sizeof *goals);
        if (!goals)
            break;
        summary->goals = goals;
        struct et_summary_goal *goal = &goals[summary->goal_count++];
        struct et_slice *const texts[] = {&goal->metric, &goal->arm,     &goal->against,
                                          &goal->unit,   &goal->verdict, &goal->reason};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = et_query_text(&query);
        int64_t *const numbers[] = {&goal->value, &goal->low, &goal->high, &goal->required};
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
            *numbers[i] = et_query_i64(&query);
    }
    return et_query_close(&query, reading->complaint);
}

static int read_all(struct reading *reading)
{
    static int (*const steps[])(struct reading *) = {read_run,       read_arms,      read_errors,
                                                     read_intervals, read_use_cases, read_goals};
    int err = 0;
    for (size_t i = 0; !err && i < sizeof steps / sizeof *steps; i++)
        err = steps[i](reading);
    return err;
}

int et_summary_new(struct et_summary **out, struct et_ledger *ledger, int64_t run,
                   struct et_complaint *complaint)
{
    struct et_summary *summary = et_mem_take(&et_sysmem, sizeof *summary);
    if (!summary)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    et_arena_init(&summary->arena, &et_sysmem, ET_ARENA_BLOCK);
    summary->run = run;
    struct reading reading = {summary, ledger, NULL, complaint};
    struct sqlite3 *db = et_ledger_handle(ledger);
    sqlite3_exec(db, "SAVEPOINT summary", NULL, NULL, NULL); /* all of it as of one instant */
    int err = read_all(&reading);
    sqlite3_exec(db, "RELEASE summary", NULL, NULL, NULL);
    if (err)
        et_summary_free(summary);
    else
        *out = summary;
    return err;
}

void et_summary_free(struct et_summary *summary)
{
    if (!summary)
        return;
    for (size_t i = 0; i < summary->arm_count; i++)
        et_histogram_free(summary->arms[i].latency_curve);
    et_arena_free(&summary->arena);
    et_mem_give(&et_sysmem, summary, sizeof *summary);
}
