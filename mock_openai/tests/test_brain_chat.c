/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "core/base/draw.h"
#include "core/base/hash.h"

enum { CLIENTS = 200 };

/* Everything a client can see of an answer, and when. */
static uint64_t digest(const struct played *played)
{
    uint64_t hash = et_hash64(et_text_slice(&played->body), played->status);
    hash = et_hash64(et_slice_of(played->fields), hash);
    et_ns times[] = {played->head_at, played->first_at, played->end_at, played->steps};
    return et_hash64((struct et_slice){(const char *)times, sizeof(times)}, hash);
}

static uint64_t ask_as_client(struct et_brain *brain, unsigned client)
{
    char body[256], question[64], id[32];
    snprintf(question, sizeof(question), "What does client %u want?", client / 2);
    snprintf(id, sizeof(id), "id-%u", client);
    struct et_brain_request request =
        world_chat(world_body(body, sizeof(body), client % 2 ? "\"stream\":true," : "", question));
    if (client % 3 == 0)
        request.client_request_id = et_slice_of(id);
    struct played played;
    ask(&played, brain, &request, 5 * ET_S);
    uint64_t hash = digest(&played);
    played_free(&played);
    return hash;
}

static const struct et_fault_rule some_faults[] = {
    {.fault = {.kind = ET_FAULT_STATUS, .status = 500, .retry_after = ET_NEVER, .should_retry = -1},
     .ppm = 100000,
     .until_at = ET_NEVER},
    {.fault = {.kind = ET_FAULT_CUT, .after = 3}, .ppm = 100000, .until_at = ET_NEVER},
};

static void the_order_of_different_requests_changes_nothing(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.rules = some_faults;
    config.rule_count = 2;
    static uint64_t first[CLIENTS];
    unsigned order[CLIENTS];
    struct et_brain *brain = world_brain(config);
    for (unsigned i = 0; i < CLIENTS; i++) {
        first[i] = ask_as_client(brain, i);
        order[i] = i;
    }
    et_brain_free(brain);
    for (uint32_t round = 0; round < 5; round++) {
        for (unsigned i = CLIENTS - 1; i > 0; i--) {
            unsigned k = (unsigned)et_draw_below(et_draw(round, i, ET_DRAW_TEST, 0), i + 1);
            unsigned other = order[k];
            order[k] = order[i];
            order[i] = other;
        }
        brain = world_brain(config);
        for (unsigned i = 0; i < CLIENTS; i++)
            assert_int_equal(ask_as_client(brain, order[i]), first[order[i]]);
        et_brain_free(brain);
    }
}

static void another_seed_is_another_world(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    struct et_brain *one = world_brain(config);
    config.seed++;
    struct et_brain *other = world_brain(config);
    unsigned same = 0;
    for (unsigned i = 0; i < 20; i++)
        same += ask_as_client(one, i) == ask_as_client(other, i);
    assert_int_equal(same, 0);
    et_brain_free(one);
    et_brain_free(other);
}

static void asking_again_gives_the_same_text_at_other_times(void **state)
{
    (void)state;
    struct et_profile profile = world_profile;
    profile.ttft = (struct et_law){.kind = ET_LAW_UNIFORM, .low = ET_MS, .high = 900 * ET_MS};
    struct et_brain_config config = world_config();
    config.profiles = &profile;
    struct et_brain *brain = world_brain(config);
    char body[256];
    struct et_brain_request request =
        world_chat(world_body(body, sizeof(body), "", "Once more, please."));
    struct played one, two;
    ask(&one, brain, &request, 0);
    ask(&two, brain, &request, 0);
    struct et_answer_reader *a = read_answer(&one), *b = read_answer(&two);
    assert_int_equal(et_answer_reader_state(a), ET_ANSWER_COMPLETE);
    assert_slice_equal(et_answer_reader_answer(a)->content,
                       et_answer_reader_answer(b)->content.data);
    assert_true(one.end_at != two.end_at);
    assert_false(et_slice_equal(et_answer_reader_answer(a)->id, et_answer_reader_answer(b)->id));
    et_answer_reader_free(a);
    et_answer_reader_free(b);
    played_free(&one);
    played_free(&two);
    et_brain_free(brain);
}

static size_t count_tokens(struct et_slice text)
{
    struct et_tokenizer *tokenizer = NULL;
    size_t count = 0;
    assert_int_equal(et_tokenizer_new(&tokenizer, &world.o200k, 0, &support_heap), 0);
    assert_int_equal(et_tokens_count(tokenizer, text, &count), 0);
    et_tokenizer_free(tokenizer);
    return count;
}

/* A stream and a plain answer to one client, both read as a client reads them. */
static void compare_forms(struct et_brain *brain, const char *tokens, size_t expected)
{
    char body[256];
    const char *more[] = {"", "\"stream\":true,\"stream_options\":{\"include_usage\":true},",
                          "\"stream\":true,"};
    struct et_slice content = {0};
    struct et_answer_reader *readers[3];
    et_ns end_at = 0;
    for (int i = 0; i < 3; i++) {
        struct et_brain_request request =
            world_chat(world_body(body, sizeof(body), more[i], "How long is it?"));
        request.client_request_id = et_slice_of(tokens);
        request.answer_tokens = et_slice_of(tokens);
        struct played played;
        ask(&played, brain, &request, 3 * ET_S);
        readers[i] = read_answer(&played);
        const struct et_chat_answer *answer = et_answer_reader_answer(readers[i]);
        assert_int_equal(et_answer_reader_state(readers[i]), ET_ANSWER_COMPLETE);
        assert_int_equal(count_tokens(answer->content), expected);
        assert_int_equal(played.facts.usage.completion, expected);
        if (i < 2)
            assert_int_equal(answer->usage.completion, expected);
        if (i == 0) {
            content = answer->content;
            end_at = played.end_at;
            assert_int_equal(played.announced, et_text_slice(&played.body).size);
        }
        assert_true(et_slice_equal(answer->content, content));
        assert_true(i == 0 || played.announced == UINT64_MAX);
        assert_true(i != 0 || played.head_at == end_at);
        played_free(&played);
    }
    for (int i = 0; i < 3; i++)
        et_answer_reader_free(readers[i]);
}

static void an_answer_has_exactly_as_many_tokens_as_it_says(void **state)
{
    (void)state;
    struct et_profile profile = world_profile;
    struct et_brain_config config = world_config();
    config.profiles = &profile;
    for (profile.chunk_tokens = 1; profile.chunk_tokens <= 7; profile.chunk_tokens += 3) {
        struct et_brain *brain = world_brain(config);
        compare_forms(brain, "1", 1);
        compare_forms(brain, "2", 2);
        compare_forms(brain, "33", 33);
        compare_forms(brain, "500", 500);
        et_brain_free(brain);
    }
}

static void limits_on_the_answer_cut_it_and_say_so(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *why, *more, *tokens;
        uint64_t completion;
        const char *reason;
    } rows[] = {
        {"as wished", "", "40", 40, "\"finish_reason\":\"stop\""},
        {"the client's maximum", "\"max_tokens\":39,", "40", 39, "\"finish_reason\":\"length\""},
        {"exactly the maximum", "\"max_completion_tokens\":40,", "40", 40,
         "\"finish_reason\":\"stop\""},
        {"the model's maximum", "", "1000000", 16384, "\"finish_reason\":\"length\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[256];
        struct et_brain_request request =
            world_chat(world_body(body, sizeof(body), rows[i].more, "Tell me."));
        request.answer_tokens = et_slice_of(rows[i].tokens);
        struct played played;
        ask(&played, brain, &request, 0);
        if (played.facts.usage.completion != rows[i].completion ||
            !body_has(&played, rows[i].reason))
            fail_msg("%s: %d", rows[i].why, (int)played.facts.usage.completion);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_wish_that_is_no_number_of_tokens_is_not_heard(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    const char *wishes[] = {"", "0", "1000001", "many", "-4"};
    uint64_t drawn = 0;
    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
        char body[256];
        struct et_brain_request request =
            world_chat(world_body(body, sizeof(body), "", "Tell me."));
        request.answer_tokens = et_slice_of(wishes[i]);
        struct played played;
        ask(&played, brain, &request, 0);
        assert_in_range(played.facts.usage.completion, 5, 60);
        assert_true(i == 0 || played.facts.usage.completion == drawn);
        drawn = played.facts.usage.completion;
        played_free(&played);
    }
    et_brain_free(brain);
}

static void what_a_model_is_called_in_its_answer(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *why, *asked, *answered;
    } rows[] = {
        {"an id has a snapshot", "gpt-4o", "gpt-4o-2024-08-06"},
        {"a snapshot is itself", "gpt-4o-2024-11-20", "gpt-4o-2024-11-20"},
        {"newer models have none", "gpt-6.2-sol", "gpt-6.2-sol"},
        {"an alias is echoed", "gpt-5.6", "gpt-5.6"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[256], shown[64];
        snprintf(body, sizeof(body),
                 "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                 rows[i].asked);
        snprintf(shown, sizeof(shown), ",\"model\":\"%s\",", rows[i].answered);
        struct et_brain_request request = world_chat(et_slice_of(body));
        struct played played;
        ask(&played, brain, &request, 0);
        if (!body_has(&played, shown))
            fail_msg("%s: %s", rows[i].why, et_text_slice(&played.body).data);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void ids_and_times_are_the_clocks_or_the_requests_alone(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    char body[256];
    struct et_brain_request request =
        world_chat(world_body(body, sizeof(body), "", "What time is it?"));
    struct played played, again;
    struct et_brain *brain = world_brain(config);
    ask(&played, brain, &request, 90 * ET_S + 5);
    assert_true(body_has(&played, "{\"id\":\"chatcmpl-"));
    assert_true(body_has(&played, "\"created\":1800000090,"));
    played_free(&played);
    et_brain_free(brain);
    config.created_fixed = config.instant = true;
    brain = world_brain(config);
    ask(&played, brain, &request, ET_S);
    ask(&again, brain, &request, 999 * ET_S);
    assert_slice_equal(et_text_slice(&played.body), et_text_slice(&again.body).data);
    assert_string_equal(played.fields, again.fields);
    assert_int_equal(played.head_at, ET_S);
    assert_int_equal(played.end_at, ET_S);
    played_free(&played);
    played_free(&again);
    et_brain_free(brain);
}

static void a_prompt_that_does_not_fit_is_refused_with_the_numbers(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.today = 19000; /* gpt-4 still answers; its context is 8,192 */
    struct et_brain *brain = world_brain(config);
    static char body[65536];
    static const struct {
        const char *why, *more;
        int words;
        const char *message;
    } rows[] = {
        {"the prompt alone", "", 8190,
         "This model's maximum context length is 8192 tokens. However, your messages resulted in "
         "8197 tokens. Please reduce the length of the messages."},
        {"prompt and answer", ",\"max_tokens\":4000", 5000,
         "This model's maximum context length is 8192 tokens. However, you requested 9007 tokens "
         "(5007 in the messages, 4000 in the completion). Please reduce the length of the "
         "messages or completion."},
        {"it fits", ",\"max_tokens\":3185", 5000, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t used = (size_t)snprintf(
            body, sizeof(body),
            "{\"model\":\"gpt-4\"%s,\"messages\":[{\"role\":\"user\",\"content\":\"", rows[i].more);
        for (int k = 0; k < rows[i].words; k++)
            used += (size_t)snprintf(body + used, sizeof(body) - used, " word");
        used += (size_t)snprintf(body + used, sizeof(body) - used, "\"}]}");
        struct et_brain_request request = world_chat((struct et_slice){body, used});
        struct played played;
        ask(&played, brain, &request, 0);
        assert_int_equal(played.status, rows[i].message ? 400 : 200);
        if (rows[i].message && !body_has(&played, rows[i].message))
            fail_msg("%s: %s", rows[i].why, et_text_slice(&played.body).data);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void answer_in(const struct et_mem *mem, void *arg)
{
    struct et_brain_config config = world_config();
    config.limits.quota.requests_per_minute = 100;
    struct et_brain *brain = NULL;
    struct et_brain_request *request = arg;
    struct et_reply *reply = NULL;
    struct et_reply_step step = {0};
    if (et_brain_new(&brain, &config, mem))
        return;
    for (int i = 0; i < 2; i++) {
        if (et_brain_ask(brain, request, 0, &reply))
            continue;
        unsigned steps = 0;
        assert_int_equal(et_reply_status(reply), 200);
        while (et_reply_next(reply, &step) && (i == 0 || steps < 3))
            steps++;
        assert_true(steps >= 3);
        assert_true(i != 0 || step.kind == ET_REPLY_END || step.kind == ET_REPLY_RESET);
        et_reply_free(reply);
    }
    et_brain_free(brain);
}

static void refused_memory_is_an_error_and_leaves_nothing_behind(void **state)
{
    (void)state;
    char body[256];
    struct et_brain_request request =
        world_chat(world_body(body, sizeof(body), "\"stream\":true,", "Hello there."));
    support_torture(answer_in, &request);
    request = world_chat(world_body(body, sizeof(body), "", "Hello there."));
    support_torture(answer_in, &request);
    request.target = ET_LIT("/v1/embeddings");
    request.body = ET_LIT("{\"model\":\"text-embedding-3-small\",\"input\":[\"a\",\"b\"]}");
    support_torture(answer_in, &request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_different_requests_changes_nothing),
        cmocka_unit_test(another_seed_is_another_world),
        cmocka_unit_test(asking_again_gives_the_same_text_at_other_times),
        cmocka_unit_test(an_answer_has_exactly_as_many_tokens_as_it_says),
        cmocka_unit_test(limits_on_the_answer_cut_it_and_say_so),
        cmocka_unit_test(a_wish_that_is_no_number_of_tokens_is_not_heard),
        cmocka_unit_test(what_a_model_is_called_in_its_answer),
        cmocka_unit_test(ids_and_times_are_the_clocks_or_the_requests_alone),
        cmocka_unit_test(a_prompt_that_does_not_fit_is_refused_with_the_numbers),
        cmocka_unit_test(refused_memory_is_an_error_and_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
