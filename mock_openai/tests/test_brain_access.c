/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "mock_openai/brain_access.h"

#define CHAT_OF(model)                                                                             \
    ET_LIT("{\"model\":\"" model "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")

static void assert_refused(struct et_brain *brain, const struct et_brain_request *request,
                           unsigned status, const char *error)
{
    struct played played;
    ask(&played, brain, request, 0);
    if (played.status != status || !body_has(&played, error))
        fail_msg("%u %s", played.status, et_text_slice(&played.body).data);
    played_free(&played);
}

static unsigned status_of(struct et_brain *brain, const struct et_brain_request *request)
{
    struct played played;
    ask(&played, brain, request, 0);
    unsigned status = played.status;
    played_free(&played);
    return status;
}

static void only_known_keys_are_good_once_there_are_some(void **state)
{
    (void)state;
    static const struct et_slice keys[] = {ET_LIT("sk-one"), ET_LIT("sk-two")};
    struct et_brain_config config = world_config();
    config.access.keys = keys;
    config.access.key_count = 2;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(CHAT_OF("gpt-4o"));
    struct played played;
    request.authorization = ET_LIT("Bearer sk-two");
    assert_int_equal(status_of(brain, &request), 200);
    request.authorization = ET_LIT("Bearer sk-proj-not-a-good-key");
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 401);
    assert_true(body_has(&played, "{\"error\":{\"message\":\"Incorrect API key provided: "
                                  "sk-proj-**********-key. You can find your API key at "
                                  "https://platform.openai.com/account/api-keys.\",\"type\":"
                                  "\"invalid_request_error\",\"param\":null,\"code\":"
                                  "\"invalid_api_key\"}}"));
    assert_true(field_is(&played, "www-authenticate: Bearer realm=\"OpenAI API\""));
    played_free(&played);
    et_brain_free(brain);
}

static void without_a_key_nobody_gets_in(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    struct et_brain_request request = world_chat(CHAT_OF("gpt-4o"));
    request.authorization = ET_LIT("Basic abc");
    assert_refused(
        brain, &request, 401,
        "\"You didn't provide an API key. You need to provide your API key in an "
        "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), ");
    et_brain_free(brain);
}

static void the_answer_names_the_callers_organisation_and_project(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    struct et_brain_request request = world_chat(CHAT_OF("gpt-4o"));
    struct played played;
    ask(&played, brain, &request, 0);
    assert_true(field_is(&played, "openai-organization: org-etalon"));
    assert_true(field_is(&played, "openai-project: proj_etalon"));
    played_free(&played);
    request.organization = ET_LIT("org-team");
    request.project = ET_LIT("proj_Web9");
    ask(&played, brain, &request, 0);
    assert_true(field_is(&played, "openai-organization: org-team"));
    assert_true(field_is(&played, "openai-project: proj_Web9"));
    played_free(&played);
    et_brain_free(brain);
}

static void what_is_no_name_is_nobodys(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    struct et_brain_request request = world_chat(CHAT_OF("gpt-4o"));
    char long_name[2000];
    memset(long_name, 'o', sizeof(long_name));
    request.organization = ET_LIT("org team");
    assert_refused(brain, &request, 401,
                   "\"No such organization: org team.\",\"type\":\"invalid_request_error\","
                   "\"param\":null,\"code\":\"invalid_organization\"");
    request.organization = (struct et_slice){long_name, sizeof(long_name)};
    assert_refused(brain, &request, 401, "\"No such organization: ooo");
    request.organization = ET_LIT("");
    request.project = request.organization = (struct et_slice){long_name, 64};
    assert_int_equal(status_of(brain, &request), 200);
    request.project = (struct et_slice){long_name, 65};
    assert_refused(brain, &request, 401, "\"code\":\"mismatched_project\"");
    et_brain_free(brain);
}

static void a_country_or_a_model_may_be_denied(void **state)
{
    (void)state;
    static const struct et_slice denied[] = {ET_LIT("gpt-4o")};
    struct et_brain_config config = world_config();
    config.access.models_denied = denied;
    config.access.models_denied_count = 1;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(CHAT_OF("gpt-4o-2024-08-06"));
    assert_refused(brain, &request, 403,
                   "\"Project `proj_etalon` does not have access to model `gpt-4o-2024-08-06`\","
                   "\"type\":\"invalid_request_error\",\"param\":null,"
                   "\"code\":\"model_not_found\"");
    request = world_chat(CHAT_OF("gpt-4o-mini"));
    assert_int_equal(status_of(brain, &request), 200);
    et_brain_free(brain);
    config.access.country_denied = true;
    brain = world_brain(config);
    assert_refused(brain, &request, 403,
                   "\"Country, region, or territory not supported\",\"type\":"
                   "\"request_forbidden\",\"param\":null,"
                   "\"code\":\"unsupported_country_region_territory\"");
    et_brain_free(brain);
}

static void a_body_must_be_json_if_it_says_what_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        unsigned status;
    } rows[] = {
        {"", 200},
        {"application/json", 200},
        {"Application/JSON; charset=utf-8", 200},
        {"application/vnd.api+json", 200},
        {"text/plain", 415},
        {"application/x-www-form-urlencoded", 415},
        {"; application/json", 415},
    };
    struct et_brain *brain = world_brain(world_config());
    struct et_brain_request request = world_chat(CHAT_OF("gpt-4o"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_http_field field = {ET_LIT("Content-Type"), et_slice_of(rows[i].type)};
        request.fields = &field;
        request.field_count = 1;
        if (status_of(brain, &request) != rows[i].status)
            fail_msg("%s", rows[i].type);
    }
    struct et_http_field plain = {ET_LIT("content-type"), ET_LIT("text/plain;charset=UTF-8")};
    request.fields = &plain;
    assert_refused(brain, &request, 415,
                   "\"Unsupported content type: 'text/plain;charset=UTF-8'. This API method only "
                   "accepts 'application/json' requests, but you specified the header "
                   "'Content-Type: text/plain;charset=UTF-8'. Please try again with a supported "
                   "content type.\",\"type\":\"invalid_request_error\",\"param\":null,"
                   "\"code\":\"unsupported_content_type\"");
    et_brain_free(brain);
}

/* What the same request costs each time. */
static et_pico cost_of_one(const struct et_brain_request *request)
{
    struct et_brain *brain = world_brain(world_config());
    const struct et_model *model = et_catalogue_find(world.catalogue, ET_LIT("gpt-4o"));
    struct played played;
    struct et_bill bill;
    ask(&played, brain, request, 0);
    struct et_terms terms = {.tier = ET_TIER_STANDARD};
    const struct et_price *price = et_price_at(model, world_config().today);
    assert_int_equal(et_price_bill(price, &played.facts.usage, terms, &bill), ET_BILLED);
    played_free(&played);
    et_brain_free(brain);
    return bill.total;
}

/* Of two requests that fit exactly, one by another key; what fails costs nothing. */
static void assert_third_refused(struct et_spend_limits spend, const char *code)
{
    struct et_brain_config config = world_config();
    config.access.spend = spend;
    config.limits.quota.requests_per_minute = 100;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(CHAT_OF("gpt-4o"));
    struct played played;
    request.fault = ET_LIT("500");
    assert_int_equal(status_of(brain, &request), 500);
    request.fault = ET_LIT("");
    assert_int_equal(status_of(brain, &request), 200);
    request.authorization = ET_LIT("Bearer sk-other");
    assert_int_equal(status_of(brain, &request), 200);
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 429);
    assert_true(body_has(&played, "\"You exceeded your current quota, please check your plan and "
                                  "billing details. For more information on this error, read the "
                                  "docs: https://platform.openai.com/docs/guides/error-codes/"
                                  "api-errors.\",\"type\":\"insufficient_quota\",\"param\":null"));
    if (!body_has(&played, code))
        fail_msg("%s: %s", code, et_text_slice(&played.body).data);
    assert_null(strstr(played.fields, "retry-after"));
    assert_true(field_is(&played, "x-ratelimit-remaining-requests: 99")); /* that key's one */
    played_free(&played);
    request.project = ET_LIT("proj_other");
    assert_int_equal(status_of(brain, &request), spend.project.set ? 200 : 429);
    request.organization = ET_LIT("org-other");
    assert_int_equal(status_of(brain, &request), 200);
    et_brain_free(brain);
}

static void what_answers_cost_adds_up_to_the_limit(void **state)
{
    (void)state;
    struct et_brain_request request = world_chat(CHAT_OF("gpt-4o"));
    et_pico cost = 2 * cost_of_one(&request);
    struct et_spend_limit two = {true, cost}, less = {true, cost - 1}, more = {true, cost + 1};
    assert_third_refused((struct et_spend_limits){.credit = two, .usage = two},
                         "\"code\":\"credit_balance_exhausted\"");
    assert_third_refused((struct et_spend_limits){.organization = less, .credit = more},
                         "\"code\":\"organization_spend_limit_exceeded\"");
    assert_third_refused((struct et_spend_limits){.project = two},
                         "\"code\":\"project_spend_limit_exceeded\"");
    assert_third_refused((struct et_spend_limits){.usage = two},
                         "\"code\":\"organization_usage_limit_exceeded\"");
    assert_third_refused((struct et_spend_limits){.organization = two, .old_code = true},
                         "\"code\":\"insufficient_quota\"");
}

static void without_credit_the_first_request_is_refused(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.access.spend.credit.set = true;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(CHAT_OF("gpt-4o"));
    assert_refused(brain, &request, 429, "\"code\":\"credit_balance_exhausted\"");
    et_brain_free(brain);
}

static void spend_in(const struct et_mem *mem, void *arg)
{
    struct et_spent spent;
    struct et_api_error error;
    (void)arg;
    et_spent_init(&spent, mem);
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof(name), "org-%d", i);
        struct et_caller caller =
            et_caller_of(ET_LIT("Bearer sk-a"), et_slice_of(name), ET_LIT(""));
        struct et_spend_limits limits = {.project = {true, 7}};
        assert_true(et_spent_allows(&spent, &limits, &caller, &error));
        if (et_spent_add(&spent, &caller, 7) == 0)
            assert_false(et_spent_allows(&spent, &limits, &caller, &error));
    }
    et_spent_free(&spent);
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(spend_in, NULL);
}

static void sums_stop_at_the_largest_number(void **state)
{
    (void)state;
    struct et_spent spent;
    struct et_api_error error;
    struct et_caller caller = et_caller_of(ET_LIT("Bearer sk-a"), ET_LIT(""), ET_LIT(""));
    struct et_spend_limits limits = {.credit = {true, UINT64_MAX}};
    et_spent_init(&spent, &support_heap);
    assert_int_equal(et_spent_add(&spent, &caller, UINT64_MAX - 1), 0);
    assert_true(et_spent_allows(&spent, &limits, &caller, &error));
    assert_int_equal(et_spent_add(&spent, &caller, 5), 0);
    assert_false(et_spent_allows(&spent, &limits, &caller, &error));
    et_spent_free(&spent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_known_keys_are_good_once_there_are_some),
        cmocka_unit_test(without_a_key_nobody_gets_in),
        cmocka_unit_test(the_answer_names_the_callers_organisation_and_project),
        cmocka_unit_test(what_is_no_name_is_nobodys),
        cmocka_unit_test(a_country_or_a_model_may_be_denied),
        cmocka_unit_test(a_body_must_be_json_if_it_says_what_it_is),
        cmocka_unit_test(what_answers_cost_adds_up_to_the_limit),
        cmocka_unit_test(without_credit_the_first_request_is_refused),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
        cmocka_unit_test(sums_stop_at_the_largest_number),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
