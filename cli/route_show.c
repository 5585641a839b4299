/* SPDX-License-Identifier: MIT */
#include "cli/route_show.h"

#include "core/prices/budget.h"
#include "io/sysmem.h"

#include <inttypes.h>
#include <stdio.h>

enum { WORDS_MAX = 4096, MESSAGE_FRAME = 8 };

static const char *const refusals[] = {"", "unknown", "not_chat", "responses", "ended", "too_long"};

/* What a call costs if the answer is as long as it may be and every token of the prompt is of the
 * dearest kind.  An instruction has at most a token a byte, and the frame of its message. */
static bool price_most(const struct et_route_shown *shown, const struct et_route_choice *choice,
                       et_pico *out)
{
    const struct et_route_ask *ask = shown->ask;
    uint64_t prompt = ask->tokens(ask->ctx, choice->model);
    if (choice->prompt_max)
        prompt = choice->prompt_max;
    uint64_t more = choice->instruction.size ? choice->instruction.size + MESSAGE_FRAME : 0;
    if (prompt == ET_ROUTE_TOKENS_UNKNOWN || choice->max_tokens == 0 ||
        __builtin_add_overflow(prompt, more, &prompt))
        return false;
    const struct et_budget_call call = {.prompt = prompt, .output = choice->max_tokens};
    *out = et_budget_estimate(et_price_at(choice->facts, ask->day), &call);
    return *out != ET_PICO_NONE;
}

static void add_number(struct et_text *out, uint64_t number, const char *none, int width)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    et_text_addf(out, "%*s", width, number ? text : none);
}

static void show_choice(const struct et_route_shown *shown, size_t i, struct et_text *out)
{
    const struct et_route_choice *choice = &shown->decision->choices[i];
    char most[ET_PICO_TEXT] = "-";
    et_pico pico;
    if (price_most(shown, choice, &pico))
        et_pico_print(pico, most);
    et_text_addf(out, "%2zu  %-9s %-26.*s", i + 1, et_route_step_names[choice->step],
                 ET_ARG(choice->model));
    add_number(out, choice->max_tokens, "-", 11);
    et_text_addf(out, " %14s", most);
    if (choice->prompt_max)
        et_text_addf(out, "  prompt cut to %" PRIu64, choice->prompt_max);
    et_text_addc(out, '\n');
    if (choice->instruction.size) {
        et_text_add(out, ET_LIT("    with the instruction "));
        et_text_json(out, choice->instruction);
        et_text_addc(out, '\n');
    }
}

void et_route_show(const struct et_route_shown *shown, struct et_text *out)
{
    const struct et_route_decision *decision = shown->decision;
    if (decision->choice_count == 0)
        et_text_addf(out, "no model: %s\n", refusals[decision->refusal]);
    else
        et_text_addf(out, "%.*s: %s\n\n    %-9s %-26s%11s %14s\n",
                     ET_ARG(decision->choices[0].model), et_route_reason_word(decision->why),
                     "step", "model", "max_tokens", "costs at most");
    for (size_t i = 0; i < decision->choice_count; i++)
        show_choice(shown, i, out);
    if (decision->prepared.size) {
        et_text_addf(out, "%2zu  %-9s ", decision->choice_count + 1,
                     et_route_step_names[ET_STEP_PREPARED]);
        et_text_json(out, decision->prepared);
        et_text_addc(out, '\n');
    }
    et_text_add(out, ET_LIT("\nwhy\n"));
    for (size_t i = 0; i < decision->reason_count; i++) {
        et_text_add(out, ET_LIT("  "));
        et_route_reason_print(&decision->reasons[i], out);
        et_text_addc(out, '\n');
    }
}

static void add_member(struct et_text *out, const char *name, struct et_slice value)
{
    et_text_addf(out, "\"%s\":", name);
    if (value.size)
        et_text_json(out, value);
    else
        et_text_add(out, ET_LIT("null"));
}

static void add_count(struct et_text *out, const char *name, uint64_t count)
{
    et_text_addf(out, ",\"%s\":", name);
    if (count)
        et_text_u64(out, count);
    else
        et_text_add(out, ET_LIT("null"));
}

static void add_choice(const struct et_route_shown *shown, const struct et_route_choice *choice,
                       struct et_text *out)
{
    et_pico pico;
    et_text_addf(out, "{\"step\":\"%s\",", et_route_step_names[choice->step]);
    add_member(out, "model", choice->model);
    add_count(out, "max_tokens", choice->max_tokens);
    add_count(out, "prompt_max", choice->prompt_max);
    et_text_addc(out, ',');
    add_member(out, "instruction", choice->instruction);
    et_text_add(out, ET_LIT(",\"cost_pico_usd_max\":"));
    if (price_most(shown, choice, &pico))
        et_text_addf(out, "\"%" PRIu64 "\"}", pico);
    else
        et_text_add(out, ET_LIT("null}"));
}

static void add_reason(const struct et_route_reason *reason, struct et_text *out)
{
    struct et_text words;
    et_text_init(&words, &et_sysmem, WORDS_MAX);
    et_route_reason_print(reason, &words);
    et_text_addf(out, "{\"reason\":\"%s\",", et_route_reason_word(reason->kind));
    add_member(out, "model", reason->model);
    et_text_add(out, ET_LIT(",\"text\":"));
    et_text_json(out, et_text_slice(&words));
    et_text_addc(out, '}');
    et_text_free(&words);
}

void et_route_show_json(const struct et_route_shown *shown, struct et_text *out)
{
    const struct et_route_decision *decision = shown->decision;
    struct et_slice first = {NULL, 0};
    if (decision->choice_count)
        first = decision->choices[0].model;
    et_text_addc(out, '{');
    add_member(out, "model", first);
    et_text_addf(out, ",\"complexity\":\"%s\",\"why\":\"%s\",",
                 et_complexity_names[decision->complexity], et_route_reason_word(decision->why));
    add_member(out, "refusal", et_slice_of(refusals[decision->refusal]));
    et_text_add(out, ET_LIT(",\"chain\":["));
    for (size_t i = 0; i < decision->choice_count; i++) {
        if (i)
            et_text_addc(out, ',');
        add_choice(shown, &decision->choices[i], out);
    }
    et_text_add(out, ET_LIT("],"));
    add_member(out, "prepared", decision->prepared);
    et_text_add(out, ET_LIT(",\"reasons\":["));
    for (size_t i = 0; i < decision->reason_count; i++) {
        if (i)
            et_text_addc(out, ',');
        add_reason(&decision->reasons[i], out);
    }
    et_text_add(out, ET_LIT("]}"));
}
