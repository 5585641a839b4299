/* SPDX-License-Identifier: MIT */
/* Who is let in, for how much, and what the answer says about it. */
#include "core/base/draw.h"
#include "mock_openai/brain_parts.h"

static bool is_json(struct et_slice type)
{
    struct et_slice media = {0};
    et_slice_split(&type, ';', &media);
    media = et_slice_trim(media);
    return et_slice_equal_nocase(media, ET_LIT("application/json")) ||
           et_slice_ends(media, ET_LIT("+json"));
}

/* A body that does not say what it is counts as JSON: simulated clients send no headers. */
static bool good_type(struct et_ask *ask)
{
    const struct et_brain_request *request = ask->request;
    struct et_slice type =
        et_http_field_value(request->fields, request->field_count, ET_LIT("content-type"));
    if (request->body.size == 0 || type.size == 0 || is_json(type))
        return true;
    type = et_slice_part(type, 0, ET_API_QUOTED);
    return et_api_refuse(&ask->error, ET_API_CONTENT_TYPE, ET_ARG(type), ET_ARG(type));
}

/* As the settings say, which may change, and then as the request wishes. */
static bool choose_manners(struct et_ask *ask)
{
    const struct et_brain_request *request = ask->request;
    struct et_brain_state *state = ask->brain->state;
    struct et_manners *manners = &ask->reply->manners;
    struct et_slice wish =
        et_http_field_value(request->fields, request->field_count, ET_LIT("x-etalon-manners"));
    et_brain_state_hold(state);
    *manners = state->limits.settings.manners;
    et_brain_state_let(state);
    return et_manners_parse(manners, wish, &ask->error);
}

bool et_ask_enter(struct et_ask *ask)
{
    if (!et_access_caller(&ask->brain->config.access, &ask->caller, &ask->error)) {
        if (ask->error.status == 401)
            et_reply_add(ask->reply, ET_LIT("www-authenticate"),
                         ET_LIT("Bearer realm=\"OpenAI API\""));
        return false;
    }
    return good_type(ask) && choose_manners(ask);
}

static void add_triple(struct et_reply *reply, const struct et_limit_state *state,
                       const struct et_slice names[3])
{
    if (state->limit == 0)
        return;
    char reset[ET_DURATION_TEXT];
    size_t size = et_duration_print(state->reset, reset);
    et_reply_add_u64(reply, names[0], state->limit);
    et_reply_add_u64(reply, names[1], state->remaining);
    et_reply_add(reply, names[2], et_reply_keep(reply, (struct et_slice){reset, size}));
}

/* Of some other time: anything between empty and full. */
static struct et_limit_state jump(struct et_limit_state state, struct et_drawer drawer,
                                  uint32_t nth)
{
    if (state.limit == 0)
        return state;
    uint64_t bits = et_draw(drawer.seed, drawer.who, ET_DRAW_MANNERS, 2 * nth);
    state.remaining = et_draw_below(bits, state.limit + 1);
    bits = et_draw(drawer.seed, drawer.who, ET_DRAW_MANNERS, 2 * nth + 1);
    state.reset = et_draw_below(bits, ET_RATE_MINUTE);
    return state;
}

static void tell_limits(struct et_ask *ask, const struct et_limit_answer *answer)
{
    static const struct et_slice names[3][3] = {
        {ET_LIT("x-ratelimit-limit-requests"), ET_LIT("x-ratelimit-remaining-requests"),
         ET_LIT("x-ratelimit-reset-requests")},
        {ET_LIT("x-ratelimit-limit-tokens"), ET_LIT("x-ratelimit-remaining-tokens"),
         ET_LIT("x-ratelimit-reset-tokens")},
        {ET_LIT("x-ratelimit-limit-project-tokens"), ET_LIT("x-ratelimit-remaining-project-tokens"),
         ET_LIT("x-ratelimit-reset-project-tokens")}};
    struct et_limit_state states[3] = {*et_limit_requests(answer), answer->states[ET_LIMIT_TOKENS],
                                       answer->states[ET_LIMIT_PROJECT_TOKENS]};
    enum et_header_manner manner = ask->reply->manners.headers;
    ask->told = true;
    if (manner == ET_MANNER_NO_HEADERS || (manner == ET_MANNER_ON_429 && answer->granted))
        return;
    for (uint32_t i = 0; i < 3; i++) {
        if (manner == ET_MANNER_JUMPING)
            states[i] = jump(states[i], ask->drawer, i);
        add_triple(ask->reply, &states[i], names[i]);
    }
}

static int take(struct et_ask *ask, const struct et_limit_claim *claim,
                struct et_limit_answer *answer, bool *free_tier)
{
    struct et_brain_state *state = ask->brain->state;
    et_brain_state_hold(state);
    *free_tier = state->limits.settings.tier == ET_USAGE_FREE;
    int err = et_limits_take(&state->limits, claim, ask->now, answer);
    et_brain_state_let(state);
    return err;
}

bool et_ask_show_limits(struct et_ask *ask, uint64_t requests)
{
    struct et_limit_claim claim = {
        .caller = &ask->caller, .model = ask->model->id, .requests = requests};
    struct et_limit_answer answer;
    bool free_tier;
    ask->err = take(ask, &claim, &answer, &free_tier);
    if (!ask->err)
        tell_limits(ask, &answer);
    return !ask->err;
}

static bool has_money(struct et_ask *ask)
{
    const struct et_spend_limits *limits = &ask->brain->config.access.spend;
    struct et_brain_state *state = ask->brain->state;
    if (!et_spend_limited(limits))
        return true;
    et_brain_state_hold(state);
    bool allowed = et_spent_allows(&state->spent, limits, &ask->caller, &ask->error);
    et_brain_state_let(state);
    if (!allowed)
        et_ask_show_limits(ask, 0);
    return allowed;
}

bool et_ask_meter(struct et_ask *ask, uint64_t tokens)
{
    struct et_limit_claim claim = {
        .caller = &ask->caller, .model = ask->model->id, .requests = 1, .tokens = tokens};
    struct et_limit_answer answer;
    bool free_tier;
    if (!has_money(ask))
        return false;
    ask->err = take(ask, &claim, &answer, &free_tier);
    if (ask->err)
        return false;
    tell_limits(ask, &answer);
    if (answer.granted)
        return true;
    if (answer.wait != ET_NEVER)
        et_reply_add_retry(ask->reply, answer.wait);
    et_limits_refuse(&answer, &claim, free_tier, &ask->error);
    return false;
}

int et_ask_settle(struct et_ask *ask)
{
    const struct et_brain_config *config = &ask->brain->config;
    struct et_brain_state *state = ask->brain->state;
    struct et_terms terms = {.tier = ET_TIER_STANDARD};
    struct et_bill bill;
    if (!et_spend_limited(&config->access.spend) || !ask->model)
        return 0;
    const struct et_price *price = et_price_at(ask->model, config->today);
    enum et_billing billing = et_price_bill(price, &ask->reply->facts.usage, terms, &bill);
    if (billing != ET_BILLED || bill.total == 0)
        return 0;
    et_brain_state_hold(state);
    int err = et_spent_add(&state->spent, &ask->caller, bill.total);
    et_brain_state_let(state);
    return err;
}
