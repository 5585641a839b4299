/* SPDX-License-Identifier: MIT */
/* Routing by policy: which body goes where, and what is refused. */
#include "core/engine/tests/routed.h"

enum { TURNS = 20 };

/* A long talk; with `repeat` its last question is longer by so many tokens. */
static void talk(char *body, size_t room, unsigned repeat)
{
    size_t at = (size_t)snprintf(body, room,
                                 "{\"model\":\"sol\",\"messages\":[{\"role\":\"system\","
                                 "\"content\":\"Be kind.\"},");
    for (unsigned i = 0; i < TURNS; i++)
        at += (size_t)snprintf(body + at, room - at,
                               "{\"role\":\"user\",\"content\":\"question %02u of a talk\"},"
                               "{\"role\":\"assistant\",\"content\":\"answer %02u, so long\"},",
                               i, i);
    at += (size_t)snprintf(body + at, room - at, "{\"role\":\"user\",\"content\":\"the last");
    for (unsigned i = 0; i < repeat; i++)
        at += (size_t)snprintf(body + at, room - at, " one");
    snprintf(body + at, room - at, "\"}]}");
}

/* luna holds 300: 20 for the answer, 6 bytes and a frame of 8 for the instruction leave 266. */
static void old_turns_are_cut_for_a_smaller_context_and_no_more_than_needed(void **state)
{
    (void)state;
    enum { MOST = 266 };
    char body[8000];
    bool exact = false;
    for (unsigned repeat = 0; repeat < 30; repeat++) {
        struct stage *stage = staged("{\"answer_min\":20,\"fallback\":{\"snapshot\":false,"
                                     "\"weaker\":[{\"model\":\"luna\",\"cut\":true,"
                                     "\"instruction\":\"Short!\"}]}}");
        talk(body, sizeof body, repeat);
        stage_ask(stage, &(struct ask){.id = 1, .body = body});
        fail_5xx(stage, next_call(stage, 1, "sol"));
        et_id call = next_call(stage, 1, "luna");
        const char *cut = stage->calls[call].body, *first = strstr(cut, "question ");
        assert_non_null(strstr(cut, "[{\"role\":\"system\",\"content\":\"Be kind.\"},"
                                    "{\"role\":\"system\",\"content\":\"Short!\"},"
                                    "{\"role\":\"user\",\"content\":\"question "));
        assert_non_null(strstr(cut, "the last"));
        size_t whole = size_of(et_slice_of(body), SIZE_MAX), kept = size_of(et_slice_of(cut), 1);
        size_t gone = (size_t)atoi(first + strlen("question "));
        assert_true(gone > 0 && kept <= MOST);
        assert_true(kept + (whole - kept) / gone > MOST); /* one turn more would be too much */
        exact |= kept == MOST;
        stage_answer(stage, call, "Hi");
        leave(stage);
    }
    assert_true(exact);
}

static void a_prompt_of_one_turn_is_not_cut_but_passed_by(void **state)
{
    (void)state;
    struct stage *stage =
        staged("{\"fallback\":{\"snapshot\":false,\"weaker\":[{\"model\":\"luna\","
               "\"cut\":true},{\"model\":\"terra\"}]}}");
    char text[2001];
    memset(text, 'x', sizeof text - 1);
    for (size_t i = 4; i < sizeof text; i += 5)
        text[i] = ' ';
    text[sizeof text - 1] = '\0';
    stage_ask(stage, &(struct ask){.id = 1, .text = text, .model = "sol"});
    fail_5xx(stage, next_call(stage, 1, "sol"));
    stage_answer(stage, next_call(stage, 1, "terra"), "Hi");
    leave(stage);
}

static void complexity_and_limits_go_into_the_body(void **state)
{
    (void)state;
    struct stage *stage = staged("{\"complexity\":{\"simple_below\":20,\"models\":{\"simple\":"
                                 "\"luna\",\"critical\":\"terra\"}},\"max_tokens\":true}");
    stage_ask(stage, &hello);
    assert_string_equal(stage->calls[1].body,
                        "{\"max_completion_tokens\":292,\"model\":\"luna\",\"messages\":"
                        "[{\"role\":\"user\",\"content\":\"Hello\"}]}"); /* 300 - 8 */
    stage_answer(stage, 1, "Hi");
    assert_string_equal(stage->clients[1].why, "simple");
    stage_ask(stage, &(struct ask){.id = 2,
                                   .model = "sol",
                                   .text = "one two three four five six seven eight nine ten "
                                           "eleven twelve thirteen"});
    assert_non_null(strstr(stage->calls[2].body, "{\"max_completion_tokens\":1980,\"model\":"
                                                 "\"sol\""));
    stage_answer(stage, 2, "Hi");
    leave(stage);
}

static void a_request_no_model_may_take_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        unsigned status;
        const char *words;
    } rows[] = {
        {"lunar", 404, "Did you mean `luna`?"},
        {"something-else", 404, "does not exist or you do not have access to it.\""},
        {"old", 404, "has been deprecated"},
        {"pro", 404, "only supported in v1/responses"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stage *stage = staged("{\"fallback\":{\"prepared\":\"Later.\"}}");
        stage_ask(stage, &(struct ask){.id = 1, .text = "Hello", .model = rows[i].model});
        assert_ended(stage, 1, ET_END_REJECTED, rows[i].status);
        assert_non_null(strstr(et_text_slice(&stage->clients[1].got).data, rows[i].words));
        leave(stage);
    }
    struct stage *stage = staged("{\"model\":\"old\"}"); /* it is the policy's that ended */
    stage_ask(stage, &hello);
    assert_ended(stage, 1, ET_END_REJECTED, 404);
    assert_non_null(strstr(et_text_slice(&stage->clients[1].got).data, "`old` has been"));
    leave(stage);
    stage = staged("{}");
    stage_ask(stage, &(struct ask){.id = 1,
                                   .text = "Hello",
                                   .model = "luna",
                                   .members = ",\"max_completion_tokens\":293"});
    assert_ended(stage, 1, ET_END_REJECTED, 400);
    assert_non_null(strstr(et_text_slice(&stage->clients[1].got).data, "context_length_exceeded"));
    leave(stage);
}

static void load_makes_the_next_request_lighter_until_it_is_low_again(void **state)
{
    (void)state;
    set_up("{\"load\":{\"enter\":1.5,\"leave\":0.5,\"lighter\":{\"sol\":\"terra\"}}}");
    world.config.queue = (struct et_queue_config){{2}, {60 * ET_S}, {0}, 10, .borrow = false};
    struct stage *stage = stage_new(&world.config, &support_heap);
    for (et_id id = 1; id <= 4; id++) {
        char text[8];
        snprintf(text, sizeof text, "%u", (unsigned)id);
        stage_ask(stage, &(struct ask){.id = id, .text = text, .model = "sol"});
    }
    stage_answer(stage, next_call(stage, 1, "sol"), "1"); /* 2 of 2 slots, then 1 and 2 waiting */
    stage_answer(stage, next_call(stage, 2, "sol"), "2");
    stage_answer(stage, next_call(stage, 3, "sol"), "3");   /* came at 1.0 */
    stage_answer(stage, next_call(stage, 4, "terra"), "4"); /* came at 1.5 */
    assert_string_equal(stage->clients[4].why, "load");
    stage_ask(stage, &(struct ask){.id = 5, .text = "5", .model = "sol"}); /* 0.0 */
    stage_answer(stage, next_call(stage, 5, "sol"), "5");
    leave(stage);
}

/* Whatever is refused, the stage's rules hold and nothing is left behind. */
static void short_story(const struct et_mem *memory, void *arg)
{
    (void)arg;
    set_up("{\"answer_min\":1,\"max_tokens\":true,\"fallback\":{\"weaker\":[{\"model\":\"luna\","
           "\"instruction\":\"Be brief.\",\"cut\":true}],\"prepared\":\"Later.\"}}");
    world.config.requests_max = 8;
    world.config.queue.depth_max = 8;
    struct stage *stage = stage_new(&world.config, memory);
    if (stage) {
        stage_ask(stage, &hello);
        stage_ask(stage, &(struct ask){.id = 2, .text = "Hello", .model = "sol", .stream = true});
        stage_ask(stage, &(struct ask){.id = 3, .text = "Other", .model = "sol", .stream = true});
        for (unsigned round = 0; round < 4; round++) {
            for (et_id call = 1; call <= stage->newest_call; call++)
                if (stage->calls[call].open)
                    fail_5xx(stage, call);
            stage_to(stage, stage->now);
        }
        stage_to(stage, 700 * ET_S);
        assert_int_equal(stage->open_clients, 0);
        stage_free(stage);
    }
    et_arena_free(&world.arena);
}

static void refused_memory_ends_requests_and_nothing_else(void **state)
{
    (void)state;
    support_torture(short_story, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_turns_are_cut_for_a_smaller_context_and_no_more_than_needed),
        cmocka_unit_test(a_prompt_of_one_turn_is_not_cut_but_passed_by),
        cmocka_unit_test(complexity_and_limits_go_into_the_body),
        cmocka_unit_test(a_request_no_model_may_take_is_refused_with_the_reason),
        cmocka_unit_test(load_makes_the_next_request_lighter_until_it_is_low_again),
        cmocka_unit_test(refused_memory_ends_requests_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
