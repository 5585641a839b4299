/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "core/json/json.h"
#include "mock_openai/brain_vector.h"

enum { DIMENSIONS = 1536 };

static void vector_of(const char *text, float *out)
{
    int32_t sums[DIMENSIONS] = {0};
    et_vector_add(sums, DIMENSIONS, et_slice_of(text), 1);
    et_vector_norm(sums, DIMENSIONS, out);
}

static double cosine(const char *one, const char *other)
{
    float a[DIMENSIONS], b[DIMENSIONS];
    double sum = 0;
    vector_of(one, a);
    vector_of(other, b);
    for (int i = 0; i < DIMENSIONS; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

static void every_vector_has_length_one(void **state)
{
    (void)state;
    char longest[5000];
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    const char *texts[] = {"", "?", "a", "Hello, world", "\xE4\xBD\xA0\xE5\xA5\xBD", longest};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        double off = cosine(texts[i], texts[i]) - 1;
        assert_true(off < 1e-6 && off > -1e-6);
    }
}

static void what_shares_words_is_near_and_what_does_not_is_far(void **state)
{
    (void)state;
    double same = cosine("How do I reset my password?", "how do i reset MY password");
    double near = cosine("How do I reset my password?", "How can I reset the password?");
    double far = cosine("How do I reset my password?", "Blue whales eat krill.");
    assert_true(same > 0.999999);
    assert_true(near > 0.5 && near < 0.95);
    assert_true(far < 0.2 && far > -0.2);
}

/* Golden: other compilers and machines must get these very bits. */
static void a_vector_is_the_same_on_every_machine(void **state)
{
    (void)state;
    float vector[DIMENSIONS];
    uint32_t bits = 0, hash = 2166136261u;
    vector_of("The quick brown fox jumps over the lazy dog.", vector);
    for (int i = 0; i < DIMENSIONS; i++) {
        memcpy(&bits, &vector[i], sizeof(bits));
        hash = (hash ^ bits) * 16777619u;
    }
    assert_int_equal(hash, 0xe46eb88e);
}

static void ask_embedding(struct played *played, struct et_brain *brain, const char *body)
{
    struct et_brain_request request = world_chat(et_slice_of(body));
    request.target = ET_LIT("/v1/embeddings");
    ask(played, brain, &request, ET_S);
}

static void each_input_has_a_vector_of_the_models_dimensions(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *body;
        size_t count, dimensions;
        uint64_t tokens;
    } rows[] = {
        {"{\"model\":\"text-embedding-3-small\",\"input\":\"Hello world\"}", 1, 1536, 2},
        {"{\"model\":\"text-embedding-3-large\",\"input\":[\"Hello\",\"world\"]}", 2, 3072, 2},
        {"{\"model\":\"text-embedding-3-small\",\"input\":\"Hi\",\"dimensions\":8}", 1, 8, 1},
        {"{\"model\":\"text-embedding-ada-002\",\"input\":[9906,1917]}", 1, 1536, 2},
        {"{\"model\":\"text-embedding-ada-002\",\"input\":[[9906],[9906,1917]]}", 2, 1536, 3},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        struct et_json *json = NULL;
        ask_embedding(&played, brain, rows[i].body);
        assert_int_equal(
            et_json_parse(&json, et_text_slice(&played.body), NULL, &support_heap, NULL), 0);
        const struct et_json_node *data = et_json_get(et_json_root(json), "data");
        const struct et_json_node *last = et_json_at(data, rows[i].count - 1);
        assert_int_equal(et_json_count(data), rows[i].count);
        assert_int_equal(et_json_count(et_json_get(last, "embedding")), rows[i].dimensions);
        assert_int_equal(played.facts.usage.prompt, rows[i].tokens);
        assert_int_equal(played.end_at, ET_S + 200 * ET_MS + rows[i].tokens * 100 * ET_US);
        et_json_free(json);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void tokens_and_their_text_have_one_vector(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    const char *bodies[] = {"{\"model\":\"text-embedding-ada-002\",\"input\":\"Hello world\","
                            "\"encoding_format\":\"base64\"}",
                            "{\"model\":\"text-embedding-ada-002\",\"input\":[9906,1917],"
                            "\"encoding_format\":\"base64\"}"};
    struct played one, other;
    ask_embedding(&one, brain, bodies[0]);
    ask_embedding(&other, brain, bodies[1]);
    assert_true(body_has(&one, "\"embedding\":\""));
    assert_slice_equal(et_text_slice(&one.body), et_text_slice(&other.body).data);
    played_free(&one);
    played_free(&other);
    et_brain_free(brain);
}

static void what_cannot_be_embedded_is_refused(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *why, *body;
        unsigned status;
    } rows[] = {
        {"a chat model", "{\"model\":\"gpt-4o\",\"input\":\"x\"}", 403},
        {"no such model", "{\"model\":\"text-embedding-9\",\"input\":\"x\"}", 404},
        {"no input", "{\"model\":\"text-embedding-3-small\"}", 400},
        {"too many dimensions",
         "{\"model\":\"text-embedding-3-small\",\"input\":\"x\",\"dimensions\":1537}", 400},
        {"no choice of dimensions",
         "{\"model\":\"text-embedding-ada-002\",\"input\":\"x\",\"dimensions\":8}", 400},
        {"an unknown token", "{\"model\":\"text-embedding-3-small\",\"input\":[100300]}", 400},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        ask_embedding(&played, brain, rows[i].body);
        if (played.status != rows[i].status)
            fail_msg("%s: %u", rows[i].why, played.status);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void an_input_of_too_many_tokens_is_refused(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static char body[65536];
    for (int words = 8191; words <= 8193; words++) {
        size_t used = (size_t)snprintf(body, sizeof(body),
                                       "{\"model\":\"text-embedding-3-small\",\"input\":\"");
        for (int i = 0; i < words; i++)
            used += (size_t)snprintf(body + used, sizeof(body) - used, " word");
        snprintf(body + used, sizeof(body) - used, "\"}");
        struct played played;
        ask_embedding(&played, brain, body);
        assert_int_equal(played.status, words <= 8192 ? 200 : 400);
        assert_int_equal(body_has(&played, "you requested 8193 tokens"), words > 8192);
        played_free(&played);
    }
    et_brain_free(brain);
}

/* A catalogue is a file that a user may write. */
static void a_catalogue_of_any_dimensions_gets_what_there_is(void **state)
{
    (void)state;
    static const char catalogue[] =
        "{\"schema\":1,\"as_of\":\"2026-01-01\",\"unit\":\"USD per 1,000,000 tokens\","
        "\"sources\":{\"a\":\"b\"},\"models\":[{\"id\":\"wide\",\"kind\":\"embedding\","
        "\"encoding\":\"o200k_base\",\"caching\":\"none\",\"reasoning\":false,"
        "\"dimensions\":4000000000,\"prices\":[{\"rates\":{\"standard\":{\"input\":\"1\","
        "\"output\":\"0\"}},\"sources\":[\"a\"]}]}]}";
    struct et_brain_config config = world_config();
    struct et_catalogue *wide = NULL;
    assert_int_equal(et_catalogue_new(&wide, et_slice_of(catalogue), &support_heap, NULL), 0);
    config.catalogue = wide;
    struct et_brain *brain = world_brain(config);
    struct played played;
    ask_embedding(&played, brain, "{\"model\":\"wide\",\"input\":\"x\"}");
    assert_int_equal(played.status, 200);
    played_free(&played);
    et_brain_free(brain);
    et_catalogue_free(wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_has_length_one),
        cmocka_unit_test(what_shares_words_is_near_and_what_does_not_is_far),
        cmocka_unit_test(a_vector_is_the_same_on_every_machine),
        cmocka_unit_test(each_input_has_a_vector_of_the_models_dimensions),
        cmocka_unit_test(tokens_and_their_text_have_one_vector),
        cmocka_unit_test(what_cannot_be_embedded_is_refused),
        cmocka_unit_test(a_catalogue_of_any_dimensions_gets_what_there_is),
        cmocka_unit_test(an_input_of_too_many_tokens_is_refused),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
