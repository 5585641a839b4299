/* SPDX-License-Identifier: MIT */
/* The mock as a real server: a brain behind sockets.
 *
 *     et_mock_new(&mock, base, &server_config, &brain_config, &complaint)
 *     … the loop runs; clients ask et_mock_port(mock) …
 *     et_mock_free(mock)
 *
 * The brain says what leaves at which instant of CLOCK_MONOTONIC; one timer, armed at the earliest,
 * plays it.  Instants are absolute, so a step that leaves late delays none after it.  How late each
 * step left, when the system had its bytes, is recorded: a mock that cannot keep its own schedule
 * must not be taken for a slow model. */
#ifndef ET_MOCK_SERVER_H
#define ET_MOCK_SERVER_H

#include "io/server.h"
#include "mock_openai/brain.h"
#include "mock_openai/journal.h"
#include "mock_openai/metrics.h"
#include "mock_openai/recorder.h"

struct et_mock;

/* `base` is kept, and of the configuration what brain.h says is kept.  A brain's `epoch` of 0 is
 * set from the wall clock.  ET_NOMEM, or what et_server_new says. */
int et_mock_new(struct et_mock **out, struct event_base *base,
                const struct et_server_config *server, const struct et_brain_config *brain,
                struct et_complaint *complaint) ET_MUST_CHECK;
void et_mock_free(struct et_mock *mock);
uint16_t et_mock_port(const struct et_mock *mock);

/* As et_server_drain; `drained` is called with `ctx`. */
void et_mock_drain(struct et_mock *mock, et_ns patience, void (*drained)(void *ctx), void *ctx);

/* Requests are written down there from now on.  Kept; NULL: no more. */
void et_mock_observe(struct et_mock *mock, struct et_journal *journal);

/* Asks it first from now on; what it passes on is in neither metrics nor journal.  Given. */
void et_mock_record(struct et_mock *mock, struct et_recorder *recorder);

/* May be asked on any thread. */
struct et_metrics *et_mock_metrics(const struct et_mock *mock);
void et_mock_count(const struct et_mock *mock, struct et_server_counts *out);

/* Unix seconds when CLOCK_MONOTONIC was 0, rounded down: `created` is never in the future. */
uint64_t et_mock_epoch(void);

struct et_mock_report {
    uint64_t answered; /* answers that were played to their end, errors and faults included */
    uint64_t gone;     /* clients that hung up before */
    uint64_t steps;    /* heads, pieces of bodies and ends that left; of them: */
    uint64_t late_p50_us, late_p99_us, late_max_us; /* behind the instant the brain set */
    uint64_t held_up; /* steps beside those, for which the client had no room: its lateness */
    uint64_t faults;  /* digest of their schedule; the crew's, et_mock_tell leaves it 0 */
};

/* A mock is no measure any more when more than 1 % of its steps are later than this. */
#define ET_MOCK_LATE_MAX (5 * ET_MS)
bool et_mock_late(const struct et_metrics *sum);

void et_mock_tell(const struct et_metrics *sum, struct et_mock_report *out);

#endif
