/* SPDX-License-Identifier: MIT */
/* What a call upstream came to: answered, again later, or failed for good. */
#include "core/engine/stages.h"

#include <assert.h>

static bool good_status(unsigned status)
{
    return status >= 200 && status < 300;
}

/* 1: try again, 0: do not, -1: nothing is said; other words say nothing. */
static int should_retry(struct et_slice value)
{
    if (et_slice_equal_nocase(value, ET_LIT("true")))
        return 1;
    return et_slice_equal_nocase(value, ET_LIT("false")) ? 0 : -1;
}

void et_call_head(struct et_engine *engine, struct flight *flight, const struct et_event *event)
{
    const struct et_http_field *fields = event->fields;
    size_t count = event->field_count;
    flight->status = flight->attempt.status = event->status;
    engine->unix_now = event->unix_now > engine->unix_now ? event->unix_now : engine->unix_now;
    flight->head_by = ET_NEVER;
    flight->should_retry =
        should_retry(et_http_field_value(fields, count, ET_LIT("x-should-retry")));
    flight->retry_after =
        et_retry_after(et_http_field_value(fields, count, ET_LIT("retry-after-ms")),
                       et_http_field_value(fields, count, ET_LIT("retry-after")), event->unix_now);
    et_answer_reader_head(flight->reader, event->status,
                          et_http_field_value(fields, count, ET_LIT("content-type")));
    et_flight_rearm(engine, flight);
}

/* The bill of the call that just ended, in the tier it tells.  An answer without usage, or one cut
 * after it began, has been billed by the provider but we cannot say how much: unpriced, never 0. */
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
    struct et_terms terms = {.tier = ET_TIER_STANDARD};
    bool known = answer->tier.size == 0 || et_tier_parse(answer->tier, &terms.tier);
    row->priced = known && et_price_bill(price, &row->usage, terms, &bill) == ET_BILLED;
    row->cost_pico = row->priced ? bill.total : 0;
}

/* Calls that together cost more than can be said are known to their maximum only. */
static void add_cost(struct et_request_row *row, const struct et_attempt_row *attempt)
{
    row->priced = row->priced && attempt->priced;
    if (!__builtin_add_overflow(row->cost_pico, attempt->cost_pico, &row->cost_pico))
        return;
    row->cost_pico = UINT64_MAX;
    row->priced = false;
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

/* The call is over: its row, its bill, what its model's health and the budget learn.  A 429 takes
 * nothing from the budget: the gate already holds everybody back. */
static void close_call(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    enum et_outcome outcome = outcome_of(end);
    flight->attempt.end = end;
    flight->attempt.ended_at = now;
    price(engine, flight);
    add_cost(&flight->row, &flight->attempt);
    et_flight_settle(engine, flight,
                     flight->attempt.priced ? flight->attempt.cost_pico : ET_PICO_NONE);
    et_health_report(engine, flight, outcome, now);
    if (outcome != ET_OUTCOME_IGNORED)
        et_retry_budget_report(&engine->budget, outcome == ET_OUTCOME_GOOD);
    if (end == ET_END_RATE_LIMITED)
        et_health_gate(engine, flight, now);
    et_flight_delist_call(engine, flight);
    flight->closed_attempt = flight->attempt;
    et_tell(engine, flight, PENDING_ATTEMPT);
}

void et_call_cancel(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    assert(flight->call);
    assert(!(flight->pending & PENDING_CALL)); /* no call starts at or after its deadline */
    flight->cancelled = flight->call;
    et_tell(engine, flight, PENDING_CANCEL);
    close_call(engine, flight, end, now);
}

static bool retryable(const struct flight *flight, enum et_end end)
{
    if (flight->should_retry >= 0)
        return flight->should_retry;
    return outcome_of(end) == ET_OUTCOME_FAILED || end == ET_END_RATE_LIMITED ||
           flight->status == 408 || flight->status == 409;
}

/* *others: it was its chain alone that kept it from trying: a next model, or calls of others. */
static bool try_again(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now,
                      bool *others)
{
    struct et_attempt failed = {.request = flight->id,
                                .number = flight->tries,
                                .retryable = retryable(flight, end),
                                .answered = flight->answered,
                                .retry_after = flight->retry_after,
                                .deadline_at = flight->deadline_at};
    struct et_retry_answer answer = et_retry_next(
        &engine->config.retry, engine->config.retry_budget ? &engine->budget : NULL, &failed, now);
    if (answer.verdict != ET_RETRY_AT)
        return false;
    if (!et_may_stay(engine, flight, answer.at - now)) {
        *others = flight->choice + 1 < flight->choice_count || flight->attempts > flight->tries;
        return false;
    }
    et_flight_unqueue(engine, flight, now); /* others may run while this one waits */
    et_flight_wait(engine, flight, answer.at, answer.at);
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
    else if (good_status(status))
        et_api_refuse(error, 502, "server_error", "upstream_error", NULL,
                      "The upstream broke off its answer with an error.");
    else
        et_api_refuse(error, status, status < 500 ? "invalid_request_error" : "server_error", NULL,
                      NULL, "The upstream answered with status %u.", status);
}

/* An upstream's own words about its error status, if they came whole; a page of a proxy in between
 * is not passed on. */
static struct et_slice own_words(const struct flight *flight, enum et_end end)
{
    struct et_slice body = et_answer_reader_body(flight->reader);
    bool whole =
        end == ET_END_RATE_LIMITED || end == ET_END_UPSTREAM_4XX || end == ET_END_UPSTREAM_5XX;
    bool passed_on =
        whole && !good_status(flight->status) && et_slice_starts(et_slice_trim(body), ET_LIT("{"));
    return passed_on ? body : (struct et_slice){NULL, 0};
}

/* What a closed call that brought no answer means for those who waited for it.  Followers of a
 * leader that may not try again itself, because its client is gone or has bytes already, try on
 * their own where it could have. */
static void fail(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    bool retry_on = engine->config.retry_on, spoilt = flight->gone || flight->answered;
    bool again = false;
    if (retry_on && !flight->gone && try_again(engine, flight, end, now, &again))
        return;
    struct failure failure = {.end = end, .retry_after = flight->retry_after, .again = again};
    failure.code = et_answer_reader_error_code(flight->reader);
    describe(&failure.error, end, flight->status);
    failure.body = own_words(flight, end);
    if (retry_on && spoilt && retryable(flight, end))
        et_answer_own_error(engine, flight, &failure, now);
    else
        et_answer_error(engine, flight, &failure, now);
}

/* Stops the call and treats it as failed: the answer is of no use, or it takes too long. */
static void give_up(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    et_call_cancel(engine, flight, end, now);
    fail(engine, flight, end, now);
}

void et_call_late(struct et_engine *engine, struct flight *flight, et_ns now)
{
    give_up(engine, flight, ET_END_TIMEOUT, now);
}

/* A stream that said its last word is whole, however its connection ends. */
void et_call_failed(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (et_answer_reader_done(flight->reader)) {
        et_call_done(engine, flight, now);
        return;
    }
    close_call(engine, flight, ET_END_CONNECTION, now);
    fail(engine, flight, ET_END_CONNECTION, now);
}

void et_call_data(struct et_engine *engine, struct flight *flight, struct et_slice bytes, et_ns now)
{
    bool first = flight->first_by != ET_NEVER;
    flight->first_by = ET_NEVER;
    if (first)
        et_flight_rearm(engine, flight);
    int err = et_answer_reader_feed(flight->reader, bytes);
    enum et_answer_state state = et_answer_reader_state(flight->reader);
    if (et_answer_reader_began(flight->reader) && flight->attempt.first_at == ET_NEVER)
        flight->attempt.first_at = now;
    if (err || state == ET_ANSWER_MALFORMED)
        give_up(engine, flight, ET_END_MALFORMED, now);
    else if (state == ET_ANSWER_ERROR && good_status(flight->status)) /* an event of the stream */
        give_up(engine, flight, ET_END_UPSTREAM_5XX, now);
    else if (flight->stream && et_answer_reader_streams(flight->reader))
        et_answer_live(engine, flight, bytes, now);
}

/* An answer in another form than was asked for is turned, if nothing is lost by that. */
static bool usable(const struct flight *flight)
{
    return et_answer_reader_streams(flight->reader) == flight->stream ||
           et_answer_reader_plain(flight->reader);
}

static enum et_end end_of(const struct flight *flight)
{
    enum et_answer_state state = et_answer_reader_state(flight->reader);
    if (good_status(flight->status) && state == ET_ANSWER_COMPLETE)
        return usable(flight) ? ET_END_ANSWERED : ET_END_MALFORMED;
    if (good_status(flight->status) && state == ET_ANSWER_INCOMPLETE)
        return ET_END_CONNECTION;
    if (good_status(flight->status) && state == ET_ANSWER_ERROR)
        return ET_END_UPSTREAM_5XX;
    if (flight->status == 429)
        return ET_END_RATE_LIMITED;
    if (flight->status >= 500)
        return ET_END_UPSTREAM_5XX;
    return flight->status >= 400 ? ET_END_UPSTREAM_4XX : ET_END_MALFORMED;
}

void et_call_done(struct et_engine *engine, struct flight *flight, et_ns now)
{
    et_answer_reader_end(flight->reader);
    enum et_end end = end_of(flight);
    close_call(engine, flight, end, now);
    if (end == ET_END_ANSWERED)
        et_answer_whole(engine, flight, now);
    else
        fail(engine, flight, end, now);
}
