/* SPDX-License-Identifier: MIT */
/* The loader, the schema and a file with every key say the same, without a validator:
 *
 *     what the fixtures say, the loader takes (test_scenario.c) and the schema allows
 *     what the schema names, the fixtures say
 *     what the loader asks for, the schema names, and the other way round
 *
 * The loader's keys are found in its sources by the way they are written: "key", ET_REQUIRED. */
#include "core/base/tests/support.h"

#include "core/json/json.h"
#include "core/queue/queue.h"
#include "core/route/policy.h"
#include "io/file.h"

enum { NODES_MAX = 2000, KEYS_MAX = 300 };

static struct et_json *schema;
static const struct et_json_node *seen[NODES_MAX]; /* properties of the schema a fixture has */
static size_t seen_count;

static struct et_json *parse_file(const char *path)
{
    static const struct et_json_options options = {.comments = true};
    struct et_file file = {0};
    struct et_json *json = NULL;
    struct et_complaint complaint = {0};
    assert_int_equal(et_file_read(&file, path, 1 << 20, NULL), 0);
    if (et_json_parse(&json, file.bytes, &options, &support_heap, &complaint) != 0)
        fail_msg("%s:%u: %s", path, complaint.line, complaint.text);
    et_file_free(&file);
    return json;
}

static const struct et_json_node *resolved(const struct et_json_node *node)
{
    struct et_slice ref = et_json_text(et_json_get(node, "$ref"));
    const struct et_slice start = ET_LIT("#/$defs/");
    if (!ref.data)
        return node;
    assert_true(et_slice_starts(ref, start));
    node = et_json_get(et_json_get(et_json_root(schema), "$defs"), ref.data + start.size);
    if (!node)
        fail_msg("the schema has no %s", ref.data);
    return node;
}

static bool has_type(const struct et_json_node *rule, const struct et_json_node *value)
{
    static const char *const types[] = {
        [ET_JSON_NULL] = "null",     [ET_JSON_BOOL] = "boolean", [ET_JSON_NUMBER] = "number",
        [ET_JSON_STRING] = "string", [ET_JSON_ARRAY] = "array",  [ET_JSON_OBJECT] = "object",
    };
    struct et_slice type = et_json_text(et_json_get(rule, "type"));
    enum et_json_kind kind = et_json_kind(value);
    return !type.data || et_slice_equal(type, et_slice_of(types[kind])) ||
           (kind == ET_JSON_NUMBER && et_slice_equal(type, ET_LIT("integer")));
}

static bool same_text(const struct et_json_node *a, const struct et_json_node *b)
{
    return et_json_kind(a) != ET_JSON_STRING || et_slice_equal(et_json_text(a), et_json_text(b));
}

static bool allows(const struct et_json_node *rule, const struct et_json_node *value);

static bool allows_one(const struct et_json_node *rule, const struct et_json_node *value)
{
    const struct et_json_node *choice = et_json_first(et_json_get(rule, "enum"));
    bool found = choice == NULL;
    for (; choice; choice = et_json_next(choice))
        found |= same_text(choice, value);
    choice = et_json_first(et_json_get(rule, "oneOf"));
    bool fits = choice == NULL;
    for (; choice; choice = et_json_next(choice))
        fits |= allows(choice, value);
    return found && fits && same_text(et_json_get(rule, "const"), value);
}

/* The rule of a member; NULL: the schema does not allow it. */
static const struct et_json_node *member_rule(const struct et_json_node *rule,
                                              const struct et_json_node *member)
{
    const struct et_json_node *properties = et_json_get(rule, "properties");
    const struct et_json_node *others = et_json_get(rule, "additionalProperties");
    const struct et_json_node *own = et_json_get(properties, et_json_key(member).data);
    return own ? own : et_json_kind(others) == ET_JSON_OBJECT ? others : NULL;
}

/* As far as texts, kinds and keys go: numbers are the loader's to judge. */
static bool allows(const struct et_json_node *rule, const struct et_json_node *value)
{
    rule = resolved(rule);
    bool is_free = !et_json_get(rule, "additionalProperties");
    if (!has_type(rule, value) || !allows_one(rule, value))
        return false;
    const struct et_json_node *need = et_json_first(et_json_get(rule, "required"));
    for (; need; need = et_json_next(need))
        if (!et_json_get(value, et_json_text(need).data))
            return false;
    const struct et_json_node *child = et_json_first(value);
    for (; child; child = et_json_next(child)) {
        bool is_member = et_json_kind(value) == ET_JSON_OBJECT;
        const struct et_json_node *inner =
            is_member ? member_rule(rule, child) : et_json_get(rule, "items");
        if (inner ? !allows(inner, child) : is_member && !is_free && et_json_get(rule, "type"))
            return false;
    }
    return true;
}

/* Notes every property of the schema that the value has. */
static void visit(const struct et_json_node *rule, const struct et_json_node *value)
{
    rule = resolved(rule);
    const struct et_json_node *choice = et_json_first(et_json_get(rule, "oneOf"));
    for (; choice; choice = et_json_next(choice))
        if (allows(choice, value))
            visit(choice, value);
    const struct et_json_node *child = et_json_first(value);
    for (; child; child = et_json_next(child)) {
        bool is_member = et_json_kind(value) == ET_JSON_OBJECT;
        const struct et_json_node *inner =
            is_member ? member_rule(rule, child) : et_json_get(rule, "items");
        if (!inner)
            continue;
        assert_true(seen_count < NODES_MAX);
        seen[seen_count++] = inner;
        visit(inner, child);
    }
}

static void visit_file(const char *path)
{
    struct et_json *json = parse_file(path);
    if (!allows(et_json_root(schema), et_json_root(json)))
        fail_msg("the schema does not allow %s", path);
    visit(et_json_root(schema), et_json_root(json));
    et_json_free(json);
}

/* Every property below `node`, wherever it stands. */
static void expect_seen(const struct et_json_node *node)
{
    const struct et_json_node *property = et_json_first(et_json_get(node, "properties"));
    for (; property; property = et_json_next(property)) {
        bool found = false;
        for (size_t i = 0; i < seen_count; i++)
            found |= seen[i] == property;
        if (!found)
            fail_msg("no fixture has \"%s\" of %.*s", et_json_key(property).data,
                     ET_ARG(et_slice_part(et_json_raw(schema, node), 0, 300)));
    }
    const struct et_json_node *child = et_json_first(node);
    for (; child; child = et_json_next(child))
        expect_seen(child);
}

static void the_fixtures_have_every_key_of_the_schema(void **state)
{
    (void)state;
    visit_file("harness/tests/fixtures/all_keys.json");
    visit_file("harness/tests/fixtures/all_keys_trace.json");
    visit_file("harness/tests/fixtures/smallest.json");
    expect_seen(et_json_root(schema));
}

static void the_schema_allows_every_scenario_of_the_tree(void **state)
{
    (void)state;
    visit_file("scenarios/fallback.json");
    visit_file("scenarios/goals.json");
    visit_file("scenarios/short.json");
    visit_file("scenarios/trace-azure.json");
    visit_file("scenarios/trace-mooncake.json");
}

struct keys {
    char names[KEYS_MAX][64];
    size_t count;
};

static bool has_key(const struct keys *keys, const char *name)
{
    for (size_t i = 0; i < keys->count; i++)
        if (strcmp(keys->names[i], name) == 0)
            return true;
    return false;
}

static void add_key(struct keys *keys, struct et_slice name)
{
    char text[64];
    snprintf(text, sizeof text, "%.*s", ET_ARG(name));
    if (has_key(keys, text))
        return;
    assert_true(keys->count < KEYS_MAX);
    strcpy(keys->names[keys->count++], text);
}

static void add_loader_keys(struct keys *keys, const char *path)
{
    static const char *const needs[] = {"\", ET_REQUIRED", "\", ET_OPTIONAL", "\", need"};
    struct et_file file = {0};
    assert_int_equal(et_file_read(&file, path, 1 << 20, NULL), 0);
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        struct et_slice rest = file.bytes, need = et_slice_of(needs[i]);
        for (size_t at = 0; (at = et_slice_find(rest, need)) < rest.size;) {
            size_t from = at;
            while (rest.data[from - 1] != '"')
                from--;
            add_key(keys, et_slice_part(rest, from, at));
            rest = et_slice_part(rest, at + need.size, rest.size);
        }
    }
    et_file_free(&file);
}

static void add_schema_keys(struct keys *keys, const struct et_json_node *node)
{
    const struct et_json_node *child = et_json_first(et_json_get(node, "properties"));
    for (; child; child = et_json_next(child))
        add_key(keys, et_json_key(child));
    for (child = et_json_first(node); child; child = et_json_next(child))
        add_schema_keys(keys, child);
}

static void the_loader_asks_for_what_the_schema_names(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "core/json/form_law.c",
        "core/route/policy_json.c",
        "harness/scenario_arms_json.c",
        "harness/scenario_budget_json.c",
        "harness/scenario_cache_json.c",
        "harness/scenario_engine_json.c",
        "harness/scenario_faults_json.c",
        "harness/scenario_json.c",
        "harness/scenario_limits_json.c",
        "harness/scenario_profiles_json.c",
        "harness/scenario_route_json.c",
        "harness/scenario_templates_json.c",
        "harness/scenario_upstream_json.c",
        "harness/scenario_values_json.c",
        "harness/scenario_workload_json.c",
        "mock_openai/cache_read.c",
        "mock_openai/faults_read.c",
        "mock_openai/limits_read.c",
        "mock_openai/profile_read.c",
        "mock_openai/rules_read.c",
    };
    struct keys loader = {.count = 0}, named = {.count = 0};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        add_loader_keys(&loader, sources[i]);
    for (size_t i = 0; et_priority_names[i]; i++)
        add_key(&loader, et_slice_of(et_priority_names[i]));
    for (size_t i = 0; et_complexity_names[i]; i++)
        add_key(&loader, et_slice_of(et_complexity_names[i]));
    add_schema_keys(&named, et_json_root(schema));
    for (size_t i = 0; i < loader.count; i++)
        if (!has_key(&named, loader.names[i]))
            fail_msg("the schema does not name \"%s\"", loader.names[i]);
    for (size_t i = 0; i < named.count; i++)
        if (!has_key(&loader, named.names[i]))
            fail_msg("the loader does not ask for \"%s\"", named.names[i]);
    assert_true(named.count > 90);
}

static int open_schema(void **state)
{
    (void)state;
    schema = parse_file("scenarios/scenario.schema.json");
    return 0;
}

static int close_schema(void **state)
{
    (void)state;
    et_json_free(schema);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fixtures_have_every_key_of_the_schema),
        cmocka_unit_test(the_schema_allows_every_scenario_of_the_tree),
        cmocka_unit_test(the_loader_asks_for_what_the_schema_names),
    };
    return cmocka_run_group_tests(tests, open_schema, close_schema);
}
