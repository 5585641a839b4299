/* SPDX-License-Identifier: MIT */
/* The prompt cache through the whole brain: what a client sees of it. */
#include "mock_openai/tests/brain_world.h"

/* Through the whole brain: a static system prompt of 1,500 words, then a question. */
static struct et_slice long_body(char *out, size_t room, const char *more, const char *question)
{
    size_t used =
        (size_t)snprintf(out, room, "{%s,\"messages\":[{\"role\":\"system\",\"content\":\"", more);
    for (int i = 0; i < 1500; i++)
        used += (size_t)snprintf(out + used, room - used, " rule");
    used += (size_t)snprintf(out + used, room - used,
                             "\"},{\"role\":\"user\",\"content\":\"%s\"}]}", question);
    return (struct et_slice){out, used};
}

static void the_same_start_is_cached_for_an_organisation_and_faster(void **state)
{
    (void)state;
    static char body[16384];
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *why, *more, *key, *organisation;
        uint64_t cached;
    } rows[] = {
        {"the first", "\"model\":\"gpt-4o\"", "Bearer a", "", 0},
        {"the second, another question", "\"model\":\"gpt-4o\"", "Bearer a", "", 1408},
        {"another key", "\"model\":\"gpt-4o\"", "Bearer b", "", 1408},
        {"another organisation", "\"model\":\"gpt-4o\"", "Bearer a", "org-b", 0},
        {"another model", "\"model\":\"gpt-4o-mini\"", "Bearer a", "", 0},
        {"a cache key", "\"prompt_cache_key\":\"k\",\"model\":\"gpt-4o\"", "Bearer a", "", 0},
        {"the cache key again", "\"prompt_cache_key\":\"k\",\"model\":\"gpt-4o\"", "Bearer a", "",
         1408},
        {"a model that caches nothing", "\"model\":\"gpt-3.5-turbo-0613\"", "Bearer a", "", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char question[32];
        snprintf(question, sizeof(question), "Question %d?", (int)i);
        struct et_brain_request request =
            world_chat(long_body(body, sizeof(body), rows[i].more, question));
        request.authorization = et_slice_of(rows[i].key);
        request.organization = et_slice_of(rows[i].organisation);
        request.answer_tokens = ET_LIT("1");
        struct played played;
        ask(&played, brain, &request, 0);
        assert_int_equal(played.status, 200);
        if (played.facts.usage.cached != rows[i].cached)
            fail_msg("%s: %d", rows[i].why, (int)played.facts.usage.cached);
        assert_int_equal(played.end_at,
                         200 * ET_MS + (played.facts.usage.prompt - rows[i].cached) * 100 * ET_US);
        char shown[64];
        snprintf(shown, sizeof(shown), "\"cached_tokens\":%d,", (int)rows[i].cached);
        assert_true(body_has(&played, shown));
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_partition_by_key_keeps_keys_apart(void **state)
{
    (void)state;
    static char body[16384];
    static const char *const keys[] = {"Bearer a", "Bearer b", "Bearer a"};
    struct et_brain_config config = world_config();
    config.cache.per_key = true;
    struct et_brain *brain = world_brain(config);
    for (int i = 0; i < 3; i++) {
        struct et_brain_request request =
            world_chat(long_body(body, sizeof(body), "\"model\":\"gpt-4o\"", "What is new?"));
        request.authorization = et_slice_of(keys[i]);
        struct played played;
        ask(&played, brain, &request, 0);
        assert_int_equal(played.facts.usage.cached, i == 2 ? 1408 : 0);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void what_newer_models_write_is_in_the_usage(void **state)
{
    (void)state;
    static char body[16384];
    struct et_brain *brain = world_brain(world_config());
    struct et_brain_request request =
        world_chat(long_body(body, sizeof(body), "\"model\":\"gpt-6.2-sol\"", "What is new?"));
    struct played played;
    ask(&played, brain, &request, 0);
    struct et_usage first = played.facts.usage;
    assert_int_equal(first.cached, 0);
    assert_int_equal(first.written, first.prompt - 2); /* all but the tail behind the message */
    assert_true(body_has(&played, "\"cache_write_tokens\":15"));
    played_free(&played);
    ask(&played, brain, &request, ET_S);
    assert_int_equal(played.facts.usage.cached, first.written);
    assert_int_equal(played.facts.usage.written, 0);
    played_free(&played);
    et_brain_free(brain);
}

/* A question behind a long system prompt of `rule`, at `now`; the body has `more` in front. */
static struct played ask_at(struct et_brain *brain, const char *more, const char *rule, et_ns now)
{
    static char body[32768];
    size_t used =
        (size_t)snprintf(body, sizeof(body), "{%s,\"messages\":[{\"role\":\"system\",", more);
    used += (size_t)snprintf(body + used, sizeof(body) - used, "\"content\":\"");
    for (int i = 0; i < 1500; i++)
        used += (size_t)snprintf(body + used, sizeof(body) - used, " %s", rule);
    used += (size_t)snprintf(body + used, sizeof(body) - used,
                             "\"},{\"role\":\"user\",\"content\":\"What is new?\"}]}");
    struct et_brain_request request = world_chat((struct et_slice){body, used});
    struct played played;
    ask(&played, brain, &request, now);
    return played;
}

#define SOL "\"model\":\"gpt-6.2-sol\""
#define TOOL(name)                                                                                 \
    "\"tool_choice\":\"none\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"" name    \
    "\"}}]"
#define SHAPE                                                                                      \
    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":{"   \
    "\"type\":\"object\"}}}"

static void a_change_that_costs_the_cache_is_told_in_a_header(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *rule, *header;
    } rows[] = {
        {SOL, SOL, "rule", NULL},
        {SOL, "\"model\":\"gpt-6.1-sol\"", "rule", "model_changed"},
        {SOL, "\"prompt_cache_key\":\"k\"," SOL, "rule", "prompt_cache_key_changed"},
        {SOL, "\"service_tier\":\"flex\"," SOL, "rule", "service_tier_changed"},
        {SOL, "\"service_tier\":\"auto\"," SOL, "rule", NULL},
        {SOL, TOOL("f") "," SOL, "rule", "tools_changed"},
        {TOOL("f") "," SOL, TOOL("f") "," SOL, "rule", NULL},
        {TOOL("f") "," SOL, TOOL("g") "," SOL, "rule", "tools_changed"},
        {TOOL("f") "," SOL, "\"parallel_tool_calls\":false," TOOL("f") "," SOL, "rule",
         "tools_changed"},
        {SOL, "\"service_tier\":\"default\"," SOL, "rule", NULL},
        {"\"service_tier\":\"fast\"," SOL, "\"service_tier\":\"priority\"," SOL, "rule", NULL},
        {SOL, "\"reasoning_effort\":\"medium\",\"verbosity\":\"medium\"," SOL, "rule", NULL},
        {SOL, SHAPE "," SOL, "rule", "text_format_changed"},
        {SOL, "\"reasoning_effort\":\"low\"," SOL, "rule", "reasoning_effort_changed"},
        {SOL, "\"verbosity\":\"low\"," SOL, "rule", "verbosity_changed"},
        {SOL, SOL, "law", "input_changed"},
        {SOL, "\"temperature\":1,\"max_completion_tokens\":5," SOL, "rule", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain *brain = world_brain(world_config());
        struct played first = ask_at(brain, rows[i].first, "rule", 0);
        struct played second = ask_at(brain, rows[i].second, rows[i].rule, 0);
        char line[80];
        snprintf(line, sizeof(line), "x-etalon-cache-miss: %s", rows[i].header);
        assert_null(strstr(first.fields, "x-etalon-cache-miss"));
        if (rows[i].header ? !field_is(&second, line) : second.facts.usage.cached == 0)
            fail_msg("%s: %s", rows[i].second, second.fields);
        assert_int_equal(second.facts.cache_missed, rows[i].header ? first.facts.usage.written : 0);
        played_free(&first);
        played_free(&second);
        et_brain_free(brain);
    }
}

/* A system message in two parts of 1,200 and 400 words, each marked if it says so. */
static struct et_usage ask_marked(struct et_brain *brain, bool first, bool second, bool only,
                                  const char *question)
{
    static char body[32768];
    static const char mark[] = ",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}";
    size_t used = (size_t)snprintf(body, sizeof(body),
                                   "{" SOL ",\"prompt_cache_options\":{\"mode\":"
                                   "\"%s\"},\"messages\":[{\"role\":\"system\",\"content\":[",
                                   only ? "explicit" : "implicit");
    for (int part = 0; part < 2; part++) {
        used += (size_t)snprintf(body + used, sizeof(body) - used,
                                 "%s{\"type\":\"text\",\"text\":\"", part ? "," : "");
        for (int i = 0; i < (part ? 400 : 1200); i++)
            used += (size_t)snprintf(body + used, sizeof(body) - used, " rule");
        used += (size_t)snprintf(body + used, sizeof(body) - used, "\"%s}",
                                 (part ? second : first) ? mark : "");
    }
    used += (size_t)snprintf(body + used, sizeof(body) - used,
                             "]},{\"role\":\"user\",\"content\":\"%s\"}]}", question);
    struct et_brain_request request = world_chat((struct et_slice){body, used});
    struct played played;
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 200);
    played_free(&played);
    return played.facts.usage;
}

static void marks_of_the_client_are_where_it_put_them(void **state)
{
    (void)state;
    enum { HEAD = 3, END = 1 };
    struct et_brain *brain = world_brain(world_config());
    struct et_usage usage = ask_marked(brain, false, false, true, "One?");
    assert_int_equal(usage.written, 0);
    usage = ask_marked(brain, true, false, true, "One?");
    assert_int_equal(usage.written, HEAD + 1200);
    usage = ask_marked(brain, true, true, true, "Two?");
    assert_int_equal(usage.cached, HEAD + 1200);
    assert_int_equal(usage.written, 400 + END);
    usage = ask_marked(brain, false, true, true, "Three?");
    assert_int_equal(usage.cached, HEAD + 1600 + END);
    assert_int_equal(usage.written, 0);
    usage = ask_marked(brain, false, false, false, "Four?");
    assert_int_equal(usage.cached, HEAD + 1600 + END); /* where the first developers end */
    assert_int_equal(usage.written, usage.prompt - 2 - usage.cached);
    et_brain_free(brain);
}

static void a_day_is_kept_where_openai_keeps_it(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        bool no_retention, kept;
    } rows[] = {
        {"\"model\":\"gpt-4o\"", false, false},
        {"\"model\":\"gpt-4.1\"", false, true},
        {"\"model\":\"gpt-4.1\"", true, false},
        {"\"prompt_cache_retention\":\"24h\",\"model\":\"gpt-4.1\"", true, true},
        {"\"prompt_cache_retention\":\"in_memory\",\"model\":\"gpt-4.1\"", false, false},
        {"\"model\":\"gpt-4.1-mini\"", false, false},
        {"\"model\":\"gpt-5.5\"", true, true},
        {"\"model\":\"gpt-5.1\"", false, true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_config config = world_config();
        config.cache.no_retention = rows[i].no_retention;
        struct et_brain *brain = world_brain(config);
        struct played first = ask_at(brain, rows[i].more, "rule", 0);
        struct played later = ask_at(brain, rows[i].more, "rule", 7200 * ET_S);
        if ((later.facts.usage.cached > 0) != rows[i].kept)
            fail_msg("%s: %d", rows[i].more, (int)later.facts.usage.cached);
        assert_int_equal(field_is(&later, "x-etalon-cache-miss: expired"), !rows[i].kept);
        played_free(&first);
        played_free(&later);
        et_brain_free(brain);
    }
}

#define MARKED                                                                                     \
    "[{\"type\":\"%s\",\"text\":\"Hello\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]"
#define REFUSED(name)                                                                              \
    "{\"error\":{\"message\":\"" name " is not supported on this model\",\"type\":"                \
    "\"invalid_request_error\",\"param\":\"" name "\",\"code\":\"invalid_parameter\"}}"

static void what_a_model_does_not_know_of_caching_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *model, *members, *error;
        bool marked;
    } rows[] = {
        {"gpt-4o", "\"prompt_cache_retention\":\"24h\",", REFUSED("prompt_cache_retention"), false},
        {"gpt-5.5", "\"prompt_cache_options\":{},", REFUSED("prompt_cache_options"), false},
        {"gpt-5.5", "", REFUSED("prompt_cache_breakpoint"), true},
        {"gpt-6.2-sol", "", NULL, true},
        {"gpt-6.2-sol", "\"prompt_cache_retention\":\"in_memory\",", "\"unsupported_value\"",
         false},
        {"gpt-6.2-sol", "\"prompt_cache_options\":{\"ttl\":\"1h\"},", "\"invalid_value\"", false},
    };
    struct et_brain *brain = world_brain(world_config());
    for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
        char body[512], part[128];
        bool chat = i % 2;
        snprintf(part, sizeof(part), rows[i / 2].marked ? MARKED : "\"Hello\"",
                 chat ? "text" : "input_text");
        int size = snprintf(
            body, sizeof(body), "{\"model\":\"%s\",%s\"%s\":[{\"role\":\"user\",\"content\":%s}]}",
            rows[i / 2].model, rows[i / 2].members, chat ? "messages" : "input", part);
        struct et_brain_request request = world_chat((struct et_slice){body, (size_t)size});
        if (!chat)
            request.target = ET_LIT("/v1/responses");
        struct played played;
        ask(&played, brain, &request, 0);
        if (played.status != (rows[i / 2].error ? 400 : 200) ||
            (rows[i / 2].error && !body_has(&played, rows[i / 2].error)))
            fail_msg("%s: %s", body, et_text_slice(&played.body).data);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_cache_that_is_off_says_so_everywhere(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.cache.off = true;
    struct et_brain *brain = world_brain(config);
    for (int i = 0; i < 4; i++) {
        struct played played = ask_at(brain, i % 2 ? SOL : "\"model\":\"gpt-4o\"", "rule", 0);
        assert_int_equal(played.facts.usage.cached + played.facts.usage.written, 0);
        assert_true(body_has(&played, "\"cached_tokens\":0,"));
        assert_null(strstr(played.fields, "x-etalon-cache-miss"));
        played_free(&played);
    }
    et_brain_free(brain);
}

/* A response with a long instruction; *id is its own, 53 bytes. */
static struct played respond(struct et_brain *brain, const char *more, et_ns now, char *id)
{
    static char body[32768];
    size_t used = (size_t)snprintf(
        body, sizeof(body), "{" SOL ",%s\"input\":\"What is new?\",\"instructions\":\"", more);
    for (int i = 0; i < 1500; i++)
        used += (size_t)snprintf(body + used, sizeof(body) - used, " rule");
    used += (size_t)snprintf(body + used, sizeof(body) - used, "\"}");
    struct et_brain_request request = world_chat((struct et_slice){body, used});
    request.target = ET_LIT("/v1/responses");
    struct played played;
    ask(&played, brain, &request, now);
    if (played.status != 200)
        fail_msg("%s: %s", more, et_text_slice(&played.body).data);
    const char *found = strstr(et_text_slice(&played.body).data, "\"resp_");
    snprintf(id, 54, "%s", found + 1);
    return played;
}

static void responses_are_diagnosed_against_the_one_they_name(void **state)
{
    (void)state;
    static const struct {
        const char *why, *more, *id, *told;
    } rows[] = {
        {"the same again", "", NULL, "{\"type\":\"cache_hit\"}"},
        {"another tool",
         "\"tool_choice\":\"none\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],", NULL,
         "{\"type\":\"cache_miss\",\"reason\":\"tools_changed\",\"comparison_reusable_tokens\":15"},
        {"nobody", "", "resp_0", "{\"type\":\"comparison_response_not_found\"}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain *brain = world_brain(world_config());
        char id[54], more[512], told[256];
        struct played first = respond(brain, "", 0, id);
        snprintf(more, sizeof(more),
                 "%s\"prompt_cache_options\":{\"comparison_response_id\":\"%s\"},", rows[i].more,
                 rows[i].id ? rows[i].id : id);
        struct played second = respond(brain, more, 0, id);
        snprintf(told, sizeof(told), "\"prompt_cache_diagnostics\":%s", rows[i].told);
        assert_false(body_has(&first, "prompt_cache_diagnostics"));
        if (!body_has(&second, told))
            fail_msg("%s: %s", rows[i].why, et_text_slice(&second.body).data);
        played_free(&first);
        played_free(&second);
        et_brain_free(brain);
    }
}

static void responses_can_be_kept_for_twelve_hours(void **state)
{
    (void)state;
    for (int kept = 0; kept < 2; kept++) {
        struct et_brain *brain = world_brain(world_config());
        char id[54];
        struct played first =
            respond(brain, kept ? "\"prompt_cache_options\":{\"ttl\":\"12h\"}," : "", 0, id);
        struct played later = respond(brain, "", 43199 * ET_S, id);
        assert_int_equal(later.facts.usage.cached, kept ? first.facts.usage.written : 0);
        assert_true(first.facts.usage.written > 0);
        assert_int_equal(first.facts.usage.written_12h, kept ? first.facts.usage.written : 0);
        played_free(&first);
        played_free(&later);
        et_brain_free(brain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_start_is_cached_for_an_organisation_and_faster),
        cmocka_unit_test(a_partition_by_key_keeps_keys_apart),
        cmocka_unit_test(what_newer_models_write_is_in_the_usage),
        cmocka_unit_test(a_change_that_costs_the_cache_is_told_in_a_header),
        cmocka_unit_test(marks_of_the_client_are_where_it_put_them),
        cmocka_unit_test(a_day_is_kept_where_openai_keeps_it),
        cmocka_unit_test(what_a_model_does_not_know_of_caching_is_refused),
        cmocka_unit_test(a_cache_that_is_off_says_so_everywhere),
        cmocka_unit_test(responses_are_diagnosed_against_the_one_they_name),
        cmocka_unit_test(responses_can_be_kept_for_twelve_hours),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
