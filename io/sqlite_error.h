/* SPDX-License-Identifier: MIT */
/* What SQLite refused, said so that a person can mend it.
 *
 * The error is the one `db` had last:
 *     ET_IO       no room on the disk, a folder or file that cannot be read or written, locked
 *     ET_CORRUPT  no SQLite database, or damaged; also a sum that no longer fits
 *     ET_VALUE    a row that breaks a rule of the schema
 *     ET_NOMEM
 * The complaint names `path`, what was being done ("write a row") and the system's own reason. */
#ifndef ET_IO_SQLITE_ERROR_H
#define ET_IO_SQLITE_ERROR_H

#include "core/base/complaint.h"

struct sqlite3;

int et_sqlite_complain(struct et_complaint *complaint, struct sqlite3 *db, const char *path,
                       const char *doing);

#endif
