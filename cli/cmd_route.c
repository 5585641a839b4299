/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/route_show.h"
#include "cli/world.h"
#include "core/json/json.h"
#include "core/openai/chat.h"
#include "harness/tally.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { FILE_BYTES_MAX = 16 << 20, DAY_SECONDS = 86400, NAME_ROOM = 1024, USE_CASES = 32 };

/* Without a policy: what can be said without any model's name. */
static const char plain_policy[] =
    "{\"complexity\": true, \"max_tokens\": true, \"fallback\": true}";

struct order { /* what the user asked for; NULL: not given */
    const char *policy, *model, *use_case, *load, *as_of, *prices, *request;
    uint64_t tokens, max_tokens;
    bool critical, json;
};

/* Everything a decision needs, opened. */
struct router {
    struct et_world world;
    struct et_tally *tally; /* NULL: --tokens says how many */
    struct et_file policy_file, request_file;
    struct et_arena arena;
    struct et_route_policy policy;
    struct et_route_ask ask;
    struct et_slice body;
    uint64_t tokens;
};

static uint64_t tokens_said(void *ctx, struct et_slice model)
{
    (void)model;
    return ((const struct router *)ctx)->tokens;
}

/* The request's own, as that model would count them. */
static uint64_t tokens_counted(void *ctx, struct et_slice model)
{
    struct router *router = ctx;
    struct et_text name, body;
    uint64_t tokens = ET_ROUTE_TOKENS_UNKNOWN;
    et_text_init(&name, &et_sysmem, 6 * NAME_ROOM);
    et_text_init(&body, &et_sysmem, router->body.size + 6 * NAME_ROOM);
    et_text_json(&name, model);
    if (et_text_failed(&name) ||
        et_chat_splice(router->body, ET_LIT("model"), et_text_slice(&name), &body) ||
        et_tally_prompt(router->tally, et_text_slice(&body), &tokens))
        tokens = ET_ROUTE_TOKENS_UNKNOWN;
    et_text_free(&name);
    et_text_free(&body);
    return tokens;
}

static void close_router(struct router *router)
{
    et_tally_free(router->tally);
    et_file_free(&router->policy_file);
    et_file_free(&router->request_file);
    et_arena_free(&router->arena);
    et_world_close(&router->world);
}

/* ---- what was asked */

/* "2.5" is 2,500; at most three decimals, below 4,000,000. */
static bool parse_load(const char *text, uint32_t *milli)
{
    struct et_slice rest = et_slice_of(text), whole, part = {NULL, 0};
    uint64_t value, thousandths = 0;
    if (!et_slice_split(&rest, '.', &whole) || !et_slice_u64(whole, &value) || value >= 4000000)
        return false;
    if (strchr(text, '.')) {
        part = rest;
        if (part.size == 0 || part.size > 3 || !et_slice_u64(part, &thousandths))
            return false;
    }
    for (size_t i = part.size; i < 3; i++)
        thousandths *= 10;
    *milli = (uint32_t)(value * 1000 + thousandths);
    return true;
}

static int read_policy(struct router *router, const struct order *order)
{
    struct et_complaint complaint = {0};
    struct et_slice text = et_slice_of(plain_policy);
    if (order->policy) {
        int err = et_file_read(&router->policy_file, order->policy, FILE_BYTES_MAX, &complaint);
        if (err)
            return et_cli_complain(err, &complaint);
        text = router->policy_file.bytes;
    }
    int err = et_route_policy_parse(&router->policy, text, router->world.catalogue, &router->arena,
                                    &complaint);
    et_complaint_file(&complaint, order->policy ? order->policy : "the policy");
    return err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
}

static int check_use_case(const struct router *router, const char *name)
{
    const char *names[USE_CASES + 1] = {NULL};
    size_t count = router->policy.use_case_count;
    if (!name || et_route_use_case(&router->policy, et_slice_of(name)))
        return ET_EXIT_PASS;
    if (!router->policy_file.bytes.data)
        return et_cli_usage("route: --use-case without --policy, which says what it is for");
    for (size_t i = 0; i < count && i < USE_CASES; i++)
        names[i] = router->policy.use_cases[i].use_case.data;
    const char *nearest = et_slice_nearest(et_slice_of(name), names);
    return et_cli_usage("route: --use-case: found \"%s\", which the policy does not have%s%s%s",
                        name, nearest ? "; expected \"" : "", nearest ? nearest : "",
                        nearest ? "\"" : "");
}

static int check_model(const struct router *router, struct et_slice name)
{
    if (router->policy.unpriced || et_catalogue_find(router->world.catalogue, name))
        return ET_EXIT_PASS;
    const char *nearest = et_catalogue_nearest(router->world.catalogue, name);
    struct et_slice shown = et_slice_part(name, 0, 100);
    if (nearest)
        return et_cli_usage("route: unknown model \"%.*s\"; did you mean \"%s\"?", ET_ARG(shown),
                            nearest);
    return et_cli_usage("route: unknown model \"%.*s\"; `etalon prices` lists them", ET_ARG(shown));
}

static int read_request(struct router *router, const struct order *order)
{
    struct et_complaint complaint = {0};
    struct et_chat_request request;
    struct et_api_error error;
    const char *shown = strcmp(order->request, "-") == 0 ? "standard input" : order->request;
    int err = et_file_read(&router->request_file, order->request, FILE_BYTES_MAX, &complaint);
    if (!err)
        err = et_tally_new(&router->tally, &router->world.lexicon, router->world.catalogue,
                           &et_sysmem);
    if (err)
        return et_cli_complain(err, &complaint);
    router->body = router->request_file.bytes;
    struct et_json *json = NULL; /* read once for the place of what is no JSON */
    err = et_json_parse(&json, router->body, NULL, &et_sysmem, &complaint);
    et_json_free(json);
    et_complaint_file(&complaint, shown);
    if (err)
        return et_cli_complain(err, &complaint);
    if (!et_chat_request_parse(&request, router->body, &router->arena, &error))
        return et_cli_usage("%s: no chat request: %s", shown, error.message);
    router->ask.model = request.model;
    router->ask.max_tokens = request.max_tokens;
    router->ask.tokens = tokens_counted;
    return ET_EXIT_PASS;
}

/* Options go before what the request says. */
static int read_ask(struct router *router, const struct order *order)
{
    struct et_route_ask *ask = &router->ask;
    ask->ctx = router;
    ask->tokens = tokens_said;
    ask->use_case = et_slice_of(order->use_case);
    ask->critical = order->critical;
    ask->day = (et_day)(time(NULL) / DAY_SECONDS);
    router->tokens = order->tokens;
    if (order->as_of && !et_day_parse(et_slice_of(order->as_of), &ask->day))
        return et_cli_usage("route: --as-of: found \"%s\"; expected a day such as 2026-11-17",
                            order->as_of);
    if (order->load && !parse_load(order->load, &ask->load))
        return et_cli_usage("route: --load: found \"%s\"; expected what runs and waits per slot, "
                            "such as 1.5",
                            order->load);
    ask->loaded = et_route_loaded(&router->policy.load, false, ask->load);
    int code = order->request ? read_request(router, order) : ET_EXIT_PASS;
    if (order->model || !order->request)
        ask->model = order->model ? et_slice_of(order->model) : router->policy.model;
    if (order->max_tokens)
        ask->max_tokens = order->max_tokens;
    if (code)
        return code;
    if (ask->model.size == 0)
        return et_cli_usage("route: nobody says what model is asked for; expected --model, a "
                            "request, or \"model\" in the policy");
    code = check_model(router, ask->model);
    return code ? code : check_use_case(router, order->use_case);
}

static int show(struct router *router, const struct order *order)
{
    struct et_route_decision decision;
    struct et_text out;
    et_route_decide(&router->policy, router->world.catalogue, &router->ask, &decision);
    const struct et_route_shown shown = {&decision, &router->ask};
    et_text_init(&out, &et_sysmem, FILE_BYTES_MAX);
    if (order->json) {
        et_route_show_json(&shown, &out);
        et_text_addc(&out, '\n');
    } else {
        et_route_show(&shown, &out);
    }
    int err = et_text_failed(&out);
    if (!err)
        fwrite(et_text_slice(&out).data, 1, et_text_slice(&out).size, stdout);
    et_text_free(&out);
    if (err)
        return et_cli_complain(err, &(struct et_complaint){0});
    return decision.choice_count ? ET_EXIT_PASS : ET_EXIT_MISSED;
}

static int decide(const struct order *order)
{
    struct router router = {.tally = NULL};
    struct et_complaint complaint = {0};
    et_arena_init(&router.arena, &et_sysmem, ET_ARENA_BLOCK);
    int err = et_world_open(&router.world, order->prices, &complaint);
    int code = err ? et_cli_complain(err, &complaint) : read_policy(&router, order);
    if (!code)
        code = read_ask(&router, order);
    if (!code)
        code = show(&router, order);
    close_router(&router);
    return code;
}

int et_cmd_route(int argc, char **argv)
{
    struct order order = {.tokens = ET_ROUTE_TOKENS_UNKNOWN};
    struct et_option options[] = {
        {"policy", ET_OPTION_TEXT, &order.policy, "FILE",
         "the policy; without: the model as asked, another snapshot\n"
         "of it, and tokens of an answer by kind of model"},
        {"model", ET_OPTION_TEXT, &order.model, "NAME", "what the client asks for"},
        {"use-case", ET_OPTION_TEXT, &order.use_case, "NAME", "one of the policy's"},
        {"tokens", ET_OPTION_NUMBER, &order.tokens, "N", "of the prompt, instead of a request"},
        {"max-tokens", ET_OPTION_NUMBER, &order.max_tokens, "N", "the client's own limit"},
        {"critical", ET_OPTION_FLAG, &order.critical, NULL, "flagged as critical"},
        {"load", ET_OPTION_TEXT, &order.load, "P", "what runs and waits per slot, such as 1.5"},
        {"as-of", ET_OPTION_TEXT, &order.as_of, "DAY", "decide as on that day, not today"},
        {"prices", ET_OPTION_TEXT, &order.prices, "FILE", "models and prices of your own"},
        {"json", ET_OPTION_FLAG, &order.json, NULL, "one JSON object"},
        {0}};
    struct et_usage_text usage = {
        "route [OPTION]... [REQUEST.json|-]",
        "Says which model a request would go to, what comes after it, and why.",
        "REQUEST is the body of a chat request; its prompt is counted.  docs/routing.md describes\n"
        "policies.\n"
        "\n"
        "examples:\n"
        "  etalon route --policy policy.json request.json\n"
        "  etalon route --model gpt-4o --tokens 612 --as-of 2027-01-14\n"
        "\n"
        "exit codes: 0 a model may answer, 1 none may, 2 bad usage, an unknown model or a bad\n"
        "            file, 4 the environment failed\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands > 1)
        return et_cli_usage("route: expected at most one request");
    if (operands < argc)
        order.request = argv[operands];
    bool counted = order.tokens != ET_ROUTE_TOKENS_UNKNOWN;
    if (counted == (order.request != NULL))
        return et_cli_usage("route: expected --tokens or a request, one of the two");
    return decide(&order);
}
