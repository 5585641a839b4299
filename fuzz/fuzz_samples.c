/* SPDX-License-Identifier: MIT */
/* libFuzzer target: the reader of measured latencies, and what must hold of every row it takes.
 *
 *     build-fuzz/fuzz/fuzz_samples harness/tests/fixtures
 *
 * A table is replayed, whole and cut short at every byte, by harness/tests/test_samples.c. */
#include "harness/samples.h"
#include "io/sysmem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool fact)
{
    if (!fact)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice text = {(const char *)data, size};
    struct et_complaint complaint = {0};
    struct et_samples *samples = NULL;
    int err = et_samples_read(&samples, text, &et_sysmem, &complaint);
    hold((err == 0) == (samples != NULL) && (err == 0) == (complaint.text[0] == '\0'));
    for (size_t i = 0; samples && i < samples->count; i++) {
        const struct et_sample *sample = &samples->all[i];
        hold(sample->ttft_ms > 0 && sample->total_ms >= sample->ttft_ms);
        hold(sample->total_ms <= 3600000);
        hold(sample->reasoning < sample->completion);
        hold(!samples->has_prompt || sample->cached <= sample->prompt);
    }
    et_samples_free(samples);
    return 0;
}
