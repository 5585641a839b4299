/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a chat request, and what must hold of every one that is read.
 *
 *     meson setup build-fuzz -Dfuzz=true -Dtests=disabled       (with CC=clang)
 *     build-fuzz/fuzz/fuzz_chat fuzz/corpus/chat
 *
 * The same bytes are then read as an answer and as a stream, which may be anything but a crash.
 * The corpus is replayed by an ordinary test: core/openai/tests/test_seeds.c. */
#include "core/base/utf8.h"
#include "core/openai/family.h"
#include "core/openai/reader.h"

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

static void printed_reads_back(const struct et_chat_request *request, struct et_arena *arena)
{
    struct et_chat_request back;
    struct et_api_error error;
    struct et_text once, twice;
    et_text_init(&once, &heap, SIZE_MAX / 2);
    et_text_init(&twice, &heap, SIZE_MAX / 2);
    et_chat_request_print(request, &once);
    hold(et_chat_request_parse(&back, et_text_slice(&once), arena, &error));
    et_chat_request_print(&back, &twice);
    hold(et_slice_equal(et_text_slice(&once), et_text_slice(&twice)));
    et_text_free(&once);
    et_text_free(&twice);
}

static void spliced_reads_as_told(struct et_slice body, const struct et_chat_request *request,
                                  struct et_arena *arena)
{
    struct et_chat_request back;
    struct et_api_error error;
    struct et_text out;
    et_text_init(&out, &heap, SIZE_MAX / 2);
    hold(et_chat_splice(body, ET_LIT("model"), ET_LIT("\"spliced\""), &out) == 0);
    hold(et_chat_request_parse(&back, et_text_slice(&out), arena, &error));
    hold(et_slice_equal(back.model, ET_LIT("spliced")));
    hold(back.message_count == request->message_count && back.max_tokens == request->max_tokens);
    et_text_free(&out);
}

static void refusal_is_whole(const struct et_api_error *error)
{
    hold(error->status == 400 && error->message[0]);
    hold(et_utf8_valid(et_slice_of(error->message)) && et_utf8_valid(et_slice_of(error->param)));
}

/* Whatever the whole reader takes, the narrow one reads too, and to the same. */
static void whole_is_more_than_narrow(struct et_slice body, struct et_arena *arena)
{
    struct et_chat_request whole, narrow;
    struct et_api_error error = {0};
    if (!et_chat_request_read(&whole, body, arena, &error)) {
        refusal_is_whole(&error);
        return;
    }
    hold(et_chat_request_parse(&narrow, body, arena, &error));
    hold(et_slice_equal(whole.model, narrow.model) && whole.n == narrow.n);
    hold(whole.message_count == narrow.message_count && whole.max_tokens == narrow.max_tokens);
    for (size_t i = 0; i < whole.message_count; i++)
        hold(et_slice_equal(whole.messages[i].content, narrow.messages[i].content));
    static const char *const ids[] = {"gpt-4o", "gpt-5", "gpt-6.2-sol", "o1-mini"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct et_model model = {.id = et_slice_of(ids[i])};
        if (!et_family_takes(et_family_of(&model), whole.model, &whole, &error))
            refusal_is_whole(&error);
    }
}

static void read_as_answer(struct et_slice bytes, const char *type)
{
    struct et_answer_reader *reader;
    hold(et_answer_reader_new(&reader, 1 << 20, &heap) == 0);
    et_answer_reader_head(reader, 200, et_slice_of(type));
    int err = et_answer_reader_feed(reader, bytes);
    hold(err == 0 || err == ET_LIMIT);
    et_answer_reader_end(reader);
    hold(et_utf8_valid(et_answer_reader_answer(reader)->content));
    et_answer_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice body = {(const char *)data, size};
    struct et_chat_request request;
    struct et_api_error error = {0};
    struct et_arena arena;
    et_arena_init(&arena, &heap, ET_ARENA_BLOCK);
    if (et_chat_request_parse(&request, body, &arena, &error)) {
        printed_reads_back(&request, &arena);
        spliced_reads_as_told(body, &request, &arena);
    } else {
        refusal_is_whole(&error);
    }
    whole_is_more_than_narrow(body, &arena);
    et_arena_free(&arena);
    read_as_answer(body, "application/json");
    read_as_answer(body, "text/event-stream");
    return 0;
}
