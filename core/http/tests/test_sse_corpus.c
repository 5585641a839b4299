/* SPDX-License-Identifier: MIT */
/* The vectors of ../shared/data/corpora/sse-own, at every cut. */
#include "core/base/tests/support.h"

#include "core/http/tests/cuts.h"
#include "core/http/tests/files.h"
#include "core/json/json.h"

#define CORPUS "../shared/data/corpora/sse-own"

static unsigned sextet(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(digits, c);
    assert_non_null(at);
    return (unsigned)(at - digits);
}

static void add_base64(struct et_text *out, const struct et_json_node *node)
{
    const char *text = et_json_text(node).data;
    unsigned bits = 0, count = 0;
    assert_non_null(text);
    for (; *text && *text != '='; text++) {
        bits = bits << 6 | sextet(*text);
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        et_text_addc(out, (char)(bits >> count & 0xFF));
    }
}

/* No tree holds \u0000, so the text that is parsed has \uE000 (private use) there instead. */
static void add_string(struct et_text *out, const struct et_json_node *event, size_t index)
{
    const struct et_slice stand_in = ET_LIT("\xEE\x80\x80");
    struct et_slice rest = et_json_text(et_json_at(event, index));
    size_t at;
    while ((at = et_slice_find(rest, stand_in)) < rest.size) {
        et_text_add(out, et_slice_part(rest, 0, at));
        et_text_addc(out, '\0');
        rest = et_slice_part(rest, at + stand_in.size, rest.size);
    }
    et_text_add(out, rest);
}

static struct et_json *cases_of(struct et_slice file)
{
    struct et_json *json;
    char *text = (char *)(uintptr_t)file.data, *at = text;
    while ((at = memmem(at, file.size - (size_t)(at - text), "\\u0000", 6)))
        memcpy(at, "\\uE000", 6);
    assert_int_equal(et_json_parse(&json, file, NULL, &support_heap, NULL), 0);
    return json;
}

static void add_events(struct et_text *out, const struct et_json_node *events)
{
    const struct et_json_node *event = et_json_first(events);
    for (; event; event = et_json_next(event)) {
        et_text_add(out, ET_LIT("["));
        add_string(out, event, 0);
        et_text_add(out, ET_LIT("] <"));
        add_string(out, event, 1);
        et_text_add(out, ET_LIT("> ("));
        add_string(out, event, 2);
        et_text_add(out, ET_LIT(")\n"));
    }
    et_text_add(out, ET_LIT("error 0\n"));
}

static void expect_case(const struct et_json_node *item)
{
    const char *name = et_json_text(et_json_get(item, "name")).data;
    struct et_text stream, want, got;
    et_text_init(&stream, &support_heap, 1 << 20);
    et_text_init(&want, &support_heap, 1 << 20);
    et_text_init(&got, &support_heap, 1 << 20);
    add_base64(&stream, et_json_get(item, "b64"));
    add_events(&want, et_json_get(item, "events"));
    struct et_slice bytes = et_text_slice(&stream);
    if (!sse_cuts_agree(&got, &support_heap, &et_sse_limits_default, bytes, cut_stride(bytes.size)))
        fail_msg("%s: cuts disagree", name);
    if (!et_slice_equal(et_text_slice(&got), et_text_slice(&want)))
        fail_msg("%s:\n%s", name, et_text_slice(&got).data);
    et_text_free(&stream);
    et_text_free(&want);
    et_text_free(&got);
}

static void every_vector_gives_its_events_at_every_cut(void **state)
{
    (void)state;
    struct et_slice file = file_bytes(CORPUS, ET_LIT("cases.json"));
    if (!file.data) {
        print_message("skipped: " CORPUS " is not there\n");
        skip();
    }
    struct et_json *cases = cases_of(file);
    const struct et_json_node *root = et_json_root(cases), *item = et_json_first(root);
    assert_int_equal(et_json_count(root), 47);
    for (; item; item = et_json_next(item))
        expect_case(item);
    et_json_free(cases);
    free((void *)(uintptr_t)file.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_gives_its_events_at_every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
