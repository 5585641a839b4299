/* SPDX-License-Identifier: MIT */
/* The Responses API's answer: the response object, its items, and the events of a stream, with the
 * members in the order OpenAI serves them (API reference of 2026-08; captures).
 *
 *     et_response_begin(&response, &state, out);           {"id":… up to "output":[
 *     for (…) et_response_item_print(&item, out);          with the commas between them
 *     et_response_end(&response, usage, out);              ] and the rest; usage NULL: null
 *
 *     et_response_event_begin(ET_RESPONSE_CREATED, nth, out);    event: … data: {"type",
 * "sequence_number" … members, each with a comma in front … et_response_event_end(out); }
 *
 * Errors are in `out`. */
#ifndef ET_OPENAI_RESPONSES_PRINT_H
#define ET_OPENAI_RESPONSES_PRINT_H

#include "core/base/text.h"
#include "core/openai/usage.h"

enum et_response_status {
    ET_RESPONSE_QUEUED,
    ET_RESPONSE_IN_PROGRESS,
    ET_RESPONSE_COMPLETED,
    ET_RESPONSE_INCOMPLETE, /* max_output_tokens was reached */
    ET_RESPONSE_CANCELLED
};

/* What is the same each time a response is printed. */
struct et_response {
    struct et_slice id;  /* "resp_…" */
    uint64_t created_at; /* Unix seconds */
    bool background;
    struct et_slice before, between, after; /* members that repeat the request, each list with a
                                               comma behind it; from et_response_echo */
    struct et_slice
        diagnostics;    /* raw JSON: prompt_cache_diagnostics, once it is over; empty: none */
    bool writes_billed; /* usage shows cache_write_tokens (models from gpt-5.6 on) */
};

struct et_response_state {
    enum et_response_status status;
    uint64_t completed_at; /* of a completed one */
};

void et_response_begin(const struct et_response *response, const struct et_response_state *state,
                       struct et_text *out);
void et_response_end(const struct et_response *response, const struct et_usage *usage,
                     struct et_text *out);

enum et_response_item_kind {
    ET_ITEM_REASONING,
    ET_ITEM_MESSAGE,
    ET_ITEM_CALL,
    ET_ITEM_CUSTOM_CALL /* of a custom tool */
};

struct et_response_item {
    enum et_response_item_kind kind;
    struct et_slice id;       /* "rs_…", "msg_…", "fc_…", "ctc_…" */
    bool begun;               /* in progress, and nothing of it was said */
    bool cut;                 /* status incomplete */
    bool refusal;             /* the text of the message is one */
    struct et_slice text;     /* of the message; the arguments or input of a call; the summary of
                                 reasoning: empty for none */
    struct et_slice logprobs; /* items of the JSON array; of a text */
    struct et_slice call_id, name; /* of calls */
};

void et_response_item_print(const struct et_response_item *item, struct et_text *out);

/* {"type":"output_text",…} or {"type":"refusal",…}: the one content part of a message. */
void et_response_part_print(const struct et_response_item *item, struct et_text *out);

enum et_response_event {
    ET_EVENT_CREATED,
    ET_EVENT_QUEUED,
    ET_EVENT_IN_PROGRESS,
    ET_EVENT_ITEM_ADDED,
    ET_EVENT_ITEM_DONE,
    ET_EVENT_PART_ADDED,
    ET_EVENT_PART_DONE,
    ET_EVENT_TEXT_DELTA,
    ET_EVENT_TEXT_DONE,
    ET_EVENT_REFUSAL_DELTA,
    ET_EVENT_REFUSAL_DONE,
    ET_EVENT_ARGUMENTS_DELTA,
    ET_EVENT_ARGUMENTS_DONE,
    ET_EVENT_INPUT_DELTA, /* of a custom tool */
    ET_EVENT_INPUT_DONE,
    ET_EVENT_SUMMARY_PART_ADDED,
    ET_EVENT_SUMMARY_TEXT_DELTA,
    ET_EVENT_SUMMARY_TEXT_DONE,
    ET_EVENT_SUMMARY_PART_DONE,
    ET_EVENT_COMPLETED,
    ET_EVENT_INCOMPLETE,
    ET_EVENT_FAILED,
    ET_EVENT_ERROR
};

void et_response_event_begin(enum et_response_event event, uint64_t sequence_number,
                             struct et_text *out);
void et_response_event_end(struct et_text *out);

#endif
