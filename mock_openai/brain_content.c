/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_content.h"

#include "core/base/draw.h"
#include "core/base/hash.h"
#include "core/tokens/words.h"

enum {
    ANSWER_TOKENS_MAX = 1000000,
    CALLS_MAX = 16,
    CUSTOM_TOKENS = 12, /* of the input of a custom tool */
    CALL_FRAMING = 5,   /* billed around name and arguments; an estimate: not documented */
    REASONING_STEP = 64 /* captured reasoning_tokens are multiples of it */
};

struct saying { /* of one choice */
    struct et_ask *ask;
    const struct et_talk *talk;
    uint64_t who;
    uint64_t limit; /* tokens it may have yet */
    bool cut;
    struct et_choice *choice;
};

static void cap(uint64_t *tokens, uint64_t most)
{
    if (most && *tokens > most)
        *tokens = most;
}

/* Tokens that an answer may have at most. */
static uint64_t limit_of(const struct et_ask *ask, const struct et_talk *talk)
{
    uint64_t limit = ANSWER_TOKENS_MAX;
    cap(&limit, talk->chat->max_tokens);
    cap(&limit, ask->model->output_tokens_max);
    if (ask->model->context_tokens)
        cap(&limit, ask->model->context_tokens - talk->prompt.count);
    return limit;
}

static uint64_t wanted_tokens(const struct saying *saying)
{
    const struct et_ask *ask = saying->ask;
    uint64_t wanted = 0;
    if (et_slice_u64(ask->request->answer_tokens, &wanted) && wanted >= 1 &&
        wanted <= ANSWER_TOKENS_MAX)
        return wanted;
    uint64_t bits = et_draw(ask->brain->config.seed, saying->who, ET_DRAW_ANSWER_LENGTH, 0);
    wanted = et_law_value(&ask->profile->answer_tokens, bits);
    if (wanted > ANSWER_TOKENS_MAX)
        return ANSWER_TOKENS_MAX;
    return wanted ? wanted : 1;
}

/* The next output, of at most what is left of the limit. */
static struct et_output *add_output(struct saying *saying, enum et_output_kind kind)
{
    struct et_output *output = &saying->choice->outputs[saying->choice->output_count++];
    output->kind = kind;
    output->words = (struct et_drawer){saying->ask->brain->config.seed, saying->who};
    return output;
}

static void charge(struct saying *saying, struct et_output *output)
{
    if (output->tokens > saying->limit) {
        et_output_cut(output, saying->limit);
        saying->cut = true;
    }
    saying->limit -= output->tokens;
}

static bool fix(struct saying *saying, struct et_output *output, struct et_slice text)
{
    struct et_ask *ask = saying->ask;
    struct et_slice kept;
    if (!et_arena_copy(&ask->reply->arena, text, &kept))
        return et_ask_no_memory(ask);
    ask->err = et_output_fix(output, kept, et_ask_tokenizer(ask), &ask->reply->arena);
    return !ask->err;
}

/* The words end in front of the first stop sequence in them. */
static bool stop_words(struct saying *saying, struct et_output *output)
{
    const struct et_chat_options *options = &saying->talk->chat->options;
    struct et_text *scratch = &saying->ask->brain->scratch;
    size_t first = SIZE_MAX;
    struct et_slice text = et_output_text(output, 0, output->tokens, scratch);
    if (et_text_failed(scratch))
        return et_ask_no_memory(saying->ask);
    for (size_t i = 0; i < options->stop_count; i++) {
        size_t at = et_slice_find(text, options->stops[i]);
        first = at < first ? at : first;
    }
    if (first == SIZE_MAX)
        return true;
    saying->cut = false;
    return fix(saying, output, et_slice_part(text, 0, first));
}

static bool say_words(struct saying *saying)
{
    struct et_output *output = add_output(saying, ET_OUTPUT_TEXT);
    output->tokens = wanted_tokens(saying);
    charge(saying, output);
    return saying->talk->chat->options.stop_count == 0 || stop_words(saying, output);
}

static bool say_text(struct saying *saying, struct et_output *output, struct et_slice text)
{
    if (!fix(saying, output, text))
        return false;
    charge(saying, output);
    return true;
}

static bool write_value(struct saying *saying, const char *param)
{
    return et_api_refuse(&saying->ask->error, 400, "invalid_request_error", "unsupported_value",
                         param, "This mock cannot make values of a schema.");
}

static bool say_json(struct saying *saying)
{
    if (!write_value(saying, "response_format"))
        return false;
    return say_text(saying, add_output(saying, ET_OUTPUT_TEXT),
                    et_text_slice(&saying->ask->brain->scratch));
}

static bool count_name(struct saying *saying, struct et_output *output)
{
    size_t count = 0;
    saying->ask->err = et_tokens_count(et_ask_tokenizer(saying->ask), output->name, &count);
    output->framing = count + CALL_FRAMING;
    return !saying->ask->err;
}

static bool say_call(struct saying *saying, const struct et_tool *tool, uint32_t nth)
{
    struct et_ask *ask = saying->ask;
    struct et_output *output = add_output(saying, ET_OUTPUT_CALL);
    struct et_drawer ids = {ask->ids.seed,
                            et_draw(ask->ids.seed, saying->who, ET_DRAW_ID, nth + 1)};
    bool old = saying->talk->chat->options.tools.old;
    output->custom = tool->custom;
    output->words = ids;
    output->id = old ? ET_LIT("") : et_reply_more_id(ask->reply, ET_LIT("call_"), ids, 62, 24);
    if (!output->id.data || !et_arena_copy(&ask->reply->arena, tool->name, &output->name))
        return et_ask_no_memory(ask);
    if (!count_name(saying, output))
        return false;
    if (tool->custom) {
        output->tokens = CUSTOM_TOKENS;
        charge(saying, output);
        return true;
    }
    return write_value(saying, "tools") &&
           say_text(saying, output, et_text_slice(&ask->brain->scratch));
}

static bool say_calls(struct saying *saying)
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

static enum et_finish finish_of(const struct saying *saying, bool calls)
{
    const struct et_tools *tools = &saying->talk->chat->options.tools;
    if (saying->cut)
        return ET_FINISH_LENGTH;
    if (!calls || tools->mode == ET_TOOLS_NAMED)
        return ET_FINISH_STOP;
    return tools->old ? ET_FINISH_FUNCTION_CALL : ET_FINISH_TOOL_CALLS;
}

/* Effort against that of the profile's law, in eighths: an estimate, for nobody publishes more than
 * that tokens double or so with each step. */
static uint64_t scaled(uint64_t tokens, enum et_effort effort)
{
    static const uint64_t eighths[] = {
        [ET_EFFORT_NONE] = 0,   [ET_EFFORT_MINIMAL] = 1, [ET_EFFORT_LOW] = 4,
        [ET_EFFORT_MEDIUM] = 8, [ET_EFFORT_HIGH] = 16,   [ET_EFFORT_XHIGH] = 24,
        [ET_EFFORT_MAX] = 32,   [ET_EFFORT_UNSET] = 8,
    };
    return tokens > ANSWER_TOKENS_MAX ? ANSWER_TOKENS_MAX : tokens * eighths[effort] / 8;
}

static uint64_t reasoning_tokens(const struct saying *saying)
{
    const struct et_ask *ask = saying->ask;
    if (!ask->model->reasoning)
        return 0;
    uint64_t bits = et_draw(ask->brain->config.seed, saying->who, ET_DRAW_REASON, 0);
    uint64_t tokens = et_law_value(&ask->profile->reasoning_tokens, bits);
    tokens = scaled(tokens, saying->talk->chat->options.effort);
    return (tokens + REASONING_STEP - 1) / REASONING_STEP * REASONING_STEP;
}

/* When nothing is left for an answer behind the reasoning there is an empty one. */
static bool say_reasoning(struct saying *saying)
{
    uint64_t tokens = reasoning_tokens(saying);
    if (tokens == 0)
        return true;
    struct et_output *output = add_output(saying, ET_OUTPUT_REASONING);
    output->tokens = tokens;
    charge(saying, output);
    if (saying->limit > 0)
        return true;
    saying->cut = true;
    return say_text(saying, add_output(saying, ET_OUTPUT_TEXT), ET_LIT(""));
}

static bool say_choice(struct saying *saying)
{
    bool calls = calls_tools(saying->talk);
    if (!say_reasoning(saying))
        return false;
    if (!saying->cut) {
        bool json = saying->talk->chat->options.format.kind != ET_FORMAT_TEXT;
        if (!(calls ? say_calls(saying) : json ? say_json(saying) : say_words(saying)))
            return false;
    }
    saying->choice->finish = finish_of(saying, calls);
    return true;
}

/* Room for choices, outputs and cursors.  The usual answer has its own in the stream. */
static bool take_choices(struct et_ask *ask, const struct et_talk *talk)
{
    struct et_stream *stream = &ask->reply->stream;
    size_t count = talk->chat->n, outputs = calls_tools(talk) ? 1 + CALLS_MAX : 2;
    stream->answer.choice_count = count;
    if (count == 1 && outputs == 2) {
        stream->answer.choices = &stream->only_choice;
        stream->only_choice.outputs = stream->only_outputs;
        stream->cursors = &stream->only_cursor;
        return true;
    }
    struct et_arena *arena = &ask->reply->arena;
    stream->answer.choices = et_arena_array(arena, count, sizeof(*stream->answer.choices));
    stream->cursors = et_arena_array(arena, count, sizeof(*stream->cursors));
    if (!stream->answer.choices || !stream->cursors)
        return et_ask_no_memory(ask);
    for (size_t i = 0; i < count; i++) {
        struct et_choice *choice = &stream->answer.choices[i];
        choice->outputs = et_arena_array(arena, outputs, sizeof(*choice->outputs));
        if (!choice->outputs)
            return et_ask_no_memory(ask);
    }
    return true;
}

bool et_content_say(struct et_ask *ask, const struct et_talk *talk)
{
    uint64_t limit = limit_of(ask, talk);
    if (!take_choices(ask, talk))
        return false;
    for (size_t i = 0; i < talk->chat->n; i++) {
        uint64_t who = i ? et_draw(0, ask->who, ET_DRAW_CHOICE, (uint32_t)i) : ask->who;
        struct saying saying = {.ask = ask,
                                .talk = talk,
                                .who = who,
                                .limit = limit,
                                .choice = &ask->reply->stream.answer.choices[i]};
        if (!say_choice(&saying))
            return false;
    }
    return true;
}
