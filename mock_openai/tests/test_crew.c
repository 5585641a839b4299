/* SPDX-License-Identifier: MIT */
/* The workers of one mock answer as one: whoever asks, over however many connections, in whatever
 * order. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/hash.h"
#include "mock_openai/crew.h"
#include "mock_openai/tests/brain_world.h"
#include "mock_openai/tests/wire.h"

enum { KIND_LONG = 4, KIND_EMBEDDING = 5, KINDS = 6 };
enum { DIFFERENT = 300, TIMES_MAX = 3, OFTEN = 5, REQUESTS_MAX = DIFFERENT * TIMES_MAX };

/* A crew, and the thread its first worker runs on. */
struct rig {
    struct et_crew *crew;
    pthread_t thread;
    struct event_base *base; /* of the clients */
};

static void *dispatch(void *crew)
{
    event_base_dispatch(et_crew_base(crew));
    return NULL;
}

static struct et_crew_config crew_config(unsigned workers)
{
    struct et_crew_config config = {.brain = world_config(), .workers = workers};
    config.brain.instant = config.brain.created_fixed = true;
    et_server_defaults(&config.server);
    et_journal_defaults(&config.journal);
    return config;
}

static void start(struct rig *rig, const struct et_crew_config *config)
{
    rig->base = et_loop_new();
    assert_int_equal(et_crew_open(&rig->crew, config, NULL), 0);
    assert_int_equal(et_crew_start(rig->crew, NULL), 0);
    assert_int_equal(pthread_create(&rig->thread, NULL, dispatch, rig->crew), 0);
}

static void stop(struct rig *rig)
{
    et_crew_drain(rig->crew, 10 * ET_S);
    pthread_join(rig->thread, NULL);
    et_crew_free(rig->crew);
    event_base_free(rig->base);
}

#define MESSAGE(model, text)                                                                       \
    "\"model\":\"" model "\",\"messages\":[{\"role\":\"user\",\"content\":\"" text "\"}]}"

/* The body of request number `which`: every kind comes with other texts, and one is long enough to
 * be cached.  Returns its path. */
static const char *write_body(size_t which, struct et_text *body)
{
    static const char *const starts[KINDS] = {
        "{\"max_tokens\":30,\"model\":\"gpt-4o\"",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"gpt-4.1\"",
        "{\"stream\":true,\"model\":\"gpt-5\"",
        "{\"model\":\"gpt-0\"",
        "{\"max_tokens\":5,\"model\":\"gpt-4o\"",
        "{\"model\":\"text-embedding-3-small\",\"encoding_format\":\"base64\",\"dimensions\":64"};
    size_t kind = which % KINDS, words = kind == KIND_LONG ? 1200 : 3;
    et_text_add(body, et_slice_of(starts[kind]));
    et_text_add(body, kind == KIND_EMBEDDING
                          ? ET_LIT(",\"input\":\"")
                          : ET_LIT(",\"messages\":[{\"role\":\"user\",\"content\":\""));
    et_text_addf(body, "Number %zu.", which);
    for (size_t i = 0; i < words; i++)
        et_text_add(body, ET_LIT(" word"));
    et_text_add(body, kind == KIND_EMBEDDING ? ET_LIT("\"}") : ET_LIT("\"}]}"));
    return kind == KIND_EMBEDDING ? "embeddings" : "chat/completions";
}

static struct et_text request_of(size_t which)
{
    struct et_text text, body;
    et_text_init(&text, &et_sysmem, 1 << 20);
    et_text_init(&body, &et_sysmem, 1 << 20);
    const char *path = write_body(which, &body);
    et_text_addf(&text,
                 "POST /v1/%s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-%zu\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 path, which % 3, et_text_slice(&body).size);
    et_text_add(&text, et_text_slice(&body));
    et_text_free(&body);
    return text;
}

/* How often it is asked. */
static size_t times_of(size_t which)
{
    return which % OFTEN == 1 ? TIMES_MAX : 1;
}

struct results { /* hashes of bodies, in order of their value for the times of one request */
    uint64_t bodies[DIFFERENT][TIMES_MAX];
    size_t got[DIFFERENT];
    struct et_usage tokens;
    uint64_t statuses[3]; /* 200, 404, 503 */
    uint64_t faults;      /* digest of their schedule */
};

static void keep_in_order(struct results *results, size_t which, uint64_t hash)
{
    uint64_t *bodies = results->bodies[which];
    size_t at = results->got[which]++;
    for (; at > 0 && bodies[at - 1] > hash; at--)
        bodies[at] = bodies[at - 1];
    bodies[at] = hash;
}

/* The queue of all connections: request numbers, shuffled by a seed (0: not). */
struct queue {
    size_t items[REQUESTS_MAX], count, next;
};

static void fill(struct queue *queue, uint64_t seed)
{
    queue->count = queue->next = 0;
    for (size_t time = 0; time < TIMES_MAX; time++)
        for (size_t which = 0; which < DIFFERENT; which++)
            if (time < times_of(which))
                queue->items[queue->count++] = which;
    for (size_t i = queue->count; seed && i > 1; i--) {
        size_t other = et_draw(seed, i, ET_DRAW_TEST, 0) % i, item = queue->items[i - 1];
        queue->items[i - 1] = queue->items[other];
        queue->items[other] = item;
    }
}

struct asker {
    struct client *client;
    size_t which;
    bool busy;
};

static void ask_next(struct asker *asker, struct queue *queue)
{
    asker->busy = queue->next < queue->count;
    if (!asker->busy)
        return;
    asker->which = queue->items[queue->next++];
    struct et_text text = request_of(asker->which);
    client_forget(asker->client);
    client_send(asker->client, et_text_slice(&text).data);
    et_text_free(&text);
}

/* False: its answer is not whole yet. */
static bool take_answer(struct asker *asker, struct results *results)
{
    struct answer answer;
    read_answer_of(asker->client, &answer);
    bool whole = answer.whole;
    if (whole)
        keep_in_order(results, asker->which, et_hash64(et_text_slice(&answer.body), 0));
    free_answer(&answer);
    return whole;
}

/* Takes what has come and asks on. */
static bool all_answered(struct asker *askers, size_t count, struct queue *queue,
                         struct results *results)
{
    bool busy = false;
    for (size_t i = 0; i < count; i++) {
        if (askers[i].busy && askers[i].client->size > 0 && take_answer(&askers[i], results))
            ask_next(&askers[i], queue);
        busy = busy || askers[i].busy;
    }
    return !busy;
}

static void run(struct rig *rig, struct results *results, size_t connections, uint64_t seed)
{
    static struct queue queue;
    struct asker askers[64] = {0};
    fill(&queue, seed);
    for (size_t i = 0; i < connections; i++) {
        askers[i].client = client_new(rig->base, et_crew_port(rig->crew));
        ask_next(&askers[i], &queue);
    }
    loop_until(rig->base, all_answered(askers, connections, &queue, results));
    for (size_t i = 0; i < connections; i++)
        client_free(askers[i].client);
}

/* All of them leave an answer that can be read to its end. */
static const struct et_fault_rule faults[] = {
    {.fault = {.kind = ET_FAULT_STATUS, .status = 503, .retry_after = ET_NEVER, .should_retry = -1},
     .ppm = 200000,
     .until_at = ET_NEVER},
    {.fault = {.kind = ET_FAULT_STALL, .pause = ET_MS}, .ppm = 300000, .until_at = ET_NEVER},
    {.fault = {.kind = ET_FAULT_ODD_JSON}, .ppm = 400000, .until_at = ET_NEVER},
    {.fault = {.kind = ET_FAULT_BAD_JSON}, .ppm = 500000, .nth = 3, .until_at = ET_NEVER},
};

static void ask_all(struct results *results, unsigned workers, size_t connections, uint64_t seed)
{
    struct rig rig;
    struct et_crew_config config = crew_config(workers);
    struct et_metrics *sum;
    config.brain.rules = faults;
    config.brain.rule_count = sizeof faults / sizeof *faults;
    memset(results, 0, sizeof *results);
    start(&rig, &config);
    run(&rig, results, connections, seed);
    assert_int_equal(et_crew_sum(rig.crew, &sum), 0);
    results->tokens = sum->counts.tokens;
    results->statuses[0] = sum->counts.requests[ET_ENDPOINT_CHAT][200];
    results->statuses[1] = sum->counts.requests[ET_ENDPOINT_CHAT][404];
    results->statuses[2] = sum->counts.requests[ET_ENDPOINT_CHAT][503];
    results->faults = et_brain_state_digest(et_crew_state(rig.crew));
    et_metrics_free(sum);
    stop(&rig);
}

static const struct {
    const char *why;
    unsigned workers;
    size_t connections;
    uint64_t seed;
} runs[] = {
    {"64 connections", 1, 64, 1},
    {"another order", 1, 64, 2},
    {"two workers, one connection", 2, 1, 3},
    {"two workers, 64 connections", 2, 64, 4},
    {"eight workers", 8, 64, 5},
};

static void who_answers_whom_in_which_order_changes_nothing(void **state)
{
    static struct results alone, other;
    (void)state;
    ask_all(&alone, 1, 1, 0);
    assert_true(alone.tokens.cached > 0); /* repeats of the long ones */
    assert_true(alone.statuses[0] > DIFFERENT / 2 && alone.statuses[1] > 0);
    assert_true(alone.statuses[2] > DIFFERENT / 10);
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        ask_all(&other, runs[i].workers, runs[i].connections, runs[i].seed);
        for (size_t which = 0; which < DIFFERENT; which++)
            if (memcmp(alone.bodies[which], other.bodies[which], sizeof alone.bodies[which]) != 0)
                fail_msg("%s: another answer to request %zu", runs[i].why, which);
        assert_memory_equal(&alone.tokens, &other.tokens, sizeof alone.tokens);
        assert_memory_equal(&alone.statuses, &other.statuses, sizeof alone.statuses);
        assert_true(alone.faults == other.faults);
    }
}

/* Of 64 connections some go to each of four workers, or this says nothing; limits count for all. */
static void limits_are_those_of_one(void **state)
{
    struct rig rig;
    struct et_crew_config config = crew_config(4);
    struct client *clients[64];
    struct et_metrics *sum;
    struct et_text text = request_of(0);
    (void)state;
    config.brain.limits.quota.requests_per_minute = 10;
    start(&rig, &config);
    for (size_t i = 0; i < 64; i++) {
        clients[i] = client_new(rig.base, et_crew_port(rig.crew));
        client_send(clients[i], et_text_slice(&text).data);
    }
    for (size_t i = 0; i < 64; i++)
        loop_until(rig.base, is_whole(clients[i]));
    for (size_t i = 0; i < 64; i++)
        client_free(clients[i]);
    assert_int_equal(et_crew_sum(rig.crew, &sum), 0);
    assert_in_range(sum->counts.requests[ET_ENDPOINT_CHAT][200], 10, 16); /* one each 6 s is new */
    assert_int_equal(sum->counts.requests[ET_ENDPOINT_CHAT][200] +
                         sum->counts.requests[ET_ENDPOINT_CHAT][429],
                     64);
    et_metrics_free(sum);
    et_text_free(&text);
    stop(&rig);
}

static void the_journal_is_that_of_all(void **state)
{
    struct rig rig;
    struct et_crew_config config = crew_config(4);
    static struct results results;
    const struct et_journal_filter chats = {.path = ET_LIT("/v1/chat/completions")};
    uint64_t from = 0;
    (void)state;
    memset(&results, 0, sizeof results);
    start(&rig, &config);
    run(&rig, &results, 64, 1);
    struct et_journal_state told = et_journal_tell(et_crew_journal(rig.crew));
    const size_t extra = (TIMES_MAX - 1) * (DIFFERENT / OFTEN); /* evenly among the kinds */
    assert_int_equal(told.received, DIFFERENT + extra);
    assert_int_equal(told.kept, told.received);
    assert_int_equal(et_journal_count(et_crew_journal(rig.crew), &chats, &from),
                     told.received - (DIFFERENT + extra) / KINDS);
    stop(&rig);
}

static struct client *ask_for_trouble(struct rig *rig, const char *fault)
{
    static const char body[] = "{\"stream\":true," MESSAGE("gpt-4o", "Hi");
    char request[512];
    struct client *client = client_new(rig->base, et_crew_port(rig->crew));
    snprintf(request, sizeof request,
             "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-1\r\n"
             "X-Etalon-Fault: %s\r\nContent-Length: %zu\r\n\r\n%s",
             fault, sizeof body - 1, body);
    client_send(client, request);
    return client;
}

/* A stream with a pause on each of eight connections: whoever has it plays it to its end. */
static void every_worker_drains(void **state)
{
    struct rig rig;
    struct et_crew_config config = crew_config(4);
    struct client *clients[8];
    (void)state;
    start(&rig, &config);
    for (size_t i = 0; i < 8; i++)
        clients[i] = ask_for_trouble(&rig, "stall; after=1; ms=30");
    for (size_t i = 0; i < 8; i++)
        loop_until(rig.base, client_has(clients[i], "\"delta\":{\"content\":"));
    et_crew_drain(rig.crew, 10 * ET_S);
    for (size_t i = 0; i < 8; i++)
        loop_until(rig.base, clients[i]->ended);
    for (size_t i = 0; i < 8; i++) {
        assert_true(is_whole(clients[i]));
        client_free(clients[i]);
    }
    stop(&rig);
}

static void a_second_word_ends_the_drain(void **state)
{
    struct rig rig;
    struct et_crew_config config = crew_config(2);
    struct et_server_counts counts = {0};
    (void)state;
    start(&rig, &config);
    struct client *client = ask_for_trouble(&rig, "stall; after=1; ms=600000");
    loop_until(rig.base, client_has(client, "\"delta\":{\"content\":"));
    et_crew_count(rig.crew, &counts);
    assert_int_equal(counts.open, 1);
    et_crew_drain(rig.crew, 600 * ET_S);
    et_crew_drain(rig.crew, 0);
    loop_until(rig.base, client_closed(client));
    assert_false(is_whole(client));
    client_free(client);
    stop(&rig);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(who_answers_whom_in_which_order_changes_nothing),
        cmocka_unit_test(limits_are_those_of_one),
        cmocka_unit_test(the_journal_is_that_of_all),
        cmocka_unit_test(every_worker_drains),
        cmocka_unit_test(a_second_word_ends_the_drain),
    };
    return cmocka_run_group_tests(stories, world_open, world_close);
}
