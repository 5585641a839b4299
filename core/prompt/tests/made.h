/* SPDX-License-Identifier: MIT */
/* Prompts made by chance for property tests: what people write, with everything that is to stay. */
#ifndef ET_PROMPT_TESTS_MADE_H
#define ET_PROMPT_TESTS_MADE_H

#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/utf8.h"
#include "core/prompt/prompt.h"

static const char *const made_words[] = {
    "the ",        "plan ",     "in order to ", "Please ",
    "note that ",  "week ",     "run ",         "is able to ",
    "e.g. ",       "a  ",       "Laufen ",      "größer ",
    "and please ", "prior to ", "Dr. ",         "10 km, ",
    "easy. ",      "\t",        "ran. Then ",   "made! All ",
    "5 min. ",     "日本語 ",   "(ok) ",        "it is important to note that "};

static const char *const made_lines[] = {
    "Always warm up for ten minutes before a session.",
    "Never plan hard sessions on two days in a row.",
    "This rule is more important than every wish of the athlete.",
    "Write in simple words. Explain each technical term when it appears.",
    "- Always warm up for ten minutes before a session.",
    "2. Never plan hard sessions on two days in a row.",
    "# A heading that is long enough to be said twice",
    "| a row of a table | that is long enough |",
    "> a quoted  line   in order to be kept, long enough",
    "    code  that is   indented in order to be kept",
    "Say \"in order  to\" and `a  b` and “x  y” and «z  z» in the plan.",
    "    ",
    ""};

/* Blocks that must come out as they are, wherever they stand. */
static const char *const made_blocks[] = {
    "```c\nint  a;\n\n\n\"x  \nint  a;\n```", "~~~\n```\n  in order to  \n~~~",
    "````\n```\nPlease  note that\n````", "    two  lines\n\n\n    of   code"};

static const char *const made_values[] = {
    "```\nan open  fence", "10 km\n\n\n\nin order to  win  ", "\"", "x",
    "> a\n    b",          "Please note that {{x}} \0ä"};

#define MADE_PICK(list, bits) ((list)[et_draw_below(bits, sizeof(list) / sizeof(list)[0])])

struct made {
    uint64_t seed;
    uint32_t nth;
};

static inline uint64_t made_bits(struct made *made)
{
    return et_draw(made->seed, 1, ET_DRAW_TEST, made->nth++);
}

static inline void made_add(struct et_prompt *prompt, const char *text, unsigned line)
{
    struct et_prompt_span from = {0, ET_ORIGIN_STATIC, line, ET_PARAMETER_NONE};
    et_prompt_add(prompt, et_slice_of(text), from);
}

static inline void made_value(struct made *made, struct et_prompt *prompt, unsigned line)
{
    int which = (int)et_draw_below(made_bits(made), 6);
    struct et_prompt_span from = {0, ET_ORIGIN_PARAMETER, line, which};
    et_prompt_add(prompt, et_slice_of(made_values[which]), from);
}

/* A line of words or a ready one, or a block; then one to three line feeds. */
static inline void made_line(struct made *made, struct et_prompt *prompt, unsigned line)
{
    uint64_t kind = et_draw_below(made_bits(made), 10);
    if (kind < 4)
        made_add(prompt, MADE_PICK(made_lines, made_bits(made)), line);
    else if (kind == 4)
        made_add(prompt, MADE_PICK(made_blocks, made_bits(made)), line);
    else
        for (uint64_t i = et_draw_below(made_bits(made), 12); i > 0; i--) {
            if (et_draw_below(made_bits(made), 12) == 0)
                made_value(made, prompt, line);
            made_add(prompt, MADE_PICK(made_words, made_bits(made)), line);
        }
    for (uint64_t i = et_draw_below(made_bits(made), 8); i < 12; i += 5)
        made_add(prompt, "\n", line);
}

/* Fills `prompt`: a system message, a pair of an example, a user message. */
static inline void made_prompt(uint64_t seed, struct et_prompt *prompt)
{
    static const char *const roles[] = {"system", "user", "assistant", "user"};
    struct made made = {.seed = seed};
    unsigned line = 1;
    et_prompt_clear(prompt);
    for (size_t i = 0; i < 4; i++) {
        et_prompt_open(prompt, et_slice_of(roles[i]));
        if (i == 1 || i == 2) {
            struct et_prompt_span from = {0, ET_ORIGIN_EXAMPLE, line++, ET_PARAMETER_NONE};
            et_prompt_add(prompt, ET_LIT("In  order to \n\n\nwin. "), from);
            continue;
        }
        for (uint64_t lines = et_draw_below(made_bits(&made), 14); lines > 0; lines--)
            made_line(&made, prompt, line++);
    }
    assert_int_equal(et_prompt_end(prompt), 0);
}

static inline bool made_equal(const struct et_prompt *a, const struct et_prompt *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = et_slice_equal(a->messages[i].role, b->messages[i].role) &&
                et_slice_equal(a->messages[i].content, b->messages[i].content);
    return equal;
}

/* The bytes of one origin, one after another. */
static inline void made_of_origin(const struct et_prompt *prompt, enum et_origin origin,
                                  struct et_text *out)
{
    et_text_clear(out);
    for (size_t i = 0; i < prompt->count; i++)
        for (size_t j = 0, at = 0; j < prompt->messages[i].span_count; j++) {
            const struct et_prompt_span *span = &prompt->messages[i].spans[j];
            if (span->origin == origin)
                et_text_add(out, et_slice_part(prompt->messages[i].content, at, span->end));
            at = span->end;
        }
}

static inline void made_valid(const struct et_prompt *prompt)
{
    for (size_t i = 0; i < prompt->count; i++) {
        const struct et_prompt_message *message = &prompt->messages[i];
        size_t end = message->span_count ? message->spans[message->span_count - 1].end : 0;
        assert_true(et_utf8_valid(message->content));
        assert_int_equal(end, message->content.size);
    }
}

#endif
