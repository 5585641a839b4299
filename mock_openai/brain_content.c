/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_content.h"

#include "core/base/draw.h"
#include "core/openai/schema.h"
#include "mock_openai/brain_saying.h"

enum { CALLS_MAX = 16 };

#define ANY_OBJECT                                                                                 \
    "{\"type\":\"object\",\"properties\":{\"answer\":{\"type\":\"string\"}},\"required\":["        \
    "\"answer\"]}"

/* A value of the schema, or without one an object, in brain->scratch. */
static bool write_value(struct et_saying *saying, struct et_slice text, uint32_t nth,
                        const struct et_schema_place *place)
{
    struct et_ask *ask = saying->ask;
    struct et_schema_wish wish = {.seed = ask->brain->config.seed,
                                  .who = et_draw(0, saying->who, ET_DRAW_CALL, nth + 1),
                                  .tokens = et_saying_wanted(saying)};
    struct et_schema_fault fault = {0};
    struct et_schema *schema = NULL;
    et_text_clear(&ask->brain->scratch);
    int err =
        et_schema_new(&schema, text.size ? text : ET_LIT(ANY_OBJECT), ask->brain->mem, &fault);
    if (!err)
        err = et_schema_write(schema, &wish, &ask->brain->scratch, &fault);
    et_schema_free(schema);
    return !err || et_ask_read(ask, et_schema_refuse(err, &fault, place, &ask->error));
}

static bool say_json(struct et_saying *saying)
{
    const struct et_format *format = &saying->talk->chat->options.format;
    const struct et_schema_place place = {
        .kind = "response_format", .name = format->name, .param = "response_format"};
    return write_value(saying, format->schema, 0, &place) &&
           et_saying_text(saying, ET_OUTPUT_TEXT, et_text_slice(&saying->ask->brain->scratch));
}

static bool say_call(struct et_saying *saying, const struct et_tool *tool, uint32_t nth)
{
    const struct et_schema_place place = {.kind = "function",
                                          .name = tool->name,
                                          .param = "tools",
                                          .code = "invalid_function_parameters"};
    if (tool->custom)
        return et_saying_call(saying, tool->name, (struct et_slice){NULL, 0}, nth);
    struct et_slice schema = tool->schema.size ? tool->schema : ET_LIT("{\"type\":\"object\"}");
    return write_value(saying, schema, nth + 1, &place) &&
           et_saying_call(saying, tool->name, et_text_slice(&saying->ask->brain->scratch), nth);
}

static bool say_calls(struct et_saying *saying)
{
    size_t tools[CALLS_MAX];
    size_t count = et_content_tools(saying->ask, saying->talk, tools, CALLS_MAX);
    for (size_t i = 0; i < count; i++)
        if (!say_call(saying, &saying->talk->chat->options.tools.items[tools[i]], (uint32_t)i))
            return false;
    return true;
}

static struct et_slice last_role(const struct et_talk *talk)
{
    return talk->chat->messages[talk->chat->message_count - 1].role;
}

static bool calls_tools(const struct et_talk *talk)
{
    const struct et_tools *tools = &talk->chat->options.tools;
    bool answered = et_slice_equal(last_role(talk), ET_LIT("tool")) ||
                    et_slice_equal(last_role(talk), ET_LIT("function"));
    if (tools->count == 0 || tools->mode == ET_TOOLS_NONE)
        return false;
    return tools->mode != ET_TOOLS_AUTO || !answered;
}

static bool say(struct et_saying *saying, bool calls)
{
    if (saying->cut)
        return true;
    if (calls)
        return say_calls(saying);
    bool json = saying->talk->chat->options.format.kind != ET_FORMAT_TEXT;
    return json ? say_json(saying) : et_saying_words(saying);
}

bool et_content_say(struct et_ask *ask, const struct et_talk *talk)
{
    bool calls = calls_tools(talk);
    if (!et_saying_begin(ask, talk, calls ? CALLS_MAX : 0))
        return false;
    for (size_t i = 0; i < talk->chat->n; i++) {
        struct et_saying saying;
        if (!et_saying_open(&saying, ask, talk, i) || !say(&saying, calls))
            return false;
        et_saying_close(&saying, calls);
    }
    return true;
}
