/* SPDX-License-Identifier: MIT */
#include "core/openai/models.h"

static uint64_t created_of(const struct et_model *model)
{
    et_day first = model->prices[0].from;
    return first > 0 ? (uint64_t)first * 86400 : 0;
}

void et_model_print(const struct et_model *model, struct et_slice name, struct et_text *out)
{
    char day[ET_DAY_TEXT];
    et_text_add(out, ET_LIT("{\"id\":"));
    et_text_json(out, name);
    et_text_add(out, ET_LIT(",\"object\":\"model\",\"created\":"));
    et_text_u64(out, created_of(model));
    et_text_add(out, ET_LIT(",\"owned_by\":\"system\",\"shutdown_date\":"));
    if (model->shutdown == ET_DAY_NEVER) {
        et_text_add(out, ET_LIT("null}"));
        return;
    }
    et_day_print(model->shutdown, day);
    et_text_json(out, et_slice_of(day));
    et_text_addc(out, '}');
}

void et_models_print(const struct et_catalogue *catalogue, et_day today, struct et_text *out)
{
    const char *between = "";
    et_text_add(out, ET_LIT("{\"object\":\"list\",\"data\":["));
    for (size_t i = 0; i < et_catalogue_count(catalogue); i++) {
        const struct et_model *model = et_catalogue_model(catalogue, i);
        if (et_model_ended(model, today))
            continue;
        et_text_add(out, et_slice_of(between));
        et_model_print(model, model->id, out);
        for (size_t k = 0; k < model->alias_count; k++) {
            et_text_addc(out, ',');
            et_model_print(model, model->aliases[k], out);
        }
        between = ",";
    }
    et_text_add(out, ET_LIT("]}"));
}
