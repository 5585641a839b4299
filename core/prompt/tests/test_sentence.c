/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/prompt/sentence.h"

static const struct {
    const char *text, *parts; /* a bar behind each */
} rows[] = {
    {"One. Two!  Three? Four", "One. |Two!  |Three? |Four|"},
    {"1. First of 2. Second", "1. First of 2. |Second|"},
    {"  10. First. 11. Then", "  10. First. |11. Then|"},
    {"e.g.this.", "e.g.this.|"},
    {"One. ", "One. |"},
    {".", ".|"},
    {"", ""},
};

static void sentences_end_where_a_space_follows_their_stop(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char got[128] = "";
        struct et_slice rest = et_slice_of(rows[i].text), sentence;
        while (et_sentence_split(&rest, &sentence))
            snprintf(got + strlen(got), sizeof got - strlen(got), "%.*s|", ET_ARG(sentence));
        assert_string_equal(got, rows[i].parts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_end_where_a_space_follows_their_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
