/* SPDX-License-Identifier: MIT */
/* For the tests of faults that change an answer on its way out: a brain without time, ten tokens
 * asked of it, and what a stream said. */
#ifndef ET_MOCK_MANGLE_WORLD_H
#define ET_MOCK_MANGLE_WORLD_H

#include "mock_openai/tests/brain_world.h"

#include "core/base/draw.h"
#include "core/base/utf8.h"
#include "core/http/sse.h"
#include "core/json/json.h"

enum { CHUNKS = 10, NEVER_MIND = 99 };

static inline struct et_brain *instant_brain(void)
{
    struct et_brain_config config = world_config();
    config.instant = true;
    return world_brain(config);
}

/* Ten words, the same each time, as a stream with usage or plain. */
static inline void ask_ten(struct played *out, struct et_brain *brain, bool streams,
                           const char *fault)
{
    char body[256];
    const char *more =
        streams ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "";
    struct et_brain_request request =
        world_chat(world_body(body, sizeof(body), more, "Ten words, please."));
    request.answer_tokens = ET_LIT("10");
    request.client_request_id = ET_LIT("ten");
    request.fault = et_slice_of(fault);
    ask(out, brain, &request, ET_S);
}

/* What the events of a stream are. */
struct gist {
    unsigned chunks, finishes, usages, dones, errors, bad;
};

static inline bool is_json(struct et_slice text)
{
    struct et_json *json;
    if (et_json_parse(&json, text, NULL, &support_heap, NULL))
        return false;
    et_json_free(json);
    return true;
}

static inline bool holds(struct et_slice text, struct et_slice what)
{
    return et_slice_find(text, what) < text.size;
}

static inline void add_event(struct gist *gist, struct et_slice data)
{
    gist->dones += et_slice_equal(data, ET_LIT("[DONE]"));
    gist->bad += !et_slice_equal(data, ET_LIT("[DONE]")) && !is_json(data);
    gist->chunks += holds(data, ET_LIT("\"delta\":{\"content\":\""));
    gist->finishes += holds(data, ET_LIT("\"finish_reason\":\""));
    gist->usages += holds(data, ET_LIT("\"usage\":{"));
    gist->errors += holds(data, ET_LIT("\"error\""));
}

static inline struct gist gist_of(const struct played *played)
{
    struct gist gist = {0};
    struct et_sse_reader *reader;
    struct et_sse_event event;
    struct et_slice rest = et_text_slice(&played->body);
    assert_int_equal(et_sse_reader_new(&reader, &support_heap, &et_sse_limits_default), 0);
    while (et_sse_reader_feed(reader, &rest, &event) == ET_SSE_EVENT)
        add_event(&gist, event.data);
    et_sse_reader_free(reader);
    return gist;
}

/* Of ten chunks, one finish, one usage, one [DONE]. */

#endif
