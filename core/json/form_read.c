/* SPDX-License-Identifier: MIT */
#include "core/json/form_ask.h"
#include "core/json/number.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 160 };

bool et_form_text(struct et_form *form, const char *name, enum et_form_need need,
                  struct et_slice *out)
{
    struct et_form_question question = {name, need, ET_JSON_STRING, "a text"};
    const struct et_json_node *node = et_form_ask_kind(form, &question);
    if (node)
        *out = et_json_text(node);
    return node != NULL;
}

bool et_form_word(struct et_form *form, const char *name, enum et_form_need need,
                  struct et_slice *out)
{
    struct et_form_question question = {name, need, ET_JSON_STRING, "a text that is not empty"};
    const struct et_json_node *node = et_form_ask_kind(form, &question);
    bool there = node && et_json_text(node).size > 0;
    if (there)
        *out = et_json_text(node);
    else if (node)
        et_form_wrong(form, name, node, question.expected);
    return there;
}

bool et_form_bool(struct et_form *form, const char *name, enum et_form_need need, bool *out)
{
    struct et_form_question question = {name, need, ET_JSON_BOOL, "true or false"};
    return et_json_bool(et_form_ask_kind(form, &question), out);
}

bool et_form_node(struct et_form *form, const char *name, enum et_form_need need,
                  const struct et_json_node **out)
{
    const struct et_json_node *node = et_form_ask(form, name, need, "a value");
    if (node)
        *out = node;
    return node != NULL;
}

struct scale {
    unsigned digits;            /* the value is wanted times 10^digits */
    struct et_form_range range; /* of the value so multiplied */
};

static bool read_scaled(struct et_form *form, const struct et_form_question *question,
                        const struct scale *scale, uint64_t *out)
{
    const struct et_json_node *node = et_form_ask_kind(form, question);
    bool negative;
    uint64_t value;
    if (!node)
        return false;
    struct et_slice raw = et_json_raw(form->json, node);
    if (et_number_scaled(raw, scale->digits, &negative, &value) != ET_NUMBER_FITS || negative ||
        value < scale->range.min || value > scale->range.max) {
        et_form_wrong(form, question->name, node, question->expected);
        return false;
    }
    *out = value;
    return true;
}

bool et_form_u64(struct et_form *form, const char *name, enum et_form_need need,
                 struct et_form_range range, uint64_t *out)
{
    char words[WORDS];
    snprintf(words, sizeof words, "a whole number from %llu to %llu", (unsigned long long)range.min,
             (unsigned long long)range.max);
    struct et_form_question question = {name, need, ET_JSON_NUMBER, words};
    return read_scaled(form, &question, &(struct scale){0, range}, out);
}

bool et_form_u32(struct et_form *form, const char *name, enum et_form_need need,
                 struct et_form_range range, uint32_t *out)
{
    uint64_t value;
    assert(range.max <= UINT32_MAX);
    if (!et_form_u64(form, name, need, range, &value))
        return false;
    *out = (uint32_t)value;
    return true;
}

enum { PPM_DIGITS = 6 };

bool et_form_ppm(struct et_form *form, const char *name, enum et_form_need need,
                 struct et_form_range range, uint32_t *out)
{
    char words[WORDS];
    uint64_t value;
    assert(range.max <= UINT32_MAX);
    snprintf(words, sizeof words, "a share from %.6g to %.6g, to the millionth",
             (double)range.min / 1e6, (double)range.max / 1e6);
    struct et_form_question question = {name, need, ET_JSON_NUMBER, words};
    if (!read_scaled(form, &question, &(struct scale){PPM_DIGITS, range}, &value))
        return false;
    *out = (uint32_t)value;
    return true;
}

bool et_form_decimal(struct et_form *form, const char *name, enum et_form_need need,
                     unsigned digits, uint64_t *out)
{
    char words[WORDS];
    snprintf(words, sizeof words, "a number from 0 with at most %u digits behind the point",
             digits);
    struct et_form_question question = {name, need, ET_JSON_NUMBER, words};
    return read_scaled(form, &question, &(struct scale){digits, ET_RANGE(0, UINT64_MAX)}, out);
}

bool et_form_span(struct et_form *form, const char *name, enum et_form_need need,
                  enum et_form_unit unit, et_ns *out)
{
    static const struct {
        unsigned digits; /* nanoseconds are 10^digits times finer */
        const char *expected;
    } units[] = {
        [ET_FORM_NS] = {0, "a span in whole nanoseconds"},
        [ET_FORM_US] = {3, "a span in microseconds, to the nanosecond"},
        [ET_FORM_MS] = {6, "a span in milliseconds, to the nanosecond"},
        [ET_FORM_S] = {9, "a span in seconds, to the nanosecond"},
    };
    struct et_form_question question = {name, need, ET_JSON_NUMBER, units[unit].expected};
    struct scale scale = {units[unit].digits, ET_RANGE(0, ET_NEVER - 1)};
    return read_scaled(form, &question, &scale, out);
}

/* As many of the choices as there is room for, and the nearest alone if one is near. */
static void choice_words(struct et_slice found, const char *const *choices, char *words)
{
    const char *near = found.data ? et_slice_nearest(found, choices) : NULL;
    if (near) {
        snprintf(words, WORDS, "\"%s\"", near);
        return;
    }
    size_t size = (size_t)snprintf(words, WORDS, "one of");
    for (; *choices && size < WORDS; choices++)
        size += (size_t)snprintf(words + size, WORDS - size, " \"%s\"%s", *choices,
                                 choices[1] ? "," : "");
}

bool et_form_choice(struct et_form *form, const char *name, enum et_form_need need,
                    const char *const *choices, unsigned *out)
{
    char words[WORDS];
    choice_words((struct et_slice){NULL, 0}, choices, words);
    struct et_form_question question = {name, need, ET_JSON_STRING, words};
    const struct et_json_node *node = et_form_ask_kind(form, &question);
    if (!node)
        return false;
    for (unsigned i = 0; choices[i]; i++)
        if (et_slice_equal(et_json_text(node), et_slice_of(choices[i]))) {
            *out = i;
            return true;
        }
    choice_words(et_json_text(node), choices, words);
    et_form_wrong(form, name, node, words);
    return false;
}
