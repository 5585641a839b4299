/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 40, HELP_COLUMN = 26 };

static void print_option(const struct et_option *option)
{
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", option->name, option->value ? " " : "",
             option->value ? option->value : "");
    printf("  %-*s ", HELP_COLUMN, left);
    if (strlen(left) > HELP_COLUMN)
        printf("\n  %-*s ", HELP_COLUMN, "");
    for (const char *c = option->help; *c; c++) {
        putchar(*c);
        if (*c == '\n')
            printf("  %-*s ", HELP_COLUMN, "");
    }
    putchar('\n');
}

static void print_usage(const struct et_usage_text *usage, const struct et_option *options)
{
    printf("usage: etalon %s\n\n%s\n", usage->synopsis, usage->about);
    printf("\noptions:\n");
    for (; options->name; options++)
        print_option(options);
    printf("  %-*s this text\n", HELP_COLUMN, "--help");
    if (usage->more)
        printf("\n%s", usage->more);
}

static const struct et_option *find(const struct et_option *options, struct et_slice name)
{
    for (; options->name; options++)
        if (et_slice_equal(name, et_slice_of(options->name)))
            return options;
    return NULL;
}

static int unknown(const struct et_option *options, const char *command, struct et_slice name)
{
    const char *names[OPTIONS_MAX + 2] = {"help"};
    for (size_t n = 1; options->name && n < OPTIONS_MAX; options++)
        names[n++] = options->name;
    const char *nearest = et_slice_nearest(name, names);
    if (nearest)
        et_cli_usage("%s: unknown option --%.*s; did you mean --%s?", command, ET_ARG(name),
                     nearest);
    else
        et_cli_usage("%s: unknown option --%.*s; `etalon %s --help` lists them", command,
                     ET_ARG(name), command);
    return ET_OPTIONS_BAD;
}

/* "a|b|c" lists the values allowed; anything without a bar is only a name for --help. */
static bool allowed(const struct et_option *option, struct et_slice value)
{
    if (!strchr(option->value, '|'))
        return true;
    struct et_slice rest = et_slice_of(option->value), one;
    while (et_slice_split(&rest, '|', &one))
        if (et_slice_equal(one, value))
            return true;
    return false;
}

static int add_item(const char *command, const struct et_option *option, const char *value)
{
    struct et_option_list *list = option->to;
    if (list->count == ET_OPTION_LIST_MAX) {
        et_cli_usage("%s: --%s: more than %d of them", command, option->name, ET_OPTION_LIST_MAX);
        return ET_OPTIONS_BAD;
    }
    list->items[list->count++] = value;
    return 0;
}

static int take(const char *command, const struct et_option *option, const char *value)
{
    if (option->kind == ET_OPTION_FLAG) {
        *(bool *)option->to = true;
        return 0;
    }
    if (!allowed(option, et_slice_of(value))) {
        et_cli_usage("%s: --%s: found \"%s\"; expected %s", command, option->name, value,
                     option->value);
        return ET_OPTIONS_BAD;
    }
    if (option->kind == ET_OPTION_LIST)
        return add_item(command, option, value);
    if (option->kind == ET_OPTION_TEXT) {
        *(const char **)option->to = value;
        return 0;
    }
    if (!et_slice_u64(et_slice_of(value), option->to)) {
        et_cli_usage("%s: --%s: found \"%s\"; expected a whole number from 0 to 2^64-1", command,
                     option->name, value);
        return ET_OPTIONS_BAD;
    }
    return 0;
}

/* One argument that starts with "--", and the next one if it is its value.  Returns how many were
 * used, or a negative answer. */
static int one_option(const struct et_usage_text *usage, const struct et_option *options,
                      char **argv, const char *command)
{
    struct et_slice name = et_slice_of(argv[0] + 2), rest = name;
    et_slice_split(&rest, '=', &name);
    if (et_slice_equal(name, ET_LIT("help"))) {
        print_usage(usage, options);
        return ET_OPTIONS_HELP;
    }
    const struct et_option *option = find(options, name);
    if (!option)
        return unknown(options, command, name);
    if (option->kind == ET_OPTION_FLAG && rest.data) {
        et_cli_usage("%s: --%s takes no value", command, option->name);
        return ET_OPTIONS_BAD;
    }
    if (option->kind == ET_OPTION_FLAG || rest.data) {
        int err = take(command, option, rest.data);
        return err ? err : 1;
    }
    if (!argv[1]) {
        et_cli_usage("%s: --%s: expected a value: %s", command, option->name, option->value);
        return ET_OPTIONS_BAD;
    }
    int err = take(command, option, argv[1]);
    return err ? err : 2;
}

int et_options(const struct et_usage_text *usage, const struct et_option *options, int argc,
               char **argv)
{
    char *command = argv[0];
    int kept = argc; /* operands found so far are rotated to the end */
    int i = 1;
    while (i < kept) {
        if (strcmp(argv[i], "--") == 0) { /* what follows are operands, after those already seen */
            char *seen[256];
            int later = argc - kept, after = kept - i - 1;
            if (later > 256)
                return et_cli_usage("%s: too many operands before --", command), ET_OPTIONS_BAD;
            memcpy(seen, argv + kept, (size_t)later * sizeof *seen);
            memmove(argv + argc - after, argv + i + 1, (size_t)after * sizeof *argv);
            memcpy(argv + argc - after - later, seen, (size_t)later * sizeof *seen);
            return argc - after - later;
        }
        if (argv[i][0] == '-' && argv[i][1] == '-') {
            int used = one_option(usage, options, argv + i, command);
            if (used < 0)
                return used;
            i += used;
            continue;
        }
        if (strcmp(argv[i], "-h") == 0) {
            print_usage(usage, options);
            return ET_OPTIONS_HELP;
        }
        if (argv[i][0] == '-' && argv[i][1] != '\0') {
            et_cli_usage("%s: unknown option %s; options start with two dashes", command, argv[i]);
            return ET_OPTIONS_BAD;
        }
        char *operand = argv[i];
        memmove(argv + i, argv + i + 1, (size_t)(argc - i - 1) * sizeof *argv);
        argv[argc - 1] = operand;
        kept--;
    }
    return kept;
}

int et_options_exit(int operands)
{
    return operands == ET_OPTIONS_HELP ? ET_EXIT_PASS : ET_EXIT_USAGE;
}
