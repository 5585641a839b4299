/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_saying.h"

#include "core/base/draw.h"
#include "core/openai/family.h"

enum {
    ANSWER_TOKENS_MAX = 1000000,
    CUSTOM_TOKENS = 12,  /* of the input of a custom tool */
    CALL_FRAMING = 5,    /* billed around name and arguments; an estimate: not documented */
    REASONING_STEP = 64, /* captured reasoning_tokens are multiples of it */
    OUTPUTS_USUAL = 2    /* reasoning and a text */
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

uint64_t et_saying_wanted(const struct et_saying *saying)
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

static struct et_output *add_output(struct et_saying *saying, enum et_output_kind kind)
{
    struct et_output *output = &saying->choice->outputs[saying->choice->output_count++];
    output->kind = kind;
    output->words = (struct et_drawer){saying->ask->brain->config.seed, saying->who};
    return output;
}

/* At most what is left of the limit. */
static void charge(struct et_saying *saying, struct et_output *output)
{
    if (output->tokens > saying->limit) {
        et_output_cut(output, saying->limit);
        saying->cut = true;
    }
    saying->limit -= output->tokens;
}

static bool fix(struct et_saying *saying, struct et_output *output, struct et_slice text)
{
    struct et_ask *ask = saying->ask;
    struct et_slice kept;
    if (!et_arena_copy(&ask->reply->arena, text, &kept))
        return et_ask_no_memory(ask);
    ask->err = et_output_fix(output, kept, et_ask_tokenizer(ask), &ask->reply->arena);
    return !ask->err;
}

static bool fix_charged(struct et_saying *saying, struct et_output *output, struct et_slice text)
{
    if (!fix(saying, output, text))
        return false;
    charge(saying, output);
    return true;
}

/* The words end in front of the first stop sequence in them. */
static bool stop_words(struct et_saying *saying, struct et_output *output)
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
    if (first >= text.size)
        return true;
    saying->cut = false;
    return fix(saying, output, et_slice_part(text, 0, first));
}

bool et_saying_words(struct et_saying *saying)
{
    struct et_output *output = add_output(saying, ET_OUTPUT_TEXT);
    output->tokens = et_saying_wanted(saying);
    charge(saying, output);
    return saying->talk->chat->options.stop_count == 0 || stop_words(saying, output);
}

bool et_saying_text(struct et_saying *saying, enum et_output_kind kind, struct et_slice text)
{
    return fix_charged(saying, add_output(saying, kind), text);
}

static bool count_name(struct et_saying *saying, struct et_output *output)
{
    size_t count = 0;
    saying->ask->err = et_tokens_count(et_ask_tokenizer(saying->ask), output->name, &count);
    output->framing = count + CALL_FRAMING;
    return !saying->ask->err;
}

bool et_saying_call(struct et_saying *saying, struct et_slice name, struct et_slice arguments,
                    uint32_t nth)
{
    struct et_ask *ask = saying->ask;
    struct et_output *output = add_output(saying, ET_OUTPUT_CALL);
    struct et_drawer ids = {ask->ids.seed,
                            et_draw(ask->ids.seed, saying->who, ET_DRAW_ID, nth + 1)};
    bool old = saying->talk->chat->options.tools.old;
    output->custom = !arguments.data;
    output->words = ids;
    output->id = old ? ET_LIT("") : et_reply_more_id(ask->reply, ET_LIT("call_"), ids, 62, 24);
    if (!output->id.data || !et_arena_copy(&ask->reply->arena, name, &output->name))
        return et_ask_no_memory(ask);
    if (!count_name(saying, output))
        return false;
    if (arguments.data)
        return fix_charged(saying, output, arguments);
    output->tokens = CUSTOM_TOKENS;
    charge(saying, output);
    return true;
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

static uint64_t reasoning_tokens(const struct et_saying *saying)
{
    const struct et_ask *ask = saying->ask;
    if (!ask->model->reasoning)
        return 0;
    uint64_t bits = et_draw(ask->brain->config.seed, saying->who, ET_DRAW_REASON, 0);
    uint64_t tokens = et_law_value(&ask->profile->reasoning_tokens, bits);
    tokens = scaled(tokens, et_family_effort(et_family_of(ask->model), saying->talk->chat));
    return (tokens + REASONING_STEP - 1) / REASONING_STEP * REASONING_STEP;
}

/* When nothing is left for an answer behind the reasoning there is an empty one. */
static bool reason(struct et_saying *saying)
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
    return et_saying_text(saying, ET_OUTPUT_TEXT, ET_LIT(""));
}

/* The usual answer has room for its choice, outputs and cursor in the stream. */
bool et_saying_begin(struct et_ask *ask, const struct et_talk *talk, size_t calls_max)
{
    struct et_stream *stream = &ask->reply->stream;
    struct et_arena *arena = &ask->reply->arena;
    size_t count = talk->chat->n, outputs = calls_max + OUTPUTS_USUAL;
    stream->answer.choice_count = count;
    if (count == 1 && calls_max == 0) {
        stream->answer.choices = &stream->only_choice;
        stream->only_choice.outputs = stream->only_outputs;
        stream->cursors = &stream->only_cursor;
        return true;
    }
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

bool et_saying_open(struct et_saying *saying, struct et_ask *ask, const struct et_talk *talk,
                    size_t nth)
{
    uint64_t who = nth ? et_draw(0, ask->who, ET_DRAW_CHOICE, (uint32_t)nth) : ask->who;
    *saying = (struct et_saying){.ask = ask,
                                 .talk = talk,
                                 .who = who,
                                 .limit = limit_of(ask, talk),
                                 .choice = &ask->reply->stream.answer.choices[nth]};
    return reason(saying);
}

void et_saying_close(struct et_saying *saying, bool calls)
{
    const struct et_tools *tools = &saying->talk->chat->options.tools;
    if (saying->cut)
        saying->choice->finish = ET_FINISH_LENGTH;
    else if (!calls || tools->mode == ET_TOOLS_NAMED)
        saying->choice->finish = ET_FINISH_STOP;
    else
        saying->choice->finish = tools->old ? ET_FINISH_FUNCTION_CALL : ET_FINISH_TOOL_CALLS;
}
