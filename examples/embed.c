/* SPDX-License-Identifier: MIT */
/* Etalon's engine inside another program.
 *
 *     cc embed.c $(pkg-config --cflags --libs etalon-core) -o embed && ./embed
 *
 * The core has no loop, thread, clock or heap of its own: this program gives it memory and
 * instants, plays the upstream, and does what the engine asks for.  Three clients ask the same
 * question: the first goes upstream, the second joins it (single-flight), the third comes later and
 * is answered from the cache. */
#include "core/engine/engine.h"

#include <stdio.h>
#include <stdlib.h>

#define QUESTION                                                                                   \
    ET_LIT("{\"model\":\"gpt-5.4-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]" \
           "}")
#define ANSWER                                                                                     \
    ET_LIT("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":0,"                  \
           "\"model\":\"gpt-5.4-mini\",\"choices\":[{\"index\":0,\"message\":{\"role\":"           \
           "\"assistant\",\"content\":\"Hi.\",\"refusal\":null},\"finish_reason\":\"stop\"}],"     \
           "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9}}")

static void *resize(void *ctx, void *old, size_t was, size_t size)
{
    (void)ctx, (void)was;
    if (size > 0)
        return realloc(old, size);
    free(old);
    return NULL;
}

/* Does what the engine asks for.  A real driver starts calls and writes to sockets here; this one
 * remembers the call, so that main can answer it.  Returns its id, 0 when none was asked for. */
static et_id do_all(struct et_engine *engine)
{
    struct et_action action;
    et_id call = 0;
    while (et_engine_poll(engine, &action))
        if (action.kind == ET_ACTION_CALL)
            call = action.call;
        else if (action.kind == ET_ACTION_HEAD)
            printf("client %u: status %u, from %s\n", (unsigned)action.request, action.status,
                   et_source_text(action.source));
    return call;
}

static et_id feed(struct et_engine *engine, struct et_event event, et_ns now)
{
    int err = et_engine_feed(engine, &event, now);
    if (err) {
        fprintf(stderr, "embed: %s\n", et_err_text(err));
        exit(EXIT_FAILURE);
    }
    return do_all(engine);
}

int main(void)
{
    static const struct et_http_field json = {{"content-type", 12}, {"application/json", 16}};
    const struct et_mem mem = {resize, NULL};
    struct et_engine_config config;
    struct et_engine *engine;
    et_engine_defaults(&config);
    int err = et_engine_new(&engine, &config, &mem);
    if (err) {
        fprintf(stderr, "embed: %s\n", et_err_text(err));
        return EXIT_FAILURE;
    }
    struct et_event ask = {.kind = ET_EVENT_ARRIVED, .request = 1, .bytes = QUESTION};
    et_id call = feed(engine, ask, 0);
    ask.request = 2;
    feed(engine, ask, 10 * ET_MS);
    feed(engine,
         (struct et_event){
             .kind = ET_EVENT_HEAD, .call = call, .status = 200, .fields = &json, .field_count = 1},
         300 * ET_MS);
    feed(engine, (struct et_event){.kind = ET_EVENT_DATA, .call = call, .bytes = ANSWER},
         310 * ET_MS);
    feed(engine, (struct et_event){.kind = ET_EVENT_DONE, .call = call}, 310 * ET_MS);
    ask.request = 3;
    feed(engine, ask, ET_S);
    et_engine_free(engine);
    return EXIT_SUCCESS;
}
