/* SPDX-License-Identifier: MIT */
#include "io/server_parts.h"
#include "io/sysmem.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void gather(struct et_connection *connection, struct et_slice piece)
{
    const struct et_http_head *head = et_http_parser_head(connection->parser);
    if (head->framing == ET_HTTP_LENGTH && piece.size == head->length) {
        connection->body = piece; /* in one piece: no copy */
        return;
    }
    et_text_add(&connection->gathered, piece);
    connection->body = et_text_slice(&connection->gathered);
}

/* Nobody looks at it any more: while it is answered, which may take minutes, its memory serves
 * others. */
static void forget_request(struct et_connection *connection)
{
    connection->body = (struct et_slice){NULL, 0};
    if (et_text_slice(&connection->gathered).size > ET_KEPT_BYTES)
        et_text_free(&connection->gathered);
    et_text_clear(&connection->gathered);
    et_server_put_parser(connection->server, connection->parser);
    connection->parser = NULL;
}

static void serve(struct et_connection *connection)
{
    const struct et_http_head *head = et_http_parser_head(connection->parser);
    struct et_server *server = connection->server;
    if (et_text_failed(&connection->gathered)) {
        connection->lost = true;
        return;
    }
    struct et_server_message message = {
        .method = head->method,
        .target = head->target,
        .body = connection->body,
        .fields = head->fields,
        .field_count = head->count,
    };
    et_exchange_open(&connection->exchange, head);
    server->handler.request(server->ctx, &connection->exchange, &message);
    forget_request(connection);
}

/* The client waits for a word before it sends the body, unless it does not wait. */
static void begin(struct et_connection *connection, struct et_slice input)
{
    const struct et_http_head *head = et_http_parser_head(connection->parser);
    bool body = head->framing == ET_HTTP_CHUNKED || head->length > 0;
    if (head->expect_continue && body && input.size == 0)
        et_connection_put(connection, ET_LIT("HTTP/1.1 100 Continue\r\n\r\n"));
}

/* A client that sends requests and reads no answers is not to fill our memory with them. */
static bool may_parse(const struct et_connection *connection)
{
    return connection->fate == ET_FATE_KEEP && !connection->lost &&
           connection->exchange.state != ET_EXCHANGE_OPEN &&
           et_connection_unsent(connection) < ET_UNREAD_BYTES;
}

/* There is a parser, and room for an exchange; if there is anything to parse. */
static bool has_parser(struct et_connection *connection, bool wanted)
{
    if (connection->exchange.state == ET_EXCHANGE_ENDED)
        connection->exchange = (struct et_exchange){0};
    if (!connection->parser && wanted &&
        et_server_get_parser(connection->server, &connection->parser) != 0)
        connection->lost = true;
    return connection->parser;
}

/* Takes requests off the front of `*input` until one has to wait for its answer. */
static void parse(struct et_connection *connection, struct et_slice *input)
{
    struct et_slice piece;
    while (may_parse(connection) && has_parser(connection, input->size > 0)) {
        switch (et_http_parser_feed(connection->parser, input, &piece)) {
        case ET_HTTP_HEAD:
            begin(connection, *input);
            break;
        case ET_HTTP_BODY:
            gather(connection, piece);
            break;
        case ET_HTTP_END:
            serve(connection);
            break;
        case ET_HTTP_ERROR: {
            enum et_http_error error = et_http_parser_error(connection->parser);
            et_connection_refuse(connection, et_http_error_status(error),
                                 et_http_error_text(error));
            break;
        }
        case ET_HTTP_MORE:
            return;
        }
    }
}

static void keep_ahead(struct et_connection *connection, struct et_slice input)
{
    et_text_add(&connection->ahead, input);
    if (et_text_failed(&connection->ahead))
        connection->lost = true;
}

/* What came while an exchange was open; the rest moves to the front by way of the read buffer,
 * whose bytes have been used by now. */
static void use_ahead(struct et_connection *connection)
{
    struct et_slice all = et_text_slice(&connection->ahead), rest = all;
    parse(connection, &rest);
    if (rest.size == all.size)
        return;
    char *scratch = connection->server->input;
    memcpy(scratch, rest.data, rest.size);
    et_text_clear(&connection->ahead);
    keep_ahead(connection, (struct et_slice){scratch, rest.size});
}

static void take(struct et_connection *connection, struct et_slice input)
{
    if (connection->fate != ET_FATE_KEEP)
        return; /* nothing is answered any more */
    if (et_text_slice(&connection->ahead).size == 0)
        parse(connection, &input);
    if (input.size > 0)
        keep_ahead(connection, input);
}

/* Who waits for bytes that the client has no room for waits for the client, not for us.  What was
 * due after the last write had no bytes. */
static void tell_sent(struct et_connection *connection)
{
    const struct et_server *server = connection->server;
    struct et_server_sent sent = {.held_up =
                                      connection->lost || et_connection_unsent(connection) > 0};
    for (unsigned i = 0; i < connection->mark_count && server->handler.sent; i++) {
        sent.due = connection->marks[i].due;
        sent.marks = connection->marks[i].count;
        sent.at = connection->written_at >= sent.due ? connection->written_at : et_loop_now();
        server->handler.sent(server->ctx, &sent);
    }
    connection->mark_count = 0;
}

/* Closing with unread bytes in the socket would send a reset, and our last words could be lost with
 * it: so only the sending side is closed, and the client has a moment to close the other. */
static void linger(struct et_connection *connection)
{
    if (connection->lingering)
        return;
    connection->lingering = true;
    connection->phase = ET_PHASE_NONE;
    if (shutdown(connection->fd, SHUT_WR) != 0)
        connection->lost = true;
}

void et_abort_at_close(int fd)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/* Nothing of a request is there. */
static bool is_idle(const struct et_connection *connection)
{
    return !connection->parser || et_http_parser_idle(connection->parser);
}

static bool is_over(struct et_connection *connection)
{
    bool open = connection->exchange.state == ET_EXCHANGE_OPEN;
    if (connection->lost || (connection->ended && open))
        return true;
    if (open || et_connection_unsent(connection) > 0)
        return false;
    if (connection->fate == ET_FATE_RESET)
        et_abort_at_close(connection->fd);
    if (connection->fate == ET_FATE_CLOSE && !connection->ended) {
        linger(connection);
        return connection->lost;
    }
    bool wanted = !connection->server->draining && !connection->server->refusing;
    return connection->fate != ET_FATE_KEEP || connection->ended ||
           (!wanted && is_idle(connection));
}

static enum et_phase find_phase(const struct et_connection *connection)
{
    if (connection->fate != ET_FATE_KEEP)
        return ET_PHASE_CLOSING;
    if (et_connection_unsent(connection) > 0)
        return ET_PHASE_UNREAD;
    if (connection->exchange.state == ET_EXCHANGE_OPEN)
        return ET_PHASE_ANSWERING;
    if (is_idle(connection))
        return ET_PHASE_IDLE;
    return et_http_parser_head(connection->parser) ? ET_PHASE_BODY : ET_PHASE_HEAD;
}

static void choose_deadline(struct et_connection *connection)
{
    const struct et_server_config *config = &connection->server->config;
    const et_ns spans[] = {
        [ET_PHASE_IDLE] = config->idle_max,
        [ET_PHASE_HEAD] = config->head_max,
        [ET_PHASE_BODY] = config->body_max,
        [ET_PHASE_ANSWERING] = ET_NEVER,
        [ET_PHASE_UNREAD] = config->idle_max,
        [ET_PHASE_CLOSING] = connection->lingering ? ET_LINGER : config->idle_max,
    };
    enum et_phase phase = find_phase(connection);
    if (phase == connection->phase)
        return;
    connection->phase = phase;
    et_timer_set(&connection->deadline, et_after(et_loop_now(), spans[phase]));
}

/* A client that sends far ahead is not read from, but still watched for its end. */
static void choose_reading(struct et_connection *connection)
{
    bool full = et_text_slice(&connection->ahead).size >= ET_READ_BYTES;
    if (full == connection->paused || connection->ended)
        return;
    connection->paused = full;
    event_del(full ? &connection->readable : &connection->closed);
    event_add(full ? &connection->closed : &connection->readable, NULL);
}

static void on_end(struct et_connection *connection)
{
    connection->ended = true;
    event_del(&connection->readable);
    event_del(&connection->closed);
}

/* False: there was nothing. */
static bool read_input(struct et_connection *connection)
{
    char *input = connection->server->input;
    size_t room = ET_READ_BYTES - et_text_slice(&connection->ahead).size;
    ssize_t got = recv(connection->fd, input, room, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    connection->settling = true;
    if (got < 0)
        connection->lost = true;
    else if (got == 0)
        on_end(connection);
    else
        take(connection, (struct et_slice){input, (size_t)got});
    return true;
}

/* A request that came before the drain began is answered, even if nobody has read it yet. */
static void read_last(struct et_connection *connection)
{
    if (!connection->server->draining || connection->read_last || connection->ended ||
        connection->paused)
        return;
    connection->read_last = true;
    read_input(connection);
}

/* What came ahead may have waited only for room in the output. */
static bool has_more(const struct et_connection *connection)
{
    return may_parse(connection) && (et_text_slice(&connection->ahead).size > 0 ||
                                     connection->exchange.state == ET_EXCHANGE_ENDED);
}

void et_connection_settle(struct et_connection *connection)
{
    et_list_remove(&connection->unsettled);
    connection->settling = true;
    read_last(connection);
    do {
        use_ahead(connection);
        et_connection_write(connection);
    } while (has_more(connection));
    tell_sent(connection);
    connection->settling = false;
    if (is_over(connection)) {
        et_connection_free(connection);
        return;
    }
    if (et_connection_unsent(connection) > 0)
        event_add(&connection->writable, NULL);
    choose_reading(connection);
    choose_deadline(connection);
}

void et_connection_unsettle(struct et_connection *connection)
{
    struct et_server *server = connection->server;
    if (connection->settling || !et_list_empty(&connection->unsettled))
        return;
    if (et_list_empty(&server->unsettled))
        event_active(&server->settle, 0, 0);
    et_list_push(&server->unsettled, &connection->unsettled);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct et_connection *connection = arg;
    (void)fd, (void)what;
    if (!read_input(connection))
        return;
    connection->settling = false;
    et_connection_unsettle(connection);
}

static void on_closed(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    on_end(arg);
    et_connection_settle(arg);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    et_connection_settle(arg);
}

static void on_deadline(void *ctx, et_ns now)
{
    struct et_connection *connection = ctx;
    (void)now;
    connection->settling = true;
    if (connection->phase == ET_PHASE_HEAD || connection->phase == ET_PHASE_BODY)
        et_connection_refuse(connection, 408, "the request took too long to arrive");
    else
        connection->lost = true;
    if (connection->lost && et_connection_unsent(connection) > 0)
        et_tally_add(&connection->server->tally.unread);
    et_connection_settle(connection);
}

static void release(struct et_connection *connection)
{
    et_connection_drop_output(connection);
    et_http_parser_free(connection->parser);
    et_text_free(&connection->gathered);
    et_text_free(&connection->ahead);
    et_mem_give(&et_sysmem, connection, sizeof *connection);
}

void et_connection_free(struct et_connection *connection)
{
    struct et_server *server = connection->server;
    if (connection->exchange.state == ET_EXCHANGE_OPEN)
        server->handler.gone(server->ctx, &connection->exchange);
    et_list_remove(&connection->all);
    et_list_remove(&connection->unsettled);
    et_timer_stop(&connection->deadline);
    event_del(&connection->readable);
    event_del(&connection->writable);
    event_del(&connection->closed);
    close(connection->fd);
    release(connection);
    et_server_connection_ended(server);
}

int et_connection_new(struct et_server *server, int fd)
{
    struct event_base *base = server->base;
    struct et_connection *connection = et_mem_take(&et_sysmem, sizeof *connection);
    if (!connection)
        return ET_NOMEM;
    connection->server = server;
    connection->fd = fd;
    et_text_init(&connection->gathered, &et_sysmem, server->config.body_bytes_max);
    et_text_init(&connection->ahead, &et_sysmem, ET_READ_BYTES);
    event_assign(&connection->readable, base, fd, EV_READ | EV_PERSIST, on_readable, connection);
    event_assign(&connection->closed, base, fd, EV_CLOSED | EV_PERSIST, on_closed, connection);
    event_assign(&connection->writable, base, fd, EV_WRITE, on_writable, connection);
    et_timer_init(&connection->deadline, base, on_deadline, connection);
    if (event_add(&connection->readable, NULL) != 0) {
        release(connection);
        return ET_NOMEM;
    }
    et_list_init(&connection->unsettled);
    et_list_push(&server->connections, &connection->all);
    et_server_connection_came(server);
    choose_deadline(connection);
    return 0;
}
