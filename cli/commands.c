/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

const struct et_command et_commands[] = {
    {0},
};
