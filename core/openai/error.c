/* SPDX-License-Identifier: MIT */
#include "core/openai/error.h"

#include "core/base/utf8.h"
#include "core/openai/responses_print.h"

#include <stdarg.h>
#include <stdio.h>

bool et_api_refuse(struct et_api_error *error, unsigned status, const char *type, const char *code,
                   const char *param, const char *format, ...)
{
    *error = (struct et_api_error){.status = status, .type = type, .code = code};
    snprintf(error->param, sizeof error->param, "%s", param ? param : "");
    va_list args;
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    et_utf8_mend(error->param); /* what a client sent may be quoted */
    et_utf8_mend(error->message);
    return false;
}

static void add_text_or_null(struct et_text *out, const char *text)
{
    if (text)
        et_text_json(out, et_slice_of(text));
    else
        et_text_add(out, ET_LIT("null"));
}

void et_api_error_print(const struct et_api_error *error, struct et_text *out)
{
    et_text_add(out, ET_LIT("{\"error\":{\"message\":"));
    et_text_json(out, et_slice_of(error->message));
    et_text_add(out, ET_LIT(",\"type\":"));
    add_text_or_null(out, error->type);
    et_text_add(out, ET_LIT(",\"param\":"));
    add_text_or_null(out, error->param[0] ? error->param : NULL);
    et_text_add(out, ET_LIT(",\"code\":"));
    add_text_or_null(out, error->code);
    et_text_add(out, ET_LIT("}}"));
}

/* The type of a named event is "error": what kind of error it is stands in its code alone. */
void et_api_error_event_print(const struct et_api_error *error, bool named, uint64_t number,
                              struct et_text *out)
{
    if (!named) {
        et_text_add(out, ET_LIT("data: "));
        et_api_error_print(error, out);
        et_text_add(out, ET_LIT("\n\n"));
        return;
    }
    et_response_event_begin(ET_EVENT_ERROR, number, out);
    et_text_add(out, ET_LIT(",\"code\":"));
    add_text_or_null(out, error->code ? error->code : error->type);
    et_text_add(out, ET_LIT(",\"message\":"));
    et_text_json(out, et_slice_of(error->message));
    et_text_add(out, ET_LIT(",\"param\":"));
    add_text_or_null(out, error->param[0] ? error->param : NULL);
    et_response_event_end(out);
}
