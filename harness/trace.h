/* SPDX-License-Identifier: MIT */
/* Traces of real traffic: when requests came, and how long they and their answers were.
 *
 *     azure      CSV with a header.  Columns are found by name, others are not read:
 *                TIMESTAMP (2023-11-16 18:15:46.6805900), ContextTokens, GeneratedTokens
 *     mooncake   one JSON object a line; other keys are not read:
 *                {"timestamp": 27482 (ms), "input_length": 6955, "output_length": 52,
 *                 "hash_ids": [46, 47, …]}   each stands for 512 tokens of the prompt; prompts with
 *                equal leading ids share that text
 *
 * Instants count from the first row.  Mooncake's are rounded to 3 s: rows of one instant are spread
 * evenly up to the next, at most over 3 s.  A row before the one above it is an error, as it is in
 * no published trace; lines without anything are passed over. */
#ifndef ET_HARNESS_TRACE_H
#define ET_HARNESS_TRACE_H

#include "harness/scenario.h"

enum { ET_TRACE_BLOCK = 512, ET_TRACE_TOKENS_MAX = 1000000, ET_TRACE_ROWS_MAX = 4000000 };

struct et_trace_row {
    et_ns at;
    uint32_t prompt_tokens, answer_tokens;
    uint32_t first_block, block_count; /* in et_trace.blocks; none in Azure's */
};

struct et_trace {
    const struct et_mem *mem;
    struct et_trace_row *rows;
    size_t row_count, row_room;
    uint64_t *blocks;
    size_t block_count, block_room;
};

/* A text of either format is Mooncake's if it starts with "{". */
enum et_trace_format et_trace_guess(struct et_slice text);

/* ET_SYNTAX, ET_VALUE or ET_LIMIT with line, column, found and expected; ET_NOMEM. */
int et_trace_new(struct et_trace **out, struct et_slice text, enum et_trace_format format,
                 const struct et_mem *mem, struct et_complaint *complaint) ET_MUST_CHECK;
void et_trace_free(struct et_trace *trace);

/* For the reader of each format: adds a row and its blocks.  ET_NOMEM, ET_LIMIT. */
int et_trace_push(struct et_trace *trace, const struct et_trace_row *row) ET_MUST_CHECK;
int et_trace_push_block(struct et_trace *trace, uint64_t block) ET_MUST_CHECK;
int et_trace_read_azure(struct et_trace *trace, struct et_slice text,
                        struct et_complaint *complaint) ET_MUST_CHECK;
int et_trace_read_mooncake(struct et_trace *trace, struct et_slice text,
                           struct et_complaint *complaint) ET_MUST_CHECK;

#endif
