/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_manners.h"

#define WORDS                                                                                      \
    "retry-after=both, seconds, ms, date, none, half, double, zero or huge, or headers=all, "      \
    "on_429, none or jumping"

const char *const et_retry_manner_names[] = {"both", "seconds", "ms",   "date", "none",
                                             "half", "double",  "zero", "huge", NULL};
const char *const et_header_manner_names[] = {"all", "on_429", "none", "jumping", NULL};

/* The place of `word` among `names`; -1: it is not there. */
static int find(const char *const *names, struct et_slice word)
{
    for (int i = 0; names[i]; i++)
        if (et_slice_equal(word, et_slice_of(names[i])))
            return i;
    return -1;
}

static bool read_pair(struct et_manners *out, struct et_slice pair)
{
    struct et_slice rest = pair, name = {0};
    et_slice_split(&rest, '=', &name);
    name = et_slice_trim(name);
    rest = et_slice_trim(rest);
    bool retry = et_slice_equal(name, ET_LIT("retry-after"));
    if (!retry && !et_slice_equal(name, ET_LIT("headers")))
        return false;
    int which = find(retry ? et_retry_manner_names : et_header_manner_names, rest);
    if (retry && which >= 0)
        out->retry_after = (enum et_retry_manner)which;
    else if (which >= 0)
        out->headers = (enum et_header_manner)which;
    return which >= 0;
}

bool et_manners_parse(struct et_manners *out, struct et_slice header, struct et_api_error *error)
{
    struct et_slice pair = {0};
    while (et_slice_split(&header, ';', &pair)) {
        pair = et_slice_trim(pair);
        if (pair.size && !read_pair(out, pair))
            return et_api_refuse(error, ET_API_WRONG_HEADER("x-etalon-manners"), "x-etalon-manners",
                                 ET_ARG(et_slice_part(pair, 0, ET_API_QUOTED)), WORDS);
    }
    return true;
}

struct et_retry_words et_manners_wait(enum et_retry_manner manner, et_ns wait)
{
    static const struct et_retry_words words[] = {
        [ET_MANNER_BOTH] = {.seconds = true, .ms = true},
        [ET_MANNER_SECONDS] = {.seconds = true},
        [ET_MANNER_MS] = {.ms = true},
        [ET_MANNER_DATE] = {.date = true},
        [ET_MANNER_NO_RETRY] = {0},
        [ET_MANNER_HALF] = {.seconds = true, .ms = true},
        [ET_MANNER_DOUBLE] = {.seconds = true, .ms = true},
        [ET_MANNER_ZERO] = {.seconds = true, .ms = true},
        [ET_MANNER_HUGE] = {.seconds = true, .ms = true},
    };
    struct et_retry_words out = words[manner];
    out.wait = wait;
    if (manner == ET_MANNER_HALF)
        out.wait = wait / 2;
    if (manner == ET_MANNER_DOUBLE)
        out.wait = et_after(wait, wait);
    if (manner == ET_MANNER_ZERO)
        out.wait = 0;
    if (manner == ET_MANNER_HUGE)
        out.wait = et_after(wait, 3600 * ET_S);
    return out;
}
