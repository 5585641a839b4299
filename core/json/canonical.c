/* SPDX-License-Identifier: MIT */
#include "core/json/canonical.h"

#include "core/json/chars.h"
#include "core/json/number.h"
#include "core/json/walk.h"

#include <string.h>

/* The text as a tree of indices, whose objects are sorted; index 0 is no node. */
struct node {
    uint32_t key, key_size; /* raw, without quotes; key 0: an item or the root */
    uint32_t at;
    uint32_t size; /* raw bytes, without quotes, of a scalar */
    uint32_t next, child;
};

struct canonical {
    struct et_slice text;
    const char *const *drop_keys;
    struct node *nodes;
    uint32_t count;
    struct et_text string; /* a decoded string */
    struct et_text *out;
};

static size_t count_values(struct et_slice text)
{
    struct et_walk walk = {text, 0};
    struct et_token token;
    size_t count = 0;
    while (et_walk_next(&walk, &token))
        count += token.role == ET_TOKEN_SCALAR || token.role == ET_TOKEN_OPEN;
    return count;
}

static struct et_slice key_of(const struct canonical *c, uint32_t node)
{
    return (struct et_slice){c->text.data + c->nodes[node].key, c->nodes[node].key_size};
}

/* Merges two sorted lists. */
static uint32_t merged(struct canonical *c, uint32_t a, uint32_t b)
{
    uint32_t head = 0, *tail = &head;
    while (a && b) {
        uint32_t *least = et_chars_compare(key_of(c, a), key_of(c, b)) <= 0 ? &a : &b;
        *tail = *least;
        tail = &c->nodes[*least].next;
        *least = *tail;
    }
    *tail = a ? a : b;
    return head;
}

/* Takes `count` nodes off the front of *rest and returns them sorted by key.  Calls itself to a
 * depth of log2(count). */
static uint32_t sorted(struct canonical *c, uint32_t *rest, uint32_t count)
{
    if (count == 0)
        return 0;
    if (count == 1) {
        uint32_t node = *rest;
        *rest = c->nodes[node].next;
        c->nodes[node].next = 0;
        return node;
    }
    uint32_t left = sorted(c, rest, count / 2);
    return merged(c, left, sorted(c, rest, count - count / 2));
}

struct frame {
    uint32_t node, last, count;
    bool is_object;
};

static bool dropped(const struct canonical *c, uint32_t node)
{
    for (const char *const *key = c->drop_keys; key && *key; key++)
        if (et_chars_are(key_of(c, node), et_slice_of(*key)))
            return true;
    return false;
}

static void link_child(struct canonical *c, struct frame *parent, uint32_t node)
{
    if (parent->last)
        c->nodes[parent->last].next = node;
    else
        c->nodes[parent->node].child = node;
    parent->last = node;
    parent->count++;
}

static void close_frame(struct canonical *c, const struct frame *frame)
{
    uint32_t rest = c->nodes[frame->node].child;
    if (frame->is_object)
        c->nodes[frame->node].child = sorted(c, &rest, frame->count);
}

static void build(struct canonical *c)
{
    struct et_walk walk = {c->text, 0};
    struct et_token token, key = {0};
    struct frame frames[ET_GATE_DEPTH];
    uint32_t depth = 0;
    while (et_walk_next(&walk, &token)) {
        if (token.role == ET_TOKEN_KEY) {
            key = token;
            continue;
        }
        if (token.role == ET_TOKEN_CLOSE) {
            close_frame(c, &frames[--depth]);
            continue;
        }
        uint32_t node = ++c->count;
        c->nodes[node].at = (uint32_t)token.at;
        c->nodes[node].size = (uint32_t)token.raw.size;
        bool member = depth > 0 && frames[depth - 1].is_object;
        if (member) {
            c->nodes[node].key = (uint32_t)(key.raw.data - c->text.data);
            c->nodes[node].key_size = (uint32_t)key.raw.size;
        }
        if (depth > 0 && !(member && depth == 1 && dropped(c, node)))
            link_child(c, &frames[depth - 1], node);
        if (token.role == ET_TOKEN_OPEN)
            frames[depth++] = (struct frame){node, 0, 0, token.kind == ET_JSON_OBJECT};
    }
}

/* A string without escapes is its own canonical form. */
static void put_string(struct canonical *c, struct et_slice raw)
{
    if (raw.size && !memchr(raw.data, '\\', raw.size)) {
        et_text_addc(c->out, '"');
        et_text_add(c->out, raw);
        et_text_addc(c->out, '"');
        return;
    }
    et_text_clear(&c->string);
    et_chars_decode(raw, &c->string);
    et_text_json(c->out, et_text_slice(&c->string));
}

static void put_scalar(struct canonical *c, const struct node *node)
{
    char first = c->text.data[node->at];
    if (first == '"') {
        put_string(c, et_slice_part(c->text, node->at + 1, node->at + 1 + node->size));
        return;
    }
    struct et_slice raw = et_slice_part(c->text, node->at, node->at + node->size);
    struct et_number number;
    if ((first == '-' || (first >= '0' && first <= '9')) && et_number_read(raw, &number))
        et_number_print(&number, c->out);
    else
        et_text_add(c->out, raw);
}

static bool is_container(const struct canonical *c, uint32_t node)
{
    char first = c->text.data[c->nodes[node].at];
    return first == '{' || first == '[';
}

static void put_key(struct canonical *c, uint32_t node)
{
    if (c->nodes[node].key) {
        put_string(c, key_of(c, node));
        et_text_addc(c->out, ':');
    }
}

/* The opening bracket and closing bracket of a container are two ASCII signs apart. */
static void put_bracket(struct canonical *c, uint32_t node, bool closing)
{
    et_text_addc(c->out, (char)(c->text.data[c->nodes[node].at] + (closing ? 2 : 0)));
}

static void emit(struct canonical *c)
{
    uint32_t path[ET_GATE_DEPTH], depth = 0, node = 1;
    for (;;) {
        put_key(c, node);
        if (is_container(c, node)) {
            put_bracket(c, node, false);
            if (c->nodes[node].child) {
                path[depth++] = node;
                node = c->nodes[node].child;
                continue;
            }
            put_bracket(c, node, true);
        } else {
            put_scalar(c, &c->nodes[node]);
        }
        while (depth > 0 && !c->nodes[node].next) {
            node = path[--depth];
            put_bracket(c, node, true);
        }
        if (depth == 0)
            return;
        et_text_addc(c->out, ',');
        node = c->nodes[node].next;
    }
}

int et_json_canonical(struct et_slice gated, const char *const *drop_keys, struct et_text *out)
{
    size_t room = count_values(gated) + 1;
    struct canonical c = {.text = gated, .drop_keys = drop_keys, .out = out};
    c.nodes = et_mem_array(out->mem, room, sizeof *c.nodes);
    if (!c.nodes)
        return ET_NOMEM;
    et_text_init(&c.string, out->mem, gated.size);
    build(&c);
    emit(&c);
    int err = et_text_failed(&c.string);
    et_text_free(&c.string);
    et_mem_give(out->mem, c.nodes, room * sizeof *c.nodes);
    return err ? err : et_text_failed(out);
}
