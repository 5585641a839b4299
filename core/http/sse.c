/* SPDX-License-Identifier: MIT */
#include "core/http/sse.h"

#include <string.h>

enum { BLOCK_BYTES = 256 };

struct et_sse_reader {
    const struct et_mem *mem;
    size_t line_bytes_max;
    struct et_text line; /* the beginning of a line whose end has not come yet */
    struct et_text type, data, id;
    bool has_data; /* the event has a data line, perhaps an empty one */
    bool given;    /* an event is out: its type and data go at the next feed */
    bool after_cr; /* a LF now belongs to the line end before */
    bool started;  /* the first line, which may have a BOM, is over */
    int err;
};

const struct et_sse_limits et_sse_limits_default = {
    .line_bytes_max = 1 << 20,
    .event_bytes_max = 1 << 20,
};

int et_sse_reader_new(struct et_sse_reader **out, const struct et_mem *mem,
                      const struct et_sse_limits *limits)
{
    struct et_sse_reader *reader = et_mem_take(mem, sizeof *reader);
    if (!reader)
        return ET_NOMEM;
    reader->mem = mem;
    reader->line_bytes_max = limits->line_bytes_max;
    et_text_init(&reader->line, mem, limits->line_bytes_max);
    et_text_init(&reader->type, mem, limits->event_bytes_max);
    et_text_init(&reader->data, mem, limits->event_bytes_max);
    et_text_init(&reader->id, mem, limits->event_bytes_max);
    *out = reader;
    return 0;
}

void et_sse_reader_free(struct et_sse_reader *reader)
{
    if (!reader)
        return;
    et_text_free(&reader->line);
    et_text_free(&reader->type);
    et_text_free(&reader->data);
    et_text_free(&reader->id);
    et_mem_give(reader->mem, reader, sizeof *reader);
}

/* Decoding a line alone is decoding the stream: CR and LF are never part of a longer sequence. */
static void set_decoded(struct et_text *text, struct et_slice bytes)
{
    et_text_clear(text);
    et_text_utf8(text, bytes);
}

static void take_field(struct et_sse_reader *reader, struct et_slice name, struct et_slice value)
{
    if (et_slice_equal(name, ET_LIT("data"))) {
        if (reader->has_data)
            et_text_addc(&reader->data, '\n');
        et_text_utf8(&reader->data, value);
        reader->has_data = true;
    } else if (et_slice_equal(name, ET_LIT("event"))) {
        set_decoded(&reader->type, value);
    } else if (et_slice_equal(name, ET_LIT("id")) && !memchr(value.data, '\0', value.size)) {
        set_decoded(&reader->id, value);
    }
}

static void forget_event(struct et_sse_reader *reader)
{
    et_text_clear(&reader->type);
    et_text_clear(&reader->data);
    reader->has_data = reader->given = false;
}

/* The empty line: true when there is an event to give out. */
static bool end_event(struct et_sse_reader *reader, struct et_sse_event *event)
{
    if (!reader->has_data) {
        forget_event(reader);
        return false;
    }
    struct et_slice type = et_text_slice(&reader->type);
    event->type = type.size ? type : ET_LIT("message");
    event->data = et_text_slice(&reader->data);
    event->id = et_text_slice(&reader->id);
    reader->given = true;
    return true;
}

static bool take_line(struct et_sse_reader *reader, struct et_slice line,
                      struct et_sse_event *event)
{
    if (!reader->started && et_slice_starts(line, ET_LIT("\xEF\xBB\xBF")))
        line = et_slice_part(line, 3, line.size);
    reader->started = true;
    if (line.size == 0)
        return end_event(reader, event);
    size_t colon = et_slice_find(line, ET_LIT(":"));
    struct et_slice value = et_slice_part(line, colon + 1, line.size);
    if (et_slice_starts(value, ET_LIT(" ")))
        value = et_slice_part(value, 1, value.size);
    take_field(reader, et_slice_part(line, 0, colon), value);
    return false;
}

/* The first CR or LF.  A block at a time, so that lines that end with CR never cost a search for LF
 * to the end of the input each. */
static size_t line_end(struct et_slice input)
{
    for (size_t from = 0; from < input.size; from += BLOCK_BYTES) {
        struct et_slice block = et_slice_part(input, from, from + BLOCK_BYTES);
        const char *lf = memchr(block.data, '\n', block.size);
        size_t size = lf ? (size_t)(lf - block.data) : block.size;
        const char *cr = memchr(block.data, '\r', size);
        if (cr || lf)
            return from + (cr ? (size_t)(cr - block.data) : size);
    }
    return input.size;
}

static int first_error(const struct et_sse_reader *reader)
{
    int err = et_text_failed(&reader->line);
    if (!err)
        err = et_text_failed(&reader->type);
    if (!err)
        err = et_text_failed(&reader->data);
    return err ? err : et_text_failed(&reader->id);
}

/* Takes one line, or what there is of it, off the input.  True when it gives out an event. */
static bool feed_line(struct et_sse_reader *reader, struct et_slice *input,
                      struct et_sse_event *event)
{
    size_t end = line_end(*input);
    bool whole = end < input->size, alone = whole && et_text_slice(&reader->line).size == 0;
    struct et_slice line = et_slice_part(*input, 0, end);
    if (!alone || end > reader->line_bytes_max)
        et_text_add(&reader->line, line);
    reader->after_cr = whole && input->data[end] == '\r';
    *input = et_slice_part(*input, end + 1, input->size);
    if (!whole || et_text_failed(&reader->line))
        return false;
    bool gives = take_line(reader, alone ? line : et_text_slice(&reader->line), event);
    et_text_clear(&reader->line);
    return gives;
}

enum et_sse_result et_sse_reader_feed(struct et_sse_reader *reader, struct et_slice *input,
                                      struct et_sse_event *event)
{
    bool gives = false;
    if (reader->given)
        forget_event(reader);
    while (input->size && !reader->err && !gives) {
        if (reader->after_cr && input->data[0] == '\n')
            *input = et_slice_part(*input, 1, input->size);
        reader->after_cr = false;
        if (input->size)
            gives = feed_line(reader, input, event);
        reader->err = first_error(reader);
    }
    if (reader->err)
        return ET_SSE_FAILED;
    return gives ? ET_SSE_EVENT : ET_SSE_MORE;
}

int et_sse_reader_error(const struct et_sse_reader *reader)
{
    return reader->err;
}

static void add_line(struct et_text *out, struct et_slice name, struct et_slice value)
{
    et_text_add(out, name);
    et_text_add(out, ET_LIT(": "));
    et_text_add(out, value);
    et_text_addc(out, '\n');
}

int et_sse_write(struct et_text *out, struct et_slice type, struct et_slice data)
{
    if (line_end(type) < type.size)
        return ET_VALUE;
    if (type.size)
        add_line(out, ET_LIT("event"), type);
    for (;;) {
        size_t end = line_end(data);
        add_line(out, ET_LIT("data"), et_slice_part(data, 0, end));
        if (end == data.size)
            break;
        bool pair = et_slice_starts(et_slice_part(data, end, data.size), ET_LIT("\r\n"));
        data = et_slice_part(data, end + 1 + pair, data.size);
    }
    et_text_addc(out, '\n');
    return et_text_failed(out);
}
