/* SPDX-License-Identifier: MIT */
/* How many prompt tokens parts of a message are billed that are no text.
 *
 * Images (OpenAI guide "Images and vision"), by the family of the model:
 *
 *     tiles     base + tile x tiles of 512 x 512, after shrinking to fit 2048 x 2048 and then to a
 *               shorter side of 768; detail low: base alone
 *     patches   factor x patches of 32 x 32, after shrinking to at most 1,536 of them; rounded up
 *
 *     gpt-4o, gpt-4.1, gpt-4-turbo   85 + 170     gpt-4.1-mini, gpt-5-mini, gpt-5.4-mini   x 1.62
 *     gpt-4o-mini                    2833 + 5667  gpt-4.1-nano, gpt-5-nano, gpt-5.4-nano   x 2.46
 *     o1, o3                         75 + 150     o4-mini                                  x 1.72
 *     gpt-5 and later                70 + 140
 *
 * A recorded image of 16 x 16 at gpt-5-nano costs 3: x 2.46, rounded up.  Whatever is newer than
 * gpt-5 is guessed to be as gpt-5.  The size is read from the header of a data: URL (PNG, JPEG,
 * GIF, WebP); for any other URL, and what cannot be read, ET_IMAGE_UNKNOWN is taken.
 *
 * Estimates of ours, for nothing is published: a second of audio is 10 tokens (what the realtime
 * guide says), by the rate in a WAV's header, or 128 kbit/s; a file is 1,000 tokens for each
 * 50,000 bytes begun, or once for an id. */
#ifndef ET_TOKENS_MEDIA_H
#define ET_TOKENS_MEDIA_H

#include "core/tokens/message.h"

struct et_image_rule { /* tiles, or patches when there is a factor */
    const char *prefix;
    uint32_t base, tile;
    uint32_t percent;
};

struct et_image_size {
    uint32_t width, height; /* at least 1 */
};

#define ET_IMAGE_UNKNOWN ((struct et_image_size){1024, 1024})

/* By the id of a model; static storage. */
const struct et_image_rule *et_image_rule(struct et_slice model);

/* From the header in a data: URL.  False: there is none that we can read. */
bool et_image_size(struct et_slice url, struct et_image_size *size);

uint64_t et_image_tokens(const struct et_image_rule *rule, struct et_image_size size,
                         enum et_image_detail detail);

/* What a part costs besides its text: 0 for a text or a refusal. */
uint64_t et_media_tokens(const struct et_image_rule *rule, const struct et_chat_part *part);

#endif
