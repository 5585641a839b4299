/* SPDX-License-Identifier: MIT */
/* Files of other HdrHistogram libraries, from ../shared/data/hdr; skipped where that is absent. */
#include "core/base/tests/support.h"

#include "core/measure/encoding.h"
#include "core/measure/tests/vectors.h"

#define FOLDER "../shared/data/hdr/"

static char file_bytes[65536];

static struct et_slice read_or_skip(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("# skipped: there is no %s\n", path);
        skip();
    }
    size_t size = fread(file_bytes, 1, sizeof file_bytes, file);
    fclose(file);
    assert_in_range(size, 1, sizeof file_bytes - 1);
    return (struct et_slice){file_bytes, size};
}

static struct et_histogram *parse(struct et_slice text)
{
    struct et_histogram *histogram = NULL;
    assert_int_equal(et_histogram_parse(&histogram, &support_heap, text), 0);
    return histogram;
}

static void assert_counts(const struct et_histogram *histogram, const struct vector *vector)
{
    struct et_histogram *mine;
    assert_int_equal(et_histogram_new(&mine, &support_heap, &et_histogram_us), 0);
    for (size_t i = 0; i < vector->values_count; i++)
        et_histogram_record_n(mine, vector->values[i].value, vector->values[i].times);
    assert_true(et_histogram_alike(mine, histogram));
    assert_memory_equal(mine->counts, histogram->counts, mine->counters * sizeof *mine->counts);
    et_histogram_free(mine);
}

static void javascript_and_we_agree_on_its_vectors(void **state)
{
    (void)state;
    struct vector vectors[8];
    size_t count = vectors_read(read_or_skip(FOLDER "vectors.json"), vectors, 8);
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; i++) {
        const struct vector *vector = &vectors[i];
        struct et_histogram *histogram = parse(et_slice_of(vector->text));
        assert_counts(histogram, vector);
        assert_int_equal(histogram->count, vector->total);
        assert_int_equal(et_histogram_at(histogram, 500000), vector->p50);
        assert_int_equal(et_histogram_at(histogram, 900000), vector->p90);
        assert_int_equal(et_histogram_at(histogram, 990000), vector->p99);
        assert_int_equal(et_histogram_at(histogram, 999000), vector->p999);
        assert_int_equal(et_histogram_max(histogram), vector->max);
        assert_int_equal(et_histogram_mean(histogram), (uint64_t)(vector->mean + 0.5));
        et_histogram_free(histogram);
    }
}

struct log {
    struct et_histogram *sum;
    uint32_t intervals, tagged;
};

/* `[Tag=x,]start,length,max,base64`; comments start with # and the legend with a quote. */
static void add_line(struct log *log, struct et_slice line)
{
    struct et_slice part, last = {NULL, 0};
    if (line.size == 0 || line.data[0] == '#' || line.data[0] == '"')
        return;
    log->tagged += et_slice_starts(line, ET_LIT("Tag="));
    while (et_slice_split(&line, ',', &part))
        last = part;
    struct et_histogram *interval = parse(et_slice_trim(last));
    log->intervals++;
    if (!log->sum) {
        log->sum = interval;
        return;
    }
    assert_true(et_histogram_add(log->sum, interval));
    et_histogram_free(interval);
}

/* The maximum as hdr-histogram-js reads it at 100 %; some print the value behind its counter,
 * 1,803,550,720. */
static const struct {
    const char *path;
    uint32_t intervals, tagged;
    uint64_t count, p99, p999, max;
} logs[] = {
    {FOLDER "jHiccup-2.0.7S.logV2.hlog", 62, 0, 48761, 1434451967, 1753219071, 1803550719},
    {FOLDER "jHiccup-2.0.7S.logV3.hlog", 62, 4, 48761, 1434451967, 1753219071, 1803550719},
};

static void the_golden_logs_of_jhiccup_give_the_golden_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct et_slice rest = read_or_skip(logs[i].path), line;
        struct log log = {0};
        while (et_slice_split(&rest, '\n', &line))
            add_line(&log, line);
        assert_int_equal(log.intervals, logs[i].intervals);
        assert_int_equal(log.tagged, logs[i].tagged);
        assert_int_equal(log.sum->count, logs[i].count);
        assert_int_equal(et_histogram_at(log.sum, 990000), logs[i].p99);
        assert_int_equal(et_histogram_at(log.sum, 999000), logs[i].p999);
        assert_int_equal(et_histogram_max(log.sum), logs[i].max);
        et_histogram_free(log.sum);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(javascript_and_we_agree_on_its_vectors),
        cmocka_unit_test(the_golden_logs_of_jhiccup_give_the_golden_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
