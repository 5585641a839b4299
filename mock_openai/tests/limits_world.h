/* SPDX-License-Identifier: MIT */
/* For tests of limits through the brain: requests of a known size, and what their answers say. */
#ifndef ET_MOCK_LIMITS_WORLD_H
#define ET_MOCK_LIMITS_WORLD_H

#include "mock_openai/brain_limits.h"
#include "mock_openai/tests/brain_world.h"

/* A chat of one message of so many characters, which is charged with 16 + characters / 4. */
static inline struct et_slice body_of(size_t characters)
{
    static char body[8192], question[8000];
    assert_true(characters < sizeof(question));
    memset(question, 'a', characters);
    question[characters] = '\0';
    return world_body(body, sizeof(body), "", question);
}

#define BODY_OF_154 body_of(552)

static inline struct et_brain_config limited(struct et_quota quota)
{
    struct et_brain_config config = world_config();
    config.limits.quota = quota;
    return config;
}

static inline void assert_field(const struct played *played, const char *line)
{
    if (!field_is(played, line))
        fail_msg("no \"%s\" in\n%s", line, played->fields);
}

static inline unsigned send_once(struct et_brain *brain, struct et_brain_request request, et_ns now)
{
    struct played played;
    ask(&played, brain, &request, now);
    unsigned status = played.status;
    played_free(&played);
    return status;
}

static inline struct et_brain_request post(const char *path, const char *body)
{
    struct et_brain_request request = world_chat(et_slice_of(body));
    request.target = et_slice_of(path);
    return request;
}

#define CHAT   "/v1/chat/completions"
#define EMBED  "/v1/embeddings"
#define HELLO  "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
#define SMALL3 "{\"model\":\"text-embedding-3-small\",\"input\":\"Hi\""

#endif
