/* SPDX-License-Identifier: MIT */
#include "harness/books.h"

#include "core/base/hash.h"
#include "core/measure/encoding.h"

#include <assert.h>
#include <string.h>

enum { ROOM_FIRST = 1024, NAMES_BLOCK = 1024, BASE64_MAX = 1 << 20 };

int et_books_new(struct et_books **out, const struct et_mem *mem)
{
    struct et_books *books = et_mem_take(mem, sizeof *books);
    if (!books)
        return ET_NOMEM;
    books->mem = mem;
    et_arena_init(&books->names, mem, NAMES_BLOCK);
    int err = et_histogram_new(&books->late, mem, &et_histogram_us);
    if (err) {
        et_books_free(books);
        return err;
    }
    *out = books;
    return 0;
}

void et_books_free(struct et_books *books)
{
    if (!books)
        return;
    const struct et_mem *mem = books->mem;
    et_mem_give(mem, books->requests, books->request_room * sizeof *books->requests);
    et_mem_give(mem, books->attempts, books->attempt_room * sizeof *books->attempts);
    et_mem_give(mem, books->transitions, books->transition_room * sizeof *books->transitions);
    et_histogram_free(books->late);
    et_arena_free(&books->names);
    et_mem_give(mem, books, sizeof *books);
}

/* Room for one more item of `size` bytes in an array that doubles; NULL: refused. */
static void *grown(const struct et_mem *mem, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t wide = *room ? *room * 2 : ROOM_FIRST;
    void *fresh = et_mem_grow(mem, items, *room * size, wide * size);
    if (fresh)
        *room = wide;
    return fresh;
}

static bool intern(struct et_books *books, struct et_slice *name)
{
    for (size_t i = 0; i < books->known_count; i++)
        if (et_slice_equal(books->known[i], *name)) {
            *name = books->known[i];
            return true;
        }
    if (!et_arena_copy(&books->names, *name, name))
        return false;
    if (books->known_count < ET_BOOKS_NAMES)
        books->known[books->known_count++] = *name;
    return true;
}

int et_books_open(struct et_books *books, et_id request, et_ns intended_at, et_ns dispatched_at)
{
    assert(request == books->request_count + 1);
    if (books->request_count == ET_BOOKS_MAX)
        return ET_LIMIT;
    void *items = grown(books->mem, books->requests, books->request_count, &books->request_room,
                        sizeof *books->requests);
    if (!items)
        return ET_NOMEM;
    books->requests = items;
    books->requests[books->request_count++] =
        (struct et_booked){.intended_at = intended_at, .dispatched_at = dispatched_at};
    et_histogram_record(books->late, et_since(intended_at, dispatched_at) / ET_US);
    return 0;
}

int et_books_request(struct et_books *books, const struct et_request_row *row)
{
    assert(row->request > 0 && row->request <= books->request_count);
    struct et_booked *booked = &books->requests[row->request - 1];
    assert(!booked->closed); /* each request ends exactly once */
    booked->row = *row;
    booked->closed = true;
    bool kept = intern(books, &booked->row.use_case) && intern(books, &booked->row.asked) &&
                intern(books, &booked->row.model);
    return kept ? 0 : ET_NOMEM;
}

int et_books_attempt(struct et_books *books, const struct et_attempt_row *row)
{
    void *items = grown(books->mem, books->attempts, books->attempt_count, &books->attempt_room,
                        sizeof *books->attempts);
    if (!items)
        return ET_NOMEM;
    books->attempts = items;
    struct et_attempt_row *kept = &books->attempts[books->attempt_count++];
    *kept = *row;
    return intern(books, &kept->model) ? 0 : ET_NOMEM;
}

int et_books_transition(struct et_books *books, const struct et_transition_row *row)
{
    void *items = grown(books->mem, books->transitions, books->transition_count,
                        &books->transition_room, sizeof *books->transitions);
    if (!items)
        return ET_NOMEM;
    books->transitions = items;
    struct et_transition_row *kept = &books->transitions[books->transition_count++];
    *kept = *row;
    return intern(books, &kept->model) ? 0 : ET_NOMEM;
}

/* Of the numbers' little-endian bytes, so that every machine hashes the same. */
static uint64_t hash_numbers(const uint64_t *numbers, size_t count)
{
    uint8_t bytes[8 * 5];
    assert(8 * count <= sizeof bytes);
    for (size_t i = 0; i < 8 * count; i++)
        bytes[i] = (uint8_t)(numbers[i / 8] >> (8 * (i % 8)));
    return et_hash64((struct et_slice){(const char *)bytes, 8 * count}, 0);
}

void et_books_log(struct et_books *books, unsigned what, et_id who, et_ns now,
                  struct et_slice bytes)
{
    const uint64_t record[] = {books->fingerprint, what, who, now, et_hash64(bytes, 0)};
    books->fingerprint = hash_numbers(record, 5);
}

uint64_t et_books_fold(uint64_t fingerprint, uint64_t next)
{
    return hash_numbers((const uint64_t[]){fingerprint, next}, 2);
}

et_ns et_booked_latency(const struct et_booked *booked)
{
    return et_since(booked->intended_at, booked->row.ended_at);
}

et_ns et_booked_service(const struct et_booked *booked)
{
    return et_since(booked->dispatched_at, booked->row.ended_at);
}

et_ns et_booked_ttft(const struct et_booked *booked)
{
    if (!booked->row.stream || booked->row.first_at == ET_NEVER)
        return ET_NEVER;
    return et_since(booked->intended_at, booked->row.first_at);
}

static void add_request(struct et_arm_totals *totals, const struct et_booked *booked)
{
    totals->requests++;
    if (!booked->closed)
        return;
    const struct et_request_row *row = &booked->row;
    if (row->end == ET_END_ANSWERED)
        totals->completed++;
    else
        totals->errors[row->end]++;
    totals->hits += row->source == ET_SOURCE_CACHE;
    totals->coalesced += row->source == ET_SOURCE_COALESCED;
    totals->cost_pico += row->cost_pico;
    totals->priced = totals->priced && row->priced;
}

void et_books_totals(const struct et_books *books, struct et_arm_totals *totals)
{
    *totals = (struct et_arm_totals){.priced = true};
    for (size_t i = 0; i < books->request_count; i++)
        add_request(totals, &books->requests[i]);
    for (size_t i = 0; i < books->attempt_count; i++) {
        totals->cached_tokens += books->attempts[i].usage.cached;
        totals->written_tokens += books->attempts[i].usage.written;
    }
    totals->upstream_calls = books->attempt_count;
    totals->prompt_tokens = books->prompt_tokens;
    totals->completion_tokens = books->completion_tokens;
    totals->fingerprint = books->fingerprint;
    totals->late_us_p99 = et_histogram_at(books->late, 990000);
}

static int save_rows(const struct et_books *books, struct et_ledger *ledger, int64_t arm,
                     struct et_complaint *complaint)
{
    int err = 0;
    for (size_t i = 0; !err && i < books->request_count; i++)
        if (books->requests[i].closed)
            err = et_ledger_request(ledger, arm, books->requests[i].intended_at,
                                    &books->requests[i].row, complaint);
    for (size_t i = 0; !err && i < books->attempt_count; i++)
        err = et_ledger_attempt(ledger, arm, &books->attempts[i], complaint);
    for (size_t i = 0; !err && i < books->transition_count; i++)
        err = et_ledger_transition(ledger, arm, &books->transitions[i], complaint);
    return err;
}

struct interval_metric {
    const char *name;
    et_ns (*of)(const struct et_booked *booked);
};

static const struct interval_metric metrics[] = {
    {"latency_us", et_booked_latency},
    {"service_us", et_booked_service},
    {"ttft_us", et_booked_ttft},
};

static int save_interval(struct et_ledger *ledger, int64_t arm,
                         const struct interval_metric *metric, const struct et_histogram *histogram,
                         et_ns from, et_ns to, struct et_complaint *complaint)
{
    struct et_text text;
    et_text_init(&text, histogram->mem, BASE64_MAX);
    int err = et_histogram_print(histogram, &text);
    if (err)
        et_complain(complaint, err, "cannot encode a histogram: %s", et_err_text(err));
    else
        err = et_ledger_interval(ledger, arm, metric->name, from, to, et_text_slice(&text),
                                 complaint);
    et_text_free(&text);
    return err;
}

/* Requests are in order of their intended instants, so one pass fills interval after interval. */
static int save_metric(const struct et_books *books, struct et_ledger *ledger, int64_t arm,
                       const struct interval_metric *metric, et_ns interval,
                       struct et_complaint *complaint)
{
    struct et_histogram *histogram;
    int err = et_histogram_new(&histogram, books->mem, &et_histogram_us);
    if (err)
        return et_complain(complaint, err, "out of memory");
    size_t i = 0;
    while (!err && i < books->request_count) {
        et_ns from = books->requests[i].intended_at / interval * interval;
        et_histogram_reset(histogram);
        for (; i < books->request_count && books->requests[i].intended_at < from + interval; i++) {
            const struct et_booked *booked = &books->requests[i];
            if (!booked->closed || booked->row.end != ET_END_ANSWERED)
                continue;
            et_ns span = metric->of(booked);
            if (span != ET_NEVER)
                et_histogram_record(histogram, span / ET_US);
        }
        if (histogram->count)
            err = save_interval(ledger, arm, metric, histogram, from, from + interval, complaint);
    }
    et_histogram_free(histogram);
    return err;
}

int et_books_save(const struct et_books *books, struct et_ledger *ledger, int64_t arm,
                  et_ns interval, struct et_complaint *complaint)
{
    struct et_arm_totals totals;
    et_books_totals(books, &totals);
    int err = save_rows(books, ledger, arm, complaint);
    for (size_t i = 0; !err && i < sizeof metrics / sizeof *metrics; i++)
        err = save_metric(books, ledger, arm, &metrics[i], interval, complaint);
    return err ? err : et_ledger_arm_done(ledger, arm, &totals, complaint);
}
