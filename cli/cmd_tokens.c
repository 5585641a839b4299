/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "core/tokens/models.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdio.h>

enum { INPUT_BYTES_MAX = (1 << 30) - 1 };

/* What stays the same for all files of one call. */
struct command {
    struct et_file table;
    struct et_vocab vocab;
    struct et_tokenizer *tokenizer;
    bool ids, json;
    size_t files, total; /* so far */
    struct et_text out;
};

static int choose(const char *encoding, const char *model, enum et_encoding *chosen)
{
    if (encoding && model)
        return et_cli_usage("tokens: --encoding and --model; expected one of them");
    if (model) {
        const struct et_model_tokens *known = et_model_tokens(et_slice_of(model));
        if (!known)
            return et_cli_usage("tokens: --model: found \"%s\"; expected an OpenAI model such as "
                                "gpt-4o-mini (or use --encoding)",
                                model);
        *chosen = known->encoding;
        return ET_EXIT_PASS;
    }
    *chosen = ET_ENCODING_O200K;
    if (encoding && !et_encoding_find(et_slice_of(encoding), chosen))
        return et_cli_usage("tokens: --encoding: found \"%s\"; expected o200k_base or cl100k_base",
                            encoding);
    return ET_EXIT_PASS;
}

static int open_tokenizer(struct command *command, enum et_encoding encoding,
                          struct et_complaint *complaint)
{
    char name[64];
    snprintf(name, sizeof name, "%s.vocab", et_encoding_name(encoding));
    int err = et_file_data(&command->table, name, complaint);
    if (err)
        return err;
    err = et_vocab_open(&command->vocab, command->table.bytes);
    if (err) {
        et_complaint_file(complaint, name);
        return et_complain(complaint, err, "%s; expected the table that the build makes",
                           et_err_text(err));
    }
    err = et_tokenizer_new(&command->tokenizer, &command->vocab, ET_TOKENS_CACHE, &et_sysmem);
    return err ? et_complain(complaint, err, "out of memory") : 0;
}

/* The ids of `text`, which has `count` of them: each on a line, or as the items of a JSON list. */
static int add_ids(struct command *command, struct et_slice text, size_t count)
{
    size_t found = 0;
    uint32_t *ids = et_mem_array(&et_sysmem, count, sizeof *ids);
    if (!ids)
        return ET_NOMEM;
    int err = et_tokens_encode(command->tokenizer, text, ids, count, &found);
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

static int add_json(struct command *command, const char *path, struct et_slice text, size_t count)
{
    int err = 0;
    et_text_add(&command->out, et_slice_of(command->files ? ",{\"file\":" : "{\"file\":"));
    et_text_json(&command->out, et_slice_of(path));
    et_text_addf(&command->out, ",\"tokens\":%zu", count);
    if (command->ids) {
        et_text_add(&command->out, ET_LIT(",\"ids\":["));
        err = add_ids(command, text, count);
        et_text_addc(&command->out, ']');
    }
    et_text_addc(&command->out, '}');
    return err;
}

/* `named` false: standard input because nothing was named, whose count stands alone. */
static int add_file(struct command *command, const char *path, bool named, struct et_slice text)
{
    size_t count = 0;
    int err = et_tokens_count(command->tokenizer, text, &count);
    if (!err && command->json)
        err = add_json(command, path, text, count);
    else if (!err && command->ids)
        err = add_ids(command, text, count);
    else if (!err)
        et_text_addf(&command->out, "%zu%s%s\n", count, named ? " " : "", named ? path : "");
    command->files++;
    command->total += count;
    return err ? err : et_text_failed(&command->out);
}

static int count_file(struct command *command, const char *path, bool named,
                      struct et_complaint *complaint)
{
    struct et_file file = {0};
    int err = et_file_read(&file, path, INPUT_BYTES_MAX, complaint);
    if (err)
        return err;
    err = add_file(command, path, named, file.bytes);
    et_file_free(&file);
    if (!err)
        return 0;
    et_complaint_file(complaint, path);
    return et_complain(complaint, err, "%s", et_err_text(err));
}

/* Counts go out file by file; an object only when it is whole. */
static void print(struct command *command)
{
    struct et_slice text = et_text_slice(&command->out);
    fwrite(text.data, 1, text.size, stdout);
    et_text_clear(&command->out);
}

static int count_files(struct command *command, char **paths, struct et_complaint *complaint)
{
    int err = 0;
    if (command->json)
        et_text_addf(&command->out, "{\"encoding\":\"%s\",\"files\":[",
                     et_encoding_name(command->vocab.encoding));
    if (!*paths)
        err = count_file(command, "-", false, complaint);
    for (; *paths && !err; paths++) {
        if (!command->json)
            print(command);
        err = count_file(command, *paths, true, complaint);
    }
    if (!err && command->json)
        et_text_addf(&command->out, "],\"total\":%zu}\n", command->total);
    else if (!err && command->files > 1 && !command->ids)
        et_text_addf(&command->out, "%zu total\n", command->total);
    if (!err)
        print(command);
    return err;
}

int et_cmd_tokens(int argc, char **argv)
{
    const char *name = NULL, *model = NULL;
    struct command command = {0};
    struct et_option options[] = {
        {"encoding", ET_OPTION_TEXT, &name, "NAME", "o200k_base (the default) or cl100k_base"},
        {"model", ET_OPTION_TEXT, &model, "NAME", "the encoding of this model"},
        {"ids", ET_OPTION_FLAG, &command.ids, NULL, "print the ids, one per line"},
        {"json", ET_OPTION_FLAG, &command.json, NULL, "print one JSON object"},
        {0}};
    struct et_usage_text usage = {
        "tokens [OPTION]... [FILE]...",
        "Counts the tokens of files as OpenAI's tiktoken does; special tokens are ordinary text.\n"
        "\"-\" or nothing is standard input.",
        "examples:\n"
        "  etalon tokens README.md\n"
        "  printf 'Hello!' | etalon tokens --model gpt-5-nano --ids\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    enum et_encoding encoding;
    int code = choose(name, model, &encoding);
    if (code)
        return code;
    struct et_complaint complaint = {0};
    et_text_init(&command.out, &et_sysmem, SIZE_MAX / 4);
    int err = open_tokenizer(&command, encoding, &complaint);
    if (!err)
        err = count_files(&command, argv + operands, &complaint);
    et_text_free(&command.out);
    et_tokenizer_free(command.tokenizer);
    et_file_free(&command.table);
    return err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
}
