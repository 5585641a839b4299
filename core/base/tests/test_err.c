/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/err.h"

static const int errors[] = {
#define ERR_NAME(name, value, text) ET_##name,
    ET_ERR_LIST(ERR_NAME)
#undef ERR_NAME
};

enum { ERRORS = sizeof errors / sizeof errors[0] };

static void every_error_is_negative_and_has_its_own_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ERRORS; i++) {
        assert_true(errors[i] < 0);
        const char *text = et_err_text(errors[i]);
        assert_string_not_equal(text, "unknown error");
        assert_true(text[strlen(text) - 1] != '.');
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(text, et_err_text(errors[k]));
    }
}

static void numbers_that_are_no_error_say_so(void **state)
{
    (void)state;
    assert_string_equal(et_err_text(0), "no error");
    assert_string_equal(et_err_text(1), "unknown error");
    assert_string_equal(et_err_text(-(int)ERRORS - 1), "unknown error");
    assert_string_equal(et_err_text(ET_NOMEM), "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_is_negative_and_has_its_own_text),
        cmocka_unit_test(numbers_that_are_no_error_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
