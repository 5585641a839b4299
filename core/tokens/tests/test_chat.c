/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/tokens/models.h"
#include "core/tokens/tests/tables.h"

enum { MESSAGES_MAX = 6 };

struct chat {
    const char *why, *source, *model;
    size_t tokens;
    const char *messages[MESSAGES_MAX][3]; /* role, content, name; ends with NULL */
};

#define COOKBOOK                                                                                   \
    {                                                                                              \
        {"system", "You are a helpful, pattern-following assistant that translates corporate "     \
                   "jargon into plain English."},                                                  \
            {"system", "New synergies will help drive top-line growth.", "example_user"},          \
            {"system", "Things working well together will increase revenue.",                      \
             "example_assistant"},                                                                 \
            {"system",                                                                             \
             "Let's circle back when we have more bandwidth to touch base on "                     \
             "opportunities for increased leverage.",                                              \
             "example_user"},                                                                      \
            {"system", "Let's talk later when we're less busy about how to do better.",            \
             "example_assistant"},                                                                 \
        {                                                                                          \
            "user", "This late pivot means we don't have time to boil the ocean for the client "   \
                    "deliverable."                                                                 \
        }                                                                                          \
    }

#define COOKBOOK_PAGE "OpenAI cookbook, How_to_count_tokens_with_tiktoken"
#define REFERENCE     "OpenAI API reference"
#define RECORDED      "recorded by envoyproxy/ai-gateway, tests/internal/testopenai"
#define ALL_FRAMING   "3 + 1 + 1 of the message and 3 at the end"

/* Every figure that is published with the words it counts; those with tools are in test_tools.c. */
static const struct chat chats[] = {
    {"the cookbook's example", COOKBOOK_PAGE, "gpt-4-0613", 129, COOKBOOK},
    {"its older model", COOKBOOK_PAGE, "gpt-3.5-turbo", 129, COOKBOOK},
    {"its newer encoding", COOKBOOK_PAGE, "gpt-4o", 124, COOKBOOK},
    {"and that of the mini", COOKBOOK_PAGE, "gpt-4o-mini", 124, COOKBOOK},
    {"one question", "usage of a recorded answer", "gpt-4o-mini", 11, {{"user", "Tell me a joke"}}},
    {"system and user",
     REFERENCE ", chat completions",
     "gpt-4o",
     19,
     {{"system", "You are a helpful assistant."}, {"user", "Hello!"}}},
    {"the smallest there is", ALL_FRAMING, "gpt-4o", 8, {{"user", "Hi"}}},
    {"reasoning ends with two", RECORDED, "gpt-5-nano", 8, {{"user", "Hello!"}}},
    {"reasoning, one question",
     RECORDED,
     "gpt-5-nano",
     21,
     {{"user", "Generate a JSON object with three properties: name, age, and city."}}},
    {"reasoning, with an answer in the history",
     RECORDED,
     "gpt-5-nano",
     50,
     {{"developer", "You are a helpful assistant."},
      {"user", "Hello!"},
      {"assistant", "Hello! How can I assist you today?"},
      {"user", "Answer in up to 5 words: What's the weather like?"}}},
    {"the first generation",
     RECORDED,
     "o3-mini",
     27,
     {{"user", "A bat and ball cost $1.10. Bat costs $1 more than ball. Ball cost?"}}},
    {"an input of responses is a message of the user",
     REFERENCE ", /responses/input_tokens",
     "gpt-5",
     11,
     {{"user", "Tell me a joke."}}},
    {"an embedding has no framing",
     REFERENCE ", embeddings",
     "text-embedding-3-small",
     8,
     {{"", "The food was delicious and the waiter..."}}},
};

static size_t count_chat(const struct chat *chat)
{
    struct et_chat_message messages[MESSAGES_MAX];
    size_t n = 0, count = 0;
    for (; n < MESSAGES_MAX && chat->messages[n][0]; n++)
        messages[n] = (struct et_chat_message){.role = et_slice_of(chat->messages[n][0]),
                                               .content = et_slice_of(chat->messages[n][1]),
                                               .name = et_slice_of(chat->messages[n][2])};
    const struct et_model_tokens *model = et_model_tokens(et_slice_of(chat->model));
    assert_non_null(model);
    assert_int_equal(
        et_chat_count(tables[model->encoding].tokenizer, model->family, messages, n, &count), 0);
    return count;
}

static void chats_count_what_was_billed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof chats / sizeof *chats; i++) {
        size_t count = count_chat(&chats[i]);
        if (count != chats[i].tokens)
            fail_msg("%s (%s): got %zu; expected %zu", chats[i].why, chats[i].source, count,
                     chats[i].tokens);
    }
}

static const struct {
    const char *name, *prefix; /* NULL: unknown */
} names[] = {
    {"gpt-4o", "gpt-4o"},
    {"gpt-4o-mini-2024-07-18", "gpt-4o"},
    {"gpt-4.1-nano", "gpt-4.1"},
    {"gpt-4.5-preview", "gpt-4.5"},
    {"gpt-4", "gpt-4"},
    {"gpt-4-turbo-2024-04-09", "gpt-4"},
    {"gpt-3.5-turbo-0125", "gpt-3.5-turbo"},
    {"gpt-5", "gpt-5"},
    {"gpt-5-mini", "gpt-5"},
    {"gpt-5.6-terra", "gpt-5."},
    {"gpt-6-luna", "gpt-6"},
    {"gpt-6.2-astra", "gpt-6."},
    {"o1", "o1"},
    {"o3-mini", "o3"},
    {"o4-mini-2025-04-16", "o4"},
    {"text-embedding-3-large", "text-embedding-"},
    {"text-embedding-ada-002", "text-embedding-"},
    {"davinci-002", "davinci-002"},
    {"babbage-002", "babbage-002"},
    {"ft:gpt-4o-mini:acme::x1", "gpt-4o"},
    {"ft:gpt-4:acme", "gpt-4"},
    {"gpt-4x", NULL},
    {"gpt-4.7", NULL},
    {"gpt-50", NULL},
    {"o11", NULL},
    {"claude-3", NULL},
    {"", NULL},
    {"gpt", NULL},
    {"ft:", NULL},
};

static void models_are_known_by_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct et_model_tokens *model = et_model_tokens(et_slice_of(names[i].name));
        const char *got = model ? model->prefix : "nothing";
        const char *want = names[i].prefix ? names[i].prefix : "nothing";
        if (strcmp(got, want) != 0)
            fail_msg("%s: got %s; expected %s", names[i].name, got, want);
    }
}

static void each_model_has_its_encoding_and_framing(void **state)
{
    (void)state;
    assert_int_equal(et_model_tokens(ET_LIT("gpt-4"))->encoding, ET_ENCODING_CL100K);
    assert_int_equal(et_model_tokens(ET_LIT("gpt-4.1"))->encoding, ET_ENCODING_O200K);
    assert_int_equal(et_model_tokens(ET_LIT("gpt-4.1"))->family, ET_CHAT_CHATML);
    assert_int_equal(et_model_tokens(ET_LIT("gpt-6.2-sol"))->encoding, ET_ENCODING_O200K);
    assert_int_equal(et_model_tokens(ET_LIT("gpt-6.2-sol"))->family, ET_CHAT_HARMONY);
}

static void calls_and_refusals_in_the_history_count(void **state)
{
    (void)state;
    const struct et_chat_call calls[] = {
        {.name = ET_LIT("look"), .arguments = ET_LIT("{}")},
        {.name = ET_LIT("look"), .arguments = ET_LIT("red green"), .custom = true},
    };
    struct et_chat_message message = {.role = ET_LIT("assistant")};
    size_t bare = 0, more = 0;
    struct et_tokenizer *tokenizer = tables[0].tokenizer;
    assert_int_equal(et_chat_count(tokenizer, ET_CHAT_CHATML, &message, 1, &bare), 0);
    message.calls = calls;
    message.call_count = 2;
    message.refusal = ET_LIT("No");
    assert_int_equal(et_chat_count(tokenizer, ET_CHAT_CHATML, &message, 1, &more), 0);
    assert_int_equal(more - bare, (3 + 1 + 1) + (3 + 1 + 2) + 1);
}

static void counted(const struct et_mem *mem, void *arg)
{
    struct et_tokenizer *tokenizer;
    size_t count = 77;
    if (et_tokenizer_new(&tokenizer, &tables[0].vocab, 0, mem) != 0)
        return;
    int err = et_chat_count(tokenizer, ET_CHAT_CHATML, arg, 2, &count);
    assert_true(err ? count == 77 : count > 77);
    et_tokenizer_free(tokenizer);
}

static void refused_memory_is_passed_on(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 'q', sizeof text);
    struct et_slice endless = {text, sizeof text};
    struct et_chat_message messages[] = {{ET_LIT("user"), endless, {0}},
                                         {ET_LIT("user"), ET_LIT("x"), endless}};
    support_torture(counted, messages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chats_count_what_was_billed),
        cmocka_unit_test(models_are_known_by_their_names),
        cmocka_unit_test(each_model_has_its_encoding_and_framing),
        cmocka_unit_test(calls_and_refusals_in_the_history_count),
        cmocka_unit_test(refused_memory_is_passed_on),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
