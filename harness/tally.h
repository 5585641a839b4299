/* SPDX-License-Identifier: MIT */
/* Counts tokens on the text itself: of what was sent, and of what came back.  It knows nothing of
 * the usage anybody reports, so that the two can be reconciled.  One per thread. */
#ifndef ET_HARNESS_TALLY_H
#define ET_HARNESS_TALLY_H

#include "harness/workload.h"

struct et_tally;

/* Lexicon and catalogue are kept. */
int et_tally_new(struct et_tally **out, const struct et_lexicon *lexicon,
                 const struct et_catalogue *catalogue, const struct et_mem *mem) ET_MUST_CHECK;
void et_tally_free(struct et_tally *tally);

/* Prompt tokens of a chat request's body, all that core/prompt/count.h counts.  ET_SYNTAX: no chat
 * request; ET_UNKNOWN: the catalogue does not know its model; ET_NOMEM. */
int et_tally_prompt(struct et_tally *tally, struct et_slice body, uint64_t *tokens) ET_MUST_CHECK;

/* Tokens of a text in the encoding of `model`. */
int et_tally_text(struct et_tally *tally, struct et_slice model, struct et_slice text,
                  uint64_t *tokens) ET_MUST_CHECK;

/* Its own, for who counts on the same thread. */
struct et_tokenizer *et_tally_tokenizer(const struct et_tally *tally, enum et_encoding encoding);

#endif
