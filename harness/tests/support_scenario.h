/* SPDX-License-Identifier: MIT */
/* For tests of scenarios: the catalogue, a folder for files that are made up, and loading. */
#ifndef ET_HARNESS_TESTS_SUPPORT_SCENARIO_H
#define ET_HARNESS_TESTS_SUPPORT_SCENARIO_H

#include "core/base/tests/support.h"

#include "harness/scenario.h"
#include "io/file.h"

#include <unistd.h>

struct support_world {
    struct et_file models;
    struct et_catalogue *catalogue;
    char folder[64];
};

static struct support_world support_world;

static inline int support_open(void **state)
{
    (void)state;
    struct support_world *world = &support_world;
    strcpy(world->folder, "/tmp/etalon-test-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    assert_int_equal(et_file_read(&world->models, "data/models.json", 1 << 20, NULL), 0);
    assert_int_equal(et_catalogue_new(&world->catalogue, world->models.bytes, &support_heap, NULL),
                     0);
    return 0;
}

static inline int support_close(void **state)
{
    (void)state;
    et_catalogue_free(support_world.catalogue);
    et_file_free(&support_world.models);
    return rmdir(support_world.folder);
}

/* Prints the complaint as a user would see it. */
static inline void support_print(const struct et_complaint *complaint, char *out, size_t room)
{
    struct et_text text;
    et_text_init(&text, &support_heap, 4096);
    et_complaint_print(complaint, &text);
    snprintf(out, room, "%.*s", ET_ARG(et_text_slice(&text)));
    et_text_free(&text);
}

/* Loads a file of the tree that must be good. */
static inline struct et_scenario *support_load(const char *path)
{
    struct et_complaint complaint = {0};
    struct et_scenario *scenario = NULL;
    char said[1024];
    if (et_scenario_load(&scenario, path, support_world.catalogue, &complaint) != 0) {
        support_print(&complaint, said, sizeof said);
        fail_msg("%s", said);
    }
    return scenario;
}

/* Writes the text to a file, loads it, and removes the file.  What was complained about is in
 * `said`. */
static inline int support_load_text(const char *text, struct et_scenario **out, char *said,
                                    size_t room)
{
    char path[128];
    struct et_complaint complaint = {0};
    snprintf(path, sizeof path, "%s/made.json", support_world.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    int err = et_scenario_load(out, path, support_world.catalogue, &complaint);
    support_print(&complaint, said, room);
    remove(path);
    return err;
}

#endif
