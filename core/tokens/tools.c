/* SPDX-License-Identifier: MIT */
#include "core/tokens/tools.h"

#include "core/base/text.h"
#include "core/json/json.h"

enum {
    PROPERTIES = 3,
    PROPERTY = 3,
    ENUM = -3,
    VALUE = 3,
    CHATML_ONCE = 12,
    HARMONY_ONCE = 82,
    TEXT_MAX = 1 << 24
};

/* A definition being counted. */
struct counter {
    struct et_tokenizer *tokenizer;
    struct et_json *json; /* of the schema; NULL: there is none */
    struct et_text text;  /* a line, or for Harmony all */
    int64_t total;
    int err;
};

static void count_text(struct counter *counter, struct et_slice text)
{
    size_t count = 0;
    if (!counter->err)
        counter->err = et_tokens_count(counter->tokenizer, text, &count);
    counter->total += (int64_t)count;
}

/* Counts what the text holds, and empties it. */
static void count_line(struct counter *counter)
{
    if (!counter->err)
        counter->err = et_text_failed(&counter->text);
    count_text(counter, et_text_slice(&counter->text));
    et_text_clear(&counter->text);
}

static struct et_slice text_of(const struct et_json_node *object, const char *name)
{
    return et_json_text(et_json_get(object, name));
}

static struct et_slice without_stop(struct et_slice text)
{
    return et_slice_ends(text, ET_LIT(".")) ? et_slice_part(text, 0, text.size - 1) : text;
}

/* The text of a string, the JSON of anything else. */
static struct et_slice words_of(const struct counter *counter, const struct et_json_node *node)
{
    struct et_slice text = et_json_text(node);
    return text.data ? text : et_json_raw(counter->json, node);
}

static struct et_slice type_of(const struct counter *counter, const struct et_json_node *schema)
{
    const struct et_json_node *type = et_json_get(schema, "type");
    return type ? words_of(counter, type) : ET_LIT("");
}

static void count_properties(struct counter *counter, const struct et_json_node *schema);

static void count_property(struct counter *counter, const struct et_json_node *property)
{
    const struct et_json_node *value = et_json_first(et_json_get(property, "enum"));
    counter->total += PROPERTY + (value ? ENUM : 0);
    for (; value; value = et_json_next(value)) {
        counter->total += VALUE;
        count_text(counter, words_of(counter, value));
    }
    et_text_add(&counter->text, et_json_key(property));
    et_text_addc(&counter->text, ':');
    et_text_add(&counter->text, type_of(counter, property));
    et_text_addc(&counter->text, ':');
    et_text_add(&counter->text, without_stop(text_of(property, "description")));
    count_line(counter);
    count_properties(counter, property);
    count_properties(counter, et_json_get(property, "items"));
}

static void count_properties(struct counter *counter, const struct et_json_node *schema)
{
    const struct et_json_node *property = et_json_first(et_json_get(schema, "properties"));
    counter->total += property ? PROPERTIES : 0;
    for (; property && !counter->err; property = et_json_next(property))
        count_property(counter, property);
}

static void count_chatml(struct counter *counter, const struct et_tool_text *tool)
{
    static const int firsts[] = {[ET_ENCODING_O200K] = 7, [ET_ENCODING_CL100K] = 10};
    counter->total += firsts[et_tokenizer_vocab(counter->tokenizer)->encoding];
    et_text_add(&counter->text, tool->name);
    et_text_addc(&counter->text, ':');
    et_text_add(&counter->text, without_stop(tool->description));
    count_line(counter);
    if (counter->json)
        count_properties(counter, et_json_root(counter->json));
}

static void add_type(struct counter *counter, const struct et_json_node *schema);

static void add_comment(struct et_text *out, struct et_slice text)
{
    struct et_slice line;
    while (text.size && et_slice_split(&text, '\n', &line)) {
        et_text_add(out, ET_LIT("// "));
        et_text_add(out, line);
        et_text_addc(out, '\n');
    }
}

static bool is_required(const struct et_json_node *schema, struct et_slice key)
{
    const struct et_json_node *node = et_json_first(et_json_get(schema, "required"));
    while (node && !et_slice_equal(et_json_text(node), key))
        node = et_json_next(node);
    return node;
}

/* {
 * // The city and state
 * location: string,
 * unit?: "celsius" | "fahrenheit",
 * } */
static void add_object(struct counter *counter, const struct et_json_node *schema)
{
    struct et_text *out = &counter->text;
    const struct et_json_node *property = et_json_first(et_json_get(schema, "properties"));
    et_text_add(out, ET_LIT("{\n"));
    for (; property; property = et_json_next(property)) {
        add_comment(out, text_of(property, "description"));
        et_text_add(out, et_json_key(property));
        et_text_add(out, is_required(schema, et_json_key(property)) ? ET_LIT(": ") : ET_LIT("?: "));
        add_type(counter, property);
        et_text_add(out, ET_LIT(",\n"));
    }
    et_text_addc(out, '}');
}

/* One of the types of a list, or of the values of an enum: a | b. */
static void add_between(struct et_text *out, const struct et_json_node *node)
{
    if (et_json_next(node))
        et_text_add(out, ET_LIT(" | "));
}

static void add_named_type(struct counter *counter, const struct et_json_node *schema,
                           struct et_slice type)
{
    if (et_slice_equal(type, ET_LIT("object"))) {
        add_object(counter, schema);
    } else if (et_slice_equal(type, ET_LIT("array"))) {
        add_type(counter, et_json_get(schema, "items"));
        et_text_add(&counter->text, ET_LIT("[]"));
    } else {
        et_text_add(&counter->text,
                    et_slice_equal(type, ET_LIT("integer")) ? ET_LIT("number") : type);
    }
}

static void add_type(struct counter *counter, const struct et_json_node *schema)
{
    const struct et_json_node *type = et_json_get(schema, "type");
    const struct et_json_node *value = et_json_first(et_json_get(schema, "enum"));
    const struct et_json_node *any = et_json_first(et_json_get(schema, "anyOf"));
    for (const struct et_json_node *node = value; node; node = et_json_next(node)) {
        et_text_add(&counter->text, et_json_raw(counter->json, node));
        add_between(&counter->text, node);
    }
    for (; any && !value; any = et_json_next(any)) {
        add_type(counter, any);
        add_between(&counter->text, any);
    }
    if (value || et_json_get(schema, "anyOf"))
        return;
    if (et_json_kind(type) == ET_JSON_STRING)
        add_named_type(counter, schema, et_json_text(type));
    else if (!et_json_first(type))
        et_text_add(&counter->text, ET_LIT("any"));
    for (type = et_json_first(type); type; type = et_json_next(type)) {
        add_named_type(counter, schema, et_json_text(type));
        add_between(&counter->text, type);
    }
}

static void count_harmony(struct counter *counter, const struct et_tool_text *tool)
{
    struct et_text *out = &counter->text;
    const struct et_json_node *root = counter->json ? et_json_root(counter->json) : NULL;
    add_comment(out, tool->description);
    et_text_add(out, ET_LIT("type "));
    et_text_add(out, tool->name);
    if (et_json_first(et_json_get(root, "properties"))) {
        et_text_add(out, ET_LIT(" = (_: "));
        add_object(counter, root);
        et_text_add(out, ET_LIT(") => any;\n\n"));
    } else {
        et_text_add(out, ET_LIT(" = () => any;\n\n"));
    }
    count_line(counter);
}

int et_tool_count(struct et_tokenizer *tokenizer, enum et_chat_family family,
                  const struct et_tool_text *tool, const struct et_mem *mem, size_t *count)
{
    struct counter counter = {.tokenizer = tokenizer};
    int err = tool->schema.size ? et_json_parse(&counter.json, tool->schema, NULL, mem, NULL) : 0;
    if (err == ET_NOMEM)
        return err;
    et_text_init(&counter.text, mem, TEXT_MAX);
    if (family == ET_CHAT_HARMONY)
        count_harmony(&counter, tool);
    else if (family == ET_CHAT_CHATML)
        count_chatml(&counter, tool);
    et_text_free(&counter.text);
    et_json_free(counter.json);
    if (!counter.err)
        *count = (size_t)counter.total;
    return counter.err;
}

size_t et_tools_frame(enum et_chat_family family)
{
    static const size_t once[] = {
        [ET_CHAT_CHATML] = CHATML_ONCE, [ET_CHAT_HARMONY] = HARMONY_ONCE, [ET_CHAT_PLAIN] = 0};
    return once[family];
}
