/* SPDX-License-Identifier: MIT */
/* The models that are known: what they can do, when they end, what they cost and since when.
 *
 *     struct et_catalogue *catalogue;
 *     int err = et_catalogue_new(&catalogue, text, mem, &complaint);     text: data/models.json
 *     if (!err)
 *         err = et_catalogue_add(catalogue, more, &complaint);           a price file of the user
 *     const struct et_model *model = et_catalogue_find(catalogue, ET_LIT("gpt-4o-2024-08-06"));
 *     et_catalogue_free(catalogue);
 *
 * All it gives out is borrowed and lives as long as it does.  docs/prices.md describes the format
 * of the files.  Limits of one: what core/json/gate.h takes (16 MiB, 200,000 values), 4,096 models,
 * 256 items in any other list, names of ET_MODEL_NAME_MAX bytes. */
#ifndef ET_PRICES_CATALOGUE_H
#define ET_PRICES_CATALOGUE_H

#include "core/base/complaint.h"
#include "core/base/mem.h"
#include "core/prices/prices.h"
#include "core/tokens/chat.h"

enum { ET_MODEL_NAME_MAX = 127 }; /* bytes, printable ASCII without space, quote and backslash */

enum et_model_kind { ET_MODEL_CHAT, ET_MODEL_COMPLETION, ET_MODEL_EMBEDDING, ET_MODEL_MODERATION };

/* How the provider's prompt cache matches. */
enum et_caching {
    ET_CACHING_NONE,
    ET_CACHING_PREFIX,     /* before gpt-5.6: 1024 + 128 k tokens, written free of charge */
    ET_CACHING_BREAKPOINTS /* from gpt-5.6 on: at breakpoints, writes are billed */
};

/* How sure its sources are of a model's facts. */
enum et_confidence { ET_CONFIDENCE_HIGH, ET_CONFIDENCE_MEDIUM, ET_CONFIDENCE_LOW };

/* The words of the file, by the values above; each ends with NULL. */
extern const char *const et_model_kind_names[];
extern const char *const et_caching_names[];
extern const char *const et_confidence_names[];

struct et_model {
    struct et_slice id;
    const struct et_slice *aliases; /* other names with the same facts and prices, snapshots too */
    size_t alias_count;
    struct et_slice snapshot; /* the alias that answers for `id`; empty: not known, id itself */
    enum et_model_kind kind;
    bool serves_chat, serves_responses; /* a chat model at /v1/chat/completions, at /v1/responses */
    enum et_confidence confidence;
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
    size_t index; /* which of its catalogue's it is */
};

struct et_catalogue;

/* Reads the whole file strictly: ET_SYNTAX and ET_LIMIT (core/json/gate.h), ET_VALUE, ET_UNKNOWN (a
 * key; the complaint names the nearest) or ET_NOMEM.  The complaint has line, column and JSON path;
 * on ET_SYNTAX and ET_LIMIT no path.  `text` is borrowed. */
int et_catalogue_new(struct et_catalogue **out, struct et_slice text, const struct et_mem *mem,
                     struct et_complaint *complaint) ET_MUST_CHECK;

/* Adds the models of another file.  One whose id is known takes that model's place, with its own
 * aliases and nothing of the old one; the others come behind.  A name that a model which stays has,
 * too, is refused.  Errors as above; then the catalogue is as it was.  A model that was given out
 * before stays readable, also when it is replaced. */
int et_catalogue_add(struct et_catalogue *catalogue, struct et_slice text,
                     struct et_complaint *complaint) ET_MUST_CHECK;
void et_catalogue_free(struct et_catalogue *catalogue);

/* When the facts of the first file were collected. */
et_day et_catalogue_as_of(const struct et_catalogue *catalogue);

/* In the order of the files. */
size_t et_catalogue_count(const struct et_catalogue *catalogue);
const struct et_model *et_catalogue_model(const struct et_catalogue *catalogue, size_t index);
size_t et_catalogue_index(const struct et_catalogue *catalogue,
                          const struct et_model *model); /* one that was not replaced */

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
