/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/show.h"

#include "io/sysmem.h"
#include "reports/runs.h"

static int list(const char *path, bool json)
{
    struct et_complaint complaint = {0};
    struct et_ledger *ledger;
    int err = et_ledger_open_read(&ledger, path, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    struct et_text text;
    et_text_init(&text, &et_sysmem, ET_SHOW_BYTES_MAX);
    err = json ? et_report_runs_json(ledger, &text, &complaint)
               : et_report_runs(ledger, &text, &complaint);
    int code = err ? et_cli_complain(err, &complaint) : et_show_text(&text, NULL);
    et_text_free(&text);
    et_ledger_close(ledger);
    return code;
}

static const struct et_usage_text usage = {
    "ledger [OPTION]...",
    "Lists the runs of a ledger, the newest last.",
    "`etalon report RUN` shows one.  A run that is \"running\" is under way, or was killed.\n"
    "\n"
    "examples:\n"
    "  etalon ledger\n"
    "  etalon ledger --ledger nightly.db --json\n"
    "\n"
    "exit codes: 0 shown, 2 bad usage, 4 the environment failed\n",
};

int et_cmd_ledger(int argc, char **argv)
{
    const char *path = "etalon.db";
    bool json = false;
    const struct et_option table[] = {
        {"ledger", ET_OPTION_TEXT, &path, "FILE", "default etalon.db"},
        {"json", ET_OPTION_FLAG, &json, NULL, "one JSON object"},
        {0}};
    int operands = et_options(&usage, table, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (operands < argc)
        return et_cli_usage("ledger: found \"%s\"; expected options only", argv[operands]);
    return list(path, json);
}
