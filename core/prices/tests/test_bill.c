/* SPDX-License-Identifier: MIT */
/* data/models.json as it is: every model, dated price, tier and band is billed, and compared with
 * 128-bit arithmetic on the decimal texts of the file.  Beside it the facts it was made from, where
 * they are at hand. */
#include "core/base/tests/support.h"

#include "core/base/wide.h"
#include "core/json/json.h"
#include "core/prices/catalogue.h"

struct world {
    struct et_catalogue *catalogue;
    char *text;
    struct et_json *json;
};

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    size_t room = 1 << 20;
    char *text = malloc(room);
    size_t size = text ? fread(text, 1, room - 1, file) : 0;
    fclose(file);
    if (text)
        text[size] = '\0';
    return text;
}

static int setup(void **state)
{
    static struct world world;
    struct et_complaint complaint = {0};
    world.text = read_whole("data/models.json");
    assert_non_null(world.text);
    struct et_slice text = et_slice_of(world.text);
    int err = et_json_parse(&world.json, text, NULL, &support_heap, &complaint);
    if (!err)
        err = et_catalogue_new(&world.catalogue, text, &support_heap, &complaint);
    if (err)
        fail_msg("%s: %s", complaint.path, complaint.text);
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    et_catalogue_free(world->catalogue);
    et_json_free(world->json);
    free(world->text);
    return 0;
}

static struct et_slice id_of(const struct et_json_node *model)
{
    struct et_slice id = et_json_text(et_json_get(model, "id"));
    assert_non_null(id.data);
    return id;
}

/* tokens x "2.5" dollars per million, in pico-dollars, by long multiplication of the text. */
static bool cost(const struct et_json_node *rates, const char *key, uint64_t tokens, et_u128 *sum)
{
    const struct et_json_node *rate = et_json_get(rates, key);
    if (tokens == 0)
        return true;
    if (!rate)
        return false;
    et_u128 scaled = 0;
    int decimals = -1;
    for (const char *c = et_json_text(rate).data; *c; c++) {
        if (*c == '.') {
            decimals = 0;
            continue;
        }
        scaled = scaled * 10 + (et_u128)(*c - '0');
        decimals += decimals >= 0;
    }
    et_u128 pico = scaled * tokens * 1000000;
    for (; decimals > 0; decimals--)
        pico /= 10;
    *sum += pico;
    return true;
}

static bool expected(const struct et_json_node *price, const struct et_usage *usage,
                     struct et_terms terms, et_u128 *sum)
{
    double above;
    bool band =
        et_json_double(et_json_get(price, "long_above"), &above) && (double)usage->prompt > above;
    const struct et_json_node *rates =
        et_json_get(et_json_get(price, band ? "long_rates" : "rates"), et_tier_name(terms.tier));
    const char *write = terms.write == ET_WRITE_12H ? "write_12h" : "write_30m";
    *sum = 0;
    return cost(rates, "input", usage->prompt - usage->cached - usage->written, sum) &&
           cost(rates, "cached", usage->cached, sum) && cost(rates, write, usage->written, sum) &&
           cost(rates, "output", usage->completion, sum);
}

static const struct et_usage usages[] = {
    {.prompt = 1, .completion = 1},
    {.prompt = 1500, .cached = 1024, .completion = 333, .reasoning = 111},
    {.prompt = 8191, .cached = 1024, .written = 4096, .completion = 77},
    {.prompt = 272000, .cached = 128000, .completion = 16384},
    {.prompt = 272001, .completion = 16385},
    {.prompt = 922000, .cached = 700001, .written = 99999, .completion = 128000},
    {.prompt = 300000, .written = 300000},
    {.completion = 1},
};

static int bill_all(const struct et_price *price, const struct et_json_node *json, const char *id)
{
    int billed = 0;
    for (unsigned i = 0; i < 8 * (sizeof usages / sizeof *usages); i++) {
        struct et_terms terms = {(enum et_tier)(i % 4), (enum et_write)(i / 4 % 2)};
        const struct et_usage *usage = &usages[i / 8];
        struct et_bill bill;
        et_u128 sum, lines = 0;
        bool priced = expected(json, usage, terms, &sum);
        enum et_billing answer = et_price_bill(price, usage, terms, &bill);
        if (answer != (priced ? ET_BILLED : ET_BILL_UNPRICED))
            fail_msg("%s: usage %u, tier %s: %d", id, i / 8, et_tier_name(terms.tier), answer);
        for (int line = 0; priced && line < ET_CLASS_COUNT; line++)
            lines += bill.lines[line].pico;
        if (priced && (bill.total != sum || lines != sum))
            fail_msg("%s: usage %u, tier %s: wrong sum", id, i / 8, et_tier_name(terms.tier));
        billed += priced;
    }
    return billed;
}

static void every_model_tier_and_band_is_billed_to_the_pico(void **state)
{
    struct world *world = *state;
    const struct et_json_node *models = et_json_get(et_json_root(world->json), "models");
    int billed = 0;
    assert_int_equal(et_catalogue_count(world->catalogue), 56);
    assert_int_equal(et_json_count(models), 56);
    for (size_t m = 0; m < 56; m++) {
        const struct et_json_node *json = et_json_at(models, m);
        const struct et_json_node *prices = et_json_get(json, "prices");
        const struct et_model *model = et_catalogue_find(world->catalogue, id_of(json));
        assert_ptr_equal(model, et_catalogue_model(world->catalogue, m));
        assert_int_equal(model->price_count, et_json_count(prices));
        for (size_t p = 0; p < model->price_count; p++)
            billed += bill_all(&model->prices[p], et_json_at(prices, p), model->id.data);
    }
    assert_true(billed > 1500);
}

/* Hand-worked from the published prices. */
static void known_bills_come_out(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *model, *day;
        struct et_usage usage;
        struct et_terms terms;
        const char *dollars;
    } rows[] = {
        {"gpt-4o",
         "2026-11-21",
         {.prompt = 2006, .cached = 1920, .completion = 300},
         {0},
         "$0.005615"},
        {"gpt-5.6",
         "2026-08-20",
         {.prompt = 3000, .written = 2000, .completion = 10},
         {0},
         "$0.0178"},
        {"gpt-5.6",
         "2026-08-21",
         {.prompt = 3000, .written = 2000, .completion = 10},
         {0},
         "$0.0142"},
        {"gpt-6.2-sol",
         "2026-11-21",
         {.prompt = 4096, .written = 4096},
         {0, ET_WRITE_12H},
         "$0.02048"},
        {"gpt-6.2-sol",
         "2026-11-21",
         {.prompt = 300000, .completion = 1000},
         {ET_TIER_FLEX, 0},
         "$0.6075"},
        {"gpt-6-luna",
         "2026-11-21",
         {.prompt = 1, .cached = 1},
         {ET_TIER_BATCH, 0},
         "$0.000000005"},
        {"text-embedding-3-small", "2026-11-21", {.prompt = 8192}, {0}, "$0.00016384"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_day day;
        struct et_bill bill;
        char text[ET_PICO_TEXT];
        assert_true(et_day_parse(et_slice_of(rows[i].day), &day));
        const struct et_price *price =
            et_price_at(et_catalogue_find(world->catalogue, et_slice_of(rows[i].model)), day);
        assert_int_equal(et_price_bill(price, &rows[i].usage, rows[i].terms, &bill), ET_BILLED);
        et_pico_print(bill.total, text);
        assert_string_equal(text, rows[i].dollars);
    }
}

static void assert_rate(const char *id, et_pico rate, const struct et_json_node *fact)
{
    double dollars;
    et_pico expected_rate =
        et_json_double(fact, &dollars) ? (et_pico)(dollars * 1e6 + 0.5) : ET_PICO_NONE;
    if (rate != expected_rate)
        fail_msg("%s: %llu, not %llu", id, (unsigned long long)rate,
                 (unsigned long long)expected_rate);
}

static void assert_day(et_day day, const struct et_json_node *fact, et_day open)
{
    et_day expected_day = open;
    if (et_json_kind(fact) == ET_JSON_STRING)
        assert_true(et_day_parse(et_json_text(fact), &expected_day));
    assert_int_equal(day, expected_day);
}

static void assert_price(const char *id, const struct et_price *price,
                         const struct et_json_node *fact)
{
    const struct et_rates *rates = &price->rates[ET_TIER_STANDARD];
    assert_day(price->from, et_json_get(fact, "effective_from"), ET_DAY_FIRST);
    assert_day(price->to, et_json_get(fact, "effective_to"), ET_DAY_NEVER);
    assert_rate(id, rates->fresh, et_json_get(fact, "input"));
    assert_rate(id, rates->cached, et_json_get(fact, "cached_input"));
    assert_rate(id, rates->output, et_json_get(fact, "output"));
    assert_rate(id, rates->written[ET_WRITE_30M], et_json_get(fact, "cache_write_30m"));
    assert_rate(id, rates->written[ET_WRITE_12H], et_json_get(fact, "cache_write_12h"));
    const struct et_json_node *band = et_json_get(fact, "long_context");
    if (et_json_kind(band) != ET_JSON_OBJECT)
        return;
    double above = 0;
    rates = &price->long_rates[ET_TIER_STANDARD];
    assert_true(et_json_double(et_json_get(band, "threshold_input_tokens"), &above));
    assert_true((double)price->long_above == above);
    assert_rate(id, rates->fresh, et_json_get(band, "input"));
    assert_rate(id, rates->cached, et_json_get(band, "cached_input"));
    assert_rate(id, rates->output, et_json_get(band, "output"));
    assert_rate(id, rates->written[ET_WRITE_30M], et_json_get(band, "cache_write_30m"));
}

static void assert_model(const struct et_model *model, const struct et_json_node *fact)
{
    const struct et_json_node *prices = et_json_get(fact, "prices");
    assert_non_null(model);
    assert_day(model->shutdown, et_json_get(fact, "shutdown_date"), ET_DAY_NEVER);
    assert_int_equal(model->price_count, et_json_count(prices));
    for (size_t i = 0; i < model->price_count; i++)
        assert_price(model->id.data, &model->prices[i], et_json_at(prices, i));
}

static void standard_prices_are_those_of_the_collected_facts(void **state)
{
    struct world *world = *state;
    char *text = read_whole("../shared/data/openai_pricing.json");
    if (!text) {
        print_message("../shared/data/openai_pricing.json is not here\n");
        skip();
    }
    struct et_json *facts;
    assert_int_equal(et_json_parse(&facts, et_slice_of(text), NULL, &support_heap, NULL), 0);
    free(text);
    const struct et_json_node *models = et_json_get(et_json_root(facts), "models");
    assert_int_equal(et_json_count(models), et_catalogue_count(world->catalogue));
    const struct et_json_node *fact = et_json_first(models);
    for (; fact; fact = et_json_next(fact))
        assert_model(et_catalogue_find(world->catalogue, id_of(fact)), fact);
    et_json_free(facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_tier_and_band_is_billed_to_the_pico),
        cmocka_unit_test(known_bills_come_out),
        cmocka_unit_test(standard_prices_are_those_of_the_collected_facts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
