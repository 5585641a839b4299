/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "mock_openai/cache_read.h"

/* What is read of {"prompt_cache": TEXT}; what was there before is `out`. */
static int read_text(const char *text, struct et_prompt_cache_config *out,
                     struct et_complaint *complaint)
{
    char document[512];
    struct et_json *json;
    struct et_form form;
    int size = snprintf(document, sizeof document, "{\"prompt_cache\": %s}", text);
    struct et_slice bytes = {document, (size_t)size};
    assert_int_equal(et_json_parse(&json, bytes, NULL, &support_heap, complaint), 0);
    et_form_open(&form, json, et_json_root(json), "$", complaint);
    et_prompt_cache_read(&form, "prompt_cache", ET_OPTIONAL, out);
    int err = et_form_close(&form);
    et_json_free(json);
    return err;
}

static struct et_prompt_cache_config read_good(const char *text)
{
    struct et_prompt_cache_config config = {.machines = 77};
    struct et_complaint complaint = {0};
    if (read_text(text, &config, &complaint))
        fail_msg("%s: %s", text, complaint.text);
    return config;
}

static void true_is_the_default_and_false_is_off(void **state)
{
    (void)state;
    static const struct et_prompt_cache_config usual = {0}, off = {.off = true};
    struct et_prompt_cache_config got = read_good("true");
    assert_memory_equal(&got, &usual, sizeof usual);
    got = read_good("{}");
    assert_memory_equal(&got, &usual, sizeof usual);
    got = read_good("false");
    assert_memory_equal(&got, &off, sizeof off);
}

static void every_key_is_read(void **state)
{
    (void)state;
    struct et_prompt_cache_config got =
        read_good("{\"idle_s\": 0.5, \"longest_s\": 60, \"endless\": true, \"machines\": 3, "
                  "\"overflow_per_minute\": 7, \"prefixes\": 9, \"partition\": \"key\", "
                  "\"zero_data_retention\": true}");
    assert_int_equal(got.idle, ET_S / 2);
    assert_int_equal(got.longest, 60 * ET_S);
    assert_int_equal(got.machines, 3);
    assert_int_equal(got.overflow_per_minute, 7);
    assert_int_equal(got.prefixes, 9);
    assert_true(got.endless && got.per_key && got.no_retention && !got.off);
    got = read_good("{\"overflow_per_minute\": 0, \"partition\": \"organization\"}");
    assert_int_equal(got.overflow_per_minute, ET_PROMPT_CACHE_NO_OVERFLOW);
    assert_false(got.per_key);
}

static void what_is_wrong_is_told_and_nothing_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text, *path, *said;
    } rows[] = {
        {"a number", "3", "$.prompt_cache", "expected an object, true or false"},
        {"null", "null", "$.prompt_cache", "expected an object, true or false"},
        {"a wrong name", "{\"machine\": 1}", "$.prompt_cache", "expected \"machines\""},
        {"no machine", "{\"machines\": 0}", "$.prompt_cache.machines", "found 0"},
        {"too many", "{\"machines\": 4097}", "$.prompt_cache.machines", "found 4097"},
        {"no time", "{\"idle_s\": 0}", "$.prompt_cache.idle_s", "expected more than 0"},
        {"a year", "{\"longest_s\": 31536000}", "$.prompt_cache.longest_s", "at most 2678400"},
        {"no prefix", "{\"prefixes\": 0}", "$.prompt_cache.prefixes", "found 0"},
        {"a house", "{\"partition\": \"house\"}", "$.prompt_cache.partition", "\"organization\""},
        {"a word", "{\"endless\": \"yes\"}", "$.prompt_cache.endless", "true or false"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_prompt_cache_config config = {.machines = 77};
        struct et_complaint complaint = {0};
        if (read_text(rows[i].text, &config, &complaint) == 0)
            fail_msg("%s: taken", rows[i].why);
        if (strcmp(complaint.path, rows[i].path) != 0 || !strstr(complaint.text, rows[i].said))
            fail_msg("%s: %s: %s", rows[i].why, complaint.path, complaint.text);
        assert_int_equal(config.machines, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_is_the_default_and_false_is_off),
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(what_is_wrong_is_told_and_nothing_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
