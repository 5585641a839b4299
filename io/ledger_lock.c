/* SPDX-License-Identifier: MIT */
#include "io/ledger_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse(struct et_complaint *complaint, const char *ledger, int number)
{
    et_complaint_file(complaint, ledger);
    return et_complain(complaint, ET_IO, "cannot be written: %s", strerror(number));
}

static int refuse_second(struct et_complaint *complaint, const char *ledger, int fd)
{
    char who[32] = "";
    ssize_t n = pread(fd, who, sizeof who - 1, 0);
    who[n > 0 ? strcspn(who, "\n") : 0] = '\0';
    et_complaint_file(complaint, ledger);
    return et_complain(complaint, ET_IO,
                       "another etalon%s%s%s is writing to it; expected one writer: wait for it, "
                       "or give this one its own --ledger",
                       *who ? " (process " : "", who, *who ? ")" : "");
}

/* False: the holder before us removed the file between our open and our lock. */
static bool still_there(const struct et_ledger_lock *lock)
{
    struct stat ours, named;
    return fstat(lock->fd, &ours) == 0 && stat(lock->path, &named) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

static void sign(int fd)
{
    char who[32];
    int size = snprintf(who, sizeof who, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) == 0 && pwrite(fd, who, (size_t)size, 0) != size)
        return; /* a full disk: the lock holds all the same, it only does not say whose it is */
}

int et_ledger_lock_take(struct et_ledger_lock *lock, const char *ledger,
                        struct et_complaint *complaint)
{
    lock->fd = -1;
    if (snprintf(lock->path, sizeof lock->path, "%s-lock", ledger) >= (int)sizeof lock->path)
        return refuse(complaint, ledger, ENAMETOOLONG);
    for (;;) {
        lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (lock->fd < 0)
            return refuse(complaint, ledger, errno);
        if (flock(lock->fd, LOCK_EX | LOCK_NB) != 0) {
            int err = errno == EWOULDBLOCK ? refuse_second(complaint, ledger, lock->fd)
                                           : refuse(complaint, ledger, errno);
            close(lock->fd);
            lock->fd = -1;
            return err;
        }
        if (still_there(lock))
            break;
        close(lock->fd);
    }
    sign(lock->fd);
    return 0;
}

void et_ledger_lock_drop(struct et_ledger_lock *lock)
{
    if (lock->fd < 0)
        return;
    unlink(lock->path);
    close(lock->fd);
    lock->fd = -1;
}
