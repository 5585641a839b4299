/* SPDX-License-Identifier: MIT */
/* What a parser says about a stream, as one text: the same stream, cut differently, must give the
 * same text.  For tests and fuzz targets.
 *
 *     GET /v1?x=1 path=/v1 query=x=1 host=a 1.1 framing=1 length=5 alive=1 expect=0
 *     Host=a
 *     BODY hello
 *     END
 *     EOF
 *
 * Every piece is fed from a block of exactly its size, so that a sanitizer sees a read behind it,
 * and given back before the next one, so that it sees a pointer that was kept. */
#ifndef ET_HTTP_TESTS_TRANSCRIPT_H
#define ET_HTTP_TESTS_TRANSCRIPT_H

#include "core/base/text.h"
#include "core/http/parser.h"

#include <stdlib.h>
#include <string.h>

struct transcript {
    struct et_text text;
    enum et_http_kind kind;
    const struct et_http_limits *limits;
    bool answers_head;
    unsigned messages;        /* ENDs seen */
    enum et_http_error error; /* of the parser, at the end */
    bool in_body;
};

static inline void transcript_head(struct et_text *text, const struct et_http_head *head)
{
    if (head->status)
        et_text_addf(text, "%u %.*s", head->status, ET_ARG(head->reason));
    else
        et_text_addf(text, "%.*s %.*s path=%.*s query=%.*s host=%.*s", ET_ARG(head->method),
                     ET_ARG(head->target), ET_ARG(head->path), ET_ARG(head->query),
                     ET_ARG(head->host));
    et_text_addf(text, " 1.%u framing=%d length=%llu alive=%d expect=%d\n", head->minor,
                 (int)head->framing, (unsigned long long)head->length, head->keep_alive,
                 head->expect_continue);
    for (size_t i = 0; i < head->count; i++)
        et_text_addf(text, "%.*s=%.*s\n", ET_ARG(head->fields[i].name),
                     ET_ARG(head->fields[i].value));
}

static inline void transcript_event(struct transcript *transcript, struct et_http_parser *parser,
                                    enum et_http_event event, struct et_slice body)
{
    struct et_text *text = &transcript->text;
    if (event == ET_HTTP_BODY) {
        et_text_add(text, transcript->in_body ? ET_LIT("") : ET_LIT("BODY "));
        et_text_add(text, body);
        transcript->in_body = true;
        return;
    }
    if (transcript->in_body && event != ET_HTTP_MORE) {
        et_text_addc(text, '\n');
        transcript->in_body = false;
    }
    if (event == ET_HTTP_HEAD)
        transcript_head(text, et_http_parser_head(parser));
    if (event == ET_HTTP_END) {
        et_text_add(text, ET_LIT("END\n"));
        transcript->messages++;
        et_http_parser_next(parser);
    }
    if (event == ET_HTTP_ERROR)
        et_text_addf(text, "ERROR %s\n", et_http_error_name(et_http_parser_error(parser)));
}

/* False after an error. */
static inline bool transcript_piece(struct transcript *transcript, struct et_http_parser *parser,
                                    struct et_slice piece)
{
    char *block = malloc(piece.size ? piece.size : 1);
    if (piece.size)
        memcpy(block, piece.data, piece.size);
    struct et_slice input = {block, piece.size}, body = {NULL, 0};
    enum et_http_event event;
    do {
        event = et_http_parser_feed(parser, &input, &body);
        transcript_event(transcript, parser, event, body);
    } while (event != ET_HTTP_MORE && event != ET_HTTP_ERROR);
    free(block);
    return event != ET_HTTP_ERROR;
}

/* Feeds `first` bytes, then pieces of `step`, then tells of the end.  Adds to the text. */
static inline void transcript_run(struct transcript *transcript, const struct et_mem *mem,
                                  struct et_slice stream, size_t first, size_t step)
{
    struct et_http_parser *parser;
    if (et_http_parser_new(&parser, mem, transcript->kind, transcript->limits))
        return;
    if (transcript->answers_head)
        et_http_parser_answers_head(parser);
    bool fine = transcript_piece(transcript, parser, et_slice_part(stream, 0, first));
    for (size_t at = first; fine && at < stream.size; at += step)
        fine = transcript_piece(transcript, parser, et_slice_part(stream, at, at + step));
    if (fine)
        transcript_event(transcript, parser, et_http_parser_eof(parser), (struct et_slice){0});
    transcript->error = et_http_parser_error(parser);
    et_text_add(&transcript->text, ET_LIT("EOF\n"));
    et_http_parser_free(parser);
}

static inline struct transcript transcript_of(const struct et_mem *mem, enum et_http_kind kind)
{
    struct transcript transcript = {.kind = kind, .limits = &et_http_limits_default};
    et_text_init(&transcript.text, mem, SIZE_MAX / 4);
    return transcript;
}

static inline void transcript_clear(struct transcript *transcript)
{
    et_text_clear(&transcript->text);
    transcript->messages = 0;
    transcript->in_body = false;
}

#endif
