/* SPDX-License-Identifier: MIT */
#include "core/base/hash.h"
#include "core/schema/format.h"
#include "core/schema/pattern.h"
#include "core/schema/write_parts.h"
#include "core/tokens/words.h"

enum { PATTERN_TRIES = 40, LENGTH_MAX = 1 << 20 };

/* A string under way, in the writer's scratch. */
struct string {
    struct et_schema_writer *writer;
    const struct et_schema_set *set;
    const struct et_schema_step *step;
    uint64_t min, max; /* characters */
};

static uint64_t characters(struct et_slice text)
{
    uint64_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

static struct et_slice keyword_of(const struct et_schema_set *set, const char *keyword, size_t nth)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct et_json_node *node = et_json_get(set->nodes[i], keyword);
        if (node && nth-- == 0)
            return et_json_text(node);
    }
    return (struct et_slice){NULL, 0};
}

static bool fits(struct string *string)
{
    uint64_t count = characters(et_text_slice(&string->writer->scratch));
    return count >= string->min && count <= string->max;
}

static bool matches_all(struct string *string)
{
    struct et_schema_writer *writer = string->writer;
    bool found = true;
    struct et_slice text = et_text_slice(&writer->scratch), pattern;
    for (size_t i = 0; found && (pattern = keyword_of(string->set, "pattern", i)).data; i++) {
        struct et_pattern *compiled;
        int err = et_pattern_new(&compiled, pattern, &writer->arena);
        if (!err)
            err = et_pattern_match(compiled, text, &writer->arena, &found);
        if (err)
            return !et_write_failed(writer, err);
    }
    return found;
}

/* By one of the patterns, with more and more rounds of what repeats, until it fits all. */
static bool make_by_pattern(struct string *string)
{
    struct et_schema_writer *writer = string->writer;
    struct et_pattern *pattern;
    size_t count = 0;
    while (keyword_of(string->set, "pattern", count).data)
        count++;
    for (uint32_t i = 0; i < PATTERN_TRIES && !writer->err; i++) {
        int err =
            et_pattern_new(&pattern, keyword_of(string->set, "pattern", i % count), &writer->arena);
        if (err)
            return !et_write_failed(writer, err);
        uint32_t grown = i < 20 ? i / 3 : string->min < 1000 ? (uint32_t)string->min : 1000;
        struct et_pattern_wish wish = {
            writer->wish->seed, et_hash64(ET_LIT("pattern"), writer->wish->who) + writer->nth++,
            i < 30 ? grown : i - 30 + grown};
        et_text_clear(&writer->scratch);
        et_pattern_write(pattern, &wish, &writer->scratch);
        if (fits(string) && matches_all(string))
            return true;
    }
    return et_write_refuse(writer, string->step, "no text was found that matches its pattern.");
}

/* Words until the least is reached; then cut at the most. */
static bool make_by_words(struct string *string)
{
    struct et_schema_writer *writer = string->writer;
    uint64_t who = et_hash64(ET_LIT("string"), writer->wish->who) + writer->nth;
    uint64_t words = 1 + writer->words / 2 + et_write_draw(writer, writer->words);
    bool free = string->max >= 40;
    writer->strings += free;
    if (string->min > LENGTH_MAX)
        return et_write_refuse(writer, string->step, "it is too long to be written.");
    if (!free && words > string->max / 8 + 1)
        words = string->max / 8 + 1;
    if (et_write_failed(writer, et_words_write(writer->wish->seed, who, words, &writer->scratch)))
        return false;
    while (et_text_slice(&writer->scratch).size < string->min && !et_text_failed(&writer->scratch))
        et_text_add(&writer->scratch, et_words_token(writer->wish->seed, who, words++));
    if (et_text_slice(&writer->scratch).size > string->max) {
        et_text_cut(&writer->scratch, string->max);
        struct et_slice text = et_text_slice(&writer->scratch);
        if (et_slice_ends(text, ET_LIT(" "))) {
            et_text_cut(&writer->scratch, text.size - 1);
            et_text_addc(&writer->scratch, '.');
        }
    }
    return true;
}

static bool make(struct string *string)
{
    struct et_schema_writer *writer = string->writer;
    struct et_slice format = keyword_of(string->set, "format", 0);
    for (size_t i = 1; format.data && !et_format_known(format); i++)
        format = keyword_of(string->set, "format", i);
    bool formatted = format.data && et_write_format(writer, format, &writer->scratch);
    if (formatted && fits(string) && matches_all(string))
        return true;
    if (keyword_of(string->set, "pattern", 0).data)
        return make_by_pattern(string);
    if (formatted)
        return et_write_refuse(writer, string->step, "no text of its format meets the rest.");
    return make_by_words(string);
}

bool et_write_string(struct et_schema_writer *writer, const struct et_schema_set *set,
                     const struct et_schema_step *step)
{
    struct string string = {.writer = writer,
                            .set = set,
                            .step = step,
                            .min = et_set_least(writer->schema, set, "minLength", 0),
                            .max = et_set_most(writer->schema, set, "maxLength", UINT64_MAX)};
    et_text_clear(&writer->scratch);
    if (string.min > string.max)
        return et_write_refuse(writer, step, "there is no length that it allows.");
    if (!make(&string) || et_write_failed(writer, et_text_failed(&writer->scratch)))
        return false;
    et_text_json(writer->out, et_text_slice(&writer->scratch));
    return true;
}
