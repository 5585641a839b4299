/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a chat request, and what must hold of every one that is read.
 *
 *     meson setup build-fuzz -Dfuzz=true -Dtests=disabled       (with CC=clang)
 *     build-fuzz/fuzz/fuzz_chat fuzz/corpus/chat
 *
 * The same bytes are then read as an answer and as a stream, which may be anything but a crash.
 * The corpus is replayed by an ordinary test: core/openai/tests/test_seeds.c. */
#include "core/base/utf8.h"
#include "core/openai/chat.h"
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
    et_arena_free(&arena);
    read_as_answer(body, "application/json");
    read_as_answer(body, "text/event-stream");
    return 0;
}
