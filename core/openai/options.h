/* SPDX-License-Identifier: MIT */
/* What a request may ask of its answer, beyond messages: tools, format, sampling, caching.
 *
 * Plain data in the request's arena.  Decimals are kept as written ("0.20"), for answers that echo
 * them. */
#ifndef ET_OPENAI_OPTIONS_H
#define ET_OPENAI_OPTIONS_H

#include "core/base/slice.h"

struct et_tool {
    bool custom; /* {"type":"custom"}: called with any text; otherwise a function: with JSON */
    struct et_slice name, description;
    struct et_slice schema; /* raw JSON: "parameters" of a function, "format" of a custom tool;
                               empty: none */
    bool strict;
    bool allowed; /* false: tool_choice of type allowed_tools leaves it out */
};

enum et_tool_mode {
    ET_TOOLS_AUTO,     /* the model decides; the default when there are tools */
    ET_TOOLS_NONE,     /* no call; the default without tools */
    ET_TOOLS_REQUIRED, /* at least one call */
    ET_TOOLS_NAMED     /* exactly that one */
};

struct et_tools {
    struct et_tool *items;
    size_t count;
    enum et_tool_mode mode;
    size_t named;  /* index of the tool for ET_TOOLS_NAMED */
    bool parallel; /* parallel_tool_calls; true by default */
    bool parallel_given;
    bool old; /* they came as `functions`: answered by function_call */
};

enum et_format_kind { ET_FORMAT_TEXT, ET_FORMAT_JSON, ET_FORMAT_SCHEMA };

struct et_format {
    enum et_format_kind kind;
    struct et_slice name, description; /* of a schema; a name is never empty */
    struct et_slice schema;            /* raw JSON; empty: none was given */
    bool strict;
};

enum et_effort {
    ET_EFFORT_NONE,
    ET_EFFORT_MINIMAL,
    ET_EFFORT_LOW,
    ET_EFFORT_MEDIUM,
    ET_EFFORT_HIGH,
    ET_EFFORT_XHIGH,
    ET_EFFORT_MAX,
    ET_EFFORT_UNSET
};
enum et_verbosity { ET_VERBOSITY_LOW, ET_VERBOSITY_MEDIUM, ET_VERBOSITY_HIGH, ET_VERBOSITY_UNSET };
enum et_service_tier {
    ET_SERVICE_AUTO,
    ET_SERVICE_DEFAULT,
    ET_SERVICE_FLEX,
    ET_SERVICE_SCALE,
    ET_SERVICE_PRIORITY,
    ET_SERVICE_FAST
};
enum et_cache_retention { ET_RETENTION_IN_MEMORY, ET_RETENTION_24H, ET_RETENTION_UNSET };

/* The words of the wire, by the values above; each list ends with NULL. */
extern const char *const et_effort_names[];
extern const char *const et_verbosity_names[];
extern const char *const et_service_tier_names[];
extern const char *const et_cache_retention_names[];

struct et_sampling { /* as written; empty: not given */
    struct et_slice temperature, top_p, presence_penalty, frequency_penalty, seed;
    bool biased; /* logit_bias has members */
};

struct et_cache_wish {
    bool given; /* prompt_cache_options was there */
    bool only_explicit;
    enum et_cache_retention retention;
};

struct et_pair {
    struct et_slice key, value;
};

enum { ET_STOPS_MAX = 4 };

struct et_chat_options {
    struct et_tools tools;
    struct et_format format;
    struct et_slice stops[ET_STOPS_MAX];
    size_t stop_count;
    bool logprobs;
    uint64_t top_logprobs;
    struct et_sampling sampling;
    bool max_tokens_old; /* the limit was given as max_tokens */
    enum et_effort effort;
    enum et_verbosity verbosity;
    enum et_service_tier tier;
    struct et_cache_wish cache;
    bool obfuscation; /* stream_options.include_obfuscation; true by default */
    bool store;
    struct et_pair *metadata;
    size_t metadata_count;
    bool audio;                 /* modalities has "audio" */
    struct et_slice prediction; /* the text predicted */
    bool predicts, searches;    /* prediction, web_search_options were given */
    struct et_slice user, safety_identifier;
};

#endif
