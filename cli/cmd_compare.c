/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "cli/launch.h"
#include "harness/versions.h"
#include "io/sysmem.h"
#include "reports/print.h"

#include <stdio.h>
#include <string.h>

enum { OUTPUT_MAX = 1 << 20, REQUESTS_MAX = 1000000 };

static const struct et_usage_text usage = {
    "compare A B [OPTION]...",
    "Compares two versions of a prompt template, or two arms of runs in the ledger: tokens,\n"
    "cached tokens, latency and cost per 1,000 requests, side by side.",
    "A and B are NAME@VERSION (a template of the scenario) or RUN:ARM (in the ledger).\n"
    "Versions are compared on the virtual clock: the same users, questions and answers, the\n"
    "model and settings of the scenario's first arm, no faults.\n"
    "\n"
    "examples:\n"
    "  etalon compare training@1 training@2\n"
    "  etalon compare 3:baseline 3:optimised\n"
    "\n"
    "exit codes: 0 shown, 2 bad usage or bad file, 4 the environment failed\n",
};

/* "training@2" */
static bool version_of(const char *text, struct et_slice *name, uint64_t *version)
{
    struct et_slice rest = et_slice_of(text);
    return et_slice_split(&rest, '@', name) && name->size > 0 && et_slice_u64(rest, version) &&
           *version <= 1000;
}

/* "3:baseline" */
static bool arm_of(const char *text, uint64_t *run, struct et_slice *arm)
{
    struct et_slice rest = et_slice_of(text), number;
    if (!et_slice_split(&rest, ':', &number) || !et_slice_u64(number, run))
        return false;
    *arm = rest;
    return rest.size > 0 && *run > 0 && *run <= INT64_MAX;
}

static int print_pair(const struct et_summary_arm *a, const struct et_summary_arm *b)
{
    struct et_text text;
    et_text_init(&text, &et_sysmem, OUTPUT_MAX);
    et_report_pair(a, b, &text);
    struct et_complaint complaint = {0};
    int err = et_text_failed(&text);
    if (!err)
        fwrite(et_text_slice(&text).data, 1, et_text_slice(&text).size, stdout);
    et_text_free(&text);
    return err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
}

static const struct et_summary_arm *find_arm(const struct et_summary *summary, struct et_slice name)
{
    for (size_t i = 0; i < summary->arm_count; i++)
        if (et_slice_equal(summary->arms[i].name, name))
            return &summary->arms[i];
    et_cli_usage("compare: run %lld has no arm \"%.*s\"; expected one like \"%.*s\"",
                 (long long)summary->run, ET_ARG(name),
                 ET_ARG(summary->arm_count ? summary->arms[0].name : ET_LIT("")));
    return NULL;
}

static int compare_arms(const char *path, char **operands)
{
    struct et_complaint complaint = {0};
    struct et_ledger *ledger = NULL;
    struct et_summary *a = NULL, *b = NULL;
    struct et_slice arm_a, arm_b;
    uint64_t run_a, run_b;
    if (!arm_of(operands[0], &run_a, &arm_a) || !arm_of(operands[1], &run_b, &arm_b))
        return et_cli_usage("compare: found \"%s\" and \"%s\"; expected NAME@VERSION twice or "
                            "RUN:ARM twice",
                            operands[0], operands[1]);
    int err = et_ledger_open_read(&ledger, path, &complaint);
    if (!err)
        err = et_summary_new(&a, ledger, (int64_t)run_a, &complaint);
    if (!err)
        err = et_summary_new(&b, ledger, (int64_t)run_b, &complaint);
    int code = err ? et_cli_complain(err, &complaint) : ET_EXIT_USAGE;
    const struct et_summary_arm *one = err ? NULL : find_arm(a, arm_a);
    const struct et_summary_arm *other = one ? find_arm(b, arm_b) : NULL;
    if (other)
        code = print_pair(one, other);
    et_summary_free(a);
    et_summary_free(b);
    et_ledger_close(ledger);
    return code;
}

static int show_run(struct et_launch *launch, int64_t run)
{
    struct et_complaint complaint = {0};
    struct et_summary *summary;
    int err = et_summary_new(&summary, launch->ledger, run, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    int code = print_pair(&summary->arms[0], &summary->arms[1]);
    et_summary_free(summary);
    return code;
}

static int compare_versions(const struct et_launch_options *options,
                            const struct et_versions *versions)
{
    struct et_complaint complaint = {0};
    struct et_launch launch;
    int64_t run = 0;
    int code = et_launch_open(&launch, options);
    if (!code) {
        int err = et_versions_apply(launch.scenario, versions, &complaint);
        code = err ? et_cli_complain(err, &complaint) : et_launch_run(&launch, false, &run);
    }
    if (!code)
        code = show_run(&launch, run);
    et_launch_close(&launch);
    return code;
}

int et_cmd_compare(int argc, char **argv)
{
    struct et_launch_options options = {.scenario = "scenarios/goals.json",
                                        .seed = 1,
                                        .seeds = 1,
                                        .workers = 2,
                                        .ledger = "etalon.db"};
    uint64_t requests = 2000;
    const struct et_option table[] = {
        {"scenario", ET_OPTION_TEXT, &options.scenario, "FILE", "default scenarios/goals.json"},
        {"requests", ET_OPTION_NUMBER, &requests, "N", "per version; default 2000"},
        {"seed", ET_OPTION_NUMBER, &options.seed, "N", "default 1"},
        {"prices", ET_OPTION_TEXT, &options.prices, "FILE", "models and prices of your own"},
        {"ledger", ET_OPTION_TEXT, &options.ledger, "FILE", "default etalon.db"},
        {0}};
    int operands = et_options(&usage, table, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 2)
        return et_cli_usage("compare: found %d operands; expected two", argc - operands);
    if (requests < 1 || requests > REQUESTS_MAX)
        return et_cli_usage("compare: --requests: found %llu; expected 1 to %d",
                            (unsigned long long)requests, REQUESTS_MAX);
    struct et_slice a, b;
    uint64_t one, other;
    bool versions =
        version_of(argv[operands], &a, &one) && version_of(argv[operands + 1], &b, &other);
    if (!versions)
        return compare_arms(options.ledger, argv + operands);
    if (!et_slice_equal(a, b))
        return et_cli_usage("compare: found templates \"%.*s\" and \"%.*s\"; expected the same one",
                            ET_ARG(a), ET_ARG(b));
    if (one == other)
        return et_cli_usage("compare: found version %llu twice; expected two versions",
                            (unsigned long long)one);
    struct et_versions pair = {a, (unsigned)one, (unsigned)other, requests};
    return compare_versions(&options, &pair);
}
