/* SPDX-License-Identifier: MIT */
#include "core/base/complaint.h"

#include "core/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

int et_complain(struct et_complaint *complaint, int err, const char *format, ...)
{
    if (!complaint || complaint->text[0])
        return err;
    va_list args;
    va_start(args, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, args);
    va_end(args);
    et_utf8_mend(complaint->text);
    return err;
}

void et_complaint_file(struct et_complaint *complaint, const char *file)
{
    if (!complaint || complaint->file[0])
        return;
    snprintf(complaint->file, sizeof complaint->file, "%s", file);
    et_utf8_mend(complaint->file);
}

void et_complaint_at(struct et_complaint *complaint, struct et_slice input, size_t offset)
{
    if (!complaint || complaint->line)
        return;
    complaint->line = complaint->column = 1;
    for (size_t i = 0; i < offset && i < input.size; i++) {
        complaint->column++;
        if (input.data[i] == '\n') {
            complaint->line++;
            complaint->column = 1;
        }
    }
}

/* Names in a complaint come from outside: a newline or a terminal's escape is shown, not obeyed. */
static void add_plain(struct et_text *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7F)
            et_text_addf(out, "\\x%02x", c);
        else
            et_text_addc(out, *text);
    }
}

void et_complaint_print(const struct et_complaint *complaint, struct et_text *out)
{
    add_plain(out, complaint->file);
    if (complaint->file[0])
        et_text_addc(out, ':');
    if (complaint->line)
        et_text_addf(out, "%u:%u:", complaint->line, complaint->column);
    if (complaint->file[0] || complaint->line)
        et_text_addc(out, ' ');
    add_plain(out, complaint->path);
    if (complaint->path[0])
        et_text_add(out, ET_LIT(": "));
    add_plain(out, complaint->text);
}
