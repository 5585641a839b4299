/* SPDX-License-Identifier: MIT */
/* Faults that a client asks for itself, by the header x-etalon-fault.
 *
 *     header = fault *( "," fault )
 *     fault  = KIND *( ";" key "=" value )
 *     KIND             keys, and what they are by default
 *     400 … 599        code, retry-after-ms, retry-after (s), should-retry (true, false): not sent;
 *                      retry-form: as the mock tells of limits, or a word of brain_manners.h
 *     stall-head       ms=1000
 *     stall            after=1, ms=1000
 *     stall-end        ms=1000
 *     slow-drip        bytes=16, ms=10
 *     split-utf8       ms=1
 *     cut, cut-event, cut-chunk, bad-json, duplicate-chunk      after=1
 *     error-event      after=1, code, shape=own (own, data, event)
 *     reset            after-bytes=0
 *     html             status=502
 *     length-short, length-long      bytes=7
 *     wrong-type       type=text/plain
 *     header           name, value: none, and the field is left out
 *     oversize         bytes=1048576
 *     refuse, empty, no-last-chunk, no-finish, no-usage, no-done, done-twice, one-byte, odd-json,
 *     close-idle       none
 *     and for each     times (every time), id (the request itself)
 *
 * One of them may be an ending fault (brain_fault_kinds.h).  With `times` only the first so many
 * requests that name this id get the fault.  On a connection that is there "refuse" is a reset
 * before the head. */
#ifndef ET_MOCK_BRAIN_FAULTS_H
#define ET_MOCK_BRAIN_FAULTS_H

#include "core/openai/error.h"
#include "core/prices/catalogue.h"
#include "mock_openai/brain_fault_kinds.h"

enum { ET_FAULT_WISHES_MAX = 8 };

struct et_fault_wish {
    struct et_fault fault;
    uint64_t times;     /* UINT64_MAX: every time */
    struct et_slice id; /* empty: the request itself */
};

struct et_fault_wishes {
    struct et_fault_wish items[ET_FAULT_WISHES_MAX];
    size_t count;
};

/* Adds to *out what one such header wishes; a request may have several.  Slices point into the
 * header.  False: *error is the 400 that lists what there is. */
bool et_fault_parse(struct et_fault_wishes *out, struct et_slice header,
                    struct et_api_error *error);

/* Whether `name` is the model's id or one of its aliases. */
bool et_model_named(const struct et_model *model, struct et_slice name);

#endif
