/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/json/form.h"

enum { ARMS = 4, SIZES = 4 };

/* A made-up configuration that asks for every kind of value. */
struct config {
    struct et_slice name, word;
    uint64_t workers, price;
    uint32_t rate_ppm, slots, sizes[SIZES];
    bool quiet;
    unsigned law, arms, size_count;
    et_ns ttl;
    struct et_slice arm_names[ARMS];
    et_ns cooldown[ARMS];
    enum et_json_kind extra;
};

static const char *const laws[] = {"constant", "uniform", "exponential", NULL};

static void read_arms(struct et_form *form, struct config *config)
{
    struct et_form arms, arm;
    if (!et_form_map(form, "arms", ET_OPTIONAL, &arms))
        return;
    if (et_form_count(&arms) > ARMS)
        et_form_refuse(form, "arms", "found %zu arms; expected at most %d", et_form_count(&arms),
                       (int)ARMS);
    while (et_form_next(&arms) && et_form_object(&arms, ET_ITEM, ET_REQUIRED, &arm)) {
        config->arm_names[config->arms] = et_form_key(&arms);
        et_form_span(&arm, "cooldown_s", ET_REQUIRED, ET_FORM_S, &config->cooldown[config->arms]);
        config->arms++;
        et_form_leave(&arm);
    }
}

static void read_sizes(struct et_form *form, struct config *config)
{
    struct et_form sizes;
    if (!et_form_array(form, "sizes", ET_OPTIONAL, &sizes) ||
        !et_form_sized(&sizes, ET_RANGE(1, SIZES)))
        return;
    while (et_form_next(&sizes))
        et_form_u32(&sizes, ET_ITEM, ET_REQUIRED, ET_RANGE(1, 100),
                    &config->sizes[config->size_count++]);
}

static int read_config(struct et_form *form, struct config *config)
{
    const struct et_json_node *extra = NULL;
    struct et_form cache;
    et_form_text(form, "name", ET_REQUIRED, &config->name);
    et_form_word(form, "word", ET_OPTIONAL, &config->word);
    if (config->word.size > 3)
        et_form_reject(form, "word", "a word of 3 letters");
    et_form_u64(form, "workers", ET_OPTIONAL, ET_RANGE(1, 64), &config->workers);
    et_form_u32(form, "slots", ET_OPTIONAL, ET_RANGE(0, UINT32_MAX), &config->slots);
    et_form_ppm(form, "rate", ET_OPTIONAL, ET_RANGE(0, 1000000), &config->rate_ppm);
    et_form_decimal(form, "price", ET_OPTIONAL, 12, &config->price);
    et_form_bool(form, "quiet", ET_OPTIONAL, &config->quiet);
    et_form_choice(form, "law", ET_OPTIONAL, laws, &config->law);
    if (et_form_node(form, "extra", ET_OPTIONAL, &extra))
        config->extra = et_json_kind(extra);
    if (et_form_object(form, "cache", ET_OPTIONAL, &cache)) {
        et_form_span(&cache, "ttl_ms", ET_REQUIRED, ET_FORM_MS, &config->ttl);
        et_form_leave(&cache);
    }
    read_arms(form, config);
    read_sizes(form, config);
    return et_form_close(form);
}

static struct config config_defaults(void)
{
    return (struct config){.workers = 8, .law = 2, .ttl = 5 * ET_S, .rate_ppm = 1};
}

static int load(const char *text, const struct et_mem *mem, struct config *config,
                struct et_complaint *complaint)
{
    struct et_json *json;
    struct et_form form;
    int err = et_json_parse(&json, et_slice_of(text), &(struct et_json_options){.comments = true},
                            mem, complaint);
    if (err)
        return err;
    et_form_open(&form, json, et_json_root(json), "$", complaint);
    err = read_config(&form, config);
    if (!err) { /* slices die with the document */
        config->name.data = config->word.data = NULL;
        for (unsigned i = 0; i < config->arms; i++)
            config->arm_names[i].data = NULL;
    }
    et_json_free(json);
    return err;
}

static const char whole[] =
    "{ // everything\n"
    "  \"name\": \"n\", \"word\": \"abc\", \"workers\": 16, \"slots\": 4294967295, \"rate\": "
    "0.25,\n"
    "  \"price\": 0.15e-6, \"quiet\": true, \"law\": \"uniform\", \"extra\": null,\n"
    "  \"cache\": {\"ttl_ms\": 0.5},\n"
    "  \"arms\": {\"base\": {\"cooldown_s\": 300}, \"new one\": {\"cooldown_s\": 1e-9}},\n"
    "  \"sizes\": [1, 2.0, 100]\n"
    "}\n";

static void every_kind_of_value_is_read_exactly(void **state)
{
    (void)state;
    struct config config = config_defaults();
    struct et_complaint complaint = {0};
    int err = load(whole, &support_heap, &config, &complaint);
    if (err)
        fail_msg("%u:%u: %s: %s", complaint.line, complaint.column, complaint.path, complaint.text);
    assert_int_equal(config.name.size, 1);
    assert_int_equal(config.word.size, 3);
    assert_int_equal(config.workers, 16);
    assert_int_equal(config.slots, UINT32_MAX);
    assert_int_equal(config.rate_ppm, 250000);
    assert_int_equal(config.price, 150000);
    assert_true(config.quiet);
    assert_int_equal(config.law, 1);
    assert_int_equal(config.extra, ET_JSON_NULL);
    assert_int_equal(config.ttl, 500000);
    assert_int_equal(config.arms, 2);
    assert_int_equal(config.arm_names[1].size, 7);
    assert_int_equal(config.cooldown[0], 300 * ET_S);
    assert_int_equal(config.cooldown[1], 1);
    assert_int_equal(config.size_count, 3);
    assert_int_equal(config.sizes[2], 100);
}

static void what_is_absent_keeps_its_default(void **state)
{
    (void)state;
    struct config config = config_defaults();
    assert_int_equal(load("{\"name\":\"\"}", &support_heap, &config, NULL), 0);
    assert_int_equal(config.workers, 8);
    assert_int_equal(config.law, 2);
    assert_int_equal(config.ttl, 5 * ET_S);
    assert_int_equal(config.rate_ppm, 1);
}

struct complaint_row {
    const char *why, *text, *printed;
    int err;
};

static const struct complaint_row complaints[] = {
    {"an unknown key near a known one", "{\"name\":\"n\",\n \"cahce\":{}}",
     "2:2: $: unknown key \"cahce\"; expected \"cache\"", ET_UNKNOWN},
    {"an unknown key near nothing", "{\"name\":\"n\",\"zzzzzzzz\":1}",
     "1:13: $: unknown key \"zzzzzzzz\"", ET_UNKNOWN},
    {"an unknown key inside", "{\"name\":\"n\",\"cache\":{\"ttl_ms\":1,\"ttl_s\":1}}",
     "1:33: $.cache: unknown key \"ttl_s\"; expected \"ttl_ms\"", ET_UNKNOWN},
    {"a control character in a key", "{\"name\":\"n\",\"a\\nb\":1}", "1:13: $: unknown key \"a?b\"",
     ET_UNKNOWN},
    {"a missing key", "{\n}", "1:1: $: missing key \"name\"; expected a text", ET_VALUE},
    {"a missing key, misspelt", " {\"nmae\":\"n\"}",
     "1:2: $: missing key \"name\" (is it \"nmae\"?); expected a text", ET_VALUE},
    {"null is no text", "{\"name\":null}", "1:9: $.name: found null; expected a text", ET_VALUE},
    {"another kind", "{\"name\":\"n\",\"quiet\":[]}",
     "1:21: $.quiet: found an array; expected true or false", ET_VALUE},
    {"no object at all", "[]", "1:1: $: found an array; expected an object", ET_VALUE},
    {"above its range", "{\"name\":\"n\",\"workers\":65}",
     "1:23: $.workers: found 65; expected a whole number from 1 to 64", ET_VALUE},
    {"below its range", "{\"name\":\"n\",\"workers\":-1}",
     "1:23: $.workers: found -1; expected a whole number from 1 to 64", ET_VALUE},
    {"not whole", "{\"name\":\"n\",\"workers\":1.5}",
     "1:23: $.workers: found 1.5; expected a whole number from 1 to 64", ET_VALUE},
    {"a text for a number", "{\"name\":\"n\",\"workers\":\"2\"}",
     "1:23: $.workers: found \"2\"; expected a whole number from 1 to 64", ET_VALUE},
    {"too fine a share", "{\"name\":\"n\",\"rate\":0.2500001}",
     "1:20: $.rate: found 0.2500001; expected a share from 0 to 1, to the millionth", ET_VALUE},
    {"more than all", "{\"name\":\"n\",\"rate\":25}",
     "1:20: $.rate: found 25; expected a share from 0 to 1, to the millionth", ET_VALUE},
    {"too fine a price", "{\"name\":\"n\",\"price\":1e-13}",
     "1:21: $.price: found 1e-13; expected a number from 0 with at most 12 digits behind the point",
     ET_VALUE},
    {"below a nanosecond", "{\"name\":\"n\",\"cache\":{\"ttl_ms\":1e-7}}",
     "1:31: $.cache.ttl_ms: found 1e-7; expected a span in milliseconds, to the nanosecond",
     ET_VALUE},
    {"a span that would be never",
     "{\"name\":\"n\",\"arms\":{\"a\":{\"cooldown_s\":18446744073.709551615}}}",
     "1:39: $.arms.a.cooldown_s: found 18446744073.709551615; expected a span in seconds, to the "
     "nanosecond",
     ET_VALUE},
    {"a choice misspelt", "{\"name\":\"n\",\"law\":\"unifrom\"}",
     "1:19: $.law: found \"unifrom\"; expected \"uniform\"", ET_VALUE},
    {"no such choice", "{\"name\":\"n\",\"law\":\"pareto distribution\"}",
     "1:19: $.law: found \"pareto distribution\"; expected one of \"constant\", \"uniform\", "
     "\"exponential\"",
     ET_VALUE},
    {"an item of an array", "{\"name\":\"n\",\"sizes\":[1,\n0]}",
     "2:1: $.sizes[1]: found 0; expected a whole number from 1 to 100", ET_VALUE},
    {"an item of a map", "{\"name\":\"n\",\"arms\":{\"a\":3}}",
     "1:25: $.arms.a: found 3; expected an object", ET_VALUE},
    {"in an item of a map", "{\"name\":\"n\",\"arms\":{\"new \\\"one\":{}}}",
     "1:33: $.arms[\"new \"one\"]: missing key \"cooldown_s\"; expected a span in seconds, to the "
     "nanosecond",
     ET_VALUE},
    {"a rule of the caller", "{\"name\":\"n\",\"arms\":{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}}",
     "1:20: $.arms: found 5 arms; expected at most 4", ET_VALUE},
    {"a rule of the caller about the value", "{\"name\":\"n\",\"word\":\"abcd\"}",
     "1:20: $.word: found \"abcd\"; expected a word of 3 letters", ET_VALUE},
    {"no word at all", "{\"name\":\"n\",\"word\":\"\"}",
     "1:20: $.word: found \"\"; expected a text that is not empty", ET_VALUE},
    {"another kind than a word", "{\"name\":\"n\",\"word\":7}",
     "1:20: $.word: found 7; expected a text that is not empty", ET_VALUE},
    {"a list too short", "{\"name\":\"n\",\"sizes\":[]}",
     "1:21: $.sizes: found 0 items; expected 1 to 4", ET_VALUE},
    {"a list too long", "{\"name\":\"n\",\"sizes\":[1,2,3,4,5]}",
     "1:21: $.sizes: found 5 items; expected 1 to 4", ET_VALUE},
    {"the first of two", "{\"name\":1,\"zzz\":2}", "1:9: $.name: found 1; expected a text",
     ET_VALUE},
    {"a long text is cut",
     "{\"name\":\"n\",\"quiet\":\"0123456789012345678901234567890123456789\"}",
     "1:21: $.quiet: found \"012345678901234567890123456789012345678\xE2\x80\xA6; expected true or "
     "false",
     ET_VALUE},
};

static void complaints_say_place_found_and_expected(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof complaints / sizeof *complaints; i++) {
        struct config config = config_defaults();
        struct et_complaint complaint = {0};
        struct et_text printed;
        int err = load(complaints[i].text, &support_heap, &config, &complaint);
        et_text_init(&printed, &support_heap, 4096);
        et_complaint_print(&complaint, &printed);
        if (err != complaints[i].err ||
            strcmp(et_text_slice(&printed).data, complaints[i].printed) != 0)
            fail_msg("%s: %d %s", complaints[i].why, err, et_text_slice(&printed).data);
        et_text_free(&printed);
        config = config_defaults();
        assert_int_equal(load(complaints[i].text, &support_heap, &config, NULL), err);
    }
}

static void after_the_first_complaint_nothing_is_read(void **state)
{
    (void)state;
    struct config config = config_defaults();
    assert_int_equal(
        load("{\"name\":1,\"workers\":9,\"law\":\"constant\",\"cache\":{\"ttl_ms\":1}}",
             &support_heap, &config, NULL),
        ET_VALUE);
    assert_int_equal(config.workers, 8);
    assert_int_equal(config.law, 2);
    assert_int_equal(config.ttl, 5 * ET_S);
}

static void an_error_that_is_not_the_files_goes_all_the_way_up(void **state)
{
    (void)state;
    struct et_json *json;
    struct et_form form, list;
    struct et_complaint complaint = {0};
    uint32_t left = 0;
    assert_int_equal(et_json_parse(&json, ET_LIT("{\"a\":[1],\"b\":2}"), NULL, &support_heap, NULL),
                     0);
    et_form_open(&form, json, et_json_root(json), "$", &complaint);
    assert_int_equal(et_form_failed(&form), 0);
    assert_true(et_form_array(&form, "a", ET_REQUIRED, &list));
    et_form_fail(&list, ET_NOMEM);
    et_form_fail(&list, ET_LIMIT);
    et_form_reject(&list, ET_ITEM, "anything else");
    assert_false(et_form_next(&list));
    assert_false(et_form_u32(&form, "b", ET_REQUIRED, ET_RANGE(0, 9), &left));
    assert_int_equal(et_form_failed(&form), ET_NOMEM);
    assert_int_equal(et_form_close(&form), ET_NOMEM);
    assert_string_equal(complaint.text, et_err_text(ET_NOMEM));
    assert_int_equal(complaint.line, 0);
    et_json_free(json);
}

static void a_very_long_path_is_cut_not_overrun(void **state)
{
    (void)state;
    char text[1024];
    snprintf(text, sizeof text, "{\"name\":\"n\",\"arms\":{\"%0400d\":3}}", 7);
    struct config config = config_defaults();
    struct et_complaint complaint = {0};
    assert_int_equal(load(text, &support_heap, &config, &complaint), ET_VALUE);
    assert_int_equal(strlen(complaint.path), sizeof complaint.path - 1);
}

static void load_and_forget(const struct et_mem *mem, void *arg)
{
    struct config config = config_defaults();
    struct et_complaint complaint = {0};
    int err = load(arg, mem, &config, &complaint);
    assert_true(err == 0 || (err == ET_NOMEM && complaint.text[0]));
}

static void refused_memory_is_told_and_nothing_is_left(void **state)
{
    (void)state;
    char text[sizeof whole];
    memcpy(text, whole, sizeof whole);
    support_torture(load_and_forget, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_read_exactly),
        cmocka_unit_test(what_is_absent_keeps_its_default),
        cmocka_unit_test(complaints_say_place_found_and_expected),
        cmocka_unit_test(after_the_first_complaint_nothing_is_read),
        cmocka_unit_test(an_error_that_is_not_the_files_goes_all_the_way_up),
        cmocka_unit_test(a_very_long_path_is_cut_not_overrun),
        cmocka_unit_test(refused_memory_is_told_and_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
