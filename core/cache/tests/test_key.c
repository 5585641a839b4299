/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/text.h"
#include "core/cache/key.h"

#define BODY(members)                                                                              \
    "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" members "}"

static const struct et_cache_scope scope = {ET_LIT("acme"), ET_LIT("chat/completions"),
                                            ET_LIT("gpt-4o")};

static struct et_digest key_in(struct et_cache_scope within, const char *body)
{
    struct et_digest key;
    assert_int_equal(et_cache_key(&key, &within, et_slice_of(body), &support_heap), 0);
    return key;
}

static bool same(const char *a, const char *b)
{
    struct et_digest one = key_in(scope, a), two = key_in(scope, b);
    return memcmp(&one, &two, sizeof one) == 0;
}

static void the_key_is_sha256_of_length_prefixed_parts(void **state)
{
    (void)state;
    char hex[65];
    struct et_digest key = key_in(scope, BODY(",\"temperature\":0.50,\"stream\":true"));
    et_digest_hex(&key, hex); /* by hashlib, of 1, acme, chat/completions, gpt-4o and the rest */
    assert_string_equal(hex, "b10a2d57b9695825cd691ae84c396e164c989b780e2e1acc12adf3ae986e6939");
}

/* Every member OpenAI's reference of 2026-11 has for a chat, with two values. */
struct member {
    const char *name, *one, *other;
    bool denied;
};

static const struct member members[] = {
    {"messages", "[{\"role\":\"user\",\"content\":\"a\"}]",
     "[{\"role\":\"user\",\"content\":\"b\"}]", false},
    {"audio", "{\"voice\":\"alloy\",\"format\":\"mp3\"}", "{\"voice\":\"ash\"}", false},
    {"frequency_penalty", "0", "1", false},
    {"function_call", "\"none\"", "\"auto\"", false},
    {"functions", "[{\"name\":\"f\"}]", "[{\"name\":\"g\"}]", false},
    {"logit_bias", "{\"50256\":-100}", "{\"50256\":100}", false},
    {"logprobs", "true", "false", false},
    {"max_completion_tokens", "10", "11", false},
    {"max_tokens", "10", "11", false},
    {"modalities", "[\"text\"]", "[\"text\",\"audio\"]", false},
    {"n", "1", "2", false},
    {"parallel_tool_calls", "true", "false", false},
    {"prediction", "{\"type\":\"content\",\"content\":\"a\"}", "null", false},
    {"presence_penalty", "0", "1", false},
    {"reasoning_effort", "\"low\"", "\"high\"", false},
    {"response_format", "{\"type\":\"text\"}", "{\"type\":\"json_object\"}", false},
    {"seed", "1", "2", false},
    {"service_tier", "\"default\"", "\"flex\"", false},
    {"stop", "\"a\"", "[\"a\"]", false},
    {"store", "true", "false", false},
    {"temperature", "0", "1", false},
    {"tool_choice", "\"none\"", "\"auto\"", false},
    {"tools", "[]", "[{\"type\":\"function\"}]", false},
    {"top_logprobs", "1", "2", false},
    {"top_p", "0.5", "1", false},
    {"verbosity", "\"low\"", "\"high\"", false},
    {"web_search_options", "{}", "{\"search_context_size\":\"low\"}", false},
    {"a_member_of_tomorrow", "1", "2", false},

    {"model", "\"gpt-4o\"", "\"gpt-5\"", true},
    {"metadata", "{\"a\":\"b\"}", "null", true},
    {"prompt_cache_key", "\"a\"", "\"b\"", true},
    {"prompt_cache_options", "{\"mode\":\"a\"}", "{}", true},
    {"prompt_cache_retention", "\"24h\"", "null", true},
    {"safety_identifier", "\"a\"", "\"b\"", true},
    {"stream", "true", "false", true},
    {"stream_options", "{\"include_usage\":true}", "null", true},
    {"user", "\"a\"", "\"b\"", true},
};

static void every_known_member_is_in_the_key_or_on_the_list(void **state)
{
    (void)state;
    char absent[] = "{\"x\":1}", one[256], other[256];
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const struct member *row = &members[i];
        snprintf(one, sizeof one, "{\"x\":1,\"%s\":%s}", row->name, row->one);
        snprintf(other, sizeof other, "{\"%s\":%s,\"x\":1}", row->name, row->other);
        if (same(absent, one) != row->denied || same(absent, other) != row->denied ||
            same(one, other) != row->denied)
            fail_msg("%s is %sin the key", row->name, row->denied ? "" : "not ");
    }
}

static void the_list_holds_nothing_that_is_not_walked_here(void **state)
{
    (void)state;
    size_t denied = 0, count = 0;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        denied += members[i].denied;
    while (et_cache_denied[count])
        count++;
    assert_int_equal(count, denied);
}

struct pair {
    const char *why, *one, *other;
    bool same;
};

static const struct pair pairs[] = {
    {"order of members", "{\"seed\":1,\"n\":2}", "{\"n\":2,\"seed\":1}", true},
    {"order deep inside", "{\"a\":[{\"b\":1,\"c\":{\"d\":2,\"e\":3}}]}",
     "{\"a\":[{\"c\":{\"e\":3,\"d\":2},\"b\":1}]}", true},
    {"white space", "{\"n\":2,\"a\":[1,2]}", " {\r\n\t\"n\" : 2 , \"a\" : [ 1 , 2 ] } ", true},
    {"0 and 0.0", "{\"temperature\":0}", "{\"temperature\":0.0}", true},
    {"0 and -0", "{\"temperature\":0}", "{\"temperature\":-0}", true},
    {"1 and 10e-1", "{\"temperature\":1}", "{\"temperature\":10e-1}", true},
    {"an escape", "{\"a\":\"A/\\u00e9\"}", "{\"a\":\"\\u0041\\/\xC3\xA9\"}", true},
    {"an escaped name of the list", "{\"a\":1}", "{\"a\":1,\"\\u0075ser\":\"x\"}", true},

    {"0 and \"0\"", "{\"a\":0}", "{\"a\":\"0\"}", false},
    {"0.1 and 0.10000000000000001", "{\"a\":0.1}", "{\"a\":0.10000000000000001}", false},
    {"order in a list", "{\"a\":[1,2]}", "{\"a\":[2,1]}", false},
    {"absent and null", "{\"a\":1}", "{\"a\":1,\"seed\":null}", false},
    {"letter case", "{\"a\":\"Hi\"}", "{\"a\":\"hi\"}", false},
    {"a space in a string", "{\"a\":\"Hi\"}", "{\"a\":\"Hi \"}", false},
    {"composed and decomposed", "{\"a\":\"\xC3\xA9\"}", "{\"a\":\"e\xCC\x81\"}", false},
    {"a listed name further in", "{\"a\":{}}", "{\"a\":{\"user\":\"x\"}}", false},
};

static void what_means_the_same_has_one_key_and_nothing_else_has(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (same(pairs[i].one, pairs[i].other) != pairs[i].same)
            fail_msg("%s", pairs[i].why);
}

static void tenant_endpoint_and_model_are_apart(void **state)
{
    (void)state;
    static const struct et_cache_scope scopes[] = {
        {ET_LIT("acme"), ET_LIT("chat/completions"), ET_LIT("gpt-4o")},
        {ET_LIT("umbra"), ET_LIT("chat/completions"), ET_LIT("gpt-4o")},
        {ET_LIT(""), ET_LIT("chat/completions"), ET_LIT("gpt-4o")},
        {ET_LIT("acme"), ET_LIT("completions"), ET_LIT("gpt-4o")},
        {ET_LIT("acme"), ET_LIT("chat/completions"), ET_LIT("gpt-5")},
        {ET_LIT("acmechat"), ET_LIT("/completions"), ET_LIT("gpt-4o")},
        {ET_LIT("acme"), ET_LIT("gpt-4o"), ET_LIT("chat/completions")},
    };
    enum { COUNT = sizeof scopes / sizeof *scopes };
    struct et_digest keys[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        keys[i] = key_in(scopes[i], BODY(""));
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(&keys[i], &keys[j], sizeof keys[i]);
    }
}

static void the_resolved_model_counts_not_the_one_in_the_body(void **state)
{
    (void)state;
    assert_true(same("{\"model\":\"a\",\"n\":1}", "{\"model\":\"b\",\"n\":1}"));
}

static void a_body_that_grows_too_much_has_no_key(void **state)
{
    (void)state;
    struct et_text body;
    struct et_digest key;
    et_text_init(&body, &support_heap, 1 << 20);
    et_text_add(&body, ET_LIT("[1"));
    for (int i = 0; i < 1000; i++)
        et_text_add(&body, ET_LIT(",1e20"));
    et_text_addc(&body, ']');
    assert_int_equal(et_cache_key(&key, &scope, et_text_slice(&body), &support_heap), ET_LIMIT);
    et_text_free(&body);
}

static void make_key(const struct et_mem *mem, void *arg)
{
    struct et_digest key, *expected = arg;
    int err = et_cache_key(&key, &scope, et_slice_of(BODY(",\"seed\":7")), mem);
    assert_true(err == 0 || err == ET_NOMEM);
    if (err == 0)
        assert_memory_equal(&key, expected, sizeof key);
}

static void refused_memory_makes_no_key(void **state)
{
    (void)state;
    struct et_digest expected = key_in(scope, BODY(",\"seed\":7"));
    support_torture(make_key, &expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_sha256_of_length_prefixed_parts),
        cmocka_unit_test(every_known_member_is_in_the_key_or_on_the_list),
        cmocka_unit_test(the_list_holds_nothing_that_is_not_walked_here),
        cmocka_unit_test(what_means_the_same_has_one_key_and_nothing_else_has),
        cmocka_unit_test(tenant_endpoint_and_model_are_apart),
        cmocka_unit_test(the_resolved_model_counts_not_the_one_in_the_body),
        cmocka_unit_test(a_body_that_grows_too_much_has_no_key),
        cmocka_unit_test(refused_memory_makes_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
