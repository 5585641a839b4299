/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "harness/trace.h"
#include "io/file.h"

#include <unistd.h>

#define AZURE    "TIMESTAMP,ContextTokens,GeneratedTokens\n"
#define FIRST    "2023-11-16 18:15:46.6805900,374,44\n"
#define FIXTURES "harness/tests/fixtures/"
#define TRACES   "../shared/data/traces/"

static struct et_trace *read_file(const char *path)
{
    struct et_file file = {0};
    struct et_trace *trace = NULL;
    struct et_complaint complaint = {0};
    assert_int_equal(et_file_read(&file, path, 1 << 24, NULL), 0);
    enum et_trace_format format = et_trace_guess(file.bytes);
    if (et_trace_new(&trace, file.bytes, format, &support_heap, &complaint) != 0)
        fail_msg("%s:%u: %s", path, complaint.line, complaint.text);
    et_file_free(&file);
    return trace;
}

static void columns_are_found_by_name_and_days_pass(void **state)
{
    (void)state;
    static const struct et_trace_row rows[] = {
        {.at = 0, .prompt_tokens = 374, .answer_tokens = 44},
        {.at = 750 * ET_MS, .prompt_tokens = 396, .answer_tokens = 109},
        {.at = 750 * ET_MS, .prompt_tokens = 2, .answer_tokens = 0},
        {.at = 2500 * ET_MS, .prompt_tokens = 879, .answer_tokens = 55},
    };
    struct et_trace *trace = read_file(FIXTURES "azure.csv");
    assert_int_equal(trace->row_count, sizeof rows / sizeof *rows);
    for (size_t i = 0; i < trace->row_count; i++) {
        assert_int_equal(trace->rows[i].at, rows[i].at);
        assert_int_equal(trace->rows[i].prompt_tokens, rows[i].prompt_tokens);
        assert_int_equal(trace->rows[i].answer_tokens, rows[i].answer_tokens);
        assert_int_equal(trace->rows[i].block_count, 0);
    }
    et_trace_free(trace);
}

static void rows_of_one_instant_are_spread_up_to_the_next(void **state)
{
    (void)state;
    static const et_ns at[] = {0,
                               1 * ET_S,
                               2 * ET_S, /* three in 3 s */
                               3000 * ET_MS,
                               3250 * ET_MS, /* two in half a second */
                               3500 * ET_MS,
                               5000 * ET_MS}; /* the last: 3 s */
    struct et_trace *trace = read_file(FIXTURES "mooncake.jsonl");
    assert_int_equal(trace->row_count, sizeof at / sizeof *at);
    for (size_t i = 0; i < trace->row_count; i++)
        assert_int_equal(trace->rows[i].at, at[i]);
    et_trace_free(trace);
}

static void hash_ids_are_kept_for_each_row(void **state)
{
    (void)state;
    struct et_trace *trace = read_file(FIXTURES "mooncake.jsonl");
    const struct et_trace_row *row = &trace->rows[5];
    assert_int_equal(row->prompt_tokens, 600);
    assert_int_equal(row->answer_tokens, 9);
    assert_int_equal(row->block_count, 2);
    assert_int_equal(trace->blocks[row->first_block], 46);
    assert_int_equal(trace->blocks[row->first_block + 1], 51);
    assert_int_equal(trace->block_count, 14);
    et_trace_free(trace);
}

struct bad {
    const char *why, *text;
    unsigned line, column;
    const char *said;
};

static const struct bad bad_rows[] = {
    {"nothing", "", 0, 0, "found no row; expected one request a line"},
    {"a header alone", AZURE, 0, 0, "found no row"},
    {"a column is missing", "TIMESTAMP,ContextTokens\n" FIRST, 1, 1,
     "found \"TIMESTAMP,ContextTokens\"; expected the names of the columns, GeneratedTokens"},
    {"no header", FIRST, 1, 1, "expected the names of the columns, TIMESTAMP among them"},
    {"a field too few", AZURE FIRST "2023-11-16 18:15:47,7\n", 3, 1, "as many fields as"},
    {"no such day", AZURE "2023-02-29 18:15:46.68,1,1\n", 2, 1, "expected a time such as"},
    {"no such hour", AZURE "2023-02-28 24:15:46.68,1,1\n", 2, 1, "expected a time such as"},
    {"no such minute", AZURE "2023-02-28 23:60:46.68,1,1\n", 2, 1, "expected a time such as"},
    {"no such second", AZURE "2023-02-28 23:59:60,1,1\n", 2, 1, "expected a time such as"},
    {"too fine", AZURE "2023-02-28 23:59:59.1234567891,1,1\n", 2, 1, "expected a time such as"},
    {"a fraction of nothing", AZURE "2023-02-28 23:59:59.,1,1\n", 2, 1, "expected a time"},
    {"cut short", AZURE "2023-02-28 2\n", 2, 1, "as many fields"},
    {"half a time", AZURE "2023-02-28 23:5,1,1\n", 2, 1, "expected a time such as"},
    {"another zone", AZURE "2023-02-28 23:59:59+01:00,1,1\n", 2, 1, "expected a time such as"},
    {"a negative count", AZURE "2023-11-16 18:15:46, -3,44\n", 2, 22,
     "found \"-3\"; expected 0 to 1000000 tokens"},
    {"too many tokens", AZURE "2023-11-16 18:15:46,3,1000001\n", 2, 23, "found \"1000001\""},
    {"back in time", AZURE FIRST "2023-11-16 18:15:46.6805899,1,1\n", 3, 1,
     "expected a time that is not before that of the row above"},
    {"not JSON", "{\"timestamp\": 0,", 1, 17, "ends in the middle"},
    {"a key is missing", "{\"timestamp\": 0, \"input_length\": 5, \"hash_ids\": []}", 1, 1,
     "missing key \"output_length\""},
    {"of another kind",
     "{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 1, \"hash_ids\": []}\n\n"
     "{\"timestamp\": 0, \"input_length\": \"5\", \"output_length\": 1, \"hash_ids\": []}",
     3, 34, "found \"5\"; expected a whole number from 0 to 1000000"},
    {"a bad block",
     "{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 1, \"hash_ids\": [-1]}", 1, 70,
     "found -1"},
    {"back in time",
     "{\"timestamp\": 9, \"input_length\": 5, \"output_length\": 1, \"hash_ids\": []}\n"
     "{\"timestamp\": 8, \"input_length\": 5, \"output_length\": 1, \"hash_ids\": []}",
     2, 15, "found 8; expected no less than in the row above"},
};

static void a_bad_row_is_told_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
        const struct bad *bad = &bad_rows[i];
        struct et_complaint complaint = {0};
        struct et_trace *trace = NULL;
        struct et_slice text = et_slice_of(bad->text);
        int err = et_trace_new(&trace, text, et_trace_guess(text), &support_heap, &complaint);
        if (err == 0 || trace || !strstr(complaint.text, bad->said) ||
            complaint.line != bad->line || complaint.column != bad->column)
            fail_msg("%s: %u:%u: %s", bad->why, complaint.line, complaint.column, complaint.text);
    }
}

static void both_ends_of_a_line_are_fine(void **state)
{
    (void)state;
    static const char text[] = "\r\nTIMESTAMP,ContextTokens,GeneratedTokens\r\n"
                               "2024-05-10 00:00:00.009930+00:00,2162,5\r\n"
                               "2024-05-10 00:00:00.009930001,2162,5";
    struct et_trace *trace;
    assert_int_equal(et_trace_new(&trace, et_slice_of(text), ET_TRACE_AZURE, &support_heap, NULL),
                     0);
    assert_int_equal(trace->row_count, 2);
    assert_int_equal(trace->rows[1].at, 1);
    et_trace_free(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* fuzz/fuzz_trace.c */

static void a_file_cut_short_anywhere_is_read_or_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {FIXTURES "azure.csv", FIXTURES "mooncake.jsonl"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct et_file file = {0};
        assert_int_equal(et_file_read(&file, paths[i], 1 << 20, NULL), 0);
        for (size_t cut = 0; cut <= file.bytes.size; cut++) {
            uint8_t *exact = malloc(cut ? cut : 1); /* so that a sanitizer sees a read behind it */
            memcpy(exact, file.bytes.data, cut);
            LLVMFuzzerTestOneInput(exact, cut);
            free(exact);
        }
        et_file_free(&file);
    }
}

struct totals {
    const char *path;
    size_t rows;
    uint64_t prompt, answer;
    et_ns last;
};

static void a_real_trace_is_read_whole(void **state)
{
    const struct totals *totals = *state;
    uint64_t prompt = 0, answer = 0;
    if (access(totals->path, R_OK) != 0) {
        print_message("%s is absent\n", totals->path);
        skip();
    }
    struct et_trace *trace = read_file(totals->path);
    for (size_t i = 0; i < trace->row_count; i++) {
        prompt += trace->rows[i].prompt_tokens;
        answer += trace->rows[i].answer_tokens;
    }
    assert_int_equal(trace->row_count, totals->rows);
    assert_int_equal(prompt, totals->prompt);
    assert_int_equal(answer, totals->answer);
    assert_int_equal(trace->rows[trace->row_count - 1].at, totals->last);
    et_trace_free(trace);
}

static void read_in(const struct et_mem *mem, void *path)
{
    struct et_file file = {0};
    struct et_trace *trace;
    assert_int_equal(et_file_read(&file, path, 1 << 20, NULL), 0);
    int err = et_trace_new(&trace, file.bytes, et_trace_guess(file.bytes), mem, NULL);
    assert_true(err == 0 || err == ET_NOMEM);
    if (err == 0)
        et_trace_free(trace);
    et_file_free(&file);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    support_torture(read_in, FIXTURES "azure.csv");
    support_torture(read_in, FIXTURES "mooncake.jsonl");
}

int main(void)
{
    static struct totals azure = {TRACES "azure-llm-2023/AzureLLMInferenceTrace_conv.csv", 19366,
                                  22361870, 4088665, 3501721937000};
    static struct totals mooncake = {TRACES "mooncake-fast25/conversation_trace.jsonl", 12031,
                                     144793823, 4122048, 3539570428571};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name_and_days_pass),
        cmocka_unit_test(rows_of_one_instant_are_spread_up_to_the_next),
        cmocka_unit_test(hash_ids_are_kept_for_each_row),
        cmocka_unit_test(a_bad_row_is_told_with_its_line),
        cmocka_unit_test(both_ends_of_a_line_are_fine),
        cmocka_unit_test_prestate(a_real_trace_is_read_whole, &azure),
        cmocka_unit_test_prestate(a_real_trace_is_read_whole, &mooncake),
        cmocka_unit_test(a_file_cut_short_anywhere_is_read_or_refused),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
