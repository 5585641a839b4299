/* SPDX-License-Identifier: MIT */
/* A server whose handler writes down what it is asked and answers by the target: /hold waits for
 * the test, /stream sends chunks, /empty 204, anything else the body it was sent. */
#ifndef ET_IO_TESTS_RIG_H
#define ET_IO_TESTS_RIG_H

#include "io/server.h"
#include "io/sysmem.h"
#include "io/tests/client.h"

enum { HELD_MAX = 8 };

struct rig {
    struct event_base *base;
    struct et_server_config config;
    struct et_server *server;
    struct et_text log;
    struct et_exchange *held[HELD_MAX];
    size_t held_count, gone_count, asked_count, hold_count;
    bool drained;
    struct et_server_sent sent; /* the last */
    size_t sent_marks, held_marks;
};

static const struct et_http_field plain = {{"content-type", 12}, {"text/plain", 10}};

static inline void answer(struct et_exchange *exchange, struct et_slice body)
{
    et_exchange_head(exchange, 200, &plain, 1, body.size);
    et_exchange_data(exchange, body);
    et_exchange_end(exchange);
}

static inline void on_request(void *ctx, struct et_exchange *exchange,
                              const struct et_server_message *message)
{
    struct rig *rig = ctx;
    rig->asked_count++;
    et_text_addf(&rig->log, "%.*s %.*s %.*s|", ET_ARG(message->method), ET_ARG(message->target),
                 ET_ARG(message->body));
    if (et_slice_equal(message->target, ET_LIT("/hold"))) {
        et_exchange_set(exchange, rig);
        rig->held[rig->held_count++] = exchange;
        rig->hold_count++;
    } else if (et_slice_equal(message->target, ET_LIT("/empty"))) {
        et_exchange_head(exchange, 204, NULL, 0, 0);
        et_exchange_end(exchange);
    } else if (et_slice_equal(message->target, ET_LIT("/stream"))) {
        et_exchange_head(exchange, 200, &plain, 1, ET_BODY_CHUNKED);
        et_exchange_data(exchange, ET_LIT("one"));
        et_exchange_data(exchange, ET_LIT(""));
        et_exchange_data(exchange, ET_LIT("and two"));
        et_exchange_end(exchange);
    } else {
        answer(exchange, message->body);
    }
}

static inline void forget(struct rig *rig, const struct et_exchange *exchange)
{
    for (size_t i = 0; i < rig->held_count; i++)
        if (rig->held[i] == exchange) {
            rig->held[i] = rig->held[--rig->held_count];
            return;
        }
    fail_msg("an exchange ended that nobody holds");
}

static inline void on_gone(void *ctx, struct et_exchange *exchange)
{
    struct rig *rig = ctx;
    assert_ptr_equal(et_exchange_get(exchange), rig);
    forget(rig, exchange);
    rig->gone_count++;
}

static inline void on_sent(void *ctx, const struct et_server_sent *sent)
{
    struct rig *rig = ctx;
    rig->sent = *sent;
    *(sent->held_up ? &rig->held_marks : &rig->sent_marks) += sent->marks;
}

/* Takes a held exchange off the list, for the test to end. */
static inline struct et_exchange *release(struct rig *rig)
{
    struct et_exchange *exchange = rig->held[0];
    forget(rig, exchange);
    return exchange;
}

static inline void on_drained(void *ctx)
{
    ((struct rig *)ctx)->drained = true;
}

static inline void start(struct rig *rig)
{
    static const struct et_server_handler handler = {
        .request = on_request, .gone = on_gone, .sent = on_sent};
    struct et_complaint complaint = {0};
    assert_int_equal(
        et_server_new(&rig->server, rig->base, &rig->config, &handler, rig, &complaint), 0);
}

static inline int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    rig->base = et_loop_new();
    et_server_defaults(&rig->config);
    et_text_init(&rig->log, &et_sysmem, 64 << 20);
    *state = rig;
    return rig->base ? 0 : -1;
}

static inline int tear_down(void **state)
{
    struct rig *rig = *state;
    et_server_free(rig->server);
    event_base_free(rig->base);
    et_text_free(&rig->log);
    free(rig);
    return 0;
}

static inline struct client *visit(struct rig *rig, const char *text)
{
    if (!rig->server)
        start(rig);
    struct client *client = client_new(rig->base, et_server_port(rig->server));
    client_send(client, text);
    return client;
}

/* A client whose request to /hold has reached the handler. */
static inline struct client *visit_held(struct rig *rig)
{
    size_t before = rig->held_count;
    struct client *client = visit(rig, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, rig->held_count > before);
    return client;
}

#endif
