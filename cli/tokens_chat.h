/* SPDX-License-Identifier: MIT */
/* What `etalon tokens --chat` counts: the prompt tokens of a chat request, line by line.
 *
 *     struct et_chat_bill bill;
 *     et_chat_bill_init(&bill);
 *     err = et_chat_bill_read(&bill, body, model, &complaint);        model NULL: the body's own
 *     … choose tokenizer and family by bill.model …
 *     err = et_chat_bill_count(&bill, tokenizer, family);
 *     et_chat_bill_print(&bill, &of, path, &out);
 *     et_chat_bill_free(&bill);
 *
 * The lines add up to the total: messages with all that is in them, the schema of the answer, tools
 * and what they take once, and the end of the framing. */
#ifndef ET_CLI_TOKENS_CHAT_H
#define ET_CLI_TOKENS_CHAT_H

#include "core/base/complaint.h"
#include "core/openai/chat.h"
#include "core/tokens/models.h"

enum et_chat_line_kind {
    ET_LINE_MESSAGE, /* name: its role */
    ET_LINE_SCHEMA,  /* of the answer (response_format) */
    ET_LINE_TOOL,    /* name: the tool's */
    ET_LINE_TOOLS,   /* once, when there are tools */
    ET_LINE_END
};

struct et_chat_line {
    enum et_chat_line_kind kind;
    struct et_slice name; /* empty for the others */
    size_t tokens;
    bool estimated; /* nobody has published how it is counted (docs/tokens.md) */
};

struct et_chat_bill {
    struct et_arena arena; /* private; all below lives there */
    struct et_chat_request request;
    struct et_slice model; /* of --model, else of the body */
    struct et_chat_line *lines;
    size_t line_count, total;
};

void et_chat_bill_init(struct et_chat_bill *bill);
void et_chat_bill_free(struct et_chat_bill *bill);

/* Reads a body for /v1/chat/completions; `model`, when given, takes the place of its own.  The
 * complaint says what OpenAI would refuse. */
int et_chat_bill_read(struct et_chat_bill *bill, struct et_slice body, const char *model,
                      struct et_complaint *complaint) ET_MUST_CHECK;

/* ET_NOMEM or ET_LIMIT. */
int et_chat_bill_count(struct et_chat_bill *bill, struct et_tokenizer *tokenizer,
                       enum et_chat_family family) ET_MUST_CHECK;

/* Lines for people, under a first one with `path`; members of a JSON object, each after a comma. */
void et_chat_bill_print(const struct et_chat_bill *bill, const struct et_model_tokens *of,
                        const char *path, struct et_text *out);
void et_chat_bill_json(const struct et_chat_bill *bill, const struct et_model_tokens *of,
                       struct et_text *out);

#endif
