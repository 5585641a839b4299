/* SPDX-License-Identifier: MIT */
/* OpenAI's rate limits: for each caller and model buckets of requests a minute and a day and of
 * tokens a minute, for each project and model another of tokens, and how fast they rise.
 *
 *     et_limits_init(&limits, &settings, mem)
 *     struct et_limit_claim claim = {.caller = &caller, .model = model->id, .requests = 1, …};
 *     et_limits_take(&limits, &claim, now, &answer)       takes from all buckets, or from none
 *     et_limits_free(&limits)
 *
 * What is charged, and when:
 * - Before anything is answered, by what the request looks like (et_limits_estimate), and never
 *   given back: cached prompt tokens count, and so do requests that fail later.
 * - A request refused with 400 after its model was found takes one request and no tokens.
 * - A request refused by a limit takes nothing, unless settings.count_refused.  The guide says
 *   that "unsuccessful requests contribute to your per-minute limit", the wording of every captured
 *   429 has it otherwise: what is used never exceeds the limit there, and the wait it names would
 *   be wrong.  So a client that waits as it was told is let in.  With count_refused it takes one
 *   request, while there are any, and the wait allows for it. */
#ifndef ET_MOCK_BRAIN_LIMITS_H
#define ET_MOCK_BRAIN_LIMITS_H

#include "core/openai/error.h"
#include "mock_openai/brain_bucket.h"
#include "mock_openai/brain_caller.h"
#include "mock_openai/brain_quota.h"
#include "mock_openai/brain_table.h"

struct et_limits {
    struct et_table table;             /* private */
    struct et_limit_settings settings; /* changed by et_limits_set alone */
    uint64_t version;                  /* private: of the settings */
    bool unlimited;                    /* private: they say nothing */
};

struct et_limit_claim {
    const struct et_caller *caller;
    struct et_slice model; /* id; kept */
    uint64_t requests;     /* 1, or 0: only to see how things stand */
    uint64_t tokens;
};

/* What the headers of an answer say about one bucket. */
struct et_limit_state {
    uint64_t limit; /* 0: no such limit */
    uint64_t used;  /* rounded up */
    uint64_t remaining;
    et_ns reset;
};

enum et_limit {
    ET_LIMIT_REQUESTS_A_MINUTE,
    ET_LIMIT_REQUESTS_A_DAY,
    ET_LIMIT_TOKENS,
    ET_LIMIT_PROJECT_TOKENS,
    ET_LIMIT_BUCKETS, /* how many have a bucket */
    ET_LIMIT_RAMP,
    ET_LIMIT_NOT_OFFERED /* the model, in this tier */
};

struct et_limit_answer {
    struct et_limit_state states[ET_LIMIT_BUCKETS]; /* by enum et_limit */
    bool granted;
    enum et_limit by; /* which refused: of several, the one to be waited for longest */
    uint64_t asked;   /* of it */
    et_ns wait;       /* until all allow it; ET_NEVER: they never will */
};

/* Settings are copied, what they point at is kept. */
void et_limits_init(struct et_limits *limits, const struct et_limit_settings *settings,
                    const struct et_mem *mem);
void et_limits_free(struct et_limits *limits);

/* From now on; what is used stays used. */
void et_limits_set(struct et_limits *limits, const struct et_limit_settings *settings);

/* Only the 65,536 buckets used last are remembered.  ET_NOMEM. */
int et_limits_take(struct et_limits *limits, const struct et_limit_claim *claim, et_ns now,
                   struct et_limit_answer *out) ET_MUST_CHECK;

/* Whose buckets they are; NUL-terminated, empty where the limits do not tell them apart. */
struct et_limits_name {
    struct et_slice model; /* id of the model whose limits they are; kept */
    char organization[ET_CALLER_NAME_MAX + 1], project[ET_CALLER_NAME_MAX + 1];
    char key_end[5]; /* its last four characters */
};

/* The buckets in place `*place`, from 0 on, as they stand at `now`.  PROJECT_TOKENS stands in a row
 * of its own.  False: that was the last. */
struct et_limits_row {
    struct et_limits_name name;
    struct et_limit_state states[ET_LIMIT_BUCKETS]; /* by enum et_limit; a limit of 0: not here */
};
bool et_limits_next(const struct et_limits *limits, et_ns now, size_t *place,
                    struct et_limits_row *row);

/* What the requests headers describe: the bucket of the day, if there is one. */
const struct et_limit_state *et_limit_requests(const struct et_limit_answer *answer);

/* The 429 for an answer that was not granted; `free_tier` adds what OpenAI says to those. */
void et_limits_refuse(const struct et_limit_answer *answer, const struct et_limit_claim *claim,
                      bool free_tier, struct et_api_error *error);

/* What is charged to the tokens for a prompt of so many characters and an answer of at most so many
 * tokens; 0: the request does not say.  Captures without a maximum fit 16 + characters / 4, and
 * with one the guide says the larger of it and the estimate. */
uint64_t et_limits_estimate(uint64_t characters, uint64_t tokens_max);

#endif
