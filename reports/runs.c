/* SPDX-License-Identifier: MIT */
#include "reports/runs.h"

#include "io/sysmem.h"
#include "reports/cells.h"
#include "reports/query.h"
#include "reports/units.h"

#include <inttypes.h>

struct run {
    int64_t id;
    uint64_t started_unix_ms, seeds, requests;
    struct et_slice scenario, clock, status, verdict, fingerprint;
};

static void put_id(const void *row, struct et_text *out)
{
    et_text_addf(out, "%" PRId64, ((const struct run *)row)->id);
}

static void put_started(const void *row, struct et_text *out)
{
    et_text_add(out, ET_LIT("  "));
    et_report_when(((const struct run *)row)->started_unix_ms, out);
}

static void put_scenario(const void *row, struct et_text *out)
{
    et_text_add(out, ((const struct run *)row)->scenario);
}

static void put_clock(const void *row, struct et_text *out)
{
    et_text_add(out, ((const struct run *)row)->clock);
}

static void put_seeds(const void *row, struct et_text *out)
{
    et_report_count(((const struct run *)row)->seeds, out);
}

static void put_requests(const void *row, struct et_text *out)
{
    et_report_count(((const struct run *)row)->requests, out);
}

static void put_verdict(const void *row, struct et_text *out)
{
    const struct run *run = row;
    bool done = et_slice_equal(run->status, ET_LIT("done"));
    et_text_add(out, ET_LIT("  "));
    et_text_add(out, done ? run->verdict : run->status);
}

static void put_fingerprint(const void *row, struct et_text *out)
{
    et_text_add(out, ((const struct run *)row)->fingerprint);
}

static const struct et_column columns[] = {
    {"run", 4, put_id},
    {"  started", -23, put_started},
    {"scenario", -18, put_scenario},
    {"clock", -8, put_clock},
    {"seeds", 5, put_seeds},
    {"requests", 11, put_requests},
    {"  verdict", -15, put_verdict},
    {"fingerprint", -16, put_fingerprint},
    {0},
};

static void read_run(struct et_query *query, struct run *run)
{
    run->id = et_query_i64(query);
    run->started_unix_ms = et_query_u64(query);
    run->scenario = et_query_text(query);
    run->clock = et_query_text(query);
    run->seeds = et_query_u64(query);
    run->requests = et_query_u64(query);
    run->status = et_query_text(query);
    run->verdict = et_query_text(query);
    run->fingerprint = et_query_text(query);
}

static void put_row(struct et_text *out, const struct run *run)
{
    et_cells_row(out, columns, run);
}

static void put_text(struct et_text *out, const char *key, struct et_slice value)
{
    et_text_addf(out, ",\"%s\":", key);
    if (value.size)
        et_text_json(out, value);
    else
        et_text_add(out, ET_LIT("null"));
}

static void put_json(struct et_text *out, const struct run *run)
{
    et_text_addf(out, "%s{\"run\":%" PRId64 ",\"started_unix_ms\":%" PRIu64,
                 et_slice_ends(et_text_slice(out), ET_LIT("[")) ? "" : ",", run->id,
                 run->started_unix_ms);
    put_text(out, "scenario", run->scenario);
    put_text(out, "clock", run->clock);
    et_text_addf(out, ",\"seeds\":%" PRIu64 ",\"requests\":%" PRIu64, run->seeds, run->requests);
    put_text(out, "status", run->status);
    put_text(out, "verdict", run->verdict);
    put_text(out, "fingerprint", run->fingerprint);
    et_text_addc(out, '}');
}

static int put_runs(struct et_ledger *ledger, void (*put)(struct et_text *, const struct run *),
                    struct et_text *out, struct et_complaint *complaint)
{
    struct et_arena arena;
    struct et_query query;
    struct run run = {0};
    et_arena_init(&arena, &et_sysmem, ET_ARENA_BLOCK);
    et_query_open(&query, &arena, ledger,
                  "SELECT id, started_unix_ms, scenario, clock, seeds,"
                  " (SELECT sum(requests) FROM arms WHERE arms.run = runs.id),"
                  " status, verdict, fingerprint FROM runs WHERE id > ? ORDER BY id",
                  0);
    while (et_query_next(&query)) {
        read_run(&query, &run);
        put(out, &run);
    }
    int err = et_query_close(&query, complaint);
    et_arena_free(&arena);
    return err;
}

int et_report_runs(struct et_ledger *ledger, struct et_text *out, struct et_complaint *complaint)
{
    et_cells_titles(out, columns);
    return put_runs(ledger, put_row, out, complaint);
}

int et_report_runs_json(struct et_ledger *ledger, struct et_text *out,
                        struct et_complaint *complaint)
{
    et_text_add(out, ET_LIT("{\"runs\":["));
    int err = put_runs(ledger, put_json, out, complaint);
    et_text_add(out, ET_LIT("]}\n"));
    return err;
}
