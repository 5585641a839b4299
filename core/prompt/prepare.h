/* SPDX-License-Identifier: MIT */
/* From a template and its parameters to a prompt, through the techniques that are switched on, each
 * with its measured effect.
 *
 *     struct et_prompt_options options = {.whitespace = true, .value_tokens = 2000};
 *     struct et_preparation how = {template, parameters, count, &options, tokenizer, family, …};
 *     err = et_prompt_prepare(&how, &prompt, &effects);
 *     effects.of[ET_TECHNIQUE_WHITESPACE].before - ….after        tokens saved
 *
 * They are applied in the order of enum et_technique.  Twice is once for each, so only the order
 * matters; it is this one because what is cut need not be compressed, what is reworded may turn out
 * to be said twice, and padding fills what all others have left.
 *
 * Tokens are those of the whole prompt, framing included. */
#ifndef ET_PROMPT_PREPARE_H
#define ET_PROMPT_PREPARE_H

#include "core/prompt/padding.h"
#include "core/prompt/template.h"

enum et_technique {
    ET_TECHNIQUE_EXAMPLES,   /* examples.h; before: with all of them */
    ET_TECHNIQUE_VALUES,     /* fit.h */
    ET_TECHNIQUE_WHITESPACE, /* compress.h */
    ET_TECHNIQUE_WORDING,
    ET_TECHNIQUE_DUPLICATES,
    ET_TECHNIQUE_REFERENCE, /* reference.h */
    ET_TECHNIQUE_TURNS,     /* fit.h */
    ET_TECHNIQUE_PADDING    /* padding.h */
};

enum { ET_TECHNIQUE_COUNT = ET_TECHNIQUE_PADDING + 1 };

extern const char *const et_technique_names[]; /* "examples", …; ends with NULL */

struct et_prompt_options { /* zero: every technique off, all examples, static parts first */
    bool file_order;
    bool choose_examples;
    size_t example_tokens; /* budget of the examples, if they are chosen */
    struct et_slice near;  /* name of the parameter they are to be near to; empty: file's order */
    size_t value_tokens;   /* of each value at most; 0: off */
    bool whitespace, wording, duplicates, reference;
    size_t prompt_tokens; /* of the whole prompt at most; 0: off */
    bool whole;           /* refuse what is over, rather than cut the last user message */
    const struct et_padding *padding; /* rates, caching, hit rate; NULL: off */
};

struct et_preparation {
    const struct et_template *template;
    const struct et_parameter *parameters;
    size_t count;
    const struct et_prompt_options *options;
    struct et_tokenizer *tokenizer;
    enum et_chat_family family;
    struct et_complaint *complaint; /* may be NULL */
};

struct et_prompt_effect {
    bool on;
    size_t before, after; /* tokens; set when it is on */
};

struct et_prompt_effects {
    struct et_prompt_effect of[ET_TECHNIQUE_COUNT];
    size_t tokens;                   /* of the prompt in the end */
    uint64_t skipped;                /* examples that are not in, as in struct et_rendering */
    enum et_padding_verdict verdict; /* with padding */
    struct et_padding padding;       /* the decision's figures */
};

/* Fills `out` (memory and limit are its own).  Without `effects` (NULL) tokens are counted only
 * where a technique needs them, which is most of the time that long values take.  As
 * et_template_render_as; ET_UNKNOWN: `near` is no parameter that is given; ET_LIMIT: the prompt
 * cannot be brought within prompt_tokens.  On errors `out` is empty.
 *
 * Padding is applied only where it pays, to a whole step, first by examples that were left out, in
 * the file's order, as many as fit, then by filler; not at all when the prompt would then be over
 * prompt_tokens, or has no static front. */
int et_prompt_prepare(const struct et_preparation *how, struct et_prompt *out,
                      struct et_prompt_effects *effects) ET_MUST_CHECK;

#endif
