/* SPDX-License-Identifier: MIT */
/* What the mock remembers, seen and changed through the admin port. */
#include "mock_openai/tests/admin_rig.h"

#define GOOD "{\"model\":\"gpt-4o\",\"max_tokens\":20," MESSAGES

static void limits_are_told_for_each_key_and_model(void **state)
{
    struct rig *rig = *state;
    char body[8192];
    rig->config.brain.limits.quota =
        (struct et_quota){.requests_per_minute = 10, .tokens_per_minute = 1000};
    start(rig);
    assert_int_equal(ask_admin(rig, "GET /limits", body, sizeof body), 200);
    expect(body, "limits", "[]");
    finish(rig, ask_mock(rig, CHAT, "", GOOD));
    finish(rig, ask_mock(rig, CHAT, "", GOOD));
    finish(rig, ask_mock(rig, CHAT, "OpenAI-Organization: org-other\r\n", GOOD));
    ask_admin(rig, "GET /limits", body, sizeof body);
    expect(body, "limits.0.model", "\"gpt-4o\"");
    expect(body, "limits.0.organization", "\"org-etalon\"");
    expect(body, "limits.0.project", "\"proj_etalon\"");
    expect(body, "limits.0.key", "\"...abcd\"");
    expect(body, "limits.0.requests_per_minute.limit", "10");
    expect(body, "limits.0.requests_per_minute.remaining", "8");
    expect(body, "limits.0.tokens_per_minute.limit", "1000");
    expect(body, "limits.1.organization", "\"org-other\"");
    expect(body, "limits.1.requests_per_minute.used", "1");
}

/* 200, or 429 and the like. */
static bool is_let_in(struct rig *rig)
{
    struct client *client = ask_mock(rig, CHAT, "", GOOD);
    loop_until(rig->base, is_whole(client));
    bool good = client_has(client, "HTTP/1.1 200 OK");
    client_free(client);
    return good;
}

static unsigned put(struct rig *rig, const char *path, const char *json, char *body, size_t room)
{
    static char text[1 << 14];
    struct client *client = client_new(rig->base, et_admin_port(rig->admin));
    snprintf(text, sizeof text, "PUT %s HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n%s", path,
             strlen(json), json);
    client_send(client, text);
    return answer_to(rig, client, body, room);
}

static void limits_can_be_set_and_are_the_configured_ones_after_a_reset(void **state)
{
    struct rig *rig = *state;
    char body[8192];
    start(rig);
    assert_true(is_let_in(rig) && is_let_in(rig));
    assert_int_equal(put(rig, "/limits", "{\"requests_per_minute\":1}", body, sizeof body), 200);
    assert_true(is_let_in(rig));
    assert_false(is_let_in(rig));
    assert_int_equal(put(rig, "/limits",
                         "{\"requests_per_minute\":1,\"models\":{\"gpt-4o\":"
                         "{\"requests_per_minute\":100}}}",
                         body, sizeof body),
                     200);
    expect(body, "limits.0.requests_per_minute.limit", "100");
    assert_true(is_let_in(rig));
    put(rig, "/limits", "{\"requests_per_minute\":1}", body, sizeof body);
    ask_admin(rig, "POST /reset", body, sizeof body);
    ask_admin(rig, "GET /limits", body, sizeof body);
    expect(body, "limits", "[]");
    assert_true(is_let_in(rig) && is_let_in(rig));
}

static const struct {
    const char *json, *says;
} wrong[] = {
    {"{\"requests_per_minuet\":1}", "requests_per_minute"},
    {"{\"requests_per_minute\":-1}", "1:24: found -1; expected a whole number"},
    {"[]", "expected an object"},
    {"{", "1:2: "},
    {"", "1:1: "},
    {"{\"models\":{\"gpt-9o\":{}}}", "unknown model"},
};

static void limits_that_cannot_be_are_refused_with_their_place(void **state)
{
    struct rig *rig = *state;
    char body[8192];
    start(rig);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        unsigned status = put(rig, "/limits", wrong[i].json, body, sizeof body);
        if (status != 400 || !strstr(body, wrong[i].says))
            fail_msg("%s: %u %s", wrong[i].json, status, body);
    }
    assert_true(is_let_in(rig) && is_let_in(rig));
}

static void the_prompt_cache_is_told(void **state)
{
    struct rig *rig = *state;
    struct et_text prompt;
    char body[8192];
    start(rig);
    et_text_init(&prompt, &et_sysmem, 1 << 20);
    et_text_add(&prompt, ET_LIT("{\"model\":\"gpt-4o\",\"max_tokens\":1,\"messages\":"
                                "[{\"role\":\"user\",\"content\":\""));
    for (int i = 0; i < 1100; i++)
        et_text_add(&prompt, ET_LIT(" a"));
    et_text_add(&prompt, ET_LIT("\"}]}"));
    for (int i = 0; i < 2; i++)
        finish(rig, ask_mock(rig, CHAT, "", et_text_slice(&prompt).data));
    assert_int_equal(ask_admin(rig, "GET /cache", body, sizeof body), 200);
    expect(body, "off", "false");
    expect(body, "prefixes", "1");
    expect(body, "hits", "1");
    expect(body, "tokens_prompt", "2214");
    expect(body, "tokens_cached", "1024");
    ask_admin(rig, "POST /reset", body, sizeof body);
    ask_admin(rig, "GET /cache", body, sizeof body);
    expect(body, "prefixes", "0");
    expect(body, "hits", "0");
    et_text_free(&prompt);
}

static void services_with_slots_are_told(void **state)
{
    struct rig *rig = *state;
    struct et_profile profile = world_profile;
    char body[8192];
    profile.slots = 2;
    profile.queue_max = 5;
    rig->config.brain.profiles = &profile;
    rig->config.brain.instant = false;
    start(rig);
    struct client *clients[3];
    for (int i = 0; i < 3; i++)
        clients[i] = ask_mock(rig, CHAT, "", GOOD);
    loop_until(rig->base, et_journal_tell(et_crew_journal(rig->crew)).received == 3);
    ask_admin(rig, "GET /stats", body, sizeof body);
    expect(body, "services.0.slots", "2");
    expect(body, "services.0.busy", "2");
    expect(body, "services.0.waiting", "1");
    for (int i = 0; i < 3; i++)
        client_free(clients[i]);
}

static void a_fault_plan_that_is_shown_can_be_sent_again(void **state)
{
    struct rig *rig = *state;
    static char body[8192], again[8192];
    start(rig);
    snprintf(again, sizeof again, "%s",
             "{\"faults\":[{\"kind\":\"429\",\"retry_after_ms\":1500.5,\"probability\":0.25},"
             "{\"kind\":\"stall\",\"after\":3,\"pause_ms\":2,\"nth\":2}]}");
    for (int round = 0; round < 2; round++) {
        if (put(rig, "/faults", again, body, sizeof body) != 200)
            fail_msg("%s", body);
        expect(body, "faults.0.status", "429");
        expect(body, "faults.0.retry_after_ms", "1500.500000");
        expect(body, "faults.1.kind", "\"stall\"");
        expect(body, "faults.1.nth", "2");
        snprintf(again, sizeof again, "{%s", strstr(body, "\"faults\":"));
    }
}

static void faults_can_be_set_dropped_and_are_the_configured_ones_after_a_reset(void **state)
{
    static const struct et_fault_rule configured = {.fault = {.kind = ET_FAULT_STATUS,
                                                              .status = 503,
                                                              .retry_after = ET_NEVER,
                                                              .retry_form = -1,
                                                              .should_retry = -1},
                                                    .ppm = ET_FAULT_PPM,
                                                    .until_at = ET_NEVER};
    struct rig *rig = *state;
    char body[8192];
    rig->config.brain.rules = &configured;
    rig->config.brain.rule_count = 1;
    start(rig);
    assert_false(is_let_in(rig));
    ask_admin(rig, "GET /faults", body, sizeof body);
    expect(body, "faults.0.status", "503");
    assert_int_equal(ask_admin(rig, "DELETE /faults", body, sizeof body), 200);
    expect(body, "faults", "[]");
    assert_true(is_let_in(rig));
    assert_int_equal(put(rig, "/faults", "{\"faults\":[{\"kind\":\"cut\",\"probability\":1}]}",
                         body, sizeof body),
                     200);
    ask_admin(rig, "POST /reset", body, sizeof body);
    ask_admin(rig, "GET /faults", body, sizeof body);
    expect(body, "faults.0.status", "503");
    assert_false(is_let_in(rig));
}

static const struct {
    const char *json, *says;
} wrong_plans[] = {
    {"{}", "faults"},
    {"[]", "expected an object"},
    {"{\"faults\":[{\"kind\":\"mischief\",\"probability\":1}]}", "1:20: found \\\"mischief\\\""},
    {"{\"faults\":[{\"kind\":\"cut\",\"probability\":2}]}", "expected"},
    {"{\"faults\":[{\"kind\":\"cut\",\"probability\":1},{\"kind\":\"500\",\"probability\":1}]}",
     "expected"},
};

static void plans_that_cannot_be_are_refused_and_the_old_one_stays(void **state)
{
    struct rig *rig = *state;
    char body[8192];
    start(rig);
    put(rig, "/faults", "{\"faults\":[{\"kind\":\"500\",\"probability\":1}]}", body, sizeof body);
    for (size_t i = 0; i < sizeof wrong_plans / sizeof *wrong_plans; i++) {
        unsigned status = put(rig, "/faults", wrong_plans[i].json, body, sizeof body);
        if (status != 400 || !strstr(body, wrong_plans[i].says))
            fail_msg("%s: %u %s", wrong_plans[i].json, status, body);
    }
    assert_false(is_let_in(rig));
}

int main(void)
{
#define STORY(story) cmocka_unit_test_setup_teardown(story, set_up, tear_down)
    const struct CMUnitTest stories[] = {
        STORY(limits_are_told_for_each_key_and_model),
        STORY(limits_can_be_set_and_are_the_configured_ones_after_a_reset),
        STORY(limits_that_cannot_be_are_refused_with_their_place),
        STORY(the_prompt_cache_is_told),
        STORY(services_with_slots_are_told),
        STORY(a_fault_plan_that_is_shown_can_be_sent_again),
        STORY(faults_can_be_set_dropped_and_are_the_configured_ones_after_a_reset),
        STORY(plans_that_cannot_be_are_refused_and_the_old_one_stays),
    };
    return cmocka_run_group_tests(stories, world_open, world_close);
}
