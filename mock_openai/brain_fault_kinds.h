/* SPDX-License-Identifier: MIT */
/* What can go wrong with an answer, on purpose: the kinds of faults, their settings and names.
 * docs/faults.md tells each of them from the client's side.
 *
 * Two classes.  An ENDING fault decides what becomes of the answer: a request gets at most one.  A
 * SHAPING fault changes how the answer arrives, never what it says: any number of them go with each
 * other and with one ending fault. */
#ifndef ET_MOCK_BRAIN_FAULT_KINDS_H
#define ET_MOCK_BRAIN_FAULT_KINDS_H

#include "core/base/ns.h"
#include "core/openai/error.h"
#include "mock_openai/brain_manners.h"

/* Chunks are those with a piece of the answer, and an `after` behind the last one means behind it.
 * A plain answer has no chunks: what comes after some of them comes in its middle.  Values are part
 * of digests: append, never renumber. */
enum et_fault_kind {
    ET_FAULT_NONE,

    ET_FAULT_STATUS,          /* an error status instead of an answer */
    ET_FAULT_STALL_HEAD,      /* nothing for `pause`, then the answer */
    ET_FAULT_STALL,           /* nothing for `pause` after `after` chunks, then the rest */
    ET_FAULT_CUT,             /* FIN after `after` chunks, the answer unfinished */
    ET_FAULT_RESET,           /* TCP reset after `after` bytes of the body; 0: before the head */
    ET_FAULT_ERROR_EVENT,     /* an error event after `after` chunks, and the end */
    ET_FAULT_HTML,            /* a proxy's page with `status` instead of an answer */
    ET_FAULT_EMPTY,           /* status 200 and not a byte of a body */
    ET_FAULT_REFUSE,          /* no connection: it is refused, or reset as soon as it is there */
    ET_FAULT_CUT_EVENT,       /* FIN in the middle of the event behind `after` chunks */
    ET_FAULT_CUT_CHUNK,       /* the same inside an HTTP chunk that announced more */
    ET_FAULT_NO_LAST_CHUNK,   /* every event, then FIN without the HTTP chunk that ends the body */
    ET_FAULT_LENGTH_SHORT,    /* content-length says `bytes` less than there are */
    ET_FAULT_LENGTH_LONG,     /* content-length says `bytes` more; then FIN */
    ET_FAULT_BAD_JSON,        /* the event behind `after` chunks ends inside its JSON */
    ET_FAULT_DUPLICATE_CHUNK, /* chunk number `after` comes twice */
    ET_FAULT_NO_FINISH,       /* without the event that says why the answer ended */
    ET_FAULT_NO_USAGE,        /* without the usage that was asked for */
    ET_FAULT_NO_DONE,         /* without the event that ends the stream */
    ET_FAULT_DONE_TWICE,      /* with two of it */

    ET_FAULT_STALL_END,  /* nothing for `pause` before the last event; plain: the last byte */
    ET_FAULT_SLOW_DRIP,  /* the body in pieces of `bytes`, one every `pause` */
    ET_FAULT_ONE_BYTE,   /* each write to the socket is one byte, head and framing too */
    ET_FAULT_SPLIT_UTF8, /* a pause inside a character of several bytes, in each event */
    ET_FAULT_ODD_JSON,   /* unusual but legal: white space, order, escapes; in SSE, CRLF too */
    ET_FAULT_WRONG_TYPE, /* content-type is `value` */
    ET_FAULT_HEADER,     /* the field `name` is `value`; without a value it is left out */
    ET_FAULT_OVERSIZE,   /* `bytes` of padding that means nothing */
    ET_FAULT_CLOSE_IDLE, /* FIN behind a whole answer whose head promised to go on */

    ET_FAULT_KINDS
};

/* How an error event looks: as the endpoint's streams do, or always the one or the other. */
enum et_event_shape { ET_SHAPE_OWN, ET_SHAPE_DATA, ET_SHAPE_EVENT };
extern const char *const et_event_shapes[];

struct et_fault {
    enum et_fault_kind kind;
    unsigned status;      /* STATUS: 400 to 599; HTML: 200 to 599 */
    struct et_slice code; /* STATUS, ERROR_EVENT: error code; empty: the usual one */
    et_ns retry_after;    /* STATUS; ET_NEVER: not said */
    int retry_form;       /* STATUS: enum et_retry_manner; -1: as the mock tells of limits */
    int should_retry;     /* STATUS: x-should-retry; -1: not sent, 0 false, 1 true */
    enum et_event_shape shape;
    uint64_t after; /* chunks or bytes, see above */
    uint64_t bytes;
    et_ns pause;
    struct et_slice name, value;
};

/* What a kind can be told, as bits. */
enum et_fault_key {
    ET_KEY_CODE = 1 << 0,
    ET_KEY_RETRY = 1 << 1, /* when, in which form, and should-retry */
    ET_KEY_STATUS = 1 << 2,
    ET_KEY_PAUSE = 1 << 3,
    ET_KEY_AFTER = 1 << 4,       /* in chunks */
    ET_KEY_AFTER_BYTES = 1 << 5, /* in bytes */
    ET_KEY_BYTES = 1 << 6,
    ET_KEY_TYPE = 1 << 7,  /* `value`, a content-type */
    ET_KEY_FIELD = 1 << 8, /* `name` and `value` */
    ET_KEY_SHAPE = 1 << 9
};

/* Which answers a kind can happen to. */
enum et_fault_needs { ET_FAULT_ANY, ET_FAULT_STREAM, ET_FAULT_PLAIN };

struct et_fault_info {
    const char *name; /* "stall-head"; scenario files write "stall_head" */
    bool ending;
    enum et_fault_needs needs;
    unsigned keys;
    struct et_fault usual; /* what holds for keys that are not given */
};

/* Of a kind but NONE. */
const struct et_fault_info *et_fault_info(enum et_fault_kind kind);

/* By its name, with '-' or with `joint` in its place; ET_FAULT_NONE: there is none.  A status by
 * its number is not among them. */
enum et_fault_kind et_fault_named(struct et_slice name, char joint);

/* All but "status": "stall-head, stall … or close-idle", with `joint` for '-'; NUL-terminated, cut
 * to `room`. */
void et_fault_names(char *out, size_t room, char joint);

/* Whether it can happen to such an answer. */
bool et_fault_fits(enum et_fault_kind kind, bool streams);

enum {
    ET_FAULT_MS_MAX = 3600000,
    ET_FAULT_BYTES_MAX = 64 << 20, /* of padding, and the like */
    ET_FAULT_STATUS_MIN = 400,
    ET_FAULT_STATUS_MAX = 599,
    ET_FAULT_HTML_MIN = 200
};

/* NULL, or what is expected of a fault that cannot be: a status out of range, a field name that is
 * none or that frames the answer, a value with control characters, no byte at all. */
const char *et_fault_wrong(const struct et_fault *fault);

#endif
