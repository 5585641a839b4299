/* SPDX-License-Identifier: MIT */
#include "mock_openai/fixtures.h"

#include "io/file.h"
#include "io/sysmem.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES_MAX = 4096 };

static int is_fixture(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 5 && strcmp(entry->d_name + size - 5, ".json") == 0;
}

static int load_file(struct et_fixtures *fixtures, const char *path, struct et_complaint *complaint)
{
    struct et_file file = {0};
    struct et_fixture *fixture = NULL;
    int err = et_file_read(&file, path, ET_FIXTURE_BYTES_MAX, complaint);
    if (!err)
        err = et_fixture_new(&fixture, file.bytes, &et_sysmem, complaint);
    et_file_free(&file);
    if (err) {
        et_complain(complaint, err, "%s", et_err_text(err));
        et_complaint_file(complaint, path);
        return err;
    }
    err = et_fixtures_add(fixtures, fixture);
    if (err) {
        et_fixture_free(fixture);
        et_complain(complaint, err, "%s: found more than %d fixtures", path, ET_FIXTURES_MAX);
    }
    return err;
}

int et_fixtures_load(struct et_fixtures *fixtures, const char *folder,
                     struct et_complaint *complaint)
{
    struct dirent **entries;
    char path[PATH_BYTES_MAX];
    int err = 0, count = scandir(folder, &entries, is_fixture, alphasort);
    if (count < 0)
        return et_complain(complaint, ET_IO, "%s: cannot read the folder: %s", folder,
                           strerror(errno));
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (!err)
            err = load_file(fixtures, path, complaint);
        free(entries[i]);
    }
    free(entries);
    return err;
}

/* "/v1/chat/completions" and the key: "chat-completions-0123456789abcdef.json". */
static void name_file(const struct et_fixture *fixture, const char *folder, char *out, size_t room)
{
    char name[64];
    size_t size = 0;
    struct et_slice path = fixture->path;
    if (et_slice_starts(path, ET_LIT("/v1/")))
        path = et_slice_part(path, 4, path.size);
    for (; size < path.size && size + 1 < sizeof name; size++) {
        char sign = path.data[size];
        bool plain = (sign >= 'a' && sign <= 'z') || (sign >= '0' && sign <= '9');
        name[size] = plain ? sign : '-';
    }
    name[size] = 0;
    snprintf(out, room, "%s/%s-%016" PRIx64 ".json", folder, name, fixture->key);
}

int et_fixtures_make(const char *folder, struct et_complaint *complaint)
{
    if (mkdir(folder, 0777) == 0 || errno == EEXIST)
        return 0;
    return et_complain(complaint, ET_IO, "%s: cannot make the folder: %s", folder, strerror(errno));
}

int et_fixture_save(const struct et_fixture *fixture, struct et_slice text, const char *folder,
                    struct et_complaint *complaint)
{
    char path[PATH_BYTES_MAX];
    name_file(fixture, folder, path, sizeof path);
    return et_file_write(path, text, complaint);
}
