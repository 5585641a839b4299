/* SPDX-License-Identifier: MIT */
/* Reads answer rules (brain_rules.h) from a settings file: an array, open as a form.
 *
 *     [{"when": {"model", "endpoint", "role", "contains", "json": {"path", "equals"}, "nth"},
 *       "answer": {"text" | "template" | "refusal" | "calls": [{"name", "arguments"}], "finish"}}]
 *
 * What is wrong is complained about in the form, which also keeps ET_NOMEM.  Everything that is
 * read lives in the arena. */
#ifndef ET_MOCK_RULES_READ_H
#define ET_MOCK_RULES_READ_H

#include "core/base/arena.h"
#include "core/json/form.h"
#include "core/prices/catalogue.h"
#include "mock_openai/brain_rules.h"

struct et_rules {
    struct et_answer_rule *items;
    size_t count;
};

void et_rules_read(struct et_form *list, const struct et_catalogue *catalogue,
                   struct et_arena *arena, struct et_rules *out);

#endif
