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
#include "mock_openai/brain_fault_plan.h"
#include "mock_openai/brain_profile.h"
#include "mock_openai/brain_quota.h"
#include "mock_openai/brain_rules.h"

struct et_brain_config {
    uint64_t seed;
    const struct et_catalogue *catalogue;  /* kept */
    const struct et_vocab *o200k, *cl100k; /* kept */
    const struct et_profile *profiles;     /* kept; the one without a model must be there */
    size_t profile_count;
    const struct et_fault_rule *rules; /* copied; they pass et_fault_rules_check */
    size_t rule_count;
    et_ns rules_from;                     /* the instant that their times count from */
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
    bool fixtures;                       /* those of the state answer, and nothing else does */
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

/* In the place of all rules so far; they are copied, and what is under way keeps its faults.
 * ET_NOMEM, and then nothing has changed. */
int et_brain_state_set_faults(struct et_brain_state *state, const struct et_fault_rule *rules,
                              size_t count, et_ns from) ET_MUST_CHECK;

/* A copy of the rules as they are now, for et_fault_plan_free with the same memory.  ET_NOMEM. */
int et_brain_state_faults(struct et_brain_state *state, struct et_fault_plan *out,
                          const struct et_mem *mem) ET_MUST_CHECK;

/* The chance that a new connection is refused, in millionths, and until when it is that. */
uint32_t et_brain_state_refuses(struct et_brain_state *state, et_ns now, et_ns *until);

/* Of the schedule of faults: equal for equal requests, in whatever order they came. */
uint64_t et_brain_state_digest(struct et_brain_state *state);

int et_brain_new(struct et_brain **out, const struct et_brain_config *config,
                 const struct et_mem *mem) ET_MUST_CHECK;
void et_brain_free(struct et_brain *brain);
struct et_brain_state *et_brain_state_of(struct et_brain *brain); /* its own, or the shared one */

/* Whether the next connection, counted over all that share the state, is let in. */
bool et_brain_admits(struct et_brain *brain, et_ns now);

/* One request of a client, as the server's parser or the simulator saw it.  Borrowed. */
struct et_brain_request {
    struct et_slice method, target; /* "POST", "/v1/chat/completions" */
    struct et_slice body;
    struct et_slice authorization;     /* value of that header; empty: none */
    struct et_slice organization;      /* OpenAI-Organization */
    struct et_slice project;           /* OpenAI-Project */
    struct et_slice client_request_id; /* X-Client-Request-Id */
    struct et_slice fault;             /* x-etalon-fault; see brain_faults.h */
    struct et_slice answer_tokens; /* x-etalon-answer-tokens: exactly so many, if limits allow */
    const struct et_http_field *fields; /* all of the head, for rules that look at others */
    size_t field_count;
    bool connected; /* whether to refuse its connection was decided before */
};

struct et_reply;

/* ET_NOMEM only; everything a client does wrong is an answer. */
int et_brain_ask(struct et_brain *brain, const struct et_brain_request *request, et_ns now,
                 struct et_reply **out) ET_MUST_CHECK;

enum et_reply_kind {
    ET_REPLY_HEAD,  /* status and headers */
    ET_REPLY_DATA,  /* bytes of the body */
    ET_REPLY_END,   /* the body is whole */
    ET_REPLY_CUT,   /* close the connection without ending the body */
    ET_REPLY_RESET, /* reset the connection */
    ET_REPLY_CLOSE, /* the body is whole; close the connection, whatever the head promised */
    ET_REPLY_STRAY, /* bytes behind the announced end of the body */
    ET_REPLY_TEAR   /* bytes of an HTTP chunk that announces more, then CUT */
};

/* When memory for a step is refused the connection is reset, as by a server that ran out of it. */
struct et_reply_step {
    et_ns at; /* absolute, never before the step before it */
    enum et_reply_kind kind;
    struct et_slice bytes; /* DATA, STRAY, TEAR; borrowed until the next call */
    bool apart; /* the bytes leave by themselves, not together with what is due as well */
};

bool et_reply_next(struct et_reply *reply, struct et_reply_step *step); /* false: nothing more */
void et_reply_free(struct et_reply *reply);

/* Status and headers, content-type first, without framing (content-length, transfer-encoding). */
unsigned et_reply_status(const struct et_reply *reply);
const struct et_http_field *et_reply_fields(const struct et_reply *reply, size_t *count);

/* The body's length when it is known beforehand (JSON), UINT64_MAX for a stream.  A fault can make
 * it a lie. */
uint64_t et_reply_body_bytes(const struct et_reply *reply);
bool et_reply_one_byte(const struct et_reply *reply); /* each write is to be one byte */

/* What the mock knows of this answer, for its own books. */
struct et_reply_facts {
    struct et_usage usage;          /* zero for errors */
    enum et_fault_kind fault;       /* applied: the ending one if there is one */
    uint64_t faults;                /* all of them, as 1 << kind */
    struct et_slice model;          /* resolved; empty when unknown */
    enum et_prompt_miss cache_miss; /* why not more of the prompt was cached … */
    uint64_t cache_missed;          /* … and how many tokens more could have been */
};
struct et_reply_facts et_reply_facts(const struct et_reply *reply);

#endif
