/* SPDX-License-Identifier: MIT */
/* Two prompts, and where they part: cases by hand, then random ones with an independent count. */
#include "core/tokens/tests/tables.h"

#include "core/base/draw.h"
#include "core/base/utf8.h"
#include "core/prompt/prefix.h"

enum { MESSAGES = 5, ROUNDS = 2000, SEED = 11 };

struct side {
    struct et_prompt_source source;
    struct et_prompt_ids ids;
    struct et_arena arena;
};

static struct et_prompt_row lay_out(struct side *side, const struct et_chat_message *messages,
                                    size_t count)
{
    side->source.tokenizer = tables[ET_ENCODING_O200K].tokenizer;
    side->source.messages = messages;
    side->source.message_count = count;
    side->source.traced = true;
    et_arena_init(&side->arena, &support_heap, ET_ARENA_BLOCK);
    assert_int_equal(et_prompt_ids_build(&side->ids, &side->source, &side->arena), 0);
    return (struct et_prompt_row){&side->source, &side->ids};
}

static struct et_prefix find(struct side *sides, const struct et_chat_message *a, size_t a_count,
                             const struct et_chat_message *b, size_t b_count)
{
    struct et_prompt_row left = lay_out(&sides[0], a, a_count);
    struct et_prompt_row right = lay_out(&sides[1], b, b_count);
    struct et_prefix prefix = et_prefix_find(left, right), back = et_prefix_find(right, left);
    assert_int_equal(prefix.end, back.end);
    assert_int_equal(prefix.tokens, back.tokens);
    assert_int_equal(prefix.message, back.message);
    assert_int_equal(prefix.byte, back.byte);
    assert_int_equal(prefix.content_bytes, back.content_bytes);
    assert_int_equal(prefix.content_tokens, back.content_tokens);
    return prefix;
}

static void let_go(struct side *sides)
{
    et_arena_free(&sides[0].arena);
    et_arena_free(&sides[1].arena);
}

#define USER(text)                                                                                 \
    {                                                                                              \
        .role = ET_LIT("user"), .content = ET_LIT(text)                                            \
    }
#define SYSTEM(text)                                                                               \
    {                                                                                              \
        .role = ET_LIT("system"), .content = ET_LIT(text)                                          \
    }

static const struct et_chat_call call = {.name = ET_LIT("look"), .arguments = ET_LIT("{}")};
static const struct et_chat_part image = {.kind = ET_PART_IMAGE, .data = ET_LIT("https://x/1")};

static const struct {
    const char *why;
    struct et_chat_message a[MESSAGES], b[MESSAGES]; /* end with an empty role */
    enum et_prefix_end end;
    size_t tokens, message, byte, content_tokens, content_bytes;
} rows[] = {
    {"equal prompts part nowhere", {USER("Hi")}, {USER("Hi")}, ET_PREFIX_SAME, 0, 0, 0, 0, 0},
    {"one word is another", {USER("one two")}, {USER("one six")}, ET_PREFIX_CONTENT, 4, 0, 4, 1, 3},
    {"a name that goes on is another token from its start",
     {USER("Hallo Anna")},
     {USER("Hallo Annabel")},
     ET_PREFIX_CONTENT,
     4,
     0,
     10,
     1,
     5},
    {"a code point that shares its first bytes is cut by the byte that differs",
     {USER("one \xE2\x82\xAC")},
     {USER("one \xE2\x82\xAD")},
     ET_PREFIX_CONTENT,
     4,
     0,
     6,
     1,
     3},
    {"an empty content against one with words",
     {SYSTEM(""), USER("one")},
     {SYSTEM("one"), USER("one")},
     ET_PREFIX_CONTENT,
     3,
     0,
     0,
     0,
     0},
    {"the second message",
     {SYSTEM("one two"), USER("six")},
     {SYSTEM("one two"), USER("ten")},
     ET_PREFIX_CONTENT,
     9,
     1,
     0,
     0,
     0},
    {"roles", {SYSTEM("one")}, {USER("one")}, ET_PREFIX_ROLE, 1, 0, 0, 0, 0},
    {"one has a message more",
     {SYSTEM("one")},
     {SYSTEM("one"), USER("two")},
     ET_PREFIX_COUNT,
     5,
     1,
     0,
     0,
     0},
    {"a name against none",
     {USER("one")},
     {{.role = ET_LIT("user"), .content = ET_LIT("one"), .name = ET_LIT("anna")}},
     ET_PREFIX_NAME,
     2,
     0,
     0,
     0,
     0},
    {"a call against none",
     {{.role = ET_LIT("assistant")}},
     {{.role = ET_LIT("assistant"), .calls = &call, .call_count = 1}},
     ET_PREFIX_CALL,
     3,
     0,
     0,
     0,
     0},
    {"an image against none",
     {{.role = ET_LIT("user"), .parts = &image, .part_count = 1}},
     {USER("")},
     ET_PREFIX_MEDIA,
     3,
     0,
     0,
     0,
     0},
};

static size_t count_of(const struct et_chat_message *messages)
{
    size_t count = 0;
    while (count < MESSAGES && messages[count].role.size)
        count++;
    return count;
}

static void two_prompts_part_where_a_person_would_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct side sides[2] = {{.source.images = et_image_rule(ET_LIT("gpt-4o"))},
                                {.source.images = et_image_rule(ET_LIT("gpt-4o"))}};
        struct et_prefix got =
            find(sides, rows[i].a, count_of(rows[i].a), rows[i].b, count_of(rows[i].b));
        bool same = rows[i].end == ET_PREFIX_SAME;
        if (got.end != rows[i].end || (!same && got.tokens != rows[i].tokens) ||
            got.message != rows[i].message || got.byte != rows[i].byte ||
            got.content_tokens != rows[i].content_tokens ||
            got.content_bytes != rows[i].content_bytes)
            fail_msg("%s: %s, %zu tokens, message %zu, byte %zu; %zu tokens and %zu bytes of it",
                     rows[i].why, et_prefix_end_name(got.end), got.tokens, got.message, got.byte,
                     got.content_tokens, got.content_bytes);
        let_go(sides);
    }
}

static void tools_stand_before_everything(void **state)
{
    (void)state;
    const struct et_prompt_block tools[] = {{ET_LIT("look"), true, 20}, {ET_LIT("plan"), true, 30}};
    const struct et_prompt_block other[] = {{ET_LIT("look"), true, 20}, {ET_LIT("play"), true, 30}};
    const struct et_chat_message message = USER("one");
    struct side sides[2] = {{.source = {.leading = tools, .leading_count = 2}},
                            {.source = {.leading = other, .leading_count = 2}}};
    struct et_prefix got = find(sides, &message, 1, &message, 1);
    assert_int_equal(got.end, ET_PREFIX_LEADING);
    assert_int_equal(got.tokens, 20);
    assert_int_equal(got.message, 1);
    assert_int_equal(got.byte, 3);
    assert_slice_equal(got.a, "plan");
    let_go(sides);
    sides[1].source.leading_count = 1;
    got = find(sides, &message, 1, &message, 1);
    assert_int_equal(got.end, ET_PREFIX_LEADING);
    assert_slice_equal(got.b, "");
    let_go(sides);
}

/* Random texts of pieces that merge with one another, and of code points of every length. */

static uint64_t choose(uint64_t round, uint64_t nth, uint64_t count)
{
    return et_draw_below(et_draw(SEED, round, ET_DRAW_TEST, (uint32_t)nth), count);
}

static void write_text(struct et_text *text, uint64_t round, uint64_t nth)
{
    static const char *const words[] = {" the",
                                        "Anna",
                                        "bel",
                                        " ",
                                        "\n",
                                        "  ",
                                        "7",
                                        "42",
                                        "'s",
                                        "don",
                                        "t",
                                        "\xC3\x84",
                                        "\xE2\x82\xAC",
                                        "\xC3\x9F",
                                        "\xE6\x97\xA5",
                                        "\xE8\xAA\x9E",
                                        "\xF0\x9F\x9A\xB4",
                                        "e\xCC\x81",
                                        "\xF0\x9F\x87\xA9",
                                        "ing",
                                        "\xC3\xB6",
                                        "\xC3\xBC",
                                        "\xC3\xA9",
                                        "\xE2\x82\xAD"};
    for (uint64_t i = 0, size = choose(round, nth, 30); i < size; i++)
        et_text_add(text,
                    et_slice_of(words[choose(round, nth + 1 + i, sizeof words / sizeof *words)]));
}

/* The tokens of a content that are equal from its start, counted by hand. */
static size_t equal_tokens(struct et_slice a, struct et_slice b)
{
    static uint32_t ids[2][4096];
    size_t counts[2] = {0}, i = 0;
    struct et_tokenizer *tokenizer = tables[ET_ENCODING_O200K].tokenizer;
    assert_int_equal(et_tokens_encode(tokenizer, a, ids[0], 4096, &counts[0]), 0);
    assert_int_equal(et_tokens_encode(tokenizer, b, ids[1], 4096, &counts[1]), 0);
    while (i < counts[0] && i < counts[1] && ids[0][i] == ids[1][i])
        i++;
    return i;
}

static void shared_tokens_are_equal_and_the_next_differs(void **state)
{
    (void)state;
    size_t merged = 0, inside = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct et_text texts[2];
        struct et_chat_message a[2] = {SYSTEM("one two"), USER("")},
                               b[2] = {SYSTEM("one two"), USER("")};
        struct side sides[2] = {0};
        for (uint64_t i = 0; i < 2; i++) {
            et_text_init(&texts[i], &support_heap, 1 << 16);
            write_text(&texts[i], round, 0);
            write_text(&texts[i], round, 100 + 100 * i);
        }
        a[1].content = et_text_slice(&texts[0]);
        b[1].content = et_text_slice(&texts[1]);
        struct et_prefix got = find(sides, a, 2, b, 2);
        if (got.end == ET_PREFIX_SAME) {
            assert_true(et_slice_equal(a[1].content, b[1].content));
        } else {
            size_t equal = equal_tokens(a[1].content, b[1].content);
            assert_int_equal(got.end, ET_PREFIX_CONTENT);
            assert_int_equal(got.message, 1);
            assert_int_equal(got.content_tokens, equal);
            assert_int_equal(got.tokens, 9 + equal);
            assert_true(got.content_bytes <= got.byte);
            assert_memory_equal(a[1].content.data, b[1].content.data, got.byte);
            assert_true(got.byte == a[1].content.size || got.byte == b[1].content.size ||
                        a[1].content.data[got.byte] != b[1].content.data[got.byte]);
            merged += got.content_bytes < got.byte;
            inside += got.byte < a[1].content.size && (a[1].content.data[got.byte] & 0xC0) == 0x80;
        }
        let_go(sides);
        et_text_free(&texts[0]);
        et_text_free(&texts[1]);
    }
    if (merged < ROUNDS / 20 || inside < ROUNDS / 100)
        fail_msg("%zu merged over the seam, %zu inside a code point", merged, inside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_prompts_part_where_a_person_would_say),
        cmocka_unit_test(tools_stand_before_everything),
        cmocka_unit_test(shared_tokens_are_equal_and_the_next_differs),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
