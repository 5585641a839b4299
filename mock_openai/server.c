/* SPDX-License-Identifier: MIT */
#include "mock_openai/server.h"

#include "core/base/heap.h"
#include "io/loop.h"
#include "io/sysmem.h"

#include <time.h>

struct et_mock {
    struct et_server *server;
    struct et_brain *brain;
    struct et_histogram *late;
    struct et_heap due; /* of plays, by the instant of their step */
    struct et_heap_node **slots;
    size_t slot_count;
    struct et_timer timer;
    uint64_t answered, gone;
    void (*drained)(void *ctx);
    void *drained_ctx;
};

struct play { /* one answer on its way out */
    struct et_heap_node node;
    struct et_exchange *exchange;
    struct et_reply *reply;
    struct et_reply_step step; /* the next one */
};

static void free_play(struct play *play)
{
    et_reply_free(play->reply);
    et_mem_give(&et_sysmem, play, sizeof *play);
}

/* False when it was the last. */
static bool do_step(struct play *play)
{
    size_t count;
    const struct et_http_field *fields;
    switch (play->step.kind) {
    case ET_REPLY_HEAD:
        fields = et_reply_fields(play->reply, &count);
        et_exchange_head(play->exchange, et_reply_status(play->reply), fields, count,
                         et_reply_body_bytes(play->reply));
        return true;
    case ET_REPLY_DATA:
        et_exchange_data(play->exchange, play->step.bytes);
        return true;
    case ET_REPLY_END:
        et_exchange_end(play->exchange);
        return false;
    case ET_REPLY_CUT:
        et_exchange_cut(play->exchange);
        return false;
    case ET_REPLY_RESET:
        et_exchange_reset(play->exchange);
        return false;
    }
    return false;
}

/* Plays what is due.  The clock is read for every step: the lateness of the last of many must not
 * be told as that of the first. */
static void advance(struct et_mock *mock, struct play *play)
{
    for (bool more = true; more;) {
        et_ns now = et_loop_now();
        if (play->step.at > now) {
            et_heap_push(&mock->due, &play->node, play->step.at);
            return;
        }
        et_histogram_record(mock->late, et_since(play->step.at, now) / ET_US);
        more = do_step(play) && et_reply_next(play->reply, &play->step);
    }
    mock->answered++;
    free_play(play);
}

static void arm(struct et_mock *mock)
{
    const struct et_heap_node *first = et_heap_peek(&mock->due);
    et_timer_set(&mock->timer, first ? first->key : ET_NEVER);
}

static void on_due(void *ctx, et_ns now)
{
    struct et_mock *mock = ctx;
    const struct et_heap_node *first;
    while ((first = et_heap_peek(&mock->due)) && first->key <= now)
        advance(mock, ET_OWNER(et_heap_pop(&mock->due), struct play, node));
    arm(mock);
}

static struct play *ask(struct et_mock *mock, struct et_exchange *exchange,
                        const struct et_server_message *message)
{
    const struct et_http_field *fields = message->fields;
    size_t count = message->field_count;
    struct et_brain_request request = {
        .method = message->method,
        .target = message->target,
        .body = message->body,
        .authorization = et_http_field_value(fields, count, ET_LIT("authorization")),
        .organization = et_http_field_value(fields, count, ET_LIT("openai-organization")),
        .project = et_http_field_value(fields, count, ET_LIT("openai-project")),
        .fields = fields,
        .field_count = count,
        .client_request_id = et_http_field_value(fields, count, ET_LIT("x-client-request-id")),
        .fault = et_http_field_value(fields, count, ET_LIT("x-etalon-fault")),
        .answer_tokens = et_http_field_value(fields, count, ET_LIT("x-etalon-answer-tokens")),
    };
    struct play *play = et_mem_take(&et_sysmem, sizeof *play);
    if (!play)
        return NULL;
    play->exchange = exchange;
    if (et_brain_ask(mock->brain, &request, et_loop_now(), &play->reply) == 0 &&
        et_reply_next(play->reply, &play->step))
        return play;
    free_play(play);
    return NULL;
}

static void on_request(void *ctx, struct et_exchange *exchange,
                       const struct et_server_message *message)
{
    struct et_mock *mock = ctx;
    struct play *play = ask(mock, exchange, message);
    if (!play) { /* no memory: the client sees a broken connection, which it is */
        et_exchange_cut(exchange);
        return;
    }
    et_exchange_set(exchange, play);
    advance(mock, play);
    arm(mock);
}

static void on_gone(void *ctx, struct et_exchange *exchange)
{
    struct et_mock *mock = ctx;
    struct play *play = et_exchange_get(exchange);
    et_heap_remove(&mock->due, &play->node);
    free_play(play);
    mock->gone++;
}

/* Unix seconds when CLOCK_MONOTONIC was 0, rounded down: `created` is never in the future. */
static uint64_t epoch_now(void)
{
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    return ((et_ns)wall.tv_sec * ET_S + (et_ns)wall.tv_nsec - et_loop_now()) / ET_S;
}

static int build(struct et_mock *mock, struct event_base *base,
                 const struct et_server_config *server, const struct et_brain_config *brain,
                 struct et_complaint *complaint)
{
    static const struct et_server_handler handler = {on_request, on_gone};
    struct et_brain_config config = *brain;
    if (config.epoch == 0)
        config.epoch = epoch_now();
    int err = et_brain_new(&mock->brain, &config, &et_sysmem);
    if (!err)
        err = et_histogram_new(&mock->late, &et_sysmem, &et_histogram_us);
    mock->slot_count = server->connections_max;
    mock->slots = et_mem_array(&et_sysmem, mock->slot_count, sizeof *mock->slots);
    if (err || !mock->slots)
        return et_complain(complaint, ET_NOMEM, "%s", et_err_text(ET_NOMEM));
    et_heap_init(&mock->due, mock->slots, (uint32_t)mock->slot_count);
    et_timer_init(&mock->timer, base, on_due, mock);
    return et_server_new(&mock->server, base, server, &handler, mock, complaint);
}

int et_mock_new(struct et_mock **out, struct event_base *base,
                const struct et_server_config *server, const struct et_brain_config *brain,
                struct et_complaint *complaint)
{
    struct et_mock *mock = et_mem_take(&et_sysmem, sizeof *mock);
    if (!mock)
        return et_complain(complaint, ET_NOMEM, "%s", et_err_text(ET_NOMEM));
    int err = build(mock, base, server, brain, complaint);
    if (err) {
        et_mock_free(mock);
        return err;
    }
    *out = mock;
    return 0;
}

void et_mock_free(struct et_mock *mock)
{
    if (!mock)
        return;
    et_server_free(mock->server);
    et_timer_stop(&mock->timer);
    et_brain_free(mock->brain);
    et_histogram_free(mock->late);
    et_mem_give(&et_sysmem, mock->slots, mock->slot_count * sizeof *mock->slots);
    et_mem_give(&et_sysmem, mock, sizeof *mock);
}

uint16_t et_mock_port(const struct et_mock *mock)
{
    return et_server_port(mock->server);
}

static void on_drained(void *ctx)
{
    struct et_mock *mock = ctx;
    mock->drained(mock->drained_ctx);
}

void et_mock_drain(struct et_mock *mock, et_ns patience, void (*drained)(void *ctx), void *ctx)
{
    mock->drained = drained;
    mock->drained_ctx = ctx;
    et_server_drain(mock->server, patience, on_drained);
}

const struct et_histogram *et_mock_late(const struct et_mock *mock)
{
    return mock->late;
}

void et_mock_tell(const struct et_mock *mock, struct et_mock_report *out)
{
    *out = (struct et_mock_report){
        .answered = mock->answered,
        .gone = mock->gone,
        .steps = mock->late->count,
        .late_p50_us = et_histogram_at(mock->late, 500000),
        .late_p99_us = et_histogram_at(mock->late, 990000),
        .late_max_us = et_histogram_max(mock->late),
    };
}
