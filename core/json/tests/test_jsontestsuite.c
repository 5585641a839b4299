/* SPDX-License-Identifier: MIT */
/* The gate, and the tree behind it, over github.com/nst/JSONTestSuite (commit 1ef36fa, MIT). */
#include "core/base/tests/support.h"

#include "core/json/json.h"

#include <dirent.h>

#define SUITE "../shared/data/corpora/jsontestsuite/"

enum { FILE_MAX = 1 << 20 };

struct decision {
    const char *name;
    enum et_gate_reason reason;
};

/* Where we leave the suite's "must pass", on purpose. */
static const struct decision stricter[] = {
    {"y_number_double_close_to_zero.json", ET_GATE_LONG_NUMBER}, /* 81 characters */
    {"y_object_duplicated_key.json", ET_GATE_DUPLICATE},
    {"y_object_duplicated_key_and_value.json", ET_GATE_DUPLICATE},
};

/* What RFC 8259 leaves open.  Numbers too large for a double pass the gate: nothing in it needs a
 * double.  Whatever is not UTF-8, names half a pair, or has a byte order mark is refused. */
static const struct decision decisions[] = {
    {"i_number_double_huge_neg_exp.json", ET_GATE_GOOD},
    {"i_number_huge_exp.json", ET_GATE_LONG_NUMBER},
    {"i_number_neg_int_huge_exp.json", ET_GATE_GOOD},
    {"i_number_pos_double_huge_exp.json", ET_GATE_GOOD},
    {"i_number_real_neg_overflow.json", ET_GATE_GOOD},
    {"i_number_real_pos_overflow.json", ET_GATE_GOOD},
    {"i_number_real_underflow.json", ET_GATE_GOOD},
    {"i_number_too_big_neg_int.json", ET_GATE_GOOD},
    {"i_number_too_big_pos_int.json", ET_GATE_GOOD},
    {"i_number_very_big_negative_int.json", ET_GATE_GOOD},
    {"i_object_key_lone_2nd_surrogate.json", ET_GATE_SURROGATE},
    {"i_string_1st_surrogate_but_2nd_missing.json", ET_GATE_SURROGATE},
    {"i_string_1st_valid_surrogate_2nd_invalid.json", ET_GATE_SURROGATE},
    {"i_string_UTF-16LE_with_BOM.json", ET_GATE_VALUE},
    {"i_string_UTF-8_invalid_sequence.json", ET_GATE_UTF8},
    {"i_string_UTF8_surrogate_U+D800.json", ET_GATE_UTF8},
    {"i_string_incomplete_surrogate_and_escape_valid.json", ET_GATE_SURROGATE},
    {"i_string_incomplete_surrogate_pair.json", ET_GATE_SURROGATE},
    {"i_string_incomplete_surrogates_escape_valid.json", ET_GATE_SURROGATE},
    {"i_string_invalid_lonely_surrogate.json", ET_GATE_SURROGATE},
    {"i_string_invalid_surrogate.json", ET_GATE_SURROGATE},
    {"i_string_invalid_utf-8.json", ET_GATE_UTF8},
    {"i_string_inverted_surrogates_U+1D11E.json", ET_GATE_SURROGATE},
    {"i_string_iso_latin_1.json", ET_GATE_UTF8},
    {"i_string_lone_second_surrogate.json", ET_GATE_SURROGATE},
    {"i_string_lone_utf8_continuation_byte.json", ET_GATE_UTF8},
    {"i_string_not_in_unicode_range.json", ET_GATE_UTF8},
    {"i_string_overlong_sequence_2_bytes.json", ET_GATE_UTF8},
    {"i_string_overlong_sequence_6_bytes.json", ET_GATE_UTF8},
    {"i_string_overlong_sequence_6_bytes_null.json", ET_GATE_UTF8},
    {"i_string_truncated-utf-8.json", ET_GATE_UTF8},
    {"i_string_utf16BE_no_BOM.json", ET_GATE_VALUE},
    {"i_string_utf16LE_no_BOM.json", ET_GATE_VALUE},
    {"i_structure_500_nested_arrays.json", ET_GATE_TOO_DEEP},
    {"i_structure_UTF-8_BOM_empty_object.json", ET_GATE_VALUE},
};

static const struct decision *decided(const struct decision *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

/* The file in a block of exactly its size, so that a sanitizer sees a read behind it. */
static char *slurp(const char *folder, const char *name, size_t *size)
{
    static char bytes[FILE_MAX];
    char path[512];
    snprintf(path, sizeof path, SUITE "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    *size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    char *exact = malloc(*size ? *size : 1);
    memcpy(exact, bytes, *size);
    return exact;
}

/* The gate's answer, which the tree's must follow. */
static enum et_gate_reason reason_of(const char *folder, const char *name,
                                     struct et_gate_limits limits)
{
    static struct et_gate_slot slots[ET_GATE_SLOTS];
    struct et_gate gate = {.limits = limits, .slots = slots, .slot_count = ET_GATE_SLOTS};
    size_t size;
    char *bytes = slurp(folder, name, &size);
    et_gate_check(&gate, (struct et_slice){bytes, size});
    struct et_json_options options = {.limits = limits};
    struct et_json *json = NULL;
    struct et_complaint complaint = {0};
    int err =
        et_json_parse(&json, (struct et_slice){bytes, size}, &options, &support_heap, &complaint);
    /* The tree refuses \u0000 beyond what the gate does. */
    if (strcmp(complaint.text, et_gate_reason_text(ET_GATE_NUL)) != 0 &&
        err != et_gate_reason_err(gate.reason))
        fail_msg("%s: gate %d, tree %d", name, (int)gate.reason, err);
    et_json_free(json);
    free(bytes);
    return gate.reason;
}

struct tally {
    unsigned files, passed;
};

/* Calls `check` for each file of the folder whose name starts with `prefix`. */
static struct tally each_file(const char *folder, const char *prefix,
                              bool (*check)(const char *folder, const char *name))
{
    struct tally tally = {0};
    char path[512];
    snprintf(path, sizeof path, SUITE "%s", folder);
    DIR *directory = opendir(path);
    if (!directory) {
        print_message("%s is absent\n", path);
        skip();
        return tally;
    }
    for (struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.' && strncmp(entry->d_name, prefix, strlen(prefix)) == 0) {
            tally.files++;
            tally.passed += check(folder, entry->d_name);
        }
    closedir(directory);
    return tally;
}

static bool as_decided(const char *folder, const char *name)
{
    const struct decision *d = decided(stricter, sizeof stricter / sizeof *stricter, name);
    enum et_gate_reason reason = reason_of(folder, name, (struct et_gate_limits){0});
    if (reason != (d ? d->reason : ET_GATE_GOOD))
        fail_msg("%s: reason %d", name, (int)reason);
    return reason == ET_GATE_GOOD;
}

static void must_pass_passes_but_for_three_that_we_are_stricter_on(void **state)
{
    (void)state;
    struct tally tally = each_file("test_parsing", "y_", as_decided);
    assert_int_equal(tally.files, 95);
    assert_int_equal(tally.passed, 92);
    struct et_gate_limits wider = {.digits = 128};
    assert_int_equal(reason_of("test_parsing", stricter[0].name, wider), ET_GATE_GOOD);
}

static bool as_grammar(const char *folder, const char *name)
{
    return !et_gate_reason_err(reason_of(folder, name, (struct et_gate_limits){.digits = 1000}));
}

static void must_fail_fails(void **state)
{
    (void)state;
    struct tally tally = each_file("test_parsing", "n_", as_grammar);
    assert_int_equal(tally.files, 188);
    assert_int_equal(tally.passed, 0);
}

static bool as_open_case(const char *folder, const char *name)
{
    const struct decision *d = decided(decisions, sizeof decisions / sizeof *decisions, name);
    assert_non_null(d);
    enum et_gate_reason reason = reason_of(folder, name, (struct et_gate_limits){0});
    if (reason != d->reason)
        fail_msg("%s: reason %d", name, (int)reason);
    return true;
}

static void each_open_case_goes_as_decided(void **state)
{
    (void)state;
    assert_int_equal(each_file("test_parsing", "i_", as_open_case).files, 35);
}

static void transformations_do_not_crash(void **state)
{
    (void)state;
    struct tally tally = each_file("test_transform", "", as_grammar);
    assert_int_equal(tally.files, 22);
    assert_int_equal(tally.passed, 13); /* 3 duplicate keys, 6 half pairs or broken sequences */
}

/* RFC 8259 itself lets keys repeat and numbers be long; our policy on top of it does not. */
static bool is_grammar(const char *folder, const char *name)
{
    static struct et_gate_slot slots[ET_GATE_SLOTS];
    struct et_gate gate = {.limits = {.digits = 128, .keys_repeat = true},
                           .slots = slots,
                           .slot_count = ET_GATE_SLOTS};
    size_t size;
    char *bytes = slurp(folder, name, &size);
    bool good = et_gate_check(&gate, (struct et_slice){bytes, size});
    free(bytes);
    return good;
}

static void without_our_policy_the_grammar_accepts_and_refuses_all(void **state)
{
    (void)state;
    struct tally must_pass = each_file("test_parsing", "y_", is_grammar);
    struct tally must_fail = each_file("test_parsing", "n_", is_grammar);
    assert_int_equal(must_pass.files, 95);
    assert_int_equal(must_pass.passed, 95);
    assert_int_equal(must_fail.files, 188);
    assert_int_equal(must_fail.passed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_our_policy_the_grammar_accepts_and_refuses_all),
        cmocka_unit_test(must_pass_passes_but_for_three_that_we_are_stricter_on),
        cmocka_unit_test(must_fail_fails),
        cmocka_unit_test(each_open_case_goes_as_decided),
        cmocka_unit_test(transformations_do_not_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
