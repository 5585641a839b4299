/* SPDX-License-Identifier: MIT */
#include "core/tokens/media.h"

enum {
    FIT = 2048,
    SHORT_SIDE = 768,
    TILE = 512,
    PATCH = 32,
    PATCHES_MAX = 1536,
    SIDE_MAX = 1 << 24, /* of an image; larger ones are not believed */
    AUDIO_PER_SECOND = 10,
    MP3_BYTES_PER_SECOND = 16000,
    FILE_TOKENS = 1000,
    FILE_BYTES = 50000
};

/* The first prefix that fits an id. */
static const struct et_image_rule rules[] = {
    {"gpt-4o-mini", 2833, 5667, 0},
    {"gpt-4.1-mini", 0, 0, 162},
    {"gpt-4.1-nano", 0, 0, 246},
    {"gpt-5-mini", 0, 0, 162},
    {"gpt-5-nano", 0, 0, 246},
    {"gpt-5.4-mini", 0, 0, 162},
    {"gpt-5.4-nano", 0, 0, 246},
    {"o4-mini", 0, 0, 172},
    {"o1", 75, 150, 0},
    {"o3", 75, 150, 0},
    {"gpt-5", 70, 140, 0},
    {"gpt-6", 70, 140, 0},
    {"", 85, 170, 0},
};

const struct et_image_rule *et_image_rule(struct et_slice model)
{
    const struct et_image_rule *rule = rules;
    while (!et_slice_starts(model, et_slice_of(rule->prefix)))
        rule++;
    return rule;
}

static uint64_t over(uint64_t count, uint64_t by) /* rounded up */
{
    return (count + by - 1) / by;
}

/* Shrinks `size` so that `side` becomes `most`, if it is more. */
static void shrink(struct et_image_size *size, uint32_t side, uint32_t most)
{
    if (side <= most)
        return;
    size->width = (uint32_t)over((uint64_t)size->width * most, side);
    size->height = (uint32_t)over((uint64_t)size->height * most, side);
}

static uint64_t tiles_of(struct et_image_size size)
{
    shrink(&size, size.width > size.height ? size.width : size.height, FIT);
    shrink(&size, size.width < size.height ? size.width : size.height, SHORT_SIDE);
    return over(size.width, TILE) * over(size.height, TILE);
}

static uint64_t square_root(uint64_t value) /* rounded down */
{
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << 31; bit; bit >>= 1)
        if ((root | bit) * (root | bit) <= value)
            root |= bit;
    return root;
}

/* More than fit: shrunk to about as many, and then so that one side is of whole patches, the one
 * that leaves fewer.  (The guide scales by r = sqrt(32² x 1536 / (w x h)), then by the smaller of
 * floor(w r / 32) / (w r / 32) and the same of the height.) */
static uint64_t patches_of(struct et_image_size size)
{
    uint64_t w = size.width, h = size.height;
    uint64_t all = over(w, PATCH) * over(h, PATCH);
    if (all <= PATCHES_MAX)
        return all;
    uint64_t columns = square_root(PATCHES_MAX * w / h), rows = square_root(PATCHES_MAX * h / w);
    columns += columns == 0;
    rows += rows == 0;
    uint64_t patches =
        columns * h <= rows * w ? columns * over(columns * h, w) : rows * over(rows * w, h);
    return patches < PATCHES_MAX ? patches : PATCHES_MAX;
}

uint64_t et_image_tokens(const struct et_image_rule *rule, struct et_image_size size,
                         enum et_image_detail detail)
{
    if (rule->percent)
        return over(patches_of(size) * rule->percent, 100);
    return rule->base + (detail == ET_DETAIL_LOW ? 0 : rule->tile * tiles_of(size));
}

/* The bytes of a base64 text, one by one; -1 where there is none. */
static int sign_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static int byte_at(struct et_slice base64, size_t at)
{
    size_t first = at / 3 * 4 + at % 3;
    if (first + 1 >= base64.size)
        return -1;
    int left = sign_of(base64.data[first]), right = sign_of(base64.data[first + 1]);
    unsigned shift = 2 * (unsigned)(at % 3);
    return left < 0 || right < 0 ? -1 : (left << (shift + 2) | right >> (4 - shift)) & 0xFF;
}

static bool has(struct et_slice base64, size_t at, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (byte_at(base64, at + i) != (unsigned char)bytes[i])
            return false;
    return true;
}

/* A number of `count` bytes, high byte first, or low byte first for a negative count; 0 when they
 * are not there. */
static uint32_t number_at(struct et_slice base64, size_t at, int count)
{
    uint32_t value = 0;
    int bytes = count < 0 ? -count : count;
    for (int i = 0; i < bytes; i++) {
        int byte = byte_at(base64, at + (size_t)(count < 0 ? bytes - 1 - i : i));
        if (byte < 0)
            return 0;
        value = value << 8 | (uint32_t)byte;
    }
    return value;
}

/* Markers up to the first that starts a frame. */
static bool jpeg_size(struct et_slice base64, struct et_image_size *size)
{
    for (size_t at = 2; byte_at(base64, at) == 0xFF;) {
        int kind = byte_at(base64, at + 1);
        bool frame = kind >= 0xC0 && kind <= 0xCF && kind != 0xC4 && kind != 0xC8 && kind != 0xCC;
        uint32_t length = number_at(base64, at + 2, 2);
        if (frame) {
            *size =
                (struct et_image_size){number_at(base64, at + 7, 2), number_at(base64, at + 5, 2)};
            return true;
        }
        if (length < 2)
            return false;
        at += 2 + length;
    }
    return false;
}

static bool webp_size(struct et_slice base64, struct et_image_size *size)
{
    if (has(base64, 12, "VP8X", 4)) {
        *size =
            (struct et_image_size){number_at(base64, 24, -3) + 1, number_at(base64, 27, -3) + 1};
        return true;
    }
    if (has(base64, 12, "VP8L", 4)) {
        uint32_t bits = number_at(base64, 21, -4);
        *size = (struct et_image_size){(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
        return true;
    }
    *size = (struct et_image_size){number_at(base64, 26, -2) & 0x3FFF,
                                   number_at(base64, 28, -2) & 0x3FFF};
    return has(base64, 12, "VP8 ", 4);
}

static bool read_size(struct et_slice base64, struct et_image_size *size)
{
    if (has(base64, 0, "\x89PNG\r\n\x1A\n", 8)) {
        *size = (struct et_image_size){number_at(base64, 16, 4), number_at(base64, 20, 4)};
        return true;
    }
    if (has(base64, 0, "GIF8", 4)) {
        *size = (struct et_image_size){number_at(base64, 6, -2), number_at(base64, 8, -2)};
        return true;
    }
    if (has(base64, 0, "\xFF\xD8", 2))
        return jpeg_size(base64, size);
    return has(base64, 0, "RIFF", 4) && has(base64, 8, "WEBP", 4) && webp_size(base64, size);
}

bool et_image_size(struct et_slice url, struct et_image_size *size)
{
    struct et_slice mark = ET_LIT(";base64,");
    struct et_image_size read;
    size_t at = et_slice_find(url, mark);
    if (!et_slice_starts(url, ET_LIT("data:")) || at == url.size ||
        !read_size(et_slice_part(url, at + mark.size, url.size), &read) || read.width == 0 ||
        read.height == 0 || read.width > SIDE_MAX || read.height > SIDE_MAX)
        return false;
    *size = read;
    return true;
}

static uint64_t audio_tokens(struct et_slice base64)
{
    bool wav = has(base64, 0, "RIFF", 4) && has(base64, 8, "WAVE", 4);
    uint64_t rate = wav ? number_at(base64, 28, -4) : MP3_BYTES_PER_SECOND;
    return 1 + base64.size / 4 * 3 * AUDIO_PER_SECOND / (rate ? rate : MP3_BYTES_PER_SECOND);
}

uint64_t et_media_tokens(const struct et_image_rule *rule, const struct et_chat_part *part)
{
    struct et_image_size size = ET_IMAGE_UNKNOWN;
    switch (part->kind) {
    case ET_PART_IMAGE:
        et_image_size(part->data, &size);
        return et_image_tokens(rule, size, part->detail);
    case ET_PART_AUDIO:
        return audio_tokens(part->data);
    case ET_PART_FILE:
        return FILE_TOKENS * over(part->data.size / 4 * 3 + 1, FILE_BYTES);
    case ET_PART_TEXT:
    case ET_PART_REFUSAL:
        break;
    }
    return 0;
}
