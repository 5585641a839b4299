/* SPDX-License-Identifier: MIT */
/* Which model a request goes to: core/route asked with what the engine knows, and the body that
 * goes with each choice. */
#include "core/engine/stages.h"

#include "core/openai/chat.h"
#include "core/prompt/turns.h"
#include "core/tokens/models.h"

#include <string.h>

enum { NAME_MAX = 1024 }; /* bytes of a model's name, quoted */

/* ---- sizes */

enum { ENCODINGS = 2, FAMILIES = 3 };

/* Counted at most once for each encoding and framing. */
struct sizes {
    const struct et_engine *engine;
    struct et_slice body;
    uint64_t known[ENCODINGS][FAMILIES]; /* 0: not counted yet */
    bool no_memory;
};

/* `out`: the body with one member set to the raw JSON `value`. */
static int set_member(struct et_slice body, struct et_slice name, const struct et_text *value,
                      struct et_text *out)
{
    int err = et_text_failed(value);
    return err ? err : et_chat_splice(body, name, et_text_slice(value), out);
}

/* Prompt tokens of the body if it went to `model`. */
static int count(const struct et_engine *engine, struct et_slice body, struct et_slice model,
                 uint64_t *tokens)
{
    const struct et_prompt_counter *counter = &engine->config.prompt_tokens;
    struct et_text quoted, text;
    if (!counter->count)
        return ET_UNKNOWN;
    et_text_init(&quoted, engine->mem, NAME_MAX);
    et_text_init(&text, engine->mem, body.size + NAME_MAX);
    et_text_json(&quoted, model);
    int err = set_member(body, ET_LIT("model"), &quoted, &text);
    if (!err)
        err = counter->count(counter->ctx, et_text_slice(&text), tokens);
    et_text_free(&quoted);
    et_text_free(&text);
    return err;
}

/* How the catalogue has it, or else its name; false: nobody knows. */
static bool way_to_count(const struct et_engine *engine, struct et_slice name,
                         enum et_encoding *encoding, enum et_chat_family *family)
{
    const struct et_catalogue *catalogue = engine->config.catalogue;
    const struct et_model *facts = catalogue ? et_catalogue_find(catalogue, name) : NULL;
    const struct et_model_tokens *rule = facts ? NULL : et_model_tokens(name);
    if (!facts && !rule)
        return false;
    *encoding = facts ? facts->encoding : rule->encoding;
    *family = facts ? facts->family : rule->family;
    return true;
}

static uint64_t size_in(void *ctx, struct et_slice name)
{
    struct sizes *sizes = ctx;
    enum et_encoding encoding;
    enum et_chat_family family;
    if (!way_to_count(sizes->engine, name, &encoding, &family))
        return ET_ROUTE_TOKENS_UNKNOWN;
    uint64_t *known = &sizes->known[encoding][family];
    int err = *known ? 0 : count(sizes->engine, sizes->body, name, known);
    sizes->no_memory = sizes->no_memory || err == ET_NOMEM;
    if (err)
        *known = ET_ROUTE_TOKENS_UNKNOWN;
    return *known;
}

/* What runs and waits per slot, in thousandths. */
static uint32_t load_of(const struct et_engine *engine)
{
    uint64_t work = engine->admitted, room = engine->config.requests_max;
    if (engine->queue) {
        work = et_queue_depth(engine->queue);
        room = 0;
        for (unsigned i = 0; i < ET_PRIORITIES; i++) {
            work += et_queue_running(engine->queue, (enum et_priority)i);
            room += engine->config.queue.slots[i];
        }
    }
    uint64_t load = room ? work * 1000 / room : UINT32_MAX;
    return load < UINT32_MAX ? (uint32_t)load : UINT32_MAX;
}

/* ---- bodies */

/* The flight's body with one member set; false when memory is refused. */
static bool splice(struct et_engine *engine, struct flight *flight, struct et_slice name,
                   const struct et_text *value)
{
    struct et_text text;
    et_text_init(&text, engine->mem,
                 flight->body.size + name.size + et_text_slice(value).size + 16);
    bool done = set_member(flight->body, name, value, &text) == 0 &&
                et_arena_copy(&flight->arena, et_text_slice(&text), &flight->body);
    et_text_free(&text);
    return done;
}

static bool set_model(struct et_engine *engine, struct flight *flight, struct et_slice model)
{
    flight->row.model = flight->model;
    if (model.size == 0 || et_slice_equal(model, flight->row.asked))
        return true;
    struct et_text quoted;
    et_text_init(&quoted, engine->mem, NAME_MAX);
    et_text_json(&quoted, model);
    flight->model = flight->row.model = model;
    bool done = splice(engine, flight, ET_LIT("model"), &quoted);
    et_text_free(&quoted);
    return done;
}

/* An own limit of the client is left alone. */
static bool set_max_tokens(struct et_engine *engine, struct flight *flight, uint64_t max_tokens)
{
    if (max_tokens == 0 || flight->max_tokens)
        return true;
    struct et_text number;
    et_text_init(&number, engine->mem, 32);
    et_text_u64(&number, max_tokens);
    bool done = splice(engine, flight, ET_LIT("max_completion_tokens"), &number);
    et_text_free(&number);
    return done;
}

static bool role_is(const struct et_chat_message *message, struct et_slice role)
{
    return et_slice_equal(message->role, role);
}

/* Messages of a chat before its first turn. */
static size_t leading(const struct flight *flight)
{
    size_t i = 0;
    while (i < flight->message_count && (role_is(&flight->messages[i], ET_LIT("system")) ||
                                         role_is(&flight->messages[i], ET_LIT("developer"))))
        i++;
    return i;
}

/* Which messages stay when the oldest turns go until it is short enough.  ET_VALUE: even the last
 * turn is too long, or there is nobody who could count. */
static int cut(struct et_engine *engine, struct flight *flight,
               const struct et_route_choice *choice, struct et_chat_edit *edit)
{
    struct et_turns turns = {.budget = choice->prompt_max, .whole = true, .mem = engine->mem};
    enum et_encoding encoding;
    bool *keep = et_arena_array(&flight->arena, flight->message_count, sizeof *keep);
    if (!keep)
        return ET_NOMEM;
    if (!way_to_count(engine, choice->model, &encoding, &turns.family) ||
        !engine->config.tokenizers[encoding])
        return ET_VALUE;
    turns.tokenizer = engine->config.tokenizers[encoding];
    edit->keep = keep;
    edit->count = flight->message_count;
    int err = et_turns_fit(&turns, flight->messages, flight->message_count, keep);
    return err == 0 || err == ET_NOMEM ? err : ET_VALUE;
}

/* The oldest turns away and the instruction in, as far as the choice wants it. */
static int adjust(struct et_engine *engine, struct flight *flight,
                  const struct et_route_choice *choice)
{
    struct et_chat_edit edit = {.at = leading(flight)};
    int err = choice->prompt_max ? cut(engine, flight, choice, &edit) : 0;
    if (err || (!edit.keep && choice->instruction.size == 0))
        return err;
    struct et_text item, text;
    size_t more = 6 * choice->instruction.size + 64;
    et_text_init(&item, engine->mem, more);
    et_text_init(&text, engine->mem, flight->body.size + more);
    if (choice->instruction.size) {
        et_text_add(&item, ET_LIT("{\"role\":\"system\",\"content\":"));
        et_text_json(&item, choice->instruction);
        et_text_addc(&item, '}');
    }
    edit.items = et_text_slice(&item);
    err = et_text_failed(&item);
    if (!err)
        err = et_chat_splice_messages(flight->body, &edit, &text);
    if (!err && !et_arena_copy(&flight->arena, et_text_slice(&text), &flight->body))
        err = ET_NOMEM;
    et_text_free(&item);
    et_text_free(&text);
    return err;
}

int et_flight_choose(struct et_engine *engine, struct flight *flight, size_t choice)
{
    const struct et_route_choice *next = &flight->choices[choice];
    struct et_slice body = flight->body, model = flight->model;
    flight->body = flight->asked;
    flight->model = flight->row.asked;
    int err = adjust(engine, flight, next);
    if (!err && (!set_model(engine, flight, next->model) ||
                 !set_max_tokens(engine, flight, next->max_tokens)))
        err = ET_NOMEM;
    if (err) {
        flight->body = body;
        flight->model = flight->row.model = model;
        return err;
    }
    flight->choice = choice;
    flight->row.step = next->step;
    return 0;
}

/* ---- the stage */

static void refuse(struct et_api_error *error, const struct et_route_decision *decision)
{
    const struct et_route_reason *last = &decision->reasons[decision->reason_count - 1];
    bool unknown = decision->refusal == ET_REFUSAL_UNKNOWN; /* the last that was looked at */
    struct et_slice name = et_slice_part(decision->first, 0, ET_API_QUOTED);
    if (unknown && last->other.size)
        et_api_refuse(error, 404, ET_API_INVALID, "model_not_found", NULL,
                      "The model `%.*s` does not exist or you do not have access to it. Did you "
                      "mean `%.*s`?",
                      ET_ARG(name), ET_ARG(last->other));
    else if (unknown)
        et_api_refuse(error, ET_API_MODEL_UNKNOWN, ET_ARG(name));
    else if (decision->refusal == ET_REFUSAL_NOT_CHAT)
        et_api_refuse(error, ET_API_NOT_CHAT);
    else if (decision->refusal == ET_REFUSAL_RESPONSES)
        et_api_refuse(error, ET_API_RESPONSES_ONLY);
    else if (decision->refusal == ET_REFUSAL_ENDED)
        et_api_refuse(error, ET_API_MODEL_ENDED, ET_ARG(name));
    else
        et_api_refuse(error, 400, ET_API_INVALID, "context_length_exceeded", "messages",
                      "No model that this request may go to can hold its messages and the answer "
                      "asked for. Please reduce the length of the messages or completion.");
}

/* Off: as the policy's plain table has it. */
static int choose_plainly(struct et_engine *engine, struct flight *flight,
                          const struct et_route_use_case *use_case)
{
    const struct et_route_policy *policy = &engine->config.route;
    struct et_slice model = use_case && use_case->model.size ? use_case->model : policy->model;
    bool done = set_model(engine, flight, model) &&
                set_max_tokens(engine, flight, use_case ? use_case->max_tokens : 0);
    return done ? 0 : ET_NOMEM;
}

static int decide(struct et_engine *engine, struct flight *flight, struct et_route_decision *out)
{
    const struct et_engine_config *config = &engine->config;
    struct sizes sizes = {.engine = engine, .body = flight->body};
    uint32_t load = load_of(engine);
    engine->loaded = et_route_loaded(&config->route.load, engine->loaded, load);
    const struct et_route_ask ask = {.model = flight->model,
                                     .use_case = flight->use_case,
                                     .max_tokens = flight->max_tokens,
                                     .critical = flight->critical,
                                     .loaded = engine->loaded,
                                     .load = load,
                                     .day = config->today,
                                     .tokens = size_in,
                                     .ctx = &sizes};
    et_route_decide(&config->route, config->catalogue, &ask, out);
    return sizes.no_memory ? ET_NOMEM : 0;
}

/* Leaves out the choices whose prompt no cut makes short enough, so that nobody gives a model up
 * for the sake of one that is none.  0; ET_NOMEM; ET_VALUE: none is left. */
static int drop_too_long(struct et_engine *engine, struct flight *flight)
{
    size_t kept = 0;
    for (size_t i = 0; i < flight->choice_count; i++) {
        struct et_chat_edit edit = {.at = 0};
        const struct et_route_choice *choice = &flight->choices[i];
        int err = choice->prompt_max ? cut(engine, flight, choice, &edit) : 0;
        if (err == ET_NOMEM)
            return err;
        if (!err)
            flight->choices[kept++] = *choice;
    }
    flight->choice_count = kept;
    return kept ? 0 : ET_VALUE;
}

/* 0; ET_NOMEM; ET_VALUE: no model may answer, *error says why. */
static int choose_well(struct et_engine *engine, struct flight *flight, struct et_api_error *error)
{
    struct et_route_decision decision;
    int err = decide(engine, flight, &decision);
    if (err)
        return err;
    size_t bytes = decision.choice_count * sizeof *flight->choices;
    if (bytes && !(flight->choices = et_arena_take(&flight->arena, bytes)))
        return ET_NOMEM;
    if (bytes)
        memcpy(flight->choices, decision.choices, bytes);
    flight->choice_count = decision.choice_count;
    flight->prepared = decision.prepared;
    flight->why = decision.why;
    err = drop_too_long(engine, flight);
    if (!err)
        err = et_flight_choose(engine, flight, 0);
    if (err == ET_VALUE)
        refuse(error, &decision);
    return err;
}

enum stage_answer et_stage_route(struct et_engine *engine, struct flight *flight, et_ns now)
{
    const struct et_route_use_case *use_case =
        et_route_use_case(&engine->config.route, flight->use_case);
    struct failure failure = {.end = ET_END_REJECTED, .retry_after = ET_NEVER};
    flight->asked = flight->body;
    flight->ttl = use_case ? use_case->ttl : 0;
    int err = engine->config.route_on ? choose_well(engine, flight, &failure.error)
                                      : choose_plainly(engine, flight, use_case);
    if (err == 0)
        return STAGE_NEXT;
    if (err == ET_NOMEM)
        et_answer_no_memory(engine, flight, now);
    else
        et_answer_error(engine, flight, &failure, now);
    return STAGE_ENDED;
}
