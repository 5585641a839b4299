/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/fit.h"
#include "core/prompt/tests/made.h"

enum { BYTES_MAX = 1 << 20 };

static const struct et_prompt_span words = {0, ET_ORIGIN_STATIC, 1, ET_PARAMETER_NONE};
static const struct et_prompt_span value = {0, ET_ORIGIN_PARAMETER, 2, 3};

static const char long_value[] = "one two three four five six seven eight nine ten eleven twelve "
                                 "thirteen fourteen fifteen sixteen seventeen eighteen nineteen";

static void a_long_value_is_cut_and_tells_so(void **state)
{
    (void)state;
    struct et_prompt in, out;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    et_prompt_open(&in, ET_LIT("user"));
    et_prompt_add(&in, ET_LIT("Short: "), words);
    et_prompt_add(&in, ET_LIT("five six seven"),
                  (struct et_prompt_span){0, ET_ORIGIN_PARAMETER, 1, 2});
    et_prompt_add(&in, ET_LIT("\nLong: "), words);
    et_prompt_add(&in, et_slice_of(long_value), value);
    et_prompt_add(&in, ET_LIT("."), words);
    assert_int_equal(et_prompt_end(&in), 0);
    assert_int_equal(et_fit_values(&in, tables[0].tokenizer, 14, &out), 0);
    const struct et_prompt_message *message = &out.messages[0];
    struct et_slice content = message->content;
    assert_true(et_slice_starts(content, ET_LIT("Short: five six seven\nLong: one two")));
    assert_true(et_slice_ends(content, ET_LIT(" nineteen.")));
    size_t mark = et_slice_find(content, ET_LIT("tokens left out"));
    struct et_prompt_span span = et_prompt_origin(message, mark);
    assert_int_equal(span.origin, ET_ORIGIN_CUT);
    assert_int_equal(span.parameter, 3);
    assert_int_equal(et_prompt_origin(message, content.size - 2).origin, ET_ORIGIN_PARAMETER);
    et_prompt_free(&in);
    et_prompt_free(&out);
}

static size_t tokens_of(const struct et_prompt *prompt)
{
    struct et_chat_message messages[ET_PROMPT_MESSAGES_MAX];
    size_t tokens = 0;
    et_fit_messages(prompt, messages);
    assert_int_equal(
        et_chat_count(tables[0].tokenizer, ET_CHAT_HARMONY, messages, prompt->count, &tokens), 0);
    return tokens;
}

static struct et_turns turns_of(size_t budget)
{
    return (struct et_turns){.tokenizer = tables[0].tokenizer,
                             .family = ET_CHAT_HARMONY,
                             .budget = budget,
                             .mem = &support_heap};
}

static void any_prompt_fits_its_budget_or_is_refused(void **state)
{
    (void)state;
    struct et_prompt in, out, again;
    size_t fitted = 0;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    et_prompt_init(&again, &support_heap, BYTES_MAX);
    for (uint64_t seed = 0; seed < 1500; seed++) {
        made_prompt(seed, &in);
        size_t whole = tokens_of(&in);
        struct et_turns turns =
            turns_of((size_t)et_draw_below(et_draw(seed, 9, ET_DRAW_TEST, 0), whole + 20));
        int err = et_fit_turns(&in, &turns, &out);
        assert_true(err == 0 || err == ET_LIMIT);
        if (err) {
            assert_int_equal(out.count, 0);
            continue;
        }
        fitted++;
        made_valid(&out);
        assert_int_equal(turns.before, whole);
        assert_int_equal(turns.after, tokens_of(&out));
        assert_true(turns.after <= turns.budget);
        assert_slice_equal(out.messages[0].role, "system");
        assert_slice_equal(out.messages[out.count - 1].role, "user");
        assert_true(made_equal(&in, &out) || whole > turns.budget);
        assert_int_equal(et_fit_turns(&out, &turns, &again), 0);
        assert_true(made_equal(&out, &again));
    }
    assert_in_range(fitted, 500, 1499);
    et_prompt_free(&in);
    et_prompt_free(&out);
    et_prompt_free(&again);
}

static void values_are_cut_once(void **state)
{
    (void)state;
    struct et_prompt in, out, again;
    size_t cuts = 0;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    et_prompt_init(&again, &support_heap, BYTES_MAX);
    for (uint64_t seed = 0; seed < 500; seed++) {
        made_prompt(seed, &in);
        size_t budget = (size_t)(seed % 17);
        assert_int_equal(et_fit_values(&in, tables[0].tokenizer, budget, &out), 0);
        assert_int_equal(et_fit_values(&out, tables[0].tokenizer, budget, &again), 0);
        made_valid(&out);
        assert_true(made_equal(&out, &again));
        cuts += !made_equal(&in, &out);
        for (size_t i = 0; i < out.count; i++)
            for (size_t j = 0, at = 0; j < out.messages[i].span_count; j++) {
                const struct et_prompt_span *span = &out.messages[i].spans[j];
                struct et_slice part = et_slice_part(out.messages[i].content, at, span->end);
                if (span->origin == ET_ORIGIN_PARAMETER)
                    assert_true(table_count(ET_ENCODING_O200K, part) <= budget);
                at = span->end;
            }
    }
    assert_true(cuts > 50);
    et_prompt_free(&in);
    et_prompt_free(&out);
    et_prompt_free(&again);
}

static void fit_some(const struct et_mem *mem, void *arg)
{
    struct et_prompt out;
    struct et_turns turns = turns_of(30);
    turns.mem = mem;
    et_prompt_init(&out, mem, BYTES_MAX);
    int err = et_fit_values(arg, tables[0].tokenizer, 3, &out);
    assert_true(err == 0 || err == ET_NOMEM);
    err = et_fit_turns(arg, &turns, &out);
    assert_true(err == 0 || err == ET_NOMEM || err == ET_LIMIT);
    assert_true(err == 0 || out.count == 0);
    et_prompt_free(&out);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    struct et_prompt in;
    et_prompt_init(&in, &support_heap, BYTES_MAX);
    made_prompt(5, &in);
    support_torture(fit_some, &in);
    et_prompt_free(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_value_is_cut_and_tells_so),
        cmocka_unit_test(any_prompt_fits_its_budget_or_is_refused),
        cmocka_unit_test(values_are_cut_once),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
