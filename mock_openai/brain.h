/* SPDX-License-Identifier: MIT */
/* What would OpenAI answer, and when: a pure function of (seed, settings, request, how often this
 * request was seen, now).  No socket, no clock, no chance of its own.
 *
 *     et_brain_new(&brain, &config, mem)
 *     et_brain_ask(brain, &request, now, &reply)     one call of a client
 *     while (et_reply_next(reply, &step))            what leaves, and at which instant
 *         at step.at do step.kind
 *     et_reply_free(reply)                           at any time, also half played
 *
 * Who asks decides every draw: the client's X-Client-Request-Id if it sends one, otherwise a hash
 * of the body; and the path.  A text and its length depend on nothing else, so that asking again
 * gets the same answer; latency, faults and ids depend on how often it was seen too (a retry draws
 * anew).  Nothing depends on the order in which different requests arrive, except what depends on
 * it at OpenAI too: rate limits, the prompt cache and the queue in front of a model that runs only
 * so many requests at a time (brain_profile.h), which follow `now`. */
#ifndef ET_MOCK_BRAIN_H
#define ET_MOCK_BRAIN_H

#include "core/http/field.h"
#include "core/openai/usage.h"
#include "core/prices/catalogue.h"
#include "core/tokens/tokens.h"
#include "mock_openai/brain_access.h"
#include "mock_openai/brain_cache_settings.h"
#include "mock_openai/brain_profile.h"
#include "mock_openai/brain_quota.h"
#include "mock_openai/brain_rules.h"

/* Chunks are those with text, and an `after` behind the last one means behind it.  A plain answer
 * has no chunks: STALL and CUT come in its middle, ERROR_EVENT is a status 500. */
enum et_fault_kind {
    ET_FAULT_NONE,
    ET_FAULT_STATUS,     /* an error status instead of an answer */
    ET_FAULT_STALL_HEAD, /* nothing for `pause`, then the answer */
    ET_FAULT_STALL,      /* nothing for `pause` after `after` chunks, then the rest */
    ET_FAULT_CUT,   /* the connection ends cleanly after `after` chunks, the answer unfinished */
    ET_FAULT_RESET, /* TCP reset after `after` bytes of the body; 0: before the head */
    ET_FAULT_ERROR_EVENT /* an error event after `after` chunks, and the end */
};

struct et_fault {
    enum et_fault_kind kind;
    unsigned status;      /* STATUS: 400 to 599 */
    struct et_slice code; /* STATUS: error code; empty: the usual one */
    et_ns retry_after;    /* STATUS: sent as retry-after and retry-after-ms; ET_NEVER: not sent */
    int should_retry;     /* STATUS: x-should-retry; -1: not sent, 0 false, 1 true */
    uint64_t after;       /* chunks or bytes, see above */
    et_ns pause;
};

/* A fault that some requests get.  Each rule is drawn on its own; the first that hits is applied,
 * so the chance of the nth rule is its own times that of none before it. */
struct et_fault_rule {
    struct et_fault fault;
    uint32_t ppm;            /* chance per request, in millionths */
    et_ns from_at, until_at; /* active in [from_at, until_at) */
    struct et_slice model;   /* empty: every model */
};

struct et_brain_config {
    uint64_t seed;
    const struct et_catalogue *catalogue;  /* kept */
    const struct et_vocab *o200k, *cl100k; /* kept */
    const struct et_profile *profiles;     /* kept; the one without a model must be there */
    size_t profile_count;
    const struct et_fault_rule *rules; /* kept */
    size_t rule_count;
    const struct et_answer_rule *answers; /* kept */
    size_t answer_count;
    struct et_limit_settings limits;     /* zero: none */
    struct et_access_settings access;    /* zero: any key will do */
    struct et_prompt_cache_config cache; /* of prompts */
    size_t seen_max;                     /* requests whose occurrences are counted; 0: 1,048,576 */
    et_day today;                        /* which models are shut down */
    uint64_t epoch;                      /* Unix seconds at now = 0, for `created` */
    bool instant;                        /* no latency drawn: everything leaves at `now` */
    bool created_fixed;                  /* ids and times are a function of the request alone */
    unsigned embedding_dimensions;       /* 0: as the model says */
    const struct et_encoder *encoder;    /* kept; embeddings by meaning.  NULL: of hashed words */
    struct et_brain_state *state;        /* kept; NULL: one of its own */
};

struct et_brain;
struct et_brain_state; /* what is remembered between requests; brain_state.h */

/* Keeps several threads apart that share a state.  All NULL: there is but one. */
struct et_brain_lock {
    void (*hold)(void *ctx);
    void (*let)(void *ctx);
    void *ctx;
};

/* Of the configuration, sizes and limits count here.  `lock` is copied and may be NULL. */
int et_brain_state_new(struct et_brain_state **out, const struct et_brain_config *config,
                       const struct et_brain_lock *lock, const struct et_mem *mem) ET_MUST_CHECK;
void et_brain_state_free(struct et_brain_state *state);

int et_brain_new(struct et_brain **out, const struct et_brain_config *config,
                 const struct et_mem *mem) ET_MUST_CHECK;
void et_brain_free(struct et_brain *brain);

/* One request of a client, as the server's parser or the simulator saw it.  Borrowed. */
struct et_brain_request {
    struct et_slice method, target; /* "POST", "/v1/chat/completions" */
    struct et_slice body;
    struct et_slice authorization;     /* value of that header; empty: none */
    struct et_slice organization;      /* OpenAI-Organization */
    struct et_slice project;           /* OpenAI-Project */
    struct et_slice client_request_id; /* X-Client-Request-Id */
    struct et_slice fault;             /* x-etalon-fault: KIND[; key=value]… */
    struct et_slice answer_tokens; /* x-etalon-answer-tokens: exactly so many, if limits allow */
    const struct et_http_field *fields; /* all of the head, for rules that look at others */
    size_t field_count;
};

struct et_reply;

/* ET_NOMEM only; everything a client does wrong is an answer. */
int et_brain_ask(struct et_brain *brain, const struct et_brain_request *request, et_ns now,
                 struct et_reply **out) ET_MUST_CHECK;

enum et_reply_kind {
    ET_REPLY_HEAD, /* status and headers */
    ET_REPLY_DATA, /* bytes of the body */
    ET_REPLY_END,  /* the body is whole */
    ET_REPLY_CUT,  /* close the connection without ending the body */
    ET_REPLY_RESET /* reset the connection */
};

/* When memory for a step is refused the connection is reset, as by a server that ran out of it. */
struct et_reply_step {
    et_ns at; /* absolute, never before the step before it */
    enum et_reply_kind kind;
    struct et_slice bytes; /* DATA; borrowed until the next call */
};

bool et_reply_next(struct et_reply *reply, struct et_reply_step *step); /* false: nothing more */
void et_reply_free(struct et_reply *reply);

/* Status and headers, content-type first, without framing (content-length, transfer-encoding). */
unsigned et_reply_status(const struct et_reply *reply);
const struct et_http_field *et_reply_fields(const struct et_reply *reply, size_t *count);

/* The body's length when it is known beforehand (JSON), UINT64_MAX for a stream. */
uint64_t et_reply_body_bytes(const struct et_reply *reply);

/* What the mock knows of this answer, for its own books. */
struct et_reply_facts {
    struct et_usage usage;          /* zero for errors */
    enum et_fault_kind fault;       /* applied */
    struct et_slice model;          /* resolved; empty when unknown */
    enum et_prompt_miss cache_miss; /* why not more of the prompt was cached … */
    uint64_t cache_missed;          /* … and how many tokens more could have been */
};
struct et_reply_facts et_reply_facts(const struct et_reply *reply);

#endif
