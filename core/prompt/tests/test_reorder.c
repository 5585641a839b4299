/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/reorder.h"
#include "core/tokens/words.h"

/* "W100" in a template below stands for 100 tokens of words, without a line feed. */
static void write_file(struct et_text *file, const char *body)
{
    uint64_t who = 0;
    et_text_init(file, &support_heap, 1 << 20);
    et_text_add(file, ET_LIT("%template t 1\n%use-case t\n%parameter a\n%parameter b\n"));
    for (const char *at = body; *at; at++) {
        if (*at != 'W') {
            et_text_addc(file, *at);
            continue;
        }
        char *end;
        uint64_t count = strtoul(at + 1, &end, 10);
        assert_int_equal(et_words_write(1, ++who, count, file), 0);
        at = end - 1;
    }
}

static const struct et_parameter values[2][2] = {
    {{ET_LIT("a"), ET_LIT("Anna")}, {ET_LIT("b"), ET_LIT("same")}},
    {{ET_LIT("a"), ET_LIT("Berta")}, {ET_LIT("b"), ET_LIT("same")}}};

static struct et_reorder_task task_of(struct et_slice file, enum et_caching caching)
{
    return (struct et_reorder_task){
        .file = file,
        .values = {values[0], values[1]},
        .count = 2,
        .rules = {tables[ET_ENCODING_O200K].tokenizer, ET_CHAT_HARMONY, NULL, caching, false},
        .mem = &support_heap};
}

static const struct {
    const char *why;
    enum et_caching caching;
    const char *body;
    size_t read, shared;
    const char *moves; /* "LINE>BEHIND " each */
    size_t mark_byte;  /* 0: not marked; 1: somewhere */
} rows[] = {
    {"a line in front goes behind the words", ET_CACHING_PREFIX,
     "%message system\nFor {{a}}.\n\nW1100\n%message user\n{{b}}\n", 1024, 3 + 1100 + 2, "6>8 ", 0},
    {"what is at the end already stays", ET_CACHING_PREFIX,
     "%message system\nFor {{a}}.\n\nW1100\nAgain {{a}}.\n%message user\n{{b}} {{a}}\n", 1024,
     3 + 1100 + 2, "6>9 ", 0},
    {"nothing is moved where nothing is won", ET_CACHING_PREFIX,
     "%message system\nW1100\n%message user\n{{b}}\n{{a}}\n", 1024, 3 + 1100 + 1 + 3 + 2, "", 0},
    {"a sentence in the only paragraph", ET_CACHING_PREFIX,
     "%message user\nYou are. For {{a}}, please. W1200\n{{b}}\n", 1152, 0, "6>7 ", 0},
    {"a message of its own in front goes behind the last", ET_CACHING_PREFIX,
     "%message system\n{{a}}\n%message system\nW1100\n%message user\n{{b}}\n", 1024,
     3 + 1100 + 1 + 3 + 2, "6>10 ", 0},
    {"below 1,024 tokens more is shared and nothing cached", ET_CACHING_PREFIX,
     "%message system\nFor {{a}}.\nW900\n%message user\n{{b}}\n", 0, 3 + 900 + 2, "6>7 ", 0},
    {"from gpt-5.6 on a mark is enough", ET_CACHING_BREAKPOINTS,
     "%message system\nW1100\n%message user\n{{a}}\n{{b}}\n", 3 + 1100 + 1, 3 + 1100 + 1 + 3, "",
     1},
    {"or a mark behind what was moved together", ET_CACHING_BREAKPOINTS,
     "%message system\nFor {{a}}.\nW1100\n%message user\n{{b}}\n", 3 + 1100 + 1, 3 + 1100 + 2,
     "6>7 ", 1},
    {"a model without a cache shares and reads nothing", ET_CACHING_NONE,
     "%message system\nW1100\n%message user\n{{a}}\n{{b}}\n", 0, 3 + 1100 + 1 + 3, "", 0},
};

static void the_best_order_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_text file;
        struct et_reorder_result got;
        char told[256] = "";
        write_file(&file, rows[i].body);
        struct et_reorder_task task = task_of(et_text_slice(&file), rows[i].caching);
        assert_int_equal(et_reorder_find(&got, &task), 0);
        for (size_t j = 0; j < got.moves.count; j++)
            snprintf(told + strlen(told), sizeof told - strlen(told), "%u>%u ",
                     got.moves.items[j].line, got.moves.items[j].behind);
        if (strcmp(told, rows[i].moves) != 0 || got.reuse.read != rows[i].read ||
            (rows[i].shared && got.shared != rows[i].shared) ||
            (got.mark_byte > 0) != (rows[i].mark_byte > 0) || got.marked != (got.mark_byte > 0))
            fail_msg("%s: moves %s, %zu read, %zu shared, mark %zu:%zu", rows[i].why, told,
                     got.reuse.read, got.shared, got.mark_message, got.mark_byte);
        et_text_free(&file);
    }
}

static void find_some(const struct et_mem *mem, void *arg)
{
    struct et_reorder_task task = task_of(et_text_slice(arg), ET_CACHING_BREAKPOINTS);
    struct et_reorder_result got;
    task.mem = mem;
    int err = et_reorder_find(&got, &task);
    assert_true(err == 0 || err == ET_NOMEM);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    struct et_text file;
    write_file(&file, "%message system\n{{a}}\nW50\n%message user\nFor {{a}}. W50.\n{{b}}\n");
    support_torture(find_some, &file);
    et_text_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_order_is_found),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
