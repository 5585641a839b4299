/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/base/draw.h"
#include "core/base/utf8.h"
#include "core/prompt/turns.h"

enum { MESSAGES_MAX = 40 };

static struct et_chat_call calls[MESSAGES_MAX];

/* One letter a message: s(ystem), u(ser), a(ssistant), c(all 1), C(all 2), r(esult of 1), R(esult
 * of 2).  Each content has 10 tokens. */
static size_t make(const char *story, struct et_chat_message *messages)
{
    static const struct et_slice words =
        ET_LIT("The old river follows a quiet garden. Every bridge");
    size_t count = strlen(story);
    assert_true(count <= MESSAGES_MAX);
    for (size_t i = 0; i < count; i++) {
        char c = story[i];
        bool second = c == 'C' || c == 'R', call = c == 'c' || c == 'C',
             result = c == 'r' || c == 'R';
        struct et_slice id = second ? ET_LIT("call_2") : ET_LIT("call_1");
        const char *role = c == 's' ? "system" : c == 'u' ? "user" : result ? "tool" : "assistant";
        messages[i] = (struct et_chat_message){.role = et_slice_of(role), .content = words};
        calls[i] = (struct et_chat_call){.id = id, .name = ET_LIT("f"), .arguments = ET_LIT("{}")};
        if (call)
            messages[i].calls = &calls[i], messages[i].call_count = 1;
        if (result)
            messages[i].call_id = id;
    }
    return count;
}

static struct et_turns turns_of(size_t budget)
{
    return (struct et_turns){.tokenizer = tables[0].tokenizer,
                             .family = ET_CHAT_CHATML,
                             .budget = budget,
                             .mem = &support_heap};
}

static void the_oldest_turns_go_first(void **state)
{
    (void)state;
    /* A message has 14 tokens, one with a call 4 + 2 more, the end 3. */
    static const struct {
        const char *why, *story;
        size_t budget;
        const char *kept; /* x: kept, .: left out */
    } rows[] = {
        {"all fit", "suaua", 73, "xxxxx"},
        {"one goes", "suauau", 73, "x..xxx"},
        {"two go", "suauau", 31, "x....x"},
        {"an answer goes with its question", "uaaau", 72, "....x"},
        {"words before the first question", "aauau", 59, "..xxx"},
        {"no system message", "uauau", 31, "....x"},
        {"system messages in between stay", "uasuasu", 45, "..x..xx"},
        {"the last turn stays whole", "suaucr", 70, "x..xxx"},
        {"a call and its result go together", "ucrau", 31, "....x"},
        {"a result in a later turn", "ucururau", 60, ".......x"},
        {"two calls over two turns", "ucuCurauRau", 60, "..........x"},
        {"a result without a call", "urau", 31, "...x"},
        {"a call reaches into the last turn", "uauucur", 70, "...xxxx"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_chat_message messages[MESSAGES_MAX];
        struct et_turns turns = turns_of(rows[i].budget);
        bool keep[MESSAGES_MAX];
        char kept[MESSAGES_MAX + 1] = {0};
        size_t count = make(rows[i].story, messages);
        assert_int_equal(et_turns_fit(&turns, messages, count, keep), 0);
        for (size_t j = 0; j < count; j++)
            kept[j] = keep[j] ? 'x' : '.';
        if (strcmp(kept, rows[i].kept) != 0)
            fail_msg("%s: %s, %zu of %zu tokens", rows[i].why, kept, turns.after, turns.before);
        assert_true(turns.after <= rows[i].budget);
    }
}

static void what_must_stay_and_is_too_much_is_cut_or_refused(void **state)
{
    (void)state;
    static const char words[] = "one two three four five six seven eight nine ten one two three "
                                "four five six seven eight nine ten";
    struct et_chat_message messages[] = {
        {.role = ET_LIT("system"), .content = ET_LIT("Be brief.")},
        {.role = ET_LIT("user"), .content = ET_LIT("Hello")},
        {.role = ET_LIT("user"), .content = et_slice_of(words)},
    };
    bool keep[3];
    struct et_complaint complaint = {0};
    struct et_turns turns = turns_of(30);
    turns.complaint = &complaint;
    assert_int_equal(et_turns_fit(&turns, messages, 3, keep), 0);
    assert_true(keep[0] && !keep[1] && keep[2]);
    assert_true(turns.cut.applied);
    assert_int_equal(turns.cut_message, 2);
    assert_int_equal(turns.before, 3 + 7 + 5 + 24);
    assert_int_equal(turns.after, 30);
    turns.whole = true;
    assert_int_equal(et_turns_fit(&turns, messages, 3, keep), ET_LIMIT);
    assert_string_equal(complaint.text, "what must stay of the conversation has 34 tokens; "
                                        "expected at most 30");
    turns = turns_of(14);
    assert_int_equal(et_turns_fit(&turns, messages, 3, keep), ET_LIMIT);
    turns = turns_of(15);
    assert_int_equal(et_turns_fit(&turns, messages, 3, keep), 0);
    assert_int_equal(turns.cut.tokens, 1);
    messages[2].parts = &(struct et_chat_part){.kind = ET_PART_TEXT, .data = et_slice_of(words)};
    messages[2].part_count = 1;
    assert_int_equal(et_turns_fit(&turns, messages, 3, keep), ET_LIMIT);
    messages[2] = (struct et_chat_message){.role = ET_LIT("user"), .content = ET_LIT("𐍈𐍈𐍈")};
    assert_int_equal(et_turns_fit(&turns, messages, 3, keep), ET_LIMIT); /* one token: no letter */
    assert_int_equal(et_turns_fit(&turns, messages, 1, keep), 0);
    turns = turns_of(1);
    assert_int_equal(et_turns_fit(&turns, messages, 1, keep), ET_LIMIT); /* no user at all */
    assert_int_equal(et_turns_fit(&turns, messages, 0, keep), ET_LIMIT);
}

static size_t count_kept(const struct et_chat_message *messages, const bool *keep, size_t count)
{
    struct et_chat_message kept[MESSAGES_MAX];
    size_t size = 0, tokens = 0;
    for (size_t i = 0; i < count; i++)
        if (keep[i])
            kept[size++] = messages[i];
    assert_int_equal(et_chat_count(tables[0].tokenizer, ET_CHAT_CHATML, kept, size, &tokens), 0);
    return tokens;
}

/* What is kept of any story: the count told is true, calls and results are never parted, what goes
 * is all older than what stays. */
static void any_story_stays_whole_and_within_its_budget(void **state)
{
    (void)state;
    size_t fitted = 0;
    for (uint64_t seed = 0; seed < 5000; seed++) {
        char story[MESSAGES_MAX + 1] = {0};
        struct et_chat_message messages[MESSAGES_MAX];
        bool keep[MESSAGES_MAX];
        size_t size = 1 + (size_t)et_draw_below(et_draw(seed, 0, ET_DRAW_TEST, 0), MESSAGES_MAX);
        for (uint32_t i = 0; i < size; i++)
            story[i] = "suuuaacCrR"[et_draw_below(et_draw(seed, 1, ET_DRAW_TEST, i), 10)];
        make(story, messages);
        struct et_turns turns =
            turns_of((size_t)et_draw_below(et_draw(seed, 2, ET_DRAW_TEST, 0), 400));
        turns.whole = true;
        int err = et_turns_fit(&turns, messages, size, keep);
        assert_true(err == 0 || err == ET_LIMIT);
        if (err)
            continue;
        fitted++;
        assert_int_equal(turns.after, count_kept(messages, keep, size));
        assert_true(turns.after <= turns.budget);
        bool staying = false;
        size_t call[2] = {SIZE_MAX, SIZE_MAX};
        for (size_t i = 0; i < size; i++) {
            bool second = story[i] == 'C' || story[i] == 'R';
            if (story[i] == 's') {
                assert_true(keep[i]);
                continue;
            }
            assert_true(keep[i] || !staying);
            staying |= keep[i];
            if (story[i] == 'c' || story[i] == 'C')
                call[second] = i;
            if ((story[i] == 'r' || story[i] == 'R') && call[second] != SIZE_MAX)
                assert_int_equal(keep[i], keep[call[second]]);
        }
    }
    assert_true(fitted > 2000);
}

/* Results in the reverse order of their calls, each joining one turn more. */
static void a_long_conversation_takes_linear_time(void **state)
{
    (void)state;
    enum { TURNS = 50000 };
    struct et_chat_message *messages = calloc(3 * TURNS, sizeof *messages);
    struct et_chat_call *made = calloc(TURNS, sizeof *made);
    char(*ids)[16] = calloc(TURNS, sizeof *ids);
    bool *keep = calloc(3 * TURNS, sizeof *keep);
    for (size_t i = 0; i < TURNS; i++) {
        snprintf(ids[i], sizeof ids[i], "call_%zu", i);
        made[i] = (struct et_chat_call){.id = et_slice_of(ids[i])};
        messages[2 * i] = (struct et_chat_message){.role = ET_LIT("user"), .content = ET_LIT("x")};
        messages[2 * i + 1] = (struct et_chat_message){
            .role = ET_LIT("assistant"), .calls = &made[i], .call_count = 1};
        messages[3 * TURNS - 1 - i] =
            (struct et_chat_message){.role = ET_LIT("tool"), .call_id = et_slice_of(ids[i])};
    }
    struct et_turns turns = turns_of(100);
    turns.whole = true;
    assert_int_equal(et_turns_fit(&turns, messages, 3 * TURNS, keep), ET_LIMIT);
    assert_true(keep[0]); /* all is one turn */
    free(messages);
    free(made);
    free(ids);
    free(keep);
}

static void fit_some(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_chat_message messages[MESSAGES_MAX];
    bool keep[MESSAGES_MAX];
    size_t count = make("sucrucRu", messages);
    struct et_turns turns = turns_of(23);
    turns.mem = mem;
    int err = et_turns_fit(&turns, messages, count, keep);
    assert_true(err == 0 || err == ET_NOMEM || err == ET_LIMIT);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(fit_some, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_turns_go_first),
        cmocka_unit_test(what_must_stay_and_is_too_much_is_cut_or_refused),
        cmocka_unit_test(any_story_stays_whole_and_within_its_budget),
        cmocka_unit_test(a_long_conversation_takes_linear_time),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
