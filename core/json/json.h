/* SPDX-License-Identifier: MIT */
/* A JSON text as a tree to read.
 *
 *     struct et_json *json;
 *     int err = et_json_parse(&json, text, NULL, mem, &complaint);
 *     if (err)
 *         return err;                                          the complaint has line and column
 *     model = et_json_text(et_json_get(et_json_root(json), "model"));
 *     et_json_free(json);
 *
 * The text passes the gate (gate.h) first; the tree is cJSON's, built in memory of `mem` only and
 * never shown.  Nodes live as long as their document.  Every reader takes a NULL node and one of
 * another kind, and answers "not there", so look-ups can be chained without checks.
 *
 * Documents may be parsed and read on several threads, each document on one at a time.  The hooks
 * of cJSON are this library's from before main on (cJSON_InitHooks): a program that embeds it
 * cannot use cJSON for itself, whose allocations are refused outside et_json_parse. */
#ifndef ET_JSON_JSON_H
#define ET_JSON_JSON_H

#include "core/base/complaint.h"
#include "core/json/gate.h"

struct et_json;
struct et_json_node;

struct et_json_options {
    struct et_gate_limits limits; /* zeros: the defaults of gate.h; \u0000 and equal keys are
                                     always refused */
    bool comments; /* allow // to the end of line and slash-star comments, as scenario files do;
                      trailing commas stay errors */
};

/* The text is copied.  `options` may be NULL.  0; ET_SYNTAX or ET_LIMIT with a complaint that has
 * line and column; ET_NOMEM. */
int et_json_parse(struct et_json **json, struct et_slice text,
                  const struct et_json_options *options, const struct et_mem *mem,
                  struct et_complaint *complaint) ET_MUST_CHECK;
void et_json_free(struct et_json *json);

const struct et_json_node *et_json_root(const struct et_json *json);
enum et_json_kind et_json_kind(const struct et_json_node *node); /* NULL: ET_JSON_NONE */

/* Members and items.  get and at are linear in the number of children; so is count. */
const struct et_json_node *et_json_get(const struct et_json_node *object, const char *name);
const struct et_json_node *et_json_at(const struct et_json_node *array, size_t index);
size_t et_json_count(const struct et_json_node *container);
const struct et_json_node *et_json_first(const struct et_json_node *container);
const struct et_json_node *et_json_next(const struct et_json_node *child); /* NULL: the last */
struct et_slice et_json_key(const struct et_json_node *member); /* decoded; data NULL: no key */

/* Values.  The slice of a string is decoded and has a NUL behind it; data is NULL if `node` is no
 * string.  The others return false, with *out untouched, if the node is of another kind or its
 * value does not fit. */
struct et_slice et_json_text(const struct et_json_node *node);
bool et_json_bool(const struct et_json_node *node, bool *out);

/* Exact, from the number's text: 1e3 and 1000.0 are 1000, 0.5 does not fit, nothing is lost beyond
 * 2^53. */
bool et_json_u64(const struct et_json *json, const struct et_json_node *node, uint64_t *out);
bool et_json_double(const struct et_json_node *node, double *out); /* nearest; finite only */

/* The place of a value, or of a member's key, in the text; comments count, as they were. */
size_t et_json_offset(const struct et_json *json, const struct et_json_node *node);
size_t et_json_key_offset(const struct et_json *json, const struct et_json_node *member);

/* The bytes of a value as they came (comments as spaces); linear in their size.  Valid as long as
 * the document. */
struct et_slice et_json_raw(const struct et_json *json, const struct et_json_node *node);

/* Line and column of byte `offset` of the document, if the complaint has none yet. */
void et_json_place(const struct et_json *json, size_t offset, struct et_complaint *complaint);

#endif
