/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/show.h"

#include "io/sysmem.h"
#include "reports/print.h"

#include <string.h>
#include <unistd.h>

struct choices {
    const char *format, *ledger, *output;
    uint64_t run; /* 0: the newest */
};

static int print(const struct et_summary *summary, const struct choices *choices)
{
    if (strcmp(choices->format, "html") == 0)
        return et_show_page(summary, choices->output);
    struct et_text text;
    et_text_init(&text, &et_sysmem, ET_SHOW_BYTES_MAX);
    bool colour = !choices->output && isatty(STDOUT_FILENO);
    if (strcmp(choices->format, "json") == 0)
        et_report_json(summary, (struct et_slice){NULL, 0}, &text);
    else
        et_report_table(summary, colour, &text);
    int code = et_show_text(&text, choices->output);
    et_text_free(&text);
    return code;
}

static int report(const struct choices *choices)
{
    struct et_complaint complaint = {0};
    struct et_ledger *ledger;
    struct et_summary *summary = NULL;
    int err = et_ledger_open_read(&ledger, choices->ledger, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    err = et_summary_new(&summary, ledger, (int64_t)choices->run, &complaint);
    et_complaint_file(&complaint, choices->ledger);
    int code = err ? et_cli_complain(err, &complaint) : print(summary, choices);
    et_summary_free(summary);
    et_ledger_close(ledger);
    return code;
}

static const struct et_usage_text usage = {
    "report [RUN] [OPTION]...",
    "Shows a run of the ledger again: its arms, its goals, its verdict.",
    "RUN is a number that `etalon ledger` lists; without it the newest run is shown.\n"
    "\n"
    "examples:\n"
    "  etalon report\n"
    "  etalon report 3 --format html --output report.html\n"
    "\n"
    "exit codes: 0 shown, whether its goals hold or not, 2 bad usage or no such run,\n"
    "            4 the environment failed\n",
};

int et_cmd_report(int argc, char **argv)
{
    struct choices choices = {.format = "table", .ledger = "etalon.db"};
    const struct et_option table[] = {
        {"ledger", ET_OPTION_TEXT, &choices.ledger, "FILE", "default etalon.db"},
        {"format", ET_OPTION_TEXT, &choices.format, "table|json|html", "default table"},
        {"output", ET_OPTION_TEXT, &choices.output, "PATH", "default standard output"},
        {0}};
    int operands = et_options(&usage, table, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands > 1)
        return et_cli_usage("report: found %d runs; expected one", argc - operands);
    if (operands < argc && (!et_slice_u64(et_slice_of(argv[operands]), &choices.run) ||
                            choices.run == 0 || choices.run > INT64_MAX))
        return et_cli_usage("report: found \"%s\"; expected the number of a run, as `etalon "
                            "ledger` lists them",
                            argv[operands]);
    return report(&choices);
}
