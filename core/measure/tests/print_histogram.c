/* SPDX-License-Identifier: MIT */
/* Prints sample histograms for ci/oracles/hdr.test.mjs, which reads them with another library: a
 * line "# hdr {...}" of JSON each, when it has an argument.  Without one it only makes them. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/measure/encoding.h"

#include <inttypes.h>

static const struct sample {
    const char *name;
    struct et_histogram_range range;
    uint32_t values;
    uint32_t bits; /* of the greatest value */
} samples[] = {
    {"empty", {1, 3600000000, 3}, 0, 1},
    {"one", {1, 3600000000, 3}, 1, 30},
    {"few", {1, 3600000000, 3}, 10, 30},
    {"an hour of microseconds", {1, 3600000000, 3}, 20000, 33},
    {"small values", {1, 3600000000, 3}, 5000, 6},
    {"an hour of nanoseconds", {1, 3600000000000, 3}, 5000, 42},
    {"two digits", {1, 3600000000, 2}, 5000, 31},
    {"four digits", {1, 3600000000, 4}, 5000, 31},
    {"a coarse unit", {1000, 3600000000, 3}, 5000, 31},
};

static void record(struct et_histogram *histogram, const struct sample *sample)
{
    for (uint32_t i = 0; i < sample->values; i++) {
        uint64_t bits = et_draw(1, sample->bits, ET_DRAW_TEST, i);
        uint64_t value = bits >> (64 - sample->bits) >> bits % (sample->bits / 2 + 1);
        et_histogram_record_n(histogram, value, i % 100 == 0 ? 1000 : 1);
    }
}

static FILE *out; /* the samples: standard output when any argument is given, else nowhere */

static void print_counts(const struct et_histogram *histogram)
{
    struct et_histogram_bucket bucket;
    const char *comma = "";
    fprintf(out, ",\"counts\":[");
    for (uint32_t place = 0; et_histogram_next(histogram, &place, &bucket); comma = ",")
        fprintf(out, "%s[%" PRIu64 ",%" PRIu64 "]", comma, bucket.low, bucket.count);
    fprintf(out, "]");
}

static void print_percentiles(const struct et_histogram *histogram)
{
    static const uint32_t ppms[] = {1,      10000,  250000, 500000, 750000, 900000,
                                    950000, 990000, 999000, 999900, 1000000};
    const char *comma = "";
    fprintf(out, ",\"percentiles\":[");
    for (size_t i = 0; i < sizeof ppms / sizeof *ppms; i++, comma = ",")
        fprintf(out, "%s[%" PRIu32 ",%" PRIu64 "]", comma, ppms[i],
                et_histogram_at(histogram, ppms[i]));
    fprintf(out, "]");
}

static bool print(const struct sample *sample)
{
    struct et_histogram *histogram;
    struct et_text text;
    if (et_histogram_new(&histogram, &support_heap, &sample->range))
        return false;
    et_text_init(&text, &support_heap, 1 << 20);
    record(histogram, sample);
    bool good = et_histogram_print(histogram, &text) == 0;
    fprintf(out, "# hdr {\"name\":\"%s\",\"base64\":\"%.*s\"", sample->name,
            ET_ARG(et_text_slice(&text)));
    fprintf(out, ",\"total\":%" PRIu64 ",\"max\":%" PRIu64 ",\"mean\":%" PRIu64, histogram->count,
            et_histogram_max(histogram), et_histogram_mean(histogram));
    print_percentiles(histogram);
    print_counts(histogram);
    fprintf(out, "}\n");
    et_text_free(&text);
    et_histogram_free(histogram);
    return good;
}

int main(int argc, char **argv)
{
    bool good = true;
    (void)argv;
    out = argc > 1 ? stdout : fopen("/dev/null", "w");
    printf("1..1\n");
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        good = print(&samples[i]) && good;
    printf("%s 1 - samples_are_printed_for_the_oracle\n", good ? "ok" : "not ok");
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
