/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_logprobs.h"

#include "core/base/draw.h"
#include "core/openai/chat_print.h"
#include "core/tokens/words.h"

static const struct et_law loss = {.kind = ET_LAW_EXPONENTIAL, .scale = 300000};

bool et_logprobs_wanted(const struct et_reply *reply, const struct et_output *output)
{
    return reply->signature.logprobs &&
           (output->kind == ET_OUTPUT_TEXT || output->kind == ET_OUTPUT_REFUSAL);
}

static uint32_t draw_loss(struct et_drawer drawer, uint64_t nth, uint32_t least)
{
    uint64_t bits = et_draw(drawer.seed, drawer.who, ET_DRAW_LOGPROB, (uint32_t)nth);
    uint64_t value = least + et_law_value(&loss, bits);
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

uint32_t et_logprobs_loss(const struct et_output *output, uint64_t nth)
{
    return draw_loss(output->words, nth * (ET_TOP_LOGPROBS_MAX + 1), 0);
}

/* The token itself first, then those it might have been. */
static void print_token(struct et_reply *reply, const struct et_output *output, uint64_t nth)
{
    struct et_drawer drawer = output->words;
    struct et_logprob top[ET_TOP_LOGPROBS_MAX];
    size_t count = reply->signature.top_logprobs;
    uint64_t place = nth * (ET_TOP_LOGPROBS_MAX + 1);
    struct et_logprob token = {.token = et_output_text(output, nth, nth + 1, &reply->piece),
                               .micro = draw_loss(drawer, place, 0)};
    for (size_t i = 0; i < count; i++) {
        top[i].token = i ? et_words_token(drawer.seed, drawer.who + i, nth) : token.token;
        top[i].micro = i ? draw_loss(drawer, place + i, top[i - 1].micro) : token.micro;
    }
    et_logprob_print(&token, top, count, &reply->logprobs);
}

struct et_slice et_logprobs_print(struct et_reply *reply, const struct et_output *output,
                                  uint64_t from, uint64_t to)
{
    et_text_clear(&reply->logprobs);
    for (uint64_t nth = from; nth < to; nth++)
        print_token(reply, output, nth);
    return et_text_slice(&reply->logprobs);
}
