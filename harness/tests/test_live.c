/* SPDX-License-Identifier: MIT */
/* The real clock against the virtual one: whatever does not depend on time must be equal, request
 * by request.  No arm here caches, coalesces or queues, because who meets whom there is a matter of
 * microseconds. */
#include "harness/tests/support_scenario.h"

#include "harness/live.h"
#include "io/sysmem.h"
#include "mock_openai/serve.h"

#define USE_CASES                                                                                  \
    "\"use_cases\": [{\"name\": \"chat\", \"share\": 0.6, \"stream\": true,"                       \
    "  \"prompt_tokens\": {\"law\": \"uniform\", \"low\": 20, \"high\": 300},"                     \
    "  \"answer_tokens\": {\"law\": \"uniform\", \"low\": 5, \"high\": 40}},"                      \
    " {\"name\": \"lookup\", \"share\": 0.4, \"stream\": false,"                                   \
    "  \"prompt_tokens\": {\"law\": \"constant\", \"value\": 100},"                                \
    "  \"answer_tokens\": {\"law\": \"uniform\", \"low\": 5, \"high\": 20}}]"
#define SCENARIO(engine, faults)                                                                   \
    "{\"name\": \"live\", \"about\": \"for a test\", \"duration_s\": 1, \"workload\": {"           \
    "\"arrivals\": {\"law\": \"poisson\", \"rate_per_s\": 50}," USE_CASES                          \
    "}, \"upstream\": {\"models\": {\"default\": {\"ttft\": {\"floor_ms\": 2, \"median_ms\": 5},"  \
    "\"tpot\": {\"median_ms\": 1}}}, \"faults\": [" faults "]},"                                   \
    "\"arms\": [{\"name\": \"plain\", \"model\": \"gpt-5.4\", \"engine\": {" engine "}}]}"
#define RETRY                                                                                      \
    "\"retry\": {\"tries\": 4, \"base_ms\": 5, \"cap_ms\": 20, \"jitter\": \"full\","              \
    " \"budget\": 0}"

struct stage {
    struct et_scenario *scenario;
    struct et_file o200k, cl100k;
    struct et_lexicon lexicon;
    struct et_arm_job job;
    struct et_books *sim, *live;
    struct et_complaint complaint;
};

static void open_vocab(struct et_vocab *vocab, struct et_file *file, const char *name)
{
    assert_int_equal(et_file_data(file, name, NULL), 0);
    assert_int_equal(et_vocab_open(vocab, file->bytes), 0);
}

static void stage_open(struct stage *stage, const char *text)
{
    char said[512];
    *stage = (struct stage){0};
    open_vocab(&stage->lexicon.o200k, &stage->o200k, "o200k_base.vocab");
    open_vocab(&stage->lexicon.cl100k, &stage->cl100k, "cl100k_base.vocab");
    if (support_load_text(text, &stage->scenario, said, sizeof said) != 0)
        fail_msg("%s", said);
    stage->job = (struct et_arm_job){.scenario = stage->scenario,
                                     .arm = &stage->scenario->arms[0],
                                     .seed = 1,
                                     .lexicon = &stage->lexicon,
                                     .catalogue = support_world.catalogue};
    assert_int_equal(et_books_new(&stage->sim, &et_sysmem), 0);
    assert_int_equal(et_books_new(&stage->live, &et_sysmem), 0);
}

static void stage_close(struct stage *stage)
{
    et_books_free(stage->sim);
    et_books_free(stage->live);
    et_scenario_free(stage->scenario);
    et_file_free(&stage->o200k);
    et_file_free(&stage->cl100k);
}

static void run_both(struct stage *stage, const char *target)
{
    assert_int_equal(et_sim_run(&stage->job, stage->sim, &stage->complaint), 0);
    int err = et_live_run(&stage->job, target, stage->live, &stage->complaint);
    if (err)
        fail_msg("%s", stage->complaint.text);
}

static void assert_same_request(const struct et_booked *sim, const struct et_booked *live)
{
    const struct et_request_row *a = &sim->row, *b = &live->row;
    assert_true(sim->closed && live->closed);
    assert_int_equal(b->request, a->request);
    assert_int_equal(live->intended_at, sim->intended_at);
    assert_true(live->dispatched_at >= live->intended_at);
    assert_true(b->ended_at >= live->dispatched_at);
    assert_true(et_slice_equal(a->use_case, b->use_case) && et_slice_equal(a->model, b->model));
    assert_int_equal(b->end, a->end);
    assert_int_equal(b->source, a->source);
    assert_int_equal(b->stream, a->stream);
    assert_int_equal(b->attempts, a->attempts);
    assert_memory_equal(&b->usage, &a->usage, sizeof a->usage);
    assert_int_equal(b->cost_pico, a->cost_pico);
    assert_int_equal(b->first_at == ET_NEVER, a->first_at == ET_NEVER);
}

static void assert_same(const struct stage *stage)
{
    const struct et_books *sim = stage->sim, *live = stage->live;
    assert_true(sim->request_count >= 30);
    assert_int_equal(live->request_count, sim->request_count);
    for (size_t i = 0; i < sim->request_count; i++)
        assert_same_request(&sim->requests[i], &live->requests[i]);
    assert_int_equal(live->attempt_count, sim->attempt_count);
    assert_int_equal(live->prompt_tokens, sim->prompt_tokens);
    assert_int_equal(live->completion_tokens, sim->completion_tokens);
    assert_int_equal(live->unreconciled, sim->unreconciled);
    assert_int_equal(live->late->count, live->request_count);
}

static size_t ended(const struct et_books *books, enum et_end end)
{
    size_t count = 0;
    for (size_t i = 0; i < books->request_count; i++)
        count += books->requests[i].row.end == end;
    return count;
}

static void both_clocks_book_the_same_answers_tokens_and_cost(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, SCENARIO("", ""));
    run_both(&stage, NULL);
    assert_same(&stage);
    assert_int_equal(ended(stage.live, ET_END_ANSWERED), stage.live->request_count);
    assert_true(stage.live->completion_tokens > 0);
    assert_int_equal(stage.live->unreconciled, 0);
    stage_close(&stage);
}

/* A reset before the head is where libcurl would ask again by itself, and the count of how often
 * the mock was asked would differ. */
static void both_clocks_see_the_same_faults_and_retries(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, SCENARIO(RETRY, "{\"kind\": \"503\", \"probability\": 0.1},"
                                       "{\"kind\": \"reset\", \"probability\": 0.2},"
                                       "{\"kind\": \"reset\", \"probability\": 0.1, \"after\": 90},"
                                       "{\"kind\": \"cut\", \"probability\": 0.1, \"after\": 3}"));
    run_both(&stage, NULL);
    assert_same(&stage);
    assert_true(stage.live->attempt_count > stage.live->request_count);
    stage_close(&stage);
}

#define EACH(kind, more) "{\"kind\": \"" kind "\", \"probability\": 0.05" more "},"
#define ENDINGS                                                                                    \
    EACH("503", "")                                                                                \
    EACH("html", ", \"status\": 200")                                                              \
    EACH("empty", "")                                                                              \
    EACH("reset", ", \"after\": 300")                                                              \
    EACH("cut", "")                                                                                \
    EACH("cut_event", "")                                                                          \
    EACH("cut_chunk", "")                                                                          \
    EACH("no_last_chunk", "")                                                                      \
    EACH("error_event", "")                                                                        \
    "{\"kind\": \"length_short\", \"probability\": 0.2},"                                          \
    "{\"kind\": \"length_long\", \"probability\": 0.2}," EACH("bad_json", "")                      \
        EACH("duplicate_chunk", "") EACH("no_finish", "") EACH("no_usage", "") EACH("no_done", "") \
            EACH("done_twice", "")
#define SHAPES                                                                                     \
    EACH("stall", ", \"pause_ms\": 2")                                                             \
    EACH("stall_head", ", \"pause_ms\": 2")                                                        \
    EACH("stall_end", ", \"pause_ms\": 2")                                                         \
    EACH("slow_drip", ", \"pause_ms\": 1, \"bytes\": 900")                                         \
    EACH("one_byte", "")                                                                           \
    EACH("split_utf8", "")                                                                         \
    EACH("odd_json", "")                                                                           \
    EACH("wrong_type", "")                                                                         \
    EACH("oversize", ", \"bytes\": 5000")                                                          \
    EACH("header", ", \"field\": \"x-request-id\"")                                                \
    "{\"kind\": \"close_idle\", \"probability\": 0.05}"

/* All but refused connections, of which a run on sockets has fewer than requests. */
static void both_clocks_see_the_same_of_every_kind(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, SCENARIO("", ENDINGS SHAPES));
    run_both(&stage, NULL);
    assert_same(&stage);
    assert_true(ended(stage.live, ET_END_ANSWERED) < stage.live->request_count);
    stage_close(&stage);
}

static void times_of_faults_count_from_the_start_of_the_run(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, SCENARIO("", "{\"kind\": \"500\", \"probability\": 1, \"to_s\": 3600},"
                                    "{\"kind\": \"404\", \"probability\": 1, \"from_s\": 3600}"));
    run_both(&stage, NULL);
    assert_same(&stage);
    assert_int_equal(ended(stage.live, ET_END_UPSTREAM_5XX), stage.live->request_count);
    stage_close(&stage);
}

static void a_request_nobody_takes_has_its_row_too(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage,
               SCENARIO("\"requests_max\": 1",
                        "{\"kind\": \"stall_head\", \"probability\": 1, \"pause_ms\": 100}"));
    run_both(&stage, NULL);
    assert_int_equal(stage.live->request_count, stage.sim->request_count);
    for (size_t i = 0; i < stage.live->request_count; i++)
        assert_true(stage.live->requests[i].closed && stage.sim->requests[i].closed);
    assert_true(ended(stage.sim, ET_END_QUEUE_FULL) > 0);
    assert_true(ended(stage.live, ET_END_QUEUE_FULL) > 0);
    stage_close(&stage);
}

/* As `etalon mock` would be: another process, asked by its URL, without a key. */
static void an_endpoint_of_ones_own_is_asked_by_its_url(void **state)
{
    (void)state;
    struct stage stage;
    struct et_mock_child child;
    struct et_mock_report report;
    struct et_mock_job mock = {.patience = ET_S};
    char url[64];
    stage_open(&stage, SCENARIO("", ""));
    et_server_defaults(&mock.server);
    et_scenario_brain(stage.scenario, support_world.catalogue, &stage.lexicon, 1, &mock.brain);
    assert_int_equal(et_mock_spawn(&child, &mock, &stage.complaint), 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/v1/", child.port);
    setenv("OPENAI_API_KEY", "sk-test", 1);
    run_both(&stage, url);
    assert_int_equal(et_mock_stop(&child, &report, &stage.complaint), 0);
    assert_same(&stage);
    assert_int_equal(report.answered, stage.live->request_count);
    assert_int_equal(stage.live->mock_late_us_p99, 0);
    stage_close(&stage);
}

static void where_nobody_listens_every_request_fails_with_a_row(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, SCENARIO(RETRY, ""));
    unsetenv("OPENAI_API_KEY");
    run_both(&stage, "http://127.0.0.1:1/v1");
    assert_int_equal(stage.live->request_count, stage.sim->request_count);
    assert_int_equal(ended(stage.live, ET_END_CONNECTION), stage.live->request_count);
    assert_int_equal(stage.live->attempt_count, 4 * stage.live->request_count);
    stage_close(&stage);
}

static void a_target_that_is_no_url_is_a_complaint(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, SCENARIO("", ""));
    assert_int_equal(et_live_run(&stage.job, "example.org", stage.live, &stage.complaint),
                     ET_VALUE);
    assert_non_null(strstr(stage.complaint.text, "found the base URL \"example.org\""));
    stage_close(&stage);
}

static void an_interrupted_run_ends_and_keeps_what_it_has(void **state)
{
    (void)state;
    struct stage stage;
    atomic_bool stop = true;
    stage_open(&stage, SCENARIO("", "{\"kind\": \"stall_head\", \"probability\": 1,"
                                    " \"pause_ms\": 600000}"));
    stage.job.stop = &stop;
    assert_int_equal(et_live_run(&stage.job, NULL, stage.live, &stage.complaint), ET_CANCELLED);
    for (size_t i = 0; i < stage.live->request_count; i++)
        assert_false(stage.live->requests[i].closed);
    assert_string_equal(stage.complaint.text, "");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(both_clocks_book_the_same_answers_tokens_and_cost),
        cmocka_unit_test(both_clocks_see_the_same_faults_and_retries),
        cmocka_unit_test(both_clocks_see_the_same_of_every_kind),
        cmocka_unit_test(times_of_faults_count_from_the_start_of_the_run),
        cmocka_unit_test(a_request_nobody_takes_has_its_row_too),
        cmocka_unit_test(an_endpoint_of_ones_own_is_asked_by_its_url),
        cmocka_unit_test(where_nobody_listens_every_request_fails_with_a_row),
        cmocka_unit_test(a_target_that_is_no_url_is_a_complaint),
        cmocka_unit_test(an_interrupted_run_ends_and_keeps_what_it_has),
    };
    return cmocka_run_group_tests(all, support_open, support_close);
}
