/* SPDX-License-Identifier: MIT */
/* What is said, before anybody has said how it is written.
 *
 *     answer ─┬─ choice 0 ── REASONING (128 tokens) · TEXT "The old river …" · CALL f({…})
 *             └─ choice 1 ── …
 *
 * Choices are given at the same time, the outputs of one choice one after another.  The text of an
 * output is either drawn, word by word, and then never kept (et_words_token), or fixed bytes.
 *
 * Everything an answer points at lives as long as its reply (et_reply's arena). */
#ifndef ET_MOCK_BRAIN_ANSWER_H
#define ET_MOCK_BRAIN_ANSWER_H

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/openai/usage.h"
#include "core/tokens/tokens.h"
#include "mock_openai/brain_pace.h"

enum et_output_kind {
    ET_OUTPUT_REASONING, /* takes time and costs, and is not shown */
    ET_OUTPUT_TEXT,
    ET_OUTPUT_REFUSAL,
    ET_OUTPUT_CALL /* of a tool; its text is the arguments */
};

struct et_output {
    enum et_output_kind kind;
    uint64_t tokens;        /* of the text */
    uint64_t framing;       /* billed beside them, never seen: the name of a function, … */
    struct et_drawer words; /* whose words they are, unless: */
    struct et_slice fixed;  /* data NULL: drawn */
    const uint32_t *ends;   /* of fixed: offset behind each token; never inside a character, so two
                               tokens of one may end at the same place */
    struct et_slice id, name; /* CALL: "call_…" and the function's */
    bool custom;              /* CALL: of a custom tool, whose text is no JSON */
};

enum et_finish {
    ET_FINISH_STOP,
    ET_FINISH_LENGTH,
    ET_FINISH_TOOL_CALLS,
    ET_FINISH_FUNCTION_CALL,
    ET_FINISH_CONTENT_FILTER
};
struct et_slice et_finish_name(enum et_finish finish); /* "stop", "length", … */

struct et_choice {
    struct et_output *outputs;
    size_t output_count;
    enum et_finish finish;
};

struct et_answer {
    struct et_choice *choices;
    size_t choice_count; /* at least 1 */
    struct et_usage usage;
};

/* Makes `output` say `text`, valid UTF-8, which is kept.  ET_NOMEM or ET_LIMIT. */
int et_output_fix(struct et_output *output, struct et_slice text, struct et_tokenizer *tokenizer,
                  struct et_arena *arena) ET_MUST_CHECK;

/* Ends an output behind its first `tokens` tokens. */
void et_output_cut(struct et_output *output, uint64_t tokens);

/* The text of tokens [from, to) of an output, to <= tokens; it may lie in `scratch`, which is
 * cleared. What fails is in `scratch`. */
struct et_slice et_output_text(const struct et_output *output, uint64_t from, uint64_t to,
                               struct et_text *scratch);

#endif
