/* SPDX-License-Identifier: MIT */
/* What an arm may spend.  All clients of a scenario are one tenant, so no rule names any. */
#include "harness/scenario_read.h"

enum { DAY_S = 86400, USD_DIGITS = 12 };

static const uint64_t span_max_s = ET_SCENARIO_DURATION_MAX / ET_S;

/* "*", or one that the scenario has. */
static void read_use_case(struct scenario_reader *reader, struct et_form *form,
                          struct et_budget_rule *rule)
{
    struct et_slice name;
    if (!et_form_word(form, "use_case", ET_OPTIONAL, &name))
        return;
    if (et_slice_equal(name, ET_LIT("*"))) {
        rule->use_case = ET_LIT("*");
        return;
    }
    int use_case = scenario_use_case_named(reader, form, "use_case", name);
    if (use_case >= 0)
        rule->use_case = reader->scenario->use_cases[use_case].name;
}

static void read_window(struct et_form *form, struct et_budget_rule *rule)
{
    const struct et_json_node *node;
    unsigned window = ET_BUDGET_DAY;
    uint64_t seconds;
    et_form_choice(form, "window", ET_REQUIRED, et_budget_window_names, &window);
    rule->window = window;
    if (window == ET_BUDGET_SLIDING) {
        if (et_form_u64(form, "span_s", ET_REQUIRED, ET_RANGE(1, span_max_s), &seconds))
            rule->span = seconds * ET_S;
    } else if (et_form_node(form, "span_s", ET_OPTIONAL, &node)) {
        et_form_refuse(form, "span_s",
                       "found a span; expected one only where \"window\" is "
                       "\"sliding\"");
    }
}

static void read_rule(struct scenario_reader *reader, struct et_form *form,
                      struct et_budget_rule *rule)
{
    static const char *const words[] = {"refuse", "allow", NULL};
    unsigned word;
    read_use_case(reader, form, rule);
    read_window(form, rule);
    if (et_form_decimal(form, "limit_usd", ET_REQUIRED, USD_DIGITS, &rule->limit) &&
        (rule->limit == 0 || rule->limit > ET_BUDGET_MOST))
        scenario_refuse(reader, form, "limit_usd", "more than 0 and less than 18,446,744 dollars");
    if (et_form_choice(form, "unpriced", ET_OPTIONAL, words, &word))
        rule->unpriced_allowed = word == 1;
}

static void read_rules(struct scenario_reader *reader, struct et_form *budget,
                       struct et_budget_config *config)
{
    struct et_form list, form;
    if (!scenario_array(budget, "rules", ET_REQUIRED, ET_RANGE(1, ET_BUDGET_RULES), &list))
        return;
    struct et_budget_rule *rules = scenario_take(reader, et_form_count(&list), sizeof *rules);
    config->rules = rules;
    config->rule_count = 0;
    while (rules && et_form_next(&list) && et_form_object(&list, ET_ITEM, ET_REQUIRED, &form)) {
        read_rule(reader, &form, &rules[config->rule_count++]);
        et_form_leave(&form);
    }
}

/* The virtual clock starts with the first second of the scenario's day. */
static void start_day(struct scenario_reader *reader, struct et_form *engine,
                      struct et_budget_config *config)
{
    et_day today = reader->scenario->today;
    if (today < 0 || (uint64_t)today * DAY_S >= ET_BUDGET_UNIX_END)
        et_form_refuse(engine, "budget",
                       "found a budget; expected one only where \"today\" is "
                       "from 1970 to 8999");
    else
        config->unix_zero = (uint64_t)today * DAY_S;
}

void scenario_budget(struct scenario_reader *reader, struct et_form *engine,
                     struct et_engine_config *config)
{
    struct et_engine_config defaults;
    const struct et_json_node *node;
    struct et_form form;
    bool on;
    if (!et_form_node(engine, "budget", ET_OPTIONAL, &node))
        return;
    et_engine_defaults(&defaults);
    config->budget = defaults.budget;
    config->budget_output = defaults.budget_output;
    config->budget_on = false;
    if (et_json_bool(node, &on) && !on)
        return;
    if (et_json_kind(node) != ET_JSON_OBJECT)
        scenario_refuse(reader, engine, "budget", "an object or false");
    if (!et_form_object(engine, "budget", ET_OPTIONAL, &form))
        return;
    config->budget_on = true;
    read_rules(reader, &form, &config->budget);
    et_form_u64(&form, "output_tokens", ET_OPTIONAL, ET_RANGE(1, ET_FORM_TOKENS_MAX),
                &config->budget_output);
    et_form_leave(&form);
    start_day(reader, engine, &config->budget);
}
