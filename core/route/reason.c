/* SPDX-License-Identifier: MIT */
#include "core/route/reason.h"

#include "core/base/day.h"

#include <inttypes.h>

enum { NAME_MAX = 100 }; /* bytes of a name that are shown */

const char *et_route_reason_word(enum et_route_reason_kind kind)
{
    static const char *const words[] = {
#define ET_ROUTE_REASON_WORD(name, word, wording) word,
        ET_ROUTE_REASON_LIST(ET_ROUTE_REASON_WORD)
#undef ET_ROUTE_REASON_WORD
    };
    return words[kind];
}

static const char *wording_of(enum et_route_reason_kind kind)
{
    static const char *const wordings[] = {
#define ET_ROUTE_REASON_WORDING(name, word, wording) wording,
        ET_ROUTE_REASON_LIST(ET_ROUTE_REASON_WORDING)
#undef ET_ROUTE_REASON_WORDING
    };
    return wordings[kind];
}

/* A client may ask for any name: what would break the line comes out as '?'. */
static void add_name(struct et_text *out, struct et_slice name)
{
    char shown[NAME_MAX];
    size_t size = name.size < NAME_MAX ? name.size : NAME_MAX;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)name.data[i];
        shown[i] = c < ' ' || c == 0x7f ? '?' : (char)c;
    }
    et_text_utf8(out, (struct et_slice){shown, size});
}

static void add_load(struct et_text *out, uint64_t milli)
{
    et_text_addf(out, "%" PRIu64 ".%02" PRIu64, milli / 1000, milli % 1000 / 10);
}

static void add_day(struct et_text *out, uint64_t day)
{
    char text[ET_DAY_TEXT];
    et_day_print((et_day)day, text);
    et_text_add(out, et_slice_of(text));
}

static void add_value(const struct et_route_reason *reason, char which, struct et_text *out)
{
    static const char *const by[] = {
        "the client",       "the use case",       "the model's own entry",
        "the table's mini", "the table's larger", "the table's other"};
    if (which == 'm' || which == 'o')
        add_name(out, which == 'm' ? reason->model : reason->other);
    else if (which == 'a' || which == 'b')
        et_text_u64(out, which == 'a' ? reason->a : reason->b);
    else if (which == 'A' || which == 'B')
        add_load(out, which == 'A' ? reason->a : reason->b);
    else if (which == 'd')
        add_day(out, reason->a);
    else
        et_text_add(out, et_slice_of(by[reason->b]));
}

/* Whether the name in the brackets that begin at `at` is there. */
static bool is_said(const struct et_route_reason *reason, const char *at)
{
    return strchr(at, '$')[1] == 'm' ? reason->model.size > 0 : reason->other.size > 0;
}

void et_route_reason_print(const struct et_route_reason *reason, struct et_text *out)
{
    for (const char *at = wording_of(reason->kind); *at; at++)
        if (*at == '$')
            add_value(reason, *++at, out);
        else if (*at == '[' && !is_said(reason, at))
            at = strchr(at, ']');
        else if (*at != '[' && *at != ']')
            et_text_addc(out, *at);
}
