/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_fault_kinds.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const char *const et_event_shapes[] = {"own", "data", "event", NULL};

#define USUAL .retry_after = ET_NEVER, .retry_form = -1, .should_retry = -1

enum { ENDING = 1, SHAPING = 0 };

#define ROW(KIND, text, class, where, bits, ...)                                                   \
    [ET_FAULT_##KIND] = {                                                                          \
        .name = text,                                                                              \
        .ending = class,                                                                           \
        .needs = ET_FAULT_##where,                                                                 \
        .keys = bits,                                                                              \
        .usual = {.kind = ET_FAULT_##KIND, USUAL, __VA_ARGS__},                                    \
    }
#define STATUS_KEYS (ET_KEY_STATUS | ET_KEY_CODE | ET_KEY_RETRY)

static const struct et_fault_info infos[ET_FAULT_KINDS] = {
    ROW(STATUS, "status", ENDING, ANY, STATUS_KEYS, .status = 0),
    ROW(STALL_HEAD, "stall-head", SHAPING, ANY, ET_KEY_PAUSE, .pause = ET_S),
    ROW(STALL, "stall", SHAPING, ANY, ET_KEY_PAUSE | ET_KEY_AFTER, .pause = ET_S, .after = 1),
    ROW(CUT, "cut", ENDING, ANY, ET_KEY_AFTER, .after = 1),
    ROW(RESET, "reset", ENDING, ANY, ET_KEY_AFTER_BYTES, .after = 0),
    ROW(ERROR_EVENT, "error-event", ENDING, ANY, ET_KEY_AFTER | ET_KEY_CODE | ET_KEY_SHAPE,
        .after = 1, .status = 500),
    ROW(HTML, "html", ENDING, ANY, ET_KEY_STATUS, .status = 502),
    ROW(EMPTY, "empty", ENDING, ANY, 0, .after = 0),
    ROW(REFUSE, "refuse", ENDING, ANY, 0, .after = 0),
    ROW(CUT_EVENT, "cut-event", ENDING, STREAM, ET_KEY_AFTER, .after = 1),
    ROW(CUT_CHUNK, "cut-chunk", ENDING, STREAM, ET_KEY_AFTER, .after = 1),
    ROW(NO_LAST_CHUNK, "no-last-chunk", ENDING, STREAM, 0, .after = 0),
    ROW(LENGTH_SHORT, "length-short", ENDING, PLAIN, ET_KEY_BYTES, .bytes = 7),
    ROW(LENGTH_LONG, "length-long", ENDING, PLAIN, ET_KEY_BYTES, .bytes = 7),
    ROW(BAD_JSON, "bad-json", ENDING, ANY, ET_KEY_AFTER, .after = 1),
    ROW(DUPLICATE_CHUNK, "duplicate-chunk", ENDING, STREAM, ET_KEY_AFTER, .after = 1),
    ROW(NO_FINISH, "no-finish", ENDING, STREAM, 0, .after = 0),
    ROW(NO_USAGE, "no-usage", ENDING, STREAM, 0, .after = 0),
    ROW(NO_DONE, "no-done", ENDING, STREAM, 0, .after = 0),
    ROW(DONE_TWICE, "done-twice", ENDING, STREAM, 0, .after = 0),
    ROW(STALL_END, "stall-end", SHAPING, ANY, ET_KEY_PAUSE, .pause = ET_S),
    ROW(SLOW_DRIP, "slow-drip", SHAPING, ANY, ET_KEY_PAUSE | ET_KEY_BYTES, .pause = 10 * ET_MS,
        .bytes = 16),
    ROW(ONE_BYTE, "one-byte", SHAPING, ANY, 0, .after = 0),
    ROW(SPLIT_UTF8, "split-utf8", SHAPING, ANY, ET_KEY_PAUSE, .pause = ET_MS),
    ROW(ODD_JSON, "odd-json", SHAPING, ANY, 0, .after = 0),
    ROW(WRONG_TYPE, "wrong-type", SHAPING, ANY, ET_KEY_TYPE, .value = ET_LIT("text/plain")),
    ROW(HEADER, "header", SHAPING, ANY, ET_KEY_FIELD, .after = 0),
    ROW(OVERSIZE, "oversize", SHAPING, ANY, ET_KEY_BYTES, .bytes = 1 << 20),
    ROW(CLOSE_IDLE, "close-idle", SHAPING, ANY, 0, .after = 0),
};

const struct et_fault_info *et_fault_info(enum et_fault_kind kind)
{
    assert(kind > ET_FAULT_NONE && kind < ET_FAULT_KINDS);
    return &infos[kind];
}

static bool names_equal(struct et_slice text, const char *name, char joint)
{
    size_t i = 0;
    for (; i < text.size && name[i]; i++)
        if (text.data[i] != (name[i] == '-' ? joint : name[i]))
            return false;
    return i == text.size && !name[i];
}

enum et_fault_kind et_fault_named(struct et_slice name, char joint)
{
    for (int kind = ET_FAULT_NONE + 1; kind < ET_FAULT_KINDS; kind++)
        if (names_equal(name, infos[kind].name, joint))
            return (enum et_fault_kind)kind;
    return ET_FAULT_NONE;
}

void et_fault_names(char *out, size_t room, char joint)
{
    size_t used = 0;
    for (int kind = ET_FAULT_STATUS + 1; kind < ET_FAULT_KINDS && used < room; kind++) {
        const char *before = kind == ET_FAULT_STATUS + 1 ? ""
                             : kind < ET_FAULT_KINDS - 1 ? ", "
                                                         : " or ";
        used += (size_t)snprintf(out + used, room - used, "%s%s", before, infos[kind].name);
    }
    for (char *at = out; *at; at++)
        if (*at == '-')
            *at = joint;
}

bool et_fault_fits(enum et_fault_kind kind, bool streams)
{
    enum et_fault_needs needs = et_fault_info(kind)->needs;
    return needs == ET_FAULT_ANY || (needs == ET_FAULT_STREAM) == streams;
}

static bool is_token(struct et_slice name)
{
    static const char marks[] = "!#$%&'*+-.^_`|~"; /* RFC 9110, section 5.6.2 */
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i], lower = (char)(c | 0x20);
        if (!(lower >= 'a' && lower <= 'z') && !(c >= '0' && c <= '9') &&
            (c == '\0' || !strchr(marks, c)))
            return false;
    }
    return name.size > 0;
}

static bool is_value(struct et_slice value)
{
    for (size_t i = 0; i < value.size; i++)
        if (((unsigned char)value.data[i] < 0x20 && value.data[i] != '\t') || value.data[i] == 0x7F)
            return false;
    return et_slice_trim(value).size == value.size;
}

/* The server writes these itself; two of them would be another fault than was asked for. */
static bool is_framing(struct et_slice name)
{
    static const char *const names[] = {"content-length", "transfer-encoding", "connection",
                                        "date"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (et_slice_equal_nocase(name, et_slice_of(names[i])))
            return true;
    return false;
}

const char *et_fault_wrong(const struct et_fault *fault)
{
    unsigned keys = et_fault_info(fault->kind)->keys;
    bool page = fault->kind == ET_FAULT_HTML;
    unsigned lowest = page ? ET_FAULT_HTML_MIN : ET_FAULT_STATUS_MIN;
    if (keys & ET_KEY_STATUS && (fault->status < lowest || fault->status > ET_FAULT_STATUS_MAX))
        return page ? "a status from 200 to 599" : "a status from 400 to 599";
    if (keys & ET_KEY_FIELD && (!is_token(fault->name) || is_framing(fault->name)))
        return "the name of a header field that is not content-length, transfer-encoding, "
               "connection or date";
    if (keys & (ET_KEY_FIELD | ET_KEY_TYPE) && !is_value(fault->value))
        return "a value without control characters, and no white space around it";
    if (keys & ET_KEY_TYPE && fault->value.size == 0)
        return "a content-type";
    if (keys & ET_KEY_BYTES && (fault->bytes == 0 || fault->bytes > ET_FAULT_BYTES_MAX))
        return "from 1 to 67108864 bytes";
    return NULL;
}
