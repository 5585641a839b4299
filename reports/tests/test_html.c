/* SPDX-License-Identifier: MIT */
/* The page, and names that try to break out of it.  With $ETALON_PAGE set it is also written there,
 * full of such names, for ci/oracles/page.test.mjs to open in a browser. */
#include "reports/tests/sample.h"

#include "core/base/base64.h"
#include "core/base/hash.h"
#include "core/base/utf8.h"
#include "core/json/json.h"
#include "io/file.h"

enum { PAGE_MAX = 64 << 20, FILE_MAX = 1 << 20, NAMES_MAX = 8000, GOALS_MAX = 8000 };

static size_t count(struct et_slice page, struct et_slice what)
{
    size_t found = 0;
    while (et_slice_find(page, what) < page.size) {
        page = et_slice_part(page, et_slice_find(page, what) + what.size, page.size);
        found++;
    }
    return found;
}

/* What stands between the first `before` and the next `after`. */
static struct et_slice between(struct et_slice page, const char *before, const char *after)
{
    size_t from = et_slice_find(page, et_slice_of(before)) + strlen(before);
    assert_true(from < page.size);
    struct et_slice rest = et_slice_part(page, from, page.size);
    return et_slice_part(rest, 0, et_slice_find(rest, et_slice_of(after)));
}

static void assert_holds(struct et_slice page, const char *fragment)
{
    if (et_slice_find(page, et_slice_of(fragment)) == page.size)
        fail_msg("the page does not hold: %s", fragment);
}

static void the_page_says_what_the_table_says(void **state)
{
    (void)state;
    static const char *const fragments[] = {
        "<title>goals: 1 of 6 goals missed – Etalon</title>",
        "<h1 class=\"bad\">1 of 6 goals missed</h1>",
        "<b>goals</b>, virtual clock, seed 1, 3,000 requests an arm",
        "<article class=\"card good\">\n<h2>mean latency</h2>\n"
        "<p class=\"who\">optimised against baseline</p>\n<p class=\"value\">−57.4 %"
        "<span class=\"range\">−58.5 % … −56.3 %</span></p>",
        "goal: at most −30.0 %</span><b>not proven</b>",
        "<p class=\"reason\">met by the estimate, but the interval reaches beyond the goal</p>",
        "<i class=\"swatch s1\"></i>optimised</th><td class=\"words\">gpt-5.4-mini</td>",
        "<th scope=\"rowgroup\" class=\"words\" colspan=\"7\">assistant</th>",
        "<th scope=\"row\" class=\"words\">upstream_5xx</th>",
        "<dt>fingerprint</dt><dd>5eedf00d12345678</dd>",
        "<dt>prices of</dt><dd>2026-11-18</dd>",
        "<dt>machine</dt><dd>Linux x86_64, 2 cores</dd>",
    };
    struct et_text page;
    sample_write(&sample_story);
    struct et_summary *summary = sample_summary();
    et_text_init(&page, &support_heap, PAGE_MAX);
    et_report_html(summary, ET_LIT("chart()"), &page);
    assert_int_equal(et_text_failed(&page), 0);
    for (size_t i = 0; i < sizeof fragments / sizeof *fragments; i++)
        assert_holds(et_text_slice(&page), fragments[i]);
    et_text_free(&page);
    et_summary_free(summary);
}

/* The policy names the digest of each script and style, and nothing else may run. */
static void the_policy_allows_this_page_only(void **state)
{
    (void)state;
    struct et_text page, source;
    struct et_summary summary = {.status = ET_LIT("done")};
    et_text_init(&page, &support_heap, PAGE_MAX);
    et_text_init(&source, &support_heap, 200);
    et_report_html(&summary, ET_LIT("chart()"), &page);
    struct et_slice bytes = et_text_slice(&page);
    struct et_slice policy = between(bytes, "Content-Security-Policy\" content=\"", "\"");
    assert_true(et_slice_starts(policy, ET_LIT("default-src 'none'; base-uri 'none'; "
                                               "form-action 'none'; style-src 'sha256-")));
    assert_int_equal(count(policy, ET_LIT("sha256-")), 3);
    struct et_digest digest = et_digest_of(between(bytes, "<style>", "</style>"));
    et_base64_encode(&source, (struct et_slice){(char *)digest.bytes, sizeof digest.bytes});
    assert_holds(policy, source.data);
    et_text_clear(&source);
    digest = et_digest_of(ET_LIT("chart()"));
    et_base64_encode(&source, (struct et_slice){(char *)digest.bytes, sizeof digest.bytes});
    assert_holds(policy, source.data);
    assert_int_equal(count(bytes, ET_LIT("<script>chart()</script>")), 1);
    assert_int_equal(count(bytes, ET_LIT("http://")) + count(bytes, ET_LIT("https://")), 0);
    et_text_free(&source);
    et_text_free(&page);
}

static void a_chart_library_that_would_end_its_element_is_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *why, *chart;
    } cases[] = {
        {"it ends the element", "'</script><b>'"},
        {"in capitals", "'</SCRIPT>'"},
        {"it begins a comment", "'<!--'"},
        {"there is none", ""},
    };
    struct et_summary summary = {.status = ET_LIT("done")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct et_text page;
        et_text_init(&page, &support_heap, PAGE_MAX);
        et_report_html(&summary, et_slice_of(cases[i].chart), &page);
        assert_int_equal(count(et_text_slice(&page), ET_LIT("<script>")), 0);
        assert_int_equal(count(et_text_slice(&page), ET_LIT("script-src")), 0);
        et_text_free(&page);
    }
}

static void curves_and_costs_are_there_to_be_drawn(void **state)
{
    (void)state;
    struct et_text page;
    struct et_json *json;
    sample_write(&sample_story);
    struct et_summary *summary = sample_summary();
    et_text_init(&page, &support_heap, PAGE_MAX);
    et_report_html(summary, ET_LIT(""), &page);
    struct et_slice data = between(et_text_slice(&page), "id=\"data\">", "</script>");
    assert_int_equal(et_json_parse(&json, data, NULL, &support_heap, NULL), 0);
    const struct et_json_node *arm = et_json_first(et_json_get(et_json_root(json), "arms"));
    assert_slice_equal(et_json_raw(json, et_json_get(arm, "cost_usd_per_1000")), "4.200000");
    const struct et_json_node *curve = et_json_get(arm, "curve");
    assert_int_equal(et_json_count(curve), 42); /* three decades of 12, and up to 1 in 2,700 */
    uint64_t p50, last = 0;
    assert_true(et_json_u64(json, et_json_at(et_json_at(curve, 12), 1), &p50));
    for (size_t i = 0; i < et_json_count(curve); i++) {
        uint64_t us;
        assert_true(et_json_u64(json, et_json_at(et_json_at(curve, i), 1), &us));
        assert_true(us >= last);
        last = us;
    }
    assert_true(p50 <= summary->arms[0].latency.p95);
    et_json_free(json);
    et_text_free(&page);
    et_summary_free(summary);
}

/* Every text of a summary is `name`. */
struct named {
    struct et_summary summary;
    struct et_summary_arm arm;
    struct et_summary_use_case use_case;
    struct et_summary_goal goal;
};

static void fill(struct named *named, struct et_slice name)
{
    *named = (struct named){
        .summary = {.scenario = name,
                    .path = name,
                    .clock = name,
                    .version = name,
                    .commit = name,
                    .machine = name,
                    .status = ET_LIT("done"),
                    .verdict = name,
                    .arms = &named->arm,
                    .arm_count = 1,
                    .goals = &named->goal,
                    .goal_count = 1},
        .arm = {.name = name,
                .model = name,
                .use_cases = &named->use_case,
                .use_case_count = 1,
                .totals = {.requests = 2, .errors = {[ET_END_TIMEOUT] = 1}}},
        .use_case = {.name = name, .model = name, .requests = 1},
        .goal = {.metric = name,
                 .arm = name,
                 .against = name,
                 .unit = name,
                 .verdict = name,
                 .reason = name},
    };
}

/* The corpora of the workplace: one text a line. */
static size_t read_names(struct et_slice *names, struct et_file files[2])
{
    static const char *const paths[] = {"../shared/data/corpora/xss/Intruder/xss-payload-list.txt",
                                        "../shared/data/corpora/blns/blns.txt"};
    size_t n = 0;
    for (size_t i = 0; i < 2; i++) {
        if (et_file_read(&files[i], paths[i], FILE_MAX, NULL) != 0)
            return 0;
        struct et_slice rest = files[i].bytes;
        while (n < NAMES_MAX && et_slice_split(&rest, '\n', &names[n]))
            n += names[n].size > 0;
    }
    return n;
}

static void check_name(struct et_slice name, size_t tags, struct et_text *out)
{
    struct named named;
    struct et_json *json;
    fill(&named, name);
    et_text_clear(out);
    et_report_html(&named.summary, ET_LIT(""), out);
    if (count(et_text_slice(out), ET_LIT("<")) != tags)
        fail_msg("it opens an element: %.*s", ET_ARG(name));
    assert_true(et_utf8_valid(et_text_slice(out)));
    et_text_clear(out);
    et_report_json(&named.summary, ET_LIT(""), out);
    assert_int_equal(et_json_parse(&json, et_text_slice(out), NULL, &support_heap, NULL), 0);
    struct et_slice back = et_json_text(et_json_get(et_json_root(json), "scenario"));
    assert_int_equal(et_slice_compare(back, name), 0);
    et_json_free(json);
    et_text_clear(out);
    et_report_table(&named.summary, false, out);
    for (size_t i = 0; i < out->size; i++)
        assert_true((unsigned char)out->data[i] >= 0x20 || out->data[i] == '\n');
}

static struct et_slice names[NAMES_MAX];

static void no_name_opens_an_element(void **state)
{
    (void)state;
    struct et_file files[2] = {0};
    struct et_text out;
    struct named plain;
    size_t n = read_names(names, files);
    if (!n) {
        print_message("skipped: the corpora xss and blns are not there\n");
        skip();
    }
    et_text_init(&out, &support_heap, PAGE_MAX);
    fill(&plain, ET_LIT("x"));
    et_report_html(&plain.summary, ET_LIT(""), &out);
    size_t tags = count(et_text_slice(&out), ET_LIT("<"));
    for (size_t i = 0; i < n; i++)
        if (et_utf8_valid(names[i])) /* et_summary_new has seen to that */
            check_name(names[i], tags, &out);
    et_text_free(&out);
    et_file_free(&files[0]);
    et_file_free(&files[1]);
}

/* Where the corpora are not there. */
static const char *const few_names[] = {"<script>alert(1)</script>",
                                        "\"><img src=x onerror=alert(1)>",
                                        "</script><svg onload=alert(1)>",
                                        "' onmouseover='alert(1)",
                                        "javascript:alert(1)",
                                        "&lt;b&gt; {{7*7}} ${7*7}",
                                        "<!--<script>",
                                        "]]><style>*{display:none}"};

static size_t names_or_few(struct et_file files[2])
{
    size_t n = read_names(names, files);
    size_t few = sizeof few_names / sizeof *few_names;
    for (size_t i = 0; i < few && n + i < NAMES_MAX; i++)
        names[n + i] = et_slice_of(few_names[i]);
    return n + few < NAMES_MAX ? n + few : NAMES_MAX;
}

static void a_page_full_of_such_names_is_written_for_the_browser(void **state)
{
    (void)state;
    static struct et_summary_goal goals[GOALS_MAX];
    const char *path = getenv("ETALON_PAGE");
    if (!path)
        skip(); /* ci/oracles/page.test.mjs sets it */
    struct et_file files[2] = {0}, chart;
    struct et_text page;
    size_t n = names_or_few(files);
    sample_write(&sample_story);
    struct et_summary *summary = sample_summary();
    for (size_t i = 0; i < n; i++)
        goals[i] = (struct et_summary_goal){
            names[i], names[i], names[i], ET_LIT("ppm"), ET_LIT("PASS"), names[i], -1, -2, 1, 0};
    summary->goals = goals;
    summary->goal_count = n;
    summary->scenario = summary->machine = et_slice_of(few_names[2]);
    for (size_t i = 0; i < summary->arm_count; i++)
        summary->arms[i].name = summary->arms[i].use_cases[0].name = et_slice_of(few_names[i]);
    et_text_init(&page, &support_heap, PAGE_MAX);
    assert_int_equal(et_file_data(&chart, "chart.js", NULL), 0);
    et_report_html(summary, chart.bytes, &page);
    assert_int_equal(et_file_write(path, et_text_slice(&page), NULL), 0);
    et_text_free(&page);
    et_file_free(&chart);
    et_file_free(&files[0]);
    et_file_free(&files[1]);
    et_summary_free(summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(the_page_says_what_the_table_says),
        cmocka_unit_test(the_policy_allows_this_page_only),
        cmocka_unit_test(a_chart_library_that_would_end_its_element_is_left_out),
        story_test(curves_and_costs_are_there_to_be_drawn),
        cmocka_unit_test(no_name_opens_an_element),
        story_test(a_page_full_of_such_names_is_written_for_the_browser),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
