/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/profiles_fit.h"
#include "cli/profiles_show.h"
#include "cli/show.h"
#include "core/base/day.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { JSON_BYTES_MAX = 16 << 20, CSV_BYTES_MAX = 1 << 30, DAY_SECONDS = 86400 };

static int list_rows(const struct et_profile_names *names, struct et_complaint *complaint)
{
    et_profiles_head();
    for (size_t i = 0; i < names->count; i++) {
        struct et_profile_card *card;
        int err = et_profile_card_load(&card, names->names[i], complaint);
        if (err)
            return err;
        et_profiles_row(card);
        et_profile_card_free(card);
    }
    printf(
        "\nTTFT: median to the first token of a short prompt; REASONING: median before that, at\n"
        "usual effort.  `etalon profiles show NAME` tells what was measured and what is an "
        "estimate.\n");
    return 0;
}

static int list_json(const struct et_profile_names *names, struct et_complaint *complaint)
{
    struct et_text text;
    int err = 0;
    et_text_init(&text, &et_sysmem, JSON_BYTES_MAX);
    et_text_addf(&text, "{\"profiles\":[");
    for (size_t i = 0; i < names->count && !err; i++) {
        struct et_profile_card *card;
        err = et_profile_card_load(&card, names->names[i], complaint);
        if (err)
            break;
        et_text_add(&text, i ? ET_LIT(",") : ET_LIT(""));
        et_profiles_json(&text, card);
        et_profile_card_free(card);
    }
    et_text_addf(&text, "]}\n");
    if (!err)
        err = et_text_failed(&text);
    if (!err)
        printf("%.*s", ET_ARG(et_text_slice(&text)));
    et_text_free(&text);
    return err;
}

static int cmd_list(bool json)
{
    struct et_complaint complaint = {0};
    struct et_profile_names names;
    int err = et_profile_list(&names, &complaint);
    if (!err)
        err = json ? list_json(&names, &complaint) : list_rows(&names, &complaint);
    return err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
}

static int cmd_show(int argc, char **argv)
{
    const struct et_option options[] = {{0}};
    const struct et_usage_text usage = {
        "profiles show PROFILE",
        "Prints a profile as it is: numbers, who measured them, and what is an estimate.",
        "examples:\n"
        "  etalon profiles show gpt-5-like > mine.json\n"
        "\n"
        "exit codes: 0 shown, 2 bad usage, an unknown profile or a bad file\n"};
    struct et_complaint complaint = {0};
    struct et_profile_card *card;
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 1)
        return et_cli_usage("profiles show: expected one profile, a name or a file");
    int err = et_profile_card_load(&card, argv[operands], &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    printf("%.*s", ET_ARG(card->text));
    et_profile_card_free(card);
    return ET_EXIT_PASS;
}

/* The name of the file without folder and ending; what a profile may be called, at any rate. */
static void name_of(const char *file, char out[ET_PROFILE_NAME_MAX])
{
    const char *slash = strrchr(file, '/');
    snprintf(out, ET_PROFILE_NAME_MAX, "%s", slash ? slash + 1 : file);
    char *dot = strrchr(out, '.');
    if (dot && dot != out)
        *dot = '\0';
}

/* The profile to `output`, or to standard output; the story to the other of the two. */
static int write_fit(const struct et_fit_story *story, const char *output)
{
    struct et_text file, told;
    et_text_init(&file, &et_sysmem, JSON_BYTES_MAX);
    et_text_init(&told, &et_sysmem, JSON_BYTES_MAX);
    et_fit_file(&file, story);
    et_fit_tell(&told, story);
    int code = et_show_text(&file, output);
    if (code == ET_EXIT_PASS)
        fprintf(output && strcmp(output, "-") != 0 ? stdout : stderr, "%.*s",
                ET_ARG(et_text_slice(&told)));
    et_text_free(&file);
    et_text_free(&told);
    return code;
}

static int fit_file(const char *path, const char *name, const char *output)
{
    struct et_complaint complaint = {0};
    struct et_samples *samples = NULL;
    struct et_file file = {0};
    struct et_fit fit;
    char own[ET_PROFILE_NAME_MAX], date[ET_DAY_TEXT];
    int err = et_file_read(&file, path, CSV_BYTES_MAX, &complaint);
    if (!err)
        err = et_samples_read(&samples, file.bytes, &et_sysmem, &complaint);
    if (!err)
        err = et_fit(&fit, samples, &et_sysmem, &complaint);
    et_complaint_file(&complaint, strcmp(path, "-") == 0 ? "standard input" : path);
    name_of(path, own);
    et_day_print((et_day)(time(NULL) / DAY_SECONDS), date);
    struct et_fit_story story = {name ? name : own, path, date, &fit, samples};
    int code = err ? et_cli_complain(err, &complaint) : write_fit(&story, output);
    et_samples_free(samples);
    et_file_free(&file);
    return code;
}

static int cmd_fit(int argc, char **argv)
{
    const char *name = NULL, *output = NULL;
    const struct et_option options[] = {
        {"name", ET_OPTION_TEXT, &name, "NAME", "what the profile is called; the file's name"},
        {"output", ET_OPTION_TEXT, &output, "FILE", "where it is written; standard output"},
        {0}};
    const struct et_usage_text usage = {
        "profiles fit [OPTION]... FILE.csv|-",
        "Makes a profile from measured latencies, one request a line, and says how well it\n"
        "tells them again.",
        "Columns, by name: ttft_ms or ttft_s, total_ms or total_s, completion_tokens; and if\n"
        "there are any prompt_tokens, cached_tokens, reasoning_tokens, stalls.  At least 30 rows,\n"
        "better 200; rows without times are requests that failed.  docs/profiles.md says how it\n"
        "is done.\n"
        "\n"
        "examples:\n"
        "  etalon profiles fit latencies.csv --output mine.json\n"
        "  etalon mock --profile mine.json\n"
        "\n"
        "exit codes: 0 made, 2 bad usage or bad file, 4 the environment failed\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 1)
        return et_cli_usage("profiles fit: expected one file, or - for standard input");
    if (name && (strlen(name) == 0 || strlen(name) >= ET_PROFILE_NAME_MAX))
        return et_cli_usage("profiles fit: --name: found \"%s\"; expected 1 to %d bytes", name,
                            ET_PROFILE_NAME_MAX - 1);
    return fit_file(argv[operands], name, output);
}

int et_cmd_profiles(int argc, char **argv)
{
    char fit[] = "profiles fit", show[] = "profiles show"; /* what messages call them */
    if (argc > 1 && strcmp(argv[1], "fit") == 0) {
        argv[1] = fit;
        return cmd_fit(argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "show") == 0) {
        argv[1] = show;
        return cmd_show(argc - 1, argv + 1);
    }
    bool json = false;
    const struct et_option options[] = {{"json", ET_OPTION_FLAG, &json, NULL, "one JSON object"},
                                        {0}};
    const struct et_usage_text usage = {
        "profiles [show|fit] [OPTION]...",
        "Lists the latency profiles that come with the program: how fast models answer.",
        "`etalon profiles show PROFILE` prints one, `etalon profiles fit FILE.csv` makes one from\n"
        "measured latencies.  The mock takes them by --profile, a scenario by \"profile\" of a\n"
        "model; docs/profiles.md says how they work.\n"
        "\n"
        "examples:\n"
        "  etalon profiles\n"
        "  etalon profiles show gpt-5-like > mine.json\n"
        "\n"
        "exit codes: 0 shown, 2 bad usage, an unknown profile or a bad file\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (operands < argc)
        return et_cli_usage("profiles: found \"%s\"; expected show PROFILE or fit FILE.csv",
                            argv[operands]);
    return cmd_list(json);
}
