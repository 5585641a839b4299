/* SPDX-License-Identifier: MIT */
/* The inside of the admin port: admin.c (thread, routes), admin_query.c (what a request asks for),
 * admin_json.c (answers), admin_wait.c (those that come later). */
#ifndef ET_MOCK_ADMIN_PARTS_H
#define ET_MOCK_ADMIN_PARTS_H

#include "core/base/arena.h"
#include "core/base/heap.h"
#include "core/base/list.h"
#include "core/json/gate.h"
#include "io/loop.h"
#include "mock_openai/admin.h"

enum {
    ET_ADMIN_BODY_MAX = 1 << 28,    /* of an answer */
    ET_ADMIN_SHOWN_MAX = 1000,      /* requests in one answer */
    ET_ADMIN_WAIT_MS_MAX = 3600000, /* an hour */
    ET_ADMIN_GATE_MEMBERS = 16
};

struct et_admin {
    struct et_admin_config config;
    et_ns start_at;
    uint64_t unix_ms; /* at the loop's instant 0 */
    struct event_base *base;
    struct et_server *server;
    pthread_t thread;
    bool runs;
    int bells[2]; /* eventfds: a request was recorded; stop */
    struct event rung[2];
    struct et_list waiters;
    struct et_text out;         /* the answer at hand */
    struct et_arena settings;   /* what was set here, instead of what the mock was started with */
    struct et_gate_slot *slots; /* to see whether a body is JSON */
};

/* What the query of a target asks for. */
struct et_admin_query {
    struct et_journal_filter filter; /* its texts are in `texts` */
    uint64_t limit;                  /* requests shown: the latest so many; 100 */
    uint64_t count, timeout_ms;      /* of a wait; 1, 10,000 */
    bool bodies;                     /* shown; true */
    struct et_text texts;
};

enum et_admin_key { /* which parameters a path takes, as bits */
                    ET_ADMIN_FILTER = 1 << 0,
                    ET_ADMIN_SHOW = 1 << 1, /* limit, bodies */
                    ET_ADMIN_WAIT = 1 << 2  /* count, timeout_ms */
};

/* False: `refusal` says what was found and what is expected.  Free it in both cases. */
bool et_admin_query_read(struct et_admin_query *query, struct et_slice text, unsigned keys,
                         struct et_text *refusal);
void et_admin_query_free(struct et_admin_query *query);

struct et_admin_call { /* one request to the admin port */
    struct et_admin *admin;
    struct et_exchange *exchange;
    const struct et_server_message *message;
    struct et_slice path, query;
    unsigned status;                /* of the answer, whose body is in admin->out; 200 */
    struct et_http_field fields[2]; /* content-type; allow, if it has a value */
    char allowed[64];               /* methods of the path, when another one came */
    bool later;                     /* it is answered later */
};

void et_admin_refuse(struct et_admin_call *call, unsigned status, const char *format, ...)
    ET_PRINTF(3, 4);
void et_admin_answer(struct et_admin *admin, struct et_exchange *exchange, unsigned status,
                     const struct et_http_field *fields, size_t count); /* with admin->out */

/* admin_json.c: bodies, into admin->out. */
void et_admin_print_health(struct et_admin *admin);
void et_admin_print_stats(struct et_admin *admin, const struct et_metrics *sum);
void et_admin_print_requests(struct et_admin *admin, const struct et_admin_query *query);
void et_admin_print_connections(const struct et_server_counts *counts, struct et_text *out);

/* admin_state.c: what is remembered; bodies of answers into admin->out. */
void et_admin_print_limits(struct et_admin *admin);
void et_admin_print_cache(struct et_admin *admin, const struct et_metrics_counts *counts);
void et_admin_print_services(struct et_admin *admin, struct et_text *out);
int et_admin_set_limits(struct et_admin *admin, struct et_slice json,
                        struct et_complaint *complaint) ET_MUST_CHECK;
int et_admin_reset(struct et_admin *admin) ET_MUST_CHECK; /* all as it was at the start */

/* admin_faults.c.  Times of rules that are set count from now. */
int et_admin_print_faults(struct et_admin *admin) ET_MUST_CHECK;
int et_admin_set_faults(struct et_admin *admin, struct et_slice json,
                        struct et_complaint *complaint) ET_MUST_CHECK;
int et_admin_drop_faults(struct et_admin *admin) ET_MUST_CHECK;

/* admin_wait.c.  `query` is given. */
int et_admin_wait(struct et_admin *admin, struct et_exchange *exchange,
                  struct et_admin_query *query) ET_MUST_CHECK;
void et_admin_wake(struct et_admin *admin); /* requests were recorded */
void et_admin_forget(struct et_exchange *exchange);

#endif
