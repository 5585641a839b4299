/* SPDX-License-Identifier: MIT */
/* OpenAI's error body: {"error":{"message","type","param","code"}}, all four keys always there.
 * Types, codes and wording are in error_list.h. */
#ifndef ET_OPENAI_ERROR_H
#define ET_OPENAI_ERROR_H

#include "core/base/text.h"
#include "core/openai/error_list.h"

struct et_api_error {
    unsigned status;   /* HTTP status; 0: no error */
    const char *type;  /* "invalid_request_error", ...; a literal */
    const char *code;  /* a literal, or NULL for JSON null */
    char param[64];    /* "" for JSON null */
    char message[512]; /* valid UTF-8 */
};

/* Fills *error; `param` may be NULL.  From `status` to `format` they are one macro of the list.
 * Returns false, so that a parser can  return et_api_refuse(…). */
bool et_api_refuse(struct et_api_error *error, unsigned status, const char *type, const char *code,
                   const char *param, const char *format, ...) ET_PRINTF(6, 7);

void et_api_error_print(const struct et_api_error *error, struct et_text *out); /* the JSON body */

/* An event of a stream that says so: "data: {"error":{…}}", as in chats, or as the API description
 * has it for responses, "event: error" with everything at the top and its number in the stream. */
void et_api_error_event_print(const struct et_api_error *error, bool named, uint64_t number,
                              struct et_text *out);

#endif
