/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/openai/reader.h"
#include "core/openai/reader_parts.h"

#define JSON   "application/json"
#define STREAM "text/event-stream; charset=utf-8"

static struct et_answer_reader *reader_new(void)
{
    struct et_answer_reader *reader = NULL;
    assert_int_equal(et_answer_reader_new(&reader, 1 << 16, &support_heap), 0);
    return reader;
}

static void begin(struct et_answer_reader *reader, unsigned status, const char *type)
{
    et_answer_reader_reset(reader);
    et_answer_reader_head(reader, status, et_slice_of(type));
}

static void feed(struct et_answer_reader *reader, struct et_slice bytes)
{
    assert_int_equal(et_answer_reader_feed(reader, bytes), 0);
}

static void read_whole(struct et_answer_reader *reader, unsigned status, const char *type,
                       const char *body)
{
    begin(reader, status, type);
    feed(reader, et_slice_of(body));
    et_answer_reader_end(reader);
}

/* One line that holds everything a reader says. */
static void print_all(const struct et_answer_reader *reader, struct et_text *out)
{
    const struct et_chat_answer *answer = et_answer_reader_answer(reader);
    et_text_clear(out);
    et_text_addf(out, "state %d began %d plain %d usage %d writes %d code ",
                 et_answer_reader_state(reader), et_answer_reader_began(reader),
                 et_answer_reader_plain(reader), answer->has_usage, answer->writes_billed);
    et_text_json(out, et_answer_reader_error_code(reader));
    et_text_json(out, et_answer_reader_body(reader));
    et_chat_answer_print(answer, out);
    assert_int_equal(et_text_failed(out), 0);
}

#define USAGE                                                                                      \
    "{\"prompt_tokens\":19,\"completion_tokens\":10,\"total_tokens\":29,"                          \
    "\"prompt_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":5,\"audio_tokens\":0}," \
    "\"completion_tokens_details\":{\"reasoning_tokens\":6,\"audio_tokens\":0,"                    \
    "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}"
#define ANSWER                                                                                     \
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1755133833,\"model\":"      \
    "\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","    \
    "\"content\":\"Hello, \xE2\x82\xAC!\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null," \
    "\"finish_reason\":\"stop\"}],\"usage\":" USAGE ",\"service_tier\":\"default\","               \
    "\"system_fingerprint\":\"fp_44709d6fcb\"}"
#define CHUNK_OF(choices, tail)                                                                    \
    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1755133833,"    \
    "\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\",\"system_fingerprint\":"    \
    "\"fp_44709d6fcb\",\"choices\":[" choices "]" tail "}\n\n"
#define DELTA(delta, finish)                                                                       \
    CHUNK_OF("{\"index\":0,\"delta\":" delta ",\"logprobs\":null,\"finish_reason\":" finish "}",   \
             ",\"usage\":null")
#define SAYS(text) DELTA("{\"content\":\"" text "\"}", "null")
#define ROLE       DELTA("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null")
#define FINISH     DELTA("{}", "\"stop\"")
#define BILL       CHUNK_OF("", ",\"usage\":" USAGE)
#define DONE       "data: [DONE]\n\n"
#define GOOD       ROLE SAYS("Hel") SAYS("lo, ") SAYS("\\u20ac!") FINISH BILL DONE
#define ERROR      "{\"error\":{\"message\":\"slow\",\"type\":\"t\",\"param\":null,\"code\":\"busy\"}}"

static void an_answer_and_its_stream_say_the_same(void **state)
{
    (void)state;
    struct et_answer_reader *reader = reader_new();
    struct et_text out;
    et_text_init(&out, &support_heap, 1 << 16);
    const char *const forms[][2] = {{JSON, ANSWER}, {STREAM, GOOD}};
    for (size_t i = 0; i < 2; i++) {
        read_whole(reader, 200, forms[i][0], forms[i][1]);
        assert_int_equal(et_answer_reader_state(reader), ET_ANSWER_COMPLETE);
        assert_int_equal(et_answer_reader_streams(reader), i == 1);
        assert_slice_equal(et_answer_reader_body(reader), i == 1 ? "" : ANSWER);
        assert_slice_equal(et_answer_reader_answer(reader)->tier, "default");
        et_text_clear(&out);
        et_chat_answer_print(et_answer_reader_answer(reader), &out);
        assert_slice_equal(et_text_slice(&out), ANSWER);
    }
    const struct et_usage *usage = &et_answer_reader_answer(reader)->usage;
    assert_true(usage->cached == 4 && usage->written == 5 && usage->reasoning == 6);
    et_text_free(&out);
    et_answer_reader_free(reader);
}

static void what_is_printed_as_chunks_reads_back(void **state)
{
    (void)state;
    struct et_answer_reader *reader = reader_new();
    struct et_text out;
    et_text_init(&out, &support_heap, 1 << 16);
    read_whole(reader, 200, STREAM, GOOD);
    const struct et_chat_answer *answer = et_answer_reader_answer(reader);
    et_chat_chunk_print(answer, ET_CHUNK_ROLE, ET_LIT(""), true, &out);
    et_chat_chunk_print(answer, ET_CHUNK_CONTENT, ET_LIT("Hel"), true, &out);
    et_chat_chunk_print(answer, ET_CHUNK_CONTENT, ET_LIT("lo, "), true, &out);
    size_t cut = et_text_slice(&out).size;
    et_chat_chunk_print(answer, ET_CHUNK_CONTENT, ET_LIT("\xE2\x82\xAC!"), true, &out);
    assert_true(et_text_slice(&out).size > cut);
    et_chat_chunk_print(answer, ET_CHUNK_FINISH, ET_LIT(""), true, &out);
    et_chat_chunk_print(answer, ET_CHUNK_DONE, ET_LIT(""), true, &out);
    struct et_answer_reader *second = reader_new();
    et_answer_reader_head(second, 200, ET_LIT("TEXT/EVENT-STREAM"));
    feed(second, et_text_slice(&out));
    et_answer_reader_end(second);
    assert_int_equal(et_answer_reader_state(second), ET_ANSWER_COMPLETE);
    assert_slice_equal(et_answer_reader_answer(second)->content, "Hello, \xE2\x82\xAC!");
    assert_false(et_answer_reader_answer(second)->has_usage);
    et_text_free(&out);
    et_answer_reader_free(second);
    et_answer_reader_free(reader);
}

struct end {
    const char *why;
    unsigned status;
    const char *type, *body;
    enum et_answer_state state;
    const char *content, *code;
    bool began;
};

#define MIN(part) "{\"choices\":[{\"" part "\":{\"content\":\"a\"}}]}"

static const struct end ends[] = {
    {"whole JSON", 200, JSON, ANSWER, ET_ANSWER_COMPLETE, "Hello, \xE2\x82\xAC!", "", true},
    {"the least there can be", 201, "application/vnd.a+json", MIN("message"), ET_ANSWER_COMPLETE,
     "a", "", true},
    {"no content type at all", 200, NULL, MIN("message"), ET_ANSWER_COMPLETE, "a", "", true},
    {"a tool was called", 200, JSON,
     "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{}]},\"finish_reason\":"
     "\"tool_calls\"}],\"usage\":null}",
     ET_ANSWER_COMPLETE, "", "", true},
    {"the first of two choices", 200, JSON,
     "{\"choices\":[{\"index\":1,\"message\":{\"content\":\"b\"}},{\"index\":0,\"message\":{"
     "\"content\":\"a\"}}]}",
     ET_ANSWER_COMPLETE, "a", "", true},
    {"JSON cut short", 200, JSON, "{\"choices\":[{\"mess", ET_ANSWER_MALFORMED, "", "", true},
    {"more behind the JSON", 200, JSON, MIN("message") "{}", ET_ANSWER_MALFORMED, "", "", true},
    {"no body", 200, JSON, "", ET_ANSWER_MALFORMED, "", "", false},
    {"a page", 200, "text/html", "<html></html>", ET_ANSWER_MALFORMED, "", "", true},
    {"JSON, but no answer", 200, JSON, "{\"id\":\"x\"}", ET_ANSWER_MALFORMED, "", "", true},
    {"no choice", 200, JSON, "{\"choices\":[]}", ET_ANSWER_MALFORMED, "", "", true},
    {"a chunk is no answer", 200, JSON, MIN("delta"), ET_ANSWER_MALFORMED, "", "", true},
    {"content of another kind", 200, JSON, "{\"choices\":[{\"message\":{\"content\":1}}]}",
     ET_ANSWER_MALFORMED, "", "", true},
    {"usage that does not count", 200, JSON,
     "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":1.5}}",
     ET_ANSWER_MALFORMED, "a", "", true},
    {"an error with status 200", 200, JSON, ERROR, ET_ANSWER_ERROR, "", "busy", true},
    {"an error", 429, JSON, ERROR, ET_ANSWER_ERROR, "", "busy", false},
    {"an error without a code", 500, JSON, "{\"error\":{\"code\":null}}", ET_ANSWER_ERROR, "", "",
     false},
    {"an error page", 502, "text/html", "<html>Bad gateway</html>", ET_ANSWER_ERROR, "", "", false},
    {"an error is no stream", 503, STREAM, ERROR, ET_ANSWER_ERROR, "", "busy", false},

    {"a whole stream", 200, STREAM, GOOD, ET_ANSWER_COMPLETE, "Hello, \xE2\x82\xAC!", "", true},
    {"the least chunk", 200, STREAM, "data: " MIN("delta") "\n\n" DONE, ET_ANSWER_COMPLETE, "a", "",
     true},
    {"comments, CR LF and named events", 200, STREAM,
     ": hi\r\n\r\nevent: x\r\nid: 1\r\ndata: " MIN("delta") "\r\n\r\ndata: [DONE]\r\n\r\n\n",
     ET_ANSWER_COMPLETE, "a", "", true},
    {"only the role so far", 200, STREAM, ROLE, ET_ANSWER_INCOMPLETE, "", "", false},
    {"no [DONE]", 200, STREAM, ROLE SAYS("a") FINISH, ET_ANSWER_INCOMPLETE, "a", "", true},
    {"[DONE] without its empty line", 200, STREAM, SAYS("a") "data: [DONE]\n", ET_ANSWER_INCOMPLETE,
     "a", "", true},
    {"an empty stream", 200, STREAM, "", ET_ANSWER_INCOMPLETE, "", "", false},
    {"[DONE] twice", 200, STREAM, SAYS("a") DONE DONE, ET_ANSWER_MALFORMED, "a", "", true},
    {"a chunk behind [DONE]", 200, STREAM, DONE SAYS("a"), ET_ANSWER_MALFORMED, "", "", false},
    {"bytes behind [DONE]", 200, STREAM, SAYS("a") DONE "x", ET_ANSWER_MALFORMED, "a", "", true},
    {"empty lines behind [DONE]", 200, STREAM, SAYS("a") DONE "\n\r\n", ET_ANSWER_COMPLETE, "a", "",
     true},
    {"a chunk that is no JSON", 200, STREAM, SAYS("a") "data: {\"choices\"\n\n" SAYS("b"),
     ET_ANSWER_MALFORMED, "a", "", true},
    {"a bad escape where the last chunk had text", 200, STREAM, SAYS("a") SAYS("\\x") SAYS("b"),
     ET_ANSWER_MALFORMED, "a", "", true},
    {"JSON, but no chunk", 200, STREAM, "data: {}\n\n" DONE, ET_ANSWER_MALFORMED, "", "", false},
    {"choices of another kind", 200, STREAM, CHUNK_OF("1", ""), ET_ANSWER_MALFORMED, "", "", false},
    {"an error event", 200, STREAM, SAYS("a") "data: " ERROR "\n\n" DONE, ET_ANSWER_ERROR, "a",
     "busy", true},
    {"an error event of one string", 200, STREAM, "data: {\"error\":\"no\"}\n\n", ET_ANSWER_ERROR,
     "", "", false},
    {"error null is no error", 200, STREAM,
     "data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n" DONE,
     ET_ANSWER_COMPLETE, "a", "", true},
    {"other choices interleaved", 200, STREAM,
     SAYS("a") CHUNK_OF("{\"index\":1,\"delta\":{\"content\":\"X\"}}", "") SAYS("b") DONE,
     ET_ANSWER_COMPLETE, "ab", "", true},
    {"a tool is called", 200, STREAM, DELTA("{\"tool_calls\":[{\"index\":0}]}", "null") DONE,
     ET_ANSWER_COMPLETE, "", "", true},
    {"a refusal", 200, STREAM, DELTA("{\"refusal\":\"No\"}", "null") DONE, ET_ANSWER_COMPLETE, "",
     "", true},
    {"bytes that are no text become U+FFFD", 200, STREAM, SAYS("a") SAYS("\xFF") DONE,
     ET_ANSWER_COMPLETE, "a\xEF\xBF\xBD", "", true},
};

static void every_way_an_answer_ends_is_told(void **state)
{
    (void)state;
    struct et_answer_reader *reader = reader_new();
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const struct end *row = &ends[i];
        read_whole(reader, row->status, row->type, row->body);
        if (et_answer_reader_state(reader) != row->state)
            fail_msg("%s: state %d", row->why, et_answer_reader_state(reader));
        assert_slice_equal(et_answer_reader_answer(reader)->content, row->content);
        assert_slice_equal(et_answer_reader_error_code(reader), row->code);
        if (et_answer_reader_began(reader) != row->began)
            fail_msg("%s: began %d", row->why, !row->began);
    }
    et_answer_reader_free(reader);
    et_answer_reader_free(NULL);
}

static void cuts_anywhere_change_nothing(void **state)
{
    (void)state;
    struct et_answer_reader *reader = reader_new();
    struct et_text whole, cut;
    et_text_init(&whole, &support_heap, 1 << 16);
    et_text_init(&cut, &support_heap, 1 << 16);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct et_slice body = et_slice_of(ends[i].body);
        read_whole(reader, ends[i].status, ends[i].type, ends[i].body);
        print_all(reader, &whole);
        for (size_t at = 0; at <= body.size; at++) {
            begin(reader, ends[i].status, ends[i].type);
            feed(reader, et_slice_part(body, 0, at));
            feed(reader, et_slice_part(body, at, body.size));
            et_answer_reader_end(reader);
            print_all(reader, &cut);
            assert_slice_equal(et_text_slice(&cut), et_text_slice(&whole).data);
        }
    }
    et_text_free(&whole);
    et_text_free(&cut);
    et_answer_reader_free(reader);
}

static void an_answer_is_complete_only_when_its_end_is_told(void **state)
{
    (void)state;
    struct et_answer_reader *reader = reader_new();
    const char *const forms[][2] = {{JSON, ANSWER}, {STREAM, GOOD}};
    for (size_t i = 0; i < 2; i++) {
        begin(reader, 200, forms[i][0]);
        feed(reader, et_slice_of(forms[i][1]));
        assert_int_equal(et_answer_reader_state(reader), ET_ANSWER_INCOMPLETE);
        assert_true(et_answer_reader_began(reader));
        assert_slice_equal(et_answer_reader_answer(reader)->content,
                           i == 1 ? "Hello, \xE2\x82\xAC!" : "");
        assert_int_equal(et_answer_reader_done(reader), i == 1);
        et_answer_reader_end(reader);
        et_answer_reader_end(reader);
        assert_int_equal(et_answer_reader_state(reader), ET_ANSWER_COMPLETE);
    }
    begin(reader, 500, JSON);
    assert_int_equal(et_answer_reader_state(reader), ET_ANSWER_ERROR);
    et_answer_reader_reset(reader);
    et_answer_reader_end(reader); /* not even a head came */
    assert_int_equal(et_answer_reader_state(reader), ET_ANSWER_INCOMPLETE);
    et_answer_reader_free(reader);
}

struct loss {
    const char *why, *type, *body;
    bool plain;
};

#define MESSAGE(members) "{\"choices\":[{\"message\":{\"content\":\"a\"" members "}}]}"
#define CHOICE(members)                                                                            \
    "{\"choices\":[{\"message\":{\"content\":\"a\"}" members "}],\"service_tier\":null}"
#define ROOT(members) "{\"choices\":[{\"message\":{\"content\":\"a\"}}]" members "}"

static const struct loss losses[] = {
    {"OpenAI's answer", JSON, ANSWER, true},
    {"OpenAI's stream", STREAM, GOOD, true},
    {"empty members say nothing", JSON, MESSAGE(",\"tool_calls\":[],\"audio\":null,\"x\":\"\""),
     true},
    {"padding", STREAM, CHUNK_OF("", ",\"obfuscation\":\"AAatV4uAp\"") DONE, true},
    {"a tool call", JSON, MESSAGE(",\"tool_calls\":[{}]"), false},
    {"a tool call in a stream", STREAM, DELTA("{\"tool_calls\":[{\"index\":0}]}", "null") DONE,
     false},
    {"a refusal", JSON, MESSAGE(",\"refusal\":\"No\""), false},
    {"what another provider adds", JSON, MESSAGE(",\"reasoning_content\":\"hm\""), false},
    {"log probabilities", JSON, CHOICE(",\"logprobs\":{\"content\":[{}]}"), false},
    {"two choices", JSON,
     "{\"choices\":[{\"message\":{\"content\":\"a\"}},{\"message\":{\"content\":\"b\"}}]}", false},
    {"another choice in a stream", STREAM,
     SAYS("a") CHUNK_OF("{\"index\":1,\"delta\":{\"content\":\"X\"}}", "") DONE, false},
    {"another tier", JSON, ROOT(",\"service_tier\":\"flex\""), false},
    {"sources of the answer", JSON, ROOT(",\"citations\":[\"x\"]"), false},
};

static void what_printing_would_lose_is_told(void **state)
{
    (void)state;
    struct et_answer_reader *reader = reader_new();
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        read_whole(reader, 200, losses[i].type, losses[i].body);
        assert_int_equal(et_answer_reader_state(reader), ET_ANSWER_COMPLETE);
        if (et_answer_reader_plain(reader) != losses[i].plain)
            fail_msg("%s: plain %d", losses[i].why, !losses[i].plain);
    }
    et_answer_reader_free(reader);
}

static void what_an_answer_may_take_is_limited(void **state)
{
    (void)state;
    static const char *const forms[][2] = {
        {JSON, "{\"choices\":[{\"message\":{\"content\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}}]}"},
        {STREAM, "data: {\"choices\":[{\"delta\":{\"content\":\"aaaaaaaaaaaaaaaaaaaaaaa\"}}]}\n\n"},
    };
    struct et_answer_reader *reader = NULL;
    assert_int_equal(et_answer_reader_new(&reader, 64, &support_heap), 0);
    for (size_t i = 0; i < 2; i++) {
        begin(reader, 200, forms[i][0]);
        assert_int_equal(et_answer_reader_feed(reader, et_slice_of(forms[i][1])), ET_LIMIT);
        assert_int_equal(et_answer_reader_state(reader), ET_ANSWER_MALFORMED);
        feed(reader, ET_LIT("more"));
        et_answer_reader_end(reader);
        assert_int_equal(et_answer_reader_state(reader), ET_ANSWER_MALFORMED);
    }
    begin(reader, 200, STREAM); /* each chunk fits, but not all they say */
    struct et_slice chunk = ET_LIT("data: {\"choices\":[{\"delta\":{\"content\":\"aaaaa\"}}]}\n\n");
    for (size_t i = 0; i < 64 / 5; i++)
        feed(reader, chunk);
    assert_int_equal(et_answer_reader_feed(reader, chunk), ET_LIMIT);
    et_answer_reader_free(reader);
}

/* A chunk that is mostly like the one before: other text, sometimes with an escape, sometimes not
 * a string at all, sometimes another member or choice. */
static void print_random_chunk(uint64_t seed, uint32_t nth, struct et_text *out)
{
    static const char *const texts[] = {
        "a", "", "\\n", "\xE2\x82\xAC", "\\\"", "\\\\", "\\u0041", "\\ud83d\\ude00", "b c", "}]}"};
    static const char *const odd[] = {
        "\\", "\\x", "\\ud83d", "\",\"x\":\"", "\\u0000", "\"},\"y\":{\"z\":\"", "\x01"};
    static const char *const tails[] = {"\"}}]}",
                                        "\"},\"finish_reason\":\"stop\"}]}",
                                        "\"}}],\"id\":\"b\"}",
                                        "\"}}],\"usage\":{\"prompt_tokens\":3}}",
                                        "\"},\"index\":0}]}",
                                        "\"},\"index\":1}]}",
                                        "\"},\"logprobs\":{\"a\":1}}]}",
                                        "\"}}],\"error\":\"no\"}",
                                        "\"}}"};
    uint64_t a = et_draw(seed, nth, ET_DRAW_TEST, 0), b = et_draw(seed, nth, ET_DRAW_TEST, 1);
    bool plain = !et_draw_chance(et_draw(seed, nth, ET_DRAW_TEST, 2), 30000);
    bool same = !et_draw_chance(et_draw(seed, nth, ET_DRAW_TEST, 3), 200000);
    et_text_addf(out, "data: {\"id\":\"%c\",\"choices\":[{\"delta\":{\"content\":\"%s%s\n\n",
                 et_draw_chance(b, 100000) ? 'b' : 'a',
                 plain ? texts[et_draw_below(a, 10)] : odd[et_draw_below(a, 7)],
                 tails[same ? seed % 4 : et_draw_below(b, 9)]);
}

/* The reader skips parsing a chunk that repeats the one before; forgetting that one makes it parse
 * each. */
static void skipping_the_parser_changes_nothing(void **state)
{
    (void)state;
    struct et_answer_reader *fast = reader_new(), *full = reader_new();
    struct et_text chunk, a, b;
    et_text_init(&chunk, &support_heap, 1 << 12);
    et_text_init(&a, &support_heap, 1 << 16);
    et_text_init(&b, &support_heap, 1 << 16);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        begin(fast, 200, STREAM);
        begin(full, 200, STREAM);
        for (uint32_t nth = 0; nth < 12; nth++) {
            et_text_clear(&chunk);
            print_random_chunk(seed, nth, &chunk);
            full->twin.to = 0;
            feed(fast, et_text_slice(&chunk));
            feed(full, et_text_slice(&chunk));
            print_all(fast, &a);
            print_all(full, &b);
            assert_slice_equal(et_text_slice(&a), et_text_slice(&b).data);
        }
    }
    et_text_free(&chunk);
    et_text_free(&a);
    et_text_free(&b);
    et_answer_reader_free(fast);
    et_answer_reader_free(full);
}

struct form {
    unsigned status;
    const char *type, *body;
};

static void read_in(const struct et_mem *mem, void *arg)
{
    const struct form *form = arg;
    struct et_answer_reader *reader = NULL;
    int err = et_answer_reader_new(&reader, 1 << 16, mem);
    if (err)
        return;
    et_answer_reader_head(reader, form->status, et_slice_of(form->type));
    err = et_answer_reader_feed(reader, et_slice_of(form->body));
    et_answer_reader_end(reader);
    enum et_answer_state end = et_answer_reader_state(reader);
    assert_true(err == 0 || (err == ET_NOMEM && end == ET_ANSWER_MALFORMED));
    assert_true(end == ET_ANSWER_MALFORMED ||
                end == (form->status == 200 ? ET_ANSWER_COMPLETE : ET_ANSWER_ERROR));
    if (end == ET_ANSWER_COMPLETE)
        assert_slice_equal(et_answer_reader_answer(reader)->content, "Hello, \xE2\x82\xAC!");
    et_answer_reader_free(reader);
}

static void refused_memory_makes_an_answer_malformed_and_leaks_nothing(void **state)
{
    (void)state;
    struct form forms[] = {{200, JSON, ANSWER}, {200, STREAM, GOOD}, {429, JSON, ERROR}};
    for (size_t i = 0; i < 3; i++)
        support_torture(read_in, &forms[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_and_its_stream_say_the_same),
        cmocka_unit_test(what_is_printed_as_chunks_reads_back),
        cmocka_unit_test(every_way_an_answer_ends_is_told),
        cmocka_unit_test(cuts_anywhere_change_nothing),
        cmocka_unit_test(an_answer_is_complete_only_when_its_end_is_told),
        cmocka_unit_test(what_printing_would_lose_is_told),
        cmocka_unit_test(what_an_answer_may_take_is_limited),
        cmocka_unit_test(skipping_the_parser_changes_nothing),
        cmocka_unit_test(refused_memory_makes_an_answer_malformed_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
