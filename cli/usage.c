/* SPDX-License-Identifier: MIT */
#include "cli/usage.h"

#include "core/json/form.h"
#include "io/sysmem.h"

#include <stdio.h>

/* One of the two spellings of a usage object. */
struct spelling {
    const char *prompt, *prompt_details, *completion, *completion_details;
};

static const struct spelling spellings[] = {
    {"prompt_tokens", "prompt_tokens_details", "completion_tokens", "completion_tokens_details"},
    {"input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details"},
};

#define COUNT_MAX ((UINT64_C(1) << 53) - 1)

static bool is_there(struct et_form *form, const char *key) /* a null is not */
{
    const struct et_json_node *node = NULL;
    return et_form_node(form, key, ET_OPTIONAL, &node) && et_json_kind(node) != ET_JSON_NULL;
}

static void read_count(struct et_form *form, const char *key, uint64_t *out)
{
    if (is_there(form, key))
        et_form_u64(form, key, ET_REQUIRED, ET_RANGE(0, COUNT_MAX), out);
}

/* Children are not left: keys that nobody asked for are fine. */
static bool enter(struct et_form *form, const char *key, struct et_form *child)
{
    return is_there(form, key) && et_form_object(form, key, ET_REQUIRED, child);
}

static void read_parts(struct et_form *form, const struct spelling *names,
                       struct et_answer_usage *out)
{
    struct et_form details, written;
    if (enter(form, names->prompt_details, &details)) {
        read_count(&details, "cached_tokens", &out->usage.cached);
        read_count(&details, "cache_write_tokens", &out->usage.written);
        if (enter(&details, "cache_write_tokens_details", &written))
            read_count(&written, "ttl_12h_tokens", &out->written_12h);
    }
    if (enter(form, names->completion_details, &details))
        read_count(&details, "reasoning_tokens", &out->usage.reasoning);
}

static void check_sums(struct et_form *form, const struct spelling *names,
                       const struct et_answer_usage *answer)
{
    uint64_t sum = answer->usage.prompt + answer->usage.completion, total = sum;
    read_count(form, "total_tokens", &total);
    if (!is_there(form, "total_tokens") && !is_there(form, names->completion))
        et_form_refuse(form, NULL, "missing key \"%s\"; expected a count", names->completion);
    if (total != sum)
        et_form_refuse(
            form, "total_tokens", "found %llu; expected %llu, the sum of \"%s\" and \"%s\"",
            (unsigned long long)total, (unsigned long long)sum, names->prompt, names->completion);
    if (!et_usage_valid(&answer->usage) || answer->written_12h > answer->usage.written)
        et_form_refuse(form, NULL,
                       "cached, written or reasoning tokens exceed what they are a part of");
}

static void read_usage(struct et_form *form, struct et_answer_usage *out)
{
    const struct spelling *names =
        is_there(form, spellings[1].prompt) ? &spellings[1] : &spellings[0];
    if (!is_there(form, names->prompt))
        et_form_refuse(form, NULL,
                       "found no usage; expected \"prompt_tokens\" or \"input_tokens\"");
    read_count(form, names->prompt, &out->usage.prompt);
    read_count(form, names->completion, &out->usage.completion);
    read_parts(form, names, out);
    check_sums(form, names, out);
}

static void copy_word(const struct et_json_node *object, const char *key, char *out, size_t room)
{
    snprintf(out, room, "%.*s", ET_ARG(et_json_text(et_json_get(object, key))));
}

static int read_answer(struct et_answer_usage *out, const struct et_json *json,
                       struct et_complaint *complaint)
{
    const struct et_json_node *root = et_json_root(json);
    struct et_form form, usage;
    copy_word(root, "model", out->model, sizeof out->model);
    copy_word(root, "service_tier", out->tier, sizeof out->tier);
    et_form_open(&form, json, root, "$", complaint);
    if (!et_json_get(root, "usage"))
        read_usage(&form, out);
    else if (et_form_object(&form, "usage", ET_REQUIRED, &usage))
        read_usage(&usage, out);
    return et_form_failed(&form);
}

int et_answer_usage_read(struct et_answer_usage *out, struct et_slice text,
                         struct et_complaint *complaint)
{
    /* An answer with many embeddings is long and full of numbers; the caller bounds its bytes. */
    static const struct et_json_options options = {
        .limits = {.bytes = INT32_MAX, .nodes = UINT32_MAX}};
    struct et_json *json;
    struct et_answer_usage answer = {0};
    int err = et_json_parse(&json, text, &options, &et_sysmem, complaint);
    if (err)
        return err;
    err = read_answer(&answer, json, complaint);
    et_json_free(json);
    if (!err)
        *out = answer;
    return err;
}
