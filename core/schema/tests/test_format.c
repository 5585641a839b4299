/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/schema/format.h"

static const struct {
    const char *format, *good[5], *bad[9];
} rows[] = {
    {"date",
     {"2026-02-28", "2024-02-29", "2000-02-29", "0001-12-31"},
     {"2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-1-01", "2026-01-32", "",
      "2026-01-01x"}},
    {"time",
     {"09:26:53Z", "23:59:59.123z", "00:00:00+02:00", "00:00:00-11:30"},
     {"24:00:00Z", "09:60:00Z", "09:26:53", "09:26Z", "09:26:53.Z", "09:26:53+2:00", ""}},
    {"date-time",
     {"2026-03-14T09:26:53Z", "2026-03-14t09:26:53.5+01:00"},
     {"2026-03-14 09:26:53Z", "2026-03-14", "09:26:53Z", "2026-02-30T00:00:00Z"}},
    {"duration",
     {"P3D", "P1Y2M3DT4H5M6S", "PT36H", "P4W"},
     {"P", "PT", "3D", "P1H", "PT1D", "P1D2Y", "P3", "P3Dx"}},
    {"email",
     {"a@b.c", "river.garden@example.com", "x+y_z-1@a-b.org"},
     {"a", "@b", "a@", ".a@b", "a.@b", "a@-b", "a b@c", "a@b@c"}},
    {"uuid",
     {"123e4567-e89b-42d3-a456-426614174000", "123E4567-E89B-42D3-A456-426614174000"},
     {"123e4567e89b42d3a456426614174000", "123e4567-e89b-42d3-a456-42661417400",
      "g23e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-42d3-a456-4266141740000", ""}},
    {"ipv4",
     {"192.0.2.1", "0.0.0.0", "255.255.255.255"},
     {"256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "a.b.c.d", "1..2.3", ""}},
    {"ipv6",
     {"2001:db8::1", "::", "::1", "1::", "1:2:3:4:5:6:7:8"},
     {"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", ":1", "1:2:3:4:5:6:7::8",
      "g::", ""}},
    {"hostname",
     {"example.com", "a", "a-b.c", "1.2"},
     {"", "-a.com", "a-.com", "a..b", "a_b", "a b", ".a"}},
    {"uri",
     {"https://example.com/a?b=c#d", "mailto:a@b.c", "urn:x:y", "a+b:c", "a:!$&'()*+,;=%[]@"},
     {"", "example.com", ":a", "1a:b", "a:", "https://a b", "h_t:x"}},
    {"a format nobody knows", {"", "anything"}, {NULL}},
};

static void each_format_holds_what_it_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_slice format = et_slice_of(rows[i].format);
        for (size_t k = 0; k < 5 && rows[i].good[k]; k++)
            if (!et_format_holds(format, et_slice_of(rows[i].good[k])))
                fail_msg("%s: '%s' is refused", rows[i].format, rows[i].good[k]);
        for (size_t k = 0; k < 9 && rows[i].bad[k]; k++)
            if (et_format_holds(format, et_slice_of(rows[i].bad[k])))
                fail_msg("%s: '%s' is taken", rows[i].format, rows[i].bad[k]);
        assert_int_equal(et_format_known(format), i + 1 < sizeof rows / sizeof *rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_holds_what_it_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
