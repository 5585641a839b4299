/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a JSON Schema of a client, what is made of it, and its patterns.
 *
 *     meson setup build-fuzz -Dfuzz=true -Dtests=disabled       (with CC=clang)
 *     build-fuzz/fuzz/fuzz_schema fuzz/corpus/schema
 *
 * Whatever is written is JSON that the schema allows; whatever is refused is refused in words.  The
 * corpus is replayed by an ordinary test: core/schema/tests/test_seeds.c. */
#include "core/base/utf8.h"
#include "core/openai/schema.h"
#include "core/schema/pattern.h"

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

static void fault_is_whole(int err, const struct et_schema_fault *fault)
{
    static const struct et_schema_place place = {"function", {"f", 1}, "tools[0]", NULL};
    struct et_api_error error;
    hold(err == ET_VALUE || err == ET_SYNTAX || err == ET_LIMIT);
    hold(fault->context[0] == '(' && fault->text[0]);
    hold(!et_schema_refuse(err, fault, &place, &error) && error.status == 400);
    hold(et_utf8_valid(et_slice_of(error.message)));
}

static void write_some(const struct et_schema *schema)
{
    struct et_schema_fault fault = {"", ""};
    struct et_text out;
    et_text_init(&out, &heap, 1 << 20);
    for (uint64_t who = 0; who < 3; who++) {
        struct et_schema_wish wish = {1, who, who * 40};
        et_text_clear(&out);
        int err = et_schema_write(schema, &wish, &out, &fault);
        if (err == ET_LIMIT)
            continue; /* longer than `out` may be */
        if (err)
            fault_is_whole(err, &fault);
        else
            hold(et_schema_check(schema, et_text_slice(&out)) == 0);
    }
    et_text_free(&out);
}

static void admit(struct et_slice text)
{
    static const struct et_schema_place place = {"function", {"f", 1}, "tools[0]", NULL};
    struct et_json *json;
    if (et_json_parse(&json, text, NULL, &heap, NULL) != 0)
        return;
    for (int strict = 0; strict < 2; strict++) {
        struct et_api_error error = {0};
        if (!et_schema_admit(et_json_root(json), strict, &place, &error))
            hold(error.status == 400 && et_utf8_valid(et_slice_of(error.message)));
    }
    et_json_free(json);
}

static void match(struct et_slice text)
{
    struct et_arena arena;
    struct et_pattern *pattern;
    struct et_text out;
    bool found;
    if (!et_utf8_valid(text))
        return;
    et_arena_init(&arena, &heap, ET_ARENA_BLOCK);
    et_text_init(&out, &heap, 1 << 16);
    if (et_pattern_new(&pattern, text, &arena) == 0) {
        struct et_pattern_wish wish = {1, 2, 3};
        et_pattern_write(pattern, &wish, &out);
        hold(et_utf8_valid(et_text_slice(&out)));
        int err = et_pattern_match(pattern, et_text_slice(&out), &arena, &found);
        hold(err == 0 || err == ET_LIMIT);
    }
    et_text_free(&out);
    et_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice text = {(const char *)data, size};
    struct et_schema_fault fault = {"", ""};
    struct et_schema *schema;
    int err = et_schema_new(&schema, text, &heap, &fault);
    if (err) {
        fault_is_whole(err, &fault);
    } else {
        write_some(schema);
        et_schema_free(schema);
    }
    admit(text);
    match(text);
    return 0;
}
