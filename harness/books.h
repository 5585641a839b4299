/* SPDX-License-Identifier: MIT */
/* What one arm of one seed came to: every row the engine booked, in the order of the requests, and
 * what the harness itself counted.  Filled by the virtual or the real clock, read by the verdict,
 * written to the ledger.
 *
 * Rows are kept in memory: about 400 bytes a request, at most ET_BOOKS_MAX requests an arm. */
#ifndef ET_HARNESS_BOOKS_H
#define ET_HARNESS_BOOKS_H

#include "core/base/arena.h"
#include "core/engine/book.h"
#include "core/measure/histogram.h"
#include "io/ledger.h"

enum { ET_BOOKS_MAX = 4000000, ET_BOOKS_NAMES = 128 };

/* One request as the client saw it. */
struct et_booked {
    et_ns intended_at, dispatched_at;
    bool closed;               /* its row came; false only in an interrupted run */
    struct et_request_row row; /* its slices belong to the books */
};

struct et_books {
    const struct et_mem *mem;
    struct et_arena names; /* of use cases and models; they repeat, so one copy each */
    struct et_slice known[ET_BOOKS_NAMES];
    size_t known_count;
    struct et_booked *requests; /* request r is at r - 1 */
    size_t request_count, request_room;
    struct et_attempt_row *attempts;
    size_t attempt_count, attempt_room;
    struct et_transition_row *transitions;
    size_t transition_count, transition_room;
    uint64_t fingerprint;       /* rolling hash of the event log */
    uint64_t prompt_tokens;     /* counted by the harness on what was sent upstream */
    uint64_t completion_tokens; /* counted by the harness on the text that came back */
    uint64_t unreconciled;      /* answers whose usage disagrees with that count */
    struct et_histogram *late;  /* us the client was behind its own schedule */
    uint64_t mock_late_us_p99;  /* the mock behind its; 0 where there was none */
};

int et_books_new(struct et_books **out, const struct et_mem *mem) ET_MUST_CHECK;
void et_books_free(struct et_books *books);

/* ET_NOMEM, or ET_LIMIT beyond ET_BOOKS_MAX. */
int et_books_open(struct et_books *books, et_id request, et_ns intended_at,
                  et_ns dispatched_at) ET_MUST_CHECK;
int et_books_request(struct et_books *books, const struct et_request_row *row) ET_MUST_CHECK;
int et_books_attempt(struct et_books *books, const struct et_attempt_row *row) ET_MUST_CHECK;
int et_books_transition(struct et_books *books, const struct et_transition_row *row) ET_MUST_CHECK;

/* Folds one event into the fingerprint: what happened, to whom, when, and with which bytes. */
void et_books_log(struct et_books *books, unsigned what, et_id who, et_ns now,
                  struct et_slice bytes);

/* One fingerprint of two, in this order. */
uint64_t et_books_fold(uint64_t fingerprint, uint64_t next);

/* From the intended instant to the end, what a user waits; and from the dispatch. */
et_ns et_booked_latency(const struct et_booked *booked);
et_ns et_booked_service(const struct et_booked *booked);
et_ns et_booked_ttft(const struct et_booked *booked); /* ET_NEVER: no stream, or no first byte */

void et_books_totals(const struct et_books *books, struct et_arm_totals *totals);

/* Writes the arm: requests, attempts, transitions, one histogram per metric and interval, totals.
 */
int et_books_save(const struct et_books *books, struct et_ledger *ledger, int64_t arm,
                  et_ns interval, struct et_complaint *complaint) ET_MUST_CHECK;

#endif
