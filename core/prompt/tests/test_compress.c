/* SPDX-License-Identifier: MIT */
#include "core/prompt/tests/made.h"

#include "core/prompt/compress.h"
#include "core/prompt/keep.h"

typedef int technique(const struct et_prompt *in, struct et_prompt *out);

static technique *const techniques[] = {et_compress_whitespace, et_compress_wording,
                                        et_compress_duplicates};

enum { TECHNIQUES = 3, BYTES_MAX = 1 << 20, SEEDS = 3000 };

/* One message; [in brackets] stands for a value. */
static void make(struct et_prompt *prompt, const char *text)
{
    et_prompt_clear(prompt);
    et_prompt_open(prompt, ET_LIT("system"));
    bool value = false;
    for (const char *at = text; *at; at++) {
        struct et_prompt_span from = {0, value ? ET_ORIGIN_PARAMETER : ET_ORIGIN_STATIC, 1,
                                      value ? 0 : ET_PARAMETER_NONE};
        if (*at == '[' || *at == ']')
            value = *at == '[';
        else
            et_prompt_add(prompt, (struct et_slice){at, 1}, from);
    }
    assert_int_equal(et_prompt_end(prompt), 0);
}

struct row {
    const char *why, *text, *expected; /* NULL: as it was */
};

static void check(technique *compress, const struct row *rows, size_t count)
{
    struct et_prompt in, out;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        make(&in, rows[i].text);
        assert_int_equal(compress(&in, &out), 0);
        const char *expected = rows[i].expected;
        struct et_slice want = expected ? et_slice_of(expected) : in.messages[0].content;
        if (!et_slice_equal(out.messages[0].content, want))
            fail_msg("%s: \"%.*s\"", rows[i].why, ET_ARG(out.messages[0].content));
    }
    et_prompt_free(&in);
    et_prompt_free(&out);
}

#define CHECK(compress, rows) check(compress, rows, sizeof(rows) / sizeof(rows)[0])

static void whitespace_goes_where_it_says_nothing(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"runs", "a   b  c", "a b c"},
        {"ends of lines", "a  \nb\t\nc", "a\nb\nc"},
        {"empty lines", "a\n\n\n \nb\n\nc\n", "a\n\nb\n\nc"},
        {"the end", "a \n\n ", "a"},
        {"indents", "- a\n  - b   c\n", "- a\n  - b c"},
        {"columns", "a\t\tb", NULL},
        {"values", "a  [ b  \n\n\n c ]  d", "a  b  \n\n\n c  d"},
        {"a fence", "a\n\n\n```\nb  c  \n\n\nd\n```  \n\n\ne",
         "a\n\n```\nb  c  \n\n\nd\n```  \n\ne"},
        {"an open fence", "```\nb  c  \n\n\n", NULL},
        {"a fence in a value opens nothing", "[```]\na   b", "```\na b"},
        {"a longer fence", "````\n```\na  b\n````\nc  d", "````\n```\na  b\n````\nc d"},
        {"tildes", "~~~\na  b\n```\nc  d\n~~~\ne  f", "~~~\na  b\n```\nc  d\n~~~\ne f"},
        {"indented code", "a\n\n    b  c\n\n\n    d  e\n\n\nf", "a\n\n    b  c\n\n\n    d  e\n\nf"},
        {"a tab is an indent", "\ta  b  \nc  d", "\ta  b  \nc d"},
        {"inline code", "a  `b  c`  ``d ` e  f``", "a `b  c` ``d ` e  f``"},
        {"quotes", "a  \"b  c\"  “d  e”  «f  g»", "a \"b  c\" “d  e” «f  g»"},
        {"a quote over two lines", "a \"b  \nc  d\" e  f", "a \"b  \nc  d\" e f"},
        {"an open quote", "a  \"b  c\nd  e\n\nf  g", "a \"b  c\nd  e\n\nf g"},
        {"a blockquote", "> a  b  \nc  d", "> a  b  \nc d"},
        {"a quote around code", "a \"b\n    \"c\nd  e\" f  g", "a \"b\n    \"c\nd  e\" f g"},
    };
    CHECK(et_compress_whitespace, rows);
}

static void wordy_phrases_become_short(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"inside", "Run in order to win.", "Run to win."},
        {"at the start", "In order to win, run.", "To win, run."},
        {"not in capitals", "IN ORDER TO win. In Order To win.", NULL},
        {"not over two spaces", "in  order to win", NULL},
        {"not over a line", "in order\nto win", NULL},
        {"not in a longer word", "in order today; within order to", NULL},
        {"not beside a value", "in order to[x] and [x]in order to",
         "in order tox and xin order to"},
        {"before a value", "in order to [x]", "to x"},
        {"not in a quote", "Say \"in order to\" and `prior to`.", NULL},
        {"without an equal", "Please note that the plan is due.", "The plan is due."},
        {"twice without an equal", "Please please Please run.", "Run."},
        {"not before a value", "Please [x]", "Please x"},
        {"not before a number", "Please 5", NULL},
        {"not before half a word", "Please run[x]", "Please runx"},
        {"not at the end", "Please\nrun", NULL},
        {"not inside a sentence", "if you please run", NULL},
        {"and please", "Stop and please run", "Stop and run"},
        {"two words for three", "In comparison with you", "Compared with you"},
        {"what comes of a row is read again", "and please please please run", "and run"},
        {"a row at the end of a longer one", "It is important to note that it rains.", "It rains."},
        {"German", "Größer in order to", "Größer to"},
    };
    CHECK(et_compress_wording, rows);
}

#define WARM  "Always warm up for ten minutes."
#define NEVER "Never plan two hard days in a row."

static void what_was_said_goes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a line", WARM "\n" NEVER "\n" WARM "\nEnd.", WARM "\n" NEVER "\nEnd."},
        {"the last line", "A.\n\n" WARM "\n\n" WARM, "A.\n\n" WARM},
        {"a paragraph", WARM "\n\n" WARM "\n\nEnd.", WARM "\n\nEnd."},
        {"before an empty line and at the end", WARM "\n- " NEVER "\n- " NEVER "\n\n" WARM,
         WARM "\n- " NEVER},
        {"an empty line behind what goes stays", WARM "\n" WARM "\n\n" WARM "\nEnd.",
         WARM "\n\nEnd."},
        {"a sentence", WARM " " NEVER " " WARM " End.", WARM " " NEVER " End."},
        {"the last sentence", WARM " " NEVER "\nFine. " WARM, WARM " " NEVER "\nFine."},
        {"the first sentence", WARM "\n" WARM " Then run.", WARM "\nThen run."},
        {"two in a row", WARM " " NEVER "\nWell. " WARM " " NEVER " End",
         WARM " " NEVER "\nWell. End"},
        {"a line of sentences", WARM " " NEVER "\nFine.\n" NEVER " " WARM "\nEnd.",
         WARM " " NEVER "\nFine.\nEnd."},
        {"a short one stays", "Be brief.\nBe brief.", NULL},
        {"an abbreviation is no end",
         "Go to Dr. Miller when it hurts a lot. See Dr. Miller when "
         "it hurts a lot.",
         NULL},
        {"what points back",
         "This is true for every single day.\nA.\nThis is true for every "
         "single day.",
         NULL},
        {"a heading", "## What to do on every single day\nA\n## What to do on every single day",
         NULL},
        {"a row", "| a cell of the table | another |\n| a cell of the table | another |", NULL},
        {"a numbered line", "1. " WARM "\n2. " WARM, NULL},
        {"an item of the same list", "- " WARM "\n- Ok.\n- " WARM "\nEnd",
         "- " WARM "\n- Ok.\nEnd"},
        {"an item of another list", "Run:\n- " WARM "\nRide:\n- " WARM, NULL},
        {"an item like a line", WARM "\n- " WARM, NULL},
        {"a line with a value", "Your goal of this week is [x].\nYour goal of this week is [x].",
         "Your goal of this week is x.\nYour goal of this week is x."},
        {"a line like a value", "[" WARM "]\n" WARM, WARM "\n" WARM},
        {"a quote", "Say \"warm up for ten minutes\" now.\nSay \"warm up for ten minutes\" now.",
         NULL},
        {"code", "```\nint number_of_days_in_a_week;\n```\n```\nint number_of_days_in_a_week;\n```",
         NULL},
        {"between code", WARM "\n\n    a\n\n" WARM "\n\n    b", NULL},
        {"a list without words", "- \n- \n-\n", NULL},
        {"dashes", "------------------------------\nA\n------------------------------", NULL},
    };
    CHECK(et_compress_duplicates, rows);
}

static void messages_are_read_each_for_itself(void **state)
{
    (void)state;
    struct et_prompt in, out;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    struct et_prompt_span from = {0, ET_ORIGIN_STATIC, 7, ET_PARAMETER_NONE};
    for (int i = 0; i < 2; i++) {
        et_prompt_open(&in, ET_LIT("user"));
        et_prompt_add(&in, ET_LIT(WARM), from);
    }
    assert_int_equal(et_prompt_end(&in), 0);
    assert_int_equal(et_compress_duplicates(&in, &out), 0);
    assert_true(made_equal(&in, &out));
    et_prompt_free(&in);
    et_prompt_free(&out);
}

/* All bytes that are kept, one after another. */
static void kept_bytes(const struct et_prompt *prompt, struct et_text *out)
{
    et_text_clear(out);
    for (size_t i = 0; i < prompt->count; i++) {
        struct et_slice content = prompt->messages[i].content;
        unsigned char *marks = malloc(content.size + 1);
        et_keep_marks(&prompt->messages[i], marks);
        for (size_t j = 0; j < content.size; j++)
            if (marks[j] != ET_KEEP_FREE)
                et_text_addc(out, content.data[j]);
        free(marks);
    }
}

/* Each block that stands in `in` as often as it does stands in `out`. */
static void blocks_stay(const struct et_prompt *in, const struct et_prompt *out)
{
    for (size_t i = 0; i < sizeof made_blocks / sizeof made_blocks[0]; i++)
        for (size_t j = 0; j < in->count; j++) {
            struct et_slice block = et_slice_of(made_blocks[i]);
            struct et_slice before = in->messages[j].content, after = out->messages[j].content;
            for (size_t at; (at = et_slice_find(before, block)) < before.size;) {
                size_t to = et_slice_find(after, block);
                assert_true(to < after.size);
                before = et_slice_part(before, at + block.size, before.size);
                after = et_slice_part(after, to + block.size, after.size);
            }
        }
}

static void stays(const struct et_prompt *in, const struct et_prompt *out)
{
    struct et_text before, after;
    et_text_init(&before, &support_heap, BYTES_MAX);
    et_text_init(&after, &support_heap, BYTES_MAX);
    static const enum et_origin origins[] = {ET_ORIGIN_PARAMETER, ET_ORIGIN_EXAMPLE};
    for (size_t i = 0; i < 2; i++) {
        made_of_origin(in, origins[i], &before);
        made_of_origin(out, origins[i], &after);
        assert_true(et_slice_equal(et_text_slice(&before), et_text_slice(&after)));
    }
    kept_bytes(in, &before);
    kept_bytes(out, &after);
    assert_true(et_slice_equal(et_text_slice(&before), et_text_slice(&after)));
    blocks_stay(in, out);
    et_text_free(&before);
    et_text_free(&after);
}

static size_t bytes_of(const struct et_prompt *prompt)
{
    size_t bytes = 0;
    for (size_t i = 0; i < prompt->count; i++)
        bytes += prompt->messages[i].content.size;
    return bytes;
}

/* Applies the techniques of `mask` in their order; the result is in prompts[0]. */
static void apply(struct et_prompt prompts[2], unsigned mask)
{
    for (unsigned i = 0; i < TECHNIQUES; i++) {
        if (!(mask >> i & 1))
            continue;
        assert_int_equal(techniques[i](&prompts[0], &prompts[1]), 0);
        assert_true(bytes_of(&prompts[1]) <= bytes_of(&prompts[0]));
        struct et_prompt swap = prompts[0];
        prompts[0] = prompts[1];
        prompts[1] = swap;
    }
}

/* Contents and spans point into the prompt's own memory, so a copy of the struct is a move. */
static void compressing_keeps_what_must_stay_and_twice_is_once(void **state)
{
    (void)state;
    size_t shorter = 0;
    struct et_prompt in, once[2], twice[2];
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    for (int i = 0; i < 2; i++) {
        et_prompt_init(&once[i], &support_heap, BYTES_MAX);
        et_prompt_init(&twice[i], &support_heap, BYTES_MAX);
    }
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        unsigned mask = 1 + (unsigned)(seed % 7);
        made_prompt(seed, &in);
        made_prompt(seed, &once[0]);
        apply(once, mask);
        made_valid(&once[0]);
        stays(&in, &once[0]);
        shorter += bytes_of(&once[0]) < bytes_of(&in);
        made_prompt(seed, &twice[0]);
        apply(twice, mask);
        apply(twice, mask);
        if (!made_equal(&once[0], &twice[0]))
            fail_msg("seed %u: not the same twice", (unsigned)seed);
    }
    assert_true(shorter > SEEDS / 2);
    et_prompt_free(&in);
    for (int i = 0; i < 2; i++) {
        et_prompt_free(&once[i]);
        et_prompt_free(&twice[i]);
    }
}

/* The template's words come out the same whatever the values are, so that prefixes stay shared. */
static void what_becomes_of_the_words_does_not_depend_on_values(void **state)
{
    (void)state;
    static const char *const values[] = {"x", "`", "\"  \n", "\n\n```\n", "    a", WARM "\n"};
    static const char head[] = "Please note  that\n\n\n" WARM " In order to\n",
                      tail[] = "  and  \n" WARM "\n\n\nsay \"b  c\"   d\n```\ne  f\n```";
    struct et_prompt prompts[2];
    struct et_text first, words;
    et_text_init(&first, &support_heap, BYTES_MAX);
    et_text_init(&words, &support_heap, BYTES_MAX);
    et_prompt_init(&prompts[0], &support_heap, BYTES_MAX);
    et_prompt_init(&prompts[1], &support_heap, BYTES_MAX);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "%s[%s]%s", head, values[i], tail);
        make(&prompts[0], text);
        apply(prompts, 7);
        made_of_origin(&prompts[0], ET_ORIGIN_STATIC, i ? &words : &first);
        if (i)
            assert_string_equal(et_text_slice(&words).data, et_text_slice(&first).data);
    }
    et_text_free(&first);
    et_text_free(&words);
    et_prompt_free(&prompts[0]);
    et_prompt_free(&prompts[1]);
}

static bool has_row(const char *words, size_t but)
{
    for (size_t i = 0; i < et_wordy_count; i++)
        if (i != but && strcmp(words, et_wordy_table[i].wordy.data) == 0)
            return true;
    return false;
}

/* A row that ends inside another would be replaced before the other is whole. */
static void no_row_of_the_table_hides_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < et_wordy_count; i++) {
        const struct et_wordy *row = &et_wordy_table[i];
        assert_true(row->brief.size < row->wordy.size);
        assert_false(has_row(row->wordy.data, i));
        for (size_t from = 0; from < row->wordy.size; from++)
            for (size_t to = from + 1; to < row->wordy.size; to++) {
                char part[64] = {0};
                bool whole =
                    (from == 0 || row->wordy.data[from - 1] == ' ') && row->wordy.data[to] == ' ';
                memcpy(part, row->wordy.data + from, to - from);
                if (whole && has_row(part, et_wordy_count))
                    fail_msg("\"%s\" hides \"%s\"", part, row->wordy.data);
            }
    }
}

/* 4 MB of what would be quadratic if anything were read again from the start. */
static void long_texts_take_linear_time(void **state)
{
    (void)state;
    static const char *const parts[] = {"please ",   "Please ", "\"",   "` ``",
                                        "a. B ",     "\n",      "> \n", "    x\n\n",
                                        "in order ", " \t",     "“",    WARM " "};
    enum { BYTES = 1 << 20 };
    struct et_prompt prompts[2];
    et_prompt_init(&prompts[0], &support_heap, 2 * BYTES);
    et_prompt_init(&prompts[1], &support_heap, 2 * BYTES);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        et_prompt_clear(&prompts[0]);
        et_prompt_open(&prompts[0], ET_LIT("system"));
        for (size_t bytes = 0; bytes < BYTES; bytes += strlen(parts[i]))
            made_add(&prompts[0], parts[i], 1);
        assert_int_equal(et_prompt_end(&prompts[0]), 0);
        apply(prompts, 7);
    }
    et_prompt_free(&prompts[0]);
    et_prompt_free(&prompts[1]);
}

static void compress_all(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_prompt in, out;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    made_prompt(11, &in);
    for (unsigned i = 0; i < TECHNIQUES; i++) {
        et_prompt_init(&out, mem, BYTES_MAX);
        int err = techniques[i](&in, &out);
        assert_true(err == 0 || err == ET_NOMEM);
        assert_int_equal(out.count, err ? 0 : in.count);
        et_prompt_free(&out);
    }
    et_prompt_free(&in);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(compress_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whitespace_goes_where_it_says_nothing),
        cmocka_unit_test(wordy_phrases_become_short),
        cmocka_unit_test(what_was_said_goes),
        cmocka_unit_test(messages_are_read_each_for_itself),
        cmocka_unit_test(compressing_keeps_what_must_stay_and_twice_is_once),
        cmocka_unit_test(what_becomes_of_the_words_does_not_depend_on_values),
        cmocka_unit_test(no_row_of_the_table_hides_another),
        cmocka_unit_test(long_texts_take_linear_time),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
