/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "core/guard/http_date.h"
#include "mock_openai/brain_manners.h"

#define ASKED_AT (90 * ET_S + 400 * ET_MS)

/* A chat of 154 tokens, with one x-etalon-manners header. */
struct wish {
    struct et_http_field field;
    char body[1024];
    struct et_brain_request request;
};

static void wish_open(struct wish *wish, const char *manners)
{
    char question[553];
    memset(question, 'a', sizeof(question) - 1);
    question[sizeof(question) - 1] = '\0';
    wish->field = (struct et_http_field){ET_LIT("x-etalon-manners"), et_slice_of(manners)};
    wish->request = world_chat(world_body(wish->body, sizeof(wish->body), "", question));
    wish->request.fields = &wish->field;
    wish->request.field_count = 1;
}

/* The second of two requests: the bucket has 146 of 300 left, and refuses it for 1.6 s. */
static void refuse(struct played *out, struct et_brain_config config, const char *manners)
{
    struct wish wish;
    wish_open(&wish, manners);
    config.limits.quota = (struct et_quota){.requests_per_minute = 500, .tokens_per_minute = 300};
    struct et_brain *brain = world_brain(config);
    ask(out, brain, &wish.request, ASKED_AT);
    assert_int_equal(out->status, 200);
    played_free(out);
    ask(out, brain, &wish.request, ASKED_AT);
    assert_int_equal(out->status, 429);
    et_brain_free(brain);
}

static void a_wait_is_told_in_every_manner(void **state)
{
    (void)state;
    static const struct {
        const char *manner, *seconds, *ms; /* NULL: not there */
    } rows[] = {
        {"both", "2", "1600"},
        {"seconds", "2", NULL},
        {"ms", NULL, "1600"},
        {"none", NULL, NULL},
        {"half", "1", "800"},
        {"double", "4", "3200"},
        {"zero", "0", "0"},
        {"huge", "3602", "3601600"},
        /* asked at 90.4 s of 2027-01-15 08:00:00, so not before 08:01:32 */
        {"date", "Fri, 15 Jan 2027 08:01:32 GMT", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char manners[64], line[80];
        struct played played;
        snprintf(manners, sizeof(manners), "retry-after=%s", rows[i].manner);
        refuse(&played, world_config(), manners);
        snprintf(line, sizeof(line), "retry-after: %s", rows[i].seconds ? rows[i].seconds : "");
        if (rows[i].seconds ? !field_is(&played, line)
                            : strstr(played.fields, "retry-after: ") != 0)
            fail_msg("%s\n%s", manners, played.fields);
        snprintf(line, sizeof(line), "retry-after-ms: %s", rows[i].ms ? rows[i].ms : "");
        if (rows[i].ms ? !field_is(&played, line) : strstr(played.fields, "retry-after-ms") != 0)
            fail_msg("%s\n%s", manners, played.fields);
        played_free(&played);
    }
}

static void the_settings_say_how_unless_the_request_does(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    struct played played;
    config.limits.manners = (struct et_manners){ET_MANNER_MS, ET_MANNER_NO_HEADERS};
    refuse(&played, config, "");
    assert_null(strstr(played.fields, "retry-after: "));
    assert_true(field_is(&played, "retry-after-ms: 1600"));
    assert_null(strstr(played.fields, "x-ratelimit"));
    played_free(&played);
    refuse(&played, config, " headers = all ; retry-after=seconds;");
    assert_null(strstr(played.fields, "retry-after-ms"));
    assert_true(field_is(&played, "x-ratelimit-remaining-tokens: 146"));
    played_free(&played);
}

static void a_fault_tells_its_wait_in_the_same_manner(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    struct wish wish;
    struct played played;
    wish_open(&wish, "retry-after=half");
    wish.request.fault = ET_LIT("503; retry-after-ms=3000");
    ask(&played, brain, &wish.request, 0);
    assert_int_equal(played.status, 503);
    assert_true(field_is(&played, "retry-after: 2"));
    assert_true(field_is(&played, "retry-after-ms: 1500"));
    played_free(&played);
    et_brain_free(brain);
}

static void headers_may_come_with_a_429_alone(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.limits.quota.requests_per_minute = 1;
    struct et_brain *brain = world_brain(config);
    struct wish wish;
    struct played played;
    wish_open(&wish, "headers=on_429");
    ask(&played, brain, &wish.request, 0);
    assert_null(strstr(played.fields, "x-ratelimit"));
    played_free(&played);
    ask(&played, brain, &wish.request, 0);
    assert_int_equal(played.status, 429);
    assert_true(field_is(&played, "x-ratelimit-remaining-requests: 0"));
    played_free(&played);
    et_brain_free(brain);
}

/* The truth would be 499, 498, 497, …; what is said lies anywhere, and the same again next time. */
static void what_remains_may_jump(void **state)
{
    (void)state;
    uint64_t said[2][40], low = UINT64_MAX, high = 0, rises = 0;
    for (int round = 0; round < 2; round++) {
        struct et_brain_config config = world_config();
        config.limits.quota.requests_per_minute = 500;
        config.limits.manners.headers = ET_MANNER_JUMPING;
        struct et_brain *brain = world_brain(config);
        for (int i = 0; i < 40; i++) {
            struct wish wish;
            struct played played;
            wish_open(&wish, "");
            ask(&played, brain, &wish.request, 0);
            said[round][i] = field_u64(&played, "x-ratelimit-remaining-requests");
            assert_true(field_is(&played, "x-ratelimit-limit-requests: 500"));
            played_free(&played);
        }
        et_brain_free(brain);
    }
    assert_memory_equal(said[0], said[1], sizeof(said[0]));
    for (int i = 0; i < 40; i++) {
        low = said[0][i] < low ? said[0][i] : low;
        high = said[0][i] > high ? said[0][i] : high;
        rises += i > 0 && said[0][i] > said[0][i - 1];
    }
    assert_true(low < 100 && high > 400 && high <= 500 && rises > 5);
}

static void unknown_manners_are_answered_with_what_there_is(void **state)
{
    (void)state;
    static const char *const bad[] = {"moon", "retry-after=moon", "headers=half", "=", "headers"};
    struct et_brain *brain = world_brain(world_config());
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct wish wish;
        struct played played;
        wish_open(&wish, bad[i]);
        ask(&played, brain, &wish.request, 0);
        assert_int_equal(played.status, 400);
        assert_true(body_has(&played, "\"param\":\"x-etalon-manners\",\"code\":\"invalid_value\""));
        assert_true(body_has(&played, "Expected retry-after=both, seconds, ms, date, none, half, "
                                      "double, zero or huge, or headers=all, on_429, none or "
                                      "jumping."));
        played_free(&played);
    }
    et_brain_free(brain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_is_told_in_every_manner),
        cmocka_unit_test(the_settings_say_how_unless_the_request_does),
        cmocka_unit_test(a_fault_tells_its_wait_in_the_same_manner),
        cmocka_unit_test(headers_may_come_with_a_429_alone),
        cmocka_unit_test(what_remains_may_jump),
        cmocka_unit_test(unknown_manners_are_answered_with_what_there_is),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
