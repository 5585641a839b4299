/* SPDX-License-Identifier: MIT */
#include "bench/pacing_load.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE = 1024 };

/* The file's first bytes as a text; empty when it cannot be read. */
static void read_text(char text[LINE], int pid, const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    FILE *file = fopen(path, "re");
    size_t size = file ? fread(text, 1, LINE - 1, file) : 0;
    text[size] = '\0';
    if (file)
        fclose(file);
}

static void add_thread(struct et_pacing_load *load, int pid, const char *thread)
{
    char text[LINE], name[64];
    uint64_t ran = 0, waited = 0;
    snprintf(name, sizeof name, "task/%.16s/schedstat", thread);
    read_text(text, pid, name);
    sscanf(text, "%" SCNu64 " %" SCNu64, &ran, &waited);
    load->cpu += ran;
    load->waited += waited;
}

static void add_own(struct et_pacing_load *load, int pid)
{
    char text[LINE], path[64];
    uint64_t pages = 0;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *threads = opendir(path);
    for (struct dirent *entry; threads && (entry = readdir(threads));)
        if (entry->d_name[0] != '.')
            add_thread(load, pid, entry->d_name);
    if (threads)
        closedir(threads);
    read_text(text, pid, "statm");
    sscanf(text, "%*s %" SCNu64, &pages);
    load->resident_bytes += pages * (size_t)sysconf(_SC_PAGESIZE);
}

struct et_pacing_load et_pacing_load(int pid)
{
    struct et_pacing_load load = {0};
    char name[64], children[LINE];
    if (pid <= 0)
        return load;
    add_own(&load, pid);
    snprintf(name, sizeof name, "task/%d/children", pid);
    read_text(children, pid, name);
    char *rest = children;
    for (int child; (child = (int)strtol(rest, &rest, 10)) > 0;)
        add_own(&load, child);
    return load;
}
