/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/arena.h"
#include "core/prices/catalogue.h"

#define HEAD                                                                                       \
    "{\"schema\":1,\"as_of\":\"2026-11-21\",\"unit\":\"USD per 1,000,000 tokens\","                \
    "\"sources\":{\"page\":\"a page\"},\"models\":["
#define ALPHA                                                                                      \
    "{\"id\":\"alpha\",\"aliases\":[\"alpha-2026-01-01\"],\"snapshot\":\"alpha-2026-01-01\","      \
    "\"kind\":\"chat\",\"encoding\":\"o200k_base\",\"family\":\"harmony\","                        \
    "\"caching\":\"breakpoints\",\"reasoning\":true,\"context_tokens\":9000,"                      \
    "\"shutdown\":\"2026-12-11\",\"prices\":[" OLD "," NEW "]}"
#define OLD                                                                                        \
    "{\"from\":\"2026-01-01\",\"to\":\"2026-02-01\",\"rates\":{\"standard\":{\"input\":\"2\","     \
    "\"output\":\"8\"}},\"sources\":[\"page\"]}"
#define NEW                                                                                        \
    "{\"from\":\"2026-03-01\",\"rates\":{\"standard\":{\"input\":\"1\",\"output\":\"4\"},"         \
    "\"flex\":{\"input\":\"0.5\",\"output\":\"2\"}},\"long_above\":272000,"                        \
    "\"long_rates\":{\"standard\":{\"input\":\"3\",\"output\":\"5\"}},\"sources\":[\"page\"]}"
#define BETA                                                                                       \
    "{\"id\":\"beta\",\"kind\":\"embedding\",\"encoding\":\"cl100k_base\",\"caching\":\"none\","   \
    "\"reasoning\":false,\"prices\":[{\"rates\":{\"standard\":{\"input\":\"0.02\","                \
    "\"output\":\"0\"}},\"sources\":[\"page\"]}]}"
#define TAIL     "]}"
#define TEXT_32  "abcdefghijklmnopqrstuvwxyz012345"
#define TEXT_128 TEXT_32 TEXT_32 TEXT_32 TEXT_32
#define GOOD     HEAD ALPHA "," BETA TAIL

static et_day day_of(const char *text)
{
    et_day day = 0;
    assert_true(et_day_parse(et_slice_of(text), &day));
    return day;
}

static struct et_catalogue *catalogue_of(const char *json)
{
    struct et_catalogue *catalogue = NULL;
    struct et_complaint complaint = {0};
    int err = et_catalogue_new(&catalogue, et_slice_of(json), &support_heap, &complaint);
    if (err)
        fail_msg("%s: %s", complaint.path, complaint.text);
    return catalogue;
}

static void a_model_is_found_by_its_id_and_by_every_alias(void **state)
{
    (void)state;
    struct et_catalogue *catalogue = catalogue_of(GOOD);
    const struct et_model *alpha = et_catalogue_find(catalogue, ET_LIT("alpha"));
    assert_ptr_equal(alpha, et_catalogue_model(catalogue, 0));
    assert_ptr_equal(alpha, et_catalogue_find(catalogue, ET_LIT("alpha-2026-01-01")));
    assert_ptr_equal(et_catalogue_find(catalogue, ET_LIT("beta")),
                     et_catalogue_model(catalogue, 1));
    assert_int_equal(et_catalogue_count(catalogue), 2);
    assert_null(et_catalogue_find(catalogue, ET_LIT("Alpha")));
    assert_null(et_catalogue_find(catalogue, ET_LIT("alpha-2026")));
    assert_null(et_catalogue_find(catalogue, (struct et_slice){NULL, 0}));
    assert_string_equal(et_catalogue_nearest(catalogue, ET_LIT("aplha")), "alpha");
    assert_null(et_catalogue_nearest(catalogue, ET_LIT("something-else")));
    et_catalogue_free(catalogue);
    et_catalogue_free(NULL);
}

static void the_facts_of_a_model_are_those_of_the_file(void **state)
{
    (void)state;
    struct et_catalogue *catalogue = catalogue_of(GOOD);
    const struct et_model *alpha = et_catalogue_model(catalogue, 0);
    const struct et_model *beta = et_catalogue_model(catalogue, 1);
    assert_int_equal(et_catalogue_as_of(catalogue), day_of("2026-11-21"));
    assert_slice_equal(alpha->snapshot, "alpha-2026-01-01");
    assert_int_equal(alpha->encoding, ET_ENCODING_O200K);
    assert_int_equal(alpha->family, ET_CHAT_HARMONY);
    assert_int_equal(alpha->caching, ET_CACHING_BREAKPOINTS);
    assert_true(alpha->reasoning && alpha->serves_chat && alpha->serves_responses);
    assert_true(!beta->serves_chat && !beta->serves_responses);
    assert_int_equal(alpha->confidence, ET_CONFIDENCE_HIGH);
    assert_int_equal(alpha->context_tokens, 9000);
    assert_int_equal(alpha->output_tokens_max, 0);
    assert_false(et_model_ended(alpha, day_of("2026-12-10")));
    assert_true(et_model_ended(alpha, day_of("2026-12-11")));
    assert_int_equal(beta->kind, ET_MODEL_EMBEDDING);
    assert_int_equal(beta->encoding, ET_ENCODING_CL100K);
    assert_int_equal(beta->family, ET_CHAT_PLAIN);
    assert_int_equal(beta->shutdown, ET_DAY_NEVER);
    assert_int_equal(beta->snapshot.size, 0);
    et_catalogue_free(catalogue);
}

static void the_price_is_the_one_in_force_that_day(void **state)
{
    (void)state;
    struct et_catalogue *catalogue = catalogue_of(GOOD);
    const struct et_model *alpha = et_catalogue_model(catalogue, 0);
    assert_null(et_price_at(alpha, day_of("2025-12-31")));
    assert_ptr_equal(et_price_at(alpha, day_of("2026-01-01")), &alpha->prices[0]);
    assert_ptr_equal(et_price_at(alpha, day_of("2026-01-31")), &alpha->prices[0]);
    assert_null(et_price_at(alpha, day_of("2026-02-01")));
    assert_ptr_equal(et_price_at(alpha, day_of("2026-03-01")), &alpha->prices[1]);
    assert_non_null(et_price_at(et_catalogue_model(catalogue, 1), day_of("0001-01-01")));
    assert_null(et_price_at(NULL, 0));
    const struct et_price *price = &alpha->prices[1];
    assert_int_equal(price->rates[ET_TIER_FLEX].fresh, 500000);
    assert_int_equal(price->rates[ET_TIER_BATCH].fresh, ET_PICO_NONE);
    assert_int_equal(price->long_above, 272000);
    assert_int_equal(price->long_rates[ET_TIER_STANDARD].output, 5000000);
    assert_int_equal(price->long_rates[ET_TIER_FLEX].output, ET_PICO_NONE);
    assert_int_equal(price->rates[ET_TIER_STANDARD].written[ET_WRITE_12H], ET_PICO_NONE);
    et_catalogue_free(catalogue);
}

/* The good file with the first `cut` replaced by `paste`, and what is said about it. */
struct complaint_row {
    const char *why, *cut, *paste;
    int err;
    const char *path, *text;
};

static const struct complaint_row complaint_rows[] = {
    {"broken", "\"models\":[", "\"models\":[,", ET_SYNTAX, "", "expected a value"},
    {"cut off", GOOD, HEAD ALPHA, ET_SYNTAX, "", "ends in the middle"},
    {"nothing", GOOD, "", ET_SYNTAX, "", "there is no value"},
    {"more behind it", GOOD, GOOD "x", ET_SYNTAX, "", "more after the value"},
    {"no object", GOOD, "[]", ET_VALUE, "$", "found an array; expected an object"},
    {"later schema", "\"schema\":1", "\"schema\":2", ET_VALUE, "$.schema", "version 2"},
    {"no schema", "\"schema\":1,", "", ET_VALUE, "$", "missing key \"schema\""},
    {"misspelt key", "\"as_of\"", "\"as_off\"", ET_VALUE, "$",
     "missing key \"as_of\" (is it \"as_off\"?)"},
    {"unknown key", "\"context_tokens\"", "\"contxt_tokens\"", ET_UNKNOWN, "$.models[0]",
     "expected \"context_tokens\""},
    {"unknown key above", "\"schema\":1", "\"schema\":1,\"modles\":0", ET_UNKNOWN, "$",
     "expected \"models\""},
    {"other unit", "USD per 1,", "EUR per 1,", ET_VALUE, "$.unit", "expected \"USD per"},
    {"no models", HEAD ALPHA "," BETA, HEAD, ET_VALUE, "$.models", "found 0 items"},
    {"missing id", "\"id\":\"beta\",", "", ET_VALUE, "$.models[1]", "missing key \"id\""},
    {"empty id", "\"beta\"", "\"\"", ET_VALUE, "$.models[1].id", "a name of 1 to 127"},
    {"a space in an id", "\"beta\"", "\"be ta\"", ET_VALUE, "$.models[1].id", "without space"},
    {"a control character", "\"beta\"", "\"be\\u001bta\"", ET_VALUE, "$.models[1].id", "printable"},
    {"no ASCII", "\"beta\"", "\"b\\u00eata\"", ET_VALUE, "$.models[1].id", "printable ASCII"},
    {"a quote", "[\"alpha-2026-01-01\"]", "[\"al\\\"pha\"]", ET_VALUE, "$.models[0].aliases[0]",
     "quote"},
    {"a long id", "\"beta\"", "\"" TEXT_128 "\"", ET_VALUE, "$.models[1].id", "1 to 127"},
    {"id twice", "\"beta\"", "\"alpha\"", ET_VALUE, "$.models[1].id", "also one of $.models[0]"},
    {"id is an alias", "\"beta\"", "\"alpha-2026-01-01\"", ET_VALUE, "$.models[1].id",
     "also one of $.models[0]"},
    {"alias is its id", "[\"alpha-2026-01-01\"]", "[\"alpha-2026-01-01\",\"alpha\"]", ET_VALUE,
     "$.models[0].aliases[1]", "also one of $.models[0]"},
    {"alias twice", "[\"alpha-2026-01-01\"]", "[\"alpha-2026-01-01\",\"a\",\"a\"]", ET_VALUE,
     "$.models[0].aliases[2]", "also one of $.models[0]"},
    {"no endpoint", "\"kind\":\"chat\",", "\"kind\":\"chat\",\"endpoints\":[],", ET_VALUE,
     "$.models[0].endpoints", "found 0 items"},
    {"another endpoint", "\"kind\":\"chat\",", "\"kind\":\"chat\",\"endpoints\":[\"response\"],",
     ET_VALUE, "$.models[0].endpoints[0]", "expected \"responses\""},
    {"how sure", "\"kind\":\"chat\",", "\"kind\":\"chat\",\"confidence\":\"hihg\",", ET_VALUE,
     "$.models[0].confidence", "expected \"high\""},
    {"alias is no text", "[\"alpha-2026-01-01\"]", "[1]", ET_VALUE, "$.models[0].aliases[0]",
     "found 1; expected a text"},
    {"foreign snapshot", "\"snapshot\":\"alpha", "\"snapshot\":\"omega", ET_VALUE,
     "$.models[0].snapshot", "one of the model's aliases"},
    {"unknown kind", "\"embedding\"", "\"embeding\"", ET_VALUE, "$.models[1].kind",
     "expected \"embedding\""},
    {"far from any word", "\"harmony\"", "\"qqqqqqqqq\"", ET_VALUE, "$.models[0].family",
     "expected one of \"chatml\""},
    {"a chat without framing", "\"family\":\"harmony\",", "", ET_VALUE, "$.models[0]",
     "missing key \"family\""},
    {"an embedding in a frame", "\"cl100k_base\",", "\"cl100k_base\",\"family\":\"chatml\",",
     ET_VALUE, "$.models[1].family", "only chats are framed"},
    {"nothing to count by", "\"encoding\":\"cl100k_base\",", "", ET_VALUE, "$.models[1]",
     "missing key \"encoding\""},
    {"an encoding of before", "cl100k_base", "p50k_base", ET_VALUE, "$.models[1].encoding",
     "found \"p50k_base\"; expected \"o200k_base\" or"},
    {"no truth value", "\"reasoning\":true", "\"reasoning\":1", ET_VALUE, "$.models[0].reasoning",
     "expected true or false"},
    {"half a token", "9000", "9000.5", ET_VALUE, "$.models[0].context_tokens", "whole number"},
    {"negative tokens", "9000", "-1", ET_VALUE, "$.models[0].context_tokens", "whole number"},
    {"too many tokens", "9000", "1e99", ET_VALUE, "$.models[0].context_tokens", "whole number"},
    {"no such day", "2026-12-11", "2026-12-32", ET_VALUE, "$.models[0].shutdown",
     "found \"2026-12-32\""},
    {"null day", "\"2026-12-11\"", "null", ET_VALUE, "$.models[0].shutdown", "found null"},
    {"negative price", "\"8\"", "\"-8\"", ET_VALUE, "$.models[0].prices[0].rates.standard.output",
     "found \"-8\""},
    {"too fine a price", "\"8\"", "\"0.0000001\"", ET_VALUE,
     "$.models[0].prices[0].rates.standard.output", "at most six decimals"},
    {"a price as a number", "\"8\"", "8", ET_VALUE, "$.models[0].prices[0].rates.standard.output",
     "found 8; expected a text"},
    {"no output price", ",\"output\":\"8\"", "", ET_VALUE, "$.models[0].prices[0].rates.standard",
     "missing key \"output\""},
    {"output twice", "\"output\":\"8\"", "\"output\":\"8\",\"output\":\"9\"", ET_SYNTAX, "",
     "has this key already"},
    {"unknown tier", "\"flex\"", "\"flexx\"", ET_UNKNOWN, "$.models[0].prices[1].rates",
     "expected \"flex\""},
    {"no standard tier", "\"standard\":{\"input\":\"0.02\"", "\"batch\":{\"input\":\"0.02\"",
     ET_VALUE, "$.models[1].prices[0].rates", "missing key \"standard\""},
    {"overlapping", "2026-03-01", "2026-01-31", ET_VALUE, "$.models[0].prices[1]",
     "from 2026-01-31, overlaps $.models[0].prices[0], from 2026-01-01 until 2026-02-01; expected"},
    {"first one open", "\"to\":\"2026-02-01\",", "", ET_VALUE, "$.models[0].prices[1]",
     "from 2026-03-01, overlaps $.models[0].prices[0], from 2026-01-01; expected"},
    {"both without days", "\"from\":\"2026-03-01\",", "", ET_VALUE, "$.models[0].prices[1]",
     "without days, overlaps $.models[0].prices[0], from 2026-01-01 until"},
    {"not in order", "\"from\":\"2026-03-01\"", "\"to\":\"2025-12-31\"", ET_VALUE,
     "$.models[0].prices[1]",
     "until 2025-12-31, is before $.models[0].prices[0], from 2026-01-01 "},
    {"one after another, upside down", "\"from\":\"2026-03-01\"", "\"to\":\"2026-01-01\"", ET_VALUE,
     "$.models[0].prices[1]", "until 2026-01-01, is before $.models[0].prices[0]"},
    {"no day at all", "\"to\":\"2026-02-01\"", "\"to\":\"2026-01-01\"", ET_VALUE,
     "$.models[0].prices[0].to", "found \"2026-01-01\"; expected a day after \"from\""},
    {"upside down", "\"to\":\"2026-02-01\"", "\"to\":\"2025-01-01\"", ET_VALUE,
     "$.models[0].prices[0].to", "expected a day after \"from\""},
    {"marked, but no number", "\"8\"", "\"~\"", ET_VALUE,
     "$.models[0].prices[0].rates.standard.output", "found \"~\""},
    {"marked twice", "\"8\"", "\"~~8\"", ET_VALUE, "$.models[0].prices[0].rates.standard.output",
     "found \"~~8\""},
    {"band without rates", "\"long_rates\"", "\"note\"", ET_VALUE, "$.models[0].prices[1]",
     "missing key \"long_rates\""},
    {"rates without band", "\"long_above\":272000,", "", ET_VALUE, "$.models[0].prices[1]",
     "missing key \"long_above\""},
    {"unknown source", "[\"page\"]", "[\"pages\"]", ET_VALUE, "$.models[0].prices[0].sources[0]",
     "expected \"page\""},
    {"no source", "[\"page\"]", "[]", ET_VALUE, "$.models[0].prices[0].sources", "found 0 items"},
    {"no prices", "\"prices\":[" OLD "," NEW "]", "\"prices\":{}", ET_VALUE, "$.models[0].prices",
     "found an object; expected an array"},
};

static void replace(char *out, size_t room, const struct complaint_row *row)
{
    const char *at = strstr(GOOD, row->cut);
    if (!at)
        fail_msg("%s: nothing to cut", row->why);
    snprintf(out, room, "%.*s%s%s", (int)(at - GOOD), GOOD, row->paste, at + strlen(row->cut));
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof complaint_rows / sizeof *complaint_rows; i++) {
        const struct complaint_row *row = &complaint_rows[i];
        struct et_catalogue *catalogue = NULL;
        struct et_complaint complaint = {0};
        char json[4096];
        replace(json, sizeof json, row);
        int err = et_catalogue_new(&catalogue, et_slice_of(json), &support_heap, &complaint);
        if (err != row->err || strcmp(complaint.path, row->path) != 0 ||
            !strstr(complaint.text, row->text) || catalogue)
            fail_msg("%s: %d %s: %s", row->why, err, complaint.path, complaint.text);
        err = et_catalogue_new(&catalogue, et_slice_of(json), &support_heap, NULL);
        assert_int_equal(err, row->err);
    }
}

static void a_syntax_error_is_told_by_line_and_column(void **state)
{
    (void)state;
    struct et_catalogue *catalogue = NULL;
    struct et_complaint complaint = {0};
    struct et_slice json = ET_LIT("{\n \"schema\": oops}");
    assert_int_equal(et_catalogue_new(&catalogue, json, &support_heap, &complaint), ET_SYNTAX);
    assert_int_equal(complaint.line, 2);
    assert_int_equal(complaint.column, 12);
}

static void a_wrong_value_is_told_by_line_and_column_too(void **state)
{
    (void)state;
    struct et_catalogue *catalogue = NULL;
    struct et_complaint complaint = {0};
    struct et_slice json = ET_LIT("{\"schema\":1,\n \"as_of\": \"today\"}");
    assert_int_equal(et_catalogue_new(&catalogue, json, &support_heap, &complaint), ET_VALUE);
    assert_int_equal(complaint.line, 2);
    assert_int_equal(complaint.column, 11);
    assert_string_equal(complaint.path, "$.as_of");
    assert_string_equal(complaint.text, "found \"today\"; expected a day such as \"2026-11-17\"");
}

static const struct et_model *found(const struct et_catalogue *catalogue, const char *name)
{
    return et_catalogue_find(catalogue, et_slice_of(name));
}

#define OWN(id, aliases, rate)                                                                     \
    "{\"id\":\"" id "\",\"aliases\":[" aliases                                                     \
    "],\"kind\":\"chat\",\"endpoints\":[\"responses\"],"                                           \
    "\"confidence\":\"low\",\"encoding\":\"o200k_base\",\"family\":\"chatml\",\"caching\":"        \
    "\"none\","                                                                                    \
    "\"reasoning\":false,\"prices\":[{\"rates\":{\"standard\":{\"input\":\"" rate                  \
    "\",\"cached\":\"~0.5\",\"output\":\"9\"}},\"sources\":[\"ours\"]}]}"
#define OWN_HEAD                                                                                   \
    "{\"schema\":1,\"as_of\":\"2027-01-01\",\"unit\":\"USD per 1,000,000 tokens\","                \
    "\"sources\":{\"ours\":\"our contract\"},\"models\":["

static void another_file_adds_models_and_replaces_them_by_id(void **state)
{
    (void)state;
    struct et_catalogue *catalogue = catalogue_of(GOOD);
    const struct et_model *old = found(catalogue, "alpha"), *beta = found(catalogue, "beta");
    struct et_slice more =
        ET_LIT(OWN_HEAD OWN("gamma", "\"g\"", "3") "," OWN("alpha", "\"a\"", "7") TAIL);
    assert_int_equal(et_catalogue_add(catalogue, more, NULL), 0);
    assert_int_equal(et_catalogue_count(catalogue), 3);
    const struct et_model *alpha = found(catalogue, "alpha"), *gamma = found(catalogue, "gamma");
    assert_ptr_equal(et_catalogue_model(catalogue, 0), alpha);
    assert_ptr_equal(et_catalogue_model(catalogue, 1), beta);
    assert_ptr_equal(et_catalogue_model(catalogue, 2), gamma);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(et_catalogue_index(catalogue, et_catalogue_model(catalogue, i)), i);
    assert_ptr_equal(found(catalogue, "a"), alpha);
    assert_ptr_equal(found(catalogue, "g"), gamma);
    assert_null(found(catalogue, "alpha-2026-01-01"));
    assert_string_equal(et_catalogue_nearest(catalogue, ET_LIT("gamme")), "gamma");
    assert_true(alpha != old && old->price_count == 2);
    assert_int_equal(et_price_at(alpha, day_of("2020-02-29"))->rates[0].fresh, 7000000);
    assert_int_equal(et_price_at(alpha, 0)->rates[0].inferred, 1u << ET_CLASS_CACHED);
    assert_true(!gamma->serves_chat && gamma->serves_responses);
    assert_int_equal(gamma->confidence, ET_CONFIDENCE_LOW);
    assert_int_equal(et_catalogue_as_of(catalogue), day_of("2026-11-21"));
    et_catalogue_free(catalogue);
}

static void a_file_that_does_not_go_with_the_others_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *why, *json, *path, *text;
    } rows[] = {
        {"an id that is an alias",
         OWN_HEAD OWN("gamma", "\"g\"", "3") "," OWN("alpha-2026-01-01", "\"a\"", "3") TAIL,
         "$.models[1].id", "also one of the known model \"alpha\"; expected another name, or"},
        {"an alias that is an id", OWN_HEAD OWN("gamma", "\"g\",\"beta\"", "3") TAIL,
         "$.models[0].aliases[1]", "\"beta\" is also one of the known model \"beta\""},
        {"an alias of one that is replaced before", OWN_HEAD OWN("alpha", "\"beta\"", "3") TAIL,
         "$.models[0].aliases[0]", "\"beta\" is also one of the known model \"beta\""},
        {"a known id twice", OWN_HEAD OWN("beta", "\"g\"", "3") "," OWN("beta", "\"h\"", "3") TAIL,
         "$.models[1].id", "\"beta\" is also one of $.models[0]; expected each name once"},
        {"broken", OWN_HEAD OWN("gamma", "\"g\"", "-3") TAIL,
         "$.models[0].prices[0].rates.standard.input", "found \"-3\""},
    };
    struct et_catalogue *catalogue = catalogue_of(GOOD);
    const struct et_model *alpha = found(catalogue, "alpha"), *beta = found(catalogue, "beta");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_complaint complaint = {0};
        int err = et_catalogue_add(catalogue, et_slice_of(rows[i].json), &complaint);
        if (err != ET_VALUE || strcmp(complaint.path, rows[i].path) != 0 ||
            !strstr(complaint.text, rows[i].text) || complaint.line != 1 || complaint.column < 99)
            fail_msg("%s: %d %s: %s", rows[i].why, err, complaint.path, complaint.text);
        assert_int_equal(et_catalogue_add(catalogue, et_slice_of(rows[i].json), NULL), ET_VALUE);
        assert_int_equal(et_catalogue_count(catalogue), 2);
        assert_true(found(catalogue, "alpha") == alpha && found(catalogue, "beta") == beta);
        assert_null(found(catalogue, "gamma"));
    }
    et_catalogue_free(catalogue);
}

/* A file of so many models, the first with so many aliases; what is said of it. */
static int load_many(int models, int aliases, struct et_complaint *complaint)
{
    static char json[2 << 20];
    struct et_catalogue *catalogue = NULL;
    size_t size = (size_t)snprintf(json, sizeof json, "%s", OWN_HEAD);
    for (int m = 0; m < models; m++) {
        size += (size_t)snprintf(json + size, sizeof json - size, "%s{\"id\":\"m%d\",\"aliases\":[",
                                 m ? "," : "", m);
        for (int a = 0; a < (m ? 1 : aliases); a++)
            size += (size_t)snprintf(json + size, sizeof json - size, "%s\"m%d-%d\"", a ? "," : "",
                                     m, a);
        size += (size_t)snprintf(
            json + size, sizeof json - size,
            "],\"kind\":\"moderation\",\"caching\":\"none\",\"reasoning\":false,\"prices\":[{"
            "\"rates\":"
            "{\"standard\":{\"input\":\"0\",\"output\":\"0\"}},\"sources\":[\"ours\"]}]}");
    }
    snprintf(json + size, sizeof json - size, TAIL);
    int err = et_catalogue_new(&catalogue, et_slice_of(json), &support_heap, complaint);
    if (!err) {
        assert_int_equal(et_catalogue_count(catalogue), models);
        snprintf(json, sizeof json, "m%d", models - 1);
        assert_ptr_equal(found(catalogue, json), et_catalogue_model(catalogue, (size_t)models - 1));
    }
    et_catalogue_free(catalogue);
    return err;
}

static void a_file_has_no_more_than_its_limits(void **state)
{
    (void)state;
    struct et_complaint models = {0}, aliases = {0};
    assert_int_equal(load_many(4096, 256, NULL), 0);
    assert_int_equal(load_many(4097, 1, &models), ET_VALUE);
    assert_string_equal(models.path, "$.models");
    assert_int_equal(load_many(1, 257, &aliases), ET_VALUE);
    assert_string_equal(aliases.path, "$.models[0].aliases");
}

static void load(const struct et_mem *mem, void *arg)
{
    struct et_catalogue *catalogue = NULL;
    struct et_complaint complaint = {0};
    int err = et_catalogue_new(&catalogue, et_slice_of(arg), mem, &complaint);
    assert_true(err == 0 || err == ET_NOMEM);
    assert_string_equal(complaint.text, err ? et_err_text(err) : "");
    assert_true((err == 0) == (catalogue != NULL));
    if (!err) {
        err = et_catalogue_add(catalogue, ET_LIT(OWN_HEAD OWN("beta", "\"g\"", "3") TAIL), NULL);
        assert_true(err == 0 || err == ET_NOMEM);
        assert_int_equal(et_catalogue_find(catalogue, ET_LIT("g")) != NULL, err == 0);
        assert_non_null(et_catalogue_find(catalogue, ET_LIT("beta")));
    }
    et_catalogue_free(catalogue);
}

/* The gate, the tree, the copies and the index. */
static void refused_memory_is_a_clean_error(void **state)
{
    (void)state;
    enum { NAMES = 200, ROOM = NAMES * 96 }; /* so that the copies of names fill many blocks */
    static char json[sizeof GOOD + ROOM];
    const char *names = strstr(GOOD, "[\"alpha-");
    int before = (int)(names + 1 - GOOD);
    size_t size = (size_t)snprintf(json, sizeof json, "%.*s", before, GOOD);
    for (int i = 0; i < NAMES; i++)
        size += (size_t)snprintf(json + size, sizeof json - size, "\"%090d\",", i);
    snprintf(json + size, sizeof json - size, "%s", names + 1);
    support_torture(load, json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_found_by_its_id_and_by_every_alias),
        cmocka_unit_test(the_facts_of_a_model_are_those_of_the_file),
        cmocka_unit_test(the_price_is_the_one_in_force_that_day),
        cmocka_unit_test(what_is_wrong_is_said_with_its_place),
        cmocka_unit_test(a_syntax_error_is_told_by_line_and_column),
        cmocka_unit_test(a_wrong_value_is_told_by_line_and_column_too),
        cmocka_unit_test(another_file_adds_models_and_replaces_them_by_id),
        cmocka_unit_test(a_file_that_does_not_go_with_the_others_changes_nothing),
        cmocka_unit_test(a_file_has_no_more_than_its_limits),
        cmocka_unit_test(refused_memory_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
