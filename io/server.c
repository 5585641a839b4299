/* SPDX-License-Identifier: MIT */
#include "io/server.h"

#include "io/address.h"
#include "io/server_parts.h"
#include "io/sysmem.h"

#include <errno.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

#define SHORTAGE_PAUSE (100 * ET_MS)

void et_server_defaults(struct et_server_config *config)
{
    *config = (struct et_server_config){
        .address = "127.0.0.1",
        .body_bytes_max = 8 << 20,
        .output_bytes_max = 16 << 20,
        .connections_max = 16384,
        .idle_max = 75 * ET_S,
        .head_max = 10 * ET_S,
        .body_max = 60 * ET_S,
    };
}

/* With fixed names: strftime's depend on the locale. */
struct et_slice et_server_date(struct et_server *server)
{
    static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t second = time(NULL);
    if (second != server->date_second) {
        struct tm tm;
        gmtime_r(&second, &tm);
        snprintf(server->date, sizeof server->date, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                 days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
                 tm.tm_min, tm.tm_sec);
        server->date_second = second;
    }
    return et_slice_of(server->date);
}

int et_server_get_parser(struct et_server *server, struct et_http_parser **out)
{
    if (server->parser_count == 0)
        return et_http_parser_new(out, &et_sysmem, ET_HTTP_REQUESTS, &server->limits);
    *out = server->parsers[--server->parser_count];
    return 0;
}

/* It has just told the end of a request. */
void et_server_put_parser(struct et_server *server, struct et_http_parser *parser)
{
    if (server->parser_count == ET_PARSERS_KEPT) {
        et_http_parser_free(parser);
        return;
    }
    et_http_parser_next(parser);
    server->parsers[server->parser_count++] = parser;
}

static void on_settle(evutil_socket_t fd, short what, void *arg)
{
    struct et_server *server = arg;
    struct et_list *node;
    (void)fd, (void)what;
    while ((node = et_list_pop(&server->unsettled)))
        et_connection_settle(ET_OWNER(node, struct et_connection, unsettled));
}

static void welcome(struct et_server *server, int fd)
{
    if (server->handler.admit && !server->handler.admit(server->ctx)) {
        et_abort_at_close(fd);
        close(fd);
        return;
    }
    if (et_server_connections(server) < server->config.connections_max &&
        et_connection_new(server, fd) == 0) {
        et_tally_add(&server->tally.accepted);
        return;
    }
    et_tally_add(&server->tally.over_limit);
    close(fd);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *peer,
                      int size, void *arg)
{
    (void)listener, (void)peer, (void)size;
    welcome(arg, fd);
}

/* There are no more descriptors.  Who waits in the queue is turned away at once, by way of the one
 * that was kept for it; then the listener rests: readable and unable to accept, it would spin. */
static void on_shortage(struct evconnlistener *listener, void *arg)
{
    struct et_server *server = arg;
    int queue = evconnlistener_get_fd(listener), fd;
    close(server->spare_fd);
    for (int i = 0; i < BACKLOG; i++) {
        if ((fd = accept4(queue, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) < 0)
            break;
        et_tally_add(&server->tally.no_files);
        close(fd);
    }
    server->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    evconnlistener_disable(listener);
    et_timer_set(&server->resume, et_after(et_loop_now(), SHORTAGE_PAUSE));
}

static void on_resume(void *ctx, et_ns now)
{
    struct et_server *server = ctx;
    (void)now;
    if (server->spare_fd < 0) /* another thread was quicker */
        server->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (server->listener)
        evconnlistener_enable(server->listener);
}

static void free_connections(struct et_server *server)
{
    while (!et_list_empty(&server->connections))
        et_connection_free(ET_OWNER(server->connections.next, struct et_connection, all));
}

static void on_patience(void *ctx, et_ns now)
{
    struct et_server *server = ctx;
    void (*drained)(void *) = server->drained;
    (void)now;
    free_connections(server);
    server->drained = NULL;
    if (drained)
        drained(server->ctx);
}

/* Accepted sockets inherit these.  A client whose machine or network went away without a word is
 * noticed in two minutes, also while it waits for an answer. */
static void set_options(int fd)
{
    const struct {
        int level, name, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},   {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, 60}, {IPPROTO_TCP, TCP_KEEPINTVL, 15},
        {IPPROTO_TCP, TCP_KEEPCNT, 4},   {IPPROTO_TCP, TCP_USER_TIMEOUT, 120000},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(int));
}

bool et_server_listen(struct et_server *server, int fd)
{
    struct evconnlistener *listener =
        evconnlistener_new(server->base, on_accept, server,
                           LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG, fd);
    if (!listener)
        return false;
    set_options(fd);
    evconnlistener_set_error_cb(listener, on_shortage);
    server->listener = listener;
    return true;
}

static int start_listening(struct et_server *server, struct et_complaint *complaint)
{
    const struct et_server_config *config = &server->config;
    struct et_address address;
    if (!et_address_parse(&address, config->address, config->port))
        return et_complain(complaint, ET_VALUE, ET_ADDRESS_WANTED, config->address);
    unsigned flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE;
    if (config->share_port)
        flags |= LEV_OPT_REUSEABLE_PORT;
    server->listener =
        evconnlistener_new_bind(server->base, on_accept, server, flags, BACKLOG,
                                (struct sockaddr *)&address.storage, (int)address.size);
    if (!server->listener) {
        char url[ET_ADDRESS_URL];
        et_address_url(&address, config->port, url);
        return et_complain(complaint, ET_IO, "cannot listen on %s: %s", url, strerror(errno));
    }
    set_options(evconnlistener_get_fd(server->listener));
    evconnlistener_set_error_cb(server->listener, on_shortage);
    server->port = et_address_port(evconnlistener_get_fd(server->listener));
    return 0;
}

int et_server_new(struct et_server **out, struct event_base *base,
                  const struct et_server_config *config, const struct et_server_handler *handler,
                  void *ctx, struct et_complaint *complaint)
{
    struct et_server *server = et_mem_take(&et_sysmem, sizeof *server);
    if (!server)
        return et_complain(complaint, ET_NOMEM, "%s", et_err_text(ET_NOMEM));
    server->base = base;
    server->config = *config;
    server->limits = et_http_limits_default;
    server->limits.body_bytes_max = config->body_bytes_max;
    server->handler = *handler;
    server->ctx = ctx;
    server->held_fd = -1;
    et_list_init(&server->connections);
    et_list_init(&server->unsettled);
    et_text_init(&server->lines, &et_sysmem, ET_HEAD_BYTES_MAX);
    et_text_init(&server->fresh, &et_sysmem, SIZE_MAX);
    event_assign(&server->settle, base, -1, 0, on_settle, server);
    et_timer_init(&server->resume, base, on_resume, server);
    et_timer_init(&server->patience, base, on_patience, server);
    server->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int err = start_listening(server, complaint);
    server->config.address = NULL; /* it was only borrowed */
    if (err) {
        et_server_free(server);
        return err;
    }
    *out = server;
    return 0;
}

void et_server_free(struct et_server *server)
{
    if (!server)
        return;
    free_connections(server);
    if (server->listener)
        evconnlistener_free(server->listener);
    if (server->held_fd >= 0)
        close(server->held_fd);
    if (server->spare_fd >= 0)
        close(server->spare_fd);
    et_timer_stop(&server->resume);
    et_timer_stop(&server->patience);
    event_del(&server->settle);
    et_text_free(&server->lines);
    et_text_free(&server->fresh);
    while (server->parser_count > 0)
        et_http_parser_free(server->parsers[--server->parser_count]);
    et_mem_give(&et_sysmem, server, sizeof *server);
}

uint16_t et_server_port(const struct et_server *server)
{
    return server->port;
}

uint32_t et_server_connections(const struct et_server *server)
{
    return atomic_load_explicit(&server->connection_count, memory_order_relaxed);
}

void et_server_count(const struct et_server *server, struct et_server_counts *out)
{
    const struct et_tally *tally = &server->tally;
#define READ(of) atomic_load_explicit(&tally->of, memory_order_relaxed)
    *out = (struct et_server_counts){.open = et_server_connections(server),
                                     .accepted = READ(accepted),
                                     .over_limit = READ(over_limit),
                                     .no_files = READ(no_files),
                                     .bad = READ(bad),
                                     .unread = READ(unread)};
#undef READ
}

void et_server_connection_came(struct et_server *server)
{
    uint32_t was = et_server_connections(server);
    atomic_store_explicit(&server->connection_count, was + 1, memory_order_relaxed);
}

void et_server_connection_ended(struct et_server *server)
{
    uint32_t was = et_server_connections(server);
    atomic_store_explicit(&server->connection_count, was - 1, memory_order_relaxed);
    if (server->draining && was == 1)
        et_timer_set(&server->patience, et_loop_now());
}

/* Whoever the system has let in already is served; closing the queue would reset them. */
static void stop_listening(struct et_server *server)
{
    int queue = evconnlistener_get_fd(server->listener), fd;
    for (int i = 0; i < BACKLOG; i++) {
        if ((fd = accept4(queue, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) < 0)
            break;
        welcome(server, fd);
    }
    evconnlistener_free(server->listener);
    server->listener = NULL;
}

void et_server_unsettle_all(struct et_server *server)
{
    for (struct et_list *node = server->connections.next; node != &server->connections;
         node = node->next)
        et_connection_unsettle(ET_OWNER(node, struct et_connection, all));
}

void et_server_drain(struct et_server *server, et_ns patience, void (*drained)(void *ctx))
{
    server->draining = true;
    server->drained = drained;
    if (server->listener)
        stop_listening(server);
    et_ns wait = et_server_connections(server) > 0 ? patience : 0;
    et_timer_set(&server->patience, et_after(et_loop_now(), wait));
    et_server_unsettle_all(server);
}
