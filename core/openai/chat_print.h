/* SPDX-License-Identifier: MIT */
/* POST /v1/chat/completions, the answer: JSON and the events of a stream, with the members in the
 * order OpenAI serves them (captures of gpt-4o, gpt-4.1 and gpt-5).
 *
 *     {"id","object","created","model","choices":[{"index","message":{"role","content",
 *      ["tool_calls"],"refusal","annotations"},["logprobs"],"finish_reason"}],"usage",
 *      "service_tier","system_fingerprint"}
 *
 * An answer of one text is told by the struct alone (`content`, `finish_reason`).  Any other is
 * printed choice by choice, so that none need be kept beside the others:
 *
 *     et_chat_answer_begin(&answer, out);
 *     for (…) et_chat_choice_print(&answer, &choice, out);     choice.index 0, 1, …
 *     et_chat_answer_end(&answer, out);
 *
 * Errors are in `out`. */
#ifndef ET_OPENAI_CHAT_PRINT_H
#define ET_OPENAI_CHAT_PRINT_H

#include "core/base/text.h"
#include "core/openai/usage.h"
#include "core/tokens/message.h"

struct et_chat_answer {
    struct et_slice id;    /* "chatcmpl-…" */
    uint64_t created;      /* Unix seconds */
    struct et_slice model; /* the snapshot that answered */
    struct et_slice content;
    struct et_slice finish_reason; /* "stop", "length", … */
    struct et_slice fingerprint;   /* {NULL, 0}: printed as null, and "logprobs" left out unless
                                      there are some, as gpt-5 and later do */
    struct et_slice tier;          /* "flex", "priority"; empty and "default": "default" */
    struct et_slice stamp;         /* for streams: see et_chat_stamp_print; may be empty */
    bool has_usage;
    bool writes_billed; /* usage shows cache_write_tokens (models from gpt-5.6 on) */
    struct et_usage usage;
};

struct et_chat_choice {
    uint64_t index;
    struct et_slice content; /* data NULL: null */
    struct et_slice refusal; /* data NULL: null */
    const struct et_chat_call *calls;
    size_t call_count;
    bool old_call; /* the first call as function_call, for requests with `functions` */
    struct et_slice annotations; /* items of the JSON array; may be empty */
    bool has_logprobs;
    struct et_slice logprobs; /* items of logprobs.content (or .refusal, when there is one), one
                                 after the other from et_logprob_print */
    struct et_slice finish_reason;
};

void et_chat_answer_print(const struct et_chat_answer *answer, struct et_text *out); /* JSON body */
void et_chat_answer_begin(const struct et_chat_answer *answer, struct et_text *out);
void et_chat_choice_print(const struct et_chat_answer *answer, const struct et_chat_choice *choice,
                          struct et_text *out);
void et_chat_answer_end(const struct et_chat_answer *answer, struct et_text *out);

/* The events of a stream, each printed as "data: {…}\n\n". */
enum et_chat_chunk {
    ET_CHUNK_ROLE,    /* delta {"role":"assistant","content":"","refusal":null} */
    ET_CHUNK_CONTENT, /* delta {"content": text} */
    ET_CHUNK_FINISH,  /* delta {} and the finish_reason */
    ET_CHUNK_USAGE,   /* choices [] and usage; only with include_usage */
    ET_CHUNK_DONE,    /* data: [DONE] */
    ET_CHUNK_REFUSAL, /* delta {"refusal": text} */
    ET_CHUNK_CALL,    /* delta {"tool_calls":[{index, id, type, function {name, "arguments":""}}]};
                         as the first chunk of its choice also role, content null and refusal */
    ET_CHUNK_ARGUMENTS, /* delta {"tool_calls":[{index, function {"arguments": text}}]} */
};

struct et_chat_delta {
    enum et_chat_chunk chunk;
    uint64_t choice;                 /* index of the choice */
    struct et_slice text;            /* of CONTENT, REFUSAL, ARGUMENTS */
    const struct et_chat_call *call; /* of CALL and ARGUMENTS; its arguments are not looked at */
    uint64_t call_index;
    bool first;    /* a CALL that opens its choice: no ROLE came before */
    bool old_call; /* as function_call */
    bool has_logprobs;
    struct et_slice logprobs;      /* of CONTENT and REFUSAL, as in et_chat_choice */
    struct et_slice finish_reason; /* of FINISH */
    bool include_usage;            /* every chunk but USAGE carries "usage":null */
    struct et_slice obfuscation;   /* empty: none */
};

/* What every event of the answer begins with, id to tier.  Who prints many may keep it and give it
 * along as `answer->stamp`: it is then copied instead of printed. */
void et_chat_stamp_print(const struct et_chat_answer *answer, struct et_text *out);

/* `answer` gives id, created, model, fingerprint, tier and, to USAGE, usage. */
void et_chat_delta_print(const struct et_chat_answer *answer, const struct et_chat_delta *delta,
                         struct et_text *out);

/* A delta of choice 0 with nothing but a text; FINISH takes the answer's finish_reason. */
void et_chat_chunk_print(const struct et_chat_answer *answer, enum et_chat_chunk chunk,
                         struct et_slice text, bool include_usage, struct et_text *out);

/* One token of logprobs, or one of its alternatives. */
struct et_logprob {
    struct et_slice
        token;      /* any bytes: what is no UTF-8 shows as U+FFFD, and in "bytes" as it is */
    uint32_t micro; /* minus the logarithm of its probability, in millionths: 105361 is ln 0.9 */
};

enum { ET_TOP_LOGPROBS_MAX = 20 };

/* {"token","logprob","bytes","top_logprobs":[{"token","logprob","bytes"}…]}, with a comma in front
 * when `out` is not empty. */
void et_logprob_print(const struct et_logprob *token, const struct et_logprob *top,
                      size_t top_count, struct et_text *out);

#endif
