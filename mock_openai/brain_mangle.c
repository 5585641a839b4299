/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_mangle.h"

#include "mock_openai/brain_odd.h"
#include "mock_openai/brain_parts.h"

#include <string.h>

enum { PADDING_PART = 64 << 10, PADDING_LEAST = 3 /* ":" and the end of an event */ };

#define PADDING_PAUSE ET_MS /* between its parts: nobody is sent more than 64 MB/s */

/* A member for where a text has no character of several bytes. */
#define WIDE ",\"obfuscation\":\"é€😀\"}"

static bool has(const struct et_reply *reply, enum et_fault_kind kind)
{
    return reply->faults->kinds >> kind & 1;
}

static const struct et_fault *find(const struct et_reply *reply, enum et_fault_kind kind)
{
    return et_fault_set_find(reply->faults, kind);
}

static size_t first_wide(struct et_slice text, size_t from)
{
    while (from < text.size && (unsigned char)text.data[from] < 0xC0)
        from++;
    return from;
}

/* `what` with a member more, if it is or ends with an object. */
static struct et_slice widen(struct et_mangle *mangle, struct et_slice what)
{
    size_t end = what.size;
    while (end > 0 && what.data[end - 1] == '\n')
        end--;
    if (first_wide(what, 0) < what.size || end < 2 || what.data[end - 1] != '}')
        return what;
    et_text_clear(&mangle->scratch);
    et_text_add(&mangle->scratch, et_slice_part(what, 0, end - 1));
    et_text_add(&mangle->scratch, ET_LIT(WIDE));
    et_text_add(&mangle->scratch, et_slice_part(what, end, what.size));
    mangle->failed = mangle->failed || et_text_failed(&mangle->scratch);
    return et_text_slice(&mangle->scratch);
}

void et_mangle_put(struct et_reply *reply, struct et_slice what, bool event)
{
    struct et_mangle *mangle = reply->mangle;
    int err = 0;
    if (has(reply, ET_FAULT_SPLIT_UTF8))
        what = widen(mangle, what);
    if (!has(reply, ET_FAULT_ODD_JSON))
        et_text_add(&mangle->burst, what);
    else if (event)
        err = et_odd_event(&mangle->burst, what, reply->mem);
    else
        err = et_odd_json(&mangle->burst, what, reply->mem);
    mangle->failed = mangle->failed || err;
}

/* Half of a broken body leaves, all of the others: `limit` is what of `size` bytes does. */
static uint64_t limit_of(const struct et_reply *reply, uint64_t size)
{
    const struct et_fault *reset = find(reply, ET_FAULT_RESET);
    if (reset)
        return reset->after;
    return has(reply, ET_FAULT_CUT) && !reply->streams ? size / 2 : UINT64_MAX;
}

static void announce(struct et_reply *reply)
{
    struct et_mangle *mangle = reply->mangle;
    const struct et_fault *less = find(reply, ET_FAULT_LENGTH_SHORT);
    const struct et_fault *more = find(reply, ET_FAULT_LENGTH_LONG);
    uint64_t size = et_text_slice(&mangle->burst).size + mangle->padding;
    mangle->limit = limit_of(reply, size);
    mangle->announced = size + (more ? more->bytes : 0);
    if (less)
        mangle->announced -= less->bytes < size ? less->bytes : size;
}

/* Padding stands in front of the last byte, which is '}' or a newline. */
static void show_plain(struct et_mangle *mangle)
{
    struct et_slice burst = et_text_slice(&mangle->burst);
    mangle->shown = burst.size;
    if (mangle->padding == 0 || burst.size == 0)
        return;
    mangle->shown--;
    mangle->rest = burst.data[mangle->shown] == '}' ? ET_LIT("}") : ET_LIT("\n");
}

static void begin_plain(struct et_reply *reply)
{
    struct et_mangle *mangle = reply->mangle;
    struct et_slice body = et_text_slice(&reply->text);
    if (has(reply, ET_FAULT_BAD_JSON))
        et_text_add(&mangle->burst, et_slice_part(body, 0, body.size / 2));
    else if (!has(reply, ET_FAULT_EMPTY) && body.size)
        et_mangle_put(reply, body, false);
    announce(reply);
    show_plain(mangle);
    mangle->half = has(reply, ET_FAULT_STALL) ? mangle->shown / 2 : 0;
    mangle->tail = has(reply, ET_FAULT_STALL_END) && mangle->shown ? mangle->shown - 1 : 0;
}

static enum et_reply_kind last_of(const struct et_reply *reply)
{
    const uint64_t cuts = (uint64_t)1 << ET_FAULT_CUT | (uint64_t)1 << ET_FAULT_CUT_EVENT |
                          (uint64_t)1 << ET_FAULT_NO_LAST_CHUNK |
                          (uint64_t)1 << ET_FAULT_LENGTH_LONG;
    if (has(reply, ET_FAULT_RESET) || has(reply, ET_FAULT_REFUSE))
        return ET_REPLY_RESET;
    if (reply->faults->kinds & cuts)
        return ET_REPLY_CUT;
    return has(reply, ET_FAULT_CLOSE_IDLE) ? ET_REPLY_CLOSE : ET_REPLY_END;
}

/* A style of its own that says no reason. */
static bool drop_finish(struct et_reply *reply)
{
    struct et_style *own = et_arena_take(&reply->arena, sizeof(*own));
    if (!own)
        return false;
    *own = *reply->stream.style;
    own->finish = NULL;
    reply->stream.style = own;
    return true;
}

static int begin_stream(struct et_reply *reply)
{
    struct et_mangle *mangle = reply->mangle;
    mangle->announced = UINT64_MAX;
    mangle->limit = limit_of(reply, 0);
    if (mangle->padding > 0 && mangle->padding < PADDING_LEAST)
        mangle->padding = PADDING_LEAST;
    return has(reply, ET_FAULT_NO_FINISH) && !drop_finish(reply) ? ET_NOMEM : 0;
}

static bool failed(const struct et_reply *reply)
{
    const struct et_mangle *mangle = reply->mangle;
    return mangle->failed || et_text_failed(&reply->text) || et_text_failed(&reply->piece) ||
           et_text_failed(&reply->logprobs) || et_text_failed(&mangle->burst);
}

static void change_fields(struct et_reply *reply)
{
    for (size_t i = 0; i < reply->faults->count; i++) {
        const struct et_fault *fault = &reply->faults->items[i];
        if (fault->kind == ET_FAULT_WRONG_TYPE)
            et_reply_set(reply, ET_LIT("content-type"), fault->value);
        if (fault->kind == ET_FAULT_HEADER)
            et_reply_set(reply, fault->name, fault->value);
    }
}

int et_mangle_begin(struct et_reply *reply)
{
    struct et_mangle *mangle = et_arena_take(&reply->arena, sizeof(*mangle));
    const struct et_fault *oversize = find(reply, ET_FAULT_OVERSIZE);
    if (!mangle)
        return ET_NOMEM;
    et_text_init(&mangle->burst, reply->mem, ET_REPLY_BODY_MAX);
    et_text_init(&mangle->scratch, reply->mem, ET_REPLY_BODY_MAX);
    reply->mangle = mangle;
    reply->last = last_of(reply);
    change_fields(reply);
    mangle->padding = oversize ? oversize->bytes : 0;
    if (reply->streams)
        return begin_stream(reply);
    begin_plain(reply);
    return failed(reply) ? ET_NOMEM : 0;
}

void et_mangle_free(struct et_mangle *mangle)
{
    if (!mangle)
        return;
    et_text_free(&mangle->burst);
    et_text_free(&mangle->scratch);
}

uint64_t et_mangle_announced(const struct et_reply *reply)
{
    return reply->mangle->announced;
}

/* Of a stream a comment, of a plain body white space. */
static void put_padding(struct et_reply *reply)
{
    struct et_mangle *mangle = reply->mangle;
    size_t size = mangle->padding < 2 * PADDING_PART ? mangle->padding : PADDING_PART;
    char *room = et_text_reserve(&mangle->burst, size);
    if (!room)
        return;
    memset(room, ' ', size);
    if (reply->streams && mangle->padded == 0)
        room[0] = ':';
    if (reply->streams && size == mangle->padding)
        memcpy(room + size - 2, "\n\n", 2);
    et_text_filled(&mangle->burst, size);
    mangle->padding -= size;
    mangle->padded += size;
}

/* False: there is nothing more to say. */
static bool refill(struct et_reply *reply)
{
    struct et_mangle *mangle = reply->mangle;
    bool more = true;
    et_text_clear(&mangle->burst);
    mangle->given = mangle->half = mangle->tail = 0;
    if (mangle->padding) {
        put_padding(reply);
    } else if (reply->streams) {
        more = et_mangle_events(reply);
    } else {
        more = mangle->rest.size > 0;
        et_text_add(&mangle->burst, mangle->rest);
        mangle->rest.size = 0;
    }
    mangle->shown = et_text_slice(&mangle->burst).size;
    return more;
}

static void find_split(struct et_reply *reply)
{
    struct et_mangle *mangle = reply->mangle;
    size_t wide = first_wide(et_text_slice(&mangle->burst), 0);
    mangle->split = has(reply, ET_FAULT_SPLIT_UTF8) && wide + 1 < mangle->shown ? wide + 1 : 0;
}

struct cut {
    size_t at;
    et_ns pause; /* behind it */
};

static void cut_at(struct cut *cut, size_t from, size_t at, const struct et_fault *fault)
{
    et_ns pause = fault ? fault->pause : 0;
    if (at <= from || at > cut->at)
        return;
    cut->pause = at < cut->at ? pause : et_after(cut->pause, pause);
    cut->at = at;
}

/* Where the piece that begins at `from` ends. */
static struct cut next_cut(const struct et_reply *reply, size_t from)
{
    const struct et_mangle *mangle = reply->mangle;
    const struct et_fault *drip = find(reply, ET_FAULT_SLOW_DRIP);
    struct cut cut = {mangle->shown, mangle->padding ? PADDING_PAUSE : 0};
    if (mangle->announced > reply->sent && mangle->announced - reply->sent < mangle->shown - from)
        cut_at(&cut, from, from + (mangle->announced - reply->sent), NULL);
    for (size_t i = 0; mangle->half && i < reply->faults->count; i++)
        if (reply->faults->items[i].kind == ET_FAULT_STALL)
            cut_at(&cut, from, mangle->half, &reply->faults->items[i]);
    cut_at(&cut, from, mangle->tail, find(reply, ET_FAULT_STALL_END));
    cut_at(&cut, from, mangle->split, find(reply, ET_FAULT_SPLIT_UTF8));
    if (drip && drip->bytes < mangle->shown - from)
        cut_at(&cut, from, from + drip->bytes, drip);
    else if (drip)
        cut_at(&cut, from, mangle->shown, drip);
    return cut;
}

/* What leaves next; nothing when it is over. */
static struct et_slice next_piece(struct et_reply *reply)
{
    struct et_mangle *mangle = reply->mangle;
    if (reply->sent >= mangle->limit)
        return ET_LIT("");
    while (mangle->given == mangle->shown)
        if (mangle->over || failed(reply) || !refill(reply))
            return ET_LIT("");
    if (mangle->given == 0)
        find_split(reply);
    struct cut cut = next_cut(reply, mangle->given);
    struct et_slice piece = et_slice_part(et_text_slice(&mangle->burst), mangle->given, cut.at);
    if (mangle->ready > reply->at)
        reply->at = mangle->ready;
    mangle->ready = et_after(reply->at, cut.pause);
    mangle->given = cut.at;
    mangle->apart = cut.pause > 0;
    return et_slice_part(piece, 0, mangle->limit - reply->sent);
}

static bool give(struct et_reply *reply, struct et_reply_step *step, enum et_reply_kind kind,
                 struct et_slice bytes)
{
    *step = (struct et_reply_step){
        .at = reply->at, .kind = kind, .bytes = bytes, .apart = reply->mangle->apart};
    reply->sent += bytes.size;
    return true;
}

static enum et_reply_kind kind_of(const struct et_reply *reply)
{
    const struct et_mangle *mangle = reply->mangle;
    if (mangle->torn && mangle->given == mangle->shown)
        return ET_REPLY_TEAR;
    return reply->sent >= mangle->announced ? ET_REPLY_STRAY : ET_REPLY_DATA;
}

bool et_mangle_next(struct et_reply *reply, struct et_reply_step *step)
{
    struct et_mangle *mangle = reply->mangle;
    if (reply->phase == ET_PLAY_OVER)
        return false;
    if (reply->phase == ET_PLAY_HEAD && !(has(reply, ET_FAULT_RESET) && mangle->limit == 0) &&
        !has(reply, ET_FAULT_REFUSE)) {
        reply->phase = ET_PLAY_BODY;
        return give(reply, step, ET_REPLY_HEAD, ET_LIT(""));
    }
    struct et_slice piece = reply->phase == ET_PLAY_HEAD ? ET_LIT("") : next_piece(reply);
    if (failed(reply)) { /* as a server does that runs out of memory */
        reply->last = ET_REPLY_RESET;
        piece.size = 0;
    }
    enum et_reply_kind kind = piece.size ? kind_of(reply) : reply->last;
    if (kind != ET_REPLY_DATA && kind != ET_REPLY_STRAY)
        reply->phase = ET_PLAY_OVER;
    return give(reply, step, kind, piece);
}
