/* SPDX-License-Identifier: MIT */
/* Two hashes.  et_hash64 (XXH3, 64 bits) for tables and fingerprints: fast, the same on every
 * machine, not for keys that somebody could want to collide.  SHA-256 for cache keys and ids. */
#ifndef ET_BASE_HASH_H
#define ET_BASE_HASH_H

#include "core/base/slice.h"

uint64_t et_hash64(struct et_slice slice, uint64_t seed);

struct et_digest {
    uint8_t bytes[32];
};

/* SHA-256 of the parts, each preceded by its length as 8 little-endian bytes, so that ("ab","c")
 * and ("a","bc") differ.  libcrypto's SHA-256 on a struct of ours allocates nothing and cannot
 * fail. */
struct et_digest et_digest_parts(const struct et_slice *parts, size_t count);
struct et_digest et_digest_of(struct et_slice slice);             /* plain SHA-256 of the bytes */
void et_digest_hex(const struct et_digest *digest, char out[65]); /* lower case, NUL-terminated */

#endif
