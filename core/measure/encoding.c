/* SPDX-License-Identifier: MIT */
#include "core/measure/encoding.h"

#include "core/base/base64.h"

#include <string.h>
#include <zlib.h>

enum { PLAIN = 0x1c849313, ZIPPED = 0x1c849314 };
enum { HEADER_BYTES = 40, FRAME_BYTES = 8, NUMBER_BYTES_MAX = 9, CHUNK_BYTES = 16384 };

static const uint64_t ratio_of_one = 0x3ff0000000000000; /* 1.0 as IEEE 754 */

static uint8_t *put_be(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
    return to + bytes;
}

static uint64_t get_be(const char *from, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | (uint8_t)from[i];
    return value;
}

/* ZigZag LEB128-64b9B: seven bits a byte, the ninth carries eight.  Returns the bytes taken; with
 * NULL it only counts them. */
static size_t put_number(uint8_t *to, int64_t number)
{
    uint64_t rest = (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0);
    size_t size = 1;
    for (; rest > 127 && size < NUMBER_BYTES_MAX; size++, rest >>= 7)
        if (to)
            *to++ = (uint8_t)(rest | 128);
    if (to)
        *to = (uint8_t)rest;
    return size;
}

static bool get_number(struct et_slice *from, int64_t *number)
{
    uint64_t value = 0;
    for (size_t i = 0; i < from->size && i < NUMBER_BYTES_MAX; i++) {
        uint8_t byte = (uint8_t)from->data[i];
        bool last = byte < 128 || i == NUMBER_BYTES_MAX - 1;
        value |= (uint64_t)(i == NUMBER_BYTES_MAX - 1 ? byte : byte & 127) << 7 * i;
        if (!last)
            continue;
        *number = (int64_t)(value >> 1 ^ (0 - (value & 1)));
        *from = et_slice_part(*from, i + 1, from->size);
        return true;
    }
    return false;
}

/* The counters up to the last used one, at least one of them, as Java writes them: a run of one
 * unused counter is 0, not -1.  Returns the bytes; with NULL it only counts them. */
static size_t put_counts(const struct et_histogram *histogram, uint8_t *to)
{
    size_t size = 0;
    uint32_t end = histogram->last + 1;
    for (uint32_t i = 0; i < end;) {
        uint32_t run = 0;
        while (i + run < end && histogram->counts[i + run] == 0)
            run++;
        int64_t number = run > 1 ? -(int64_t)run : (int64_t)histogram->counts[i];
        i += run > 1 ? run : 1;
        size += put_number(to ? to + size : NULL, number);
    }
    return size;
}

int et_histogram_encode(const struct et_histogram *histogram, struct et_text *out)
{
    size_t payload = put_counts(histogram, NULL);
    uint8_t *to = (uint8_t *)et_text_reserve(out, HEADER_BYTES + payload);
    if (!to)
        return et_text_failed(out);
    to = put_be(to, PLAIN, 4);
    to = put_be(to, payload, 4);
    to = put_be(to, 0, 4);
    to = put_be(to, histogram->range.digits, 4);
    to = put_be(to, histogram->range.lowest, 8);
    to = put_be(to, histogram->range.highest, 8);
    to = put_be(to, ratio_of_one, 8);
    put_counts(histogram, to);
    et_text_filled(out, HEADER_BYTES + payload);
    return 0;
}

/* zlib frees without telling a size, so each of its blocks is preceded by its own. */
union block_head {
    size_t bytes;
    max_align_t align;
};

static void *zlib_take(void *mem, unsigned count, unsigned size)
{
    size_t bytes = sizeof(union block_head) + (size_t)count * size;
    union block_head *head = et_mem_take(mem, bytes);
    if (!head)
        return NULL;
    head->bytes = bytes;
    return head + 1;
}

static void zlib_give(void *mem, void *block)
{
    union block_head *head = (union block_head *)block - 1;
    et_mem_give(mem, head, head->bytes);
}

static z_stream zlib_stream(const struct et_mem *mem, struct et_slice in)
{
    return (z_stream){
        .zalloc = zlib_take,
        .zfree = zlib_give,
        .opaque = (void *)mem,
        .next_in = (Bytef *)in.data,
        .avail_in = (uInt)in.size,
    };
}

static int deflate_into(z_stream *stream, struct et_text *out)
{
    size_t bound = deflateBound(stream, stream->avail_in);
    uint8_t *to = (uint8_t *)et_text_reserve(out, FRAME_BYTES + bound);
    if (!to)
        return et_text_failed(out);
    stream->next_out = to + FRAME_BYTES;
    stream->avail_out = (uInt)bound;
    int status = deflate(stream, Z_FINISH);
    assert(status == Z_STREAM_END);
    put_be(put_be(to, ZIPPED, 4), stream->total_out, 4);
    et_text_filled(out, FRAME_BYTES + stream->total_out);
    return 0;
}

int et_histogram_zip(const struct et_histogram *histogram, struct et_text *out)
{
    struct et_text plain;
    et_text_init(&plain, histogram->mem, SIZE_MAX / 2);
    int err = et_histogram_encode(histogram, &plain);
    z_stream stream = zlib_stream(histogram->mem, et_text_slice(&plain));
    if (!err && deflateInit(&stream, Z_DEFAULT_COMPRESSION) != Z_OK)
        err = ET_NOMEM;
    if (!err) {
        err = deflate_into(&stream, out);
        deflateEnd(&stream);
    }
    et_text_free(&plain);
    return err;
}

int et_histogram_print(const struct et_histogram *histogram, struct et_text *out)
{
    struct et_text zipped;
    et_text_init(&zipped, histogram->mem, SIZE_MAX / 2);
    int err = et_histogram_zip(histogram, &zipped);
    if (!err) {
        et_base64_encode(out, et_text_slice(&zipped));
        err = et_text_failed(out);
    }
    et_text_free(&zipped);
    return err;
}

static bool get_counts(struct et_histogram *histogram, struct et_slice payload)
{
    uint64_t index = 0;
    while (payload.size > 0) {
        int64_t number;
        if (!get_number(&payload, &number))
            return false;
        uint64_t room = histogram->counters - index;
        uint64_t step = number < 0 ? 0 - (uint64_t)number : 1;
        if (step > room || (number > 0 && (uint64_t)number > INT64_MAX - histogram->count))
            return false;
        if (number > 0) {
            histogram->counts[index] = (uint64_t)number;
            histogram->count += (uint64_t)number;
            histogram->first = histogram->first < index ? histogram->first : (uint32_t)index;
            histogram->last = (uint32_t)index;
        }
        index += step;
    }
    return true;
}

static int decode_plain(struct et_histogram **out, const struct et_mem *mem, struct et_slice bytes)
{
    if (bytes.size < 4)
        return ET_CORRUPT;
    if (get_be(bytes.data, 4) != PLAIN)
        return ET_VERSION;
    if (bytes.size < HEADER_BYTES || get_be(bytes.data + 4, 4) != bytes.size - HEADER_BYTES)
        return ET_CORRUPT;
    struct et_histogram_range range = {.digits = (uint32_t)get_be(bytes.data + 12, 4),
                                       .lowest = get_be(bytes.data + 16, 8),
                                       .highest = get_be(bytes.data + 24, 8)};
    struct et_histogram *made;
    int err = et_histogram_new(&made, mem, &range);
    if (err)
        return err == ET_VALUE ? ET_CORRUPT : err;
    if (!get_counts(made, et_slice_part(bytes, HEADER_BYTES, bytes.size))) {
        et_histogram_free(made);
        return ET_CORRUPT;
    }
    *out = made;
    return 0;
}

static int inflate_into(z_stream *stream, struct et_text *out)
{
    int status;
    do {
        char *to = et_text_reserve(out, CHUNK_BYTES);
        if (!to)
            return et_text_failed(out);
        stream->next_out = (Bytef *)to;
        stream->avail_out = CHUNK_BYTES;
        status = inflate(stream, Z_NO_FLUSH);
        et_text_filled(out, CHUNK_BYTES - stream->avail_out);
    } while (status == Z_OK);
    if (status == Z_STREAM_END)
        return stream->avail_in == 0 ? 0 : ET_CORRUPT;
    return status == Z_MEM_ERROR ? ET_NOMEM : ET_CORRUPT;
}

static int decode_zipped(struct et_histogram **out, const struct et_mem *mem, struct et_slice bytes)
{
    if (bytes.size < FRAME_BYTES || bytes.size - FRAME_BYTES > INT32_MAX ||
        get_be(bytes.data + 4, 4) != bytes.size - FRAME_BYTES)
        return ET_CORRUPT;
    z_stream stream = zlib_stream(mem, et_slice_part(bytes, FRAME_BYTES, bytes.size));
    if (inflateInit(&stream) != Z_OK)
        return ET_NOMEM;
    struct et_text plain;
    et_text_init(&plain, mem,
                 HEADER_BYTES + (size_t)ET_HISTOGRAM_COUNTERS_MAX * NUMBER_BYTES_MAX + CHUNK_BYTES);
    int err = inflate_into(&stream, &plain);
    inflateEnd(&stream);
    if (!err)
        err = decode_plain(out, mem, et_text_slice(&plain));
    et_text_free(&plain);
    return err;
}

int et_histogram_decode(struct et_histogram **out, const struct et_mem *mem, struct et_slice bytes)
{
    if (bytes.size >= 4 && get_be(bytes.data, 4) == ZIPPED)
        return decode_zipped(out, mem, bytes);
    return decode_plain(out, mem, bytes);
}

int et_histogram_parse(struct et_histogram **out, const struct et_mem *mem, struct et_slice text)
{
    struct et_text bytes;
    et_text_init(&bytes, mem, SIZE_MAX / 2);
    int err = et_base64_decode(&bytes, text);
    if (!err)
        err = et_histogram_decode(out, mem, et_text_slice(&bytes));
    et_text_free(&bytes);
    return err == ET_SYNTAX ? ET_CORRUPT : err;
}
