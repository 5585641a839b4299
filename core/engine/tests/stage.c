/* SPDX-License-Identifier: MIT */
#include "core/engine/tests/stage.h"

#include "core/base/hash.h"

static const char catalogue_json[] =
    "{\"schema\":1,\"as_of\":\"2026-11-21\",\"unit\":\"USD per 1,000,000 tokens\",\"sources\":{"
    "\"page\":\"a page\"},\"models\":[{\"id\":\"gpt-4o\",\"aliases\":[\"gpt-4o-2024-08-06\"],"
    "\"kind\":\"chat\",\"encoding\":\"o200k_base\",\"family\":\"chatml\",\"caching\":\"prefix\","
    "\"reasoning\":false,\"output_tokens_max\":16384,\"prices\":"
    "[{\"rates\":{\"standard\":{\"input\":\"1\",\"output\":\"4\"},\"flex\":{\"input\":\"0.5\","
    "\"output\":\"2\"},\"batch\":{\"input\":\"3\",\"output\":\"9\"}},\"sources\":[\"page\"]}]}]}";

void stage_defaults(struct et_engine_config *config)
{
    et_engine_defaults(config);
    config->requests_max = 512;
    config->body_bytes_max = 1 << 16;
    config->cache.jitter_ppm = 0;
    config->retry.jitter = ET_JITTER_NONE;
    config->retry.base = ET_S;
}

struct stage *stage_new(const struct et_engine_config *config, const struct et_mem *mem)
{
    struct stage *stage = calloc(1, sizeof *stage);
    struct et_complaint complaint = {0};
    assert_non_null(stage);
    stage->clients = calloc(STAGE_IDS, sizeof *stage->clients);
    stage->calls = calloc(STAGE_IDS, sizeof *stage->calls);
    assert_true(stage->clients && stage->calls);
    int err =
        et_catalogue_new(&stage->catalogue, et_slice_of(catalogue_json), &support_heap, &complaint);
    if (err)
        fail_msg("%s: %s", complaint.path, complaint.text);
    if (config)
        stage->config = *config;
    else
        stage_defaults(&stage->config);
    if (!stage->config.catalogue)
        stage->config.catalogue = stage->catalogue;
    if (et_engine_new(&stage->engine, &stage->config, mem) == 0)
        return stage;
    assert_null(stage->engine);
    stage_free(stage);
    return NULL;
}

void stage_free(struct stage *stage)
{
    if (!stage)
        return;
    et_engine_free(stage->engine);
    et_catalogue_free(stage->catalogue);
    for (size_t i = 0; i < STAGE_IDS; i++) {
        if (stage->clients[i].got.mem)
            et_text_free(&stage->clients[i].got);
        free(stage->calls[i].body);
    }
    free(stage->clients);
    free(stage->calls);
    free(stage);
}

static void client_is_served(const struct stage_client *client)
{
    assert_true(client->open && !client->rowed);
    assert_false(client->hung_up);
    assert_false(client->ended || client->aborted);
}

static uint32_t slots_of(const struct stage *stage)
{
    uint32_t slots = 0;
    for (size_t i = 0; i < ET_PRIORITIES; i++)
        slots += stage->config.queue.slots[i];
    return slots;
}

static struct stage_model *model_of(struct stage *stage, struct et_slice name)
{
    size_t i = 0;
    while (i < STAGE_MODELS && stage->models[i].state &&
           !et_slice_equal(et_slice_of(stage->models[i].name), name))
        i++;
    assert_true(i < STAGE_MODELS && name.size < sizeof stage->models[i].name);
    struct stage_model *model = &stage->models[i];
    if (!model->state)
        snprintf(model->name, sizeof model->name, "%.*s", ET_ARG(name));
    model->state = model->state ? model->state : "closed";
    return model;
}

static uint32_t calls_max(const struct stage *stage)
{
    const struct et_engine_config *config = &stage->config;
    if (config->route_on && config->route.fallback.on)
        return config->route.fallback.calls_max;
    return config->retry_on ? config->retry.tries : 1;
}

static void call_starts(struct stage *stage, const struct et_action *action)
{
    struct stage_client *client = &stage->clients[action->request];
    struct stage_call *call = &stage->calls[action->call];
    struct stage_model *model = model_of(stage, action->model);
    client_is_served(client);
    assert_false(client->head); /* no try after the first byte */
    assert_true(action->call > 0 && action->call < STAGE_IDS && !call->open && !call->over);
    assert_int_equal(stage_call(stage, action->request), 0);
    if (action->call > stage->newest_call)
        stage->newest_call = action->call;
    *call = (struct stage_call){.request = action->request,
                                .open = true,
                                .at = stage->now,
                                .model = model,
                                .epoch = model->changes};
    call->body = strndup(action->bytes.data, action->bytes.size);
    call->stream = strstr(call->body, "\"stream\":true");
    assert_true(++client->calls <= calls_max(stage));
    stage->open_calls++;
    assert_true(!stage->config.queue_on || stage->open_calls <= slots_of(stage));
    if (!model->told) /* else it may have opened after this call */
        assert_string_not_equal(model->state, "open");
    if (strcmp(model->state, "half_open") == 0)
        assert_true(++model->probes_out <= stage->config.breaker.probes);
}

static void call_is_over(struct stage *stage, et_id id)
{
    struct stage_call *call = &stage->calls[id];
    assert_true(call->open);
    call->open = false;
    call->over = true;
    stage->open_calls--;
}

static void take_attempt(struct stage *stage, const struct et_attempt_row *row)
{
    struct stage_call *call = &stage->calls[row->call];
    struct stage_client *client = &stage->clients[row->request];
    assert_true(call->over && !call->rowed && call->request == row->request);
    assert_true(client->open && row->number == client->attempt_rows + 1);
    assert_true(model_of(stage, row->model) == call->model);
    assert_true(row->called_at == call->at && row->ended_at == stage->now);
    assert_true(row->cost_pico == 0 || row->priced);
    call->rowed = true;
    call->row = *row;
    client->attempt_rows++;
    if (__builtin_add_overflow(client->cost_pico, row->cost_pico, &client->cost_pico))
        client->cost_pico = UINT64_MAX;
    bool ignored = row->end == ET_END_HUNG_UP || row->end == ET_END_RATE_LIMITED ||
                   row->end == ET_END_UPSTREAM_4XX;
    if (ignored && call->epoch == call->model->changes && call->model->probes_out)
        call->model->probes_out--;
}

static void take_request(struct stage *stage, const struct et_request_row *row)
{
    struct stage_client *client = &stage->clients[row->request];
    assert_true(client->open && !client->rowed);
    assert_int_equal(client->ended + client->aborted, !client->hung_up);
    assert_int_equal(client->hung_up, row->end == ET_END_HUNG_UP);
    bool answered = row->end == ET_END_ANSWERED || row->end == ET_END_DEGRADED;
    assert_true(client->hung_up || answered == (client->status == 200 && client->ended));
    assert_int_equal(row->end == ET_END_DEGRADED, row->source == ET_SOURCE_PREPARED);
    assert_int_equal(row->end == ET_END_DEGRADED, row->step == ET_STEP_PREPARED);
    assert_int_equal(stage_call(stage, row->request), 0);
    assert_int_equal(row->attempts, client->attempt_rows);
    assert_int_equal(row->attempts, client->calls);
    assert_true(row->cost_pico == client->cost_pico);
    assert_true(row->ended_at >= row->arrived_at && row->ended_at <= stage->now);
    assert_true(row->end != ET_END_ANSWERED || row->first_at <= row->ended_at);
    client->row = *row;
    client->row.use_case = client->row.asked = (struct et_slice){NULL, 0};
    snprintf(client->model, sizeof client->model, "%.*s", ET_ARG(row->model));
    client->row.model = et_slice_of(client->model);
    client->rowed = true;
    client->open = false;
    stage->open_clients--;
}

static void take_transition(struct stage *stage, const struct et_transition_row *row)
{
    struct stage_model *model = model_of(stage, row->model);
    assert_string_equal(row->from, model->state);
    assert_true(stage->transition_count < STAGE_TRANSITIONS);
    stage->transitions[stage->transition_count++] = *row;
    model->state = row->to;
    model->changes++;
    model->told = true;
    model->probes_out = 0;
}

static void to_client(struct stage *stage, const struct et_action *action)
{
    struct stage_client *client = &stage->clients[action->request];
    client_is_served(client);
    assert_int_equal(client->head, action->kind != ET_ACTION_HEAD);
    if (action->kind == ET_ACTION_HEAD) {
        client->head = true;
        client->status = action->status;
        client->stream = action->stream;
        client->retry_after = action->retry_after;
        client->source = action->source;
        client->step = action->step;
        client->why = action->why;
    } else if (action->kind == ET_ACTION_DATA) {
        et_text_add(&client->got, action->bytes);
    } else if (action->kind == ET_ACTION_END) {
        client->ended = true;
    } else {
        client->aborted = true;
    }
}

static void note(struct stage *stage, const struct et_action *action)
{
    const struct et_request_row *row = action->request_row;
    uint64_t facts[] = {stage->trace,
                        stage->now,
                        action->kind,
                        action->request,
                        action->call,
                        action->kind == ET_ACTION_HEAD ? action->status : 0,
                        row ? row->end : 0,
                        row ? row->cost_pico : 0,
                        et_hash64(action->bytes, 0)};
    stage->trace = et_hash64((struct et_slice){(const char *)facts, sizeof facts}, 0);
}

static void act(struct stage *stage, const struct et_action *action)
{
    note(stage, action);
    if (action->kind == ET_ACTION_CALL) {
        call_starts(stage, action);
    } else if (action->kind == ET_ACTION_CANCEL) {
        call_is_over(stage, action->call);
        stage->calls[action->call].cancelled = true;
    } else if (action->kind == ET_ACTION_ATTEMPT_ROW) {
        take_attempt(stage, action->attempt_row);
    } else if (action->kind == ET_ACTION_REQUEST_ROW) {
        take_request(stage, action->request_row);
    } else if (action->kind == ET_ACTION_TRANSITION_ROW) {
        take_transition(stage, action->transition_row);
    } else {
        to_client(stage, action);
    }
}

static void poll_all(struct stage *stage)
{
    struct et_action action;
    for (size_t i = 0; i < STAGE_MODELS; i++)
        stage->models[i].told = false;
    while (et_engine_poll(stage->engine, &action))
        act(stage, &action);
    assert_int_equal(et_engine_admitted(stage->engine), stage->open_clients);
}

static void feed(struct stage *stage, const struct et_event *event)
{
    int err = et_engine_feed(stage->engine, event, stage->now);
    if (event->kind == ET_EVENT_ARRIVED) {
        stage->err = err;
        stage->open_clients += err == 0;
        stage->clients[event->request].open = err == 0;
    } else {
        assert_int_equal(err, 0);
    }
    poll_all(stage);
}

void stage_ask(struct stage *stage, const struct ask *ask)
{
    struct et_text body;
    assert_true(ask->id < STAGE_IDS && !stage->clients[ask->id].got.mem);
    et_text_init(&stage->clients[ask->id].got, &support_heap, 1 << 20);
    et_text_init(&body, &support_heap, 1 << 20);
    et_text_addf(&body, "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":",
                 ask->model ? ask->model : "gpt-4o");
    et_text_json(&body, et_slice_of(ask->text));
    et_text_addf(&body, "}]%s%s%s}", ask->stream ? ",\"stream\":true" : "",
                 ask->usage ? ",\"stream_options\":{\"include_usage\":true}" : "",
                 ask->members ? ask->members : "");
    struct et_http_field field = {ET_LIT("x-client-request-id"), ET_LIT("7")};
    feed(stage,
         &(struct et_event){.kind = ET_EVENT_ARRIVED,
                            .request = ask->id,
                            .bytes = ask->body ? et_slice_of(ask->body) : et_text_slice(&body),
                            .tenant = et_slice_of(ask->tenant ? ask->tenant : "acme"),
                            .use_case = et_slice_of(ask->use_case),
                            .priority = ask->priority,
                            .fields = &field,
                            .field_count = 1});
    et_text_free(&body);
}

void stage_ask_many(struct stage *stage, et_id from, et_id to, const struct ask *like)
{
    struct ask ask = *like;
    for (ask.id = from; ask.id <= to; ask.id++)
        stage_ask(stage, &ask);
}

void stage_hang_up(struct stage *stage, et_id id)
{
    struct stage_client *client = &stage->clients[id];
    client->hung_up = client->open && !client->ended && !client->aborted;
    feed(stage, &(struct et_event){.kind = ET_EVENT_HUNG_UP, .request = id});
}

void stage_to(struct stage *stage, et_ns now)
{
    assert_true(now >= stage->now);
    while (et_engine_next(stage->engine) <= now) {
        et_ns next = et_engine_next(stage->engine);
        stage->now = next > stage->now ? next : stage->now;
        et_engine_tick(stage->engine, stage->now);
        poll_all(stage);
    }
    stage->now = now;
}

et_id stage_call(const struct stage *stage, et_id request)
{
    for (et_id id = stage->newest_call; id > 0; id--)
        if (stage->calls[id].open && stage->calls[id].request == request)
            return id;
    return 0;
}

void stage_head(struct stage *stage, et_id call, const struct head *head)
{
    struct et_http_field fields[4] = {
        {ET_LIT("content-type"),
         et_slice_of(head->stream ? "text/event-stream" : "application/json")},
        {ET_LIT("retry-after"), et_slice_of(head->retry_after)},
        {ET_LIT("retry-after-ms"), et_slice_of(head->retry_after_ms)},
        {ET_LIT("x-should-retry"), et_slice_of(head->should_retry)},
    };
    feed(stage, &(struct et_event){.kind = ET_EVENT_HEAD,
                                   .call = call,
                                   .status = head->status ? head->status : 200,
                                   .fields = fields,
                                   .field_count = 4});
}

void stage_data(struct stage *stage, et_id call, const char *bytes)
{
    feed(stage,
         &(struct et_event){.kind = ET_EVENT_DATA, .call = call, .bytes = et_slice_of(bytes)});
}

static void end_call(struct stage *stage, et_id call, enum et_event_kind kind)
{
    if (stage->calls[call].open)
        call_is_over(stage, call);
    feed(stage, &(struct et_event){.kind = kind, .call = call});
}

void stage_done(struct stage *stage, et_id call)
{
    end_call(stage, call, ET_EVENT_DONE);
}

void stage_fail(struct stage *stage, et_id call)
{
    end_call(stage, call, ET_EVENT_FAILED);
}

static void print_answer(const struct stage_call *call, const struct et_chat_answer *answer,
                         struct et_text *out)
{
    static const enum et_chat_chunk chunks[] = {ET_CHUNK_ROLE, ET_CHUNK_CONTENT, ET_CHUNK_FINISH,
                                                ET_CHUNK_USAGE, ET_CHUNK_DONE};
    bool usage = strstr(call->body, "include_usage");
    if (!call->stream)
        et_chat_answer_print(answer, out);
    for (size_t i = 0; call->stream && i < 5; i++)
        if (chunks[i] != ET_CHUNK_USAGE || usage)
            et_chat_chunk_print(answer, chunks[i], answer->content, usage, out);
}

void stage_finish(struct stage *stage, et_id call, const char *content, const char *reason)
{
    struct et_chat_answer answer = {.id = ET_LIT("chatcmpl-1"),
                                    .created = 1,
                                    .model = ET_LIT("gpt-4o-2024-08-06"),
                                    .content = et_slice_of(content),
                                    .finish_reason = et_slice_of(reason),
                                    .fingerprint = ET_LIT("fp_1"),
                                    .has_usage = true,
                                    .usage = {.prompt = 10, .completion = 5}};
    struct et_text text;
    et_text_init(&text, &support_heap, 1 << 20);
    print_answer(&stage->calls[call], &answer, &text);
    assert_int_equal(et_text_failed(&text), 0);
    stage_head(stage, call, &(struct head){.stream = stage->calls[call].stream});
    stage_data(stage, call, et_text_slice(&text).data);
    stage_done(stage, call);
    et_text_free(&text);
}

void stage_answer(struct stage *stage, et_id call, const char *content)
{
    stage_finish(stage, call, content, "stop");
}

void stage_error(struct stage *stage, et_id call, const struct head *head)
{
    stage_head(stage, call, head);
    stage_data(stage, call,
               "{\"error\":{\"message\":\"upstream's "
               "words\",\"type\":\"x\",\"param\":null,\"code\":null}}");
    stage_done(stage, call);
}

void stage_read(struct stage *stage, et_id id, char *content, size_t room)
{
    struct stage_client *client = &stage->clients[id];
    struct et_answer_reader *reader = NULL;
    assert_ended(stage, id, ET_END_ANSWERED, 200);
    assert_int_equal(et_answer_reader_new(&reader, 1 << 20, &support_heap), 0);
    et_answer_reader_head(reader, 200,
                          et_slice_of(client->stream ? "text/event-stream" : "application/json"));
    assert_int_equal(et_answer_reader_feed(reader, et_text_slice(&client->got)), 0);
    et_answer_reader_end(reader);
    assert_int_equal(et_answer_reader_state(reader), ET_ANSWER_COMPLETE);
    snprintf(content, room, "%.*s", ET_ARG(et_answer_reader_answer(reader)->content));
    et_answer_reader_free(reader);
}

void assert_answered(struct stage *stage, et_id id, const char *content)
{
    char got[256];
    stage_read(stage, id, got, sizeof got);
    assert_string_equal(got, content);
}

void assert_ended(struct stage *stage, et_id id, enum et_end end, unsigned status)
{
    struct stage_client *client = &stage->clients[id];
    assert_true(client->rowed);
    assert_string_equal(et_end_text(client->row.end), et_end_text(end));
    assert_int_equal(client->status, status);
}

void assert_idle(struct stage *stage)
{
    assert_int_equal(stage->open_clients, 0);
    assert_int_equal(stage->open_calls, 0);
    assert_int_equal(et_engine_admitted(stage->engine), 0);
    assert_true(et_engine_next(stage->engine) == ET_NEVER);
}
