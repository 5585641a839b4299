/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "cli/usage.h"

static void both_forms_of_usage_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *why, *json;
        struct et_answer_usage want;
    } rows[] = {
        {"chat, alone",
         "{\"prompt_tokens\":2006,\"completion_tokens\":300,\"total_tokens\":2306,"
         "\"prompt_tokens_details\":{\"cached_tokens\":1920,\"audio_tokens\":0},"
         "\"completion_tokens_details\":{\"reasoning_tokens\":64}}",
         {.usage = {2006, 1920, 0, 300, 64}}},
        {"responses, in an answer",
         "{\"model\":\"gpt-6.2-sol\",\"service_tier\":\"flex\",\"usage\":{\"input_tokens\":36,"
         "\"input_tokens_details\":{\"cached_tokens\":1,\"cache_write_tokens\":20,"
         "\"cache_write_tokens_details\":{\"ttl_30m_tokens\":0,\"ttl_12h_tokens\":20}},"
         "\"output_tokens\":87,\"output_tokens_details\":{\"reasoning_tokens\":7}}}",
         {{36, 1, 20, 87, 7}, "gpt-6.2-sol", "flex", 20}},
        {"embeddings", "{\"prompt_tokens\":8,\"total_tokens\":8}", {.usage = {.prompt = 8}}},
        {"nulls are nothing",
         "{\"service_tier\":null,\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":1,"
         "\"prompt_tokens_details\":null,\"completion_tokens_details\":null}}",
         {.usage = {.prompt = 8, .completion = 1}}},
        {"null is no total",
         "{\"prompt_tokens\":8,\"completion_tokens\":1,\"total_tokens\":null}",
         {.usage = {.prompt = 8, .completion = 1}}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_answer_usage got;
        struct et_complaint complaint = {0};
        if (et_answer_usage_read(&got, et_slice_of(rows[i].json), &complaint))
            fail_msg("%s: %s", rows[i].why, complaint.text);
        assert_memory_equal(&got.usage, &rows[i].want.usage, sizeof got.usage);
        assert_string_equal(got.model, rows[i].want.model);
        assert_string_equal(got.tier, rows[i].want.tier);
        assert_int_equal(got.written_12h, rows[i].want.written_12h);
    }
}

static void what_contradicts_itself_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *why, *json;
        int err;
    } rows[] = {
        {"cut off", "{\"prompt_tokens\":1", ET_SYNTAX},
        {"more behind it", "{\"prompt_tokens\":1,\"total_tokens\":1} {}", ET_SYNTAX},
        {"nothing", "", ET_SYNTAX},
        {"no object", "[1]", ET_VALUE},
        {"no usage", "{\"model\":\"gpt-4o\"}", ET_VALUE},
        {"usage of a stream that is not over", "{\"usage\":null}", ET_VALUE},
        {"no completion", "{\"prompt_tokens\":1}", ET_VALUE},
        {"negative", "{\"prompt_tokens\":-1,\"total_tokens\":-1}", ET_VALUE},
        {"half a token", "{\"prompt_tokens\":1.5,\"total_tokens\":1.5}", ET_VALUE},
        {"not exact as a double", "{\"prompt_tokens\":9007199254740993,\"completion_tokens\":1}",
         ET_VALUE},
        {"a text", "{\"prompt_tokens\":\"1\",\"completion_tokens\":1}", ET_VALUE},
        {"details that are none",
         "{\"prompt_tokens\":1,\"completion_tokens\":1,\"prompt_tokens_details\":5}", ET_VALUE},
        {"wrong total", "{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":3}",
         ET_VALUE},
        {"more cached than sent",
         "{\"prompt_tokens\":1,\"completion_tokens\":1,"
         "\"prompt_tokens_details\":{\"cached_tokens\":2}}",
         ET_VALUE},
        {"more written for 12 h than written",
         "{\"input_tokens\":9,\"output_tokens\":1,\"input_tokens_details\":{"
         "\"cache_write_tokens\":2,\"cache_write_tokens_details\":{\"ttl_12h_tokens\":3}}}",
         ET_VALUE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_answer_usage got = {.written_12h = 7};
        struct et_complaint complaint = {0};
        int err = et_answer_usage_read(&got, et_slice_of(rows[i].json), &complaint);
        if (err != rows[i].err || !complaint.text[0])
            fail_msg("%s: %d", rows[i].why, err);
        assert_int_equal(got.written_12h, 7);
    }
}

static void a_long_answer_of_numbers_is_read(void **state)
{
    (void)state;
    enum { NUMBERS = 300000 }; /* more values than a JSON text may have by default */
    static char json[2 * NUMBERS + 99];
    size_t size = (size_t)snprintf(json, sizeof json, "{\"data\":[");
    for (int i = 0; i < NUMBERS; i++)
        size += (size_t)snprintf(json + size, sizeof json - size, "7,");
    snprintf(json + size, sizeof json - size,
             "7],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":9}}");
    struct et_answer_usage got;
    struct et_complaint complaint = {0};
    if (et_answer_usage_read(&got, et_slice_of(json), &complaint))
        fail_msg("%s", complaint.text);
    assert_int_equal(got.usage.prompt, 9);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
    (void)state;
    struct et_answer_usage got;
    struct et_complaint complaint = {0};
    struct et_slice json = ET_LIT("{\"usage\":{\"input_tokens\":9,\n\"output_tokens\":-1}}");
    assert_int_equal(et_answer_usage_read(&got, json, &complaint), ET_VALUE);
    assert_int_equal(complaint.line, 2);
    assert_int_equal(complaint.column, 17);
    assert_string_equal(complaint.path, "$.usage.output_tokens");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_of_usage_are_read),
        cmocka_unit_test(what_contradicts_itself_is_refused),
        cmocka_unit_test(a_long_answer_of_numbers_is_read),
        cmocka_unit_test(what_is_wrong_is_said_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
