/* SPDX-License-Identifier: MIT */
#include "harness/tests/support_scenario.h"

#include "core/base/hash.h"
#include "core/openai/chat.h"
#include "harness/workload.h"

#define FIXTURES "harness/tests/fixtures/"
#define AZURE    "../shared/data/traces/azure-llm-2023/AzureLLMInferenceTrace_conv.csv"
#define MOONCAKE "../shared/data/traces/mooncake-fast25/conversation_trace.jsonl"

static struct et_workload *new_workload(const struct et_scenario *scenario, uint64_t seed,
                                        const char *trace)
{
    struct et_workload *workload = NULL;
    struct et_complaint complaint = {0};
    if (et_workload_new(&workload, scenario, seed, trace, &complaint) != 0)
        fail_msg("%s", complaint.text);
    return workload;
}

static struct et_slice body_of(struct et_workload *workload, const struct et_asked *asked,
                               const struct et_arm *arm)
{
    struct et_slice body;
    assert_int_equal(et_workload_body(workload, asked, arm, &body), 0);
    return body;
}

static uint64_t fold(uint64_t hash, const void *data, size_t size)
{
    return et_hash64((struct et_slice){data, size}, hash);
}

/* Of all that is asked, and of every body of the first two arms. */
static uint64_t hash_of(const char *path, uint64_t seed, uint64_t requests)
{
    struct et_scenario *scenario = support_load(path);
    struct et_workload *workload = new_workload(scenario, seed, NULL);
    struct et_asked asked = {0};
    uint64_t hash = et_workload_count(workload);
    while (asked.request < requests && et_workload_next(workload, &asked)) {
        uint64_t facts[] = {asked.request,       asked.at,    asked.question, asked.prompt_tokens,
                            asked.answer_tokens, asked.stream};
        hash = fold(hash, facts, sizeof facts);
        for (size_t arm = 0; arm < 2; arm++) {
            struct et_slice body = body_of(workload, &asked, &scenario->arms[arm]);
            hash = fold(hash, body.data, body.size);
        }
    }
    et_workload_free(workload);
    et_scenario_free(scenario);
    return hash;
}

static void golden_traffic_holds_on_every_machine(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        uint64_t seed, hash;
    } rows[] = {
        {"scenarios/goals.json", 1, 0x4a85360aa29827e5},
        {"scenarios/goals.json", 2, 0x8135aca0201e5fdc},
        {"scenarios/short.json", 1, 0x63e2b4b8808a544a},
        {FIXTURES "all_keys.json", 1, 0x7625c32a93d455b5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t hash = hash_of(rows[i].path, rows[i].seed, 500);
        if (hash != rows[i].hash)
            fail_msg("%s, seed %llu: 0x%016llx", rows[i].path, (unsigned long long)rows[i].seed,
                     (unsigned long long)hash);
    }
}

static void rewinding_gives_the_same_again(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load("scenarios/short.json");
    struct et_workload *workload = new_workload(scenario, 9, NULL);
    struct et_asked first, again;
    assert_true(et_workload_next(workload, &first));
    while (et_workload_next(workload, &again))
        continue;
    assert_int_equal(again.request, et_workload_count(workload));
    et_workload_rewind(workload);
    assert_true(et_workload_next(workload, &again));
    assert_int_equal(again.request, 1);
    assert_int_equal(again.at, first.at);
    assert_int_equal(again.question, first.question);
    et_workload_free(workload);
    et_scenario_free(scenario);
}

/* Counts over a whole day of the goal scenario, by use case. */
struct counts {
    uint64_t all, requests[4], repeats[4], streams, answer_tokens[4];
};

static struct counts count_day(const struct et_scenario *scenario, uint64_t seed)
{
    struct et_workload *workload = new_workload(scenario, seed, NULL);
    struct counts counts = {0};
    struct et_asked asked;
    et_ns before = 0;
    for (; et_workload_next(workload, &asked); counts.all++) {
        size_t i = (size_t)(asked.use_case - scenario->use_cases);
        assert_true(asked.at >= before && asked.at < scenario->duration);
        before = asked.at;
        counts.requests[i]++;
        counts.streams += asked.stream;
        counts.repeats[i] += (uint32_t)asked.question < scenario->use_cases[i].pool;
        counts.answer_tokens[i] += asked.answer_tokens;
    }
    assert_int_equal(counts.all, et_workload_count(workload));
    et_workload_free(workload);
    return counts;
}

static void a_day_has_the_shares_of_its_file(void **state)
{
    (void)state;
    static const float shares[] = {0.40F, 0.25F, 0.25F, 0.10F};
    static const float repeats[] = {0.18F, 0.20F, 0.33F, 0.05F};
    static const float answers[] = {195, 382, 234, 784}; /* means, clamps included */
    struct et_scenario *scenario = support_load("scenarios/goals.json");
    struct counts counts = count_day(scenario, 1);
    assert_float_equal((float)counts.all / 24000, 1, 0.03F);
    assert_float_equal((float)counts.streams / (float)counts.all, 0.75F, 0.01F);
    for (size_t i = 0; i < 4; i++) {
        float n = (float)counts.requests[i];
        assert_float_equal(n / (float)counts.all, shares[i], 0.01F);
        assert_float_equal((float)counts.repeats[i] / n, repeats[i], 0.02F);
        assert_float_equal((float)counts.answer_tokens[i] / n / answers[i], 1, 0.06F);
    }
    et_scenario_free(scenario);
}

static void the_busiest_hour_is_the_one_the_file_says(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load("scenarios/goals.json");
    struct et_workload *workload = new_workload(scenario, 1, NULL);
    struct et_asked asked;
    uint32_t hours[24] = {0};
    while (et_workload_next(workload, &asked))
        hours[asked.at / (3600 * ET_S)]++;
    assert_in_range(hours[19], 1900, 2300); /* 2.1 x 1,000, gaps with a CV of 2 */
    assert_in_range(hours[2], 40, 170);
    et_workload_free(workload);
    et_scenario_free(scenario);
}

/* Every arm sees the same users at the same instants with the same questions, and one question is
 * one text. */
static void equal_questions_are_equal_texts(void **state)
{
    (void)state;
    enum { POOL = 20, SEEN = 200 };
    struct et_scenario *scenario = support_load("scenarios/short.json");
    struct et_workload *workload = new_workload(scenario, 1, NULL);
    uint64_t texts[POOL] = {0}, repeated = 0;
    struct et_asked asked;
    while (et_workload_next(workload, &asked)) {
        if (asked.question >= POOL) /* of the first use case's pool */
            continue;
        asked.stream = false; /* a client's choice, not the question's */
        struct et_slice body = body_of(workload, &asked, &scenario->arms[0]);
        uint64_t text = fold(asked.answer_tokens, body.data, body.size);
        if (texts[asked.question])
            assert_int_equal(texts[asked.question], text), repeated++;
        texts[asked.question] = text;
    }
    assert_true(repeated > 10);
    et_workload_free(workload);
    et_scenario_free(scenario);
}

static void different_questions_are_different_texts(void **state)
{
    (void)state;
    enum { MANY = 400 };
    static uint64_t texts[MANY], questions[MANY];
    struct et_scenario *scenario = support_load("scenarios/goals.json");
    struct et_workload *workload = new_workload(scenario, 4, NULL);
    struct et_asked asked;
    for (size_t i = 0; i < MANY && et_workload_next(workload, &asked); i++) {
        asked.stream = false;
        struct et_slice body = body_of(workload, &asked, &scenario->arms[1]);
        texts[i] = fold(0, body.data, body.size);
        questions[i] = asked.question;
        for (size_t j = 0; j < i; j++)
            assert_int_equal(texts[i] == texts[j], questions[i] == questions[j]);
    }
    et_workload_free(workload);
    et_scenario_free(scenario);
}

static void an_arm_sends_its_model_its_version_and_the_members(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    struct et_workload *workload = new_workload(scenario, 1, NULL);
    struct et_asked asked;
    do
        assert_true(et_workload_next(workload, &asked));
    while (asked.use_case->template.size == 0);
    struct et_slice one = body_of(workload, &asked, &scenario->arms[0]);
    assert_true(et_slice_starts(one, ET_LIT("{\"model\":\"gpt-5.4\",\"messages\":[{\"role\":"
                                            "\"system\",\"content\":\"Greet people kindly")));
    assert_true(et_slice_ends(one, ET_LIT(",\"stream\":true,\"stream_options\":{\"include_usage\":"
                                          "true},\"temperature\": 0.5, \"user\": \"a \\\"b\\\"\", "
                                          "\"metadata\": {\"deep\": [1, 2]}}")));
    struct et_slice two = body_of(workload, &asked, &scenario->arms[1]);
    assert_true(et_slice_find(two, ET_LIT("\"Greet kindly.\"")) < two.size);
    et_workload_free(workload);
    et_scenario_free(scenario);
}

/* Counts prompts as the harness does it: on the text, with the framing of the model. */
struct counter {
    struct et_file file;
    struct et_vocab vocab;
    struct et_tokenizer *tokenizer;
};

static void open_counter(struct counter *counter)
{
    *counter = (struct counter){.tokenizer = NULL};
    assert_int_equal(et_file_data(&counter->file, "o200k_base.vocab", NULL), 0);
    assert_int_equal(et_vocab_open(&counter->vocab, counter->file.bytes), 0);
    assert_int_equal(
        et_tokenizer_new(&counter->tokenizer, &counter->vocab, ET_TOKENS_CACHE, &support_heap), 0);
}

static void close_counter(struct counter *counter)
{
    et_tokenizer_free(counter->tokenizer);
    et_file_free(&counter->file);
}

static uint64_t count_prompt(struct counter *counter, struct et_slice body)
{
    struct et_arena arena;
    struct et_chat_request request;
    struct et_api_error error;
    size_t count = 0;
    et_arena_init(&arena, &support_heap, 1 << 16);
    assert_true(et_chat_request_parse(&request, body, &arena, &error));
    assert_int_equal(
        et_chat_count(counter->tokenizer,
                      et_catalogue_find(support_world.catalogue, request.model)->family,
                      request.messages, request.message_count, &count),
        0);
    et_arena_free(&arena);
    return count;
}

/* The first `requests` of a scenario, with the token counts of each arm. */
static void check_counts(struct counter *counter, const char *path, const char *trace,
                         uint64_t requests)
{
    struct et_scenario *scenario = support_load(path);
    struct et_workload *workload = new_workload(scenario, 1, trace);
    struct et_asked asked = {0};
    while (asked.request < requests && et_workload_next(workload, &asked))
        for (size_t i = 0; i < scenario->arm_count; i++) {
            const struct et_arm *arm = &scenario->arms[i];
            const struct et_model *model = et_catalogue_find(arm->engine.catalogue, arm->model);
            bool chatml = model->family == ET_CHAT_CHATML;
            uint64_t least = chatml ? 8 : 7;
            uint64_t wanted = asked.prompt_tokens < least ? least : asked.prompt_tokens;
            if (asked.prompt_tokens)
                assert_int_equal(count_prompt(counter, body_of(workload, &asked, arm)), wanted);
        }
    et_workload_free(workload);
    et_scenario_free(scenario);
}

static void a_prompt_of_words_has_exactly_its_tokens(void **state)
{
    (void)state;
    struct counter counter;
    open_counter(&counter);
    check_counts(&counter, "scenarios/short.json", NULL, 200);
    check_counts(&counter, FIXTURES "all_keys.json", NULL, 200);
    check_counts(&counter, FIXTURES "smallest.json", NULL, 3);
    check_counts(&counter, FIXTURES "all_keys_trace.json", NULL, 4);
    check_counts(&counter, "scenarios/trace-azure.json", FIXTURES "mooncake.jsonl", 7);
    check_counts(&counter, "scenarios/trace-mooncake.json", FIXTURES "mooncake.jsonl", 7);
    close_counter(&counter);
}

static void a_real_trace_is_replayed_with_its_lengths(void **state)
{
    (void)state;
    struct counter counter;
    uint64_t answers = 0;
    if (access(AZURE, R_OK) != 0 || access(MOONCAKE, R_OK) != 0) {
        print_message("the traces of ../shared are absent\n");
        skip();
    }
    open_counter(&counter);
    check_counts(&counter, "scenarios/trace-azure.json", AZURE, 300);
    check_counts(&counter, "scenarios/trace-mooncake.json", MOONCAKE, 40);
    struct et_scenario *scenario = support_load("scenarios/trace-azure.json");
    struct et_workload *workload = new_workload(scenario, 1, AZURE);
    struct et_asked asked;
    while (et_workload_next(workload, &asked))
        answers += asked.answer_tokens;
    assert_int_equal(et_workload_count(workload), 19366);
    assert_int_equal(answers, 4088665);
    et_workload_free(workload);
    et_scenario_free(scenario);
    close_counter(&counter);
}

/* Bytes that two bodies have in common at their start. */
static size_t shared_bytes(struct et_slice a, struct et_slice b)
{
    size_t i = 0;
    while (i < a.size && i < b.size && a.data[i] == b.data[i])
        i++;
    return i;
}

static void equal_blocks_of_a_trace_are_equal_text(void **state)
{
    (void)state;
    enum { ROWS = 7 };
    struct et_scenario *scenario = support_load("scenarios/trace-mooncake.json");
    struct et_workload *workload = new_workload(scenario, 1, FIXTURES "mooncake.jsonl");
    struct et_text bodies[ROWS];
    struct et_asked asked;
    for (size_t i = 0; et_workload_next(workload, &asked); i++) {
        et_text_init(&bodies[i], &support_heap, 1 << 20);
        et_text_add(&bodies[i], body_of(workload, &asked, &scenario->arms[0]));
    }
    struct et_slice one = et_text_slice(&bodies[0]);
    assert_true(et_slice_equal(one, et_text_slice(&bodies[2])));
    assert_in_range(shared_bytes(one, et_text_slice(&bodies[1])), 4500, 7500); /* 1,024 tokens */
    assert_in_range(shared_bytes(one, et_text_slice(&bodies[5])), 2000, 4000); /* 512 */
    assert_in_range(shared_bytes(one, et_text_slice(&bodies[3])), 50, 100);    /* none */
    for (size_t i = 0; i < ROWS; i++)
        et_text_free(&bodies[i]);
    et_workload_free(workload);
    et_scenario_free(scenario);
}

static void a_trace_replaces_arrivals_and_lengths_of_any_scenario(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load("scenarios/goals.json");
    struct et_workload *workload = new_workload(scenario, 1, FIXTURES "azure.csv");
    struct et_asked asked;
    assert_int_equal(et_workload_count(workload), 4);
    assert_true(et_workload_next(workload, &asked));
    assert_int_equal(asked.prompt_tokens, 374);
    assert_int_equal(asked.answer_tokens, 44);
    assert_true(et_workload_next(workload, &asked) && et_workload_next(workload, &asked));
    assert_int_equal(asked.prompt_tokens, 2);
    assert_int_equal(asked.answer_tokens, 1); /* the row says none */
    et_workload_free(workload);
    et_scenario_free(scenario);
}

static void rows_behind_the_duration_are_left_out(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load("scenarios/trace-azure.json");
    scenario->duration = 2 * ET_S;
    struct et_workload *workload = new_workload(scenario, 1, FIXTURES "azure.csv");
    assert_int_equal(et_workload_count(workload), 3);
    et_workload_free(workload);
    et_scenario_free(scenario);
}

static void a_trace_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load("scenarios/trace-azure.json");
    struct et_workload *workload = NULL;
    struct et_complaint none = {0}, absent = {0}, bad = {0};
    assert_int_equal(et_workload_new(&workload, scenario, 1, NULL, &none), ET_VALUE);
    assert_non_null(strstr(none.text, "expected \"file\" in $.workload.arrivals, or --trace"));
    assert_string_equal(none.file, "scenarios/trace-azure.json");
    assert_int_equal(et_workload_new(&workload, scenario, 1, "none.csv", &absent), ET_UNKNOWN);
    assert_string_equal(absent.file, "none.csv");
    assert_int_equal(et_workload_new(&workload, scenario, 1, "LICENSE", &bad), ET_VALUE);
    assert_string_equal(bad.file, "LICENSE");
    assert_int_equal(bad.line, 1);
    assert_null(workload);
    et_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_traffic_holds_on_every_machine),
        cmocka_unit_test(rewinding_gives_the_same_again),
        cmocka_unit_test(a_day_has_the_shares_of_its_file),
        cmocka_unit_test(the_busiest_hour_is_the_one_the_file_says),
        cmocka_unit_test(equal_questions_are_equal_texts),
        cmocka_unit_test(different_questions_are_different_texts),
        cmocka_unit_test(an_arm_sends_its_model_its_version_and_the_members),
        cmocka_unit_test(a_prompt_of_words_has_exactly_its_tokens),
        cmocka_unit_test(a_real_trace_is_replayed_with_its_lengths),
        cmocka_unit_test(equal_blocks_of_a_trace_are_equal_text),
        cmocka_unit_test(a_trace_replaces_arrivals_and_lengths_of_any_scenario),
        cmocka_unit_test(rows_behind_the_duration_are_left_out),
        cmocka_unit_test(a_trace_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, support_open, support_close);
}
