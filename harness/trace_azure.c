/* SPDX-License-Identifier: MIT */
#include "harness/trace.h"

enum { COLUMNS = 3, TIMESTAMP = 0, CONTEXT = 1, GENERATED = 2, SECONDS_A_DAY = 86400 };

static const char *const column_names[COLUMNS + 1] = {"TIMESTAMP", "ContextTokens",
                                                      "GeneratedTokens", NULL};

struct csv {
    struct et_slice text;
    struct et_complaint *complaint;
    size_t places[COLUMNS]; /* of the columns in a line, from 0 */
};

static int refuse(const struct csv *csv, struct et_slice found, const char *expected)
{
    et_complaint_at(csv->complaint, csv->text, (size_t)(found.data - csv->text.data));
    return et_complain(csv->complaint, ET_VALUE, "found \"%.*s\"; expected %s",
                       ET_ARG(et_slice_part(found, 0, 60)), expected);
}

/* Two digits below `end`, then `after` if it is not NUL; both come off the front. */
static bool take_pair(struct et_slice *rest, unsigned end, char after, uint64_t *out)
{
    if (!et_slice_u64(et_slice_part(*rest, 0, 2), out) || rest->size < 2 || *out >= end)
        return false;
    *rest = et_slice_part(*rest, 2, rest->size);
    if (!after)
        return true;
    bool there = rest->size && rest->data[0] == after;
    *rest = et_slice_part(*rest, 1, rest->size);
    return there;
}

/* A fraction of a second, ".6805900", with up to nine digits; nothing is 0. */
static bool take_fraction(struct et_slice rest, uint64_t *out)
{
    *out = 0;
    if (rest.size == 0)
        return true;
    if (rest.data[0] != '.' || rest.size < 2 || rest.size > 10 ||
        !et_slice_u64(et_slice_part(rest, 1, rest.size), out))
        return false;
    for (size_t digits = rest.size - 1; digits < 9; digits++)
        *out *= 10;
    return true;
}

/* YYYY-MM-DD HH:MM:SS[.digits][+00:00], in nanoseconds since 1970. */
static bool instant(struct et_slice text, et_ns *out)
{
    et_day day;
    uint64_t hour, minute, second, fraction;
    if (et_slice_ends(text, ET_LIT("+00:00")))
        text.size -= ET_LIT("+00:00").size;
    if (text.size < 11 || text.data[10] != ' ' || !et_day_parse(et_slice_part(text, 0, 10), &day) ||
        day < 0)
        return false;
    struct et_slice rest = et_slice_part(text, 11, text.size);
    if (!take_pair(&rest, 24, ':', &hour) || !take_pair(&rest, 60, ':', &minute) ||
        !take_pair(&rest, 60, '\0', &second) || !take_fraction(rest, &fraction))
        return false;
    uint64_t seconds = (uint64_t)day * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    if (seconds > ET_NEVER / ET_S - 1)
        return false;
    *out = seconds * ET_S + fraction;
    return true;
}

static int read_header(struct csv *csv, struct et_slice line)
{
    struct et_slice rest = line, name;
    bool found[COLUMNS] = {false};
    for (size_t place = 0; et_slice_split(&rest, ',', &name); place++)
        for (unsigned i = 0; i < COLUMNS; i++)
            if (!found[i] && et_slice_equal(et_slice_trim(name), et_slice_of(column_names[i]))) {
                csv->places[i] = place;
                found[i] = true;
            }
    for (unsigned i = 0; i < COLUMNS; i++)
        if (!found[i]) {
            et_complaint_at(csv->complaint, csv->text, (size_t)(line.data - csv->text.data));
            return et_complain(csv->complaint, ET_VALUE,
                               "found \"%.*s\"; expected the names of the columns, %s among them",
                               ET_ARG(et_slice_part(line, 0, 60)), column_names[i]);
        }
    return 0;
}

static bool tokens(struct et_slice field, uint32_t *out)
{
    uint64_t value;
    if (!et_slice_u64(field, &value) || value > ET_TRACE_TOKENS_MAX)
        return false;
    *out = (uint32_t)value;
    return true;
}

static int read_row(struct csv *csv, struct et_slice line, struct et_trace_row *row)
{
    struct et_slice fields[COLUMNS] = {{NULL, 0}}, rest = line, field;
    for (size_t place = 0; et_slice_split(&rest, ',', &field); place++)
        for (unsigned i = 0; i < COLUMNS; i++)
            if (csv->places[i] == place)
                fields[i] = et_slice_trim(field);
    for (unsigned i = 0; i < COLUMNS; i++)
        if (!fields[i].data)
            return refuse(csv, line, "as many fields as there are columns");
    if (!instant(fields[TIMESTAMP], &row->at))
        return refuse(csv, fields[TIMESTAMP], "a time such as 2023-11-16 18:15:46.6805900");
    if (!tokens(fields[CONTEXT], &row->prompt_tokens))
        return refuse(csv, fields[CONTEXT], "0 to 1000000 tokens");
    if (!tokens(fields[GENERATED], &row->answer_tokens))
        return refuse(csv, fields[GENERATED], "0 to 1000000 tokens");
    return 0;
}

int et_trace_read_azure(struct et_trace *trace, struct et_slice text,
                        struct et_complaint *complaint)
{
    struct csv csv = {.text = text, .complaint = complaint};
    struct et_slice rest = text, line;
    et_ns first = 0, before = 0;
    bool has_header = false;
    while (et_slice_split(&rest, '\n', &line)) {
        struct et_trace_row row = {0};
        line = et_slice_trim(line);
        if (line.size == 0)
            continue;
        int err = has_header ? read_row(&csv, line, &row) : read_header(&csv, line);
        if (err)
            return err;
        if (!has_header) {
            has_header = true;
            continue;
        }
        if (trace->row_count == 0)
            first = row.at;
        else if (row.at < before)
            return refuse(&csv, line, "a time that is not before that of the row above");
        before = row.at;
        row.at -= first;
        err = et_trace_push(trace, &row);
        if (err)
            return err;
    }
    return 0;
}
