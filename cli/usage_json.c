/* SPDX-License-Identifier: MIT */
#include "cli/usage_json.h"

#include <cjson/cJSON.h>
#include <stdio.h>

/* One of the two forms of a usage object. */
struct form {
    const char *prompt, *prompt_details, *completion, *completion_details;
};

static const struct form forms[] = {
    {"prompt_tokens", "prompt_tokens_details", "completion_tokens", "completion_tokens_details"},
    {"input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details"},
};

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* A count that is absent or null is 0. */
static int read_count(const cJSON *object, const char *key, uint64_t *out,
                      struct et_complaint *complaint)
{
    const cJSON *node = get(object, key);
    double number = cJSON_IsNumber(node) ? node->valuedouble : -1;
    if (!node || cJSON_IsNull(node))
        number = 0;
    if (!(number >= 0 && number < 0x1p53 && number == (double)(uint64_t)number))
        return et_complain(complaint, ET_VALUE,
                           "\"%s\" is no count; expected a whole number below 2^53", key);
    *out = (uint64_t)number;
    return 0;
}

static int read_parts(const cJSON *node, const struct form *form, struct et_answer_usage *out,
                      struct et_complaint *complaint)
{
    const cJSON *prompt = get(node, form->prompt_details);
    int err = read_count(prompt, "cached_tokens", &out->usage.cached, complaint);
    if (!err)
        err = read_count(prompt, "cache_write_tokens", &out->usage.written, complaint);
    if (!err)
        err = read_count(get(prompt, "cache_write_tokens_details"), "ttl_12h_tokens",
                         &out->written_12h, complaint);
    if (!err)
        err = read_count(get(node, form->completion_details), "reasoning_tokens",
                         &out->usage.reasoning, complaint);
    return err;
}

static int check_sums(const cJSON *node, const struct form *form,
                      const struct et_answer_usage *answer, struct et_complaint *complaint)
{
    const struct et_usage *usage = &answer->usage;
    uint64_t total;
    int err = read_count(node, "total_tokens", &total, complaint);
    if (err)
        return err;
    if (!get(node, "total_tokens")) {
        if (!get(node, form->completion))
            return et_complain(complaint, ET_VALUE, "the key \"%s\" is missing", form->completion);
        total = usage->prompt + usage->completion;
    }
    if (total != usage->prompt + usage->completion)
        return et_complain(complaint, ET_VALUE,
                           "\"total_tokens\" is %llu; expected the sum of \"%s\" and \"%s\"",
                           (unsigned long long)total, form->prompt, form->completion);
    if (!et_usage_valid(usage) || answer->written_12h > usage->written)
        return et_complain(complaint, ET_VALUE,
                           "cached, written or reasoning tokens exceed what they are a part of");
    return 0;
}

static int read_usage(const cJSON *node, struct et_answer_usage *out,
                      struct et_complaint *complaint)
{
    const struct form *form = get(node, forms[1].prompt) ? &forms[1] : &forms[0];
    if (!get(node, form->prompt))
        return et_complain(complaint, ET_VALUE,
                           "found no usage; expected \"prompt_tokens\" or \"input_tokens\"");
    int err = read_count(node, form->prompt, &out->usage.prompt, complaint);
    if (!err)
        err = read_count(node, form->completion, &out->usage.completion, complaint);
    if (!err)
        err = read_parts(node, form, out, complaint);
    if (!err)
        err = check_sums(node, form, out, complaint);
    return err;
}

static void copy_word(const cJSON *object, const char *key, char *out, size_t room)
{
    const cJSON *node = get(object, key);
    snprintf(out, room, "%s", cJSON_IsString(node) ? node->valuestring : "");
}

int et_answer_usage_read(struct et_answer_usage *out, struct et_slice json,
                         struct et_complaint *complaint)
{
    const char *end = json.data;
    cJSON *tree = cJSON_ParseWithLengthOpts(json.data, json.size, &end, 0);
    size_t offset = json.data ? (size_t)(end - json.data) : 0;
    if (!tree || et_slice_trim(et_slice_part(json, offset, json.size)).size > 0) {
        cJSON_Delete(tree);
        et_complaint_at(complaint, json, offset);
        return et_complain(complaint, ET_SYNTAX, "malformed JSON");
    }
    struct et_answer_usage answer = {0};
    copy_word(tree, "model", answer.model, sizeof answer.model);
    copy_word(tree, "service_tier", answer.tier, sizeof answer.tier);
    const cJSON *usage = get(tree, "usage");
    int err = read_usage(usage ? usage : tree, &answer, complaint);
    cJSON_Delete(tree);
    if (!err)
        *out = answer;
    return err;
}
