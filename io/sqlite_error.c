/* SPDX-License-Identifier: MIT */
#include "io/sqlite_error.h"

#include <sqlite3.h>
#include <string.h>

struct kind {
    int code; /* SQLite's primary result code */
    int err;
    const char *what; /* NULL: SQLite's or the system's reason says it all */
};

static const struct kind kinds[] = {
    {SQLITE_FULL, ET_IO, "the disk is full"},
    {SQLITE_IOERR, ET_IO, NULL},
    {SQLITE_CANTOPEN, ET_IO, NULL},
    {SQLITE_READONLY, ET_IO, "the file or its folder cannot be written"},
    {SQLITE_PERM, ET_IO, NULL},
    {SQLITE_AUTH, ET_IO, NULL},
    {SQLITE_BUSY, ET_IO, "another program has locked the file"},
    {SQLITE_LOCKED, ET_IO, "another program has locked the file"},
    {SQLITE_NOTADB, ET_CORRUPT, "this is no SQLite database"},
    {SQLITE_CONSTRAINT, ET_VALUE, NULL},
    {SQLITE_TOOBIG, ET_VALUE, NULL},
    {SQLITE_NOMEM, ET_NOMEM, NULL},
    {0, ET_CORRUPT, "the database is damaged"}, /* and whatever else comes */
};

/* The system knows more than "disk I/O error" and "unable to open database file". */
static const char *reason(struct sqlite3 *db, int code)
{
    int number = sqlite3_system_errno(db);
    if (number && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN))
        return strerror(number);
    return sqlite3_errmsg(db);
}

int et_sqlite_complain(struct et_complaint *complaint, struct sqlite3 *db, const char *path,
                       const char *doing)
{
    int code = sqlite3_errcode(db) & 0xFF;
    const struct kind *kind = kinds;
    while (kind->code && kind->code != code)
        kind++;
    et_complaint_file(complaint, path);
    if (!kind->what)
        return et_complain(complaint, kind->err, "cannot %s: %s", doing, reason(db, code));
    return et_complain(complaint, kind->err, "cannot %s: %s (%s)", doing, kind->what,
                       reason(db, code));
}
