/* SPDX-License-Identifier: MIT */
#include "core/json/form.h"
#include "harness/trace.h"

enum { PROMPT_BLOCKS_MAX = ET_TRACE_TOKENS_MAX / ET_TRACE_BLOCK + 1 };

static const uint64_t TIMESTAMP_MAX = (uint64_t)366 * 86400 * 1000;
static const et_ns TICK = 3 * ET_S; /* what the trace's instants are rounded to */

static int read_blocks(struct et_form *form, struct et_trace *trace, struct et_trace_row *row)
{
    struct et_form list;
    uint64_t block;
    row->first_block = (uint32_t)trace->block_count;
    if (!et_form_array(form, "hash_ids", ET_REQUIRED, &list))
        return 0;
    if (et_form_count(&list) > PROMPT_BLOCKS_MAX)
        et_form_refuse(form, "hash_ids", "found %zu blocks; expected at most %d",
                       et_form_count(&list), PROMPT_BLOCKS_MAX);
    while (et_form_next(&list))
        if (et_form_u64(&list, ET_ITEM, ET_REQUIRED, ET_RANGE(0, UINT64_MAX), &block)) {
            int err = et_trace_push_block(trace, block);
            if (err)
                return err;
        }
    row->block_count = (uint32_t)trace->block_count - row->first_block;
    return 0;
}

/* Keys that are not asked for are passed over: other traces of this form have more. */
static int read_row(const struct et_json *json, struct et_trace *trace,
                    struct et_complaint *complaint)
{
    const struct et_form_range tokens = ET_RANGE(0, ET_TRACE_TOKENS_MAX);
    struct et_form form;
    struct et_trace_row row = {0};
    uint64_t ms = 0;
    et_form_open(&form, json, et_json_root(json), "$", complaint);
    et_form_u64(&form, "timestamp", ET_REQUIRED, ET_RANGE(0, TIMESTAMP_MAX), &ms);
    et_form_u32(&form, "input_length", ET_REQUIRED, tokens, &row.prompt_tokens);
    et_form_u32(&form, "output_length", ET_REQUIRED, tokens, &row.answer_tokens);
    int err = read_blocks(&form, trace, &row);
    row.at = ms * ET_MS;
    if (trace->row_count && row.at < trace->rows[trace->row_count - 1].at)
        et_form_refuse(&form, "timestamp", "found %llu; expected no less than in the row above",
                       (unsigned long long)ms);
    if (err)
        return err;
    return et_form_failed(&form) ? ET_VALUE : et_trace_push(trace, &row);
}

static int read_line(struct et_trace *trace, struct et_slice line, unsigned number,
                     struct et_complaint *complaint)
{
    struct et_json *json;
    int err = et_json_parse(&json, line, NULL, trace->mem, complaint);
    if (!err) {
        err = read_row(json, trace, complaint);
        et_json_free(json);
    }
    if (err && complaint)
        complaint->line = number;
    return err;
}

/* Rows of one instant evenly over the time up to the next one. */
static void spread(struct et_trace *trace)
{
    struct et_trace_row *rows = trace->rows;
    for (size_t from = 0, to; from < trace->row_count; from = to) {
        et_ns at = rows[from].at, room = TICK;
        for (to = from; to < trace->row_count && rows[to].at == at; to++)
            continue;
        if (to < trace->row_count)
            room = et_sooner(room, rows[to].at - at);
        for (size_t i = from; i < to; i++)
            rows[i].at = at + room * (i - from) / (to - from);
    }
}

int et_trace_read_mooncake(struct et_trace *trace, struct et_slice text,
                           struct et_complaint *complaint)
{
    struct et_slice rest = text, line;
    for (unsigned number = 1; et_slice_split(&rest, '\n', &line); number++) {
        line = et_slice_trim(line);
        int err = line.size ? read_line(trace, line, number, complaint) : 0;
        if (err)
            return err;
    }
    et_ns first = trace->row_count ? trace->rows[0].at : 0;
    for (size_t i = 0; i < trace->row_count; i++)
        trace->rows[i].at -= first;
    spread(trace);
    return 0;
}
