/* SPDX-License-Identifier: MIT */
#include "core/embed/tests/golden_file.h"

#include "core/base/hash.h"

/* The cosine of a vector with the golden one of the row. */
static int32_t golden_cosine(const struct et_sentence *sentence, const int16_t *want)
{
    struct et_sentence golden = {0};
    memcpy(golden.vector, want, sizeof golden.vector);
    return et_sentence_cosine(sentence, &golden);
}

static void vectors_are_near_those_of_the_model_in_floats(void **state)
{
    (void)state;
    int64_t sum = 0;
    unsigned rows = 0;
    for (const struct et_json_node *row = golden_first(); row; row = et_json_next(row)) {
        int16_t want[ET_SENTENCE_SIZE];
        struct et_sentence sentence;
        if (!golden_vector(row, want))
            continue;
        et_embedder_embed(golden_embedder, golden_text(row), &sentence);
        int32_t cosine = golden_cosine(&sentence, want);
        if (cosine < 998900) /* the worst was 999018 */
            fail_msg("%d: \"%.*s\"", cosine, ET_ARG(et_slice_part(golden_text(row), 0, 200)));
        sum += cosine;
        rows++;
    }
    assert_int_equal(rows, 49);
    assert_true(sum / rows > 999500); /* 999618 */
}

static void a_vector_has_length_one(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "Hello world", "你好", "\xFF", "a b c d e f g"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct et_sentence sentence = golden_embed(texts[i]);
        assert_in_range(et_sentence_cosine(&sentence, &sentence), 999900, 1000000);
    }
}

/* One hash over all vectors of the golden texts: the same on every machine, compiler and level of
 * optimisation, with SIMD and without. */
static void vectors_are_the_same_to_the_bit_everywhere(void **state)
{
    (void)state;
    struct et_embedder *plain;
    assert_int_equal(et_embedder_new(&plain, &golden_encoder, 8, &support_heap), 0);
    et_embedder_use_plain(plain);
    uint64_t hash = 0;
    unsigned rows = 0;
    for (const struct et_json_node *row = golden_first(); row && rows < 47;
         row = et_json_next(row), rows++) {
        struct et_sentence best, portable;
        et_embedder_embed(golden_embedder, golden_text(row), &best);
        et_embedder_embed(plain, golden_text(row), &portable);
        assert_memory_equal(best.vector, portable.vector, sizeof best.vector);
        hash = et_hash64((struct et_slice){(const char *)best.vector, sizeof best.vector}, hash);
    }
    et_embedder_free(plain);
    assert_int_equal(hash, 0x716c4a901de9c90c);
}

static void what_means_the_same_is_nearer_than_what_does_not(void **state)
{
    (void)state;
    static const struct {
        const char *text, *same, *other;
    } rows[] = {
        {"How do I reset my password?", "I forgot my password, how can I change it?",
         "Recommend a good pizza recipe."},
        {"How can I cancel my order?", "I want to cancel the purchase I made yesterday.",
         "How can I learn to play the piano?"},
        {"My card payment was declined at the shop.", "The store refused my credit card.",
         "The weather in Paris is lovely in spring."},
        {"What is the capital of France?", "what's the capital city of France?",
         "What is the capital of Germany?"},
        {"The cat sat on the mat.", "A kitten was sitting on the rug.",
         "Interest rates rose by half a percent."},
        {"Please turn off the lights.", "Could you switch the lamps off?",
         "Please book a table for two."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_sentence text = golden_embed(rows[i].text);
        struct et_sentence same = golden_embed(rows[i].same);
        struct et_sentence other = golden_embed(rows[i].other);
        int32_t near = et_sentence_cosine(&text, &same), far = et_sentence_cosine(&text, &other);
        if (near < far + 50000)
            fail_msg("\"%s\": %d to the same, %d to another", rows[i].text, near, far);
    }
}

static void long_texts_are_looked_at_in_windows(void **state)
{
    (void)state;
    struct et_embedder *one;
    struct et_sentence first, all, sentence;
    static char text[128 * 4 + 10 * 4]; /* one piece for every four signs */
    for (size_t at = 0; at < sizeof text; at += 4)
        memcpy(text + at, at < 128 * 4 ? " man" : " day", 4);
    assert_int_equal(et_embedder_new(&one, &golden_encoder, 1, &support_heap), 0);
    et_embedder_embed(one, (struct et_slice){text + 1, 128 * 4 - 1}, &first);
    assert_false(first.cut);
    assert_int_equal(first.pieces, 128);
    et_embedder_embed(one, (struct et_slice){text + 1, sizeof text - 1}, &sentence);
    assert_true(sentence.cut);
    assert_memory_equal(sentence.vector, first.vector, sizeof first.vector);
    et_embedder_embed(golden_embedder, (struct et_slice){text + 1, sizeof text - 1}, &all);
    assert_false(all.cut);
    assert_int_equal(all.pieces, 138);
    assert_in_range(et_sentence_cosine(&all, &first), 950000, 999990);
    et_embedder_free(one);
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    size_t size = golden_table.size;
    char *copy = aligned_alloc(ET_ENCODER_ALIGN, size + ET_ENCODER_ALIGN);
    static const struct {
        const char *why;
        size_t size, spoiled; /* byte; 0 with SIZE_MAX as size: none */
        int err;
    } rows[] = {
        {"nothing", 0, 0, ET_VERSION},
        {"less than a header", 63, 1, ET_VERSION},
        {"another file", SIZE_MAX, 0, ET_VERSION},
        {"another version", SIZE_MAX, 8, ET_VERSION},
        {"another byte order", SIZE_MAX, 12, ET_VERSION},
        {"another digest", SIZE_MAX, 16, ET_CORRUPT},
        {"more pieces", SIZE_MAX, 48, ET_CORRUPT},
        {"more nodes", SIZE_MAX, 52, ET_CORRUPT},
        {"another size", SIZE_MAX, 56, ET_CORRUPT},
        {"a header alone", 64, 63, ET_CORRUPT},
        {"half of it", 3000000, 2999999, ET_CORRUPT},
        {"a weight", SIZE_MAX, 5000000, ET_CORRUPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_encoder encoder;
        memcpy(copy, golden_table.data, size);
        copy[rows[i].spoiled] = (char)(copy[rows[i].spoiled] ^ 1);
        struct et_slice table = {copy, rows[i].size < size ? rows[i].size : size};
        if (et_encoder_open(&encoder, table) != rows[i].err)
            fail_msg("%s", rows[i].why);
    }
    struct et_encoder encoder;
    memcpy(copy + 8, golden_table.data, size);
    assert_int_equal(et_encoder_open(&encoder, (struct et_slice){copy + 8, size}), ET_VALUE);
    free(copy);
}

/* Whoever makes a file can make its digest fit. */
static int open_forged(size_t at, const void *bytes, size_t size)
{
    size_t digest_end = offsetof(struct et_encoder_header, pieces);
    char *copy = aligned_alloc(ET_ENCODER_ALIGN, (golden_table.size / 64 + 1) * 64);
    struct et_slice table = {copy, golden_table.size};
    struct et_encoder encoder;
    memcpy(copy, golden_table.data, table.size);
    memcpy(copy + at, bytes, size);
    struct et_digest digest = et_digest_of(et_slice_part(table, digest_end, table.size));
    memcpy(copy + digest_end - sizeof digest, &digest, sizeof digest);
    int err = et_encoder_open(&encoder, table);
    free(copy);
    return err;
}

static void a_forged_trie_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        size_t node;
        struct et_encoder_node spoiled;
    } rows[] = {
        {"a child that is its parent", 0, {0, 0, 100, 0}},
        {"a child further up", 50, {0, 7, 1, 0}},
        {"children behind the end", 0, {0, 1, 65535, 0}},
        {"a first child behind the end", 3, {0, 1 << 30, 0, 0}},
        {"no such piece", 4, {0, 500, 1, 8000}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t at = sizeof(struct et_encoder_header) + rows[i].node * sizeof rows[i].spoiled;
        if (open_forged(at, &rows[i].spoiled, sizeof rows[i].spoiled) != ET_CORRUPT)
            fail_msg("%s", rows[i].why);
    }
}

static void forged_counts_are_refused(void **state)
{
    (void)state;
    struct counts {
        uint32_t pieces, nodes;
        uint64_t size;
    } right, rows[6];
    size_t at = offsetof(struct et_encoder_header, pieces);
    memcpy(&right, golden_table.data + at, sizeof right);
    assert_int_equal(open_forged(at, &right, sizeof right), 0);
    for (size_t i = 0; i < 6; i++)
        rows[i] = right;
    rows[0].pieces += 1000; /* more than there is room for */
    rows[1].pieces -= 1000; /* something is left over */
    rows[2].pieces = 0;
    rows[3].nodes = 0;
    rows[4].nodes = UINT32_MAX;
    rows[5].size--;
    for (size_t i = 0; i < 6; i++)
        if (open_forged(at, &rows[i], sizeof rows[i]) != ET_CORRUPT)
            fail_msg("row %zu", i);
}

static void make_and_embed(const struct et_mem *mem, void *arg)
{
    struct et_embedder *embedder = NULL;
    struct et_sentence sentence;
    (void)arg;
    if (et_embedder_new(&embedder, &golden_encoder, 1, mem) == 0)
        et_embedder_embed(embedder, ET_LIT("Hello"), &sentence);
    et_embedder_free(embedder);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(make_and_embed, NULL);
}

static void embedding_takes_no_memory(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_embedder *embedder;
    struct et_sentence sentence;
    assert_int_equal(et_embedder_new(&embedder, &golden_encoder, 4, &mem), 0);
    uint64_t calls = limit.calls;
    assert_in_range(limit.bytes, 2000000, 2500000);
    et_embedder_embed(embedder, ET_LIT("Hello world"), &sentence);
    assert_int_equal(limit.calls, calls);
    et_embedder_free(embedder);
    assert_int_equal(limit.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_are_near_those_of_the_model_in_floats),
        cmocka_unit_test(a_vector_has_length_one),
        cmocka_unit_test(vectors_are_the_same_to_the_bit_everywhere),
        cmocka_unit_test(what_means_the_same_is_nearer_than_what_does_not),
        cmocka_unit_test(long_texts_are_looked_at_in_windows),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(a_forged_trie_is_refused),
        cmocka_unit_test(forged_counts_are_refused),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
        cmocka_unit_test(embedding_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, golden_open, golden_close);
}
