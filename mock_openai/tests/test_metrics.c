/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "io/sysmem.h"
#include "mock_openai/brain.h"
#include "mock_openai/metrics.h"

static const struct {
    const char *target;
    enum et_endpoint endpoint;
} targets[] = {
    {"/v1/chat/completions", ET_ENDPOINT_CHAT},
    {"/v1/chat/completions?x=1", ET_ENDPOINT_CHAT},
    {"/v1/chat/completionsx", ET_ENDPOINT_OTHER},
    {"/v1/responses/resp_1/cancel", ET_ENDPOINT_RESPONSES},
    {"/v1/models/gpt-4o", ET_ENDPOINT_MODELS},
    {"/v1/completions", ET_ENDPOINT_COMPLETIONS},
    {"/v1/moderations", ET_ENDPOINT_MODERATIONS},
    {"/v1/embeddings", ET_ENDPOINT_EMBEDDINGS},
    {"/v1", ET_ENDPOINT_OTHER},
    {"", ET_ENDPOINT_OTHER},
};

static void paths_below_an_endpoint_count_as_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (et_endpoint_of(et_slice_of(targets[i].target)) != targets[i].endpoint)
            fail_msg("%s", targets[i].target);
}

static struct et_metrics *metrics_new(void)
{
    struct et_metrics *metrics;
    assert_int_equal(et_metrics_new(&metrics), 0);
    return metrics;
}

/* One plain answer, a stream that was cut, and one under way. */
static struct et_metrics *busy_metrics(void)
{
    struct et_metrics *metrics = metrics_new();
    const struct et_metrics_answer plain = {
        .endpoint = ET_ENDPOINT_CHAT, .status = 200, .usage = {100, 60, 10, 20, 5}};
    struct et_metrics_answer stream = plain;
    stream.streams = true;
    stream.faults = 1u << ET_FAULT_CUT;
    et_metrics_begin(metrics, &plain);
    et_metrics_end(metrics, &(struct et_metrics_end){.latency = 7 * ET_MS, .ttft = 7 * ET_MS});
    et_metrics_begin(metrics, &stream);
    et_metrics_end(metrics, &(struct et_metrics_end){
                                .latency = 300 * ET_MS, .ttft = 20 * ET_MS, .streams = true});
    et_metrics_begin(metrics, &(struct et_metrics_answer){
                                  .endpoint = ET_ENDPOINT_OTHER, .status = 404, .streams = true});
    et_metrics_left(metrics, 120 * ET_US, 3);
    et_metrics_left(metrics, 7 * ET_MS, 1);
    et_metrics_held_up(metrics, 2);
    return metrics;
}

static const char *const lines[] = {
    "# TYPE etalon_mock_requests_total counter\n",
    "\netalon_mock_requests_total{endpoint=\"/v1/chat/completions\",status=\"200\"} 4\n",
    "\netalon_mock_requests_total{endpoint=\"other\",status=\"404\"} 2\n",
    "\netalon_mock_faults_total{kind=\"cut\"} 2\n",
    "\netalon_mock_tokens_total{kind=\"prompt\"} 400\n",
    "\netalon_mock_tokens_total{kind=\"cached\"} 240\n",
    "\netalon_mock_tokens_total{kind=\"written\"} 40\n",
    "\netalon_mock_tokens_total{kind=\"completion\"} 80\n",
    "\netalon_mock_tokens_total{kind=\"reasoning\"} 20\n",
    "\netalon_mock_open_requests 2\n",
    "\netalon_mock_open_streams 2\n",
    "\netalon_mock_answers_total 4\n",
    "\netalon_mock_clients_gone_total 0\n",
    "\netalon_mock_steps_held_up_total 4\n",
    "# TYPE etalon_mock_request_duration_seconds histogram\n",
    "\netalon_mock_request_duration_seconds_bucket{le=\"0.005\"} 0\n",
    "\netalon_mock_request_duration_seconds_bucket{le=\"0.01\"} 2\n",
    "\netalon_mock_request_duration_seconds_bucket{le=\"0.25\"} 2\n",
    "\netalon_mock_request_duration_seconds_bucket{le=\"0.5\"} 4\n",
    "\netalon_mock_request_duration_seconds_bucket{le=\"100\"} 4\n",
    "\netalon_mock_request_duration_seconds_bucket{le=\"+Inf\"} 4\n",
    "\netalon_mock_request_duration_seconds_sum 0.614\n",
    "\netalon_mock_request_duration_seconds_count 4\n",
    "\netalon_mock_time_to_first_byte_seconds_sum 0.04\n",
    "\netalon_mock_time_to_first_byte_seconds_count 2\n",
    "\netalon_mock_lateness_seconds_bucket{le=\"0.0001\"} 0\n",
    "\netalon_mock_lateness_seconds_bucket{le=\"0.00025\"} 6\n",
    "\netalon_mock_lateness_seconds_bucket{le=\"0.01\"} 8\n",
    "\netalon_mock_lateness_seconds_sum 0.01472\n",
};

static void two_workers_are_summed_and_printed_for_prometheus(void **state)
{
    struct et_metrics *one = busy_metrics(), *two = busy_metrics(), *sum = metrics_new();
    struct et_text text;
    (void)state;
    et_text_init(&text, &et_sysmem, 1 << 20);
    et_metrics_add(sum, one);
    et_metrics_add(sum, two);
    et_metrics_print(sum, &text);
    assert_int_equal(et_text_failed(&text), 0);
    struct et_slice page = et_text_slice(&text);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (et_slice_find(page, et_slice_of(lines[i])) == page.size)
            fail_msg("no %s in:\n%.*s", lines[i], ET_ARG(page));
    assert_true(et_slice_ends(page, ET_LIT("\n")));
    et_text_free(&text);
    et_metrics_free(one);
    et_metrics_free(two);
    et_metrics_free(sum);
}

/* Prometheus refuses a page with a family twice, or a sample outside of its own. */
static void every_line_belongs_to_the_family_above_it(void **state)
{
    struct et_metrics *metrics = busy_metrics();
    struct et_text text;
    struct et_slice line, family = {0};
    (void)state;
    et_text_init(&text, &et_sysmem, 1 << 20);
    et_metrics_print(metrics, &text);
    struct et_slice rest = et_text_slice(&text);
    while (et_slice_split(&rest, '\n', &line) && line.size > 0) {
        if (et_slice_starts(line, ET_LIT("# HELP "))) {
            struct et_slice words = et_slice_part(line, 7, line.size);
            assert_true(et_slice_split(&words, ' ', &family));
            struct et_slice again = {line.data, (size_t)(family.data - line.data) + family.size};
            assert_int_equal(et_slice_find(rest, again), rest.size);
        } else if (!et_slice_starts(line, ET_LIT("# TYPE "))) {
            assert_true(et_slice_starts(line, family));
        }
    }
    et_text_free(&text);
    et_metrics_free(metrics);
}

static void clearing_forgets_all_but_what_is_under_way(void **state)
{
    struct et_metrics *metrics = busy_metrics();
    (void)state;
    et_metrics_clear(metrics);
    assert_int_equal(metrics->counts.requests[ET_ENDPOINT_CHAT][200], 0);
    assert_int_equal(metrics->counts.tokens.prompt, 0);
    assert_int_equal(metrics->late->count, 0);
    assert_int_equal(metrics->latency->count, 0);
    assert_int_equal(metrics->ttft->count, 0);
    assert_int_equal(metrics->counts.open, 1);
    assert_int_equal(metrics->counts.open_streams, 1);
    et_metrics_end(metrics, &(struct et_metrics_end){
                                .gone = true, .streams = true, .latency = ET_S, .ttft = ET_NEVER});
    assert_int_equal(metrics->counts.open, 0);
    assert_int_equal(metrics->counts.gone, 1);
    assert_int_equal(metrics->latency->count, 0);
    assert_int_equal(metrics->ttft->count, 0);
    et_metrics_free(metrics);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(paths_below_an_endpoint_count_as_it),
        cmocka_unit_test(two_workers_are_summed_and_printed_for_prometheus),
        cmocka_unit_test(every_line_belongs_to_the_family_above_it),
        cmocka_unit_test(clearing_forgets_all_but_what_is_under_way),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
