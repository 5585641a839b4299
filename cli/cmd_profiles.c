/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/profiles_show.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <string.h>

enum { JSON_BYTES_MAX = 16 << 20 };

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
        "Example:\n  etalon profiles show gpt-5-like > mine.json\n"};
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

int et_cmd_profiles(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "show") == 0)
        return cmd_show(argc - 1, argv + 1);
    bool json = false;
    const struct et_option options[] = {{"json", ET_OPTION_FLAG, &json, NULL, "one JSON object"},
                                        {0}};
    const struct et_usage_text usage = {
        "profiles [show] [OPTION]...",
        "Lists the latency profiles that come with the program: how fast models answer.",
        "`etalon profiles show PROFILE` prints one.  The mock takes them by --profile, a scenario "
        "by\n"
        "\"profile\" of a model; docs/profiles.md says how they work.\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (operands < argc)
        return et_cli_usage("profiles: found \"%s\"; expected show PROFILE", argv[operands]);
    return cmd_list(json);
}
