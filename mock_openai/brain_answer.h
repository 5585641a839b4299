/* SPDX-License-Identifier: MIT */
/* What is said, before anybody has said how it is written.
 *
 *     answer ─┬─ choice 0 ── REASONING (128 tokens) · TEXT "The old river …" · CALL f({…})
 *             └─ choice 1 ── …
 *
 * Choices are given at the same time, the parts of one choice one after another.  The text of a
 * part is either drawn, word by word, and then never kept (et_words_token), or fixed bytes.
 *
 * Everything an answer points at lives as long as its reply (et_reply's arena). */
#ifndef ET_MOCK_BRAIN_ANSWER_H
#define ET_MOCK_BRAIN_ANSWER_H

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/openai/usage.h"
#include "core/tokens/tokens.h"
#include "mock_openai/brain_pace.h"

enum et_part_kind {
    ET_PART_REASONING, /* takes time and costs, and is not shown */
    ET_PART_TEXT,
    ET_PART_REFUSAL,
    ET_PART_CALL /* of a tool; its text is the arguments */
};

struct et_part {
    enum et_part_kind kind;
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
    struct et_part *parts;
    size_t part_count;
    enum et_finish finish;
};

struct et_answer {
    struct et_choice *choices;
    size_t choice_count; /* at least 1 */
    struct et_usage usage;
};

/* Makes `part` say `text`, valid UTF-8, which is kept.  ET_NOMEM or ET_LIMIT. */
int et_part_fix(struct et_part *part, struct et_slice text, struct et_tokenizer *tokenizer,
                struct et_arena *arena) ET_MUST_CHECK;

/* Ends a part behind its first `tokens` tokens. */
void et_part_cut(struct et_part *part, uint64_t tokens);

/* The text of tokens [from, to) of a part, to <= tokens; it may lie in `scratch`, which is cleared.
 * What fails is in `scratch`. */
struct et_slice et_part_text(const struct et_part *part, uint64_t from, uint64_t to,
                             struct et_text *scratch);

#endif
