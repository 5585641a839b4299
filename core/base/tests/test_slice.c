/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"

#define NOTHING ((struct et_slice){NULL, 0})

static void a_null_and_an_empty_slice_are_equal(void **state)
{
    (void)state;
    assert_int_equal(et_slice_of(NULL).size, 0);
    assert_null(et_slice_of(NULL).data);
    assert_slice_equal(et_slice_of("abc"), "abc");
    assert_true(et_slice_equal(NOTHING, ET_LIT("")));
    assert_true(et_slice_equal(ET_LIT("a\0b"), ET_LIT("a\0b")));
    assert_false(et_slice_equal(ET_LIT("a\0b"), ET_LIT("a\0c")));
    assert_false(et_slice_equal(ET_LIT("ab"), ET_LIT("abc")));
    assert_int_equal(et_slice_compare(NOTHING, ET_LIT("")), 0);
}

static void only_ascii_letters_ignore_case(void **state)
{
    (void)state;
    assert_true(et_slice_equal_nocase(ET_LIT("Content-TYPE"), ET_LIT("content-type")));
    assert_false(et_slice_equal_nocase(ET_LIT("content"), ET_LIT("content-")));
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            char x = (char)a, y = (char)b;
            bool letter = (a >= 'A' && a <= 'Z') || (a >= 'a' && a <= 'z');
            bool same = a == b || (letter && (a ^ b) == 0x20);
            assert_int_equal(
                et_slice_equal_nocase((struct et_slice){&x, 1}, (struct et_slice){&y, 1}), same);
        }
}

static void order_is_by_bytes_then_by_length(void **state)
{
    (void)state;
    static const char *const ascending[] = {"", "a", "aa", "ab", "b", "ba", "\x7f", "\x80", "\xff"};
    enum { COUNT = sizeof ascending / sizeof ascending[0] };
    for (int i = 0; i < COUNT; i++)
        for (int k = 0; k < COUNT; k++) {
            int order = et_slice_compare(et_slice_of(ascending[i]), et_slice_of(ascending[k]));
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
}

static void a_slice_starts_and_ends_with_itself_and_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *whole, *end;
        bool starts, ends;
    } rows[] = {
        {"banana", "banana", true, true},
        {"banana", "", true, true},
        {"banana", "ban", true, false},
        {"banana", "ana", false, true},
        {"banana", "nan", false, false},
        {"banana", "bananas", false, false},
        {"", "", true, true},
        {"", "a", false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_slice whole = et_slice_of(rows[i].whole), end = et_slice_of(rows[i].end);
        assert_int_equal(et_slice_starts(whole, end), rows[i].starts);
        assert_int_equal(et_slice_ends(whole, end), rows[i].ends);
    }
    assert_true(et_slice_starts(NOTHING, NOTHING));
    assert_false(et_slice_ends(NOTHING, ET_LIT("a")));
}

/* Against the obvious loop, over a small alphabet so that there is much to find. */
static void find_gives_the_first_place_or_the_size(void **state)
{
    (void)state;
    assert_int_equal(et_slice_find(NOTHING, NOTHING), 0);
    assert_int_equal(et_slice_find(NOTHING, ET_LIT("a")), 0);
    assert_int_equal(et_slice_find(ET_LIT("abc"), ET_LIT("")), 0);
    assert_int_equal(et_slice_find(ET_LIT("a\0b\0c"), ET_LIT("\0c")), 3);
    for (uint32_t round = 0; round < 5000; round++) {
        char bytes[16];
        uint64_t bits = et_draw(1, 0, ET_DRAW_TEST, round);
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)('a' + (bits >> i & 1));
        struct et_slice hay = {bytes, bits >> 32 & 15}, needle = {bytes + 12, 1 + (bits >> 40 & 3)};
        size_t at = 0;
        while (at + needle.size <= hay.size && memcmp(bytes + at, needle.data, needle.size) != 0)
            at++;
        size_t want = at + needle.size <= hay.size ? at : hay.size;
        assert_int_equal(et_slice_find(hay, needle), want);
    }
}

static void parts_are_clamped_to_the_slice(void **state)
{
    (void)state;
    struct et_slice word = ET_LIT("banana");
    assert_slice_equal(et_slice_part(word, 1, 3), "an");
    assert_slice_equal(et_slice_part(word, 4, SIZE_MAX), "na");
    assert_slice_equal(et_slice_part(word, 3, 2), "");
    assert_slice_equal(et_slice_part(word, 7, 9), "");
    assert_ptr_equal(et_slice_part(word, 7, 9).data, word.data + 6);
    assert_int_equal(et_slice_part(NOTHING, 2, 5).size, 0);
    assert_null(et_slice_part(NOTHING, 2, 5).data);
}

static void trimming_takes_white_space_from_the_ends_only(void **state)
{
    (void)state;
    assert_slice_equal(et_slice_trim(ET_LIT(" \t\r\n\v\f a b \n")), "a b");
    assert_slice_equal(et_slice_trim(ET_LIT("a")), "a");
    assert_slice_equal(et_slice_trim(ET_LIT(" \n ")), "");
    assert_slice_equal(et_slice_trim(ET_LIT("\xC2\xA0x\xC2\xA0")), "\xC2\xA0x\xC2\xA0");
    assert_int_equal(et_slice_trim(ET_LIT("\0a\0")).size, 3);
    assert_int_equal(et_slice_trim(NOTHING).size, 0);
}

static void splitting_gives_every_part_once(void **state)
{
    (void)state;
    static const struct {
        const char *why, *input, *joined; /* parts, each with a bar behind it */
    } rows[] = {
        {"plain", "a,bc,d", "a|bc|d|"},   {"one part", "abc", "abc|"},
        {"empty part", "a,,b", "a||b|"},  {"separator last", "a,", "a||"},
        {"separator first", ",a", "|a|"}, {"separator alone", ",", "||"},
        {"empty input", "", "|"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_slice rest = et_slice_of(rows[i].input), part;
        char joined[32] = "";
        size_t size = 0;
        while (et_slice_split(&rest, ',', &part)) {
            memcpy(joined + size, part.data, part.size);
            size += part.size;
            joined[size++] = '|';
        }
        if (strcmp(joined, rows[i].joined) != 0)
            fail_msg("%s: %s", rows[i].why, joined);
    }
    struct et_slice none = NOTHING, part;
    assert_false(et_slice_split(&none, ',', &part));
}

static void only_whole_decimal_numbers_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *why, *input;
        bool good;
        uint64_t value;
    } rows[] = {
        {"zero", "0", true, 0},
        {"leading zeros", "000000000000000000000000012", true, 12},
        {"greatest", "18446744073709551615", true, UINT64_MAX},
        {"one more: the sum overflows", "18446744073709551616", false, 0},
        {"the product overflows", "18446744073709551620", false, 0},
        {"a digit too many", "184467440737095516150", false, 0},
        {"empty", "", false, 0},
        {"plus", "+1", false, 0},
        {"minus", "-1", false, 0},
        {"space before", " 1", false, 0},
        {"space behind", "1 ", false, 0},
        {"hexadecimal", "0x1", false, 0},
        {"next to the digits", "1:", false, 0},
        {"next to the digits", "1/", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t value = 77;
        if (et_slice_u64(et_slice_of(rows[i].input), &value) != rows[i].good ||
            value != (rows[i].good ? rows[i].value : 77))
            fail_msg("%s", rows[i].why);
    }
}

static void the_nearest_name_is_offered_unless_all_are_far(void **state)
{
    (void)state;
    static const char *const names[] = {"cache", "breaker",        "queue",
                                        "catch", "retry_after_ms", NULL};
    static const struct {
        const char *why, *name, *nearest;
    } rows[] = {
        {"two swapped", "cahce", "cache"},
        {"letter missing", "brekaer", "breaker"},
        {"letter case", "CACHE", "cache"},
        {"itself", "catch", "catch"},
        {"two of five wrong", "quxxe", "queue"},
        {"three of five wrong", "qxxxe", NULL},
        {"first of equals", "cachh", "cache"},
        {"a third of a long name", "retryaftr__xs", "retry_after_ms"},
        {"more than a third", "retr_aft_xx_yy", NULL},
        {"nothing alike", "temperature", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *nearest = et_slice_nearest(et_slice_of(rows[i].name), names);
        const char *want = rows[i].nearest;
        if ((nearest == NULL) != (want == NULL) || (want && strcmp(nearest, want) != 0))
            fail_msg("%s: %s", rows[i].why, nearest ? nearest : "none");
    }
}

static void long_names_are_compared_up_to_64_bytes(void **state)
{
    (void)state;
    char longest[65] = "", longer[66] = "";
    memset(longest, 'n', 64);
    memset(longer, 'n', 65);
    const char *const names[] = {longer, longest, NULL};
    assert_ptr_equal(et_slice_nearest(et_slice_of(longest), names), longest);
    assert_null(et_slice_nearest(et_slice_of(longer), names));
}

static void sixteen_digits_in_either_case_are_hexadecimal(void **state)
{
    (void)state;
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    for (int c = -128; c < 128; c++) {
        const char *at = c ? strchr(digits, c) : NULL;
        assert_int_equal(et_hex_value((char)c), at ? (at - digits) % 16 : -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixteen_digits_in_either_case_are_hexadecimal),
        cmocka_unit_test(a_null_and_an_empty_slice_are_equal),
        cmocka_unit_test(only_ascii_letters_ignore_case),
        cmocka_unit_test(order_is_by_bytes_then_by_length),
        cmocka_unit_test(a_slice_starts_and_ends_with_itself_and_nothing),
        cmocka_unit_test(find_gives_the_first_place_or_the_size),
        cmocka_unit_test(parts_are_clamped_to_the_slice),
        cmocka_unit_test(trimming_takes_white_space_from_the_ends_only),
        cmocka_unit_test(splitting_gives_every_part_once),
        cmocka_unit_test(only_whole_decimal_numbers_are_read),
        cmocka_unit_test(the_nearest_name_is_offered_unless_all_are_far),
        cmocka_unit_test(long_names_are_compared_up_to_64_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
