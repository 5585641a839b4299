/* SPDX-License-Identifier: MIT */
#include "core/base/draw.h"
#include "core/guard/http_date.h"
#include "mock_openai/brain_parts.h"

#include <assert.h>
#include <string.h>

enum { FIELD_TYPE, FIELD_PROCESSING, FIELD_OTHERS };

struct et_reply *et_reply_new(const struct et_mem *mem)
{
    struct et_reply *reply = et_mem_take(mem, sizeof(*reply));
    if (!reply)
        return NULL;
    reply->mem = mem;
    reply->last = ET_REPLY_END;
    reply->field_count = FIELD_OTHERS;
    reply->fields[FIELD_TYPE].name = ET_LIT("content-type");
    reply->fields[FIELD_PROCESSING].name = ET_LIT("openai-processing-ms");
    et_reply_type(reply, ET_LIT("application/json"));
    et_text_init(&reply->text, mem, ET_REPLY_BODY_MAX);
    et_text_init(&reply->piece, mem, ET_REPLY_BODY_MAX);
    et_text_init(&reply->logprobs, mem, ET_REPLY_BODY_MAX);
    et_arena_init(&reply->arena, mem, ET_REPLY_ARENA_BLOCK);
    return reply;
}

void et_reply_free(struct et_reply *reply)
{
    if (!reply)
        return;
    et_mangle_free(reply->mangle);
    et_fault_set_free(reply->faults, reply->mem);
    et_text_free(&reply->text);
    et_text_free(&reply->piece);
    et_text_free(&reply->logprobs);
    et_arena_free(&reply->arena);
    et_mem_give(reply->mem, reply, sizeof(*reply));
}

void et_reply_type(struct et_reply *reply, struct et_slice content_type)
{
    reply->fields[FIELD_TYPE].value = content_type;
}

struct et_slice et_reply_keep(struct et_reply *reply, struct et_slice value)
{
    assert(reply->value_bytes + value.size <= ET_REPLY_VALUES);
    char *kept = reply->values + reply->value_bytes;
    memcpy(kept, value.data, value.size);
    reply->value_bytes += value.size;
    return (struct et_slice){kept, value.size};
}

/* Every head has half a dozen: printed by hand, in a tenth of snprintf's time. */
static struct et_slice keep_u64(struct et_reply *reply, uint64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    return et_reply_keep(reply, (struct et_slice){digits + at, sizeof(digits) - at});
}

void et_reply_add(struct et_reply *reply, struct et_slice name, struct et_slice value)
{
    assert(reply->field_count < ET_REPLY_FIELDS);
    reply->fields[reply->field_count++] = (struct et_http_field){name, value};
}

void et_reply_add_u64(struct et_reply *reply, struct et_slice name, uint64_t value)
{
    et_reply_add(reply, name, keep_u64(reply, value));
}

static uint64_t rounded_up(et_ns span, et_ns unit)
{
    return et_after(span, unit - 1) / unit;
}

static void add_retry_date(struct et_reply *reply, et_ns wait)
{
    char date[ET_HTTP_DATE_TEXT];
    uint64_t at = reply->epoch + rounded_up(et_after(reply->asked_at, wait), ET_S);
    et_http_date_print(at, date);
    et_reply_add(reply, ET_LIT("retry-after"), et_reply_keep(reply, et_slice_of(date)));
}

void et_reply_add_retry(struct et_reply *reply, et_ns span)
{
    enum et_retry_manner manner = reply->manners.retry_after;
    struct et_retry_words words = et_manners_wait(manner, span);
    uint64_t seconds = rounded_up(words.wait, ET_S);
    if (seconds == 0 && manner != ET_MANNER_ZERO)
        seconds = 1;
    if (words.date)
        add_retry_date(reply, words.wait);
    if (words.seconds)
        et_reply_add_u64(reply, ET_LIT("retry-after"), seconds);
    if (words.ms)
        et_reply_add_u64(reply, ET_LIT("retry-after-ms"), rounded_up(words.wait, ET_MS));
}

static size_t find_field(const struct et_reply *reply, struct et_slice name)
{
    size_t i = 0;
    while (i < reply->field_count && !et_slice_equal_nocase(reply->fields[i].name, name))
        i++;
    return i;
}

void et_reply_set(struct et_reply *reply, struct et_slice name, struct et_slice value)
{
    size_t i = find_field(reply, name);
    if (i == reply->field_count && value.size && i < ET_REPLY_FIELDS)
        et_reply_add(reply, name, value);
    else if (i < reply->field_count && value.size)
        reply->fields[i].value = value;
    else if (i < reply->field_count)
        memmove(&reply->fields[i], &reply->fields[i + 1],
                (--reply->field_count - i) * sizeof(reply->fields[0]));
}

/* Ten digits of 62 kinds take 60 bits; each kind has draws of its own.  Inlined for each number of
 * kinds, so that the compiler divides by a constant. */
static inline __attribute__((always_inline)) void draw_digits_of(struct et_drawer ids,
                                                                 unsigned kinds, unsigned digits,
                                                                 char *out)
{
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    uint64_t bits = 0;
    for (unsigned i = 0; i < digits; i++) {
        if (i % 10 == 0)
            bits = et_draw(ids.seed, ids.who, ET_DRAW_ID, kinds << 8 | i);
        out[i] = alphabet[bits % kinds];
        bits /= kinds;
    }
}

static void draw_digits(struct et_drawer ids, unsigned kinds, unsigned digits, char *out)
{
    assert(kinds == 16 || kinds == 62);
    if (kinds == 16)
        draw_digits_of(ids, 16, digits, out);
    else
        draw_digits_of(ids, 62, digits, out);
}

struct et_slice et_reply_id(struct et_reply *reply, struct et_slice prefix, struct et_drawer ids,
                            unsigned kinds, unsigned digits)
{
    char id[64];
    assert(prefix.size + digits <= sizeof(id));
    memcpy(id, prefix.data, prefix.size);
    draw_digits(ids, kinds, digits, id + prefix.size);
    return et_reply_keep(reply, (struct et_slice){id, prefix.size + digits});
}

struct et_slice et_reply_more_id(struct et_reply *reply, struct et_slice prefix,
                                 struct et_drawer ids, unsigned kinds, unsigned digits)
{
    char *id = et_arena_take(&reply->arena, prefix.size + digits);
    if (!id)
        return (struct et_slice){NULL, 0};
    memcpy(id, prefix.data, prefix.size);
    draw_digits(ids, kinds, digits, id + prefix.size);
    return (struct et_slice){id, prefix.size + digits};
}

int et_reply_ready(struct et_ask *ask, unsigned status, et_ns at)
{
    struct et_reply *reply = ask->reply;
    reply->status = status;
    reply->at = at;
    reply->fields[FIELD_PROCESSING].value = keep_u64(reply, et_since(ask->now, at) / ET_MS);
    int err = et_text_failed(&reply->text);
    return !err && reply->faults ? et_mangle_begin(reply) : err;
}

unsigned et_reply_status(const struct et_reply *reply)
{
    return reply->status;
}

bool et_reply_one_byte(const struct et_reply *reply)
{
    return et_fault_set_find(reply->faults, ET_FAULT_ONE_BYTE);
}

const struct et_http_field *et_reply_fields(const struct et_reply *reply, size_t *count)
{
    *count = reply->field_count;
    return reply->fields;
}

uint64_t et_reply_body_bytes(const struct et_reply *reply)
{
    if (reply->mangle)
        return et_mangle_announced(reply);
    return reply->streams ? UINT64_MAX : et_text_slice(&reply->text).size;
}

struct et_reply_facts et_reply_facts(const struct et_reply *reply)
{
    return reply->facts;
}
