/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/base/draw.h"
#include "core/base/wide.h"
#include "core/prompt/padding.h"
#include "core/prompt/tests/made.h"

enum { USD = 1000000 }; /* $1 per 1M tokens, in pico-dollars per token */

static struct et_padding prefix_case(uint32_t tokens, uint32_t hit_rate)
{
    return (struct et_padding){.fresh = 5 * USD / 2,
                               .cached = USD / 4,
                               .caching = ET_CACHING_PREFIX,
                               .tokens = tokens,
                               .hit_rate = hit_rate};
}

/* docs/goals.md, section 2: a hit rate above 79 % for 298 tokens, above 66 % for 418. */
static void the_break_even_of_the_goals_comes_out(void **state)
{
    (void)state;
    static const struct {
        uint32_t tokens, break_even;
    } rows[] = {{298, 788}, {418, 658},  {312, 773}, {318, 767},
                {0, 1001},  {102, 1001}, {103, 1000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_padding padding = prefix_case(rows[i].tokens, 0);
        assert_int_equal(et_padding_decide(&padding), ET_PADDING_COSTS);
        assert_int_equal(padding.target, 1024);
        if (padding.break_even != rows[i].break_even)
            fail_msg("%u: %u", rows[i].tokens, padding.break_even);
        for (uint32_t rate = 0; rate <= 1000; rate++) {
            padding = prefix_case(rows[i].tokens, rate);
            assert_int_equal(et_padding_decide(&padding),
                             rate >= rows[i].break_even ? ET_PADDING_PAYS : ET_PADDING_COSTS);
        }
    }
}

static void costs_are_those_of_a_thousand_requests(void **state)
{
    (void)state;
    struct et_padding padding = prefix_case(418, 800);
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_PAYS);
    assert_int_equal(padding.now, 1000ull * 418 * 2500000);
    assert_int_equal(padding.padded, 800ull * 1024 * 250000 + 200ull * 1024 * 2500000);
    padding = prefix_case(1100, 900); /* 1,024 of it are cached as it is */
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_PAYS);
    assert_int_equal(padding.target, 1152);
    assert_int_equal(padding.now,
                     900ull * (1024 * 250000 + 76 * 2500000ull) + 100ull * 1100 * 2500000);
    assert_int_equal(padding.padded, 900ull * 1152 * 250000 + 100ull * 1152 * 2500000);
}

static void requests_between_expirations_are_a_hit_rate(void **state)
{
    (void)state;
    struct et_padding padding = prefix_case(418, 0), same = prefix_case(418, 750);
    padding.requests = 4;
    assert_int_equal(et_padding_decide(&padding), et_padding_decide(&same));
    assert_int_equal(padding.padded, same.padded);
    padding.requests = 1; /* never a hit */
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_COSTS);
    assert_int_equal(padding.padded, 1000ull * 1024 * 2500000);
    padding.requests = 3;
    padding.fresh = padding.cached = 1; /* 1,024,000 / 1 */
    et_padding_decide(&padding);
    assert_int_equal(padding.padded, 1024000);
    padding.fresh = 2, padding.cached = 1; /* 4,096,000 / 3 */
    et_padding_decide(&padding);
    assert_int_equal(padding.padded, 1365333);
    padding.fresh = 3, padding.cached = 1; /* 5,120,000 / 3 */
    et_padding_decide(&padding);
    assert_int_equal(padding.padded, 1706667);
    padding.requests = UINT32_MAX;
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_PAYS);
}

static void breakpoints_are_written_for_a_fee(void **state)
{
    (void)state;
    struct et_padding padding = {.fresh = 2 * USD,
                                 .cached = USD / 5,
                                 .written = 5 * USD / 2,
                                 .caching = ET_CACHING_BREAKPOINTS,
                                 .tokens = 600,
                                 .hit_rate = 800};
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_PAYS);
    assert_int_equal(padding.target, 1024);
    assert_int_equal(padding.now, 1000ull * 600 * 2 * USD);
    assert_int_equal(padding.padded, 800ull * 1024 * USD / 5 + 200ull * 1024 * 5 * USD / 2);
    assert_int_equal(padding.break_even, 578); /* (1024 w - 600 i) / (1024 (w - c)) */
    padding.tokens = 1025;                     /* no steps: cached whole as it is */
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_NEEDLESS);
}

static void what_needs_no_padding_or_has_no_price_is_told(void **state)
{
    (void)state;
    struct et_padding padding = prefix_case(1152, 900);
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_NEEDLESS);
    padding = prefix_case(418, 900);
    padding.caching = ET_CACHING_NONE;
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_NEEDLESS);
    padding = prefix_case(418, 900);
    padding.cached = ET_PICO_NONE;
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_UNPRICED);
    padding = prefix_case(418, 900);
    padding.fresh = ET_PICO_NONE;
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_UNPRICED);
    padding = prefix_case(418, 900);
    padding.caching = ET_CACHING_BREAKPOINTS;
    padding.written = ET_PICO_NONE;
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_UNPRICED);
    padding = prefix_case(ET_PADDING_TOKENS_MAX - 1, 900);
    padding.fresh = padding.cached = ET_PICO_NONE - 1;
    padding.requests = UINT32_MAX;
    assert_int_equal(et_padding_decide(&padding), ET_PADDING_UNPRICED);
}

static void a_block_that_is_too_short_goes_to_the_next_step(void **state)
{
    (void)state;
    struct et_padding padding = prefix_case(1020, 900);
    padding.least = ET_PADDING_LEAST;
    et_padding_decide(&padding);
    assert_int_equal(padding.target, 1152);
    padding.tokens = 1012;
    et_padding_decide(&padding);
    assert_int_equal(padding.target, 1024);
    padding.tokens = 1020;
    padding.caching = ET_CACHING_BREAKPOINTS;
    et_padding_decide(&padding);
    assert_int_equal(padding.target, 1032);
}

/* Any rates: the verdict is that of the costs, which are those of the formula. */
static void the_verdict_follows_from_the_costs(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20000; seed++) {
        struct et_padding padding = {
            .fresh = et_draw_below(et_draw(seed, 0, ET_DRAW_TEST, 0), 30 * USD),
            .cached = et_draw_below(et_draw(seed, 0, ET_DRAW_TEST, 1), 10 * USD),
            .written = et_draw_below(et_draw(seed, 0, ET_DRAW_TEST, 2), 40 * USD),
            .caching = seed % 2 ? ET_CACHING_PREFIX : ET_CACHING_BREAKPOINTS,
            .tokens = (uint32_t)et_draw_below(et_draw(seed, 0, ET_DRAW_TEST, 3), 3000),
            .hit_rate = (uint32_t)et_draw_below(et_draw(seed, 0, ET_DRAW_TEST, 4), 1001)};
        enum et_padding_verdict verdict = et_padding_decide(&padding);
        if (verdict == ET_PADDING_NEEDLESS)
            continue;
        uint64_t s = padding.tokens, p = padding.target, h = padding.hit_rate;
        uint64_t cached = s < 1024 ? 0 : s / 128 * 128;
        uint64_t miss = seed % 2 ? padding.fresh : padding.written;
        uint64_t now = h * (cached * padding.cached + (s - cached) * padding.fresh) +
                       (1000 - h) * s * padding.fresh;
        uint64_t padded = h * p * padding.cached + (1000 - h) * p * miss;
        assert_true(p >= 1024 && p > s && p - s < 1024 + 128);
        assert_int_equal(padding.now, now);
        assert_int_equal(padding.padded, padded);
        assert_int_equal(verdict, padded < now ? ET_PADDING_PAYS : ET_PADDING_COSTS);
        if (miss >= padding.cached && padding.fresh >= padding.cached)
            assert_int_equal(verdict == ET_PADDING_PAYS, h >= padding.break_even);
    }
}

/* Applying */

static void make(struct et_prompt *prompt, const char *first)
{
    struct et_prompt_span value = {0, ET_ORIGIN_PARAMETER, 2, 0};
    et_prompt_clear(prompt);
    et_prompt_open(prompt, ET_LIT("system"));
    made_add(prompt, first, 1);
    et_prompt_open(prompt, ET_LIT("user"));
    made_add(prompt, "Goal: ", 2);
    et_prompt_add(prompt, ET_LIT("10 km"), value);
    assert_int_equal(et_prompt_end(prompt), 0);
}

static void the_front_ends_before_the_first_value(void **state)
{
    (void)state;
    struct et_prompt prompt;
    size_t messages, tokens;
    et_prompt_init(&prompt, &support_heap, 1 << 20);
    make(&prompt, "Be brief.");
    assert_int_equal(
        et_padding_front(&prompt, tables[0].tokenizer, ET_CHAT_CHATML, &messages, &tokens), 0);
    assert_int_equal(messages, 1);
    assert_int_equal(tokens, 3 + 1 + 3);
    et_prompt_free(&prompt);
}

static void padding_lands_on_the_token(void **state)
{
    (void)state;
    static const char *const ends[] = {"Be brief.", "x",           "list:\n", "日本語", "a ",
                                       "1234",      "```\nx\n```", "...\n\n", "}",      "é\t"};
    struct et_prompt in, out;
    et_prompt_init(&in, &support_heap, 1 << 20);
    et_prompt_init(&out, &support_heap, 1 << 20);
    for (size_t i = 0; i < 2 * sizeof ends / sizeof ends[0]; i++) {
        struct et_padding_fill fill = {tables[i % 2].tokenizer, ET_CHAT_HARMONY, 0};
        size_t messages, before, after;
        make(&in, ends[i / 2]);
        assert_int_equal(et_padding_front(&in, fill.tokenizer, fill.family, &messages, &before), 0);
        for (fill.tokens = ET_PADDING_LEAST; fill.tokens < 300; fill.tokens++) {
            if (et_padding_apply(&in, &fill, &out) != 0)
                fail_msg("%zu tokens behind %s", fill.tokens, ends[i / 2]);
            assert_int_equal(et_padding_front(&out, fill.tokenizer, fill.family, &messages, &after),
                             0);
            assert_int_equal(messages, 1);
            assert_int_equal(after, before + fill.tokens);
            made_valid(&out);
        }
    }
    struct et_slice content = out.messages[0].content;
    assert_true(et_slice_starts(content, ET_LIT("é\t\n\n[Padding without meaning:\n")));
    assert_true(et_slice_ends(content, ET_LIT(" ]")));
    assert_int_equal(et_prompt_origin(&out.messages[0], content.size - 1).origin,
                     ET_ORIGIN_PADDING);
    et_prompt_free(&in);
    et_prompt_free(&out);
}

static void without_a_front_or_room_for_a_block_there_is_no_padding(void **state)
{
    (void)state;
    struct et_prompt in, out;
    struct et_padding_fill fill = {tables[0].tokenizer, ET_CHAT_HARMONY, 3};
    et_prompt_init(&in, &support_heap, 1 << 20);
    et_prompt_init(&out, &support_heap, 200);
    make(&in, "Be brief.");
    assert_int_equal(et_padding_apply(&in, &fill, &out), ET_VALUE);
    assert_int_equal(out.count, 0);
    fill.tokens = 100;
    assert_int_equal(et_padding_apply(&in, &fill, &out), ET_LIMIT);
    struct et_prompt_span value = {0, ET_ORIGIN_PARAMETER, 2, 0};
    et_prompt_clear(&in);
    et_prompt_open(&in, ET_LIT("user"));
    et_prompt_add(&in, ET_LIT("10 km"), value);
    assert_int_equal(et_prompt_end(&in), 0);
    assert_int_equal(et_padding_apply(&in, &fill, &out), ET_VALUE);
    et_prompt_free(&in);
    et_prompt_free(&out);
}

static void pad_some(const struct et_mem *mem, void *arg)
{
    struct et_prompt out;
    struct et_padding_fill fill = {tables[0].tokenizer, ET_CHAT_HARMONY, 500};
    et_prompt_init(&out, mem, 1 << 20);
    int err = et_padding_apply(arg, &fill, &out);
    assert_true(err == 0 || err == ET_NOMEM);
    assert_int_equal(out.count, err ? 0 : 2);
    et_prompt_free(&out);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    struct et_prompt in;
    et_prompt_init(&in, &support_heap, 1 << 20);
    make(&in, "Be brief.");
    support_torture(pad_some, &in);
    et_prompt_free(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_break_even_of_the_goals_comes_out),
        cmocka_unit_test(costs_are_those_of_a_thousand_requests),
        cmocka_unit_test(requests_between_expirations_are_a_hit_rate),
        cmocka_unit_test(breakpoints_are_written_for_a_fee),
        cmocka_unit_test(what_needs_no_padding_or_has_no_price_is_told),
        cmocka_unit_test(a_block_that_is_too_short_goes_to_the_next_step),
        cmocka_unit_test(the_verdict_follows_from_the_costs),
        cmocka_unit_test(the_front_ends_before_the_first_value),
        cmocka_unit_test(padding_lands_on_the_token),
        cmocka_unit_test(without_a_front_or_room_for_a_block_there_is_no_padding),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
