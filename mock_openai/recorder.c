/* SPDX-License-Identifier: MIT */
#include "mock_openai/recorder.h"

#include "core/base/utf8.h"
#include "core/openai/error.h"
#include "io/loop.h"
#include "io/sysmem.h"
#include "mock_openai/brain_state.h"
#include "mock_openai/fixtures.h"

#include <stdio.h>

enum { PATH_BYTES_MAX = 1024, EVENTS_FIRST = 16, REASON_BYTES_MAX = 4096 };

struct mark { /* an event of a stream, or all there is, in the body */
    et_ns at;
    size_t end;
};

struct passing { /* one request on its way */
    struct passing *next;
    et_id call;
    struct et_exchange *exchange;
    struct et_fixture *fixture; /* without an answer, so far */
    struct et_text body;        /* of the answer */
    size_t seen;                /* bytes of it in which events were looked for */
    struct mark *marks;
    size_t mark_count, room;
    et_ns started_at;
    et_ns last_at; /* after that, the last bytes of the body came */
    bool told;     /* the head was */
    bool lost;     /* no memory for what would be kept */
};

struct et_recorder {
    struct et_upstream *upstream;
    struct et_brain_state *state;
    const char *folder;
    struct passing *passing;
    et_id calls;
};

static struct passing *find(struct et_recorder *recorder, et_id call)
{
    struct passing *passing = recorder->passing;
    while (passing && passing->call != call)
        passing = passing->next;
    return passing;
}

static void free_passing(struct passing *passing)
{
    et_fixture_free(passing->fixture);
    et_text_free(&passing->body);
    et_mem_give(&et_sysmem, passing->marks, passing->room * sizeof *passing->marks);
    et_mem_give(&et_sysmem, passing, sizeof *passing);
}

static void drop(struct et_recorder *recorder, struct passing *passing)
{
    struct passing **at = &recorder->passing;
    while (*at != passing)
        at = &(*at)->next;
    *at = passing->next;
    free_passing(passing);
}

static struct et_slice path_of(const struct et_server_message *message)
{
    struct et_slice target = message->target, path = {0};
    et_slice_split(&target, '?', &path);
    return path;
}

/* A fixture of the request; NULL: no memory. */
static struct et_fixture *fixture_of(const struct et_server_message *message)
{
    struct et_fixture *fixture = et_mem_take(&et_sysmem, sizeof *fixture);
    if (!fixture)
        return NULL;
    et_arena_init(&fixture->arena, &et_sysmem, ET_ARENA_BLOCK);
    if (et_arena_copy(&fixture->arena, message->method, &fixture->method) &&
        et_arena_copy(&fixture->arena, path_of(message), &fixture->path) &&
        et_arena_copy(&fixture->arena, message->body, &fixture->body))
        return fixture;
    et_fixture_free(fixture);
    return NULL;
}

static void say_not_kept(const struct passing *passing, const char *why)
{
    fprintf(stderr, "etalon: mock: not recorded: %.*s: %s\n", ET_ARG(passing->fixture->path), why);
}

/* Of an answer's head, what a client may need to know even of one that is not kept. */
static bool is_passed_on(struct et_slice name)
{
    static const char *const names[] = {"content-type",   "retry-after",  "retry-after-ms",
                                        "x-should-retry", "x-request-id", NULL};
    for (size_t i = 0; names[i]; i++)
        if (et_slice_equal_nocase(name, et_slice_of(names[i])))
            return true;
    return et_slice_equal_nocase(et_slice_part(name, 0, 12), ET_LIT("x-ratelimit-"));
}

static void pass_head(struct passing *passing, const struct et_http_field *fields, size_t count)
{
    struct et_http_field head[ET_UPSTREAM_FIELDS_MAX];
    size_t passed = 0;
    for (size_t i = 0; i < count; i++)
        if (is_passed_on(fields[i].name))
            head[passed++] = fields[i];
    et_exchange_head(passing->exchange, passing->fixture->status, head, passed, ET_BODY_CHUNKED);
}

static void on_head(void *ctx, et_id call, unsigned status, const struct et_http_field *fields,
                    size_t count)
{
    struct passing *passing = find(ctx, call);
    struct et_fixture *fixture = passing->fixture;
    struct et_slice type = et_http_field_value(fields, count, ET_LIT("content-type"));
    if (type.size == 0)
        type = ET_LIT("application/json");
    fixture->status = status;
    fixture->streams = et_slice_starts(type, ET_LIT("text/event-stream"));
    passing->lost = !et_arena_copy(&fixture->arena, type, &fixture->content_type);
    passing->told = true;
    pass_head(passing, fields, count);
}

static void mark(struct passing *passing, size_t end, et_ns at)
{
    if (passing->mark_count == passing->room) {
        size_t room = passing->room ? 2 * passing->room : EVENTS_FIRST;
        size_t each = sizeof *passing->marks;
        void *marks = et_mem_grow(&et_sysmem, passing->marks, passing->room * each, room * each);
        if (!marks) {
            passing->lost = true;
            return;
        }
        passing->marks = marks;
        passing->room = room;
    }
    passing->marks[passing->mark_count++] = (struct mark){at, end};
}

static size_t marked(const struct passing *passing)
{
    return passing->mark_count ? passing->marks[passing->mark_count - 1].end : 0;
}

/* An event ends with an empty line; how TCP cut the stream says nothing. */
static void mark_events(struct passing *passing)
{
    struct et_slice body = et_text_slice(&passing->body);
    for (size_t i = passing->seen; i < body.size; i++) {
        struct et_slice event = et_slice_part(body, marked(passing), i + 1);
        if (et_slice_ends(event, ET_LIT("\n\n")) || et_slice_ends(event, ET_LIT("\n\r\n")))
            mark(passing, i + 1, passing->last_at);
    }
    passing->seen = body.size;
}

static void on_data(void *ctx, et_id call, struct et_slice bytes)
{
    struct passing *passing = find(ctx, call);
    et_text_add(&passing->body, bytes);
    passing->last_at = et_since(passing->started_at, et_loop_now());
    if (passing->fixture->streams)
        mark_events(passing);
    et_exchange_data(passing->exchange, bytes);
}

/* NULL: the answer may be kept.  Another key, or another minute, may change some. */
static const char *reason_against(const struct passing *passing)
{
    unsigned status = passing->fixture->status;
    bool passes = status == 401 || status == 403 || status == 408 || status == 409 || status == 429;
    if (passes || status >= 500 || status / 100 == 3)
        return "its status may be another one next time";
    if (et_text_failed(&passing->body) == ET_LIMIT)
        return "the answer has more than 16 MiB";
    if (et_text_failed(&passing->body) || passing->lost)
        return "out of memory";
    return et_utf8_valid(et_text_slice(&passing->body)) ? NULL : "the answer is not UTF-8";
}

/* The answer, as pieces of the body. */
static bool fill(struct passing *passing)
{
    struct et_fixture *fixture = passing->fixture;
    struct et_slice body = et_text_slice(&passing->body);
    if (marked(passing) < body.size || !fixture->streams)
        mark(passing, body.size, passing->last_at);
    fixture->chunk_count = passing->mark_count;
    fixture->chunks = et_arena_array(&fixture->arena, passing->mark_count, sizeof *fixture->chunks);
    if (!fixture->chunks || passing->lost)
        return false;
    for (size_t i = 0, from = 0; i < passing->mark_count; i++) {
        const struct mark *mark = &passing->marks[i];
        fixture->chunks[i] =
            (struct et_fixture_chunk){mark->at, et_slice_part(body, from, mark->end)};
        from = mark->end;
    }
    return true;
}

static int add(struct et_brain_state *state, struct et_fixture *fixture)
{
    et_brain_state_hold(state);
    int err = et_fixtures_add(&state->fixtures, fixture);
    et_brain_state_let(state);
    return err;
}

/* What is answered from now on is what the file says. */
static int keep_text(struct et_recorder *recorder, struct et_slice text,
                     struct et_complaint *complaint)
{
    struct et_fixture *read = NULL;
    int err = et_fixture_new(&read, text, &et_sysmem, complaint);
    if (!err && (err = add(recorder->state, read)))
        et_fixture_free(read);
    return err ? err : et_fixture_save(read, text, recorder->folder, complaint);
}

static void keep(struct et_recorder *recorder, struct passing *passing)
{
    struct et_complaint complaint = {0};
    struct et_text text;
    const char *why = reason_against(passing);
    if (!why && !fill(passing))
        why = et_err_text(ET_NOMEM);
    if (why) {
        say_not_kept(passing, why);
        return;
    }
    et_text_init(&text, &et_sysmem, ET_FIXTURE_BYTES_MAX);
    et_fixture_print(passing->fixture, &text);
    int err = et_text_failed(&text);
    if (!err)
        err = keep_text(recorder, et_text_slice(&text), &complaint);
    if (err)
        say_not_kept(passing, complaint.text[0] ? complaint.text : et_err_text(err));
    et_text_free(&text);
}

static void on_done(void *ctx, et_id call)
{
    struct et_recorder *recorder = ctx;
    struct passing *passing = find(recorder, call);
    keep(recorder, passing); /* first, so that a client that has its answer finds it kept */
    et_exchange_end(passing->exchange);
    drop(recorder, passing);
}

static void answer_failed(struct et_exchange *exchange, const char *why)
{
    static const struct et_http_field type = {{"content-type", 12}, {"application/json", 16}};
    struct et_api_error error;
    struct et_text text;
    et_api_refuse(&error, 502, "server_error", "recording_failed", NULL,
                  "The endpoint that is to be recorded did not answer: %s", why);
    et_text_init(&text, &et_sysmem, REASON_BYTES_MAX);
    et_api_error_print(&error, &text);
    et_exchange_head(exchange, 502, &type, 1, et_text_slice(&text).size);
    et_exchange_data(exchange, et_text_slice(&text));
    et_exchange_end(exchange);
    et_text_free(&text);
}

static void on_failed(void *ctx, et_id call, const char *why)
{
    struct et_recorder *recorder = ctx;
    struct passing *passing = find(recorder, call);
    say_not_kept(passing, why);
    if (passing->told)
        et_exchange_cut(passing->exchange);
    else
        answer_failed(passing->exchange, why);
    drop(recorder, passing);
}

int et_recorder_new(struct et_recorder **out, struct event_base *base,
                    const struct et_recorder_config *config, struct et_brain_state *state,
                    struct et_complaint *complaint)
{
    static const struct et_upstream_handler handler = {on_head, on_data, on_done, on_failed};
    struct et_upstream_config upstream;
    struct et_recorder *recorder = et_mem_take(&et_sysmem, sizeof *recorder);
    if (!recorder)
        return et_complain(complaint, ET_NOMEM, "%s", et_err_text(ET_NOMEM));
    et_upstream_defaults(&upstream);
    upstream.base_url = config->base_url;
    upstream.key = config->key;
    recorder->state = state;
    recorder->folder = config->folder;
    int err = et_upstream_new(&recorder->upstream, base, &upstream, &handler, recorder, complaint);
    if (err)
        et_recorder_free(recorder);
    else
        *out = recorder;
    return err;
}

void et_recorder_free(struct et_recorder *recorder)
{
    if (!recorder)
        return;
    et_upstream_free(recorder->upstream);
    while (recorder->passing)
        drop(recorder, recorder->passing);
    et_mem_give(&et_sysmem, recorder, sizeof *recorder);
}

bool et_recorder_wants(struct et_recorder *recorder, const struct et_server_message *message)
{
    uint64_t key;
    if (!et_slice_equal(message->method, ET_LIT("POST")) ||
        !et_slice_starts(message->target, ET_LIT("/v1/")) ||
        message->target.size >= PATH_BYTES_MAX ||
        et_fixture_key(&key, message->method, path_of(message), message->body, &et_sysmem))
        return false;
    et_brain_state_hold(recorder->state);
    bool there = et_fixtures_find(&recorder->state->fixtures, key);
    et_brain_state_let(recorder->state);
    return !there;
}

/* NULL: no memory. */
static struct passing *enter(struct et_recorder *recorder, struct et_exchange *exchange,
                             const struct et_server_message *message)
{
    struct passing *passing = et_mem_take(&et_sysmem, sizeof *passing);
    if (!passing)
        return NULL;
    *passing = (struct passing){.next = recorder->passing,
                                .call = ++recorder->calls,
                                .exchange = exchange,
                                .fixture = fixture_of(message),
                                .started_at = et_loop_now()};
    et_text_init(&passing->body, &et_sysmem, ET_RECORDED_BYTES_MAX);
    if (!passing->fixture) {
        free_passing(passing);
        return NULL;
    }
    return recorder->passing = passing;
}

void et_recorder_pass(struct et_recorder *recorder, struct et_exchange *exchange,
                      const struct et_server_message *message)
{
    char path[PATH_BYTES_MAX]; /* below the base URL, which has the /v1 */
    struct et_slice below = et_slice_part(message->target, 3, message->target.size);
    struct passing *passing = enter(recorder, exchange, message);
    snprintf(path, sizeof path, "%.*s", ET_ARG(below));
    if (passing &&
        et_upstream_call(recorder->upstream, passing->call, path, message->body, NULL, 0) == 0)
        return;
    if (passing)
        drop(recorder, passing);
    et_exchange_cut(exchange);
}

bool et_recorder_gone(struct et_recorder *recorder, struct et_exchange *exchange)
{
    struct passing *passing = recorder->passing;
    while (passing && passing->exchange != exchange)
        passing = passing->next;
    if (!passing)
        return false;
    et_upstream_cancel(recorder->upstream, passing->call);
    drop(recorder, passing);
    return true;
}
