/* SPDX-License-Identifier: MIT */
/* What the loader says about files that are wrong.  Each row is a good file with one part of it
 * replaced. */
#include "harness/tests/support_scenario.h"

enum { SAID = 1024, TEXT = 4096 };

#define LAW      "{\"law\": \"constant\", \"value\": 40}"
#define ARRIVALS "{\"law\": \"poisson\", \"rate_per_s\": 10}"
#define USE_CASE(more)                                                                             \
    "{\"name\": \"chat\", \"share\": 1, \"prompt_tokens\": " LAW ", \"answer_tokens\": " LAW more  \
    "}"
#define WORKLOAD(arrivals, use_cases)                                                              \
    "\"workload\": {\"arrivals\": " arrivals ", \"use_cases\": [" use_cases "]}"
#define ARM(more)          "{\"name\": \"a\", \"model\": \"gpt-4o\"" more "}"
#define ARMS(arms)         "\"arms\": [" arms "]"
#define ENGINE(engine)     ARMS(ARM(", \"engine\": {" engine "}"))
#define BUDGET(rule)       ENGINE("\"budget\": {\"rules\": [{" rule "}]}")
#define ROUTE(more, route) ARMS(ARM(more ", \"engine\": {\"route\": " route "}"))
#define FAULT(fault)       "\"upstream\": {\"faults\": [{" fault "}]}"
#define GOAL(goal)         ARMS(ARM("") ", {\"name\": \"b\", \"like\": \"a\"}") ",\n\"goals\": [{" goal "}]"
#define TEMPLATE(parameters)                                                                       \
    WORKLOAD(ARRIVALS, "{\"name\": \"chat\", \"share\": 1, \"template\": \"greet\", "              \
                       "\"parameters\": {" parameters "}, \"answer_tokens\": " LAW "}")

struct part {
    const char *why, *name, *text, *said; /* name: which part of the file `text` replaces */
};

static const struct part head_rows[] = {
    {"a key nobody knows", "head", "\"name\": \"x\", \"duraton_s\": 1, \"duration_s\": 1",
     "made.json:2:14: $: unknown key \"duraton_s\"; expected \"duration_s\""},
    {"a key is missing", "head", "\"name\": \"x\"", "missing key \"duration_s\""},
    {"no name", "head", "\"name\": \"a b\", \"duration_s\": 1",
     "$.name: found \"a b\"; expected a name of 1 to 64 letters"},
    {"too short", "head", "\"name\": \"x\", \"duration_s\": 0.5", "expected at least one second"},
    {"too long", "head", "\"name\": \"x\", \"duration_s\": 1e9",
     "expected at most 2678400 seconds"},
    {"no day", "head", "\"name\": \"x\", \"duration_s\": 1, \"today\": \"2026-02-30\"",
     "$.today: found \"2026-02-30\"; expected a day such as"},
    {"a day before the epoch", "head",
     "\"name\": \"x\", \"duration_s\": 1, \"today\": \"1969-12-31\"", "$.today: found"},
    {"not JSON", "head", "\"name\": x", "made.json:2:9: expected a value"},
};

static const struct part workload_rows[] = {
    {"no such law", "workload", WORKLOAD("{\"law\": \"poison\"}", USE_CASE("")),
     "$.workload.arrivals.law: found \"poison\"; expected \"poisson\""},
    {"no rate", "workload", WORKLOAD("{\"law\": \"poisson\", \"rate_per_s\": 0}", USE_CASE("")),
     "found 0; expected more than 0"},
    {"too many requests", "workload",
     WORKLOAD("{\"law\": \"poisson\", \"rate_per_s\": 99999}", USE_CASE("")),
     "expected at most 4000000 requests in all"},
    {"no table for it", "workload",
     WORKLOAD("{\"law\": \"gamma\", \"rate_per_s\": 1, \"cv\": 2.4}", USE_CASE("")),
     "$.workload.arrivals.cv: found 2.4; expected 2, the nearest of 4, 3, 2"},
    {"a key of another law", "workload",
     WORKLOAD("{\"law\": \"poisson\", \"rate_per_s\": 1, \"cv\": 2}", USE_CASE("")),
     "unknown key \"cv\""},
    {"shares that are not 1", "workload",
     WORKLOAD(ARRIVALS, "{\"name\": \"c\", \"share\": 0.9, \"prompt_tokens\": " LAW
                        ", \"answer_tokens\": " LAW "}"),
     "$.workload.use_cases: found shares of 0.900000 in all; expected 1"},
    {"one name twice", "workload", WORKLOAD(ARRIVALS, USE_CASE("") ", " USE_CASE("")),
     "$.workload.use_cases[1].name: found \"chat\"; expected a name that no other use case has"},
    {"no use case", "workload", WORKLOAD(ARRIVALS, ""), "found 0 items; expected 1 to 32"},
    {"no such priority", "workload", WORKLOAD(ARRIVALS, USE_CASE(", \"priority\": \"hihg\"")),
     "found \"hihg\"; expected \"high\""},
    {"a stream is no text", "workload", WORKLOAD(ARRIVALS, USE_CASE(", \"stream\": \"yes\"")),
     "$.workload.use_cases[0].stream: found \"yes\"; expected a share"},
    {"an empty pool", "workload",
     WORKLOAD(ARRIVALS, USE_CASE(", \"repeat\": {\"share\": 0.5, \"pool\": 0}")),
     "expected a whole number from 1 to 100000"},
    {"a steep Zipf", "workload",
     WORKLOAD(ARRIVALS, USE_CASE(", \"repeat\": {\"share\": 0.5, \"pool\": 9, \"zipf\": 5}")),
     "$.workload.use_cases[0].repeat.zipf: found 5; expected at most 4"},
    {"low above high", "workload",
     WORKLOAD(ARRIVALS, "{\"name\": \"c\", \"share\": 1, \"prompt_tokens\": {\"law\": \"uniform\", "
                        "\"low\": 9, \"high\": 5}, \"answer_tokens\": " LAW "}"),
     "prompt_tokens.low: found 9; expected at most \"high\", 5"},
    {"a wide sigma", "workload",
     WORKLOAD(ARRIVALS,
              "{\"name\": \"c\", \"share\": 1, \"prompt_tokens\": {\"law\": \"lognormal\", "
              "\"median\": 9, \"sigma\": 3.5}, \"answer_tokens\": " LAW "}"),
     "sigma: found 3.5; expected at most 3"},
    {"a trace has its own lengths", "workload",
     WORKLOAD("{\"law\": \"trace\", \"format\": \"azure\"}", USE_CASE("")),
     "$.workload.use_cases[0].prompt_tokens: found an object; expected none: the trace has"},
    {"the harness's own member", "workload",
     "\"workload\": {\"request\": {\"stream\": true}, \"arrivals\": " ARRIVALS
     ", \"use_cases\": [" USE_CASE("") "]}",
     "$.workload.request.stream: found true; expected none"},
    {"a day of zeros", "workload",
     "\"workload\": {\"diurnal\": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0], "
     "\"arrivals\": " ARRIVALS ", \"use_cases\": [" USE_CASE("") "]}",
     "$.workload.diurnal: found zeros only"},
    {"a short day", "workload",
     "\"workload\": {\"diurnal\": [1], \"arrivals\": " ARRIVALS
     ", \"use_cases\": [" USE_CASE("") "]}",
     "$.workload.diurnal: found 1 items; expected 24 to 24"},
    {"no such template", "workload",
     WORKLOAD(ARRIVALS,
              "{\"name\": \"c\", \"share\": 1, \"template\": \"none\", \"answer_tokens\": " LAW
              "}"),
     "templates/none/v1.prompt: cannot open: No such file"},
    {"a template outside", "workload",
     WORKLOAD(ARRIVALS,
              "{\"name\": \"c\", \"share\": 1, \"template\": \"../x\", \"answer_tokens\": " LAW
              "}"),
     "template: found \"../x\"; expected a name"},
};

static const struct part template_rows[] = {
    {"a parameter without a source", "workload", TEMPLATE("\"name\": [\"Ada\"]"),
     "$.workload.use_cases[0].parameters: missing key \"story\"; expected a source for each "
     "parameter of template greet, version 1"},
    {"a source without a parameter", "workload",
     TEMPLATE("\"name\": [\"Ada\"], \"story\": [\"x\"],\n\"storys\": [\"y\"]"),
     "made.json:4:1: $.workload.use_cases[0].parameters: unknown key \"storys\"; expected "
     "\"story\" of template greet, version 1"},
    {"no value", "workload", TEMPLATE("\"name\": [], \"story\": [\"x\"]"),
     "parameters.name: found 0 items; expected 1 to 256"},
    {"a number for a value", "workload", TEMPLATE("\"name\": [7], \"story\": [\"x\"]"),
     "parameters.name[0]: found 7; expected a text"},
    {"from nowhere", "workload", TEMPLATE("\"name\": {\"from\": \"files\"}"),
     "parameters.name.from: found \"files\"; expected one of \"words\""},
};

static const struct part upstream_rows[] = {
    {"no such model", "upstream", "\"upstream\": {\"models\": {\"gpt-5.4-miny\": {}}}",
     "unknown model \"gpt-5.4-miny\"; expected \"gpt-5.4-mini\""},
    {"no first token", "upstream", "\"upstream\": {\"models\": {\"default\": {}}}",
     "$.upstream.models.default: missing key \"ttft\""},
    {"a long wait", "upstream",
     "\"upstream\": {\"models\": {\"default\": {\"ttft\": {\"median_ms\": 4e6}}}}",
     "ttft.median_ms: found 4e6; expected at most 3600000 milliseconds"},
    {"no such profile", "upstream",
     "\"upstream\": {\"models\": {\"default\": {\"profile\": \"gpt-5-liek\"}}}",
     "$.upstream.models.default.profile: unknown profile \"gpt-5-liek\"; expected \"gpt-5-like\""},
    {"no such file", "upstream",
     "\"upstream\": {\"models\": {\"default\": {\"profile\": \"my.json\"}}}",
     "/my.json: cannot open"},
    {"a file that is none", "upstream",
     "\"upstream\": {\"models\": {\"default\": {\"profile\": \"made.json\"}}}",
     "made.json:1:1: $: missing key \"ttft\""},
    {"nobody to wait for", "upstream",
     "\"upstream\": {\"models\": {\"gpt-4o\": {\"profile\": \"groq-like\", \"slowdown\": 0.5}}}",
     "$.upstream.models.gpt-4o.slowdown: found 0.5; expected \"slots\" beside it"},
    {"too many slots", "upstream",
     "\"upstream\": {\"models\": {\"gpt-4o\": {\"profile\": \"groq-like\", \"slots\": 100001}}}",
     "$.upstream.models.gpt-4o.slots: found 100001; expected a whole number from 0 to 100000"},
    {"a tail that is too heavy", "upstream",
     "\"upstream\": {\"models\": {\"default\": {\"profile\": \"groq-like\", \"ttft\": "
     "{\"median_ms\": 1, \"tail\": {\"share\": 0.1, \"exponent\": 0.5}}}}}",
     "$.upstream.models.default.ttft.tail.exponent: found 0.5; expected 1 to 100"},
    {"half a machine", "upstream", "\"upstream\": {\"prompt_cache\": {\"machines\": 0.5}}",
     "$.upstream.prompt_cache.machines: found 0.5"},
    {"no such fault", "upstream", FAULT("\"kind\": \"boom\", \"probability\": 1"),
     "$.upstream.faults[0].kind: found \"boom\"; expected a status from \"400\" to \"599\""},
    {"the kinds there are", "upstream", FAULT("\"kind\": \"slow-drip\", \"probability\": 1"),
     "status, stall_head, stall, cut, reset, error_event, html, empty, refuse, cut_event"},
    {"a status that is not said", "upstream", FAULT("\"kind\": \"status\", \"probability\": 1"),
     "missing key \"status\""},
    {"a status said twice", "upstream",
     FAULT("\"kind\": \"503\", \"status\": 500, \"probability\": 1"), "unknown key \"status\""},
    {"no chance", "upstream", FAULT("\"kind\": \"cut\""), "missing key \"probability\""},
    {"a ramp without an end", "upstream",
     FAULT("\"kind\": \"cut\", \"probability\": 0, \"ramp_to\": 1"),
     "ramp_to: found 1; expected \"until_s\" too, where it is reached"},
    {"a ramp over 1", "upstream",
     FAULT("\"kind\": \"cut\", \"probability\": 0, \"ramp_to\": 2, \"until_s\": 5"),
     "ramp_to: found 2; expected a share"},
    {"a window that overlaps itself", "upstream",
     FAULT("\"kind\": \"cut\", \"probability\": 1, \"until_s\": 5, \"repeat_s\": 4"),
     "repeat_s: found 4; expected at least as long as the window"},
    {"a window without an end that repeats", "upstream",
     FAULT("\"kind\": \"cut\", \"probability\": 1, \"repeat_s\": 4"), "repeat_s: found 4"},
    {"over before it starts, in the new words", "upstream",
     FAULT("\"kind\": \"500\", \"probability\": 1, \"from_s\": 5, \"until_s\": 4"),
     "until_s: found 4; expected more than \"from_s\""},
    {"an end in old and new words", "upstream",
     FAULT("\"kind\": \"500\", \"probability\": 1, \"to_s\": 5, \"until_s\": 4"),
     "unknown key \"to_s\""},
    {"a model nobody knows", "upstream",
     FAULT("\"kind\": \"cut\", \"probability\": 1, \"model\": \"gpt-5.4-minni\""),
     "faults[0].model: unknown model \"gpt-5.4-minni\"; expected \"gpt-5.4-mini\""},
    {"an endpoint that is no path", "upstream",
     FAULT("\"kind\": \"cut\", \"probability\": 1, \"endpoint\": \"chat\""),
     "endpoint: found \"chat\"; expected a path"},
    {"a header without a name", "upstream",
     FAULT("\"kind\": \"cut\", \"probability\": 1, \"header\": {\"equals\": \"x\"}"),
     "faults[0].header: missing key \"name\""},
    {"a header that is and contains", "upstream",
     FAULT("\"kind\": \"cut\", \"probability\": 1, \"header\": {\"name\": \"a\", \"equals\": "
           "\"x\", \"contains\": \"y\"}"),
     "header: unknown key \"contains\""},
    {"never", "upstream", FAULT("\"kind\": \"cut\", \"nth\": 0"),
     "nth: found 0; expected a whole number from 1"},
    {"a connection with a model", "upstream",
     FAULT("\"kind\": \"refuse\", \"probability\": 1, \"model\": \"gpt-5.4\""),
     "unknown key \"model\""},
    {"the length as a header", "upstream",
     FAULT("\"kind\": \"header\", \"probability\": 1, \"field\": \"content-length\""),
     "found a fault that cannot be; expected the name of a header field"},
    {"two by one name", "upstream",
     FAULT("\"kind\": \"stall\", \"nth\": 1, \"name\": \"a\"}, {\"kind\": \"stall\", \"nth\": 1, "
           "\"name\": \"a\""),
     "faults[1].name: found \"a\"; expected a name that no other fault has"},
    {"more than always together", "upstream",
     FAULT("\"kind\": \"500\", \"probability\": 0.6}, {\"kind\": \"cut\", \"probability\": 0.5"),
     "$.upstream.faults: found rules 1 (500), 2 (cut), which can match one request and together "
     "reach 1.100000; expected at most 1"},
    {"a good status", "upstream", FAULT("\"kind\": \"200\", \"probability\": 1"), "found \"200\""},
    {"more than always", "upstream", FAULT("\"kind\": \"500\", \"probability\": 1.5"),
     "probability: found 1.5; expected a share from 0 to 1"},
    {"over before it starts", "upstream",
     FAULT("\"kind\": \"500\", \"probability\": 1, \"from_s\": 5, \"to_s\": 5"),
     "to_s: found 5; expected more than \"from_s\""},
    {"a key of another fault", "upstream",
     FAULT("\"kind\": \"500\", \"probability\": 1, \"pause_ms\": 5"), "unknown key \"pause_ms\""},
};

static const struct part arm_rows[] = {
    {"no arm", "arms", ARMS(""), "$.arms: found 0 items; expected 1 to 8"},
    {"one name twice", "arms", ARMS(ARM("") ", " ARM("")),
     "$.arms[1].name: found \"a\"; expected a name that no other arm has"},
    {"like a later arm", "arms", ARMS("{\"name\": \"a\", \"like\": \"b\"}, " ARM("")),
     "$.arms[0].like: found \"b\"; expected the name of an arm before this one"},
    {"no model", "arms", ARMS("{\"name\": \"a\"}"), "$.arms[0]: missing key \"model\""},
    {"a model that has ended", "arms", ARMS("{\"name\": \"a\", \"model\": \"gpt-4-turbo\"}"),
     "found model \"gpt-4-turbo\", shut down on 2026-10-23; expected one that answers today"},
    {"a model that does not chat", "arms",
     ARMS("{\"name\": \"a\", \"model\": \"text-embedding-3-small\"}"), "expected a chat model"},
    {"a model of responses", "arms", ARMS("{\"name\": \"a\", \"model\": \"gpt-5-pro\"}"),
     "found model \"gpt-5-pro\", which answers at /v1/responses alone; expected"},
    {"no such version", "arms", ARMS(ARM(", \"template_version\": 3")),
     "expected a whole number from 1 to 2"},
    {"no such use case", "arms", ARMS(ARM(", \"models\": {\"chatt\": \"gpt-4o\"}")),
     "$.arms[0].models.chatt: unknown use case \"chatt\"; expected \"chat\""},
    {"a stage that is a number", "arms", ENGINE("\"cache\": 5"),
     "$.arms[0].engine.cache: found 5; expected an object, true or false"},
    {"no such stage", "arms", ENGINE("\"brekaer\": true"),
     "unknown key \"brekaer\"; expected \"breaker\""},
    {"no slot", "arms",
     ENGINE("\"queue\": {\"slots\": {\"critical\": 0, \"high\": 0, \"normal\": 0, \"low\": 0}}"),
     "$.arms[0].engine.queue.slots: found no slot at all"},
    {"no try", "arms", ENGINE("\"retry\": {\"tries\": 0}"), "a whole number from 1 to 10"},
    {"no such jitter", "arms", ENGINE("\"retry\": {\"jitter\": \"ful\"}"),
     "found \"ful\"; expected \"full\""},
    {"no time at all", "arms", ENGINE("\"deadline_s\": 0"), "expected more than 0 seconds"},
    {"a budget that is only on", "arms", ENGINE("\"budget\": true"),
     "$.arms[0].engine.budget: found true; expected an object or false"},
    {"a budget without rules", "arms", ENGINE("\"budget\": {}"), "missing key \"rules\""},
    {"a budget of no rule", "arms", ENGINE("\"budget\": {\"rules\": []}"),
     "$.arms[0].engine.budget.rules: found 0 items; expected 1 to 8"},
    {"a budget of nothing", "arms", BUDGET("\"window\": \"day\", \"limit_usd\": 0"),
     "limit_usd: found 0; expected more than 0 and less than 18,446,744 dollars"},
    {"a budget beyond all", "arms",
     BUDGET("\"window\": \"day\", \"limit_usd\": 18446744.073709551615"),
     "expected more than 0 and less than"},
    {"a budget below a pico-dollar", "arms",
     BUDGET("\"window\": \"day\", \"limit_usd\": 0.0000000000001"), "limit_usd: found"},
    {"a budget of nobody", "arms",
     BUDGET("\"window\": \"day\", \"limit_usd\": 1, \"use_case\": \"chatt\""),
     "use_case: unknown use case \"chatt\"; expected \"chat\""},
    {"a budget of a tenant", "arms",
     BUDGET("\"window\": \"day\", \"limit_usd\": 1, \"tenant\": \"acme\""),
     "unknown key \"tenant\""},
    {"no such window of a budget", "arms", BUDGET("\"window\": \"week\", \"limit_usd\": 1"),
     "window: found \"week\"; expected"},
    {"a budget without its span", "arms", BUDGET("\"window\": \"sliding\", \"limit_usd\": 1"),
     "missing key \"span_s\""},
    {"a span of a day", "arms", BUDGET("\"window\": \"day\", \"limit_usd\": 1, \"span_s\": 60"),
     "span_s: found a span; expected one only where \"window\" is \"sliding\""},
    {"an odd word for unpriced", "arms",
     BUDGET("\"window\": \"day\", \"limit_usd\": 1, \"unpriced\": \"maybe\""),
     "unpriced: found \"maybe\"; expected"},
    {"a route that is a number", "arms", ROUTE("", "1"),
     "$.arms[0].engine.route: found 1; expected an object, true or false"},
    {"a route to nowhere", "arms", ROUTE("", "{\"model\": \"gpt-5.4-mimi\"}"),
     "$.arms[0].engine.route.model: found the model \"gpt-5.4-mimi\", which the catalogue does not "
     "know; expected \"gpt-5.4-mini\""},
    {"a key no route has", "arms", ROUTE("", "{\"falback\": true}"),
     "$.arms[0].engine.route: unknown key \"falback\"; expected \"fallback\""},
    {"a route for nobody", "arms", ROUTE("", "{\"use_cases\": {\"chatt\": {}}}"),
     "use_cases: unknown use case \"chatt\"; expected \"chat\""},
    {"models said twice", "arms",
     ROUTE(", \"models\": {\"chat\": \"gpt-4o\"}", "{\"use_cases\": {\"chat\": {}}}"),
     "found use cases beside \"models\" of the arm; expected one of the two"},
    {"limits said twice", "arms",
     ROUTE(", \"max_tokens\": {\"chat\": 9}", "{\"use_cases\": {\"chat\": {}}}"),
     "found use cases beside \"max_tokens\" of the arm; expected one of the two"},
    {"a narrow window", "arms", ENGINE("\"breaker\": {\"window_ms\": 5}"), "expected at least 10"},
};

static const struct part goal_rows[] = {
    {"no such metric", "arms", GOAL("\"metric\": \"latency_mena\", \"arm\": \"a\""),
     "$.goals[0].metric: found \"latency_mena\"; expected \"latency_mean\""},
    {"no such arm", "arms", GOAL("\"metric\": \"cost\", \"arm\": \"c\""),
     "$.goals[0].arm: found \"c\"; expected \"a\""},
    {"against itself", "arms",
     GOAL("\"metric\": \"cost\", \"arm\": \"a\", \"against\": \"a\", \"change_at_most\": 0"),
     "$.goals[0].against: found \"a\"; expected another arm"},
    {"a change by more than all", "arms",
     GOAL("\"metric\": \"cost\", \"arm\": \"b\", \"against\": \"a\", \"change_at_most\": -30"),
     "change_at_most: found -30; expected a change from -1 to 100"},
    {"a change that is a text", "arms",
     GOAL(
         "\"metric\": \"cost\", \"arm\": \"b\", \"against\": \"a\", \"change_at_most\": \"-30 %\""),
     "change_at_most: found \"-30 %\"; expected a change"},
    {"a cost alone", "arms", GOAL("\"metric\": \"cost\", \"arm\": \"a\", \"at_most\": 1"),
     "$.goals[0]: missing key \"against\"; expected the arm a cost is compared with"},
    {"errors against", "arms",
     GOAL("\"metric\": \"errors\", \"arm\": \"b\", \"against\": \"a\", \"change_at_most\": 0"),
     "expected none: errors have a level"},
    {"a level of the wrong kind", "arms",
     GOAL("\"metric\": \"ttft_p95\", \"arm\": \"a\", \"at_most\": 1"),
     "missing key \"at_most_ms\" (is it \"at_most\"?)"},
};

static const char *part_of(const struct part *row, const char *name, const char *good)
{
    return strcmp(row->name, name) == 0 ? row->text : good;
}

static void check(const struct part *row)
{
    char text[TEXT], said[SAID];
    struct et_scenario *scenario = NULL;
    snprintf(text, sizeof text, "{\n%s,\n%s,\n%s,\n%s\n}\n",
             part_of(row, "head", "\"name\": \"x\", \"duration_s\": 100"),
             part_of(row, "workload", WORKLOAD(ARRIVALS, USE_CASE(""))),
             part_of(row, "upstream", "\"upstream\": {}"), part_of(row, "arms", ARMS(ARM(""))));
    int err = support_load_text(text, &scenario, said, sizeof said);
    if (err == 0 || scenario || !strstr(said, row->said) || !strstr(said, support_world.folder))
        fail_msg("%s: said \"%s\", expected \"%s\"", row->why, said, row->said);
}

#define STORY(name, rows)                                                                          \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)                                    \
            check(&rows[i]);                                                                       \
    }

STORY(a_wrong_head_is_told, head_rows)
STORY(a_wrong_workload_is_told, workload_rows)
STORY(a_wrong_upstream_is_told, upstream_rows)
STORY(a_wrong_arm_is_told, arm_rows)
STORY(a_wrong_goal_is_told, goal_rows)

/* The made-up file has the fixtures' templates beside it for this story. */
static void a_wrong_parameter_is_told(void **state)
{
    (void)state;
    char here[512], link[128];
    assert_non_null(getcwd(here, sizeof here - 64));
    strcat(here, "/harness/tests/fixtures/templates");
    snprintf(link, sizeof link, "%s/templates", support_world.folder);
    assert_int_equal(symlink(here, link), 0);
    for (size_t i = 0; i < sizeof template_rows / sizeof *template_rows; i++)
        check(&template_rows[i]);
    assert_int_equal(unlink(link), 0);
}

static void a_file_that_is_too_large_is_told(void **state)
{
    (void)state;
    char path[128];
    struct et_complaint complaint = {0};
    struct et_scenario *scenario = NULL;
    char *large = calloc(1, (1 << 20) + 2);
    assert_non_null(large);
    memset(large, ' ', (1 << 20) + 1);
    snprintf(path, sizeof path, "%s/large.json", support_world.folder);
    assert_int_equal(et_file_write(path, et_slice_of(large), NULL), 0);
    int err = et_scenario_load(&scenario, path, support_world.catalogue, &complaint);
    assert_int_equal(err, ET_LIMIT);
    assert_string_equal(complaint.file, path);
    remove(path);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_head_is_told),
        cmocka_unit_test(a_wrong_workload_is_told),
        cmocka_unit_test(a_wrong_parameter_is_told),
        cmocka_unit_test(a_wrong_upstream_is_told),
        cmocka_unit_test(a_wrong_arm_is_told),
        cmocka_unit_test(a_wrong_goal_is_told),
        cmocka_unit_test(a_file_that_is_too_large_is_told),
    };
    return cmocka_run_group_tests(tests, support_open, support_close);
}
