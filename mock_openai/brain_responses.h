/* SPDX-License-Identifier: MIT */
/* The Responses API inside the brain: what its style and its endpoints share.
 *
 *     brain_responses.c        POST /v1/responses, and what is asked of a stored one
 *     brain_responses_style.c  the response object and its events */
#ifndef ET_MOCK_BRAIN_RESPONSES_H
#define ET_MOCK_BRAIN_RESPONSES_H

#include "core/openai/responses_print.h"
#include "mock_openai/brain_talk.h"

/* reply->signature.own of a response; in the reply's arena. */
struct et_response_own {
    struct et_response response;
    struct et_slice *item_ids; /* one for each output */
    struct et_slice summary;   /* of the reasoning; empty: none is wanted */
    uint64_t sequence_number;
    et_ns started_at; /* ET_NEVER: how long it took is not told */
};

extern const struct et_style et_response_style;

/* The items of the whole answer, with commas between them and brackets around them. */
void et_response_items_print(struct et_reply *reply, struct et_text *scratch, struct et_text *out);

/* The object as it is once everything was said, at `at`, in reply->text; and before, in `out`. */
void et_response_print(struct et_reply *reply, et_ns at, struct et_text *scratch);
void et_response_wait_print(const struct et_reply *reply, struct et_text *out);

#endif
