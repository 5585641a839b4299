/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "core/embed/encoder.h"
#include "core/json/json.h"
#include "mock_openai/brain_meaning.h"
#include "mock_openai/brain_vector.h"

enum { MOST = 3072 };

static struct et_file encoder_file;
static struct et_encoder encoder;
static struct et_meaning *meaning;

static int open_all(void **state)
{
    int err = world_open(state);
    struct et_slice table = world_data(&encoder_file, "use-lite.etenc");
    assert_int_equal(et_encoder_open(&encoder, table), 0);
    assert_int_equal(et_meaning_new(&meaning, &encoder, &support_heap), 0);
    return err;
}

static int close_all(void **state)
{
    et_meaning_free(meaning);
    et_file_free(&encoder_file);
    return world_close(state);
}

static const char *const texts[] = {
    "How do I reset my password?",
    "I forgot my password, how can I change it?",
    "Recommend a good pizza recipe.",
    "How can I cancel my order?",
    "I want to cancel the purchase I made yesterday.",
    "My card payment was declined at the shop.",
    "The store refused my credit card.",
    "The weather in Paris is lovely in spring.",
    "What is the capital of France?",
    "Quantum computers use qubits.",
    "Please turn off the lights.",
    "The cat sat on the mat.",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static void vector_of(const char *text, unsigned dimensions, uint64_t seed, float *out)
{
    static int32_t sums[MOST];
    et_vector_turn(sums, dimensions, et_meaning_of(meaning, et_slice_of(text)), seed);
    et_vector_norm(sums, dimensions, out);
}

static double dot(const float *a, const float *b, unsigned dimensions)
{
    double sum = 0;
    for (unsigned i = 0; i < dimensions; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static double cosine(const char *one, const char *other, unsigned dimensions)
{
    static float a[MOST], b[MOST];
    vector_of(one, dimensions, 1, a);
    vector_of(other, dimensions, 1, b);
    return dot(a, b, dimensions);
}

/* The mean square of how far the cosines of all pairs are from those of the sentences. */
static double square_off(unsigned dimensions)
{
    double sum = 0;
    for (int i = 0; i < TEXTS; i++)
        for (int j = 0; j < i; j++) {
            double off = cosine(texts[i], texts[j], dimensions) - cosine(texts[i], texts[j], 512);
            sum += off * off;
        }
    return sum / (TEXTS * (TEXTS - 1) / 2);
}

static void cosines_are_kept_where_512_divides_and_nearly_elsewhere(void **state)
{
    (void)state;
    struct et_sentence one = {0}, other = {0};
    memcpy(one.vector, et_meaning_of(meaning, et_slice_of(texts[0])), sizeof one.vector);
    memcpy(other.vector, et_meaning_of(meaning, et_slice_of(texts[1])), sizeof one.vector);
    double off = cosine(texts[0], texts[1], 512) - et_sentence_cosine(&one, &other) / 1e6;
    assert_true(off < 1e-4 && off > -1e-4); /* a sentence's length is not quite one */
    static const struct {
        unsigned dimensions;
        double most; /* root of the mean square; what was measured is in docs/embeddings.md */
    } rows[] = {
        {1024, 1e-6}, {1536, 1e-6}, {2560, 1e-6}, {3072, 1e-6}, {1000, .005}, {768, .02},
        {384, .03},   {256, .06},   {128, .1},    {64, .15},    {16, .25},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double square = square_off(rows[i].dimensions);
        if (square > rows[i].most * rows[i].most)
            fail_msg("%u dimensions: mean square %g", rows[i].dimensions, square);
    }
}

static void every_number_of_dimensions_has_a_vector_of_length_one(void **state)
{
    (void)state;
    static float vector[MOST];
    static const unsigned rows[] = {1, 2, 3, 63, 511, 512, 513, 1023, 1536, 3071, 3072};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        vector_of(texts[0], rows[i], 7, vector);
        double off = dot(vector, vector, rows[i]) - 1;
        assert_true(off < 1e-5 && off > -1e-5);
    }
}

static void two_models_have_nothing_in_common(void **state)
{
    (void)state;
    static float a[MOST], b[MOST];
    for (int i = 0; i < TEXTS; i++) {
        vector_of(texts[i], 1536, 1, a);
        vector_of(texts[i], 1536, 2, b);
        double common = dot(a, b, 1536);
        assert_true(common < 0.15 && common > -0.15);
        double repeats = dot(a, a + 512, 512); /* of two blocks of one vector */
        assert_true(repeats < 0.1 && repeats > -0.1);
    }
}

static void a_text_is_computed_once(void **state)
{
    (void)state;
    struct et_meaning *own;
    int16_t first[ET_SENTENCE_SIZE];
    char text[32];
    assert_int_equal(et_meaning_new(&own, &encoder, &support_heap), 0);
    memcpy(first, et_meaning_of(own, ET_LIT("Hello world")), sizeof first);
    assert_memory_equal(first, et_meaning_of(own, ET_LIT("Hello world")), sizeof first);
    assert_int_equal(et_meaning_computed(own), 1);
    for (int i = 0; i < 2 * ET_MEANING_SLOTS; i++) { /* displace it, most likely */
        snprintf(text, sizeof text, "%d", i);
        et_meaning_of(own, et_slice_of(text));
    }
    assert_int_equal(et_meaning_computed(own), 1 + 2 * ET_MEANING_SLOTS);
    assert_memory_equal(first, et_meaning_of(own, ET_LIT("Hello world")), sizeof first);
    et_meaning_free(own);
}

static void what_the_encoder_does_not_know_is_told_apart_by_words(void **state)
{
    (void)state;
    static const struct {
        const char *one, *other;
    } rows[] = {
        {"如何重置密码", "今天天气怎么样"},
        {"как сбросить пароль", "какая сегодня погода"},
        {"🙂", "🚀"},
        {"\xFF\xFE", "\xC3\x28"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(cosine(rows[i].one, rows[i].other, 512) < 0.9);
        double same = cosine(rows[i].one, rows[i].one, 512) - 1;
        assert_true(same < 1e-5 && same > -1e-5);
    }
    assert_true(cosine("How do I pay? 🙂", "How do I pay?", 512) > 0.8);
}

static void ask_embedding(struct played *played, struct et_brain *brain, const char *body)
{
    struct et_brain_request request = world_chat(et_slice_of(body));
    request.target = ET_LIT("/v1/embeddings");
    ask(played, brain, &request, ET_S);
    assert_int_equal(played->status, 200);
}

static struct et_brain *semantic_brain(void)
{
    struct et_brain_config config = world_config();
    config.encoder = &encoder;
    return world_brain(config);
}

/* The vectors of an answer, one after the other. */
static size_t read_vectors(struct et_brain *brain, const char *body, float *out)
{
    struct played played;
    struct et_json *json = NULL;
    size_t count = 0;
    ask_embedding(&played, brain, body);
    assert_int_equal(et_json_parse(&json, et_text_slice(&played.body), NULL, &support_heap, NULL),
                     0);
    const struct et_json_node *item = et_json_first(et_json_get(et_json_root(json), "data"));
    for (; item; item = et_json_next(item)) {
        const struct et_json_node *number = et_json_first(et_json_get(item, "embedding"));
        for (; number; number = et_json_next(number)) {
            double value = 2;
            assert_true(et_json_double(number, &value));
            out[count++] = (float)value;
        }
    }
    et_json_free(json);
    played_free(&played);
    return count;
}

static void the_endpoint_tells_near_from_far_at_every_size(void **state)
{
    (void)state;
    static float out[3 * MOST];
    struct et_brain *brain = semantic_brain();
    static const struct {
        const char *settings;
        unsigned dimensions;
    } rows[] = {{"\"model\":\"text-embedding-3-small\"", 1536},
                {"\"model\":\"text-embedding-3-large\"", 3072},
                {"\"model\":\"text-embedding-3-small\",\"dimensions\":256", 256},
                {"\"model\":\"text-embedding-ada-002\"", 1536}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[512];
        unsigned d = rows[i].dimensions;
        snprintf(body, sizeof body, "{%s,\"input\":[\"%s\",\"%s\",\"%s\"]}", rows[i].settings,
                 texts[3], texts[4], texts[9]);
        assert_int_equal(read_vectors(brain, body, out), 3 * d);
        double near = dot(out, out + d, d), far = dot(out, out + 2 * d, d);
        if (near < far + 0.2)
            fail_msg("%s: %f to the same, %f to another", rows[i].settings, near, far);
    }
    et_brain_free(brain);
}

static void each_model_fills_a_space_of_its_own(void **state)
{
    (void)state;
    static float ada[MOST], small[MOST];
    struct et_brain *brain = semantic_brain();
    read_vectors(brain, "{\"model\":\"text-embedding-ada-002\",\"input\":\"Hello world\"}", ada);
    read_vectors(brain, "{\"model\":\"text-embedding-3-small\",\"input\":\"Hello world\"}", small);
    double common = dot(ada, small, 1536), third = dot(ada + 1024, ada + 1024, 512);
    assert_true(common < 0.15 && common > -0.15);
    assert_true(third > 0.333 && third < 0.334); /* of the square of its length */
    et_brain_free(brain);
}

static void a_text_has_one_vector_in_every_batch(void **state)
{
    (void)state;
    static float alone[MOST], batch[3 * MOST], tokens[MOST];
    struct et_brain *brain = semantic_brain(), *other = semantic_brain();
    read_vectors(brain, "{\"model\":\"text-embedding-ada-002\",\"input\":\"Hello world\"}", alone);
    read_vectors(other,
                 "{\"model\":\"text-embedding-ada-002\",\"input\":[\"x\",\"Hello world\",\"y\"]}",
                 batch);
    read_vectors(other, "{\"model\":\"text-embedding-ada-002\",\"input\":[9906,1917]}", tokens);
    assert_memory_equal(alone, batch + 1536, 1536 * sizeof *alone);
    assert_memory_equal(alone, tokens, 1536 * sizeof *alone);
    et_brain_free(brain);
    et_brain_free(other);
}

static void a_shorter_vector_is_the_front_of_the_longer(void **state)
{
    (void)state;
    static float whole[MOST], part[MOST];
    struct et_brain *brain = semantic_brain();
    read_vectors(brain, "{\"model\":\"text-embedding-3-large\",\"input\":\"Hello\"}", whole);
    read_vectors(brain,
                 "{\"model\":\"text-embedding-3-large\",\"input\":\"Hello\",\"dimensions\":700}",
                 part);
    double ratio = (double)part[0] / (double)whole[0];
    for (size_t i = 0; i < 700; i++) {
        double off = (double)part[i] - (double)whole[i] * ratio;
        assert_true(off < 1e-6 && off > -1e-6);
    }
    et_brain_free(brain);
}

static void make_and_ask(const struct et_mem *mem, void *arg)
{
    struct et_brain_config config = world_config();
    struct et_brain_request request = world_chat(
        ET_LIT("{\"model\":\"text-embedding-3-small\",\"dimensions\":8,\"input\":[\"Hello\"]}"));
    struct et_brain *brain = NULL;
    struct et_reply *reply = NULL;
    (void)arg;
    request.target = ET_LIT("/v1/embeddings");
    config.encoder = &encoder;
    config.instant = true;
    if (et_brain_new(&brain, &config, mem) == 0 && et_brain_ask(brain, &request, ET_S, &reply) == 0)
        et_reply_free(reply);
    et_brain_free(brain);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(make_and_ask, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cosines_are_kept_where_512_divides_and_nearly_elsewhere),
        cmocka_unit_test(every_number_of_dimensions_has_a_vector_of_length_one),
        cmocka_unit_test(two_models_have_nothing_in_common),
        cmocka_unit_test(a_text_is_computed_once),
        cmocka_unit_test(what_the_encoder_does_not_know_is_told_apart_by_words),
        cmocka_unit_test(the_endpoint_tells_near_from_far_at_every_size),
        cmocka_unit_test(each_model_fills_a_space_of_its_own),
        cmocka_unit_test(a_text_has_one_vector_in_every_batch),
        cmocka_unit_test(a_shorter_vector_is_the_front_of_the_longer),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
