/* SPDX-License-Identifier: MIT */
/* What a model can do with a chat request, by its family, and what it refuses.
 *
 * A catalogue (prices/catalogue.h) knows what a model costs; what it takes follows from its name
 * and from whether it reasons.  Sources: OpenAI's API reference and model pages, captures of
 * refusals; see family.c for each. */
#ifndef ET_OPENAI_FAMILY_H
#define ET_OPENAI_FAMILY_H

#include "core/openai/chat.h"
#include "core/prices/catalogue.h"

struct et_family {
    bool reasons;          /* no max_tokens; no sampling but the default, no logprobs, no stop */
    bool samples_idle;     /* … unless reasoning_effort is none (gpt-5.1 and later) */
    unsigned efforts;      /* a bit per enum et_effort; 0: no reasoning_effort */
    enum et_effort effort; /* when none is asked for */
    bool verbosity;        /* low and high too; otherwise medium alone */
    bool sees, hears;      /* image_url, file; input_audio */
    bool calls;            /* tools */
    bool calls_parallel;
    bool custom_tools;
    bool json;         /* response_format json_object */
    bool schemas;      /* response_format json_schema, strict functions */
    bool predicts;     /* prediction */
    bool searches;     /* web_search_options */
    bool breakpoints;  /* prompt_cache_options, prompt_cache_breakpoint */
    bool keeps;        /* prompt_cache_retention "24h" */
    bool fingerprints; /* answers carry a system_fingerprint, and "logprobs":null */
};

struct et_family et_family_of(const struct et_model *model);

/* False: *error says what that model's answer to the request is (400).  `name`: as it was asked
 * for. */
bool et_family_takes(const struct et_family *family, struct et_slice name,
                     const struct et_chat_request *request, struct et_api_error *error);

#endif
