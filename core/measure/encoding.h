/* SPDX-License-Identifier: MIT */
/* HdrHistogram's V2 encoding, readable by its Java, C, JavaScript and other libraries.
 *
 * Plain, big endian: u32 cookie 0x1c849313, i32 payload bytes, i32 index offset (0), i32 digits,
 * i64 lowest, i64 highest, f64 ratio (1.0), then the payload: one ZigZag LEB128-64b9B number per
 * counter up to the last used one; n >= 0 is a count, -n means n unused counters.
 * Zipped: u32 cookie 0x1c849314, i32 bytes, zlib stream (RFC 1950) of the plain form.
 * In text: the zipped form in base64, which starts with "HISTFAAAA".
 * (Source: HdrHistogram 2.1.11, AbstractHistogram.encodeIntoByteBuffer and ZigZagEncoding.)
 *
 * `over` of histogram.h has no place in the format: it is 0 after decoding.  Two encoders may
 * write different bytes for equal counts (runs of one zero, zlib): compare counts, never bytes. */
#ifndef ET_MEASURE_ENCODING_H
#define ET_MEASURE_ENCODING_H

#include "core/base/text.h"
#include "core/measure/histogram.h"

/* Plain, zipped, text.  Each appends to `out` and returns 0, or ET_NOMEM or ET_LIMIT and nothing
 * appended.  Working memory (zlib: 260 KB for the call) comes from the histogram's et_mem. */
int et_histogram_encode(const struct et_histogram *histogram, struct et_text *out) ET_MUST_CHECK;
int et_histogram_zip(const struct et_histogram *histogram, struct et_text *out) ET_MUST_CHECK;
int et_histogram_print(const struct et_histogram *histogram, struct et_text *out) ET_MUST_CHECK;

/* Plain or zipped, told apart by the cookie.  The bytes may come from anywhere: a cookie of another
 * version is ET_VERSION; more counters than ET_HISTOGRAM_COUNTERS_MAX ET_LIMIT; anything cut,
 * left over, out of range or inconsistent ET_CORRUPT.  The index offset and the ratio are not
 * looked at, as in Java (hdr-histogram-js 3.0.1 writes them wrong). */
int et_histogram_decode(struct et_histogram **out, const struct et_mem *mem,
                        struct et_slice bytes) ET_MUST_CHECK;

/* From text; ET_CORRUPT also when it is not base64. */
int et_histogram_parse(struct et_histogram **out, const struct et_mem *mem,
                       struct et_slice text) ET_MUST_CHECK;

#endif
