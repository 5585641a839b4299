/* SPDX-License-Identifier: MIT */
/* A raw client in the same loop as the server under test: what it gets is collected as it comes,
 * and a test waits by running the loop until a fact holds.  No test sleeps; a fact that never comes
 * fails the test after CLIENT_PATIENCE. */
#ifndef ET_IO_TESTS_CLIENT_H
#define ET_IO_TESTS_CLIENT_H

#include "core/base/tests/support.h"
#include "io/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENT_PATIENCE (20 * ET_S)

struct client {
    int fd;
    struct event readable;
    char got[64 << 10]; /* NUL-terminated */
    size_t size;        /* all that came; what does not fit is only counted */
    bool ended;         /* the server closed its sending side */
    int error;          /* errno of a failed read: ECONNRESET */
};

static inline void client_on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct client *client = arg;
    char bytes[16 << 10];
    (void)what;
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        client->ended = n == 0;
        client->error = n < 0 ? errno : 0;
        event_del(&client->readable);
        return;
    }
    if (client->size + (size_t)n < sizeof client->got)
        memcpy(client->got + client->size, bytes, (size_t)n);
    client->size += (size_t)n;
}

static inline struct client *client_new(struct event_base *base, uint16_t port)
{
    struct client *client = calloc(1, sizeof *client);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_non_null(client);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client->fd >= 0);
    assert_int_equal(connect(client->fd, (struct sockaddr *)&to, sizeof to), 0);
    evutil_make_socket_nonblocking(client->fd);
    event_assign(&client->readable, base, client->fd, EV_READ | EV_PERSIST, client_on_readable,
                 client);
    event_add(&client->readable, NULL);
    return client;
}

static inline void client_send(struct client *client, const char *text)
{
    size_t size = strlen(text);
    assert_int_equal(send(client->fd, text, size, MSG_NOSIGNAL), (ssize_t)size);
}

static inline void client_free(struct client *client)
{
    event_del(&client->readable);
    close(client->fd);
    free(client);
}

static inline void client_forget(struct client *client) /* for the next answer */
{
    memset(client->got, 0, client->size < sizeof client->got ? client->size : sizeof client->got);
    client->size = 0;
}

static inline bool client_has(const struct client *client, const char *text)
{
    return strstr(client->got, text) != NULL;
}

static inline bool client_closed(const struct client *client)
{
    return client->ended || client->error;
}

static inline void client_too_long(void *ctx, et_ns now)
{
    (void)now;
    *(bool *)ctx = true;
}

/* Runs the loop until `fact` holds. */
#define loop_until(base, fact)                                                                     \
    do {                                                                                           \
        bool late_ = false;                                                                        \
        struct et_timer guard_;                                                                    \
        et_timer_init(&guard_, (base), client_too_long, &late_);                                   \
        et_timer_set(&guard_, et_after(et_loop_now(), CLIENT_PATIENCE));                           \
        while (!(fact) && !late_)                                                                  \
            event_base_loop((base), EVLOOP_ONCE);                                                  \
        et_timer_stop(&guard_);                                                                    \
        if (late_)                                                                                 \
            fail_msg("waited in vain for: %s", #fact);                                             \
    } while (0)

#endif
