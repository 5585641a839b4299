/* SPDX-License-Identifier: MIT */
/* The bursts of a stream: its rounds and its end, with the events that faults touch. */
#include "mock_openai/brain_mangle.h"
#include "mock_openai/brain_parts.h"

static const struct et_fault *find(const struct et_reply *reply, enum et_fault_kind kind)
{
    return et_fault_set_find(reply->faults, kind);
}

/* Whether what comes next is behind `after` chunks, or behind all of them. */
static bool is_due(const struct et_reply *reply, const struct et_fault *fault)
{
    return fault && (reply->stream.rounds >= fault->after || et_stream_said(&reply->stream));
}

/* The ending fault that spoils one event: the one behind `after` chunks. */
static const struct et_fault *find_spoiler(const struct et_reply *reply)
{
    const struct et_fault *ending = et_fault_set_ending(reply->faults);
    if (!ending)
        return NULL;
    bool spoils = ending->kind == ET_FAULT_BAD_JSON || ending->kind == ET_FAULT_CUT_EVENT ||
                  ending->kind == ET_FAULT_CUT_CHUNK;
    return spoils && !reply->mangle->spoilt ? ending : NULL;
}

/* "…\n\n" off the front. */
static struct et_slice take_event(struct et_slice *rest)
{
    struct et_slice event = et_slice_part(*rest, 0, et_slice_find(*rest, ET_LIT("\n\n")) + 2);
    *rest = et_slice_part(*rest, event.size, rest->size);
    return event;
}

static size_t count_events(struct et_slice rest)
{
    size_t count = 0;
    for (; rest.size; count++)
        take_event(&rest);
    return count;
}

static void spoil(struct et_reply *reply, struct et_slice event, enum et_fault_kind kind)
{
    struct et_mangle *mangle = reply->mangle;
    et_text_add(&mangle->burst, et_slice_part(event, 0, event.size / 2));
    mangle->spoilt = true;
    mangle->over = kind != ET_FAULT_BAD_JSON;
    mangle->torn = kind == ET_FAULT_CUT_CHUNK;
    if (kind == ET_FAULT_BAD_JSON)
        et_text_add(&mangle->burst, ET_LIT("\n\n"));
}

/* How often event `i` of the `count` that end a stream is said. */
static unsigned times_at_end(const struct et_reply *reply, size_t i, size_t count)
{
    bool last = i + 1 == count, usage = i + 2 == count && reply->signature.include_usage;
    if ((last && find(reply, ET_FAULT_NO_DONE)) || (usage && find(reply, ET_FAULT_NO_USAGE)))
        return 0;
    return last && find(reply, ET_FAULT_DONE_TWICE) ? 2 : 1;
}

/* Where STALL_END pauses: in the burst before its last event, or before the burst. */
static void mark_tail(struct et_reply *reply)
{
    struct et_mangle *mangle = reply->mangle;
    const struct et_fault *stall = find(reply, ET_FAULT_STALL_END);
    if (!stall)
        return;
    mangle->tail = et_text_slice(&mangle->burst).size;
    if (mangle->tail > 0)
        return;
    et_ns at = mangle->ready > reply->at ? mangle->ready : reply->at;
    mangle->ready = et_after(at, stall->pause);
}

/* Every event of the reply's text once, but for faults.  Those that are for one chunk meet the last
 * event of a round and the first of the end. */
static void put_events(struct et_reply *reply, bool end, const struct et_fault *spoiler)
{
    struct et_mangle *mangle = reply->mangle;
    struct et_slice rest = et_text_slice(&reply->text);
    size_t count = count_events(rest), target = end ? 0 : count - 1;
    bool doubles = !mangle->doubled && is_due(reply, find(reply, ET_FAULT_DUPLICATE_CHUNK));
    for (size_t i = 0; i < count; i++) {
        struct et_slice event = take_event(&rest);
        unsigned times = end ? times_at_end(reply, i, count) : 1;
        if (i == target && spoiler) {
            spoil(reply, event, spoiler->kind);
            if (mangle->over)
                return;
            continue;
        }
        if (end && i + 1 == count)
            mark_tail(reply);
        if (i == target && doubles) {
            mangle->doubled = true;
            times *= 2;
        }
        for (; times > 0; times--)
            et_mangle_put(reply, event, true);
    }
}

static void print_error(struct et_reply *reply, const struct et_fault *fault)
{
    const struct et_api_error *error = reply->error_event;
    if (fault->shape == ET_SHAPE_OWN)
        reply->stream.style->error(reply, error);
    else
        et_api_error_event_print(error, fault->shape == ET_SHAPE_EVENT, reply->stream.rounds,
                                 &reply->text);
    reply->over = true;
}

static void wait_for_stalls(struct et_reply *reply)
{
    struct et_mangle *mangle = reply->mangle;
    struct et_pace *pace = &reply->stream.pace;
    for (size_t i = 0; i < reply->faults->count; i++) {
        const struct et_fault *fault = &reply->faults->items[i];
        if (fault->kind != ET_FAULT_STALL || mangle->stalled >> i & 1 || !is_due(reply, fault))
            continue;
        mangle->stalled |= (uint64_t)1 << i;
        pace->at = et_after(pace->at, fault->pause);
    }
}

static void begin(struct et_reply *reply)
{
    reply->begun = true;
    et_stream_begin(reply);
}

/* A round, or the end.  Returns whether it was the end. */
static bool say(struct et_reply *reply)
{
    struct et_stream *stream = &reply->stream;
    bool end = et_stream_said(stream);
    if (!reply->begun)
        begin(reply);
    if (end)
        et_stream_end(reply);
    else
        et_stream_round(reply);
    reply->over = end;
    reply->at = reply->at > stream->pace.at ? reply->at : stream->pace.at;
    return end;
}

bool et_mangle_events(struct et_reply *reply)
{
    const struct et_fault *ending = et_fault_set_ending(reply->faults);
    enum et_fault_kind kind = ending ? ending->kind : ET_FAULT_NONE;
    et_text_clear(&reply->text);
    if (reply->over || kind == ET_FAULT_EMPTY)
        return false;
    if (!reply->begun && reply->stream.style->eager) {
        begin(reply);
        put_events(reply, false, NULL);
        return true;
    }
    if (kind == ET_FAULT_CUT && is_due(reply, ending))
        return false;
    if (kind == ET_FAULT_ERROR_EVENT && is_due(reply, ending)) {
        print_error(reply, ending);
        put_events(reply, false, NULL);
        return true;
    }
    wait_for_stalls(reply);
    const struct et_fault *spoiler = find_spoiler(reply);
    if (!is_due(reply, spoiler))
        spoiler = NULL;
    bool end = say(reply);
    put_events(reply, end, spoiler);
    return true;
}
