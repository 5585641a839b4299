/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "io/sysmem.h"
#include "mock_openai/brain.h"
#include "mock_openai/journal.h"

static const struct et_journal_config small = {.entries = 4, .bytes = 4096, .body_bytes_max = 100};

static struct et_journal *journal_new(struct et_journal_config config)
{
    struct et_journal *journal;
    assert_int_equal(et_journal_new(&journal, &config), 0);
    return journal;
}

static struct et_journal_entry chat(unsigned status, const char *body)
{
    return (struct et_journal_entry){.received_at = 5,
                                     .times = {ET_NEVER, ET_NEVER, false},
                                     .status = status,
                                     .id = ET_LIT("req_1"),
                                     .client_id = ET_LIT("mine"),
                                     .method = ET_LIT("POST"),
                                     .target = ET_LIT("/v1/chat/completions?a=1"),
                                     .model = ET_LIT("gpt-4o"),
                                     .key = ET_LIT("Bearer sk-secret-abcd"),
                                     .body = et_slice_of(body)};
}

static uint64_t record(struct et_journal *journal, unsigned status, const char *body)
{
    struct et_journal_entry entry = chat(status, body);
    return et_journal_record(journal, &entry);
}

/* The bodies that match, joined by commas. */
static struct et_slice bodies(struct et_journal *journal, struct et_journal_filter filter)
{
    static char out[4096];
    struct et_journal_entry entry;
    struct et_text texts;
    uint64_t from = 0;
    size_t size = 0;
    et_text_init(&texts, &et_sysmem, 1 << 20);
    while (et_journal_next(journal, &filter, &from, &entry, &texts))
        size += (size_t)snprintf(out + size, sizeof out - size, "%.*s,", ET_ARG(entry.body));
    et_text_free(&texts);
    return (struct et_slice){out, size};
}

static void an_entry_comes_out_as_it_went_in(void **state)
{
    struct et_journal *journal = journal_new(small);
    struct et_journal_entry in = chat(200, "{}"), entry;
    struct et_text texts;
    uint64_t from = 0;
    (void)state;
    et_text_init(&texts, &et_sysmem, 1 << 20);
    in.streams = true;
    in.usage.prompt = 7;
    in.retry_count = 2;
    assert_int_equal(et_journal_record(journal, &in), 1);
    assert_true(et_journal_next(journal, &(struct et_journal_filter){0}, &from, &entry, &texts));
    assert_int_equal(from, 2);
    assert_int_equal(entry.number, 1);
    assert_int_equal(entry.received_at, 5);
    assert_int_equal(entry.status, 200);
    assert_true(entry.streams);
    assert_int_equal(entry.usage.prompt, 7);
    assert_int_equal(entry.retry_count, 2);
    assert_int_equal(entry.body_bytes, 2);
    assert_slice_equal(entry.id, "req_1");
    assert_slice_equal(entry.client_id, "mine");
    assert_slice_equal(entry.method, "POST");
    assert_slice_equal(entry.target, "/v1/chat/completions?a=1");
    assert_slice_equal(entry.model, "gpt-4o");
    assert_slice_equal(entry.body, "{}");
    assert_false(et_journal_next(journal, &(struct et_journal_filter){0}, &from, &entry, &texts));
    et_text_free(&texts);
    et_journal_free(journal);
}

static const struct {
    const char *authorization, *shown;
} keys[] = {
    {"Bearer sk-proj-0123456789abcdef", "...cdef"},
    {"bearer   sk-proj-0123456789abcdef ", "...cdef"},
    {"sk-proj-0123456789abcdef", "...cdef"},
    {"Bearer sk-short", "..."},
    {"Bearer ", "..."},
    {"", ""},
};

static void of_a_key_only_the_last_four_characters_are_kept(void **state)
{
    struct et_journal *journal = journal_new(small);
    struct et_text texts;
    (void)state;
    et_text_init(&texts, &et_sysmem, 1 << 20);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct et_journal_entry entry = chat(200, "");
        entry.key = et_slice_of(keys[i].authorization);
        uint64_t from = et_journal_record(journal, &entry);
        et_journal_next(journal, &(struct et_journal_filter){0}, &from, &entry, &texts);
        assert_slice_equal(entry.key, keys[i].shown);
        assert_int_equal(et_slice_find(et_text_slice(&texts), ET_LIT("sk-")),
                         et_text_slice(&texts).size);
    }
    et_text_free(&texts);
    et_journal_free(journal);
}

static void check_untimed(struct et_journal *journal)
{
    struct et_journal_entry entry;
    struct et_text texts;
    uint64_t from = 0;
    et_text_init(&texts, &et_sysmem, 1 << 20);
    while (et_journal_next(journal, &(struct et_journal_filter){0}, &from, &entry, &texts))
        assert_int_equal(entry.times.ended_at, ET_NEVER);
    et_text_free(&texts);
}

static void the_oldest_go_when_there_are_too_many(void **state)
{
    struct et_journal *journal = journal_new(small);
    (void)state;
    record(journal, 200, "a");
    uint64_t second = record(journal, 200, "b");
    for (const char *body = "c\0d\0e\0"; *body; body += 2)
        record(journal, 200, body);
    assert_slice_equal(bodies(journal, (struct et_journal_filter){0}), "b,c,d,e,");
    record(journal, 200, "f");
    assert_slice_equal(bodies(journal, (struct et_journal_filter){0}), "c,d,e,f,");
    et_journal_time(journal, second, &(struct et_journal_times){1, 2, true}); /* forgotten */
    check_untimed(journal);
    struct et_journal_state told = et_journal_tell(journal);
    assert_int_equal(told.received, 6);
    assert_int_equal(told.kept, 4);
    assert_int_equal(told.last, 6);
    et_journal_free(journal);
}

static void a_long_body_is_cut_and_says_how_long_it_was(void **state)
{
    struct et_journal *journal = journal_new(small);
    struct et_journal_entry entry;
    struct et_text texts;
    char body[1001] = {0};
    uint64_t from = 0;
    (void)state;
    memset(body, 'x', 1000);
    et_text_init(&texts, &et_sysmem, 1 << 20);
    record(journal, 200, body);
    et_journal_next(journal, &(struct et_journal_filter){0}, &from, &entry, &texts);
    assert_int_equal(entry.body.size, 100);
    assert_int_equal(entry.body_bytes, 1000);
    et_text_free(&texts);
    et_journal_free(journal);
}

static const struct {
    const char *why;
    struct et_journal_filter filter;
    const char *bodies;
} filters[] = {
    {"everything", {0}, "a,b,c,"},
    {"a status", {.status_low = 429, .status_high = 429}, "b,"},
    {"a class of them", {.status_low = 400, .status_high = 599}, "b,c,"},
    {"a model", {.model = {"gpt-5", 5}}, "c,"},
    {"a path, whatever the query", {.path = {"/v1/chat/completions", 20}}, "a,b,"},
    {"half a path", {.path = {"/v1/chat", 8}}, ""},
    {"an id of ours", {.id = {"req_3", 5}}, "c,"},
    {"an id of the client", {.id = {"mine", 4}}, "a,b,"},
    {"any fault", {.faults = ~(uint64_t)1}, "b,"},
    {"no fault", {.faults = 1}, "a,c,"},
    {"one fault", {.faults = 1 << ET_FAULT_CUT}, "b,"},
    {"another fault", {.faults = 1 << ET_FAULT_STALL}, ""},
    {"what came later", {.since = 2}, "c,"},
    {"two conditions", {.since = 1, .path = {"/v1/chat/completions", 20}}, "b,"},
};

static void filters_choose(void **state)
{
    struct et_journal *journal = journal_new(small);
    struct et_journal_entry b = chat(429, "b"), c = chat(500, "c");
    (void)state;
    b.faults = 1 << ET_FAULT_CUT;
    c.model = ET_LIT("gpt-5");
    c.target = ET_LIT("/v1/responses");
    c.id = ET_LIT("req_3");
    c.client_id = ET_LIT("other");
    record(journal, 200, "a");
    et_journal_record(journal, &b);
    et_journal_record(journal, &c);
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct et_slice found = bodies(journal, filters[i].filter);
        if (!et_slice_equal(found, et_slice_of(filters[i].bodies)))
            fail_msg("%s: %.*s", filters[i].why, ET_ARG(found));
    }
    et_journal_free(journal);
}

static void counting_goes_on_where_it_stopped(void **state)
{
    struct et_journal *journal = journal_new(small);
    const struct et_journal_filter good = {.status_low = 200, .status_high = 200};
    uint64_t from = 0;
    (void)state;
    assert_int_equal(et_journal_count(journal, &good, &from), 0);
    record(journal, 200, "a");
    record(journal, 500, "b");
    assert_int_equal(et_journal_count(journal, &good, &from), 1);
    record(journal, 200, "c");
    assert_int_equal(et_journal_count(journal, &good, &from), 1);
    assert_int_equal(et_journal_count(journal, &good, &from), 0);
    et_journal_free(journal);
}

static void clearing_forgets_and_numbers_go_on(void **state)
{
    struct et_journal *journal = journal_new(small);
    (void)state;
    record(journal, 200, "a");
    et_journal_clear(journal);
    assert_slice_equal(bodies(journal, (struct et_journal_filter){0}), "");
    assert_int_equal(et_journal_tell(journal).received, 0);
    assert_int_equal(record(journal, 200, "b"), 2);
    assert_slice_equal(bodies(journal, (struct et_journal_filter){0}), "b,");
    et_journal_free(journal);
}

/* Nothing but what is kept may take room. */
static void a_cleared_journal_holds_as_much_as_before(void **state)
{
    const struct et_journal_config tight = {.entries = 50, .bytes = 1000, .body_bytes_max = 250};
    struct et_journal *journal = journal_new(tight);
    struct et_journal_state told[2];
    char body[201] = {0};
    (void)state;
    memset(body, 'x', 200);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20; i++)
            record(journal, 200, body);
        told[round] = et_journal_tell(journal);
        et_journal_clear(journal);
    }
    assert_in_range(told[0].kept, 2, 4);
    assert_int_equal(told[1].kept, told[0].kept);
    et_journal_free(journal);
}

/* Some large ones among small ones must not leave every place large. */
static void places_give_back_what_a_large_body_took(void **state)
{
    const struct et_journal_config mixed = {
        .entries = 20, .bytes = 100000, .body_bytes_max = 20000};
    struct et_journal *journal = journal_new(mixed);
    static char large[20001];
    (void)state;
    memset(large, 'x', sizeof large - 1);
    for (int i = 0; i < 500; i++)
        record(journal, 200, i % 7 == 0 ? large : "small");
    assert_int_equal(et_journal_tell(journal).kept, 20);
    et_journal_free(journal);
}

static void on_record(void *ctx)
{
    ++*(int *)ctx;
}

static void whoever_watches_is_woken(void **state)
{
    struct et_journal *journal = journal_new(small);
    int woken = 0;
    (void)state;
    et_journal_watch(journal, on_record, &woken);
    record(journal, 200, "a");
    assert_int_equal(woken, 1);
    et_journal_watch(journal, NULL, NULL);
    record(journal, 200, "b");
    assert_int_equal(woken, 1);
    et_journal_free(journal);
}

/* Bodies whose length and bytes follow from their number. */
static size_t body_of(uint64_t number, char body[100])
{
    size_t size = et_draw(3, number, ET_DRAW_TEST, 0) % 101;
    memset(body, 'a' + (int)(number % 26), size);
    return size;
}

static void check_all(struct et_journal *journal)
{
    struct et_journal_entry entry;
    struct et_text texts;
    uint64_t from = 0, expected = 0;
    char body[100];
    et_text_init(&texts, &et_sysmem, 1 << 20);
    while (et_journal_next(journal, &(struct et_journal_filter){0}, &from, &entry, &texts)) {
        assert_true(expected == 0 || entry.number == expected);
        expected = entry.number + 1;
        size_t size = body_of(entry.number, body);
        assert_true(et_slice_equal(entry.body, (struct et_slice){body, size}));
        assert_slice_equal(entry.key, "...abcd");
    }
    assert_int_equal(expected, et_journal_tell(journal).last + 1);
    et_text_free(&texts);
}

static void whatever_is_kept_is_whole_and_the_latest(void **state)
{
    static const struct et_journal_config configs[] = {
        {.entries = 7, .bytes = 500, .body_bytes_max = 100},   /* bytes are short */
        {.entries = 7, .bytes = 5000, .body_bytes_max = 100},  /* entries are */
        {.entries = 1, .bytes = 400, .body_bytes_max = 100},   /* hardly anything fits */
        {.entries = 100, .bytes = 1777, .body_bytes_max = 100} /* and a crooked size */
    };
    (void)state;
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
        struct et_journal *journal = journal_new(configs[i]);
        for (uint64_t number = 1; number <= 2000; number++) {
            char body[100];
            struct et_journal_entry entry = chat(200, "");
            entry.body = (struct et_slice){body, body_of(number, body)};
            entry.method = entry.target = entry.id = (struct et_slice){NULL, 0};
            assert_int_equal(et_journal_record(journal, &entry), number);
            check_all(journal);
        }
        et_journal_free(journal);
    }
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(an_entry_comes_out_as_it_went_in),
        cmocka_unit_test(of_a_key_only_the_last_four_characters_are_kept),
        cmocka_unit_test(the_oldest_go_when_there_are_too_many),
        cmocka_unit_test(a_long_body_is_cut_and_says_how_long_it_was),
        cmocka_unit_test(filters_choose),
        cmocka_unit_test(counting_goes_on_where_it_stopped),
        cmocka_unit_test(clearing_forgets_and_numbers_go_on),
        cmocka_unit_test(a_cleared_journal_holds_as_much_as_before),
        cmocka_unit_test(places_give_back_what_a_large_body_took),
        cmocka_unit_test(whoever_watches_is_woken),
        cmocka_unit_test(whatever_is_kept_is_whole_and_the_latest),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
