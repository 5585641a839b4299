/* SPDX-License-Identifier: MIT */
/* Every subcommand; each is the one function of its file cmd_NAME.c. */
#ifndef ET_CLI_COMMANDS_H
#define ET_CLI_COMMANDS_H

#include "cli/cli.h"

int et_cmd_compare(int argc, char **argv);
int et_cmd_ledger(int argc, char **argv);
int et_cmd_mock(int argc, char **argv);
int et_cmd_prices(int argc, char **argv);
int et_cmd_profiles(int argc, char **argv);
int et_cmd_prompt(int argc, char **argv);
int et_cmd_report(int argc, char **argv);
int et_cmd_route(int argc, char **argv);
int et_cmd_run(int argc, char **argv);
int et_cmd_tokens(int argc, char **argv);

#endif
