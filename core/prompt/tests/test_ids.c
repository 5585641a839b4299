/* SPDX-License-Identifier: MIT */
/* A prompt as a row of tokens: how long it is, where it can be cached, what changes its hashes. */
#include "core/tokens/tests/tables.h"

#include "core/prompt/ids.h"
#include "core/tokens/words.h"

static struct et_tokenizer *tokenizer;

static int open_tokenizer(void **state)
{
    int failed = tables_open(state);
    tokenizer = tables[ET_ENCODING_O200K].tokenizer;
    return failed;
}

/* A chat from a line such as "system user assistant": one message of that content each. */
struct chat {
    struct et_chat_message messages[16];
    size_t count;
};

static struct chat chat_of(const char *roles, const char *content)
{
    struct chat chat = {.count = 0};
    struct et_slice rest = et_slice_of(roles), role;
    while (et_slice_split(&rest, ' ', &role))
        chat.messages[chat.count++] =
            (struct et_chat_message){.role = role, .content = et_slice_of(content)};
    return chat;
}

static struct et_prompt_source source_of(const struct chat *chat)
{
    return (struct et_prompt_source){.tokenizer = tokenizer,
                                     .family = ET_CHAT_CHATML,
                                     .messages = chat->messages,
                                     .message_count = chat->count};
}

static struct et_prompt_ids build(const struct et_prompt_source *source, struct et_arena *arena)
{
    struct et_prompt_ids prompt;
    et_arena_init(arena, &support_heap, ET_ARENA_BLOCK);
    assert_int_equal(et_prompt_ids_build(&prompt, source, arena), 0);
    return prompt;
}

/* Prompts are counted by the brain's own row of tokens; it has to be as long as core's count. */
static void the_row_of_a_prompt_is_as_long_as_it_is_counted(void **state)
{
    (void)state;
    const struct et_chat_part parts[] = {{.data = ET_LIT("One two")},
                                         {.kind = ET_PART_IMAGE, .data = ET_LIT("http://x")},
                                         {.data = ET_LIT(" three"), .breakpoint = true}};
    const struct et_chat_call call = {.name = ET_LIT("look"), .arguments = ET_LIT("{\"a\":1}")};
    const struct et_chat_message messages[] = {
        {.role = ET_LIT("system"), .content = ET_LIT("You are a helpful assistant.")},
        {.role = ET_LIT("user"), .content = ET_LIT("Hello!"), .name = ET_LIT("anna_b")},
        {.role = ET_LIT("assistant"), .content = ET_LIT("Good day, \xE2\x82\xAC 5.")},
        {.role = ET_LIT("tool"), .content = ET_LIT("")},
        {.role = ET_LIT("user"), .parts = parts, .part_count = 3},
        {.role = ET_LIT("assistant"), .refusal = ET_LIT("No."), .calls = &call, .call_count = 1},
    };
    for (int family = ET_CHAT_CHATML; family <= ET_CHAT_PLAIN; family++)
        for (size_t count = 1; count <= 6; count++) {
            struct et_arena arena;
            size_t counted = 0;
            struct et_prompt_source source = {.tokenizer = tokenizer,
                                              .family = (enum et_chat_family)family,
                                              .messages = messages,
                                              .message_count = count};
            struct et_prompt_ids prompt = build(&source, &arena);
            assert_int_equal(et_chat_count(tokenizer, source.family, messages, count, &counted), 0);
            assert_int_equal(prompt.count, counted);
            et_arena_free(&arena);
        }
}

/* Seven tokens a message of one, its points as "message number" or "-" in the order of messages. */
static void implicit_caching_looks_at_the_ends_of_turns(void **state)
{
    (void)state;
    static const struct {
        const char *roles, *turns;
    } rows[] = {
        {"user", "0"},
        {"system user", "0 1"},
        {"system developer user", "1 2"},
        {"system user developer user", "0 1 3"},
        {"user assistant user assistant user", "0 2 4"},
        {"user assistant tool tool assistant user", "0 3 5"},
        {"user assistant function", "0 2"},
        {"user tool developer tool", "0 1 3"},
        {"assistant", ""},
        {"developer", "0"},
        {"assistant system user", "2"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_arena arena;
        struct chat chat = chat_of(rows[i].roles, "one");
        struct et_prompt_source source = source_of(&chat);
        struct et_prompt_ids prompt = build(&source, &arena);
        char got[64] = "";
        for (size_t p = 0; p < prompt.point_count; p++) {
            size_t size = strlen(got);
            assert_true(prompt.points[p].turn && !prompt.points[p].marked);
            assert_int_equal(prompt.points[p].tokens % 5, 0);
            snprintf(got + size, sizeof(got) - size, "%s%d", size ? " " : "",
                     (int)prompt.points[p].tokens / 5 - 1);
        }
        if (strcmp(got, rows[i].turns) != 0)
            fail_msg("%s: %s", rows[i].roles, got);
        et_arena_free(&arena);
    }
}

static void leading_blocks_stand_in_front_and_are_as_long_as_they_say(void **state)
{
    (void)state;
    struct chat chat = chat_of("user", "one");
    struct et_prompt_source source = source_of(&chat);
    const struct et_prompt_block blocks[] = {{.bytes = ET_LIT("one two three")},
                                             {ET_LIT("{\"name\":\"f\"}"), true, 147},
                                             {ET_LIT("{\"name\":\"g\"}"), true, 300}};
    struct et_arena arenas[3];
    struct et_prompt_ids plain = build(&source, &arenas[0]);
    source.leading = blocks;
    source.leading_count = 3;
    struct et_prompt_ids led = build(&source, &arenas[1]);
    assert_int_equal(led.count, plain.count + 3 + 147 + 300);
    assert_memory_equal(led.ids + 450, plain.ids, plain.count * sizeof(uint32_t));
    assert_int_equal(led.opening, plain.opening);
    assert_int_equal(led.points[0].tokens, plain.points[0].tokens + 450);
    source.leading_count = 2;
    struct et_prompt_ids fewer = build(&source, &arenas[2]);
    assert_memory_equal(led.ids, fewer.ids, 150 * sizeof(uint32_t));
    assert_int_equal(et_prompt_hash(&led, 150), et_prompt_hash(&fewer, 150));
    for (int i = 0; i < 3; i++)
        et_arena_free(&arenas[i]);
}

static void a_counted_block_is_another_with_one_byte_changed(void **state)
{
    (void)state;
    struct chat chat = chat_of("user", "one");
    struct et_prompt_source source = source_of(&chat);
    static const char *const texts[] = {"{\"a\":1}", "{\"a\":2}", "{\"a\":1} "};
    uint64_t hashes[3][2];
    for (int i = 0; i < 3; i++) {
        struct et_arena arena;
        struct et_prompt_block block = {et_slice_of(texts[i]), true, 200};
        source.leading = &block;
        source.leading_count = 1;
        struct et_prompt_ids prompt = build(&source, &arena);
        hashes[i][0] = et_prompt_hash(&prompt, 2);
        hashes[i][1] = et_prompt_hash(&prompt, prompt.count);
        for (size_t j = 0; j < 200; j++)
            assert_true(prompt.ids[j] > tables[ET_ENCODING_O200K].vocab.count + 100);
        for (int j = 0; j < i; j++)
            assert_true(hashes[i][0] != hashes[j][0] && hashes[i][1] != hashes[j][1]);
        et_arena_free(&arena);
    }
}

static int by_value(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
    return first < second ? -1 : first > second;
}

/* With the 31 bits of one id about nine of them would look like another one. */
static void two_ids_tell_hundreds_of_thousands_of_blocks_apart(void **state)
{
    (void)state;
    enum { BLOCKS = 200000 };
    static uint64_t pairs[BLOCKS];
    struct et_arena arena;
    struct et_ids_builder builder;
    et_arena_init(&arena, &support_heap, 1 << 16);
    et_ids_begin(&builder, tokenizer, &arena);
    for (int i = 0; i < BLOCKS; i++) {
        char text[32];
        int size = snprintf(text, sizeof(text), "{\"name\":\"f%d\"}", i);
        et_ids_counted(&builder, (struct et_slice){text, (size_t)size}, 2);
    }
    assert_int_equal(builder.prompt.count, 2 * BLOCKS);
    memcpy(pairs, builder.prompt.ids, sizeof(pairs));
    et_arena_free(&arena);
    qsort(pairs, BLOCKS, sizeof(pairs[0]), by_value);
    for (int i = 1; i < BLOCKS; i++)
        assert_int_not_equal(pairs[i], pairs[i - 1]);
}

/* Long enough for many steps, and every prefix of every length. */
static void hashes_are_equal_as_long_as_the_ids_are(void **state)
{
    (void)state;
    struct et_text text;
    struct et_arena arenas[2];
    et_text_init(&text, &support_heap, 1 << 20);
    assert_int_equal(et_words_write(1, 1, 700, &text), 0);
    struct chat chat = chat_of("user user", "");
    chat.messages[0].content = et_text_slice(&text);
    struct et_prompt_source source = source_of(&chat);
    chat.messages[1].content = ET_LIT("yes");
    struct et_prompt_ids a = build(&source, &arenas[0]);
    chat.messages[1].content = ET_LIT("no");
    struct et_prompt_ids b = build(&source, &arenas[1]);
    size_t shared = 0;
    while (shared < a.count && a.ids[shared] == b.ids[shared])
        shared++;
    assert_int_equal(shared, 704 + 3);
    for (size_t tokens = 0; tokens <= a.count; tokens++)
        assert_int_equal(et_prompt_hash(&a, tokens) == et_prompt_hash(&b, tokens),
                         tokens <= shared);
    assert_int_equal(a.steps[4], et_prompt_hash(&a, 640));
    assert_int_equal(a.points[0].hash, b.points[0].hash);
    assert_int_equal(a.points[1].hash, et_prompt_hash(&a, a.count - 3));
    et_arena_free(&arenas[0]);
    et_arena_free(&arenas[1]);
    et_text_free(&text);
}

static void a_conversation_is_known_by_the_first_message_of_its_user(void **state)
{
    (void)state;
    static const char *const roles[] = {"user", "system user", "developer user assistant user"};
    struct et_arena arena;
    uint64_t opening = 0;
    for (int i = 0; i < 3; i++) {
        struct chat chat = chat_of(roles[i], "The same words");
        chat.messages[3].content = ET_LIT("Later words");
        struct et_prompt_source source = source_of(&chat);
        struct et_prompt_ids prompt = build(&source, &arena);
        assert_true(i == 0 || prompt.opening == opening);
        opening = prompt.opening;
        et_arena_free(&arena);
    }
    struct chat other = chat_of("system user", "Other words");
    struct et_prompt_source source = source_of(&other);
    assert_int_not_equal(build(&source, &arena).opening, opening);
    et_arena_free(&arena);
}

static void marks_stand_where_parts_end_and_with_a_message_behind_its_frame(void **state)
{
    (void)state;
    struct et_arena arena;
    struct et_ids_builder builder;
    struct et_prompt_ids prompt;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    et_ids_begin(&builder, tokenizer, &arena);
    et_ids_frame(&builder, ET_FRAME_START, 2);
    et_ids_text(&builder, ET_LIT("one two"));
    et_ids_mark(&builder); /* 4 */
    et_ids_text(&builder, ET_LIT("three"));
    et_ids_mark(&builder); /* 5, then 6 */
    et_ids_close(&builder, 1, true);
    et_ids_text(&builder, ET_LIT("one"));
    et_ids_mark(&builder); /* 7, then 8 */
    et_ids_close(&builder, 1, false);
    et_ids_text(&builder, ET_LIT("one"));
    et_ids_close(&builder, 0, true); /* 9 */
    assert_int_equal(et_ids_finish(&builder, &prompt), 0);
    static const struct et_prompt_point want[] = {
        {4, 0, false, true}, {6, 0, true, true}, {8, 0, false, true}, {9, 0, true, false}};
    assert_int_equal(prompt.point_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(prompt.points[i].tokens, want[i].tokens);
        assert_int_equal(prompt.points[i].turn, want[i].turn);
        assert_int_equal(prompt.points[i].marked, want[i].marked);
    }
    et_arena_free(&arena);
}

static void parts_that_are_no_text_are_stepped_over(void **state)
{
    (void)state;
    struct et_arena arenas[2];
    const struct et_chat_part parts[] = {
        {.kind = ET_PART_TEXT, .data = ET_LIT("one")},
        {.kind = ET_PART_IMAGE, .data = ET_LIT("https://example.com/1.png")},
        {.kind = ET_PART_TEXT, .data = ET_LIT(" two"), .breakpoint = true},
        {.kind = ET_PART_TEXT, .data = ET_LIT(" three")}};
    struct chat chat = chat_of("user", "one two three");
    struct et_prompt_source source = source_of(&chat);
    struct et_prompt_ids plain = build(&source, &arenas[0]);
    chat.messages[0].parts = parts;
    chat.messages[0].part_count = 4;
    struct et_prompt_ids marked = build(&source, &arenas[1]);
    assert_int_equal(marked.count, plain.count);
    assert_memory_equal(marked.ids, plain.ids, plain.count * sizeof(uint32_t));
    assert_int_equal(marked.point_count, 2);
    assert_int_equal(marked.points[0].tokens, 5);
    assert_true(marked.points[0].marked && !marked.points[0].turn);
    et_arena_free(&arenas[0]);
    et_arena_free(&arenas[1]);
}

/* Pieces follow on one another without a gap, and each is the tokens of its own text. */
static void pieces_tell_where_every_token_comes_from(void **state)
{
    (void)state;
    const struct et_prompt_block blocks[] = {{.bytes = ET_LIT("{}")}, {ET_LIT("f"), true, 9}};
    const struct et_chat_part parts[] = {{.data = ET_LIT("One")},
                                         {.kind = ET_PART_IMAGE, .data = ET_LIT("http://x")}};
    const struct et_chat_call call = {.name = ET_LIT("look"), .arguments = ET_LIT("{}")};
    const struct et_chat_message messages[] = {
        {.role = ET_LIT("user"), .name = ET_LIT("anna"), .parts = parts, .part_count = 2},
        {.role = ET_LIT("assistant"), .refusal = ET_LIT("No."), .calls = &call, .call_count = 1},
    };
    struct et_prompt_source source = {
        tokenizer, ET_CHAT_HARMONY, messages, 2, blocks, 2, et_image_rule(ET_LIT("gpt-5")), true};
    struct et_arena arena;
    struct et_prompt_ids prompt = build(&source, &arena);
    static const char kinds[] = "LLFRFNFTMFFRFFFSFCCFF";
    assert_int_equal(prompt.piece_count, sizeof kinds - 1);
    for (size_t i = 0; i < prompt.piece_count; i++) {
        const struct et_prompt_piece *piece = &prompt.pieces[i];
        size_t end = i + 1 < prompt.piece_count ? piece[1].from : prompt.count, count = 0;
        assert_true(piece->from == 0 ? i == 0 : piece->from > piece[-1].from);
        assert_int_equal("LFRNTMSC"[piece->kind], kinds[i]);
        assert_int_equal(piece->message, i < 2 ? i : i >= 10);
        if (piece->kind == ET_PIECE_FRAME || piece->kind == ET_PIECE_MEDIA || i == 1)
            continue;
        assert_int_equal(et_tokens_count(tokenizer, piece->text, &count), 0);
        assert_int_equal(end - piece->from, count);
    }
    et_arena_free(&arena);
}

static void build_some(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_arena arena;
    struct et_ids_builder builder;
    struct et_prompt_ids prompt;
    et_arena_init(&arena, mem, 64);
    et_ids_begin(&builder, tokenizer, &arena);
    builder.traced = true;
    for (int i = 0; i < 40; i++) {
        et_ids_counted(&builder, ET_LIT("{}"), 30);
        et_ids_frame(&builder, ET_FRAME_START, 1);
        et_ids_text(&builder, ET_LIT("The old river follows a quiet garden."));
        et_ids_mark(&builder);
        et_ids_close(&builder, 1, true);
    }
    int err = et_ids_finish(&builder, &prompt);
    assert_true(err == 0 || err == ET_NOMEM);
    if (!err)
        assert_true(prompt.count == 40 * 40 && prompt.point_count == 40);
    et_arena_free(&arena);
}

static void refused_memory_shows_at_the_end(void **state)
{
    (void)state;
    support_torture(build_some, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_row_of_a_prompt_is_as_long_as_it_is_counted),
        cmocka_unit_test(implicit_caching_looks_at_the_ends_of_turns),
        cmocka_unit_test(leading_blocks_stand_in_front_and_are_as_long_as_they_say),
        cmocka_unit_test(a_counted_block_is_another_with_one_byte_changed),
        cmocka_unit_test(two_ids_tell_hundreds_of_thousands_of_blocks_apart),
        cmocka_unit_test(hashes_are_equal_as_long_as_the_ids_are),
        cmocka_unit_test(a_conversation_is_known_by_the_first_message_of_its_user),
        cmocka_unit_test(marks_stand_where_parts_end_and_with_a_message_behind_its_frame),
        cmocka_unit_test(parts_that_are_no_text_are_stepped_over),
        cmocka_unit_test(pieces_tell_where_every_token_comes_from),
        cmocka_unit_test(refused_memory_shows_at_the_end),
    };
    return cmocka_run_group_tests(tests, open_tokenizer, tables_close);
}
