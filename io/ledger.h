/* SPDX-License-Identifier: MIT */
/* The ledger: one SQLite file that holds everything a run learns.
 *
 * One writer (a second one is refused, see ledger_lock.h), WAL, STRICT tables, a schema version in
 * PRAGMA user_version with migrations.  Rows are gathered in transactions of some thousand; a
 * killed process loses at most the last of them and the run stays marked "running"; an interrupted
 * one is marked "interrupted" and has no verdict.
 *
 * Tables: runs, arms, errors, requests, attempts, intervals (one HDR histogram per arm, metric and
 * interval), transitions, goals.  And what cost dashboards expect: openai_cache_metrics, with
 * openai_cache_daily_stats kept by triggers, and the views openai_cache_hourly_stats and
 * openai_cache_model_stats (docs/ledger.md).
 *
 * Seeds are stored as text, fingerprints as 16 hex digits; ET_NEVER as NULL.  Any other number of
 * 2^63 or more is refused with ET_VALUE.
 *
 * Errors: ET_IO (the disk is full, the folder read-only, the file locked: the complaint says
 * which), ET_CORRUPT (not a ledger, or damaged), ET_VERSION (made by a newer Etalon). */
#ifndef ET_IO_LEDGER_H
#define ET_IO_LEDGER_H

#include "core/base/complaint.h"
#include "core/engine/book.h"

struct et_ledger;

int et_ledger_open(struct et_ledger **out, const char *path, struct et_complaint *complaint)
    ET_MUST_CHECK; /* makes the file if it is not there */
int et_ledger_open_read(struct et_ledger **out, const char *path, struct et_complaint *complaint)
    ET_MUST_CHECK;                              /* read-only; ET_IO if it is not there */
void et_ledger_close(struct et_ledger *ledger); /* NULL is fine */

struct et_run_row {
    const char *scenario; /* name */
    const char *path;     /* of the scenario file */
    uint64_t seed, seeds;
    const char *clock;   /* "virtual" or "real" */
    const char *version; /* of etalon */
    const char *commit;  /* of the user's repository, or "" */
    const char *machine; /* "Linux x86_64, 2 cores" */
    uint64_t started_unix_ms;
};

/* Starts a run with status "running". */
int et_ledger_run(struct et_ledger *ledger, const struct et_run_row *row, int64_t *run,
                  struct et_complaint *complaint) ET_MUST_CHECK;

/* `today` makes `now` = 0 a date: the books of a virtual day are dated by it. */
struct et_arm_row {
    int64_t run;
    const char *name, *model;
    unsigned template_version;
    uint64_t seed;
    uint64_t epoch_unix; /* Unix seconds at now = 0 */
};
int et_ledger_arm(struct et_ledger *ledger, const struct et_arm_row *row, int64_t *arm,
                  struct et_complaint *complaint) ET_MUST_CHECK;

int et_ledger_request(struct et_ledger *ledger, int64_t arm, et_ns intended_at,
                      const struct et_request_row *row,
                      struct et_complaint *complaint) ET_MUST_CHECK;
int et_ledger_attempt(struct et_ledger *ledger, int64_t arm, const struct et_attempt_row *row,
                      struct et_complaint *complaint) ET_MUST_CHECK;
int et_ledger_transition(struct et_ledger *ledger, int64_t arm, const struct et_transition_row *row,
                         struct et_complaint *complaint) ET_MUST_CHECK;

/* `histogram`: V2 compressed, base64.  metric: "latency_us", "service_us", "ttft_us". */
int et_ledger_interval(struct et_ledger *ledger, int64_t arm, const char *metric, et_ns from,
                       et_ns to, struct et_slice histogram,
                       struct et_complaint *complaint) ET_MUST_CHECK;

/* What an arm came to, counted by the harness (not by SQL), closes the arm. */
struct et_arm_totals {
    uint64_t requests, completed, upstream_calls;
    uint64_t prompt_tokens, cached_tokens, written_tokens, completion_tokens;
    uint64_t cost_pico;
    uint64_t errors[ET_ENDS]; /* by cause; ANSWERED unused */
    uint64_t hits, coalesced;
    uint64_t fingerprint;
    uint64_t late_us_p99; /* how late the client itself was */
    bool priced;
};
int et_ledger_arm_done(struct et_ledger *ledger, int64_t arm, const struct et_arm_totals *totals,
                       struct et_complaint *complaint) ET_MUST_CHECK;

struct et_goal_row {
    const char *metric, *arm, *against; /* against "": a level */
    const char *unit;                   /* "ppm" (change or share) or "us" */
    int64_t value, low, high;           /* estimate and its confidence interval */
    int64_t required;                   /* at most */
    const char *verdict; /* "PASS", "FAIL", "INSUFFICIENT", "INVALID", "UNRELIABLE" */
    const char *reason;  /* a sentence, or "" */
};
int et_ledger_goal(struct et_ledger *ledger, int64_t run, const struct et_goal_row *row,
                   struct et_complaint *complaint) ET_MUST_CHECK;

/* Commits what is gathered.  For who writes slowly, such as a gateway: once a second, say. */
int et_ledger_flush(struct et_ledger *ledger, struct et_complaint *complaint) ET_MUST_CHECK;

/* Ends the run: status "done", "interrupted" or "failed"; verdict "" for the latter two. */
int et_ledger_run_done(struct et_ledger *ledger, int64_t run, const char *status,
                       const char *verdict, uint64_t fingerprint,
                       struct et_complaint *complaint) ET_MUST_CHECK;

/* The database behind it, for the readers in reports/ (SELECT only). */
struct sqlite3;
struct sqlite3 *et_ledger_handle(struct et_ledger *ledger);

#endif
