/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "mock_openai/limits_read.h"

/* What one text was read as. */
struct read {
    struct et_arena arena;
    struct et_limit_settings limits;
    struct et_access_settings access;
    struct et_complaint complaint;
    int err;
};

static void read_in(struct read *out, const char *text, bool access, const struct et_mem *mem)
{
    struct et_settings_source source = {world.catalogue, &out->arena};
    struct et_json *json = NULL;
    struct et_form form;
    *out = (struct read){.limits = {.tier = ET_USAGE_NO_TIER}};
    et_arena_init(&out->arena, mem, ET_ARENA_BLOCK);
    assert_int_equal(et_json_parse(&json, et_slice_of(text), NULL, &support_heap, NULL), 0);
    et_form_open(&form, json, et_json_root(json), "$", &out->complaint);
    if (access)
        et_access_read(&form, &source, &out->access);
    else
        et_limits_read(&form, &source, &out->limits);
    out->err = et_form_close(&form);
    et_json_free(json);
}

static void limits_are_read_whole(void **state)
{
    (void)state;
    struct read read;
    read_in(&read,
            "{\"tier\":5,\"requests_per_minute\":1,\"requests_per_day\":2,\"tokens_per_minute\":3,"
            "\"project_tokens_per_minute\":0,\"per\":\"project\",\"count_refused\":true,"
            "\"models\":{\"gpt-4o-2024-08-06\":{\"requests_per_minute\":0},"
            "\"gpt-4o-mini\":{\"shared_with\":\"gpt-4o-2024-11-20\"}},\"slow_down\":{},"
            "\"manners\":{\"retry_after\":\"date\",\"headers\":\"on_429\"}}",
            false, &support_heap);
    const struct et_limit_settings *limits = &read.limits;
    assert_int_equal(read.err, 0);
    assert_int_equal(limits->tier, ET_USAGE_TIER_5);
    assert_int_equal(limits->quota.requests_per_minute, 1);
    assert_int_equal(limits->quota.requests_per_day, 2);
    assert_int_equal(limits->quota.tokens_per_minute, 3);
    assert_int_equal(limits->quota.project_tokens_per_minute, ET_QUOTA_NONE);
    assert_int_equal(limits->share, ET_SHARE_PROJECT);
    assert_true(limits->count_refused);
    assert_int_equal(limits->model_count, 2);
    assert_slice_equal(limits->models[0].model, "gpt-4o");
    assert_int_equal(limits->models[0].quota.requests_per_minute, ET_QUOTA_NONE);
    assert_int_equal(limits->models[0].quota.tokens_per_minute, 0);
    assert_slice_equal(limits->models[1].model, "gpt-4o-mini");
    assert_slice_equal(limits->models[1].with, "gpt-4o");
    assert_int_equal(limits->ramp.tokens_per_minute, 1000000);
    assert_int_equal(limits->ramp.growth_ppm, 500000);
    assert_true(limits->ramp.window == 900 * ET_S);
    assert_int_equal(limits->manners.retry_after, ET_MANNER_DATE);
    assert_int_equal(limits->manners.headers, ET_MANNER_ON_429);
    et_arena_free(&read.arena);
}

static void access_is_read_whole(void **state)
{
    (void)state;
    struct read read;
    read_in(&read,
            "{\"keys\":[\"sk-a\",\"sk-b\"],\"models_denied\":[\"gpt-4o-2024-08-06\",\"o3\"],"
            "\"country_denied\":true,\"spend\":{\"credit_usd\":0,\"organization_limit_usd\":1.5,"
            "\"project_limit_usd\":0.000000000001,\"codes\":\"old\"}}",
            true, &support_heap);
    const struct et_access_settings *access = &read.access;
    assert_int_equal(read.err, 0);
    assert_int_equal(access->key_count, 2);
    assert_slice_equal(access->keys[1], "sk-b");
    assert_int_equal(access->models_denied_count, 2);
    assert_slice_equal(access->models_denied[0], "gpt-4o");
    assert_true(access->country_denied);
    assert_true(access->spend.credit.set && access->spend.credit.most == 0);
    assert_true(access->spend.organization.most == ET_PICO_USD + ET_PICO_USD / 2);
    assert_int_equal(access->spend.project.most, 1);
    assert_false(access->spend.usage.set);
    assert_true(access->spend.old_code);
    et_arena_free(&read.arena);
}

static void what_is_not_there_changes_nothing(void **state)
{
    (void)state;
    struct read read;
    struct et_limit_settings none = {.tier = ET_USAGE_NO_TIER};
    struct et_access_settings anybody = {.key_count = 0};
    read_in(&read, "{}", false, &support_heap);
    assert_int_equal(read.err, 0);
    assert_memory_equal(&read.limits, &none, sizeof(none));
    read_in(&read, "{}", true, &support_heap);
    assert_int_equal(read.err, 0);
    assert_memory_equal(&read.access, &anybody, sizeof(anybody));
    et_arena_free(&read.arena);
}

static void the_tier_is_a_number_or_free(void **state)
{
    (void)state;
    struct read read;
    read_in(&read, "{\"tier\":\"free\"}", false, &support_heap);
    assert_int_equal(read.err, 0);
    assert_int_equal(read.limits.tier, ET_USAGE_FREE);
    read_in(&read, "{\"tier\":1}", false, &support_heap);
    assert_int_equal(read.limits.tier, ET_USAGE_TIER_1);
    et_arena_free(&read.arena);
}

static void complaints_say_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
        bool access;
    } rows[] = {
        {"{\"tier\":6}", "$.tier: found 6; expected a whole number from 1 to 5", false},
        {"{\"tier\":\"fre\"}", "$.tier: found \"fre\"; expected \"free\"", false},
        {"{\"tpm\":6}", "unknown key \"tpm\"", false},
        {"{\"tokens_per_minute\":-1}", "$.tokens_per_minute: found -1", false},
        {"{\"per\":\"keys\"}", "$.per: found \"keys\"; expected \"key\"", false},
        {"{\"models\":{\"gpt-4p\":{}}}", "unknown model \"gpt-4p\"; expected \"gpt-4o\"", false},
        {"{\"models\":{\"gpt-4o\":{},\"gpt-4o-2024-08-06\":{}}}",
         "found \"gpt-4o\" again; expected each model once", false},
        {"{\"models\":{\"gpt-4o\":{\"shared_with\":\"o33\"}}}",
         "shared_with: unknown model \"o33\"; expected \"o3\"", false},
        {"{\"slow_down\":{\"window_min\":0}}", "expected a whole number from 1 to 1440", false},
        {"{\"manners\":{\"retry_after\":\"never\"}}", "$.manners.retry_after: found \"never\"",
         false},
        {"{\"keys\":[\"\"]}", "$.keys[0]: found \"\"", true},
        {"{\"models_denied\":[\"x\"]}", "unknown model \"x\"", true},
        {"{\"spend\":{\"credit_usd\":-1}}", "$.spend.credit_usd: found -1", true},
        {"{\"spend\":{\"codes\":\"new\"}}", "expected one of \"2026\", \"old\"", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct read read;
        char said[700];
        read_in(&read, rows[i].text, rows[i].access, &support_heap);
        snprintf(said, sizeof(said), "%s: %s", read.complaint.path, read.complaint.text);
        if (read.err == 0 || !strstr(said, rows[i].said))
            fail_msg("%s: %s", rows[i].text, said);
        et_arena_free(&read.arena);
    }
}

static void read_both(const struct et_mem *mem, void *arg)
{
    struct read read;
    (void)arg;
    read_in(&read, "{\"models\":{\"gpt-4o\":{\"requests_per_minute\":1}}}", false, mem);
    assert_true(read.err == 0 || read.err == ET_NOMEM);
    et_arena_free(&read.arena);
    read_in(&read, "{\"keys\":[\"sk-a\"],\"models_denied\":[\"o3\"]}", true, mem);
    assert_true(read.err == 0 || read.err == ET_NOMEM);
    et_arena_free(&read.arena);
}

static void memory_that_is_refused_is_said_so(void **state)
{
    (void)state;
    support_torture(read_both, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_read_whole),
        cmocka_unit_test(access_is_read_whole),
        cmocka_unit_test(what_is_not_there_changes_nothing),
        cmocka_unit_test(the_tier_is_a_number_or_free),
        cmocka_unit_test(complaints_say_what_was_expected),
        cmocka_unit_test(memory_that_is_refused_is_said_so),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
