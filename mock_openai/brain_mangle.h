/* SPDX-License-Identifier: MIT */
/* A reply with faults: what leaves, and when, in the place of what brain_play.c would have said.
 *
 *     bursts     what the answer has to say at an instant: a round of a stream's events, its end, a
 *                whole plain body, some padding; spoilt, doubled or left out here …
 *     print      … written oddly …
 *     pieces     … and taken apart: at a byte count, inside a character, drop by drop
 *
 * Pauses add up and move everything behind them; nothing ever leaves earlier than without faults.
 * A burst is held as a whole, padding in parts of 64 KiB. */
#ifndef ET_MOCK_BRAIN_MANGLE_H
#define ET_MOCK_BRAIN_MANGLE_H

#include "core/base/text.h"
#include "mock_openai/brain.h"
#include "mock_openai/brain_fault_plan.h"

struct et_mangle { /* private */
    struct et_text burst, scratch;
    size_t shown, given;       /* bytes of the burst that are to leave now; that have left */
    size_t half, tail, split;  /* places in it: of STALL, STALL_END, SPLIT_UTF8; 0: nowhere */
    et_ns ready;               /* no piece leaves before */
    uint64_t stalled;          /* bits of faults that are over */
    uint64_t padding, padded;  /* bytes still to come; made */
    struct et_slice rest;      /* behind the padding; static */
    uint64_t announced, limit; /* the length the head states; bytes that leave at most */
    bool spoilt, doubled;      /* it has happened */
    bool apart;                /* the piece has a pause behind it */
    bool over;                 /* nothing comes behind this burst */
    bool torn;                 /* it ends inside an HTTP chunk */
    bool failed;               /* memory was refused */
};

/* The head is ready, and of a plain answer the body.  ET_NOMEM. */
int et_mangle_begin(struct et_reply *reply) ET_MUST_CHECK;
void et_mangle_free(struct et_mangle *mangle); /* NULL is fine */
bool et_mangle_next(struct et_reply *reply, struct et_reply_step *step);
uint64_t et_mangle_announced(const struct et_reply *reply);

/* For the files of this module: the next burst of a stream, at reply->at; false: there is none. */
bool et_mangle_events(struct et_reply *reply);

/* Adds a whole body or one event to the burst, as the faults want it written. */
void et_mangle_put(struct et_reply *reply, struct et_slice what, bool event);

#endif
