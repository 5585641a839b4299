/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/openai/responses_print.h"

static const struct et_response response = {.id = ET_LIT("resp_1"),
                                            .created_at = 1741476542,
                                            .before = ET_LIT("\"model\":\"gpt-5\","),
                                            .between = ET_LIT("\"store\":true,"),
                                            .after = ET_LIT("\"user\":null,\"metadata\":{}")};

static void expect(struct et_text *text, const char *wanted)
{
    assert_int_equal(et_text_failed(text), 0);
    assert_string_equal(et_text_slice(text).data, wanted);
    et_text_free(text);
}

static void a_response_has_its_members_in_openais_order(void **state)
{
    (void)state;
    struct et_text text;
    struct et_response_state done = {.status = ET_RESPONSE_COMPLETED, .completed_at = 1741476543};
    struct et_usage usage = {.prompt = 36, .cached = 30, .written = 4, .completion = 87};
    struct et_response billed = response;
    billed.writes_billed = true;
    et_text_init(&text, &support_heap, 4096);
    et_response_begin(&billed, &done, &text);
    et_response_end(&billed, &usage, &text);
    expect(&text, "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1741476542,\"status\":"
                  "\"completed\",\"background\":false,\"completed_at\":1741476543,\"error\":null,"
                  "\"incomplete_details\":null,\"model\":\"gpt-5\",\"output\":[],\"store\":true,"
                  "\"usage\":{\"input_tokens\":36,\"input_tokens_details\":{\"cached_tokens\":30,"
                  "\"cache_write_tokens\":4},\"output_tokens\":87,\"output_tokens_details\":"
                  "{\"reasoning_tokens\":0},\"total_tokens\":123},\"user\":null,\"metadata\":{}}");
}

static void one_that_is_not_whole_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        enum et_response_status status;
        const char *has;
    } rows[] = {
        {"the limit was reached", ET_RESPONSE_INCOMPLETE,
         "\"status\":\"incomplete\",\"background\":false,\"completed_at\":null,\"error\":null,"
         "\"incomplete_details\":{\"reason\":\"max_output_tokens\"},"},
        {"it has not begun", ET_RESPONSE_QUEUED, "\"status\":\"queued\""},
        {"it goes on", ET_RESPONSE_IN_PROGRESS, "\"status\":\"in_progress\""},
        {"it was cancelled", ET_RESPONSE_CANCELLED, "\"status\":\"cancelled\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_text text;
        struct et_response_state now = {.status = rows[i].status};
        et_text_init(&text, &support_heap, 4096);
        et_response_begin(&response, &now, &text);
        et_response_end(&response, NULL, &text);
        if (!strstr(et_text_slice(&text).data, rows[i].has) ||
            !strstr(et_text_slice(&text).data, "\"usage\":null"))
            fail_msg("%s: %s", rows[i].why, et_text_slice(&text).data);
        et_text_free(&text);
    }
}

static void items_are_written_as_they_are_served(void **state)
{
    (void)state;
    static const struct {
        struct et_response_item item;
        const char *wanted;
    } rows[] = {
        {{.kind = ET_ITEM_MESSAGE, .id = ET_LIT("msg_1"), .text = ET_LIT("Hi \"you\"")},
         "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\","
         "\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":"
         "\"Hi \\\"you\\\"\"}]}"},
        {{.kind = ET_ITEM_MESSAGE, .id = ET_LIT("msg_1"), .begun = true},
         "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"in_progress\",\"role\":"
         "\"assistant\",\"content\":[]}"},
        {{.kind = ET_ITEM_MESSAGE,
          .id = ET_LIT("msg_1"),
          .cut = true,
          .refusal = true,
          .text = ET_LIT("No.")},
         "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"incomplete\",\"role\":\"assistant\","
         "\"content\":[{\"type\":\"refusal\",\"refusal\":\"No.\"}]}"},
        {{.kind = ET_ITEM_CALL,
          .id = ET_LIT("fc_1"),
          .text = ET_LIT("{\"a\":1}"),
          .call_id = ET_LIT("call_1"),
          .name = ET_LIT("f")},
         "{\"id\":\"fc_1\",\"type\":\"function_call\",\"status\":\"completed\",\"arguments\":"
         "\"{\\\"a\\\":1}\",\"call_id\":\"call_1\",\"name\":\"f\"}"},
        {{.kind = ET_ITEM_CUSTOM_CALL,
          .id = ET_LIT("ctc_1"),
          .text = ET_LIT("ls"),
          .call_id = ET_LIT("call_1"),
          .name = ET_LIT("sh")},
         "{\"id\":\"ctc_1\",\"type\":\"custom_tool_call\",\"status\":\"completed\",\"call_id\":"
         "\"call_1\",\"input\":\"ls\",\"name\":\"sh\"}"},
        {{.kind = ET_ITEM_REASONING, .id = ET_LIT("rs_1")},
         "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[]}"},
        {{.kind = ET_ITEM_REASONING, .id = ET_LIT("rs_1"), .text = ET_LIT("Hm.")},
         "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\","
         "\"text\":\"Hm.\"}]}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_text text;
        et_text_init(&text, &support_heap, 4096);
        et_response_item_print(&rows[i].item, &text);
        expect(&text, rows[i].wanted);
    }
}

static void an_event_names_its_type_twice_and_its_number(void **state)
{
    (void)state;
    struct et_text text;
    et_text_init(&text, &support_heap, 4096);
    et_response_event_begin(ET_EVENT_TEXT_DELTA, 4, &text);
    et_text_add(&text, ET_LIT(",\"delta\":\"x\""));
    et_response_event_end(&text);
    expect(&text,
           "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\""
           ",\"sequence_number\":4,\"delta\":\"x\"}\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_has_its_members_in_openais_order),
        cmocka_unit_test(one_that_is_not_whole_says_why),
        cmocka_unit_test(items_are_written_as_they_are_served),
        cmocka_unit_test(an_event_names_its_type_twice_and_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
