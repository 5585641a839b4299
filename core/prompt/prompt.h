/* SPDX-License-Identifier: MIT */
/* A prompt: messages of which every byte knows where it came from.
 *
 *     struct et_prompt prompt;
 *     et_prompt_init(&prompt, mem, 16 << 20);
 *     err = et_template_render(template, parameters, count, &prompt, &complaint);    template.h
 *     span = et_prompt_origin(&prompt.messages[0], 117);        a line of the template, a parameter
 *     et_prompt_free(&prompt);
 *
 * What makes a prompt (a rendering, a technique) adds it piece by piece:
 *
 *     et_prompt_clear(&prompt);
 *     et_prompt_open(&prompt, ET_LIT("user"));
 *     et_prompt_add(&prompt, ET_LIT("Goal: "), (struct et_prompt_span){.line = 7, …});
 *     err = et_prompt_end(&prompt);
 *
 * Contents are valid UTF-8 when what is added is; NUL and control characters are data like any
 * other byte (in a request body they are escaped: core/base/text.h). */
#ifndef ET_PROMPT_PROMPT_H
#define ET_PROMPT_PROMPT_H

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/slice.h"
#include "core/base/text.h"

/* 16 of a template, each at most twice (static, dynamic), and the turns of 64 examples. */
enum { ET_PROMPT_MESSAGES_MAX = 160 };

enum et_origin {
    ET_ORIGIN_STATIC,    /* the template's own words */
    ET_ORIGIN_PARAMETER, /* a value */
    ET_ORIGIN_EXAMPLE,   /* the template's words, in a few-shot example */
    ET_ORIGIN_REFERENCE, /* stands for words said before */
    ET_ORIGIN_CUT,       /* stands for words that were left out */
    ET_ORIGIN_PADDING    /* filler */
};

enum { ET_PARAMETER_NONE = -1 };

struct et_prompt_span {
    size_t end; /* offset in the message's content */
    enum et_origin origin;
    unsigned line; /* of the template's file; 0: none */
    int parameter; /* its index in the template, or ET_PARAMETER_NONE */
};

struct et_prompt_message {
    struct et_slice role; /* system, developer, user or assistant */
    struct et_slice content;
    const struct et_prompt_span *spans; /* ends ascend; the last is content.size */
    size_t span_count;
};

struct et_prompt { /* messages and count are public */
    struct et_prompt_message messages[ET_PROMPT_MESSAGES_MAX];
    size_t count;
    struct et_text text;          /* private: what the contents point into */
    struct et_prompt_span *spans; /* private: of all messages */
    size_t span_count, span_room; /* private */
    int err;                      /* private: the first that adding met */
};

/* `bytes_max` bounds the contents of all messages together. */
void et_prompt_init(struct et_prompt *prompt, const struct et_mem *mem, size_t bytes_max);
void et_prompt_free(struct et_prompt *prompt);

/* Where byte `at` of the content came from.  At its end or behind it: a span with that end, no line
 * and no parameter. */
struct et_prompt_span et_prompt_origin(const struct et_prompt_message *message, size_t at);

/* Building.  Errors wait for the end; contents and spans are not to be read before it. */

void et_prompt_clear(struct et_prompt *prompt);                      /* memory is kept */
void et_prompt_open(struct et_prompt *prompt, struct et_slice role); /* kept */

/* Adds to the message opened last; `from.end` is of no matter.  Nothing, if `text` is empty. */
void et_prompt_add(struct et_prompt *prompt, struct et_slice text, struct et_prompt_span from);

/* Adds the bytes [begin, end) of a message of another prompt, with their origins. */
void et_prompt_copy(struct et_prompt *prompt, const struct et_prompt_message *message, size_t begin,
                    size_t end);

/* ET_NOMEM, or ET_LIMIT for more messages or bytes than there may be: the prompt is left empty.
 * Contents and spans live until the next clear or the free. */
int et_prompt_end(struct et_prompt *prompt) ET_MUST_CHECK;

#endif
