/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/tokens/split.h"

struct row {
    const char *why;
    const char *text;
    const char *pieces; /* what the cuts are, shown by | */
};

static void check(const struct row *rows, size_t (*split)(struct et_slice, size_t))
{
    for (; rows->why; rows++) {
        char shown[256] = "";
        struct et_slice text = et_slice_of(rows->text);
        for (size_t at = 0, end; at < text.size; at = end) {
            end = split(text, at);
            assert_true(end > at);
            assert_true(end <= text.size);
            snprintf(shown + strlen(shown), sizeof shown - strlen(shown), "%s%.*s", at ? "|" : "",
                     (int)(end - at), text.data + at);
        }
        if (strcmp(shown, rows->pieces) != 0)
            fail_msg("%s: got %s; expected %s", rows->why, shown, rows->pieces);
    }
}

static void o200k_base_cuts_as_its_pattern_says(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"one sign or space is part of the word", " one two\tsix .x ..y",
         " one| two|\tsix| .|x| ..|y"},
        {"a newline is not", "a\nb\r\nc", "a|\n|b|\r\n|c"},
        {"case ends a word", "HTTPServer iPhone ABCd", "HTTPServer| i|Phone| ABCd"},
        {"a contraction hangs on its word", "It's I'LL he'd x'y", "It's| I'LL| he'd| x|'y"},
        {"the long s is an s", "it'\xC5\xBF it'\xC5\xBFo", "it'\xC5\xBF| it'\xC5\xBF|o"},
        {"capitals give back up to the last neutral letter", "A\u4E2DBC", "A\u4E2D|BC"},
        {"not when a small one follows", "A\u4E2DBCd", "A\u4E2DBCd"},
        {"a mark is a prefix", "\u0301ab", "\u0301ab"},
        {"a mark before capitals alone is a word", "\u0301AB", "\u0301|AB"},
        {"a mark alone is a word", "1\u0301", "1|\u0301"},
        {"a mark after two signs is a sign", "!!\u0301", "!!\u0301"},
        {"a mark after one is a word with prefix", "!\u0301", "!\u0301"},
        {"three digits", "1234567 \u0661\u0662\u0663\u0664",
         "123|456|7| |\u0661\u0662\u0663|\u0664"},
        {"signs take newlines and slashes", "!!\n//\r\n/x", "!!\n//\r\n/|x"},
        {"the last space goes to the word", "a   b", "a|  | b"},
        {"but not to a number", "a   1", "a|  | |1"},
        {"spaces at the end stay together", "a   ", "a|   "},
        {"up to the last newline", " \n \n  x", " \n \n| | x"},
        {"U+FEFF is no space", "\uFEFF\uFEFF x", "\uFEFF\uFEFF| x"},
        {"U+0085 is one", "a\xC2\x85\xC2\x85z", "a|\xC2\x85|\xC2\x85z"},
        {"a letter of Unicode 17 is a sign", "\u088F's", "\u088F'|s"},
        {"a title-case letter is a capital", "a\u01C5a", "a|\u01C5a"},
        {0}};
    check(rows, et_split_o200k);
}

static void cl100k_base_cuts_as_its_pattern_says(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"case means nothing", "HTTPServer iPhone", "HTTPServer| iPhone"},
        {"a contraction is a piece", "It's I'LL", "It|'s| I|'LL"},
        {"even where a word goes on", "'sister 'x", "'s|ister| '|x"},
        {"the long s is an s", "it'\xC5\xBF", "it|'\xC5\xBF"},
        {"a mark is no letter", "e\u0301a", "e|\u0301a"},
        {"slashes are signs only", "!\n/x", "!\n|/x"},
        {"three digits", "1234", "123|4"},
        {"spaces", "a  b \n c  ", "a| | b| \n| c|  "},
        {0}};
    check(rows, et_split_cl100k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(o200k_base_cuts_as_its_pattern_says),
        cmocka_unit_test(cl100k_base_cuts_as_its_pattern_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
