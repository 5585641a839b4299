/* SPDX-License-Identifier: MIT */
/* A fault plan: which requests get which faults, and when.
 *
 *     et_fault_plan_copy(&plan, rules, count, zero, mem)
 *     et_fault_plan_draw(&plan, &asker, mem, &set)        for each try of a request; NULL: none
 *     … set->items[0 … count) …
 *     et_fault_set_free(set, mem)
 *
 * A rule matches a try when all that it names fits: the window of time, model, endpoint, key,
 * header, which occurrence of the request it is.  Then chance decides:
 *
 *     ending faults    one draw for a try, uniform in [0, 1); the rules that match occupy
 *                      [0, p1), [p1, p1 + p2) …, in the order of the file
 *     shaping faults   one draw for a try and a rule
 *     REFUSE           one draw for a connection, as ending faults; on a clock without connections
 *                      each try has its own, and what is refused gets nothing else
 *
 * So each rule has exactly the chance it states, whatever the others are, and two ending faults
 * never meet.  That needs the chances of ending rules that can match one try to sum up to at most
 * 1; et_fault_rules_check refuses a plan where they do not.  Draws are functions of (seed, the try,
 * the rule): the same under any order of arrival.  Rules added behind change nothing for those in
 * front; of shaping rules none changes anything for any other, because each draws by its `id`, a
 * hash of its name or, without one, of what it does and to whom, not of its place.  Its chance and
 * its window are not part of it, so a raised chance keeps the tries that were hit before. */
#ifndef ET_MOCK_BRAIN_FAULT_PLAN_H
#define ET_MOCK_BRAIN_FAULT_PLAN_H

#include "core/base/complaint.h"
#include "core/base/mem.h"
#include "core/http/field.h"
#include "core/prices/catalogue.h"
#include "mock_openai/brain_fault_kinds.h"

enum { ET_FAULT_RULES_MAX = 64, ET_FAULT_PPM = 1000000 };

enum et_field_match { ET_FIELD_ANY, ET_FIELD_EQUALS, ET_FIELD_CONTAINS };

struct et_fault_rule {
    struct et_slice name; /* empty: none; at most one rule of that name */
    struct et_fault fault;
    uint32_t ppm;             /* chance of a try, in millionths … */
    bool ramps;               /* … at from_at, on a straight line to … */
    uint32_t ppm_until;       /* … at until_at, which is not ET_NEVER then */
    et_ns from_at, until_at;  /* active in [from_at, until_at); ET_NEVER: to the end, no ramp */
    et_ns repeat;             /* the window comes again every so often; 0: once */
    struct et_slice model;    /* any of its names; these three: empty for every one */
    struct et_slice endpoint; /* a path, or the one above it: "/v1/embeddings" */
    struct et_slice key;      /* of Authorization, without its scheme */
    struct et_slice field, field_value; /* a header of the request, by its first value: */
    enum et_field_match match;          /* there at all, equal, contains */
    uint32_t nth, every, times;         /* occurrences: the nth; each multiple; up to; 0: any */
    uint32_t id;                        /* set by et_fault_plan_copy; not 0 */
};

struct et_fault_plan { /* a value; it owns one block */
    const struct et_fault_rule *rules;
    size_t count;
    et_ns zero;   /* the instant from which the rules' times count */
    size_t bytes; /* private: of the block */
};

/* The chance at `at`, counted as the rule's own times are; 0: not active then. */
uint32_t et_fault_rule_ppm(const struct et_fault_rule *rule, et_ns at);
bool et_fault_occurs(const struct et_fault_rule *rule,
                     uint32_t nth);                              /* whether it is for that one */
bool et_path_below(struct et_slice path, struct et_slice above); /* or the same path */

/* 0, or ET_VALUE with a complaint that names the rules that together reach more than 1.  Rules that
 * repeat count as active from their first start on. */
int et_fault_rules_check(const struct et_fault_rule *rules, size_t count,
                         struct et_complaint *complaint) ET_MUST_CHECK;

/* Texts are copied too.  At most ET_FAULT_RULES_MAX.  ET_NOMEM. */
int et_fault_plan_copy(struct et_fault_plan *out, const struct et_fault_rule *rules, size_t count,
                       et_ns zero, const struct et_mem *mem) ET_MUST_CHECK;
void et_fault_plan_free(struct et_fault_plan *plan, const struct et_mem *mem);

/* One try of a request, as rules look at it.  Borrowed. */
struct et_fault_asker {
    uint64_t seed, who; /* of this try */
    uint32_t nth;       /* the how-manieth of this request, from 1 */
    et_ns now;
    const struct et_model *model; /* NULL: none */
    struct et_slice target, authorization;
    const struct et_http_field *fields;
    size_t field_count;
    bool streams;
    bool connected; /* its connection was drawn for already: REFUSE does not happen any more */
};

/* What one try gets, in one block that owns its texts. */
struct et_fault_set {
    size_t bytes;   /* private: of the block */
    uint64_t kinds; /* 1 << kind, of all */
    size_t count;   /* the ending one, if there is one, comes first */
    struct et_fault items[];
};

int et_fault_plan_draw(const struct et_fault_plan *plan, const struct et_fault_asker *asker,
                       const struct et_mem *mem, struct et_fault_set **out) ET_MUST_CHECK;

/* At most one ending fault among them, ET_FAULT_RULES_MAX in all.  *out is NULL if there is none.
 * ET_NOMEM. */
int et_fault_set_new(struct et_fault_set **out, const struct et_fault *const *faults, size_t count,
                     const struct et_mem *mem) ET_MUST_CHECK;
void et_fault_set_free(struct et_fault_set *set, const struct et_mem *mem); /* NULL is fine */

/* The first of that kind; the ending one.  NULL: none, or no set. */
const struct et_fault *et_fault_set_find(const struct et_fault_set *set, enum et_fault_kind kind);
const struct et_fault *et_fault_set_ending(const struct et_fault_set *set);

/* What one try adds to the digest of a schedule, which is their sum: a hash of who tries and of all
 * that the faults are told, or of there being none (set NULL). */
uint64_t et_fault_set_digest(const struct et_fault_set *set, uint64_t who);
uint64_t et_fault_hash(const struct et_fault *fault, uint64_t seed); /* of all it is told */
uint64_t et_hash_u64(uint64_t value, uint64_t seed);

/* Connections, which nobody has asked anything over yet: the chance of REFUSE at `now`, and the
 * instant until which it is that (a ramp: a second at most).  et_fault_refused draws for the nth
 * connection. */
uint32_t et_fault_plan_refuses(const struct et_fault_plan *plan, et_ns now, et_ns *until);
bool et_fault_refused(uint64_t seed, uint64_t nth, uint32_t ppm);

#endif
