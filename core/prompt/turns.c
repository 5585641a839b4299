/* SPDX-License-Identifier: MIT */
#include "core/prompt/turns.h"

#include "core/prompt/seen.h"

struct costs {
    struct et_turns *turns;
    const struct et_chat_message *messages;
    size_t count;
    size_t *tokens; /* of each message */
    size_t *turn;   /* of each message: a number that never falls; 0 for what is of none */
    size_t *joins;  /* by turn: how many more than of the one before reach over its beginning */
    size_t last;    /* number of the last turn */
};

static bool is_role(const struct et_chat_message *message, const char *role)
{
    return et_slice_equal(message->role, et_slice_of(role));
}

static bool always_stays(const struct et_chat_message *message)
{
    return is_role(message, "system") || is_role(message, "developer");
}

/* What a message adds: costs of messages add up, since nothing merges over their frames. */
static int count_messages(struct costs *costs)
{
    struct et_turns *turns = costs->turns;
    size_t ending = 0;
    int err = et_chat_count(turns->tokenizer, turns->family, NULL, 0, &ending);
    turns->before = ending;
    for (size_t i = 0; i < costs->count && !err; i++) {
        err = et_chat_count(turns->tokenizer, turns->family, &costs->messages[i], 1,
                            &costs->tokens[i]);
        costs->tokens[i] -= ending;
        turns->before += costs->tokens[i];
    }
    return err;
}

/* Numbers the turns as users begin them.  `calls` remembers in which message each call stands. */
static int number_turns(struct costs *costs, struct et_seen *calls)
{
    for (size_t i = 0; i < costs->count; i++) {
        const struct et_chat_message *message = &costs->messages[i];
        if (always_stays(message))
            continue;
        costs->last += is_role(message, "user") || costs->last == 0;
        costs->turn[i] = costs->last;
        const size_t *call =
            message->call_id.size ? et_seen_find(calls, message->call_id, 0) : NULL;
        if (call) {
            costs->joins[costs->turn[*call] + 1]++;
            costs->joins[costs->last + 1]--; /* may wrap, and comes back in the sum */
        }
        for (size_t j = 0; j < message->call_count; j++) {
            size_t *where = et_seen_put(calls, message->calls[j].id, 0);
            if (!where)
                return ET_NOMEM;
            *where = i;
        }
    }
    return 0;
}

/* A turn that a call and its result reach over is one with the turn before. */
static void join_turns(struct costs *costs)
{
    size_t before = 0, joined = 0, reaching = 0; /* the turn before, its new number */
    for (size_t i = 0; i < costs->count; i++) {
        size_t turn = costs->turn[i];
        if (turn == 0)
            continue;
        if (turn != before) {
            reaching += costs->joins[turn];
            joined += reaching == 0;
            before = turn;
        }
        costs->turn[i] = joined;
    }
    costs->last = joined;
}

/* Leaves out turns from the oldest on, the last never. */
static void drop_turns(struct costs *costs, bool *keep)
{
    struct et_turns *turns = costs->turns;
    turns->after = turns->before;
    for (size_t i = 0; i < costs->count; i++)
        keep[i] = true;
    for (size_t i = 0, turn = 0; i < costs->count; i++) {
        if (costs->turn[i] == 0)
            continue;
        if (costs->turn[i] != turn && turns->after <= turns->budget)
            return;
        turn = costs->turn[i];
        if (turn == costs->last)
            return;
        keep[i] = false;
        turns->after -= costs->tokens[i];
    }
}

static int refuse(const struct et_turns *turns, const char *why)
{
    return et_complain(turns->complaint, ET_LIMIT,
                       "what must stay of the conversation has %zu tokens; expected at most %zu%s",
                       turns->after, turns->budget, why);
}

static int cut_last_user(struct costs *costs)
{
    static const char nothing_left[] = ", and nothing would be left of its last user message";
    struct et_turns *turns = costs->turns;
    size_t at = costs->count;
    while (at > 0 && !is_role(&costs->messages[at - 1], "user"))
        at--;
    if (turns->whole || at == 0)
        return refuse(turns, "");
    const struct et_chat_message *message = &costs->messages[--at];
    size_t tokens = 0;
    if (message->parts)
        return refuse(turns, ", and its last user message has parts, which are not cut");
    int err = et_tokens_count(turns->tokenizer, message->content, &tokens);
    if (err)
        return err;
    if (turns->after - tokens >= turns->budget)
        return refuse(turns, nothing_left);
    size_t others = turns->after - tokens;
    err = et_truncate_middle(turns->tokenizer, message->content, turns->budget - others, turns->mem,
                             &turns->cut);
    if (!err && turns->cut.tokens == 0)
        return refuse(turns, nothing_left);
    turns->cut_message = at;
    if (!err)
        turns->after = others + turns->cut.tokens;
    return err;
}

int et_turns_fit(struct et_turns *turns, const struct et_chat_message *messages, size_t count,
                 bool *keep)
{
    struct costs costs = {.turns = turns, .messages = messages, .count = count};
    struct et_seen calls = {.mem = turns->mem};
    turns->cut = (struct et_cut){0};
    costs.tokens = et_mem_array(turns->mem, count + 2, sizeof *costs.tokens);
    costs.turn = et_mem_array(turns->mem, count + 2, sizeof *costs.turn);
    costs.joins = et_mem_array(turns->mem, count + 2, sizeof *costs.joins);
    int err = costs.tokens && costs.turn && costs.joins ? count_messages(&costs) : ET_NOMEM;
    if (!err)
        err = number_turns(&costs, &calls);
    if (!err) {
        join_turns(&costs);
        drop_turns(&costs, keep);
    }
    if (!err && turns->after > turns->budget)
        err = cut_last_user(&costs);
    et_seen_free(&calls);
    et_mem_give(turns->mem, costs.tokens, (count + 2) * sizeof *costs.tokens);
    et_mem_give(turns->mem, costs.turn, (count + 2) * sizeof *costs.turn);
    et_mem_give(turns->mem, costs.joins, (count + 2) * sizeof *costs.joins);
    return err;
}
