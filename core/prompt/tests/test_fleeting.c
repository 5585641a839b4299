/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/prompt/fleeting.h"

static const struct {
    const char *text, *found; /* "": nothing */
    enum et_fleeting_kind kind;
} rows[] = {
    {"Today is 2026-11-21.", "2026-11-21", ET_FLEETING_DATE},
    {"Now: 2026-11-21T18:30:59.123Z, go", "2026-11-21T18:30:59.123Z", ET_FLEETING_DATE},
    {"on 2026/1/2", "2026/1/2", ET_FLEETING_DATE},
    {"am 21.11.2026.", "21.11.2026", ET_FLEETING_DATE},
    {"11/21/2026", "11/21/2026", ET_FLEETING_DATE},
    {"the 21 November 2026!", "21 November 2026", ET_FLEETING_DATE},
    {"21. nov 2026", "21. nov 2026", ET_FLEETING_DATE},
    {"on Nov. 21, 2026", "Nov. 21, 2026", ET_FLEETING_DATE},
    {"at 18:30:59", "18:30:59", ET_FLEETING_TIME},
    {"at 6:30 pm", "6:30 pm", ET_FLEETING_TIME},
    {"at 18:30 UTC", "18:30 UTC", ET_FLEETING_TIME},
    {"id 3f2504e0-4f89-11d3-9a0c-0305e82c3301.", "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
     ET_FLEETING_UUID},
    {"for req_8f3a77b20c9d41e0", "req_8f3a77b20c9d41e0", ET_FLEETING_ID},
    {"at 1763749859", "1763749859", ET_FLEETING_NUMBER},
    {"card 4111111111111111", "4111111111111111", ET_FLEETING_NUMBER},
    {"3f2504e0-4f89-11d3-9a0c-0305e82c33011", "3f2504e0-4f89-11d3-9a0c-0305e82c33011",
     ET_FLEETING_ID},
    {"This is request 4711", "request 4711", ET_FLEETING_COUNTER},
    {"Session no. 17 of", "Session no. 17", ET_FLEETING_COUNTER},
    {"order #20", "order #20", ET_FLEETING_COUNTER},
    {"see #20459", "#20459", ET_FLEETING_COUNTER},
    {"(#20459)", "#20459", ET_FLEETING_COUNTER},
    {"Run at 5:30 per kilometre, 3 x 8 min", "", 0},
    {"1. First, 2. Second", "", 0},
    {"in 2026, from 1 to 10, 80/20", "", 0},
    {"2026-13-01", "", 0},
    {"12026-11-01", "", 0},
    {"32.11.2026", "", 0},
    {"25:00:00", "", 0},
    {"May 21", "", 0},
    {"half-marathon-and-ultra-distances", "", 0},
    {"run 5 km", "", 0},
    {"order 66km", "", 0},
    {"heading #1", "", 0},
    {"", "", 0},
};

static void what_looks_fleeting_is_found_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_fleeting got = {0};
        struct et_slice text = et_slice_of(rows[i].text);
        bool found = et_fleeting_find(text, 0, &got);
        struct et_slice part = et_slice_part(text, got.at, got.at + got.size);
        if (found != (rows[i].found[0] != '\0') ||
            (found &&
             (got.kind != rows[i].kind || !et_slice_equal(part, et_slice_of(rows[i].found)))))
            fail_msg("%s: %.*s (%s)", rows[i].text, ET_ARG(part), et_fleeting_name(got.kind));
    }
}

static void the_search_goes_on_behind_the_first(void **state)
{
    (void)state;
    struct et_slice text = ET_LIT("2026-11-21 and 18:30:59 and #42");
    struct et_fleeting got = {0};
    size_t count = 0;
    for (size_t at = 0; et_fleeting_find(text, at, &got); at = got.at + got.size)
        count++;
    assert_int_equal(count, 3);
    assert_int_equal(got.at + got.size, text.size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_looks_fleeting_is_found_and_nothing_else),
        cmocka_unit_test(the_search_goes_on_behind_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
