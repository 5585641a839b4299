/* SPDX-License-Identifier: MIT */
/* The errors of the whole house, one list.  A call that can break returns 0 or one of these,
 * all negative, and is marked ET_MUST_CHECK.  "No" as an ordinary answer (full, miss, denied) is a
 * bool or an enum of the module, never one of these. */
#ifndef ET_BASE_ERR_H
#define ET_BASE_ERR_H

#define ET_MUST_CHECK          __attribute__((warn_unused_result))
#define ET_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* X(name, value, text) */
#define ET_ERR_LIST(X)                                                                             \
    X(NOMEM, -1, "out of memory")                                                                  \
    X(LIMIT, -2, "a stated limit was exceeded")                                                    \
    X(SYNTAX, -3, "malformed input")                                                               \
    X(VALUE, -4, "a value is out of its range")                                                    \
    X(UNKNOWN, -5, "no such name")                                                                 \
    X(IO, -6, "the system refused a read, a write or a socket")                                    \
    X(VERSION, -7, "written by another version")                                                   \
    X(CORRUPT, -8, "stored data is damaged")                                                       \
    X(CANCELLED, -9, "interrupted")                                                                \
    X(FULL, -10, "no room for one more")

enum et_err {
#define ET_ERR_VALUE(name, value, text) ET_##name = value,
    ET_ERR_LIST(ET_ERR_VALUE)
#undef ET_ERR_VALUE
};

/* The sentence of an error, without a full stop; "no error" for 0, "unknown error" otherwise. */
const char *et_err_text(int err);

#endif
