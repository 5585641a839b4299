/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/http/syntax.h"

/* Values are looked at eight bytes at a time. */
static void a_byte_is_judged_alike_wherever_it_stands(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 256; c++)
        for (unsigned neighbour = 0x20; neighbour < 256; neighbour += 0x7F) {
            char value[20];
            for (size_t at = 0; at < sizeof value; at++) {
                memset(value, (int)neighbour, sizeof value);
                value[at] = (char)c;
                struct et_slice slice = {value, sizeof value};
                bool good = et_http_is_value_char((char)c);
                assert_int_equal(et_http_is_value(slice), good && neighbour != 0x7F);
            }
        }
}

static void token_characters_are_those_of_the_grammar(void **state)
{
    (void)state;
    const char *others = "!#$%&'*+-.^_`|~";
    for (unsigned c = 0; c < 256; c++) {
        bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool expected = word || (c && strchr(others, (int)c));
        assert_int_equal(et_http_is_token_char((char)c), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_is_judged_alike_wherever_it_stands),
        cmocka_unit_test(token_characters_are_those_of_the_grammar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
