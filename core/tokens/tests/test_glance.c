/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/tokens/glance.h"
#include "core/tokens/split.h"
#include "core/tokens/unicode_classes.h"

enum { ROOM = 4096 };

static size_t split(enum et_encoding encoding, struct et_slice text, size_t at)
{
    return encoding == ET_ENCODING_O200K ? et_split_o200k(text, at) : et_split_cl100k(text, at);
}

/* Compares at every place where a piece starts, with the masks of one pass and with fresh ones.
 * Returns how many pieces the masks told of every thousand. */
static size_t compare(enum et_encoding encoding, struct et_slice text)
{
    struct et_glance glance = et_glance_of(text, encoding);
    size_t pieces = 0, told = 0;
    for (size_t at = 0, end; at < text.size; at = end) {
        struct et_glance fresh = et_glance_of(text, encoding);
        size_t sizes[] = {et_glance_piece(&glance, at), et_glance_piece(&fresh, at)};
        end = split(encoding, text, at);
        for (size_t i = 0; i < 2; i++)
            if (sizes[i] && at + sizes[i] != end)
                fail_msg("%s, \"%.*s\" at %zu: got a piece of %zu; expected %zu",
                         et_encoding_name(encoding), ET_ARG(text), at, sizes[i], end - at);
        pieces++;
        told += sizes[0] > 0;
    }
    return pieces ? told * 1000 / pieces : 0;
}

/* One byte after the other, by the classes of split.c. */
static struct et_glance_classes classes_of(const char *bytes)
{
    struct et_glance_classes seen = {0};
    for (unsigned i = 0; i < ET_GLANCE_BYTES; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        unsigned class = byte < 0x80 ? et_unicode_ascii_class(byte) : 0;
        uint64_t bit = 1ull << i;
        seen.letters |= class & (ET_UNICODE_UPPER | ET_UNICODE_LOWER) ? bit : 0;
        seen.lowers |= class & ET_UNICODE_LOWER ? bit : 0;
        seen.digits |= class & ET_UNICODE_NUMBER ? bit : 0;
        seen.spaces |= class & (ET_UNICODE_SPACE | ET_UNICODE_NEWLINE) ? bit : 0;
        seen.newlines |= class & ET_UNICODE_NEWLINE ? bit : 0;
        seen.blanks |= byte == ' ' ? bit : 0;
        seen.slashes |= byte == '/' ? bit : 0;
        seen.apostrophes |= byte == '\'' ? bit : 0;
        seen.beyond |= class ? 0 : bit;
    }
    return seen;
}

static void both_ways_to_make_masks_agree(void **state)
{
    (void)state;
    char bytes[ET_GLANCE_BYTES];
    for (uint32_t nth = 0; nth < 256 + 20000; nth++) {
        for (uint32_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)(nth < 256 ? nth : et_draw(nth, 1, ET_DRAW_TEST, i));
        struct et_glance_classes fast = et_glance_classes(bytes);
        struct et_glance_classes plain = et_glance_classes_plain(bytes);
        struct et_glance_classes each = classes_of(bytes);
        assert_memory_equal(&fast, &each, sizeof fast);
        assert_memory_equal(&plain, &each, sizeof fast);
    }
}

/* What the rules of the patterns turn on, one after another as chance has it. */
static struct et_slice random_text(uint64_t seed, char *text)
{
    static const char *const atoms[] = {
        "a",       "b",      "Z",      "Q",      " ",          " ",      "  ",
        "\t",      "\n",     "\r\n",   "'",      "'s",         "'LL",    "'r",
        "'\u017F", "1",      "234",    "5678",   ".",          "/",      "!!",
        "\x7F",    "\v",     "-",      "word",   "Up",         "\x1C",   "\u00E9",
        "\u0301",  "\u00A0", "\u4E2D", "\u0663", "\U0001F642", "\u2028", "longwordwithoutend",
        "SHOUT"};
    size_t size = 0;
    uint32_t count = (uint32_t)(seed % 200);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t bits = et_draw(seed, 2, ET_DRAW_TEST, i);
        size_t kinds = sizeof atoms / sizeof *atoms - (seed % 3 ? 9 : 0); /* mostly ASCII alone */
        struct et_slice atom = et_slice_of(atoms[et_draw_below(bits, kinds)]);
        memcpy(text + size, atom.data, atom.size);
        size += atom.size;
    }
    return (struct et_slice){text, size};
}

static void masks_say_nothing_that_the_patterns_do_not(void **state)
{
    (void)state;
    char *text = malloc(ROOM);
    for (uint64_t seed = 0; seed < 30000; seed++) {
        struct et_slice whole = random_text(seed, text);
        struct et_slice exact = {memcpy(malloc(whole.size + 1), text, whole.size), whole.size};
        compare(ET_ENCODING_O200K, exact);
        compare(ET_ENCODING_CL100K, exact);
        free((void *)(uintptr_t)exact.data);
    }
    free(text);
}

/* Every byte of ASCII between any two kinds, at the beginning, within and at the end of the masks.
 */
static void every_byte_between_any_two_kinds(void **state)
{
    (void)state;
    static const char kinds[] = {'a', 'Z', '1', ' ', '\t', '\n', '.', '/', '\'', 's'};
    char text[80];
    for (unsigned byte = 0; byte < 128; byte++)
        for (size_t pair = 0; pair < sizeof kinds * sizeof kinds; pair++)
            for (size_t at = 1; at < sizeof text; at += at == 1 ? 40 : 7) {
                memset(text, 'x', sizeof text);
                text[at - 1] = kinds[pair % sizeof kinds];
                text[at] = (char)byte;
                if (at + 1 < sizeof text)
                    text[at + 1] = kinds[pair / sizeof kinds];
                compare(ET_ENCODING_O200K, (struct et_slice){text, sizeof text});
                compare(ET_ENCODING_CL100K, (struct et_slice){text, sizeof text});
            }
}

/* Every text of five code points, one of each class that a rule turns on, in front of words. */
static void every_short_text(void **state)
{
    (void)state;
    enum { KINDS = 15, LENGTH = 5 };
    static const char *const kinds[KINDS] = {"a",      "Z",      " ",      "\t",     "\n",
                                             "'",      "s",      "1",      ".",      "/",
                                             "\u00E9", "\u0301", "\u00A0", "\u0663", "\U0001F642"};
    for (uint32_t nth = 0; nth < 759375; nth++) { /* 15 to the 5th */
        char text[128];
        int size = 0;
        for (uint32_t i = 0, rest = nth; i < LENGTH; i++, rest /= KINDS)
            size += snprintf(text + size, sizeof text - size, "%s", kinds[rest % KINDS]);
        snprintf(text + size, sizeof text - size, "%s", "x and some words");
        compare(ET_ENCODING_O200K, et_slice_of(text));
        compare(ET_ENCODING_CL100K, et_slice_of(text));
    }
}

/* Runs that end within the masks, at their end and behind it. */
static void runs_of_any_length(void **state)
{
    (void)state;
    enum { LONGEST = 2 * ET_GLANCE_BYTES + 4 };
    static const char kinds[] = "\n\r/ .aA1\t'";
    static const char *const before[] = {"", ".", "a", " ", "1", "'", "\u00E9."};
    static const char *const behind[] = {"", "b", ".", " c", "\u00E9", "\u0301", "\u00A0"};
    char text[LONGEST + 16];
    for (size_t kind = 0; kind < sizeof kinds - 1; kind++)
        for (size_t around = 0; around < 49; around++)
            for (int length = 1; length <= LONGEST; length++) {
                char run[LONGEST + 1] = "";
                memset(run, kinds[kind], (size_t)length);
                snprintf(text, sizeof text, "%s%.*s%s", before[around % 7], length, run,
                         behind[around / 7]);
                compare(ET_ENCODING_O200K, et_slice_of(text));
                compare(ET_ENCODING_CL100K, et_slice_of(text));
            }
}

static void ordinary_english_is_told_by_masks(void **state)
{
    (void)state;
    static const char text[] =
        "The old river follows a quiet garden (built in 1874). Every bridge seldom needs paper, "
        "and \"nobody\" counts them:\n\n  - one;\n  - two.\n\nSee https://example.com/a/b for "
        "more.\n"
        "Some words are looooooooooooooooooooooooooooooooooooooong, most of them are not. The end.";
    assert_in_range(compare(ET_ENCODING_O200K, et_slice_of(text)), 960, 999);
    assert_in_range(compare(ET_ENCODING_CL100K, et_slice_of(text)), 960, 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_to_make_masks_agree),
        cmocka_unit_test(masks_say_nothing_that_the_patterns_do_not),
        cmocka_unit_test(every_byte_between_any_two_kinds),
        cmocka_unit_test(every_short_text),
        cmocka_unit_test(runs_of_any_length),
        cmocka_unit_test(ordinary_english_is_told_by_masks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
