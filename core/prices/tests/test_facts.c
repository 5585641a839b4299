/* SPDX-License-Identifier: MIT */
/* data/models.json beside the facts it was made from, where they are at hand: every model, name,
 * day, price, limit and source.  What differs, and what was left out, is listed here. */
#include "core/prices/tests/price_file.h"

#define FACTS  "../shared/data/openai_pricing.json"
#define TIERS  "service_tier_prices_litellm_2026-07-24"
#define TABLED "2026-07-24" /* the day of that table */

static const struct {
    const char *key, *why;
} left_out[] = {
    {"encoding_confidence", "data/README.md says for which models it is assumed"},
    {"cross_check", "three lists the facts were held against when they were collected"},
    {"rate_limits_per_tier", "in mock_openai/brain_tiers.c, and held against them there"},
};

/* Rates of the table of tiers that are not taken as they stand there. */
static const struct difference {
    const char *model, *tier, *rate, *why;
} differences[] = {
    {"gpt-5.4", "flex", "cached", "half of 0.25 is 0.125; the table rounds it"},
    {"gpt-5-nano", "priority", "input", "gpt-5's, and nothing else: the table's mistake"},
};
enum { DIFFERENCES = sizeof differences / sizeof *differences };

/* Standard rates that the facts themselves call inferred, in a note. */
static const char inferred_model[] = "gpt-6.2-astra";

struct facts {
    struct price_file file;
    struct et_json *json; /* NULL: not at hand */
    size_t used[DIFFERENCES];
};

static const char *const our_rates[] = {"input", "cached", "write_30m", "write_12h", "output"};
static const char *const their_rates[] = {"input", "cached_input", "cache_write_30m",
                                          "cache_write_12h", "output"};

static int setup(void **state)
{
    static struct facts facts;
    char *text = read_whole(FACTS);
    price_file_open(&facts.file);
    if (text)
        assert_int_equal(et_json_parse(&facts.json, et_slice_of(text), NULL, &support_heap, NULL),
                         0);
    else
        print_message(FACTS " is not here\n");
    free(text);
    *state = &facts;
    return 0;
}

static int teardown(void **state)
{
    struct facts *facts = *state;
    price_file_close(&facts->file);
    et_json_free(facts->json);
    return 0;
}

static const char *id_of(const struct et_json_node *model)
{
    return et_json_text(et_json_get(model, "id")).data;
}

/* The models of both, in step. */
static void each_model(struct facts *facts,
                       void (*compare)(struct facts *, const struct et_json_node *ours,
                                       const struct et_json_node *fact))
{
    if (!facts->json)
        skip();
    const struct et_json_node *all = et_json_get(et_json_root(facts->file.json), "models");
    const struct et_json_node *fact = et_json_get(et_json_root(facts->json), "models");
    assert_int_equal(et_json_count(all), et_json_count(fact));
    const struct et_json_node *ours = et_json_first(all);
    fact = et_json_first(fact);
    for (; ours; ours = et_json_next(ours), fact = et_json_next(fact)) {
        assert_string_equal(id_of(ours), id_of(fact));
        compare(facts, ours, fact);
    }
}

/* The same text, number, truth or list of texts; null and [] are nothing. */
static void assert_same(const char *id, const char *key, const struct et_json_node *ours,
                        const struct et_json_node *fact)
{
    double a = 0, b = 0;
    bool yes = false, so = false;
    enum et_json_kind kind = et_json_kind(fact);
    if (kind == ET_JSON_NULL || (kind == ET_JSON_ARRAY && et_json_count(fact) == 0))
        kind = ET_JSON_NONE;
    if (et_json_kind(ours) != kind)
        fail_msg("%s: %s: of another kind", id, key);
    if (kind == ET_JSON_STRING)
        assert_string_equal(et_json_text(ours).data, et_json_text(fact).data);
    if (kind == ET_JSON_NUMBER && et_json_double(ours, &a) && et_json_double(fact, &b))
        assert_true(a == b);
    if (kind == ET_JSON_BOOL && et_json_bool(ours, &yes) && et_json_bool(fact, &so))
        assert_int_equal(yes, so);
    if (kind != ET_JSON_ARRAY)
        return;
    assert_int_equal(et_json_count(ours), et_json_count(fact));
    for (size_t i = 0; i < et_json_count(ours); i++)
        assert_same(id, key, et_json_at(ours, i), et_json_at(fact, i));
}

static void compare_texts(struct facts *facts, const struct et_json_node *ours,
                          const struct et_json_node *fact)
{
    static const char *const keys[][2] = {
        {"aliases", "aliases"},
        {"kind", "kind"},
        {"confidence", "confidence"},
        {"encoding", "encoding"},
        {"reasoning", "reasoning"},
        {"context_tokens", "context_window"},
        {"input_tokens_max", "max_input_tokens"},
        {"output_tokens_max", "max_output_tokens"},
        {"dimensions", "dimensions"},
        {"shutdown", "shutdown_date"},
        {"note", "note"},
    };
    (void)facts;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_same(id_of(ours), keys[i][0], et_json_get(ours, keys[i][0]),
                    et_json_get(fact, keys[i][1]));
    if (et_slice_equal(et_json_text(et_json_get(ours, "kind")), ET_LIT("chat")))
        assert_same(id_of(ours), "endpoints", et_json_get(ours, "endpoints"),
                    et_json_get(fact, "endpoints"));
    const char *caching = et_json_text(et_json_get(fact, "prompt_caching")).data;
    const char *want = strcmp(caching, "none") == 0       ? "none"
                       : strncmp(caching, "auto", 4) == 0 ? "prefix"
                                                          : "breakpoints";
    assert_slice_equal(et_json_text(et_json_get(ours, "caching")), want);
}

static void names_limits_days_and_notes_are_those_of_the_facts(void **state)
{
    each_model(*state, compare_texts);
}

/* Dollars as both have them; 0: nothing. */
static long long micro(const struct et_json_node *rate)
{
    double dollars = 0;
    if (et_json_kind(rate) == ET_JSON_STRING)
        return (long long)own_rate(rate).pico;
    return et_json_double(rate, &dollars) ? (long long)(dollars * 1e6 + 0.5) : -1;
}

/* An embedding's output costs nothing, which the facts say as null. */
static bool is_free(const struct et_json_node *model, int rate)
{
    struct et_slice kind = et_json_text(et_json_get(model, "kind"));
    return rate == ET_CLASS_OUTPUT && et_slice_equal(kind, ET_LIT("embedding"));
}

static void compare_rates(const struct et_json_node *model, const struct et_json_node *ours,
                          const struct et_json_node *fact, bool band)
{
    for (int i = 0; i < ET_CLASS_COUNT; i++) {
        const struct et_json_node *rate = et_json_get(ours, our_rates[i]);
        long long want = micro(et_json_get(fact, their_rates[i]));
        if (want < 0 && is_free(model, i))
            want = 0;
        if (band && i == ET_CLASS_WRITTEN_12H)
            continue; /* no page has it; twice the other one by the rule: the next test */
        if (micro(rate) != want)
            fail_msg("%s: %s: %lld, not %lld", id_of(model), our_rates[i], micro(rate), want);
        bool inferred = rate && own_rate(rate).inferred;
        bool told = strcmp(id_of(model), inferred_model) == 0 && i > 0 && i < ET_CLASS_OUTPUT;
        assert_int_equal(inferred, told);
    }
}

static void compare_prices(struct facts *facts, const struct et_json_node *ours,
                           const struct et_json_node *fact)
{
    const struct et_json_node *prices = et_json_get(ours, "prices");
    const struct et_json_node *rows = et_json_get(fact, "prices");
    (void)facts;
    assert_int_equal(et_json_count(prices), et_json_count(rows));
    for (size_t i = 0; i < et_json_count(prices); i++) {
        const struct et_json_node *price = et_json_at(prices, i), *row = et_json_at(rows, i);
        const struct et_json_node *band = et_json_get(row, "long_context");
        const char *id = id_of(ours);
        assert_same(id, "from", et_json_get(price, "from"), et_json_get(row, "effective_from"));
        assert_same(id, "to", et_json_get(price, "to"), et_json_get(row, "effective_to"));
        assert_same(id, "sources", et_json_get(price, "sources"), et_json_get(row, "source"));
        assert_same(id, "note", et_json_get(price, "note"), et_json_get(row, "note"));
        compare_rates(ours, et_json_get(et_json_get(price, "rates"), "standard"), row, false);
        if (et_json_kind(band) != ET_JSON_OBJECT) {
            assert_null(et_json_get(price, "long_above"));
            continue;
        }
        assert_same(id, "long_above", et_json_get(price, "long_above"),
                    et_json_get(band, "threshold_input_tokens"));
        compare_rates(ours, et_json_get(et_json_get(price, "long_rates"), "standard"), band, true);
    }
}

static void standard_prices_and_their_sources_are_those_of_the_facts(void **state)
{
    each_model(*state, compare_prices);
}

/* On every tier, by OpenAI's rule: input, cached and writes twice, output one and a half times. */
static void the_long_band_is_a_multiple_on_every_tier(void **state)
{
    const struct price_file *file = &((struct facts *)*state)->file;
    for (size_t at = 0; at < file->count; at++)
        for (int i = 0; i < ET_TIER_COUNT * ET_CLASS_COUNT; i++) {
            const struct own_price *price = &file->prices[at];
            int tier = i / ET_CLASS_COUNT, which = i % ET_CLASS_COUNT;
            struct own_rate one = price->rates[0][tier][which];
            struct own_rate more = price->rates[1][tier][which];
            if (!price->above)
                assert_false(more.known);
            else if (more.known != one.known || more.inferred != one.inferred ||
                     2 * more.pico != (which == ET_CLASS_OUTPUT ? 3 : 4) * one.pico)
                fail_msg("%s: %s: %s", price->id, et_tier_name(tier), our_rates[which]);
        }
}

static bool is_different(struct facts *facts, const char *model, const char *tier, const char *rate)
{
    for (size_t i = 0; i < DIFFERENCES; i++)
        if (strcmp(differences[i].model, model) == 0 && strcmp(differences[i].tier, tier) == 0 &&
            strcmp(differences[i].rate, rate) == 0) {
            facts->used[i]++;
            return true;
        }
    return false;
}

/* Of a tier in the table's time: as stated, or inferred as half of standard. */
static void compare_tabled(struct facts *facts, const struct own_price *price, int tier,
                           const struct et_json_node *table)
{
    const char *name = et_tier_name(tier);
    for (int i = 0; i < ET_CLASS_COUNT; i++) {
        struct own_rate ours = price->rates[0][tier][i];
        struct own_rate standard = price->rates[0][ET_TIER_STANDARD][i];
        long long stated = micro(et_json_get(et_json_get(table, name), their_rates[i]));
        if (stated >= 0 && is_different(facts, price->id, name, our_rates[i])) {
            assert_true(!ours.known || (long long)ours.pico != stated);
            continue;
        }
        bool as_stated =
            stated >= 0 && ours.known && !ours.inferred && (long long)ours.pico == stated;
        bool halved = stated < 0 && ours.known && ours.inferred && standard.known &&
                      2 * ours.pico == standard.pico && tier != ET_TIER_PRIORITY;
        if (!as_stated && !halved && (ours.known || stated >= 0))
            fail_msg("%s: %s: %s", price->id, name, our_rates[i]);
    }
}

/* By the general rule of gpt-5.6 and later; inferred as the standard rate is. */
static void compare_ruled(const struct own_price *price, int tier)
{
    for (int i = 0; i < ET_CLASS_COUNT; i++) {
        struct own_rate ours = price->rates[0][tier][i];
        struct own_rate standard = price->rates[0][ET_TIER_STANDARD][i];
        uint64_t want = tier == ET_TIER_PRIORITY ? 4 * standard.pico : standard.pico;
        if (ours.known != standard.known || ours.inferred != standard.inferred ||
            2 * ours.pico != want)
            fail_msg("%s: %s: %s", price->id, et_tier_name(tier), our_rates[i]);
    }
}

static void compare_tiers(struct facts *facts, const struct et_json_node *ours,
                          const struct et_json_node *fact)
{
    struct et_slice caching = et_json_text(et_json_get(ours, "caching"));
    bool ruled = et_slice_equal(caching, ET_LIT("breakpoints"));
    for (size_t at = 0; at < facts->file.count; at++) {
        const struct own_price *price = &facts->file.prices[at];
        bool tabled = (!price->from || strcmp(price->from, TABLED) <= 0) &&
                      (!price->to || strcmp(TABLED, price->to) < 0);
        if (strcmp(price->id, id_of(ours)) != 0)
            continue;
        for (int tier = ET_TIER_BATCH; tier < ET_TIER_COUNT; tier++)
            if (ruled)
                compare_ruled(price, tier);
            else if (tabled)
                compare_tabled(facts, price, tier, et_json_get(fact, TIERS));
            else
                assert_false(price->rates[0][tier][ET_CLASS_FRESH].known);
    }
}

static void tiers_are_the_table_or_the_rule_but_for_what_is_listed(void **state)
{
    struct facts *facts = *state;
    each_model(facts, compare_tiers);
    for (size_t i = 0; i < DIFFERENCES; i++)
        if (facts->used[i] != 1)
            fail_msg("%s, %s: no longer a difference", differences[i].model, differences[i].tier);
}

/* A fact that nobody thought of would be dropped in silence. */
static void every_key_of_the_facts_is_taken_or_left_out_on_purpose(void **state)
{
    static const char *const taken[] = {"id",
                                        "aliases",
                                        "kind",
                                        "endpoints",
                                        "encoding",
                                        "context_window",
                                        "max_input_tokens",
                                        "max_output_tokens",
                                        "dimensions",
                                        "reasoning",
                                        "prompt_caching",
                                        "shutdown_date",
                                        "prices",
                                        "confidence",
                                        "note",
                                        TIERS,
                                        NULL};
    struct facts *facts = *state;
    size_t known = 0, keys = 0;
    if (!facts->json)
        skip();
    const struct et_json_node *fact =
        et_json_first(et_json_get(et_json_root(facts->json), "models"));
    for (; fact; fact = et_json_next(fact))
        for (const struct et_json_node *key = et_json_first(fact); key; key = et_json_next(key)) {
            for (size_t i = 0; taken[i]; i++)
                known += et_slice_equal(et_json_key(key), et_slice_of(taken[i]));
            for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
                known += et_slice_equal(et_json_key(key), et_slice_of(left_out[i].key));
            if (++keys != known)
                fail_msg("%s: \"%s\"", id_of(fact), et_json_key(key).data);
        }
    const struct et_json_node *root = et_json_root(facts->file.json);
    assert_same("", "as_of", et_json_get(root, "as_of"),
                et_json_get(et_json_root(facts->json), "as_of"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_limits_days_and_notes_are_those_of_the_facts),
        cmocka_unit_test(standard_prices_and_their_sources_are_those_of_the_facts),
        cmocka_unit_test(the_long_band_is_a_multiple_on_every_tier),
        cmocka_unit_test(tiers_are_the_table_or_the_rule_but_for_what_is_listed),
        cmocka_unit_test(every_key_of_the_facts_is_taken_or_left_out_on_purpose),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
