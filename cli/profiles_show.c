/* SPDX-License-Identifier: MIT */
#include "cli/profiles_show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { QUANTILES = 1024, SOURCE_WIDTH = 60 };

static uint64_t median(const struct et_law *law)
{
    return et_law_value(law, UINT64_C(1) << 63);
}

/* How long a token takes in the median request, in the mean of its gaps. */
static et_ns token_time(const struct et_profile *profile)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < QUANTILES; i++)
        sum += et_law_value(&profile->gap, UINT64_MAX / QUANTILES * i + UINT64_MAX / QUANTILES / 2);
    return (et_ns)((double)median(&profile->tpot) * (double)sum / QUANTILES / 1e6);
}

static double tokens_per_second(const struct et_profile *profile)
{
    et_ns time = token_time(profile);
    return time ? 1e9 / (double)time : 0;
}

static et_ns reasoning_time(const struct et_profile *profile)
{
    return median(&profile->reasoning_tokens) * token_time(profile);
}

void et_profiles_head(void)
{
    printf("%-18s %8s %9s %9s  %s\n", "PROFILE", "TTFT", "REASONING", "TOKENS/S", "MEASURED BY");
}

static void print_time(et_ns time)
{
    if (time >= ET_S)
        printf(" %6.2f s", (double)time / 1e9);
    else
        printf(" %5.0f ms", (double)time / 1e6);
}

static void print_source(const struct et_profile_card *card)
{
    const struct et_profile_fact *fact = card->facts;
    if (card->fact_count == 0 || fact->from.size == 0) {
        printf("  nobody: an estimate\n");
        return;
    }
    struct et_slice from = fact->from;
    if (et_slice_starts(from, ET_LIT("https://")))
        from = et_slice_part(from, strlen("https://"), from.size);
    struct et_slice shown = et_slice_part(from, 0, SOURCE_WIDTH);
    printf("  %.*s%s, %.*s\n", ET_ARG(shown), shown.size < from.size ? "…" : "",
           ET_ARG(fact->date));
}

void et_profiles_row(const struct et_profile_card *card)
{
    const struct et_profile *profile = &card->profile;
    printf("%-18.*s ", ET_ARG(card->name));
    print_time(median(&profile->ttft));
    if (median(&profile->reasoning_tokens)) {
        putchar(' ');
        print_time(reasoning_time(profile));
    } else {
        printf(" %9s", "-");
    }
    if (token_time(profile))
        printf(" %9.0f", tokens_per_second(profile));
    else
        printf(" %9s", "-");
    print_source(card);
}

static void put_member(struct et_text *out, const char *key, struct et_slice value)
{
    et_text_addf(out, "\"%s\":", key);
    et_text_json(out, value);
}

static void put_facts(struct et_text *out, const struct et_profile_card *card)
{
    size_t i = 0;
    et_text_addf(out, ",\"measured\":[");
    for (; i < card->fact_count && card->facts[i].from.size; i++) {
        et_text_add(out, i ? ET_LIT(",{") : ET_LIT("{"));
        put_member(out, "what", card->facts[i].what);
        et_text_addc(out, ',');
        put_member(out, "from", card->facts[i].from);
        et_text_addc(out, ',');
        put_member(out, "date", card->facts[i].date);
        et_text_addc(out, '}');
    }
    et_text_addf(out, "],\"estimated\":[");
    for (size_t first = i; i < card->fact_count; i++) {
        et_text_add(out, i > first ? ET_LIT(",") : ET_LIT(""));
        et_text_json(out, card->facts[i].what);
    }
    et_text_addc(out, ']');
}

void et_profiles_json(struct et_text *out, const struct et_profile_card *card)
{
    const struct et_profile *profile = &card->profile;
    et_text_addc(out, '{');
    put_member(out, "name", card->name);
    et_text_addc(out, ',');
    put_member(out, "about", card->about);
    et_text_addf(out,
                 ",\"ttft_ms\":%.3f,\"reasoning_tokens\":%" PRIu64
                 ",\"reasoning_ms\":%.3f,\"tokens_per_s\":%.2f",
                 (double)median(&profile->ttft) / 1e6, median(&profile->reasoning_tokens),
                 (double)reasoning_time(profile) / 1e6, tokens_per_second(profile));
    put_facts(out, card);
    et_text_addc(out, '}');
}
