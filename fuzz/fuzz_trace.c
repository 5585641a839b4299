/* SPDX-License-Identifier: MIT */
/* libFuzzer target: the readers of trace files, and what must hold of every trace they take.
 *
 *     build-fuzz/fuzz/fuzz_trace harness/tests/fixtures
 *
 * The fixtures are replayed, whole and cut short at every byte, by harness/tests/test_trace.c. */
#include "harness/trace.h"
#include "io/sysmem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool fact)
{
    if (!fact)
        abort();
}

static void rows_are_in_order_and_own_their_blocks(const struct et_trace *trace)
{
    et_ns before = 0;
    hold(trace->row_count > 0 && trace->rows[0].at == 0);
    for (size_t i = 0; i < trace->row_count; i++) {
        const struct et_trace_row *row = &trace->rows[i];
        hold(row->at >= before);
        hold(row->prompt_tokens <= ET_TRACE_TOKENS_MAX);
        hold(row->answer_tokens <= ET_TRACE_TOKENS_MAX);
        hold((size_t)row->first_block + row->block_count <= trace->block_count);
        before = row->at;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice text = {(const char *)data, size};
    struct et_complaint complaint = {0};
    struct et_trace *trace = NULL;
    int err = et_trace_new(&trace, text, et_trace_guess(text), &et_sysmem, &complaint);
    hold((err == 0) == (trace != NULL) && (err == 0) == (complaint.text[0] == '\0'));
    if (trace)
        rows_are_in_order_and_own_their_blocks(trace);
    et_trace_free(trace);
    return 0;
}
