/* SPDX-License-Identifier: MIT */
#include "core/route/tests/world.h"

static struct et_catalogue *catalogue;

static int setup(void **state)
{
    (void)state;
    catalogue = world_catalogue();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    et_catalogue_free(catalogue);
    return 0;
}

static const char whole[] =
    "{\"model\":\"gpt-5.4\","
    "\"complexity\":{\"simple_below\":50,\"high_above\":700,\"models\":{\"simple\":"
    "\"gpt-5.4-nano\",\"critical\":\"gpt-5.5\"}},"
    "\"max_tokens\":{\"mini\":1,\"larger\":2,\"other\":3,\"models\":{\"gpt-5.4\":6000}},"
    "\"answer_min\":64,"
    "\"load\":{\"enter\":2.5,\"leave\":0.125,\"lighter\":{\"gpt-5.4\":\"gpt-5.4-mini\"}},"
    "\"fallback\":{\"snapshot\":false,\"weaker\":[{\"model\":\"gpt-5.4-mini\",\"instruction\":"
    "\"Be "
    "brief.\",\"cut\":true},{\"model\":\"gpt-5.4-nano\"}],\"wait_max_s\":0.5,\"first_byte_max_s\":"
    "8,\"calls_max\":4,"
    "\"prepared\":\"Later.\"},"
    "\"use_cases\":{\"report\":{\"model\":\"gpt-5.5\",\"max_tokens\":900,\"critical\":true,"
    "\"prepared\":\"By mail.\"},\"chat\":{}},"
    "\"unpriced\":false}";

static void every_key_arrives_where_it_belongs(void **state)
{
    (void)state;
    struct et_arena arena;
    struct et_route_policy policy;
    struct et_complaint complaint = {0};
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    if (et_route_policy_parse(&policy, et_slice_of(whole), catalogue, &arena, &complaint))
        fail_msg("%s: %s", complaint.path, complaint.text);
    assert_slice_equal(policy.model, "gpt-5.4");
    assert_true(policy.tiers.on && policy.tiers.simple_below == 50);
    assert_int_equal(policy.tiers.high_above, 700);
    assert_slice_equal(policy.tiers.models[ET_COMPLEXITY_SIMPLE], "gpt-5.4-nano");
    assert_slice_equal(policy.tiers.models[ET_COMPLEXITY_MEDIUM], "");
    assert_slice_equal(policy.tiers.models[ET_COMPLEXITY_CRITICAL], "gpt-5.5");
    assert_true(policy.limits.on && policy.limits.mini == 1 && policy.limits.larger == 2);
    assert_int_equal(policy.limits.other, 3);
    assert_int_equal(policy.limits.model_count, 1);
    assert_slice_equal(policy.limits.models[0].model, "gpt-5.4");
    assert_int_equal(policy.limits.models[0].max_tokens, 6000);
    assert_int_equal(policy.answer_min, 64);
    assert_true(policy.load.on && policy.load.enter == 2500 && policy.load.leave == 125);
    assert_int_equal(policy.load.lighter_count, 1);
    assert_slice_equal(policy.load.lighter[0].to, "gpt-5.4-mini");
    const struct et_route_fallback *fallback = &policy.fallback;
    assert_true(fallback->on && !fallback->snapshot && fallback->weaker_count == 2);
    assert_slice_equal(fallback->weaker[0].instruction, "Be brief.");
    assert_true(fallback->weaker[0].cut && !fallback->weaker[1].cut);
    assert_true(fallback->wait_max == 500 * ET_MS && fallback->first_byte_max == 8 * ET_S &&
                fallback->calls_max == 4);
    assert_slice_equal(fallback->prepared, "Later.");
    assert_int_equal(policy.use_case_count, 2);
    assert_slice_equal(policy.use_cases[0].use_case, "report");
    assert_slice_equal(policy.use_cases[0].model, "gpt-5.5");
    assert_true(policy.use_cases[0].critical && policy.use_cases[0].max_tokens == 900);
    assert_slice_equal(policy.use_cases[0].prepared, "By mail.");
    assert_slice_equal(policy.use_cases[1].model, "");
    et_arena_free(&arena);
}

static void what_is_left_out_has_the_values_of_the_header(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}", "{ // nothing on\n}",
        "{\"complexity\":false,\"max_tokens\":false,\"fallback\":false,\"unpriced\":false}"};
    for (size_t i = 0; i < 3; i++) {
        struct et_arena arena;
        struct et_route_policy policy, defaults;
        et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
        et_route_defaults(&defaults);
        assert_int_equal(
            et_route_policy_parse(&policy, et_slice_of(texts[i]), catalogue, &arena, NULL), 0);
        assert_false(policy.tiers.on || policy.limits.on || policy.load.on || policy.fallback.on);
        assert_int_equal(policy.tiers.simple_below, 100);
        assert_int_equal(policy.tiers.high_above, 500);
        assert_int_equal(policy.limits.mini, 2000);
        assert_int_equal(policy.limits.larger, 4000);
        assert_int_equal(policy.limits.other, 2000);
        assert_int_equal(policy.answer_min, defaults.answer_min);
        assert_int_equal(policy.fallback.calls_max, 6);
        assert_true(policy.fallback.wait_max == 5 * ET_S);
        assert_true(policy.fallback.first_byte_max == ET_NEVER);
        et_arena_free(&arena);
    }
}

static void what_is_wrong_is_said_with_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *text, *path, *words;
        int err;
    } rows[] = {
        {"{\"modle\":1}", "$", "\"modle\"; expected \"model\"", ET_UNKNOWN},
        {"[]", "$", "an object", ET_VALUE},
        {"{", "", "", ET_SYNTAX},
        {"{\"model\":\"gpt-5.4-minni\"}", "$.model", "\"gpt-5.4-mini\"", ET_VALUE},
        {"{\"model\":\"davinci-002\"}", "$.model", "no chat model", ET_VALUE},
        {"{\"model\":\"gpt-5.4-pro\"}", "$.model", "/v1/responses alone", ET_VALUE},
        {"{\"model\":\"\"}", "$.model", "not empty", ET_VALUE},
        {"{\"complexity\":3}", "$.complexity", "an object, true or false", ET_VALUE},
        {"{\"complexity\":{\"simple_below\":9,\"high_above\":8}}", "$.complexity",
         "at least as much", ET_VALUE},
        {"{\"complexity\":{\"simple_below\":501}}", "$.complexity", "at least as much", ET_VALUE},
        {"{\"complexity\":{\"models\":{\"hard\":\"gpt-5.4\"}}}", "$.complexity.models", "hard",
         ET_UNKNOWN},
        {"{\"max_tokens\":{\"mini\":0}}", "$.max_tokens.mini", "1 to", ET_VALUE},
        {"{\"max_tokens\":{\"models\":{\"gpt-9\":5}}}", "$.max_tokens.models.gpt-9",
         "does not know", ET_VALUE},
        {"{\"load\":{\"enter\":2}}", "$.load", "lighter", ET_VALUE},
        {"{\"load\":{\"enter\":1,\"leave\":1.001,\"lighter\":{\"gpt-5.4\":\"gpt-5.4-mini\"}}}",
         "$.load", "at most as much", ET_VALUE},
        {"{\"load\":{\"enter\":0,\"lighter\":{\"gpt-5.4\":\"gpt-5.4-mini\"}}}", "$.load.enter",
         "from 0.001", ET_VALUE},
        {"{\"fallback\":{\"weaker\":[]}}", "$.fallback.weaker", "1 to 6", ET_VALUE},
        {"{\"fallback\":{\"weaker\":[{\"cut\":true}]}}", "$.fallback.weaker[0]", "model", ET_VALUE},
        {"{\"fallback\":{\"first_byte_max_s\":0}}", "$.fallback.first_byte_max_s", "more than 0",
         ET_VALUE},
        {"{\"fallback\":{\"calls_max\":0}}", "$.fallback.calls_max", "1 to 100", ET_VALUE},
        {"{\"use_cases\":{\"a\":{\"ttl_s\":1}}}", "$.use_cases.a", "ttl_s", ET_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_arena arena;
        struct et_route_policy policy;
        struct et_complaint complaint = {0};
        et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
        int err = et_route_policy_parse(&policy, et_slice_of(rows[i].text), catalogue, &arena,
                                        &complaint);
        if (err != rows[i].err || strcmp(complaint.path, rows[i].path) != 0 ||
            !strstr(complaint.text, rows[i].words))
            fail_msg("%s: %d, %s: %s", rows[i].text, err, complaint.path, complaint.text);
        et_arena_free(&arena);
    }
}

static void unknown_models_may_be_allowed(void **state)
{
    (void)state;
    struct et_arena arena;
    struct et_route_policy policy;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    struct et_slice text = ET_LIT("{\"unpriced\":true,\"model\":\"llama-9\"}");
    assert_int_equal(et_route_policy_parse(&policy, text, catalogue, &arena, NULL), 0);
    assert_slice_equal(policy.model, "llama-9");
    text = ET_LIT("{\"unpriced\":true,\"model\":\"davinci-002\"}");
    assert_int_equal(et_route_policy_parse(&policy, text, catalogue, &arena, NULL), ET_VALUE);
    et_arena_free(&arena);
}

static void read_all(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_arena arena;
    struct et_route_policy policy;
    struct et_complaint complaint = {0};
    et_arena_init(&arena, mem, 64);
    int err = et_route_policy_parse(&policy, et_slice_of(whole), catalogue, &arena, &complaint);
    assert_true(err == 0 || err == ET_NOMEM);
    et_arena_free(&arena);
}

static void refused_memory_is_an_error_and_leaves_nothing(void **state)
{
    (void)state;
    support_torture(read_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_arrives_where_it_belongs),
        cmocka_unit_test(what_is_left_out_has_the_values_of_the_header),
        cmocka_unit_test(what_is_wrong_is_said_with_its_path),
        cmocka_unit_test(unknown_models_may_be_allowed),
        cmocka_unit_test(refused_memory_is_an_error_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
