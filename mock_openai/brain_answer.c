/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_answer.h"

#include "core/tokens/words.h"

struct et_slice et_finish_name(enum et_finish finish)
{
    static const struct et_slice names[] = {
        [ET_FINISH_STOP] = ET_LIT("stop"),
        [ET_FINISH_LENGTH] = ET_LIT("length"),
        [ET_FINISH_TOOL_CALLS] = ET_LIT("tool_calls"),
        [ET_FINISH_FUNCTION_CALL] = ET_LIT("function_call"),
        [ET_FINISH_CONTENT_FILTER] = ET_LIT("content_filter"),
    };
    return names[finish];
}

/* Back to the start of the character that `at` is inside of: it leaves with its last token. */
static size_t character_end(struct et_slice text, size_t at)
{
    while (at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80)
        at--;
    return at;
}

int et_output_fix(struct et_output *output, struct et_slice text, struct et_tokenizer *tokenizer,
                  struct et_arena *arena)
{
    size_t count = 0, at = 0;
    uint32_t *ids = et_arena_array(arena, text.size + 1, sizeof(*ids));
    if (!ids)
        return ET_NOMEM;
    int err = et_tokens_encode(tokenizer, text, ids, text.size + 1, &count);
    if (err)
        return err;
    for (size_t i = 0; i < count; i++) {
        at += et_vocab_bytes(et_tokenizer_vocab(tokenizer), ids[i]).size;
        ids[i] = (uint32_t)character_end(text, at);
    }
    output->fixed = text.data ? text : ET_LIT("");
    output->ends = ids;
    output->tokens = count;
    return 0;
}

static size_t fixed_end(const struct et_output *output, uint64_t tokens)
{
    return tokens ? output->ends[tokens - 1] : 0;
}

void et_output_cut(struct et_output *output, uint64_t tokens)
{
    if (tokens >= output->tokens)
        return;
    output->tokens = tokens;
    if (output->fixed.data)
        output->fixed.size = fixed_end(output, tokens);
}

struct et_slice et_output_text(const struct et_output *output, uint64_t from, uint64_t to,
                               struct et_text *scratch)
{
    const struct et_drawer *words = &output->words;
    if (output->fixed.data)
        return et_slice_part(output->fixed, fixed_end(output, from), fixed_end(output, to));
    if (to - from == 1)
        return et_words_token(words->seed, words->who, from);
    et_text_clear(scratch);
    if (from == 0 && et_words_write(words->seed, words->who, to, scratch))
        return ET_LIT("");
    for (uint64_t nth = from; from > 0 && nth < to; nth++)
        et_text_add(scratch, et_words_token(words->seed, words->who, nth));
    return et_text_slice(scratch);
}
