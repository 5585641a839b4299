/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

const struct et_command et_commands[] = {
    {"prices", et_cmd_prices, "models and their prices; the bill of one call"},
    {"tokens", et_cmd_tokens, "count the tokens of files"},
    {0},
};
