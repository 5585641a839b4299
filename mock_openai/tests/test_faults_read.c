/* SPDX-License-Identifier: MIT */
/* What is wrong with a plan is told in harness/tests/test_scenario_complaints.c. */
#include "mock_openai/tests/brain_world.h"

#include "core/json/json.h"
#include "mock_openai/faults_read.h"

static const char everything[] =
    "{\"faults\": ["
    "{\"kind\": \"429\", \"probability\": 0.000001, \"from_s\": 10.5, \"to_s\": 20.000000001,"
    " \"model\": \"gpt-5.4\", \"retry_after_ms\": 0.5, \"code\": \"a\\\"b\","
    " \"should_retry\": false, \"retry_form\": \"huge\", \"endpoint\": \"/v1/embeddings\"},"
    "{\"kind\": \"html\", \"probability\": 0.1, \"ramp_to\": 0.2, \"until_s\": 60,"
    " \"repeat_s\": 60, \"status\": 200, \"endpoint\": \"/v1/models\"},"
    "{\"kind\": \"stall_head\", \"nth\": 3, \"pause_ms\": 0},"
    "{\"kind\": \"stall\", \"every\": 2, \"times\": 4, \"after\": 7, \"name\": \"hm\"},"
    "{\"kind\": \"reset\", \"probability\": 0.25, \"after\": 100, \"key\": \"sk-a\"},"
    "{\"kind\": \"error_event\", \"probability\": 0.4, \"shape\": \"data\", \"code\": "
    "\"slow_down\","
    " \"header\": {\"name\": \"x-a\"}},"
    "{\"kind\": \"cut\", \"probability\": 0.1, \"header\": {\"name\": \"x-b\", \"equals\": \"c\"}},"
    "{\"kind\": \"slow_drip\", \"probability\": 1, \"bytes\": 3,"
    " \"header\": {\"name\": \"x-b\", \"contains\": \"d\"}},"
    "{\"kind\": \"wrong_type\", \"probability\": 1, \"type\": \"a/b\"},"
    "{\"kind\": \"header\", \"probability\": 1, \"field\": \"x-a\", \"value\": \"b\"},"
    "{\"kind\": \"header\", \"probability\": 1, \"field\": \"x-c\"},"
    "{\"kind\": \"refuse\", \"probability\": 0.05}"
    "]}";

static int read_plan(struct et_slice text, struct et_arena *arena, const struct et_mem *mem,
                     struct et_faults_list *out, struct et_complaint *complaint)
{
    struct et_json *json;
    struct et_form form;
    struct et_settings_source source = {world.catalogue, arena};
    int err = et_json_parse(&json, text, NULL, mem, complaint);
    if (err)
        return err;
    et_form_open(&form, json, et_json_root(json), "$", complaint);
    et_faults_read(&form, "faults", ET_REQUIRED, &source, out);
    err = et_form_close(&form);
    et_json_free(json);
    return err;
}

static void a_plan_that_was_printed_reads_as_it_was(void **state)
{
    (void)state;
    struct et_complaint complaint = {0};
    struct et_arena arena;
    struct et_faults_list list, again;
    struct et_text out;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    et_text_init(&out, &support_heap, 1 << 20);
    if (read_plan(et_slice_of(everything), &arena, &support_heap, &list, &complaint))
        fail_msg("%s: %s", complaint.path, complaint.text);
    assert_int_equal(list.count, 12);
    et_text_add(&out, ET_LIT("{\"faults\":"));
    et_faults_print(list.rules, list.count, &out);
    et_text_addc(&out, '}');
    if (read_plan(et_text_slice(&out), &arena, &support_heap, &again, &complaint))
        fail_msg("%s: %s in %s", complaint.path, complaint.text, et_text_slice(&out).data);
    assert_int_equal(again.count, list.count);
    for (size_t i = 0; i < list.count; i++) {
        struct et_fault_rule *one = &list.rules[i], *other = &again.rules[i];
        assert_true(et_fault_hash(&one->fault, 1) == et_fault_hash(&other->fault, 1));
        assert_true(one->ppm == other->ppm && one->ramps == other->ramps);
        assert_true(one->ppm_until == other->ppm_until && one->repeat == other->repeat);
        assert_true(one->from_at == other->from_at && one->until_at == other->until_at);
        assert_true(one->nth == other->nth && one->every == other->every);
        assert_true(one->times == other->times && one->match == other->match);
        assert_true(et_slice_equal(one->name, other->name));
        assert_true(et_slice_equal(one->model, other->model));
        assert_true(et_slice_equal(one->key, other->key));
        assert_true(et_slice_equal(one->endpoint, other->endpoint));
        assert_true(et_slice_equal(one->field, other->field));
        assert_true(et_slice_equal(one->field_value, other->field_value));
    }
    et_text_free(&out);
    et_arena_free(&arena);
}

static void numbers_are_exact(void **state)
{
    (void)state;
    struct et_arena arena;
    struct et_faults_list list;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    assert_int_equal(read_plan(et_slice_of(everything), &arena, &support_heap, &list, NULL), 0);
    assert_int_equal(list.rules[0].ppm, 1);
    assert_int_equal(list.rules[0].from_at, 10500 * ET_MS);
    assert_int_equal(list.rules[0].until_at, 20 * ET_S + 1);
    assert_int_equal(list.rules[0].fault.retry_after, 500 * ET_US);
    assert_int_equal(list.rules[0].fault.retry_form, ET_MANNER_HUGE);
    assert_int_equal(list.rules[4].fault.retry_form, -1);
    et_arena_free(&arena);
}

static void a_plan_of_none_is_a_plan(void **state)
{
    (void)state;
    struct et_arena arena;
    struct et_faults_list list;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    assert_int_equal(read_plan(ET_LIT("{\"faults\": []}"), &arena, &support_heap, &list, NULL), 0);
    assert_int_equal(list.count, 0);
    et_arena_free(&arena);
}

static void more_rules_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    struct et_complaint complaint = {0};
    struct et_arena arena;
    struct et_faults_list list;
    struct et_text text;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    et_text_init(&text, &support_heap, 1 << 20);
    et_text_add(&text, ET_LIT("{\"faults\": ["));
    for (int i = 0; i <= ET_FAULT_RULES_MAX; i++)
        et_text_addf(&text, "%s{\"kind\": \"stall\", \"nth\": %d}", i ? "," : "", i + 1);
    et_text_add(&text, ET_LIT("]}"));
    assert_int_equal(read_plan(et_text_slice(&text), &arena, &support_heap, &list, &complaint),
                     ET_VALUE);
    assert_non_null(strstr(complaint.text, "found 65 items; expected 0 to 64"));
    et_text_free(&text);
    et_arena_free(&arena);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    bool clean = false;
    for (uint64_t fail_at = 1; !clean; fail_at++) {
        struct et_mem_limit limit = {
            .inner = &support_heap, .bytes_max = SIZE_MAX, .fail_at = fail_at};
        struct et_mem mem = et_mem_limited(&limit);
        struct et_arena arena;
        struct et_faults_list list;
        et_arena_init(&arena, &mem, 64); /* so that nearly every text takes memory */
        int err = read_plan(et_slice_of(everything), &arena, &mem, &list, NULL);
        clean = limit.calls < fail_at;
        assert_int_equal(err, clean ? 0 : ET_NOMEM);
        et_arena_free(&arena);
        assert_int_equal(limit.bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_that_was_printed_reads_as_it_was),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(a_plan_of_none_is_a_plan),
        cmocka_unit_test(more_rules_than_there_is_room_for_are_refused),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
