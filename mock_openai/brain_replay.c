/* SPDX-License-Identifier: MIT */
/* Gives a recorded answer again (brain_fixture.h). */
#include "mock_openai/brain_parts.h"

struct own { /* reply->signature.own of a stream */
    const struct et_fixture *fixture;
    et_ns start_at;
    bool instant;
};

static et_ns instant(const struct et_ask *ask, et_ns at)
{
    return ask->brain->config.instant ? ask->start_at : et_after(ask->start_at, at);
}

/* A chunk stands for a token: it leaves when it did. */
static void say_chunks(struct et_reply *reply, struct et_spot spot, uint64_t from, uint64_t to)
{
    const struct own *own = reply->signature.own;
    (void)spot;
    for (uint64_t i = from; i < to; i++)
        et_text_add(&reply->text, own->fixture->chunks[i].text);
    if (!own->instant)
        reply->stream.pace.at = et_after(own->start_at, own->fixture->chunks[to - 1].at);
}

static void print_error(struct et_reply *reply, const struct et_api_error *error)
{
    const struct own *own = reply->signature.own;
    bool named = et_slice_equal(own->fixture->path, ET_LIT("/v1/responses"));
    et_api_error_event_print(error, named, reply->stream.rounds, &reply->text);
}

static const struct et_style style = {.piece = say_chunks, .error = print_error};

static int answer_stream(struct et_ask *ask, const struct et_fixture *fixture)
{
    struct et_reply *reply = ask->reply;
    struct et_stream *stream = &reply->stream;
    stream->only_outputs[0] =
        (struct et_output){.kind = ET_OUTPUT_TEXT, .tokens = fixture->chunk_count};
    stream->only_choice = (struct et_choice){.outputs = stream->only_outputs, .output_count = 1};
    stream->answer = (struct et_answer){.choices = &stream->only_choice, .choice_count = 1};
    stream->cursors = &stream->only_cursor;
    stream->style = &style;
    stream->chunk_tokens = 1;
    reply->streams = true;
    et_pace_begin(&stream->pace, NULL, ask->drawer,
                  (struct et_pace_work){.now = ask->start_at, .tokens = 1});
    struct own *own = et_arena_take(&reply->arena, sizeof(*own));
    if (!own)
        return ET_NOMEM;
    *own = (struct own){fixture, ask->start_at, ask->brain->config.instant};
    reply->signature.own = own;
    et_ns first = fixture->chunk_count ? fixture->chunks[0].at : 0;
    return et_reply_ready(ask, fixture->status, instant(ask, first));
}

static int answer_whole(struct et_ask *ask, const struct et_fixture *fixture)
{
    et_text_add(&ask->reply->text, fixture->chunks[0].text);
    return et_reply_ready(ask, fixture->status, instant(ask, fixture->chunks[0].at));
}

static int answer_fixture(struct et_ask *ask, const struct et_fixture *fixture)
{
    struct et_reply *reply = ask->reply;
    if (!et_ask_fault(ask, fixture->streams))
        return et_ask_refuse(ask);
    et_reply_type(reply, fixture->content_type);
    et_reply_add(reply, ET_LIT("x-etalon-fixture"), ET_LIT("hit"));
    return fixture->streams ? answer_stream(ask, fixture) : answer_whole(ask, fixture);
}

static int refuse_unknown(struct et_ask *ask)
{
    et_api_refuse(&ask->error, 404, "invalid_request_error", "fixture_not_found", NULL,
                  "No fixture answers this request, and this mock serves fixtures alone.");
    return et_ask_refuse(ask);
}

bool et_answer_replayed(struct et_ask *ask, int *err)
{
    struct et_brain_state *state = ask->brain->state;
    struct et_slice target = ask->request->target, path = {0};
    uint64_t key = 0;
    if (!ask->brain->config.fixtures)
        return false;
    et_slice_split(&target, '?', &path);
    *err = et_fixture_key(&key, ask->request->method, path, ask->request->body, ask->brain->mem);
    if (*err)
        return true;
    et_brain_state_hold(state);
    const struct et_fixture *fixture = et_fixtures_find(&state->fixtures, key);
    et_brain_state_let(state);
    *err = fixture ? answer_fixture(ask, fixture) : refuse_unknown(ask);
    return true;
}
