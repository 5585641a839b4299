/* SPDX-License-Identifier: MIT */
/* One SELECT, read column by column with one check at the end.
 *
 *     struct et_query query;
 *     et_query_open(&query, summary's arena, ledger, "SELECT name, cost FROM arms WHERE run = ?",
 * run); while (et_query_next(&query)) { name = et_query_text(&query);          the columns in their
 * order, each once cost = et_query_u64(&query);
 *     }
 *     return et_query_close(&query, complaint);   0, or what went wrong first */
#ifndef ET_REPORTS_QUERY_H
#define ET_REPORTS_QUERY_H

#include "core/base/arena.h"
#include "io/ledger.h"

struct sqlite3_stmt;

struct et_query { /* private */
    struct et_arena *arena;
    struct et_ledger *ledger;
    struct sqlite3_stmt *statement;
    int column;   /* the next one */
    int err;      /* sticky */
    bool refused; /* by SQLite, which then knows why */
};

/* `key` is the one parameter of `sql`. */
void et_query_open(struct et_query *query, struct et_arena *arena, struct et_ledger *ledger,
                   const char *sql, int64_t key);
bool et_query_next(struct et_query *query);

struct et_slice et_query_text(struct et_query *query);  /* valid UTF-8, copied; empty for NULL */
struct et_slice et_query_bytes(struct et_query *query); /* as stored, until the next row */
uint64_t et_query_u64(struct et_query *query);          /* 0 for NULL; negative: ET_CORRUPT */
int64_t et_query_i64(struct et_query *query);
uint64_t et_query_digits(struct et_query *query); /* a seed: decimal text */
uint64_t et_query_hex(struct et_query *query);    /* a fingerprint; 0 for NULL */

void et_query_fail(struct et_query *query, int err); /* keeps the first error */
int et_query_close(struct et_query *query, struct et_complaint *complaint) ET_MUST_CHECK;

#endif
