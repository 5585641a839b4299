/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/pair.h"
#include "core/tokens/words.h"

/* A chat of one system message and one of the user; `tokens` words, then a few of its own. */
struct chat {
    struct et_text texts[2];
    struct et_chat_message messages[2];
};

static void write_chat(struct chat *chat, uint64_t system_tokens, const char *own)
{
    for (int i = 0; i < 2; i++)
        et_text_init(&chat->texts[i], &support_heap, 1 << 20);
    assert_int_equal(et_words_write(1, 1, system_tokens, &chat->texts[0]), 0);
    et_text_addf(&chat->texts[1], "Same line\n%s line", own);
    chat->messages[0] = (struct et_chat_message){.role = ET_LIT("system"),
                                                 .content = et_text_slice(&chat->texts[0])};
    chat->messages[1] =
        (struct et_chat_message){.role = ET_LIT("user"), .content = et_text_slice(&chat->texts[1])};
}

static void free_chat(struct chat *chat)
{
    et_text_free(&chat->texts[0]);
    et_text_free(&chat->texts[1]);
}

static struct et_pair_rules rules_of(enum et_caching caching)
{
    return (struct et_pair_rules){.tokenizer = tables[ET_ENCODING_O200K].tokenizer,
                                  .family = ET_CHAT_HARMONY,
                                  .caching = caching};
}

struct found {
    size_t now, written, best, best_written, mark_message, mark_byte;
};

static struct found ask(enum et_caching caching, uint64_t system_tokens, const char *a,
                        const char *b)
{
    struct chat chats[2];
    struct et_prompt_pair pair, best;
    struct et_arena arena;
    struct et_pair_rules rules = rules_of(caching);
    write_chat(&chats[0], system_tokens, a);
    write_chat(&chats[1], system_tokens, b);
    const struct et_pair_side sides[] = {{chats[0].messages, 2}, {chats[1].messages, 2}};
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    assert_int_equal(et_pair_lay(&pair, &rules, sides, &arena), 0);
    assert_int_equal(et_pair_best(&best, &pair, &arena), 0);
    et_arena_free(&arena);
    free_chat(&chats[0]);
    free_chat(&chats[1]);
    return (struct found){pair.reuse.read,    pair.reuse.written, best.reuse.read,
                          best.reuse.written, best.mark_message,  best.mark_byte};
}

/* Framing of the system message is 4 (start, role, separator, end), of the user's 3 before the
 * content, which is "Same line\n" and another word: 3 tokens and the first of the other. */
static void a_prefix_is_read_in_steps(void **state)
{
    (void)state;
    assert_int_equal(ask(ET_CACHING_PREFIX, 1013, "One", "Two").now, 0);
    assert_int_equal(ask(ET_CACHING_PREFIX, 1014, "One", "Two").now, 1024);
    assert_int_equal(ask(ET_CACHING_PREFIX, 1014, "One", "Two").best, 1024);
    assert_int_equal(ask(ET_CACHING_NONE, 2000, "One", "Two").best, 0);
}

static void from_gpt_5_6_on_nothing_is_read_without_a_mark(void **state)
{
    (void)state;
    struct found found = ask(ET_CACHING_BREAKPOINTS, 2000, "One", "Two");
    assert_int_equal(found.now, 0);
    assert_int_equal(found.written, 2000 + 4 + 3 + 5 + 1);
    assert_int_equal(found.best, 2000 + 4 + 3 + 3);
    assert_int_equal(found.best_written, 0);
    assert_int_equal(found.mark_message, 1);
    assert_int_equal(found.mark_byte, 10);
}

static void what_is_never_read_is_better_not_written(void **state)
{
    (void)state;
    struct found found = ask(ET_CACHING_BREAKPOINTS, 1012, "One", "Two");
    assert_true(found.written > 1024);
    assert_int_equal(found.best, 0);
    assert_int_equal(found.best_written, 0);
}

static void equal_prompts_are_read_as_they_are(void **state)
{
    (void)state;
    struct found found = ask(ET_CACHING_BREAKPOINTS, 2000, "One", "One");
    assert_int_equal(found.now, 2000 + 4 + 3 + 5 + 1);
    assert_int_equal(found.best, found.now);
}

static void mark_some(const struct et_mem *mem, void *arg)
{
    struct chat *chats = arg;
    struct et_prompt_pair pair, best;
    struct et_arena arena;
    struct et_pair_rules rules = rules_of(ET_CACHING_BREAKPOINTS);
    const struct et_pair_side sides[] = {{chats[0].messages, 2}, {chats[1].messages, 2}};
    et_arena_init(&arena, mem, 256);
    int err = et_pair_lay(&pair, &rules, sides, &arena);
    if (!err)
        err = et_pair_best(&best, &pair, &arena);
    assert_true(err == 0 || err == ET_NOMEM);
    et_arena_free(&arena);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    struct chat chats[2];
    write_chat(&chats[0], 1100, "One");
    write_chat(&chats[1], 1100, "Two");
    support_torture(mark_some, chats);
    free_chat(&chats[0]);
    free_chat(&chats[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prefix_is_read_in_steps),
        cmocka_unit_test(from_gpt_5_6_on_nothing_is_read_without_a_mark),
        cmocka_unit_test(what_is_never_read_is_better_not_written),
        cmocka_unit_test(equal_prompts_are_read_as_they_are),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
