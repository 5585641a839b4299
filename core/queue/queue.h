/* SPDX-License-Identifier: MIT */
/* Who goes next: four classes, bounded waiting, a bounded number at work.
 *
 *     class      slots of its own   longest wait   handicap
 *     CRITICAL          5               30 s          0 s
 *     HIGH              3               60 s          5 s
 *     NORMAL            1              120 s         10 s
 *     LOW               1              300 s         15 s
 *
 * A waiting entry is ordered by enqueued_at + handicap of its class: a static key, so a low class
 * ages by itself and nothing is re-sorted; a later arrival overtakes it for the difference of the
 * handicaps and no longer.  FIFO among equals.  An entry may run if its class has a slot of its own
 * free, or, with `borrow`, if any slot is free that no waiting entry of the owning class wants. Who
 * may not run is not in the way of who may.
 *
 * Memory is taken at new; push and remove are O(log n).  Nothing reads a clock. */
#ifndef ET_QUEUE_QUEUE_H
#define ET_QUEUE_QUEUE_H

#include "core/base/err.h"
#include "core/base/heap.h"
#include "core/base/mem.h"
#include "core/base/ns.h"

enum et_priority {
    ET_PRIORITY_CRITICAL,
    ET_PRIORITY_HIGH,
    ET_PRIORITY_NORMAL,
    ET_PRIORITY_LOW,
    ET_PRIORITIES
};

extern const char *const et_priority_names[]; /* "critical", "high", "normal", "low", NULL */

struct et_queue_config {
    uint32_t slots[ET_PRIORITIES];
    et_ns wait_max[ET_PRIORITIES];
    et_ns handicap[ET_PRIORITIES];
    uint32_t depth_max; /* entries waiting in all classes together; 10,000 */
    bool borrow;
};

extern const struct et_queue_config et_queue_classic; /* the table above, with borrowing */

/* Embed in the owner; zero-initialised. */
struct et_queue_entry { /* private */
    struct et_heap_node order, expiry;
    enum et_priority priority;
    enum et_priority slot; /* whose slot it holds once taken */
    uint64_t arrival;      /* order of arrival, the tie-break */
    et_ns enqueued_at, expires_at;
};

struct et_queue;

int et_queue_new(struct et_queue **out, const struct et_queue_config *config,
                 const struct et_mem *mem) ET_MUST_CHECK; /* config copied; ET_NOMEM */
void et_queue_free(struct et_queue *queue);

/* Waits from now on, at most for wait_max of its class or until `deadline_at`.  False: full. */
bool et_queue_push(struct et_queue *queue, struct et_queue_entry *entry, enum et_priority priority,
                   et_ns deadline_at, et_ns now);

/* The next entry that may run; it holds a slot until et_queue_done.  NULL: none now. */
struct et_queue_entry *et_queue_pop(struct et_queue *queue);
void et_queue_done(struct et_queue *queue, struct et_queue_entry *entry);

/* An entry that waited too long, taken out; NULL: none at `now`. */
struct et_queue_entry *et_queue_expire(struct et_queue *queue, et_ns now);
void et_queue_remove(struct et_queue *queue, struct et_queue_entry *entry); /* the client hung up */

et_ns et_queue_next(const struct et_queue *queue); /* when the first waiting entry expires */
uint32_t et_queue_depth(const struct et_queue *queue);
uint32_t et_queue_running(const struct et_queue *queue,
                          enum et_priority priority); /* slots in use */
bool et_queue_valid(const struct et_queue *queue);    /* for tests */

#endif
