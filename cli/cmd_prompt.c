/* SPDX-License-Identifier: MIT */
#include "cli/cmd_prompt.h"

#include "cli/commands.h"

#include <string.h>

static const struct {
    const char *name, *whole;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"check", "prompt check", et_cmd_prompt_check},
    {"explain", "prompt explain", et_cmd_prompt_explain},
    {"diff", "prompt diff", et_cmd_prompt_diff},
    {"render", "prompt render", et_cmd_prompt_render},
    {"list", "prompt list", et_cmd_prompt_list},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int unknown(const char *name)
{
    const char *names[COMMANDS + 1] = {NULL};
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    const char *nearest = et_slice_nearest(et_slice_of(name), names);
    if (nearest)
        return et_cli_usage("prompt: unknown command \"%s\"; did you mean \"%s\"?", name, nearest);
    return et_cli_usage("prompt: unknown command \"%s\"; expected check, explain, diff, render or "
                        "list",
                        name);
}

int et_cmd_prompt(int argc, char **argv)
{
    for (size_t i = 0; i < COMMANDS && argc > 1; i++)
        if (strcmp(argv[1], commands[i].name) == 0) {
            char name[32];
            strcpy(name, commands[i].whole);
            argv[1] = name;
            return commands[i].run(argc - 1, argv + 1);
        }
    const struct et_option options[] = {{0}};
    const struct et_usage_text usage = {
        "prompt check|explain|diff|render|list [OPTION]... [OPERAND]...",
        "Looks at templates of prompts before a request is paid for.\n"
        "\n"
        "  check     what is wrong with a template, as a compiler says it\n"
        "  explain   where two prompts stop sharing the prompt cache, what that costs, and which\n"
        "            order of the template would win it back\n"
        "  diff      tokens, static share, cacheable tokens and cost of two versions\n"
        "  render    the messages of a template, with values\n"
        "  list      the templates of a folder",
        "`etalon prompt COMMAND --help` tells about one.  docs/prompt.md has more.\n"
        "\n"
        "examples:\n"
        "  etalon prompt check training@1\n"
        "  etalon prompt diff training@1 training@2\n"
        "\n"
        "exit codes: 0 done, 1 `check` found something that counts, 2 bad usage or bad file,\n"
        "            4 the environment failed\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    return operands < argc ? unknown(argv[operands])
                           : et_cli_usage("prompt: expected check, explain, diff, render or list");
}
