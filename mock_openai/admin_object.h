/* SPDX-License-Identifier: MIT */
/* JSON objects of the admin port, written member by member.
 *
 *     struct object all = open_object(out);
 *     add_u64(&all, "count", 3);
 *     struct object inner = add_object(&all, "inner");   until close_object(&inner) only it
 *     close_object(&all); */
#ifndef ET_MOCK_ADMIN_OBJECT_H
#define ET_MOCK_ADMIN_OBJECT_H

#include "core/base/ns.h"
#include "core/base/text.h"

#include <inttypes.h>

struct object {
    struct et_text *out;
    bool begun; /* a comma is due */
};

static inline struct object open_object(struct et_text *out)
{
    et_text_addc(out, '{');
    return (struct object){.out = out};
}

static inline struct et_text *add(struct object *object, const char *name)
{
    if (object->begun)
        et_text_addc(object->out, ',');
    object->begun = true;
    et_text_json(object->out, et_slice_of(name));
    et_text_addc(object->out, ':');
    return object->out;
}

static inline void add_u64(struct object *object, const char *name, uint64_t value)
{
    et_text_u64(add(object, name), value);
}

static inline void add_bool(struct object *object, const char *name, bool value)
{
    et_text_add(add(object, name), value ? ET_LIT("true") : ET_LIT("false"));
}

static inline void add_text(struct object *object, const char *name, struct et_slice value)
{
    if (value.size > 0)
        et_text_json(add(object, name), value);
    else
        et_text_add(add(object, name), ET_LIT("null"));
}

static inline void add_ms(struct object *object, const char *name, et_ns span)
{
    uint64_t us = span / ET_US;
    et_text_addf(add(object, name), "%" PRIu64 ".%03" PRIu64, us / 1000, us % 1000);
}

/* How long after `from` it was, or null. */
static inline void add_delay(struct object *object, const char *name, et_ns from, et_ns at)
{
    if (at == ET_NEVER)
        et_text_add(add(object, name), ET_LIT("null"));
    else
        add_ms(object, name, et_since(from, at));
}

static inline struct object add_object(struct object *object, const char *name)
{
    return open_object(add(object, name));
}

static inline void close_object(struct object *object)
{
    et_text_addc(object->out, '}');
}

#endif
