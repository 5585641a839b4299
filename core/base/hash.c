/* SPDX-License-Identifier: MIT */
#include "core/base/hash.h"

/* The streaming SHA256_* calls are marked deprecated in OpenSSL 3 in favour of EVP, which allocates
 * and can fail; these work on a struct of ours. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <xxhash.h>

uint64_t et_hash64(struct et_slice slice, uint64_t seed)
{
    return XXH3_64bits_withSeed(slice.data ? slice.data : "", slice.size, seed);
}

struct et_digest et_digest_parts(const struct et_slice *parts, size_t count)
{
    struct et_digest digest;
    SHA256_CTX sha;
    SHA256_Init(&sha);
    for (size_t i = 0; i < count; i++) {
        uint8_t length[8];
        for (unsigned b = 0; b < 8; b++)
            length[b] = (uint8_t)((uint64_t)parts[i].size >> (8 * b));
        SHA256_Update(&sha, length, sizeof length);
        if (parts[i].size)
            SHA256_Update(&sha, parts[i].data, parts[i].size);
    }
    SHA256_Final(digest.bytes, &sha);
    return digest;
}

struct et_digest et_digest_of(struct et_slice slice)
{
    struct et_digest digest;
    SHA256_CTX sha;
    SHA256_Init(&sha);
    if (slice.size)
        SHA256_Update(&sha, slice.data, slice.size);
    SHA256_Final(digest.bytes, &sha);
    return digest;
}

void et_digest_hex(const struct et_digest *digest, char out[65])
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < 32; i++) {
        out[2 * i] = hex[digest->bytes[i] >> 4];
        out[2 * i + 1] = hex[digest->bytes[i] & 15];
    }
    out[64] = '\0';
}
