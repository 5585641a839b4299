/* SPDX-License-Identifier: MIT */
#include "cli/profiles_fit.h"

#include "mock_openai/profile_read.h"

#include <inttypes.h>
#include <math.h>

static const double QUEUED = 0.3; /* correlation of neighbours from which rows are not their own */

/* Four digits of a time in ms, in ms or s. */
static void put_time(struct et_text *out, double ms)
{
    if (ms >= 10000)
        et_text_addf(out, "%7.2f s ", ms / 1000);
    else if (ms >= 100)
        et_text_addf(out, "%7.0f ms", ms);
    else
        et_text_addf(out, "%7.3g ms", ms);
}

static void put_quality(struct et_text *out, const char *what, const struct et_fit_quality *quality)
{
    for (size_t i = 0; i < ET_FIT_LEVELS; i++) {
        double measured = quality->measured[i], fitted = quality->fitted[i];
        et_text_addf(out, "  %-6s p%-3.0f", i ? "" : what, et_fit_levels[i] * 100);
        put_time(out, measured);
        put_time(out, fitted);
        et_text_addf(out, "  %+6.1f %%\n", (fitted / measured - 1) * 100);
    }
}

static void tell_slope(struct et_text *out, const struct et_fit *fit)
{
    double slope = fit->line.slope * 1000, low = fit->line.low * 1000, high = fit->line.high * 1000;
    switch (fit->slope) {
    case ET_FIT_SLOPE_UNKNOWN:
        et_text_addf(out, "nothing for the prompt: there is no column prompt_tokens");
        break;
    case ET_FIT_SLOPE_ALIKE:
        et_text_addf(out, "nothing for the prompt: all are of about one length");
        break;
    case ET_FIT_SLOPE_NONE:
        et_text_addf(out, "nothing for the prompt: %.3g us a token, [%.3g … %.3g], may be 0", slope,
                     low, high);
        break;
    case ET_FIT_SLOPE_FOUND:
        et_text_addf(out, "%.3g us for each uncached prompt token [%.3g … %.3g]", slope, low, high);
        break;
    }
    et_text_addc(out, '\n');
}

static void tell_ttft(struct et_text *out, const struct et_fit *fit)
{
    et_text_addf(out, "  TTFT   %.4g ms + log-normal(%.4g ms, %.3g)", fit->ttft.floor,
                 fit->ttft.median, fit->ttft.sigma);
    if (fit->ttft.kind == ET_FIT_TAIL)
        et_text_addf(out, ", heavy tail: %.0f %% with exponent %.2f", fit->ttft.tail_share * 100,
                     fit->ttft.tail_exponent);
    et_text_addf(out, "\n         ");
    tell_slope(out, fit);
}

static void tell_stalls(struct et_text *out, const struct et_fit_story *story)
{
    const struct et_fit *fit = story->fit;
    size_t stalls = fit->first_stalls + fit->later_stalls;
    et_text_addf(out, "  stalls %zu, %zu of them before the first token", stalls,
                 fit->first_stalls);
    if (stalls)
        et_text_addf(out, ", for %.3g s, sigma %.2g", (double)fit->profile.stall.scale / 1e9,
                     fit->profile.stall.shape_milli / 1e3);
    if (story->samples->has_stalls)
        et_text_addf(out, "; as the column says\n");
    else
        et_text_addf(
            out,
            "\n         counted are: TTFT above %.4g ms%s, or above %.4g ms a token in the "
            "mean\n",
            fit->ttft.over, fit->ttft.kind == ET_FIT_TAIL ? " (none: they are the tail)" : "",
            fit->tpot.over);
}

static void tell_rest(struct et_text *out, const struct et_fit *fit)
{
    et_text_addf(out, "  TPOT   %.4g ms, sigma %.3g: %.0f tokens/s\n", fit->tpot.median,
                 fit->tpot.sigma, 1000 / fit->tpot.median);
    if (fit->profile.reasoning_tokens.scale)
        et_text_addf(out, "  reasoning %" PRIu64 " tokens in the median\n",
                     fit->profile.reasoning_tokens.scale);
}

static void warn(struct et_text *out, const struct et_fit *fit)
{
    double r = fit->neighbours, n = (double)fit->rows;
    if (fit->rows < ET_FIT_ROWS_GOOD)
        et_text_addf(out,
                     "  BEWARE: of fewer than %d rows p99 is one of the two largest, and a stall "
                     "more or less counts\n",
                     ET_FIT_ROWS_GOOD);
    if (r > QUEUED)
        et_text_addf(
            out,
            "  BEWARE: neighbours are alike (correlation %.2f): the service was queueing or "
            "its speed drifted,\n          and these rows are worth about %.0f; set slots "
            "and slowdown by hand\n",
            r, fmax(n * (1 - r) / (1 + r), 1));
}

void et_fit_tell(struct et_text *out, const struct et_fit_story *story)
{
    const struct et_fit *fit = story->fit;
    et_text_addf(out, "%zu rows of %s, %zu failed requests passed over\n", fit->rows, story->file,
                 story->samples->failed);
    tell_ttft(out, fit);
    tell_rest(out, fit);
    tell_stalls(out, story);
    et_text_addf(out, "\n              measured    fitted       off\n");
    put_quality(out, "TTFT", &fit->quality_ttft);
    put_quality(out, "total", &fit->quality_total);
    et_text_addf(
        out,
        "  largest distance of the distributions: TTFT %.3f, total %.3f; a sample of %zu is "
        "off by up to %.3f\n  from its own law in 19 of 20 cases\n",
        fit->quality_ttft.distance, fit->quality_total.distance, fit->rows,
        1.36 / sqrt((double)fit->rows));
    warn(out, fit);
}

static void put_estimate(struct et_text *out, const char *text, bool last)
{
    et_text_addf(out, "    ");
    et_text_json(out, et_slice_of(text));
    et_text_add(out, last ? ET_LIT("\n") : ET_LIT(",\n"));
}

static void put_estimates(struct et_text *out, const struct et_fit *fit)
{
    size_t stalls = fit->first_stalls + fit->later_stalls;
    et_text_addf(out, "  \"estimated\": [\n");
    if (fit->slope == ET_FIT_SLOPE_UNKNOWN || fit->slope == ET_FIT_SLOPE_ALIKE)
        put_estimate(out, "per_uncached_token_us 0: prompts were not told, or of one length",
                     false);
    if (stalls > 0 && stalls < 5)
        put_estimate(out, "the sigma of stalls: there were fewer than five", false);
    put_estimate(out, "gap_sigma 0, no slots, no slowdown: a table of requests does not show them",
                 true);
    et_text_addf(out, "  ],\n");
}

void et_fit_file(struct et_text *out, const struct et_fit_story *story)
{
    const struct et_fit *fit = story->fit;
    et_text_addf(out, "// made by `etalon profiles fit`; docs/profiles.md says what the keys mean\n"
                      "{\n  \"name\": ");
    et_text_json(out, et_slice_of(story->name));
    et_text_addf(
        out,
        ",\n  \"measured\": [\n    {\"what\": \"%zu requests: TTFT %.4g ms and total %.4g ms "
        "in the median, %.4g and %.4g at p99\",\n     \"from\": ",
        fit->rows, fit->quality_ttft.measured[0], fit->quality_total.measured[0],
        fit->quality_ttft.measured[3], fit->quality_total.measured[3]);
    et_text_json(out, et_slice_of(story->file));
    et_text_addf(out, ", \"date\": \"%s\"}\n  ],\n", story->date);
    put_estimates(out, fit);
    et_profile_print(out, &fit->profile);
    et_text_addf(out, "}\n");
}
