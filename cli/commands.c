/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

const struct et_command et_commands[] = {
    {"mock", et_cmd_mock, "a mock of OpenAI as a server"},
    {"prices", et_cmd_prices, "models and their prices; the bill of one call"},
    {"tokens", et_cmd_tokens, "count the tokens of files"},
    {0},
};
