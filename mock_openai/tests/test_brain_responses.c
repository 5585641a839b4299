/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

static struct et_brain *brain;

static int open_brain(void **state)
{
    world_open(state);
    brain = world_brain(world_config());
    return 0;
}

static int close_brain(void **state)
{
    et_brain_free(brain);
    return world_close(state);
}

static struct et_brain_request request_of(const char *method, const char *target, const char *body)
{
    return (struct et_brain_request){.method = et_slice_of(method),
                                     .target = et_slice_of(target),
                                     .authorization = ET_LIT("Bearer sk-test"),
                                     .body = et_slice_of(body),
                                     .answer_tokens = ET_LIT("4")};
}

static void respond(struct played *out, const char *body, et_ns now)
{
    struct et_brain_request request = request_of("POST", "/v1/responses", body);
    ask(out, brain, &request, now);
    if (out->status != 200)
        fail_msg("%s", et_text_slice(&out->body).data);
}

static void call(struct played *out, const char *method, const char *target, et_ns now)
{
    struct et_brain_request request = request_of(method, target, "");
    ask(out, brain, &request, now);
}

/* "/v1/responses/ID" and what follows, of a response or an event that has one. */
static const char *target_of(const struct played *played, const char *more)
{
    static char target[160];
    const char *id = strstr(et_text_slice(&played->body).data, "\"id\":\"resp_");
    assert_non_null(id);
    snprintf(target, sizeof(target), "/v1/responses/%.53s%s", id + 6, more);
    return target;
}

static void events_come_in_openais_order(void **state)
{
    (void)state;
    static const char *const order[] = {
        "event: response.created\n",           "event: response.in_progress\n",
        "event: response.output_item.added\n", "event: response.content_part.added\n",
        "event: response.output_text.delta\n", "event: response.output_text.delta\n",
        "event: response.output_text.delta\n", "event: response.output_text.delta\n",
        "event: response.output_text.done\n",  "event: response.content_part.done\n",
        "event: response.output_item.done\n",  "event: response.completed\n",
    };
    struct played played;
    respond(&played, "{\"model\":\"gpt-5\",\"input\":\"Hi\",\"stream\":true}", ET_S);
    const char *at = et_text_slice(&played.body).data;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        char number[64];
        snprintf(number, sizeof(number), "\"sequence_number\":%zu,", i);
        assert_int_equal(strncmp(at, order[i], strlen(order[i])), 0);
        assert_non_null(strstr(at, number));
        at = strstr(at, "\n\n") + 2;
    }
    assert_string_equal(at, "");
    assert_int_equal(played.first_at, ET_S); /* it says at once that it began */
    assert_true(played.end_at > ET_S + 200 * ET_MS);
    played_free(&played);
}

static void a_stream_says_what_the_plain_answer_says(void **state)
{
    (void)state;
    struct played plain, stream;
    struct et_brain_config config = world_config();
    config.created_fixed = true;
    struct et_brain *fixed = world_brain(config);
    for (int streams = 0; streams < 2; streams++) {
        struct et_brain_request request =
            request_of("POST", "/v1/responses",
                       streams ? "{\"model\":\"gpt-5\",\"input\":\"Hi\",\"stream\":true}"
                               : "{\"model\":\"gpt-5\",\"input\":\"Hi\"}");
        request.client_request_id = ET_LIT("same");
        ask(streams ? &stream : &plain, fixed, &request, 0);
    }
    assert_true(body_has(&stream, et_text_slice(&plain.body).data));
    assert_true(plain.end_at > 200 * ET_MS); /* a plain answer takes as long as its stream */
    played_free(&plain);
    played_free(&stream);
    et_brain_free(fixed);
}

static void tools_and_schemas_are_served_as_items(void **state)
{
    (void)state;
    static const struct {
        const char *body, *has;
    } rows[] = {
        {"{\"model\":\"gpt-5\",\"input\":\"the weather\",\"tools\":[{\"type\":\"function\",\"name\""
         ":\"weather\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}]}",
         "\"type\":\"function_call\",\"status\":\"completed\",\"arguments\":\"{"},
        {"{\"model\":\"gpt-5\",\"input\":\"the weather\",\"stream\":true,\"tools\":[{\"type\":"
         "\"function\",\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}]}",
         "event: response.function_call_arguments.done\n"},
        {"{\"model\":\"gpt-5\",\"input\":\"run it\",\"tools\":[{\"type\":\"custom\",\"name\":"
         "\"shell\"}]}",
         "\"type\":\"custom_tool_call\""},
        {"{\"model\":\"gpt-5\",\"input\":\"day?\",\"text\":{\"format\":{\"type\":\"json_schema\","
         "\"name\":\"d\",\"schema\":{\"type\":\"object\",\"properties\":{\"day\":{\"enum\":["
         "\"Monday\"]}},\"required\":[\"day\"],\"additionalProperties\":false}}}}",
         "\"text\":\"{\\\"day\\\":\\\"Monday\\\"}\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        respond(&played, rows[i].body, 0);
        if (!body_has(&played, rows[i].has))
            fail_msg("%s", et_text_slice(&played.body).data);
        played_free(&played);
    }
}

static void one_that_is_stored_can_be_asked_for_again(void **state)
{
    (void)state;
    struct played first, again, items, gone;
    respond(&first, "{\"model\":\"gpt-5\",\"input\":\"keep it\"}", 0);
    call(&again, "GET", target_of(&first, ""), first.end_at);
    assert_string_equal(et_text_slice(&again.body).data, et_text_slice(&first.body).data);
    call(&items, "GET", target_of(&first, "/input_items"), 0);
    assert_true(body_has(&items, "\"text\":\"keep it\""));
    played_free(&again);
    call(&again, "DELETE", target_of(&first, ""), 0);
    assert_true(body_has(&again, "\"deleted\":true"));
    call(&gone, "GET", target_of(&first, ""), 0);
    assert_int_equal(gone.status, 404);
    played_free(&first);
    played_free(&again);
    played_free(&items);
    played_free(&gone);
}

static void input_items_are_listed_in_pages_newest_first(void **state)
{
    (void)state;
    static const char *const body =
        "{\"model\":\"gpt-5\",\"input\":["
        "{\"role\":\"user\",\"content\":\"one\",\"id\":\"a\"},"
        "{\"role\":\"assistant\",\"content\":\"two\",\"id\":\"b\",\"type\":\"message\"},"
        "{\"role\":\"user\",\"content\":\"three\",\"id\":\"c\"}]}";
    static const struct {
        const char *query;
        unsigned status;
        const char *first, *edges;
    } rows[] = {
        {"", 200, "\"data\":[{\"id\":\"c\"",
         "],\"first_id\":\"c\",\"last_id\":\"a\",\"has_more\":false}"},
        {"?order=asc", 200, "\"data\":[{\"id\":\"a\"",
         "],\"first_id\":\"a\",\"last_id\":\"c\",\"has_more\":false}"},
        {"?limit=1&include=x", 200, "\"data\":[{\"id\":\"c\"",
         "],\"first_id\":\"c\",\"last_id\":\"c\",\"has_more\":true}"},
        {"?limit=1&after=c", 200, "\"data\":[{\"id\":\"b\"",
         "],\"first_id\":\"b\",\"last_id\":\"b\",\"has_more\":true}"},
        {"?order=asc&after=b", 200, "\"data\":[{\"id\":\"c\"",
         "],\"first_id\":\"c\",\"last_id\":\"c\",\"has_more\":false}"},
        {"?after=a", 200, "\"data\":[]",
         "],\"first_id\":null,\"last_id\":null,\"has_more\":false}"},
        {"?after=d", 404, "'d' not found", ""},
        {"?order=up", 400, "Invalid value: 'up'", "\"param\":\"order\""},
        {"?limit=0", 400, "Invalid value: '0'", "\"param\":\"limit\""},
    };
    struct played asked, items;
    respond(&asked, body, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char more[64];
        snprintf(more, sizeof(more), "/input_items%s", rows[i].query);
        call(&items, "GET", target_of(&asked, more), 0);
        assert_int_equal(items.status, rows[i].status);
        if (!body_has(&items, rows[i].first) || !body_has(&items, rows[i].edges))
            fail_msg("%s: %s", rows[i].query, et_text_slice(&items.body).data);
        played_free(&items);
    }
    played_free(&asked);
}

static void one_that_is_not_stored_or_anothers_is_not_found(void **state)
{
    (void)state;
    struct played first, again;
    respond(&first, "{\"model\":\"gpt-5\",\"input\":\"forget\",\"store\":false}", 0);
    call(&again, "GET", target_of(&first, ""), 0);
    assert_int_equal(again.status, 404);
    played_free(&again);
    played_free(&first);
    respond(&first, "{\"model\":\"gpt-5\",\"input\":\"mine\"}", 0);
    struct et_brain_request request = request_of("GET", target_of(&first, ""), "");
    request.authorization = ET_LIT("Bearer sk-other");
    ask(&again, brain, &request, 0);
    assert_int_equal(again.status, 404);
    played_free(&again);
    played_free(&first);
}

static void a_conversation_goes_on_from_the_one_before(void **state)
{
    (void)state;
    struct played first, second, third;
    char body[256];
    respond(&first, "{\"model\":\"gpt-5\",\"input\":\"one\",\"instructions\":\"Be brief\"}", 0);
    snprintf(body, sizeof(body),
             "{\"model\":\"gpt-5\",\"input\":\"two\",\"previous_response_id\":\"%s\"}",
             target_of(&first, "") + strlen("/v1/responses/"));
    respond(&second, body, 0);
    /* question and answer of the first, without its instructions; "two"; the end */
    assert_int_equal(second.facts.usage.prompt, 5 + (4 + 4 + 2) + 5 + 2);
    snprintf(body, sizeof(body),
             "{\"model\":\"gpt-5\",\"input\":\"three\",\"previous_response_id\":\"%s\"}",
             target_of(&second, "") + strlen("/v1/responses/"));
    respond(&third, body, 0);
    assert_true(third.facts.usage.prompt > second.facts.usage.prompt + 10);
    played_free(&first);
    played_free(&second);
    played_free(&third);
}

static void one_in_the_background_is_waited_for_or_cancelled(void **state)
{
    (void)state;
    struct played first, now;
    static const char body[] = "{\"model\":\"gpt-5\",\"input\":\"later\",\"background\":true}";
    respond(&first, body, 0);
    assert_int_equal(first.end_at, 0);
    assert_true(body_has(&first, "\"status\":\"queued\""));
    call(&now, "GET", target_of(&first, ""), ET_MS);
    assert_true(body_has(&now, "\"status\":\"queued\""));
    played_free(&now);
    call(&now, "GET", target_of(&first, ""), 60 * ET_S);
    assert_true(body_has(&now, "\"status\":\"completed\""));
    played_free(&now);
    played_free(&first);
    respond(&first, body, 0);
    call(&now, "POST", target_of(&first, "/cancel"), ET_MS);
    assert_true(body_has(&now, "\"status\":\"cancelled\""));
    played_free(&now);
    call(&now, "GET", target_of(&first, ""), 60 * ET_S);
    assert_true(body_has(&now, "\"status\":\"cancelled\""));
    played_free(&now);
    played_free(&first);
}

static void tokens_of_an_input_are_counted_as_documented(void **state)
{
    (void)state;
    struct et_brain_request request =
        request_of("POST", "/v1/responses/input_tokens",
                   "{\"model\":\"gpt-5\",\"input\":\"Tell me a joke.\"}");
    struct played played;
    ask(&played, brain, &request, 0);
    assert_string_equal(et_text_slice(&played.body).data,
                        "{\"object\":\"response.input_tokens\",\"input_tokens\":11}");
    played_free(&played);
}

static void what_is_asked_wrongly_is_told_so(void **state)
{
    (void)state;
    static const struct {
        const char *why, *method, *target, *body;
        unsigned status;
        const char *has;
    } rows[] = {
        {"no input", "POST", "/v1/responses", "{\"model\":\"gpt-5\"}", 400, "'input'"},
        {"nothing in it", "POST", "/v1/responses", "{\"model\":\"gpt-5\",\"input\":[]}", 400,
         "empty array"},
        {"unknown member", "POST", "/v1/responses",
         "{\"model\":\"gpt-5\",\"input\":\"a\",\"messages\":[]}", 400,
         "Unknown parameter: "
         "'messages'.\",\"type\":\"invalid_request_error\",\"param\":\"messages\","
         "\"code\":\"unknown_parameter\""},
        {"unknown before", "POST", "/v1/responses",
         "{\"model\":\"gpt-5\",\"input\":\"a\",\"previous_response_id\":\"resp_x\"}", 400,
         "previous_response_not_found"},
        {"no such model", "POST", "/v1/responses", "{\"model\":\"x\",\"input\":\"a\"}", 404,
         "model_not_found"},
        {"unknown one", "GET", "/v1/responses/resp_x", "", 404, "resp_x"},
        {"wrong method", "PUT", "/v1/responses", "", 405, "method_not_supported"},
        {"cancel of none", "POST", "/v1/responses/resp_x/cancel", "", 404, "not found"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_request request = request_of(rows[i].method, rows[i].target, rows[i].body);
        struct played played;
        ask(&played, brain, &request, 0);
        if (played.status != rows[i].status || !body_has(&played, rows[i].has))
            fail_msg("%s: %u %s", rows[i].why, played.status, et_text_slice(&played.body).data);
        played_free(&played);
    }
}

static void ask_all(const struct et_mem *mem, void *arg)
{
    struct et_brain_config config = world_config();
    struct et_brain *own = NULL;
    struct et_reply *reply = NULL;
    struct et_reply_step step;
    config.seen_max = 16;
    struct et_brain_request request = request_of("POST", "/v1/responses", arg);
    if (et_brain_new(&own, &config, mem) == 0 && et_brain_ask(own, &request, 0, &reply) == 0)
        while (et_reply_next(reply, &step))
            continue;
    et_reply_free(reply);
    et_brain_free(own);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    char plain[] = "{\"model\":\"gpt-5\",\"input\":\"a\",\"reasoning\":{\"summary\":\"auto\"}}";
    char stream[] = "{\"model\":\"gpt-5\",\"input\":\"a\",\"stream\":true,\"tools\":[{\"type\":"
                    "\"function\",\"name\":\"f\"}]}";
    support_torture(ask_all, plain);
    support_torture(ask_all, stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_in_openais_order),
        cmocka_unit_test(a_stream_says_what_the_plain_answer_says),
        cmocka_unit_test(tools_and_schemas_are_served_as_items),
        cmocka_unit_test(one_that_is_stored_can_be_asked_for_again),
        cmocka_unit_test(input_items_are_listed_in_pages_newest_first),
        cmocka_unit_test(one_that_is_not_stored_or_anothers_is_not_found),
        cmocka_unit_test(a_conversation_goes_on_from_the_one_before),
        cmocka_unit_test(one_in_the_background_is_waited_for_or_cancelled),
        cmocka_unit_test(tokens_of_an_input_are_counted_as_documented),
        cmocka_unit_test(what_is_asked_wrongly_is_told_so),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, open_brain, close_brain);
}
