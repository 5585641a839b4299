/* SPDX-License-Identifier: MIT */
/* The models that are known: what they can do, when they end, what they cost and since when.
 *
 *     struct et_catalogue *catalogue;
 *     int err = et_catalogue_new(&catalogue, text, mem, &complaint);     text: data/models.json
 *     const struct et_model *model = et_catalogue_find(catalogue, ET_LIT("gpt-4o-2024-08-06"));
 *     et_catalogue_free(catalogue);
 *
 * A catalogue never changes after it is made; all it gives out is borrowed and lives as long as it
 * does.  The format of the file is described in data/README.md. */
#ifndef ET_PRICES_CATALOGUE_H
#define ET_PRICES_CATALOGUE_H

#include "core/base/complaint.h"
#include "core/base/mem.h"
#include "core/prices/prices.h"
#include "core/tokens/chat.h"

enum et_model_kind { ET_MODEL_CHAT, ET_MODEL_COMPLETION, ET_MODEL_EMBEDDING, ET_MODEL_MODERATION };

/* How the provider's prompt cache matches. */
enum et_caching {
    ET_CACHING_NONE,
    ET_CACHING_PREFIX,     /* before gpt-5.6: 1024 + 128 k tokens, written free of charge */
    ET_CACHING_BREAKPOINTS /* from gpt-5.6 on: at breakpoints, writes are billed */
};

/* The words of the file, by the values above; each ends with NULL. */
extern const char *const et_model_kind_names[];
extern const char *const et_caching_names[];

struct et_model {
    struct et_slice id;
    const struct et_slice *aliases; /* other names with the same facts and prices, snapshots too */
    size_t alias_count;
    struct et_slice snapshot; /* the alias that answers for `id`; empty: not known, id itself */
    enum et_model_kind kind;
    enum et_encoding encoding;  /* of a moderation, which may leave it out: o200k_base */
    enum et_chat_family family; /* ET_CHAT_PLAIN unless it is a chat model */
    enum et_caching caching;
    bool reasoning;
    uint32_t context_tokens; /* prompt and answer together; these four are 0 when not stated */
    uint32_t input_tokens_max;
    uint32_t output_tokens_max;
    uint32_t dimensions;           /* of an embedding, by default */
    et_day shutdown;               /* the first day it no longer answers; ET_DAY_NEVER */
    const struct et_price *prices; /* ascending, not overlapping; at least one */
    size_t price_count;
};

struct et_catalogue;

/* Reads the whole file strictly: ET_SYNTAX and ET_LIMIT (core/json/gate.h), ET_VALUE, ET_UNKNOWN (a
 * key; the complaint names the nearest) or ET_NOMEM.  The complaint has line and column, the JSON
 * path, or both.  `text` is borrowed. */
int et_catalogue_new(struct et_catalogue **out, struct et_slice text, const struct et_mem *mem,
                     struct et_complaint *complaint) ET_MUST_CHECK;
void et_catalogue_free(struct et_catalogue *catalogue);

et_day et_catalogue_as_of(const struct et_catalogue *catalogue); /* when its facts were collected */

/* In the order of the file. */
size_t et_catalogue_count(const struct et_catalogue *catalogue);
const struct et_model *et_catalogue_model(const struct et_catalogue *catalogue, size_t index);
size_t et_catalogue_index(const struct et_catalogue *catalogue, const struct et_model *model);

/* By id or alias, to the letter; NULL: unknown, and so unpriced. */
const struct et_model *et_catalogue_find(const struct et_catalogue *catalogue,
                                         struct et_slice name);

/* The id or alias nearest to `name`, for "did you mean"; NULL when nothing is near. */
const char *et_catalogue_nearest(const struct et_catalogue *catalogue, struct et_slice name);

/* The price in force that day; NULL when there was none, or for a NULL model. */
const struct et_price *et_price_at(const struct et_model *model, et_day day);

static inline bool et_model_ended(const struct et_model *model, et_day day)
{
    return day >= model->shutdown;
}

#endif
