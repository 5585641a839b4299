/* SPDX-License-Identifier: MIT */
/* Readable JSON that a JSON Schema allows, made from draws.
 *
 *     struct et_schema *schema;
 *     int err = et_schema_new(&schema, text, mem, &fault);
 *     if (!err)
 *         err = et_schema_write(schema, &(struct et_schema_wish){seed, who, 200}, &out, &fault);
 *     et_schema_free(schema);
 *
 *     {"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},
 *      "required":["city","days"]}          {"city":"The old river","days":42}
 *
 * The same schema and wish give the same bytes.  Members come in the order of the schema.  What is
 * written has been checked against the schema: what cannot be met, or is not understood, is refused
 * and never written wrongly.
 *
 * Understood (JSON Schema 2020-12, and draft 7's arrays of items): type, enum, const, $ref within
 * the document (recursive too), $defs, definitions, allOf, anyOf, oneOf, not, properties, required,
 * additionalProperties, patternProperties, minProperties, maxProperties, items, prefixItems,
 * additionalItems, minItems, maxItems, uniqueItems, contains, minContains, maxContains, minimum,
 * maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, pattern
 * (pattern.h), format (date-time, date, time, duration, email, uuid, ipv4, ipv6, hostname, uri;
 * others say nothing).  Refused: if/then/else, dependent*, propertyNames, unevaluated*,
 * $dynamicRef, $recursiveRef, references out of the document.  Other keywords are notes. */
#ifndef ET_SCHEMA_SCHEMA_H
#define ET_SCHEMA_SCHEMA_H

#include "core/base/text.h"
#include "core/json/json.h"

/* What is wrong, and in which part of the schema, as OpenAI names it. */
struct et_schema_fault {
    char context[192]; /* "()", "('properties', 'city')" */
    char text[192];    /* "'if' is not supported" */
};

struct et_schema;

/* ET_SYNTAX or ET_LIMIT for what is no JSON, ET_VALUE with a fault for what is no schema or not
 * understood, ET_NOMEM.  `fault` may be NULL. */
int et_schema_new(struct et_schema **out, struct et_slice text, const struct et_mem *mem,
                  struct et_schema_fault *fault) ET_MUST_CHECK;
void et_schema_free(struct et_schema *schema);

struct et_schema_wish {
    uint64_t seed, who; /* ET_DRAW_SCHEMA and, for words, ET_DRAW_WORD */
    uint64_t tokens;    /* about as many; a schema that leaves no room is answered at its size */
};

/* Appends a value to `out`.  ET_VALUE with a fault: none was found (a contradiction, or no end of a
 * recursion, or beyond what is understood); `out` is then as before.  ET_NOMEM, ET_LIMIT. */
int et_schema_write(const struct et_schema *schema, const struct et_schema_wish *wish,
                    struct et_text *out, struct et_schema_fault *fault) ET_MUST_CHECK;

/* Whether the schema allows a value (JSON, gate first).  ET_VALUE: it does not; ET_NOMEM. */
int et_schema_check(const struct et_schema *schema, struct et_slice value) ET_MUST_CHECK;

#endif
