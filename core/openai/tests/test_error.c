/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/utf8.h"
#include "core/openai/error.h"

static void assert_prints(const struct et_api_error *error, const char *json)
{
    struct et_text out;
    et_text_init(&out, &support_heap, 4096);
    et_api_error_print(error, &out);
    assert_int_equal(et_text_failed(&out), 0);
    assert_slice_equal(et_text_slice(&out), json);
    et_text_free(&out);
}

static void an_error_prints_all_four_keys_in_order(void **state)
{
    (void)state;
    struct et_api_error error;
    bool answer = et_api_refuse(&error, 400, "invalid_request_error", "missing_required_parameter",
                                "messages", "Missing required parameter: '%s'.", "messages");
    assert_false(answer);
    assert_int_equal(error.status, 400);
    assert_prints(&error, "{\"error\":{\"message\":\"Missing required parameter: 'messages'.\","
                          "\"type\":\"invalid_request_error\",\"param\":\"messages\","
                          "\"code\":\"missing_required_parameter\"}}");
}

static void what_is_not_known_prints_as_null(void **state)
{
    (void)state;
    struct et_api_error error;
    et_api_refuse(&error, 500, "server_error", NULL, NULL,
                  "The server had an error while processing your request. Sorry about that!");
    assert_prints(&error, "{\"error\":{\"message\":\"The server had an error while processing your "
                          "request. Sorry about that!\",\"type\":\"server_error\",\"param\":null,"
                          "\"code\":null}}");
    error.type = NULL;
    assert_prints(&error, "{\"error\":{\"message\":\"The server had an error while processing your "
                          "request. Sorry about that!\",\"type\":null,\"param\":null,"
                          "\"code\":null}}");
}

static void a_long_message_is_cut_at_a_code_point(void **state)
{
    (void)state;
    char text[1024];
    for (size_t pad = 0; pad < 4; pad++) {
        struct et_api_error error;
        memset(text, 'x', pad);
        for (size_t i = pad; i + 4 < sizeof text; i += 3)
            memcpy(text + i, "\xE2\x82\xAC", 4); /* the euro sign */
        et_api_refuse(&error, 400, "invalid_request_error", NULL, text, "%s", text);
        assert_true(et_utf8_valid(et_slice_of(error.message)));
        assert_true(et_utf8_valid(et_slice_of(error.param)));
        assert_null(strchr(error.message, '?'));
        assert_in_range(strlen(error.message), sizeof error.message - 4, sizeof error.message - 1);
    }
}

static void bytes_that_are_no_text_are_not_passed_on(void **state)
{
    (void)state;
    struct et_api_error error;
    et_api_refuse(&error, 404, "invalid_request_error", NULL, NULL, "Invalid URL (GET %s)",
                  "/\xFF\xC3/a");
    assert_string_equal(error.message, "Invalid URL (GET /?"
                                       "?/a)");
}

static void an_error_is_an_event_as_in_chats_and_as_in_responses(void **state)
{
    (void)state;
    struct et_api_error error;
    struct et_text out;
    et_text_init(&out, &support_heap, 4096);
    et_api_refuse(&error, 503, "service_unavailable_error", "server_is_overloaded", NULL, "Busy.");
    et_api_error_event_print(&error, false, 7, &out);
    assert_slice_equal(et_text_slice(&out), "data: {\"error\":{\"message\":\"Busy.\",\"type\":"
                                            "\"service_unavailable_error\",\"param\":null,\"code\":"
                                            "\"server_is_overloaded\"}}\n\n");
    et_text_clear(&out);
    et_api_error_event_print(&error, true, 7, &out);
    assert_slice_equal(
        et_text_slice(&out),
        "event: error\ndata: {\"type\":\"error\",\"sequence_number\":7,"
        "\"code\":\"server_is_overloaded\",\"message\":\"Busy.\",\"param\":null}\n\n");
    et_text_clear(&out);
    error.code = NULL; /* what kind it is must stand somewhere */
    et_api_error_event_print(&error, true, 0, &out);
    assert_non_null(strstr(et_text_slice(&out).data, "\"code\":\"service_unavailable_error\""));
    et_text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_prints_all_four_keys_in_order),
        cmocka_unit_test(what_is_not_known_prints_as_null),
        cmocka_unit_test(a_long_message_is_cut_at_a_code_point),
        cmocka_unit_test(bytes_that_are_no_text_are_not_passed_on),
        cmocka_unit_test(an_error_is_an_event_as_in_chats_and_as_in_responses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
