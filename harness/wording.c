/* SPDX-License-Identifier: MIT */
#include "harness/wording.h"

#include "core/base/draw.h"
#include "core/openai/chat.h"
#include "core/tokens/words.h"

#include <assert.h>

enum {
    BODY_MAX = 16 << 20,
    FRAMING_CHATML = 7, /* of one user message */
    FRAMING_HARMONY = 6,
    NTH_TEXT = 1000, /* draws of a question beside those of its parameters */
    NTH_BLOCK = 1001
};

void et_wording_init(struct et_wording *wording, const struct et_scenario *scenario, uint64_t seed,
                     const struct et_mem *mem)
{
    *wording = (struct et_wording){.scenario = scenario, .seed = seed};
    et_prompt_init(&wording->prompt, mem, BODY_MAX);
    et_text_init(&wording->words, mem, BODY_MAX);
    et_text_init(&wording->body, mem, BODY_MAX);
}

void et_wording_free(struct et_wording *wording)
{
    et_prompt_free(&wording->prompt);
    et_text_free(&wording->words);
    et_text_free(&wording->body);
}

/* Puts the values into the wording's words, one after another, and cuts them out at the end, when
 * the text moves no more. */
static int fill_parameters(struct et_wording *wording, const struct et_asked *asked,
                           struct et_parameter *out)
{
    const struct et_use_case *use_case = asked->use_case;
    size_t ends[ET_TEMPLATE_PARAMETERS_MAX], from = 0;
    et_text_clear(&wording->words);
    for (size_t i = 0; i < use_case->parameter_count; i++) {
        const struct et_parameter_source *source = &use_case->parameters[i];
        uint64_t bits = et_draw(wording->seed, asked->question, ET_DRAW_PARAMETER, (uint32_t)i);
        if (source->values) {
            et_text_add(&wording->words, source->values[et_draw_below(bits, source->value_count)]);
        } else {
            int err = et_words_write(wording->seed, bits, et_law_value(&source->words, bits),
                                     &wording->words);
            if (err)
                return err;
        }
        ends[i] = et_text_slice(&wording->words).size;
    }
    struct et_slice all = et_text_slice(&wording->words);
    for (size_t i = 0; i < use_case->parameter_count; i++) {
        out[i] =
            (struct et_parameter){use_case->parameters[i].name, et_slice_part(all, from, ends[i])};
        from = ends[i];
    }
    return et_text_failed(&wording->words);
}

static int fill_template(struct et_wording *wording, const struct et_asked *asked,
                         const struct et_arm *arm)
{
    struct et_parameter parameters[ET_TEMPLATE_PARAMETERS_MAX];
    const struct et_use_case *use_case = asked->use_case;
    const struct et_template *template = use_case->versions[arm->template_version - 1];
    assert(template); /* the loader has those that arms ask for */
    int err = fill_parameters(wording, asked, parameters);
    if (err)
        return err;
    return et_template_render(template, parameters, use_case->parameter_count, &wording->prompt,
                              NULL);
}

/* Every text of words starts with one that has no space in front; with one it is a token too. */
static int add_words(struct et_wording *wording, uint64_t who, uint64_t tokens)
{
    if (et_text_slice(&wording->words).size)
        et_text_addc(&wording->words, ' ');
    return et_words_write(wording->seed, who, tokens, &wording->words);
}

static int add_blocks(struct et_wording *wording, const struct et_asked *asked, uint64_t *left)
{
    const struct et_trace_row *row = &wording->trace->rows[asked->request - 1];
    for (uint32_t i = 0; i < row->block_count && *left; i++) {
        uint64_t tokens = *left < ET_TRACE_BLOCK ? *left : ET_TRACE_BLOCK;
        uint64_t block = wording->trace->blocks[row->first_block + i];
        uint64_t who = et_draw(wording->seed, block, ET_DRAW_PARAMETER, NTH_BLOCK);
        int err = add_words(wording, who, tokens);
        if (err)
            return err;
        *left -= tokens;
    }
    return 0;
}

static uint64_t content_tokens(const struct et_asked *asked, const struct et_arm *arm)
{
    const struct et_model *model = et_catalogue_find(arm->engine.catalogue, arm->model);
    uint64_t framing = model->family == ET_CHAT_HARMONY ? FRAMING_HARMONY : FRAMING_CHATML;
    return asked->prompt_tokens > framing ? asked->prompt_tokens - framing : 1;
}

static int fill_words(struct et_wording *wording, const struct et_asked *asked,
                      const struct et_arm *arm)
{
    uint64_t left = content_tokens(asked, arm);
    uint64_t who = et_draw(wording->seed, asked->question, ET_DRAW_PARAMETER, NTH_TEXT);
    int err = 0;
    et_text_clear(&wording->words);
    if (wording->trace)
        err = add_blocks(wording, asked, &left);
    if (!err && left)
        err = add_words(wording, who, left);
    wording->prompt.count = 1;
    wording->prompt.messages[0] =
        (struct et_prompt_message){ET_LIT("user"), et_text_slice(&wording->words)};
    return err;
}

int et_wording_body(struct et_wording *wording, const struct et_asked *asked,
                    const struct et_arm *arm, struct et_slice *body)
{
    struct et_chat_message messages[ET_TEMPLATE_MESSAGES_MAX] = {{{NULL, 0}}};
    const struct et_prompt *prompt = &wording->prompt;
    int err =
        asked->prompt_tokens ? fill_words(wording, asked, arm) : fill_template(wording, asked, arm);
    if (err)
        return err;
    for (size_t i = 0; i < prompt->count; i++) {
        messages[i].role = prompt->messages[i].role;
        messages[i].content = prompt->messages[i].content;
    }
    struct et_chat_request request = {
        .model = arm->model,
        .messages = messages,
        .message_count = prompt->count,
        .stream = asked->stream,
        .include_usage = asked->stream,
        .n = 1,
        .extra = wording->scenario->request,
    };
    et_text_clear(&wording->body);
    et_chat_request_print(&request, &wording->body);
    *body = et_text_slice(&wording->body);
    return et_text_failed(&wording->body);
}
