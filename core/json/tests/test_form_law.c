/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/json/form_law.h"

/* Reads one law called "x"; what is complained about is in `said`. */
static int read_text(const char *text, bool times, struct et_law *law, struct et_complaint *said)
{
    struct et_json *json;
    struct et_form form, child;
    *said = (struct et_complaint){0};
    assert_int_equal(et_json_parse(&json, et_slice_of(text), NULL, &support_heap, said), 0);
    et_form_open(&form, json, et_json_root(json), "$", said);
    if (!times) {
        et_form_tokens(&form, "x", ET_REQUIRED, 1, law);
    } else if (et_form_object(&form, "x", ET_REQUIRED, &child)) {
        et_form_times(&child, law);
        et_form_leave(&child);
    }
    int err = et_form_close(&form);
    et_json_free(json);
    return err;
}

static bool same(const struct et_law *a, const struct et_law *b)
{
    return a->kind == b->kind && a->scale == b->scale && a->shape_milli == b->shape_milli &&
           a->floor == b->floor && a->low == b->low && a->high == b->high &&
           a->tail_ppm == b->tail_ppm && a->tail_milli == b->tail_milli &&
           memcmp(a->points, b->points, sizeof a->points) == 0;
}

#define HOUR (3600 * ET_S)

static void every_law_is_read_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool times;
        struct et_law law;
    } rows[] = {
        {"{\"x\":{\"law\":\"constant\",\"value\":40}}", false, {ET_LAW_CONSTANT, 40}},
        {"{\"x\":{\"law\":\"uniform\",\"low\":3,\"high\":9}}",
         false,
         {.kind = ET_LAW_UNIFORM, .low = 3, .high = 9}},
        {"{\"x\":{\"law\":\"exponential\",\"mean\":7}}",
         false,
         {.kind = ET_LAW_EXPONENTIAL, .scale = 7, .low = 1, .high = 128000}},
        {"{\"x\":{\"law\":\"lognormal\",\"median\":150,\"sigma\":0.7,\"low\":2,\"high\":8}}",
         false,
         {ET_LAW_LOGNORMAL, 150, 700, 0, 2, 8}},
        {"{\"x\":{\"law\":\"gamma\",\"mean\":300,\"cv\":0.5}}",
         false,
         {ET_LAW_GAMMA, 300, 4000, 0, 1, 128000}},
        {"{\"x\":{\"median_ms\":0.0005}}", true, {ET_LAW_LOGNORMAL, 500, 0, 0, 0, HOUR}},
        {"{\"x\":{\"median_ms\":150,\"sigma\":0.7,\"floor_ms\":220,"
         "\"tail\":{\"share\":0.01,\"exponent\":1.5}}}",
         true,
         {ET_LAW_LOGNORMAL, 150 * ET_MS, 700, 220 * ET_MS, 0, HOUR, 10000, 1500}},
        {"{\"x\":{\"p50_ms\":390,\"p90_ms\":800.5,\"p95_ms\":800.5,\"p99_ms\":3000}}",
         true,
         {.kind = ET_LAW_QUANTILES,
          .scale = 390 * ET_MS,
          .high = HOUR,
          .points = {800500 * ET_US, 800500 * ET_US, 3 * ET_S}}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_complaint said;
        struct et_law law = {0};
        if (read_text(rows[i].text, rows[i].times, &law, &said) != 0)
            fail_msg("%s: %s %s", rows[i].text, said.path, said.text);
        if (!same(&law, &rows[i].law) || !et_law_valid(&law))
            fail_msg("%s", rows[i].text);
    }
}

static void what_is_wrong_is_named_with_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool times;
        const char *path, *said;
    } rows[] = {
        {"{\"x\":{\"law\":\"pareto\"}}", false, "$.x.law", "found \"pareto\""},
        {"{\"x\":{\"law\":\"constant\",\"value\":0}}", false, "$.x.value", "from 1 to 1000000"},
        {"{\"x\":{\"law\":\"gamma\",\"mean\":3,\"cv\":2.4}}", false, "$.x.cv",
         "found 2.4; expected 2, the nearest of"},
        {"{\"x\":{\"law\":\"uniform\",\"low\":9,\"high\":3}}", false, "$.x.low",
         "found 9; expected at most \"high\", 3"},
        {"{\"x\":{\"law\":\"lognormal\",\"median\":9,\"sigma\":3.1}}", false, "$.x.sigma",
         "expected at most 3, the deviation of the logarithm"},
        {"{\"x\":{\"law\":\"constant\",\"mean\":3}}", false, "$.x", "missing key \"value\""},
        {"{\"x\":{}}", true, "$.x", "missing key \"median_ms\""},
        {"{\"x\":{\"median_ms\":3600001}}", true, "$.x.median_ms", "at most 3600000 milliseconds"},
        {"{\"x\":{\"median_ms\":-1}}", true, "$.x.median_ms", "found -1"},
        {"{\"x\":{\"median_ms\":1,\"tail\":{\"share\":0.2,\"exponent\":2}}}", true,
         "$.x.tail.share", "found 0.2"},
        {"{\"x\":{\"median_ms\":1,\"tail\":{\"share\":0.1,\"exponent\":0.9}}}", true,
         "$.x.tail.exponent", "found 0.9; expected 1 to 100"},
        {"{\"x\":{\"median_ms\":1,\"tail\":{\"share\":0.1}}}", true, "$.x.tail",
         "missing key \"exponent\""},
        {"{\"x\":{\"p50_ms\":1,\"p90_ms\":2,\"p99_ms\":3}}", true, "$.x", "missing key \"p95_ms\""},
        {"{\"x\":{\"p50_ms\":0,\"p90_ms\":2,\"p95_ms\":2,\"p99_ms\":3}}", true, "$.x.p50_ms",
         "found 0; expected more than 0"},
        {"{\"x\":{\"p50_ms\":2,\"p90_ms\":1,\"p95_ms\":2,\"p99_ms\":3}}", true, "$.x.p90_ms",
         "found 1; expected at least \"p50_ms\""},
        {"{\"x\":{\"p50_ms\":1,\"p90_ms\":2,\"p95_ms\":4,\"p99_ms\":3}}", true, "$.x.p99_ms",
         "found 3; expected at least \"p95_ms\""},
        {"{\"x\":{\"p50_ms\":1,\"p90_ms\":2,\"p95_ms\":4,\"p99_ms\":5,\"sigma\":1}}", true, "$.x",
         "unknown key \"sigma\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_complaint said;
        struct et_law law = {0};
        if (read_text(rows[i].text, rows[i].times, &law, &said) == 0 ||
            strcmp(said.path, rows[i].path) != 0 || !strstr(said.text, rows[i].said))
            fail_msg("%s: %s %s", rows[i].text, said.path, said.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_law_is_read_exactly),
        cmocka_unit_test(what_is_wrong_is_named_with_its_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
