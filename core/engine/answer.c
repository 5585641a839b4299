/* SPDX-License-Identifier: MIT */
/* What the clients get, the cache copy, and the rows for the books. */
#include "core/engine/flight.h"

#include <assert.h>

const char *et_end_text(enum et_end end)
{
    static const char *const texts[] = {
#define ET_END_TEXT(name, text) text,
        ET_END_LIST(ET_END_TEXT)
#undef ET_END_TEXT
    };
    return texts[end];
}

const char *et_source_text(enum et_source source)
{
    static const char *const texts[] = {"none", "upstream", "cache", "coalesced"};
    return texts[source];
}

void tell(struct et_engine *engine, struct flight *flight, unsigned pending)
{
    if (!flight->pending)
        et_list_push(&engine->dirty, &flight->dirty);
    flight->pending |= pending;
}

static void head(struct et_engine *engine, struct flight *flight, unsigned status, bool stream)
{
    flight->head = (struct et_action){.kind = ET_ACTION_HEAD,
                                      .request = flight->id,
                                      .status = status,
                                      .stream = stream,
                                      .source = flight->row.source,
                                      .retry_after = status < 400 ? ET_NEVER : flight->retry_after};
    flight->answered = true;
    tell(engine, flight, PENDING_HEAD);
}

/* The flight has nothing more to do: slot and key are given back, its row goes to the books. */
static void finish(struct et_engine *engine, struct flight *flight)
{
    if (flight->slotted)
        et_queue_done(engine->queue, &flight->entry);
    if (flight->queued)
        et_queue_remove(engine->queue, &flight->entry);
    flight->slotted = flight->queued = false;
    delist_key(engine, flight);
    flight->gone = true;
    flight->again_at = ET_NEVER;
    flight_rearm(engine, flight);
    flight->row.attempts = flight->attempts;
    flight->row.queued = flight->queued_for;
    tell(engine, flight, PENDING_REQUEST);
}

static void close_row(struct flight *flight, enum et_end end, et_ns now)
{
    flight->row.end = end;
    flight->row.ended_at = now;
    if (end == ET_END_ANSWERED && flight->row.first_at == ET_NEVER)
        flight->row.first_at = now;
}

void answer_live(struct et_engine *engine, struct flight *flight, struct et_slice bytes, et_ns now)
{
    if (flight->gone)
        return;
    flight->row.source = ET_SOURCE_UPSTREAM;
    if (!flight->answered)
        head(engine, flight, 200, true);
    if (flight->row.first_at == ET_NEVER && et_answer_reader_began(flight->reader))
        flight->row.first_at = now;
    flight->data = bytes;
    tell(engine, flight, PENDING_DATA);
}

static void print_stream(struct flight *flight, const struct et_chat_answer *answer)
{
    struct et_slice none = {NULL, 0};
    bool usage = flight->include_usage;
    et_chat_chunk_print(answer, ET_CHUNK_ROLE, none, usage, &flight->out);
    et_chat_chunk_print(answer, ET_CHUNK_CONTENT, answer->content, usage, &flight->out);
    et_chat_chunk_print(answer, ET_CHUNK_FINISH, none, usage, &flight->out);
    if (usage)
        et_chat_chunk_print(answer, ET_CHUNK_USAGE, none, usage, &flight->out);
    et_chat_chunk_print(answer, ET_CHUNK_DONE, none, usage, &flight->out);
}

/* Head, data and end at once.  `body`: the JSON form, if there is one; it must stay until polled.
 */
static void deliver(struct et_engine *engine, struct flight *flight,
                    const struct et_chat_answer *answer, struct et_slice body)
{
    if (flight->stream)
        print_stream(flight, answer);
    else if (body.size == 0)
        et_chat_answer_print(answer, &flight->out);
    bool as_is = !flight->stream && body.size > 0;
    if (et_text_failed(&flight->out)) {
        flight->row.end = ET_END_REJECTED;
        head(engine, flight, 503, false);
    } else {
        head(engine, flight, 200, flight->stream);
        flight->data = as_is ? body : et_text_slice(&flight->out);
        tell(engine, flight, PENDING_DATA);
    }
    tell(engine, flight, PENDING_END);
}

/* A copy for the cache: only whole answers that ended by themselves and say something. */
static void store(struct et_engine *engine, struct flight *flight, et_ns now)
{
    const struct et_chat_answer *answer = et_answer_reader_answer(flight->reader);
    if (!engine->config.cache_on || !flight->keyed || answer->content.size == 0 ||
        !et_slice_equal(answer->finish_reason, ET_LIT("stop")))
        return;
    struct et_slice body = et_answer_reader_body(flight->reader);
    struct et_text printed;
    et_text_init(&printed, engine->mem, engine->config.body_bytes_max);
    if (body.size == 0) {
        et_chat_answer_print(answer, &printed);
        body = et_text_slice(&printed);
    }
    struct et_entry entry = {.body = body,
                             .model = answer->model,
                             .usage = answer->usage,
                             .cost_pico = flight->attempt.cost_pico,
                             .ttl = flight->ttl};
    if (et_text_failed(&printed) == 0)
        et_cache_put(engine->cache, &flight->key, &entry, now);
    et_text_free(&printed);
}

void answer_as_leader(struct et_engine *engine, struct flight *flight, const struct flight *leader,
                      et_ns now)
{
    const struct et_chat_answer *answer = et_answer_reader_answer(leader->reader);
    flight->row.source = ET_SOURCE_COALESCED;
    flight->row.usage = answer->usage;
    flight->row.saved_pico = leader->attempt.cost_pico;
    close_row(flight, ET_END_ANSWERED, now);
    deliver(engine, flight, answer, et_answer_reader_body(leader->reader));
    finish(engine, flight);
}

static struct flight *next_follower(struct flight *leader)
{
    struct et_list *node = et_list_pop(&leader->followers);
    if (!node)
        return NULL;
    struct flight *follower = ET_OWNER(node, struct flight, follow);
    follower->leader = NULL;
    return follower;
}

void answer_whole(struct et_engine *engine, struct flight *flight, et_ns now)
{
    const struct et_chat_answer *answer = et_answer_reader_answer(flight->reader);
    struct flight *follower;
    store(engine, flight, now);
    while ((follower = next_follower(flight)))
        answer_as_leader(engine, follower, flight, now);
    if (!flight->gone) {
        flight->row.source = ET_SOURCE_UPSTREAM;
        flight->row.usage = answer->usage;
        close_row(flight, ET_END_ANSWERED, now);
        if (flight->answered)
            tell(engine, flight, PENDING_END);
        else
            deliver(engine, flight, answer, et_answer_reader_body(flight->reader));
    }
    finish(engine, flight);
}

void answer_hit(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct et_answer_reader *reader = flight->reader;
    et_answer_reader_reset(reader);
    et_answer_reader_head(reader, 200, ET_LIT("application/json"));
    int err = flight->stream ? et_answer_reader_feed(reader, flight->hit->body) : 0;
    et_answer_reader_end(reader);
    flight->row.source = ET_SOURCE_CACHE;
    flight->row.usage = flight->hit->usage;
    flight->row.saved_pico = flight->hit->cost_pico;
    if (err) {
        struct et_api_error error;
        et_api_refuse(&error, 503, "server_error", NULL, NULL, "The gateway is out of memory.");
        answer_error(engine, flight, ET_END_REJECTED, &error, now);
        return;
    }
    close_row(flight, ET_END_ANSWERED, now);
    deliver(engine, flight, et_answer_reader_answer(reader), flight->hit->body);
    finish(engine, flight);
}

/* An upstream's own error body goes to the client as it came. */
static struct et_slice error_body(struct flight *flight, const struct et_api_error *error)
{
    struct et_slice body = et_answer_reader_body(flight->reader);
    bool upstream = flight->status >= 400 && flight->status == error->status && body.size > 0;
    if (upstream)
        return body;
    et_api_error_print(error, &flight->out);
    return et_text_slice(&flight->out);
}

/* To this client alone.  Bytes went out already: an error event, and no clean end. */
static void say_error(struct et_engine *engine, struct flight *flight, enum et_end end,
                      const struct et_api_error *error, et_ns now)
{
    close_row(flight, end, now);
    if (flight->answered) {
        et_text_add(&flight->out, ET_LIT("data: "));
        et_api_error_print(error, &flight->out);
        et_text_add(&flight->out, ET_LIT("\n\n"));
        flight->data = et_text_slice(&flight->out);
        tell(engine, flight, PENDING_DATA | PENDING_ABORT);
        return;
    }
    head(engine, flight, error->status, false);
    flight->data = error_body(flight, error);
    tell(engine, flight, PENDING_DATA | PENDING_END);
}

void answer_error(struct et_engine *engine, struct flight *flight, enum et_end end,
                  const struct et_api_error *error, et_ns now)
{
    struct flight *follower;
    while ((follower = next_follower(flight))) {
        follower->retry_after = flight->retry_after;
        say_error(engine, follower, end, error, now);
        finish(engine, follower);
    }
    if (!flight->gone)
        say_error(engine, flight, end, error, now);
    finish(engine, flight);
}

/* Nobody waits for it any more. */
static void abandon(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (flight->call)
        call_cancel(engine, flight, ET_END_HUNG_UP, now);
    finish(engine, flight);
}

/* Takes a follower out of its leader's list; a leader nobody waits for is given up. */
static void unfollow(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct flight *leader = flight->leader;
    if (!leader)
        return;
    et_list_remove(&flight->follow);
    flight->leader = NULL;
    if (leader->gone && et_list_empty(&leader->followers))
        abandon(engine, leader, now);
}

void flight_left(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (flight->gone)
        return;
    close_row(flight, ET_END_HUNG_UP, now);
    unfollow(engine, flight, now);
    flight->gone = true;
    if (et_list_empty(&flight->followers))
        abandon(engine, flight, now);
    else
        flight_rearm(engine, flight);
}

void flight_expire(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct et_api_error error;
    et_api_refuse(&error, 504, "server_error", "timeout", NULL,
                  "The request's deadline passed before an answer was there.");
    unfollow(engine, flight, now);
    say_error(engine, flight, ET_END_TIMEOUT, &error, now);
    flight->gone = true;
    if (!et_list_empty(&flight->followers)) {
        flight_rearm(engine, flight);
        return;
    }
    if (flight->call)
        call_cancel(engine, flight, ET_END_TIMEOUT, now);
    finish(engine, flight);
}
