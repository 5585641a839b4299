/* SPDX-License-Identifier: MIT */
/* For tests of the admin port: a mock of one worker, whose loop is the clients' too, its admin
 * port, and answers taken apart. */
#ifndef ET_MOCK_TESTS_ADMIN_RIG_H
#define ET_MOCK_TESTS_ADMIN_RIG_H

#include "core/base/tests/support.h"

#include "core/json/json.h"
#include "mock_openai/admin.h"
#include "mock_openai/tests/brain_world.h"
#include "mock_openai/tests/wire.h"

struct rig {
    struct et_crew_config config;
    struct et_crew *crew;
    struct et_admin *admin;
    struct event_base *base;
};

static inline int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    rig->config = (struct et_crew_config){.brain = world_config(), .workers = 1};
    rig->config.brain.instant = rig->config.brain.created_fixed = true;
    et_server_defaults(&rig->config.server);
    et_journal_defaults(&rig->config.journal);
    *state = rig;
    return 0;
}

static inline int tear_down(void **state)
{
    struct rig *rig = *state;
    et_admin_free(rig->admin);
    et_crew_free(rig->crew);
    free(rig);
    return 0;
}

static inline void start(struct rig *rig)
{
    assert_int_equal(et_crew_open(&rig->crew, &rig->config, NULL), 0);
    rig->base = et_crew_base(rig->crew);
    const struct et_admin_config config = {.crew = rig->crew};
    assert_int_equal(et_admin_new(&rig->admin, &config, NULL), 0);
}

/* Sends "METHOD TARGET" to the admin port. */
static inline struct client *visit(struct rig *rig, const char *line, const char *fields)
{
    char text[1024];
    struct client *client = client_new(rig->base, et_admin_port(rig->admin));
    snprintf(text, sizeof text, "%s HTTP/1.1\r\n%s\r\n", line, fields);
    client_send(client, text);
    return client;
}

#define HOST "Host: 127.0.0.1:1\r\n"

static inline unsigned answer_to(struct rig *rig, struct client *client, char *body, size_t room)
{
    struct answer answer;
    loop_until(rig->base, is_whole(client));
    read_answer_of(client, &answer);
    struct et_slice all = et_text_slice(&answer.body);
    unsigned status = answer.status;
    assert_true(all.size < room);
    memcpy(body, all.data, all.size);
    body[all.size] = '\0';
    free_answer(&answer);
    client_free(client);
    return status;
}

static inline unsigned ask_admin(struct rig *rig, const char *line, char *body, size_t room)
{
    return answer_to(rig, visit(rig, line, HOST), body, room);
}

/* The number at a path such as "requests.0.usage.prompt" of a JSON text; its text for others. */
static inline void value_at(const char *text, const char *path, char *out, size_t room)
{
    struct et_json *json;
    struct et_complaint complaint = {0};
    if (et_json_parse(&json, et_slice_of(text), NULL, &support_heap, &complaint) != 0)
        fail_msg("%s: %s", complaint.text, text);
    const struct et_json_node *node = et_json_root(json);
    struct et_slice rest = et_slice_of(path), step;
    while (et_slice_split(&rest, '.', &step)) {
        char name[64];
        uint64_t index;
        snprintf(name, sizeof name, "%.*s", ET_ARG(step));
        node = et_json_kind(node) == ET_JSON_ARRAY && et_slice_u64(step, &index)
                   ? et_json_at(node, index)
                   : et_json_get(node, name);
    }
    if (!node)
        fail_msg("no %s in %s", path, text);
    snprintf(out, room, "%.*s", ET_ARG(et_json_raw(json, node)));
    et_json_free(json);
}

static inline void expect(const char *text, const char *path, const char *value)
{
    char found[1024];
    value_at(text, path, found, sizeof found);
    if (strcmp(found, value) != 0)
        fail_msg("%s is %s; expected %s, in %s", path, found, value, text);
}

#define MESSAGES "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"

/* Asks the mock and waits for the answer. */
static inline struct client *ask_mock(struct rig *rig, const char *path, const char *fields,
                                      const char *body)
{
    static char text[1 << 16];
    struct client *client = client_new(rig->base, et_crew_port(rig->crew));
    snprintf(text, sizeof text,
             "POST %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-0123456789abcd\r\n"
             "%sContent-Length: %zu\r\n\r\n%s",
             path, fields, strlen(body), body);
    client_send(client, text);
    return client;
}

static inline void finish(struct rig *rig, struct client *client)
{
    loop_until(rig->base, is_whole(client) || client_closed(client));
    client_free(client);
}

#define CHAT "/v1/chat/completions"

#endif
