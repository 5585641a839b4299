/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "io/file.h"
#include "mock_openai/profile_family.h"
#include "mock_openai/profile_read.h"

#include <dirent.h>
#include <unistd.h>

#define TIMES "\"ttft\": {\"median_ms\": 100}, \"tpot\": {\"median_ms\": 10}"

static struct et_profile_card *parse(const char *text)
{
    struct et_profile_card *card = NULL;
    struct et_complaint said = {0};
    if (et_profile_card_parse(&card, et_slice_of(text), &support_heap, &said))
        fail_msg("%u: %s: %s", said.line, said.path, said.text);
    return card;
}

static const char whole[] =
    "{ // everything\n"
    "  \"name\": \"mine\", \"about\": \"As it is.\",\n"
    "  \"measured\": [{\"what\": \"a\", \"from\": \"b\", \"date\": \"2026-11-21\"}],\n"
    "  \"estimated\": [\"c\", \"d\"],\n"
    "  \"ttft\": {\"floor_ms\": 220, \"median_ms\": 150, \"sigma\": 0.7,\n"
    "           \"tail\": {\"share\": 0.01, \"exponent\": 1.5}, \"per_uncached_token_us\": 0.5},\n"
    "  \"tpot\": {\"p50_ms\": 10, \"p90_ms\": 12, \"p95_ms\": 13, \"p99_ms\": 20},\n"
    "  \"gap_sigma\": 0.2,\n"
    "  \"stall\": {\"probability\": 0.001, \"first\": 0.75, \"median_ms\": 8000, \"sigma\": 0.8},\n"
    "  \"chunk_tokens\": 3,\n"
    "  \"reasoning_tokens\": {\"law\": \"constant\", \"value\": 0},\n"
    "  \"answer_tokens\": {\"law\": \"uniform\", \"low\": 5, \"high\": 50},\n"
    "  \"slots\": 40, \"queue_max\": 7, \"slowdown\": 0.5\n"
    "}\n";

static void a_file_is_read_with_its_sources(void **state)
{
    (void)state;
    struct et_profile_card *card = parse(whole);
    const struct et_profile *profile = &card->profile;
    assert_slice_equal(card->name, "mine");
    assert_slice_equal(card->about, "As it is.");
    assert_slice_equal(card->text, whole);
    assert_int_equal(card->fact_count, 3);
    assert_slice_equal(card->facts[0].what, "a");
    assert_slice_equal(card->facts[0].from, "b");
    assert_slice_equal(card->facts[0].date, "2026-11-21");
    assert_slice_equal(card->facts[2].what, "d");
    assert_int_equal(card->facts[2].from.size, 0);
    assert_int_equal(profile->ttft.tail_ppm, 10000);
    assert_int_equal(profile->per_uncached_token, 500);
    assert_int_equal(profile->tpot.points[2], 20 * ET_MS);
    assert_int_equal(profile->gap.shape_milli, 200);
    assert_int_equal(profile->stall_first_ppm, 750000);
    assert_int_equal(profile->chunk_tokens, 3);
    assert_int_equal(profile->answer_tokens.high, 50);
    assert_int_equal(profile->slots, 40);
    assert_int_equal(profile->queue_max, 7);
    assert_int_equal(profile->slowdown_ppm, 500000);
    assert_true(et_profile_valid(profile));
    et_profile_card_free(card);
}

static void what_is_not_said_is_not_there(void **state)
{
    (void)state;
    struct et_profile_card *card = parse("{\"name\": \"x\", " TIMES "}");
    struct et_profile want = et_profile_base;
    want.ttft =
        (struct et_law){.kind = ET_LAW_LOGNORMAL, .scale = 100 * ET_MS, .high = 3600 * ET_S};
    want.tpot = want.ttft;
    want.tpot.scale = 10 * ET_MS;
    assert_memory_equal(&card->profile, &want, sizeof want);
    et_profile_card_free(card);
    card = parse("{\"name\": \"x\", " TIMES ", \"slots\": 4}");
    assert_int_equal(card->profile.queue_max, ET_QUEUE_USUAL);
    et_profile_card_free(card);
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned line;
        const char *path, *said;
    } rows[] = {
        {"{" TIMES "}", 1, "$", "missing key \"name\""},
        {"{\"name\": \"x\", \"tpot\": {\"median_ms\": 1}}", 1, "$", "missing key \"ttft\""},
        {"{\"name\": \"x\",\n" TIMES ",\n\"slowdwon\": 1}", 3, "$", "expected \"slowdown\""},
        {"{\"name\": \"x\", " TIMES ", \"slowdown\": 1}", 1, "$.slowdown", "\"slots\" beside it"},
        {"{\"name\": \"x\", " TIMES ", \"queue_max\": 1}", 1, "$.queue_max", "\"slots\" beside it"},
        {"{\"name\": \"x\", " TIMES ", \"slots\": 9, \"slowdown\": 101}", 1, "$.slowdown",
         "at most 100"},
        {"{\"name\": \"x\", " TIMES ", \"slots\": 100001}", 1, "$.slots", "from 0 to 100000"},
        {"{\"name\": \"x\", " TIMES ", \"measured\": [{\"what\": \"a\", \"from\": \"b\", "
         "\"date\": \"May\"}]}",
         1, "$.measured[0].date", "found \"May\"; expected a day such as"},
        {"{\"name\": \"x\", " TIMES ", \"measured\": [{\"what\": \"a\"}]}", 1, "$.measured[0]",
         "missing key \"from\""},
        {"{\"name\": \"x\", " TIMES ", \"estimated\": [1]}", 1, "$.estimated[0]", "found 1"},
        {"{\"name\": \"x\", " TIMES ", \"chunk_tokens\": 0}", 1, "$.chunk_tokens", "from 1 to"},
        {"{\"name\": \"x\", " TIMES ", \"stall\": {\"probability\": 2, \"median_ms\": 1}}", 1,
         "$.stall.probability", "found 2"},
        {"{\"name\": \"a name of fifty letters, which is two more than ok\", " TIMES "}", 1,
         "$.name", "at most 47 bytes"},
        {"{\"name\": x}", 1, "", "expected a value"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_profile_card *card = NULL;
        struct et_complaint said = {0};
        int err = et_profile_card_parse(&card, et_slice_of(rows[i].text), &support_heap, &said);
        if (err == 0 || said.line != rows[i].line || strcmp(said.path, rows[i].path) != 0 ||
            !strstr(said.text, rows[i].said))
            fail_msg("%s: %u: %s: %s", rows[i].text, said.line, said.path, said.text);
    }
}

static void ours_say_where_their_numbers_come_from(void **state)
{
    (void)state;
    struct et_profile_names names;
    assert_int_equal(et_profile_list(&names, NULL), 0);
    assert_true(names.count >= 18);
    for (size_t i = 0; i < names.count; i++) {
        struct et_profile_card *card = NULL;
        struct et_complaint said = {0};
        if (et_profile_card_load(&card, names.names[i], &said))
            fail_msg("%s: %s: %s", names.names[i], said.path, said.text);
        assert_true(i == 0 || strcmp(names.names[i - 1], names.names[i]) < 0);
        assert_true(et_slice_equal(card->name, et_slice_of(names.names[i])));
        assert_true(card->about.size > 0 && card->fact_count > 1);
        assert_true(et_profile_valid(&card->profile));
        assert_int_equal(card->profile.slots, 0); /* nobody knows how many they have */
        et_profile_card_free(card);
    }
}

/* The build copies them one by one. */
static void every_profile_of_the_tree_is_in_the_build(void **state)
{
    (void)state;
    struct et_profile_names names;
    size_t count = 0;
    assert_int_equal(et_profile_list(&names, NULL), 0);
    DIR *folder = opendir("data/profiles");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += et_slice_ends(et_slice_of(entry->d_name), ET_LIT(".json"));
    closedir(folder);
    assert_int_equal(count, names.count);
}

static void a_name_nobody_knows_is_answered_with_the_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int err;
        const char *said;
    } rows[] = {
        {"gpt-4o-lik", ET_UNKNOWN, "unknown profile \"gpt-4o-lik\"; expected \"gpt-4o-like\""},
        {"zzz", ET_UNKNOWN, "expected one that `etalon profiles` lists, or a file ending in .json"},
        {"", ET_UNKNOWN, "unknown profile \"\""},
        {"a-name-that-is-longer-than-any-name-may-be-which-is-48", ET_UNKNOWN, "unknown profile"},
        {"nowhere/mine", ET_UNKNOWN, ""},
        {"nowhere.json", ET_UNKNOWN, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_profile profile;
        struct et_complaint said = {0};
        int err = et_profile_load(&profile, rows[i].name, &said);
        if (err != rows[i].err || !strstr(said.text, rows[i].said))
            fail_msg("%s: %d %s", rows[i].name, err, said.text);
    }
}

static void a_file_of_ones_own_is_found_by_its_path(void **state)
{
    (void)state;
    char path[] = "/tmp/etalon-test-XXXXXX.json";
    int fd = mkstemps(path, 5);
    assert_true(fd >= 0 && write(fd, whole, sizeof whole - 1) == sizeof whole - 1);
    close(fd);
    struct et_profile profile;
    assert_int_equal(et_profile_load(&profile, path, NULL), 0);
    assert_int_equal(profile.slots, 40);
    assert_int_equal(et_file_write(path, ET_LIT("{\n\"name\": 1}"), NULL), 0);
    struct et_complaint said = {0};
    assert_int_equal(et_profile_load(&profile, path, &said), ET_VALUE);
    assert_string_equal(said.file, path);
    assert_int_equal(said.line, 2);
    remove(path);
}

/* What is printed is read again as the same. */
static void expect_same_again(const struct et_profile *profile)
{
    struct et_text text;
    et_text_init(&text, &support_heap, 1 << 16);
    et_text_addf(&text, "{\"name\": \"x\",\n");
    et_profile_print(&text, profile);
    et_text_addc(&text, '}');
    struct et_profile_card *card = parse(et_text_slice(&text).data);
    if (memcmp(&card->profile, profile, sizeof *profile) != 0)
        fail_msg("%s", et_text_slice(&text).data);
    et_profile_card_free(card);
    et_text_free(&text);
}

static void what_is_printed_is_read_again_as_it_was(void **state)
{
    (void)state;
    static const char *const laws[] = {
        "{\"law\": \"exponential\", \"mean\": 7}", "{\"law\": \"gamma\", \"mean\": 7, \"cv\": 3}",
        "{\"law\": \"gamma\", \"mean\": 7, \"cv\": 0.707}",
        "{\"law\": \"uniform\", \"low\": 7, \"high\": 9}", "{\"law\": \"constant\", \"value\": 7}"};
    struct et_profile_names names;
    struct et_profile_card *card = parse(whole);
    expect_same_again(&card->profile);
    et_profile_card_free(card);
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"name\": \"x\", " TIMES ", \"answer_tokens\": %s}", laws[i]);
        card = parse(text);
        expect_same_again(&card->profile);
        et_profile_card_free(card);
    }
    assert_int_equal(et_profile_list(&names, NULL), 0);
    for (size_t i = 0; i < names.count; i++) {
        struct et_profile profile;
        assert_int_equal(et_profile_load(&profile, names.names[i], NULL), 0);
        expect_same_again(&profile);
    }
}

static struct et_catalogue *load_catalogue(void)
{
    struct et_file file;
    struct et_catalogue *catalogue = NULL;
    assert_int_equal(et_file_data(&file, "models.json", NULL), 0);
    assert_int_equal(et_catalogue_new(&catalogue, file.bytes, &support_heap, NULL), 0);
    et_file_free(&file);
    return catalogue;
}

static void each_model_is_as_fast_as_its_family(void **state)
{
    (void)state;
    static const char *const expected[][2] = {
        {"gpt-4o", "gpt-4o-like"},
        {"gpt-4o-mini", "gpt-4o-mini-like"},
        {"gpt-4.1-nano", "gpt-4.1-nano-like"},
        {"gpt-5", "gpt-5-like"},
        {"gpt-5.1", "gpt-5-like"},
        {"gpt-5.4-mini", "gpt-5.4-mini-like"},
        {"gpt-6.2-sol", "gpt-6-like"},
        {"o1", "o3-like"},
        {"o4-mini", "o4-mini-like"},
        {"text-embedding-3-small", "embeddings-like"},
        {"gpt-3.5-turbo", "gpt-4o-like"},
    };
    struct et_catalogue *catalogue = load_catalogue();
    struct et_profile_names names;
    assert_int_equal(et_profile_list(&names, NULL), 0);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct et_model *model = et_catalogue_find(catalogue, et_slice_of(expected[i][0]));
        assert_non_null(model);
        assert_string_equal(et_profile_family_name(model, &names), expected[i][1]);
    }
    et_catalogue_free(catalogue);
}

static void the_longest_name_counts_wherever_it_stands(void **state)
{
    (void)state;
    static const struct et_profile_names names = {
        .names = {"gpt-5-mini-like", "gpt-5-like", "mine"}, .count = 3};
    struct et_model model = {.id = ET_LIT("gpt-5-mini"), .kind = ET_MODEL_CHAT};
    assert_string_equal(et_profile_family_name(&model, &names), "gpt-5-mini-like");
    model.id = ET_LIT("gpt-5.2");
    assert_string_equal(et_profile_family_name(&model, &names), "gpt-5-like");
    model.id = ET_LIT("mine"); /* a name without -like stands for no model */
    assert_string_equal(et_profile_family_name(&model, &names), ET_PROFILE_USUAL);
}

static void a_family_has_a_profile_for_every_model_and_one_for_the_others(void **state)
{
    (void)state;
    struct et_catalogue *catalogue = load_catalogue();
    struct et_profile_family family;
    struct et_profile_names names;
    assert_int_equal(et_profile_list(&names, NULL), 0);
    assert_int_equal(et_profile_family_load(&family, catalogue, NULL), 0);
    assert_int_equal(family.count, et_catalogue_count(catalogue) + 1);
    for (size_t i = 0; i + 1 < family.count; i++) {
        const struct et_model *model = et_catalogue_model(catalogue, i);
        struct et_profile alone;
        const char *name = et_profile_family_name(model, &names);
        assert_int_equal(et_profile_load(&alone, name, NULL), 0);
        assert_true(et_slice_equal(family.profiles[i].model, model->id));
        assert_memory_equal(&family.profiles[i].ttft, &alone.ttft, sizeof alone.ttft);
        assert_memory_equal(&family.profiles[i].tpot, &alone.tpot, sizeof alone.tpot);
    }
    assert_int_equal(family.profiles[family.count - 1].model.size, 0);
    et_profile_family_free(&family);
    et_catalogue_free(catalogue);
}

static void parse_in(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_profile_card *card = NULL;
    int err = et_profile_card_parse(&card, et_slice_of(whole), mem, NULL);
    assert_true(err == 0 || err == ET_NOMEM);
    if (err == 0)
        et_profile_card_free(card);
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(parse_in, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_with_its_sources),
        cmocka_unit_test(what_is_not_said_is_not_there),
        cmocka_unit_test(what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(ours_say_where_their_numbers_come_from),
        cmocka_unit_test(every_profile_of_the_tree_is_in_the_build),
        cmocka_unit_test(a_name_nobody_knows_is_answered_with_the_nearest),
        cmocka_unit_test(a_file_of_ones_own_is_found_by_its_path),
        cmocka_unit_test(what_is_printed_is_read_again_as_it_was),
        cmocka_unit_test(each_model_is_as_fast_as_its_family),
        cmocka_unit_test(the_longest_name_counts_wherever_it_stands),
        cmocka_unit_test(a_family_has_a_profile_for_every_model_and_one_for_the_others),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
