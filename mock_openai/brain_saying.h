/* SPDX-License-Identifier: MIT */
/* Puts an answer together, choice by choice, and keeps to the limit on its tokens.
 *
 *     if (!et_saying_begin(ask, talk, calls_max))
 *         return false;
 *     for (size_t i = 0; i < talk->chat->n; i++) {
 *         if (!et_saying_open(&saying, ask, talk, i))           reasons first, as the model does
 *             return false;
 *         if (!saying.cut && !et_saying_words(&saying))         or _text, _call, …
 *             return false;
 *         et_saying_close(&saying, calls);                      why it ends
 *     }
 *
 * What returns false has told ask->error or ask->err.  Texts are copied to the reply's arena. */
#ifndef ET_MOCK_BRAIN_SAYING_H
#define ET_MOCK_BRAIN_SAYING_H

#include "mock_openai/brain_talk.h"

struct et_saying { /* of one choice */
    struct et_ask *ask;
    const struct et_talk *talk;
    uint64_t who;   /* whose words these are: of the request, another for each further choice */
    uint64_t limit; /* tokens it may have yet */
    bool cut;       /* the limit was reached: the finish is "length" */
    struct et_choice *choice;
};

bool et_saying_begin(struct et_ask *ask, const struct et_talk *talk, size_t calls_max);
bool et_saying_open(struct et_saying *saying, struct et_ask *ask, const struct et_talk *talk,
                    size_t nth);

/* How many tokens the client or the profile wants of an answer; at least 1. */
uint64_t et_saying_wanted(const struct et_saying *saying);

/* The drawn words, so many, up to a stop sequence. */
bool et_saying_words(struct et_saying *saying);

/* A text or a refusal, valid UTF-8. */
bool et_saying_text(struct et_saying *saying, enum et_output_kind kind, struct et_slice text);

/* Call number `nth` of a tool; `arguments` data NULL: of a custom tool, with drawn words. */
bool et_saying_call(struct et_saying *saying, struct et_slice name, struct et_slice arguments,
                    uint32_t nth);

void et_saying_close(struct et_saying *saying, bool calls);

#endif
