/* SPDX-License-Identifier: MIT */
#include "core/embed/tests/golden_file.h"

#include "core/base/draw.h"
#include "core/embed/pieces.h"

static void the_ids_are_those_of_tensorflow(void **state)
{
    (void)state;
    unsigned rows = 0;
    for (const struct et_json_node *row = golden_first(); row; row = et_json_next(row), rows++) {
        const struct et_json_node *want = et_json_get(row, "ids");
        const uint16_t *ids;
        size_t count = et_embedder_pieces(golden_embedder, golden_text(row), &ids), i = 0;
        bool same = count == et_json_count(want);
        for (const struct et_json_node *id = et_json_first(want); id; id = et_json_next(id), i++) {
            uint64_t wanted = UINT64_MAX;
            assert_true(et_json_u64(golden_json, id, &wanted));
            same = same && ids[i] == wanted;
        }
        if (!same)
            fail_msg("other ids: \"%.*s\"", ET_ARG(et_slice_part(golden_text(row), 0, 200)));
    }
    assert_int_equal(rows, 350);
}

static void unknown_signs_are_counted_one_by_one(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text;
        uint32_t pieces, unknown, ids;
    } rows[] = {
        {"nothing", "", 0, 0, 0},
        {"English", "Hello world", 3, 0, 3},
        {"a run is one id", "Hello 你好世界", 7, 4, 4},
        {"two runs are two", "你好 世界", 6, 4, 4},
        {"other white space is a space", "a\tb\nc\r\nd", 5, 0, 5},
        {"bytes that are not UTF-8", "a\xFF\xFE b", 4, 2, 3},
        {"a sign that is said to replace", "\xEF\xBF\xBD", 2, 1, 2},
        {"a sign that becomes several", "\xEF\xAC\x81ne", 1, 0, 1},
    };
    struct et_pieces pieces;
    assert_int_equal(et_pieces_init(&pieces, 100, &support_heap), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_pieces_find(&pieces, &golden_encoder, et_slice_of(rows[i].text));
        uint32_t all = pieces.known + pieces.unknown;
        if (all != rows[i].pieces || pieces.unknown != rows[i].unknown ||
            pieces.count != rows[i].ids || pieces.cut)
            fail_msg("%s: %u pieces, %u unknown, %zu ids", rows[i].why, all, pieces.unknown,
                     pieces.count);
    }
    et_pieces_free(&pieces, &support_heap);
}

static void no_more_signs_are_looked_at_than_there_is_room_for(void **state)
{
    (void)state;
    struct et_pieces pieces;
    char text[200];
    memset(text, 'x', sizeof text);
    assert_int_equal(et_pieces_init(&pieces, 100, &support_heap), 0);
    for (size_t size = 98; size < 104; size++) {
        et_pieces_find(&pieces, &golden_encoder, (struct et_slice){text, size});
        assert_int_equal(pieces.cut, size > 100);
    }
    for (size_t i = 0; i < sizeof text; i++) /* each sign is one piece: as many ids as can be */
        text[i] = i % 2 ? 'z' : '\x01';
    et_pieces_find(&pieces, &golden_encoder, (struct et_slice){text, sizeof text});
    assert_int_equal(pieces.count, 101);
    assert_int_equal(pieces.unknown, 50);
    et_pieces_free(&pieces, &support_heap);
}

static void any_bytes_are_taken(void **state)
{
    (void)state;
    struct et_pieces pieces;
    char text[64];
    assert_int_equal(et_pieces_init(&pieces, 40, &support_heap), 0);
    for (uint64_t who = 0; who < 3000; who++) {
        size_t size = (size_t)(et_draw(1, who, ET_DRAW_TEST, 0) % (sizeof text + 1));
        for (uint32_t i = 0; i < size; i++) {
            uint64_t bits = et_draw(1, who, ET_DRAW_TEST, i + 1);
            text[i] = (char)(bits & 0x300 ? bits & 0xFF : bits & 0x7F);
        }
        et_pieces_find(&pieces, &golden_encoder, (struct et_slice){text, size});
        assert_true(pieces.count <= 41 && pieces.count <= pieces.known + pieces.unknown);
        assert_int_equal(pieces.count == 0, size == 0);
        for (size_t i = 0; i < pieces.count; i++)
            assert_true(pieces.ids[i] < golden_encoder.piece_count);
    }
    et_pieces_free(&pieces, &support_heap);
}

static void make_and_free(const struct et_mem *mem, void *arg)
{
    struct et_pieces pieces;
    (void)arg;
    if (et_pieces_init(&pieces, 10, mem) == 0)
        et_pieces_find(&pieces, &golden_encoder, ET_LIT("Hello"));
    et_pieces_free(&pieces, mem);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(make_and_free, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ids_are_those_of_tensorflow),
        cmocka_unit_test(unknown_signs_are_counted_one_by_one),
        cmocka_unit_test(no_more_signs_are_looked_at_than_there_is_room_for),
        cmocka_unit_test(any_bytes_are_taken),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, golden_open, golden_close);
}
