/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_parts.h"

/* A stream's fault is due before the first piece of text that is behind `after` others, or when
 * everything was said.  A stall happens once, the others end the body. */
static bool fault_is_due(const struct et_reply *reply)
{
    const struct et_stream *stream = &reply->stream;
    bool here = stream->rounds >= reply->fault.after || et_stream_said(stream);
    if (reply->fault.kind == ET_FAULT_STALL)
        return here && !reply->stalled;
    return here && (reply->fault.kind == ET_FAULT_CUT || reply->fault.kind == ET_FAULT_ERROR_EVENT);
}

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
    if (et_stream_said(stream) && !fault_is_due(reply)) {
        et_stream_end(reply);
        reply->over = true;
    }
    reply->at = stream->pace.at;
}

/* What leaves next of a stream; nothing when it is over. */
static struct et_slice next_events(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    et_text_clear(&reply->text);
    if (!reply->begun && stream->style->eager) {
        begin(reply);
        return et_text_slice(&reply->text);
    }
    bool due = fault_is_due(reply);
    if (reply->over || (due && reply->fault.kind == ET_FAULT_CUT))
        return ET_LIT("");
    if (due && reply->fault.kind == ET_FAULT_ERROR_EVENT) {
        stream->style->error(reply);
        reply->over = true;
        return et_text_slice(&reply->text);
    }
    if (due) {
        reply->stalled = true;
        stream->pace.at = et_after(stream->pace.at, reply->fault.pause);
    }
    say(reply);
    return et_text_slice(&reply->text);
}

/* What leaves next of a body that is there as a whole: all of it, or halves around a fault. */
static struct et_slice next_part(struct et_reply *reply)
{
    struct et_slice whole = et_text_slice(&reply->text);
    enum et_fault_kind fault = reply->fault.kind;
    bool halved = fault == ET_FAULT_CUT || fault == ET_FAULT_STALL;
    if (reply->sent == 0)
        return et_slice_part(whole, 0, halved ? whole.size / 2 : whole.size);
    if (fault == ET_FAULT_CUT)
        return ET_LIT("");
    if (fault == ET_FAULT_STALL && reply->sent < whole.size)
        reply->at = et_after(reply->at, reply->fault.pause);
    return et_slice_part(whole, reply->sent, whole.size);
}

static struct et_slice next_bytes(struct et_reply *reply)
{
    bool resets = reply->fault.kind == ET_FAULT_RESET;
    if (resets && reply->sent >= reply->fault.after)
        return ET_LIT("");
    struct et_slice bytes = reply->streams ? next_events(reply) : next_part(reply);
    if (et_text_failed(&reply->text) || et_text_failed(&reply->piece) ||
        et_text_failed(&reply->logprobs)) { /* as a server does that runs out of memory */
        reply->last = ET_REPLY_RESET;
        return ET_LIT("");
    }
    return resets ? et_slice_part(bytes, 0, reply->fault.after - reply->sent) : bytes;
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
    bool silent = reply->fault.kind == ET_FAULT_RESET && reply->fault.after == 0;
    if (reply->phase == ET_PLAY_HEAD && !silent) {
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
