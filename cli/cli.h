/* SPDX-License-Identifier: MIT */
/* The command line: `etalon COMMAND [OPTION…] [OPERAND…]`.
 *
 * A command is one function in one file cmd_NAME.c, listed in commands.c.  It describes its options
 * as a table; parsing, --help and the bash completion all come from that table, so they cannot
 * differ.
 *
 *     int et_cmd_tokens(int argc, char **argv)          argv[0] is the command's name
 *     {
 *         const char *encoding = "o200k_base";
 *         bool ids = false;
 *         struct et_option options[] = {
 *             {"encoding", ET_OPTION_TEXT, &encoding, "NAME", "o200k_base or cl100k_base"},
 *             {"ids", ET_OPTION_FLAG, &ids, NULL, "print one id per line"},
 *             {0}};
 *         struct et_usage_text usage = {"tokens [OPTION]… [FILE…]", "Counts the tokens of files.",
 *                                       "Examples:\n  etalon tokens README.md\n"};
 *         int operands = et_options(&usage, options, argc, argv);    operands are moved behind
 *         if (operands < 0)
 *             return et_options_exit(operands);                      --help: 0, a mistake: 2
 *         for (int i = operands; i < argc; i++) … */
#ifndef ET_CLI_CLI_H
#define ET_CLI_CLI_H

#include "core/base/complaint.h"

#include <stdbool.h>
#include <stdint.h>

/* Exit codes of every command (DESIGN: "Measuring").  Scripts rely on them. */
enum et_exit {
    ET_EXIT_PASS = 0,       /* done; every goal holds */
    ET_EXIT_MISSED = 1,     /* a goal was missed */
    ET_EXIT_USAGE = 2,      /* bad usage or a bad file */
    ET_EXIT_NO_VERDICT = 3, /* too few samples, client too slow, interrupted */
    ET_EXIT_ENVIRONMENT = 4 /* a port, the disk, the database, memory */
};

enum et_option_kind {
    ET_OPTION_FLAG,   /* bool *: set to true */
    ET_OPTION_TEXT,   /* const char **: borrowed from argv */
    ET_OPTION_NUMBER, /* uint64_t *: decimal */
    ET_OPTION_LIST    /* struct et_option_list *: may be given again */
};

enum { ET_OPTION_LIST_MAX = 128 };

struct et_option_list {
    const char *items[ET_OPTION_LIST_MAX]; /* borrowed from argv */
    size_t count;
};

struct et_option {
    const char *name; /* without the dashes; the table ends with NULL */
    enum et_option_kind kind;
    void *to;
    const char *value; /* what --help calls the value; "a|b|c" allows only those; NULL for a flag */
    const char *help;  /* one line; may be cut into several with \n */
};

struct et_usage_text {
    const char *synopsis; /* "run SCENARIO [OPTION]…" */
    const char *about;    /* a sentence or two */
    const char *more;     /* examples, exit codes; or NULL */
};

/* Parses `--name value`, `--name=value` and flags; `--` ends options; --help prints and returns
 * ET_OPTIONS_HELP.  A mistake is told on standard error, with the nearest option, and returns
 * ET_OPTIONS_BAD.  Otherwise the index of the first operand: all operands are moved to the end. */
enum { ET_OPTIONS_HELP = -1, ET_OPTIONS_BAD = -2 };
int et_options(const struct et_usage_text *usage, const struct et_option *options, int argc,
               char **argv);
int et_options_exit(int operands);

/* Prints "etalon: FILE:LINE: …" and gives the exit code that fits `err`: 4 for ET_IO, ET_NOMEM and
 * ET_FULL, 3 for ET_CANCELLED, 2 for the rest. */
int et_cli_complain(int err, const struct et_complaint *complaint);

/* "etalon: …" on standard error; returns ET_EXIT_USAGE. */
int et_cli_usage(const char *format, ...) ET_PRINTF(1, 2);

struct et_command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary; /* for `etalon --help` */
};

extern const struct et_command et_commands[]; /* commands.c; ends with a NULL name */

/* Flushes standard output and says if that failed (a full disk, a closed pipe): `code`, or
 * ET_EXIT_ENVIRONMENT when it did.  Every command returns through it. */
int et_cli_finish(int code);

int et_cli(int argc, char **argv); /* the whole program */

#endif
