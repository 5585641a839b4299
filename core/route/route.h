/* SPDX-License-Identifier: MIT */
/* Which model a request goes to, with how many answer tokens, what comes next when that model
 * fails, and why.
 *
 *     struct et_route_decision decision;
 *     et_route_decide(policy, catalogue, &ask, &decision);
 *     for (i = 0; i < decision.choice_count; i++)
 *         try(&decision.choices[i]);                    in this order, the best first
 *     say(decision.prepared);                           when all failed; empty: an error
 *
 * The first choice, by what is said first: the use case's model, the model of its complexity, the
 * policy's, the one the client asks for; under load the lighter one of it, unless the request is
 * critical or that one may not answer.  Then, if there is a fallback: another dated snapshot, and
 * the weaker models.
 *
 * Never a choice: a model the catalogue does not know (unless the policy allows it), none for
 * chats or for chat completions, one that is shut down on the day, one whose context or input
 * cannot hold the prompt and the answer's room, one whose output cannot be as long as the client
 * asks; and no model twice. What a catalogue leaves unstated (0) limits nothing.
 *
 * Pure; nothing allocates or can fail.  The decision borrows from policy, ask and catalogue. */
#ifndef ET_ROUTE_ROUTE_H
#define ET_ROUTE_ROUTE_H

#include "core/route/policy.h"
#include "core/route/reason.h"

#define ET_ROUTE_TOKENS_UNKNOWN UINT64_MAX
#define ET_ROUTE_LARGER_RATE    ((et_pico)5000000) /* $5 per million output tokens, standard tier */

struct et_route_ask {
    struct et_slice model, use_case; /* as the client says; the use case may be empty */
    uint64_t max_tokens;             /* the client's own limit, which always wins; 0: none */
    bool critical;
    bool loaded; /* et_route_loaded; with `load` in thousandths */
    uint32_t load;
    et_day day;
    /* Prompt tokens as `model` counts them, or ET_ROUTE_TOKENS_UNKNOWN; asked only when it matters.
     */
    uint64_t (*tokens)(void *ctx, struct et_slice model);
    void *ctx;
};

enum et_route_step {
    ET_STEP_BEST,
    ET_STEP_SNAPSHOT,
    ET_STEP_WEAKER,
    ET_STEP_PREPARED /* no model: never in `choices` */
};
extern const char *const et_route_step_names[]; /* "best", "snapshot", "weaker", "prepared", NULL */

struct et_route_choice {
    struct et_slice model;
    const struct et_model *facts; /* NULL: not of the catalogue */
    enum et_route_step step;
    uint64_t max_tokens;         /* 0: say nothing; the client's own is repeated here */
    struct et_slice instruction; /* of a weaker step */
    uint64_t prompt_max;         /* the prompt must be cut to so many tokens; 0: it fits */
};

enum et_route_refusal { /* why there is no choice at all: what was wrong with the first model */
                        ET_REFUSAL_NONE,
                        ET_REFUSAL_UNKNOWN,
                        ET_REFUSAL_NOT_CHAT,
                        ET_REFUSAL_RESPONSES, /* a chat model, but of /v1/responses alone */
                        ET_REFUSAL_ENDED,
                        ET_REFUSAL_TOO_LONG /* context, input or output */
};

enum { ET_ROUTE_CHOICES_MAX = ET_ROUTE_WEAKER_MAX + 2, ET_ROUTE_REASONS_MAX = 32 };

struct et_route_decision {
    const struct et_route_use_case *use_case; /* NULL: none of the policy's */
    enum et_complexity complexity;            /* MEDIUM when nobody asked for it */
    struct et_slice first;                    /* the first model, whether it may answer or not */
    enum et_route_refusal refusal;            /* of that one */
    struct et_route_choice choices[ET_ROUTE_CHOICES_MAX];
    size_t choice_count;
    struct et_slice prepared;
    enum et_route_reason_kind why; /* the first choice, in one word: of what came last */
    struct et_route_reason reasons[ET_ROUTE_REASONS_MAX]; /* all of them, in order */
    size_t reason_count;                                  /* at least 1 */
};

/* A model that the client names and nobody knows is refused, whatever the fallback is: it is the
 * client's mistake. */
void et_route_decide(const struct et_route_policy *policy, const struct et_catalogue *catalogue,
                     const struct et_route_ask *ask, struct et_route_decision *out);

/* Whether it is loaded now, when it was so before or not. */
bool et_route_loaded(const struct et_route_load *load, bool before, uint32_t load_milli);

/* NULL: the policy has none of that name. */
const struct et_route_use_case *et_route_use_case(const struct et_route_policy *policy,
                                                  struct et_slice name);

/* The answer tokens `name` has by the policy's table, before any cap, and who says so. */
uint64_t et_route_limit(const struct et_route_limits *limits, struct et_slice name,
                        const struct et_model *facts, et_day day, enum et_route_limit_by *by);

/* Another dated name of the same model: a snapshot that `name` does not stand for, else the one it
 * does, else the undated name.  Empty: none. */
struct et_slice et_route_snapshot(const struct et_model *facts, struct et_slice name);

#endif
