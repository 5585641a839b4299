/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/world.h"
#include "harness/scenario.h"
#include "io/address.h"
#include "io/loop.h"
#include "mock_openai/profile_family.h"
#include "mock_openai/rules_file.h"
#include "mock_openai/serve.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_SECONDS = 86400 };

#define KEY_NAME "OPENAI_API_KEY"

struct wish {                                                     /* what the user asked for */
    const char *host, *config, *profile, *created, *today, *tier; /* NULL: not given */
    const char *embeddings, *rules, *prices;
    const char *fixtures, *record;
    uint64_t port, seed, workers;
    bool instant, no_limits, no_prompt_cache, public;
    uint64_t admin_port, journal, late_max_ms; /* NOT_GIVEN */
    uint64_t connections_max, idle_ms, head_ms, body_ms, body_bytes, unread_bytes;
    struct et_profile speed;         /* of --profile */
    struct et_profile_family speeds; /* without one */
    struct et_rules_file answers;    /* of --rules */
};

#define NOT_GIVEN UINT64_MAX

static const struct et_usage_text usage_text = {
    "mock [OPTION]...",
    "Serves a mock of OpenAI's API: same shapes, headers, errors, limits and prompt cache; "
    "made-up\n"
    "text; answers as fast as their model, the same for the same seed.",
    "A header asks for a fault: x-etalon-fault: 429; times=1\n"
    "It prints a line once it accepts: listening on http://127.0.0.1:PORT; with an admin port\n"
    "another: admin on http://127.0.0.1:PORT.  SIGTERM or Ctrl-C: answers under way are finished\n"
    "(10 s), then it ends with 0.  docs/mock.md has more, for Python, Node and curl.\n"
    "\n"
    "examples:\n"
    "  etalon mock --port 8080 --admin-port 8081 &\n"
    "  export OPENAI_BASE_URL=http://127.0.0.1:8080/v1 OPENAI_API_KEY=sk-anything\n"
    "  curl -s $OPENAI_BASE_URL/chat/completions -H \"Authorization: Bearer $OPENAI_API_KEY\" \\\n"
    "    --json '{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'\n"
    "  curl -s '127.0.0.1:8081/requests?status=200'\n"
    "\n"
    "exit codes: 0 ended by a signal, 2 bad usage or bad file, 3 late beyond --late-max-ms,\n"
    "            4 the environment failed (the port is taken)\n"};

static int parse(struct wish *wish, int argc, char **argv)
{
    const struct et_option options[] = {
        {"port", ET_OPTION_NUMBER, &wish->port, "N", "0 takes any free one; 8080"},
        {"host", ET_OPTION_TEXT, &wish->host, "ADDRESS", "where to listen; 127.0.0.1"},
        {"public", ET_OPTION_FLAG, &wish->public, NULL,
         "allow a --host that other machines can reach"},
        {"config", ET_OPTION_TEXT, &wish->config, "FILE",
         "a scenario file: serve as its \"upstream\" says; timed\nfaults count from the start"},
        {"seed", ET_OPTION_NUMBER, &wish->seed, "N", "of everything that is drawn; 1"},
        {"profile", ET_OPTION_TEXT, &wish->profile, "PROFILE",
         "how fast all answers come: a name that `etalon profiles`\nlists, or a file; each model's "
         "own without it"},
        {"rules", ET_OPTION_TEXT, &wish->rules, "FILE",
         "what is answered to whom, docs/rules.md; else the\n--config's, or made-up text"},
        {"instant", ET_OPTION_FLAG, &wish->instant, NULL, "no latency: everything leaves at once"},
        {"no-limits", ET_OPTION_FLAG, &wish->no_limits, NULL,
         "no rate limits; else the --config's, or those of\nthe --tier, per key and model"},
        {"tier", ET_OPTION_TEXT, &wish->tier, "N",
         "rate limits of OpenAI's usage tier: 1 to 5, or free; the\n--config's, or 1"},
        {"no-prompt-cache", ET_OPTION_FLAG, &wish->no_prompt_cache, NULL,
         "no prompt is cached: cached_tokens is always 0"},
        {"fixtures", ET_OPTION_TEXT, &wish->fixtures, "DIR",
         "answer as the fixtures in this folder say, and 404 to\nanything else"},
        {"record", ET_OPTION_TEXT, &wish->record, "URL",
         "ask the endpoint there once for what --fixtures lacks,\nwith the key in $" KEY_NAME
         ", and keep the answer"},
        {"created", ET_OPTION_TEXT, &wish->created, "now|fixed",
         "fixed: ids and times depend on the request alone"},
        {"today", ET_OPTION_TEXT, &wish->today, "DAY",
         "which models are shut down; today, or the --config's"},
        {"prices", ET_OPTION_TEXT, &wish->prices, "FILE", "models and prices of your own"},
        {"embeddings", ET_OPTION_TEXT, &wish->embeddings, "semantic|hashed",
         "vectors by what a text means (English; about 1 ms for\n10 tokens), or by its words; "
         "semantic if use-lite.etenc\nis there"},
        {"workers", ET_OPTION_NUMBER, &wish->workers, "N",
         "threads that share the port and all that is\nremembered; 1"},
        {"admin-port", ET_OPTION_NUMBER, &wish->admin_port, "N",
         "requests, counters, state and reset, on 127.0.0.1;\n0 takes any free one; off"},
        {"journal", ET_OPTION_NUMBER, &wish->journal, "N",
         "requests the admin port can show, the latest; 1000"},
        {"late-max-ms", ET_OPTION_NUMBER, &wish->late_max_ms, "N",
         "end with 3 if more than 1 % of the steps left later\nthan so; off, and above 5 is told"},
        {"connections-max", ET_OPTION_NUMBER, &wish->connections_max, "N",
         "per worker; more are closed at once; 16384"},
        {"idle-max-ms", ET_OPTION_NUMBER, &wish->idle_ms, "N",
         "without a request, or an answer not read; 75000"},
        {"head-max-ms", ET_OPTION_NUMBER, &wish->head_ms, "N", "for the head of a request; 10000"},
        {"body-max-ms", ET_OPTION_NUMBER, &wish->body_ms, "N", "for its body; 60000"},
        {"body-max-bytes", ET_OPTION_NUMBER, &wish->body_bytes, "N", "of a request; 8388608"},
        {"unread-max-bytes", ET_OPTION_NUMBER, &wish->unread_bytes, "N",
         "of answers a client has not read; 16777216"},
        {0}};
    return et_options(&usage_text, options, argc, argv);
}

static bool embeds(const struct wish *wish, const char *way)
{
    return wish->embeddings && strcmp(wish->embeddings, way) == 0;
}

/* Numbers that have a range; NOT_GIVEN passes. */
static int check_ranges(const struct wish *wish)
{
    enum { DAY_MS = DAY_SECONDS * 1000, BYTES = 1 << 30 };
    const struct {
        const char *name;
        uint64_t value, min, max;
    } ranges[] = {
        {"port", wish->port, 0, UINT16_MAX},
        {"workers", wish->workers, 1, ET_CREW_MAX},
        {"admin-port", wish->admin_port, 0, UINT16_MAX},
        {"journal", wish->journal, 0, ET_JOURNAL_ENTRIES_MAX},
        {"late-max-ms", wish->late_max_ms, 0, DAY_MS},
        {"connections-max", wish->connections_max, 1, 1 << 20},
        {"idle-max-ms", wish->idle_ms, 1, DAY_MS},
        {"head-max-ms", wish->head_ms, 1, DAY_MS},
        {"body-max-ms", wish->body_ms, 1, DAY_MS},
        {"body-max-bytes", wish->body_bytes, 1, BYTES},
        {"unread-max-bytes", wish->unread_bytes, 1 << 16, BYTES},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (ranges[i].value != NOT_GIVEN &&
            (ranges[i].value < ranges[i].min || ranges[i].value > ranges[i].max))
            return et_cli_usage("mock: --%s: found %" PRIu64 "; expected %" PRIu64 " to %" PRIu64,
                                ranges[i].name, ranges[i].value, ranges[i].min, ranges[i].max);
    return 0;
}

static int check(const struct wish *wish)
{
    struct et_address address;
    int code = check_ranges(wish);
    if (code)
        return code;
    if (wish->tier && wish->no_limits)
        return et_cli_usage("mock: found --tier and --no-limits; expected one of them");
    if (wish->journal != NOT_GIVEN && wish->admin_port == NOT_GIVEN)
        return et_cli_usage("mock: --journal: nobody could read it; expected --admin-port with it");
    if (wish->record && !wish->fixtures)
        return et_cli_usage("mock: found --record without --fixtures; expected --fixtures DIR, the "
                            "folder that is recorded to");
    if (wish->config && wish->profile)
        return et_cli_usage("mock: found --config and --profile; expected one of them, for both "
                            "say how fast answers come");
    if (!et_address_parse(&address, wish->host, 0))
        return et_cli_usage("mock: --host: " ET_ADDRESS_WANTED, wish->host);
    if (!wish->public && !et_address_loopback(&address))
        return et_cli_usage("mock: --host %s can be reached by other machines; expected --public "
                            "with it, if that is meant",
                            wish->host);
    return 0;
}

/* As the named profile says, with OpenAI's limits of the first usage tier. */
static void configure_usual(struct et_brain_config *brain, const struct wish *wish,
                            const struct et_world *world)
{
    *brain = (struct et_brain_config){
        .seed = wish->seed,
        .catalogue = world->catalogue,
        .o200k = &world->lexicon.o200k,
        .cl100k = &world->lexicon.cl100k,
        .profiles = wish->profile ? &wish->speed : wish->speeds.profiles,
        .profile_count = wish->profile ? 1 : wish->speeds.count,
        .limits = {.tier = ET_USAGE_TIER_1},
        .today = (et_day)(time(NULL) / DAY_SECONDS),
    };
}

static int configure_limits(struct et_limit_settings *limits, const struct wish *wish)
{
    if (wish->no_limits)
        *limits = (struct et_limit_settings){.manners = limits->manners};
    if (!wish->tier)
        return 0;
    for (unsigned i = 0; et_usage_tier_names[i]; i++)
        if (strcmp(wish->tier, et_usage_tier_names[i]) == 0) {
            limits->tier = (enum et_usage_tier)(ET_USAGE_FREE + i);
            return 0;
        }
    return et_cli_usage("mock: --tier: found \"%s\"; expected 1 to 5, or free", wish->tier);
}

/* What the brain is to be like.  Borrows from `world` and `scenario`, which may be NULL. */
static int configure(struct et_brain_config *brain, const struct wish *wish,
                     const struct et_world *world, const struct et_scenario *scenario)
{
    if (scenario)
        et_scenario_brain(scenario, world->catalogue, &world->lexicon, wish->seed, brain);
    else
        configure_usual(brain, wish, world);
    brain->epoch = 0; /* of the wall clock */
    brain->encoder = world->use_lite.bytes.size ? &world->encoder : NULL;
    brain->instant = wish->instant;
    brain->created_fixed = wish->created && strcmp(wish->created, "fixed") == 0;
    if (wish->rules) {
        brain->answers = wish->answers.rules.items;
        brain->answer_count = wish->answers.rules.count;
    }
    if (wish->no_prompt_cache)
        brain->cache.off = true;
    int code = configure_limits(&brain->limits, wish);
    if (code)
        return code;
    if (!wish->today || et_day_parse(et_slice_of(wish->today), &brain->today))
        return 0;
    return et_cli_usage("mock: --today: found \"%s\"; expected a day such as 2026-11-17",
                        wish->today);
}

static void on_ready(void *ctx, const struct et_mock_ports *ports)
{
    const struct wish *wish = ctx;
    struct et_address address;
    char url[ET_ADDRESS_URL];
    if (!et_address_parse(&address, wish->host, ports->api))
        return;
    et_address_url(&address, ports->api, url);
    printf("listening on %s\n", url);
    if (ports->admin)
        printf("admin on http://127.0.0.1:%u\n", ports->admin);
    fflush(stdout);
}

static const char *key_of_user(void)
{
    const char *key = getenv(KEY_NAME);
    return key && key[0] ? key : NULL;
}

static void configure_server(struct et_mock_job *job, const struct wish *wish)
{
    struct et_server_config *server = &job->server;
    et_server_defaults(server);
    server->address = wish->host;
    server->port = (uint16_t)wish->port;
    server->connections_max = (uint32_t)wish->connections_max;
    server->idle_max = wish->idle_ms * ET_MS;
    server->head_max = wish->head_ms * ET_MS;
    server->body_max = wish->body_ms * ET_MS;
    server->body_bytes_max = wish->body_bytes;
    server->output_bytes_max = wish->unread_bytes;
    job->workers = (unsigned)wish->workers;
    job->fixtures = (struct et_recorder_config){wish->fixtures, wish->record, key_of_user()};
    job->admin = wish->admin_port != NOT_GIVEN;
    if (!job->admin)
        return;
    job->admin_port = (uint16_t)wish->admin_port;
    et_journal_defaults(&job->journal);
    if (wish->journal != NOT_GIVEN)
        job->journal.entries = wish->journal;
}

/* A mock that is late looks like a slow model. */
static int report(const struct et_mock_report *report, const struct wish *wish)
{
    bool bound = wish->late_max_ms != NOT_GIVEN;
    uint64_t most_ms = bound ? wish->late_max_ms : ET_MOCK_LATE_MAX / ET_MS;
    bool late = report->late_p99_us > most_ms * 1000;
    fprintf(stderr,
            "etalon: mock: %" PRIu64 " answers, %" PRIu64 " clients gone before; steps late by "
            "%" PRIu64 " us (p50), %" PRIu64 " us (p99), %" PRIu64 " us (max)\n",
            report->answered, report->gone, report->late_p50_us, report->late_p99_us,
            report->late_max_us);
    fprintf(stderr, "etalon: mock: schedule of faults %016" PRIx64 "\n", report->faults);
    if (late)
        fprintf(stderr,
                "etalon: mock: INVALID as a measure of time: more than 1 %% of the steps left "
                "later than %" PRIu64 " ms\n",
                most_ms);
    return late && bound ? ET_EXIT_NO_VERDICT : ET_EXIT_PASS;
}

static int serve(struct wish *wish, const struct et_world *world,
                 const struct et_scenario *scenario)
{
    struct et_mock_job job = {
        .zero = et_loop_now(), .patience = 10 * ET_S, .ready = on_ready, .ctx = wish};
    struct et_mock_report told;
    struct et_complaint complaint = {0};
    int code = configure(&job.brain, wish, world, scenario);
    if (code)
        return code;
    configure_server(&job, wish);
    int err = et_mock_serve(&job, &told, &complaint);
    return err ? et_cli_complain(err, &complaint) : report(&told, wish);
}

/* Nobody who has not asked for meaning goes without a mock because a file is missing. */
static int open_encoder(struct et_world *world, const struct wish *wish,
                        struct et_complaint *complaint)
{
    if (embeds(wish, "hashed"))
        return 0;
    struct et_complaint found = {0};
    int err = et_world_open_encoder(world, &found);
    if (err == ET_UNKNOWN && !wish->embeddings) {
        fprintf(stderr, "etalon: mock: %s is not there; embeddings are of hashed words\n",
                found.file);
        return 0;
    }
    if (err)
        *complaint = found;
    return err;
}

static int load_and_serve(struct wish *wish)
{
    struct et_world world;
    struct et_scenario *scenario = NULL;
    struct et_complaint complaint = {0};
    int err = et_world_open(&world, wish->prices, &complaint);
    if (!err)
        err = open_encoder(&world, wish, &complaint);
    if (!err && wish->config)
        err = et_scenario_load(&scenario, wish->config, world.catalogue, &complaint);
    else if (!err && wish->profile)
        err = et_profile_load(&wish->speed, wish->profile, &complaint);
    else if (!err)
        err = et_profile_family_load(&wish->speeds, world.catalogue, &complaint);
    if (!err && wish->rules)
        err = et_rules_file_load(&wish->answers, wish->rules, world.catalogue, &complaint);
    int code = err ? et_cli_complain(err, &complaint) : serve(wish, &world, scenario);
    et_scenario_free(scenario);
    et_profile_family_free(&wish->speeds);
    et_rules_file_free(&wish->answers);
    et_world_close(&world);
    return code;
}

int et_cmd_mock(int argc, char **argv)
{
    struct wish wish = {
        .host = "127.0.0.1",
        .port = 8080,
        .seed = 1,
        .workers = 1,
        .admin_port = NOT_GIVEN,
        .journal = NOT_GIVEN,
        .late_max_ms = NOT_GIVEN,
        .connections_max = 16384,
        .idle_ms = 75000,
        .head_ms = 10000,
        .body_ms = 60000,
        .body_bytes = 8 << 20,
        .unread_bytes = 16 << 20,
    };
    int operands = parse(&wish, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (operands < argc)
        return et_cli_usage("mock: found operand \"%s\"; expected options only", argv[operands]);
    int code = check(&wish);
    return code ? code : load_and_serve(&wish);
}
