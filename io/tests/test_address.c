/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "io/address.h"

static const struct {
    const char *why, *text, *url; /* url NULL: refused */
    bool loopback;
} addresses[] = {
    {"the usual one", "127.0.0.1", "http://127.0.0.1:8080", true},
    {"all of 127.0.0.0/8 is this machine", "127.1.2.3", "http://127.1.2.3:8080", true},
    {"the one name", "localhost", "http://127.0.0.1:8080", true},
    {"IPv6 goes into brackets", "::1", "http://[::1]:8080", true},
    {"every address of this machine", "0.0.0.0", "http://0.0.0.0:8080", false},
    {"the same of IPv6", "::", "http://[::]:8080", false},
    {"somebody's network", "192.168.1.2", "http://192.168.1.2:8080", false},
    {"127 in the wrong place", "1.2.3.127", "http://1.2.3.127:8080", false},
    {"a name", "example.com", NULL, false},
    {"short forms of old", "127.1", NULL, false},
    {"a port too many", "127.0.0.1:80", NULL, false},
    {"nothing", "", NULL, false},
};

static void addresses_are_numbers_or_localhost(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct et_address address;
        char url[ET_ADDRESS_URL];
        bool taken = et_address_parse(&address, addresses[i].text, 8080);
        if (taken != (addresses[i].url != NULL))
            fail_msg("%s: %s", addresses[i].why, taken ? "taken" : "refused");
        if (!taken)
            continue;
        et_address_url(&address, 8080, url);
        assert_string_equal(url, addresses[i].url);
        assert_int_equal(et_address_loopback(&address), addresses[i].loopback);
    }
}

int main(void)
{
    const struct CMUnitTest stories[] = {cmocka_unit_test(addresses_are_numbers_or_localhost)};
    return cmocka_run_group_tests(stories, NULL, NULL);
}
