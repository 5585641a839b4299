/* SPDX-License-Identifier: MIT */
#include "core/openai/moderations.h"

const char *const et_moderation_categories[] = {"harassment",
                                                "harassment/threatening",
                                                "sexual",
                                                "sexual/minors",
                                                "hate",
                                                "hate/threatening",
                                                "illicit",
                                                "illicit/violent",
                                                "self-harm",
                                                "self-harm/intent",
                                                "self-harm/instructions",
                                                "violence",
                                                "violence/graphic",
                                                NULL};

enum { FLAGGED_PPM = 500000 };

void et_moderations_begin(struct et_slice id, struct et_slice model, struct et_text *out)
{
    et_text_add(out, ET_LIT("{\"id\":"));
    et_text_json(out, id);
    et_text_add(out, ET_LIT(",\"model\":"));
    et_text_json(out, model);
    et_text_add(out, ET_LIT(",\"results\":["));
}

static void add_key(struct et_text *out, size_t category)
{
    et_text_addf(out, "%s\"%s\":", category ? "," : "", et_moderation_categories[category]);
}

/* Images are looked at for six of the categories (API reference). */
static bool sees(size_t category)
{
    return category == 2 || category >= 8;
}

void et_moderation_print(const struct et_moderation *moderation, struct et_text *out)
{
    const uint32_t *scores = moderation->scores_ppm;
    bool flagged = false;
    for (size_t i = 0; i < ET_MODERATION_CATEGORIES; i++)
        flagged = flagged || scores[i] >= FLAGGED_PPM;
    et_text_addf(out, "{\"flagged\":%s,\"categories\":{", flagged ? "true" : "false");
    for (size_t i = 0; i < ET_MODERATION_CATEGORIES; i++) {
        add_key(out, i);
        et_text_add(out, scores[i] >= FLAGGED_PPM ? ET_LIT("true") : ET_LIT("false"));
    }
    et_text_add(out, ET_LIT("},\"category_scores\":{"));
    for (size_t i = 0; i < ET_MODERATION_CATEGORIES; i++) {
        add_key(out, i);
        et_text_addf(out, "%u.%06u", scores[i] / 1000000, scores[i] % 1000000);
    }
    et_text_add(out, ET_LIT("},\"category_applied_input_types\":{"));
    for (size_t i = 0; i < ET_MODERATION_CATEGORIES; i++) {
        bool text = moderation->input->text.size, image = moderation->input->image && sees(i);
        add_key(out, i);
        et_text_addf(out, "[%s%s%s]", text ? "\"text\"" : "", text && image ? "," : "",
                     image ? "\"image\"" : "");
    }
    et_text_add(out, ET_LIT("}}"));
}
