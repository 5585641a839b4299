/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/day.h"
#include "core/route/reason.h"

#define NONE                                                                                       \
    {                                                                                              \
        NULL, 0                                                                                    \
    }
#define LUNA                                                                                       \
    {                                                                                              \
        "luna", 4                                                                                  \
    }
#define SOL                                                                                        \
    {                                                                                              \
        "sol", 3                                                                                   \
    }

static void each_kind_has_its_words(void **state)
{
    (void)state;
    static const struct {
        struct et_route_reason reason;
        const char *word, *text;
    } rows[] = {
        {{ET_ROUTE_ASKED, LUNA, NONE, 0, 0}, "asked", "luna: as asked"},
        {{ET_ROUTE_USE_CASE, LUNA, SOL, 0, 0}, "use_case", "luna: for use case sol"},
        {{ET_ROUTE_SIMPLE, LUNA, NONE, 7, 100}, "simple", "simple: 7 tokens < 100: luna"},
        {{ET_ROUTE_HIGH, NONE, NONE, 612, 500}, "high", "high: 612 tokens > 500"},
        {{ET_ROUTE_CRITICAL, NONE, NONE, 0, 0}, "critical", "critical: flagged"},
        {{ET_ROUTE_LOAD, LUNA, SOL, 2105, 1000}, "load", "load 2.10 >= 1.00: luna instead of sol"},
        {{ET_ROUTE_LIMIT, LUNA, NONE, 9, ET_ROUTE_BY_USE_CASE},
         "limit",
         "luna: max_tokens 9, by the use case"},
        {{ET_ROUTE_UNKNOWN, LUNA, SOL, 0, 0},
         "unknown",
         "luna is not in the catalogue; did you mean sol?"},
        {{ET_ROUTE_UNKNOWN, LUNA, NONE, 0, 0}, "unknown", "luna is not in the catalogue"},
        {{ET_ROUTE_ENDED, LUNA, NONE, 20832, 0}, "ended", "luna skipped: shut down 2027-01-14"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_text text;
        et_text_init(&text, &support_heap, 256);
        et_route_reason_print(&rows[i].reason, &text);
        assert_slice_equal(et_text_slice(&text), rows[i].text);
        assert_string_equal(et_route_reason_word(rows[i].reason.kind), rows[i].word);
        et_text_free(&text);
    }
}

/* A client may ask for a model of any name. */
static void a_long_or_broken_name_stays_one_short_line_of_utf8(void **state)
{
    (void)state;
    char name[500];
    memset(name, 'x', sizeof name);
    name[1] = (char)0xff;
    name[2] = '\n';
    struct et_route_reason reason = {ET_ROUTE_UNKNOWN, {name, sizeof name}, NONE, 0, 0};
    struct et_text text;
    et_text_init(&text, &support_heap, 256);
    et_route_reason_print(&reason, &text);
    assert_int_equal(et_text_failed(&text), 0);
    assert_memory_equal(et_text_slice(&text).data, "x\xef\xbf\xbd?x", 6);
    assert_true(et_text_slice(&text).size < 150);
    et_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_its_words),
        cmocka_unit_test(a_long_or_broken_name_stays_one_short_line_of_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
