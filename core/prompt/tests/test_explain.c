/* SPDX-License-Identifier: MIT */
/* Fifty prompts that the test breaks itself, so that it knows where: byte, token, message, line and
 * parameter.  Its token is counted message by message, not from the row that et_explain lays out.
 * Then the remedies. */
#include "core/tokens/tests/tables.h"

#include "core/base/draw.h"
#include "core/prompt/explain.h"
#include "core/tokens/words.h"

enum { CASES = 50, SEED = 2026, PARAMETERS = 4, MESSAGES = 4, LINES = 6, IDS = 8192 };

/* A made-up prompt: the file of its template, and what it must render to on both sides. */
struct story {
    uint64_t number;
    struct et_text file, sides[2][MESSAGES];
    const char *roles[MESSAGES];
    size_t messages;
    unsigned line;                  /* of the file, being written */
    char values[2][PARAMETERS][64]; /* broken ones differ between the sides */
    int broken;                     /* the parameter, … */
    size_t broken_message;          /* … its first place, … */
    unsigned broken_line;           /* … and line; 0: not there yet */
    uint64_t drawn;
};

static uint64_t choose(struct story *story, uint64_t count)
{
    uint64_t bits = et_draw(SEED, story->number, ET_DRAW_TEST, (uint32_t)story->drawn++);
    return et_draw_below(bits, count);
}

/* Values that differ at the front, at the end, within a code point, within a token, by nothing. */
static const char *const breaks[][2] = {
    {"Anna", "Berta"},
    {"Anna", "Annabel"},
    {"2026-11-21", "2026-11-22"},
    {"2026-11-21T18:30:59Z", "2026-11-21T18:31:00Z"},
    {"Z\xC3\xBCrich", "Z\xC3\xB6rich"},
    {"\xE6\x97\xA5\xE6\x9C\xAC", "\xE6\x97\xA5\xE6\x9D\xB1"},
    {"\xF0\x9F\x9A\xB4 ride", "\xF0\x9F\x8F\x83 run"},
    {"", "none"},
    {"12", "123"},
    {"a\nb", "a\nc"},
    {"e", "e\xCC\x81"},
    {"{{p0}}", "{{p1}}"},
    {"3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3302"},
    {" two  spaces", " two spaces"},
    {"don't", "don\xE2\x80\x99t"},
};

enum { BREAKS = sizeof breaks / sizeof *breaks };

static void add_both(struct story *story, size_t message, struct et_slice text)
{
    et_text_add(&story->file, text);
    for (int i = 0; i < 2; i++)
        et_text_add(&story->sides[i][message], text);
}

static void add_words(struct story *story, size_t message)
{
    static const char *const more[] = {"", " \xE2\x82\xAC 5", " caf\xC3\xA9", " 42",
                                       " \xE8\xAA\x9E"};
    struct et_text words;
    et_text_init(&words, &support_heap, 1 << 16);
    uint64_t count = 1 + choose(story, 40);
    assert_int_equal(et_words_write(story->number, choose(story, 1000), count, &words), 0);
    add_both(story, message, et_text_slice(&words));
    add_both(story, message, et_slice_of(more[choose(story, 5)]));
    et_text_free(&words);
}

static void add_placeholder(struct story *story, size_t message, int parameter)
{
    static const char *const before[] = {" ", "", "\"", " (", "7"};
    static const char *const behind[] = {" ", ".", "s", "\"", "5"};
    add_both(story, message, et_slice_of(before[choose(story, 5)]));
    et_text_addf(&story->file, "{{p%d}}", parameter);
    for (int i = 0; i < 2; i++)
        et_text_add(&story->sides[i][message], et_slice_of(story->values[i][parameter]));
    add_both(story, message, et_slice_of(behind[choose(story, 5)]));
    if (parameter == story->broken && !story->broken_line) {
        story->broken_line = story->line;
        story->broken_message = message;
    }
}

/* Every line starts and ends with a letter, so that nothing is trimmed. */
static void add_line(struct story *story, size_t message, int parameter)
{
    add_both(story, message, ET_LIT("Line"));
    add_words(story, message);
    if (parameter >= 0)
        add_placeholder(story, message, parameter);
    add_words(story, message);
    add_both(story, message, ET_LIT("\nx."));
    et_text_addc(&story->file, '\n');
    story->line += 2;
}

static void add_message(struct story *story, size_t message)
{
    static const char *const roles[] = {"system", "developer", "user", "assistant"};
    story->roles[message] = roles[choose(story, 4)];
    et_text_addf(&story->file, "%%message %s\n", story->roles[message]);
    story->line++;
    for (uint64_t i = 0, lines = 1 + choose(story, LINES); i < lines; i++) {
        if (i > 0)
            for (int side = 0; side < 2; side++)
                et_text_addc(&story->sides[side][message], '\n');
        uint64_t pick = choose(story, 2 * PARAMETERS);
        add_line(story, message, pick < PARAMETERS ? (int)pick : -1);
    }
}

static void write_story(struct story *story, uint64_t number)
{
    *story = (struct story){.number = number, .line = 1};
    et_text_init(&story->file, &support_heap, 1 << 20);
    for (int i = 0; i < MESSAGES; i++)
        for (int side = 0; side < 2; side++)
            et_text_init(&story->sides[side][i], &support_heap, 1 << 20);
    story->broken = (int)choose(story, PARAMETERS);
    for (int i = 0; i < PARAMETERS; i++)
        for (int side = 0; side < 2; side++)
            snprintf(story->values[side][i], sizeof story->values[side][i], "%s",
                     i == story->broken ? breaks[number % BREAKS][side] : "the same");
    et_text_add(&story->file, ET_LIT("%template t 1\n%use-case t\n"));
    for (int i = 0; i < PARAMETERS; i++)
        et_text_addf(&story->file, "%%parameter p%d\n", i);
    story->line += 2 + PARAMETERS;
    story->messages = 1 + choose(story, MESSAGES - 1);
    for (size_t i = 0; i < story->messages; i++)
        add_message(story, i);
    size_t last = story->messages++; /* names them all, so that none is unused */
    story->roles[last] = "user";
    et_text_add(&story->file, ET_LIT("%message user\n"));
    story->line++;
    for (int i = 0; i < PARAMETERS; i++) {
        if (i > 0)
            for (int side = 0; side < 2; side++)
                et_text_addc(&story->sides[side][last], '\n');
        add_line(story, last, i);
    }
}

static void free_story(struct story *story)
{
    et_text_free(&story->file);
    for (int i = 0; i < MESSAGES; i++)
        for (int side = 0; side < 2; side++)
            et_text_free(&story->sides[side][i]);
}

/* What must be told. */
struct answer {
    size_t message, byte, content_tokens, tokens;
};

static size_t equal_tokens(struct et_slice a, struct et_slice b, size_t *count)
{
    static uint32_t ids[2][IDS];
    size_t counts[2] = {0}, i = 0;
    struct et_tokenizer *tokenizer = tables[ET_ENCODING_O200K].tokenizer;
    assert_int_equal(et_tokens_encode(tokenizer, a, ids[0], IDS, &counts[0]), 0);
    assert_int_equal(et_tokens_encode(tokenizer, b, ids[1], IDS, &counts[1]), 0);
    while (i < counts[0] && i < counts[1] && ids[0][i] == ids[1][i])
        i++;
    *count = counts[0];
    return i;
}

/* Harmony: 3 and the role a message, 2 more for the assistant; all but the end stand in front. */
static struct answer answer_of(const struct story *story)
{
    struct answer answer = {0};
    for (size_t i = 0;; i++) {
        struct et_slice a = et_text_slice(&story->sides[0][i]);
        struct et_slice b = et_text_slice(&story->sides[1][i]);
        size_t count, equal = equal_tokens(a, b, &count);
        size_t front = 3 + (strcmp(story->roles[i], "assistant") == 0 ? 2 : 0);
        if (et_slice_equal(a, b)) {
            answer.tokens += front + count + 1;
            continue;
        }
        answer.message = i;
        answer.content_tokens = equal;
        answer.tokens += front + equal;
        while (answer.byte < a.size && answer.byte < b.size &&
               a.data[answer.byte] == b.data[answer.byte])
            answer.byte++;
        return answer;
    }
}

/* Both renderings of a file. */
struct rendering {
    struct et_template *template;
    struct et_parameter values[2][PARAMETERS];
    struct et_prompt prompts[2];
    struct et_chat_message messages[2][ET_PROMPT_MESSAGES_MAX];
};

static void render(struct rendering *rendering, struct story *story, struct et_explain_task *task)
{
    struct et_complaint complaint = {0};
    struct et_slice file = et_text_slice(&story->file);
    if (et_template_new(&rendering->template, file, &support_heap, &complaint) != 0)
        fail_msg("case %u: %u: %s", (unsigned)story->number, complaint.line, complaint.text);
    for (int side = 0; side < 2; side++) {
        struct et_prompt *prompt = &rendering->prompts[side];
        et_prompt_init(prompt, &support_heap, 1 << 20);
        for (size_t i = 0; i < PARAMETERS; i++)
            rendering->values[side][i] =
                (struct et_parameter){et_template_parameter(rendering->template, i).name,
                                      et_slice_of(story->values[side][i])};
        assert_int_equal(et_template_render(rendering->template, rendering->values[side],
                                            PARAMETERS, prompt, NULL),
                         0);
        for (size_t i = 0; i < prompt->count; i++)
            rendering->messages[side][i] = (struct et_chat_message){
                .role = prompt->messages[i].role, .content = prompt->messages[i].content};
        task->sides[side] =
            (struct et_explain_side){.chat = {rendering->messages[side], prompt->count},
                                     .file = file,
                                     .prompt = prompt,
                                     .values = rendering->values[side],
                                     .value_count = PARAMETERS};
    }
}

static void free_rendering(struct rendering *rendering)
{
    et_template_free(rendering->template);
    et_prompt_free(&rendering->prompts[0]);
    et_prompt_free(&rendering->prompts[1]);
}

static struct et_explain_task task_of(enum et_caching caching)
{
    return (struct et_explain_task){
        .rules = {tables[ET_ENCODING_O200K].tokenizer, ET_CHAT_HARMONY, NULL, caching, false},
        .mem = &support_heap};
}

static void check(const struct story *story, const struct et_explanation *got)
{
    const struct answer want = answer_of(story);
    const struct et_prefix *prefix = &got->pair.prefix;
    bool right = prefix->end == ET_PREFIX_CONTENT && prefix->message == want.message &&
                 prefix->byte == want.byte && prefix->content_tokens == want.content_tokens &&
                 prefix->tokens == want.tokens && got->cause.parameter == story->broken &&
                 got->cause.lines[0] == story->broken_line &&
                 got->cause.lines[1] == story->broken_line;
    if (!right || want.message != story->broken_message)
        fail_msg(
            "case %u: message %zu, byte %zu, token %zu of %zu, line %u, parameter %d; expected "
            "message %zu, byte %zu, token %zu of %zu, line %u, parameter %d\n%.*s",
            (unsigned)story->number, prefix->message, prefix->byte, prefix->content_tokens,
            prefix->tokens, got->cause.lines[0], got->cause.parameter, want.message, want.byte,
            want.content_tokens, want.tokens, story->broken_line, story->broken,
            ET_ARG(et_text_slice(&story->file)));
}

static void fifty_breaks_are_found_where_they_were_made(void **state)
{
    (void)state;
    size_t merged = 0;
    for (uint64_t number = 0; number < CASES; number++) {
        static struct story story;
        static struct rendering rendering;
        struct et_explain_task task = task_of(ET_CACHING_PREFIX);
        struct et_explanation got;
        struct et_arena arena;
        et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
        write_story(&story, number);
        render(&rendering, &story, &task);
        assert_int_equal(et_explain(&got, &task, &arena), 0);
        check(&story, &got);
        merged += got.pair.prefix.content_bytes < got.pair.prefix.byte;
        assert_true(got.shared + ET_REORDER_GAIN_MIN > got.pair.prefix.tokens);
        et_arena_free(&arena);
        free_rendering(&rendering);
        free_story(&story);
    }
    assert_true(merged > CASES / 4);
}

/* The same prompts as bodies of requests: nobody knows of a line or a parameter. */
static void bodies_part_at_the_same_byte_and_token(void **state)
{
    (void)state;
    for (uint64_t number = 0; number < CASES; number++) {
        static struct story story;
        struct et_chat_message messages[2][MESSAGES];
        struct et_explain_task task = task_of(ET_CACHING_PREFIX);
        struct et_explanation got;
        struct et_arena arena;
        et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
        write_story(&story, number);
        for (int side = 0; side < 2; side++) {
            for (size_t i = 0; i < story.messages; i++)
                messages[side][i] =
                    (struct et_chat_message){.role = et_slice_of(story.roles[i]),
                                             .content = et_text_slice(&story.sides[side][i])};
            task.sides[side].chat = (struct et_pair_side){messages[side], story.messages, NULL, 0};
        }
        assert_int_equal(et_explain(&got, &task, &arena), 0);
        struct answer want = answer_of(&story);
        assert_int_equal(got.pair.prefix.message, want.message);
        assert_int_equal(got.pair.prefix.byte, want.byte);
        assert_int_equal(got.pair.prefix.content_tokens, want.content_tokens);
        assert_int_equal(got.pair.prefix.tokens, want.tokens);
        assert_int_equal(got.cause.parameter, ET_PARAMETER_NONE);
        assert_int_equal(got.cause.lines[0], 0);
        et_arena_free(&arena);
        free_story(&story);
    }
}

/* Remedies.  A body of a system message, "DATE\n" and words, and one of the user. */
struct body {
    struct et_text system;
    struct et_chat_message messages[2];
};

static struct et_explain_side body_side(struct body *body, const char *first, const char *last,
                                        const char *user)
{
    et_text_init(&body->system, &support_heap, 1 << 20);
    et_text_addf(&body->system, "%s", first);
    assert_int_equal(et_words_write(1, 1, 1100, &body->system), 0);
    et_text_addf(&body->system, "%s", last);
    body->messages[0] =
        (struct et_chat_message){ET_LIT("system"), .content = et_text_slice(&body->system)};
    body->messages[1] = (struct et_chat_message){ET_LIT("user"), .content = et_slice_of(user)};
    return (struct et_explain_side){.chat = {body->messages, 2, NULL, 0}};
}

static struct et_explanation explain_bodies(struct et_explain_task *task, struct body *bodies)
{
    struct et_explanation got;
    struct et_arena arena;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    assert_int_equal(et_explain(&got, task, &arena), 0);
    et_arena_free(&arena);
    et_text_free(&bodies[0].system);
    et_text_free(&bodies[1].system);
    return got;
}

static void lines_of_a_body_are_moved_behind_the_others(void **state)
{
    (void)state;
    struct body bodies[2];
    struct et_explain_task task = task_of(ET_CACHING_PREFIX);
    task.sides[0] = body_side(&bodies[0], "Same.\nMonday,\nrain.\n", "\nEnd.", "Hi");
    task.sides[1] = body_side(&bodies[1], "Same.\nTuesday.\n", "\nEnd.", "Hi");
    struct et_explanation got = explain_bodies(&task, bodies);
    assert_int_equal(got.remedy, ET_REMEDY_BODY);
    assert_int_equal(got.lines.message, 0);
    assert_int_equal(got.lines.first, 2);
    assert_int_equal(got.lines.last, 3);
    assert_int_equal(got.lines.behind, 5);
    assert_int_equal(got.pair.reuse.read, 0);
    assert_int_equal(got.reuse.read, 1024);
    assert_int_equal(got.shared, 3 + 2 + 1100 + 3); /* "Same.\n" and "\nEnd.\n" around the words */
}

/* "Be kind." starts a line in one of them alone, so it is of the lines that differ. */
static void lines_are_the_same_when_they_start_alike(void **state)
{
    (void)state;
    struct body bodies[2];
    struct et_explain_task task = task_of(ET_CACHING_PREFIX);
    task.sides[0] = body_side(&bodies[0], "On Monday\nBe kind.\n", "", "Hi");
    task.sides[1] = body_side(&bodies[1], "On FridBe kind.\n", "", "Hi");
    struct et_explanation got = explain_bodies(&task, bodies);
    assert_int_equal(got.remedy, ET_REMEDY_BODY);
    assert_int_equal(got.lines.first, 1);
    assert_int_equal(got.lines.last, 2);
    assert_int_equal(got.lines.behind, 3);
}

static void a_message_that_differs_to_its_end_is_left_as_it_is(void **state)
{
    (void)state;
    struct body bodies[2];
    struct et_explain_task task = task_of(ET_CACHING_PREFIX);
    task.sides[0] = body_side(&bodies[0], "", "\nMonday", "Hi");
    task.sides[1] = body_side(&bodies[1], "", "\nTuesday", "Hi");
    struct et_explanation got = explain_bodies(&task, bodies);
    assert_int_equal(got.remedy, ET_REMEDY_NONE);
    assert_int_equal(got.pair.reuse.read, 1024);
}

static void from_gpt_5_6_on_a_mark_may_be_all_that_is_missing(void **state)
{
    (void)state;
    struct body bodies[2];
    struct et_explain_task task = task_of(ET_CACHING_BREAKPOINTS);
    task.sides[0] = body_side(&bodies[0], "", "", "Hi");
    task.sides[1] = body_side(&bodies[1], "", "", "Ho");
    struct et_explanation got = explain_bodies(&task, bodies);
    assert_int_equal(got.remedy, ET_REMEDY_MARK);
    assert_true(got.marked && got.mark_message == 0 && got.mark_byte > 1000);
    assert_int_equal(got.pair.reuse.read, 0);
    assert_int_equal(got.pair.reuse.written, 1104 + 5);
    assert_int_equal(got.reuse.read, 1104);
    assert_int_equal(got.reuse.written, 0);
}

static void tools_in_another_order_hide_everything_behind(void **state)
{
    (void)state;
    const struct et_prompt_block blocks[] = {
        {ET_LIT("a"), true, 20}, {ET_LIT("b"), true, 30}, {ET_LIT("a"), true, 20}};
    struct body bodies[2];
    struct et_explain_task task = task_of(ET_CACHING_PREFIX);
    for (int i = 0; i < 2; i++) {
        task.sides[i] = body_side(&bodies[i], "", "", "Hi");
        task.sides[i].chat.leading = &blocks[i];
        task.sides[i].chat.leading_count = 2;
    }
    struct et_explanation got = explain_bodies(&task, bodies);
    assert_int_equal(got.pair.prefix.end, ET_PREFIX_LEADING);
    assert_int_equal(got.remedy, ET_REMEDY_TOOLS);
    assert_int_equal(got.reuse.read, 1152);
}

static void equal_prompts_need_nothing(void **state)
{
    (void)state;
    struct body bodies[2];
    struct et_explain_task task = task_of(ET_CACHING_BREAKPOINTS);
    task.sides[0] = body_side(&bodies[0], "", "", "Hi");
    task.sides[1] = body_side(&bodies[1], "", "", "Hi");
    struct et_explanation got = explain_bodies(&task, bodies);
    assert_int_equal(got.pair.prefix.end, ET_PREFIX_SAME);
    assert_int_equal(got.remedy, ET_REMEDY_NONE);
    assert_int_equal(got.reuse.read, 1109);
}

static void explain_story(const struct et_mem *mem, void *arg)
{
    struct et_explain_task *task = arg;
    struct et_explanation got;
    struct et_arena arena;
    et_arena_init(&arena, mem, 4096);
    task->mem = mem;
    int err = et_explain(&got, task, &arena);
    assert_true(err == 0 || err == ET_NOMEM);
    et_arena_free(&arena);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    static struct story story;
    static struct rendering rendering;
    struct et_explain_task task = task_of(ET_CACHING_BREAKPOINTS);
    memset(&story, 0, sizeof story);
    et_text_init(&story.file, &support_heap, 4096);
    et_text_add(&story.file, ET_LIT("%template t 1\n%use-case t\n%parameter p0\n%parameter p1\n"
                                    "%parameter p2\n%parameter p3\n%message user\n"
                                    "For {{p0}}. Now.\n{{p1}} {{p2}} {{p3}}\nThen.\n"));
    strcpy(story.values[0][0], "Anna");
    strcpy(story.values[1][0], "Berta");
    render(&rendering, &story, &task);
    support_torture(explain_story, &task);
    free_rendering(&rendering);
    et_text_free(&story.file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifty_breaks_are_found_where_they_were_made),
        cmocka_unit_test(bodies_part_at_the_same_byte_and_token),
        cmocka_unit_test(lines_of_a_body_are_moved_behind_the_others),
        cmocka_unit_test(lines_are_the_same_when_they_start_alike),
        cmocka_unit_test(a_message_that_differs_to_its_end_is_left_as_it_is),
        cmocka_unit_test(from_gpt_5_6_on_a_mark_may_be_all_that_is_missing),
        cmocka_unit_test(tools_in_another_order_hide_everything_behind),
        cmocka_unit_test(equal_prompts_need_nothing),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
