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

/* A chat with these members beside model and messages. */
static void chat(struct played *out, const char *members, const char *question)
{
    char body[2048];
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), members, question));
    request.answer_tokens = ET_LIT("12");
    ask(out, brain, &request, 0);
    if (out->status != 200)
        fail_msg("%s", et_text_slice(&out->body).data);
}

static unsigned count(const struct played *played, const char *text)
{
    unsigned times = 0;
    for (const char *at = et_text_slice(&played->body).data; (at = strstr(at, text)); at++)
        times++;
    return times;
}

static void n_answers_are_n_choices_paid_together(void **state)
{
    (void)state;
    struct played played;
    chat(&played, "\"n\":3,", "Hi");
    assert_int_equal(count(&played, "\"index\":"), 3);
    assert_true(body_has(&played, "\"index\":2,\"message\":{\"role\":\"assistant\""));
    assert_int_equal(played.facts.usage.completion, 36);
    assert_int_equal(played.facts.usage.prompt, 8);
    played_free(&played);
}

/* What each choice of a stream says, joined. */
static void join(const struct played *played, char choice, char *out, size_t room)
{
    size_t used = 0;
    char begin[] = "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
    *strchr(begin, '0') = choice;
    for (const char *at = et_text_slice(&played->body).data; (at = strstr(at, begin));) {
        at += strlen(begin);
        for (; *at != '"' && used + 1 < room; at++)
            out[used++] = *at;
    }
    out[used] = 0;
}

static void a_stream_of_several_choices_says_what_the_plain_answer_says(void **state)
{
    (void)state;
    struct played plain, stream;
    char body[512], said[512];
    for (int streams = 0; streams < 2; streams++) {
        struct et_brain_request request = world_chat(world_body(
            body, sizeof(body), streams ? "\"stream\":true,\"n\":2," : "\"n\":2,", "Hi"));
        request.answer_tokens = ET_LIT("7");
        request.client_request_id = ET_LIT("the same");
        ask(streams ? &stream : &plain, brain, &request, 0);
    }
    for (char choice = '0'; choice <= '1'; choice++) {
        join(&stream, choice, said, sizeof(said));
        assert_true(strlen(said) > 10);
        assert_true(body_has(&plain, said));
    }
    assert_int_equal(count(&stream, "\"finish_reason\":\"stop\""), 2);
    assert_int_equal(count(&stream, "\"role\":\"assistant\""), 2);
    played_free(&plain);
    played_free(&stream);
}

static void an_answer_ends_in_front_of_a_stop_sequence(void **state)
{
    (void)state;
    struct played whole, stopped;
    char body[512];
    static const char *const members[] = {"", "\"stop\":[\"nowhere\",\" \"],"};
    for (int i = 0; i < 2; i++) {
        struct et_brain_request request =
            world_chat(world_body(body, sizeof(body), members[i], "Hi"));
        request.client_request_id = ET_LIT("stops");
        ask(i ? &stopped : &whole, brain, &request, 0);
    }
    assert_int_equal(stopped.facts.usage.completion, 1); /* a word, up to the first space */
    assert_true(body_has(&stopped, "\"finish_reason\":\"stop\""));
    const char *said = strstr(et_text_slice(&stopped.body).data, "\"content\":\"") + 11;
    size_t size = strcspn(said, "\"");
    assert_true(size > 0 && !memchr(said, ' ', size));
    assert_memory_equal(strstr(et_text_slice(&whole.body).data, "\"content\":\"") + 11, said, size);
    played_free(&whole);
    played_free(&stopped);
}

#define TOOL(name)                                                                                 \
    "{\"type\":\"function\",\"function\":{\"name\":\"" name                                        \
    "\",\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"      \
    "\"required\":[\"city\"],\"additionalProperties\":false}}}"
#define TOOLS "\"tools\":[" TOOL("get_weather") "," TOOL("findHotel") "," TOOL("book") "],"

static void tools_are_called_as_they_are_meant(void **state)
{
    (void)state;
    static const struct {
        const char *why, *members, *question;
        unsigned calls;
        const char *has;
    } rows[] = {
        {"a word of its name", TOOLS, "how is the Weather?", 1, "\"name\":\"get_weather\""},
        {"of both", TOOLS, "weather and hotels", 2, "\"name\":\"findHotel\""},
        {"not in parallel", TOOLS "\"parallel_tool_calls\":false,", "weather and hotels", 1,
         "\"name\":\"get_weather\""},
        {"of none: one is drawn", TOOLS, "hm", 1, "\"finish_reason\":\"tool_calls\""},
        {"named", TOOLS "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"book\"}},",
         "weather", 1, "\"name\":\"book\""},
        {"none wanted", TOOLS "\"tool_choice\":\"none\",", "weather", 0,
         "\"finish_reason\":\"stop\""},
        {"required", TOOLS "\"tool_choice\":\"required\",", "hm", 1, "\"content\":null"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        chat(&played, rows[i].members, rows[i].question);
        if (count(&played, "\"id\":\"call_") != rows[i].calls || !body_has(&played, rows[i].has))
            fail_msg("%s: %s", rows[i].why, et_text_slice(&played.body).data);
        played_free(&played);
    }
}

static void arguments_fit_the_schema_streamed_and_plain(void **state)
{
    (void)state;
    struct played plain, stream;
    chat(&plain, TOOLS, "weather");
    assert_true(body_has(&plain, "\"arguments\":\"{\\\"city\\\":\\\""));
    chat(&stream, "\"stream\":true," TOOLS, "weather");
    assert_true(body_has(&stream, "\"delta\":{\"role\":\"assistant\",\"content\":null,"
                                  "\"tool_calls\":[{\"index\":0,\"id\":\"call_"));
    assert_true(body_has(&stream, "\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{"
                                  "\"arguments\":\"{\\\""));
    assert_true(body_has(&stream, "\"finish_reason\":\"tool_calls\""));
    played_free(&plain);
    played_free(&stream);
}

static void tools_are_called_once_for_each_message_of_the_user(void **state)
{
    (void)state;
    static const char body[] =
        "{\"model\":\"gpt-4o\"," TOOLS "\"messages\":[{\"role\":\"user\",\"content\":\"weather\"},"
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":"
        "\"function\",\"function\":{\"name\":\"get_weather\",\"arguments\":\"{}\"}}]},"
        "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"sunny\"}]}";
    struct et_brain_request request = world_chat(et_slice_of(body));
    struct played played;
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 200);
    assert_true(body_has(&played, "\"finish_reason\":\"stop\""));
    assert_int_equal(count(&played, "\"tool_calls\""), 0);
    played_free(&played);
}

static void an_answer_in_a_schema_fits_it(void **state)
{
    (void)state;
    struct played played;
    chat(&played,
         "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"day\","
         "\"schema\":{\"type\":\"object\",\"properties\":{\"day\":{\"enum\":[\"Monday\"]}},"
         "\"required\":[\"day\"],\"additionalProperties\":false},\"strict\":true}},",
         "which day?");
    assert_true(body_has(&played, "\"content\":\"{\\\"day\\\":\\\"Monday\\\"}\""));
    played_free(&played);
    chat(&played, "\"response_format\":{\"type\":\"json_object\"},", "as JSON, please");
    assert_true(body_has(&played, "\"content\":\"{\\\""));
    played_free(&played);
}

static void what_is_too_long_is_cut_and_says_so(void **state)
{
    (void)state;
    static const char *const members[] = {"\"max_tokens\":3,", "\"max_tokens\":3," TOOLS,
                                          "\"max_tokens\":3,\"n\":2,"};
    for (size_t i = 0; i < 3; i++) {
        struct played played;
        chat(&played, members[i], "the weather");
        assert_true(body_has(&played, "\"finish_reason\":\"length\""));
        assert_int_equal(count(&played, "\"finish_reason\":\"stop\""), 0);
        assert_true(i == 1 || played.facts.usage.completion == (i == 2 ? 6 : 3));
        played_free(&played);
    }
}

static void reasoning_takes_tokens_and_time_and_is_not_shown(void **state)
{
    (void)state;
    static const struct {
        const char *members;
        uint64_t reasoning;
        const char *finish;
    } rows[] = {
        {"", 128, "stop"},
        {"\"reasoning_effort\":\"high\",", 256, "stop"},
        {"\"reasoning_effort\":\"minimal\",", 64, "stop"},
        {"\"max_completion_tokens\":100,", 100, "length"},
    };
    struct et_profile profile = world_profile;
    struct et_brain_config config = world_config();
    profile.reasoning_tokens = (struct et_law){.kind = ET_LAW_CONSTANT, .scale = 100};
    config.profiles = &profile;
    struct et_brain *own = world_brain(config);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[256], finish[64];
        struct played played;
        snprintf(body, sizeof(body),
                 "{%s\"model\":\"gpt-5\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
                 rows[i].members);
        struct et_brain_request request = world_chat(et_slice_of(body));
        request.answer_tokens = ET_LIT("12");
        ask(&played, own, &request, 0);
        snprintf(finish, sizeof(finish), "\"finish_reason\":\"%s\"", rows[i].finish);
        assert_int_equal(played.facts.usage.reasoning, rows[i].reasoning);
        assert_true(body_has(&played, finish));
        assert_true(played.end_at > 200 * ET_MS + rows[i].reasoning * 9 * ET_MS);
        played_free(&played);
    }
    et_brain_free(own);
}

static void probabilities_are_told_token_by_token(void **state)
{
    (void)state;
    struct played played;
    chat(&played, "\"logprobs\":true,\"top_logprobs\":2,", "Hi");
    assert_int_equal(count(&played, "\"top_logprobs\":["), 12);
    assert_int_equal(count(&played, "\"logprob\":-"), 12 * 3);
    played_free(&played);
}

static void ask_all(const struct et_mem *mem, void *arg)
{
    struct et_brain_config config = world_config();
    struct et_brain *own = NULL;
    struct et_reply *reply = NULL;
    struct et_reply_step step;
    char body[2048];
    config.seen_max = 16;
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), arg, "weather"));
    request.answer_tokens = ET_LIT("3");
    if (et_brain_new(&own, &config, mem) == 0 && et_brain_ask(own, &request, 0, &reply) == 0)
        while (et_reply_next(reply, &step))
            continue;
    et_reply_free(reply);
    et_brain_free(own);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    char tools[] = TOOLS "\"stream\":true,\"n\":2,", stops[] = "\"stop\":\" \",\"logprobs\":true,";
    support_torture(ask_all, tools);
    support_torture(ask_all, stops);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(n_answers_are_n_choices_paid_together),
        cmocka_unit_test(a_stream_of_several_choices_says_what_the_plain_answer_says),
        cmocka_unit_test(an_answer_ends_in_front_of_a_stop_sequence),
        cmocka_unit_test(tools_are_called_as_they_are_meant),
        cmocka_unit_test(arguments_fit_the_schema_streamed_and_plain),
        cmocka_unit_test(tools_are_called_once_for_each_message_of_the_user),
        cmocka_unit_test(an_answer_in_a_schema_fits_it),
        cmocka_unit_test(what_is_too_long_is_cut_and_says_so),
        cmocka_unit_test(reasoning_takes_tokens_and_time_and_is_not_shown),
        cmocka_unit_test(probabilities_are_told_token_by_token),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, open_brain, close_brain);
}
