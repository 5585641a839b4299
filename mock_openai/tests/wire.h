/* SPDX-License-Identifier: MIT */
/* What a raw client (io/tests/client.h) got, read as HTTP. */
#ifndef ET_MOCK_TESTS_WIRE_H
#define ET_MOCK_TESTS_WIRE_H

#include "core/base/tests/support.h"

#include "core/base/text.h"
#include "core/http/parser.h"
#include "io/sysmem.h"
#include "io/tests/client.h"

/* A whole answer, taken apart: status, fields as lines, the body without its framing. */
struct answer {
    unsigned status;
    struct et_text fields, body;
    bool whole;
};

static inline void read_answer_of(const struct client *client, struct answer *out)
{
    struct et_http_parser *parser;
    struct et_slice input = {client->got, client->size}, piece;
    enum et_http_event event;
    *out = (struct answer){0};
    et_text_init(&out->fields, &et_sysmem, 1 << 20);
    et_text_init(&out->body, &et_sysmem, 1 << 20);
    assert_int_equal(
        et_http_parser_new(&parser, &et_sysmem, ET_HTTP_RESPONSES, &et_http_limits_default), 0);
    while ((event = et_http_parser_feed(parser, &input, &piece)) != ET_HTTP_MORE && !out->whole) {
        assert_int_not_equal(event, ET_HTTP_ERROR);
        out->whole = event == ET_HTTP_END;
        if (event == ET_HTTP_BODY)
            et_text_add(&out->body, piece);
        if (event != ET_HTTP_HEAD)
            continue;
        const struct et_http_head *head = et_http_parser_head(parser);
        out->status = head->status;
        for (size_t i = 0; i < head->count; i++)
            et_text_addf(&out->fields, "%.*s: %.*s\n", ET_ARG(head->fields[i].name),
                         ET_ARG(head->fields[i].value));
    }
    et_http_parser_free(parser);
}

static inline void free_answer(struct answer *answer)
{
    et_text_free(&answer->fields);
    et_text_free(&answer->body);
}

static inline bool is_whole(const struct client *client)
{
    struct answer answer;
    read_answer_of(client, &answer);
    free_answer(&answer);
    return answer.whole;
}

#endif
