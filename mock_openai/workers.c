/* SPDX-License-Identifier: MIT */
#include "io/address.h"
#include "mock_openai/serve.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void add(struct et_mock_report *all, const struct et_mock_report *one)
{
    all->answered += one->answered;
    all->gone += one->gone;
    all->steps += one->steps;
#define LARGER(of) all->of = one->of > all->of ? one->of : all->of
    LARGER(late_p50_us);
    LARGER(late_p99_us);
    LARGER(late_max_us);
#undef LARGER
}

static int stop_all(struct et_mock_child *children, unsigned count, struct et_mock_report *report,
                    struct et_complaint *complaint)
{
    int err = 0;
    for (unsigned i = 0; i < count; i++)
        shutdown(children[i].line, SHUT_WR); /* all drain at once */
    for (unsigned i = 0; i < count; i++) {
        struct et_mock_report one;
        int failed = et_mock_stop(&children[i], &one, complaint);
        err = err ? err : failed;
        add(report, &one);
    }
    return err;
}

static int bind_with(const struct et_address *address, int option)
{
    int on = 1, fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, option, &on, sizeof on) == 0 &&
        bind(fd, (const struct sockaddr *)&address->storage, address->size) == 0)
        return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

/* A socket that is bound and does not listen: it holds the port and is given no connection.
 * SO_REUSEPORT alone would join a port that another etalon serves, so that is tried without. */
static int hold_port(int *out, struct et_server_config *server, struct et_complaint *complaint)
{
    struct et_address address;
    if (!et_address_parse(&address, server->address, server->port))
        return et_complain(complaint, ET_VALUE, ET_ADDRESS_WANTED, server->address);
    int probe = bind_with(&address, SO_REUSEADDR);
    if (probe >= 0)
        close(probe);
    int fd = probe >= 0 ? bind_with(&address, SO_REUSEPORT) : -1;
    if (fd < 0) {
        char url[ET_ADDRESS_URL];
        et_address_url(&address, server->port, url);
        return et_complain(complaint, ET_IO, "cannot listen on %s: %s", url, strerror(errno));
    }
    server->port = et_address_port(fd);
    server->share_port = true;
    *out = fd;
    return 0;
}

static void block_signals(sigset_t *signals, sigset_t *before)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGCHLD); /* a child ended by itself; stop_all finds out which */
    sigprocmask(SIG_BLOCK, signals, before);
}

int et_mock_workers(const struct et_mock_job *job, unsigned count, struct et_mock_report *report,
                    struct et_complaint *complaint)
{
    struct et_mock_child children[ET_MOCK_WORKERS_MAX];
    struct et_mock_job own = *job;
    const struct timespec none = {0};
    sigset_t signals, before;
    unsigned started = 0;
    int held = -1, which;
    assert(count <= ET_MOCK_WORKERS_MAX);
    *report = (struct et_mock_report){0};
    int err = hold_port(&held, &own.server, complaint);
    if (err)
        return err;
    block_signals(&signals, &before);
    while (!err && started < count) {
        err = et_mock_spawn(&children[started], &own, complaint);
        started += !err;
    }
    if (!err && job->ready)
        job->ready(job->ctx, own.server.port);
    if (!err)
        sigwait(&signals, &which);
    int stopped = stop_all(children, started, report, complaint);
    while (sigtimedwait(&signals, NULL, &none) > 0)
        continue; /* what came meanwhile asked for the same */
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(held);
    return err ? err : stopped;
}
