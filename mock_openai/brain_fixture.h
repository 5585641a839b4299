/* SPDX-License-Identifier: MIT */
/* Answers that were recorded once, and are given again to the same request.
 *
 *     {"request": {"method": "POST", "path": "/v1/chat/completions", "body": {…}},
 *      "response": {"status": 200, "content_type": "application/json", "at_ms": 812.5,
 *                   "body": {…}}}
 *
 * A stream has "chunks" instead: [{"at_ms": 301, "text": "data: …\n\n"}, …]; what is neither JSON
 * nor a stream has "text".  Instants count from the request on.  The same request is: method, path
 * and body, whose white space, order of keys and spelling of numbers do not count.
 *
 * A fixture takes part in the faults that a header asks for or a rule without a model has, and in
 * nothing else: it has no limits, and no tokens are counted.  Plain values in one arena each. */
#ifndef ET_MOCK_BRAIN_FIXTURE_H
#define ET_MOCK_BRAIN_FIXTURE_H

#include "core/base/arena.h"
#include "core/base/complaint.h"
#include "core/base/ns.h"
#include "core/base/text.h"
#include "mock_openai/brain_table.h"

enum { ET_FIXTURE_BYTES_MAX = 32 << 20, ET_FIXTURE_VALUES_MAX = 1 << 20 }; /* of its file */

struct et_fixture_chunk {
    et_ns at; /* after the request; never before the chunk before it */
    struct et_slice text;
};

struct et_fixture {
    uint64_t key;
    struct et_slice method, path, body; /* of the request; the body is JSON or empty */
    unsigned status;
    struct et_slice content_type;
    bool streams;
    struct et_fixture_chunk *chunks; /* one when it does not stream */
    size_t chunk_count;
    struct et_arena arena;
};

/* What tells requests apart; a body that is no JSON counts to the letter.  ET_NOMEM. */
int et_fixture_key(uint64_t *out, struct et_slice method, struct et_slice path,
                   struct et_slice body, const struct et_mem *mem) ET_MUST_CHECK;

/* Reads a fixture's file (comments allowed).  What et_form_close says, ET_SYNTAX, ET_LIMIT or
 * ET_NOMEM, with a complaint. */
int et_fixture_new(struct et_fixture **out, struct et_slice text, const struct et_mem *mem,
                   struct et_complaint *complaint) ET_MUST_CHECK;
void et_fixture_free(struct et_fixture *fixture);

/* As et_fixture_new reads it: instants to the microsecond, texts as UTF-8, JSON without white space
 * around it.  Errors are in `out`. */
void et_fixture_print(const struct et_fixture *fixture, struct et_text *out);

/* All that a mock has; a zeroed one has none. */
enum { ET_FIXTURES_MAX = 16384 };

struct et_fixtures { /* private */
    const struct et_mem *mem;
    struct et_fixture **items;
    size_t count, room;
    struct et_table places; /* uint32_t by key */
};

void et_fixtures_init(struct et_fixtures *fixtures, const struct et_mem *mem);
void et_fixtures_free(struct et_fixtures *fixtures);

/* `fixture` is given; a later one of the same key counts instead of an earlier one, which stays for
 * replies that are under way.  ET_NOMEM, ET_FULL; then it is still the caller's. */
int et_fixtures_add(struct et_fixtures *fixtures, struct et_fixture *fixture) ET_MUST_CHECK;
const struct et_fixture *et_fixtures_find(const struct et_fixtures *fixtures, uint64_t key);

#endif
