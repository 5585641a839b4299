/* SPDX-License-Identifier: MIT */
/* What template.c (a template and its rendering) and template_read.c (the file format) share.
 * Private to the two. */
#ifndef ET_PROMPT_TEMPLATE_PRIVATE_H
#define ET_PROMPT_TEMPLATE_PRIVATE_H

#include "core/base/arena.h"
#include "core/prompt/template.h"

enum { ET_TEMPLATE_STATIC = -1 };

/* A run of text, or the value of a parameter. */
struct et_template_piece {
    struct et_template_piece *next;
    struct et_slice text;
    int parameter; /* its index, or ET_TEMPLATE_STATIC */
};

struct et_template_message {
    struct et_slice role;
    struct et_template_piece *first;
};

struct et_template {
    const struct et_mem *mem;
    struct et_arena arena;
    struct et_slice text; /* the file, copied into the arena */
    struct et_slice name, use_case, about;
    uint64_t version;
    struct et_template_parameter parameters[ET_TEMPLATE_PARAMETERS_MAX]; /* names end with NUL */
    size_t parameter_count;
    struct et_template_message messages[ET_TEMPLATE_MESSAGES_MAX];
    size_t message_count;
};

/* Fills `template`, whose text is set, from that text. */
int et_template_read(struct et_template *template, struct et_complaint *complaint) ET_MUST_CHECK;

/* The index of a parameter, or ET_TEMPLATE_STATIC. */
int et_template_find(const struct et_template *template, struct et_slice name);

/* "parameter … is not declared", with the nearest that is; returns ET_UNKNOWN. */
int et_template_unknown(const struct et_template *template, struct et_slice name,
                        struct et_complaint *complaint);

#endif
