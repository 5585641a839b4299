/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "io/sysmem.h"
#include "io/tests/upstream_world.h"

#include <event2/event.h>

enum { PATIENCE_S = 60 };

static void happened(struct world *world, et_id id, const char *event)
{
    if (world->then)
        world->then(world, id, event);
    if (world->open == 0)
        event_base_loopbreak(world->base);
}

static struct heard *still_open(struct world *world, et_id id)
{
    struct heard *heard = &world->calls[id];
    assert_false(heard->ended);
    assert_false(heard->cancelled);
    return heard;
}

static void on_head(void *ctx, et_id id, unsigned status, const struct et_http_field *fields,
                    size_t count)
{
    struct heard *heard = still_open(ctx, id);
    struct et_slice own = et_http_field_value(fields, count, ET_LIT("X-Etalon"));
    heard->heads++;
    heard->status = status;
    heard->fields = count;
    snprintf(heard->field, sizeof heard->field, "%.*s", ET_ARG(own));
    happened(ctx, id, "head");
}

static void on_data(void *ctx, et_id id, struct et_slice bytes)
{
    struct heard *heard = still_open(ctx, id);
    assert_int_equal(heard->heads, 1);
    heard->datas++;
    et_text_add(&heard->body, bytes);
    happened(ctx, id, "data");
}

static void ended(struct world *world, et_id id, const char *event)
{
    still_open(world, id)->ended = true;
    world->open--;
    happened(world, id, event);
}

static void on_done(void *ctx, et_id id)
{
    struct world *world = ctx;
    world->calls[id].dones++;
    ended(world, id, "done");
}

static void on_failed(void *ctx, et_id id, const char *why)
{
    struct world *world = ctx;
    world->calls[id].fails++;
    snprintf(world->calls[id].why, sizeof world->calls[id].why, "%s", why);
    ended(world, id, "failed");
}

static const struct et_upstream_handler handler = {on_head, on_data, on_done, on_failed};

void world_call_by(struct world *world, const struct et_upstream_config *config)
{
    struct et_complaint complaint = {0};
    struct et_upstream_config own = *config;
    if (!own.base_url)
        own.base_url = raw_server_url(world->server);
    et_upstream_free(world->upstream);
    assert_int_equal(
        et_upstream_new(&world->upstream, world->base, &own, &handler, world, &complaint), 0);
}

struct world *world_new(const struct raw_answer *answers, size_t count)
{
    struct world *world = calloc(1, sizeof *world);
    struct et_upstream_config config;
    et_upstream_defaults(&config);
    config.connections_max = 64;
    world->base = event_base_new();
    for (size_t i = 0; i <= CALLS; i++)
        et_text_init(&world->calls[i].body, &et_sysmem, 1 << 20);
    world->server = raw_server_new(world->base, answers, count);
    world_call_by(world, &config);
    return world;
}

void world_free(struct world *world)
{
    et_upstream_free(world->upstream);
    if (world->server)
        raw_server_free(world->server);
    for (size_t i = 0; i <= CALLS; i++)
        et_text_free(&world->calls[i].body);
    event_base_free(world->base);
    free(world);
}

void call_body(struct world *world, et_id id, struct et_slice body)
{
    world->open++;
    assert_int_equal(et_upstream_call(world->upstream, id, "/chat", body, NULL, 0), 0);
}

void call_with(struct world *world, et_id id, const struct et_http_field *fields, size_t count)
{
    world->open++;
    assert_int_equal(
        et_upstream_call(world->upstream, id, "/chat", ET_LIT("{\"a\":1}"), fields, count), 0);
}

void call(struct world *world, et_id id)
{
    call_with(world, id, NULL, 0);
}

void cancel(struct world *world, et_id id)
{
    world->calls[id].cancelled = true;
    world->open--;
    et_upstream_cancel(world->upstream, id);
}

static void too_long(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    event_base_loopbreak(arg);
}

/* Until every call has ended. */
void run(struct world *world)
{
    const struct timeval patience = {PATIENCE_S, 0};
    struct event *guard = evtimer_new(world->base, too_long, world->base);
    event_add(guard, &patience);
    event_base_loop(world->base, EVLOOP_NO_EXIT_ON_EMPTY);
    event_free(guard);
    assert_int_equal(world->open, 0);
}

bool sent(const struct world *world, const char *text)
{
    return strstr(raw_server_request(world->server), text);
}
