/* SPDX-License-Identifier: MIT */
#include "cli/cmd_prompt.h"

#include "cli/cli.h"
#include "cli/prompt_desk.h"
#include "cli/show.h"
#include "core/openai/chat.h"
#include "io/sysmem.h"

struct order {
    const char *model, *templates, *values;
    struct et_option_list set;
    bool file_order, json;
};

static int read_values(const struct order *order, const struct et_template *template,
                       struct et_prompt_values *values, struct et_complaint *complaint)
{
    int err = order->values ? et_prompt_values_file(values, order->values, complaint) : 0;
    for (size_t i = 0; i < order->set.count && !err; i++)
        err = et_prompt_values_set(values, order->set.items[i], complaint);
    return err ? err : et_prompt_values_check(values, template, NULL, complaint);
}

static int render(const struct order *order, const struct et_template *template,
                  struct et_prompt *prompt, struct et_complaint *complaint)
{
    struct et_prompt_values values;
    struct et_parameter fitted[ET_TEMPLATE_PARAMETERS_MAX];
    et_prompt_values_init(&values);
    int err = read_values(order, template, &values, complaint);
    if (!err)
        err = et_prompt_values_fit(&values, template, fitted, complaint);
    const struct et_rendering how = {.parameters = fitted,
                                     .count = et_template_parameter_count(template),
                                     .file_order = order->file_order};
    if (!err)
        err = et_template_render_as(template, &how, prompt, complaint);
    et_prompt_values_free(&values);
    return err;
}

static void add_text(struct et_text *out, const struct et_prompt *prompt)
{
    for (size_t i = 0; i < prompt->count; i++) {
        et_text_addf(out, "%s--- %zu: %.*s\n", i ? "\n" : "", i + 1,
                     ET_ARG(prompt->messages[i].role));
        et_text_add(out, prompt->messages[i].content);
        et_text_addc(out, '\n');
    }
}

static void add_json(struct et_text *out, const struct et_prompt *prompt, const char *model)
{
    struct et_chat_message messages[ET_PROMPT_MESSAGES_MAX];
    et_prompt_chat(prompt, messages);
    const struct et_chat_request request = {
        .model = et_slice_of(model), .messages = messages, .message_count = prompt->count, .n = 1};
    et_chat_request_print(&request, out);
    et_text_addc(out, '\n');
}

static int show(const struct order *order, const struct et_prompt *prompt)
{
    struct et_text out;
    et_text_init(&out, &et_sysmem, SIZE_MAX / 4);
    if (order->json)
        add_json(&out, prompt, order->model);
    else
        add_text(&out, prompt);
    int code = et_show_text(&out, NULL);
    et_text_free(&out);
    return code;
}

static int run(const struct order *order, const char *name)
{
    struct et_complaint complaint = {0};
    struct et_prompt_file file;
    struct et_prompt prompt;
    et_prompt_init(&prompt, &et_sysmem, ET_DESK_RENDERED_MAX);
    int err = et_prompt_file_open(&file, name, order->templates, &complaint);
    if (!err)
        err = render(order, file.template, &prompt, &complaint);
    int code = err ? et_cli_complain(err, &complaint) : show(order, &prompt);
    et_prompt_free(&prompt);
    et_prompt_file_close(&file);
    return code;
}

int et_cmd_prompt_render(int argc, char **argv)
{
    struct order order = {.model = ET_DESK_MODEL};
    const struct et_option options[] = {
        {"set", ET_OPTION_LIST, &order.set, "NAME=VALUE", "one value; may be given again"},
        {"values", ET_OPTION_TEXT, &order.values, "FILE",
         "a JSON object of values; else the template's samples"},
        {"file-order", ET_OPTION_FLAG, &order.file_order, NULL,
         "leave parts where they are, instead of static first"},
        {"templates", ET_OPTION_TEXT, &order.templates, "DIR",
         "where NAME@VERSION is; " ET_DESK_TEMPLATES},
        {"model", ET_OPTION_TEXT, &order.model, "NAME", "of the body; default " ET_DESK_MODEL},
        {"json", ET_OPTION_FLAG, &order.json, NULL, "the body of a chat request"},
        {0}};
    const struct et_usage_text usage = {
        "prompt render [OPTION]... TEMPLATE",
        "Prints the messages of a template with values in it.",
        "TEMPLATE is a file or NAME@VERSION.\n"
        "\n"
        "examples:\n"
        "  etalon prompt render assistant@2 --values athlete.json --set language=English\n"
        "  etalon prompt render a.prompt --json | curl --json @- http://localhost:8080/v1/...\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 1)
        return et_cli_usage("prompt render: expected one template");
    return run(&order, argv[operands]);
}
