/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/utf8.h"

#define VECTORS "../shared/data/corpora/utf8/utf8tests.txt"

typedef unsigned char byte;

/* A second opinion, made another way: take the bits apart, then ask whether the number needed that
 * many bytes and may be encoded at all.  The length of the sequence at the start, or 0. */
static size_t simple_length(const byte *s, size_t size)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : 4;
    if (length == 1)
        return 1;
    if ((length == 4 && s[0] >> 3 != 30) || size < length)
        return 0;
    uint32_t value = s[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        value = value << 6 | (s[i] & 0x3F);
    }
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return value < least[length] || value > 0x10FFFF || surrogate ? 0 : length;
}

static bool simple_valid(const byte *s, size_t size)
{
    for (size_t i = 0; i < size;) {
        size_t length = simple_length(s + i, size - i);
        if (!length)
            return false;
        i += length;
    }
    return true;
}

/* Whether anything well-formed begins with these n < 4 bytes. */
static bool begins_something(const byte *s, size_t n)
{
    static const byte fillers[] = {0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF};
    byte whole[4] = {0, 0, 0x80, 0x80};
    memcpy(whole, s, n);
    for (size_t i = 0; i < sizeof fillers; i++) {
        if (n == 1)
            whole[1] = fillers[i];
        if (simple_length(whole, 4) > n)
            return true;
    }
    return false;
}

/* The maximal subpart by its definition: the longest start of something well-formed, or one. */
static size_t simple_bad(const byte *s, size_t size)
{
    size_t n = 1;
    while (n < size && n < 3 && begins_something(s, n + 1))
        n++;
    return n;
}

static struct et_slice slice_of(const byte *s, size_t size)
{
    return (struct et_slice){(const char *)s, size};
}

static void every_code_point_goes_there_and_back(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        if (point == 0xD800)
            point = 0xE000;
        char bytes[5] = {0};
        uint32_t back = 0;
        size_t length = et_utf8_encode(point, bytes);
        size_t want = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        assert_int_equal(length, want);
        assert_int_equal(et_utf8_decode((struct et_slice){bytes, 5}, &back), length);
        assert_int_equal(back, point);
        assert_int_equal(et_utf8_length((struct et_slice){bytes, length}), length);
        back = 77;
        assert_int_equal(et_utf8_decode((struct et_slice){bytes, length - 1}, &back), 0);
        assert_int_equal(back, 77);
    }
}

/* Plain comparisons in the loops: millions of cmocka's asserts would take minutes. */
static void every_sequence_of_up_to_three_bytes_is_judged_rightly(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < 1u << 24; n++) {
        byte s[3] = {(byte)(n >> 16), (byte)(n >> 8), (byte)n};
        bool right = et_utf8_valid(slice_of(s, 3)) == simple_valid(s, 3) &&
                     et_utf8_length(slice_of(s, 3)) == simple_length(s, 3);
        if (right && s[2] == 0)
            right = et_utf8_valid(slice_of(s, 2)) == simple_valid(s, 2) &&
                    et_utf8_length(slice_of(s, 2)) == simple_length(s, 2) &&
                    et_utf8_length(slice_of(s, 1)) == simple_length(s, 1);
        if (!right)
            fail_msg("%02x %02x %02x", s[0], s[1], s[2]);
    }
    assert_true(et_utf8_valid((struct et_slice){NULL, 0}));
    assert_int_equal(et_utf8_length((struct et_slice){NULL, 0}), 0);
}

static void four_bytes_are_judged_rightly_at_every_edge(void **state)
{
    (void)state;
    static const byte edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF};
    for (uint32_t n = 0; n < 1u << 16; n++)
        for (size_t i = 0; i < sizeof edges * sizeof edges; i++) {
            byte s[4] = {(byte)(n >> 8), (byte)n, edges[i % sizeof edges], edges[i / sizeof edges]};
            size_t length = et_utf8_length(slice_of(s, 4));
            bool right = length == simple_length(s, 4) &&
                         et_utf8_valid(slice_of(s, 4)) == simple_valid(s, 4);
            for (size_t size = 1; right && size <= 4; size++)
                if (!et_utf8_length(slice_of(s, size)))
                    right = et_utf8_bad(slice_of(s, size)) == simple_bad(s, size);
            if (!right)
                fail_msg("%02x %02x %02x %02x", s[0], s[1], s[2], s[3]);
        }
}

/* Hexadecimal digits in `text` as bytes, white space skipped; "nothing" is none. */
static size_t from_hex(struct et_slice text, byte *out)
{
    size_t n = 0;
    unsigned digits = 0, value = 0;
    if (et_slice_equal(et_slice_trim(text), ET_LIT("nothing")))
        return 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == ' ' || c == '\n')
            continue;
        value = value << 4 | (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        if (++digits % 2 == 0)
            out[n++] = (byte)value;
    }
    assert_int_equal(digits % 2, 0);
    return n;
}

/* As a decoder would: bad subparts are replaced by U+FFFD, or skipped. */
static size_t mended(struct et_slice rest, bool replace, byte *out)
{
    size_t n = 0;
    while (rest.size) {
        size_t length = et_utf8_length(rest);
        memcpy(out + n, rest.data, length);
        n += length;
        if (!length && replace)
            n += et_utf8_encode(0xFFFD, (char *)out + n);
        rest = et_slice_part(rest, length ? length : et_utf8_bad(rest), rest.size);
    }
    return n;
}

/* One line of utf8tests.txt:  num:valid[ hex]:BYTES  or  num:invalid hex:BYTES:SKIPPED:REPLACED */
static bool check_line(struct et_slice line)
{
    struct et_slice number, kind, input, skipped, replaced;
    byte bytes[256], want[256], got[3 * 256];
    if (line.size < 3 || line.data[0] == '#' || !et_slice_split(&line, ':', &number) ||
        !et_slice_split(&line, ':', &kind))
        return false;
    kind = et_slice_trim(kind);
    if (!et_slice_ends(kind, ET_LIT(" hex"))) {
        assert_true(et_utf8_valid(et_slice_trim(line)));
        return true;
    }
    assert_true(et_slice_split(&line, ':', &input));
    struct et_slice slice = slice_of(bytes, from_hex(input, bytes));
    assert_int_equal(et_utf8_valid(slice), et_slice_starts(kind, ET_LIT("valid")));
    if (et_utf8_valid(slice))
        return true;
    assert_true(et_slice_split(&line, ':', &skipped));
    assert_true(et_slice_split(&line, ':', &replaced));
    size_t size = from_hex(skipped, want);
    assert_int_equal(mended(slice, false, got), size);
    assert_memory_equal(got, want, size);
    size = from_hex(replaced, want);
    assert_int_equal(mended(slice, true, got), size);
    assert_memory_equal(got, want, size);
    return true;
}

static void all_vectors_of_the_corpus_hold(void **state)
{
    (void)state;
    FILE *file = fopen(VECTORS, "rb");
    if (!file) {
        print_message("skipped: no %s\n", VECTORS);
        skip();
    }
    char line[1024];
    unsigned checked = 0;
    while (fgets(line, sizeof line, file))
        checked += check_line(et_slice_of(line));
    fclose(file);
    assert_int_equal(checked, 222);
}

static void the_well_formed_front_ends_at_the_first_bad_byte(void **state)
{
    (void)state;
    char text[40];
    for (size_t at = 0; at < sizeof text; at++) {
        memset(text, 'x', sizeof text);
        text[at] = '\xFF';
        assert_int_equal(et_utf8_whole((struct et_slice){text, sizeof text}), at);
        assert_int_equal(et_utf8_whole((struct et_slice){text, at}), at);
    }
    assert_int_equal(et_utf8_whole(ET_LIT("12345\xC3\xA9 78901234\xE2\x82\xAC\xE2\x82")), 19);
    assert_int_equal(et_utf8_whole((struct et_slice){NULL, 0}), 0);
}

static void what_was_cut_is_made_well_formed(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text, *mended;
    } rows[] = {
        {"nothing", "", ""},
        {"well-formed", "a\xC3\xA9\xF0\x9F\x98\x80", "a\xC3\xA9\xF0\x9F\x98\x80"},
        {"cut at the end", "a\xF0\x9F\x98", "a"},
        {"each bad byte", "\xFF\xFE-\xED\xA0\x80 b", "?\?-??\? b"},
        {"bad, then cut", "\x80\xC3", "?"},
        {"one bad byte at the end goes", "ab\xFF", "ab"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[32];
        memcpy(text, rows[i].text, strlen(rows[i].text) + 1);
        et_utf8_mend(text);
        if (strcmp(text, rows[i].mended) != 0)
            fail_msg("%s: %s", rows[i].why, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_goes_there_and_back),
        cmocka_unit_test(every_sequence_of_up_to_three_bytes_is_judged_rightly),
        cmocka_unit_test(four_bytes_are_judged_rightly_at_every_edge),
        cmocka_unit_test(the_well_formed_front_ends_at_the_first_bad_byte),
        cmocka_unit_test(what_was_cut_is_made_well_formed),
        cmocka_unit_test(all_vectors_of_the_corpus_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
