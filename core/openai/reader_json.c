/* SPDX-License-Identifier: MIT */
/* The facts of one answer, or of one chunk of it, from its JSON. */
#include "core/json/json.h"
#include "core/openai/reader_parts.h"

/* A whole answer and a chunk differ in how what was said is called: "message" or "delta". */
struct source {
    const struct et_json *json;
    bool is_chunk;
};

/* A text that is not there leaves the one before. */
static void read_text(struct et_answer_reader *reader, enum et_answer_text which,
                      const struct et_json_node *node)
{
    struct et_slice value = et_json_text(node);
    if (!value.data)
        return;
    et_text_clear(&reader->texts[which]);
    et_text_add(&reader->texts[which], value);
}

static bool is_null(const struct et_json_node *node)
{
    return !node || et_json_kind(node) == ET_JSON_NULL;
}

/* A member that may be absent; false when it is there and no count. */
static bool read_count(const struct et_json *json, const struct et_json_node *object,
                       const char *name, uint64_t *out)
{
    const struct et_json_node *node = et_json_get(object, name);
    return is_null(node) || et_json_u64(json, node, out);
}

static bool read_usage(struct et_answer_reader *reader, const struct et_json *json,
                       const struct et_json_node *node)
{
    struct et_usage usage = {0};
    const struct et_json_node *prompt = et_json_get(node, "prompt_tokens_details");
    const struct et_json_node *completion = et_json_get(node, "completion_tokens_details");
    if (is_null(node))
        return true;
    bool good = et_json_u64(json, et_json_get(node, "prompt_tokens"), &usage.prompt) &&
                read_count(json, node, "completion_tokens", &usage.completion) &&
                read_count(json, prompt, "cached_tokens", &usage.cached) &&
                read_count(json, prompt, "cache_write_tokens", &usage.written) &&
                read_count(json, completion, "reasoning_tokens", &usage.reasoning);
    if (!good)
        return false;
    reader->answer.usage = usage;
    reader->answer.has_usage = true;
    reader->answer.writes_billed = et_json_get(prompt, "cache_write_tokens");
    return true;
}

/* Text of any kind, or the call of a tool. */
static bool says_something(const struct et_json_node *part)
{
    return et_json_text(et_json_get(part, "content")).size > 0 ||
           et_json_text(et_json_get(part, "refusal")).size > 0 ||
           et_json_first(et_json_get(part, "tool_calls")) ||
           et_json_kind(et_json_get(part, "function_call")) == ET_JSON_OBJECT;
}

/* null, "", [] and {}. */
static bool is_empty(const struct et_json_node *node)
{
    if (et_json_kind(node) == ET_JSON_STRING)
        return et_json_text(node).size == 0;
    bool holds = et_json_kind(node) == ET_JSON_ARRAY || et_json_kind(node) == ET_JSON_OBJECT;
    return holds ? !et_json_first(node) : is_null(node);
}

/* Notes members that say something and are not among `names`: printing will lose them. */
static void note_extra(struct et_answer_reader *reader, const struct et_json_node *object,
                       const char *const *names)
{
    for (const struct et_json_node *node = et_json_first(object); node; node = et_json_next(node)) {
        const char *const *name = names;
        while (*name && !et_slice_equal(et_json_key(node), et_slice_of(*name)))
            name++;
        reader->extra = reader->extra || (!*name && !is_empty(node));
    }
}

static void keep_twin(struct et_answer_reader *reader, const struct et_json *json,
                      const struct et_json_node *content)
{
    struct et_twin *twin = &reader->twin;
    twin->from = et_json_offset(json, content) + 1;
    twin->to = twin->from + et_json_raw(json, content).size - 2;
}

static bool read_choice(struct et_answer_reader *reader, const struct source *source,
                        const struct et_json_node *choice)
{
    static const char *const of_choice[] = {"index", "message", "delta", "finish_reason", NULL};
    static const char *const of_part[] = {"role", "content", NULL};
    const struct et_json_node *part = et_json_get(choice, source->is_chunk ? "delta" : "message");
    const struct et_json_node *content = et_json_get(part, "content");
    if (et_json_kind(part) != ET_JSON_OBJECT)
        return false;
    if (!is_null(content) && et_json_kind(content) != ET_JSON_STRING)
        return false;
    et_text_add(&reader->texts[ET_TEXT_CONTENT], et_json_text(content));
    read_text(reader, ET_TEXT_FINISH_REASON, et_json_get(choice, "finish_reason"));
    note_extra(reader, choice, of_choice);
    note_extra(reader, part, of_part);
    reader->began = reader->began || says_something(part);
    if (et_json_kind(content) == ET_JSON_STRING)
        keep_twin(reader, source->json, content);
    return true;
}

/* The first of the choices; the others of n > 1 are not kept.  *found: it is among these. */
static bool read_choices(struct et_answer_reader *reader, const struct source *source,
                         const struct et_json_node *list, bool *found)
{
    *found = false;
    if (et_json_kind(list) != ET_JSON_ARRAY)
        return false;
    for (const struct et_json_node *node = et_json_first(list); node; node = et_json_next(node)) {
        uint64_t index = 0;
        if (et_json_kind(node) != ET_JSON_OBJECT ||
            !read_count(source->json, node, "index", &index))
            return false;
        reader->extra = reader->extra || index > 0 || et_json_next(node);
        if (index > 0)
            continue;
        *found = true;
        return read_choice(reader, source, node);
    }
    return true;
}

static bool read_error(struct et_answer_reader *reader, const struct et_json_node *root)
{
    const struct et_json_node *error = et_json_get(root, "error");
    bool is_error = et_json_kind(error) == ET_JSON_OBJECT || et_json_text(error).size > 0;
    if (!is_error)
        return false;
    read_text(reader, ET_TEXT_ERROR_CODE, et_json_get(error, "code"));
    reader->state = ET_ANSWER_ERROR;
    return true;
}

static bool read_answer(struct et_answer_reader *reader, const struct source *source)
{
    static const char *const of_root[] = {
        "id",          "object", "created",      "model",
        "choices",     "usage",  "service_tier", "system_fingerprint",
        "obfuscation", NULL};
    bool found;
    const struct et_json_node *root = et_json_root(source->json);
    struct et_slice tier = et_json_text(et_json_get(root, "service_tier"));
    if (read_error(reader, root))
        return true;
    note_extra(reader, root, of_root);
    reader->extra = reader->extra || (tier.size && !et_slice_equal(tier, ET_LIT("default")));
    read_text(reader, ET_TEXT_ID, et_json_get(root, "id"));
    read_text(reader, ET_TEXT_MODEL, et_json_get(root, "model"));
    read_text(reader, ET_TEXT_TIER, et_json_get(root, "service_tier"));
    read_text(reader, ET_TEXT_FINGERPRINT, et_json_get(root, "system_fingerprint"));
    return read_choices(reader, source, et_json_get(root, "choices"), &found) &&
           (found || source->is_chunk) &&
           read_count(source->json, root, "created", &reader->answer.created) &&
           read_usage(reader, source->json, et_json_get(root, "usage"));
}

static int first_failure(const struct et_answer_reader *reader)
{
    int err = 0;
    for (size_t i = 0; i < ET_ANSWER_TEXTS && !err; i++)
        err = et_text_failed(&reader->texts[i]);
    return err;
}

static int parse(const struct et_answer_reader *reader, struct et_slice text, struct et_json **json)
{
    struct et_json_options options = {0};
    options.limits.bytes = reader->body_bytes_max < INT32_MAX ? reader->body_bytes_max : INT32_MAX;
    return et_json_parse(json, text, &options, reader->mem, NULL);
}

static int read_json(struct et_answer_reader *reader, struct et_slice text, bool is_chunk)
{
    struct et_json *json;
    int err = parse(reader, text, &json);
    if (err)
        return err;
    struct source source = {json, is_chunk};
    bool good = read_answer(reader, &source);
    et_json_free(json);
    return good ? first_failure(reader) : ET_SYNTAX;
}

int et_answer_read_body(struct et_answer_reader *reader, struct et_slice json)
{
    return read_json(reader, json, false);
}

int et_answer_read_chunk(struct et_answer_reader *reader, struct et_slice json)
{
    return read_json(reader, json, true);
}

void et_answer_read_error(struct et_answer_reader *reader, struct et_slice text)
{
    struct et_json *json;
    if (parse(reader, text, &json) != 0)
        return;
    read_error(reader, et_json_root(json));
    et_json_free(json);
}
