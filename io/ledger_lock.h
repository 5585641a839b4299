/* SPDX-License-Identifier: MIT */
/* One writer to a ledger: whoever writes holds an flock on PATH-lock until it closes or dies.
 *
 * SQLite's own lock lasts one transaction and lets two programs take turns, and two programs that
 * write to one WAL, or check-point it, at the same instant can damage it (SQLite 3.7.0 to 3.51.2,
 * "WAL-reset bug"; Debian 12 has 3.40.1).  A lock on the database file itself would not do: to
 * close a second descriptor of it drops SQLite's locks (POSIX, fcntl). */
#ifndef ET_IO_LEDGER_LOCK_H
#define ET_IO_LEDGER_LOCK_H

#include "core/base/complaint.h"

#include <limits.h>

struct et_ledger_lock { /* private */
    int fd;             /* -1: not held */
    char path[PATH_MAX];
};

/* ET_IO with a complaint: another process writes (named, if it said who it is), or the folder
 * refuses the file.  Never waits. */
int et_ledger_lock_take(struct et_ledger_lock *lock, const char *ledger,
                        struct et_complaint *complaint) ET_MUST_CHECK;
void et_ledger_lock_drop(struct et_ledger_lock *lock); /* removes the file; not held is fine */

#endif
