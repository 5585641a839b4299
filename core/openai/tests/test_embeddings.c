/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/base64.h"
#include "core/base/draw.h"
#include "core/openai/embeddings.h"

static struct et_arena arena;

static int arena_set_up(void **state)
{
    (void)state;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    return 0;
}

static int arena_tear_down(void **state)
{
    (void)state;
    et_arena_free(&arena);
    return 0;
}

#define INPUT(input) "{\"model\":\"m\",\"input\":" input "}"

static struct et_embeddings_request parsed(const char *body)
{
    struct et_embeddings_request request = {0};
    struct et_api_error error;
    if (!et_embeddings_request_parse(&request, et_slice_of(body), &arena, &error))
        fail_msg("%s: %s", body, error.message);
    return request;
}

static void input_comes_in_four_shapes(void **state)
{
    (void)state;
    struct et_embeddings_request one = parsed(INPUT("\"Hi\""));
    assert_int_equal(one.input_count, 1);
    assert_slice_equal(one.inputs[0].text, "Hi");
    assert_null(one.inputs[0].tokens);
    struct et_embeddings_request texts = parsed(INPUT("[\"a\",\"b\\n\"]"));
    assert_int_equal(texts.input_count, 2);
    assert_slice_equal(texts.inputs[1].text, "b\n");
    struct et_embeddings_request tokens = parsed(INPUT("[9906,4294967295]"));
    assert_int_equal(tokens.input_count, 1);
    assert_int_equal(tokens.inputs[0].token_count, 2);
    assert_int_equal(tokens.inputs[0].tokens[0], 9906);
    assert_int_equal(tokens.inputs[0].tokens[1], UINT32_MAX);
    struct et_embeddings_request lists = parsed(INPUT("[[1],[2,3]]"));
    assert_int_equal(lists.input_count, 2);
    assert_int_equal(lists.inputs[1].token_count, 2);
    assert_int_equal(lists.inputs[1].tokens[1], 3);
}

static void dimensions_and_format_have_defaults(void **state)
{
    (void)state;
    struct et_embeddings_request plain =
        parsed("{\"model\":\"m\",\"input\":\"a\",\"dimensions\":null,\"encoding_format\":null}");
    assert_int_equal(plain.dimensions, 0);
    assert_false(plain.base64);
    struct et_embeddings_request given =
        parsed("{\"model\":\"text-embedding-3-small\",\"input\":\"a\",\"dimensions\":256,"
               "\"encoding_format\":\"base64\",\"user\":\"u\"}");
    assert_slice_equal(given.model, "text-embedding-3-small");
    assert_int_equal(given.dimensions, 256);
    assert_true(given.base64);
}

static const char wrong_input[] = "'$.input' is invalid. Please check the API reference: "
                                  "https://platform.openai.com/docs/api-reference.";

static const struct {
    const char *body, *param, *code, *message;
} refusals[] = {
    {"{\"input\":\"a\"}", "", NULL, "you must provide a model parameter"},
    {"{\"model\":\"m\"}", "input", "missing_required_parameter",
     "Missing required parameter: 'input'."},
    {INPUT("null"), "", NULL, wrong_input},
    {INPUT("{}"), "", NULL, wrong_input},
    {INPUT("7"), "", NULL, wrong_input},
    {INPUT("\"\""), "", NULL, wrong_input},
    {INPUT("[]"), "", NULL, wrong_input},
    {INPUT("[\"a\",\"\"]"), "", NULL, wrong_input},
    {INPUT("[\"a\",1]"), "", NULL, wrong_input},
    {INPUT("[1,\"a\"]"), "", NULL, wrong_input},
    {INPUT("[-1]"), "", NULL, wrong_input},
    {INPUT("[4294967296]"), "", NULL, wrong_input},
    {INPUT("[[1],[]]"), "", NULL, wrong_input},
    {INPUT("[[1],2]"), "", NULL, wrong_input},
    {INPUT("[null]"), "", NULL, wrong_input},
    {INPUT("\"a\",\"dimensions\":0"), "dimensions", "integer_below_min_value",
     "Invalid 'dimensions': integer below minimum value. Expected a value >= 1, but got 0 "
     "instead."},
    {INPUT("\"a\",\"encoding_format\":1"), "encoding_format", "invalid_type",
     "Invalid type for 'encoding_format': expected a string, but got an integer instead."},
    {INPUT("\"a\",\"encoding_format\":\"hex\""), "encoding_format", "invalid_value",
     "Invalid value: 'hex'. Supported values are: 'float' and 'base64'."},
};

static void each_wrong_request_is_refused_in_the_words_of_openai(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct et_embeddings_request request;
        struct et_api_error error = {0};
        if (et_embeddings_request_parse(&request, et_slice_of(refusals[i].body), &arena, &error))
            fail_msg("passed: %s", refusals[i].body);
        assert_int_equal(error.status, 400);
        assert_string_equal(error.message, refusals[i].message);
        assert_string_equal(error.param, refusals[i].param);
        assert_string_equal(error.code ? error.code : "", refusals[i].code ? refusals[i].code : "");
    }
}

static void more_inputs_than_allowed_are_refused(void **state)
{
    (void)state;
    struct et_embeddings_request request;
    struct et_api_error error;
    struct et_text body;
    et_text_init(&body, &support_heap, 1 << 16);
    et_text_add(&body, ET_LIT("{\"model\":\"m\",\"input\":[\"a\""));
    for (int i = 1; i < ET_EMBEDDINGS_INPUTS_MAX; i++)
        et_text_add(&body, ET_LIT(",\"a\""));
    size_t most = et_text_slice(&body).size;
    et_text_add(&body, ET_LIT("]}"));
    assert_int_equal(parsed(et_text_slice(&body).data).input_count, ET_EMBEDDINGS_INPUTS_MAX);
    struct et_slice start = et_slice_part(et_text_slice(&body), 0, most);
    struct et_text more;
    et_text_init(&more, &support_heap, 1 << 16);
    et_text_add(&more, start);
    et_text_add(&more, ET_LIT(",\"a\"]}"));
    assert_false(et_embeddings_request_parse(&request, et_text_slice(&more), &arena, &error));
    assert_string_equal(error.code, "array_above_max_length");
    assert_string_equal(error.message,
                        "Invalid 'input': array too long. Expected an array with maximum length "
                        "2048, but got an array with length 2049 instead.");
    et_text_free(&body);
    et_text_free(&more);
}

static void an_answer_prints_as_the_reference_shows(void **state)
{
    (void)state;
    static const float values[] = {1.0f, -0.5f, 0.1f, 1e-10f};
    struct et_embeddings_answer answer = {.model = ET_LIT("text-embedding-3-small"),
                                          .values = values,
                                          .count = 2,
                                          .dimensions = 2,
                                          .prompt_tokens = 8};
    struct et_text out;
    et_text_init(&out, &support_heap, 4096);
    et_embeddings_answer_print(&answer, &out);
    assert_slice_equal(et_text_slice(&out),
                       "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                       "\"embedding\":[1,-0.5]},{\"object\":\"embedding\",\"index\":1,"
                       "\"embedding\":[0.100000001,1.00000001e-10]}],\"model\":"
                       "\"text-embedding-3-small\",\"usage\":{\"prompt_tokens\":8,"
                       "\"total_tokens\":8}}");
    et_text_clear(&out);
    answer.base64 = true;
    answer.count = 1;
    et_embeddings_answer_print(&answer, &out);
    assert_slice_equal(et_text_slice(&out),
                       "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                       "\"embedding\":\"AACAPwAAAL8=\"}],\"model\":\"text-embedding-3-small\","
                       "\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}");
    et_text_free(&out);
}

enum { DIMENSIONS_MAX = 9 };

static struct et_slice printed_vector(const struct et_embeddings_answer *answer,
                                      struct et_text *out, char open, char close)
{
    et_text_clear(out);
    et_embeddings_answer_print(answer, out);
    struct et_slice all = et_text_slice(out);
    size_t from = et_slice_find(all, ET_LIT("\"embedding\":")) + 12;
    assert_int_equal(all.data[from], open);
    const char *end = strchr(all.data + from + 1, close);
    return et_slice_part(all, from + 1, (size_t)(end - all.data));
}

static void numbers_and_base64_give_back_the_same_singles(void **state)
{
    (void)state;
    struct et_text out, bytes;
    et_text_init(&out, &support_heap, 4096);
    et_text_init(&bytes, &support_heap, 4096);
    for (uint32_t nth = 0; nth < 3000; nth++) {
        float values[DIMENSIONS_MAX];
        size_t count = 1 + nth % DIMENSIONS_MAX;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t bits = (uint32_t)et_draw(nth, i, ET_DRAW_TEST, 0);
            bits = (bits & 0x7F800000) == 0x7F800000 ? bits & 0x807FFFFF : bits; /* finite */
            memcpy(&values[i], &bits, sizeof bits);
        }
        struct et_embeddings_answer answer = {
            .values = values, .count = 1, .dimensions = count, .base64 = true};
        et_text_clear(&bytes);
        assert_int_equal(et_base64_decode(&bytes, printed_vector(&answer, &out, '"', '"')), 0);
        assert_int_equal(et_text_slice(&bytes).size, count * 4);
        assert_memory_equal(et_text_slice(&bytes).data, values, count * 4); /* little-endian host */
        answer.base64 = false;
        const char *at = printed_vector(&answer, &out, '[', ']').data;
        for (size_t i = 0; i < count; i++, at++) {
            float back = strtof(at, (char **)&at);
            assert_memory_equal(&back, &values[i], sizeof back);
        }
    }
    et_text_free(&out);
    et_text_free(&bytes);
}

static void parse_in(const struct et_mem *mem, void *body)
{
    struct et_arena own;
    struct et_embeddings_request request;
    struct et_api_error error = {0};
    et_arena_init(&own, mem, 64);
    if (!et_embeddings_request_parse(&request, et_slice_of(body), &own, &error))
        assert_int_equal(error.status, 500);
    et_arena_free(&own);
}

static void refused_memory_is_a_server_error(void **state)
{
    (void)state;
    char texts[] = INPUT("[\"one\",\"two\"]"), tokens[] = INPUT("[[1,2],[3]]");
    support_torture(parse_in, texts);
    support_torture(parse_in, tokens);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(input_comes_in_four_shapes),
        cmocka_unit_test(dimensions_and_format_have_defaults),
        cmocka_unit_test(each_wrong_request_is_refused_in_the_words_of_openai),
        cmocka_unit_test(more_inputs_than_allowed_are_refused),
        cmocka_unit_test(an_answer_prints_as_the_reference_shows),
        cmocka_unit_test(numbers_and_base64_give_back_the_same_singles),
        cmocka_unit_test(refused_memory_is_a_server_error),
    };
    return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
