/* SPDX-License-Identifier: MIT */
#include "harness/tally.h"

#include "core/prompt/count.h"

struct et_tally {
    const struct et_mem *mem;
    const struct et_catalogue *catalogue;
    struct et_tokenizer *o200k, *cl100k;
    struct et_arena arena;
};

int et_tally_new(struct et_tally **out, const struct et_lexicon *lexicon,
                 const struct et_catalogue *catalogue, const struct et_mem *mem)
{
    struct et_tally *tally = et_mem_take(mem, sizeof *tally);
    if (!tally)
        return ET_NOMEM;
    tally->mem = mem;
    tally->catalogue = catalogue;
    et_arena_init(&tally->arena, mem, 64 * 1024);
    int err = et_tokenizer_new(&tally->o200k, &lexicon->o200k, ET_TOKENS_CACHE, mem);
    if (!err)
        err = et_tokenizer_new(&tally->cl100k, &lexicon->cl100k, ET_TOKENS_CACHE, mem);
    if (err) {
        et_tally_free(tally);
        return err;
    }
    *out = tally;
    return 0;
}

void et_tally_free(struct et_tally *tally)
{
    if (!tally)
        return;
    et_tokenizer_free(tally->o200k);
    et_tokenizer_free(tally->cl100k);
    et_arena_free(&tally->arena);
    et_mem_give(tally->mem, tally, sizeof *tally);
}

struct et_tokenizer *et_tally_tokenizer(const struct et_tally *tally, enum et_encoding encoding)
{
    return encoding == ET_ENCODING_O200K ? tally->o200k : tally->cl100k;
}

int et_tally_prompt(struct et_tally *tally, struct et_slice body, uint64_t *tokens)
{
    struct et_api_error error;
    struct et_chat_request request;
    int err = ET_SYNTAX;
    if (et_chat_request_read(&request, body, &tally->arena, &error)) {
        const struct et_model *model = et_catalogue_find(tally->catalogue, request.model);
        struct et_prompt_counting counting = {.mem = tally->mem};
        if (model)
            counting =
                (struct et_prompt_counting){et_tally_tokenizer(tally, model->encoding),
                                            model->family, et_image_rule(model->id), tally->mem};
        err = model ? et_prompt_count(&counting, &request, tokens) : ET_UNKNOWN;
    } else if (error.status == 500) {
        err = ET_NOMEM;
    }
    et_arena_free(&tally->arena);
    return err;
}

int et_tally_text(struct et_tally *tally, struct et_slice model, struct et_slice text,
                  uint64_t *tokens)
{
    const struct et_model *known = et_catalogue_find(tally->catalogue, model);
    size_t count;
    if (!known)
        return ET_UNKNOWN;
    int err = et_tokens_count(et_tally_tokenizer(tally, known->encoding), text, &count);
    if (!err)
        *tokens = count;
    return err;
}
