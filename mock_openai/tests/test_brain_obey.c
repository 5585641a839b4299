/* SPDX-License-Identifier: MIT */
/* Ten minutes of many clients on a clock that the test moves: those that obey the headers are never
 * refused, those that ignore them are.
 *
 * A client is a key with several workers, each asking again as soon as it was answered.  It knows
 * its limits from the newest answer's headers alone, which it sees when their head arrives:
 *     may send    while remaining, less what it sent after that answer's request, is enough
 *     otherwise   when the reset is over since then, and a millisecond more, as it is told cut to
 *                 milliseconds: then what is left is the limit, less the same */
#include "mock_openai/tests/brain_world.h"

enum { CLIENTS = 3, WORKERS = 4, TEN_MINUTES = 600, FLIGHTS = CLIENTS * WORKERS };

struct pot { /* requests, or tokens, as a client sees them */
    uint64_t limit, remaining;
    et_ns full_at;
    uint64_t sent; /* since */
};

struct client {
    char key[24];
    uint64_t asked; /* number of its newest request */
    uint64_t known; /* number of the request whose headers it goes by; 0: none */
    struct pot requests, tokens;
};

struct flight { /* a worker, and its request under way */
    struct client *client;
    et_ns head_at, free_at; /* head_at ET_NEVER: it has been seen */
    uint64_t number, tokens;
    struct pot requests_then, tokens_then; /* what its headers say */
};

struct day {
    struct et_brain *brain;
    struct client clients[CLIENTS];
    struct flight flights[FLIGHTS];
    bool obey;
    unsigned granted, refused;
};

static et_ns span_of(const char *text) /* as in x-ratelimit-reset */
{
    et_ns total = 0;
    while (*text && *text != '\n') {
        char *unit;
        double value = strtod(text, &unit);
        et_ns scale = unit[0] == 'h' ? 3600 * ET_S : unit[0] == 's' ? ET_S : 60 * ET_S;
        if (unit[0] == 'm' && unit[1] == 's')
            scale = ET_MS;
        total += (et_ns)(value * (double)scale + 0.5);
        text = unit + 1 + (scale == ET_MS);
    }
    return total;
}

static struct pot pot_of(const struct played *played, const char *what, et_ns now)
{
    char name[64];
    snprintf(name, sizeof(name), "x-ratelimit-limit-%s", what);
    struct pot pot = {.limit = field_u64(played, name)};
    snprintf(name, sizeof(name), "x-ratelimit-remaining-%s", what);
    pot.remaining = field_u64(played, name);
    snprintf(name, sizeof(name), "\nx-ratelimit-reset-%s: ", what);
    pot.full_at = now + span_of(strstr(played->fields, name) + strlen(name)) + ET_MS;
    return pot;
}

/* The flights' heads that have arrived tell their client. */
static void see_heads(struct day *day, et_ns now)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *flight = &day->flights[i];
        struct client *client = flight->client;
        if (flight->head_at > now)
            continue;
        flight->head_at = ET_NEVER;
        if (flight->number < client->known)
            continue;
        client->known = flight->number;
        client->requests = flight->requests_then;
        client->tokens = flight->tokens_then;
        for (size_t k = 0; k < FLIGHTS; k++) /* what it sent later is still to be taken off */
            if (day->flights[k].client == client && day->flights[k].number > flight->number) {
                client->requests.sent++;
                client->tokens.sent += day->flights[k].tokens;
            }
    }
}

/* 0: it may send; otherwise when to look again. */
static et_ns must_wait(const struct pot *pot, uint64_t units, et_ns now)
{
    uint64_t there = now >= pot->full_at ? pot->limit : pot->remaining;
    if (there >= pot->sent && there - pot->sent >= units)
        return 0;
    return now >= pot->full_at ? now + 10 * ET_MS : et_sooner(pot->full_at, now + 100 * ET_MS);
}

static et_ns may_send_at(const struct day *day, const struct client *client, uint64_t tokens,
                         et_ns now)
{
    if (!day->obey)
        return 0;
    if (client->known == 0) /* the first one finds out, the others wait */
        return client->asked ? now + 10 * ET_MS : 0;
    et_ns requests = must_wait(&client->requests, 1, now);
    return requests ? requests : must_wait(&client->tokens, tokens, now);
}

static void note(struct day *day, struct flight *flight, const struct played *played, et_ns now)
{
    struct client *client = flight->client;
    flight->number = ++client->asked;
    flight->head_at = played->head_at;
    flight->free_at = played->end_at + ET_MS;
    flight->requests_then = pot_of(played, "requests", now);
    flight->tokens_then = pot_of(played, "tokens", now);
    client->requests.sent++;
    client->tokens.sent += flight->tokens;
    if (played->status == 200) {
        day->granted++;
        return;
    }
    assert_int_equal(played->status, 429);
    day->refused++;
    flight->free_at = now + 500 * ET_MS;
}

/* A question of another length each time. */
static struct et_slice question_of(uint64_t nth, uint64_t *tokens, char *body, size_t room)
{
    char question[2048];
    size_t characters = 40 + nth * 7919 % 1900;
    memset(question, 'a', characters);
    question[characters] = '\0';
    *tokens = 16 + (characters + 3) / 4;
    return world_body(body, room, "\"max_completion_tokens\":5,", question);
}

static void step(struct day *day, struct flight *flight, et_ns now)
{
    char body[4096];
    struct client *client = flight->client;
    struct et_slice text = question_of(client->asked, &flight->tokens, body, sizeof(body));
    flight->tokens -= 16; /* with a maximum below it the estimate alone is charged */
    et_ns later = may_send_at(day, client, flight->tokens, now);
    if (later) {
        flight->free_at = later;
        return;
    }
    struct et_brain_request request = world_chat(text);
    struct played played;
    request.authorization = et_slice_of(client->key);
    ask(&played, day->brain, &request, now);
    note(day, flight, &played, now);
    played_free(&played);
}

static void live(struct day *day, bool obey)
{
    struct et_brain_config config = world_config();
    config.limits.quota = (struct et_quota){.requests_per_minute = 120, .tokens_per_minute = 20000};
    *day = (struct day){.brain = world_brain(config), .obey = obey};
    for (size_t i = 0; i < FLIGHTS; i++)
        day->flights[i] = (struct flight){.client = &day->clients[i % CLIENTS],
                                          .head_at = ET_NEVER,
                                          .free_at = ET_S + i * 17 * ET_MS};
    for (size_t i = 0; i < CLIENTS; i++)
        snprintf(day->clients[i].key, sizeof(day->clients[i].key), "Bearer sk-%zu", i);
    for (;;) {
        struct flight *next = day->flights;
        for (size_t i = 1; i < FLIGHTS; i++)
            if (day->flights[i].free_at < next->free_at)
                next = &day->flights[i];
        if (next->free_at > TEN_MINUTES * ET_S)
            break;
        see_heads(day, next->free_at);
        step(day, next, next->free_at);
    }
    et_brain_free(day->brain);
}

static void clients_that_obey_the_headers_are_never_refused_in_ten_minutes(void **state)
{
    (void)state;
    struct day day;
    live(&day, true);
    assert_int_equal(day.refused, 0);
    /* They are not idle either: 2,640 get through, some 250 tokens each, where a full bucket and
     * ten minutes of 20,000 allow each of the three 890. */
    assert_true(day.granted > 2000);
}

static void clients_that_ignore_them_are_refused(void **state)
{
    (void)state;
    struct day day;
    live(&day, false);
    assert_true(day.refused > 10000);
    assert_true(day.granted > 2000); /* what the limits allow gets through all the same */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_that_obey_the_headers_are_never_refused_in_ten_minutes),
        cmocka_unit_test(clients_that_ignore_them_are_refused),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
