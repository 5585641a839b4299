/* SPDX-License-Identifier: MIT */
/* The shape of a ledger and how an older one becomes a newer one.  docs/ledger.md describes the
 * tables to people who query them.
 *
 * PRAGMA application_id says that a file is a ledger, PRAGMA user_version how many of the
 * migrations it has been through.  Migrations are only ever appended. */
#ifndef ET_IO_LEDGER_SCHEMA_H
#define ET_IO_LEDGER_SCHEMA_H

#include "core/base/complaint.h"

struct sqlite3;

#define ET_LEDGER_APPLICATION 0x45744C67 /* "EtLg" */

extern const char *const et_ledger_migrations[]; /* SQL; ends with NULL */
int et_ledger_version(void);                     /* how many there are */

/* Is it a ledger that this program can read as it is?  ET_CORRUPT: a database of something else.
 * ET_VERSION: of another version, older ones included. */
int et_ledger_check(struct sqlite3 *db, const char *path,
                    struct et_complaint *complaint) ET_MUST_CHECK;

/* Brings an empty database or an older ledger up to date, in one transaction.  ET_CORRUPT and
 * ET_VERSION (a newer one) as above. */
int et_ledger_migrate(struct sqlite3 *db, const char *path,
                      struct et_complaint *complaint) ET_MUST_CHECK;

#endif
