/* SPDX-License-Identifier: MIT */
/* A server that is down and comes up again.  A socket that is bound and does not listen keeps the
 * port, and the system refuses in its name; bound by number it stays so, which a listener that got
 * any free port would not when it is shut down. */
#include "io/server_parts.h"

#include <event2/listener.h>
#include <unistd.h>

static int bind_again(const struct et_server *server)
{
    const struct sockaddr *address = (const struct sockaddr *)&server->own_address;
    int on = 1, fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (server->config.share_port)
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(fd, address, server->own_size) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool go_down(struct et_server *server)
{
    socklen_t size = sizeof server->own_address;
    int fd = evconnlistener_get_fd(server->listener);
    if (getsockname(fd, (struct sockaddr *)&server->own_address, &size) != 0)
        return false;
    server->own_size = size;
    evconnlistener_free(server->listener);
    server->listener = NULL;
    server->held_fd = bind_again(server);
    server->refusing = true;
    et_server_unsettle_all(server);
    return true;
}

static bool come_up(struct et_server *server)
{
    if (server->held_fd < 0)
        server->held_fd = bind_again(server);
    if (server->held_fd < 0 || !et_server_listen(server, server->held_fd))
        return false;
    server->held_fd = -1;
    server->refusing = false;
    return true;
}

bool et_server_refuse(struct et_server *server, bool refuse)
{
    if (server->draining || refuse == server->refusing)
        return true;
    return refuse ? go_down(server) : come_up(server);
}
