/* SPDX-License-Identifier: MIT */
/* What the commands under `etalon prompt` share: the model that prompts are for, the day whose
 * prices hold, templates by name or path, and values for their parameters.
 *
 * What is named `command` is for complaints: "prompt diff". */
#ifndef ET_CLI_PROMPT_DESK_H
#define ET_CLI_PROMPT_DESK_H

#include "cli/world.h"
#include "core/json/json.h"
#include "core/prompt/pair.h"
#include "core/prompt/template.h"

#include <limits.h>

#define ET_DESK_MODEL     "gpt-5.4" /* when nobody names one: the baseline of the goal scenario */
#define ET_DESK_TEMPLATES "scenarios/templates"

enum { ET_DESK_INPUT_MAX = 64 << 20, ET_DESK_RENDERED_MAX = 256 << 20 };

struct et_desk {
    struct et_world world;
    const struct et_model *model; /* a chat model */
    const struct et_price *price; /* of the day; NULL: unpriced */
    et_day day;
    struct et_tokenizer *tokenizer;
    struct et_pair_rules rules;
};

/* What the user says of it; NULL: the default. */
struct et_desk_order {
    const char *model, *as_of, *prices, *templates;
};

/* The options that say it, for a command's table. */
#define ET_DESK_OPTIONS(order)                                                                     \
    {"model", ET_OPTION_TEXT, &(order).model, "NAME",                                              \
     "whose tokens, cache and prices; " ET_DESK_MODEL},                                            \
        {"as-of", ET_OPTION_TEXT, &(order).as_of, "DAY", "prices of that day, not today's"},       \
        {"prices", ET_OPTION_TEXT, &(order).prices, "FILE", "models and prices of your own"},      \
    {                                                                                              \
        "templates", ET_OPTION_TEXT, &(order).templates, "DIR",                                    \
            "where NAME@VERSION is; " ET_DESK_TEMPLATES                                            \
    }

/* An exit code, told; 0. */
int et_desk_open(struct et_desk *desk, const char *command, const struct et_desk_order *order);
void et_desk_close(struct et_desk *desk); /* zeroed is fine */

struct et_prompt_file {
    char path[PATH_MAX];
    struct et_file file;
    struct et_template *template;
};

/* `name` is NAME@VERSION, which is TEMPLATES/NAME/vVERSION.prompt, or a path. */
void et_prompt_path(char out[PATH_MAX], const char *name, const char *templates);

/* The file's bytes alone, good or not. */
int et_prompt_file_read(struct et_prompt_file *out, const char *name, const char *templates,
                        struct et_complaint *complaint) ET_MUST_CHECK;

/* The complaint names file, line and column. */
int et_prompt_file_open(struct et_prompt_file *out, const char *name, const char *templates,
                        struct et_complaint *complaint) ET_MUST_CHECK;
void et_prompt_file_close(struct et_prompt_file *file); /* zeroed is fine */

/* Values by name, from JSON and from the command line; of equal names the later holds. */
struct et_prompt_values { /* private */
    struct et_arena arena;
    struct et_parameter items[4 * ET_TEMPLATE_PARAMETERS_MAX];
    size_t count;
};

void et_prompt_values_init(struct et_prompt_values *values);
void et_prompt_values_free(struct et_prompt_values *values);

/* From an object: strings as they are, numbers, true and false as written. */
int et_prompt_values_json(struct et_prompt_values *values, const struct et_json *json,
                          const struct et_json_node *object,
                          struct et_complaint *complaint) ET_MUST_CHECK;
int et_prompt_values_file(struct et_prompt_values *values, const char *path,
                          struct et_complaint *complaint) ET_MUST_CHECK;

/* "NAME=VALUE". */
int et_prompt_values_set(struct et_prompt_values *values, const char *assignment,
                         struct et_complaint *complaint) ET_MUST_CHECK;

/* ET_UNKNOWN: a name is a parameter of neither template; `other` may be NULL. */
int et_prompt_values_check(const struct et_prompt_values *values,
                           const struct et_template *template, const struct et_template *other,
                           struct et_complaint *complaint) ET_MUST_CHECK;

/* One value for each parameter of the template, in its order; what is not given is taken from its
 * %sample, and other names are left alone.  ET_VALUE: a parameter has no value.  `out` points into
 * `values` and the template. */
int et_prompt_values_fit(const struct et_prompt_values *values, const struct et_template *template,
                         struct et_parameter out[ET_TEMPLATE_PARAMETERS_MAX],
                         struct et_complaint *complaint) ET_MUST_CHECK;

/* The messages of a prompt, as they are counted; `out` has room for ET_PROMPT_MESSAGES_MAX. */
void et_prompt_chat(const struct et_prompt *prompt, struct et_chat_message *out);

#endif
