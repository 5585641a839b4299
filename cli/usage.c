/* SPDX-License-Identifier: MIT */
#include "cli/usage.h"

#include "core/json/form.h"
#include "io/sysmem.h"

#include <inttypes.h>
#include <string.h>

/* One of the two spellings of a usage object. */
struct spelling {
    const char *prompt, *prompt_details, *completion, *completion_details;
};

static const struct spelling spellings[] = {
    {"prompt_tokens", "prompt_tokens_details", "completion_tokens", "completion_tokens_details"},
    {"input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details"},
};

#define COUNT_MAX ((UINT64_C(1) << 53) - 1)

enum { SECONDS_A_DAY = 86400 };
#define SECONDS_END UINT64_C(253402300800) /* the end of the year 9999 */

struct whole {
    const char *name;
    uint64_t count;
};

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

/* `part`, which was found at `key`, is a part of the count called `whole`. */
static void check_part(struct et_form *form, const char *key, uint64_t part, struct whole whole)
{
    if (part > whole.count)
        et_form_refuse(form, key, "found %" PRIu64 "; expected at most %" PRIu64 ", as in \"%s\"",
                       part, whole.count, whole.name);
}

static void read_written(struct et_form *details, struct et_usage *usage)
{
    static const char key[] = "cache_write_tokens";
    struct et_form written;
    read_count(details, key, &usage->written);
    if (!enter(details, "cache_write_tokens_details", &written))
        return;
    read_count(&written, "ttl_12h_tokens", &usage->written_12h);
    check_part(&written, "ttl_12h_tokens", usage->written_12h, (struct whole){key, usage->written});
}

static void read_parts(struct et_form *form, const struct spelling *names, struct et_usage *usage)
{
    struct et_form details;
    struct whole prompt = {names->prompt, usage->prompt};
    struct whole completion = {names->completion, usage->completion};
    if (enter(form, names->prompt_details, &details)) {
        read_count(&details, "cached_tokens", &usage->cached);
        read_written(&details, usage);
        check_part(&details, "cached_tokens", usage->cached, prompt);
        check_part(&details, "cache_write_tokens", usage->written, prompt);
        if (usage->written > usage->prompt - usage->cached)
            et_form_refuse(form, names->prompt_details,
                           "found %" PRIu64 " cached and %" PRIu64 " written; expected at most "
                           "%" PRIu64 " together, as in \"%s\"",
                           usage->cached, usage->written, prompt.count, prompt.name);
    }
    if (enter(form, names->completion_details, &details)) {
        read_count(&details, "reasoning_tokens", &usage->reasoning);
        check_part(&details, "reasoning_tokens", usage->reasoning, completion);
    }
}

static void check_total(struct et_form *form, const struct spelling *names,
                        const struct et_usage *usage)
{
    uint64_t sum = usage->prompt + usage->completion, total = sum;
    read_count(form, "total_tokens", &total);
    if (!is_there(form, "total_tokens") && !is_there(form, names->completion))
        et_form_refuse(form, NULL, "missing key \"%s\"; expected a count", names->completion);
    if (total != sum)
        et_form_refuse(form, "total_tokens",
                       "found %" PRIu64 "; expected %" PRIu64 ", the sum of \"%s\" and \"%s\"",
                       total, sum, names->prompt, names->completion);
}

static void read_usage(struct et_form *form, struct et_usage *out)
{
    const struct spelling *names =
        is_there(form, spellings[1].prompt) ? &spellings[1] : &spellings[0];
    if (!is_there(form, names->prompt))
        et_form_refuse(form, NULL,
                       "found no usage; expected \"prompt_tokens\" or \"input_tokens\"");
    read_count(form, names->prompt, &out->prompt);
    read_count(form, names->completion, &out->completion);
    read_parts(form, names, out);
    check_total(form, names, out);
}

/* A text, if it is one; one that does not fit is refused. */
static void read_word(struct et_form *form, const char *key, char *out, size_t room)
{
    const struct et_json_node *node = NULL;
    if (!et_form_node(form, key, ET_OPTIONAL, &node) || et_json_kind(node) != ET_JSON_STRING)
        return;
    struct et_slice word = et_json_text(node);
    if (word.size < room)
        memcpy(out, word.data, word.size + 1);
    else
        et_form_refuse(form, key, "found a text of %zu bytes; expected at most %zu", word.size,
                       room - 1);
}

/* Unix seconds, as chat completions and responses call them.  A number that is none (milliseconds)
 * is refused: today's prices would be a guess.  What is no number tells no day. */
static void read_day(struct et_form *form, const struct et_json *json, et_day *out)
{
    static const char *const keys[] = {"created", "created_at"};
    for (size_t i = 0; i < 2; i++) {
        const struct et_json_node *node = NULL;
        uint64_t seconds;
        if (!et_form_node(form, keys[i], ET_OPTIONAL, &node) ||
            et_json_kind(node) != ET_JSON_NUMBER)
            continue;
        if (et_json_u64(json, node, &seconds) && seconds < SECONDS_END)
            *out = (et_day)(seconds / SECONDS_A_DAY);
        else
            et_form_reject(form, keys[i], "Unix seconds before the year 10000");
    }
}

static int read_answer(struct et_answer_usage *out, const struct et_json *json,
                       struct et_complaint *complaint)
{
    struct et_form form, usage;
    et_form_open(&form, json, et_json_root(json), "$", complaint);
    read_word(&form, "model", out->model, sizeof out->model);
    read_word(&form, "service_tier", out->tier, sizeof out->tier);
    read_day(&form, json, &out->day);
    if (!et_json_get(et_json_root(json), "usage"))
        read_usage(&form, &out->usage);
    else if (et_form_object(&form, "usage", ET_REQUIRED, &usage))
        read_usage(&usage, &out->usage);
    return et_form_failed(&form);
}

int et_answer_usage_read(struct et_answer_usage *out, struct et_slice text,
                         struct et_complaint *complaint)
{
    /* An answer with many embeddings is long and full of numbers; the caller bounds its bytes. */
    static const struct et_json_options options = {
        .limits = {.bytes = INT32_MAX, .nodes = UINT32_MAX}};
    struct et_json *json;
    struct et_answer_usage answer = {.day = ET_DAY_NEVER};
    int err = et_json_parse(&json, text, &options, &et_sysmem, complaint);
    if (err)
        return err;
    err = read_answer(&answer, json, complaint);
    et_json_free(json);
    if (!err)
        *out = answer;
    return err;
}
