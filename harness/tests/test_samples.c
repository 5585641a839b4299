/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "harness/samples.h"

static struct et_samples *read_all(const char *text)
{
    struct et_samples *samples = NULL;
    struct et_complaint said = {0};
    if (et_samples_read(&samples, et_slice_of(text), &support_heap, &said))
        fail_msg("%u:%u: %s", said.line, said.column, said.text);
    return samples;
}

static void columns_are_found_by_name(void **state)
{
    (void)state;
    struct et_samples *samples =
        read_all("\xEF\xBB\xBFttft_ms,stalls,total_s, completion_tokens ,model,reasoning_tokens,"
                 "cached_tokens,prompt_tokens\r\n"
                 "250.5,0,1.5,100,gpt-5,64,10,30\r\n\n"
                 "1e3,1,\"2\",100,\"gpt-5\",0,0,30,and more\n");
    assert_int_equal(samples->count, 2);
    assert_true(samples->has_prompt && samples->has_reasoning && samples->has_stalls);
    const struct et_sample *one = &samples->all[0], *other = &samples->all[1];
    assert_true(one->ttft_ms == 250.5 && one->total_ms == 1500);
    assert_int_equal(one->completion, 100);
    assert_int_equal(one->reasoning, 64);
    assert_int_equal(one->prompt - one->cached, 20);
    assert_false(one->stalled);
    assert_true(other->ttft_ms == 1000 && other->total_ms == 2000 && other->stalled);
    et_samples_free(samples);
}

static void requests_that_failed_are_counted_and_passed_over(void **state)
{
    (void)state;
    struct et_samples *samples = read_all("ttft_s,total_s,completion_tokens,error\n"
                                          "0.2,1,10,\n,,,429\n,,0,timeout\n0.3,1,10,\n");
    assert_int_equal(samples->count, 2);
    assert_int_equal(samples->failed, 2);
    assert_false(samples->has_prompt || samples->has_reasoning || samples->has_stalls);
    et_samples_free(samples);
}

#define HEAD "ttft_ms,total_ms,completion_tokens,prompt_tokens,cached_tokens,reasoning_tokens\n"

static void a_bad_row_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned line;
        const char *said;
    } rows[] = {
        {"", 0, "found nothing; expected a line of names"},
        {"\n\n", 0, "found nothing"},
        {"ttft,total,tokens\n1,2,3\n", 1, "found \"ttft,total,tokens\"; expected the names"},
        {"ttft_ms,ttft_s,total_ms,completion_tokens\n", 1, "one of ttft_ms and ttft_s"},
        {"ttft_ms,total_ms,ttft_ms,completion_tokens\n", 1, "expected each name once"},
        {HEAD "1,2,3,4,5,0\n", 2, "found \"5\"; expected at most the row's prompt_tokens"},
        {HEAD "100,200,3,4,0,0\nx,200,3,4,0,0\n", 3, "found \"x\"; expected milliseconds, above 0"},
        {HEAD "0,200,3,4,0,0\n", 2, "found \"0\"; expected milliseconds, above 0"},
        {HEAD "-1,200,3,4,0,0\n", 2, "found \"-1\""},
        {HEAD "nan,200,3,4,0,0\n", 2, "found \"nan\""},
        {HEAD "1 2,200,3,4,0,0\n", 2, "found \"1 2\""},
        {HEAD "100,3600001,3,4,0,0\n", 2, "at most 3600000"},
        {HEAD "100,,3,4,0,0\n", 2, "expected milliseconds"},
        {HEAD "100\n", 2, "found \"100\"; expected milliseconds"},
        {HEAD "100,99,3,4,0,0\n", 2, "found \"99\"; expected a total that is not below"},
        {HEAD "100,200,0,4,0,0\n", 2, "found \"0\"; expected at least one token"},
        {HEAD "100,200,3.5,4,0,0\n", 2, "found \"3.5\"; expected a whole number"},
        {HEAD "100,200,3,,0,0\n", 2, "found \"\"; expected a whole number"},
        {HEAD "100,200,10000001,4,0,0\n", 2, "up to 10000000"},
        {HEAD "100,200,3,4,0,3\n", 2, "found \"3\"; expected fewer than the row's completion"},
        {"ttft_s,total_s,completion_tokens\n0.1,3600.5,3\n", 2,
         "found \"3600.5\"; expected seconds"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_samples *samples = NULL;
        struct et_complaint said = {0};
        int err = et_samples_read(&samples, et_slice_of(rows[i].text), &support_heap, &said);
        if (err == 0 || said.line != rows[i].line || !strstr(said.text, rows[i].said))
            fail_msg("%s: %d, line %u, %s", rows[i].text, err, said.line, said.text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* fuzz/fuzz_samples.c */

static void a_table_cut_short_anywhere_is_read_or_refused(void **state)
{
    (void)state;
    static const char text[] =
        "stalls,ttft_s,total_s,completion_tokens,prompt_tokens,cached_tokens,"
        "reasoning_tokens\r\n"
        "0,0.25,1.5e0,100,300,10,64\n,,,,,,\n\"1\",1,2,3,4,4,0,more\n";
    for (size_t size = 0; size < sizeof text; size++) {
        uint8_t *exact = malloc(size ? size : 1); /* so that a sanitizer sees the end */
        memcpy(exact, text, size);
        LLVMFuzzerTestOneInput(exact, size);
        for (size_t i = 0; i < size; i++) { /* and with one byte another */
            exact[i] ^= 0x11;
            LLVMFuzzerTestOneInput(exact, size);
            exact[i] ^= 0x11;
        }
        free(exact);
    }
}

static void read_in(const struct et_mem *mem, void *arg)
{
    struct et_samples *samples = NULL;
    int err = et_samples_read(&samples, et_slice_of(arg), mem, NULL);
    assert_true(err == 0 || err == ET_NOMEM);
    if (err == 0)
        et_samples_free(samples);
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    static char text[8192] = "ttft_s,total_s,completion_tokens\n";
    for (size_t i = 0; i < 300; i++)
        strcat(text, "0.2,1.5,10\n");
    support_torture(read_in, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(requests_that_failed_are_counted_and_passed_over),
        cmocka_unit_test(a_bad_row_is_told_with_its_line),
        cmocka_unit_test(a_table_cut_short_anywhere_is_read_or_refused),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
