/* SPDX-License-Identifier: MIT */
/* An operand of `etalon prompt explain`: a file of JSON that says a prompt, in one of two ways.
 *
 *     {"template": "assistant@1", "parameters": {"sport": "Running", …}}     a rendering
 *     {"model": "gpt-5.4", "messages": […], "tools": […]}                    a chat request */
#ifndef ET_CLI_PROMPT_OPERAND_H
#define ET_CLI_PROMPT_OPERAND_H

#include "cli/prompt_desk.h"
#include "core/openai/chat.h"
#include "core/prompt/explain.h"

struct et_operand {
    const char *path; /* as the user wrote it */
    struct et_file file;
    struct et_arena arena;
    char model[128]; /* that a request names; "" */

    /* Of a rendering: */
    struct et_prompt_file template; /* .template is NULL for a request */
    struct et_prompt_values values;
    struct et_parameter fitted[ET_TEMPLATE_PARAMETERS_MAX];
    struct et_prompt prompt;
    struct et_chat_message messages[ET_PROMPT_MESSAGES_MAX];

    struct et_chat_request request; /* of a request */
};

void et_operand_init(struct et_operand *operand);
void et_operand_free(struct et_operand *operand);

/* Once.  "-" is standard input.  `templates`: the folder of NAME@VERSION. */
int et_operand_read(struct et_operand *out, const char *path, const char *templates,
                    struct et_complaint *complaint) ET_MUST_CHECK;

/* As a side to explain, for the model of the rules. */
int et_operand_side(struct et_operand *operand, const struct et_pair_rules *rules,
                    struct et_explain_side *out) ET_MUST_CHECK;

#endif
