/* SPDX-License-Identifier: MIT */
/* The endpoints that came before chats, and moderations. */
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

static struct et_brain_request request_of(const char *target, const char *body)
{
    return (struct et_brain_request){.method = ET_LIT("POST"),
                                     .target = et_slice_of(target),
                                     .authorization = ET_LIT("Bearer sk-test"),
                                     .body = et_slice_of(body)};
}

static void complete(struct played *out, const char *body)
{
    struct et_brain_request request = request_of("/v1/completions", body);
    ask(out, brain, &request, 0);
    if (out->status != 200)
        fail_msg("%s", et_text_slice(&out->body).data);
}

static void a_completion_goes_on_for_sixteen_tokens_unless_told(void **state)
{
    (void)state;
    struct played played;
    struct et_brain_request request =
        request_of("/v1/completions", "{\"model\":\"davinci-002\",\"prompt\":\"Say this\"}");
    request.answer_tokens = ET_LIT("30");
    ask(&played, brain, &request, 0);
    assert_true(body_has(&played, "{\"id\":\"cmpl-"));
    assert_true(body_has(&played, "\"object\":\"text_completion\""));
    assert_true(body_has(&played, "\"index\":0,\"logprobs\":null,\"finish_reason\":\"length\"}]"));
    assert_true(body_has(&played, "\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":16,"
                                  "\"total_tokens\":18}"));
    played_free(&played);
}

static void each_prompt_has_its_choices(void **state)
{
    (void)state;
    struct played played;
    complete(&played, "{\"model\":\"davinci-002\",\"prompt\":[\"One:\",\"Two:\"],\"n\":2,\"echo\":"
                      "true,\"max_tokens\":2}");
    assert_true(body_has(&played, "{\"text\":\"One:"));
    assert_true(body_has(&played, "\"index\":3,\"logprobs\":null"));
    const char *third = strstr(et_text_slice(&played.body).data, "\"index\":1,");
    assert_non_null(strstr(third, "{\"text\":\"Two:"));
    assert_int_equal(played.facts.usage.prompt, 4);
    assert_int_equal(played.facts.usage.completion, 8);
    played_free(&played);
}

static void tokens_are_as_good_as_their_text(void **state)
{
    (void)state;
    struct played played;
    complete(&played, "{\"model\":\"davinci-002\",\"prompt\":[46864,420],\"echo\":true}");
    assert_true(body_has(&played, "{\"text\":\"Say this"));
    assert_int_equal(played.facts.usage.prompt, 2);
    played_free(&played);
}

static void a_stream_of_text_ends_with_done(void **state)
{
    (void)state;
    struct played played;
    complete(&played,
             "{\"model\":\"davinci-002\",\"prompt\":\"a\",\"stream\":true,\"max_tokens\":2,"
             "\"logprobs\":0,\"stream_options\":{\"include_usage\":true}}");
    assert_true(body_has(&played, "\"token_logprobs\":[-"));
    assert_true(
        body_has(&played, "{\"text\":\"\",\"index\":0,\"logprobs\":null,\"finish_reason\":"));
    assert_true(body_has(&played, "\"choices\":[],\"usage\":{\"prompt_tokens\":1,"));
    assert_true(body_has(&played, "data: [DONE]\n\n"));
    played_free(&played);
}

static void moderate(struct played *out, const char *body)
{
    struct et_brain_request request = request_of("/v1/moderations", body);
    ask(out, brain, &request, 0);
    assert_int_equal(out->status, 200);
}

static void words_of_a_list_are_flagged_and_others_not(void **state)
{
    (void)state;
    static const struct {
        const char *body, *has;
    } rows[] = {
        {"{\"input\":\"I want to KILL them.\"}", "\"violence\":true"},
        {"{\"input\":\"a skilled worker\"}", "\"flagged\":false"},
        {"{\"input\":[\"fine\",\"you idiot\"]}", "\"harassment\":true"},
        {"{\"input\":[{\"type\":\"text\",\"text\":\"fine\"},{\"type\":\"image_url\",\"image_url\":{"
         "\"url\":\"http://x/y.png\"}}]}",
         "\"violence\":[\"text\",\"image\"]"},
        {"{\"input\":\"x\",\"model\":\"omni-moderation-2024-09-26\"}",
         "\"model\":\"omni-moderation-2024-09-26\",\"results\":[{\"flagged\":false"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        moderate(&played, rows[i].body);
        if (!body_has(&played, rows[i].has) || !body_has(&played, "{\"id\":\"modr-"))
            fail_msg("%s", et_text_slice(&played.body).data);
        played_free(&played);
    }
}

static void what_is_asked_wrongly_is_told_so(void **state)
{
    (void)state;
    static const struct {
        const char *target, *body;
        unsigned status;
        const char *has;
    } rows[] = {
        {"/v1/completions", "{\"model\":\"gpt-4o\",\"prompt\":\"a\"}", 404, "v1/chat/completions"},
        {"/v1/completions", "{\"model\":\"davinci-002\",\"prompt\":{}}", 400, "'prompt'"},
        {"/v1/completions", "{\"model\":\"davinci-002\",\"prompt\":[999999]}", 400, "vocabulary"},
        {"/v1/completions", "{\"model\":\"davinci-002\",\"prompt\":\"a\",\"n\":3,\"best_of\":2}",
         400, "'best_of'"},
        {"/v1/completions", "{\"model\":\"davinci-002\",\"prompt\":[\"a\",\"b\"],\"n\":65}", 400,
         "128 choices"},
        {"/v1/moderations", "{}", 400, "'input'"},
        {"/v1/moderations", "{\"input\":[]}", 400, "empty array"},
        {"/v1/moderations", "{\"input\":\"a\",\"model\":\"gpt-4o\"}", 404, "model_not_found"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_request request = request_of(rows[i].target, rows[i].body);
        struct played played;
        ask(&played, brain, &request, 0);
        if (played.status != rows[i].status || !body_has(&played, rows[i].has))
            fail_msg("%s: %u %s", rows[i].body, played.status, et_text_slice(&played.body).data);
        played_free(&played);
    }
}

static void ask_all(const struct et_mem *mem, void *arg)
{
    struct et_brain_config config = world_config();
    struct et_brain *own = NULL;
    struct et_reply *reply = NULL;
    struct et_reply_step step;
    const char *const *row = arg;
    config.seen_max = 16;
    struct et_brain_request request = request_of(row[0], row[1]);
    if (et_brain_new(&own, &config, mem) == 0 && et_brain_ask(own, &request, 0, &reply) == 0)
        while (et_reply_next(reply, &step))
            continue;
    et_reply_free(reply);
    et_brain_free(own);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    const char *complete_both[] = {
        "/v1/completions", "{\"model\":\"davinci-002\",\"prompt\":[[46864],[420]],\"echo\":true,"
                           "\"logprobs\":1,\"max_tokens\":2}"};
    const char *moderation[] = {"/v1/moderations", "{\"input\":[\"a\",\"b\"]}"};
    support_torture(ask_all, complete_both);
    support_torture(ask_all, moderation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_completion_goes_on_for_sixteen_tokens_unless_told),
        cmocka_unit_test(each_prompt_has_its_choices),
        cmocka_unit_test(tokens_are_as_good_as_their_text),
        cmocka_unit_test(a_stream_of_text_ends_with_done),
        cmocka_unit_test(words_of_a_list_are_flagged_and_others_not),
        cmocka_unit_test(what_is_asked_wrongly_is_told_so),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, open_brain, close_brain);
}
