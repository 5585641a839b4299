/* SPDX-License-Identifier: MIT */
/* The same JSON and the same events, written as nobody writes them: legal to the letter of RFC 8259
 * and of the SSE specification, and what a reader built on luck trips over.
 *
 *     {"a":"b/c","n":1.0}     {⏎⇥"\u006e" : 1.0 ,⏎⇥"\u0061" : "\u0062\/c"⏎}
 *     data: {…}⏎⏎             : etalon␍⏎data:{␍⏎data:⇥"\u0061" …␍⏎␍⏎
 *
 * Members come in reverse, every third character of a string that could be is escaped, numbers stay
 * as they were spelt; lines of events end with CR LF, comments stand between them, and white space
 * inside JSON makes data of several lines. */
#ifndef ET_MOCK_BRAIN_ODD_H
#define ET_MOCK_BRAIN_ODD_H

#include "core/base/text.h"

/* Appends `json` so; as it is if the gate (core/json/gate.h) does not let it in.  ET_NOMEM, or what
 * `out` failed with. */
int et_odd_json(struct et_text *out, struct et_slice json, const struct et_mem *mem) ET_MUST_CHECK;

/* Appends one event, as "event: X" and "data: X" lines and the empty one. */
int et_odd_event(struct et_text *out, struct et_slice event,
                 const struct et_mem *mem) ET_MUST_CHECK;

#endif
