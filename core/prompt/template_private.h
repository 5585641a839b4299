/* SPDX-License-Identifier: MIT */
/* What template.c (a template and its rendering), template_read.c (the directives of a file) and
 * template_body.c (the text between them) share.  Private to the three. */
#ifndef ET_PROMPT_TEMPLATE_PRIVATE_H
#define ET_PROMPT_TEMPLATE_PRIVATE_H

#include "core/base/arena.h"
#include "core/prompt/template.h"

/* An example as it is rendered. */
struct et_template_pair {
    const struct et_template_piece *user, *assistant;
};

struct et_template {
    const struct et_mem *mem;
    struct et_arena arena;
    struct et_slice text; /* the file, copied into the arena */
    struct et_slice name, use_case, about;
    uint64_t version;
    struct et_template_parameter parameters[ET_TEMPLATE_PARAMETERS_MAX]; /* names end with NUL */
    size_t parameter_count;
    struct et_template_part parts[ET_TEMPLATE_PARTS_MAX];
    size_t part_count, message_count;
    struct et_template_example examples[ET_TEMPLATE_EXAMPLES_MAX];
    struct et_template_pair pairs[ET_TEMPLATE_EXAMPLES_MAX];
    size_t example_count;
    bool marked; /* there are marks or examples, so that rendering may move parts */
};

/* Where the reader is in the file. */
enum et_template_section {
    ET_SECTION_HEAD = 1,
    ET_SECTION_PART = 2,
    ET_SECTION_USER = 4, /* of an example */
    ET_SECTION_ANSWER = 8
};

struct et_template_reader {
    struct et_template *template;
    struct et_complaint *complaint;
    unsigned line; /* of the directive being read */
    enum et_template_section section;
    struct et_slice body; /* of the section being read: from the end of its directive's line */
    unsigned body_line;   /* of that directive */
    bool used[ET_TEMPLATE_PARAMETERS_MAX];
};

/* Fills `template`, whose text is set, from that text. */
int et_template_read(struct et_template *template, struct et_complaint *complaint) ET_MUST_CHECK;

/* Cuts `text`, a part of the reader's body, into pieces.  `fixed`: where no placeholder may stand,
 * "a static part"; NULL: anywhere. */
int et_template_cut(struct et_template_reader *reader, struct et_slice text, const char *fixed,
                    const struct et_template_piece **first) ET_MUST_CHECK;

/* The pieces' text in one, copied; they have no placeholders.  ET_NOMEM. */
int et_template_join(struct et_template *template, const struct et_template_piece *first,
                     struct et_slice *out) ET_MUST_CHECK;

/* Sets line and column of a part of the text; returns the reader's complaint. */
struct et_complaint *et_template_at(struct et_template_reader *reader, struct et_slice part);

bool et_template_is_name(struct et_slice name);
int et_template_check_name(struct et_template_reader *reader, struct et_slice name,
                           struct et_slice where) ET_MUST_CHECK;

/* The index of a parameter, or ET_PARAMETER_NONE. */
int et_template_find(const struct et_template *template, struct et_slice name);

/* "parameter … is not declared", with the nearest that is; returns ET_UNKNOWN. */
int et_template_unknown(const struct et_template *template, struct et_slice name,
                        struct et_complaint *complaint);

#endif
