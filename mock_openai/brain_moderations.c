/* SPDX-License-Identifier: MIT */
/* POST /v1/moderations.  A text is flagged when a word of a short list begins one of its words: so
 * tests can have it either way.  It is no judgement. */
#include "core/base/draw.h"
#include "core/base/hash.h"
#include "core/openai/moderations.h"
#include "mock_openai/brain_parts.h"

static const struct {
    const char *word;
    unsigned category; /* of et_moderation_categories */
} words[] = {
    {"idiot", 0},   {"moron", 0}, {"hurt you", 1}, {"porn", 2},    {"hate", 4},
    {"cocaine", 6}, {"bomb", 7},  {"suicid", 8},   {"kill my", 9}, {"kill", 11},
    {"murder", 11}, {"stab", 11}, {"gore", 12},
};

static char lower(char sign)
{
    return sign >= 'A' && sign <= 'Z' ? (char)(sign - 'A' + 'a') : sign;
}

static bool begins(struct et_slice text, struct et_slice word)
{
    for (size_t i = 0; i < word.size; i++)
        if (i == text.size || lower(text.data[i]) != word.data[i])
            return false;
    return true;
}

static bool has_word(struct et_slice text, struct et_slice word)
{
    for (size_t at = 0; at < text.size; at++) {
        char before = at ? lower(text.data[at - 1]) : ' ';
        if ((before < 'a' || before > 'z') && begins(et_slice_part(text, at, text.size), word))
            return true;
    }
    return false;
}

/* Flagged ones are drawn from [0.6, 1), others from [0, 0.001). */
static void judge(const struct et_ask *ask, struct et_moderation *out)
{
    uint64_t seed = ask->brain->config.seed, who = et_hash64(out->input->text, 8);
    for (uint32_t i = 0; i < ET_MODERATION_CATEGORIES; i++)
        out->scores_ppm[i] = (uint32_t)et_draw_below(et_draw(seed, who, ET_DRAW_WORD, i), 1000);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (has_word(out->input->text, et_slice_of(words[i].word)))
            out->scores_ppm[words[i].category] = 600000 + 400 * out->scores_ppm[words[i].category];
}

int et_answer_moderation(struct et_ask *ask)
{
    struct et_moderations_request request;
    struct et_reply *reply = ask->reply;
    bool good = et_moderations_request_read(&request, ask->request->body, &ask->arena, &ask->error);
    if (!et_ask_read(ask, good))
        return et_ask_refuse(ask);
    struct et_slice name = request.model.size ? request.model : ET_LIT("omni-moderation-latest");
    if (!et_ask_model(ask, name) || !et_ask_kind(ask, ET_MODEL_MODERATION) ||
        !et_ask_admit(ask, 0, false))
        return et_ask_refuse(ask);
    et_moderations_begin(et_reply_id(reply, ET_LIT("modr-"), ask->ids, 62, 29), ask->model_name,
                         &reply->text);
    for (size_t i = 0; i < request.input_count; i++) {
        struct et_moderation moderation = {.input = &request.inputs[i]};
        judge(ask, &moderation);
        et_text_add(&reply->text, i ? ET_LIT(",") : ET_LIT(""));
        et_moderation_print(&moderation, &reply->text);
    }
    et_text_add(&reply->text, ET_LIT("]}"));
    return et_reply_ready(ask, 200, ask->start_at);
}
