/* SPDX-License-Identifier: MIT */
/* Who asks for what: paths, methods, keys, models. */
#include "mock_openai/tests/brain_world.h"

static void what_is_asked_for_wrongly_is_told_so(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *why, *method, *target, *key;
        unsigned status;
        const char *body;
    } rows[] = {
        {"no such path", "POST", "/v1/foo", "Bearer x", 404, "\"Invalid URL (POST /v1/foo)\""},
        {"no version", "GET", "/models", "Bearer x", 404, "\"Invalid URL (GET /models)\""},
        {"another method", "GET", "/v1/chat/completions", "Bearer x", 405,
         "\"Not allowed to GET on /v1/chat/completions. (HINT: Perhaps you meant to use a "
         "different HTTP method?)\",\"type\":\"invalid_request_error\",\"param\":null,"
         "\"code\":\"method_not_supported\""},
        {"no key", "POST", "/v1/chat/completions", "", 401, "\"You didn't provide an API key."},
        {"an empty key", "GET", "/v1/models", "Bearer ", 401, "\"You didn't provide an API key."},
        {"another scheme", "GET", "/v1/models", "Basic abc", 401, "You didn't provide an API key."},
        {"any key", "GET", "/v1/models?x=1", "bearer x", 200, "{\"object\":\"list\",\"data\":["},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_request request = {.method = et_slice_of(rows[i].method),
                                           .target = et_slice_of(rows[i].target),
                                           .authorization = et_slice_of(rows[i].key)};
        struct played played;
        ask(&played, brain, &request, 0);
        if (played.status != rows[i].status || !body_has(&played, rows[i].body))
            fail_msg("%s: %u %s", rows[i].why, played.status, et_text_slice(&played.body).data);
        assert_true(field_is(&played, "content-type: application/json"));
        assert_int_equal(played.facts.model.size, 0);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void every_answer_has_openais_headers(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    struct et_brain_request request = {.method = ET_LIT("GET"), .target = ET_LIT("/v1/models")};
    struct played played;
    ask(&played, brain, &request, 0);
    const char *id = strstr(played.fields, "\nx-request-id: req_");
    assert_non_null(id);
    assert_int_equal(strspn(id + strlen("\nx-request-id: req_"), "0123456789abcdef"), 32);
    assert_true(field_is(&played, "openai-version: 2020-10-01"));
    assert_true(field_is(&played, "openai-organization: org-etalon"));
    assert_true(field_is(&played, "openai-processing-ms: 0"));
    assert_true(field_is(&played, "www-authenticate: Bearer realm=\"OpenAI API\""));
    assert_null(strstr(played.fields, "x-ratelimit"));
    played_free(&played);
    et_brain_free(brain);
}

static void models_are_listed_until_they_are_shut_down(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    struct et_brain_request request = {.method = ET_LIT("GET"),
                                       .target = ET_LIT("/v1/models"),
                                       .authorization = ET_LIT("Bearer x")};
    struct played played;
    ask(&played, brain, &request, 0);
    assert_true(body_has(&played, "{\"id\":\"gpt-4o\",\"object\":\"model\""));
    assert_true(body_has(&played, "{\"id\":\"gpt-4o-2024-11-20\",\"object\":\"model\""));
    assert_false(body_has(&played, "{\"id\":\"gpt-4\","));
    played_free(&played);
    et_brain_free(brain);
}

static void a_model_is_there_by_id_and_alias_or_404(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *target;
        unsigned status;
        const char *body;
    } rows[] = {
        {"/v1/models/gpt-4o", 200, "\"shutdown_date\":\"2027-01-14\"}"},
        {"/v1/models/gpt-4o-2024-08-06", 200, "{\"id\":\"gpt-4o-2024-08-06\","},
        {"/v1/models/text-embedding-3-small", 200, "\"shutdown_date\":null}"},
        {"/v1/models/gpt-4", 404, "The model `gpt-4` has been deprecated"},
        {"/v1/models/nope", 404,
         "The model `nope` does not exist or you do not have access to it.\",\"type\":"
         "\"invalid_request_error\",\"param\":null,\"code\":\"model_not_found\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_request request = {.method = ET_LIT("GET"),
                                           .target = et_slice_of(rows[i].target),
                                           .authorization = ET_LIT("Bearer x")};
        struct played played;
        ask(&played, brain, &request, 0);
        if (played.status != rows[i].status || !body_has(&played, rows[i].body))
            fail_msg("%s: %s", rows[i].target, et_text_slice(&played.body).data);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_chat_that_cannot_be_answered_is_told_why(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *why, *body;
        unsigned status;
        const char *says;
    } rows[] = {
        {"no JSON", "{", 400, "We could not parse the JSON body of your request."},
        {"no messages", "{\"model\":\"gpt-4o\"}", 400, "Missing required parameter: 'messages'."},
        {"no such model", "{\"model\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}",
         404, "\"code\":\"model_not_found\""},
        {"shut down", "{\"model\":\"o1\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}", 404,
         "\"code\":\"model_not_found\""},
        {"not for chats",
         "{\"model\":\"text-embedding-3-small\",\"messages\":[{\"role\":\"user\","
         "\"content\":\"\"}]}",
         404, "This is not a chat model"},
        {"too many answers",
         "{\"model\":\"gpt-4o\",\"n\":129,\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}",
         400, "\"param\":\"n\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_request request = world_chat(et_slice_of(rows[i].body));
        struct played played;
        ask(&played, brain, &request, 0);
        if (played.status != rows[i].status || !body_has(&played, rows[i].says))
            fail_msg("%s: %u %s", rows[i].why, played.status, et_text_slice(&played.body).data);
        played_free(&played);
    }
    et_brain_free(brain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_for_wrongly_is_told_so),
        cmocka_unit_test(every_answer_has_openais_headers),
        cmocka_unit_test(models_are_listed_until_they_are_shut_down),
        cmocka_unit_test(a_model_is_there_by_id_and_alias_or_404),
        cmocka_unit_test(a_chat_that_cannot_be_answered_is_told_why),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
