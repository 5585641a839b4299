/* SPDX-License-Identifier: MIT */
/* What the files of the ledger share. */
#ifndef ET_IO_LEDGER_PRIVATE_H
#define ET_IO_LEDGER_PRIVATE_H

#include "io/ledger.h"
#include "io/ledger_lock.h"

#include <sqlite3.h>

/* X(name, SQL): every statement that writes, prepared once. */
#define LEDGER_STATEMENTS(X)                                                                       \
    X(RUN, "INSERT INTO runs (scenario, path, seed, seeds, clock, version, revision, machine,"     \
           " started_unix_ms, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running')")              \
    X(ARM, "INSERT INTO arms (run, name, model, template_version, seed, epoch_unix)"               \
           " VALUES (?, ?, ?, ?, ?, ?)")                                                           \
    X(REQUEST, "INSERT INTO requests VALUES"                                                       \
               " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")        \
    X(ATTEMPT, "INSERT INTO attempts VALUES"                                                       \
               " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")                             \
    X(INTERVAL, "INSERT INTO intervals VALUES (?, ?, ?, ?, ?)")                                    \
    X(TRANSITION, "INSERT INTO transitions (arm, at_ns, model, from_state, to_state)"              \
                  " VALUES (?, ?, ?, ?, ?)")                                                       \
    X(ERRORS, "INSERT INTO errors VALUES (?, ?, ?)")                                               \
    X(ARM_DONE, "UPDATE arms SET (requests, completed, upstream_calls, prompt_tokens,"             \
                " cached_tokens, written_tokens, completion_tokens, cost_pico, hits, coalesced,"   \
                " late_us_p99, priced, fingerprint)"                                               \
                " = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?")                         \
    X(GOAL, "INSERT INTO goals (run, metric, arm, against, unit, value, low, high, required,"      \
            " verdict, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")                          \
    X(RUN_DONE, "UPDATE runs SET (status, verdict, fingerprint) = (?, ?, ?) WHERE id = ?")

enum statement {
#define LEDGER_STATEMENT(name, sql) STATEMENT_##name,
    LEDGER_STATEMENTS(LEDGER_STATEMENT)
#undef LEDGER_STATEMENT
        STATEMENTS
};

struct et_ledger {
    struct sqlite3 *db;
    struct et_ledger_lock lock;              /* held by a writer */
    struct sqlite3_stmt *writes[STATEMENTS]; /* NULL in a reader */
    unsigned pending;                        /* rows of the open transaction */
    char path[PATH_MAX];
};

#endif
