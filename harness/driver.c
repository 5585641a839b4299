/* SPDX-License-Identifier: MIT */
#include "harness/driver.h"

#include "core/openai/reader.h"
#include "harness/tally.h"
#include "io/sysmem.h"

#include <assert.h>
#include <stdio.h>

enum { CLIENT_BUCKETS = 4096, FIELDS = 2 };

/* A client with a request under way, reading its answer as any client would. */
struct client {
    struct client *next;
    et_id request;
    struct et_slice model; /* of the newest call; the driver's own copy */
    struct et_answer_reader *reader;
    uint64_t sent; /* prompt tokens of the newest call, as counted; UINT64_MAX: could not be */
    enum et_source source;
};

struct et_driver {
    const struct et_arm_job *job;
    struct et_books *books;
    struct et_driver_transport transport;
    void *ctx;
    struct et_engine *engine;
    struct et_tally *tally;
    struct client *buckets[CLIENT_BUCKETS];
    uint32_t open;
};

static int count_prompt(void *ctx, struct et_slice body, uint64_t *tokens)
{
    const struct et_driver *driver = ctx;
    return et_tally_prompt(driver->tally, body, tokens);
}

int et_driver_new(struct et_driver **out, const struct et_arm_job *job, struct et_books *books,
                  const struct et_driver_transport *transport, void *ctx)
{
    struct et_driver *driver = et_mem_take(&et_sysmem, sizeof *driver);
    if (!driver)
        return ET_NOMEM;
    driver->job = job;
    driver->books = books;
    driver->transport = *transport;
    driver->ctx = ctx;
    struct et_engine_config config = job->arm->engine;
    config.retry.seed = config.cache.seed = job->seed;
    config.prompt_tokens = (struct et_prompt_counter){count_prompt, driver};
    int err = et_tally_new(&driver->tally, job->lexicon, config.catalogue, &et_sysmem);
    for (enum et_encoding i = 0; !err && i < 2; i++)
        config.tokenizers[i] = et_tally_tokenizer(driver->tally, i);
    if (!err)
        err = et_engine_new(&driver->engine, &config, &et_sysmem);
    if (err) {
        et_driver_free(driver);
        return err;
    }
    *out = driver;
    return 0;
}

static struct client **find(struct et_driver *driver, et_id request)
{
    struct client **at = &driver->buckets[request % CLIENT_BUCKETS];
    while (*at && (*at)->request != request)
        at = &(*at)->next;
    return at;
}

static void client_free(struct et_driver *driver, struct client **at)
{
    struct client *client = *at;
    *at = client->next;
    et_answer_reader_free(client->reader);
    et_mem_give(&et_sysmem, client, sizeof *client);
    driver->open--;
}

void et_driver_free(struct et_driver *driver)
{
    if (!driver)
        return;
    for (size_t i = 0; i < CLIENT_BUCKETS; i++)
        while (driver->buckets[i])
            client_free(driver, &driver->buckets[i]);
    et_engine_free(driver->engine);
    et_tally_free(driver->tally);
    et_mem_give(&et_sysmem, driver, sizeof *driver);
}

static int client_new(struct et_driver *driver, et_id request)
{
    struct client *client = et_mem_take(&et_sysmem, sizeof *client);
    if (!client)
        return ET_NOMEM;
    int err =
        et_answer_reader_new(&client->reader, driver->job->arm->engine.body_bytes_max, &et_sysmem);
    if (err) {
        et_mem_give(&et_sysmem, client, sizeof *client);
        return err;
    }
    client->request = request;
    client->next = driver->buckets[request % CLIENT_BUCKETS];
    driver->buckets[request % CLIENT_BUCKETS] = client;
    driver->open++;
    return 0;
}

static int start_call(struct et_driver *driver, struct client *client,
                      const struct et_action *action, et_ns now)
{
    int err = et_tally_prompt(driver->tally, action->bytes, &client->sent);
    if (err == ET_NOMEM)
        return err;
    if (err)
        client->sent = UINT64_MAX;
    return driver->transport.call(driver->ctx, action, now);
}

/* The text the client read, counted; and compared with what upstream says it was. */
static int count_answer(struct et_driver *driver, struct client *client,
                        const struct et_request_row *row)
{
    struct et_slice text = et_answer_reader_answer(client->reader)->content;
    uint64_t tokens = 0;
    int err = et_tally_text(driver->tally, row->model, text, &tokens);
    if (err == ET_NOMEM)
        return err;
    driver->books->completion_tokens += tokens;
    driver->books->prompt_tokens += client->sent == UINT64_MAX ? 0 : client->sent;
    if (err || tokens + row->usage.reasoning != row->usage.completion ||
        client->sent != row->usage.prompt)
        driver->books->unreconciled++;
    return 0;
}

static int close_request(struct et_driver *driver, struct client *client,
                         const struct et_request_row *row)
{
    int err = 0;
    bool whole = row->end == ET_END_ANSWERED || row->end == ET_END_DEGRADED;
    if (whole && et_answer_reader_state(client->reader) != ET_ANSWER_COMPLETE)
        driver->books->unreconciled++; /* the engine says whole, the client saw otherwise */
    else if (row->end == ET_END_ANSWERED && row->source == ET_SOURCE_UPSTREAM)
        err = count_answer(driver, client, row);
    if (!err)
        err = et_books_request(driver->books, row);
    client_free(driver, find(driver, row->request));
    if (driver->job->done)
        atomic_fetch_add(driver->job->done, 1);
    return err;
}

static void client_head(struct client *client, const struct et_action *action)
{
    client->source = action->source;
    et_answer_reader_head(client->reader, action->status,
                          action->stream ? ET_LIT("text/event-stream")
                                         : ET_LIT("application/json"));
}

static int act(struct et_driver *driver, const struct et_action *action, et_ns now)
{
    struct client *client = action->request ? *find(driver, action->request) : NULL;
    switch (action->kind) {
    case ET_ACTION_CALL:
        return start_call(driver, client, action, now);
    case ET_ACTION_CANCEL:
        driver->transport.cancel(driver->ctx, action->call);
        return 0;
    case ET_ACTION_HEAD:
        client_head(client, action);
        return 0;
    case ET_ACTION_DATA:
        return et_answer_reader_feed(client->reader, action->bytes);
    case ET_ACTION_END:
        et_answer_reader_end(client->reader);
        return 0;
    case ET_ACTION_ABORT:
        return 0;
    case ET_ACTION_REQUEST_ROW:
        return close_request(driver, client, action->request_row);
    case ET_ACTION_ATTEMPT_ROW:
        return et_books_attempt(driver->books, action->attempt_row);
    case ET_ACTION_TRANSITION_ROW:
        return et_books_transition(driver->books, action->transition_row);
    }
    return 0;
}

static int do_all(struct et_driver *driver, et_ns now)
{
    struct et_action action;
    int err = 0;
    while (!err && et_engine_poll(driver->engine, &action)) {
        uint64_t status = action.kind == ET_ACTION_HEAD ? action.status : 0;
        et_books_log(driver->books, (unsigned)(action.kind | status << 8),
                     action.call ? action.call : action.request, now, action.bytes);
        err = act(driver, &action, now);
    }
    return err;
}

/* The engine is full: a request nobody took is a lost one, and counted as such. */
static int refuse(struct et_driver *driver, const struct et_asked *asked, et_ns now)
{
    const struct et_request_row row = {
        .request = asked->request,
        .use_case = asked->use_case->name,
        .asked = driver->job->arm->model,
        .model = driver->job->arm->model,
        .priority = asked->use_case->priority,
        .end = ET_END_QUEUE_FULL,
        .stream = asked->stream,
        .arrived_at = now,
        .first_at = ET_NEVER,
        .ended_at = now,
        .priced = true,
    };
    return close_request(driver, *find(driver, asked->request), &row);
}

int et_driver_ask(struct et_driver *driver, struct et_workload *workload,
                  const struct et_asked *asked, et_ns now)
{
    struct et_slice body;
    char id[32], answer[24];
    int err = et_workload_body(workload, asked, driver->job->arm, &body);
    if (!err)
        err = et_books_open(driver->books, asked->request, asked->at, now);
    if (!err)
        err = client_new(driver, asked->request);
    if (err)
        return err;
    snprintf(id, sizeof id, "%016llx-%llu", (unsigned long long)driver->job->seed,
             (unsigned long long)asked->request);
    snprintf(answer, sizeof answer, "%llu", (unsigned long long)asked->answer_tokens);
    const struct et_http_field fields[FIELDS] = {
        {ET_LIT("x-client-request-id"), et_slice_of(id)},
        {ET_LIT("x-etalon-answer-tokens"), et_slice_of(answer)},
    };
    struct et_event event = {.kind = ET_EVENT_ARRIVED,
                             .request = asked->request,
                             .bytes = body,
                             .tenant = ET_LIT("etalon"),
                             .use_case = asked->use_case->name,
                             .priority = asked->use_case->priority,
                             .fields = fields,
                             .field_count = FIELDS};
    err = et_engine_feed(driver->engine, &event, now);
    if (err == ET_FULL)
        err = refuse(driver, asked, now);
    return err ? err : do_all(driver, now);
}

int et_driver_feed(struct et_driver *driver, const struct et_event *event, et_ns now)
{
    int err = et_engine_feed(driver->engine, event, now);
    return err ? err : do_all(driver, now);
}

int et_driver_tick(struct et_driver *driver, et_ns now)
{
    et_engine_tick(driver->engine, now);
    return do_all(driver, now);
}

et_ns et_driver_next(const struct et_driver *driver)
{
    return et_engine_next(driver->engine);
}

uint32_t et_driver_open(const struct et_driver *driver)
{
    return driver->open;
}
