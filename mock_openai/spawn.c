/* SPDX-License-Identifier: MIT */
#include "mock_openai/serve_parts.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct message { /* from child to parent; twice: when it accepts, and at its end */
    int err;
    struct et_mock_ports ports;
    struct et_mock_report report;
    struct et_complaint complaint;
};

static bool tell(int line, const struct message *message)
{
    return send(line, message, sizeof *message, MSG_NOSIGNAL) == sizeof *message;
}

/* A packet socket gives a message whole or not at all. */
static bool hear(int line, struct message *message)
{
    ssize_t got;
    do
        got = recv(line, message, sizeof *message, 0);
    while (got < 0 && errno == EINTR);
    return got == sizeof *message;
}

static void on_ready(void *ctx, const struct et_mock_ports *ports)
{
    tell(*(const int *)ctx, &(struct message){.ports = *ports});
}

static void become_child(int line, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it was already gone */
        _exit(1);
    if (line > STDERR_FILENO + 1)
        close_range(STDERR_FILENO + 1, (unsigned)line - 1, 0);
    close_range((unsigned)line + 1, ~0u, 0);
}

_Noreturn static void run_child(const struct et_mock_job *job, int line, pid_t parent)
{
    struct et_mock_job own = *job;
    struct message last = {0};
    become_child(line, parent);
    own.ready = on_ready;
    own.ctx = &line;
    last.err = et_mock_serve_line(&own, line, &last.report, &last.complaint);
    _exit(tell(line, &last) ? 0 : 1);
}

static int complain_system(struct et_complaint *complaint, const char *what)
{
    return et_complain(complaint, ET_IO, "cannot %s: %s", what, strerror(errno));
}

int et_mock_spawn(struct et_mock_child *out, const struct et_mock_job *job,
                  struct et_complaint *complaint)
{
    int pair[2];
    struct message first = {0};
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return complain_system(complaint, "make a socket pair");
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        run_child(job, pair[1], parent);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return complain_system(complaint, "fork");
    }
    struct et_mock_child child = {.pid = pid, .line = pair[0]};
    if (hear(child.line, &first) && first.err == 0) {
        child.port = first.ports.api;
        child.admin_port = first.ports.admin;
        *out = child;
        return 0;
    }
    if (first.err)
        et_complain(complaint, first.err, "%s", first.complaint.text);
    int died = et_mock_stop(&child, NULL, complaint);
    return first.err ? first.err : died ? died : ET_IO;
}

int et_mock_stop(struct et_mock_child *child, struct et_mock_report *report,
                 struct et_complaint *complaint)
{
    struct message last = {0};
    shutdown(child->line, SHUT_WR);
    bool heard = hear(child->line, &last);
    close(child->line);
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    if (report)
        *report = last.report;
    if (heard)
        return 0;
    return et_complain(complaint, ET_IO, "the mock's process died");
}
