/* SPDX-License-Identifier: MIT */
/* Why two prompts share no more of the prompt cache than they do, and what would mend it.
 *
 *     struct et_explanation why;
 *     err = et_explain(&why, &task, &arena);
 *     why.pair.prefix        the token and the byte at which they part (prefix.h)
 *     why.cause              the line of the template there, and the parameter
 *     why.pair.reuse         what the second reads and writes now, sent after the first
 *     why.remedy, why.reuse  what would bring more, and how much
 *
 * A prompt is a rendering of a template or the body of a chat request.  Two renderings of one
 * template are mended by moving its lines or sentences (reorder.h); two bodies by moving the lines
 * of one message that differ behind those that do not.  Either is really laid out and counted.
 * From gpt-5.6 on a breakpoint may be a part of it, or all. */
#ifndef ET_PROMPT_EXPLAIN_H
#define ET_PROMPT_EXPLAIN_H

#include "core/prompt/reorder.h"

struct et_explain_side { /* borrowed */
    struct et_pair_side chat;
    /* Of a rendering; zero for a body: */
    struct et_slice file;              /* the template's text */
    const struct et_prompt *prompt;    /* what `chat` was taken from */
    const struct et_parameter *values; /* in the template's order */
    size_t value_count;
};

struct et_explain_task { /* borrowed */
    struct et_explain_side sides[2];
    struct et_pair_rules rules;
    const struct et_mem *mem;
};

/* Where the byte at which contents part comes from. */
struct et_explain_cause {
    unsigned lines[2]; /* of the two templates; 0: no line */
    int parameter;     /* whose values differ, of one template; ET_PARAMETER_NONE */
};

enum et_remedy {
    ET_REMEDY_NONE, /* nothing that is tried brings more */
    ET_REMEDY_MARK, /* a breakpoint and explicit mode; or that mode alone (no mark_byte) */
    ET_REMEDY_MOVE, /* moves in the template, and a breakpoint if `marked` */
    ET_REMEDY_BODY, /* lines of a message of the body, and a breakpoint if `marked` */
    ET_REMEDY_TOOLS /* the same schema and tools in both, in the same order */
};

/* Lines `first` to `last` of the first body's message go behind line `behind`; all from 1. */
struct et_explain_lines {
    size_t message; /* from 0 */
    unsigned first, last, behind;
};

struct et_explanation {
    struct et_prompt_pair pair; /* in the arena */
    struct et_explain_cause cause;
    enum et_remedy remedy;
    struct et_moves moves;         /* MOVE; their texts are in the first side's file */
    struct et_explain_lines lines; /* BODY */
    bool marked;
    size_t mark_message, mark_byte; /* in the prompt as it is afterwards */
    size_t shared, tokens;          /* with the remedy, or as it is: shared, and of the second */
    struct et_prompt_reuse reuse;   /* likewise */
};

/* ET_NOMEM or ET_LIMIT. */
int et_explain(struct et_explanation *out, const struct et_explain_task *task,
               struct et_arena *arena) ET_MUST_CHECK;

/* Of two renderings of one template, the first run of bytes that is not the same in both: usually a
 * parameter's value.  Both spans have end 0 when all are the same. */
struct et_prompt_spans {
    struct et_prompt_span a, b;
};
struct et_prompt_spans et_explain_spans(const struct et_prompt_message *a,
                                        const struct et_prompt_message *b);

#endif
