/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/base64.h"
#include "core/base/draw.h"
#include "core/measure/encoding.h"

typedef int encode_call(const struct et_histogram *, struct et_text *);
typedef int decode_call(struct et_histogram **, const struct et_mem *, struct et_slice);

static const struct {
    encode_call *encode;
    decode_call *decode;
} ways[] = {
    {et_histogram_encode, et_histogram_decode},
    {et_histogram_zip, et_histogram_decode},
    {et_histogram_print, et_histogram_parse},
};

static struct et_histogram *make(const struct et_mem *mem, struct et_histogram_range range)
{
    struct et_histogram *made;
    return et_histogram_new(&made, mem, &range) ? NULL : made;
}

static void assert_same_counts(const struct et_histogram *a, const struct et_histogram *b)
{
    assert_true(et_histogram_alike(a, b));
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->first, b->first);
    assert_int_equal(a->last, b->last);
    assert_memory_equal(a->counts, b->counts, a->counters * sizeof *a->counts);
}

static void there_and_back(const struct et_histogram *histogram)
{
    for (size_t way = 0; way < 3; way++) {
        struct et_text bytes;
        struct et_histogram *back;
        et_text_init(&bytes, &support_heap, 1 << 20);
        assert_int_equal(ways[way].encode(histogram, &bytes), 0);
        assert_int_equal(ways[way].decode(&back, &support_heap, et_text_slice(&bytes)), 0);
        assert_same_counts(histogram, back);
        et_histogram_free(back);
        et_text_free(&bytes);
    }
}

static void what_was_written_is_read_again(void **state)
{
    (void)state;
    const struct et_histogram_range ranges[] = {{1, 3600000000, 3}, {1000, 1000000, 2}, {3, 99, 1}};
    for (uint32_t round = 0; round < 60; round++) {
        struct et_histogram *histogram = make(&support_heap, ranges[round % 3]);
        for (uint32_t i = 0; i < round * round; i++) {
            uint64_t bits = et_draw(1, round, ET_DRAW_TEST, i);
            uint64_t value = (bits >> 6 & 0x7fffffff) >> bits % 31;
            et_histogram_record_n(histogram, value, 1 + ((bits >> 40) >> (bits >> 58) % 24));
        }
        there_and_back(histogram);
        et_histogram_free(histogram);
    }
}

static void counts_of_every_length_are_read_again(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(&support_heap, et_histogram_us);
    for (uint32_t shift = 0; shift < 62; shift++)
        et_histogram_record_n(histogram, shift * 3 % 50, (uint64_t)1 << shift);
    et_histogram_record_n(histogram, 60, (uint64_t)INT64_MAX - histogram->count);
    there_and_back(histogram);
    et_histogram_reset(histogram);
    et_histogram_record_n(histogram, 3599999999, INT64_MAX);
    there_and_back(histogram);
    et_histogram_free(histogram);
}

static void the_greatest_count_takes_nine_bytes(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(&support_heap, et_histogram_us);
    struct et_text bytes;
    et_histogram_record_n(histogram, 0, INT64_MAX);
    et_text_init(&bytes, &support_heap, 1000);
    assert_int_equal(et_histogram_encode(histogram, &bytes), 0);
    assert_int_equal(bytes.size, 40 + 9);
    assert_memory_equal(bytes.data + 40, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff", 9);
    et_text_free(&bytes);
    et_histogram_free(histogram);
}

/* Header, then: 0 never (plain 0, as Java writes a single unused counter), 1 once, 8 unused
 * counters, 10 three times. */
static const uint8_t golden[] = {0x1c, 0x84, 0x93, 0x13, 0, 0, 0, 4, 0, 0, 0, 0, 0,  0,    0,
                                 3,    0,    0,    0,    0, 0, 0, 0, 1, 0, 0, 0, 0,  0xd6, 0x93,
                                 0xa4, 0,    0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0, 2, 15, 6};

static struct et_slice golden_slice(void)
{
    return (struct et_slice){(const char *)golden, sizeof golden};
}

static void the_plain_bytes_are_those_of_java(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(&support_heap, et_histogram_us);
    struct et_text bytes;
    et_histogram_record(histogram, 1);
    et_histogram_record_n(histogram, 10, 3);
    et_text_init(&bytes, &support_heap, 1000);
    assert_int_equal(et_histogram_encode(histogram, &bytes), 0);
    assert_int_equal(bytes.size, sizeof golden);
    assert_memory_equal(bytes.data, golden, sizeof golden);
    et_text_clear(&bytes);
    assert_int_equal(et_histogram_print(histogram, &bytes), 0);
    assert_true(et_slice_starts(et_text_slice(&bytes), ET_LIT("HISTFAAAA")));
    et_text_free(&bytes);
    et_histogram_free(histogram);
}

static const struct {
    const char *why;
    size_t at;
    uint8_t byte;
    int err;
} changes[] = {
    {"the index offset is not looked at", 11, 1, 0},
    {"nor is the ratio", 32, 0, 0},
    {"the cookie of V1", 3, 0x02, ET_VERSION},
    {"no cookie at all", 0, 0, ET_VERSION},
    {"a longer payload than there is", 7, 5, ET_CORRUPT},
    {"a shorter payload than there is", 7, 3, ET_CORRUPT},
    {"a negative payload", 4, 0xff, ET_CORRUPT},
    {"six digits", 15, 6, ET_CORRUPT},
    {"no digits", 15, 0, ET_CORRUPT},
    {"negative digits", 12, 0xff, ET_CORRUPT},
    {"a unit of 0", 23, 0, ET_CORRUPT},
    {"a negative unit", 16, 0x80, ET_CORRUPT},
    {"a negative highest value", 24, 0x80, ET_CORRUPT},
    {"the highest value of all", 24, 0x7f, 0},
    {"a number without its end", 43, 0x80, ET_CORRUPT},
    {"a negative count is a run, which may end the counters", 43, 5, 0},
};

static void what_is_wrong_with_a_header_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char bytes[sizeof golden];
        struct et_histogram *back = NULL;
        memcpy(bytes, golden, sizeof golden);
        bytes[changes[i].at] = (char)changes[i].byte;
        int err = et_histogram_decode(&back, &support_heap, (struct et_slice){bytes, sizeof bytes});
        if (err != changes[i].err || (err == 0) != (back != NULL))
            fail_msg("%s: got %d", changes[i].why, err);
        et_histogram_free(back);
    }
}

static const struct {
    const char *why;
    size_t size;
    uint8_t payload[20];
    int err;
} payloads[] = {
    {"nothing at all is empty", 0, {0}, 0},
    {"the last counter", 4, {0xfd, 0xef, 0x02, 2}, 0},           /* 23,551 unused, then 1 */
    {"a counter too far", 4, {0xff, 0xef, 0x02, 2}, ET_CORRUPT}, /* 23,552 unused, then 1 */
    {"a run too long", 3, {0x81, 0xf0, 0x02}, ET_CORRUPT},       /* 23,553 unused */
    {"the longest run", 9, {255, 255, 255, 255, 255, 255, 255, 255, 255}, ET_CORRUPT},
    {"the greatest count", 9, {254, 255, 255, 255, 255, 255, 255, 255, 255}, 0},
    {"counts above 2^63", 10, {254, 255, 255, 255, 255, 255, 255, 255, 255, 2}, ET_CORRUPT},
};

static void counts_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        char bytes[64];
        struct et_histogram *back = NULL;
        memcpy(bytes, golden, 40);
        bytes[7] = (char)payloads[i].size;
        memcpy(bytes + 40, payloads[i].payload, sizeof payloads[i].payload);
        int err = et_histogram_decode(&back, &support_heap,
                                      (struct et_slice){bytes, 40 + payloads[i].size});
        if (err != payloads[i].err)
            fail_msg("%s: got %d", payloads[i].why, err);
        et_histogram_free(back);
    }
}

static void too_many_counters_are_a_limit(void **state)
{
    (void)state;
    char bytes[sizeof golden];
    struct et_histogram *back;
    memcpy(bytes, golden, sizeof golden);
    bytes[15] = 5;
    bytes[24] = 0x7f;
    assert_int_equal(
        et_histogram_decode(&back, &support_heap, (struct et_slice){bytes, sizeof bytes}),
        ET_LIMIT);
}

static void sample_zip(struct et_text *zipped)
{
    struct et_histogram *histogram = make(&support_heap, et_histogram_us);
    for (uint32_t i = 0; i < 300; i++)
        et_histogram_record(histogram, et_draw(1, 2, ET_DRAW_TEST, i) >> 40);
    et_text_init(zipped, &support_heap, 1 << 16);
    assert_int_equal(et_histogram_zip(histogram, zipped), 0);
    et_histogram_free(histogram);
}

static void every_cut_and_every_tail_is_refused(void **state)
{
    (void)state;
    struct et_text zipped;
    struct et_histogram *back;
    sample_zip(&zipped);
    const struct et_slice all[] = {golden_slice(), et_text_slice(&zipped)};
    for (size_t i = 0; i < 2; i++)
        for (size_t size = 0; size < all[i].size; size++) {
            char *cut = malloc(size + 1); /* of its own size, for the sanitizer */
            memcpy(cut, all[i].data, size);
            assert_int_not_equal(
                et_histogram_decode(&back, &support_heap, (struct et_slice){cut, size}), 0);
            free(cut);
        }
    uint8_t length = (uint8_t)zipped.data[7];
    et_text_addc(&zipped, 'x');
    assert_int_equal(et_histogram_decode(&back, &support_heap, et_text_slice(&zipped)), ET_CORRUPT);
    zipped.data[7] = (char)(length + 1);
    assert_int_equal(et_histogram_decode(&back, &support_heap, et_text_slice(&zipped)), ET_CORRUPT);
    et_text_free(&zipped);
}

/* Some bits of a zlib stream carry nothing, and Adler-32 does not see +1, -2, +1 in a row of bytes:
 * a damaged count can pass, but it stays a histogram. */
static void a_flipped_bit_breaks_nothing(void **state)
{
    (void)state;
    struct et_text zipped;
    uint32_t refused = 0;
    sample_zip(&zipped);
    for (size_t bit = 0; bit < zipped.size * 8; bit++) {
        struct et_histogram *back = NULL;
        zipped.data[bit / 8] = (char)(zipped.data[bit / 8] ^ 1 << bit % 8);
        int err = et_histogram_decode(&back, &support_heap, et_text_slice(&zipped));
        zipped.data[bit / 8] = (char)(zipped.data[bit / 8] ^ 1 << bit % 8);
        refused += err != 0;
        assert_true((err == 0) == (back != NULL));
        et_histogram_free(back);
    }
    assert_in_range(refused, zipped.size * 8 - 16, zipped.size * 8);
    et_text_free(&zipped);
}

static void text_that_is_not_base64_is_damaged(void **state)
{
    (void)state;
    struct et_histogram *back;
    assert_int_equal(et_histogram_parse(&back, &support_heap, ET_LIT("HISTF*==")), ET_CORRUPT);
    assert_int_equal(et_histogram_parse(&back, &support_heap, ET_LIT("")), ET_CORRUPT);
    assert_int_equal(et_histogram_parse(&back, &support_heap, ET_LIT("HISTFAAAAB54nJNp")),
                     ET_CORRUPT);
}

static void a_text_without_room_stays_as_it_was(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(&support_heap, et_histogram_us);
    for (size_t way = 0; way < 3; way++) {
        struct et_text out;
        et_text_init(&out, &support_heap, 20);
        et_text_add(&out, ET_LIT("kept"));
        assert_int_equal(ways[way].encode(histogram, &out), ET_LIMIT);
        assert_slice_equal(et_text_slice(&out), "kept");
        et_text_free(&out);
    }
    et_histogram_free(histogram);
}

static void print_and_parse(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_histogram *histogram = make(mem, (struct et_histogram_range){1, 1000, 1});
    if (!histogram)
        return;
    struct et_histogram *back = NULL;
    struct et_text text;
    et_histogram_record(histogram, 7);
    et_text_init(&text, mem, 1 << 16);
    int err = et_histogram_print(histogram, &text);
    if (!err)
        err = et_histogram_parse(&back, mem, et_text_slice(&text));
    assert_true(err == 0 || err == ET_NOMEM);
    et_histogram_free(back);
    et_text_free(&text);
    et_histogram_free(histogram);
}

static void refused_memory_is_survived(void **state)
{
    (void)state;
    support_torture(print_and_parse, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_again),
        cmocka_unit_test(counts_of_every_length_are_read_again),
        cmocka_unit_test(the_greatest_count_takes_nine_bytes),
        cmocka_unit_test(the_plain_bytes_are_those_of_java),
        cmocka_unit_test(what_is_wrong_with_a_header_is_told),
        cmocka_unit_test(counts_that_do_not_fit_are_refused),
        cmocka_unit_test(too_many_counters_are_a_limit),
        cmocka_unit_test(every_cut_and_every_tail_is_refused),
        cmocka_unit_test(a_flipped_bit_breaks_nothing),
        cmocka_unit_test(text_that_is_not_base64_is_damaged),
        cmocka_unit_test(a_text_without_room_stays_as_it_was),
        cmocka_unit_test(refused_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
