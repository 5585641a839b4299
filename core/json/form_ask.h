/* SPDX-License-Identifier: MIT */
/* Between form.c, which finds values and complains, and form_read.c, which reads them. */
#ifndef ET_JSON_FORM_ASK_H
#define ET_JSON_FORM_ASK_H

#include "core/json/form.h"

struct et_form_question {
    const char *name;
    enum et_form_need need;
    enum et_json_kind kind;
    const char *expected; /* for the complaint: "a text" */
};

/* The value of `name`, which is known from now on; NULL if there is none, or nothing is to be read
 * any more.  A missing required value is complained about. */
const struct et_json_node *et_form_ask(struct et_form *form, const char *name,
                                       enum et_form_need need, const char *expected);

/* As above, and a value of another kind is complained about, and NULL. */
const struct et_json_node *et_form_ask_kind(struct et_form *form,
                                            const struct et_form_question *question);

/* Complains: found what `node` is, expected that. */
void et_form_wrong(struct et_form *form, const char *name, const struct et_json_node *node,
                   const char *expected);

#endif
