/* SPDX-License-Identifier: MIT */
/* What a whole request is billed as prompt: messages, tools, the schema of the answer, images. */
#include "mock_openai/tests/brain_world.h"

#define COOKBOOK_TOOL                                                                              \
    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_current_weather\","            \
    "\"description\":\"Get the current weather in a given location.\",\"parameters\":{\"type\":"   \
    "\"object\",\"properties\":{\"location\":{\"type\":\"string\",\"description\":\"The city and " \
    "state, e.g. San Francisco, CA\"},\"unit\":{\"type\":\"string\",\"description\":\"The unit "   \
    "of temperature to return\",\"enum\":[\"celsius\",\"fahrenheit\"]}},\"required\":["            \
    "\"location\"]}}}],\"tool_choice\":\"none\","
#define COOKBOOK_CHAT                                                                              \
    "\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful assistant that can "       \
    "answer to questions about the weather.\"},{\"role\":\"user\",\"content\":\"What's the "       \
    "weather like in San Francisco?\"}]}"
#define IMAGE                                                                                      \
    "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Answer in up to 5 words: What's "   \
    "in this image?\",\"type\":\"text\"},{\"image_url\":{\"url\":\"data:image/png;base64,"         \
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAA\"},\"type\":\"image_url\"}]}]}"

static const struct {
    const char *why, *body;
    uint64_t tokens;
} rows[] = {
    {"the cookbook's tool", "{\"model\":\"gpt-4o\"," COOKBOOK_TOOL COOKBOOK_CHAT, 101},
    {"the same chat without it", "{\"model\":\"gpt-4o\"," COOKBOOK_CHAT, 33},
    {"an image, as recorded from gpt-5-nano", "{\"model\":\"gpt-5-nano\"," IMAGE, 22},
    {"the same for tiles", "{\"model\":\"gpt-4o\"," IMAGE, 20 + 255},
    {"calls in the history: 3, name, arguments",
     "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
     "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]},"
     "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"red\"}]}",
     (3 + 1 + 3 + 1 + 1) + (3 + 1 + 1) + 3},
};

static void a_prompt_is_billed_with_all_that_is_in_it(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_request request = world_chat(et_slice_of(rows[i].body));
        struct played played;
        request.answer_tokens = ET_LIT("1");
        ask(&played, brain, &request, 0);
        if (played.status != 200)
            fail_msg("%s: %.*s", rows[i].why, ET_ARG(et_text_slice(&played.body)));
        if (played.facts.usage.prompt != rows[i].tokens)
            fail_msg("%s: got %d", rows[i].why, (int)played.facts.usage.prompt);
        played_free(&played);
    }
    et_brain_free(brain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prompt_is_billed_with_all_that_is_in_it),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
