/* SPDX-License-Identifier: MIT */
#include "core/openai/embeddings.h"

#include "core/base/base64.h"

#include <string.h>

static void add_numbers(struct et_text *out, const float *values, size_t count)
{
    et_text_addc(out, '[');
    for (size_t i = 0; i < count; i++)
        et_text_addf(out, "%s%.9g", i > 0 ? "," : "", (double)values[i]);
    et_text_addc(out, ']');
}

/* Three singles are twelve bytes, which are sixteen signs and no padding: groups of that size can
 * be encoded one by one, without a buffer for the whole. */
enum { GROUP = 3 };

static void add_base64(struct et_text *out, const float *values, size_t count)
{
    et_text_addc(out, '"');
    for (size_t i = 0; i < count; i += GROUP) {
        char bytes[4 * GROUP];
        size_t size = 0;
        for (size_t k = i; k < count && k < i + GROUP; k++) {
            uint32_t bits;
            memcpy(&bits, &values[k], sizeof bits);
            for (unsigned shift = 0; shift < 32; shift += 8)
                bytes[size++] = (char)(bits >> shift & 0xFF);
        }
        et_base64_encode(out, (struct et_slice){bytes, size});
    }
    et_text_addc(out, '"');
}

void et_embeddings_answer_print(const struct et_embeddings_answer *answer, struct et_text *out)
{
    et_text_add(out, ET_LIT("{\"object\":\"list\",\"data\":["));
    for (size_t i = 0; i < answer->count; i++) {
        const float *vector = answer->values + i * answer->dimensions;
        et_text_addf(
            out, "%s{\"object\":\"embedding\",\"index\":%zu,\"embedding\":", i > 0 ? "," : "", i);
        if (answer->base64)
            add_base64(out, vector, answer->dimensions);
        else
            add_numbers(out, vector, answer->dimensions);
        et_text_addc(out, '}');
    }
    et_text_add(out, ET_LIT("],\"model\":"));
    et_text_json(out, answer->model);
    et_text_add(out, ET_LIT(",\"usage\":{\"prompt_tokens\":"));
    et_text_u64(out, answer->prompt_tokens);
    et_text_add(out, ET_LIT(",\"total_tokens\":"));
    et_text_u64(out, answer->prompt_tokens);
    et_text_add(out, ET_LIT("}}"));
}
