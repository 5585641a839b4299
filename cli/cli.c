/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include "io/sysmem.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#ifndef ETALON_VERSION
#define ETALON_VERSION "unknown"
#endif

int et_cli_complain(int err, const struct et_complaint *complaint)
{
    struct et_text line;
    et_text_init(&line, &et_sysmem, 4096);
    et_complaint_print(complaint, &line);
    if (!complaint->text[0])
        et_text_add(&line, et_slice_of(et_err_text(err)));
    fprintf(stderr, "etalon: %.*s\n", ET_ARG(et_text_slice(&line)));
    et_text_free(&line);
    if (err == ET_CANCELLED)
        return ET_EXIT_NO_VERDICT;
    return err == ET_IO || err == ET_NOMEM || err == ET_FULL ? ET_EXIT_ENVIRONMENT : ET_EXIT_USAGE;
}

int et_cli_usage(const char *format, ...)
{
    va_list args;
    fputs("etalon: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return ET_EXIT_USAGE;
}

int et_cli_finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "etalon: standard output: cannot write: %s\n", strerror(errno));
    return ET_EXIT_ENVIRONMENT;
}

static void print_help(void)
{
    puts("usage: etalon COMMAND [OPTION]... [OPERAND]...\n"
         "\n"
         "Etalon tells what a cache, a queue, a breaker, a model choice or a new version of a "
         "prompt\n"
         "does to the latency and the bill of an LLM application, before release and without one\n"
         "paid call.\n"
         "\n"
         "commands:");
    for (const struct et_command *command = et_commands; command->name; command++)
        printf("  %-12s %s\n", command->name, command->summary);
    puts("\n"
         "  --help       this text; `etalon COMMAND --help` for one command\n"
         "  --version    the version\n"
         "\n"
         "exit codes: 0 pass, 1 a goal was missed, 2 bad usage or bad file, 3 no verdict,\n"
         "            4 the environment failed");
}

static int unknown(const char *name)
{
    const char *names[32] = {0};
    size_t n = 0;
    for (const struct et_command *c = et_commands; c->name && n + 1 < 32; c++)
        names[n++] = c->name;
    const char *nearest = et_slice_nearest(et_slice_of(name), names);
    if (nearest)
        return et_cli_usage("unknown command \"%s\"; did you mean \"%s\"?", name, nearest);
    return et_cli_usage("unknown command \"%s\"; `etalon --help` lists them", name);
}

int et_cli(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        print_help();
        return et_cli_finish(ET_EXIT_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help();
        return et_cli_finish(ET_EXIT_PASS);
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("etalon " ETALON_VERSION);
        return et_cli_finish(ET_EXIT_PASS);
    }
    for (const struct et_command *command = et_commands; command->name; command++)
        if (strcmp(command->name, argv[1]) == 0)
            return et_cli_finish(command->run(argc - 1, argv + 1));
    return unknown(argv[1]);
}
