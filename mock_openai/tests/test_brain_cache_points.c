/* SPDX-License-Identifier: MIT */
/* From gpt-5.6 on: what is read and written at the points of a prompt. */
#include "mock_openai/tests/cache_world.h"

/* A prompt of everybody's ids with points from a line such as "1030t 1500m 1501tm". */
static struct et_prompt_ids pointed(const char *points)
{
    struct et_prompt_ids prompt = cache_prompt(CACHE_IDS_MAX, CACHE_IDS_MAX, 0);
    while (*points) {
        char *end;
        size_t tokens = strtoul(points, &end, 10);
        bool turn = *end == 't';
        bool marked = end[turn] == 'm';
        cache_point(&prompt, tokens, turn, marked);
        points = end + turn + marked;
        points += *points == ' ';
    }
    prompt.count = prompt.point_count ? cache_points[prompt.point_count - 1].tokens + 3 : 2000;
    return prompt;
}

struct row {
    const char *why, *points;
    bool only_explicit;
    enum et_write ttl;
    et_ns at;
    uint64_t read, written;
};

static void play_rows(const struct row *rows, size_t count)
{
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){0});
    for (size_t i = 0; i < count; i++) {
        struct et_prompt_use use = cache_points_use();
        use.only_explicit = rows[i].only_explicit;
        use.ttl = rows[i].ttl;
        struct et_cached got = cache_ask(&cache, use, pointed(rows[i].points), rows[i].at);
        if (got.read != rows[i].read || got.written != rows[i].written)
            fail_msg("%s: %d, %d", rows[i].why, (int)got.read, (int)got.written);
    }
    et_prompt_cache_free(&cache);
}

#define PLAY(rows) play_rows(rows, sizeof(rows) / sizeof((rows)[0]))

enum { ONLY = true };

static void a_conversation_reads_where_its_last_turn_wrote(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"first turn: all written up to its end", "1030t", 0, 0, 0, 0, 1030},
        {"again: all read, nothing written", "1030t", 0, 0, 0, 1030, 0},
        {"next turn: the first read, the rest written", "1030t 1500t", 0, 0, 0, 1030, 470},
        {"within the promised half hour", "1030t 1500t", 0, 0, 1799 * ET_S, 1500, 0},
        {"nobody came for half an hour", "1030t 1500t", 0, 0, 3599 * ET_S, 0, 1500},
        {"one token more is another end", "1030t 1500t 1501t", 0, 0, 3599 * ET_S, 1500, 1},
        {"no fallback to what is shared", "1030t 1499t", 0, 0, 3599 * ET_S, 0, 1499},
        {"a turn that was not the latest was not written", "1030t 1499t", 0, 0, 3599 * ET_S, 1499,
         0},
    };
    PLAY(rows);
}

static void less_than_1024_tokens_are_neither_read_nor_written(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"no point at all", "", 0, 0, 0, 0, 0},
        {"just too short", "500t 1023tm", 0, 0, 0, 0, 0},
        {"and again", "500t 1023tm", 0, 0, 0, 0, 0},
        {"the least", "500m 1024t", 0, 0, 0, 0, 1024},
        {"and again", "500m 1024t", 0, 0, 0, 1024, 0},
        {"a short latest turn leaves longer marks alone", "800t 1100m", 0, 0, 0, 0, 1100},
    };
    PLAY(rows);
}

static void only_what_is_marked_counts_in_explicit_mode(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"no mark, no caching, no fee", "1100t 2000t", ONLY, 0, 0, 0, 0},
        {"implicit mode wrote the latest turn", "1100t 2000t", 0, 0, 0, 0, 2000},
        {"explicit mode does not look there", "1100t 2000t", ONLY, 0, 0, 0, 0},
        {"but at a mark in the same place", "1100t 2000tm", ONLY, 0, 0, 2000, 0},
        {"what stands behind the last mark is not written", "1200m 3000t", ONLY, 0, 0, 0, 1200},
        {"and does not matter", "1200m 4000t", ONLY, 0, 0, 1200, 0},
        {"implicit mode reads marks too", "1200m 4000t", 0, 0, 0, 1200, 2800},
    };
    PLAY(rows);
}

static void four_points_are_written_one_of_them_the_latest_turn(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"six marks", "1100m 1200m 1300m 1400m 1500m 1600m", ONLY, 0, 0, 0, 1600},
        {"the latest four are there", "1300m", ONLY, 0, 0, 1300, 0},
        {"the one before is not", "1200m", ONLY, 0, 0, 0, 1200},
        {"nor the first", "1100m 9000m", ONLY, 0, 0, 0, 9000},
        {"implicit: three marks and the turn", "2100m 2200m 2300m 2400m 2500t", 0, 0, 0, 0, 2500},
        {"the third mark", "2200m", ONLY, 0, 0, 2200, 0},
        {"the fourth was not written", "2100m", ONLY, 0, 0, 0, 2100},
        {"a marked turn takes the turn's place", "3100m 3200m 3300m 3400tm", 0, 0, 0, 0, 3400},
        {"so three more fit", "3100m", ONLY, 0, 0, 3100, 0},
        {"marks behind the turn", "4100t 4200m 4300m 4400m 4500m", 0, 0, 0, 0, 4500},
        {"leave the turn its place", "4100t", 0, 0, 0, 4100, 0},
        {"and the first mark without one", "4200m", ONLY, 0, 0, 0, 4200},
    };
    PLAY(rows);
}

static void what_is_written_is_what_lies_behind_what_is_read(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"the whole", "1500m 3000t", 0, 0, 0, 0, 3000},
        {"a new mark in front of what is read is free", "1200m 1500m 3000t", 0, 0, 0, 3000, 0},
        {"and is there", "1200m", ONLY, 0, 0, 1200, 0},
        {"from the furthest read to the furthest new", "1500m 2000m 2500m 9000t", ONLY, 0, 0, 1500,
         1000},
    };
    PLAY(rows);
}

static void twelve_hours_are_longer_than_thirty_minutes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"for twelve hours", "1100t", 0, ET_WRITE_12H, 0, 0, 1100},
        {"within", "1100t", 0, ET_WRITE_30M, 43199 * ET_S, 1100, 0},
        {"renewed, by whomever", "1100t", 0, ET_WRITE_30M, 86398 * ET_S, 1100, 0},
        {"nobody came for as long", "1100t", 0, ET_WRITE_12H, 129598 * ET_S, 0, 1100},
        {"another one, for thirty minutes", "1200t", 0, ET_WRITE_30M, 129598 * ET_S, 0, 1200},
        {"made longer", "1200t", 0, ET_WRITE_12H, 129599 * ET_S, 1200, 0},
        {"and so it is", "1200t", 0, ET_WRITE_30M, 170000 * ET_S, 1200, 0},
        {"a third one", "1300m", ONLY, ET_WRITE_30M, 170000 * ET_S, 0, 1300},
        {"read by who writes elsewhere", "1300m 1400m 1401m 1402m 1403m", ONLY, ET_WRITE_12H,
         170001 * ET_S, 1300, 103},
        {"it is renewed, not made longer", "1300m", ONLY, ET_WRITE_30M, 171801 * ET_S, 0, 1300},
    };
    PLAY(rows);
}

/* `count` marks, one token apart, behind the first one at 1100. */
static struct et_prompt_ids marked(size_t count)
{
    struct et_prompt_ids prompt = cache_prompt(4000, 4000, 0);
    cache_point(&prompt, 1100, false, true);
    for (size_t i = 1; i < count; i++)
        cache_point(&prompt, 1100 + i, false, true);
    return prompt;
}

static void the_latest_eighty_points_are_looked_up(void **state)
{
    (void)state;
    for (size_t count = 80; count <= 81; count++) {
        struct et_prompt_cache cache;
        struct et_prompt_use use = cache_points_use();
        use.only_explicit = true;
        cache_open(&cache, (struct et_prompt_cache_config){0});
        assert_int_equal(cache_ask(&cache, use, marked(1), 0).written, 1100);
        assert_int_equal(cache_ask(&cache, use, marked(count), 0).read, count == 80 ? 1100 : 0);
        et_prompt_cache_free(&cache);
    }
}

static void the_key_keeps_caches_apart_and_machines_do_not(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    struct et_prompt_use use = cache_points_use();
    cache_open(&cache, (struct et_prompt_cache_config){.machines = 100, .overflow_per_minute = 1});
    assert_int_equal(cache_ask(&cache, use, pointed("1100t"), 0).written, 1100);
    for (int i = 0; i < 50; i++)
        assert_int_equal(cache_ask(&cache, use, pointed("1100t"), 0).read, 1100);
    use.traits[ET_TRAIT_KEY] = 5;
    assert_int_equal(cache_ask(&cache, use, pointed("1100t"), 0).written, 1100);
    use.owner = 2;
    assert_int_equal(cache_ask(&cache, use, pointed("1100t"), 0).written, 1100);
    et_prompt_cache_free(&cache);
}

static void nothing_ends_when_it_is_endless(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){.endless = true});
    struct et_prompt_use use = cache_points_use();
    assert_int_equal(cache_ask(&cache, use, pointed("1100t"), 0).written, 1100);
    assert_int_equal(cache_ask(&cache, use, pointed("1100t"), ET_NEVER - 1).read, 1100);
    et_prompt_cache_free(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conversation_reads_where_its_last_turn_wrote),
        cmocka_unit_test(less_than_1024_tokens_are_neither_read_nor_written),
        cmocka_unit_test(only_what_is_marked_counts_in_explicit_mode),
        cmocka_unit_test(four_points_are_written_one_of_them_the_latest_turn),
        cmocka_unit_test(what_is_written_is_what_lies_behind_what_is_read),
        cmocka_unit_test(twelve_hours_are_longer_than_thirty_minutes),
        cmocka_unit_test(the_latest_eighty_points_are_looked_up),
        cmocka_unit_test(the_key_keeps_caches_apart_and_machines_do_not),
        cmocka_unit_test(nothing_ends_when_it_is_endless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
