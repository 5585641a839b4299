/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/tokens/tests/tables.h"
#include "core/tokens/vocab_table.h"

static void encodings_are_found_by_name(void **state)
{
    (void)state;
    enum et_encoding encoding;
    assert_true(et_encoding_find(ET_LIT("cl100k_base"), &encoding));
    assert_int_equal(encoding, ET_ENCODING_CL100K);
    assert_true(et_encoding_find(ET_LIT("o200k_base"), &encoding));
    assert_int_equal(encoding, ET_ENCODING_O200K);
    assert_false(et_encoding_find(ET_LIT("o200k"), &encoding));
    assert_int_equal(tables[ET_ENCODING_O200K].vocab.count, 199998);
    assert_int_equal(tables[ET_ENCODING_CL100K].vocab.count, 100256);
}

static void every_token_is_found_by_its_bytes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++)
        for (uint32_t id = 0; id < tables[i].vocab.count; id++) {
            struct et_slice bytes = et_vocab_bytes(&tables[i].vocab, id);
            assert_true(bytes.size > 0);
            assert_int_equal(et_vocab_find(&tables[i].vocab, bytes), id);
        }
}

static void what_is_no_token_is_not_found(void **state)
{
    (void)state;
    const struct et_vocab *vocab = &tables[ET_ENCODING_O200K].vocab;
    char long_text[4096] = "no token is as long as this";
    assert_int_equal(et_vocab_find(vocab, ET_LIT("qzxj")), ET_TOKEN_NONE);
    assert_int_equal(et_vocab_find(vocab, ET_LIT(" river garden")), ET_TOKEN_NONE);
    assert_int_equal(et_vocab_find(vocab, ET_LIT("")), ET_TOKEN_NONE);
    assert_int_equal(et_vocab_find(vocab, (struct et_slice){long_text, sizeof long_text}),
                     ET_TOKEN_NONE);
    assert_int_equal(et_vocab_bytes(vocab, 199998).size, 0);
    assert_int_equal(et_vocab_bytes(vocab, ET_TOKEN_NONE).size, 0);
}

static void an_unknown_id_is_not_decoded(void **state)
{
    (void)state;
    const uint32_t ids[] = {13225, 199999, 11};
    struct et_text out;
    et_text_init(&out, &support_heap, 1000);
    assert_int_equal(et_tokens_decode(&tables[0].vocab, ids, 3, &out), ET_VALUE);
    assert_slice_equal(et_text_slice(&out), "Hello");
    et_text_free(&out);
}

/* A copy of a table to spoil. */
static char *copy_of(enum et_encoding encoding)
{
    char *copy = malloc(tables[encoding].bytes.size);
    memcpy(copy, tables[encoding].bytes.data, tables[encoding].bytes.size);
    return copy;
}

static void a_truncated_table_is_refused(void **state)
{
    (void)state;
    struct et_vocab vocab;
    struct et_slice whole = tables[ET_ENCODING_CL100K].bytes;
    for (size_t size = 0; size < sizeof(struct et_vocab_header); size++)
        assert_int_equal(et_vocab_open(&vocab, et_slice_part(whole, 0, size)), ET_VERSION);
    for (size_t size = whole.size - 1; size > sizeof(struct et_vocab_header); size /= 3)
        assert_int_equal(et_vocab_open(&vocab, et_slice_part(whole, 0, size)), ET_CORRUPT);
}

static void a_flipped_bit_is_noticed_wherever_it_is(void **state)
{
    (void)state;
    struct et_vocab vocab;
    size_t header = sizeof(struct et_vocab_header);
    char *copy = copy_of(ET_ENCODING_CL100K);
    struct et_slice table = {copy, tables[ET_ENCODING_CL100K].bytes.size};
    for (uint32_t nth = 0; nth < header + 200; nth++) {
        uint64_t bits = et_draw(7, 7, ET_DRAW_TEST, nth);
        size_t at = nth < header ? nth : header + et_draw_below(bits, table.size - header);
        copy[at] ^= (char)(1 << bits % 8);
        int err = et_vocab_open(&vocab, table);
        assert_int_equal(err, at < 16 ? ET_VERSION : at < header ? ET_CORRUPT : 0);
        assert_int_equal(err ? ET_CORRUPT : et_vocab_check(table), ET_CORRUPT);
        copy[at] ^= (char)(1 << bits % 8);
    }
    assert_int_equal(et_vocab_open(&vocab, table), 0);
    assert_int_equal(et_vocab_check(table), 0);
    free(copy);
}

static void use_everything(const struct et_vocab *vocab)
{
    static const char text[] =
        "The quick brown fox, 12345; internationalization 你好 aaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct et_tokenizer *tokenizer;
    uint32_t ids[sizeof text];
    size_t count;
    assert_int_equal(et_tokenizer_new(&tokenizer, vocab, 0, &support_heap), 0);
    assert_int_equal(et_tokens_encode(tokenizer, et_slice_of(text), ids, sizeof text, &count), 0);
    for (uint32_t id = 0; id < vocab->count; id++) {
        struct et_slice bytes = et_vocab_bytes(vocab, id);
        if (bytes.size && bytes.data[0] != bytes.data[bytes.size - 1])
            et_vocab_find(vocab, bytes);
    }
    et_tokenizer_free(tokenizer);
}

/* Makes the checksums of a spoiled table fit. */
static void forge(struct et_slice table)
{
    struct et_vocab_header header;
    memcpy(&header, table.data, sizeof header);
    header.body = et_vocab_body(table);
    header.checksum = et_vocab_checksum(&header);
    memcpy((char *)(uintptr_t)table.data, &header, sizeof header);
}

/* Nothing is expected of the answers; the sanitisers see that nothing outside is touched. */
static void use_forged(struct et_slice table)
{
    struct et_vocab vocab;
    forge(table);
    if (et_vocab_open(&vocab, table) == 0)
        use_everything(&vocab);
}

static const uint32_t evil[] = {0, 1, 3, 200000, 1u << 31, UINT32_MAX - 1, UINT32_MAX};

enum { EVILS = sizeof evil / sizeof *evil };

static void a_forged_header_leads_nowhere_outside(void **state)
{
    (void)state;
    char *copy = copy_of(ET_ENCODING_CL100K);
    struct et_slice table = {copy, tables[ET_ENCODING_CL100K].bytes.size};
    size_t from = offsetof(struct et_vocab_header, size), to = sizeof(struct et_vocab_header);
    for (size_t at = from; at < to; at += 4)
        for (size_t i = 0; i < EVILS; i++) {
            memcpy(copy + at, &evil[i], 4);
            use_forged(table);
            memcpy(copy, tables[ET_ENCODING_CL100K].bytes.data, to);
        }
    free(copy);
}

static void a_forged_body_leads_nowhere_outside(void **state)
{
    (void)state;
    char *copy = copy_of(ET_ENCODING_CL100K);
    struct et_slice table = {copy, tables[ET_ENCODING_CL100K].bytes.size};
    size_t from = sizeof(struct et_vocab_header) / 4;
    for (uint32_t nth = 0; nth < 30; nth++) {
        for (uint32_t k = 0; k < 1000; k++) {
            uint64_t bits = et_draw(nth, k, ET_DRAW_TEST, 1);
            size_t at = from + et_draw_below(bits, table.size / 4 - from);
            memcpy(copy + 4 * at, &evil[bits % EVILS], 4);
        }
        use_forged(table);
        memcpy(copy, tables[ET_ENCODING_CL100K].bytes.data, table.size);
    }
    free(copy);
}

static void a_search_without_an_empty_slot_has_an_end(void **state)
{
    (void)state;
    char *copy = copy_of(ET_ENCODING_CL100K);
    struct et_vocab_header header;
    memcpy(&header, copy, sizeof header);
    struct et_vocab_layout at = et_vocab_layout(&header);
    struct et_slice table = {copy, header.size};
    struct et_vocab vocab;
    memset(copy + at.shorts, 1, at.offsets - at.shorts);
    forge(table);
    assert_int_equal(et_vocab_open(&vocab, table), 0);
    assert_int_equal(et_vocab_find(&vocab, ET_LIT("house")), ET_TOKEN_NONE);
    assert_int_equal(et_vocab_find(&vocab, ET_LIT(" international")), ET_TOKEN_NONE);
    free(copy);
}

static void a_table_at_an_odd_address_is_refused(void **state)
{
    (void)state;
    struct et_vocab vocab;
    struct et_slice whole = tables[ET_ENCODING_CL100K].bytes;
    char *shifted = malloc(whole.size + 4);
    memcpy(shifted + 4, whole.data, whole.size);
    assert_int_equal(et_vocab_open(&vocab, (struct et_slice){shifted + 4, whole.size}), ET_VALUE);
    free(shifted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_are_found_by_name),
        cmocka_unit_test(every_token_is_found_by_its_bytes),
        cmocka_unit_test(what_is_no_token_is_not_found),
        cmocka_unit_test(an_unknown_id_is_not_decoded),
        cmocka_unit_test(a_truncated_table_is_refused),
        cmocka_unit_test(a_flipped_bit_is_noticed_wherever_it_is),
        cmocka_unit_test(a_forged_header_leads_nowhere_outside),
        cmocka_unit_test(a_forged_body_leads_nowhere_outside),
        cmocka_unit_test(a_search_without_an_empty_slot_has_an_end),
        cmocka_unit_test(a_table_at_an_odd_address_is_refused),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
