/* SPDX-License-Identifier: MIT */
#include "core/tokens/models.h"

#define CHATML(prefix, encoding)                                                                   \
    {                                                                                              \
        prefix, ET_ENCODING_##encoding, ET_CHAT_CHATML                                             \
    }
#define HARMONY(prefix, encoding)                                                                  \
    {                                                                                              \
        prefix, ET_ENCODING_##encoding, ET_CHAT_HARMONY                                            \
    }
#define PLAIN(prefix, encoding)                                                                    \
    {                                                                                              \
        prefix, ET_ENCODING_##encoding, ET_CHAT_PLAIN                                              \
    }

/* No name fits two of them, so their order says nothing. */
static const struct et_model_tokens models[] = {
    CHATML("gpt-4o", O200K),
    CHATML("chatgpt-4o", O200K),
    CHATML("gpt-4.1", O200K),
    CHATML("gpt-4.5", O200K),
    HARMONY("o1", O200K),
    HARMONY("o3", O200K),
    HARMONY("o4", O200K),
    HARMONY("gpt-5", O200K),
    HARMONY("gpt-5.", O200K),
    HARMONY("gpt-6", O200K),
    HARMONY("gpt-6.", O200K),
    HARMONY("gpt-oss-", O200K),
    CHATML("gpt-4", CL100K),
    CHATML("gpt-3.5-turbo", CL100K),
    CHATML("gpt-35-turbo", CL100K), /* Azure's spelling */
    PLAIN("text-embedding-", CL100K),
    PLAIN("davinci-002", CL100K),
    PLAIN("babbage-002", CL100K),
};

static bool fits(struct et_slice model, struct et_slice entry)
{
    if (!et_slice_starts(model, entry))
        return false;
    if (model.size == entry.size)
        return true;
    char last = entry.data[entry.size - 1], next = model.data[entry.size];
    return last == '-' || last == '.' || next == '-' || next == ':';
}

const struct et_model_tokens *et_model_tokens(struct et_slice model)
{
    struct et_slice tuned = ET_LIT("ft:");
    if (et_slice_starts(model, tuned))
        model = et_slice_part(model, tuned.size, model.size);
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        if (fits(model, et_slice_of(models[i].prefix)))
            return &models[i];
    return NULL;
}
