/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a price file of the user and an answer with a usage, and what must hold of
 * those that are taken.
 *
 *     build-fuzz/fuzz/fuzz_prices fuzz/corpus/prices
 *
 * Each input is read as both.  What is refused is refused in words and changes nothing; every model
 * is found by each of its names, its prices ascend, and a bill's lines make up its total.  The
 * corpus is replayed by an ordinary test: cli/tests/test_price_seeds.c. */
#include "cli/usage.h"
#include "io/sysmem.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char known[] =
    "{\"schema\":1,\"as_of\":\"2026-11-21\",\"unit\":\"USD per 1,000,000 "
    "tokens\",\"sources\":{\"p\":"
    "\"a "
    "page\"},\"models\":[{\"id\":\"gpt-4o\",\"aliases\":[\"gpt-4o-2024-08-06\"],\"kind\":\"chat\","
    "\"encoding\":\"o200k_base\",\"family\":\"chatml\",\"caching\":\"prefix\",\"reasoning\":false,"
    "\"prices\":[{\"rates\":{\"standard\":{\"input\":\"1\",\"output\":\"4\"}},\"sources\":[\"p\"]}]"
    "}]}";

static void hold(bool fact)
{
    if (!fact)
        abort();
}

static void complained(int err, const struct et_complaint *complaint)
{
    hold(err == ET_SYNTAX || err == ET_LIMIT || err == ET_VALUE || err == ET_UNKNOWN);
    hold(complaint->text[0] && complaint->line > 0 && complaint->column > 0);
}

/* A billed call is whole; the rest of the answers need no more than not to crash. */
static void bill(const struct et_price *price, const struct et_usage *usage, enum et_tier tier)
{
    for (enum et_write write = ET_WRITE_30M; write <= ET_WRITE_12H; write++) {
        struct et_terms terms = {tier, write};
        struct et_bill bill;
        et_pico sum = 0;
        uint64_t tokens = 0;
        if (et_price_bill(price, usage, terms, &bill) != ET_BILLED)
            continue;
        for (enum et_class which = 0; which < ET_CLASS_COUNT; which++) {
            hold(!__builtin_add_overflow(sum, bill.lines[which].pico, &sum));
            hold(!__builtin_add_overflow(tokens, bill.lines[which].tokens, &tokens));
            hold(bill.lines[which].tokens == 0 || bill.lines[which].rate != ET_PICO_NONE);
        }
        hold(sum == bill.total && tokens == usage->prompt + usage->completion);
        hold(bill.long_context == (usage->prompt > price->long_above));
    }
}

static void check_prices(const struct et_model *model)
{
    for (size_t i = 0; i < model->price_count; i++) {
        const struct et_price *price = &model->prices[i];
        uint64_t edge = price->long_above == UINT64_MAX ? 9 : price->long_above;
        hold(price->from < price->to && (i == 0 || price[-1].to <= price->from));
        hold(et_price_at(model, price->from) == price);
        hold(et_price_at(model, price->to) != price);
        for (enum et_tier tier = 0; tier < ET_TIER_COUNT; tier++)
            for (uint64_t prompt = edge; prompt <= edge + 1; prompt++) {
                struct et_usage usage = {prompt, prompt / 3, prompt / 2,
                                         prompt, 1,          .written_12h = prompt / 4};
                bill(price, &usage, tier);
            }
    }
}

static void check_names(const struct et_catalogue *catalogue)
{
    for (size_t i = 0; i < et_catalogue_count(catalogue); i++) {
        const struct et_model *model = et_catalogue_model(catalogue, i);
        hold(et_catalogue_index(catalogue, model) == i);
        hold(et_catalogue_find(catalogue, model->id) == model);
        hold(strlen(model->id.data) == model->id.size && model->id.size <= ET_MODEL_NAME_MAX);
        for (size_t a = 0; a < model->alias_count; a++)
            hold(et_catalogue_find(catalogue, model->aliases[a]) == model);
        hold(model->price_count > 0);
        check_prices(model);
    }
}

static void read_prices(struct et_slice text)
{
    struct et_catalogue *catalogue = NULL;
    struct et_complaint complaint = {0};
    hold(et_catalogue_new(&catalogue, et_slice_of(known), &et_sysmem, NULL) == 0);
    const struct et_model *gpt_4o = et_catalogue_model(catalogue, 0);
    int err = et_catalogue_add(catalogue, text, &complaint);
    if (err) {
        complained(err, &complaint);
        hold(et_catalogue_count(catalogue) == 1);
        hold(et_catalogue_find(catalogue, ET_LIT("gpt-4o-2024-08-06")) == gpt_4o);
    }
    check_names(catalogue);
    et_catalogue_free(catalogue);
}

static void read_answer(struct et_slice text)
{
    static const struct et_price price = {
        .long_above = 1000, .rates = {{1, 2, 3, {4, 5}}}, .long_rates = {{1u << 31, 7, 9, {1, 1}}}};
    struct et_answer_usage answer;
    struct et_complaint complaint = {0};
    int err = et_answer_usage_read(&answer, text, &complaint);
    if (err) {
        complained(err, &complaint);
        return;
    }
    const struct et_usage *usage = &answer.usage;
    hold(et_usage_valid(usage) && usage->prompt >> 53 == 0 && usage->completion >> 53 == 0);
    hold(memchr(answer.model, '\0', sizeof answer.model) != NULL);
    hold(memchr(answer.tier, '\0', sizeof answer.tier) != NULL);
    hold(answer.day >= 0);
    bill(&price, usage, ET_TIER_STANDARD);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice text = {(const char *)data, size};
    read_prices(text);
    read_answer(text);
    return 0;
}
