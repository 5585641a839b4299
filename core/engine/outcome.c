/* SPDX-License-Identifier: MIT */
/* What a call upstream came to: answered, again later, or failed for good. */
#include "core/engine/flight.h"

#include <assert.h>

static bool good_status(unsigned status)
{
    return status >= 200 && status < 300;
}

void call_head(struct et_engine *engine, struct flight *flight, const struct et_event *event,
               et_ns now)
{
    (void)engine, (void)now;
    const struct et_http_field *fields = event->fields;
    size_t count = event->field_count;
    struct et_slice again = et_http_field_value(fields, count, ET_LIT("x-should-retry"));
    flight->status = flight->attempt.status = event->status;
    flight->head_by = ET_NEVER;
    flight->should_retry = !again.data ? -1 : et_slice_equal_nocase(again, ET_LIT("true"));
    flight->retry_after =
        et_retry_after(et_http_field_value(fields, count, ET_LIT("retry-after-ms")),
                       et_http_field_value(fields, count, ET_LIT("retry-after")), event->unix_now);
    et_answer_reader_head(flight->reader, event->status,
                          et_http_field_value(fields, count, ET_LIT("content-type")));
    flight_rearm(engine, flight);
}

/* The bill of the call that just ended.  An answer without usage, or one cut after it began, has
 * been billed by the provider but we cannot say how much: unpriced, never 0. */
static void price(struct et_engine *engine, struct flight *flight)
{
    struct et_attempt_row *row = &flight->attempt;
    const struct et_chat_answer *answer = et_answer_reader_answer(flight->reader);
    struct et_bill bill;
    row->priced = !et_answer_reader_began(flight->reader) || answer->has_usage;
    if (!answer->has_usage)
        return;
    row->usage = answer->usage;
    const struct et_catalogue *catalogue = engine->config.catalogue;
    const struct et_model *model = catalogue ? et_catalogue_find(catalogue, flight->model) : NULL;
    const struct et_price *price = et_price_at(model, engine->config.today);
    row->priced = et_price_bill(price, &row->usage, (struct et_terms){0}, &bill) == ET_BILLED;
    row->cost_pico = row->priced ? bill.total : 0;
}

static enum et_outcome outcome_of(enum et_end end)
{
    if (end == ET_END_ANSWERED)
        return ET_OUTCOME_GOOD;
    if (end == ET_END_UPSTREAM_5XX || end == ET_END_CONNECTION || end == ET_END_TIMEOUT ||
        end == ET_END_MALFORMED)
        return ET_OUTCOME_FAILED;
    return ET_OUTCOME_IGNORED;
}

/* The call is over: its row, its bill, what its model's health learns. */
static void close_call(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    enum et_outcome outcome = outcome_of(end);
    flight->attempt.end = end;
    flight->attempt.ended_at = now;
    price(engine, flight);
    flight->row.cost_pico += flight->attempt.cost_pico;
    flight->row.priced = flight->row.priced && flight->attempt.priced;
    health_report(engine, flight, outcome, now);
    if (outcome != ET_OUTCOME_IGNORED)
        et_retry_budget_report(&engine->budget, outcome == ET_OUTCOME_GOOD);
    delist_call(engine, flight);
    tell(engine, flight, PENDING_ATTEMPT);
}

static bool retryable(const struct flight *flight, enum et_end end)
{
    if (flight->should_retry >= 0)
        return flight->should_retry;
    return outcome_of(end) == ET_OUTCOME_FAILED || end == ET_END_RATE_LIMITED ||
           flight->status == 408 || flight->status == 409;
}

/* A 429 that says how long closes the gate of its model for everybody. */
static void close_gate(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (flight->retry_after == ET_NEVER || flight->retry_after > engine->config.retry.server_max)
        return;
    et_ns until = et_after(now, flight->retry_after);
    if (until > flight->health->gate_until)
        flight->health->gate_until = until;
}

static bool try_again(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    if (!engine->config.retry_on)
        return false;
    struct et_attempt failed = {.request = flight->id,
                                .number = flight->attempts,
                                .retryable = retryable(flight, end),
                                .answered = flight->answered,
                                .retry_after = flight->retry_after,
                                .deadline_at = flight->gone ? ET_NEVER : flight->deadline_at};
    struct et_retry_answer answer = et_retry_next(
        &engine->config.retry, engine->config.retry_budget ? &engine->budget : NULL, &failed, now);
    if (answer.verdict != ET_RETRY_AT)
        return false;
    if (flight->slotted) { /* others may run while this one waits */
        et_queue_done(engine->queue, &flight->entry);
        flight->slotted = false;
    }
    flight->again_at = answer.at;
    flight_rearm(engine, flight);
    return true;
}

static void describe(struct et_api_error *error, enum et_end end, unsigned status)
{
    if (end == ET_END_TIMEOUT)
        et_api_refuse(error, 504, "server_error", "timeout", NULL,
                      "The upstream did not answer in time.");
    else if (end == ET_END_CONNECTION)
        et_api_refuse(error, 502, "server_error", "connection_failed", NULL,
                      "The connection to the upstream failed.");
    else if (end == ET_END_MALFORMED)
        et_api_refuse(error, 502, "server_error", "malformed_answer", NULL,
                      "The upstream sent an answer that cannot be read.");
    else
        et_api_refuse(error, status, "server_error", NULL, NULL,
                      "The upstream answered with status %u.", status);
}

static void settle(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    close_call(engine, flight, end, now);
    if (end == ET_END_RATE_LIMITED)
        close_gate(engine, flight, now);
    if (end == ET_END_ANSWERED) {
        answer_whole(engine, flight, now);
        return;
    }
    if (try_again(engine, flight, end, now))
        return;
    struct et_api_error error;
    describe(&error, end, flight->status);
    answer_error(engine, flight, end, &error, now);
}

void call_failed(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    settle(engine, flight, end, now);
}

void call_cancel(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    assert(flight->call);
    flight->cancelled = flight->call;
    close_call(engine, flight, end, now);
    tell(engine, flight, PENDING_CANCEL);
}

/* Stops the call and treats it as failed: the answer is of no use, or it takes too long. */
static void give_up(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    flight->cancelled = flight->call;
    tell(engine, flight, PENDING_CANCEL);
    settle(engine, flight, end, now);
}

void call_late(struct et_engine *engine, struct flight *flight, et_ns now)
{
    give_up(engine, flight, ET_END_TIMEOUT, now);
}

void call_data(struct et_engine *engine, struct flight *flight, struct et_slice bytes, et_ns now)
{
    int err = et_answer_reader_feed(flight->reader, bytes);
    enum et_answer_state state = et_answer_reader_state(flight->reader);
    if (err || state == ET_ANSWER_MALFORMED) {
        give_up(engine, flight, ET_END_MALFORMED, now);
        return;
    }
    if (et_answer_reader_began(flight->reader) && flight->attempt.first_at == ET_NEVER)
        flight->attempt.first_at = now;
    if (state == ET_ANSWER_ERROR && good_status(flight->status)) /* an error event in a stream */
        give_up(engine, flight, ET_END_UPSTREAM_5XX, now);
    else if (flight->stream && good_status(flight->status) &&
             et_answer_reader_streams(flight->reader))
        answer_live(engine, flight, bytes, now);
}

void call_done(struct et_engine *engine, struct flight *flight, et_ns now)
{
    enum et_end end = ET_END_MALFORMED;
    et_answer_reader_end(flight->reader);
    if (good_status(flight->status)) {
        enum et_answer_state state = et_answer_reader_state(flight->reader);
        if (state == ET_ANSWER_COMPLETE)
            end = ET_END_ANSWERED;
        else if (state == ET_ANSWER_INCOMPLETE)
            end = ET_END_CONNECTION;
    } else if (flight->status == 429) {
        end = ET_END_RATE_LIMITED;
    } else if (flight->status >= 500) {
        end = ET_END_UPSTREAM_5XX;
    } else if (flight->status >= 400) {
        end = ET_END_UPSTREAM_4XX;
    }
    settle(engine, flight, end, now);
}
