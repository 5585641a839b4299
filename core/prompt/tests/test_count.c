/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/count.h"
#include "core/prompt/leading.h"

#define IMAGE                                                                                      \
    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\",\"detail\":\"low\"}}"
#define TOOL                                                                                       \
    "{\"type\":\"function\",\"function\":{\"name\":\"plan\",\"description\":\"Plans.\","           \
    "\"parameters\":{\"type\":\"object\",\"properties\":{\"day\":{\"type\":\"string\"}}}}}"
#define FORMAT                                                                                     \
    "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"object\"}}}"
#define BODY(messages, more) "{\"model\":\"gpt-4o\",\"messages\":[" messages "]" more "}"

static const char hello[] = BODY("{\"role\":\"user\",\"content\":\"Hello!\"}", "");

static const char *const bodies[] = {
    hello,
    BODY("{\"role\":\"user\",\"content\":\"Hello!\"}", ",\"tools\":[" TOOL "]"),
    BODY("{\"role\":\"user\",\"content\":\"Hello!\"}", ",\"response_format\":" FORMAT),
    BODY("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is it?\"}," IMAGE "]}",
         ""),
    BODY("{\"role\":\"user\",\"content\":[" IMAGE "," IMAGE "]}", ",\"tools\":[" TOOL "," TOOL "]"),
    BODY("{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":null,"
         "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"plan\","
         "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"b\"}",
         ",\"tools\":[" TOOL "]"),
};

enum { BODIES = sizeof bodies / sizeof *bodies, FAMILIES = 3 };

static struct et_prompt_counting counting_of(enum et_chat_family family, const struct et_mem *mem)
{
    return (struct et_prompt_counting){tables[ET_ENCODING_O200K].tokenizer, family,
                                       et_image_rule(ET_LIT("gpt-4o")), mem};
}

static void read_body(const char *body, struct et_arena *arena, struct et_chat_request *request)
{
    struct et_api_error error;
    et_arena_init(arena, &support_heap, ET_ARENA_BLOCK);
    if (!et_chat_request_read(request, et_slice_of(body), arena, &error))
        fail_msg("%s: %s", body, error.message);
}

/* Counted once more, as the ids the mock lays out. */
static uint64_t ids_of(const struct et_chat_request *request, enum et_chat_family family,
                       struct et_arena *arena)
{
    struct et_prompt_ids ids;
    struct et_prompt_source source = {.tokenizer = tables[ET_ENCODING_O200K].tokenizer,
                                      .family = family,
                                      .messages = request->messages,
                                      .message_count = request->message_count,
                                      .images = et_image_rule(ET_LIT("gpt-4o"))};
    assert_int_equal(et_prompt_leading(&source, &request->options, arena), 0);
    assert_int_equal(et_prompt_ids_build(&ids, &source, arena), 0);
    return ids.count;
}

static void a_request_has_as_many_tokens_as_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < BODIES; i++) {
        struct et_arena arena;
        struct et_chat_request request;
        read_body(bodies[i], &arena, &request);
        for (int f = 0; f < FAMILIES; f++) {
            enum et_chat_family family = (enum et_chat_family)f;
            struct et_prompt_counting counting = counting_of(family, &support_heap);
            uint64_t tokens = 0;
            assert_int_equal(et_prompt_count(&counting, &request, &tokens), 0);
            if (tokens != ids_of(&request, family, &arena))
                fail_msg("%s: %llu", bodies[i], (unsigned long long)tokens);
        }
        et_arena_free(&arena);
    }
}

/* 85 of an image with little detail (OpenAI's guide "Images and vision"), twice. */
static void what_is_no_text_counts(void **state)
{
    (void)state;
    struct et_prompt_counting counting = counting_of(ET_CHAT_PLAIN, &support_heap);
    static const char two[] = BODY("{\"role\":\"user\",\"content\":[" IMAGE "," IMAGE "]}", "");
    struct et_arena arena;
    struct et_chat_request request;
    uint64_t tokens = 0;
    read_body(two, &arena, &request);
    assert_int_equal(et_prompt_count(&counting, &request, &tokens), 0);
    assert_int_equal(tokens, 170);
    et_arena_free(&arena);
}

static void count_in(const struct et_mem *mem, void *arg)
{
    struct et_prompt_counting counting = counting_of(ET_CHAT_HARMONY, mem);
    uint64_t tokens = 12345;
    int err = et_prompt_count(&counting, arg, &tokens);
    assert_true(err == 0 || (err == ET_NOMEM && tokens == 12345));
}

static void memory_that_is_refused_is_told(void **state)
{
    (void)state;
    struct et_arena arena;
    struct et_chat_request request;
    read_body(bodies[BODIES - 1], &arena, &request);
    support_torture(count_in, &request);
    et_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_has_as_many_tokens_as_ids),
        cmocka_unit_test(what_is_no_text_counts),
        cmocka_unit_test(memory_that_is_refused_is_told),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
