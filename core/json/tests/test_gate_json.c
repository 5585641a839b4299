/* SPDX-License-Identifier: MIT */
/* What the gate lets pass, cJSON reads, and reads as the same values.  The other way round does not
 * hold, which is why there is a gate. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/text.h"
#include "core/json/chars.h"
#include "core/json/walk.h"

#include <cjson/cJSON.h>

enum { DOCUMENTS = 3000, MUTANTS = 30, DEPTH_MAX = 6 };

/* Chance for one document, draw after draw. */
struct source {
    uint64_t document;
    uint32_t nth;
    struct et_text text;
};

static uint64_t below(struct source *source, uint64_t bound)
{
    return et_draw_below(et_draw(1, source->document, ET_DRAW_TEST, source->nth++), bound);
}

static void put_one_of(struct source *source, const char *const *choices, size_t count)
{
    et_text_add(&source->text, et_slice_of(choices[below(source, count)]));
}

#define PUT_ONE_OF(source, ...)                                                                    \
    put_one_of(source, (const char *const[]){__VA_ARGS__},                                         \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void put_blank(struct source *source)
{
    PUT_ONE_OF(source, "", "", "", " ", "\n\t", "\r\n ");
}

static void put_characters(struct source *source)
{
    for (uint64_t n = below(source, 6); n > 0; n--)
        PUT_ONE_OF(source, "a", "bc", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\xC3\xA9",
                   "\\ud83d\\uDE00", "\xF0\x9F\x98\x80", "\xEF\xBF\xBF", "\x7F", "[", "}", ":,");
}

static void put_number(struct source *source)
{
    PUT_ONE_OF(source, "", "-");
    PUT_ONE_OF(source, "0", "7", "10", "9007199254740993", "123456789012345678901234567890");
    PUT_ONE_OF(source, "", "", ".0", ".5", ".000001", ".10");
    PUT_ONE_OF(source, "", "", "e0", "E+2", "e-300", "e07");
}

static void put_scalar(struct source *source)
{
    switch (below(source, 4)) {
    case 0:
        PUT_ONE_OF(source, "true", "false", "null");
        break;
    case 1:
        et_text_addc(&source->text, '"');
        put_characters(source);
        et_text_addc(&source->text, '"');
        break;
    default:
        put_number(source);
    }
}

/* Each key ends in its number, so that none comes twice. */
static void put_value(struct source *source, unsigned depth)
{
    uint64_t shape = below(source, depth < DEPTH_MAX ? 4 : 1), n = below(source, 5);
    bool is_object = shape == 3;
    if (shape < 2) {
        put_scalar(source);
        return;
    }
    et_text_addc(&source->text, is_object ? '{' : '[');
    for (uint64_t i = 0; i < n; i++) {
        et_text_add(&source->text, i ? ET_LIT(",") : ET_LIT(""));
        put_blank(source);
        if (is_object) {
            et_text_addc(&source->text, '"');
            put_characters(source);
            et_text_addf(&source->text, "%u\"", (unsigned)i);
            put_blank(source);
            et_text_addc(&source->text, ':');
        }
        put_value(source, depth + 1);
        put_blank(source);
    }
    et_text_addc(&source->text, is_object ? '}' : ']');
}

static bool passes(struct et_slice text)
{
    static struct et_gate_slot slots[ET_GATE_SLOTS];
    struct et_gate gate = {.limits = {.nul_refused = true},
                           .slots = slots,
                           .slot_count = et_gate_slots_for(text.size)};
    return et_gate_check(&gate, text);
}

static bool same_value(const struct et_token *token, const cJSON *item)
{
    char number[128] = "";
    switch (token->kind) {
    case ET_JSON_OBJECT:
        return cJSON_IsObject(item);
    case ET_JSON_ARRAY:
        return cJSON_IsArray(item);
    case ET_JSON_STRING:
        return cJSON_IsString(item) && et_chars_are(token->raw, et_slice_of(item->valuestring));
    case ET_JSON_BOOL:
        return token->raw.data[0] == 't' ? cJSON_IsTrue(item) : cJSON_IsFalse(item);
    case ET_JSON_NULL:
        return cJSON_IsNull(item);
    case ET_JSON_NUMBER:
        memcpy(number, token->raw.data, token->raw.size);
        return cJSON_IsNumber(item) && item->valuedouble == strtod(number, NULL);
    case ET_JSON_NONE:
        break;
    }
    return false;
}

/* The tokens beside the tree, to the end of both. */
static bool same_tree(struct et_slice text, const cJSON *item)
{
    const cJSON *parents[ET_GATE_DEPTH];
    struct et_walk walk = {text, 0};
    struct et_token token;
    size_t depth = 0;
    while (et_walk_next(&walk, &token)) {
        if (token.role == ET_TOKEN_CLOSE) {
            if (item)
                return false;
            item = parents[--depth]->next;
            continue;
        }
        if (!item)
            return false;
        if (token.role == ET_TOKEN_KEY) {
            if (!et_chars_are(token.raw, et_slice_of(item->string)))
                return false;
            continue;
        }
        if (!same_value(&token, item))
            return false;
        if (token.role == ET_TOKEN_OPEN)
            parents[depth++] = item;
        item = token.role == ET_TOKEN_OPEN ? item->child : item->next;
    }
    return depth == 0 && !item;
}

static void assert_read_alike(struct et_slice text)
{
    cJSON *tree = cJSON_ParseWithLength(text.data, text.size);
    if (!tree || !same_tree(text, tree))
        fail_msg("read differently: %.*s", ET_ARG(text));
    cJSON_Delete(tree);
}

static void documents_are_read_alike(void **state)
{
    (void)state;
    for (uint64_t document = 0; document < DOCUMENTS; document++) {
        struct source source = {.document = document};
        et_text_init(&source.text, &support_heap, 1 << 20);
        put_value(&source, 0);
        if (!passes(et_text_slice(&source.text)))
            fail_msg("refused: %s", et_text_slice(&source.text).data);
        assert_read_alike(et_text_slice(&source.text));
        et_text_free(&source.text);
    }
}

/* One byte overwritten, doubled or taken away. */
static struct et_slice mutant(struct source *source, char *bytes, size_t size)
{
    static const char signs[] = "{}[]\",:\\0919.-+eEu/ \n\xC3\xA9\x80truefalsn";
    size_t at = below(source, size);
    switch (below(source, 3)) {
    case 0:
        bytes[at] = signs[below(source, sizeof signs)];
        break;
    case 1:
        memmove(bytes + at + 1, bytes + at, size - at);
        size++;
        break;
    default:
        memmove(bytes + at, bytes + at + 1, size - at - 1);
        size--;
    }
    return (struct et_slice){bytes, size};
}

static void mutants_that_pass_are_read_alike(void **state)
{
    (void)state;
    unsigned passed = 0;
    for (uint64_t document = 0; document < DOCUMENTS / 3; document++) {
        struct source source = {.document = document};
        et_text_init(&source.text, &support_heap, 1 << 20);
        put_value(&source, 0);
        struct et_slice whole = et_text_slice(&source.text);
        for (unsigned i = 0; i < MUTANTS; i++) {
            char *bytes = malloc(whole.size + 1);
            memcpy(bytes, whole.data, whole.size);
            struct et_slice text = mutant(&source, bytes, whole.size);
            if (passes(text)) {
                assert_read_alike(text);
                passed++;
            }
            free(bytes);
        }
        et_text_free(&source.text);
    }
    assert_true(passed > DOCUMENTS);
}

int main(void)
{
    cJSON_InitHooks(NULL); /* json_json.c sets its own when it is linked */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_read_alike),
        cmocka_unit_test(mutants_that_pass_are_read_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
