/* SPDX-License-Identifier: MIT */
#include "io/ledger_schema.h"

#include "io/sqlite_error.h"

#include <sqlite3.h>
#include <stdio.h>

extern const char et_sql_runs[], et_sql_dashboards[],
    et_sql_routes[]; /* io/sql, embedded by the build */

const char *const et_ledger_migrations[] = {et_sql_runs, et_sql_dashboards, et_sql_routes, NULL};

int et_ledger_version(void)
{
    return (int)(sizeof et_ledger_migrations / sizeof *et_ledger_migrations) - 1;
}

/* The first number that `sql` selects. */
static int ask(struct sqlite3 *db, const char *sql, int *out)
{
    struct sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        *out = sqlite3_column_int(statement, 0);
    return code == SQLITE_OK ? sqlite3_finalize(statement) : code;
}

struct shape {
    int application, version, tables;
};

static int read_shape(struct sqlite3 *db, const char *path, struct shape *shape,
                      struct et_complaint *complaint)
{
    *shape = (struct shape){0};
    if (ask(db, "PRAGMA application_id", &shape->application) == SQLITE_OK &&
        ask(db, "PRAGMA user_version", &shape->version) == SQLITE_OK &&
        ask(db, "SELECT count(*) FROM sqlite_schema", &shape->tables) == SQLITE_OK)
        return 0;
    return et_sqlite_complain(complaint, db, path, "read the ledger");
}

static int refuse_stranger(struct et_complaint *complaint)
{
    return et_complain(complaint, ET_CORRUPT,
                       "this is no ledger of etalon; expected a file that "
                       "`etalon run` made");
}

static int refuse_newer(const struct shape *shape, struct et_complaint *complaint)
{
    return et_complain(complaint, ET_VERSION,
                       "made by a newer etalon (format %d); expected format %d or older",
                       shape->version, et_ledger_version());
}

int et_ledger_check(struct sqlite3 *db, const char *path, struct et_complaint *complaint)
{
    struct shape shape;
    int err = read_shape(db, path, &shape, complaint);
    if (err)
        return err;
    et_complaint_file(complaint, path);
    if (shape.application != ET_LEDGER_APPLICATION)
        return refuse_stranger(complaint);
    if (shape.version > et_ledger_version())
        return refuse_newer(&shape, complaint);
    if (shape.version < et_ledger_version())
        return et_complain(complaint, ET_VERSION,
                           "made by an older etalon (format %d); expected format %d: the next "
                           "`etalon run` with it brings it up to date",
                           shape.version, et_ledger_version());
    return 0;
}

/* One transaction: killed at any point, the ledger is what it was. */
static int apply(struct sqlite3 *db, const char *path, int from, struct et_complaint *complaint)
{
    char seal[80];
    snprintf(seal, sizeof seal, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             ET_LEDGER_APPLICATION, et_ledger_version());
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (int i = from; code == SQLITE_OK && et_ledger_migrations[i]; i++)
        code = sqlite3_exec(db, et_ledger_migrations[i], NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, seal, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return 0;
    int err = et_sqlite_complain(complaint, db, path, "set up the ledger");
    if (!sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return err;
}

int et_ledger_migrate(struct sqlite3 *db, const char *path, struct et_complaint *complaint)
{
    struct shape shape;
    int err = read_shape(db, path, &shape, complaint);
    if (err)
        return err;
    bool fresh = shape.application == 0 && shape.version == 0 && shape.tables == 0;
    bool ours = shape.application == ET_LEDGER_APPLICATION && shape.version > 0;
    if (!fresh && !ours)
        return et_complaint_file(complaint, path), refuse_stranger(complaint);
    if (shape.version > et_ledger_version())
        return et_complaint_file(complaint, path), refuse_newer(&shape, complaint);
    return shape.version == et_ledger_version() ? 0 : apply(db, path, shape.version, complaint);
}
