/* SPDX-License-Identifier: MIT */
/* The property that matters most of an incremental parser: it says the same wherever the bytes are
 * cut.  One statement of it, for the tests, the fuzz targets and the replay of their seeds; so
 * nothing of cmocka here. */
#ifndef ET_HTTP_TESTS_CUTS_H
#define ET_HTTP_TESTS_CUTS_H

#include "core/http/sse.h"
#include "core/http/tests/transcript.h"

/* Every cut, but of streams above 4 KiB every 31st: the work grows with the square of the size. */
static inline size_t cut_stride(size_t size)
{
    return size <= 4096 ? 1 : 31;
}

/* Whether two halves from `cut` on (or pieces of `step`) give what `whole` says. */
static inline bool cut_agrees(const struct transcript *whole, const struct et_mem *mem,
                              struct et_slice stream, size_t cut, size_t step)
{
    struct transcript other = *whole;
    et_text_init(&other.text, mem, SIZE_MAX / 4);
    transcript_clear(&other);
    transcript_run(&other, mem, stream, cut, step);
    bool same = et_slice_equal(et_text_slice(&other.text), et_text_slice(&whole->text)) &&
                other.error == whole->error && other.messages == whole->messages;
    et_text_free(&other.text);
    return same;
}

/* Runs the stream whole into `*transcript`, then compares with bytes, small pieces and every
 * `stride`th cut. */
static inline bool cuts_agree(struct transcript *transcript, const struct et_mem *mem,
                              struct et_slice stream, size_t stride)
{
    transcript_run(transcript, mem, stream, stream.size, 1);
    bool same = cut_agrees(transcript, mem, stream, 1, 1) &&
                cut_agrees(transcript, mem, stream, 2, 3) &&
                cut_agrees(transcript, mem, stream, 7, 7);
    for (size_t cut = 0; same && cut < stream.size; cut += stride)
        same = cut_agrees(transcript, mem, stream, cut, stream.size - cut);
    return same;
}

/* The events of an event stream as text: "[type] <data> (id)" each, then how it ended.  False after
 * a failure. */
static inline bool sse_piece(struct et_text *text, struct et_sse_reader *reader,
                             struct et_slice piece)
{
    char *block = malloc(piece.size ? piece.size : 1);
    if (piece.size)
        memcpy(block, piece.data, piece.size);
    struct et_slice input = {block, piece.size};
    struct et_sse_event event;
    enum et_sse_result result;
    while ((result = et_sse_reader_feed(reader, &input, &event)) == ET_SSE_EVENT) {
        const struct et_slice parts[] = {ET_LIT("["),   event.type, ET_LIT("] <"), event.data,
                                         ET_LIT("> ("), event.id,   ET_LIT(")\n")};
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            et_text_add(text, parts[i]);
    }
    free(block);
    return result == ET_SSE_MORE;
}

static inline void sse_run(struct et_text *text, const struct et_mem *mem,
                           const struct et_sse_limits *limits, struct et_slice stream,
                           const size_t cuts[2] /* first piece, then pieces of */)
{
    struct et_sse_reader *reader;
    if (et_sse_reader_new(&reader, mem, limits))
        return;
    bool fine = sse_piece(text, reader, et_slice_part(stream, 0, cuts[0]));
    for (size_t at = cuts[0]; fine && at < stream.size; at += cuts[1])
        fine = sse_piece(text, reader, et_slice_part(stream, at, at + cuts[1]));
    et_text_addf(text, "error %d\n", et_sse_reader_error(reader));
    et_sse_reader_free(reader);
}

static inline bool sse_cut_agrees(const struct et_text *whole, const struct et_mem *mem,
                                  const struct et_sse_limits *limits, struct et_slice stream,
                                  const size_t cuts[2])
{
    struct et_text other;
    et_text_init(&other, mem, SIZE_MAX / 4);
    sse_run(&other, mem, limits, stream, cuts);
    bool same = et_slice_equal(et_text_slice(&other), et_text_slice(whole));
    et_text_free(&other);
    return same;
}

/* As cuts_agree, for event streams; `*text` gets the events of the whole. */
static inline bool sse_cuts_agree(struct et_text *text, const struct et_mem *mem,
                                  const struct et_sse_limits *limits, struct et_slice stream,
                                  size_t stride)
{
    static const size_t pieces[][2] = {{1, 1}, {2, 3}, {7, 7}};
    sse_run(text, mem, limits, stream, (size_t[]){stream.size, 1});
    bool same = true;
    for (size_t i = 0; same && i < sizeof pieces / sizeof pieces[0]; i++)
        same = sse_cut_agrees(text, mem, limits, stream, pieces[i]);
    for (size_t cut = 0; same && cut < stream.size; cut += stride)
        same = sse_cut_agrees(text, mem, limits, stream, (size_t[]){cut, stream.size - cut});
    return same;
}

/* What a fuzz target checks about any bytes: responses when they begin like one, else requests,
 * within wide and within narrow limits. */
static inline bool http_holds(const struct et_mem *mem, struct et_slice bytes)
{
    static const struct et_http_limits narrow = {32, 64, 3, 16, 8, 16};
    const struct et_http_limits *limits[] = {&et_http_limits_default, &narrow};
    bool answers = et_slice_starts(bytes, ET_LIT("HTTP/")), same = true;
    for (size_t i = 0; same && i < 2; i++) {
        struct transcript transcript =
            transcript_of(mem, answers ? ET_HTTP_RESPONSES : ET_HTTP_REQUESTS);
        transcript.limits = limits[i];
        same = cuts_agree(&transcript, mem, bytes, bytes.size / 32 + 1);
        et_text_free(&transcript.text);
    }
    return same;
}

/* Whether an event that was read comes back when it is written and read again. */
static inline bool sse_event_returns(const struct et_mem *mem, const struct et_sse_event *event)
{
    struct et_text text;
    struct et_sse_reader *reader = NULL;
    struct et_sse_event again = {0};
    et_text_init(&text, mem, SIZE_MAX / 4);
    bool same = et_sse_write(&text, event->type, event->data) == 0 &&
                et_sse_reader_new(&reader, mem, &et_sse_limits_default) == 0;
    struct et_slice input = et_text_slice(&text);
    same = same && et_sse_reader_feed(reader, &input, &again) == ET_SSE_EVENT && input.size == 0 &&
           et_slice_equal(again.type, event->type) && et_slice_equal(again.data, event->data);
    et_sse_reader_free(reader);
    et_text_free(&text);
    return same;
}

static inline bool sse_events_return(const struct et_mem *mem, struct et_slice bytes)
{
    struct et_sse_reader *reader;
    struct et_sse_event event;
    if (et_sse_reader_new(&reader, mem, &et_sse_limits_default))
        return false;
    bool same = true;
    while (same && et_sse_reader_feed(reader, &bytes, &event) == ET_SSE_EVENT)
        same = sse_event_returns(mem, &event);
    et_sse_reader_free(reader);
    return same;
}

/* As http_holds, for event streams. */
static inline bool sse_holds(const struct et_mem *mem, struct et_slice bytes)
{
    static const struct et_sse_limits narrow = {.line_bytes_max = 24, .event_bytes_max = 16};
    const struct et_sse_limits *limits[] = {&et_sse_limits_default, &narrow};
    bool same = sse_events_return(mem, bytes);
    for (size_t i = 0; same && i < 2; i++) {
        struct et_text text;
        et_text_init(&text, mem, SIZE_MAX / 4);
        same = sse_cuts_agree(&text, mem, limits[i], bytes, bytes.size / 32 + 1);
        et_text_free(&text);
    }
    return same;
}

#endif
