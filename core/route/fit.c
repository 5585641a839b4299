/* SPDX-License-Identifier: MIT */
/* Whether a model may answer, and with how many tokens. */
#include "core/route/route_parts.h"

/* Room for the framing of one more message, in any family. */
enum { MESSAGE_FRAME = 8 };

/* "gpt-4o-mini" and "o4-mini-2025-04-16" have such a part, "gemini" has none. */
static bool has_part(struct et_slice name, struct et_slice wanted)
{
    struct et_slice part;
    while (et_slice_split(&name, '-', &part))
        if (et_slice_equal(part, wanted))
            return true;
    return false;
}

static bool is_larger(const struct et_model *facts, et_day day)
{
    const struct et_price *price = et_price_at(facts, day);
    et_pico rate = price ? price->rates[ET_TIER_STANDARD].output : ET_PICO_NONE;
    return rate != ET_PICO_NONE && rate >= ET_ROUTE_LARGER_RATE;
}

uint64_t et_route_limit(const struct et_route_limits *limits, struct et_slice name,
                        const struct et_model *facts, et_day day, enum et_route_limit_by *by)
{
    *by = ET_ROUTE_BY_MODEL;
    for (size_t i = 0; i < limits->model_count; i++)
        if (et_slice_equal(limits->models[i].model, name))
            return limits->models[i].max_tokens;
    *by = has_part(name, ET_LIT("mini")) ? ET_ROUTE_BY_MINI
          : is_larger(facts, day)        ? ET_ROUTE_BY_LARGER
                                         : ET_ROUTE_BY_OTHER;
    return *by == ET_ROUTE_BY_MINI     ? limits->mini
           : *by == ET_ROUTE_BY_LARGER ? limits->larger
                                       : limits->other;
}

static bool is_snapshot(struct et_slice id, struct et_slice alias)
{
    return et_slice_starts(alias, id) && alias.size > id.size + 1 && alias.data[id.size] == '-' &&
           alias.data[id.size + 1] >= '0' && alias.data[id.size + 1] <= '9';
}

struct et_slice et_route_snapshot(const struct et_model *facts, struct et_slice name)
{
    struct et_slice same = et_slice_equal(name, facts->id) ? facts->snapshot : name;
    for (size_t i = 0; i < facts->alias_count; i++)
        if (is_snapshot(facts->id, facts->aliases[i]) && !et_slice_equal(facts->aliases[i], same))
            return facts->aliases[i];
    if (!et_slice_equal(name, facts->id))
        return facts->id;
    return same;
}

static bool skip(struct route_maker *maker, const struct et_route_reason *reason,
                 enum et_route_step step)
{
    et_route_tell(maker, reason);
    if (step == ET_STEP_BEST)
        maker->out->why = reason->kind;
    return false;
}

/* Known, a model of chat completions, and still there. */
static bool exists(struct route_maker *maker, const struct et_route_choice *choice)
{
    const struct et_model *facts = choice->facts;
    struct et_route_reason reason = {.model = choice->model};
    if (!facts && maker->policy->unpriced) {
        reason.kind = ET_ROUTE_UNPRICED;
        et_route_tell(maker, &reason);
        return true;
    }
    if (!facts) {
        reason.kind = ET_ROUTE_UNKNOWN;
        if (maker->catalogue)
            reason.other = et_slice_of(et_catalogue_nearest(maker->catalogue, choice->model));
        return skip(maker, &reason, choice->step);
    }
    if (facts->kind != ET_MODEL_CHAT || !facts->serves_chat) {
        reason.kind = facts->kind == ET_MODEL_CHAT ? ET_ROUTE_RESPONSES : ET_ROUTE_NOT_CHAT;
        return skip(maker, &reason, choice->step);
    }
    if (!et_model_ended(facts, maker->ask->day))
        return true;
    reason.kind = ET_ROUTE_ENDED;
    reason.a = (uint64_t)facts->shutdown;
    return skip(maker, &reason, choice->step);
}

/* The answer tokens that are wanted, before any cap; 0: nobody says. */
static uint64_t wanted(const struct route_maker *maker, const struct et_route_choice *choice,
                       enum et_route_limit_by *by)
{
    const struct et_route_use_case *use_case = maker->out->use_case;
    *by = ET_ROUTE_BY_CLIENT;
    if (maker->ask->max_tokens)
        return maker->ask->max_tokens;
    *by = ET_ROUTE_BY_USE_CASE;
    if (use_case && use_case->max_tokens)
        return use_case->max_tokens;
    if (!maker->policy->limits.on)
        return 0;
    return et_route_limit(&maker->policy->limits, choice->model, choice->facts, maker->ask->day,
                          by);
}

/* What is wanted must fit, if the client wants it; of our own wish a part may do. */
static uint64_t room_of(const struct route_maker *maker, uint64_t want)
{
    uint64_t least = maker->policy->answer_min;
    if (maker->ask->max_tokens)
        return maker->ask->max_tokens;
    return want && want < least ? want : least;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    uint64_t both;
    return __builtin_add_overflow(a, b, &both) ? UINT64_MAX : both;
}

static uint64_t less(uint64_t limit, uint64_t minus)
{
    return limit > minus ? limit - minus : 0;
}

/* The longest prompt it can hold beside `room` and its instruction. */
static uint64_t prompt_room(const struct et_model *facts, uint64_t room, uint64_t extra)
{
    uint64_t most = facts->context_tokens ? less(facts->context_tokens, room) : UINT64_MAX;
    if (facts->input_tokens_max && facts->input_tokens_max < most)
        most = facts->input_tokens_max;
    return less(most, extra);
}

/* An instruction has at most as many tokens as bytes: it is not counted, only made room for. */
static uint64_t extra_of(const struct et_route_choice *choice)
{
    return choice->instruction.size ? choice->instruction.size + MESSAGE_FRAME : 0;
}

/* Prompt and room against context and input; may decide to cut.  *prompt: what it then is. */
static bool holds(struct route_maker *maker, struct et_route_choice *choice, bool cut,
                  uint64_t room, uint64_t *prompt)
{
    const struct et_model *facts = choice->facts;
    uint64_t extra = extra_of(choice), most = prompt_room(facts, room, extra);
    struct et_route_reason reason = {.kind = ET_ROUTE_CONTEXT, .model = choice->model};
    *prompt = 0;
    if (facts->context_tokens == 0 && facts->input_tokens_max == 0)
        return true;
    *prompt = maker->ask->tokens(maker->ask->ctx, choice->model);
    if (*prompt == ET_ROUTE_TOKENS_UNKNOWN) {
        *prompt = 0;
        reason.kind = ET_ROUTE_UNCOUNTED;
        et_route_tell(maker, &reason);
        return true;
    }
    if (*prompt <= most && most > 0) {
        *prompt += extra;
        return true;
    }
    reason.a = *prompt;
    reason.b = most;
    if (cut && most > 0) {
        reason.kind = ET_ROUTE_CUT;
        choice->prompt_max = most;
        *prompt = most + extra;
        et_route_tell(maker, &reason);
        return true;
    }
    bool input = facts->input_tokens_max && sum(*prompt, extra) > facts->input_tokens_max;
    reason.kind = input ? ET_ROUTE_INPUT : ET_ROUTE_CONTEXT;
    reason.a = input ? sum(*prompt, extra) : sum(sum(*prompt, extra), room);
    reason.b = input ? facts->input_tokens_max : facts->context_tokens;
    return skip(maker, &reason, choice->step);
}

static uint64_t capped(const struct et_model *facts, uint64_t want, uint64_t prompt)
{
    if (facts->output_tokens_max && facts->output_tokens_max < want)
        want = facts->output_tokens_max;
    uint64_t left = facts->context_tokens ? less(facts->context_tokens, prompt) : UINT64_MAX;
    return want < left ? want : left;
}

/* Sets max_tokens and looks whether all of it fits. */
static bool fits(struct route_maker *maker, struct et_route_choice *choice, bool cut)
{
    const struct et_model *facts = choice->facts;
    enum et_route_limit_by by;
    uint64_t prompt = 0, want = wanted(maker, choice, &by);
    uint64_t own = maker->ask->max_tokens, most = facts ? facts->output_tokens_max : 0;
    struct et_route_reason reason = {ET_ROUTE_OUTPUT, choice->model, {NULL, 0}, own, most};
    if (most && own > most)
        return skip(maker, &reason, choice->step);
    if (facts && !holds(maker, choice, cut, room_of(maker, want), &prompt))
        return false;
    choice->max_tokens = facts && !own ? capped(facts, want, prompt) : want;
    if (choice->max_tokens == 0)
        return true;
    reason.a = choice->max_tokens;
    reason.kind = choice->max_tokens < want ? ET_ROUTE_CAPPED : ET_ROUTE_LIMIT;
    reason.b = choice->max_tokens < want ? want : by;
    et_route_tell(maker, &reason);
    return true;
}

static bool is_chosen(const struct et_route_decision *out, struct et_slice model)
{
    for (size_t i = 0; i < out->choice_count; i++)
        if (et_slice_equal(out->choices[i].model, model))
            return true;
    return false;
}

bool et_route_consider(struct route_maker *maker, const struct et_route_choice *wish, bool cut)
{
    struct et_route_decision *out = maker->out;
    struct et_route_choice choice = *wish;
    if (is_chosen(out, choice.model)) {
        et_route_tell(maker,
                      &(struct et_route_reason){.kind = ET_ROUTE_REPEATED, .model = choice.model});
        return false;
    }
    if (maker->catalogue)
        choice.facts = et_catalogue_find(maker->catalogue, choice.model);
    if (!exists(maker, &choice) || !fits(maker, &choice, cut))
        return false;
    out->choices[out->choice_count++] = choice;
    return true;
}
