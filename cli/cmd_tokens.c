/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "cli/tokens_chat.h"
#include "cli/world.h"
#include "core/tokens/models.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <string.h>

enum { INPUT_BYTES_MAX = (1 << 30) - 1 };

/* One encoding, opened when something is counted in it. */
struct lexicon {
    struct et_file table;
    struct et_vocab vocab;
    struct et_tokenizer *tokenizer;
};

/* What stays the same for all files of one call. */
struct command {
    const char *encoding_name, *model; /* of the options; NULL: not given */
    bool ids, json, chat;
    enum et_encoding encoding; /* unless the request of --chat says another */
    struct et_catalogue *catalogue;
    struct lexicon lexicons[2];
    bool unnamed;        /* standard input, because nothing was named: its count stands alone */
    size_t files, total; /* counted so far */
    struct et_text out;
};

static int refuse_model(const struct command *command, struct et_slice name,
                        struct et_complaint *complaint)
{
    const char *nearest = et_catalogue_nearest(command->catalogue, name);
    if (nearest)
        return et_complain(complaint, ET_UNKNOWN, "unknown model \"%.*s\"; did you mean \"%s\"?",
                           ET_ARG(name), nearest);
    return et_complain(complaint, ET_UNKNOWN,
                       "unknown model \"%.*s\"; `etalon prices` lists them, or use --encoding",
                       ET_ARG(name));
}

/* By the catalogue, or by the beginning of the name. */
static int choose_model(const struct command *command, struct et_slice name,
                        struct et_model_tokens *out, struct et_complaint *complaint)
{
    const struct et_model *model = et_catalogue_find(command->catalogue, name);
    const struct et_model_tokens *known = et_model_tokens(name);
    if (model)
        *out = (struct et_model_tokens){.encoding = model->encoding, .family = model->family};
    else if (known)
        *out = *known;
    else
        return refuse_model(command, name, complaint);
    return 0;
}

static int choose(struct command *command)
{
    struct et_complaint complaint = {0};
    struct et_model_tokens chosen;
    const char *name = command->encoding_name;
    if (command->encoding_name && (command->model || command->chat))
        return et_cli_usage("tokens: --encoding with --model or --chat, which say the encoding; "
                            "expected one of them");
    if (command->chat && command->ids)
        return et_cli_usage("tokens: --chat with --ids; the ids of the framing are not known");
    if (name && !et_encoding_find(et_slice_of(name), &command->encoding))
        return et_cli_usage("tokens: --encoding: found \"%s\"; expected o200k_base or cl100k_base",
                            name);
    int err = command->model || command->chat
                  ? et_world_catalogue(&command->catalogue, NULL, &complaint)
                  : 0;
    if (!err && command->model) {
        err = choose_model(command, et_slice_of(command->model), &chosen, &complaint);
        command->encoding = chosen.encoding;
    }
    return err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
}

static int open_lexicon(struct lexicon *lexicon, enum et_encoding encoding,
                        struct et_complaint *complaint)
{
    char name[64];
    if (lexicon->tokenizer)
        return 0;
    snprintf(name, sizeof name, "%s.vocab", et_encoding_name(encoding));
    int err = et_file_data(&lexicon->table, name, complaint);
    if (err)
        return err;
    err = et_vocab_open(&lexicon->vocab, lexicon->table.bytes);
    if (err) {
        et_complaint_file(complaint, name);
        return et_complain(complaint, err, "%s; expected the table that the build makes",
                           et_err_text(err));
    }
    err = et_tokenizer_new(&lexicon->tokenizer, &lexicon->vocab, ET_TOKENS_CACHE, &et_sysmem);
    return err ? et_complain(complaint, err, "out of memory") : 0;
}

/* The ids of `text`, which has `count` of them: each on a line, or as the items of a JSON list. */
static int add_ids(struct command *command, struct et_slice text, size_t count)
{
    size_t found = 0;
    uint32_t *ids = et_mem_array(&et_sysmem, count, sizeof *ids);
    if (!ids)
        return ET_NOMEM;
    int err =
        et_tokens_encode(command->lexicons[command->encoding].tokenizer, text, ids, count, &found);
    for (size_t i = 0; i < found; i++) {
        if (i && command->json)
            et_text_addc(&command->out, ',');
        et_text_u64(&command->out, ids[i]);
        if (!command->json)
            et_text_addc(&command->out, '\n');
    }
    et_mem_give(&et_sysmem, ids, (count ? count : 1) * sizeof *ids);
    return err;
}

static int add_text(struct command *command, const char *path, struct et_slice text,
                    struct et_complaint *complaint)
{
    size_t count = 0;
    struct lexicon *lexicon = &command->lexicons[command->encoding];
    int err = open_lexicon(lexicon, command->encoding, complaint);
    if (!err)
        err = et_tokens_count(lexicon->tokenizer, text, &count);
    if (err == ET_LIMIT)
        et_complain(complaint, err,
                    "one word, or one run of signs or of white space, is larger than %d MiB",
                    ET_TOKENS_PIECE_MAX >> 20);
    if (!err && command->json)
        et_text_addf(&command->out, ",\"tokens\":%zu%s", count, command->ids ? ",\"ids\":[" : "");
    if (!err && command->ids)
        err = add_ids(command, text, count);
    if (!err && command->json && command->ids)
        et_text_addc(&command->out, ']');
    if (!err && !command->json && !command->ids)
        et_text_addf(&command->out, "%zu%s%s\n", count, command->unnamed ? "" : " ",
                     command->unnamed ? "" : path);
    command->total += err ? 0 : count;
    return err;
}

static int add_chat(struct command *command, const char *path, struct et_slice body,
                    struct et_complaint *complaint)
{
    struct et_chat_bill bill;
    struct et_model_tokens of;
    et_chat_bill_init(&bill);
    int err = et_chat_bill_read(&bill, body, command->model, complaint);
    if (!err)
        err = choose_model(command, bill.model, &of, complaint);
    if (!err)
        err = open_lexicon(&command->lexicons[of.encoding], of.encoding, complaint);
    if (!err)
        err = et_chat_bill_count(&bill, command->lexicons[of.encoding].tokenizer, of.family);
    if (!err && command->json)
        et_chat_bill_json(&bill, &of, &command->out);
    else if (!err)
        et_chat_bill_print(&bill, &of, path, &command->out);
    command->total += err ? 0 : bill.total;
    et_chat_bill_free(&bill);
    return err;
}

static int add_file(struct command *command, const char *path, struct et_complaint *complaint)
{
    struct et_file file = {0};
    int err = et_file_read(&file, path, INPUT_BYTES_MAX, complaint);
    if (err)
        return err;
    if (command->json) {
        et_text_add(&command->out, et_slice_of(command->files ? ",{\"file\":" : "{\"file\":"));
        et_text_json(&command->out, et_slice_of(path));
    }
    err = command->chat ? add_chat(command, path, file.bytes, complaint)
                        : add_text(command, path, file.bytes, complaint);
    et_file_free(&file);
    if (!err && command->json)
        et_text_addc(&command->out, '}');
    if (!err)
        err = et_text_failed(&command->out);
    if (!err)
        return 0;
    et_complaint_file(complaint, strcmp(path, "-") == 0 ? "standard input" : path);
    return et_complain(complaint, err, "%s", et_err_text(err));
}

static void print(struct command *command)
{
    struct et_slice text = et_text_slice(&command->out);
    fwrite(text.data, 1, text.size, stdout);
    et_text_clear(&command->out);
}

/* What can be counted is, as wc has it; but an object is whole or is not printed.  The code is that
 * of the first complaint. */
static int count_files(struct command *command, char **paths)
{
    int code = ET_EXIT_PASS;
    for (; *paths; paths++) {
        struct et_complaint complaint = {0};
        int err = add_file(command, *paths, &complaint);
        int told = err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
        code = code ? code : told;
        if (err && command->json)
            return code;
        command->files += !err;
        if (!command->json)
            print(command);
    }
    return code;
}

static int count_all(struct command *command, char **paths)
{
    static char *standard_input[] = {"-", NULL};
    command->unnamed = !*paths;
    paths = *paths ? paths : standard_input;
    if (command->json) {
        et_text_addc(&command->out, '{');
        if (!command->chat)
            et_text_addf(&command->out, "\"encoding\":\"%s\",",
                         et_encoding_name(command->encoding));
        et_text_add(&command->out, ET_LIT("\"files\":["));
    }
    int code = count_files(command, paths);
    if (command->json && code)
        return code;
    if (command->json)
        et_text_addf(&command->out, "],\"total\":%zu}\n", command->total);
    else if (paths[1] && !command->ids)
        et_text_addf(&command->out, "%zu total\n", command->total);
    print(command);
    return code;
}

static void close_all(struct command *command)
{
    for (size_t i = 0; i < sizeof command->lexicons / sizeof *command->lexicons; i++) {
        et_tokenizer_free(command->lexicons[i].tokenizer);
        et_file_free(&command->lexicons[i].table);
    }
    et_catalogue_free(command->catalogue);
    et_text_free(&command->out);
}

int et_cmd_tokens(int argc, char **argv)
{
    struct command command = {.encoding = ET_ENCODING_O200K};
    struct et_option options[] = {
        {"encoding", ET_OPTION_TEXT, &command.encoding_name, "NAME",
         "o200k_base (the default) or cl100k_base"},
        {"model", ET_OPTION_TEXT, &command.model, "NAME", "the encoding of this model"},
        {"ids", ET_OPTION_FLAG, &command.ids, NULL, "print the ids, one per line"},
        {"chat", ET_OPTION_FLAG, &command.chat, NULL,
         "files are bodies for /v1/chat/completions: what their\n"
         "prompts are billed, with framing, tools and images, for\n"
         "the model they name, or --model"},
        {"json", ET_OPTION_FLAG, &command.json, NULL, "print one JSON object"},
        {0}};
    struct et_usage_text usage = {
        "tokens [OPTION]... [FILE]...",
        "Counts the tokens of files as OpenAI's tiktoken does; special tokens are ordinary text.\n"
        "\"-\" or nothing is standard input.  Bytes that are not UTF-8 count as U+FFFD.",
        "A file may have up to 1 GiB, a word or a run of signs in it 32 MiB.\n"
        "Files that cannot be read are told and left out; with --json nothing is printed then.\n"
        "With --chat, \"~\" marks what OpenAI has not published how to count.\n\n"
        "examples:\n"
        "  etalon tokens README.md docs/*.md\n"
        "  printf 'Hello!' | etalon tokens --model gpt-5-nano --ids\n"
        "  etalon tokens --chat request.json\n"
        "\n"
        "exit codes: 0 counted, 2 bad usage, a file that cannot be read or is no chat request,\n"
        "            4 the environment failed\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    et_text_init(&command.out, &et_sysmem, SIZE_MAX / 4);
    int code = choose(&command);
    if (!code)
        code = count_all(&command, argv + operands);
    close_all(&command);
    return code;
}
