/* SPDX-License-Identifier: MIT */
#include "core/openai/completions.h"

static void add_member(struct et_text *out, struct et_slice before, struct et_slice value)
{
    et_text_add(out, before);
    if (value.data)
        et_text_json(out, value);
    else
        et_text_add(out, ET_LIT("null"));
}

void et_completion_begin(const struct et_completion *completion, struct et_text *out)
{
    add_member(out, ET_LIT("{\"id\":"), completion->id);
    et_text_add(out, ET_LIT(",\"object\":\"text_completion\",\"created\":"));
    et_text_u64(out, completion->created);
    add_member(out, ET_LIT(",\"model\":"), completion->model);
    et_text_add(out, ET_LIT(",\"choices\":["));
}

void et_completion_choice_print(const struct et_completion_choice *choice, struct et_text *out)
{
    add_member(out, ET_LIT("{\"text\":"), choice->text);
    et_text_add(out, ET_LIT(",\"index\":"));
    et_text_u64(out, choice->index);
    et_text_add(out, ET_LIT(",\"logprobs\":"));
    et_text_add(out, choice->logprobs.size ? choice->logprobs : ET_LIT("null"));
    add_member(out, ET_LIT(",\"finish_reason\":"),
               choice->finish_reason.size ? choice->finish_reason : (struct et_slice){NULL, 0});
    et_text_addc(out, '}');
}

static void add_usage(const struct et_usage *usage, struct et_text *out)
{
    et_text_add(out, ET_LIT("{\"prompt_tokens\":"));
    et_text_u64(out, usage->prompt);
    et_text_add(out, ET_LIT(",\"completion_tokens\":"));
    et_text_u64(out, usage->completion);
    et_text_add(out, ET_LIT(",\"total_tokens\":"));
    et_text_u64(out, usage->prompt + usage->completion);
    et_text_addc(out, '}');
}

void et_completion_end(const struct et_completion *completion, bool has_usage,
                       const struct et_usage *usage, struct et_text *out)
{
    et_text_addc(out, ']');
    if (usage) {
        et_text_add(out, ET_LIT(",\"usage\":"));
        add_usage(usage, out);
    } else if (has_usage) {
        et_text_add(out, ET_LIT(",\"usage\":null"));
    }
    add_member(out, ET_LIT(",\"system_fingerprint\":"), completion->fingerprint);
    et_text_addc(out, '}');
}
