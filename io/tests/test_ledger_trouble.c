/* SPDX-License-Identifier: MIT */
/* What goes wrong with a file that others can touch. */
#include "io/tests/ledger_story.h"

#include "io/ledger_schema.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Opens to write and to read; both must fail with `err` and say `text`. */
static void expect_refusal(const char *path, int err, const char *text)
{
    int (*const opens[])(struct et_ledger **, const char *,
                         struct et_complaint *) = {et_ledger_open, et_ledger_open_read};
    for (size_t i = 0; i < 2; i++) {
        struct et_complaint complaint = {0};
        struct et_ledger *ledger = (void *)1;
        assert_int_equal(opens[i](&ledger, path, &complaint), err);
        assert_ptr_equal(ledger, (void *)1);
        assert_string_equal(complaint.file, path);
        if (!strstr(complaint.text, text))
            fail_msg("found \"%s\"; expected \"%s\" in it", complaint.text, text);
    }
}

static void what_is_no_ledger_is_said_to_be_none(void **state)
{
    (void)state;
    char garbage[5000];
    memset(garbage, 'x', sizeof garbage);
    write_file(story_path, garbage, sizeof garbage);
    expect_refusal(story_path, ET_CORRUPT, "no SQLite database");
    write_file(story_path, garbage, 3);
    expect_refusal(story_path, ET_CORRUPT, "no ");
}

static void somebody_elses_database_is_left_alone(void **state)
{
    (void)state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(story_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE photos (id)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    expect_refusal(story_path, ET_CORRUPT, "no ledger of etalon");
}

static void a_ledger_of_a_newer_version_is_not_touched(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    story_do(ledger, "PRAGMA user_version = 99");
    et_ledger_close(ledger);
    expect_refusal(story_path, ET_VERSION, "made by a newer etalon (format 99)");
}

static void a_folder_that_refuses_is_told(void **state)
{
    (void)state;
    char below[sizeof story_path + 16];
    write_file(story_path, "x", 1);
    snprintf(below, sizeof below, "%s/etalon.db", story_path); /* not even root gets in there */
    expect_refusal(below, ET_IO, "Not a directory");
    snprintf(below, sizeof below, "%s/none/etalon.db", story_folder);
    expect_refusal(below, ET_IO, "No such file or directory");
    expect_refusal(story_folder, ET_IO, "");
}

static void a_read_only_file_is_not_written(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); /* root may write what is read-only */
    struct et_complaint complaint = {0};
    struct et_ledger *ledger = NULL;
    et_ledger_close(story_ledger());
    assert_int_equal(chmod(story_path, 0444), 0);
    assert_int_equal(et_ledger_open(&ledger, story_path, &complaint), ET_IO);
    assert_non_null(strstr(complaint.text, "read-only"));
}

static void a_second_writer_is_refused_and_told_who_is_first(void **state)
{
    (void)state;
    struct et_ledger *first = story_ledger(), *second = NULL;
    struct et_complaint complaint = {0};
    char who[64];
    snprintf(who, sizeof who, "another etalon (process %ld) is writing to it", (long)getpid());
    assert_int_equal(et_ledger_open(&second, story_path, &complaint), ET_IO);
    assert_memory_equal(complaint.text, who, strlen(who));
    et_ledger_close(first);
    et_ledger_close(story_ledger());
}

static void another_programs_lock_is_told(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    struct et_complaint complaint = {0};
    int64_t run;
    sqlite3 *other;
    sqlite3_busy_timeout(et_ledger_handle(ledger), 0);
    assert_int_equal(sqlite3_open(story_path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(et_ledger_run(ledger, &story_run_row, &run, &complaint), ET_IO);
    assert_non_null(strstr(complaint.text, "another program has locked the file"));
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(et_ledger_run(ledger, &story_run_row, &run, NULL), 0);
    sqlite3_close(other);
    et_ledger_close(ledger);
}

/* An older ledger, with requests that the dashboards' tables have yet to learn of. */
static void make_first_version(void)
{
    sqlite3 *db;
    char seal[80];
    assert_int_equal(sqlite3_open(story_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, et_ledger_migrations[0], NULL, NULL, NULL), SQLITE_OK);
    snprintf(seal, sizeof seal, "PRAGMA application_id = %d; PRAGMA user_version = 1",
             ET_LEDGER_APPLICATION);
    assert_int_equal(sqlite3_exec(db, seal, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "INSERT INTO runs VALUES (1, 's', 'p', '1', 1, 'virtual', 'v', '', 'm', 0,"
                     " 'done', 'PASS', NULL);"
                     "INSERT INTO arms (id, run, name, model, template_version, seed, epoch_unix)"
                     " VALUES (1, 1, 'a', 'm', 1, '1', 86400);"
                     "INSERT INTO requests VALUES (1, 1, 'u', 'm', 'high', 'answered', 'cache', 0,"
                     " 1, 0, 0, 0, 0, 5000, 10, 0, 0, 20, 0, 77, 0, 1)",
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
}

static void an_older_ledger_is_brought_up_to_date(void **state)
{
    (void)state;
    struct et_complaint complaint = {0};
    struct et_ledger *ledger = NULL;
    make_first_version();
    assert_int_equal(et_ledger_open_read(&ledger, story_path, &complaint), ET_VERSION);
    assert_non_null(strstr(complaint.text, "made by an older etalon (format 1)"));
    ledger = story_ledger();
    assert_int_equal(story_number(ledger, "PRAGMA user_version"), et_ledger_version());
    assert_string_equal(story_text(ledger, "SELECT date || ' ' || requests || ' ' || cost_pico ||"
                                           " ' ' || cache_hits FROM openai_cache_daily_stats"),
                        "1970-01-02 1 77 1");
    et_ledger_close(ledger);
    et_ledger_close(story_reader());
}

static void a_failed_migration_changes_nothing(void **state)
{
    (void)state;
    struct et_complaint complaint = {0};
    struct et_ledger *ledger = NULL;
    sqlite3 *db;
    make_first_version();
    assert_int_equal(sqlite3_open(story_path, &db), SQLITE_OK);
    sqlite3_exec(db, "CREATE TABLE openai_cache_daily_stats (in_the_way)", NULL, NULL, NULL);
    assert_int_equal(et_ledger_open(&ledger, story_path, &complaint), ET_CORRUPT);
    assert_non_null(strstr(complaint.text, "openai_cache_daily_stats already exists"));
    sqlite3_exec(db, "DROP TABLE openai_cache_daily_stats", NULL, NULL, NULL);
    sqlite3_close(db);
    et_ledger_close(story_ledger());
}

/* Writes until it is refused; the error and the complaint are the last ones. */
static int write_until_refused(struct et_ledger *ledger, struct et_complaint *complaint)
{
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    int err = 0;
    for (uint64_t n = 1; !err && n < 100000; n++) {
        struct et_request_row row = story_request(n);
        err = et_ledger_request(ledger, arm, row.arrived_at, &row, complaint);
    }
    return err;
}

static void a_full_database_is_told_and_stays_whole(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    struct et_complaint complaint = {0};
    story_do(ledger, "PRAGMA max_page_count = 60");
    assert_int_equal(write_until_refused(ledger, &complaint), ET_IO);
    assert_non_null(strstr(complaint.text, "the disk is full"));
    et_ledger_close(ledger);
    ledger = story_reader();
    assert_string_equal(story_text(ledger, "SELECT status FROM runs"), "running");
    assert_string_equal(story_text(ledger, "PRAGMA integrity_check"), "ok");
    et_ledger_close(ledger);
}

static void a_disk_that_refuses_is_told(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    struct et_complaint complaint = {0};
    struct rlimit was, small = {400000, RLIM_INFINITY};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    small.rlim_max = was.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int err = write_until_refused(ledger, &complaint);
    et_ledger_close(ledger);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(err, ET_IO);
    assert_non_null(strstr(complaint.text, "cannot write to the ledger"));
    ledger = story_reader();
    assert_string_equal(story_text(ledger, "PRAGMA integrity_check"), "ok");
    et_ledger_close(ledger);
}

/* Flushes 5,000 rows, says so, then writes on until it is killed. */
static void write_for_ever(int ready)
{
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    story_requests(ledger, arm, 1, 5001);
    if (et_ledger_flush(ledger, NULL) != 0 || write(ready, "r", 1) != 1)
        _exit(1);
    for (uint64_t n = 5001;; n++)
        story_requests(ledger, arm, n, n + 1);
}

static void a_killed_writer_leaves_a_ledger_that_can_be_read(void **state)
{
    (void)state;
    int ready[2], status;
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        write_for_ever(ready[1]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ready[0]);
    struct et_ledger *reader = story_reader();
    assert_string_equal(story_text(reader, "SELECT status FROM runs"), "running");
    assert_true(story_number(reader, "SELECT count(*) FROM requests") >= 5000);
    assert_string_equal(story_text(reader, "PRAGMA integrity_check"), "ok");
    et_ledger_close(reader);
    et_ledger_close(story_ledger()); /* the dead writer's lock went with it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(what_is_no_ledger_is_said_to_be_none),
        story_test(somebody_elses_database_is_left_alone),
        story_test(a_ledger_of_a_newer_version_is_not_touched),
        story_test(a_folder_that_refuses_is_told),
        story_test(a_read_only_file_is_not_written),
        story_test(a_second_writer_is_refused_and_told_who_is_first),
        story_test(another_programs_lock_is_told),
        story_test(an_older_ledger_is_brought_up_to_date),
        story_test(a_failed_migration_changes_nothing),
        story_test(a_full_database_is_told_and_stays_whole),
        story_test(a_disk_that_refuses_is_told),
        story_test(a_killed_writer_leaves_a_ledger_that_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
