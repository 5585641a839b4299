/* SPDX-License-Identifier: MIT */
/* Which lines or sentences of a template to move, so that two renderings share a longer beginning.
 *
 * Tried are: nothing but a mark (from gpt-5.6 on), and moving whatever holds a parameter that
 * differs, as whole lines or as sentences, behind the end of its message or of the last one.  Each
 * is written, read and rendered anew and counted; none is guessed.  Then moves are left out one by
 * one as long as nothing is lost by it.  The plan that lets the most be read wins, or if none does,
 * the one that shares most; of equals the one with the fewest moves, then the earlier in the order
 * above.  Less than ET_REORDER_GAIN_MIN tokens count for nothing.
 *
 * Whether the text still makes sense is for a person to say. */
#ifndef ET_PROMPT_REORDER_H
#define ET_PROMPT_REORDER_H

#include "core/prompt/moves.h"
#include "core/prompt/pair.h"
#include "core/prompt/template.h"

struct et_reorder_task {                  /* borrowed */
    struct et_slice file;                 /* of the template; every rendering below is good */
    const struct et_parameter *values[2]; /* of the two renderings, in the template's order */
    size_t count;                         /* of its parameters */
    struct et_pair_rules rules;
    const struct et_mem *mem;
};

struct et_reorder_result {
    struct et_moves moves;        /* their texts are in the file; none: the order stays */
    size_t shared;                /* tokens */
    size_t tokens;                /* of the second prompt */
    struct et_prompt_reuse reuse; /* of the second, after the first */
    bool marked;                  /* a breakpoint is needed for this (mark_message, _byte), and
                                     explicit mode */
    size_t mark_message;          /* of the rendering, */
    size_t mark_byte;             /* the byte in front of which it stands; 0: no breakpoint */
};

enum { ET_REORDER_GAIN_MIN = 32 };

/* A file that has more bytes with its values keeps needless moves: leaving them out takes seconds.
 */
#define ET_REORDER_PRUNED_MAX ((size_t)256 << 10)

/* ET_NOMEM or ET_LIMIT. */
int et_reorder_find(struct et_reorder_result *out,
                    const struct et_reorder_task *task) ET_MUST_CHECK;

#endif
