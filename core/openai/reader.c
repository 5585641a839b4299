/* SPDX-License-Identifier: MIT */
#include "core/openai/reader.h"

#include "core/json/chars.h"
#include "core/json/scan.h"
#include "core/openai/reader_parts.h"

#include <assert.h>
#include <string.h>

int et_answer_reader_new(struct et_answer_reader **out, size_t body_bytes_max,
                         const struct et_mem *mem)
{
    struct et_answer_reader *reader = et_mem_take(mem, sizeof *reader);
    if (!reader)
        return ET_NOMEM;
    reader->mem = mem;
    reader->body_bytes_max = body_bytes_max;
    for (size_t i = 0; i < ET_ANSWER_TEXTS; i++)
        et_text_init(&reader->texts[i], mem, body_bytes_max);
    *out = reader;
    return 0;
}

void et_answer_reader_free(struct et_answer_reader *reader)
{
    if (!reader)
        return;
    et_sse_reader_free(reader->sse);
    for (size_t i = 0; i < ET_ANSWER_TEXTS; i++)
        et_text_free(&reader->texts[i]);
    et_mem_give(reader->mem, reader, sizeof *reader);
}

void et_answer_reader_reset(struct et_answer_reader *reader)
{
    et_sse_reader_free(reader->sse);
    reader->sse = NULL;
    for (size_t i = 0; i < ET_ANSWER_TEXTS; i++)
        et_text_clear(&reader->texts[i]);
    reader->twin = (struct et_twin){0};
    reader->answer = (struct et_chat_answer){0};
    reader->state = ET_ANSWER_INCOMPLETE;
    reader->good_status = reader->streams = reader->began = false;
    reader->done = reader->extra = reader->ended = false;
}

static bool is_event_stream(struct et_slice content_type)
{
    struct et_slice media;
    return et_slice_split(&content_type, ';', &media) &&
           et_slice_equal_nocase(et_slice_trim(media), ET_LIT("text/event-stream"));
}

void et_answer_reader_head(struct et_answer_reader *reader, unsigned status,
                           struct et_slice content_type)
{
    reader->good_status = status >= 200 && status < 300;
    reader->streams = reader->good_status && is_event_stream(content_type);
    if (!reader->good_status)
        reader->state = ET_ANSWER_ERROR;
}

/* True when `data` is the twin but for its content, and that content is a string of JSON: then it
 * says what the twin said, with this content. */
static bool like_twin(const struct et_answer_reader *reader, struct et_slice data,
                      struct et_slice *content)
{
    const struct et_twin *twin = &reader->twin;
    struct et_slice text = et_answer_text(reader, ET_TEXT_TWIN);
    size_t behind = text.size - twin->to; /* bytes from the closing quote on */
    if (twin->to == 0 || data.size < twin->from + behind)
        return false;
    size_t to = data.size - behind, at = twin->from - 1;
    if (memcmp(data.data, text.data, twin->from) != 0 ||
        memcmp(data.data + to, text.data + twin->to, behind) != 0 ||
        et_scan_string(data, &at, true) != ET_GATE_GOOD || at != to + 1)
        return false;
    *content = et_slice_part(data, twin->from, to);
    return true;
}

static int take_chunk(struct et_answer_reader *reader, struct et_slice data)
{
    struct et_slice content;
    struct et_text *texts = reader->texts;
    if (like_twin(reader, data, &content)) {
        et_chars_decode(content, &texts[ET_TEXT_CONTENT]);
        reader->began = reader->began || content.size > 0;
        return et_text_failed(&texts[ET_TEXT_CONTENT]);
    }
    reader->twin.to = 0;
    int err = et_answer_read_chunk(reader, data);
    if (err || reader->twin.to == 0)
        return err;
    et_text_clear(&texts[ET_TEXT_TWIN]);
    et_text_add(&texts[ET_TEXT_TWIN], data);
    return et_text_failed(&texts[ET_TEXT_TWIN]);
}

static int take_event(struct et_answer_reader *reader, struct et_slice data)
{
    if (!et_slice_equal(data, ET_LIT("[DONE]")))
        return take_chunk(reader, data);
    reader->done = true;
    return 0;
}

/* Behind [DONE] nothing but the end of its line may come. */
static bool only_line_ends(struct et_slice bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        if (bytes.data[i] != '\n' && bytes.data[i] != '\r')
            return false;
    return true;
}

static int feed_stream(struct et_answer_reader *reader, struct et_slice bytes)
{
    struct et_sse_limits limits = {reader->body_bytes_max, reader->body_bytes_max};
    struct et_sse_event event;
    enum et_sse_result result = ET_SSE_EVENT;
    int err = reader->sse ? 0 : et_sse_reader_new(&reader->sse, reader->mem, &limits);
    while (!err && !reader->done && reader->state == ET_ANSWER_INCOMPLETE &&
           result == ET_SSE_EVENT) {
        result = et_sse_reader_feed(reader->sse, &bytes, &event);
        if (result == ET_SSE_FAILED)
            err = et_sse_reader_error(reader->sse);
        else if (result == ET_SSE_EVENT)
            err = take_event(reader, event.data);
    }
    if (!err && reader->done && !only_line_ends(bytes))
        err = ET_SYNTAX;
    return err;
}

static int feed_body(struct et_answer_reader *reader, struct et_slice bytes)
{
    et_text_add(&reader->texts[ET_TEXT_BODY], bytes);
    reader->began = reader->began || (reader->good_status && bytes.size > 0);
    return et_text_failed(&reader->texts[ET_TEXT_BODY]);
}

/* The texts may have moved. */
static void show(struct et_answer_reader *reader)
{
    struct et_chat_answer *answer = &reader->answer;
    answer->id = et_answer_text(reader, ET_TEXT_ID);
    answer->model = et_answer_text(reader, ET_TEXT_MODEL);
    answer->content = et_answer_text(reader, ET_TEXT_CONTENT);
    answer->finish_reason = et_answer_text(reader, ET_TEXT_FINISH_REASON);
    answer->tier = et_answer_text(reader, ET_TEXT_TIER);
    answer->fingerprint = et_answer_text(reader, ET_TEXT_FINGERPRINT);
    if (answer->fingerprint.size == 0)
        answer->fingerprint.data = NULL;
}

int et_answer_reader_feed(struct et_answer_reader *reader, struct et_slice bytes)
{
    assert(!reader->ended);
    bool over = reader->state == ET_ANSWER_MALFORMED ||
                (reader->streams && reader->state == ET_ANSWER_ERROR);
    if (over)
        return 0;
    int err = reader->streams ? feed_stream(reader, bytes) : feed_body(reader, bytes);
    if (err)
        reader->state = ET_ANSWER_MALFORMED;
    show(reader);
    return err == ET_SYNTAX ? 0 : err;
}

void et_answer_reader_end(struct et_answer_reader *reader)
{
    struct et_slice body = et_answer_text(reader, ET_TEXT_BODY);
    if (reader->ended)
        return;
    reader->ended = true;
    if (reader->state == ET_ANSWER_ERROR && !reader->streams) {
        et_answer_read_error(reader, body);
    } else if (reader->state == ET_ANSWER_INCOMPLETE && reader->streams) {
        reader->state = reader->done ? ET_ANSWER_COMPLETE : ET_ANSWER_INCOMPLETE;
    } else if (reader->state == ET_ANSWER_INCOMPLETE && reader->good_status) {
        int err = et_answer_read_body(reader, body);
        if (err)
            reader->state = ET_ANSWER_MALFORMED;
        else if (reader->state == ET_ANSWER_INCOMPLETE)
            reader->state = ET_ANSWER_COMPLETE;
    }
    show(reader);
}

enum et_answer_state et_answer_reader_state(const struct et_answer_reader *reader)
{
    return reader->state;
}

bool et_answer_reader_streams(const struct et_answer_reader *reader)
{
    return reader->streams;
}

bool et_answer_reader_began(const struct et_answer_reader *reader)
{
    return reader->began;
}

bool et_answer_reader_done(const struct et_answer_reader *reader)
{
    return reader->done;
}

bool et_answer_reader_plain(const struct et_answer_reader *reader)
{
    return !reader->extra;
}

const struct et_chat_answer *et_answer_reader_answer(const struct et_answer_reader *reader)
{
    return &reader->answer;
}

struct et_slice et_answer_reader_body(const struct et_answer_reader *reader)
{
    return et_answer_text(reader, ET_TEXT_BODY);
}

struct et_slice et_answer_reader_error_code(const struct et_answer_reader *reader)
{
    return et_answer_text(reader, ET_TEXT_ERROR_CODE);
}
