/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "mock_openai/serve.h"
#include "mock_openai/tests/brain_world.h"
#include "mock_openai/tests/wire.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

struct rig {
    struct event_base *base;
    struct et_mock *mock;
    bool drained;
};

static struct et_brain_config instant(void)
{
    struct et_brain_config config = world_config();
    config.instant = config.created_fixed = true;
    return config;
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    rig->base = et_loop_new();
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    et_mock_free(rig->mock);
    event_base_free(rig->base);
    free(rig);
    return 0;
}

static void start(struct rig *rig, struct et_brain_config config)
{
    struct et_server_config server;
    et_server_defaults(&server);
    assert_int_equal(et_mock_new(&rig->mock, rig->base, &server, &config, NULL), 0);
}

/* What a client sends, as text and as the brain sees it. */
struct question {
    const char *why, *method, *target, *body;
    const char *key, *fault;
};

static struct client *visit(struct event_base *base, uint16_t port, const struct question *question)
{
    char text[4096];
    struct client *client = client_new(base, port);
    snprintf(text, sizeof text,
             "%s %s HTTP/1.1\r\nHost: a\r\n%s%s%s%s%s%scontent-length: %zu\r\n\r\n%s",
             question->method, question->target, question->key ? "Authorization: " : "",
             question->key ? question->key : "", question->key ? "\r\n" : "",
             question->fault ? "X-Etalon-Fault: " : "", question->fault ? question->fault : "",
             question->fault ? "\r\n" : "", strlen(question->body), question->body);
    client_send(client, text);
    return client;
}

static struct et_brain_request as_brain_sees_it(const struct question *question)
{
    return (struct et_brain_request){.method = et_slice_of(question->method),
                                     .target = et_slice_of(question->target),
                                     .body = et_slice_of(question->body),
                                     .authorization = et_slice_of(question->key),
                                     .fault = et_slice_of(question->fault)};
}

#define KEY      "Bearer sk-test"
#define CHAT     "POST", "/v1/chat/completions"
#define MESSAGES "\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"

static const struct question questions[] = {
    {"a plain answer", CHAT, "{" MESSAGES, KEY, NULL},
    {"the same once more", CHAT, "{" MESSAGES, KEY, NULL},
    {"a stream", CHAT,
     "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":20," MESSAGES,
     KEY, NULL},
    {"an embedding", "POST", "/v1/embeddings",
     "{\"model\":\"text-embedding-3-small\",\"input\":\"Hi\",\"encoding_format\":\"base64\"}", KEY,
     NULL},
    {"a model", "GET", "/v1/models/gpt-4o", "", KEY, NULL},
    {"all models", "GET", "/v1/models", "", KEY, NULL},
    {"no key", CHAT, "{" MESSAGES, NULL, NULL},
    {"no such model", CHAT, "{\"model\":\"gpt-0\",\"messages\":[]}", KEY, NULL},
    {"no JSON", CHAT, "{", KEY, NULL},
    {"no such path", "POST", "/v1/nothing", "{}", KEY, NULL},
    {"a wrong method", "PUT", "/v1/chat/completions", "{}", KEY, NULL},
    {"a fault that was asked for", CHAT, "{" MESSAGES, KEY, "429; retry-after-ms=20"},
    {"an error inside a stream", CHAT, "{\"stream\":true," MESSAGES, KEY, "error-event; after=2"},
    {"an unknown fault", CHAT, "{" MESSAGES, KEY, "mischief"},
};

static void check_answer(const struct question *question, const struct client *client,
                         const struct played *wanted)
{
    struct answer got;
    read_answer_of(client, &got);
    if (got.status != wanted->status || !got.whole)
        fail_msg("%s: status %u, expected %u", question->why, got.status, wanted->status);
    struct et_slice lines = et_slice_of(wanted->fields), line;
    while (et_slice_split(&lines, '\n', &line))
        if (et_slice_find(et_text_slice(&got.fields), line) == et_text_slice(&got.fields).size &&
            line.size)
            fail_msg("%s: no header %.*s", question->why, ET_ARG(line));
    if (!et_slice_equal(et_text_slice(&got.body), et_text_slice(&wanted->body)))
        fail_msg("%s: got %.*s", question->why, ET_ARG(et_text_slice(&got.body)));
    free_answer(&got);
}

static void the_wire_carries_exactly_what_the_brain_says(void **state)
{
    struct rig *rig = *state;
    struct et_brain *twin = world_brain(instant());
    start(rig, instant());
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        struct et_brain_request request = as_brain_sees_it(&questions[i]);
        struct played wanted;
        ask(&wanted, twin, &request, 0);
        struct client *client = visit(rig->base, et_mock_port(rig->mock), &questions[i]);
        loop_until(rig->base, is_whole(client));
        check_answer(&questions[i], client, &wanted);
        assert_false(client_closed(client));
        client_free(client);
        played_free(&wanted);
    }
    et_brain_free(twin);
}

static const struct {
    struct question question;
    bool reset, headed;
} broken[] = {
    {{"reset before the head", CHAT, "{" MESSAGES, KEY, "reset"}, true, false},
    {{"reset inside the body", CHAT, "{" MESSAGES, KEY, "reset; after-bytes=100"}, true, true},
    {{"reset inside a stream", CHAT, "{\"stream\":true," MESSAGES, KEY, "reset; after-bytes=500"},
     true,
     true},
    {{"a cut stream", CHAT, "{\"stream\":true," MESSAGES, KEY, "cut; after=2"}, false, true},
    {{"a cut answer", CHAT, "{" MESSAGES, KEY, "cut"}, false, true},
};

static void faults_break_the_connection_as_they_say(void **state)
{
    struct rig *rig = *state;
    start(rig, instant());
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct client *client = visit(rig->base, et_mock_port(rig->mock), &broken[i].question);
        loop_until(rig->base, client_closed(client));
        if ((client->error == ECONNRESET) != broken[i].reset ||
            client_has(client, "HTTP/1.1 200 OK") != broken[i].headed || is_whole(client))
            fail_msg("%s: errno %d, got %s", broken[i].question.why, client->error, client->got);
        client_free(client);
    }
}

static const struct question stream = {"", CHAT, "{\"stream\":true,\"max_tokens\":5," MESSAGES, KEY,
                                       NULL};

/* 5 ms to the first token, 1 ms between tokens. */
static const struct et_profile quick = {
    .ttft = {.kind = ET_LAW_CONSTANT, .scale = 5 * ET_MS},
    .tpot = {.kind = ET_LAW_CONSTANT, .scale = ET_MS},
    .gap = {.kind = ET_LAW_CONSTANT, .scale = 1000000},
    .stall = {.kind = ET_LAW_CONSTANT, .scale = ET_S},
    .chunk_tokens = 1,
    .answer_tokens = {.kind = ET_LAW_CONSTANT, .scale = 5},
};

static void nothing_leaves_early_and_lateness_is_told(void **state)
{
    struct rig *rig = *state;
    struct et_brain_config config = world_config();
    struct et_mock_report report;
    config.profiles = &quick;
    start(rig, config);
    et_ns asked_at = et_loop_now();
    struct client *client = visit(rig->base, et_mock_port(rig->mock), &stream);
    loop_until(rig->base, client_has(client, "\"delta\":{\"content\":"));
    assert_true(et_since(asked_at, et_loop_now()) >= 5 * ET_MS);
    loop_until(rig->base, is_whole(client));
    assert_true(et_since(asked_at, et_loop_now()) >= 9 * ET_MS);
    et_mock_tell(et_mock_metrics(rig->mock), &report);
    assert_int_equal(report.answered, 1);
    assert_true(report.steps > 5); /* five tokens, and more */
    assert_int_equal(report.steps, et_mock_metrics(rig->mock)->late->count);
    assert_true(report.late_max_us >= report.late_p99_us);
    client_free(client);
}

static void answers_under_way_at_once_keep_to_their_own_instants(void **state)
{
    struct rig *rig = *state;
    struct et_brain_config config = world_config();
    struct client *clients[32];
    struct et_mock_report report;
    config.profiles = &quick;
    start(rig, config);
    for (size_t i = 0; i < 32; i++)
        clients[i] = visit(rig->base, et_mock_port(rig->mock), &stream);
    for (size_t i = 0; i < 32; i++)
        loop_until(rig->base, is_whole(clients[i]));
    for (size_t i = 0; i < 32; i++)
        client_free(clients[i]);
    et_mock_tell(et_mock_metrics(rig->mock), &report);
    assert_int_equal(report.answered, 32);
}

/* Some 12 MB, more than the system takes for a client that reads nothing. */
static void what_waits_for_its_client_is_not_the_mocks_lateness(void **state)
{
    struct rig *rig = *state;
    const struct question question = {"", CHAT, "{" MESSAGES, KEY, "oversize; bytes=12000000"};
    struct et_mock_report report = {0};
    start(rig, instant());
    struct client *client = visit(rig->base, et_mock_port(rig->mock), &question);
    event_del(&client->readable);
    while (report.answered == 0 || report.steps + report.held_up == 0) {
        event_base_loop(rig->base, EVLOOP_ONCE);
        et_mock_tell(et_mock_metrics(rig->mock), &report);
    }
    assert_true(report.held_up > report.steps);
    client_free(client);
}

static void a_client_that_hangs_up_is_forgotten(void **state)
{
    struct rig *rig = *state;
    struct question stall = stream;
    struct et_mock_report report = {0};
    stall.fault = "stall; after=1; ms=60000";
    start(rig, instant());
    struct client *client = visit(rig->base, et_mock_port(rig->mock), &stall);
    loop_until(rig->base, client_has(client, "\"delta\":{\"content\":"));
    client_free(client);
    while (report.gone == 0) {
        event_base_loop(rig->base, EVLOOP_ONCE);
        et_mock_tell(et_mock_metrics(rig->mock), &report);
    }
    assert_int_equal(report.answered, 0);
    stall.fault = "stall; after=1; ms=1"; /* due before the one that is forgotten */
    client = visit(rig->base, et_mock_port(rig->mock), &stall);
    loop_until(rig->base, is_whole(client));
    client_free(client);
}

static void on_drained(void *ctx)
{
    ((struct rig *)ctx)->drained = true;
}

static void draining_finishes_what_is_under_way(void **state)
{
    struct rig *rig = *state;
    struct et_brain_config config = world_config();
    config.profiles = &quick;
    start(rig, config);
    struct client *client = visit(rig->base, et_mock_port(rig->mock), &stream);
    loop_until(rig->base, client->size > 0);
    et_mock_drain(rig->mock, ET_NEVER, on_drained, rig);
    loop_until(rig->base, client->ended);
    assert_true(is_whole(client));
    client_free(client);
    loop_until(rig->base, rig->drained);
}

static struct et_mock_job job_of(struct et_brain_config config)
{
    struct et_mock_job job = {.brain = config, .patience = 10 * ET_S};
    et_server_defaults(&job.server);
    return job;
}

static void a_child_serves_reports_and_ends(void **state)
{
    struct rig *rig = *state;
    struct et_mock_job job = job_of(instant());
    struct et_mock_child child;
    struct et_mock_report report;
    assert_int_equal(et_mock_spawn(&child, &job, NULL), 0);
    struct client *client = visit(rig->base, child.port, &questions[0]);
    loop_until(rig->base, is_whole(client));
    kill(child.pid, SIGINT); /* Ctrl-C of the terminal is the parent's business */
    client_free(client);
    client = visit(rig->base, child.port, &questions[2]);
    loop_until(rig->base, is_whole(client));
    client_free(client);
    assert_int_equal(et_mock_stop(&child, &report, NULL), 0);
    assert_int_equal(report.answered, 2);
    assert_true(report.steps > 6);
    assert_int_equal(waitpid(child.pid, NULL, 0), -1);
}

static void timed_faults_count_from_the_zero_of_the_job(void **state)
{
    struct rig *rig = *state;
    static const struct et_fault_rule early = {.fault = {.kind = ET_FAULT_STATUS,
                                                         .status = 503,
                                                         .retry_after = ET_NEVER,
                                                         .should_retry = -1},
                                               .ppm = 1000000,
                                               .until_at = 60 * ET_S};
    for (int past = 0; past < 2; past++) {
        struct et_mock_job job = job_of(instant());
        struct et_mock_child child;
        job.brain.rules = &early;
        job.brain.rule_count = 1;
        job.zero = et_loop_now() - (past ? 61 * ET_S : 0);
        assert_int_equal(et_mock_spawn(&child, &job, NULL), 0);
        struct client *client = visit(rig->base, child.port, &questions[0]);
        loop_until(rig->base, is_whole(client));
        assert_true(client_has(client, past ? "HTTP/1.1 200 " : "HTTP/1.1 503 "));
        client_free(client);
        assert_int_equal(et_mock_stop(&child, NULL, NULL), 0);
    }
}

static void stopping_a_child_lets_it_finish_its_answers(void **state)
{
    struct rig *rig = *state;
    struct question pause = stream;
    struct et_mock_job job = job_of(instant());
    struct et_mock_child child;
    struct et_mock_report report;
    pause.fault = "stall; after=1; ms=50";
    assert_int_equal(et_mock_spawn(&child, &job, NULL), 0);
    struct client *client = visit(rig->base, child.port, &pause);
    loop_until(rig->base, client->size > 0);
    assert_int_equal(et_mock_stop(&child, &report, NULL), 0);
    loop_until(rig->base, client_closed(client));
    assert_true(is_whole(client));
    assert_int_equal(report.answered, 1);
    client_free(client);
}

static void a_child_that_was_killed_is_told(void **state)
{
    (void)state;
    struct et_mock_job job = job_of(instant());
    struct et_mock_child child;
    struct et_mock_report report;
    struct et_complaint complaint = {0};
    assert_int_equal(et_mock_spawn(&child, &job, NULL), 0);
    kill(child.pid, SIGKILL);
    assert_int_equal(et_mock_stop(&child, &report, &complaint), ET_IO);
    assert_string_equal(complaint.text, "the mock's process died");
    assert_int_equal(report.answered, 0);
}

static void a_child_that_cannot_listen_says_why(void **state)
{
    struct rig *rig = *state;
    struct et_mock_job job = job_of(instant());
    struct et_mock_child child;
    struct et_complaint complaint = {0};
    start(rig, instant());
    job.server.port = et_mock_port(rig->mock);
    assert_int_equal(et_mock_spawn(&child, &job, &complaint), ET_IO);
    assert_non_null(strstr(complaint.text, "Address already in use"));
    complaint = (struct et_complaint){0};
    struct et_mock_report report;
    job.workers = 2;
    assert_int_equal(et_mock_serve(&job, &report, &complaint), ET_IO);
    assert_non_null(strstr(complaint.text, "Address already in use"));
}

/* The parent ends without a word; its orphan comes to us, as the nearest subreaper. */
static void a_child_never_outlives_its_parent(void **state)
{
    (void)state;
    struct et_mock_job job = job_of(instant());
    struct et_mock_child child = {0};
    int pair[2], status;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    assert_int_equal(pipe(pair), 0);
    pid_t parent = fork();
    if (parent == 0) {
        if (et_mock_spawn(&child, &job, NULL) != 0)
            _exit(1);
        _exit(write(pair[1], &child.pid, sizeof child.pid) == sizeof child.pid ? 0 : 1);
    }
    assert_int_equal(read(pair[0], &child.pid, sizeof child.pid), sizeof child.pid);
    assert_int_equal(waitpid(parent, &status, 0), parent);
    assert_int_equal(status, 0);
    assert_int_equal(waitpid(child.pid, &status, 0), child.pid);
    close(pair[0]);
    close(pair[1]);
}

static void on_ready(void *ctx, const struct et_mock_ports *ports)
{
    assert_int_equal(write(*(int *)ctx, &ports->api, sizeof ports->api), sizeof ports->api);
}

/* In a process of its own, because it serves until a signal. */
static pid_t start_workers(unsigned count, uint16_t *port)
{
    struct et_mock_job job = job_of(instant());
    struct et_mock_report report;
    int pair[2];
    assert_int_equal(pipe(pair), 0);
    job.ready = on_ready;
    job.ctx = &pair[1];
    job.workers = count;
    pid_t pid = fork();
    if (pid == 0) {
        int err = et_mock_serve(&job, &report, NULL);
        _exit(err ? 100 : (int)report.answered);
    }
    assert_int_equal(read(pair[0], port, sizeof *port), sizeof *port);
    close(pair[0]);
    close(pair[1]);
    return pid;
}

static void workers_share_a_port_until_a_signal(void **state)
{
    struct rig *rig = *state;
    for (unsigned count = 1; count <= 3; count += 2) {
        uint16_t port;
        int status;
        pid_t pid = start_workers(count, &port);
        for (int i = 0; i < 8; i++) {
            struct client *client = visit(rig->base, port, &questions[0]);
            loop_until(rig->base, is_whole(client));
            client_free(client);
        }
        kill(pid, count == 1 ? SIGINT : SIGTERM);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 8);
    }
}

int main(void)
{
#define STORY(story) cmocka_unit_test_setup_teardown(story, set_up, tear_down)
    const struct CMUnitTest stories[] = {
        STORY(the_wire_carries_exactly_what_the_brain_says),
        STORY(faults_break_the_connection_as_they_say),
        STORY(nothing_leaves_early_and_lateness_is_told),
        STORY(answers_under_way_at_once_keep_to_their_own_instants),
        STORY(what_waits_for_its_client_is_not_the_mocks_lateness),
        STORY(a_client_that_hangs_up_is_forgotten),
        STORY(draining_finishes_what_is_under_way),
        STORY(a_child_serves_reports_and_ends),
        STORY(timed_faults_count_from_the_zero_of_the_job),
        STORY(stopping_a_child_lets_it_finish_its_answers),
        STORY(a_child_that_was_killed_is_told),
        STORY(a_child_that_cannot_listen_says_why),
        STORY(a_child_never_outlives_its_parent),
        STORY(workers_share_a_port_until_a_signal),
    };
    return cmocka_run_group_tests(stories, world_open, world_close);
}
