/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_responses.h"

static struct et_response_own *own_of(const struct et_reply *reply)
{
    return reply->signature.own;
}

static const struct et_choice *choice_of(const struct et_reply *reply)
{
    return &reply->stream.answer.choices[0];
}

/* Output number `nth`, with all of its text if there is `scratch` for it. */
static struct et_response_item item_of(const struct et_reply *reply, size_t nth,
                                       struct et_text *scratch)
{
    const struct et_response_own *own = own_of(reply);
    const struct et_choice *choice = choice_of(reply);
    const struct et_output *output = &choice->outputs[nth];
    struct et_response_item item = {.id = own->item_ids[nth],
                                    .cut = choice->finish == ET_FINISH_LENGTH &&
                                           nth + 1 == choice->output_count,
                                    .refusal = output->kind == ET_OUTPUT_REFUSAL,
                                    .call_id = output->id,
                                    .name = output->name};
    switch (output->kind) {
    case ET_OUTPUT_REASONING:
        item.kind = ET_ITEM_REASONING;
        item.text = own->summary;
        item.cut = false;
        return item;
    case ET_OUTPUT_CALL:
        item.kind = output->custom ? ET_ITEM_CUSTOM_CALL : ET_ITEM_CALL;
        break;
    case ET_OUTPUT_TEXT:
    case ET_OUTPUT_REFUSAL:
        item.kind = ET_ITEM_MESSAGE;
    }
    if (scratch)
        item.text = et_output_text(output, 0, output->tokens, scratch);
    return item;
}

static void print_items(struct et_reply *reply, struct et_text *scratch, struct et_text *out)
{
    for (size_t i = 0; i < choice_of(reply)->output_count; i++) {
        struct et_response_item item = item_of(reply, i, scratch);
        if (i > 0)
            et_text_addc(out, ',');
        et_response_item_print(&item, out);
    }
}

void et_response_items_print(struct et_reply *reply, struct et_text *scratch, struct et_text *out)
{
    et_text_addc(out, '[');
    print_items(reply, scratch, out);
    et_text_addc(out, ']');
}

static void event_begin(struct et_reply *reply, enum et_response_event event)
{
    et_response_event_begin(event, own_of(reply)->sequence_number++, &reply->text);
}

static void add(struct et_reply *reply, struct et_slice raw)
{
    et_text_add(&reply->text, raw);
}

static void add_text(struct et_reply *reply, struct et_slice before, struct et_slice text)
{
    et_text_add(&reply->text, before);
    et_text_json(&reply->text, text);
}

static void add_output_index(struct et_reply *reply, size_t index)
{
    add(reply, ET_LIT(",\"output_index\":"));
    et_text_u64(&reply->text, index);
}

/* The event's type and which item it is about. */
static void item_event_begin(struct et_reply *reply, enum et_response_event event, size_t index)
{
    event_begin(reply, event);
    add_text(reply, ET_LIT(",\"item_id\":"), own_of(reply)->item_ids[index]);
    add_output_index(reply, index);
}

static void event_end(struct et_reply *reply)
{
    et_response_event_end(&reply->text);
}

static void say_state(struct et_reply *reply, enum et_response_event event,
                      enum et_response_status status)
{
    const struct et_response *response = &own_of(reply)->response;
    struct et_response_state state = {.status = status};
    event_begin(reply, event);
    add(reply, ET_LIT(",\"response\":"));
    et_response_begin(response, &state, &reply->text);
    et_response_end(response, NULL, &reply->text);
    event_end(reply);
}

static void begin(struct et_reply *reply)
{
    bool queued = own_of(reply)->response.background;
    say_state(reply, ET_EVENT_CREATED, queued ? ET_RESPONSE_QUEUED : ET_RESPONSE_IN_PROGRESS);
    if (queued)
        say_state(reply, ET_EVENT_QUEUED, ET_RESPONSE_QUEUED);
    say_state(reply, ET_EVENT_IN_PROGRESS, ET_RESPONSE_IN_PROGRESS);
}

static void say_item(struct et_reply *reply, enum et_response_event event,
                     const struct et_response_item *item, size_t index)
{
    event_begin(reply, event);
    add_output_index(reply, index);
    add(reply, ET_LIT(",\"item\":"));
    et_response_item_print(item, &reply->text);
    event_end(reply);
}

static void say_part(struct et_reply *reply, enum et_response_event event,
                     const struct et_response_item *item, size_t index)
{
    item_event_begin(reply, event, index);
    add(reply, ET_LIT(",\"content_index\":0,\"part\":"));
    et_response_part_print(item, &reply->text);
    event_end(reply);
}

static void open_output(struct et_reply *reply, struct et_spot spot)
{
    struct et_response_item item = item_of(reply, spot.output, NULL);
    item.begun = true;
    say_item(reply, ET_EVENT_ITEM_ADDED, &item, spot.output);
    if (item.kind == ET_ITEM_MESSAGE)
        say_part(reply, ET_EVENT_PART_ADDED, &item, spot.output);
}

static void say_piece(struct et_reply *reply, struct et_spot spot, uint64_t from, uint64_t to)
{
    const struct et_output *output = &choice_of(reply)->outputs[spot.output];
    struct et_slice text = et_output_text(output, from, to, &reply->piece);
    bool refusal = output->kind == ET_OUTPUT_REFUSAL, call = output->kind == ET_OUTPUT_CALL;
    enum et_response_event event = call && output->custom ? ET_EVENT_INPUT_DELTA
                                   : call                 ? ET_EVENT_ARGUMENTS_DELTA
                                   : refusal              ? ET_EVENT_REFUSAL_DELTA
                                                          : ET_EVENT_TEXT_DELTA;
    item_event_begin(reply, event, spot.output);
    if (!call)
        add(reply, ET_LIT(",\"content_index\":0"));
    add_text(reply, ET_LIT(",\"delta\":"), text);
    if (event == ET_EVENT_TEXT_DELTA)
        add(reply, ET_LIT(",\"logprobs\":[]"));
    event_end(reply);
}

static void close_message(struct et_reply *reply, const struct et_response_item *item, size_t index)
{
    item_event_begin(reply, item->refusal ? ET_EVENT_REFUSAL_DONE : ET_EVENT_TEXT_DONE, index);
    if (item->refusal) {
        add_text(reply, ET_LIT(",\"content_index\":0,\"refusal\":"), item->text);
    } else {
        add_text(reply, ET_LIT(",\"content_index\":0,\"text\":"), item->text);
        add(reply, ET_LIT(",\"logprobs\":[]"));
    }
    event_end(reply);
    say_part(reply, ET_EVENT_PART_DONE, item, index);
}

static void close_call(struct et_reply *reply, const struct et_response_item *item, size_t index)
{
    if (item->kind == ET_ITEM_CUSTOM_CALL) {
        item_event_begin(reply, ET_EVENT_INPUT_DONE, index);
        add_text(reply, ET_LIT(",\"input\":"), item->text);
    } else {
        item_event_begin(reply, ET_EVENT_ARGUMENTS_DONE, index);
        add_text(reply, ET_LIT(",\"arguments\":"), item->text);
        add_text(reply, ET_LIT(",\"name\":"), item->name);
    }
    event_end(reply);
}

static void summary_event_begin(struct et_reply *reply, enum et_response_event event, size_t index)
{
    item_event_begin(reply, event, index);
    add(reply, ET_LIT(",\"summary_index\":0"));
}

static void summary_part(struct et_reply *reply, enum et_response_event event, size_t index,
                         struct et_slice text)
{
    summary_event_begin(reply, event, index);
    add_text(reply, ET_LIT(",\"part\":{\"type\":\"summary_text\",\"text\":"), text);
    add(reply, ET_LIT("}"));
    event_end(reply);
}

/* The summary comes as a whole when the reasoning is over. */
static void close_reasoning(struct et_reply *reply, const struct et_response_item *item,
                            size_t index)
{
    if (item->text.size == 0)
        return;
    summary_part(reply, ET_EVENT_SUMMARY_PART_ADDED, index, ET_LIT(""));
    summary_event_begin(reply, ET_EVENT_SUMMARY_TEXT_DELTA, index);
    add_text(reply, ET_LIT(",\"delta\":"), item->text);
    event_end(reply);
    summary_event_begin(reply, ET_EVENT_SUMMARY_TEXT_DONE, index);
    add_text(reply, ET_LIT(",\"text\":"), item->text);
    event_end(reply);
    summary_part(reply, ET_EVENT_SUMMARY_PART_DONE, index, item->text);
}

static void close_output(struct et_reply *reply, struct et_spot spot)
{
    struct et_response_item item = item_of(reply, spot.output, &reply->piece);
    if (item.kind == ET_ITEM_REASONING)
        close_reasoning(reply, &item, spot.output);
    else if (item.kind == ET_ITEM_MESSAGE)
        close_message(reply, &item, spot.output);
    else
        close_call(reply, &item, spot.output);
    say_item(reply, ET_EVENT_ITEM_DONE, &item, spot.output);
}

void et_response_print(struct et_reply *reply, et_ns at, struct et_text *scratch)
{
    const struct et_response_own *own = own_of(reply);
    bool cut = choice_of(reply)->finish == ET_FINISH_LENGTH;
    struct et_response_state state = {
        .status = cut ? ET_RESPONSE_INCOMPLETE : ET_RESPONSE_COMPLETED,
        .completed_at = own->response.created_at + et_since(own->started_at, at) / ET_S};
    et_response_begin(&own->response, &state, &reply->text);
    print_items(reply, scratch, &reply->text);
    et_response_end(&own->response, &reply->stream.answer.usage, &reply->text);
}

void et_response_wait_print(const struct et_reply *reply, struct et_text *out)
{
    const struct et_response *response = &own_of(reply)->response;
    struct et_response_state state = {.status = response->background ? ET_RESPONSE_QUEUED
                                                                     : ET_RESPONSE_IN_PROGRESS};
    et_response_begin(response, &state, out);
    et_response_end(response, NULL, out);
}

static void end(struct et_reply *reply)
{
    bool cut = choice_of(reply)->finish == ET_FINISH_LENGTH;
    event_begin(reply, cut ? ET_EVENT_INCOMPLETE : ET_EVENT_COMPLETED);
    add(reply, ET_LIT(",\"response\":"));
    et_response_print(reply, reply->stream.pace.at, &reply->piece);
    event_end(reply);
}

/* The nested shape that was captured in autumn 2026. */
static void print_error(struct et_reply *reply, const struct et_api_error *error)
{
    event_begin(reply, ET_EVENT_ERROR);
    add(reply, ET_LIT(",\"error\":{\"type\":"));
    et_text_json(&reply->text, et_slice_of(error->type));
    add(reply, ET_LIT(",\"code\":"));
    et_text_json(&reply->text, et_slice_of(error->code ? error->code : error->type));
    add(reply, ET_LIT(",\"message\":"));
    et_text_json(&reply->text, et_slice_of(error->message));
    add(reply, ET_LIT(",\"param\":null}"));
    event_end(reply);
}

const struct et_style et_response_style = {.eager = true,
                                           .begin = begin,
                                           .open = open_output,
                                           .piece = say_piece,
                                           .close = close_output,
                                           .end = end,
                                           .error = print_error};
