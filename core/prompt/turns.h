/* SPDX-License-Identifier: MIT */
/* A conversation is brought within a token budget: its oldest turns are left out.
 *
 *     bool keep[COUNT];
 *     struct et_turns turns = {.tokenizer = tokenizer, .family = ET_CHAT_HARMONY, .budget = 8000,
 *                              .mem = mem};
 *     err = et_turns_fit(&turns, messages, count, keep);
 *     send those with keep[i]; of message turns.cut_message (if turns.cut.applied) what the cut
 *     leaves of its content
 *
 * A turn is a user message with all that follows until the next one.  Messages of the system and
 * the developer are of no turn and always stay, in their places; so does the last turn, with the
 * last user message.  Assistant messages before the first user message are a turn too.  A call of a
 * tool and its result are never parted: when the result comes in a later turn, the turns from the
 * call to it are one.
 *
 * If what must stay is over the budget, the middle of the last user message is left out
 * (truncate.h), or, with `whole`, the conversation is refused. */
#ifndef ET_PROMPT_TURNS_H
#define ET_PROMPT_TURNS_H

#include "core/base/complaint.h"
#include "core/prompt/truncate.h"
#include "core/tokens/chat.h"

struct et_turns {
    /* in */
    struct et_tokenizer *tokenizer;
    enum et_chat_family family;
    size_t budget; /* tokens of the whole, framing included (et_chat_count) */
    bool whole;    /* never cut into a message */
    const struct et_mem *mem;
    struct et_complaint *complaint; /* may be NULL */
    /* out */
    size_t before, after; /* tokens */
    size_t cut_message;   /* index of the message that `cut` is about */
    struct et_cut cut;
};

/* ET_LIMIT: what must stay is over the budget, and `whole` is set, there is no user message, it has
 * parts or it would have nothing left; the complaint has the figures.  ET_VALUE: a message
 * that must be cut is not UTF-8.  ET_NOMEM.  Linear in messages and bytes. */
int et_turns_fit(struct et_turns *turns, const struct et_chat_message *messages, size_t count,
                 bool *keep) ET_MUST_CHECK;

#endif
