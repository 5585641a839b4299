/* SPDX-License-Identifier: MIT */
#include "harness/trace.h"

enum { FIRST_ROOM = 1024 };

enum et_trace_format et_trace_guess(struct et_slice text)
{
    return et_slice_starts(et_slice_trim(text), ET_LIT("{")) ? ET_TRACE_MOONCAKE : ET_TRACE_AZURE;
}

/* Makes room for one more item of `size` bytes. */
static int widen(const struct et_mem *mem, void **items, size_t *room, size_t size)
{
    size_t wider = *room ? 2 * *room : FIRST_ROOM;
    void *grown = et_mem_grow(mem, *items, *room * size, wider * size);
    if (!grown)
        return ET_NOMEM;
    *items = grown;
    *room = wider;
    return 0;
}

int et_trace_push(struct et_trace *trace, const struct et_trace_row *row)
{
    if (trace->row_count == ET_TRACE_ROWS_MAX)
        return ET_LIMIT;
    void *rows = trace->rows;
    int err = 0;
    if (trace->row_count == trace->row_room)
        err = widen(trace->mem, &rows, &trace->row_room, sizeof *row);
    trace->rows = rows;
    if (!err)
        trace->rows[trace->row_count++] = *row;
    return err;
}

int et_trace_push_block(struct et_trace *trace, uint64_t block)
{
    void *blocks = trace->blocks;
    int err = 0;
    if (trace->block_count == trace->block_room)
        err = widen(trace->mem, &blocks, &trace->block_room, sizeof block);
    trace->blocks = blocks;
    if (!err)
        trace->blocks[trace->block_count++] = block;
    return err;
}

int et_trace_new(struct et_trace **out, struct et_slice text, enum et_trace_format format,
                 const struct et_mem *mem, struct et_complaint *complaint)
{
    struct et_trace *trace = et_mem_take(mem, sizeof *trace);
    if (!trace)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    trace->mem = mem;
    int err = format == ET_TRACE_AZURE ? et_trace_read_azure(trace, text, complaint)
                                       : et_trace_read_mooncake(trace, text, complaint);
    if (!err && trace->row_count == 0)
        err = et_complain(complaint, ET_VALUE, "found no row; expected one request a line");
    if (err == ET_LIMIT)
        et_complain(complaint, err, "found too many rows; expected at most %d", ET_TRACE_ROWS_MAX);
    if (err) {
        et_trace_free(trace);
        return et_complain(complaint, err, "%s", et_err_text(err));
    }
    *out = trace;
    return 0;
}

void et_trace_free(struct et_trace *trace)
{
    if (!trace)
        return;
    et_mem_give(trace->mem, trace->rows, trace->row_room * sizeof *trace->rows);
    et_mem_give(trace->mem, trace->blocks, trace->block_room * sizeof *trace->blocks);
    et_mem_give(trace->mem, trace, sizeof *trace);
}
