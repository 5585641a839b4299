/* SPDX-License-Identifier: MIT */
/* A folder to be thrown away, and rows to put into a ledger. */
#ifndef ET_IO_TESTS_LEDGER_STORY_H
#define ET_IO_TESTS_LEDGER_STORY_H

#include "core/base/tests/support.h"

#include "io/ledger.h"

#include <dirent.h>
#include <sqlite3.h>
#include <unistd.h>

/* A fresh folder for each test and a path in it; as a cmocka setup and teardown. */
static char story_folder[64];
static char story_path[96];

static inline int story_setup(void **state)
{
    (void)state;
    strcpy(story_folder, "/tmp/etalon-ledger-XXXXXX");
    if (!mkdtemp(story_folder))
        return -1;
    snprintf(story_path, sizeof story_path, "%s/etalon.db", story_folder);
    return 0;
}

static inline int story_teardown(void **state)
{
    (void)state;
    DIR *folder = opendir(story_folder);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", story_folder, entry->d_name);
        unlink(path);
    }
    closedir(folder);
    return rmdir(story_folder);
}

#define story_test(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)

static inline struct et_ledger *story_ledger(void)
{
    struct et_complaint complaint = {0};
    struct et_ledger *ledger = NULL;
    if (et_ledger_open(&ledger, story_path, &complaint) != 0)
        fail_msg("%s: %s", complaint.file, complaint.text);
    return ledger;
}

static inline struct et_ledger *story_reader(void)
{
    struct et_complaint complaint = {0};
    struct et_ledger *ledger = NULL;
    if (et_ledger_open_read(&ledger, story_path, &complaint) != 0)
        fail_msg("%s: %s", complaint.file, complaint.text);
    return ledger;
}

static const struct et_run_row story_run_row = {
    .scenario = "goals",
    .path = "scenarios/goals.json",
    .seed = UINT64_MAX,
    .seeds = 2,
    .clock = "virtual",
    .version = "0.1.0",
    .commit = "",
    .machine = "Linux x86_64, 2 cores",
    .started_unix_ms = 1795000000123,
};

/* The first number a statement gives; -1 when it gives none. */
static inline int64_t story_number(struct et_ledger *ledger, const char *sql)
{
    sqlite3_stmt *statement;
    int64_t number = -1;
    if (sqlite3_prepare_v2(et_ledger_handle(ledger), sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(et_ledger_handle(ledger)));
    if (sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

/* The first text a statement gives, until the next call. */
static inline const char *story_text(struct et_ledger *ledger, const char *sql)
{
    static char text[400];
    sqlite3_stmt *statement;
    text[0] = '\0';
    if (sqlite3_prepare_v2(et_ledger_handle(ledger), sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(et_ledger_handle(ledger)));
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        snprintf(text, sizeof text, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
}

static inline void story_do(struct et_ledger *ledger, const char *sql)
{
    if (sqlite3_exec(et_ledger_handle(ledger), sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(et_ledger_handle(ledger)));
}

/* A run with one arm. */
static inline int64_t story_arm(struct et_ledger *ledger, int64_t *run)
{
    int64_t arm = 0;
    struct et_arm_row row = {.name = "baseline",
                             .model = "gpt-5.4",
                             .template_version = 1,
                             .seed = 7,
                             .epoch_unix = 1794960000}; /* 2026-11-18 */
    assert_int_equal(et_ledger_run(ledger, &story_run_row, run, NULL), 0);
    row.run = *run;
    assert_int_equal(et_ledger_arm(ledger, &row, &arm, NULL), 0);
    return arm;
}

/* Request `n` of a day: every third from the cache, every tenth an error. */
static inline struct et_request_row story_request(uint64_t n)
{
    struct et_request_row row = {
        .request = n,
        .use_case = n % 2 ? ET_LIT("assistant") : ET_LIT("analysis"),
        .asked = ET_LIT("gpt-5.4"),
        .model = n % 5 ? ET_LIT("gpt-5.4") : ET_LIT("gpt-5.4-mini"),
        .step = n % 5 ? ET_STEP_BEST : ET_STEP_WEAKER,
        .end = n % 10 ? ET_END_ANSWERED : ET_END_TIMEOUT,
        .source = n % 10 == 0  ? ET_SOURCE_NONE
                  : n % 3 == 0 ? ET_SOURCE_CACHE
                               : ET_SOURCE_UPSTREAM,
        .attempts = 1,
        .arrived_at = n * 600 * ET_S,
        .first_at = n % 10 ? n * 600 * ET_S + 400 * ET_MS : ET_NEVER,
        .ended_at = n * 600 * ET_S + n * 10 * ET_MS,
        .usage = {.prompt = 1000 + n, .cached = 512, .completion = 100 + n},
        .cost_pico = 4000000000 + n,
        .saved_pico = n % 3 ? 0 : 4000000000,
        .priced = true,
    };
    return row;
}

static inline void story_requests(struct et_ledger *ledger, int64_t arm, uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n < to; n++) {
        struct et_request_row row = story_request(n);
        assert_int_equal(et_ledger_request(ledger, arm, row.arrived_at, &row, NULL), 0);
    }
}

#endif
