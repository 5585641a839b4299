/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_stream.h"

#include "mock_openai/brain_parts.h"

typedef void output_writer(struct et_reply *reply, struct et_spot spot);

static void write_output(struct et_reply *reply, output_writer *writer, struct et_spot spot)
{
    if (writer && !reply->stream.silent)
        writer(reply, spot);
}

static const struct et_output *output_at(const struct et_stream *stream, struct et_spot spot)
{
    return &stream->answer.choices[spot.choice].outputs[spot.output];
}

static void open_output(struct et_reply *reply, struct et_cursor *cursor, struct et_spot spot)
{
    if (!cursor->opened)
        write_output(reply, reply->stream.style->open, spot);
    cursor->opened = true;
}

static void close_output(struct et_reply *reply, struct et_cursor *cursor, struct et_spot spot)
{
    write_output(reply, reply->stream.style->close, spot);
    cursor->opened = false;
    cursor->given = 0;
    cursor->output++;
}

static void give_piece(struct et_reply *reply, struct et_cursor *cursor, struct et_spot spot,
                       uint64_t count)
{
    const struct et_stream *stream = &reply->stream;
    if (stream->style->piece && !stream->silent && count)
        stream->style->piece(reply, spot, cursor->given, cursor->given + count);
    cursor->given += count;
}

/* Says the next piece of a choice, of at most `most` tokens of one output, with the outputs before
 * it that have none to show.  Returns its tokens. */
static uint64_t give(struct et_reply *reply, size_t choice, uint64_t most)
{
    struct et_stream *stream = &reply->stream;
    struct et_cursor *cursor = &stream->cursors[choice];
    uint64_t count = 0;
    while (cursor->output < stream->answer.choices[choice].output_count && count == 0) {
        struct et_spot spot = {choice, cursor->output};
        const struct et_output *output = output_at(stream, spot);
        uint64_t left = output->kind == ET_OUTPUT_REASONING ? 0 : output->tokens - cursor->given;
        count = left < most ? left : most;
        open_output(reply, cursor, spot);
        give_piece(reply, cursor, spot, count);
        if (count == left)
            close_output(reply, cursor, spot);
    }
    cursor->said = cursor->output == stream->answer.choices[choice].output_count;
    return count;
}

static void finish_said(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    for (size_t choice = 0; choice < stream->answer.choice_count; choice++) {
        struct et_cursor *cursor = &stream->cursors[choice];
        if (!cursor->said || cursor->finished)
            continue;
        cursor->finished = true;
        if (stream->style->finish && !stream->silent)
            stream->style->finish(reply, choice);
    }
}

/* What reasons is shown to have begun, if the endpoint shows it, before it is over. */
static void open_reasoning(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    for (size_t choice = 0; choice < stream->answer.choice_count; choice++) {
        struct et_spot spot = {choice, 0};
        if (output_at(stream, spot)->kind == ET_OUTPUT_REASONING)
            open_output(reply, &stream->cursors[choice], spot);
    }
}

void et_stream_begin(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    if (stream->style->begin)
        stream->style->begin(reply);
    if (stream->style->eager)
        open_reasoning(reply);
}

void et_stream_round(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    uint64_t longest = 0;
    if (stream->rounds > 0)
        finish_said(reply);
    for (size_t choice = 0; choice < stream->answer.choice_count; choice++) {
        uint64_t count = give(reply, choice, stream->rounds ? stream->chunk_tokens : 1);
        longest = count > longest ? count : longest;
    }
    if (stream->rounds > 0)
        et_pace_skip(&stream->pace, longest);
    stream->rounds++;
}

bool et_stream_said(const struct et_stream *stream)
{
    for (size_t choice = 0; choice < stream->answer.choice_count; choice++)
        if (!stream->cursors[choice].said)
            return false;
    return true;
}

void et_stream_end(struct et_reply *reply)
{
    finish_said(reply);
    if (reply->stream.style->end)
        reply->stream.style->end(reply);
}

void et_stream_skip(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    const struct et_choice *first = stream->answer.choices;
    stream->silent = true;
    if (stream->answer.choice_count == 1 && first->output_count == 1) { /* faster, and the same */
        et_pace_skip(&stream->pace, first->outputs->tokens ? first->outputs->tokens - 1 : 0);
        return;
    }
    while (!et_stream_said(stream))
        et_stream_round(reply);
}

et_ns et_stream_rehearse(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    struct et_pace begun = stream->pace;
    et_stream_skip(reply);
    et_ns end_at = stream->pace.at;
    stream->pace = begun;
    stream->rounds = 0;
    stream->silent = false;
    for (size_t choice = 0; choice < stream->answer.choice_count; choice++)
        stream->cursors[choice] = (struct et_cursor){0};
    return end_at;
}
