/* SPDX-License-Identifier: MIT */
/* Why a JSON text is refused by the gate (gate.h).  One list: name, error of the house, words. */
#ifndef ET_JSON_REASON_H
#define ET_JSON_REASON_H

#include "core/base/err.h"

/* X(name, error, text) */
#define ET_GATE_REASON_LIST(X)                                                                     \
    X(EMPTY, ET_SYNTAX, "there is no value")                                                       \
    X(UNFINISHED, ET_SYNTAX, "the text ends in the middle of a value")                             \
    X(VALUE, ET_SYNTAX, "expected a value")                                                        \
    X(KEY, ET_SYNTAX, "expected a key in double quotes")                                           \
    X(COLON, ET_SYNTAX, "expected ':' after the key")                                              \
    X(COMMA, ET_SYNTAX, "expected ',' or the closing bracket")                                     \
    X(TRAILING, ET_SYNTAX, "there is more after the value")                                        \
    X(LITERAL, ET_SYNTAX, "expected true, false or null")                                          \
    X(NUMBER, ET_SYNTAX, "not a number as JSON writes it")                                         \
    X(CONTROL, ET_SYNTAX, "a control character in a string must be escaped")                       \
    X(ESCAPE, ET_SYNTAX, "no such escape in a string")                                             \
    X(SURROGATE, ET_SYNTAX, "an escape names half of a surrogate pair")                            \
    X(UTF8, ET_SYNTAX, "not valid UTF-8")                                                          \
    X(NUL, ET_SYNTAX, "a string holds \\u0000, which cannot be handled")                           \
    X(DUPLICATE, ET_SYNTAX, "the object has this key already")                                     \
    X(TOO_LONG, ET_LIMIT, "the text is too long")                                                  \
    X(TOO_DEEP, ET_LIMIT, "too many brackets inside one another")                                  \
    X(TOO_MANY_VALUES, ET_LIMIT, "too many values")                                                \
    X(LONG_NUMBER, ET_LIMIT, "a number has too many characters")                                   \
    X(TOO_MANY_KEYS, ET_LIMIT, "too many keys")

enum et_gate_reason {
    ET_GATE_GOOD,
#define ET_GATE_REASON_VALUE(name, error, text) ET_GATE_##name,
    ET_GATE_REASON_LIST(ET_GATE_REASON_VALUE)
#undef ET_GATE_REASON_VALUE
};

const char *et_gate_reason_text(enum et_gate_reason reason); /* a clause without a full stop */
int et_gate_reason_err(enum et_gate_reason reason);          /* 0, ET_SYNTAX or ET_LIMIT */

#endif
