/* SPDX-License-Identifier: MIT */
/* What the clients get: an answer as it comes, or whole, in the form each asked for; and the copy
 * for the cache. */
#include "core/engine/stages.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* A whole answer from somewhere. */
struct found {
    const struct et_chat_answer *answer;
    struct et_slice body; /* its JSON form; empty: there is none */
    bool plain;           /* nothing is lost by printing it anew */
    enum et_source source;
    const struct et_usage *usage;
    uint64_t saved_pico;
};

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
    static const char *const texts[] = {"none", "upstream", "cache", "coalesced", "prepared"};
    return texts[source];
}

void et_tell(struct et_engine *engine, struct flight *flight, unsigned pending)
{
    if (!flight->pending)
        et_list_push(&engine->dirty, &flight->dirty);
    flight->pending |= pending;
}

void et_answer_head(struct et_engine *engine, struct flight *flight, unsigned status, bool stream,
                    et_ns retry_after)
{
    flight->head =
        (struct et_action){.kind = ET_ACTION_HEAD,
                           .request = flight->id,
                           .status = status,
                           .stream = stream,
                           .source = flight->row.source,
                           .model = flight->row.model,
                           .step = flight->row.step,
                           .why = flight->choices ? et_route_reason_word(flight->why) : NULL,
                           .retry_after = retry_after};
    flight->answered = true;
    et_tell(engine, flight, PENDING_HEAD);
}

/* LF at the end of what went out so far; CR does not count, so a stream whose lines end with CR
 * alone is never known to be between two events. */
static unsigned line_ends(unsigned before, struct et_slice bytes)
{
    size_t i = bytes.size;
    unsigned count = 0;
    for (; i > 0 && (bytes.data[i - 1] == '\n' || bytes.data[i - 1] == '\r'); i--)
        count += bytes.data[i - 1] == '\n';
    return i > 0 ? count : before + count;
}

void et_answer_live(struct et_engine *engine, struct flight *flight, struct et_slice bytes,
                    et_ns now)
{
    if (flight->gone)
        return;
    flight->row.source = ET_SOURCE_UPSTREAM;
    if (!flight->answered)
        et_answer_head(engine, flight, 200, true, ET_NEVER);
    if (flight->row.first_at == ET_NEVER && et_answer_reader_began(flight->reader))
        flight->row.first_at = now;
    flight->line_ends = line_ends(flight->line_ends, bytes);
    flight->data = bytes;
    et_tell(engine, flight, PENDING_DATA);
}

static void print_stream(struct flight *flight, const struct et_chat_answer *answer)
{
    struct et_slice none = {NULL, 0};
    bool usage = flight->include_usage;
    et_chat_chunk_print(answer, ET_CHUNK_ROLE, none, usage, &flight->out);
    et_chat_chunk_print(answer, ET_CHUNK_CONTENT, answer->content, usage, &flight->out);
    et_chat_chunk_print(answer, ET_CHUNK_FINISH, none, usage, &flight->out);
    if (usage && answer->has_usage)
        et_chat_chunk_print(answer, ET_CHUNK_USAGE, none, usage, &flight->out);
    et_chat_chunk_print(answer, ET_CHUNK_DONE, none, usage, &flight->out);
}

/* The answer in its client's form as flight->data.  False: memory was refused. */
static bool form(struct flight *flight, const struct found *found)
{
    if (!flight->stream && found->body.size > 0) {
        flight->data = found->body;
        return true;
    }
    if (flight->stream)
        print_stream(flight, found->answer);
    else
        et_chat_answer_print(found->answer, &flight->out);
    flight->data = et_text_slice(&flight->out);
    return et_text_failed(&flight->out) == 0;
}

/* Head, data and end at once. */
static void deliver(struct et_engine *engine, struct flight *flight, const struct found *found,
                    et_ns now)
{
    if (!form(flight, found)) {
        et_answer_no_memory(engine, flight, now);
        return;
    }
    flight->row.source = found->source;
    flight->row.usage = *found->usage;
    flight->row.saved_pico = found->saved_pico;
    et_row_close(flight, ET_END_ANSWERED, now);
    et_answer_head(engine, flight, 200, flight->stream, ET_NEVER);
    et_tell(engine, flight, PENDING_DATA | PENDING_END);
    et_flight_finish(engine, flight, now);
}

/* Only whole answers that ended by themselves, say something, and can be had in both forms. */
static bool worth_storing(const struct et_engine *engine, const struct flight *flight)
{
    const struct et_chat_answer *answer = et_answer_reader_answer(flight->reader);
    return engine->config.cache_on && flight->keyed && answer->content.size > 0 &&
           et_slice_equal(answer->finish_reason, ET_LIT("stop")) &&
           et_answer_reader_plain(flight->reader);
}

/* Refused memory costs the copy and nothing else. */
static void store(struct et_engine *engine, struct flight *flight, et_ns now)
{
    const struct et_chat_answer *answer = et_answer_reader_answer(flight->reader);
    if (!worth_storing(engine, flight))
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
                             .has_usage = answer->has_usage,
                             .usage = answer->usage,
                             .cost_pico = flight->attempt.cost_pico,
                             .ttl = flight->ttl};
    if (et_text_failed(&printed) == 0)
        et_cache_put(engine->cache, &flight->key, &entry, now);
    et_text_free(&printed);
}

/* Whether a follower can have it: as it is, or printed anew without a loss. */
static bool fits(const struct flight *flight, const struct found *found)
{
    if (!flight->stream && found->body.size > 0)
        return true;
    return found->plain && (found->answer->has_usage || !wants_usage(flight));
}

/* Followers whom this answer does not fit go on, each on its own. */
static void share(struct et_engine *engine, struct flight *leader, const struct found *found,
                  et_ns now)
{
    struct flight *follower;
    while ((follower = et_follower_pop(leader)))
        if (fits(follower, found))
            deliver(engine, follower, found, now);
        else
            et_flight_wait(engine, follower, now, follower->arrived_at);
}

void et_answer_whole(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct found found = {.answer = et_answer_reader_answer(flight->reader),
                          .body = et_answer_reader_body(flight->reader),
                          .plain = et_answer_reader_plain(flight->reader),
                          .source = ET_SOURCE_COALESCED,
                          .usage = &et_answer_reader_answer(flight->reader)->usage,
                          .saved_pico = flight->attempt.cost_pico};
    store(engine, flight, now);
    share(engine, flight, &found, now);
    if (!flight->gone && !flight->answered) {
        found.source = ET_SOURCE_UPSTREAM;
        found.saved_pico = 0;
        deliver(engine, flight, &found, now);
        return;
    }
    if (!flight->gone) {
        flight->row.usage = *found.usage;
        et_row_close(flight, ET_END_ANSWERED, now);
        et_tell(engine, flight, PENDING_END);
    }
    et_flight_finish(engine, flight, now);
}

/* The entry in the reader, for a client that wants a stream.  False: memory was refused. */
static bool read_hit(struct flight *flight)
{
    struct et_answer_reader *reader = flight->reader;
    et_answer_reader_reset(reader); /* a model that failed may have filled it */
    et_answer_reader_head(reader, 200, ET_LIT("application/json"));
    if (et_answer_reader_feed(reader, flight->hit->body) != 0)
        return false;
    et_answer_reader_end(reader);
    return et_answer_reader_state(reader) == ET_ANSWER_COMPLETE;
}

void et_answer_hit(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct found found = {.answer = et_answer_reader_answer(flight->reader),
                          .body = flight->hit->body,
                          .plain = true,
                          .source = ET_SOURCE_CACHE,
                          .usage = &flight->hit->usage,
                          .saved_pico = flight->hit->cost_pico};
    if (flight->stream && !read_hit(flight))
        et_answer_no_memory(engine, flight, now);
    else
        deliver(engine, flight, &found, now);
}

/* No tokens were used; its model is nobody's name. */
bool et_answer_prepared(struct et_engine *engine, struct flight *flight, et_ns now)
{
    char id[48];
    snprintf(id, sizeof id, "chatcmpl-prepared-%016" PRIx64, flight->id);
    const struct et_chat_answer answer = {.id = et_slice_of(id),
                                          .created = engine->unix_now,
                                          .model = ET_LIT("prepared"),
                                          .content = flight->prepared,
                                          .finish_reason = ET_LIT("stop"),
                                          .has_usage = true};
    et_text_clear(&flight->out);
    if (!form(flight, &(struct found){.answer = &answer}))
        return false;
    flight->row.source = ET_SOURCE_PREPARED;
    flight->row.step = ET_STEP_PREPARED;
    flight->row.model = answer.model;
    flight->row.first_at = now;
    et_row_close(flight, ET_END_DEGRADED, now);
    et_answer_head(engine, flight, 200, flight->stream, ET_NEVER);
    et_tell(engine, flight, PENDING_DATA | PENDING_END);
    return true;
}
