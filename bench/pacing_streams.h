/* SPDX-License-Identifier: MIT */
/* The client of bench/pacing: many streams of server-sent events at once, and when each event came.
 *
 *     |- round 0 -|- rounds 1 ... rounds - 2 -|- the last round -|
 *      start, warm  counted: all are open       the first ones end
 *
 * In each round the streams ask one after the other, spread over the time that one answer should
 * take, so that their phases are spread too.
 *
 * An event came when its bytes were in the client's socket: the kernel's own stamp of the packet
 * (SO_TIMESTAMPNS), not when the client came to read it.  How late it read is kept beside: events
 * of one stream that waited together are all seen with the last one's stamp, so the figures of a
 * client that is late by a whole gap are void. */
#ifndef ET_BENCH_PACING_STREAMS_H
#define ET_BENCH_PACING_STREAMS_H

#include "core/base/err.h"
#include "core/base/ns.h"
#include "core/measure/histogram.h"

struct et_pacing_plan {
    uint16_t port;    /* on 127.0.0.1 */
    int pid;          /* of the server, for what it uses; 0: unknown */
    uint32_t streams; /* at least 1 */
    uint32_t rounds;  /* at least 3 */
    bool hold;        /* instead of rounds: until each stream has had its first paced event */
    uint32_t skip;    /* events before the first paced one: one that only holds the role */
    uint32_t chunks;  /* paced events: the first after `ttft`, the others `gap` apart */
    et_ns ttft, gap;  /* what the server was told */
    et_ns limit;      /* give up after so long */
};

struct et_pacing_result {
    struct et_histogram *ttft, *gap_error; /* ns */
    struct et_histogram *late;             /* ns, of the last chunk behind ttft + gaps */
    struct et_histogram *client_late;      /* ns, from arrival to read */
    et_ns span;                      /* from the first counted answer's start to the last's end */
    uint64_t chunks;                 /* events that came in it, of all streams */
    et_ns server_cpu, client_cpu;    /* in it */
    et_ns server_waited;             /* in it, for a core that others had */
    size_t bytes_before, bytes_open; /* resident in the server: before, and with all open */
    uint32_t closed;                 /* streams that the server closed before they were done */
    uint32_t unfinished;             /* streams that were not done at the limit */
};

int et_pacing_result_new(struct et_pacing_result *out) ET_MUST_CHECK; /* ET_NOMEM */
void et_pacing_result_free(struct et_pacing_result *result);

/* Adds to an empty `result`.  ET_NOMEM, or ET_IO: what the system or the server did instead is told
 * on standard error. */
int et_pacing_run(const struct et_pacing_plan *plan, struct et_pacing_result *result) ET_MUST_CHECK;

#endif
