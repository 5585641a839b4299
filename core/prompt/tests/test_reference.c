/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/reference.h"
#include "core/prompt/tests/made.h"

#define PLAN                                                                                       \
    "Always keep the plan within the time the athlete has, and leave one day of the week free of " \
    "all training."
#define REFERENCE "(as above: \"Always keep the plan…\")"

enum { BYTES_MAX = 1 << 20 };

/* Messages of the system, parted by |; what is in [brackets] is a value. */
static void make(struct et_prompt *prompt, const char *text)
{
    et_prompt_clear(prompt);
    et_prompt_open(prompt, ET_LIT("system"));
    int value = -1;
    bool inside = false;
    for (const char *at = text; *at; at++) {
        struct et_prompt_span from = {0, inside ? ET_ORIGIN_PARAMETER : ET_ORIGIN_STATIC, 3,
                                      inside ? value : ET_PARAMETER_NONE};
        if (*at == '|')
            et_prompt_open(prompt, ET_LIT("system"));
        else if (*at == '[' || *at == ']')
            inside = *at == '[', value += inside;
        else
            et_prompt_add(prompt, (struct et_slice){at, 1}, from);
    }
    assert_int_equal(et_prompt_end(prompt), 0);
}

static void print(const struct et_prompt *prompt, struct et_text *out)
{
    et_text_clear(out);
    for (size_t i = 0; i < prompt->count; i++) {
        et_text_add(out, i ? ET_LIT("|") : ET_LIT(""));
        et_text_add(out, prompt->messages[i].content);
    }
}

static void what_is_said_again_is_referred_to(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text, *expected; /* NULL: as it was, without the brackets */
    } rows[] = {
        {"a paragraph", PLAN "\n\nRun.\n\n" PLAN, PLAN "\n\nRun.\n\n" REFERENCE},
        {"three times", PLAN "\n\n" PLAN "\n\n" PLAN, PLAN "\n\n" REFERENCE "\n\n" REFERENCE},
        {"in another message", PLAN "|Run.\n\n" PLAN "\n", PLAN "|Run.\n\n" REFERENCE "\n"},
        {"a value", "[" PLAN "]|Plan: [" PLAN "], ok", PLAN "|Plan: " REFERENCE ", ok"},
        {"a value like a paragraph", PLAN "|[" PLAN "]", PLAN "|" REFERENCE},
        {"only once", PLAN "|Run.", NULL},
        {"in a longer paragraph", PLAN "\n\n" PLAN " Run.", NULL},
        {"too short",
         "Always keep the plan within the time\n\nAlways keep the plan within the time", NULL},
        {"too few tokens saved",
         "Always warm up for ten minutes before a session, whatever the weather is.|"
         "Always warm up for ten minutes before a session, whatever the weather is.",
         NULL},
        {"in a quote", "\"" PLAN "\"\n\n\"" PLAN "\"", NULL},
        {"with a value inside", PLAN "[x]\n\n" PLAN "[x]", PLAN "x\n\n" PLAN "x"},
        {"other words that begin so", PLAN "\n\nAlways keep the plan at hand.\n\n" PLAN,
         PLAN "\n\nAlways keep the plan at hand.\n\n(as above: \"Always keep the plan within the "
              "time the…\")"},
        {"other words that begin so, but below",
         PLAN "\n\n" PLAN "\n\nAlways keep the plan at hand.",
         PLAN "\n\n" REFERENCE "\n\nAlways keep the plan at hand."},
        {"other words that begin so, in between",
         PLAN "\n\n" PLAN "|[Always keep the plan at hand.]\n\n" PLAN,
         PLAN "\n\n" REFERENCE
              "|Always keep the plan at hand.\n\n(as above: \"Always keep the plan "
              "within the time the…\")"},
        {"without words",
         "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]|"
         "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]",
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"few tokens",
         "the                                                             a b c d e|"
         "the                                                             a b c d e",
         NULL},
        {"a quote among the first words",
         "[a \"b\" c d e f g " PLAN "]|[a \"b\" c d e f g " PLAN "]",
         "a \"b\" c d e f g " PLAN "|a \"b\" c d e f g " PLAN},
    };
    struct et_prompt in, out;
    struct et_text text, want;
    et_text_init(&text, &support_heap, BYTES_MAX);
    et_text_init(&want, &support_heap, BYTES_MAX);
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        make(&in, rows[i].text);
        assert_int_equal(et_reference(&in, tables[0].tokenizer, &out), 0);
        print(&out, &text);
        const char *expected = rows[i].expected ? rows[i].expected : rows[i].text;
        if (strcmp(et_text_slice(&text).data, expected) != 0)
            fail_msg("%s: %s", rows[i].why, et_text_slice(&text).data);
    }
    et_prompt_free(&in);
    et_prompt_free(&out);
    et_text_free(&text);
    et_text_free(&want);
}

static void a_reference_tells_whose_place_it_took(void **state)
{
    (void)state;
    struct et_prompt in, out;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    make(&in, "[" PLAN "]|a [" PLAN "]");
    assert_int_equal(et_reference(&in, tables[0].tokenizer, &out), 0);
    struct et_prompt_span span = et_prompt_origin(&out.messages[1], 5);
    assert_int_equal(span.origin, ET_ORIGIN_REFERENCE);
    assert_int_equal(span.line, 3);
    assert_int_equal(span.parameter, 1);
    assert_int_equal(et_prompt_origin(&out.messages[0], 5).origin, ET_ORIGIN_PARAMETER);
    et_prompt_free(&in);
    et_prompt_free(&out);
}

static size_t tokens_of(const struct et_prompt *prompt)
{
    size_t tokens = 0;
    for (size_t i = 0; i < prompt->count; i++)
        tokens += table_count(ET_ENCODING_O200K, prompt->messages[i].content);
    return tokens;
}

/* Paragraphs and values out of few, so that many are repeated. */
static void make_repeating(uint64_t seed, struct et_prompt *prompt)
{
    static const char *const texts[] = {
        PLAN,
        PLAN " Run.",
        "Always keep the plan within reach, and "
        "say what you think of it in plain words each day.",
        "\"",
        "```\n" PLAN "\n\n" PLAN "\n```",
        "日本語の文章 は 長い です から ここ に 置き ます。日本語の文章 は 長い です から。"};
    struct made made = {.seed = seed};
    et_prompt_clear(prompt);
    for (unsigned i = 0; i < 3; i++) {
        et_prompt_open(prompt, ET_LIT("system"));
        for (uint64_t j = et_draw_below(made_bits(&made), 5); j > 0; j--) {
            bool value = made_bits(&made) % 3 == 0;
            struct et_prompt_span from = {0, value ? ET_ORIGIN_PARAMETER : ET_ORIGIN_STATIC, 1,
                                          value ? (int)j : ET_PARAMETER_NONE};
            et_prompt_add(prompt, et_slice_of(MADE_PICK(texts, made_bits(&made))), from);
            made_add(prompt, made_bits(&made) % 4 ? "\n\n" : "\n", 1);
        }
    }
    assert_int_equal(et_prompt_end(prompt), 0);
}

/* Up to the first reference nothing has changed. */
static void same_up_to_the_first_reference(const struct et_prompt *in, const struct et_prompt *out)
{
    for (size_t i = 0; i < in->count; i++) {
        struct et_slice after = out->messages[i].content;
        for (size_t at = 0; at < after.size;) {
            struct et_prompt_span span = et_prompt_origin(&out->messages[i], at);
            if (span.origin == ET_ORIGIN_REFERENCE)
                return;
            assert_memory_equal(after.data + at, in->messages[i].content.data + at, span.end - at);
            at = span.end;
        }
    }
}

static void references_save_tokens_and_twice_is_once(void **state)
{
    (void)state;
    size_t fewer = 0;
    struct et_prompt in, once, twice;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    et_prompt_init(&once, &support_heap, BYTES_MAX);
    et_prompt_init(&twice, &support_heap, BYTES_MAX);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        if (seed % 4)
            make_repeating(seed, &in);
        else
            made_prompt(seed, &in);
        assert_int_equal(et_reference(&in, tables[0].tokenizer, &once), 0);
        assert_int_equal(et_reference(&once, tables[0].tokenizer, &twice), 0);
        made_valid(&once);
        assert_true(made_equal(&once, &twice));
        assert_true(made_equal(&in, &once) || tokens_of(&once) < tokens_of(&in));
        same_up_to_the_first_reference(&in, &once);
        fewer += !made_equal(&in, &once);
    }
    assert_in_range(fewer, 300, 2000);
    et_prompt_free(&in);
    et_prompt_free(&once);
    et_prompt_free(&twice);
}

static void refer_some(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_prompt in, out;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    et_prompt_init(&out, mem, BYTES_MAX);
    make(&in, PLAN "|Run.\n\n" PLAN "\n");
    int err = et_reference(&in, tables[0].tokenizer, &out);
    assert_true(err == 0 || err == ET_NOMEM);
    assert_int_equal(out.count, err ? 0 : 2);
    et_prompt_free(&in);
    et_prompt_free(&out);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(refer_some, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_again_is_referred_to),
        cmocka_unit_test(a_reference_tells_whose_place_it_took),
        cmocka_unit_test(references_save_tokens_and_twice_is_once),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
