/* SPDX-License-Identifier: MIT */
#include "core/openai/responses_print.h"

static void add_member(struct et_text *out, struct et_slice before, struct et_slice value)
{
    et_text_add(out, before);
    et_text_json(out, value);
}

static void add_number(struct et_text *out, struct et_slice before, uint64_t value)
{
    et_text_add(out, before);
    et_text_u64(out, value);
}

static struct et_slice status_name(enum et_response_status status)
{
    static const struct et_slice names[] = {
        [ET_RESPONSE_QUEUED] = ET_LIT("queued"),
        [ET_RESPONSE_IN_PROGRESS] = ET_LIT("in_progress"),
        [ET_RESPONSE_COMPLETED] = ET_LIT("completed"),
        [ET_RESPONSE_INCOMPLETE] = ET_LIT("incomplete"),
        [ET_RESPONSE_CANCELLED] = ET_LIT("cancelled"),
    };
    return names[status];
}

void et_response_begin(const struct et_response *response, const struct et_response_state *state,
                       struct et_text *out)
{
    add_member(out, ET_LIT("{\"id\":"), response->id);
    add_number(out, ET_LIT(",\"object\":\"response\",\"created_at\":"), response->created_at);
    add_member(out, ET_LIT(",\"status\":"), status_name(state->status));
    et_text_add(out, response->background ? ET_LIT(",\"background\":true")
                                          : ET_LIT(",\"background\":false"));
    if (state->status == ET_RESPONSE_COMPLETED)
        add_number(out, ET_LIT(",\"completed_at\":"), state->completed_at);
    else
        et_text_add(out, ET_LIT(",\"completed_at\":null"));
    et_text_add(out, ET_LIT(",\"error\":null,\"incomplete_details\":"));
    et_text_add(out, state->status == ET_RESPONSE_INCOMPLETE
                         ? ET_LIT("{\"reason\":\"max_output_tokens\"},")
                         : ET_LIT("null,"));
    et_text_add(out, response->before);
    et_text_add(out, ET_LIT("\"output\":["));
}

static void add_usage(const struct et_response *response, const struct et_usage *usage,
                      struct et_text *out)
{
    add_number(out, ET_LIT("{\"input_tokens\":"), usage->prompt);
    add_number(out, ET_LIT(",\"input_tokens_details\":{\"cached_tokens\":"), usage->cached);
    if (response->writes_billed)
        add_number(out, ET_LIT(",\"cache_write_tokens\":"), usage->written);
    add_number(out, ET_LIT("},\"output_tokens\":"), usage->completion);
    add_number(out, ET_LIT(",\"output_tokens_details\":{\"reasoning_tokens\":"), usage->reasoning);
    add_number(out, ET_LIT("},\"total_tokens\":"), usage->prompt + usage->completion);
    et_text_addc(out, '}');
}

void et_response_end(const struct et_response *response, const struct et_usage *usage,
                     struct et_text *out)
{
    et_text_add(out, ET_LIT("],"));
    et_text_add(out, response->between);
    et_text_add(out, ET_LIT("\"usage\":"));
    if (usage)
        add_usage(response, usage, out);
    else
        et_text_add(out, ET_LIT("null"));
    et_text_addc(out, ',');
    if (usage && response->diagnostics.size) {
        et_text_add(out, ET_LIT("\"prompt_cache_diagnostics\":"));
        et_text_add(out, response->diagnostics);
        et_text_addc(out, ',');
    }
    et_text_add(out, response->after);
    et_text_addc(out, '}');
}

void et_response_part_print(const struct et_response_item *item, struct et_text *out)
{
    if (item->refusal) {
        add_member(out, ET_LIT("{\"type\":\"refusal\",\"refusal\":"), item->text);
    } else {
        et_text_add(out, ET_LIT("{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":["));
        et_text_add(out, item->logprobs);
        add_member(out, ET_LIT("],\"text\":"), item->text);
    }
    et_text_addc(out, '}');
}

static void add_status(struct et_text *out, const struct et_response_item *item)
{
    enum et_response_status status = item->begun ? ET_RESPONSE_IN_PROGRESS
                                     : item->cut ? ET_RESPONSE_INCOMPLETE
                                                 : ET_RESPONSE_COMPLETED;
    add_member(out, ET_LIT(",\"status\":"), status_name(status));
}

static void print_message(const struct et_response_item *item, struct et_text *out)
{
    et_text_add(out, ET_LIT(",\"type\":\"message\""));
    add_status(out, item);
    et_text_add(out, ET_LIT(",\"role\":\"assistant\",\"content\":["));
    if (!item->begun)
        et_response_part_print(item, out);
    et_text_addc(out, ']');
}

static void print_call(const struct et_response_item *item, struct et_text *out)
{
    bool custom = item->kind == ET_ITEM_CUSTOM_CALL;
    et_text_add(out, custom ? ET_LIT(",\"type\":\"custom_tool_call\"")
                            : ET_LIT(",\"type\":\"function_call\""));
    add_status(out, item);
    if (!custom)
        add_member(out, ET_LIT(",\"arguments\":"), item->begun ? ET_LIT("") : item->text);
    add_member(out, ET_LIT(",\"call_id\":"), item->call_id);
    if (custom)
        add_member(out, ET_LIT(",\"input\":"), item->begun ? ET_LIT("") : item->text);
    add_member(out, ET_LIT(",\"name\":"), item->name);
}

static void print_reasoning(const struct et_response_item *item, struct et_text *out)
{
    et_text_add(out, ET_LIT(",\"type\":\"reasoning\",\"summary\":["));
    if (!item->begun && item->text.size) {
        add_member(out, ET_LIT("{\"type\":\"summary_text\",\"text\":"), item->text);
        et_text_addc(out, '}');
    }
    et_text_addc(out, ']');
}

void et_response_item_print(const struct et_response_item *item, struct et_text *out)
{
    add_member(out, ET_LIT("{\"id\":"), item->id);
    if (item->kind == ET_ITEM_REASONING)
        print_reasoning(item, out);
    else if (item->kind == ET_ITEM_MESSAGE)
        print_message(item, out);
    else
        print_call(item, out);
    et_text_addc(out, '}');
}

static struct et_slice event_name(enum et_response_event event)
{
    static const struct et_slice names[] = {
        [ET_EVENT_CREATED] = ET_LIT("response.created"),
        [ET_EVENT_QUEUED] = ET_LIT("response.queued"),
        [ET_EVENT_IN_PROGRESS] = ET_LIT("response.in_progress"),
        [ET_EVENT_ITEM_ADDED] = ET_LIT("response.output_item.added"),
        [ET_EVENT_ITEM_DONE] = ET_LIT("response.output_item.done"),
        [ET_EVENT_PART_ADDED] = ET_LIT("response.content_part.added"),
        [ET_EVENT_PART_DONE] = ET_LIT("response.content_part.done"),
        [ET_EVENT_TEXT_DELTA] = ET_LIT("response.output_text.delta"),
        [ET_EVENT_TEXT_DONE] = ET_LIT("response.output_text.done"),
        [ET_EVENT_REFUSAL_DELTA] = ET_LIT("response.refusal.delta"),
        [ET_EVENT_REFUSAL_DONE] = ET_LIT("response.refusal.done"),
        [ET_EVENT_ARGUMENTS_DELTA] = ET_LIT("response.function_call_arguments.delta"),
        [ET_EVENT_ARGUMENTS_DONE] = ET_LIT("response.function_call_arguments.done"),
        [ET_EVENT_INPUT_DELTA] = ET_LIT("response.custom_tool_call_input.delta"),
        [ET_EVENT_INPUT_DONE] = ET_LIT("response.custom_tool_call_input.done"),
        [ET_EVENT_SUMMARY_PART_ADDED] = ET_LIT("response.reasoning_summary_part.added"),
        [ET_EVENT_SUMMARY_TEXT_DELTA] = ET_LIT("response.reasoning_summary_text.delta"),
        [ET_EVENT_SUMMARY_TEXT_DONE] = ET_LIT("response.reasoning_summary_text.done"),
        [ET_EVENT_SUMMARY_PART_DONE] = ET_LIT("response.reasoning_summary_part.done"),
        [ET_EVENT_COMPLETED] = ET_LIT("response.completed"),
        [ET_EVENT_INCOMPLETE] = ET_LIT("response.incomplete"),
        [ET_EVENT_FAILED] = ET_LIT("response.failed"),
        [ET_EVENT_ERROR] = ET_LIT("error"),
    };
    return names[event];
}

void et_response_event_begin(enum et_response_event event, uint64_t sequence_number,
                             struct et_text *out)
{
    et_text_add(out, ET_LIT("event: "));
    et_text_add(out, event_name(event));
    add_member(out, ET_LIT("\ndata: {\"type\":"), event_name(event));
    add_number(out, ET_LIT(",\"sequence_number\":"), sequence_number);
}

void et_response_event_end(struct et_text *out)
{
    et_text_add(out, ET_LIT("}\n\n"));
}
