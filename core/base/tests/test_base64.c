/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/base64.h"
#include "core/base/draw.h"

static const struct {
    const char *plain, *text;
} pairs[] = {
    /* RFC 4648 section 10 */
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xef\xbe", "/+++"},
};

static void it_writes_and_reads_the_examples_of_the_rfc(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct et_text there, back;
        et_text_init(&there, &support_heap, 100);
        et_text_init(&back, &support_heap, 100);
        et_base64_encode(&there, et_slice_of(pairs[i].plain));
        assert_slice_equal(et_text_slice(&there), pairs[i].text);
        assert_int_equal(et_base64_decode(&back, et_slice_of(pairs[i].text)), 0);
        assert_slice_equal(et_text_slice(&back), pairs[i].plain);
        et_text_free(&there);
        et_text_free(&back);
    }
}

static const struct {
    const char *why, *text;
} refused[] = {
    {"padding is missing", "Zg"},
    {"three signs", "Zm9"},
    {"a stray sign", "Zm9vY"},
    {"padding alone", "===="},
    {"one sign cannot be a byte", "Z==="},
    {"padding in the middle", "Zg==Zg=="},
    {"a sign after padding", "Zg=v"},
    {"white space", "Zm9v\nZg="},
    {"the URL alphabet", "_-__"},
    {"bits behind the last byte", "Zh=="},
    {"bits behind the second", "Zm9="},
    {"a byte above ASCII", "Zm9\xc3"},
};

static void what_is_not_canonical_is_refused_and_adds_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct et_text out;
        et_text_init(&out, &support_heap, 100);
        et_text_add(&out, ET_LIT("kept"));
        if (et_base64_decode(&out, et_slice_of(refused[i].text)) != ET_SYNTAX)
            fail_msg("taken although %s", refused[i].why);
        assert_slice_equal(et_text_slice(&out), "kept");
        assert_string_equal(out.data, "kept");
        et_text_free(&out);
    }
}

static void any_bytes_come_back(void **state)
{
    (void)state;
    for (uint32_t size = 0; size < 200; size++) {
        char bytes[200];
        for (uint32_t i = 0; i < size; i++)
            bytes[i] = (char)et_draw(1, size, ET_DRAW_TEST, i);
        struct et_text there, back;
        et_text_init(&there, &support_heap, 1000);
        et_text_init(&back, &support_heap, 1000);
        et_base64_encode(&there, (struct et_slice){bytes, size});
        assert_int_equal(there.size, (size + 2) / 3 * 4);
        assert_int_equal(et_base64_decode(&back, et_text_slice(&there)), 0);
        assert_true(et_slice_equal(et_text_slice(&back), (struct et_slice){bytes, size}));
        et_text_free(&there);
        et_text_free(&back);
    }
}

static void a_limit_is_kept(void **state)
{
    (void)state;
    struct et_text out;
    et_text_init(&out, &support_heap, 7);
    et_base64_encode(&out, ET_LIT("foobar"));
    assert_int_equal(et_text_failed(&out), ET_LIMIT);
    et_text_clear(&out);
    assert_int_equal(et_base64_decode(&out, ET_LIT("Zm9vYmFyZm9v")), ET_LIMIT);
    et_text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_writes_and_reads_the_examples_of_the_rfc),
        cmocka_unit_test(what_is_not_canonical_is_refused_and_adds_nothing),
        cmocka_unit_test(any_bytes_come_back),
        cmocka_unit_test(a_limit_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
