/* SPDX-License-Identifier: MIT */
/* Versioned templates of prompts: a file in, an array of messages out.
 *
 *     %# One line that starts with % is a directive; this one is a comment.
 *     %template training 2                     name and version
 *     %use-case training
 *     %about One week of an athlete's plan.    may be left out
 *     %parameter goal What it is for.          one line each; the text may be left out
 *     %message system                          everything up to the next %message or the end
 *     Plan the next seven days.
 *     %message user
 *     Goal: {{goal}}
 *
 * Names are of a-z, 0-9, - and _, and start with a letter.  White space around a message is
 * dropped.  In a message a line that starts with %% stands for one with a single %, and \{{ for a
 * literal {{; a lone }} is just text, so that JSON needs no escapes.  Comments stand before the
 * first message.  The file is UTF-8 with line feeds (a carriage return would change every cache
 * key), and every declared parameter must be used in a message.
 *
 * A parameter's value is data, never markup: {{x}} inside a value comes out as it is.
 *
 * A template is immutable once made.  Rendering changes only the prompt it is given. */
#ifndef ET_PROMPT_TEMPLATE_H
#define ET_PROMPT_TEMPLATE_H

#include "core/base/complaint.h"
#include "core/base/mem.h"
#include "core/base/slice.h"
#include "core/base/text.h"

enum {
    ET_TEMPLATE_MESSAGES_MAX = 16,
    ET_TEMPLATE_PARAMETERS_MAX = 32,
    ET_TEMPLATE_BYTES_MAX = 1 << 20 /* of the file */
};

struct et_template; /* on the heap */

struct et_template_parameter {
    struct et_slice name;
    struct et_slice about; /* may be empty */
    unsigned line;         /* of its declaration, from 1 */
};

/* Reads a template; the text is copied.  ET_SYNTAX, ET_VALUE, ET_UNKNOWN (a directive, a role, a
 * parameter) or ET_LIMIT, with line, column and what was expected in `complaint`; ET_NOMEM. */
int et_template_new(struct et_template **out, struct et_slice file, const struct et_mem *mem,
                    struct et_complaint *complaint) ET_MUST_CHECK;
void et_template_free(struct et_template *template);

struct et_slice et_template_name(const struct et_template *template);
struct et_slice et_template_use_case(const struct et_template *template);
struct et_slice et_template_about(const struct et_template *template); /* may be empty */
uint64_t et_template_version(const struct et_template *template);

size_t et_template_parameter_count(const struct et_template *template);

/* The parameters in order of declaration; `index` below the count. */
struct et_template_parameter et_template_parameter(const struct et_template *template,
                                                   size_t index);

struct et_prompt_message {
    struct et_slice role; /* system, developer, user or assistant */
    struct et_slice content;
};

struct et_prompt { /* messages and count are public */
    struct et_prompt_message messages[ET_TEMPLATE_MESSAGES_MAX];
    size_t count;
    struct et_text text; /* private: what the contents point into */
};

/* `bytes_max` bounds the contents of all messages together. */
void et_prompt_init(struct et_prompt *prompt, const struct et_mem *mem, size_t bytes_max);
void et_prompt_free(struct et_prompt *prompt);

struct et_parameter {
    struct et_slice name, value;
};

/* Fills `prompt` (whatever it held before; its memory is used again).  Contents live until the next
 * render or the free; roles as long as the template.  Every declared parameter must be given, once,
 * and no other: ET_VALUE or ET_UNKNOWN otherwise, naming it.  ET_LIMIT, ET_NOMEM: the prompt is
 * left empty. */
int et_template_render(const struct et_template *template, const struct et_parameter *parameters,
                       size_t count, struct et_prompt *prompt,
                       struct et_complaint *complaint) ET_MUST_CHECK;

#endif
