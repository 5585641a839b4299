/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/world.h"
#include "harness/scenario.h"
#include "io/address.h"
#include "io/loop.h"
#include "mock_openai/profiles.h"
#include "mock_openai/serve.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAY_SECONDS = 86400 };

struct wish {                                                     /* what the user asked for */
    const char *host, *config, *profile, *created, *today, *tier; /* NULL: not given */
    const char *embeddings;
    uint64_t port, seed, workers;
    bool instant, no_limits, no_prompt_cache, public;
    struct et_profile speed; /* the profile, loaded */
};

static const struct et_usage_text usage_text = {
    "mock [OPTION]...",
    "Serves a mock of OpenAI's API: same shapes, headers, errors, limits and prompt cache; "
    "made-up\n"
    "text; answers as fast as a profile says, the same for the same seed.",
    "Start:\n"
    "  etalon mock --port 8080 &\n"
    "  export OPENAI_BASE_URL=http://127.0.0.1:8080/v1 OPENAI_API_KEY=sk-anything\n"
    "  curl -s $OPENAI_BASE_URL/chat/completions -H \"Authorization: Bearer $OPENAI_API_KEY\" \\\n"
    "    -H 'Content-Type: application/json' -H 'x-etalon-fault: 429; times=1' \\\n"
    "    -d '{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'\n\n"
    "It prints one line once it accepts: listening on http://127.0.0.1:PORT\n"
    "SIGTERM or Ctrl-C: answers under way are finished (10 s), then it ends with 0.\n"
    "Exit codes: 2 bad usage, 4 the port is taken.\n"};

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
         "how fast answers come, without --config: a name that\n`etalon profiles` lists, or a "
         "file; " ET_PROFILE_USUAL},
        {"instant", ET_OPTION_FLAG, &wish->instant, NULL, "no latency: everything leaves at once"},
        {"no-limits", ET_OPTION_FLAG, &wish->no_limits, NULL,
         "no rate limits; else the --config's, or those of\nthe --tier, per key and model"},
        {"tier", ET_OPTION_TEXT, &wish->tier, "N",
         "rate limits of OpenAI's usage tier: 1 to 5, or free; the\n--config's, or 1"},
        {"no-prompt-cache", ET_OPTION_FLAG, &wish->no_prompt_cache, NULL,
         "no prompt is cached: cached_tokens is always 0"},
        {"created", ET_OPTION_TEXT, &wish->created, "now|fixed",
         "fixed: ids and times depend on the request alone"},
        {"today", ET_OPTION_TEXT, &wish->today, "DAY",
         "which models are shut down; today, or the --config's"},
        {"embeddings", ET_OPTION_TEXT, &wish->embeddings, "semantic|hashed",
         "vectors by what a text means (English; about 1 ms for\n10 tokens), or by its words; "
         "semantic if use-lite.etenc\nis there"},
        {"workers", ET_OPTION_NUMBER, &wish->workers, "N",
         "threads that share the port and all that is\nremembered; 1"},
        {0}};
    return et_options(&usage_text, options, argc, argv);
}

static bool embeds(const struct wish *wish, const char *way)
{
    return wish->embeddings && strcmp(wish->embeddings, way) == 0;
}

static int check(const struct wish *wish)
{
    struct et_address address;
    if (wish->tier && wish->no_limits)
        return et_cli_usage("mock: found --tier and --no-limits; expected one of them");
    if (wish->port > UINT16_MAX)
        return et_cli_usage("mock: --port: found %" PRIu64 "; expected 0 to 65535", wish->port);
    if (wish->workers < 1 || wish->workers > ET_CREW_MAX)
        return et_cli_usage("mock: --workers: found %" PRIu64 "; expected 1 to %d", wish->workers,
                            ET_CREW_MAX);
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
        .profiles = &wish->speed,
        .profile_count = 1,
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

static int serve(struct wish *wish, const struct et_world *world,
                 const struct et_scenario *scenario)
{
    struct et_mock_job job = {
        .zero = et_loop_now(), .patience = 10 * ET_S, .ready = on_ready, .ctx = wish};
    struct et_mock_report report;
    struct et_complaint complaint = {0};
    int code = configure(&job.brain, wish, world, scenario);
    if (code)
        return code;
    et_server_defaults(&job.server);
    job.server.address = wish->host;
    job.server.port = (uint16_t)wish->port;
    job.workers = (unsigned)wish->workers;
    int err = et_mock_serve(&job, &report, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    fprintf(stderr,
            "etalon: mock: %" PRIu64 " answers, %" PRIu64 " clients gone before; steps late by "
            "%" PRIu64 " us (p50), %" PRIu64 " us (p99), %" PRIu64 " us (max)\n",
            report.answered, report.gone, report.late_p50_us, report.late_p99_us,
            report.late_max_us);
    return ET_EXIT_PASS;
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
    int err = et_world_open(&world, &complaint);
    if (!err)
        err = open_encoder(&world, wish, &complaint);
    if (!err && wish->config)
        err = et_scenario_load(&scenario, wish->config, world.catalogue, &complaint);
    else if (!err)
        err = et_profile_load(&wish->speed, wish->profile ? wish->profile : ET_PROFILE_USUAL,
                              &complaint);
    int code = err ? et_cli_complain(err, &complaint) : serve(wish, &world, scenario);
    et_scenario_free(scenario);
    et_world_close(&world);
    return code;
}

int et_cmd_mock(int argc, char **argv)
{
    struct wish wish = {.host = "127.0.0.1", .port = 8080, .seed = 1, .workers = 1};
    int operands = parse(&wish, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (operands < argc)
        return et_cli_usage("mock: found operand \"%s\"; expected options only", argv[operands]);
    int code = check(&wish);
    return code ? code : load_and_serve(&wish);
}
