/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

const struct et_command et_commands[] = {
    {"run", et_cmd_run, "drive a scenario and judge its goals"},
    {"compare", et_cmd_compare, "two versions of a prompt, or two arms, side by side"},
    {"report", et_cmd_report, "show a run of the ledger again: table, JSON or page"},
    {"ledger", et_cmd_ledger, "list the runs of a ledger"},
    {"mock", et_cmd_mock, "a mock of OpenAI as a server"},
    {"prompt", et_cmd_prompt, "check, explain, compare and render templates of prompts"},
    {"tokens", et_cmd_tokens, "count the tokens of files"},
    {"prices", et_cmd_prices, "models and their prices; the bill of one call"},
    {"route", et_cmd_route, "which model a request would go to, and why"},
    {"profiles", et_cmd_profiles, "how fast models answer, and who measured it"},
    {0},
};
