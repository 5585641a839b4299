/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "cli/usage.h"

#define NAME_32 "abcdefghijklmnopqrstuvwxyz012345"

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
         {{36, 1, 20, 87, 7, .written_12h = 20}, "gpt-6.2-sol", "flex"}},
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
        assert_int_equal(got.day, ET_DAY_NEVER);
    }
}

#define CHAT(prompt, completion) "{\"prompt_tokens\":" prompt ",\"completion_tokens\":" completion
#define INPUT(details)                                                                             \
    "{\"input_tokens\":9,\"output_tokens\":1,\"input_tokens_details\":{" details "}}"

static void what_contradicts_itself_is_refused_with_its_place_and_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *why, *json;
        int err;
        const char *path, *text;
    } rows[] = {
        {"cut off", "{\"prompt_tokens\":1", ET_SYNTAX, "", "ends in the middle"},
        {"more behind it", CHAT("1", "1") "} {}", ET_SYNTAX, "", "more after the value"},
        {"nothing", "", ET_SYNTAX, "", "there is no value"},
        {"no object", "[1]", ET_VALUE, "$", "found an array"},
        {"no usage", "{\"model\":\"gpt-4o\"}", ET_VALUE, "$", "found no usage"},
        {"a stream that is not over", "{\"usage\":null}", ET_VALUE, "$.usage", "found null"},
        {"no completion", "{\"prompt_tokens\":1}", ET_VALUE, "$",
         "missing key \"completion_tokens\""},
        {"negative", CHAT("-1", "1") "}", ET_VALUE, "$.prompt_tokens", "found -1"},
        {"half a token", CHAT("1", "1.5") "}", ET_VALUE, "$.completion_tokens", "found 1.5"},
        {"2^53", CHAT("9007199254740992", "1") "}", ET_VALUE, "$.prompt_tokens",
         "found 9007199254740992"},
        {"beyond", CHAT("1e300", "1") "}", ET_VALUE, "$.prompt_tokens", "found 1e300"},
        {"a text", CHAT("\"1\"", "1") "}", ET_VALUE, "$.prompt_tokens", "found \"1\""},
        {"details that are none", CHAT("1", "1") ",\"prompt_tokens_details\":5}", ET_VALUE,
         "$.prompt_tokens_details", "found 5; expected an object"},
        {"wrong total", CHAT("1", "1") ",\"total_tokens\":3}", ET_VALUE, "$.total_tokens",
         "found 3; expected 2, the sum of \"prompt_tokens\" and \"completion_tokens\""},
        {"more cached than sent",
         CHAT("1", "1") ",\"prompt_tokens_details\":{\"cached_tokens\":2}}", ET_VALUE,
         "$.prompt_tokens_details.cached_tokens",
         "found 2; expected at most 1, as in \"prompt_tokens\""},
        {"negative within", CHAT("1", "1") ",\"prompt_tokens_details\":{\"cached_tokens\":-2}}",
         ET_VALUE, "$.prompt_tokens_details.cached_tokens", "found -2"},
        {"more written than sent", INPUT("\"cache_write_tokens\":10"), ET_VALUE,
         "$.input_tokens_details.cache_write_tokens",
         "found 10; expected at most 9, as in \"input_tokens\""},
        {"together more than sent", INPUT("\"cached_tokens\":5,\"cache_write_tokens\":5"), ET_VALUE,
         "$.input_tokens_details",
         "found 5 cached and 5 written; expected at most 9 together, as in \"input_tokens\""},
        {"more for 12 h than at all",
         INPUT("\"cache_write_tokens\":2,\"cache_write_tokens_details\":{\"ttl_12h_tokens\":3}"),
         ET_VALUE, "$.input_tokens_details.cache_write_tokens_details.ttl_12h_tokens",
         "found 3; expected at most 2, as in \"cache_write_tokens\""},
        {"more thought than said",
         CHAT("1", "4") ",\"completion_tokens_details\":{\"reasoning_tokens\":5}}", ET_VALUE,
         "$.completion_tokens_details.reasoning_tokens",
         "found 5; expected at most 4, as in \"completion_tokens\""},
        {"a long tier", "{\"service_tier\":\"" NAME_32 "\",\"usage\":" CHAT("1", "1") "}}",
         ET_VALUE, "$.service_tier", "found a text of 32 bytes; expected at most 31"},
        {"a long model",
         "{\"model\":\"" NAME_32 NAME_32 NAME_32 NAME_32 "\",\"usage\":" CHAT("1", "1") "}}",
         ET_VALUE, "$.model", "found a text of 128 bytes; expected at most 127"},
        {"made at a fraction", "{\"created_at\":1795219200.5,\"usage\":" CHAT("1", "1") "}}",
         ET_VALUE, "$.created_at", "found 1795219200.5; expected Unix seconds"},
        {"made before 1970", "{\"created\":-1,\"usage\":" CHAT("1", "1") "}}", ET_VALUE,
         "$.created", "found -1; expected Unix seconds"},
        {"made at milliseconds", "{\"created\":1795219200000,\"usage\":" CHAT("1", "1") "}}",
         ET_VALUE, "$.created", "found 1795219200000; expected Unix seconds"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_answer_usage got = {.day = 7};
        struct et_complaint complaint = {0};
        int err = et_answer_usage_read(&got, et_slice_of(rows[i].json), &complaint);
        if (err != rows[i].err || strcmp(complaint.path, rows[i].path) != 0 ||
            !strstr(complaint.text, rows[i].text))
            fail_msg("%s: %d %s: %s", rows[i].why, err, complaint.path, complaint.text);
        assert_int_equal(got.day, 7);
    }
}

static void an_answer_tells_the_day_it_was_made(void **state)
{
    (void)state;
    static const struct {
        const char *why, *member;
        et_day day;
    } rows[] = {
        {"a chat", "\"created\":1795219199", 20777},
        {"a second later", "\"created\":1795219200", 20778},
        {"a response", "\"created_at\":1795219200.0", 20778},
        {"no number", "\"created\":\"now\"", ET_DAY_NEVER},
        {"nothing", "\"created\":null", ET_DAY_NEVER},
        {"the last day", "\"created\":253402300799", 2932896},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_answer_usage got;
        char json[256];
        snprintf(json, sizeof json, "{%s,\"usage\":" CHAT("1", "1") "}}", rows[i].member);
        assert_int_equal(et_answer_usage_read(&got, et_slice_of(json), NULL), 0);
        if (got.day != rows[i].day)
            fail_msg("%s: %d", rows[i].why, (int)got.day);
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
        cmocka_unit_test(what_contradicts_itself_is_refused_with_its_place_and_numbers),
        cmocka_unit_test(an_answer_tells_the_day_it_was_made),
        cmocka_unit_test(a_long_answer_of_numbers_is_read),
        cmocka_unit_test(what_is_wrong_is_said_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
