/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_parts.h"

static void begin(struct et_reply *reply)
{
    reply->begun = true;
    et_stream_begin(reply);
}

/* The next piece of text, and the end behind the last. */
static void say(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    if (!reply->begun)
        begin(reply);
    if (!et_stream_said(stream))
        et_stream_round(reply);
    if (et_stream_said(stream)) {
        et_stream_end(reply);
        reply->over = true;
    }
    reply->at = stream->pace.at;
}

/* What leaves next of a stream; nothing when it is over. */
static struct et_slice next_events(struct et_reply *reply)
{
    et_text_clear(&reply->text);
    if (!reply->begun && reply->stream.style->eager)
        begin(reply);
    else if (!reply->over)
        say(reply);
    return et_text_slice(&reply->text);
}

static struct et_slice next_bytes(struct et_reply *reply)
{
    struct et_slice bytes = reply->streams ? next_events(reply) : et_text_slice(&reply->text);
    if (et_text_failed(&reply->text) || et_text_failed(&reply->piece) ||
        et_text_failed(&reply->logprobs)) { /* as a server does that runs out of memory */
        reply->last = ET_REPLY_RESET;
        return ET_LIT("");
    }
    return reply->streams ? bytes : et_slice_part(bytes, reply->sent, bytes.size);
}

static bool give(struct et_reply *reply, struct et_reply_step *step, enum et_reply_kind kind,
                 struct et_slice bytes)
{
    *step = (struct et_reply_step){.at = reply->at, .kind = kind, .bytes = bytes};
    reply->sent += bytes.size;
    return true;
}

bool et_reply_next(struct et_reply *reply, struct et_reply_step *step)
{
    if (reply->mangle)
        return et_mangle_next(reply, step);
    if (reply->phase == ET_PLAY_HEAD) {
        reply->phase = ET_PLAY_BODY;
        return give(reply, step, ET_REPLY_HEAD, ET_LIT(""));
    }
    if (reply->phase == ET_PLAY_OVER)
        return false;
    struct et_slice bytes = next_bytes(reply);
    if (bytes.size)
        return give(reply, step, ET_REPLY_DATA, bytes);
    reply->phase = ET_PLAY_OVER;
    return give(reply, step, reply->last, ET_LIT(""));
}
