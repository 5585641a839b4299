/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/prompt/moves.h"
#include "core/prompt/template.h"

#define HEAD                                                                                       \
    "%template t 1\n%use-case t\n%parameter a\n%parameter b\n%sample a {{a}} in the head stays\n"

static const struct {
    const char *why, *wanted; /* names, a space between */
    enum et_move_grain grain;
    enum et_move_target target;
    const char *from, *to; /* behind the head */
    const char *moves;     /* "LINE>BEHIND " each */
} rows[] = {
    {"a line goes to the end of its message", "a", ET_MOVE_LINES, ET_MOVE_TO_END,
     "%message system\nOne {{a}}.\nTwo.\n\n%message user\n{{b}}\n",
     "%message system\nTwo.\nOne {{a}}.\n\n%message user\n{{b}}\n", "7>8 "},
    {"lines keep their order, and other parameters stay", "a", ET_MOVE_LINES, ET_MOVE_TO_END,
     "%message user\n1 {{ a }}\n2 {{b}}\n3 {{a}}\n4\n",
     "%message user\n2 {{b}}\n4\n1 {{ a }}\n3 {{a}}\n", "7>10 9>10 "},
    {"what is in an escape is text", "a", ET_MOVE_LINES, ET_MOVE_TO_END,
     "%message user\n\\{{a}}\n{{b}} {{a}}\n%%message\n",
     "%message user\n\\{{a}}\n%%message\n{{b}} {{a}}\n", "8>9 "},
    {"of two blank lines around it one goes too", "a", ET_MOVE_LINES, ET_MOVE_TO_END,
     "%message user\nOne\n\n{{a}}\n\nTwo\n", "%message user\nOne\n\nTwo\n{{a}}\n", "9>11 "},
    {"a sentence leaves its line", "a", ET_MOVE_SENTENCES, ET_MOVE_TO_END,
     "%message user\n1. One. For {{a}}, please! Two.\nThree.",
     "%message user\n1. One. Two.\nThree.\nFor {{a}}, please!", "7>8 "},
    {"the last sentence takes the space with it", "a b", ET_MOVE_SENTENCES, ET_MOVE_TO_END,
     "%message user\nOne. {{a}}? {{b}}.\nThree.\n", "%message user\nOne.\nThree.\n{{a}}?\n{{b}}.\n",
     "7>8 7>8 "},
    {"lines of earlier messages go behind the last", "a b", ET_MOVE_LINES, ET_MOVE_TO_LAST,
     "%message system\nFor {{a}}.\nOne.\n%message user\n{{b}}\nTwo.\n",
     "%message system\nOne.\n%message user\n{{b}}\nTwo.\nFor {{a}}.\n", "7>11 "},
    {"a message that is empty then goes", "a", ET_MOVE_LINES, ET_MOVE_TO_LAST,
     "%message system\nOne.\n%message system\n{{a}}\n\n%message user\n{{b}}\n",
     "%message system\nOne.\n%message user\n{{b}}\n{{a}}\n", "9>12 "},
    {"where there are parts it becomes a dynamic one", "a", ET_MOVE_LINES, ET_MOVE_TO_END,
     "%message user\n%dynamic\n{{a}}\n%static\nTwo.\n",
     "%message user\n%dynamic\n%static\nTwo.\n%dynamic\n{{a}}\n", "8>10 "},
    {"examples have no placeholders", "a", ET_MOVE_LINES, ET_MOVE_TO_END,
     "%message system\nOne {{a}}\nTwo\n%example e\n{{a}}\n%answer\nYes\n%message user\n{{b}}\n",
     "%message system\nTwo\nOne {{a}}\n%example e\n{{a}}\n%answer\nYes\n%message user\n{{b}}\n",
     "7>8 "},
    {"nothing is wanted", "", ET_MOVE_LINES, ET_MOVE_TO_END, "%message user\n{{a}}\nOne\n",
     "%message user\n{{a}}\nOne\n", ""},
};

static size_t split(const char *wanted, struct et_slice *names)
{
    struct et_slice rest = et_slice_of(wanted), name;
    size_t count = 0;
    while (et_slice_split(&rest, ' ', &name))
        if (name.size)
            names[count++] = name;
    return count;
}

static void what_holds_a_parameter_goes_where_it_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char file[1024], want[1024], told[256] = "";
        struct et_slice names[4];
        struct et_moves moves;
        struct et_text out;
        struct et_moves_wish wish = {names, split(rows[i].wanted, names), rows[i].grain,
                                     rows[i].target};
        snprintf(file, sizeof file, "%s%s", HEAD, rows[i].from);
        snprintf(want, sizeof want, "%s%s", HEAD, rows[i].to);
        et_moves_plan(&moves, et_slice_of(file), &wish);
        for (size_t j = 0; j < moves.count; j++)
            snprintf(told + strlen(told), sizeof told - strlen(told), "%u>%u ", moves.items[j].line,
                     moves.items[j].behind);
        et_text_init(&out, &support_heap, 4096);
        assert_int_equal(et_moves_write(&moves, et_slice_of(file), &out), 0);
        if (strcmp(told, rows[i].moves) != 0 ||
            !et_slice_equal(et_slice_trim(et_text_slice(&out)), et_slice_trim(et_slice_of(want))))
            fail_msg("%s: %s\n%.*s", rows[i].why, told, ET_ARG(et_text_slice(&out)));
        et_text_free(&out);
    }
}

static void no_more_is_moved_than_there_is_room_for(void **state)
{
    (void)state;
    const struct et_slice wanted = ET_LIT("a");
    struct et_moves moves;
    struct et_text file, out;
    et_text_init(&file, &support_heap, 1 << 16);
    et_text_init(&out, &support_heap, 1 << 16);
    et_text_add(&file, ET_LIT(HEAD "%message user\n"));
    for (int i = 0; i < ET_MOVES_MAX + 5; i++)
        et_text_addf(&file, "%d {{a}}\n", i);
    et_moves_plan(&moves, et_text_slice(&file), &(struct et_moves_wish){&wanted, 1});
    assert_int_equal(moves.count, ET_MOVES_MAX);
    assert_int_equal(et_moves_write(&moves, et_text_slice(&file), &out), 0);
    assert_int_equal(et_text_slice(&out).size, et_text_slice(&file).size);
    et_text_free(&file);
    et_text_free(&out);
}

static void write_moves(const struct et_mem *mem, void *arg)
{
    const struct et_slice wanted = ET_LIT("a"), file = et_slice_of(arg);
    struct et_moves moves;
    struct et_text out;
    et_moves_plan(&moves, file, &(struct et_moves_wish){&wanted, 1, ET_MOVE_SENTENCES});
    et_text_init(&out, mem, 4096);
    int err = et_moves_write(&moves, file, &out);
    assert_true(err == 0 || err == ET_NOMEM);
    et_text_free(&out);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    support_torture(write_moves, HEAD "%message user\nOne. {{a}}. Two.\nThree.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_a_parameter_goes_where_it_should),
        cmocka_unit_test(no_more_is_moved_than_there_is_room_for),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
