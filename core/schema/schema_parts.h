/* SPDX-License-Identifier: MIT */
/* The inside of core/schema.
 *
 *     schema.c     the document            keywords.c   is it one we understand?
 *     check.c      does it allow a value?  set.c        several schemas that hold at once
 *     depth.c      is there an end to it?
 *     write.c      a value, made: write_object.c, write_array.c, write_string.c, write_number.c
 *     path.h decimal.h pattern.h           what they need
 *
 * A schema is read where it stands, from its JSON tree; keywords.c has seen to it that every
 * keyword has the shape the others rely on. */
#ifndef ET_SCHEMA_SCHEMA_PARTS_H
#define ET_SCHEMA_SCHEMA_PARTS_H

#include "core/base/arena.h"
#include "core/schema/decimal.h"
#include "core/schema/path.h"

struct et_schema {
    const struct et_mem *mem;
    struct et_json *json;
    const struct et_json_node *root;
};

/* 0; ET_VALUE with a fault: no schema, or not understood. */
int et_schema_understand(const struct et_schema *schema, struct et_schema_fault *fault);

/* What a $ref stands for; NULL: nothing in this document. */
const struct et_json_node *et_schema_target(const struct et_schema *schema, struct et_slice ref);

/* A value to look at, in whatever document it stands. */
struct et_schema_value {
    const struct et_json *json;
    const struct et_json_node *node;
};

struct et_check {
    const struct et_schema *schema;
    struct et_arena *arena; /* for patterns and spellings; grows while it is used */
    unsigned depth;         /* 0 at first, as is … */
    uint64_t work;
};

/* 0: `node`, a part of the schema, allows the value; ET_VALUE: it does not; ET_LIMIT: that cannot
 * be said (an endless $ref, a number or a pattern beyond what is understood); ET_NOMEM. */
int et_check_value(struct et_check *check, const struct et_json_node *node,
                   const struct et_schema_value *value) ET_MUST_CHECK;

/* Types a value may have, as bits. */
enum et_schema_type {
    ET_TYPE_NULL = 1,
    ET_TYPE_BOOL = 1 << 1,
    ET_TYPE_INTEGER = 1 << 2,
    ET_TYPE_FRACTION = 1 << 3, /* a number that is no integer; "number" is both */
    ET_TYPE_STRING = 1 << 4,
    ET_TYPE_ARRAY = 1 << 5,
    ET_TYPE_OBJECT = 1 << 6,
    ET_TYPE_ANY = (1 << 7) - 1
};
unsigned et_schema_types(const struct et_json_node *type); /* of the value of "type" */

/* Schemas that must all hold: what a $ref, an allOf and a chosen alternative add up to. */
enum { ET_SET_MAX = 48, ET_SET_UNIONS_MAX = 16 };

struct et_schema_set {
    const struct et_json_node *nodes[ET_SET_MAX]; /* objects */
    size_t count;
    const struct et_json_node *unions[ET_SET_UNIONS_MAX]; /* lists of anyOf and oneOf, not chosen */
    size_t union_count;
};

/* Adds a schema and whatever it brings along.  ET_VALUE: it is false; ET_LIMIT: the set is full. */
int et_set_add(const struct et_schema *schema, struct et_schema_set *set,
               const struct et_json_node *node) ET_MUST_CHECK;

unsigned et_set_types(const struct et_schema_set *set);

/* The largest of a keyword that counts at least (minLength, …), or the smallest of one that counts
 * at most. */
uint64_t et_set_least(const struct et_schema *schema, const struct et_schema_set *set,
                      const char *keyword, uint64_t otherwise);
uint64_t et_set_most(const struct et_schema *schema, const struct et_schema_set *set,
                     const char *keyword, uint64_t otherwise);

/* The schemas of one member, or of one item, of what the set describes.  Errors as et_set_add,
 * and ET_NOMEM. */
int et_set_member(const struct et_schema *schema, const struct et_schema_set *set,
                  struct et_slice key, struct et_arena *arena,
                  struct et_schema_set *out) ET_MUST_CHECK;
int et_set_item(const struct et_schema *schema, const struct et_schema_set *set, size_t index,
                struct et_schema_set *out) ET_MUST_CHECK;

/* The schema of item `index` of an array, in either draft; NULL: any item will do. */
const struct et_json_node *et_schema_item(const struct et_json_node *node, size_t index);

/* How deep values of the schema nest at least, as far as it is seen: 100 stands for no end. */
unsigned et_schema_depth(const struct et_schema *schema, const struct et_json_node *node);

#endif
