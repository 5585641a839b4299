/* SPDX-License-Identifier: MIT */
/* What a worker of the mock counts, and how that is told.
 *
 *     et_metrics_new(&metrics)                                  one per worker
 *     et_metrics_begin, _end, _left                             by the worker, as things happen
 *
 *     et_metrics_new(&sum)                                      by whoever wants to know
 *     et_metrics_add(sum, metrics)                              of each worker, on any thread
 *     et_metrics_print(sum, &text)                              for Prometheus; or read sum->counts
 *
 * Each call takes the lock of its metrics, which nobody else wants but a reader: 20 ns. */
#ifndef ET_MOCK_METRICS_H
#define ET_MOCK_METRICS_H

#include "core/base/ns.h"
#include "core/base/text.h"
#include "core/measure/histogram.h"
#include "core/openai/usage.h"
#include "mock_openai/brain_cache_settings.h"

#include <pthread.h>

enum et_endpoint { /* an unknown path is OTHER, so that clients cannot invent series */
                   ET_ENDPOINT_CHAT,
                   ET_ENDPOINT_RESPONSES,
                   ET_ENDPOINT_EMBEDDINGS,
                   ET_ENDPOINT_MODELS,
                   ET_ENDPOINT_COMPLETIONS,
                   ET_ENDPOINT_MODERATIONS,
                   ET_ENDPOINT_OTHER,
                   ET_ENDPOINTS
};
extern const char *const et_endpoint_paths[ET_ENDPOINTS]; /* "/v1/chat/completions" … "other" */
enum et_endpoint et_endpoint_of(struct et_slice target);  /* a path below one counts as it */

enum { ET_STATUSES = 600, ET_FAULTS = 64, ET_MISSES = 16 };

struct et_metrics_counts {
    uint64_t requests[ET_ENDPOINTS][ET_STATUSES]; /* by status; 0: reset before a head */
    uint64_t faults[ET_FAULTS];                   /* by enum et_fault_kind */
    struct et_usage tokens;
    uint64_t cache_hits;                   /* requests that read something from the prompt cache */
    uint64_t misses[ET_MISSES];            /* by enum et_prompt_miss: why not more was read */
    uint64_t open, open_streams;           /* answers under way */
    uint64_t answered;                     /* played to their end, errors and faults included */
    uint64_t gone;                         /* clients that hung up before */
    uint64_t held_up;                      /* steps that waited for their client to read */
    uint64_t late_us, latency_us, ttft_us; /* sums of what the histograms hold */
};

struct et_metrics { /* counts and histograms are for readers of a sum of their own */
    pthread_mutex_t lock;
    struct et_metrics_counts counts;
    struct et_histogram *late;    /* us, one per step: behind the instant the brain set */
    struct et_histogram *latency; /* us, of whole answers: from the request to the last step */
    struct et_histogram *ttft;    /* us, of streams: to the first piece of the body */
};

int et_metrics_new(struct et_metrics **out) ET_MUST_CHECK; /* ET_NOMEM */
void et_metrics_free(struct et_metrics *metrics);

struct et_metrics_answer {
    enum et_endpoint endpoint;
    unsigned status; /* below ET_STATUSES */
    uint64_t faults; /* 1 << kind */
    struct et_usage usage;
    enum et_prompt_miss miss;
    bool streams;
};
void et_metrics_begin(struct et_metrics *metrics, const struct et_metrics_answer *answer);

struct et_metrics_end {
    bool streams, gone;
    et_ns latency;
    et_ns ttft; /* ET_NEVER: there was no body */
};
void et_metrics_end(struct et_metrics *metrics, const struct et_metrics_end *end);

/* `steps` left, so late; or waited for the client. */
void et_metrics_left(struct et_metrics *metrics, et_ns late, uint64_t steps);
void et_metrics_held_up(struct et_metrics *metrics, uint64_t steps);

void et_metrics_add(struct et_metrics *into, struct et_metrics *from);
void et_metrics_clear(struct et_metrics *metrics); /* all but what is under way */

/* Prometheus text format 0.0.4.  A value counts as at most `le` when its counter in the histogram
 * begins there: they are 1 % wide, those of lateness 0.1 %. */
void et_metrics_print(const struct et_metrics *sum, struct et_text *out);

/* One family without labels, for others who add to the page. */
void et_metrics_family(struct et_text *out, const char *name, const char *type, const char *help);
void et_metrics_value(struct et_text *out, const char *name, uint64_t value);

#endif
