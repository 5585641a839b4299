/* SPDX-License-Identifier: MIT */
/* A second opinion: JSON Schema 2020-12 with doubles and recursion, for values and schemas of the
 * random test.  It shares nothing with core/schema but the JSON tree.  Patterns are known by their
 * text. */
#ifndef ET_SCHEMA_TESTS_VALIDATOR_H
#define ET_SCHEMA_TESTS_VALIDATOR_H

#include "core/json/json.h"

#include <stdbool.h>

bool validator_allows(const struct et_json_node *root, const struct et_json_node *schema,
                      const struct et_json_node *value);

/* Patterns that random schemas may use; the list ends with NULL. */
extern const char *const validator_patterns[];

#endif
