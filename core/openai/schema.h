/* SPDX-License-Identifier: MIT */
/* What OpenAI demands of the JSON Schemas in a request, before any model sees them.
 *
 *     Invalid schema for function 'f': In context=('properties', 'a'), 'additionalProperties' is
 *     required to be supplied and to be false.
 *
 * Of every schema: its root is an object; of a function's also that it has properties, and that
 * arrays say what their items are.  Of strict ones also the subset of structured outputs (guide of
 * February 2026, and captured refusals): all keys required, no other keys; no allOf, oneOf, not,
 * if, then, else, dependent*, patternProperties, default; formats of a list; at most 5,000
 * properties, 10 levels of objects, 1,000 enum values, 120,000 characters of names and of values
 * that are fixed.  Whether a value can be made at all is schema/schema.h's. */
#ifndef ET_OPENAI_SCHEMA_H
#define ET_OPENAI_SCHEMA_H

#include "core/json/json.h"
#include "core/openai/error.h"
#include "core/schema/schema.h"

/* Where a schema stands, for the wording. */
struct et_schema_place {
    const char *kind; /* "function", "response_format" */
    struct et_slice name;
    const char *param; /* "tools[0].function.parameters", "response_format" */
    const char *code;  /* "invalid_function_parameters", NULL; "invalid_json_schema" in responses */
};

/* False: *error (400). */
bool et_schema_admit(const struct et_json_node *schema, bool strict,
                     const struct et_schema_place *place, struct et_api_error *error);

/* Fills *error (400; 500 for ET_NOMEM) with what et_schema_new or et_schema_write failed with.
 * Returns false. */
bool et_schema_refuse(int err, const struct et_schema_fault *fault,
                      const struct et_schema_place *place, struct et_api_error *error);

#endif
