/* SPDX-License-Identifier: MIT */
/* Chance without state.
 *
 *     bits = et_draw(seed, who, ET_DRAW_TTFT, attempt)       64 uniform bits
 *     ttft = et_law_value(&profile->ttft, bits)              law.h turns bits into a value
 *
 * A draw is a pure function of who asks, for what, and for the how-manieth time.  There is no
 * stream to share, so order of arrival, concurrency and worker count change nothing; two arms of
 * one experiment see the same user, the same length, the same fault (common random numbers); and a
 * new kind of draw moves no old one. */
#ifndef ET_BASE_DRAW_H
#define ET_BASE_DRAW_H

#include <stdbool.h>
#include <stdint.h>

/* Everything that is ever drawn.  Values are part of recorded results: append, never renumber. */
enum et_draw_what {
    ET_DRAW_ARRIVAL = 1,       /* gap to the next arrival */
    ET_DRAW_USE_CASE = 2,      /* which use case a request is of */
    ET_DRAW_REPEAT = 3,        /* whether it repeats an earlier question */
    ET_DRAW_QUESTION = 4,      /* which one */
    ET_DRAW_PARAMETER = 5,     /* what fills a template's parameter */
    ET_DRAW_ANSWER_LENGTH = 6, /* tokens of the answer */
    ET_DRAW_TTFT = 7,
    ET_DRAW_TPOT = 8,
    ET_DRAW_GAP = 9,    /* noise of one token gap */
    ET_DRAW_STALL = 10, /* whether, then how long */
    ET_DRAW_FAULT = 11, /* nth: number of the rule */
    ET_DRAW_WORD = 12,  /* the text of an answer */
    ET_DRAW_ID = 13,
    ET_DRAW_EMBEDDING = 14,
    ET_DRAW_RETRY = 15,
    ET_DRAW_TTL = 16,
    ET_DRAW_BOOTSTRAP = 17,
    ET_DRAW_STREAM = 18, /* whether a client asks for a stream */
    ET_DRAW_TEST = 19,
    ET_DRAW_CHOICE = 20,  /* nth: whom the words of answer number nth are for (n > 1) */
    ET_DRAW_CALL = 21,    /* which tool is called, and what is in its arguments */
    ET_DRAW_REASON = 22,  /* tokens of reasoning */
    ET_DRAW_LOGPROB = 23, /* of each token, and which others there were */
    ET_DRAW_MANNERS = 24, /* what a misbehaving server says of its limits */
    ET_DRAW_SCHEMA = 40   /* nth: decisions of one value in the order they are taken */
};

/* 64 uniform bits: three rounds of the finaliser of SplitMix64 (Steele, Lea, Flood 2014, mix
 * variant 13 by Stafford), one per input folded in. */
uint64_t et_draw(uint64_t seed, uint64_t who, enum et_draw_what what, uint32_t nth);

/* Uniform in [0, bound), bound > 0, by the high half of a 128-bit product (Lemire 2019 without the
 * rejection step: the bias is below bound / 2^64). */
uint64_t et_draw_below(uint64_t bits, uint64_t bound);

/* True with probability parts_per_million / 1e6. */
bool et_draw_chance(uint64_t bits, uint32_t parts_per_million);

#endif
