/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/hash.h"
#include "core/base/nfkc.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

enum { ROOM = 64 };

static void add_utf8(struct et_text *text, const uint32_t *codes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char bytes[4];
        et_text_add(text, (struct et_slice){bytes, et_utf8_encode(codes[i], bytes)});
    }
}

/* The normal form of `codes`, as code points. */
static size_t normal(const uint32_t *codes, size_t count, uint32_t out[ROOM])
{
    struct et_text text;
    bool cut = true;
    et_text_init(&text, &support_heap, 4096);
    add_utf8(&text, codes, count);
    size_t made = et_nfkc(et_text_slice(&text), out, ROOM, &cut);
    assert_false(cut);
    et_text_free(&text);
    return made;
}

static FILE *open_golden(char line[1024])
{
    FILE *file = fopen("core/base/tests/golden/nfkc.txt", "r");
    assert_non_null(file);
    assert_non_null(fgets(line, 1024, file));
    return file;
}

static void every_code_point_becomes_what_node_makes_of_it(void **state)
{
    (void)state;
    struct et_text all;
    et_text_init(&all, &support_heap, 1 << 26);
    for (uint32_t code = 0; code < 0x110000; code++) {
        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        const uint32_t mixed[3][3] = {{code}, {'a', code, 0x301}, {code, 0x323, 0x300}};
        for (size_t i = 0; i < 3; i++) {
            uint32_t out[ROOM];
            add_utf8(&all, out, normal(mixed[i], i ? 3 : 1, out));
            et_text_addc(&all, '\n');
        }
    }
    char line[1024], hex[65];
    struct et_digest digest = et_digest_of(et_text_slice(&all));
    et_digest_hex(&digest, hex);
    fclose(open_golden(line));
    assert_memory_equal(hex, line, 64);
    et_text_free(&all);
}

static size_t read_codes(char *text, uint32_t out[ROOM])
{
    size_t count = 0;
    for (char *word = strtok(text, " \n"); word; word = strtok(NULL, " \n"))
        out[count++] = (uint32_t)strtoul(word, NULL, 16);
    return count;
}

static void mixtures_of_marks_become_what_node_makes_of_them(void **state)
{
    (void)state;
    char line[1024];
    FILE *file = open_golden(line);
    unsigned rows = 0;
    for (; fgets(line, sizeof line, file); rows++) {
        uint32_t in[ROOM], want[ROOM], got[ROOM];
        char *semicolon = strchr(line, ';');
        *semicolon = '\0';
        size_t wanted = read_codes(semicolon + 1, want);
        size_t made = normal(in, read_codes(line, in), got);
        if (made != wanted || memcmp(got, want, made * sizeof *got) != 0)
            fail_msg("mixture %u differs", rows + 1);
    }
    fclose(file);
    assert_int_equal(rows, 1000);
}

static void a_text_in_normal_form_stays_as_it_is(void **state)
{
    (void)state;
    uint32_t out[ROOM];
    const uint32_t codes[] = {'H', 'i', ' ', 0xE9, 0x4E2D, 0x1F600, 0xAC01};
    assert_int_equal(normal(codes, 7, out), 7);
    assert_memory_equal(out, codes, sizeof codes);
    assert_int_equal(normal(codes, 0, out), 0);
}

static void bytes_that_are_not_utf8_count_as_replacements(void **state)
{
    (void)state;
    uint32_t out[ROOM];
    bool cut;
    assert_int_equal(et_nfkc(ET_LIT("a\xFF\xE2\x82z\xC3"), out, ROOM, &cut), 5);
    const uint32_t want[] = {'a', 0xFFFD, 0xFFFD, 'z', 0xFFFD};
    assert_memory_equal(out, want, sizeof want);
    assert_false(cut);
}

static void what_has_no_room_is_left_out_and_told(void **state)
{
    (void)state;
    uint32_t out[ROOM];
    bool cut = false;
    assert_int_equal(et_nfkc(ET_LIT("abcd"), out, 3, &cut), 3);
    assert_true(cut);
    assert_int_equal(et_nfkc(ET_LIT("abcd"), out, 4, &cut), 4);
    assert_false(cut);
    /* U+FDFA has 18 parts: all of them or none. */
    assert_int_equal(et_nfkc(ET_LIT("ab\xEF\xB7\xBA"), out, 19, &cut), 2);
    assert_true(cut);
    assert_int_equal(et_nfkc(ET_LIT("ab\xEF\xB7\xBA"), out, 20, &cut), 20);
    assert_int_equal(et_nfkc(ET_LIT("a"), out, 0, &cut), 0);
    assert_true(cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_becomes_what_node_makes_of_it),
        cmocka_unit_test(mixtures_of_marks_become_what_node_makes_of_them),
        cmocka_unit_test(a_text_in_normal_form_stays_as_it_is),
        cmocka_unit_test(bytes_that_are_not_utf8_count_as_replacements),
        cmocka_unit_test(what_has_no_room_is_left_out_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
