/* SPDX-License-Identifier: MIT */
/* A ledger's file: opened to write or to read, and closed. */
#include "io/ledger_private.h"
#include "io/ledger_schema.h"
#include "io/sqlite_error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_MS = 5000 };

/* Pages of the WAL before the writer moves them into the file: 16 MiB, four times SQLite's 1,000,
 * since a run writes hundreds of MiB in one go.  What is left of a longer WAL is cut to the same
 * size. */
#define WRITER_PRAGMAS                                                                             \
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"            \
    "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216;"                      \
    "PRAGMA cache_size = -16384"

static int fail(struct et_ledger *ledger, const char *doing, struct et_complaint *complaint)
{
    return et_sqlite_complain(complaint, ledger->db, ledger->path, doing);
}

/* The file may come from anybody: its schema may call no function with a side effect, and SQL may
 * not damage the database's own pages. */
static void distrust(struct sqlite3 *db)
{
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
}

static int new_ledger(struct et_ledger **out, const char *path, struct et_complaint *complaint)
{
    struct et_ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    ledger->lock.fd = -1;
    if (snprintf(ledger->path, sizeof ledger->path, "%s", path) >= (int)sizeof ledger->path) {
        free(ledger);
        et_complaint_file(complaint, path);
        return et_complain(complaint, ET_IO, "cannot be opened: %s", strerror(ENAMETOOLONG));
    }
    *out = ledger;
    return 0;
}

static int open_file(struct et_ledger *ledger, int flags, struct et_complaint *complaint)
{
    if (sqlite3_open_v2(ledger->path, &ledger->db, flags, NULL) != SQLITE_OK)
        return fail(ledger, "open it", complaint);
    distrust(ledger->db);
    return 0;
}

static int prepare(struct et_ledger *ledger, struct et_complaint *complaint)
{
    static const char *const sql[] = {
#define LEDGER_SQL(name, text) text,
        LEDGER_STATEMENTS(LEDGER_SQL)
#undef LEDGER_SQL
    };
    for (size_t i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(ledger->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &ledger->writes[i], NULL) != SQLITE_OK)
            return fail(ledger, "set up the ledger", complaint);
    return 0;
}

/* SQLite opens what it may not write read-only, and says nothing. */
static int refuse_read_only(struct et_ledger *ledger, struct et_complaint *complaint)
{
    if (sqlite3_db_readonly(ledger->db, "main") != 1)
        return 0;
    et_complaint_file(complaint, ledger->path);
    return et_complain(complaint, ET_IO, "cannot be written: the file is read-only");
}

static int open_writer(struct et_ledger *ledger, struct et_complaint *complaint)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int err = et_ledger_lock_take(&ledger->lock, ledger->path, complaint);
    if (!err)
        err = open_file(ledger, flags, complaint);
    if (!err)
        err = refuse_read_only(ledger, complaint);
    if (!err && sqlite3_exec(ledger->db, WRITER_PRAGMAS, NULL, NULL, NULL) != SQLITE_OK)
        err = fail(ledger, "open it", complaint);
    if (!err)
        err = et_ledger_migrate(ledger->db, ledger->path, complaint);
    return err ? err : prepare(ledger, complaint);
}

int et_ledger_open(struct et_ledger **out, const char *path, struct et_complaint *complaint)
{
    struct et_ledger *ledger;
    int err = new_ledger(&ledger, path, complaint);
    if (err)
        return err;
    err = open_writer(ledger, complaint);
    if (err)
        et_ledger_close(ledger);
    else
        *out = ledger;
    return err;
}

/* NO_CKPT_ON_CLOSE: a reader leaves the WAL to the one writer (ledger_lock.h). */
static int open_reader(struct et_ledger *ledger, struct et_complaint *complaint)
{
    if (access(ledger->path, F_OK) != 0) {
        et_complaint_file(complaint, ledger->path);
        return et_complain(complaint, ET_IO, "cannot be opened: %s", strerror(errno));
    }
    int err = open_file(ledger, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, complaint);
    if (err)
        return err;
    sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (sqlite3_exec(ledger->db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL) != SQLITE_OK)
        return fail(ledger, "open it", complaint);
    return et_ledger_check(ledger->db, ledger->path, complaint);
}

int et_ledger_open_read(struct et_ledger **out, const char *path, struct et_complaint *complaint)
{
    struct et_ledger *ledger;
    int err = new_ledger(&ledger, path, complaint);
    if (err)
        return err;
    err = open_reader(ledger, complaint);
    if (err)
        et_ledger_close(ledger);
    else
        *out = ledger;
    return err;
}

void et_ledger_close(struct et_ledger *ledger)
{
    if (!ledger)
        return;
    if (ledger->pending && et_ledger_flush(ledger, NULL) != 0)
        sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(ledger->writes[i]);
    sqlite3_close(ledger->db);
    et_ledger_lock_drop(&ledger->lock);
    free(ledger);
}

struct sqlite3 *et_ledger_handle(struct et_ledger *ledger)
{
    return ledger->db;
}
