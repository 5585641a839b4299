/* SPDX-License-Identifier: MIT */
/* A line is collected whole in the parser's buffer before it is looked at, so the code that judges
 * it never sees where the input was cut.  Head lines stay where they were collected, and the head's
 * slices point there; chunk and trailer lines share a second, smaller place behind. */
#include "core/http/parser.h"

#include "core/http/chunk.h"
#include "core/http/framing.h"
#include "core/http/start_line.h"

#include <assert.h>
#include <string.h>

enum { CRLF = 2, LIMIT_MAX = 1 << 30 };

enum state {
    START, /* before or in the request or status line */
    FIELDS,
    LENGTH,      /* body of `left` bytes */
    UNTIL_CLOSE, /* body, of which `left` more bytes are allowed */
    CHUNK_LINE,
    CHUNK_DATA, /* `left` bytes of it */
    CHUNK_END,  /* the CR LF behind it */
    TRAILERS,
    COMPLETE, /* END is still to be told */
    DONE,     /* until `next` */
    FAILED
};

struct line {
    char *data;
    size_t size, room;
};

struct et_http_parser {
    const struct et_mem *mem;
    size_t size; /* of this block */
    struct et_http_limits limits;
    enum et_http_kind kind;
    enum state state;
    enum et_http_error error;
    bool answers_head, empty_line_skipped, has_head;
    struct line line;
    size_t header_bytes, ext_bytes, trailer_bytes;
    uint64_t left;       /* see enum state */
    uint64_t body_bytes; /* of the chunks so far */
    struct et_http_head head;
    char *head_lines;  /* room for the start line, the fields and the empty line */
    char *later_lines; /* room for a chunk line or a trailer */
    struct et_http_field fields[];
};

const struct et_http_limits et_http_limits_default = {
    .request_line_bytes_max = 8192,
    .header_bytes_max = 16384,
    .header_count_max = 100,
    .body_bytes_max = 16 << 20,
    .chunk_ext_bytes_max = 1024,
    .trailer_bytes_max = 4096,
};

static void expect_line(struct et_http_parser *parser, enum state state, char *at, size_t room)
{
    parser->state = state;
    parser->line = (struct line){.data = at, .room = room};
}

static void start(struct et_http_parser *parser)
{
    parser->head = (struct et_http_head){.fields = parser->fields};
    parser->header_bytes = parser->ext_bytes = parser->trailer_bytes = 0;
    parser->body_bytes = 0;
    parser->has_head = false;
    expect_line(parser, START, parser->head_lines, parser->limits.request_line_bytes_max + CRLF);
}

static size_t later_room(const struct et_http_limits *limits)
{
    size_t chunk = ET_HTTP_CHUNK_DIGITS_MAX + limits->chunk_ext_bytes_max;
    return (chunk > limits->trailer_bytes_max ? chunk : limits->trailer_bytes_max) + CRLF;
}

static bool is_fit(size_t limit)
{
    return limit > 0 && limit < LIMIT_MAX;
}

int et_http_parser_new(struct et_http_parser **out, const struct et_mem *mem,
                       enum et_http_kind kind, const struct et_http_limits *limits)
{
    assert(is_fit(limits->request_line_bytes_max));
    assert(is_fit(limits->header_bytes_max));
    assert(is_fit(limits->header_count_max));
    assert(is_fit(limits->chunk_ext_bytes_max));
    assert(is_fit(limits->trailer_bytes_max));
    assert(limits->body_bytes_max > 0);
    size_t fields = limits->header_count_max * sizeof(struct et_http_field);
    size_t head = limits->request_line_bytes_max + limits->header_bytes_max + 2 * CRLF;
    size_t size = sizeof(struct et_http_parser) + fields + head + later_room(limits);
    struct et_http_parser *parser = et_mem_take(mem, size);
    if (!parser)
        return ET_NOMEM;
    parser->mem = mem;
    parser->size = size;
    parser->limits = *limits;
    parser->kind = kind;
    parser->head_lines = (char *)parser->fields + fields;
    parser->later_lines = parser->head_lines + head;
    start(parser);
    *out = parser;
    return 0;
}

void et_http_parser_free(struct et_http_parser *parser)
{
    if (parser)
        et_mem_give(parser->mem, parser, parser->size);
}

static enum et_http_event fail(struct et_http_parser *parser, enum et_http_error error)
{
    parser->error = error;
    parser->state = FAILED;
    return ET_HTTP_ERROR;
}

static void expect_field(struct et_http_parser *parser)
{
    char *behind = parser->line.data + parser->line.size;
    expect_line(parser, FIELDS, behind,
                parser->limits.header_bytes_max - parser->header_bytes + CRLF);
}

static void expect_chunk_line(struct et_http_parser *parser)
{
    size_t ext_left = parser->limits.chunk_ext_bytes_max - parser->ext_bytes;
    expect_line(parser, CHUNK_LINE, parser->later_lines,
                ET_HTTP_CHUNK_DIGITS_MAX + ext_left + CRLF);
}

static void expect_trailer(struct et_http_parser *parser)
{
    expect_line(parser, TRAILERS, parser->later_lines,
                parser->limits.trailer_bytes_max - parser->trailer_bytes + CRLF);
}

static enum et_http_event on_start_line(struct et_http_parser *parser, struct et_slice text)
{
    bool asks = parser->kind == ET_HTTP_REQUESTS;
    if (text.size == 0 && asks && !parser->empty_line_skipped) {
        parser->empty_line_skipped = true; /* RFC 9112, 2.2: at least one should be ignored */
        parser->line.size = 0;
        return ET_HTTP_MORE;
    }
    enum et_http_error error =
        asks ? et_http_request_line(text, &parser->head) : et_http_status_line(text, &parser->head);
    if (error)
        return fail(parser, error);
    expect_field(parser);
    return ET_HTTP_MORE;
}

static void expect_body(struct et_http_parser *parser)
{
    switch (parser->head.framing) {
    case ET_HTTP_NO_BODY:
        parser->state = COMPLETE;
        break;
    case ET_HTTP_LENGTH:
        parser->left = parser->head.length;
        parser->state = parser->left ? LENGTH : COMPLETE;
        break;
    case ET_HTTP_CHUNKED:
        expect_chunk_line(parser);
        break;
    case ET_HTTP_UNTIL_CLOSE:
        parser->left = parser->limits.body_bytes_max;
        parser->state = UNTIL_CLOSE;
        break;
    }
}

static enum et_http_event end_head(struct et_http_parser *parser)
{
    struct et_http_head *head = &parser->head;
    uint64_t most = parser->limits.body_bytes_max;
    enum et_http_error error = parser->kind == ET_HTTP_REQUESTS
                                   ? et_http_frame_request(head, most)
                                   : et_http_frame_response(head, most, parser->answers_head);
    if (error)
        return fail(parser, error);
    if (head->status && head->status < 200) {
        start(parser);
        return ET_HTTP_MORE;
    }
    parser->has_head = true;
    expect_body(parser);
    return ET_HTTP_HEAD;
}

static enum et_http_event on_field(struct et_http_parser *parser, struct et_slice text)
{
    if (text.size == 0)
        return end_head(parser);
    parser->header_bytes += parser->line.size;
    if (parser->header_bytes > parser->limits.header_bytes_max)
        return fail(parser, ET_HTTP_LARGE_HEADERS);
    if (parser->head.count == parser->limits.header_count_max)
        return fail(parser, ET_HTTP_MANY_HEADERS);
    enum et_http_error error = et_http_field_line(text, &parser->fields[parser->head.count]);
    if (error)
        return fail(parser, error);
    parser->head.count++;
    expect_field(parser);
    return ET_HTTP_MORE;
}

static enum et_http_event on_chunk_line(struct et_http_parser *parser, struct et_slice text)
{
    struct et_http_chunk chunk;
    enum et_http_error error = et_http_chunk_line(text, &chunk);
    if (error)
        return fail(parser, error);
    parser->ext_bytes += chunk.ext_bytes;
    if (parser->ext_bytes > parser->limits.chunk_ext_bytes_max)
        return fail(parser, ET_HTTP_LARGE_CHUNK_EXTENSIONS);
    if (chunk.size > parser->limits.body_bytes_max - parser->body_bytes)
        return fail(parser, ET_HTTP_LARGE_BODY);
    parser->body_bytes += chunk.size;
    parser->left = chunk.size;
    parser->state = CHUNK_DATA;
    if (chunk.size == 0)
        expect_trailer(parser);
    return ET_HTTP_MORE;
}

static enum et_http_event on_chunk_end(struct et_http_parser *parser, struct et_slice text)
{
    (void)text; /* empty: there was room for CR LF only */
    expect_chunk_line(parser);
    return ET_HTTP_MORE;
}

static enum et_http_event on_trailer(struct et_http_parser *parser, struct et_slice text)
{
    if (text.size == 0) {
        parser->state = DONE;
        return ET_HTTP_END;
    }
    parser->trailer_bytes += parser->line.size;
    if (parser->trailer_bytes > parser->limits.trailer_bytes_max)
        return fail(parser, ET_HTTP_LARGE_TRAILERS);
    struct et_http_field field;
    enum et_http_error error = et_http_field_line(text, &field);
    if (error)
        return fail(parser, error);
    if (et_http_is_forbidden_trailer(field.name))
        return fail(parser, ET_HTTP_BAD_TRAILER);
    expect_trailer(parser);
    return ET_HTTP_MORE;
}

/* What to do with a whole line, and what is wrong when its room is full before it ends. */
static const struct {
    enum et_http_event (*take)(struct et_http_parser *parser, struct et_slice text);
    enum et_http_error too_long;
} lines[] = {
    [START] = {on_start_line, ET_HTTP_LONG_START_LINE},
    [FIELDS] = {on_field, ET_HTTP_LARGE_HEADERS},
    [CHUNK_LINE] = {on_chunk_line, ET_HTTP_LARGE_CHUNK_EXTENSIONS},
    [CHUNK_END] = {on_chunk_end, ET_HTTP_BAD_CHUNK_END},
    [TRAILERS] = {on_trailer, ET_HTTP_LARGE_TRAILERS},
};

static struct et_slice take(struct et_slice *input, size_t size)
{
    struct et_slice taken = et_slice_part(*input, 0, size);
    *input = et_slice_part(*input, taken.size, input->size);
    return taken;
}

/* Moves input into the line, up to LF or to its room. */
static void collect(struct line *line, struct et_slice *input)
{
    struct et_slice part = et_slice_part(*input, 0, line->room - line->size);
    size_t end = et_slice_find(part, ET_LIT("\n"));
    part = take(input, end < part.size ? end + 1 : part.size);
    if (part.size)
        memcpy(line->data + line->size, part.data, part.size);
    line->size += part.size;
}

static enum et_http_event take_line(struct et_http_parser *parser, struct et_slice *input)
{
    struct line *line = &parser->line;
    collect(line, input);
    struct et_slice text = {line->data, line->size};
    if (et_slice_ends(text, ET_LIT("\r\n"))) {
        text.size -= CRLF;
        return lines[parser->state].take(parser, text);
    }
    if (et_slice_ends(text, ET_LIT("\n")))
        return fail(parser, ET_HTTP_BAD_LINE_END);
    return line->size < line->room ? ET_HTTP_MORE : fail(parser, lines[parser->state].too_long);
}

static enum et_http_event take_body(struct et_http_parser *parser, struct et_slice *input,
                                    struct et_slice *body)
{
    if (input->size == 0)
        return ET_HTTP_MORE;
    if (parser->left == 0)
        return fail(parser, ET_HTTP_LARGE_BODY); /* possible until close only */
    *body = take(input, input->size < parser->left ? input->size : (size_t)parser->left);
    parser->left -= body->size;
    if (parser->left == 0 && parser->state == LENGTH)
        parser->state = COMPLETE;
    if (parser->left == 0 && parser->state == CHUNK_DATA)
        expect_line(parser, CHUNK_END, parser->later_lines, CRLF);
    return ET_HTTP_BODY;
}

static enum et_http_event step(struct et_http_parser *parser, struct et_slice *input,
                               struct et_slice *body)
{
    switch (parser->state) {
    case START:
    case FIELDS:
    case CHUNK_LINE:
    case CHUNK_END:
    case TRAILERS:
        return take_line(parser, input);
    case LENGTH:
    case UNTIL_CLOSE:
    case CHUNK_DATA:
        return take_body(parser, input, body);
    case COMPLETE:
        parser->state = DONE;
        return ET_HTTP_END;
    case DONE:
        return ET_HTTP_MORE;
    case FAILED:
        break;
    }
    return ET_HTTP_ERROR;
}

enum et_http_event et_http_parser_feed(struct et_http_parser *parser, struct et_slice *input,
                                       struct et_slice *body)
{
    enum et_http_event event;
    do
        event = step(parser, input, body);
    while (event == ET_HTTP_MORE && input->size && parser->state != DONE);
    return event;
}

enum et_http_event et_http_parser_eof(struct et_http_parser *parser)
{
    if (parser->state == DONE || et_http_parser_idle(parser))
        return ET_HTTP_MORE;
    if (parser->state == FAILED)
        return ET_HTTP_ERROR;
    if (parser->state != COMPLETE && parser->state != UNTIL_CLOSE)
        return fail(parser, ET_HTTP_TRUNCATED);
    parser->state = DONE;
    return ET_HTTP_END;
}

void et_http_parser_next(struct et_http_parser *parser)
{
    assert(parser->state == DONE);
    parser->answers_head = false;
    parser->empty_line_skipped = false;
    start(parser);
}

void et_http_parser_answers_head(struct et_http_parser *parser)
{
    assert(parser->kind == ET_HTTP_RESPONSES && et_http_parser_idle(parser));
    parser->answers_head = true;
}

const struct et_http_head *et_http_parser_head(const struct et_http_parser *parser)
{
    return parser->has_head ? &parser->head : NULL;
}

enum et_http_error et_http_parser_error(const struct et_http_parser *parser)
{
    return parser->error;
}

bool et_http_parser_idle(const struct et_http_parser *parser)
{
    return parser->state == START && parser->line.size == 0;
}
