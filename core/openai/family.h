/* SPDX-License-Identifier: MIT */
/* What a model can do with a chat request, by its family, and what it refuses.
 *
 * A catalogue (prices/catalogue.h) knows what a model costs; what it takes follows from its name.
 * Sources: OpenAI's API reference, guides and model pages, and captured refusals of 2024 to 2026;
 * what no page says of the newest models is taken from the ones before. */
#ifndef ET_OPENAI_FAMILY_H
#define ET_OPENAI_FAMILY_H

#include "core/openai/chat.h"
#include "core/prices/catalogue.h"

/* Things a family can do, each a bit. */
enum et_ability {
    ET_CAN_SEE = 1,       /* image_url and file parts */
    ET_CAN_HEAR = 1 << 1, /* input_audio parts, modalities ["audio"]; none of the catalogue */
    ET_CAN_CALL = 1 << 2, /* tools */
    ET_CAN_CALL_TOGETHER = 1 << 3, /* parallel_tool_calls */
    ET_CAN_JSON = 1 << 4,          /* response_format json_object */
    ET_CAN_SCHEMA = 1 << 5,        /* response_format json_schema */
    ET_CAN_PREDICT = 1 << 6,       /* prediction */
    ET_CAN_SAMPLE = 1 << 7,        /* temperature, …, logprobs, stop, max_tokens */
    ET_CAN_SAMPLE_IDLE = 1 << 8,   /* those, max_tokens apart, with reasoning_effort none */
    ET_CAN_VARY = 1 << 9,          /* verbosity low and high */
    ET_CAN_CUSTOM = 1 << 10,       /* custom tools, allowed_tools */
    ET_CAN_MARK = 1 << 11,         /* prompt_cache_options, prompt_cache_breakpoint */
    ET_CAN_KEEP = 1 << 12,         /* prompt_cache_retention 24h */
    ET_CAN_FORGET = 1 << 13,       /* prompt_cache_retention in_memory */
    ET_CALLS_IDLE_ONLY = 1 << 14   /* functions only with reasoning_effort none */
};

struct et_family {
    const char *prefix;    /* of the ids of its models */
    unsigned can;          /* enum et_ability */
    unsigned efforts;      /* 1 << enum et_effort; 0: it does not reason, and knows no effort */
    enum et_effort effort; /* when none is asked for; ET_EFFORT_UNSET: it does not reason */
};

/* Static storage.  A chat model no row knows gets those of the newest that reasons, or not, as the
 * catalogue says. */
const struct et_family *et_family_of(const struct et_model *model);

static inline bool et_family_can(const struct et_family *family, enum et_ability ability)
{
    return family->can & ability;
}

/* What it reasons by: the request's effort, else the family's. */
enum et_effort et_family_effort(const struct et_family *family,
                                const struct et_chat_request *request);

/* False: *error says why such a model answers the request with 400.  `name`: the model's, as asked
 * for. */
bool et_family_takes(const struct et_family *family, struct et_slice name,
                     const struct et_chat_request *request, struct et_api_error *error);

/* The part of it that is about the prompt cache, which other endpoints have too. */
bool et_family_caches(const struct et_family *family, const struct et_chat_request *request,
                      struct et_api_error *error);

#endif
