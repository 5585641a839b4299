/* SPDX-License-Identifier: MIT */
/* GET /requests/wait: answers when so many requests have come, or when time is up. */
#include "io/sysmem.h"
#include "mock_openai/admin_parts.h"

#include <inttypes.h>
#include <sys/eventfd.h>

struct waiter {
    struct et_list node;
    struct et_admin *admin;
    struct et_exchange *exchange;
    struct et_admin_query query;
    uint64_t matched, from; /* so far; the next number to look at */
    struct et_timer timer;
};

static void on_record(void *ctx)
{
    const struct et_admin *admin = ctx;
    eventfd_write(admin->bells[0], 1);
}

static void free_waiter(struct waiter *waiter)
{
    struct et_admin *admin = waiter->admin;
    et_timer_stop(&waiter->timer);
    et_list_remove(&waiter->node);
    et_admin_query_free(&waiter->query);
    et_mem_give(&et_sysmem, waiter, sizeof *waiter);
    if (et_list_empty(&admin->waiters))
        et_journal_watch(et_crew_journal(admin->config.crew), NULL, NULL);
}

static void answer(struct waiter *waiter, bool enough)
{
    static const struct et_http_field type = {{"content-type", 12}, {"application/json", 16}};
    struct et_admin *admin = waiter->admin;
    et_text_clear(&admin->out);
    et_text_addf(&admin->out, "{\"matched\":%" PRIu64 ",\"count\":%" PRIu64 "%s}\n",
                 waiter->matched, waiter->query.count,
                 enough ? ""
                        : ",\"error\":{\"message\":\"so many requests did not come in time\"}");
    et_admin_answer(admin, waiter->exchange, enough ? 200 : 408, &type, 1);
    free_waiter(waiter);
}

/* Answers if that is enough by now. */
static void look(struct waiter *waiter)
{
    struct et_journal *journal = et_crew_journal(waiter->admin->config.crew);
    waiter->matched += et_journal_count(journal, &waiter->query.filter, &waiter->from);
    if (waiter->matched >= waiter->query.count)
        answer(waiter, true);
}

static void on_time(void *ctx, et_ns now)
{
    (void)now;
    answer(ctx, false);
}

/* Watches first and looks then: what comes in between rings the bell. */
int et_admin_wait(struct et_admin *admin, struct et_exchange *exchange,
                  struct et_admin_query *query)
{
    struct waiter *waiter = et_mem_take(&et_sysmem, sizeof *waiter);
    if (!waiter)
        return ET_NOMEM;
    waiter->admin = admin;
    waiter->exchange = exchange;
    waiter->query = *query;
    et_list_push(&admin->waiters, &waiter->node);
    et_timer_init(&waiter->timer, admin->base, on_time, waiter);
    et_timer_set(&waiter->timer, et_after(et_loop_now(), query->timeout_ms * ET_MS));
    et_exchange_set(exchange, waiter);
    et_journal_watch(et_crew_journal(admin->config.crew), on_record, admin);
    look(waiter);
    return 0;
}

void et_admin_wake(struct et_admin *admin)
{
    struct et_list *node = admin->waiters.next;
    while (node != &admin->waiters) {
        struct et_list *next = node->next;
        look(ET_OWNER(node, struct waiter, node));
        node = next;
    }
}

void et_admin_forget(struct et_exchange *exchange)
{
    struct waiter *waiter = et_exchange_get(exchange);
    if (waiter)
        free_waiter(waiter);
}
