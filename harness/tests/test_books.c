/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "harness/books.h"

static struct et_request_row row_of(et_id request, enum et_end end)
{
    return (struct et_request_row){.request = request,
                                   .use_case = ET_LIT("chat"),
                                   .model = ET_LIT("gpt-4o"),
                                   .end = end,
                                   .source = ET_SOURCE_UPSTREAM,
                                   .first_at = 1500 * ET_MS,
                                   .ended_at = 2 * ET_S,
                                   .cost_pico = 10,
                                   .priced = true};
}

static void totals_are_the_sums_of_the_rows(void **state)
{
    (void)state;
    struct et_books *books;
    struct et_arm_totals totals;
    assert_int_equal(et_books_new(&books, &support_heap), 0);
    for (et_id r = 1; r <= 3; r++)
        assert_int_equal(et_books_open(books, r, ET_S, ET_S), 0);
    struct et_request_row good = row_of(2, ET_END_ANSWERED), bad = row_of(1, ET_END_TIMEOUT);
    struct et_attempt_row attempt = {.model = ET_LIT("gpt-4o"), .usage = {.cached = 1024}};
    assert_int_equal(et_books_request(books, &good), 0);
    assert_int_equal(et_books_request(books, &bad), 0);
    assert_int_equal(et_books_attempt(books, &attempt), 0);
    et_books_totals(books, &totals);
    assert_int_equal(totals.requests, 3);
    assert_int_equal(totals.completed, 1);
    assert_int_equal(totals.errors[ET_END_TIMEOUT], 1);
    assert_int_equal(totals.cost_pico, 20);
    assert_int_equal(totals.upstream_calls, 1);
    assert_int_equal(totals.cached_tokens, 1024);
    et_books_free(books);
}

static void latency_counts_from_the_intended_instant_and_service_from_the_dispatch(void **state)
{
    (void)state;
    struct et_booked booked = {.intended_at = ET_S, .dispatched_at = 1200 * ET_MS};
    booked.row = row_of(1, ET_END_ANSWERED);
    booked.row.stream = true;
    assert_int_equal(et_booked_latency(&booked), ET_S);
    assert_int_equal(et_booked_service(&booked), 800 * ET_MS);
    assert_int_equal(et_booked_ttft(&booked), 500 * ET_MS);
    booked.row.first_at = ET_NEVER;
    assert_int_equal(et_booked_ttft(&booked), ET_NEVER);
}

static uint64_t logged(unsigned what, et_id who, et_ns now, const char *bytes)
{
    struct et_books *books;
    assert_int_equal(et_books_new(&books, &support_heap), 0);
    et_books_log(books, 1, 1, 1, ET_LIT("first"));
    et_books_log(books, what, who, now, et_slice_of(bytes));
    uint64_t fingerprint = books->fingerprint;
    et_books_free(books);
    return fingerprint;
}

static void the_fingerprint_sees_every_part_of_an_event(void **state)
{
    (void)state;
    uint64_t one = logged(2, 3, 4, "x");
    assert_int_equal(one, logged(2, 3, 4, "x"));
    assert_int_not_equal(one, logged(1, 3, 4, "x"));
    assert_int_not_equal(one, logged(2, 4, 4, "x"));
    assert_int_not_equal(one, logged(2, 3, 5, "x"));
    assert_int_not_equal(one, logged(2, 3, 4, "y"));
}

static void fill(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_books *books = NULL;
    int err = et_books_new(&books, mem);
    struct et_attempt_row attempt = {.model = ET_LIT("m")};
    struct et_transition_row transition = {.model = ET_LIT("m"), .from = "closed", .to = "open"};
    for (et_id r = 1; !err && r <= 1500; r++) {
        struct et_request_row row = row_of(r, ET_END_ANSWERED);
        err = et_books_open(books, r, 0, 0);
        if (!err)
            err = et_books_request(books, &row);
        if (!err)
            err = et_books_attempt(books, &attempt);
        if (!err)
            err = et_books_transition(books, &transition);
    }
    assert_true(err == 0 || err == ET_NOMEM);
    et_books_free(books);
}

static void refused_memory_is_told_and_nothing_is_left(void **state)
{
    (void)state;
    support_torture(fill, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_the_sums_of_the_rows),
        cmocka_unit_test(latency_counts_from_the_intended_instant_and_service_from_the_dispatch),
        cmocka_unit_test(the_fingerprint_sees_every_part_of_an_event),
        cmocka_unit_test(refused_memory_is_told_and_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
