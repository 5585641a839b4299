/* SPDX-License-Identifier: MIT */
#include "io/file.h"

#include "io/sysmem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef ETALON_DATADIR
#define ETALON_DATADIR "/usr/local/share/etalon"
#endif

enum { READ_STEP = 64 * 1024 };

static int refuse(struct et_complaint *complaint, const char *path, const char *what, int number)
{
    et_complaint_file(complaint, path);
    return et_complain(complaint, ET_IO, "cannot %s: %s", what, strerror(number));
}

/* A file that is not there is the caller's mistake, not the system's. */
static int refuse_open(struct et_complaint *complaint, const char *path, int number)
{
    int err = refuse(complaint, path, "open", number);
    return number == ENOENT || number == ENOTDIR ? ET_UNKNOWN : err;
}

static int read_all(int fd, const char *path, struct et_text *text, struct et_complaint *complaint)
{
    for (;;) {
        char *at = et_text_reserve(text, READ_STEP);
        int err = et_text_failed(text);
        if (err) {
            et_complaint_file(complaint, path);
            return et_complain(complaint, err, "larger than %zu bytes, or out of memory",
                               text->max - READ_STEP);
        }
        ssize_t n = read(fd, at, READ_STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EISDIR)
            return et_complain(complaint, ET_UNKNOWN, "found a folder; expected a file");
        if (n < 0)
            return refuse(complaint, path, "read", errno);
        if (n == 0)
            return 0;
        et_text_filled(text, (size_t)n);
    }
}

int et_file_read(struct et_file *out, const char *path, size_t bytes_max,
                 struct et_complaint *complaint)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return refuse_open(complaint, path, errno);
    struct et_text text;
    et_text_init(&text, &et_sysmem, bytes_max + READ_STEP);
    int err = read_all(fd, standard ? "standard input" : path, &text, complaint);
    if (!standard)
        close(fd);
    struct et_slice bytes = et_text_slice(&text);
    char *copy = NULL;
    if (!err && bytes.size > bytes_max)
        err = et_complain(complaint, ET_LIMIT, "larger than %zu bytes", bytes_max);
    if (!err && !(copy = malloc(bytes.size + 1)))
        err = et_complain(complaint, ET_NOMEM, "out of memory");
    if (err)
        et_complaint_file(complaint, standard ? "standard input" : path);
    if (!err) {
        memcpy(copy, bytes.data, bytes.size);
        copy[bytes.size] = '\0';
        *out = (struct et_file){.bytes = {copy, bytes.size}};
    }
    et_text_free(&text);
    return err;
}

int et_file_map(struct et_file *out, const char *path, struct et_complaint *complaint)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return refuse_open(complaint, path, errno);
    struct stat stat;
    if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode)) {
        int number = S_ISREG(stat.st_mode) ? errno : EISDIR;
        close(fd);
        return refuse(complaint, path, "map", number);
    }
    size_t size = (size_t)stat.st_size;
    void *at = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
    int number = errno;
    close(fd);
    if (at == MAP_FAILED)
        return refuse(complaint, path, "map", number);
    *out = (struct et_file){.bytes = {at, size}, .mapped = true};
    return 0;
}

/* The folder of the running executable, without a slash at the end; false if the system won't say.
 */
static bool own_folder(char out[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);
    if (n <= 0)
        return false;
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

void et_file_data_path(const char *name, char *out, size_t room)
{
    char own[PATH_MAX];
    const char *given = getenv("ETALON_DATA");
    if (given && *given) {
        snprintf(out, room, "%.4000s/%.60s", given, name);
        return;
    }
    static const char *const beside[] = {"data", "../share/etalon"};
    for (size_t i = 0; own_folder(own) && i < sizeof beside / sizeof *beside; i++) {
        snprintf(out, room, "%.4000s/%s/%.60s", own, beside[i], name);
        if (access(out, R_OK) == 0)
            return;
    }
    snprintf(out, room, "%s/%.60s", ETALON_DATADIR, name);
}

int et_file_data(struct et_file *out, const char *name, struct et_complaint *complaint)
{
    char path[PATH_MAX + 64];
    et_file_data_path(name, path, sizeof path);
    int err = et_file_map(out, path, complaint);
    return err == ET_UNKNOWN ? ET_IO : err;
}

void et_file_free(struct et_file *file)
{
    if (file->mapped && file->bytes.data)
        munmap((void *)(uintptr_t)file->bytes.data, file->bytes.size);
    else if (!file->mapped)
        free((void *)(uintptr_t)file->bytes.data);
    *file = (struct et_file){0};
}

static bool write_all(int fd, struct et_slice bytes)
{
    while (bytes.size) {
        ssize_t n = write(fd, bytes.data, bytes.size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes = et_slice_part(bytes, (size_t)n, bytes.size);
    }
    return true;
}

/* A device or a pipe is written to, never replaced. */
static int write_through(const char *path, struct et_slice bytes, struct et_complaint *complaint)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return refuse(complaint, path, "write", errno);
    bool done = write_all(fd, bytes);
    int number = errno;
    done = close(fd) == 0 && done;
    return done ? 0 : refuse(complaint, path, "write", number);
}

int et_file_write(const char *path, struct et_slice bytes, struct et_complaint *complaint)
{
    if (strcmp(path, "-") == 0)
        return write_all(STDOUT_FILENO, bytes)
                   ? 0
                   : refuse(complaint, "standard output", "write", errno);
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
        return write_through(path, bytes, complaint);
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof temporary, "%s.tmp", path) >= (int)sizeof temporary)
        return refuse(complaint, path, "write", ENAMETOOLONG);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return refuse(complaint, path, "write", errno);
    bool done = write_all(fd, bytes) && fsync(fd) == 0;
    int number = errno;
    if (close(fd) != 0 && done) {
        done = false;
        number = errno;
    }
    if (done && rename(temporary, path) != 0) {
        done = false;
        number = errno;
    }
    if (done)
        return 0;
    unlink(temporary);
    return refuse(complaint, path, "write", number);
}
