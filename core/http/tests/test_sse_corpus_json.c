/* SPDX-License-Identifier: MIT */
/* The vectors of ../shared/data/corpora/sse-own, at every cut. */
#include "core/base/tests/support.h"

#include "core/http/tests/cuts.h"
#include "core/http/tests/files.h"

#include <cJSON.h>

#define CORPUS "../shared/data/corpora/sse-own"

static unsigned sextet(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(digits, c);
    assert_non_null(at);
    return (unsigned)(at - digits);
}

static void add_base64(struct et_text *out, const char *text)
{
    unsigned bits = 0, count = 0;
    for (; *text && *text != '='; text++) {
        bits = bits << 6 | sextet(*text);
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        et_text_addc(out, (char)(bits >> count & 0xFF));
    }
}

/* cJSON cuts a string at \u0000, so the text it parses has \uE000 (private use) there instead. */
static void add_string(struct et_text *out, const cJSON *event, int index)
{
    const struct et_slice stand_in = ET_LIT("\xEE\x80\x80");
    struct et_slice rest = et_slice_of(cJSON_GetArrayItem(event, index)->valuestring);
    size_t at;
    while ((at = et_slice_find(rest, stand_in)) < rest.size) {
        et_text_add(out, et_slice_part(rest, 0, at));
        et_text_addc(out, '\0');
        rest = et_slice_part(rest, at + stand_in.size, rest.size);
    }
    et_text_add(out, rest);
}

static cJSON *cases_of(struct et_slice file)
{
    char *text = (char *)(uintptr_t)file.data, *at = text;
    while ((at = memmem(at, file.size - (size_t)(at - text), "\\u0000", 6)))
        memcpy(at, "\\uE000", 6);
    return cJSON_ParseWithLength(text, file.size);
}

static void add_events(struct et_text *out, const cJSON *events)
{
    const cJSON *event;
    cJSON_ArrayForEach(event, events)
    {
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

static void expect_case(const cJSON *item)
{
    const char *name = cJSON_GetObjectItemCaseSensitive(item, "name")->valuestring;
    struct et_text stream, want, got;
    et_text_init(&stream, &support_heap, 1 << 20);
    et_text_init(&want, &support_heap, 1 << 20);
    et_text_init(&got, &support_heap, 1 << 20);
    add_base64(&stream, cJSON_GetObjectItemCaseSensitive(item, "b64")->valuestring);
    add_events(&want, cJSON_GetObjectItemCaseSensitive(item, "events"));
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
    cJSON *cases = cases_of(file);
    assert_int_equal(cJSON_GetArraySize(cases), 47);
    const cJSON *item;
    cJSON_ArrayForEach(item, cases)
    {
        expect_case(item);
    }
    cJSON_Delete(cases);
    free((void *)(uintptr_t)file.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_gives_its_events_at_every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
