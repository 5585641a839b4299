/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a request to the mock, and what must hold of every answer.
 *
 *     POST /v1/chat/completions
 *     503; times=1                  x-etalon-fault; may be empty
 *     {"model":"gpt-4o",…}          the body, to the end
 *
 * Each is asked twice, of the one brain that answers all, so that what was stored and counted is
 * used too.  The corpus is replayed by an ordinary test: mock_openai/tests/test_brain_seeds.c. */
#include "core/http/sse.h"
#include "core/json/json.h"
#include "io/file.h"
#include "mock_openai/brain.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool fact)
{
    if (!fact)
        abort();
}

static void *heap_resize(void *ctx, void *old, size_t was, size_t size)
{
    (void)ctx, (void)was;
    if (size > 0)
        return realloc(old, size);
    free(old);
    return NULL;
}

static const struct et_mem heap = {heap_resize, NULL};

static struct et_slice load(const char *name)
{
    static struct et_file files[3];
    static size_t count;
    struct et_complaint complaint = {0};
    hold(et_file_data(&files[count], name, &complaint) == 0);
    return files[count++].bytes;
}

static const struct et_profile profile = {
    .ttft = {.kind = ET_LAW_CONSTANT, .scale = 200 * ET_MS},
    .tpot = {.kind = ET_LAW_CONSTANT, .scale = 10 * ET_MS},
    .gap = {.kind = ET_LAW_CONSTANT, .scale = 1000000},
    .chunk_tokens = 2,
    .answer_tokens = {.kind = ET_LAW_CONSTANT, .scale = 9},
};

static struct et_brain *make_brain(void)
{
    static struct et_catalogue *catalogue;
    static struct et_vocab o200k, cl100k;
    struct et_complaint complaint = {0};
    struct et_brain *brain = NULL;
    if (!catalogue) {
        hold(et_catalogue_new(&catalogue, load("models.json"), &heap, &complaint) == 0);
        hold(et_vocab_open(&o200k, load("o200k_base.vocab")) == 0);
        hold(et_vocab_open(&cl100k, load("cl100k_base.vocab")) == 0);
    }
    struct et_brain_config config = {.seed = 1,
                                     .catalogue = catalogue,
                                     .o200k = &o200k,
                                     .cl100k = &cl100k,
                                     .profiles = &profile,
                                     .profile_count = 1,
                                     .seen_max = 64,
                                     .today = 20778};
    hold(et_brain_new(&brain, &config, &heap) == 0);
    return brain;
}

static bool streams(const struct et_reply *reply)
{
    size_t count;
    const struct et_http_field *fields = et_reply_fields(reply, &count);
    return et_slice_starts(fields[0].value, ET_LIT("text/event-stream"));
}

static bool is_json(struct et_slice text)
{
    struct et_json *json;
    struct et_complaint complaint = {0};
    int err = et_json_parse(&json, text, NULL, &heap, &complaint);
    if (!err)
        et_json_free(json);
    return !err;
}

static void events_are_whole(struct et_slice body)
{
    struct et_sse_reader *reader;
    struct et_sse_event event;
    hold(et_sse_reader_new(&reader, &heap, &et_sse_limits_default) == 0);
    while (et_sse_reader_feed(reader, &body, &event) == ET_SSE_EVENT)
        hold(et_slice_equal(event.data, ET_LIT("[DONE]")) || is_json(event.data));
    et_sse_reader_free(reader);
}

/* A reply that nothing was wished to go wrong with. */
static void body_is_good(const struct et_reply *reply, struct et_slice body)
{
    unsigned status = et_reply_status(reply);
    hold(status >= 200 && status < 600);
    if (streams(reply))
        events_are_whole(body);
    else
        hold(is_json(body));
}

static void play(struct et_reply *reply, bool faulty)
{
    struct et_reply_step step;
    struct et_text body;
    et_ns last = 0;
    et_text_init(&body, &heap, SIZE_MAX / 2);
    while (et_reply_next(reply, &step)) {
        hold(step.at >= last);
        last = step.at;
        if (step.kind == ET_REPLY_DATA)
            et_text_add(&body, step.bytes);
    }
    if (!faulty)
        body_is_good(reply, et_text_slice(&body));
    et_text_free(&body);
    et_reply_free(reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice rest = {(const char *)data, size}, line = {0}, fault = {0}, method = {0};
    et_slice_split(&rest, '\n', &line);
    et_slice_split(&rest, '\n', &fault);
    et_slice_split(&line, ' ', &method);
    struct et_brain_request request = {.method = method,
                                       .target = line,
                                       .authorization = ET_LIT("Bearer sk-fuzz"),
                                       .fault = fault,
                                       .body = rest};
    static struct et_brain *brain;
    if (!brain)
        brain = make_brain();
    for (et_ns now = 0; now < 2 * ET_S; now += ET_S) {
        struct et_reply *reply = NULL;
        hold(et_brain_ask(brain, &request, now, &reply) == 0);
        play(reply, fault.size > 0);
    }
    return 0;
}
