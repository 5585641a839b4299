/* SPDX-License-Identifier: MIT */
#include "io/tests/raw_server.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct peer {
    struct peer *next;
    struct raw_server *server;
    struct bufferevent *socket;
    struct event *turn;
    const struct raw_answer *answer; /* being given; NULL: none */
    size_t piece;
};

struct raw_server {
    struct event_base *base;
    struct evconnlistener *listener;
    const struct raw_answer *answers;
    size_t count, hold, requests, accepted, open;
    struct peer *peers;
    char url[64];
    char *request;
};

static void hang_up(struct peer *peer, bool reset)
{
    struct raw_server *server = peer->server;
    struct peer **at = &server->peers;
    while (*at != peer)
        at = &(*at)->next;
    *at = peer->next;
    server->open--;
    const struct linger now = {1, 0};
    if (reset)
        setsockopt(bufferevent_getfd(peer->socket), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    bufferevent_free(peer->socket);
    event_free(peer->turn);
    free(peer);
}

static void soon(struct peer *peer)
{
    const struct timeval now = {0, 0};
    event_add(peer->turn, &now);
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct peer *peer = arg;
    const struct raw_answer *answer = peer->answer;
    size_t most = sizeof answer->pieces / sizeof *answer->pieces;
    if (evbuffer_get_length(bufferevent_get_output(peer->socket))) {
        soon(peer);
    } else if (peer->piece < most && answer->pieces[peer->piece].size) {
        const struct et_slice *piece = &answer->pieces[peer->piece++];
        bufferevent_write(peer->socket, piece->data, piece->size);
        soon(peer);
    } else if (answer->end == RAW_KEEP) {
        peer->answer = NULL;
    } else {
        hang_up(peer, answer->end == RAW_RESET);
    }
}

static void answer_all(struct raw_server *server)
{
    for (struct peer *peer = server->peers; peer; peer = peer->next)
        if (peer->answer)
            soon(peer);
}

/* The size of the whole request at the start of `text`; 0: not all of it is there. */
static size_t whole(const char *text, size_t size)
{
    const char *end = strstr(text, "\r\n\r\n"), *length = strstr(text, "Content-Length: ");
    if (!end || !length)
        return 0;
    size_t needed = (size_t)(end - text) + 4 + strtoul(length + 16, NULL, 10);
    return needed <= size ? needed : 0;
}

static void on_read(struct bufferevent *socket, void *arg)
{
    struct peer *peer = arg;
    struct raw_server *server = peer->server;
    struct evbuffer *input = bufferevent_get_input(socket);
    size_t size = evbuffer_get_length(input);
    char *text = calloc(1, size + 1);
    evbuffer_copyout(input, text, size);
    if (whole(text, size) == 0) {
        free(text);
        return;
    }
    evbuffer_drain(input, whole(text, size));
    free(server->request);
    server->request = text;
    size_t nth = server->requests++;
    peer->answer = &server->answers[nth < server->count ? nth : server->count - 1];
    peer->piece = 0;
    if (server->requests >= server->hold)
        answer_all(server);
}

static void on_event(struct bufferevent *socket, short what, void *arg)
{
    (void)socket, (void)what;
    hang_up(arg, false);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *from,
                      int size, void *arg)
{
    (void)listener, (void)from, (void)size;
    struct raw_server *server = arg;
    struct peer *peer = calloc(1, sizeof *peer);
    const int on = 1; /* small pieces leave at once, not when the one before was acknowledged */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    server->accepted++;
    server->open++;
    peer->server = server;
    peer->socket = bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
    peer->turn = evtimer_new(server->base, on_turn, peer);
    peer->next = server->peers;
    server->peers = peer;
    bufferevent_setcb(peer->socket, on_read, NULL, on_event, peer);
    bufferevent_enable(peer->socket, EV_READ | EV_WRITE);
}

struct raw_server *raw_server_new(struct event_base *base, const struct raw_answer *answers,
                                  size_t count)
{
    struct raw_server *server = calloc(1, sizeof *server);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    server->base = base;
    server->answers = answers;
    server->count = count;
    server->listener = evconnlistener_new_bind(base, on_accept, server, LEV_OPT_CLOSE_ON_FREE, 512,
                                               (struct sockaddr *)&address, (int)sizeof address);
    getsockname(evconnlistener_get_fd(server->listener), (struct sockaddr *)&address, &size);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%u/v1", ntohs(address.sin_port));
    return server;
}

void raw_server_free(struct raw_server *server)
{
    while (server->peers)
        hang_up(server->peers, false);
    evconnlistener_free(server->listener);
    free(server->request);
    free(server);
}

void raw_server_hold(struct raw_server *server, size_t requests)
{
    server->hold = requests;
}

const char *raw_server_url(const struct raw_server *server)
{
    return server->url;
}

const char *raw_server_request(const struct raw_server *server)
{
    return server->request;
}

size_t raw_server_requests(const struct raw_server *server)
{
    return server->requests;
}

size_t raw_server_accepted(const struct raw_server *server)
{
    return server->accepted;
}

size_t raw_server_open(const struct raw_server *server)
{
    return server->open;
}
