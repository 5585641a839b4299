/* SPDX-License-Identifier: MIT */
/* Which encoding and which chat framing a model has, by the beginning of its name: for names that
 * no catalogue knows (prices/catalogue.h has these facts for every model it knows), such as
 * fine-tunes, Azure's spelling and snapshots of tomorrow.
 *
 *     gpt-4o-mini-2024-07-18        o200k_base, ChatML
 *     gpt-6.2-sol                   o200k_base, Harmony
 *     ft:gpt-3.5-turbo:acme::x      cl100k_base, ChatML (a fine-tune is as its base)
 *     text-embedding-3-small        cl100k_base, plain
 *
 * From tiktoken's model.py (0.14.0), and for gpt-6 ttok 1.0.  A name fits an entry when it is equal
 * to it or goes on with "-" or ":"; an entry that ends with "-" or "." fits whatever starts so. */
#ifndef ET_TOKENS_MODELS_H
#define ET_TOKENS_MODELS_H

#include "core/tokens/chat.h"

struct et_model_tokens {
    const char *prefix; /* such as "gpt-4o" */
    enum et_encoding encoding;
    enum et_chat_family family;
};

/* Static storage; NULL: unknown. */
const struct et_model_tokens *et_model_tokens(struct et_slice model);

#endif
