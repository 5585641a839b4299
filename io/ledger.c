/* SPDX-License-Identifier: MIT */
/* Rows into the ledger, in transactions of some thousand. */
#include "io/ledger_private.h"
#include "io/sqlite_error.h"

#include <inttypes.h>
#include <stdio.h>

enum { BATCH_ROWS = 8192, NS_PER_US = 1000 };

/* A row under way: its statement, the next parameter, and the first value that did not fit. */
struct row {
    struct et_ledger *ledger;
    struct sqlite3_stmt *statement;
    int next;
    bool refused;
    uint64_t found;
};

static struct row start(struct et_ledger *ledger, enum statement which)
{
    return (struct row){ledger, ledger->writes[which], 1, false, 0};
}

static void put_i64(struct row *row, int64_t value)
{
    sqlite3_bind_int64(row->statement, row->next++, value);
}

/* Counts, spans and money are below 2^63, which is 292 years and nine million dollars; what is not
 * is refused rather than wrapped. */
static void put_u64(struct row *row, uint64_t value)
{
    if (value > INT64_MAX && !row->refused) {
        row->refused = true;
        row->found = value;
    }
    put_i64(row, (int64_t)value);
}

static void put_instant(struct row *row, et_ns at)
{
    if (at == ET_NEVER)
        sqlite3_bind_null(row->statement, row->next++);
    else
        put_u64(row, at);
}

/* The bytes are borrowed until the statement has run. */
static void put_slice(struct row *row, struct et_slice slice)
{
    sqlite3_bind_text64(row->statement, row->next++, slice.data ? slice.data : "", slice.size,
                        SQLITE_STATIC, SQLITE_UTF8);
}

static void put_text(struct row *row, const char *text)
{
    put_slice(row, et_slice_of(text));
}

/* Any 64-bit number, as text. */
static void put_seed(struct row *row, uint64_t seed)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%" PRIu64, seed);
    sqlite3_bind_text(row->statement, row->next++, text, size, SQLITE_TRANSIENT);
}

static void put_fingerprint(struct row *row, uint64_t fingerprint)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%016" PRIx64, fingerprint);
    sqlite3_bind_text(row->statement, row->next++, text, size, SQLITE_TRANSIENT);
}

static void put_usage(struct row *row, const struct et_usage *usage)
{
    put_u64(row, usage->prompt);
    put_u64(row, usage->cached);
    put_u64(row, usage->written);
    put_u64(row, usage->completion);
    put_u64(row, usage->reasoning);
}

static int fail(struct et_ledger *ledger, const char *doing, struct et_complaint *complaint)
{
    int err = et_sqlite_complain(complaint, ledger->db, ledger->path, doing);
    if (sqlite3_get_autocommit(
            ledger->db)) /* SQLite took the transaction back: no room, no memory */
        ledger->pending = 0;
    return err;
}

static int begin(struct et_ledger *ledger, struct et_complaint *complaint)
{
    if (!sqlite3_get_autocommit(ledger->db) ||
        sqlite3_exec(ledger->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    return fail(ledger, "write to the ledger", complaint);
}

int et_ledger_flush(struct et_ledger *ledger, struct et_complaint *complaint)
{
    if (sqlite3_get_autocommit(ledger->db))
        return 0;
    if (sqlite3_exec(ledger->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        return fail(ledger, "write to the ledger", complaint);
    ledger->pending = 0;
    return 0;
}

/* Runs the statement; its bindings stay, but every one is set again before it runs again. */
static int finish(struct row *row, struct et_complaint *complaint)
{
    struct et_ledger *ledger = row->ledger;
    if (row->refused) {
        et_complaint_file(complaint, ledger->path);
        return et_complain(complaint, ET_VALUE,
                           "found %" PRIu64 " to store; expected less than 2^63", row->found);
    }
    int err = begin(ledger, complaint);
    if (err)
        return err;
    if (sqlite3_step(row->statement) != SQLITE_DONE)
        err = fail(ledger, "write to the ledger", complaint);
    sqlite3_reset(row->statement);
    if (err)
        return err;
    return ++ledger->pending < BATCH_ROWS ? 0 : et_ledger_flush(ledger, complaint);
}

int et_ledger_run(struct et_ledger *ledger, const struct et_run_row *run, int64_t *id,
                  struct et_complaint *complaint)
{
    struct row row = start(ledger, STATEMENT_RUN);
    put_text(&row, run->scenario);
    put_text(&row, run->path);
    put_seed(&row, run->seed);
    put_u64(&row, run->seeds);
    put_text(&row, run->clock);
    put_text(&row, run->version);
    put_text(&row, run->commit);
    put_text(&row, run->machine);
    put_u64(&row, run->started_unix_ms);
    int err = finish(&row, complaint);
    int64_t made = sqlite3_last_insert_rowid(ledger->db);
    if (!err) /* at once: whatever becomes of this process, the run shows that it was started */
        err = et_ledger_flush(ledger, complaint);
    if (!err)
        *id = made;
    return err;
}

int et_ledger_arm(struct et_ledger *ledger, const struct et_arm_row *arm, int64_t *id,
                  struct et_complaint *complaint)
{
    struct row row = start(ledger, STATEMENT_ARM);
    put_i64(&row, arm->run);
    put_text(&row, arm->name);
    put_text(&row, arm->model);
    put_u64(&row, arm->template_version);
    put_seed(&row, arm->seed);
    put_u64(&row, arm->epoch_unix);
    int err = finish(&row, complaint);
    if (!err)
        *id = sqlite3_last_insert_rowid(ledger->db);
    return err;
}

int et_ledger_request(struct et_ledger *ledger, int64_t arm, et_ns intended_at,
                      const struct et_request_row *request, struct et_complaint *complaint)
{
    struct row row = start(ledger, STATEMENT_REQUEST);
    put_i64(&row, arm);
    put_u64(&row, request->request);
    put_slice(&row, request->use_case);
    put_slice(&row, request->model);
    put_text(&row, et_priority_names[request->priority]);
    put_text(&row, et_end_text(request->end));
    put_text(&row, et_source_text(request->source));
    put_i64(&row, request->stream);
    put_i64(&row, request->attempts);
    put_u64(&row, intended_at);
    put_u64(&row, request->arrived_at);
    put_u64(&row, request->queued);
    put_instant(&row, request->first_at);
    put_u64(&row, request->ended_at);
    put_usage(&row, &request->usage);
    put_u64(&row, request->cost_pico);
    put_u64(&row, request->saved_pico);
    put_i64(&row, request->priced);
    put_slice(&row, request->asked);
    put_text(&row, et_route_step_names[request->step]);
    return finish(&row, complaint);
}

int et_ledger_attempt(struct et_ledger *ledger, int64_t arm, const struct et_attempt_row *attempt,
                      struct et_complaint *complaint)
{
    struct row row = start(ledger, STATEMENT_ATTEMPT);
    put_i64(&row, arm);
    put_u64(&row, attempt->call);
    put_u64(&row, attempt->request);
    put_i64(&row, attempt->number);
    put_slice(&row, attempt->model);
    put_text(&row, et_end_text(attempt->end));
    put_i64(&row, attempt->status);
    put_u64(&row, attempt->called_at);
    put_instant(&row, attempt->first_at);
    put_u64(&row, attempt->ended_at);
    put_usage(&row, &attempt->usage);
    put_u64(&row, attempt->cost_pico);
    put_i64(&row, attempt->priced);
    return finish(&row, complaint);
}

int et_ledger_transition(struct et_ledger *ledger, int64_t arm,
                         const struct et_transition_row *transition, struct et_complaint *complaint)
{
    struct row row = start(ledger, STATEMENT_TRANSITION);
    put_i64(&row, arm);
    put_u64(&row, transition->at);
    put_slice(&row, transition->model);
    put_text(&row, transition->from);
    put_text(&row, transition->to);
    return finish(&row, complaint);
}

int et_ledger_interval(struct et_ledger *ledger, int64_t arm, const char *metric, et_ns from,
                       et_ns to, struct et_slice histogram, struct et_complaint *complaint)
{
    struct row row = start(ledger, STATEMENT_INTERVAL);
    put_i64(&row, arm);
    put_text(&row, metric);
    put_u64(&row, from);
    put_u64(&row, to);
    put_slice(&row, histogram);
    return finish(&row, complaint);
}

static int add_errors(struct et_ledger *ledger, int64_t arm, const struct et_arm_totals *totals,
                      struct et_complaint *complaint)
{
    int err = 0;
    for (enum et_end end = ET_END_ANSWERED + 1; !err && end < ET_ENDS; end++) {
        if (!totals->errors[end])
            continue;
        struct row row = start(ledger, STATEMENT_ERRORS);
        put_i64(&row, arm);
        put_text(&row, et_end_text(end));
        put_u64(&row, totals->errors[end]);
        err = finish(&row, complaint);
    }
    return err;
}

int et_ledger_arm_done(struct et_ledger *ledger, int64_t arm, const struct et_arm_totals *totals,
                       struct et_complaint *complaint)
{
    int err = add_errors(ledger, arm, totals, complaint);
    if (err)
        return err;
    struct row row = start(ledger, STATEMENT_ARM_DONE);
    put_u64(&row, totals->requests);
    put_u64(&row, totals->completed);
    put_u64(&row, totals->upstream_calls);
    put_u64(&row, totals->prompt_tokens);
    put_u64(&row, totals->cached_tokens);
    put_u64(&row, totals->written_tokens);
    put_u64(&row, totals->completion_tokens);
    put_u64(&row, totals->cost_pico);
    put_u64(&row, totals->hits);
    put_u64(&row, totals->coalesced);
    put_u64(&row, totals->late_us_p99);
    put_i64(&row, totals->priced);
    put_fingerprint(&row, totals->fingerprint);
    put_i64(&row, arm);
    return finish(&row, complaint);
}

int et_ledger_goal(struct et_ledger *ledger, int64_t run, const struct et_goal_row *goal,
                   struct et_complaint *complaint)
{
    struct row row = start(ledger, STATEMENT_GOAL);
    put_i64(&row, run);
    put_text(&row, goal->metric);
    put_text(&row, goal->arm);
    put_text(&row, goal->against);
    put_text(&row, goal->unit);
    put_i64(&row, goal->value);
    put_i64(&row, goal->low);
    put_i64(&row, goal->high);
    put_i64(&row, goal->required);
    put_text(&row, goal->verdict);
    put_text(&row, goal->reason);
    return finish(&row, complaint);
}

/* The last transaction is on the disk before this returns, and with it all before: FULL flushes
 * the whole WAL. */
int et_ledger_run_done(struct et_ledger *ledger, int64_t run, const char *status,
                       const char *verdict, uint64_t fingerprint, struct et_complaint *complaint)
{
    struct row row = start(ledger, STATEMENT_RUN_DONE);
    put_text(&row, status);
    put_text(&row, verdict);
    put_fingerprint(&row, fingerprint);
    put_i64(&row, run);
    int err = et_ledger_flush(ledger, complaint);
    sqlite3_exec(ledger->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
    if (!err)
        err = finish(&row, complaint);
    if (!err)
        err = et_ledger_flush(ledger, complaint);
    sqlite3_exec(ledger->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    return err;
}
