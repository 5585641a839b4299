/* SPDX-License-Identifier: MIT */
#include "core/base/draw.h"
#include "core/base/utf8.h"
#include "core/schema/pattern_parts.h"

#include <string.h>

/* Reads the text of an expression; `err` is sticky. */
struct reader {
    struct et_slice text;
    size_t at;
    struct et_arena *arena;
    unsigned depth;
    int err;
};

enum { DEPTH_MAX = 50, TEXT_MAX = 4096, WORK_MAX = 20000 };

static struct et_shape *fail(struct reader *reader, int err)
{
    if (!reader->err)
        reader->err = err;
    return NULL;
}

static struct et_shape *shape_new(struct reader *reader, enum et_shape_kind kind)
{
    struct et_shape *shape = et_arena_take(reader->arena, sizeof *shape);
    if (!shape)
        return fail(reader, ET_NOMEM);
    shape->kind = kind;
    return shape;
}

static bool is_over(const struct reader *reader)
{
    return reader->err || reader->at >= reader->text.size;
}

static char peek(const struct reader *reader)
{
    return is_over(reader) ? '\0' : reader->text.data[reader->at];
}

static bool take(struct reader *reader, char c)
{
    bool there = !is_over(reader) && peek(reader) == c;
    reader->at += there;
    return there;
}

static uint32_t take_code_point(struct reader *reader)
{
    uint32_t code_point = 0;
    size_t size =
        et_utf8_decode(et_slice_part(reader->text, reader->at, reader->text.size), &code_point);
    if (size == 0)
        fail(reader, ET_VALUE);
    reader->at += size;
    return code_point;
}

static void add_range(struct reader *reader, struct et_shape *class, uint32_t from, uint32_t to)
{
    struct et_range *range = class ? et_arena_take(reader->arena, sizeof *range) : NULL;
    if (!range) {
        fail(reader, ET_NOMEM);
        return;
    }
    *range = (struct et_range){from, to, class->ranges};
    class->ranges = range;
}

struct span {
    uint32_t from, to;
};

static const struct span digits[] = {{'0', '9'}};
static const struct span word_characters[] = {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'_', '_'}};
static const struct span spaces[] = {
    {'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
    {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};

/* What a letter behind a backslash stands for; NULL: no class. */
static const struct span *class_of(char letter, size_t *count)
{
    switch (letter | 0x20) {
    case 'd':
        *count = sizeof digits / sizeof *digits;
        return digits;
    case 'w':
        *count = sizeof word_characters / sizeof *word_characters;
        return word_characters;
    case 's':
        *count = sizeof spaces / sizeof *spaces;
        return spaces;
    default:
        return NULL;
    }
}

/* Adds the class of a letter to another; a capital stands for all the rest.  The spans of each list
 * do not overlap, but are not in order: the gaps are found by the next higher start. */
static void add_class(struct reader *reader, struct et_shape *class, char letter)
{
    size_t count = 0;
    const struct span *spans = class_of(letter, &count);
    if (letter & 0x20) {
        for (size_t i = 0; i < count; i++)
            add_range(reader, class, spans[i].from, spans[i].to);
        return;
    }
    uint32_t from = 0;
    for (;;) {
        const struct span *next = NULL;
        for (size_t i = 0; i < count; i++)
            if (spans[i].from >= from && (!next || spans[i].from < next->from))
                next = &spans[i];
        uint32_t to = next ? next->from : ET_CODE_POINT_MAX + 1;
        if (to > from)
            add_range(reader, class, from, to - 1);
        if (!next)
            return;
        from = next->to + 1;
    }
}

static uint32_t take_hex(struct reader *reader, unsigned least, unsigned most)
{
    uint32_t value = 0;
    unsigned count = 0;
    for (; count < most && et_hex_value(peek(reader)) >= 0 && !is_over(reader); count++)
        value = value << 4 | (uint32_t)et_hex_value(reader->text.data[reader->at++]);
    if (count < least || value > ET_CODE_POINT_MAX || (value >= 0xD800 && value <= 0xDFFF))
        fail(reader, ET_VALUE);
    return value;
}

static uint32_t take_unicode(struct reader *reader)
{
    if (!take(reader, '{'))
        return take_hex(reader, 4, 4);
    uint32_t value = take_hex(reader, 1, 6);
    if (!take(reader, '}'))
        fail(reader, ET_VALUE);
    return value;
}

/* Behind a backslash: the code point of an escape that is no class. */
static uint32_t take_escape(struct reader *reader)
{
    static const char letters[] = "tnrfv0", values[] = "\t\n\r\f\v";
    char c = peek(reader);
    if (is_over(reader)) {
        fail(reader, ET_VALUE);
        return 0;
    }
    reader->at++;
    const char *letter = strchr(letters, c);
    if (c && letter)
        return (unsigned char)values[letter - letters];
    if (c == 'x')
        return take_hex(reader, 2, 2);
    if (c == 'u')
        return take_unicode(reader);
    if (!c || !strchr("^$\\.*+?()[]{}|/-,:;=!<>@#%&_~`'\" ", c))
        fail(reader, ET_VALUE);
    return (unsigned char)c;
}

static bool at_class(const struct reader *reader)
{
    size_t count;
    return reader->at + 1 < reader->text.size && peek(reader) == '\\' &&
           class_of(reader->text.data[reader->at + 1], &count) &&
           strchr("dDwWsS", reader->text.data[reader->at + 1]);
}

static uint32_t take_member(struct reader *reader)
{
    if (take(reader, '\\'))
        return take(reader, 'b') ? '\b' : take_escape(reader);
    return take_code_point(reader);
}

/* One item of a class in brackets: \d, a, or a-z. */
static void take_item(struct reader *reader, struct et_shape *class)
{
    if (at_class(reader)) {
        add_class(reader, class, reader->text.data[reader->at + 1]);
        reader->at += 2;
        return;
    }
    uint32_t from = take_member(reader), to = from;
    bool ranges = peek(reader) == '-' && reader->at + 1 < reader->text.size &&
                  reader->text.data[reader->at + 1] != ']';
    if (ranges) {
        reader->at++;
        if (at_class(reader))
            fail(reader, ET_VALUE);
        to = take_member(reader);
    }
    if (to < from)
        fail(reader, ET_VALUE);
    add_range(reader, class, from, to);
}

static struct et_shape *take_brackets(struct reader *reader)
{
    struct et_shape *class = shape_new(reader, ET_SHAPE_CLASS);
    bool negated = take(reader, '^');
    while (!is_over(reader) && peek(reader) != ']')
        take_item(reader, class);
    if (!take(reader, ']'))
        return fail(reader, ET_VALUE);
    class->negated = negated;
    return class;
}

static struct et_shape *take_any(struct reader *reader, bool group);

/* Behind "(?": (?=…) and (?!…). */
static struct et_shape *take_look(struct reader *reader)
{
    struct et_shape *look = shape_new(reader, ET_SHAPE_LOOK);
    bool negated = reader->text.data[reader->at++] == '!';
    struct et_shape *inside = take_any(reader, true);
    if (!look || !take(reader, ')'))
        return fail(reader, ET_VALUE);
    look->children = inside;
    look->negated = negated;
    return look;
}

static struct et_shape *take_group(struct reader *reader)
{
    if (take(reader, '?')) {
        if (peek(reader) == '=' || peek(reader) == '!')
            return take_look(reader);
        bool named = take(reader, '<');
        if (named && (peek(reader) == '=' || peek(reader) == '!'))
            return fail(reader, ET_VALUE);
        while (named && !is_over(reader) && peek(reader) != '>')
            reader->at++;
        if (!take(reader, named ? '>' : ':'))
            return fail(reader, ET_VALUE);
    }
    struct et_shape *inside = take_any(reader, true);
    return take(reader, ')') ? inside : fail(reader, ET_VALUE);
}

static struct et_shape *literal(struct reader *reader, uint32_t code_point)
{
    struct et_shape *class = shape_new(reader, ET_SHAPE_CLASS);
    add_range(reader, class, code_point, code_point);
    return class;
}

static struct et_shape *take_backslash(struct reader *reader)
{
    if (at_class(reader)) {
        struct et_shape *class = shape_new(reader, ET_SHAPE_CLASS);
        add_class(reader, class, reader->text.data[reader->at + 1]);
        reader->at += 2;
        return class;
    }
    reader->at++;
    if (peek(reader) != 'b' && peek(reader) != 'B')
        return literal(reader, take_escape(reader));
    struct et_shape *word = shape_new(reader, ET_SHAPE_WORD);
    if (word)
        word->negated = peek(reader) == 'B';
    reader->at++;
    return word;
}

/* '.': all but the ends of lines. */
static struct et_shape *any_character(struct reader *reader)
{
    struct et_shape *class = shape_new(reader, ET_SHAPE_CLASS);
    add_range(reader, class, '\n', '\n');
    add_range(reader, class, '\r', '\r');
    add_range(reader, class, 0x2028, 0x2029);
    if (class)
        class->negated = true;
    return class;
}

static struct et_shape *take_atom(struct reader *reader)
{
    switch (peek(reader)) {
    case '\\':
        return take_backslash(reader);
    case '*':
    case '+':
    case '?':
    case '{':
    case '}':
    case ']':
        return fail(reader, ET_VALUE);
    default:
        break;
    }
    if (take(reader, '('))
        return take_group(reader);
    if (take(reader, '['))
        return take_brackets(reader);
    if (take(reader, '.'))
        return any_character(reader);
    if (take(reader, '^'))
        return shape_new(reader, ET_SHAPE_BEGIN);
    if (take(reader, '$'))
        return shape_new(reader, ET_SHAPE_END);
    return literal(reader, take_code_point(reader));
}

static uint32_t take_count(struct reader *reader)
{
    uint64_t value = 0;
    size_t first = reader->at;
    while (peek(reader) >= '0' && peek(reader) <= '9' && value <= ET_PATTERN_STATES_MAX)
        value = value * 10 + (uint64_t)(reader->text.data[reader->at++] - '0');
    if (reader->at == first || value > ET_PATTERN_STATES_MAX)
        fail(reader, ET_VALUE);
    return (uint32_t)value;
}

/* Behind '{'. */
static void take_counts(struct reader *reader, struct et_shape *repeat)
{
    repeat->min = repeat->max = take_count(reader);
    if (take(reader, ','))
        repeat->max = peek(reader) == '}' ? ET_PATTERN_ENDLESS : take_count(reader);
    if (!take(reader, '}') || repeat->max < repeat->min)
        fail(reader, ET_VALUE);
}

static struct et_shape *take_repeated(struct reader *reader)
{
    struct et_shape *atom = take_atom(reader);
    if (is_over(reader) || !atom || !strchr("*+?{", peek(reader)))
        return atom;
    struct et_shape *repeat = shape_new(reader, ET_SHAPE_REPEAT);
    if (!repeat || atom->kind >= ET_SHAPE_BEGIN)
        return fail(reader, ET_VALUE);
    repeat->children = atom;
    char c = reader->text.data[reader->at++];
    repeat->min = c == '+';
    repeat->max = c == '?' ? 1 : ET_PATTERN_ENDLESS;
    if (c == '{')
        take_counts(reader, repeat);
    take(reader, '?'); /* lazy: the same texts */
    return repeat;
}

static struct et_shape *take_row(struct reader *reader)
{
    struct et_shape *row = shape_new(reader, ET_SHAPE_ALL);
    struct et_shape **last = row ? &row->children : NULL;
    while (row && !is_over(reader) && peek(reader) != '|' && peek(reader) != ')') {
        *last = take_repeated(reader);
        if (!*last)
            return NULL;
        last = &(*last)->next;
    }
    return row;
}

static struct et_shape *take_any(struct reader *reader, bool group)
{
    if (reader->depth++ >= DEPTH_MAX)
        return fail(reader, ET_VALUE);
    struct et_shape *any = shape_new(reader, ET_SHAPE_ONE_OF);
    struct et_shape **last = any ? &any->children : NULL;
    do {
        struct et_shape *row = take_row(reader);
        if (!row || !last)
            return NULL;
        *last = row;
        last = &row->next;
    } while (take(reader, '|'));
    if (!group && !is_over(reader))
        return fail(reader, ET_VALUE);
    reader->depth--;
    return any;
}

int et_pattern_new(struct et_pattern **out, struct et_slice text, struct et_arena *arena)
{
    struct reader reader = {.text = text, .arena = arena};
    struct et_pattern *pattern = et_arena_take(arena, sizeof *pattern);
    if (!pattern)
        return ET_NOMEM;
    if (text.size > TEXT_MAX)
        return ET_VALUE;
    pattern->root = take_any(&reader, false);
    int err = reader.err ? reader.err : et_pattern_compile(pattern, arena);
    if (!err)
        *out = pattern;
    return err;
}

bool et_shape_holds(const struct et_shape *shape, uint32_t code_point)
{
    const struct et_range *range = shape->ranges;
    while (range && (code_point < range->from || code_point > range->to))
        range = range->next;
    return shape->negated == !range;
}

/* A text under way. */
struct writer {
    const struct et_pattern_wish *wish;
    uint32_t nth;
    uint32_t work; /* shapes written; a text that takes too many ends early, and does not match */
    struct et_text *out;
};

static uint64_t draw(struct writer *writer, uint64_t bound)
{
    return et_draw_below(
        et_draw(writer->wish->seed, writer->wish->who, ET_DRAW_SCHEMA, writer->nth++), bound);
}

/* The first of the class from a drawn place on, among those a person likes to read. */
static bool pick_among(struct writer *writer, const struct et_shape *class, const char *liked,
                       uint32_t *out)
{
    size_t count = strlen(liked), from = draw(writer, count);
    for (size_t i = 0; i < count; i++) {
        *out = (unsigned char)liked[(from + i) % count];
        if (et_shape_holds(class, *out))
            return true;
    }
    return false;
}

static bool pick(struct writer *writer, const struct et_shape *class, uint32_t *out)
{
    static const char *const liked[] = {"abcdefghijklmnopqrstuvwxyz", "0123456789",
                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"};
    if (draw(writer, 4) == 0 && pick_among(writer, class, liked[1], out))
        return true;
    for (size_t i = 0; i < sizeof liked / sizeof *liked; i++)
        if (pick_among(writer, class, liked[i], out))
            return true;
    for (const struct et_range *range = class->ranges; range; range = range->next) {
        *out = class->negated ? range->to + 1 : range->from ? range->from : range->to;
        bool whole = *out > 0 && *out <= ET_CODE_POINT_MAX && (*out < 0xD800 || *out > 0xDFFF);
        if (whole && et_shape_holds(class, *out))
            return true;
    }
    return false;
}

static void write_class(struct writer *writer, const struct et_shape *class)
{
    uint32_t code_point;
    char bytes[4];
    if (pick(writer, class, &code_point))
        et_text_add(writer->out, (struct et_slice){bytes, et_utf8_encode(code_point, bytes)});
}

static void write_shape(struct writer *writer, const struct et_shape *shape);

static void write_one_of(struct writer *writer, const struct et_shape *shape)
{
    const struct et_shape *child = shape->children;
    uint64_t count = 0;
    for (; child; child = child->next)
        count++;
    uint64_t chosen = count > 1 ? draw(writer, count) : 0;
    for (child = shape->children; chosen > 0; chosen--)
        child = child->next;
    write_shape(writer, child);
}

static void write_repeat(struct writer *writer, const struct et_shape *shape)
{
    uint32_t most = shape->min + writer->wish->extra;
    if (most > shape->max)
        most = shape->max;
    if (shape->min == 0 && most == 0 && shape->max > 0 && draw(writer, 2))
        most = 1;
    for (uint32_t i = 0; i < most && !et_text_failed(writer->out) && writer->work < WORK_MAX; i++)
        write_shape(writer, shape->children);
}

static void write_shape(struct writer *writer, const struct et_shape *shape)
{
    if (writer->work++ > WORK_MAX)
        return;
    switch (shape->kind) {
    case ET_SHAPE_CLASS:
        write_class(writer, shape);
        break;
    case ET_SHAPE_ALL:
        for (shape = shape->children; shape; shape = shape->next)
            write_shape(writer, shape);
        break;
    case ET_SHAPE_ONE_OF:
        write_one_of(writer, shape);
        break;
    case ET_SHAPE_REPEAT:
        write_repeat(writer, shape);
        break;
    case ET_SHAPE_BEGIN:
    case ET_SHAPE_END:
    case ET_SHAPE_WORD:
    case ET_SHAPE_LOOK:
        break;
    }
}

void et_pattern_write(const struct et_pattern *pattern, const struct et_pattern_wish *wish,
                      struct et_text *out)
{
    struct writer writer = {.wish = wish, .out = out};
    write_shape(&writer, pattern->root);
}
