/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/hash.h"

static void assert_hex(struct et_digest digest, const char *want)
{
    char hex[65];
    et_digest_hex(&digest, hex);
    assert_string_equal(hex, want);
}

/* FIPS 180-4 examples (NIST, "Secure Hash Standard: example values"). */
static void plain_digests_are_those_of_the_standard(void **state)
{
    (void)state;
    assert_hex(et_digest_of((struct et_slice){NULL, 0}),
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hex(et_digest_of(ET_LIT("abc")),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hex(et_digest_of(ET_LIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    static char million[1000000];
    memset(million, 'a', sizeof million);
    assert_hex(et_digest_of((struct et_slice){million, sizeof million}),
               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void parts_are_preceded_by_their_length(void **state)
{
    (void)state;
    struct et_slice parts[] = {ET_LIT("ab"), ET_LIT(""), ET_LIT("c")};
    struct et_digest got = et_digest_parts(parts, 3);
    struct et_digest want = et_digest_of(ET_LIT("\2\0\0\0\0\0\0\0"
                                                "ab"
                                                "\0\0\0\0\0\0\0\0"
                                                "\1\0\0\0\0\0\0\0"
                                                "c"));
    assert_memory_equal(&got, &want, sizeof got);
}

/* The last byte of the first part's 258 is behind a length with two bytes. */
static void a_long_part_has_its_length_in_little_endian(void **state)
{
    (void)state;
    char bytes[8 + 258] = {2, 1};
    memset(bytes + 8, 'x', 258);
    struct et_slice part = {bytes + 8, 258};
    struct et_digest got = et_digest_parts(&part, 1);
    struct et_digest want = et_digest_of((struct et_slice){bytes, sizeof bytes});
    assert_memory_equal(&got, &want, sizeof got);
}

static void the_same_bytes_cut_elsewhere_differ(void **state)
{
    (void)state;
    struct et_slice cuts[][3] = {
        {ET_LIT("ab"), ET_LIT("c"), {NULL, 0}},  {ET_LIT("a"), ET_LIT("bc"), {NULL, 0}},
        {ET_LIT("abc"), {NULL, 0}, {NULL, 0}},   {{NULL, 0}, ET_LIT("abc"), {NULL, 0}},
        {ET_LIT("a"), ET_LIT("b"), ET_LIT("c")},
    };
    enum { CUTS = sizeof cuts / sizeof cuts[0] };
    struct et_digest digests[CUTS + 1];
    for (size_t i = 0; i < CUTS; i++)
        digests[i] = et_digest_parts(cuts[i], 3);
    digests[CUTS] = et_digest_parts(cuts[2], 1); /* two empty parts fewer */
    for (size_t i = 0; i <= CUTS; i++)
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(&digests[i], &digests[k], sizeof digests[i]);
}

static void no_parts_are_the_digest_of_nothing(void **state)
{
    (void)state;
    assert_hex(et_digest_parts(NULL, 0),
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* XXH3's own value for no input and seed 0; the rest fixed here: fingerprints depend on them. */
static void the_64_bit_hash_never_changes(void **state)
{
    (void)state;
    assert_int_equal(et_hash64((struct et_slice){NULL, 0}, 0), 0x2d06800538d394c2);
    assert_int_equal(et_hash64(ET_LIT(""), 0), 0x2d06800538d394c2);
    assert_int_equal(et_hash64(ET_LIT("etalon"), 0), 0xeda05301273e0bbe);
    assert_int_equal(et_hash64(ET_LIT("etalon"), 1), 0xd10bb7a85c8040df);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_digests_are_those_of_the_standard),
        cmocka_unit_test(parts_are_preceded_by_their_length),
        cmocka_unit_test(a_long_part_has_its_length_in_little_endian),
        cmocka_unit_test(the_same_bytes_cut_elsewhere_differ),
        cmocka_unit_test(no_parts_are_the_digest_of_nothing),
        cmocka_unit_test(the_64_bit_hash_never_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
