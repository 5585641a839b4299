/* SPDX-License-Identifier: MIT */
#include "io/sysmem.h"
#include "mock_openai/admin_parts.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { BELL_RECORD, BELL_STOP, BELLS };

void et_admin_refuse(struct et_admin_call *call, unsigned status, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    call->status = status;
    et_text_clear(&call->admin->out);
    et_text_add(&call->admin->out, ET_LIT("{\"error\":{\"message\":"));
    et_text_json(&call->admin->out, et_slice_of(message));
    et_text_add(&call->admin->out, ET_LIT("}}"));
}

void et_admin_answer(struct et_admin *admin, struct et_exchange *exchange, unsigned status,
                     const struct et_http_field *fields, size_t count)
{
    struct et_slice body = et_text_slice(&admin->out);
    if (et_text_failed(&admin->out)) {
        et_exchange_cut(exchange);
        return;
    }
    et_exchange_head(exchange, status, fields, count, body.size);
    et_exchange_data(exchange, body);
    et_exchange_end(exchange);
}

/* What is wrong with the body, and where. */
static void complain(struct et_admin_call *call, const struct et_complaint *complaint)
{
    if (complaint->line > 0)
        et_admin_refuse(call, 400, "%u:%u: %s", complaint->line, complaint->column,
                        complaint->text);
    else
        et_admin_refuse(call, 400, "%s", complaint->text[0] ? complaint->text : "no memory");
}

/* What a path takes of its query; false: refused. */
static bool read_query(struct et_admin_call *call, unsigned keys, struct et_admin_query *query)
{
    struct et_text refusal;
    et_text_init(&refusal, &et_sysmem, 4096);
    bool good = et_admin_query_read(query, call->query, keys, &refusal);
    if (!good) {
        et_admin_refuse(call, 400, "%.*s", ET_ARG(et_text_slice(&refusal)));
        et_admin_query_free(query);
    }
    et_text_free(&refusal);
    return good;
}

static bool has_journal(struct et_admin_call *call)
{
    if (et_crew_journal(call->admin->config.crew))
        return true;
    et_admin_refuse(call, 409, "there is no journal; expected --journal N with N above 0");
    return false;
}

static void do_health(struct et_admin_call *call)
{
    et_admin_print_health(call->admin);
}

static void do_requests(struct et_admin_call *call)
{
    struct et_admin_query query;
    if (!has_journal(call) || !read_query(call, ET_ADMIN_FILTER | ET_ADMIN_SHOW, &query))
        return;
    et_admin_print_requests(call->admin, &query);
    et_admin_query_free(&query);
}

static void do_wait(struct et_admin_call *call)
{
    struct et_admin_query query;
    if (!has_journal(call) || !read_query(call, ET_ADMIN_FILTER | ET_ADMIN_WAIT, &query))
        return;
    call->later = et_admin_wait(call->admin, call->exchange, &query) == 0;
    if (call->later)
        return;
    et_admin_query_free(&query);
    et_admin_refuse(call, 500, "no memory");
}

static void do_forget(struct et_admin_call *call)
{
    if (!has_journal(call))
        return;
    et_journal_clear(et_crew_journal(call->admin->config.crew));
    et_text_add(&call->admin->out, ET_LIT("{\"cleared\":[\"requests\"]}"));
}

/* NULL: refused. */
static struct et_metrics *sum_up(struct et_admin_call *call)
{
    struct et_metrics *sum = NULL;
    if (et_crew_sum(call->admin->config.crew, &sum) != 0)
        et_admin_refuse(call, 500, "no memory");
    return sum;
}

static void do_stats(struct et_admin_call *call)
{
    struct et_metrics *sum = sum_up(call);
    if (sum)
        et_admin_print_stats(call->admin, sum);
    et_metrics_free(sum);
}

static void do_metrics(struct et_admin_call *call)
{
    struct et_metrics *sum = sum_up(call);
    struct et_server_counts counts;
    if (!sum)
        return;
    et_crew_count(call->admin->config.crew, &counts);
    et_metrics_print(sum, &call->admin->out);
    et_admin_print_connections(&counts, &call->admin->out);
    call->fields[0].value = ET_LIT("text/plain; version=0.0.4; charset=utf-8");
    et_metrics_free(sum);
}

static void do_limits(struct et_admin_call *call)
{
    et_admin_print_limits(call->admin);
}

static void do_set_limits(struct et_admin_call *call)
{
    struct et_complaint complaint = {0};
    if (et_admin_set_limits(call->admin, call->message->body, &complaint) == 0)
        et_admin_print_limits(call->admin);
    else
        complain(call, &complaint);
}

static void do_cache(struct et_admin_call *call)
{
    struct et_metrics *sum = sum_up(call);
    if (sum)
        et_admin_print_cache(call->admin, &sum->counts);
    et_metrics_free(sum);
}

static void do_faults(struct et_admin_call *call)
{
    if (et_admin_print_faults(call->admin) != 0)
        et_admin_refuse(call, 500, "no memory");
}

static void do_set_faults(struct et_admin_call *call)
{
    struct et_complaint complaint = {0};
    if (et_admin_set_faults(call->admin, call->message->body, &complaint) == 0)
        do_faults(call);
    else
        complain(call, &complaint);
}

static void do_drop_faults(struct et_admin_call *call)
{
    if (et_admin_drop_faults(call->admin) == 0)
        do_faults(call);
    else
        et_admin_refuse(call, 500, "no memory");
}

static void do_reset(struct et_admin_call *call)
{
    if (et_admin_reset(call->admin) != 0) {
        et_admin_refuse(call, 500, "no memory");
        return;
    }
    et_crew_clear(call->admin->config.crew);
    et_text_add(&call->admin->out, ET_LIT("{\"cleared\":[\"requests\",\"counters\",\"limits\","
                                          "\"cache\",\"repeats\",\"faults\"]}"));
}

static const struct route {
    const char *path, *method;
    void (*answer)(struct et_admin_call *call);
} routes[] = {
    {"/healthz", "GET", do_health},     {"/requests", "GET", do_requests},
    {"/requests", "DELETE", do_forget}, {"/requests/wait", "GET", do_wait},
    {"/stats", "GET", do_stats},        {"/metrics", "GET", do_metrics},
    {"/limits", "GET", do_limits},      {"/limits", "PUT", do_set_limits},
    {"/cache", "GET", do_cache},        {"/faults", "GET", do_faults},
    {"/faults", "PUT", do_set_faults},  {"/faults", "DELETE", do_drop_faults},
    {"/reset", "POST", do_reset},
};

enum { ROUTES = sizeof routes / sizeof *routes };

static void answer_nowhere(struct et_admin_call *call)
{
    struct et_text *out = &call->admin->out;
    call->status = 404;
    et_text_add(out, ET_LIT("{\"error\":{\"message\":\"no such path\"},\"paths\":["));
    for (size_t i = 0; i < ROUTES; i++)
        et_text_addf(out, "%s\"%s %s\"", i ? "," : "", routes[i].method, routes[i].path);
    et_text_add(out, ET_LIT("]}"));
}

static void answer_other_method(struct et_admin_call *call)
{
    call->fields[1] = (struct et_http_field){ET_LIT("allow"), et_slice_of(call->allowed)};
    et_admin_refuse(call, 405, "found %.*s; expected %s",
                    ET_ARG(et_slice_part(call->message->method, 0, 32)), call->allowed);
}

static void answer(struct et_admin_call *call)
{
    struct et_slice method = call->message->method;
    if (et_slice_equal(method, ET_LIT("HEAD")))
        method = ET_LIT("GET");
    for (size_t i = 0; i < ROUTES; i++) {
        if (!et_slice_equal(call->path, et_slice_of(routes[i].path)))
            continue;
        if (et_slice_equal(method, et_slice_of(routes[i].method))) {
            routes[i].answer(call);
            return;
        }
        size_t size = strlen(call->allowed);
        snprintf(call->allowed + size, sizeof call->allowed - size, "%s%s", size ? ", " : "",
                 routes[i].method);
    }
    if (call->allowed[0])
        answer_other_method(call);
    else
        answer_nowhere(call);
}

/* A page in a browser can send requests here, under a name that leads to 127.0.0.1 too. */
static bool is_from_a_page(const struct et_server_message *message)
{
    static const struct et_slice own[] = {{"127.0.0.1", 9}, {"localhost", 9}, {"[::1]", 5}};
    struct et_slice host =
        et_http_field_value(message->fields, message->field_count, ET_LIT("host"));
    if (et_http_field_value(message->fields, message->field_count, ET_LIT("origin")).size > 0)
        return true;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (et_slice_starts(host, own[i]) &&
            (host.size == own[i].size || host.data[own[i].size] == ':'))
            return false;
    return host.size > 0;
}

static void on_request(void *ctx, struct et_exchange *exchange,
                       const struct et_server_message *message)
{
    struct et_admin_call call = {
        .admin = ctx,
        .exchange = exchange,
        .message = message,
        .query = message->target,
        .status = 200,
        .fields = {{ET_LIT("content-type"), ET_LIT("application/json")}},
    };
    et_slice_split(&call.query, '?', &call.path);
    et_text_clear(&call.admin->out);
    if (is_from_a_page(message))
        et_admin_refuse(&call, 403,
                        "not for browsers; expected Host 127.0.0.1 or localhost, and "
                        "no Origin");
    else
        answer(&call);
    if (call.later)
        return;
    if (et_slice_equal(call.fields[0].value, ET_LIT("application/json")))
        et_text_addc(&call.admin->out, '\n');
    et_admin_answer(call.admin, exchange, call.status, call.fields,
                    call.fields[1].value.size ? 2 : 1);
}

static void on_gone(void *ctx, struct et_exchange *exchange)
{
    (void)ctx;
    et_admin_forget(exchange);
}

static void on_recorded(evutil_socket_t fd, short what, void *arg)
{
    eventfd_t rings;
    (void)what;
    eventfd_read(fd, &rings);
    et_admin_wake(arg);
}

static void on_stop(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    event_base_loopbreak(((struct et_admin *)arg)->base);
}

static uint64_t unix_ms_at_zero(void)
{
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    return ((et_ns)wall.tv_sec * ET_S + (et_ns)wall.tv_nsec - et_loop_now()) / ET_MS;
}

static bool hang_bells(struct et_admin *admin)
{
    static const event_callback_fn callbacks[BELLS] = {on_recorded, on_stop};
    for (int i = 0; i < BELLS; i++) {
        admin->bells[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        event_assign(&admin->rung[i], admin->base, admin->bells[i], EV_READ | EV_PERSIST,
                     callbacks[i], admin);
        if (admin->bells[i] < 0 || event_add(&admin->rung[i], NULL) != 0)
            return false;
    }
    return true;
}

static int listen_on(struct et_admin *admin, struct et_complaint *complaint)
{
    static const struct et_server_handler handler = {.request = on_request, .gone = on_gone};
    struct et_server_config config;
    et_server_defaults(&config);
    config.port = admin->config.port;
    config.connections_max = 256;
    config.output_bytes_max = 2 * (size_t)ET_ADMIN_BODY_MAX;
    return et_server_new(&admin->server, admin->base, &config, &handler, admin, complaint);
}

static void *run(void *arg)
{
    const struct et_admin *admin = arg;
    event_base_dispatch(admin->base);
    return NULL;
}

static int start(struct et_admin *admin, struct et_complaint *complaint)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&admin->thread, NULL, run, admin);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    admin->runs = !failed;
    if (failed)
        return et_complain(complaint, ET_IO, "cannot start a thread: %s", strerror(failed));
    return 0;
}

int et_admin_new(struct et_admin **out, const struct et_admin_config *config,
                 struct et_complaint *complaint)
{
    struct et_admin *admin = et_mem_take(&et_sysmem, sizeof *admin);
    if (!admin)
        return et_complain(complaint, ET_NOMEM, "%s", et_err_text(ET_NOMEM));
    admin->config = *config;
    admin->start_at = et_loop_now();
    admin->unix_ms = unix_ms_at_zero();
    admin->bells[BELL_RECORD] = admin->bells[BELL_STOP] = -1;
    et_list_init(&admin->waiters);
    et_text_init(&admin->out, &et_sysmem, ET_ADMIN_BODY_MAX);
    et_arena_init(&admin->settings, &et_sysmem, ET_ARENA_BLOCK);
    admin->slots = et_mem_array(&et_sysmem, ET_GATE_SLOTS, sizeof *admin->slots);
    admin->base = et_loop_new();
    int err = admin->slots && admin->base && hang_bells(admin)
                  ? listen_on(admin, complaint)
                  : et_complain(complaint, ET_NOMEM, "%s", et_err_text(ET_NOMEM));
    if (!err)
        err = start(admin, complaint);
    if (err) {
        et_admin_free(admin);
        return err;
    }
    *out = admin;
    return 0;
}

static void take_bells_down(struct et_admin *admin)
{
    for (int i = 0; i < BELLS; i++) {
        if (admin->bells[i] < 0)
            continue;
        event_del(&admin->rung[i]);
        close(admin->bells[i]);
    }
}

void et_admin_free(struct et_admin *admin)
{
    if (!admin)
        return;
    if (admin->runs) {
        eventfd_write(admin->bells[BELL_STOP], 1);
        pthread_join(admin->thread, NULL);
    }
    et_server_free(admin->server); /* with those who wait */
    if (admin->base) {
        take_bells_down(admin);
        event_base_free(admin->base);
    }
    et_text_free(&admin->out);
    et_arena_free(&admin->settings);
    et_mem_give(&et_sysmem, admin->slots, ET_GATE_SLOTS * sizeof *admin->slots);
    et_mem_give(&et_sysmem, admin, sizeof *admin);
}

uint16_t et_admin_port(const struct et_admin *admin)
{
    return et_server_port(admin->server);
}
