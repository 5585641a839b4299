/* SPDX-License-Identifier: MIT */
#include "mock_openai/metrics.h"

#include "io/sysmem.h"

#include <assert.h>

const char *const et_endpoint_paths[ET_ENDPOINTS] = {
    [ET_ENDPOINT_CHAT] = "/v1/chat/completions",
    [ET_ENDPOINT_RESPONSES] = "/v1/responses",
    [ET_ENDPOINT_EMBEDDINGS] = "/v1/embeddings",
    [ET_ENDPOINT_MODELS] = "/v1/models",
    [ET_ENDPOINT_COMPLETIONS] = "/v1/completions",
    [ET_ENDPOINT_MODERATIONS] = "/v1/moderations",
    [ET_ENDPOINT_OTHER] = "other",
};

enum et_endpoint et_endpoint_of(struct et_slice target)
{
    for (enum et_endpoint i = 0; i < ET_ENDPOINT_OTHER; i++) {
        struct et_slice path = et_slice_of(et_endpoint_paths[i]);
        if (et_slice_starts(target, path) &&
            (target.size == path.size || target.data[path.size] == '/' ||
             target.data[path.size] == '?'))
            return i;
    }
    return ET_ENDPOINT_OTHER;
}

/* Latency and TTFT: two digits, a seventh of the memory. */
static const struct et_histogram_range coarse = {1, 3600000000, 2};

int et_metrics_new(struct et_metrics **out)
{
    struct et_metrics *metrics = et_mem_take(&et_sysmem, sizeof *metrics);
    if (!metrics)
        return ET_NOMEM;
    pthread_mutex_init(&metrics->lock, NULL);
    if (et_histogram_new(&metrics->late, &et_sysmem, &et_histogram_us) != 0 ||
        et_histogram_new(&metrics->latency, &et_sysmem, &coarse) != 0 ||
        et_histogram_new(&metrics->ttft, &et_sysmem, &coarse) != 0) {
        et_metrics_free(metrics);
        return ET_NOMEM;
    }
    *out = metrics;
    return 0;
}

void et_metrics_free(struct et_metrics *metrics)
{
    if (!metrics)
        return;
    et_histogram_free(metrics->late);
    et_histogram_free(metrics->latency);
    et_histogram_free(metrics->ttft);
    pthread_mutex_destroy(&metrics->lock);
    et_mem_give(&et_sysmem, metrics, sizeof *metrics);
}

static void add_usage(struct et_usage *into, const struct et_usage *usage)
{
    into->prompt += usage->prompt;
    into->cached += usage->cached;
    into->written += usage->written;
    into->completion += usage->completion;
    into->reasoning += usage->reasoning;
}

void et_metrics_begin(struct et_metrics *metrics, const struct et_metrics_answer *answer)
{
    struct et_metrics_counts *counts = &metrics->counts;
    assert(answer->status < ET_STATUSES);
    assert((unsigned)answer->miss < ET_MISSES);
    pthread_mutex_lock(&metrics->lock);
    counts->requests[answer->endpoint][answer->status]++;
    for (uint64_t rest = answer->faults; rest; rest &= rest - 1)
        counts->faults[__builtin_ctzll(rest)]++;
    add_usage(&counts->tokens, &answer->usage);
    counts->cache_hits += answer->usage.cached > 0;
    counts->misses[answer->miss]++;
    counts->open++;
    counts->open_streams += answer->streams;
    pthread_mutex_unlock(&metrics->lock);
}

void et_metrics_end(struct et_metrics *metrics, const struct et_metrics_end *end)
{
    struct et_metrics_counts *counts = &metrics->counts;
    uint64_t latency = end->latency / ET_US, ttft = end->ttft / ET_US;
    pthread_mutex_lock(&metrics->lock);
    counts->open--;
    counts->open_streams -= end->streams;
    counts->gone += end->gone;
    counts->answered += !end->gone;
    if (!end->gone) {
        et_histogram_record(metrics->latency, latency);
        counts->latency_us += latency;
    }
    if (end->streams && end->ttft != ET_NEVER) {
        et_histogram_record(metrics->ttft, ttft);
        counts->ttft_us += ttft;
    }
    pthread_mutex_unlock(&metrics->lock);
}

void et_metrics_left(struct et_metrics *metrics, et_ns late, uint64_t steps)
{
    pthread_mutex_lock(&metrics->lock);
    et_histogram_record_n(metrics->late, late / ET_US, steps);
    metrics->counts.late_us += late / ET_US * steps;
    pthread_mutex_unlock(&metrics->lock);
}

void et_metrics_held_up(struct et_metrics *metrics, uint64_t steps)
{
    pthread_mutex_lock(&metrics->lock);
    metrics->counts.held_up += steps;
    pthread_mutex_unlock(&metrics->lock);
}

static void add_counts(struct et_metrics_counts *into, const struct et_metrics_counts *from)
{
    for (size_t i = 0; i < ET_ENDPOINTS; i++)
        for (size_t status = 0; status < ET_STATUSES; status++)
            into->requests[i][status] += from->requests[i][status];
    for (size_t i = 0; i < ET_FAULTS; i++)
        into->faults[i] += from->faults[i];
    add_usage(&into->tokens, &from->tokens);
    into->cache_hits += from->cache_hits;
    for (size_t i = 0; i < ET_MISSES; i++)
        into->misses[i] += from->misses[i];
    into->open += from->open;
    into->open_streams += from->open_streams;
    into->answered += from->answered;
    into->gone += from->gone;
    into->held_up += from->held_up;
    into->late_us += from->late_us;
    into->latency_us += from->latency_us;
    into->ttft_us += from->ttft_us;
}

void et_metrics_add(struct et_metrics *into, struct et_metrics *from)
{
    pthread_mutex_lock(&from->lock);
    add_counts(&into->counts, &from->counts);
    et_histogram_add(into->late, from->late);
    et_histogram_add(into->latency, from->latency);
    et_histogram_add(into->ttft, from->ttft);
    pthread_mutex_unlock(&from->lock);
}

void et_metrics_clear(struct et_metrics *metrics)
{
    pthread_mutex_lock(&metrics->lock);
    metrics->counts = (struct et_metrics_counts){.open = metrics->counts.open,
                                                 .open_streams = metrics->counts.open_streams};
    et_histogram_reset(metrics->late);
    et_histogram_reset(metrics->latency);
    et_histogram_reset(metrics->ttft);
    pthread_mutex_unlock(&metrics->lock);
}
