/* SPDX-License-Identifier: MIT */
/* Profiles as files: what is known of how fast a model answers, and from whom.
 *
 *     {
 *       "name": "gpt-4o-like",
 *       "about": "One sentence.",
 *       "measured": [{"what": "median TTFT 0.39 s", "from": "https://…", "date": "2026-11-21"}],
 *       "estimated": ["stalls: 1 % was seen on one host, none on most"],
 *       "ttft": {…}, "tpot": {…}, …              the rest is as profile_read.h says
 *     }
 *
 * Comments are allowed.  data/profiles/NAME.json are those that come with the program; they hold
 * for every model, and their names say what they are like, not what they are. */
#ifndef ET_MOCK_PROFILES_H
#define ET_MOCK_PROFILES_H

#include "core/base/arena.h"
#include "core/base/complaint.h"
#include "mock_openai/brain_profile.h"

#define ET_PROFILE_USUAL "gpt-4o-like"

enum {
    ET_PROFILE_BYTES_MAX = 1 << 16,
    ET_PROFILE_FACTS_MAX = 32,
    ET_PROFILE_NAME_MAX = 48,
    ET_PROFILES_MAX = 128
};

struct et_profile_fact {
    struct et_slice what;
    struct et_slice from, date; /* empty: nobody measured it, it is an estimate */
};

/* One file, read.  Slices live as long as the card. */
struct et_profile_card {
    struct et_slice name, about;
    struct et_profile_fact facts[ET_PROFILE_FACTS_MAX]; /* measured ones first */
    size_t fact_count;
    struct et_profile profile;
    struct et_slice text; /* the file */

    const struct et_mem *mem; /* private from here */
    struct et_arena arena;
};

/* Of a text: ET_SYNTAX, ET_LIMIT, ET_VALUE or ET_UNKNOWN with a complaint; ET_NOMEM. */
int et_profile_card_parse(struct et_profile_card **out, struct et_slice text,
                          const struct et_mem *mem, struct et_complaint *complaint) ET_MUST_CHECK;

/* Of a file: `name` is one of ours, or a path: with a slash in it, or with .json at its end.
 * Also ET_IO, and ET_UNKNOWN with the nearest name. */
int et_profile_card_load(struct et_profile_card **out, const char *name,
                         struct et_complaint *complaint) ET_MUST_CHECK;
void et_profile_card_free(struct et_profile_card *card);

/* The numbers of that alone. */
int et_profile_load(struct et_profile *out, const char *name,
                    struct et_complaint *complaint) ET_MUST_CHECK;
bool et_profile_is_path(const char *name);

/* The names of ours, in order.  ET_IO, or ET_LIMIT for too many of them. */
struct et_profile_names {
    char names[ET_PROFILES_MAX][ET_PROFILE_NAME_MAX];
    size_t count;
};
int et_profile_list(struct et_profile_names *out, struct et_complaint *complaint) ET_MUST_CHECK;

#endif
