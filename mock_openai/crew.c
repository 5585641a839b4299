/* SPDX-License-Identifier: MIT */
#include "mock_openai/crew.h"

#include "io/address.h"
#include "io/loop.h"
#include "io/sysmem.h"
#include "mock_openai/brain_state.h"
#include "mock_openai/fixtures.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct worker {
    struct et_crew *crew;
    struct event_base *base;
    struct et_mock *mock;
    pthread_t thread;
    bool runs, drained;
    int bell; /* an eventfd: the crew's patience has changed, so drain */
    struct event rung;
};

struct et_crew {
    struct et_brain_config config; /* with the state */
    pthread_mutex_t lock;          /* of it */
    struct et_brain_state *state;
    struct et_journal *journal;
    int port_holder; /* bound, not listening; -1: there is one worker */
    _Atomic et_ns patience;
    int done; /* an eventfd: so many workers have drained */
    struct event done_rung;
    unsigned left; /* to drain */
    unsigned count;
    struct worker workers[];
};

static void ring(int bell)
{
    const uint64_t one = 1;
    if (write(bell, &one, sizeof one) != sizeof one)
        assert(errno == EAGAIN); /* it rings already */
}

static uint64_t answer_bell(int bell)
{
    uint64_t rings = 0;
    return read(bell, &rings, sizeof rings) == sizeof rings ? rings : 0;
}

static void on_drained(void *ctx)
{
    struct worker *worker = ctx;
    if (worker->drained)
        return;
    worker->drained = true;
    ring(worker->crew->done);
    if (worker != worker->crew->workers)
        event_base_loopbreak(worker->base);
}

static void on_bell(evutil_socket_t fd, short what, void *arg)
{
    struct worker *worker = arg;
    (void)what;
    answer_bell(fd);
    et_mock_drain(worker->mock, atomic_load(&worker->crew->patience), on_drained, worker);
}

static void on_done(evutil_socket_t fd, short what, void *arg)
{
    struct et_crew *crew = arg;
    (void)what;
    crew->left -= (unsigned)answer_bell(fd);
    if (crew->left == 0)
        event_base_loopbreak(crew->workers[0].base);
}

static void hold(void *ctx)
{
    pthread_mutex_lock(ctx);
}

static void let(void *ctx)
{
    pthread_mutex_unlock(ctx);
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
static int hold_port(struct et_crew *crew, struct et_server_config *server,
                     struct et_complaint *complaint)
{
    struct et_address address;
    if (!et_address_parse(&address, server->address, server->port))
        return et_complain(complaint, ET_VALUE, ET_ADDRESS_WANTED, server->address);
    int probe = bind_with(&address, SO_REUSEADDR);
    if (probe >= 0)
        close(probe);
    crew->port_holder = probe >= 0 ? bind_with(&address, SO_REUSEPORT) : -1;
    if (crew->port_holder < 0) {
        char url[ET_ADDRESS_URL];
        et_address_url(&address, server->port, url);
        return et_complain(complaint, ET_IO, "cannot listen on %s: %s", url, strerror(errno));
    }
    server->port = et_address_port(crew->port_holder);
    server->share_port = true;
    return 0;
}

static int watch(struct event *event, struct event_base *base, int bell, event_callback_fn callback,
                 void *ctx)
{
    event_assign(event, base, bell, EV_READ | EV_PERSIST, callback, ctx);
    return bell >= 0 && event_add(event, NULL) == 0 ? 0 : ET_IO;
}

static int make_recorder(struct worker *worker, const struct et_crew_config *config,
                         struct et_complaint *complaint)
{
    struct et_recorder *recorder;
    if (!config->fixtures.base_url)
        return 0;
    int err =
        et_recorder_new(&recorder, worker->base, &config->fixtures, worker->crew->state, complaint);
    if (!err)
        et_mock_record(worker->mock, recorder);
    return err;
}

static int make_worker(struct worker *worker, const struct et_crew_config *config,
                       struct et_complaint *complaint)
{
    worker->base = et_loop_new();
    worker->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (!worker->base || watch(&worker->rung, worker->base, worker->bell, on_bell, worker) != 0)
        return et_complain(complaint, ET_IO, "cannot make an event loop");
    int err = et_mock_new(&worker->mock, worker->base, &config->server, &config->brain, complaint);
    if (err)
        return err;
    et_mock_observe(worker->mock, worker->crew->journal);
    return make_recorder(worker, config, complaint);
}

static int load_fixtures(struct et_crew *crew, struct et_crew_config *config,
                         struct et_complaint *complaint)
{
    const struct et_recorder_config *fixtures = &config->fixtures;
    config->brain.fixtures = fixtures->folder;
    if (!fixtures->folder)
        return 0;
    int err = fixtures->base_url ? et_fixtures_make(fixtures->folder, complaint) : 0;
    return err ? err : et_fixtures_load(&crew->state->fixtures, fixtures->folder, complaint);
}

static int make_shared(struct et_crew *crew, struct et_crew_config *config,
                       struct et_complaint *complaint)
{
    const struct et_brain_lock lock = {hold, let, &crew->lock};
    int err = et_brain_state_new(&crew->state, &config->brain, &lock, &et_sysmem);
    if (!err && config->journal.entries > 0)
        err = et_journal_new(&crew->journal, &config->journal);
    if (err)
        return et_complain(complaint, err, "%s", et_err_text(err));
    config->brain.state = crew->state;
    if (config->brain.epoch == 0)
        config->brain.epoch = et_mock_epoch();
    err = load_fixtures(crew, config, complaint);
    if (err)
        return err;
    crew->config = config->brain;
    return crew->count > 1 ? hold_port(crew, &config->server, complaint) : 0;
}

static int build(struct et_crew *crew, struct et_crew_config *config,
                 struct et_complaint *complaint)
{
    int err = make_shared(crew, config, complaint);
    for (unsigned i = 0; !err && i < crew->count; i++)
        err = make_worker(&crew->workers[i], config, complaint);
    if (err)
        return err;
    crew->done = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (watch(&crew->done_rung, crew->workers[0].base, crew->done, on_done, crew) != 0)
        return et_complain(complaint, ET_IO, "cannot make an event loop");
    return 0;
}

static size_t size_of(unsigned count)
{
    return sizeof(struct et_crew) + count * sizeof(struct worker);
}

int et_crew_open(struct et_crew **out, const struct et_crew_config *config,
                 struct et_complaint *complaint)
{
    struct et_crew_config own = *config;
    assert(config->workers >= 1 && config->workers <= ET_CREW_MAX);
    struct et_crew *crew = et_mem_take(&et_sysmem, size_of(config->workers));
    if (!crew)
        return et_complain(complaint, ET_NOMEM, "%s", et_err_text(ET_NOMEM));
    pthread_mutex_init(&crew->lock, NULL);
    crew->count = crew->left = config->workers;
    crew->port_holder = crew->done = -1;
    for (unsigned i = 0; i < crew->count; i++) {
        crew->workers[i].crew = crew;
        crew->workers[i].bell = -1;
    }
    int err = build(crew, &own, complaint);
    if (err) {
        et_crew_free(crew);
        return err;
    }
    *out = crew;
    return 0;
}

static void close_bell(struct event *event, int bell)
{
    if (bell < 0)
        return;
    event_del(event);
    close(bell);
}

static void free_worker(struct worker *worker)
{
    if (worker->runs)
        pthread_join(worker->thread, NULL);
    et_mock_free(worker->mock);
    if (worker->base) {
        close_bell(&worker->rung, worker->bell);
        event_base_free(worker->base);
    }
}

void et_crew_free(struct et_crew *crew)
{
    if (!crew)
        return;
    et_crew_drain(crew, 0);
    close_bell(&crew->done_rung, crew->done);
    for (unsigned i = crew->count; i-- > 0;)
        free_worker(&crew->workers[i]);
    if (crew->port_holder >= 0)
        close(crew->port_holder);
    et_journal_free(crew->journal);
    et_brain_state_free(crew->state);
    pthread_mutex_destroy(&crew->lock);
    et_mem_give(&et_sysmem, crew, size_of(crew->count));
}

static void *run(void *arg)
{
    const struct worker *worker = arg;
    event_base_dispatch(worker->base);
    return NULL;
}

/* Signals are for the thread of the first worker. */
int et_crew_start(struct et_crew *crew, struct et_complaint *complaint)
{
    sigset_t all, before;
    int failed = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned i = 1; !failed && i < crew->count; i++) {
        struct worker *worker = &crew->workers[i];
        failed = pthread_create(&worker->thread, NULL, run, worker);
        worker->runs = !failed;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        return et_complain(complaint, ET_IO, "cannot start a thread: %s", strerror(failed));
    return 0;
}

void et_crew_drain(struct et_crew *crew, et_ns patience)
{
    atomic_store(&crew->patience, patience);
    for (unsigned i = 0; i < crew->count; i++)
        if (crew->workers[i].bell >= 0)
            ring(crew->workers[i].bell);
}

struct event_base *et_crew_base(const struct et_crew *crew)
{
    return crew->workers[0].base;
}

uint16_t et_crew_port(const struct et_crew *crew)
{
    return et_mock_port(crew->workers[0].mock);
}

const struct et_brain_config *et_crew_config(const struct et_crew *crew)
{
    return &crew->config;
}

struct et_brain_state *et_crew_state(const struct et_crew *crew)
{
    return crew->state;
}

struct et_journal *et_crew_journal(const struct et_crew *crew)
{
    return crew->journal;
}

unsigned et_crew_workers(const struct et_crew *crew)
{
    return crew->count;
}

int et_crew_sum(const struct et_crew *crew, struct et_metrics **out)
{
    struct et_metrics *sum;
    int err = et_metrics_new(&sum);
    if (err)
        return err;
    for (unsigned i = 0; i < crew->count; i++)
        et_metrics_add(sum, et_mock_metrics(crew->workers[i].mock));
    *out = sum;
    return 0;
}

void et_crew_count(const struct et_crew *crew, struct et_server_counts *out)
{
    *out = (struct et_server_counts){0};
    for (unsigned i = 0; i < crew->count; i++) {
        struct et_server_counts one;
        et_mock_count(crew->workers[i].mock, &one);
        out->open += one.open;
        out->accepted += one.accepted;
        out->over_limit += one.over_limit;
        out->no_files += one.no_files;
        out->bad += one.bad;
        out->unread += one.unread;
    }
}

void et_crew_clear(struct et_crew *crew)
{
    for (unsigned i = 0; i < crew->count; i++)
        et_metrics_clear(et_mock_metrics(crew->workers[i].mock));
    if (crew->journal)
        et_journal_clear(crew->journal);
}
