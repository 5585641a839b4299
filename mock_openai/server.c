/* SPDX-License-Identifier: MIT */
#include "mock_openai/server.h"

#include "core/base/heap.h"
#include "io/loop.h"
#include "io/sysmem.h"
#include "mock_openai/fault_names.h"
#include "mock_openai/refusals.h"

#include <time.h>

struct et_mock {
    struct et_server *server;
    struct et_brain *brain;
    struct et_metrics *metrics;
    struct et_journal *journal;   /* NULL: none */
    struct et_recorder *recorder; /* NULL: none */
    struct et_heap due;           /* of plays, by the instant of their step */
    struct et_heap_slot *slots;
    size_t slot_count;
    struct et_timer timer;
    struct et_refusals refusals;
    void (*drained)(void *ctx);
    void *drained_ctx;
};

struct play { /* one answer on its way out */
    struct et_heap_node node;
    struct et_exchange *exchange;
    struct et_reply *reply;
    struct et_reply_step step; /* the next one */
    bool streams;
    uint64_t number; /* in the journal */
    et_ns received_at;
    et_ns first_at; /* the first piece of the body; ET_NEVER: not yet */
    bool noted;     /* first_at is in the journal */
};

static void free_play(struct play *play)
{
    et_reply_free(play->reply);
    et_mem_give(&et_sysmem, play, sizeof *play);
}

/* False when it was the last. */
static bool do_step(struct play *play, et_ns now)
{
    size_t count;
    const struct et_http_field *fields;
    et_exchange_due(play->exchange, play->step.at);
    switch (play->step.kind) {
    case ET_REPLY_HEAD:
        if (et_reply_one_byte(play->reply))
            et_exchange_one_byte(play->exchange);
        fields = et_reply_fields(play->reply, &count);
        et_exchange_head(play->exchange, et_reply_status(play->reply), fields, count,
                         et_reply_body_bytes(play->reply));
        return true;
    case ET_REPLY_DATA:
        play->first_at = et_sooner(play->first_at, now);
        et_exchange_data(play->exchange, play->step.bytes);
        if (play->step.apart)
            et_exchange_flush(play->exchange);
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
    case ET_REPLY_CLOSE:
        et_exchange_close(play->exchange);
        return false;
    case ET_REPLY_STRAY:
        et_exchange_stray(play->exchange, play->step.bytes);
        if (play->step.apart)
            et_exchange_flush(play->exchange);
        return true;
    case ET_REPLY_TEAR:
        et_exchange_tear(play->exchange, play->step.bytes);
        return false;
    }
    return false;
}

static void note(struct et_mock *mock, struct play *play, et_ns ended_at, bool gone)
{
    const struct et_journal_times times = {
        .first_at = play->first_at, .ended_at = ended_at, .gone = gone};
    play->noted = play->first_at != ET_NEVER;
    if (mock->journal)
        et_journal_time(mock->journal, play->number, &times);
}

static void finish(struct et_mock *mock, struct play *play, et_ns now, bool gone)
{
    const struct et_metrics_end end = {
        .streams = play->streams,
        .gone = gone,
        .latency = et_since(play->received_at, now),
        .ttft = play->first_at == ET_NEVER ? ET_NEVER : et_since(play->received_at, play->first_at),
    };
    et_metrics_end(mock->metrics, &end);
    note(mock, play, now, gone);
    free_play(play);
}

/* Plays what is due.  What becomes due meanwhile waits for its turn behind the others. */
static void advance(struct et_mock *mock, struct play *play, et_ns now)
{
    for (bool more = true; more;) {
        if (play->step.at > now) {
            et_heap_push(&mock->due, &play->node, play->step.at);
            if (!play->noted && play->first_at != ET_NEVER)
                note(mock, play, ET_NEVER, false);
            return;
        }
        more = do_step(play, now) && et_reply_next(play->reply, &play->step);
    }
    finish(mock, play, now, false);
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
        advance(mock, ET_OWNER(et_heap_pop(&mock->due), struct play, node), et_loop_now());
    arm(mock);
}

static void read_request(struct et_brain_request *out, const struct et_server_message *message)
{
    const struct et_http_field *fields = message->fields;
    size_t count = message->field_count;
#define FIELD(name) et_http_field_value(fields, count, ET_LIT(name))
    *out = (struct et_brain_request){
        .method = message->method,
        .target = message->target,
        .body = message->body,
        .authorization = FIELD("authorization"),
        .organization = FIELD("openai-organization"),
        .project = FIELD("openai-project"),
        .client_request_id = FIELD("x-client-request-id"),
        .fault = FIELD("x-etalon-fault"),
        .answer_tokens = FIELD("x-etalon-answer-tokens"),
        .fields = fields,
        .field_count = count,
        .connected = true,
    };
#undef FIELD
}

/* The status of a connection that is reset before the head is 0. */
static unsigned status_of(const struct play *play)
{
    return play->step.kind == ET_REPLY_HEAD ? et_reply_status(play->reply) : 0;
}

static uint64_t record(struct et_mock *mock, const struct play *play,
                       const struct et_brain_request *request, const struct et_reply_facts *facts)
{
    size_t count;
    const struct et_http_field *fields = et_reply_fields(play->reply, &count);
    struct et_journal_entry entry = {
        .received_at = play->received_at,
        .times = {ET_NEVER, ET_NEVER, false},
        .status = status_of(play),
        .streams = play->streams,
        .faults = et_fault_bits_of(facts),
        .usage = facts->usage,
        .id = et_http_field_value(fields, count, ET_LIT("x-request-id")),
        .client_id = request->client_request_id,
        .method = request->method,
        .target = request->target,
        .model = facts->model,
        .body = request->body,
        .key = request->authorization,
    };
    et_slice_u64(et_http_field_value(request->fields, request->field_count,
                                     ET_LIT("x-stainless-retry-count")),
                 &entry.retry_count);
    return et_journal_record(mock->journal, &entry);
}

static void begin(struct et_mock *mock, struct play *play, const struct et_brain_request *request)
{
    const struct et_reply_facts facts = et_reply_facts(play->reply);
    play->streams = et_reply_body_bytes(play->reply) == UINT64_MAX;
    const struct et_metrics_answer answer = {
        .endpoint = et_endpoint_of(request->target),
        .status = status_of(play),
        .faults = et_fault_bits_of(&facts),
        .usage = facts.usage,
        .miss = facts.cache_miss,
        .streams = play->streams,
    };
    et_metrics_begin(mock->metrics, &answer);
    if (mock->journal)
        play->number = record(mock, play, request, &facts);
}

/* NULL: no memory. */
static struct play *ask(struct et_mock *mock, struct et_exchange *exchange,
                        const struct et_brain_request *request, et_ns now)
{
    struct play *play = et_mem_take(&et_sysmem, sizeof *play);
    if (!play)
        return NULL;
    play->exchange = exchange;
    play->received_at = now;
    play->first_at = ET_NEVER;
    if (et_brain_ask(mock->brain, request, now, &play->reply) == 0 &&
        et_reply_next(play->reply, &play->step))
        return play;
    free_play(play);
    return NULL;
}

static void on_request(void *ctx, struct et_exchange *exchange,
                       const struct et_server_message *message)
{
    struct et_mock *mock = ctx;
    struct et_brain_request request;
    if (mock->recorder && et_recorder_wants(mock->recorder, message)) {
        et_recorder_pass(mock->recorder, exchange, message);
        return;
    }
    read_request(&request, message);
    struct play *play = ask(mock, exchange, &request, et_loop_now());
    if (!play) { /* the client sees a broken connection, which it is */
        et_exchange_cut(exchange);
        return;
    }
    et_exchange_set(exchange, play);
    begin(mock, play, &request);
    advance(mock, play, et_loop_now());
    arm(mock);
}

static void on_gone(void *ctx, struct et_exchange *exchange)
{
    struct et_mock *mock = ctx;
    struct play *play = et_exchange_get(exchange);
    if (mock->recorder && et_recorder_gone(mock->recorder, exchange))
        return;
    et_heap_remove(&mock->due, &play->node);
    finish(mock, play, et_loop_now(), true);
}

/* Lateness is ours alone: of the clock, the loop and the system's call, not of a client that does
 * not read. */
static void on_sent(void *ctx, const struct et_server_sent *sent)
{
    struct et_mock *mock = ctx;
    if (sent->held_up)
        et_metrics_held_up(mock->metrics, sent->marks);
    else
        et_metrics_left(mock->metrics, et_since(sent->due, sent->at), sent->marks);
}

static bool on_connection(void *ctx)
{
    return et_refusals_admit(&((struct et_mock *)ctx)->refusals);
}

uint64_t et_mock_epoch(void)
{
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    return ((et_ns)wall.tv_sec * ET_S + (et_ns)wall.tv_nsec - et_loop_now()) / ET_S;
}

static int build(struct et_mock *mock, struct event_base *base,
                 const struct et_server_config *server, const struct et_brain_config *brain,
                 struct et_complaint *complaint)
{
    static const struct et_server_handler handler = {
        .request = on_request, .gone = on_gone, .sent = on_sent, .admit = on_connection};
    struct et_brain_config config = *brain;
    if (config.epoch == 0)
        config.epoch = et_mock_epoch();
    int err = et_brain_new(&mock->brain, &config, &et_sysmem);
    if (!err)
        err = et_metrics_new(&mock->metrics);
    mock->slot_count = server->connections_max;
    mock->slots = et_mem_array(&et_sysmem, mock->slot_count, sizeof *mock->slots);
    if (err || !mock->slots)
        return et_complain(complaint, ET_NOMEM, "%s", et_err_text(ET_NOMEM));
    et_heap_init(&mock->due, mock->slots, (uint32_t)mock->slot_count);
    et_timer_init(&mock->timer, base, on_due, mock);
    err = et_server_new(&mock->server, base, server, &handler, mock, complaint);
    if (!err)
        et_refusals_start(&mock->refusals, base, mock->server, mock->brain);
    return err;
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
    et_refusals_stop(&mock->refusals);
    et_server_free(mock->server);
    et_recorder_free(mock->recorder);
    et_timer_stop(&mock->timer);
    et_brain_free(mock->brain);
    et_metrics_free(mock->metrics);
    et_mem_give(&et_sysmem, mock->slots, mock->slot_count * sizeof *mock->slots);
    et_mem_give(&et_sysmem, mock, sizeof *mock);
}

void et_mock_count(const struct et_mock *mock, struct et_server_counts *out)
{
    et_server_count(mock->server, out);
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

void et_mock_observe(struct et_mock *mock, struct et_journal *journal)
{
    mock->journal = journal;
}

void et_mock_record(struct et_mock *mock, struct et_recorder *recorder)
{
    mock->recorder = recorder;
}

struct et_metrics *et_mock_metrics(const struct et_mock *mock)
{
    return mock->metrics;
}

bool et_mock_late(const struct et_metrics *sum)
{
    return et_histogram_at(sum->late, 990000) > ET_MOCK_LATE_MAX / ET_US;
}

void et_mock_tell(const struct et_metrics *sum, struct et_mock_report *out)
{
    *out = (struct et_mock_report){
        .answered = sum->counts.answered,
        .gone = sum->counts.gone,
        .steps = sum->late->count,
        .held_up = sum->counts.held_up,
        .late_p50_us = et_histogram_at(sum->late, 500000),
        .late_p99_us = et_histogram_at(sum->late, 990000),
        .late_max_us = et_histogram_max(sum->late),
    };
}
