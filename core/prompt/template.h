/* SPDX-License-Identifier: MIT */
/* Versioned templates of prompts: a file in, an array of messages out.
 *
 *     %template training 2                     name and version
 *     %use-case training
 *     %about One week of an athlete's plan.    may be left out
 *     %parameter goal What it is for.          one line each; the text may be left out
 *     %sample goal Half marathon               a typical value; may be left out
 *     %message system                          everything up to the next directive or the end
 *     Plan the next seven days.
 *     %dynamic                                 a part of the message; %static starts one too
 *     Goal: {{goal}}
 *     %example short                           a few-shot pair: words of the user,
 *     Plan one day.
 *     %answer                                  then of the assistant
 *     Monday: run easy for 30 minutes.
 *     %message user
 *     Write my plan.
 *
 * docs/templates.md has the whole format: names, escapes, comments, what is refused.
 *
 * A part without a mark is static when it has no placeholder.  Rendering puts what is static first:
 * of the leading system and developer messages the static parts, then the examples, then those
 * messages' dynamic parts (messages of their own), then the other messages, in each the static
 * parts before the dynamic ones.  White space around a part is dropped; parts that end up in one
 * message are joined by an empty line.  A template without marks and examples stays in its order.
 *
 * A parameter's value is data, never markup: {{x}} inside a value comes out as it is, and so do NUL
 * and control characters.  Only bytes that are not UTF-8 become U+FFFD, as in a request body. */
#ifndef ET_PROMPT_TEMPLATE_H
#define ET_PROMPT_TEMPLATE_H

#include "core/base/complaint.h"
#include "core/prompt/prompt.h"

enum {
    ET_TEMPLATE_MESSAGES_MAX = 16,
    ET_TEMPLATE_PARTS_MAX = 128, /* of all messages together */
    ET_TEMPLATE_PARAMETERS_MAX = 32,
    ET_TEMPLATE_EXAMPLES_MAX = 64,
    ET_TEMPLATE_BYTES_MAX = 1 << 20 /* of the file */
};

struct et_template; /* on the heap; immutable */

struct et_template_parameter {
    struct et_slice name;
    struct et_slice about;  /* may be empty */
    struct et_slice sample; /* may be empty */
    unsigned line;          /* of its declaration, from 1 */
};

/* At most one line of text with its line feed, or a placeholder. */
struct et_template_piece {
    const struct et_template_piece *next;
    struct et_slice text; /* without the escapes; empty for a placeholder */
    int parameter;        /* its index, or ET_PARAMETER_NONE */
    unsigned line;
};

struct et_template_part {
    struct et_slice role;
    size_t message;                        /* number of its message, from 0 in the file's order */
    const struct et_template_piece *first; /* never NULL */
    unsigned line;                         /* of its mark, or of %message */
    bool marked;                           /* %static or %dynamic stands before it */
    bool fixed;                            /* static */
};

struct et_template_example {
    struct et_slice name;
    struct et_slice user, assistant; /* without the escapes */
    unsigned line;                   /* of %example */
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

/* In the order of the file; `index` below the count.  Samples are with their parameters. */
size_t et_template_parameter_count(const struct et_template *template);
struct et_template_parameter et_template_parameter(const struct et_template *template,
                                                   size_t index);
size_t et_template_message_count(const struct et_template *template);
size_t et_template_part_count(const struct et_template *template);
struct et_template_part et_template_part(const struct et_template *template, size_t index);
size_t et_template_example_count(const struct et_template *template);
struct et_template_example et_template_example(const struct et_template *template, size_t index);

struct et_parameter {
    struct et_slice name, value;
};

struct et_rendering {
    const struct et_parameter *parameters;
    size_t count;
    uint64_t skip;   /* bit i: without example i */
    bool file_order; /* parts stay where they are (examples behind the leading messages) */
};

/* Fills `prompt` (whatever it held before; its memory is used again).  Roles live as long as the
 * template.  Every declared parameter must be given, once, and no other: ET_VALUE or ET_UNKNOWN
 * otherwise, naming it.  ET_LIMIT, ET_NOMEM as et_prompt_end.  On errors the prompt is empty. */
int et_template_render_as(const struct et_template *template, const struct et_rendering *how,
                          struct et_prompt *prompt, struct et_complaint *complaint) ET_MUST_CHECK;

/* With all examples, static parts first. */
int et_template_render(const struct et_template *template, const struct et_parameter *parameters,
                       size_t count, struct et_prompt *prompt,
                       struct et_complaint *complaint) ET_MUST_CHECK;

#endif
