/* SPDX-License-Identifier: MIT */
#include "mock_openai/fault_names.h"
#include "mock_openai/metrics.h"

#include <inttypes.h>

#define NAME(of) "etalon_mock_" of

void et_metrics_family(struct et_text *out, const char *name, const char *type, const char *help)
{
    et_text_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void et_metrics_value(struct et_text *out, const char *name, uint64_t value)
{
    et_text_addf(out, "%s %" PRIu64 "\n", name, value);
}

static void print_requests(const struct et_metrics_counts *counts, struct et_text *out)
{
    et_metrics_family(out, NAME("requests_total"), "counter",
                      "Requests by endpoint and status; status 0: reset before a head.");
    for (size_t i = 0; i < ET_ENDPOINTS; i++)
        for (size_t status = 0; status < ET_STATUSES; status++)
            if (counts->requests[i][status] > 0)
                et_text_addf(out,
                             NAME("requests_total{endpoint=\"%s\",status=\"%zu\"} %" PRIu64 "\n"),
                             et_endpoint_paths[i], status, counts->requests[i][status]);
}

static void print_faults(const struct et_metrics_counts *counts, struct et_text *out)
{
    et_metrics_family(out, NAME("faults_total"), "counter", "Faults applied, by kind.");
    for (unsigned kind = 1; kind < ET_FAULTS; kind++)
        if (counts->faults[kind] > 0)
            et_text_addf(out, NAME("faults_total{kind=\"%s\"} %" PRIu64 "\n"), et_fault_name(kind),
                         counts->faults[kind]);
}

static void print_tokens(const struct et_usage *tokens, struct et_text *out)
{
    const struct {
        const char *kind;
        uint64_t count;
    } rows[] = {{"prompt", tokens->prompt},
                {"cached", tokens->cached},
                {"written", tokens->written},
                {"completion", tokens->completion},
                {"reasoning", tokens->reasoning}};
    et_metrics_family(out, NAME("tokens_total"), "counter",
                      "Tokens billed; cached and written are parts of prompt, reasoning of "
                      "completion.");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        et_text_addf(out, NAME("tokens_total{kind=\"%s\"} %" PRIu64 "\n"), rows[i].kind,
                     rows[i].count);
}

static void print_cache(const struct et_metrics_counts *counts, struct et_text *out)
{
    et_metrics_family(out, NAME("prompt_cache_hits_total"), "counter",
                      "Requests that read something from the prompt cache.");
    et_metrics_value(out, NAME("prompt_cache_hits_total"), counts->cache_hits);
    et_metrics_family(out, NAME("prompt_cache_misses_total"), "counter",
                      "Requests that read less than an earlier one left behind, by reason.");
    for (unsigned i = ET_MISS_UNKNOWN + 1; i < ET_MISSES; i++)
        if (counts->misses[i] > 0)
            et_text_addf(out, NAME("prompt_cache_misses_total{reason=\"%s\"} %" PRIu64 "\n"),
                         et_prompt_miss_name(i), counts->misses[i]);
}

static void print_counts(const struct et_metrics_counts *counts, struct et_text *out)
{
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } rows[] = {
        {NAME("open_requests"), "gauge", "Answers under way.", counts->open},
        {NAME("open_streams"), "gauge", "Of them, streams.", counts->open_streams},
        {NAME("answers_total"), "counter", "Answers played to their end, faults included.",
         counts->answered},
        {NAME("clients_gone_total"), "counter", "Clients that hung up before the end.",
         counts->gone},
        {NAME("steps_held_up_total"), "counter", "Steps that waited for their client to read.",
         counts->held_up},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_metrics_family(out, rows[i].name, rows[i].type, rows[i].help);
        et_metrics_value(out, rows[i].name, rows[i].value);
    }
}

/* How many values are at most `le`. */
static uint64_t count_to(const struct et_histogram *histogram, uint64_t le)
{
    struct et_histogram_bucket bucket;
    uint64_t count = 0;
    for (uint32_t place = 0; et_histogram_next(histogram, &place, &bucket);)
        count += bucket.low <= le ? bucket.count : 0;
    return count;
}

/* As Go writes it, without zeros at the end: labels are compared as texts. */
static void print_seconds(uint64_t us, struct et_text *out)
{
    unsigned digits = 6;
    uint64_t rest = us % 1000000;
    et_text_u64(out, us / 1000000);
    for (; digits > 0 && rest % 10 == 0; digits--)
        rest /= 10;
    if (digits > 0)
        et_text_addf(out, ".%0*" PRIu64, (int)digits, rest);
}

struct family {
    const char *name, *help;
    const struct et_histogram *histogram;
    uint64_t sum_us;
    const uint32_t *bounds; /* us; ends with 0 */
};

static void print_histogram(const struct family *family, struct et_text *out)
{
    const char *name = family->name;
    et_metrics_family(out, name, "histogram", family->help);
    for (const uint32_t *le = family->bounds; *le; le++) {
        et_text_addf(out, "%s_bucket{le=\"", name);
        print_seconds(*le, out);
        et_text_addf(out, "\"} %" PRIu64 "\n", count_to(family->histogram, *le));
    }
    et_text_addf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum ", name, family->histogram->count,
                 name);
    print_seconds(family->sum_us, out);
    et_text_addf(out, "\n%s_count %" PRIu64 "\n", name, family->histogram->count);
}

void et_metrics_print(const struct et_metrics *sum, struct et_text *out)
{
    static const uint32_t answers[] = {5000,     10000,    25000,    50000,     100000,
                                       250000,   500000,   1000000,  2500000,   5000000,
                                       10000000, 25000000, 50000000, 100000000, 0};
    static const uint32_t steps[] = {100,   250,   500,    1000,   2500,    5000, 10000,
                                     25000, 50000, 100000, 250000, 1000000, 0};
    const struct et_metrics_counts *counts = &sum->counts;
    const struct family families[] = {
        {NAME("request_duration_seconds"), "From a request to the end of its answer.", sum->latency,
         counts->latency_us, answers},
        {NAME("time_to_first_byte_seconds"), "Of streams: from the request to its first event.",
         sum->ttft, counts->ttft_us, answers},
        {NAME("lateness_seconds"), "How late each step of an answer left.", sum->late,
         counts->late_us, steps},
    };
    print_requests(counts, out);
    print_faults(counts, out);
    print_tokens(&counts->tokens, out);
    print_cache(counts, out);
    print_counts(counts, out);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        print_histogram(&families[i], out);
}
