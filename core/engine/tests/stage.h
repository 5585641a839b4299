/* SPDX-License-Identifier: MIT */
/* A stage for the engine: clients, an upstream that says what the test tells it to, and a clock
 * moved by hand.
 *
 *     struct stage *stage = stage_new(NULL, &support_heap);   NULL: the defaults below
 *     stage_ask(stage, &(struct ask){.id = 1, .text = "Hello"});
 *     stage_answer(stage, stage_call(stage, 1), "Hi");
 *     assert_answered(stage, 1, "Hi");
 *     stage_free(stage);
 *
 * Whatever the engine says is checked as it comes (stage.c, act): the order of a client's actions,
 * that calls, cancels and rows belong together, slots, tries and probes.  A broken rule fails the
 * test at once. */
#ifndef ET_ENGINE_TESTS_STAGE_H
#define ET_ENGINE_TESTS_STAGE_H

#include "core/base/tests/support.h"

#include "core/engine/engine.h"
#include "core/openai/reader.h"

enum { STAGE_IDS = 1 << 14, STAGE_TRANSITIONS = 512, STAGE_MODELS = 128 };

struct stage_client {
    bool open, hung_up, head, ended, aborted, rowed;
    bool stream;
    unsigned status;
    et_ns retry_after;
    enum et_source source;
    enum et_route_step step;
    const char *why;
    struct et_text got; /* all DATA */
    struct et_request_row row;
    char model[64]; /* of the row */
    uint32_t calls, attempt_rows;
    uint64_t cost_pico; /* of the attempt rows */
};

struct stage_call {
    et_id request;
    bool open, over, rowed; /* over: ended or cancelled */
    bool stream, cancelled;
    size_t epoch; /* how often its model's breaker had changed when it began */
    et_ns at;
    char *body;
    struct stage_model *model;
    struct et_attempt_row row;
};

/* What the rows say of one model's breaker. */
struct stage_model {
    char name[64];
    const char *state;
    size_t changes;
    uint32_t probes_out; /* calls let through while half open and not given back */
    bool told;           /* it changed in this round */
};

struct stage {
    struct et_engine_config config;
    struct et_engine *engine;
    struct et_catalogue *catalogue;
    et_ns now;
    struct stage_client *clients; /* by id */
    struct stage_call *calls;     /* by id */
    et_id newest_call;
    uint32_t open_clients, open_calls;
    struct stage_model models[STAGE_MODELS];
    struct et_transition_row transitions[STAGE_TRANSITIONS];
    size_t transition_count;
    uint64_t trace; /* rolling hash of everything the engine said */
    int err;        /* of the newest ARRIVED */
};

/* Ready to use: every stage on but routing, no jitter on TTLs, retries after 1 s, gpt-4o for $1 and
 * $4. */
void stage_defaults(struct et_engine_config *config);

/* NULL if memory is refused; only the engine's comes from `mem`.  A catalogue of the config's own
 * is used instead of that of one model. */
struct stage *stage_new(const struct et_engine_config *config, const struct et_mem *mem);
void stage_free(struct stage *stage);

struct ask {
    et_id id;
    const char *text; /* of the user's message */
    const char *model, *tenant, *use_case;
    const char *members; /* more of the body, with a leading comma */
    const char *body;    /* all of it instead */
    bool stream, usage;  /* usage: stream_options.include_usage */
    enum et_priority priority;
};

void stage_ask(struct stage *stage, const struct ask *ask);
void stage_ask_many(struct stage *stage, et_id from, et_id to, const struct ask *like);
void stage_hang_up(struct stage *stage, et_id id);

/* Moves the clock, ticking whenever the engine asked for it. */
void stage_to(struct stage *stage, et_ns now);

et_id stage_call(const struct stage *stage, et_id request); /* its open call; 0: none */

/* What upstream does; events of a call that is over are fed too, as a driver's race would. */
struct head {
    unsigned status;
    bool stream;
    const char *retry_after, *retry_after_ms, *should_retry;
};
void stage_head(struct stage *stage, et_id call, const struct head *head);
void stage_data(struct stage *stage, et_id call, const char *bytes);
void stage_done(struct stage *stage, et_id call);
void stage_fail(struct stage *stage, et_id call);

/* All of a good answer, in the form the call asked for: 10 prompt and 5 completion tokens. */
void stage_answer(struct stage *stage, et_id call, const char *content);
/* The same with another finish_reason. */
void stage_finish(struct stage *stage, et_id call, const char *content, const char *reason);
void stage_error(struct stage *stage, et_id call, const struct head *head); /* with a JSON body */

/* The parts of such a stream. */
#define STAGE_CHUNK(content)                                                                       \
    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"             \
    "\"model\":\"gpt-4o-2024-08-06\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" content  \
    "\"},\"finish_reason\":null}]}\n\n"
#define STAGE_DONE "data: [DONE]\n\n"

/* The content of the client's answer, read as any client would. */
void stage_read(struct stage *stage, et_id id, char *content, size_t room);
void assert_answered(struct stage *stage, et_id id, const char *content);
void assert_ended(struct stage *stage, et_id id, enum et_end end, unsigned status);
void assert_idle(struct stage *stage); /* nobody and nothing is left */

#define STAGE_COST 30000000 /* 10 x $1 + 5 x $4 per 1M tokens, in pico-dollars */

#endif
