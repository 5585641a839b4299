/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "cli/launch.h"
#include "cli/show.h"
#include "io/sysmem.h"
#include "reports/print.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct choices {
    const char *clock, *report;
    bool json, quiet;
};

/* One clock: its table or its object, and the page. */
static int show(struct et_launch *launch, const struct choices *choices, int64_t run)
{
    struct et_complaint complaint = {0};
    struct et_summary *summary;
    int err = et_summary_new(&summary, launch->ledger, run, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    struct et_text text;
    et_text_init(&text, &et_sysmem, ET_SHOW_BYTES_MAX);
    if (choices->json)
        et_report_json(summary, (struct et_slice){NULL, 0}, &text);
    else if (!choices->quiet)
        et_report_table(summary, isatty(STDOUT_FILENO), &text);
    int code = et_show_text(&text, NULL);
    if (!code && choices->report)
        code = et_show_page(summary, choices->report);
    if (!code && choices->report && !choices->json && !choices->quiet &&
        strcmp(choices->report, "-") != 0)
        printf("\nreport: %s\n", choices->report);
    et_text_free(&text);
    et_summary_free(summary);
    return code;
}

/* Both clocks: the virtual one's results, and how far the real one agrees. */
static int show_both(struct et_launch *launch, const struct choices *choices, int64_t virtual_run,
                     int64_t real_run)
{
    struct et_complaint complaint = {0};
    struct et_summary *virtual = NULL, *real = NULL;
    int err = et_summary_new(&virtual, launch->ledger, virtual_run, &complaint);
    if (!err)
        err = et_summary_new(&real, launch->ledger, real_run, &complaint);
    struct et_text text, agreement;
    et_text_init(&text, &et_sysmem, ET_SHOW_BYTES_MAX);
    et_text_init(&agreement, &et_sysmem, ET_SHOW_BYTES_MAX);
    int code = err ? et_cli_complain(err, &complaint) : 0;
    if (!err && choices->json) {
        et_report_agreement_json(virtual, real, &agreement);
        et_report_json(virtual, et_text_slice(&agreement), &text);
        code = et_show_text(&text, NULL);
    } else if (!err && !choices->quiet) {
        et_report_table(virtual, isatty(STDOUT_FILENO), &text);
        et_text_addc(&text, '\n');
        et_report_table(real, isatty(STDOUT_FILENO), &text);
        et_text_addc(&text, '\n');
        et_report_agreement(virtual, real, &text);
        code = et_show_text(&text, NULL);
    }
    if (!code && choices->report)
        code = et_show_page(virtual, choices->report);
    et_text_free(&text);
    et_text_free(&agreement);
    et_summary_free(virtual);
    et_summary_free(real);
    return code;
}

static int run_clocks(struct et_launch *launch, const struct choices *choices)
{
    int64_t virtual_run = 0, real_run = 0;
    bool both = strcmp(choices->clock, "both") == 0;
    int code = ET_EXIT_PASS, real_code = ET_EXIT_PASS;
    if (both || strcmp(choices->clock, "virtual") == 0)
        code = et_launch_run(launch, false, &virtual_run);
    if (code > ET_EXIT_NO_VERDICT || (virtual_run == 0 && strcmp(choices->clock, "real") != 0))
        return code;
    if (!et_launch_stopped() && strcmp(choices->clock, "virtual") != 0)
        real_code = et_launch_run(launch, true, &real_run);
    if (real_code > ET_EXIT_NO_VERDICT || (!virtual_run && !real_run))
        return real_code;
    if (et_launch_stopped())
        return ET_EXIT_NO_VERDICT;
    int shown = both && virtual_run && real_run
                    ? show_both(launch, choices, virtual_run, real_run)
                    : show(launch, choices, virtual_run ? virtual_run : real_run);
    if (shown)
        return shown;
    return code ? code : real_code;
}

static const struct et_usage_text usage = {
    "run SCENARIO [OPTION]...",
    "Drives every arm of a scenario with the same traffic and says whether its goals hold.",
    "Everything a run learns goes to the ledger; `etalon report` shows it again.\n"
    "\n"
    "examples:\n"
    "  etalon run scenarios/goals.json\n"
    "  etalon run scenarios/goals.json --seeds 10 --workers 2 --report report.html\n"
    "  etalon run scenarios/short.json --clock both\n"
    "\n"
    "exit codes: 0 every goal holds, 1 a goal was missed, 2 bad usage or bad file,\n"
    "            3 no verdict, 4 the environment failed\n",
};

int et_cmd_run(int argc, char **argv)
{
    struct choices choices = {.clock = "virtual"};
    struct et_launch_options options = {.seed = 1, .seeds = 1, .workers = 2, .ledger = "etalon.db"};
    const struct et_option table[] = {
        {"clock", ET_OPTION_TEXT, &choices.clock, "virtual|real|both",
         "virtual (default): simulated, fast, bit-identical;\nreal: sockets; both: how far they "
         "agree"},
        {"seed", ET_OPTION_NUMBER, &options.seed, "N", "first seed; default 1"},
        {"seeds", ET_OPTION_NUMBER, &options.seeds, "N", "how many seeds, 1 to 1000; default 1"},
        {"arms", ET_OPTION_TEXT, &options.arms, "A,B",
         "only these arms; all: also those marked extra"},
        {"trace", ET_OPTION_TEXT, &options.trace, "FILE", "arrivals and lengths from a trace file"},
        {"target", ET_OPTION_TEXT, &options.target, "URL",
         "real clock: an OpenAI-compatible endpoint instead\nof the mock; key from "
         "$OPENAI_API_KEY"},
        {"prices", ET_OPTION_TEXT, &options.prices, "FILE", "models and prices of your own"},
        {"ledger", ET_OPTION_TEXT, &options.ledger, "FILE", "default etalon.db"},
        {"workers", ET_OPTION_NUMBER, &options.workers, "N",
         "threads of the virtual clock, 1 to 64; default 2;\nchanges no result"},
        {"report", ET_OPTION_TEXT, &choices.report, "FILE", "write the HTML page there"},
        {"json", ET_OPTION_FLAG, &choices.json, NULL, "print one JSON object"},
        {"quiet", ET_OPTION_FLAG, &choices.quiet, NULL, "no progress, no table"},
        {0}};
    int operands = et_options(&usage, table, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 1)
        return et_cli_usage("run: found %d scenario files; expected one", argc - operands);
    options.scenario = argv[operands];
    options.progress = !choices.quiet && isatty(STDERR_FILENO);
    if (options.target && strcmp(choices.clock, "virtual") == 0)
        return et_cli_usage("run: --target is for a real clock; expected --clock real or both");
    struct et_launch launch;
    int code = et_launch_open(&launch, &options);
    if (!code)
        code = run_clocks(&launch, &choices);
    et_launch_close(&launch);
    return code;
}
