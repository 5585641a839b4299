/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/openai/models.h"

static const char catalogue_text[] =
    "{\"schema\":1,\"as_of\":\"2026-11-21\",\"unit\":\"USD per 1,000,000 tokens\",\"sources\":{"
    "\"page\":\"a page\"},\"models\":[{\"id\":\"alpha\",\"aliases\":[\"alpha-2026-01-01\"],\"kind\""
    ":\"chat\",\"encoding\":\"o200k_base\",\"family\":\"harmony\",\"caching\":\"prefix\","
    "\"reasoning\":true,\"shutdown\":\"2027-01-14\",\"prices\":[{\"from\":\"2024-07-18\",\"rates\":"
    "{\"standard\":{\"input\":\"2\",\"output\":\"8\"}},\"sources\":[\"page\"]}]},{\"id\":\"beta\","
    "\"kind\":\"embedding\",\"encoding\":\"cl100k_base\",\"caching\":\"none\",\"reasoning\":false,"
    "\"prices\":[{\"rates\":{\"standard\":{\"input\":\"0.02\",\"output\":\"0\"}},\"sources\":["
    "\"page\"]}]}]}";

#define ALPHA(name)                                                                                \
    "{\"id\":\"" name "\",\"object\":\"model\",\"created\":1721260800,\"owned_by\":\"system\","    \
    "\"shutdown_date\":\"2027-01-14\"}"
#define BETA                                                                                       \
    "{\"id\":\"beta\",\"object\":\"model\",\"created\":0,\"owned_by\":\"system\","                 \
    "\"shutdown_date\":null}"

struct fixture {
    struct et_catalogue *catalogue;
    struct et_text out;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    *state = &fixture;
    et_text_init(&fixture.out, &support_heap, 1 << 20);
    return et_catalogue_new(&fixture.catalogue, et_slice_of(catalogue_text), &support_heap, NULL);
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    et_catalogue_free(fixture->catalogue);
    et_text_free(&fixture->out);
    return 0;
}

static et_day day_of(const char *text)
{
    et_day day = 0;
    assert_true(et_day_parse(et_slice_of(text), &day));
    return day;
}

static void assert_out(struct et_text *out, const char *text)
{
    assert_int_equal(et_text_failed(out), 0);
    assert_slice_equal(et_text_slice(out), text);
    et_text_clear(out);
}

static void a_model_prints_under_the_name_that_was_asked_for(void **state)
{
    struct fixture *fixture = *state;
    struct et_slice name = ET_LIT("alpha-2026-01-01");
    et_model_print(et_catalogue_find(fixture->catalogue, name), name, &fixture->out);
    assert_out(&fixture->out, ALPHA("alpha-2026-01-01"));
    et_model_print(et_catalogue_find(fixture->catalogue, ET_LIT("beta")), ET_LIT("beta"),
                   &fixture->out);
    assert_out(&fixture->out, BETA);
}

static void the_list_names_aliases_too_and_drops_what_is_shut_down(void **state)
{
    struct fixture *fixture = *state;
    et_models_print(fixture->catalogue, day_of("2027-01-13"), &fixture->out);
    assert_out(&fixture->out, "{\"object\":\"list\",\"data\":[" ALPHA("alpha") "," ALPHA(
                                  "alpha-2026-01-01") "," BETA "]}");
    et_models_print(fixture->catalogue, day_of("2027-01-14"), &fixture->out);
    assert_out(&fixture->out, "{\"object\":\"list\",\"data\":[" BETA "]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_prints_under_the_name_that_was_asked_for),
        cmocka_unit_test(the_list_names_aliases_too_and_drops_what_is_shut_down),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
