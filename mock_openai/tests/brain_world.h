/* SPDX-License-Identifier: MIT */
/* For the tests of the brain: the data it needs, one client's request, and a reply played to its
 * end.  Every test program has one world. */
#ifndef ET_MOCK_BRAIN_WORLD_H
#define ET_MOCK_BRAIN_WORLD_H

#include "core/base/tests/support.h"

#include "core/openai/reader.h"
#include "io/file.h"
#include "mock_openai/brain.h"

struct world {
    struct et_file files[3];
    struct et_catalogue *catalogue;
    struct et_vocab o200k, cl100k;
};

static struct world world;

static inline struct et_slice world_data(struct et_file *file, const char *name)
{
    struct et_complaint complaint = {0};
    if (et_file_data(file, name, &complaint))
        fail_msg("%s: %s", complaint.file, complaint.text);
    return file->bytes;
}

static inline int world_open(void **state)
{
    (void)state;
    struct et_complaint complaint = {0};
    struct et_slice models = world_data(&world.files[0], "models.json");
    if (et_catalogue_new(&world.catalogue, models, &support_heap, &complaint))
        fail_msg("models.json: %s", complaint.text);
    assert_int_equal(et_vocab_open(&world.o200k, world_data(&world.files[1], "o200k_base.vocab")),
                     0);
    assert_int_equal(et_vocab_open(&world.cl100k, world_data(&world.files[2], "cl100k_base.vocab")),
                     0);
    return 0;
}

static inline int world_close(void **state)
{
    (void)state;
    et_catalogue_free(world.catalogue);
    for (size_t i = 0; i < 3; i++)
        et_file_free(&world.files[i]);
    return 0;
}

/* 200 ms to the first token, then one per 10 ms with noise; 20 tokens. */
static const struct et_profile world_profile = {
    .ttft = {.kind = ET_LAW_CONSTANT, .scale = 200 * ET_MS},
    .per_uncached_token = 100 * ET_US,
    .tpot = {.kind = ET_LAW_CONSTANT, .scale = 10 * ET_MS},
    .gap = {.kind = ET_LAW_LOGNORMAL, .scale = 1000000, .shape_milli = 200},
    .stall = {.kind = ET_LAW_CONSTANT, .scale = 8 * ET_S},
    .chunk_tokens = 1,
    .answer_tokens = {.kind = ET_LAW_UNIFORM, .low = 5, .high = 60},
};

static inline struct et_brain_config world_config(void)
{
    return (struct et_brain_config){.seed = 7,
                                    .catalogue = world.catalogue,
                                    .o200k = &world.o200k,
                                    .cl100k = &world.cl100k,
                                    .profiles = &world_profile,
                                    .profile_count = 1,
                                    .epoch = 1800000000,
                                    .today = 20778}; /* 2026-11-21 */
}

static inline struct et_brain *world_brain(struct et_brain_config config)
{
    struct et_brain *brain = NULL;
    assert_int_equal(et_brain_new(&brain, &config, &support_heap), 0);
    return brain;
}

/* A chat of one user message, with more members in front ("\"stream\":true,"). */
static inline struct et_slice world_body(char *out, size_t room, const char *more,
                                         const char *question)
{
    int size = snprintf(out, room,
                        "{%s\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":"
                        "\"%s\"}]}",
                        more, question);
    assert_true(size > 0 && (size_t)size < room);
    return (struct et_slice){out, (size_t)size};
}

static inline struct et_brain_request world_chat(struct et_slice body)
{
    return (struct et_brain_request){.method = ET_LIT("POST"),
                                     .target = ET_LIT("/v1/chat/completions"),
                                     .authorization = ET_LIT("Bearer sk-test"),
                                     .body = body};
}

/* A reply played to its end. */
struct played {
    unsigned status;
    struct et_reply_facts facts;
    et_ns head_at, first_at, end_at; /* first_at: of the body; 0 when there was none */
    unsigned steps;
    enum et_reply_kind last;
    struct et_text body;
    uint64_t announced;
    char fields[2048]; /* "name: value\n" … */
};

static inline void play_step(struct played *out, const struct et_reply_step *step)
{
    assert_true(out->steps == 0 || step->at >= out->end_at);
    if (step->kind == ET_REPLY_HEAD) {
        assert_int_equal(out->steps, 0);
        out->head_at = step->at;
    } else if (step->bytes.size > 0) {
        if (out->first_at == 0)
            out->first_at = step->at;
        et_text_add(&out->body, step->bytes);
    }
    assert_true(step->kind != ET_REPLY_DATA || step->bytes.size > 0);
    out->last = step->kind;
    out->end_at = step->at;
    out->steps++;
}

static inline void play_fields(struct played *out, const struct et_reply *reply)
{
    size_t count = 0, used = 0;
    const struct et_http_field *fields = et_reply_fields(reply, &count);
    assert_slice_equal(fields[0].name, "content-type");
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(out->fields + used, sizeof(out->fields) - used, "%.*s: %.*s\n",
                                 ET_ARG(fields[i].name), ET_ARG(fields[i].value));
}

static inline void play(struct played *out, struct et_reply *reply)
{
    struct et_reply_step step;
    memset(out, 0, sizeof(*out));
    et_text_init(&out->body, &support_heap, 1 << 26);
    out->status = et_reply_status(reply);
    out->facts = et_reply_facts(reply);
    out->announced = et_reply_body_bytes(reply);
    play_fields(out, reply);
    while (et_reply_next(reply, &step))
        play_step(out, &step);
    assert_false(et_reply_next(reply, &step));
    assert_int_equal(et_text_failed(&out->body), 0);
    et_reply_free(reply);
}

static inline void ask(struct played *out, struct et_brain *brain,
                       const struct et_brain_request *request, et_ns now)
{
    struct et_reply *reply = NULL;
    assert_int_equal(et_brain_ask(brain, request, now, &reply), 0);
    play(out, reply);
}

static inline void played_free(struct played *played)
{
    et_text_free(&played->body);
}

static inline bool body_has(const struct played *played, const char *text)
{
    return strstr(et_text_slice(&played->body).data, text) != NULL;
}

static inline bool field_is(const struct played *played, const char *line)
{
    const char *found = strstr(played->fields, line);
    return found && found[strlen(line)] == '\n' && (found == played->fields || found[-1] == '\n');
}

/* The number in a header. */
static inline uint64_t field_u64(const struct played *played, const char *name)
{
    char line[80];
    snprintf(line, sizeof(line), "\n%s: ", name);
    const char *found = strstr(played->fields, line);
    assert_non_null(found);
    return strtoull(found + strlen(line), NULL, 10);
}

/* What a client's reader makes of it; free with et_answer_reader_free. */
static inline struct et_answer_reader *read_answer(const struct played *played)
{
    struct et_answer_reader *reader = NULL;
    bool streams = strstr(played->fields, "content-type: text/event-stream") != NULL;
    assert_int_equal(et_answer_reader_new(&reader, 1 << 26, &support_heap), 0);
    et_answer_reader_head(reader, played->status,
                          streams ? ET_LIT("text/event-stream") : ET_LIT("application/json"));
    assert_int_equal(et_answer_reader_feed(reader, et_text_slice(&played->body)), 0);
    if (played->last == ET_REPLY_END)
        et_answer_reader_end(reader);
    return reader;
}

#endif
