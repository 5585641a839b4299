/* SPDX-License-Identifier: MIT */
#include "core/prompt/fit.h"

static void add_marker(struct et_prompt *out, const struct et_cut *cut, struct et_prompt_span from)
{
    from.origin = ET_ORIGIN_CUT;
    et_prompt_add(out, et_slice_of(cut->marker), from);
}

/* Values on their way into another prompt. */
struct fitting {
    struct et_tokenizer *tokenizer;
    size_t budget;
    struct et_prompt *out;
};

static int add_value(const struct fitting *fitting, struct et_slice value,
                     struct et_prompt_span from)
{
    struct et_cut cut;
    struct et_prompt *out = fitting->out;
    int err = et_truncate_middle(fitting->tokenizer, value, fitting->budget, out->text.mem, &cut);
    if (err)
        return err;
    et_prompt_add(out, et_slice_part(value, 0, cut.head), from);
    if (cut.applied)
        add_marker(out, &cut, from);
    et_prompt_add(out, et_slice_part(value, cut.tail, value.size), from);
    return 0;
}

static int add_message(const struct fitting *fitting, const struct et_prompt_message *message)
{
    int err = 0;
    et_prompt_open(fitting->out, message->role);
    for (size_t i = 0, at = 0; i < message->span_count && !err; i++) {
        const struct et_prompt_span *span = &message->spans[i];
        if (span->origin == ET_ORIGIN_PARAMETER)
            err = add_value(fitting, et_slice_part(message->content, at, span->end), *span);
        else
            et_prompt_copy(fitting->out, message, at, span->end);
        at = span->end;
    }
    return err;
}

int et_fit_values(const struct et_prompt *in, struct et_tokenizer *tokenizer, size_t budget,
                  struct et_prompt *out)
{
    struct fitting fitting = {tokenizer, budget, out};
    int err = 0;
    et_prompt_clear(out);
    for (size_t i = 0; i < in->count && !err; i++)
        err = add_message(&fitting, &in->messages[i]);
    if (err)
        et_prompt_clear(out);
    return err ? err : et_prompt_end(out);
}

void et_fit_messages(const struct et_prompt *prompt, struct et_chat_message *messages)
{
    for (size_t i = 0; i < prompt->count; i++)
        messages[i] = (struct et_chat_message){.role = prompt->messages[i].role,
                                               .content = prompt->messages[i].content};
}

int et_fit_turns(const struct et_prompt *in, struct et_turns *turns, struct et_prompt *out)
{
    struct et_chat_message messages[ET_PROMPT_MESSAGES_MAX];
    bool keep[ET_PROMPT_MESSAGES_MAX];
    struct et_prompt_span none = {.parameter = ET_PARAMETER_NONE};
    et_prompt_clear(out);
    et_fit_messages(in, messages);
    int err = et_turns_fit(turns, messages, in->count, keep);
    if (err)
        return err;
    for (size_t i = 0; i < in->count; i++) {
        const struct et_prompt_message *message = &in->messages[i];
        bool cut = turns->cut.applied && turns->cut_message == i;
        if (!keep[i])
            continue;
        et_prompt_open(out, message->role);
        et_prompt_copy(out, message, 0, cut ? turns->cut.head : message->content.size);
        if (cut) {
            add_marker(out, &turns->cut, none);
            et_prompt_copy(out, message, turns->cut.tail, message->content.size);
        }
    }
    return et_prompt_end(out);
}
