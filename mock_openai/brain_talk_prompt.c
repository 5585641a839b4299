/* SPDX-License-Identifier: MIT */
/* The prompt of a conversation, in tokens: the schema of the answer, tools, messages. */
#include "core/prompt/leading.h"
#include "mock_openai/brain_talk.h"

bool et_talk_prompt(struct et_ask *ask, struct et_talk *talk)
{
    struct et_prompt_source source = {.tokenizer = et_ask_tokenizer(ask),
                                      .family = ask->model->family,
                                      .messages = talk->chat->messages,
                                      .message_count = talk->chat->message_count,
                                      .images = et_image_rule(ask->model->id)};
    ask->err = et_prompt_leading(&source, &talk->chat->options, &ask->arena);
    if (!ask->err)
        ask->err = et_prompt_ids_build(&talk->prompt, &source, &ask->arena);
    talk->usage.prompt = talk->prompt.count;
    return !ask->err;
}
