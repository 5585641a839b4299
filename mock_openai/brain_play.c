/* SPDX-License-Identifier: MIT */
#include "core/tokens/words.h"
#include "mock_openai/brain_parts.h"

/* A stream's fault is due before the first piece of text that is behind `after` others, or when
 * the text has ended.  A stall happens once, the others end the body. */
static bool fault_is_due(const struct et_reply *reply)
{
    const struct et_stream *stream = &reply->stream;
    bool here = stream->chunks >= reply->fault.after || stream->given == stream->tokens;
    if (reply->fault.kind == ET_FAULT_STALL)
        return here && !stream->stalled;
    return here && (reply->fault.kind == ET_FAULT_CUT || reply->fault.kind == ET_FAULT_ERROR_EVENT);
}

static void print_error_event(struct et_reply *reply)
{
    struct et_api_error error;
    et_api_refuse(&error, 500, "server_error", NULL, NULL, ET_API_SORRY);
    et_text_add(&reply->text, ET_LIT("data: "));
    et_api_error_print(&error, &reply->text);
    et_text_add(&reply->text, ET_LIT("\n\n"));
}

static void print_chunk(struct et_reply *reply, enum et_chat_chunk chunk, struct et_slice text)
{
    et_chat_chunk_print(&reply->stream.answer, chunk, text, reply->stream.include_usage,
                        &reply->text);
}

/* The text of tokens [given, given + count). */
static void print_words(struct et_reply *reply, uint64_t count)
{
    struct et_stream *stream = &reply->stream;
    struct et_slice piece = et_words_token(stream->words.seed, stream->words.who, stream->given);
    if (count == 1) {
        print_chunk(reply, ET_CHUNK_CONTENT, piece);
        return;
    }
    et_text_clear(&stream->piece);
    for (uint64_t i = 0; i < count; i++)
        et_text_add(&stream->piece,
                    et_words_token(stream->words.seed, stream->words.who, stream->given + i));
    print_chunk(reply, ET_CHUNK_CONTENT, et_text_slice(&stream->piece));
}

/* The next piece of text, with the role before the first: a single token there, so that it leaves
 * when the drawn time to first token is over.  Others leave when their last token is ready. */
static void print_text(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    uint64_t left = stream->tokens - stream->given;
    uint64_t count = left < stream->chunk_tokens ? left : stream->chunk_tokens;
    if (stream->given == 0) {
        count = 1;
        print_chunk(reply, ET_CHUNK_ROLE, ET_LIT(""));
    } else {
        et_pace_skip(&stream->pace, count);
    }
    print_words(reply, count);
    stream->given += count;
    stream->chunks++;
}

static void print_end(struct et_reply *reply)
{
    print_chunk(reply, ET_CHUNK_FINISH, ET_LIT(""));
    if (reply->stream.include_usage)
        print_chunk(reply, ET_CHUNK_USAGE, ET_LIT(""));
    print_chunk(reply, ET_CHUNK_DONE, ET_LIT(""));
    reply->stream.over = true;
}

/* What leaves next of a stream; nothing when it is over. */
static struct et_slice next_events(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    et_text_clear(&reply->text);
    bool due = fault_is_due(reply);
    if (stream->over || (due && reply->fault.kind == ET_FAULT_CUT))
        return ET_LIT("");
    if (due && reply->fault.kind == ET_FAULT_ERROR_EVENT) {
        print_error_event(reply);
        stream->over = true;
        return et_text_slice(&reply->text);
    }
    if (due) {
        stream->stalled = true;
        stream->pace.at = et_after(stream->pace.at, reply->fault.pause);
    }
    if (stream->given < stream->tokens)
        print_text(reply);
    if (stream->given == stream->tokens && !fault_is_due(reply))
        print_end(reply);
    reply->at = stream->pace.at;
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
    if (et_text_failed(&reply->text) ||
        et_text_failed(&reply->stream.piece)) { /* as a server does that runs out of memory */
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
