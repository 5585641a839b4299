/* SPDX-License-Identifier: MIT */
#include "core/route/tests/world.h"

static struct et_catalogue *catalogue;
static et_day today;

static int setup(void **state)
{
    (void)state;
    catalogue = world_catalogue();
    today = world_day("2026-11-21");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    et_catalogue_free(catalogue);
    return 0;
}

static uint64_t tokens_of(void *ctx, struct et_slice model)
{
    (void)model;
    return *(const uint64_t *)ctx;
}

static uint64_t never_asked(void *ctx, struct et_slice model)
{
    (void)ctx, (void)model;
    fail_msg("tokens were counted for nothing");
    return 0;
}

/* A decision as a test asks for it. */
struct question {
    const char *policy; /* JSON */
    const char *model, *use_case;
    uint64_t tokens, max_tokens;
    const char *day; /* NULL: 2026-11-21 */
    bool critical, loaded;
};

struct told {
    struct et_arena arena;
    struct et_route_policy policy;
    uint64_t tokens;
    struct et_route_decision decision;
    char reasons[4096]; /* one a line */
};

static void note_reasons(struct told *told)
{
    struct et_text text;
    et_text_init(&text, &support_heap, sizeof told->reasons - 1);
    for (size_t i = 0; i < told->decision.reason_count; i++) {
        et_route_reason_print(&told->decision.reasons[i], &text);
        et_text_addc(&text, '\n');
    }
    assert_int_equal(et_text_failed(&text), 0);
    memcpy(told->reasons, et_text_slice(&text).data, et_text_slice(&text).size + 1);
    et_text_free(&text);
}

static void ask(struct told *told, const struct question *question)
{
    struct et_complaint complaint = {0};
    et_arena_init(&told->arena, &support_heap, ET_ARENA_BLOCK);
    if (et_route_policy_parse(&told->policy, et_slice_of(question->policy), catalogue, &told->arena,
                              &complaint))
        fail_msg("%s: %s: %s", question->policy, complaint.path, complaint.text);
    told->tokens = question->tokens;
    struct et_route_ask wish = {.model = et_slice_of(question->model ? question->model : "gpt-5.4"),
                                .use_case = et_slice_of(question->use_case),
                                .max_tokens = question->max_tokens,
                                .critical = question->critical,
                                .loaded = question->loaded,
                                .load = question->loaded ? 2100 : 0,
                                .day = question->day ? world_day(question->day) : today,
                                .tokens = tokens_of,
                                .ctx = &told->tokens};
    et_route_decide(&told->policy, catalogue, &wish, &told->decision);
    note_reasons(told);
}

/* "gpt-5.4 4000, gpt-5.4-mini 2000": the chain in short. */
static void assert_chain(const struct question *question, const char *want)
{
    struct told told;
    char got[512] = "";
    ask(&told, question);
    for (size_t i = 0; i < told.decision.choice_count; i++) {
        const struct et_route_choice *choice = &told.decision.choices[i];
        size_t at = strlen(got);
        snprintf(got + at, sizeof got - at, "%s%.*s %u", i ? ", " : "", ET_ARG(choice->model),
                 (unsigned)choice->max_tokens);
    }
    if (strcmp(got, want) != 0)
        fail_msg("%s: got \"%s\", expected \"%s\"\n%s", question->policy, got, want, told.reasons);
    et_arena_free(&told.arena);
}

static void assert_reason(const struct question *question, const char *want)
{
    struct told told;
    ask(&told, question);
    if (!strstr(told.reasons, want))
        fail_msg("expected \"%s\" in\n%s", want, told.reasons);
    et_arena_free(&told.arena);
}

#define TIERS                                                                                      \
    "{\"complexity\":{\"models\":{\"simple\":\"gpt-5.4-nano\",\"medium\":\"gpt-5.4-mini\","        \
    "\"high\":\"gpt-5.4\",\"critical\":\"gpt-5.5\"}}}"

static void complexity_is_by_tokens_and_its_edges_are_medium(void **state)
{
    (void)state;
    static const struct {
        uint64_t tokens;
        bool critical;
        const char *chain, *reason;
    } rows[] = {
        {0, false, "gpt-5.4-nano 0", "simple: 0 tokens < 100: gpt-5.4-nano\n"},
        {99, false, "gpt-5.4-nano 0", "simple: 99 tokens < 100: gpt-5.4-nano\n"},
        {100, false, "gpt-5.4-mini 0", "medium: 100 tokens, no more than 500: gpt-5.4-mini\n"},
        {500, false, "gpt-5.4-mini 0", "medium: 500 tokens, no more than 500: gpt-5.4-mini\n"},
        {501, false, "gpt-5.4 0", "high: 501 tokens > 500: gpt-5.4\n"},
        {99, true, "gpt-5.5 0", "critical: flagged: gpt-5.5\n"},
        {ET_ROUTE_TOKENS_UNKNOWN, false, "gpt-5.4-mini 0", "gpt-5.4: its tokens cannot be counted"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct question question = {
            .policy = TIERS, .tokens = rows[i].tokens, .critical = rows[i].critical};
        assert_chain(&question, rows[i].chain);
        assert_reason(&question, rows[i].reason);
    }
}

static void the_use_case_goes_before_complexity_and_that_before_the_rest(void **state)
{
    (void)state;
    static const char policy[] =
        "{\"model\":\"gpt-5.2\",\"complexity\":{\"models\":{\"high\":\"gpt-5.4\"}},"
        "\"use_cases\":{\"report\":{\"model\":\"gpt-5.5\",\"max_tokens\":700},"
        "\"alarm\":{\"critical\":true}}}";
    assert_chain(&(struct question){policy, .use_case = "report", .tokens = 900}, "gpt-5.5 700");
    assert_chain(&(struct question){policy, .use_case = "other", .tokens = 900}, "gpt-5.4 0");
    assert_chain(&(struct question){policy, .tokens = 300}, "gpt-5.2 0");
    assert_chain(&(struct question){"{}", .model = "gpt-5.1", .tokens = 300}, "gpt-5.1 0");
    assert_reason(&(struct question){policy, .use_case = "report"},
                  "gpt-5.5: for use case report\n");
    assert_reason(&(struct question){policy, .use_case = "alarm"}, "critical: flagged\n");
    assert_reason(&(struct question){policy, .tokens = 300}, "gpt-5.2: for all\n");
    assert_reason(&(struct question){"{}"}, "gpt-5.4: as asked\n");
}

static void max_tokens_is_by_model_and_the_clients_own_wins(void **state)
{
    (void)state;
    static const char policy[] =
        "{\"max_tokens\":{\"models\":{\"gpt-5.5\":6000}},\"use_cases\":{\"a\":{\"max_tokens\":9}}}";
    static const struct {
        struct question question;
        const char *chain, *reason;
    } rows[] = {
        {{policy, .model = "gpt-5.4-mini"}, "gpt-5.4-mini 2000", "2000, by the table's mini"},
        {{policy, .model = "gpt-5.4"}, "gpt-5.4 4000", "4000, by the table's larger"},
        {{policy, .model = "gpt-5.4-nano"}, "gpt-5.4-nano 2000", "2000, by the table's other"},
        {{policy, .model = "gpt-5.5"}, "gpt-5.5 6000", "by the model's own entry"},
        {{policy, .model = "gpt-5.4", .use_case = "a"}, "gpt-5.4 9", "by the use case"},
        {{policy, .model = "gpt-5.5", .use_case = "a", .max_tokens = 77},
         "gpt-5.5 77",
         "77, by the client"},
        {{"{}", .model = "gpt-5.5"}, "gpt-5.5 0", "gpt-5.5: as asked"},
        {{"{\"max_tokens\":{\"larger\":20000}}", .model = "gpt-4o"},
         "gpt-4o 16384",
         "max_tokens 16384 of 20000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_chain(&rows[i].question, rows[i].chain);
        assert_reason(&rows[i].question, rows[i].reason);
    }
}

/* The word of docs/routing.md, model by model: who counts as mini, who as larger. */
static void every_chat_model_of_the_tree_has_the_limit_one_expects(void **state)
{
    (void)state;
    static const char *const others[] = {"gpt-6-luna",         "gpt-5.6-luna",
                                         "gpt-5.4-nano",       "gpt-5-nano",
                                         "gpt-4.1-nano",       "gpt-3.5-turbo",
                                         "gpt-3.5-turbo-1106", "gpt-3.5-turbo-0613",
                                         "gpt-3.5-turbo-16k",  NULL};
    struct et_route_policy policy;
    et_route_defaults(&policy);
    for (size_t i = 0; i < et_catalogue_count(catalogue); i++) {
        const struct et_model *model = et_catalogue_model(catalogue, i);
        enum et_route_limit_by by, want = ET_ROUTE_BY_LARGER;
        if (model->kind != ET_MODEL_CHAT)
            continue;
        et_route_limit(&policy.limits, model->id, model, today, &by);
        for (size_t k = 0; others[k]; k++)
            if (et_slice_equal(model->id, et_slice_of(others[k])))
                want = ET_ROUTE_BY_OTHER;
        if (strstr(model->id.data, "-mini"))
            want = ET_ROUTE_BY_MINI;
        if (by != want)
            fail_msg("%.*s: %d, expected %d", ET_ARG(model->id), by, want);
    }
}

static void only_a_whole_part_of_a_name_is_mini(void **state)
{
    (void)state;
    struct et_route_policy policy;
    enum et_route_limit_by by;
    et_route_defaults(&policy);
    et_route_limit(&policy.limits, ET_LIT("gemini-9"), NULL, today, &by);
    assert_int_equal(by, ET_ROUTE_BY_OTHER);
    et_route_limit(&policy.limits, ET_LIT("llama-mini-9"), NULL, today, &by);
    assert_int_equal(by, ET_ROUTE_BY_MINI);
}

static void a_model_is_skipped_from_the_day_it_is_shut_down(void **state)
{
    (void)state;
    static const char policy[] = "{\"fallback\":{\"weaker\":[{\"model\":\"gpt-5.4-mini\"}]}}";
    assert_chain(&(struct question){policy, .model = "gpt-4o", .day = "2027-01-13"},
                 "gpt-4o 0, gpt-4o-2024-11-20 0, gpt-5.4-mini 0");
    struct question after = {policy, .model = "gpt-4o", .day = "2027-01-14"};
    assert_chain(&after, "gpt-5.4-mini 0");
    assert_reason(&after, "gpt-4o skipped: shut down 2027-01-14\n");
    struct told told;
    ask(&told, &(struct question){"{\"fallback\":{\"prepared\":\"x\"}}", .model = "gpt-4o",
                                  .day = "2027-01-14"});
    assert_int_equal(told.decision.refusal, ET_REFUSAL_ENDED);
    assert_int_equal(told.decision.prepared.size, 0);
    et_arena_free(&told.arena);
}

static void what_nobody_knows_is_refused_with_the_nearest_name(void **state)
{
    (void)state;
    static const char policy[] = "{\"fallback\":{\"weaker\":[{\"model\":\"gpt-5.4-mini\"}]}}";
    struct question question = {policy, .model = "gpt-5.4-mimi"};
    assert_chain(&question, "");
    assert_reason(&question, "gpt-5.4-mimi is not in the catalogue; did you mean gpt-5.4-mini?\n");
    assert_reason(&(struct question){policy, .model = "no-such-thing"},
                  "no-such-thing is not in the catalogue\n");
    assert_chain(&(struct question){policy, .model = "davinci-002"}, "");
    assert_chain(&(struct question){policy, .model = "gpt-5.4-pro"}, "");
    assert_reason(&(struct question){policy, .model = "gpt-5.4-pro"},
                  "gpt-5.4-pro skipped: it answers at /v1/responses alone\n");
    assert_chain(&(struct question){"{\"unpriced\":true}", .model = "llama-9"}, "llama-9 0");
    assert_reason(&(struct question){"{\"unpriced\":true}", .model = "llama-9"}, "not looked at\n");
}

/* gpt-4o: 128,000 of context, 16,384 of output; gpt-5.4-mini: 400,000, input 272,000. */
static void a_model_is_skipped_when_prompt_and_answer_do_not_fit(void **state)
{
    (void)state;
    static const char bare[] = "{\"fallback\":{\"weaker\":[{\"model\":\"gpt-5.4-mini\"}]}}";
    static const char limits[] = "{\"max_tokens\":true,\"fallback\":{\"snapshot\":false,"
                                 "\"weaker\":[{\"model\":\"gpt-5.4-mini\"}]}}";
    static const struct {
        struct question question;
        const char *chain;
    } rows[] = {
        {{bare, "gpt-4o", .tokens = 127744}, "gpt-4o 0, gpt-4o-2024-11-20 0, gpt-5.4-mini 0"},
        {{bare, "gpt-4o", .tokens = 127745}, "gpt-5.4-mini 0"}, /* 256 must be left */
        {{bare, "gpt-4o", .tokens = 127000, .max_tokens = 1000},
         "gpt-4o 1000, gpt-4o-2024-11-20 1000, gpt-5.4-mini 1000"},
        {{bare, "gpt-4o", .tokens = 127001, .max_tokens = 1000}, "gpt-5.4-mini 1000"},
        {{bare, "gpt-4o", .tokens = 10, .max_tokens = 16385}, "gpt-5.4-mini 16385"},
        {{bare, "gpt-4o", .tokens = 10, .max_tokens = 16384},
         "gpt-4o 16384, gpt-4o-2024-11-20 16384, gpt-5.4-mini 16384"},
        {{limits, "gpt-4o", .tokens = 127000}, "gpt-4o 1000, gpt-5.4-mini 2000"}, /* capped */
        {{limits, "gpt-4o", .tokens = 272000}, "gpt-5.4-mini 2000"},
        {{limits, "gpt-4o", .tokens = 272001}, ""}, /* its input's edge */
        {{bare, "gpt-4o", .tokens = ET_ROUTE_TOKENS_UNKNOWN},
         "gpt-4o 0, gpt-4o-2024-11-20 0, gpt-5.4-mini 0"},
        {{bare, "gpt-4o", .tokens = UINT64_MAX - 1, .max_tokens = 5}, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_chain(&rows[i].question, rows[i].chain);
    assert_reason(&rows[3].question,
                  "gpt-4o skipped: 128001 tokens of prompt and answer > context of 128000\n");
    assert_reason(&rows[4].question, "gpt-4o skipped: 16385 answer tokens asked for > 16384\n");
    assert_reason(&rows[8].question, "gpt-5.4-mini skipped: prompt of 272001 tokens > 272000\n");
}

static void a_weaker_model_may_have_its_prompt_cut_and_room_for_its_instruction(void **state)
{
    (void)state;
    struct told told;
    static const char policy[] =
        "{\"fallback\":{\"snapshot\":false,\"weaker\":[{\"model\":\"gpt-4o-mini\",\"cut\":true,"
        "\"instruction\":\"Be brief.\"}]}}";
    ask(&told, &(struct question){policy, .tokens = 127727});
    assert_int_equal(told.decision.choice_count, 2);
    assert_int_equal(told.decision.choices[1].prompt_max, 0);
    assert_slice_equal(told.decision.choices[1].instruction, "Be brief.");
    et_arena_free(&told.arena);
    ask(&told, &(struct question){policy, .tokens = 127728}); /* 256 + 9 bytes + 8 must be left */
    assert_int_equal(told.decision.choices[0].prompt_max, 0);
    assert_int_equal(told.decision.choices[1].prompt_max, 127727);
    assert_non_null(strstr(told.reasons, "of 127728 tokens is to be cut to 127727\n"));
    et_arena_free(&told.arena);
}

static void a_prompt_is_not_cut_to_nothing(void **state)
{
    (void)state;
    static const char policy[] = "{\"fallback\":{\"weaker\":[{\"model\":\"gpt-4\",\"cut\":true}]}}";
    static const char day[] = "2026-10-01"; /* gpt-4: 8,192 of context and of output */
    assert_chain(&(struct question){policy, "gpt-6-sol", NULL, 9000, 8191, day},
                 "gpt-6-sol 8191, gpt-4 8191");
    assert_chain(&(struct question){policy, "gpt-6-sol", NULL, 9000, 8192, day}, "gpt-6-sol 8192");
    assert_chain(&(struct question){policy, "gpt-4", NULL, 0, 8192, day}, ""); /* not even none */
}

static void the_chain_is_snapshot_then_weaker_and_names_none_twice(void **state)
{
    (void)state;
    static const char policy[] =
        "{\"fallback\":{\"weaker\":[{\"model\":\"gpt-5.4\"},{\"model\":\"gpt-5.4-nano\"},"
        "{\"model\":\"gpt-5.4-nano\"},{\"model\":\"o4-mini\"}],\"prepared\":\"Later.\"},"
        "\"use_cases\":{\"a\":{\"prepared\":\"Mail.\"}}}";
    struct told told;
    ask(&told, &(struct question){policy, .use_case = "a"});
    assert_int_equal(told.decision.choice_count, 3);
    assert_slice_equal(told.decision.choices[1].model, "gpt-5.4-2026-03-05");
    assert_int_equal(told.decision.choices[1].step, ET_STEP_SNAPSHOT);
    assert_slice_equal(told.decision.choices[2].model, "gpt-5.4-nano");
    assert_int_equal(told.decision.choices[2].step, ET_STEP_WEAKER);
    assert_slice_equal(told.decision.prepared, "Mail.");
    assert_non_null(strstr(told.reasons, "gpt-5.4 skipped: it is in the chain already\n"));
    assert_non_null(strstr(told.reasons, "o4-mini skipped: shut down 2026-10-23\n"));
    assert_non_null(strstr(told.reasons, "a prepared answer of 5 bytes, when no model answers\n"));
    et_arena_free(&told.arena);
    assert_reason(&(struct question){policy, "gpt-6-sol"}, "gpt-6-sol has no other snapshot\n");
}

static void another_snapshot_is_one_the_name_does_not_stand_for(void **state)
{
    (void)state;
    static const struct {
        const char *name, *other;
    } rows[] = {
        {"gpt-4o", "gpt-4o-2024-11-20"},
        {"gpt-4o-2024-08-06", "gpt-4o-2024-11-20"},
        {"gpt-4o-2024-11-20", "gpt-4o-2024-08-06"},
        {"gpt-5.4", "gpt-5.4-2026-03-05"},
        {"gpt-5.4-2026-03-05", "gpt-5.4"},
        {"gpt-5.1-codex", "gpt-5.1-2025-11-13"},
        {"gpt-6-sol", ""},
        {"gpt-4-turbo", "gpt-4-turbo-2024-04-09"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_slice name = et_slice_of(rows[i].name);
        const struct et_model *model = et_catalogue_find(catalogue, name);
        assert_non_null(model);
        assert_slice_equal(et_route_snapshot(model, name), rows[i].other);
    }
}

static void load_makes_models_lighter_and_spares_what_is_critical(void **state)
{
    (void)state;
    static const char policy[] = "{\"load\":{\"lighter\":{\"gpt-5.4\":\"gpt-5.4-mini\"}}}";
    assert_chain(&(struct question){policy}, "gpt-5.4 0");
    assert_chain(&(struct question){policy, .loaded = true}, "gpt-5.4-mini 0");
    assert_chain(&(struct question){policy, .loaded = true, .critical = true}, "gpt-5.4 0");
    assert_chain(&(struct question){policy, "gpt-5.5", .loaded = true}, "gpt-5.5 0");
    assert_reason(&(struct question){policy, .loaded = true},
                  "load 2.10 >= 1.00: gpt-5.4-mini instead of gpt-5.4\n");
    assert_reason(&(struct question){policy, .loaded = true, .critical = true},
                  "load 2.10 >= 1.00: gpt-5.4 stays: critical\n");
}

/* gpt-4o-mini holds 128,000 tokens, gpt-5.4 more; gpt-4o is shut down on 2027-01-14. */
static void under_load_a_model_stays_when_the_lighter_one_may_not_answer(void **state)
{
    (void)state;
    static const char policy[] = "{\"load\":{\"lighter\":{\"gpt-5.4\":\"gpt-4o-mini\","
                                 "\"gpt-5.5\":\"gpt-4o\"}}}";
    struct question question = {policy, .tokens = 127000, .loaded = true};
    assert_chain(&question, "gpt-4o-mini 0");
    question.tokens = 130000;
    assert_chain(&question, "gpt-5.4 0");
    assert_reason(&question, "gpt-5.4: as asked\n");
    assert_reason(&question, "gpt-4o-mini skipped: ");
    assert_chain(&(struct question){policy, "gpt-5.5", .day = "2027-01-14", .loaded = true},
                 "gpt-5.5 0");
    struct told told;
    ask(&told, &question);
    assert_string_equal(et_route_reason_word(told.decision.why), "asked");
    assert_slice_equal(told.decision.first, "gpt-5.4");
    et_arena_free(&told.arena);
    ask(&told, &(struct question){policy, .tokens = 2000000, .loaded = true});
    assert_int_equal(told.decision.refusal, ET_REFUSAL_TOO_LONG);
    et_arena_free(&told.arena);
}

static void load_has_two_thresholds(void **state)
{
    (void)state;
    struct et_route_load load = {.on = true, .enter = 2000, .leave = 1000};
    assert_false(et_route_loaded(&load, false, 1999));
    assert_true(et_route_loaded(&load, false, 2000));
    assert_true(et_route_loaded(&load, true, 1000));
    assert_false(et_route_loaded(&load, true, 999));
    load.on = false;
    assert_false(et_route_loaded(&load, true, UINT32_MAX));
}

static void nothing_is_counted_when_no_size_matters(void **state)
{
    (void)state;
    struct et_route_policy policy;
    struct et_route_decision decision;
    et_route_defaults(&policy);
    policy.unpriced = true;
    struct et_route_ask wish = {.model = ET_LIT("llama"), .day = today, .tokens = never_asked};
    et_route_decide(&policy, catalogue, &wish, &decision);
    assert_int_equal(decision.choice_count, 1);
    et_route_decide(&policy, NULL, &wish, &decision); /* no catalogue at all */
    assert_int_equal(decision.choice_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complexity_is_by_tokens_and_its_edges_are_medium),
        cmocka_unit_test(the_use_case_goes_before_complexity_and_that_before_the_rest),
        cmocka_unit_test(max_tokens_is_by_model_and_the_clients_own_wins),
        cmocka_unit_test(every_chat_model_of_the_tree_has_the_limit_one_expects),
        cmocka_unit_test(only_a_whole_part_of_a_name_is_mini),
        cmocka_unit_test(a_model_is_skipped_from_the_day_it_is_shut_down),
        cmocka_unit_test(what_nobody_knows_is_refused_with_the_nearest_name),
        cmocka_unit_test(a_model_is_skipped_when_prompt_and_answer_do_not_fit),
        cmocka_unit_test(a_weaker_model_may_have_its_prompt_cut_and_room_for_its_instruction),
        cmocka_unit_test(a_prompt_is_not_cut_to_nothing),
        cmocka_unit_test(the_chain_is_snapshot_then_weaker_and_names_none_twice),
        cmocka_unit_test(another_snapshot_is_one_the_name_does_not_stand_for),
        cmocka_unit_test(load_makes_models_lighter_and_spares_what_is_critical),
        cmocka_unit_test(under_load_a_model_stays_when_the_lighter_one_may_not_answer),
        cmocka_unit_test(load_has_two_thresholds),
        cmocka_unit_test(nothing_is_counted_when_no_size_matters),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
