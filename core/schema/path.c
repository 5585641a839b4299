/* SPDX-License-Identifier: MIT */
#include "core/schema/path.h"

#include "core/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { STEPS_MAX = 128, NAME_MAX_BYTES = 64 };

static void print_name(const struct et_schema_step *step, char *out, size_t room)
{
    if (step->name.data)
        snprintf(out, room, "'%.*s'", ET_ARG(et_slice_part(step->name, 0, NAME_MAX_BYTES)));
    else
        snprintf(out, room, "'%zu'", step->index);
}

/* The way is cut where there is no more room for it. */
static void print_way(const struct et_schema_step *step, char *out, size_t room)
{
    const struct et_schema_step *steps[STEPS_MAX];
    size_t count = 0, size = 0;
    char name[NAME_MAX_BYTES + 8];
    for (; step && step->up && count < STEPS_MAX; step = step->up)
        steps[count++] = step;
    const char *between = "(";
    for (size_t i = count; i-- > 0; between = ", ") {
        print_name(steps[i], name, sizeof name);
        if (size + strlen(name) + sizeof ", ...)" > room - 2) {
            snprintf(name, sizeof name, "...");
            i = 0;
        }
        size += (size_t)snprintf(out + size, room - size, "%s%s", between, name);
    }
    snprintf(out + size, room - size, "%s", count == 0 ? "()" : count == 1 ? ",)" : ")");
    et_utf8_mend(out);
}

int et_schema_fault_at(struct et_schema_fault *fault, const struct et_schema_step *step, int err,
                       const char *format, ...)
{
    if (!fault)
        return err;
    print_way(step, fault->context, sizeof fault->context);
    va_list args;
    va_start(args, format);
    vsnprintf(fault->text, sizeof fault->text, format, args);
    va_end(args);
    et_utf8_mend(fault->text);
    return err;
}
