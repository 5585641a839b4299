/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "core/base/arena.h"
#include "mock_openai/rules_file.h"

#include <unistd.h>

struct rig {
    struct et_arena arena;
    struct et_rules rules;
    struct et_brain *brain;
    struct et_complaint complaint;
};

static int read_rules(struct rig *rig, const struct et_mem *mem, const char *text)
{
    struct et_json *json;
    struct et_form form, list;
    memset(rig, 0, sizeof(*rig));
    et_arena_init(&rig->arena, mem, ET_ARENA_BLOCK);
    int err = et_json_parse(&json, et_slice_of(text), &(struct et_json_options){.comments = true},
                            mem, &rig->complaint);
    if (err)
        return err;
    et_form_open(&form, json, et_json_root(json), "$", &rig->complaint);
    if (et_form_array(&form, "rules", ET_REQUIRED, &list))
        et_rules_read(&list, world.catalogue, &rig->arena, &rig->rules);
    err = et_form_close(&form);
    et_json_free(json);
    return err;
}

static void start(struct rig *rig, const char *rules)
{
    if (read_rules(rig, &support_heap, rules))
        fail_msg("%s", rig->complaint.text);
    struct et_brain_config config = world_config();
    config.answers = rig->rules.items;
    config.answer_count = rig->rules.count;
    rig->brain = world_brain(config);
}

static void stop(struct rig *rig)
{
    et_brain_free(rig->brain);
    et_arena_free(&rig->arena);
}

static void expect(struct rig *rig, const char *members, const char *question, const char *has)
{
    char body[1024];
    struct played played;
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), members, question));
    ask(&played, rig->brain, &request, 0);
    if (played.status != 200 || !body_has(&played, has))
        fail_msg("%s: expected %s, got %s", question, has, et_text_slice(&played.body).data);
    played_free(&played);
}

static void the_first_rule_that_fits_answers(void **state)
{
    (void)state;
    struct rig rig;
    start(&rig,
          "{\"rules\":["
          "{\"when\":{\"contains\":\"sun\"},\"answer\":{\"text\":\"It \\u00fc shines.\"}},"
          "{\"when\":{\"model\":\"gpt-4o-2024-08-06\",\"role\":\"user\",\"contains\":\"rain\"},"
          "\"answer\":{\"refusal\":\"No.\"}},"
          "{\"when\":{\"role\":\"system\"},\"answer\":{\"text\":\"never\"}},"
          "{\"when\":{\"json\":{\"path\":\"$.metadata.a\",\"equals\":\"b\"}},"
          "\"answer\":{\"text\":\"by path\"}},"
          "{\"when\":{\"json\":{\"path\":\"$.seed\"}},\"answer\":{\"text\":\"seeded\"}},"
          "{\"when\":{\"contains\":\"cut\"},\"answer\":{\"text\":\"Cut sho\",\"finish\":"
          "\"length\"}}]}");
    expect(&rig, "", "the sun and the rain", "\"content\":\"It \xC3\xBC shines.\"");
    expect(&rig, "", "the rain", "\"content\":null,\"refusal\":\"No.\"");
    expect(&rig, "\"metadata\":{\"a\":\"b\"},", "x", "\"content\":\"by path\"");
    expect(&rig, "\"seed\":3,", "x", "\"content\":\"seeded\"");
    expect(&rig, "", "cut", "\"finish_reason\":\"length\"");
    expect(&rig, "", "else", "\"finish_reason\":\"stop\""); /* made up */
    stop(&rig);
}

static void templates_are_filled_in_and_calls_made(void **state)
{
    (void)state;
    struct rig rig;
    start(&rig,
          "{\"rules\":["
          "{\"when\":{\"contains\":\"echo\"},\"answer\":{\"template\":\"{{model}}|{{message}}|"
          "{{ $.messages[0].role }}|{{$.n}}|{{who}}|{{\"}},"
          "{\"answer\":{\"calls\":[{\"name\":\"f\",\"arguments\":{\"a\":[1]}},{\"name\":\"g\","
          "\"arguments\":\"{no json\"}]}}]}");
    expect(&rig, "\"n\":1,", "echo", "\"content\":\"gpt-4o-2024-08-06|echo|user|1|{{who}}|{{\"");
    expect(&rig, "", "x", "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":[1]}\"}");
    expect(&rig, "", "x", "\"name\":\"g\",\"arguments\":\"{no json\"}");
    expect(&rig, "", "x", "\"finish_reason\":\"tool_calls\"");
    stop(&rig);
}

static void the_nth_of_a_caller_is_counted(void **state)
{
    (void)state;
    struct rig rig;
    start(&rig, "{\"rules\":[{\"when\":{\"contains\":\"a\",\"nth\":2},\"answer\":{\"text\":"
                "\"second\"}},{\"answer\":{\"text\":\"other\"}}]}");
    expect(&rig, "", "a", "\"other\"");
    expect(&rig, "", "b", "\"other\""); /* does not fit, and is not counted */
    expect(&rig, "", "a", "\"second\"");
    expect(&rig, "", "a", "\"other\"");
    stop(&rig);
}

static void what_is_wrong_in_a_rule_is_complained_about(void **state)
{
    (void)state;
    static const struct {
        const char *rules, *says;
    } rows[] = {
        {"[{}]", "missing key \"answer\""},
        {"[{\"answer\":{}}]", "found 0 of text, template, refusal and calls; expected one"},
        {"[{\"answer\":{\"text\":\"a\",\"refusal\":\"b\"}}]", "found 2 of text"},
        {"[{\"answer\":{\"calls\":[]}}]", "found 0 items"},
        {"[{\"answer\":{\"text\":\"a\"},\"wen\":{}}]", "wen"},
        {"[{\"answer\":{\"text\":\"a\"},\"when\":{\"model\":\"gpt-4x\"}}]", "gpt-4x"},
        {"[{\"answer\":{\"text\":\"a\"},\"when\":{\"json\":{\"path\":\"a\"}}}]", "a path such as"},
        {"[{\"answer\":{\"text\":\"a\"},\"when\":{\"nth\":0}}]", "found 0"},
        {"[{\"answer\":{\"text\":\"a\",\"finish\":\"x\"}}]", "found \"x\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct rig rig;
        char text[256];
        snprintf(text, sizeof(text), "{\"rules\":%s}", rows[i].rules);
        assert_int_not_equal(read_rules(&rig, &support_heap, text), 0);
        if (!strstr(rig.complaint.text, rows[i].says))
            fail_msg("%s: %s", rows[i].rules, rig.complaint.text);
        et_arena_free(&rig.arena);
    }
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void a_file_of_rules_is_read_or_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int err;
        const char *path, *says;
    } rows[] = {
        {"{ // one\n\"rules\":[{\"answer\":{\"text\":\"a\"}}]}", 0, "", ""},
        {"{\"rules\":[]}", 0, "", ""},
        {"", ET_SYNTAX, "", "no value"},
        {"[]", ET_VALUE, "$", "expected an object"},
        {"{\"rule\":[]}", ET_UNKNOWN, "", ""},
        {"{\"rules\":[{\"answr\":{}}]}", ET_VALUE, "$.rules[0]", "answr"},
    };
    char path[] = "/tmp/etalon-rules-XXXXXX";
    int handle = mkstemp(path);
    assert_true(handle >= 0);
    close(handle);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_rules_file file;
        struct et_complaint complaint = {0};
        write_file(path, rows[i].text);
        int err = et_rules_file_load(&file, path, world.catalogue, &complaint);
        if ((err != 0) != (rows[i].err != 0) || !strstr(complaint.path, rows[i].path) ||
            !strstr(complaint.text, rows[i].says))
            fail_msg("%s: %d %s: %s", rows[i].text, err, complaint.path, complaint.text);
        if (err)
            assert_non_null(strstr(complaint.file, "etalon-rules-"));
        assert_int_equal(file.rules.count, !err && i == 0);
        if (!err)
            et_rules_file_free(&file);
    }
    unlink(path);
}

static void answer_all(const struct et_mem *mem, void *arg)
{
    struct rig rig;
    struct et_brain *brain = NULL;
    struct et_reply *reply = NULL;
    struct et_brain_config config = world_config();
    char body[256];
    struct et_brain_request request =
        world_chat(world_body(body, sizeof(body), "\"n\":2,", "echo"));
    if (read_rules(&rig, mem, arg) == 0) {
        config.answers = rig.rules.items;
        config.answer_count = rig.rules.count;
        config.seen_max = 16;
        if (et_brain_new(&brain, &config, mem) == 0 && et_brain_ask(brain, &request, 0, &reply))
            reply = NULL;
    }
    et_reply_free(reply);
    et_brain_free(brain);
    et_arena_free(&rig.arena);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    char rules[] = "{\"rules\":[{\"when\":{\"json\":{\"path\":\"$.x\"},\"nth\":1},\"answer\":{"
                   "\"text\":\"a\"}},{\"answer\":{\"template\":\"{{$.n}}\"}}]}";
    support_torture(answer_all, rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_rule_that_fits_answers),
        cmocka_unit_test(templates_are_filled_in_and_calls_made),
        cmocka_unit_test(the_nth_of_a_caller_is_counted),
        cmocka_unit_test(what_is_wrong_in_a_rule_is_complained_about),
        cmocka_unit_test(a_file_of_rules_is_read_or_refused_with_its_place),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
