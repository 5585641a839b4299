/* SPDX-License-Identifier: MIT */
/* What `etalon prompt explain` says: for people, or as one JSON object.
 *
 * Messages, lines and columns count from 1, bytes and tokens from 0.  JSON: {"model", "day",
 * "caching", "a", "b": {"file", "template", "tokens"}, "settings": [names], "equal", "prefix":
 * {"tokens", "part", "message", "role", "byte", "content_tokens", "content_bytes", "line",
 * "line_b", "parameter", "value_a", "value_b"}, "now", "best": {"cached", "written", "fresh",
 * "cost_pico_usd"}, "lost_pico_usd", "remedy", "moves": [{"line", "behind", "message",
 * "to_message", "text"}], "lines": {"message", "first", "last", "behind"}, "mark": {"message",
 * "byte"}}.  null: there is none, or it is not known. */
#ifndef ET_CLI_PROMPT_EXPLAIN_SHOW_H
#define ET_CLI_PROMPT_EXPLAIN_SHOW_H

#include "cli/prompt_operand.h"

struct et_explain_cost { /* of 1,000 requests like the second, each after one like the first */
    bool priced;
    et_pico now, best;
};

struct et_explain_view { /* borrowed */
    const struct et_desk *desk;
    const struct et_operand *operands; /* two */
    const struct et_explanation *why;
    struct et_explain_cost cost;
};

void et_explain_text(struct et_text *out, const struct et_explain_view *view);
void et_explain_json(struct et_text *out, const struct et_explain_view *view);

#endif
