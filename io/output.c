/* SPDX-License-Identifier: MIT */
#include "io/server_parts.h"
#include "io/sysmem.h"

#include <errno.h>
#include <event2/buffer.h>
#include <sys/socket.h>

static size_t backlog_of(const struct et_connection *connection)
{
    return connection->backlog ? evbuffer_get_length(connection->backlog) : 0;
}

size_t et_connection_unsent(const struct et_connection *connection)
{
    return backlog_of(connection) + connection->fresh_size;
}

static size_t end_of(const struct et_connection *connection)
{
    return connection->fresh_at + connection->fresh_size;
}

static void leave_fresh(struct et_connection *connection)
{
    struct et_server *server = connection->server;
    if (connection->fresh_size == 0)
        return;
    connection->fresh_size = 0;
    if (--server->fresh_users > 0)
        return;
    et_text_clear(&server->fresh);
    if (server->fresh_most > ET_KEPT_BYTES)
        et_text_free(&server->fresh);
    server->fresh_most = 0;
}

/* Memory refused means the same as a client that does not read: the connection cannot go on. */
static void keep(struct et_connection *connection, struct et_slice bytes)
{
    if (!connection->backlog)
        connection->backlog = evbuffer_new();
    if (!connection->backlog || evbuffer_add(connection->backlog, bytes.data, bytes.size) != 0)
        connection->lost = true;
}

/* How many bytes the socket had room for. */
static size_t try_to_send(struct et_connection *connection, struct et_slice bytes)
{
    ssize_t sent = send(connection->fd, bytes.data, bytes.size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        connection->lost = true;
    return sent > 0 ? (size_t)sent : 0;
}

static void flush(struct et_connection *connection)
{
    struct et_slice bytes = et_slice_part(et_text_slice(&connection->server->fresh),
                                          connection->fresh_at, end_of(connection));
    bool direct = !connection->lost && backlog_of(connection) == 0;
    if (bytes.size == 0)
        return;
    size_t most = connection->one_byte ? 1 : bytes.size;
    size_t sent = direct ? try_to_send(connection, et_slice_part(bytes, 0, most)) : 0;
    connection->written_at = et_loop_now();
    if (connection->exchange.state != ET_EXCHANGE_OPEN)
        connection->phase = ET_PHASE_NONE; /* answered: the idle time starts anew */
    if (sent < bytes.size && !connection->lost)
        keep(connection, et_slice_part(bytes, sent, bytes.size));
    leave_fresh(connection);
}

/* Who has a piece is unsettled, but perhaps the one that is being settled. */
static void flush_all(struct et_server *server)
{
    for (struct et_list *node = server->unsettled.next; node != &server->unsettled;
         node = node->next)
        flush(ET_OWNER(node, struct et_connection, unsettled));
}

static void add_fresh(struct et_connection *connection, struct et_slice bytes)
{
    struct et_server *server = connection->server;
    size_t at = et_text_slice(&server->fresh).size;
    et_text_add(&server->fresh, bytes);
    if (et_text_failed(&server->fresh)) {
        connection->lost = true;
        return;
    }
    if (connection->fresh_size == 0) {
        connection->fresh_at = at;
        server->fresh_users++;
    }
    connection->fresh_size += bytes.size;
    server->fresh_most = at > server->fresh_most ? at : server->fresh_most;
}

void et_connection_put(struct et_connection *connection, struct et_slice bytes)
{
    struct et_server *server = connection->server;
    if (connection->fresh_size > ET_FRESH_BYTES ||
        end_of(connection) != et_text_slice(&server->fresh).size)
        flush(connection);
    if (connection->fresh_size == 0 && et_text_slice(&server->fresh).size > ET_FRESH_BYTES)
        flush_all(server);
    if (connection->lost || bytes.size == 0)
        return;
    if (et_connection_unsent(connection) + bytes.size > server->config.output_bytes_max) {
        et_tally_add(&server->tally.unread);
        connection->lost = true;
        return;
    }
    add_fresh(connection, bytes);
}

void et_connection_write(struct et_connection *connection)
{
    bool fresh = connection->fresh_size > 0;
    flush(connection);
    if (fresh && connection->one_byte && backlog_of(connection) > 0)
        return; /* one for each turn of the loop, so that the client can read it by itself */
    while (!connection->lost && backlog_of(connection) > 0) {
        int sent = evbuffer_write_atmost(connection->backlog, connection->fd,
                                         connection->one_byte ? 1 : -1);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            connection->lost = true;
        if (sent <= 0)
            return;
        connection->written_at = et_loop_now();
        connection->phase = ET_PHASE_NONE; /* a client that reads gets its time anew */
        if (connection->one_byte && backlog_of(connection) > 0)
            return;
    }
    if (connection->exchange.state != ET_EXCHANGE_OPEN)
        connection->one_byte = false;
}

void et_connection_drop_output(struct et_connection *connection)
{
    leave_fresh(connection);
    if (connection->backlog)
        evbuffer_free(connection->backlog);
    connection->backlog = NULL;
}
