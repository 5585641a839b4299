/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/base64.h"
#include "core/tokens/media.h"

static void images_cost_what_the_guide_says(void **state)
{
    (void)state;
    static const struct {
        const char *why, *model;
        struct et_image_size size;
        enum et_image_detail detail;
        uint64_t tokens;
    } rows[] = {
        {"the guide: 1024 x 1024 is four tiles", "gpt-4o", {1024, 1024}, ET_DETAIL_HIGH, 765},
        {"the guide: 2048 x 4096 is six", "gpt-4o", {2048, 4096}, ET_DETAIL_AUTO, 1105},
        {"the guide: low is the base", "gpt-4o", {4096, 8192}, ET_DETAIL_LOW, 85},
        {"one tile, nothing is enlarged", "gpt-4.1", {512, 512}, ET_DETAIL_HIGH, 255},
        {"a row of four tiles", "gpt-4-turbo", {2048, 1}, ET_DETAIL_HIGH, 765},
        {"gpt-4o-mini", "gpt-4o-mini-2024-07-18", {1024, 1024}, ET_DETAIL_HIGH, 25501},
        {"gpt-4o-mini, low", "gpt-4o-mini", {9, 9}, ET_DETAIL_LOW, 2833},
        {"o3", "o3", {1024, 1024}, ET_DETAIL_HIGH, 675},
        {"gpt-5", "gpt-5", {1024, 1024}, ET_DETAIL_HIGH, 630},
        {"gpt-6 as gpt-5", "gpt-6.2-sol", {1024, 1024}, ET_DETAIL_LOW, 70},
        {"the guide: 1024 x 1024 is 1024 patches",
         "gpt-4.1-mini",
         {1024, 1024},
         ET_DETAIL_HIGH,
         1659},
        {"the guide: 1800 x 2400 is 1452 patches",
         "gpt-4.1-mini",
         {1800, 2400},
         ET_DETAIL_HIGH,
         2353},
        {"the same lying", "o4-mini", {2400, 1800}, ET_DETAIL_HIGH, 2498},
        {"recorded: 16 x 16 at gpt-5-nano", "gpt-5-nano", {16, 16}, ET_DETAIL_AUTO, 3},
        {"as many patches as fit", "gpt-5-mini", {32 * 32, 48 * 32}, ET_DETAIL_HIGH, 2489},
        {"a line", "gpt-5-nano", {1 << 24, 1}, ET_DETAIL_HIGH, 3779},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct et_image_rule *rule = et_image_rule(et_slice_of(rows[i].model));
        uint64_t tokens = et_image_tokens(rule, rows[i].size, rows[i].detail);
        if (tokens != rows[i].tokens)
            fail_msg("%s: got %d; expected %d", rows[i].why, (int)tokens, (int)rows[i].tokens);
    }
}

static void no_image_has_more_patches_than_fit(void **state)
{
    (void)state;
    const struct et_image_rule rule = {"", 0, 0, 100};
    for (uint32_t w = 1; w < 5000; w = w * 5 / 4 + 1)
        for (uint32_t h = 1; h < 5000; h = h * 5 / 4 + 1) {
            uint64_t tokens = et_image_tokens(&rule, (struct et_image_size){w, h}, ET_DETAIL_HIGH);
            assert_true(tokens >= 1 && tokens <= 1536);
        }
}

/* A data: URL of the bytes, in `out`. */
static struct et_slice url_of(struct et_text *out, struct et_slice bytes)
{
    et_text_clear(out);
    et_text_add(out, ET_LIT("data:image/any;base64,"));
    et_base64_encode(out, bytes);
    return et_text_slice(out);
}

#define BYTES(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static const struct {
    const char *why;
    struct et_slice bytes;
    uint32_t width, height; /* 0: cannot be read */
} headers[] = {
    {"PNG", BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\1\2\0\0\3\4\10\6"), 258, 772},
    {"GIF", BYTES("GIF89a\2\1\4\3\0"), 258, 772},
    {"JPEG", BYTES("\xFF\xD8\xFF\xE0\0\4xx\xFF\xC4\0\3x\xFF\xC2\0\x11\10\3\4\1\2\3\1"), 258, 772},
    {"WebP, extended", BYTES("RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\1\1\0\3\3\0"), 258, 772},
    {"WebP, lossless", BYTES("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2F\1\xC1\xC0\0"), 258, 772},
    {"WebP, lossy", BYTES("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9D\1\x2A\2\1\4\3"), 258, 772},
    {"an empty PNG", BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\0\0\0\3\4"), 0, 0},
    {"a huge PNG", BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\x7F\0\0\0\0\0\3\4"), 0, 0},
    {"a cut PNG", BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\1\2\0"), 0, 0},
    {"a JPEG without a frame", BYTES("\xFF\xD8\xFF\xE0\0\4xx\xFF\xD9"), 0, 0},
    {"a JPEG that goes nowhere", BYTES("\xFF\xD8\xFF\xE0\0\0\xFF\xE0\0\0"), 0, 0},
    {"a BMP", BYTES("BM01234567890123456789"), 0, 0},
    {"nothing", BYTES(""), 0, 0},
};

static void the_size_is_read_from_the_header(void **state)
{
    (void)state;
    struct et_text out;
    et_text_init(&out, &support_heap, 4096);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct et_image_size size = {7, 7};
        bool read = et_image_size(url_of(&out, headers[i].bytes), &size);
        if (read != (headers[i].width > 0) ||
            (read && (size.width != headers[i].width || size.height != headers[i].height)))
            fail_msg("%s: %u x %u", headers[i].why, size.width, size.height);
    }
    struct et_image_size size;
    assert_false(et_image_size(ET_LIT("http://x/a.png;base64,iVBORw0KGgo="), &size));
    assert_false(et_image_size(ET_LIT("data:image/png,abc"), &size));
    assert_false(et_image_size(ET_LIT("data:image/png;base64,****************"), &size));
    et_text_free(&out);
}

static void each_cut_of_a_header_is_survived(void **state)
{
    (void)state;
    struct et_text out;
    struct et_image_size size;
    et_text_init(&out, &support_heap, 4096);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct et_slice url = url_of(&out, headers[i].bytes);
        for (size_t cut = 0; cut <= url.size; cut++)
            et_image_size(et_slice_part(url, 0, cut), &size);
    }
    et_text_free(&out);
}

static void parts_cost_their_estimates(void **state)
{
    (void)state;
    static char zeros[160001];
    const struct et_image_rule *rule = et_image_rule(ET_LIT("gpt-4o"));
    memset(zeros, 'A', sizeof zeros - 1);
    struct et_slice large = {zeros, 160000}; /* 120,000 bytes */
    /* A WAV with 12,000 bytes a second in its header. */
    memcpy(zeros, "UklGRgAAAABXQVZFZm10IBAAAAABAAEAQB8AAOAuAAA", 43);
    const struct {
        struct et_chat_part part;
        uint64_t tokens;
    } rows[] = {
        {{.kind = ET_PART_TEXT, .data = ET_LIT("abc")}, 0},
        {{.kind = ET_PART_REFUSAL, .data = ET_LIT("abc")}, 0},
        {{.kind = ET_PART_IMAGE, .data = ET_LIT("https://example.com/a.png")}, 765},
        {{.kind = ET_PART_IMAGE, .data = ET_LIT("x"), .detail = ET_DETAIL_LOW}, 85},
        {{.kind = ET_PART_AUDIO, .data = et_slice_part(large, 80000, 160000)}, 38},
        {{.kind = ET_PART_AUDIO, .data = large}, 101},
        {{.kind = ET_PART_AUDIO}, 1},
        {{.kind = ET_PART_FILE, .data = ET_LIT("file-123")}, 1000},
        {{.kind = ET_PART_FILE, .data = large}, 3000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(et_media_tokens(rule, &rows[i].part), rows[i].tokens);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_cost_what_the_guide_says),
        cmocka_unit_test(no_image_has_more_patches_than_fit),
        cmocka_unit_test(the_size_is_read_from_the_header),
        cmocka_unit_test(each_cut_of_a_header_is_survived),
        cmocka_unit_test(parts_cost_their_estimates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
