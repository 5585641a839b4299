/* SPDX-License-Identifier: MIT */
/* The inside of a brain, of a request it answers and of a reply, for the files of the brain alone.
 *
 *     brain.c         who asks for what               endpoints, each looks at the request, then
 *     brain_ask.c     model, refusals                 fills the reply:
 *     brain_door.c    key, money, limits
 *     brain_admit.c   faults                              brain_chat.c   ─┐ brain_talk.c: what they
 *     brain_state.h   what is remembered                  …              ─┘ have in common
 *     brain_reply.c   status, headers, the body           brain_embed.c
 *     brain_stream.h  an answer bit by bit                brain_models.c
 *     brain_play.c    what leaves when                 brain_mangle.h  the same, with faults
 */
#ifndef ET_MOCK_BRAIN_PARTS_H
#define ET_MOCK_BRAIN_PARTS_H

#include "core/base/arena.h"
#include "core/openai/chat.h"
#include "core/openai/chat_print.h"
#include "core/openai/embeddings.h"
#include "mock_openai/brain.h"
#include "mock_openai/brain_fault_plan.h"
#include "mock_openai/brain_faults.h"
#include "mock_openai/brain_mangle.h"
#include "mock_openai/brain_manners.h"
#include "mock_openai/brain_pace.h"
#include "mock_openai/brain_state.h"
#include "mock_openai/brain_stream.h"

struct et_brain {
    const struct et_mem *mem;
    struct et_brain_config config;      /* as given */
    const struct et_profile **speeds;   /* one for each model of the catalogue, by its number */
    struct et_tokenizer *tokenizers[2]; /* by enum et_encoding */
    struct et_meaning *meaning;         /* NULL: embeddings are of hashed words */
    struct et_brain_state *state;
    bool owns_state;
    struct et_text scratch; /* the text of the answer at hand */
    struct et_arena arena;  /* of the request at hand; its first block is kept for the next */
};

enum { ET_REPLY_FIELDS = 24, ET_REPLY_VALUES = 768, ET_REPLY_BODY_MAX = 1 << 28 };
enum { ET_REPLY_ARENA_BLOCK = 1024, ET_ASK_ARENA_BLOCK = 32 << 10 };

enum et_reply_phase { ET_PLAY_HEAD, ET_PLAY_BODY, ET_PLAY_OVER };

/* What every object of an answer says of itself. */
struct et_signature {
    struct et_slice id;
    uint64_t created; /* Unix seconds */
    struct et_slice model;
    struct et_slice fingerprint; /* data NULL: none */
    struct et_slice tier;        /* service tier that was used; empty: "default" */
    struct et_slice stamp;       /* what each event begins with; empty: not printed yet */
    bool include_usage;          /* in a stream, at its end */
    bool logprobs;
    size_t top_logprobs;
    bool writes_billed; /* usage tells what was written to the prompt cache */
    void *own;          /* of the endpoint, in the reply's arena */
};

struct et_reply {
    const struct et_mem *mem;
    unsigned status;
    struct et_http_field fields[ET_REPLY_FIELDS];
    size_t field_count;
    char values[ET_REPLY_VALUES]; /* of fields, and other short texts of this reply */
    size_t value_bytes;
    struct et_reply_facts facts;
    struct et_fault_set *faults;      /* NULL: none, and then there is no … */
    struct et_api_error *error_event; /* of a fault that ends the stream with one; in the arena */
    struct et_mangle *mangle;         /* … in the arena, once the reply is ready */
    struct et_manners manners;        /* in which it tells of limits */
    et_ns asked_at;
    uint64_t epoch; /* Unix seconds at 0, for dates */

    struct et_text text; /* the whole body, or of a stream what leaves in one step */
    enum et_reply_phase phase;
    enum et_reply_kind last; /* how it ends */
    et_ns at;
    uint64_t sent;             /* bytes of the body */
    bool streams, begun, over; /* of the stream */
    struct et_signature signature;
    struct et_stream stream;
    struct et_text piece;    /* for styles: text of several tokens */
    struct et_text logprobs; /* for them too */
    struct et_arena arena;   /* what the answer points at */
};

/* One request while it is answered. */
struct et_ask {
    struct et_brain *brain;
    const struct et_brain_request *request;
    et_ns now;
    et_ns start_at;            /* now, or when a stalled head lets go */
    uint64_t who;              /* for what is the same each time: the text and its length */
    uint32_t nth;              /* time it is asked, from 1 */
    struct et_drawer drawer;   /* for what is drawn anew each time */
    struct et_drawer ids;      /* for ids */
    struct et_arena arena;     /* until it is answered */
    struct et_api_error error; /* what a step refused with … */
    int err;                   /* … unless it failed */

    const struct et_model *model;
    const struct et_profile *profile; /* NULL: no latency */
    struct et_slice model_name;       /* as the answer calls it */
    struct et_caller caller;
    bool metered; /* its model counts requests … */
    bool told;    /* … and the reply says how they stand */
    struct et_reply *reply;
};

#define ET_MODELS_PATH    "/v1/models/"
#define ET_RESPONSES_PATH "/v1/responses/"

/* Answers of the endpoints: 0, or ET_NOMEM. */
int et_answer_chat(struct et_ask *ask) ET_MUST_CHECK;
int et_answer_response(struct et_ask *ask) ET_MUST_CHECK;
int et_answer_input_tokens(struct et_ask *ask) ET_MUST_CHECK; /* of a response */
int et_answer_stored(struct et_ask *ask) ET_MUST_CHECK;       /* ET_RESPONSES_PATH ID… */
int et_answer_completion(struct et_ask *ask) ET_MUST_CHECK;
int et_answer_moderation(struct et_ask *ask) ET_MUST_CHECK;
int et_answer_embeddings(struct et_ask *ask) ET_MUST_CHECK;
int et_answer_models(struct et_ask *ask) ET_MUST_CHECK; /* the list */
int et_answer_model(struct et_ask *ask) ET_MUST_CHECK;  /* ET_MODELS_PATH ID */

/* Whether fixtures answer (brain_fixture.h); then *err is the answer's. */
bool et_answer_replayed(struct et_ask *ask, int *err);

/* Steps.  False: ask->error or ask->err says why, and et_ask_refuse makes it the answer. */
bool et_ask_read(struct et_ask *ask, bool good);             /* what a parser of core/openai said */
bool et_ask_model(struct et_ask *ask, struct et_slice name); /* there is one, still */
bool et_ask_kind(struct et_ask *ask, enum et_model_kind kind);
bool et_ask_enter(struct et_ask *ask); /* the key is good; comes before all that follows */

/* Limits, then faults, then room. */
bool et_ask_admit(struct et_ask *ask, uint64_t tokens, bool streams);
bool et_ask_meter(struct et_ask *ask, uint64_t tokens);         /* one request; money, limits */
bool et_ask_show_limits(struct et_ask *ask, uint64_t requests); /* whether they allow it or not */
bool et_ask_fault(struct et_ask *ask, bool streams);
bool et_ask_room(struct et_ask *ask); /* the model's service is not too busy to take it */

/* Begins reply->stream.pace, now or when a slot of the service is free, which is taken for as long
 * as reply->stream.answer is to take.  `work.now`, `busy` and `slots` are filled in here. */
bool et_ask_begin(struct et_ask *ask, struct et_pace_work work);
int et_ask_settle(struct et_ask *ask) ET_MUST_CHECK; /* books what the answer costs; ET_NOMEM */
int et_ask_refuse(struct et_ask *ask) ET_MUST_CHECK;
bool et_ask_method(struct et_ask *ask, const char *methods); /* refuses all but these */
bool et_ask_no_memory(struct et_ask *ask);                   /* false */

/* Makes tokens of an input the text they stand for, in the ask's arena. */
bool et_ask_decode(struct et_ask *ask, struct et_embeddings_input *input, const char *param);
struct et_tokenizer *et_ask_tokenizer(const struct et_ask *ask); /* of the model */

/* A reply under way.  Values are static, or kept by et_reply_keep. */
struct et_reply *et_reply_new(const struct et_mem *mem);
void et_reply_add(struct et_reply *reply, struct et_slice name, struct et_slice value);
void et_reply_add_u64(struct et_reply *reply, struct et_slice name, uint64_t value);
void et_reply_add_retry(struct et_reply *reply, et_ns span); /* retry-after and retry-after-ms */

/* In the place of the field of that name, or as a new one if there is room; an empty value leaves
 * it out. */
void et_reply_set(struct et_reply *reply, struct et_slice name, struct et_slice value);
struct et_slice et_reply_keep(struct et_reply *reply, struct et_slice value);
void et_reply_type(struct et_reply *reply, struct et_slice content_type);

/* "PREFIX" and `digits` of 16 or 62 kinds, from draws number `nth` and on. */
struct et_slice et_reply_id(struct et_reply *reply, struct et_slice prefix, struct et_drawer ids,
                            unsigned kinds, unsigned digits);

/* The same for things there may be many of, in the reply's arena; data NULL: refused. */
struct et_slice et_reply_more_id(struct et_reply *reply, struct et_slice prefix,
                                 struct et_drawer ids, unsigned kinds, unsigned digits);

/* The answer is ready: its head leaves at `at`.  What follows is reply->text, or reply->stream.
 * What the text failed with. */
int et_reply_ready(struct et_ask *ask, unsigned status, et_ns at) ET_MUST_CHECK;

#endif
