/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "core/base/draw.h"
#include "mock_openai/brain_faults.h"

static void what_is_no_fault_is_answered_400_with_what_there_is(void **state)
{
    (void)state;
    static const struct {
        const char *header, *message;
    } rows[] = {
        {"explode", "unknown fault 'explode'. Expected a status from 400 to 599, stall-head, "
                    "stall, cut, reset, error-event, html, empty, refuse, cut-event"},
        {"explode", "header, oversize or close-idle."},
        {";", "unknown fault ''. Expected a status"},
        {",", "unknown fault ','. Expected a status"},
        {"200", "unknown fault '200'"},
        {"600", "unknown fault '600'"},
        {"0429", "unknown fault '0429'"},
        {"CUT", "unknown fault 'CUT'"},
        {"stall_head", "unknown fault 'stall_head'"},
        {"503, explode", "unknown fault ' explode'"},
        {"503, 500", "a second way to end, '500'"},
        {"stall, cut; after=2, slow-drip, reset", "a second way to end, 'reset'"},
        {"stall,stall,stall,stall,stall,stall,stall,stall,stall", "too many faults"},
        {"429; retry=3",
         "unknown key 'retry'. Expected code, retry-after-ms, retry-after, retry-form, "
         "should-retry, status, ms, after, after-bytes, bytes, type, name, value, shape, "
         "times or id."},
        {"cut; ms=5", "a key of another fault, 'ms'"},
        {"429; after=5", "a key of another fault, 'after'"},
        {"one-byte; bytes=5", "a key of another fault, 'bytes'"},
        {"cut; after=-1", "bad value in"},
        {"cut; after", "bad value in"},
        {"stall; ms=3600001", "bad value in"},
        {"429; retry-after=3601", "bad value in"},
        {"429; retry-form=both ways", "bad value in"},
        {"500; should-retry=maybe", "bad value in"},
        {"500; times=x", "bad value in"},
        {"500; id=", "bad value in"},
        {"429; code=", "bad value in"},
        {"error-event; shape=round", "bad value in"},
        {"html; status=20", "bad value in"},
        {"html; status=199", "Expected a status from 200 to 599"},
        {"status", "Expected a status from 400 to 599"},
        {"header; value=x", "Expected the name of a header field"},
        {"header; name=Content-Length; value=5", "Expected the name of a header field"},
        {"header; name=a b; value=5", "Expected the name of a header field"},
        {"wrong-type; type=", "Expected a content-type"},
        {"slow-drip; bytes=0", "Expected from 1 to 67108864 bytes"},
        {"oversize; bytes=67108865", "Expected from 1 to 67108864 bytes"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_fault_wishes wishes = {.count = 0};
        struct et_api_error error;
        if (et_fault_parse(&wishes, et_slice_of(rows[i].header), &error) || error.status != 400 ||
            !strstr(error.message, rows[i].message))
            fail_msg("%s: %s", rows[i].header, error.message);
    }
}

static struct et_fault_wish only_wish(const char *header)
{
    struct et_fault_wishes wishes = {.count = 0};
    struct et_api_error error;
    if (!et_fault_parse(&wishes, et_slice_of(header), &error))
        fail_msg("%s: %s", header, error.message);
    assert_int_equal(wishes.count, 1);
    return wishes.items[0];
}

static void a_header_says_everything_about_its_fault(void **state)
{
    (void)state;
    struct et_fault_wish wish = only_wish("429;code=slow_down; retry-after-ms=800 ;times=2;"
                                          " id=a b; should-retry=false; retry-form=date");
    assert_int_equal(wish.fault.kind, ET_FAULT_STATUS);
    assert_int_equal(wish.fault.status, 429);
    assert_slice_equal(wish.fault.code, "slow_down");
    assert_int_equal(wish.fault.retry_after, 800 * ET_MS);
    assert_int_equal(wish.fault.retry_form, ET_MANNER_DATE);
    assert_int_equal(wish.fault.should_retry, 0);
    assert_int_equal(wish.times, 2);
    assert_slice_equal(wish.id, "a b");
    wish = only_wish("header; name=x-a; value=text/plain");
    assert_slice_equal(wish.fault.name, "x-a");
    assert_slice_equal(wish.fault.value, "text/plain");
    wish = only_wish("error-event; shape=event; after=7; code=x");
    assert_int_equal(wish.fault.shape, ET_SHAPE_EVENT);
    assert_int_equal(wish.fault.after, 7);
    wish = only_wish("status; status=418");
    assert_int_equal(wish.fault.status, 418);
}

static void what_a_header_leaves_out_is_as_usual(void **state)
{
    (void)state;
    struct et_fault_wish wish = only_wish(" stall ");
    assert_int_equal(wish.fault.kind, ET_FAULT_STALL);
    assert_int_equal(wish.fault.after, 1);
    assert_int_equal(wish.fault.pause, ET_S);
    assert_true(wish.times == UINT64_MAX && wish.id.size == 0);
    assert_int_equal(only_wish("reset").fault.after, 0);
    wish = only_wish("slow-drip");
    assert_int_equal(wish.fault.bytes, 16);
    assert_int_equal(wish.fault.pause, 10 * ET_MS);
    assert_int_equal(only_wish("html").fault.status, 502);
    assert_slice_equal(only_wish("wrong-type").fault.value, "text/plain");
}

static void every_kind_goes_by_its_name_in_both_spellings(void **state)
{
    (void)state;
    for (int kind = 1; kind < ET_FAULT_KINDS; kind++) {
        const char *name = et_fault_info((enum et_fault_kind)kind)->name;
        char joined[64];
        snprintf(joined, sizeof(joined), "%s", name);
        for (char *at = joined; *at; at++)
            *at = *at == '-' ? '_' : *at;
        assert_int_equal(et_fault_info((enum et_fault_kind)kind)->usual.kind, kind);
        assert_int_equal(et_fault_named(et_slice_of(name), '-'), kind);
        assert_int_equal(et_fault_named(et_slice_of(joined), '_'), kind);
        assert_int_equal(et_fault_named(et_slice_of(joined), '-'),
                         strchr(name, '-') ? ET_FAULT_NONE : kind);
    }
}

static void faults_are_joined_by_commas(void **state)
{
    (void)state;
    struct et_fault_wishes wishes = {.count = 0};
    struct et_api_error error;
    assert_true(et_fault_parse(
        &wishes, ET_LIT("503; retry-after=2, slow-drip; bytes=4;ms=7 ,, stall-head,"), &error));
    assert_int_equal(wishes.count, 3);
    assert_int_equal(wishes.items[0].fault.retry_after, 2 * ET_S);
    assert_int_equal(wishes.items[1].fault.bytes, 4);
    assert_int_equal(wishes.items[1].fault.pause, 7 * ET_MS);
    assert_int_equal(wishes.items[2].fault.kind, ET_FAULT_STALL_HEAD);
}

static void the_header_may_come_several_times(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct et_http_field fields[] = {
        {ET_LIT("X-Etalon-Fault"), ET_LIT("stall")},
        {ET_LIT("accept"), ET_LIT("cut")},
        {ET_LIT("x-etalon-fault"), ET_LIT("503, one-byte")},
        {ET_LIT("x-etalon-fault"), ET_LIT("cut")}};
    for (size_t count = 3; count <= 4; count++) {
        char body[256];
        struct et_brain_request request = world_chat(world_body(body, sizeof(body), "", "Hi"));
        struct played played;
        request.fault = fields[0].value;
        request.fields = fields;
        request.field_count = count;
        ask(&played, brain, &request, 0);
        assert_int_equal(played.status, count == 3 ? 503 : 400);
        assert_true(played.facts.faults ==
                    (count == 3 ? (uint64_t)1 << ET_FAULT_STATUS | (uint64_t)1 << ET_FAULT_STALL |
                                      (uint64_t)1 << ET_FAULT_ONE_BYTE
                                : 0));
        played_free(&played);
    }
    et_brain_free(brain);
}

static void whatever_is_in_the_header_is_a_fault_or_a_400(void **state)
{
    (void)state;
    static const char *const pieces[] = {"429",  "cut",      "stall", "reset",  ";",     "=",
                                         " ",    "ms",       "code",  "after",  "times", "id",
                                         "4000", "\xFF\xC3", ",",     "header", "name"};
    enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };
    unsigned good = 0;
    for (uint64_t round = 0; round < 20000; round++) {
        char header[128] = "";
        size_t count = 1 + et_draw_below(et_draw(1, round, ET_DRAW_TEST, 0), 9);
        for (uint32_t i = 1; i <= count; i++)
            strcat(header, pieces[et_draw_below(et_draw(1, round, ET_DRAW_TEST, i), PIECES)]);
        struct et_fault_wishes wishes = {.count = 0};
        struct et_api_error error = {0};
        bool parsed = et_fault_parse(&wishes, et_slice_of(header), &error);
        assert_int_equal(error.status, parsed ? 0 : 400);
        assert_true(!parsed || wishes.items[0].fault.kind != ET_FAULT_NONE);
        good += parsed;
    }
    assert_true(good > 100);
}

static void ask_for(struct played *played, struct et_brain *brain, const char *fault)
{
    char body[256];
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), "", "Hi"));
    request.fault = et_slice_of(fault);
    ask(played, brain, &request, 3);
}

static void a_status_has_its_usual_body_and_headers(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *fault;
        unsigned status;
        const char *body, *field;
    } rows[] = {
        {"429", 429, "\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"",
         "content-type: application/json"},
        {"429; code=insufficient_quota", 429,
         "{\"error\":{\"message\":\"You exceeded your current quota", "openai-processing-ms: 0"},
        {"429; retry-after-ms=800", 429, "", "retry-after: 1"},
        {"429; retry-after-ms=800", 429, "", "retry-after-ms: 800"},
        {"429; retry-after=7", 429, "", "retry-after-ms: 7000"},
        {"429; retry-after=7; retry-form=seconds", 429, "", "retry-after: 7"},
        {"429; retry-after-ms=70; retry-form=ms", 429, "", "retry-after-ms: 70"},
        {"429; retry-after=7; retry-form=date", 429, "",
         "retry-after: Fri, 15 Jan 2027 08:00:08 GMT"},
        {"html; status=503", 503, "<h1>503 Service Unavailable</h1>", "content-type: text/html"},
        {"html; status=200", 200, "<h1>200 OK</h1>", "content-type: text/html"},
        {"error-event; code=server_is_overloaded", 500, "\"code\":\"server_is_overloaded\"",
         "content-type: application/json"},
        {"503; should-retry=false", 503, "\"code\":\"server_is_overloaded\"",
         "x-should-retry: false"},
        {"500; should-retry=true", 500, "\"type\":\"server_error\",\"param\":null,\"code\":null",
         "x-should-retry: true"},
        {"500; code=mine", 500, "\"code\":\"mine\"", "content-type: application/json"},
        {"401", 401, "\"code\":\"invalid_api_key\"", "content-type: application/json"},
        {"502", 502, "<title>502 Bad Gateway</title>", "content-type: text/html"},
        {"504", 504, "<title>504 Gateway Time-out</title>", "content-type: text/html"},
        {"418", 418, "\"type\":\"invalid_request_error\"", "content-type: application/json"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        ask_for(&played, brain, rows[i].fault);
        if (played.status != rows[i].status || !body_has(&played, rows[i].body) ||
            !field_is(&played, rows[i].field))
            fail_msg("%s: %s%s", rows[i].fault, played.fields, et_text_slice(&played.body).data);
        assert_int_equal(played.end_at, 3);
        assert_true(played.facts.faults == (uint64_t)1 << played.facts.fault);
        assert_int_equal(played.facts.usage.prompt, 0);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_form_is_the_only_one_that_is_sent(void **state)
{
    (void)state;
    static const struct {
        const char *form;
        bool seconds, ms;
    } rows[] = {{"both", true, true},   {"seconds", true, false}, {"ms", false, true},
                {"none", false, false}, {"double", true, true},   {"date", true, false}};
    struct et_brain *brain = world_brain(world_config());
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char fault[64];
        struct played played;
        snprintf(fault, sizeof(fault), "429; retry-after=7; retry-form=%s", rows[i].form);
        ask_for(&played, brain, fault);
        assert_int_equal(strstr(played.fields, "retry-after: ") != NULL, rows[i].seconds);
        assert_int_equal(strstr(played.fields, "retry-after-ms: ") != NULL, rows[i].ms);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void times_counts_the_requests_that_name_an_id(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *fault;
        unsigned status;
    } rows[] = {
        {"500; times=1; id=x", 500}, {"500; times=1; id=x", 200}, {"503; times=3; id=x", 503},
        {"500; times=1; id=y", 500}, {"500; times=2", 500},       {"500; times=2", 500},
        {"500; times=2", 200},       {"500; times=0; id=z", 200},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        ask_for(&played, brain, rows[i].fault);
        if (played.status != rows[i].status)
            fail_msg("%d %s: %u", (int)i, rows[i].fault, played.status);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void an_unknown_fault_reaches_the_client(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    struct played played;
    ask_for(&played, brain, "explode");
    assert_int_equal(played.status, 400);
    assert_true(body_has(&played, "stall-head, stall, cut, reset, error-event"));
    assert_true(body_has(&played, "\"param\":\"x-etalon-fault\""));
    played_free(&played);
    et_brain_free(brain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_fault_is_answered_400_with_what_there_is),
        cmocka_unit_test(a_header_says_everything_about_its_fault),
        cmocka_unit_test(what_a_header_leaves_out_is_as_usual),
        cmocka_unit_test(every_kind_goes_by_its_name_in_both_spellings),
        cmocka_unit_test(faults_are_joined_by_commas),
        cmocka_unit_test(the_header_may_come_several_times),
        cmocka_unit_test(whatever_is_in_the_header_is_a_fault_or_a_400),
        cmocka_unit_test(a_status_has_its_usual_body_and_headers),
        cmocka_unit_test(a_form_is_the_only_one_that_is_sent),
        cmocka_unit_test(times_counts_the_requests_that_name_an_id),
        cmocka_unit_test(an_unknown_fault_reaches_the_client),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
