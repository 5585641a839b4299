/* SPDX-License-Identifier: MIT */
/* Answers and the chunks of streams, compared with captures. */
#include "core/base/tests/support.h"

#include "core/openai/chat_print.h"

static struct et_text out;

static int text_set_up(void **state)
{
    (void)state;
    et_text_init(&out, &support_heap, 1 << 16);
    return 0;
}

static int text_tear_down(void **state)
{
    (void)state;
    et_text_free(&out);
    return 0;
}

static void assert_out(const char *text)
{
    assert_int_equal(et_text_failed(&out), 0);
    assert_slice_equal(et_text_slice(&out), text);
    et_text_clear(&out);
}

static const struct et_chat_answer gpt4o = {
    .id = {"chatcmpl-C4Gm9xikLXbgE8He0BHWeoM03aa72", 38},
    .created = 1755133833,
    .model = {"gpt-4o-mini-2024-07-18", 22},
    .content = {"A \"joke\"", 8},
    .finish_reason = {"stop", 4},
    .fingerprint = {"fp_44709d6fcb", 13},
    .has_usage = true,
    .usage = {.prompt = 19, .completion = 10},
};

#define USAGE                                                                                      \
    "{\"prompt_tokens\":19,\"completion_tokens\":10,\"total_tokens\":29,"                          \
    "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"                          \
    "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"                    \
    "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}"

/* The capture of openai_api.md, section 2. */
static void an_answer_prints_as_captured_from_gpt_4o(void **state)
{
    (void)state;
    et_chat_answer_print(&gpt4o, &out);
    assert_out(
        "{\"id\":\"chatcmpl-C4Gm9xikLXbgE8He0BHWeoM03aa72\",\"object\":\"chat.completion\","
        "\"created\":1755133833,\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\""
        ":0,\"message\":{\"role\":\"assistant\",\"content\":\"A \\\"joke\\\"\",\"refusal\":"
        "null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":" USAGE
        ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_44709d6fcb\"}");
}

static void later_models_have_no_fingerprint_no_logprobs_and_billed_writes(void **state)
{
    (void)state;
    struct et_chat_answer answer = gpt4o;
    answer.fingerprint = (struct et_slice){NULL, 0};
    answer.writes_billed = true;
    answer.usage = (struct et_usage){2000, 1024, 512, 80, 64};
    et_chat_answer_print(&answer, &out);
    assert_out("{\"id\":\"chatcmpl-C4Gm9xikLXbgE8He0BHWeoM03aa72\",\"object\":\"chat.completion\","
               "\"created\":1755133833,\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\""
               ":0,\"message\":{\"role\":\"assistant\",\"content\":\"A \\\"joke\\\"\",\"refusal\":"
               "null,\"annotations\":[]},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":"
               "2000,\"completion_tokens\":80,\"total_tokens\":2080,\"prompt_tokens_details\":{"
               "\"cached_tokens\":1024,\"cache_write_tokens\":512,\"audio_tokens\":0},"
               "\"completion_tokens_details\":{\"reasoning_tokens\":64,\"audio_tokens\":0,"
               "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}},"
               "\"service_tier\":\"default\",\"system_fingerprint\":null}");
    answer.has_usage = false;
    answer.content = (struct et_slice){NULL, 0};
    et_chat_answer_print(&answer, &out);
    assert_out("{\"id\":\"chatcmpl-C4Gm9xikLXbgE8He0BHWeoM03aa72\",\"object\":\"chat.completion\","
               "\"created\":1755133833,\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\""
               ":0,\"message\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null,"
               "\"annotations\":[]},\"finish_reason\":\"stop\"}],\"service_tier\":\"default\","
               "\"system_fingerprint\":null}");
}

#define CHUNK                                                                                      \
    "data: {\"id\":\"chatcmpl-C4Gm9xikLXbgE8He0BHWeoM03aa72\",\"object\":\"chat.completion."       \
    "chunk\",\"created\":1755133833,\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":"        \
    "\"default\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":["
#define DELTA(delta, finish)                                                                       \
    "{\"index\":0,\"delta\":" delta ",\"logprobs\":null,\"finish_reason\":" finish "}]"

static void each_chunk_prints_as_captured(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        enum et_chat_chunk chunk;
        bool usage;
        const char *text;
    } rows[] = {
        {"role", ET_CHUNK_ROLE, true,
         CHUNK DELTA("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}",
                     "null") ",\"usage\":null}\n\n"},
        {"content", ET_CHUNK_CONTENT, true,
         CHUNK DELTA("{\"content\":\"Hel\\nlo\"}", "null") ",\"usage\":null}\n\n"},
        {"without usage", ET_CHUNK_CONTENT, false,
         CHUNK DELTA("{\"content\":\"Hel\\nlo\"}", "null") "}\n\n"},
        {"finish", ET_CHUNK_FINISH, true, CHUNK DELTA("{}", "\"stop\"") ",\"usage\":null}\n\n"},
        {"usage", ET_CHUNK_USAGE, true, CHUNK "],\"usage\":" USAGE "}\n\n"},
        {"done", ET_CHUNK_DONE, true, "data: [DONE]\n\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_chat_chunk_print(&gpt4o, rows[i].chunk, ET_LIT("Hel\nlo"), rows[i].usage, &out);
        assert_out(rows[i].text);
    }
}

static const struct et_chat_call calls[] = {
    {{"call_1", 6}, {"get_weather", 11}, {"{\"city\":\"Rome\"}", 15}, false},
    {{"call_2", 6}, {"run", 3}, {"ls \"x\"", 6}, true},
};

static void a_choice_is_text_a_refusal_or_calls(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct et_chat_choice choice;
        const char *text;
    } rows[] = {
        {"text with logprobs",
         {.content = {"Hi", 2},
          .has_logprobs = true,
          .logprobs = {"1,2", 3},
          .finish_reason = {"stop", 4}},
         "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":null,"
         "\"annotations\":[]},\"logprobs\":{\"content\":[1,2],\"refusal\":null},"
         "\"finish_reason\":\"stop\"}"},
        {"a refusal with logprobs",
         {.index = 1, .refusal = {"No", 2}, .has_logprobs = true, .finish_reason = {"stop", 4}},
         ",{\"index\":1,\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":\"No\","
         "\"annotations\":[]},\"logprobs\":{\"content\":null,\"refusal\":[]},"
         "\"finish_reason\":\"stop\"}"},
        {"two calls",
         {.calls = calls, .call_count = 2, .finish_reason = {"tool_calls", 10}},
         "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{"
         "\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\","
         "\"arguments\":\"{\\\"city\\\":\\\"Rome\\\"}\"}},{\"id\":\"call_2\",\"type\":\"custom\","
         "\"custom\":{\"name\":\"run\",\"input\":\"ls \\\"x\\\"\"}}],\"refusal\":null,"
         "\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}"},
        {"the old call",
         {.calls = calls,
          .call_count = 1,
          .old_call = true,
          .finish_reason = {"function_call", 13}},
         "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"function_call\":{"
         "\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\\\"Rome\\\"}\"},\"refusal\":"
         "null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"function_call\"}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_chat_choice_print(&gpt4o, &rows[i].choice, &out);
        assert_out(rows[i].text);
    }
}

#define OF(index, delta)                                                                           \
    CHUNK "{\"index\":" index ",\"delta\":" delta ",\"logprobs\":null,\"finish_reason\":null}]}"   \
          "\n\n"

static void calls_and_refusals_stream_as_captured(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct et_chat_delta delta;
        const char *text;
    } rows[] = {
        {"the first call opens its choice",
         {.chunk = ET_CHUNK_CALL, .call = calls, .first = true},
         OF("0", "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":"
                 "\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\","
                 "\"arguments\":\"\"}}],\"refusal\":null}")},
        {"a later call of another choice",
         {.chunk = ET_CHUNK_CALL, .choice = 3, .call = calls + 1, .call_index = 1},
         OF("3", "{\"tool_calls\":[{\"index\":1,\"id\":\"call_2\",\"type\":\"custom\",\"custom\":{"
                 "\"name\":\"run\",\"input\":\"\"}}]}")},
        {"arguments",
         {.chunk = ET_CHUNK_ARGUMENTS, .call = calls, .text = {"{\"ci", 4}},
         OF("0", "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"ci\"}}]}")},
        {"custom input",
         {.chunk = ET_CHUNK_ARGUMENTS, .call = calls + 1, .call_index = 1, .text = {"ls", 2}},
         OF("0", "{\"tool_calls\":[{\"index\":1,\"custom\":{\"input\":\"ls\"}}]}")},
        {"the old call",
         {.chunk = ET_CHUNK_CALL, .call = calls, .first = true, .old_call = true},
         OF("0", "{\"role\":\"assistant\",\"content\":null,\"function_call\":{\"name\":"
                 "\"get_weather\",\"arguments\":\"\"},\"refusal\":null}")},
        {"its arguments",
         {.chunk = ET_CHUNK_ARGUMENTS, .old_call = true, .text = {"{}", 2}},
         OF("0", "{\"function_call\":{\"arguments\":\"{}\"}}")},
        {"a refusal",
         {.chunk = ET_CHUNK_REFUSAL, .text = {"I'm", 3}},
         OF("0", "{\"refusal\":\"I'm\"}")},
        {"padding",
         {.chunk = ET_CHUNK_CONTENT,
          .text = {"a", 1},
          .obfuscation = {"xyz", 3},
          .include_usage = true},
         CHUNK DELTA("{\"content\":\"a\"}", "null") ",\"usage\":null,\"obfuscation\":\"xyz\"}\n\n"},
        {"logprobs",
         {.chunk = ET_CHUNK_CONTENT, .text = {"a", 1}, .has_logprobs = true, .logprobs = {"7", 1}},
         CHUNK
         "{\"index\":0,\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":[7],\"refusal\":"
         "null},\"finish_reason\":null}]}\n\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_chat_delta_print(&gpt4o, &rows[i].delta, &out);
        assert_out(rows[i].text);
    }
}

static void a_stamp_that_was_kept_changes_nothing(void **state)
{
    (void)state;
    struct et_chat_answer answer = gpt4o;
    struct et_text stamp, fresh;
    et_text_init(&stamp, &support_heap, 4096);
    et_text_init(&fresh, &support_heap, 4096);
    et_chat_stamp_print(&answer, &stamp);
    for (enum et_chat_chunk chunk = ET_CHUNK_ROLE; chunk <= ET_CHUNK_REFUSAL; chunk++) {
        et_text_clear(&fresh);
        answer.stamp = ET_LIT("");
        et_chat_chunk_print(&answer, chunk, ET_LIT("a"), true, &fresh);
        answer.stamp = et_text_slice(&stamp);
        et_chat_chunk_print(&answer, chunk, ET_LIT("a"), true, &out);
        assert_out(et_text_slice(&fresh).data);
    }
    et_text_free(&stamp);
    et_text_free(&fresh);
}

static void logprobs_list_bytes_and_alternatives(void **state)
{
    (void)state;
    const struct et_logprob token = {ET_LIT(" \xE2\x82\xAC"), 105361};
    const struct et_logprob top[] = {{ET_LIT("a"), 0}, {ET_LIT("\xE2\x82"), 9999000000 / 1000}};
    et_logprob_print(&token, top, 2, &out);
    et_logprob_print(&top[0], NULL, 0, &out);
    assert_out(
        "{\"token\":\" \xE2\x82\xAC\",\"logprob\":-0.105361,\"bytes\":[32,226,130,172],"
        "\"top_logprobs\":[{\"token\":\"a\",\"logprob\":0.0,\"bytes\":[97]},{\"token\":"
        "\"\xEF\xBF\xBD\",\"logprob\":-9.999,\"bytes\":[226,130]}]},{\"token\":\"a\",\"logprob\":"
        "0.0,\"bytes\":[97],\"top_logprobs\":[]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_prints_as_captured_from_gpt_4o),
        cmocka_unit_test(later_models_have_no_fingerprint_no_logprobs_and_billed_writes),
        cmocka_unit_test(each_chunk_prints_as_captured),
        cmocka_unit_test(a_choice_is_text_a_refusal_or_calls),
        cmocka_unit_test(calls_and_refusals_stream_as_captured),
        cmocka_unit_test(a_stamp_that_was_kept_changes_nothing),
        cmocka_unit_test(logprobs_list_bytes_and_alternatives),
    };
    return cmocka_run_group_tests(tests, text_set_up, text_tear_down);
}
