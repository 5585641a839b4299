/* SPDX-License-Identifier: MIT */
/* Why a router decided as it did: a kind and its numbers, made into words only when asked.
 *
 *     high        612 tokens > 500: gpt-5.4
 *     ended       gpt-4o skipped: shut down 2027-01-14 */
#ifndef ET_ROUTE_REASON_H
#define ET_ROUTE_REASON_H

#include "core/base/text.h"

/* X(NAME, word, wording).  In a wording $m is `model`, $o is `other`, $a and $b are numbers, $A and
 * $B loads in thousandths, $d is `a` as a day, $l is `b` as who set max_tokens; what is between [
 * and ] is left out when its name is empty. */
#define ET_ROUTE_REASON_LIST(X)                                                                    \
    X(ASKED, "asked", "$m: as asked")                                                              \
    X(DEFAULT, "default", "$m: for all")                                                           \
    X(USE_CASE, "use_case", "$m: for use case $o")                                                 \
    X(SIMPLE, "simple", "simple: $a tokens < $b[: $m]")                                            \
    X(MEDIUM, "medium", "medium: $a tokens, no more than $b[: $m]")                                \
    X(HIGH, "high", "high: $a tokens > $b[: $m]")                                                  \
    X(CRITICAL, "critical", "critical: flagged[: $m]")                                             \
    X(LOAD, "load", "load $A >= $B: $m instead of $o")                                             \
    X(LOAD_SPARED, "load_spared", "load $A >= $B: $m stays: critical")                             \
    X(UNCOUNTED, "uncounted", "$m: its tokens cannot be counted, so no size was looked at")        \
    X(UNPRICED, "unpriced", "$m: not in the catalogue, allowed by the policy, not looked at")      \
    X(LIMIT, "limit", "$m: max_tokens $a, by $l")                                                  \
    X(CAPPED, "capped", "$m: max_tokens $a of $b, for it holds no more")                           \
    X(CUT, "cut", "$m: the prompt of $a tokens is to be cut to $b")                                \
    X(SNAPSHOT, "snapshot", "$m: another snapshot of $o")                                          \
    X(NO_SNAPSHOT, "no_snapshot", "$m has no other snapshot")                                      \
    X(WEAKER, "weaker", "$m: a weaker model")                                                      \
    X(UNKNOWN, "unknown", "$m is not in the catalogue[; did you mean $o?]")                        \
    X(NOT_CHAT, "not_chat", "$m skipped: not a chat model")                                        \
    X(RESPONSES, "responses", "$m skipped: it answers at /v1/responses alone")                     \
    X(ENDED, "ended", "$m skipped: shut down $d")                                                  \
    X(CONTEXT, "context", "$m skipped: $a tokens of prompt and answer > context of $b")            \
    X(INPUT, "input", "$m skipped: prompt of $a tokens > $b")                                      \
    X(OUTPUT, "output", "$m skipped: $a answer tokens asked for > $b")                             \
    X(REPEATED, "repeated", "$m skipped: it is in the chain already")                              \
    X(PREPARED, "prepared", "a prepared answer of $a bytes, when no model answers")

enum et_route_reason_kind {
#define ET_ROUTE_REASON_VALUE(name, word, wording) ET_ROUTE_##name,
    ET_ROUTE_REASON_LIST(ET_ROUTE_REASON_VALUE)
#undef ET_ROUTE_REASON_VALUE
        ET_ROUTE_REASONS
};

/* Who set max_tokens. */
enum et_route_limit_by {
    ET_ROUTE_BY_CLIENT,
    ET_ROUTE_BY_USE_CASE,
    ET_ROUTE_BY_MODEL,
    ET_ROUTE_BY_MINI,
    ET_ROUTE_BY_LARGER,
    ET_ROUTE_BY_OTHER
};

struct et_route_reason {
    enum et_route_reason_kind kind;
    struct et_slice model, other; /* borrowed from the policy, the request and the catalogue */
    uint64_t a, b;
};

const char *et_route_reason_word(enum et_route_reason_kind kind); /* "high", "ended", … */

/* One line of words without a newline; never empty. */
void et_route_reason_print(const struct et_route_reason *reason, struct et_text *out);

#endif
