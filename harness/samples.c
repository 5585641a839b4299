/* SPDX-License-Identifier: MIT */
#include "harness/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column {
    TTFT_MS,
    TTFT_S,
    TOTAL_MS,
    TOTAL_S,
    COMPLETION,
    PROMPT,
    CACHED,
    REASONING,
    STALLS,
    COLUMNS,
    ABSENT = -1,
    NUMBER_MAX = 40
};

static const char *const names[COLUMNS] = {
    "ttft_ms",       "ttft_s",        "total_ms",         "total_s", "completion_tokens",
    "prompt_tokens", "cached_tokens", "reasoning_tokens", "stalls"};

static const double MS_MAX = 3600000;

struct csv {
    struct et_slice text;
    struct et_complaint *complaint;
    int places[COLUMNS]; /* of the columns in a line, from 0 */
};

struct row {
    struct et_slice line, fields[COLUMNS];
};

static int refuse(const struct csv *csv, struct et_slice found, const char *expected)
{
    et_complaint_at(csv->complaint, csv->text, (size_t)(found.data - csv->text.data));
    return et_complain(csv->complaint, ET_VALUE, "found \"%.*s\"; expected %s",
                       ET_ARG(et_slice_part(found, 0, 60)), expected);
}

static struct et_slice unquoted(struct et_slice field)
{
    field = et_slice_trim(field);
    if (field.size >= 2 && field.data[0] == '"' && field.data[field.size - 1] == '"')
        return et_slice_part(field, 1, field.size - 1);
    return field;
}

static int check_header(const struct csv *csv, struct et_slice line)
{
    bool times = (csv->places[TTFT_MS] == ABSENT) != (csv->places[TTFT_S] == ABSENT) &&
                 (csv->places[TOTAL_MS] == ABSENT) != (csv->places[TOTAL_S] == ABSENT);
    if (times && csv->places[COMPLETION] != ABSENT)
        return 0;
    return refuse(csv, line,
                  "the names of the columns, one of ttft_ms and ttft_s, one of total_ms and "
                  "total_s, and completion_tokens among them");
}

static int read_header(struct csv *csv, struct et_slice line)
{
    struct et_slice rest = line, name;
    for (int i = 0; i < COLUMNS; i++)
        csv->places[i] = ABSENT;
    for (int place = 0; et_slice_split(&rest, ',', &name); place++)
        for (int i = 0; i < COLUMNS; i++) {
            if (!et_slice_equal(unquoted(name), et_slice_of(names[i])))
                continue;
            if (csv->places[i] != ABSENT)
                return refuse(csv, name, "each name once");
            csv->places[i] = place;
        }
    return check_header(csv, line);
}

static void split(const struct csv *csv, struct et_slice line, struct row *row)
{
    struct et_slice rest = line, field;
    *row = (struct row){.line = line};
    for (int place = 0; et_slice_split(&rest, ',', &field); place++)
        for (int i = 0; i < COLUMNS; i++)
            if (csv->places[i] == place)
                row->fields[i] = unquoted(field);
}

static bool number(struct et_slice text, double *out)
{
    char digits[NUMBER_MAX + 1], *end;
    if (text.size == 0 || text.size > NUMBER_MAX || text.data[0] == ' ')
        return false;
    memcpy(digits, text.data, text.size);
    digits[text.size] = '\0';
    *out = strtod(digits, &end);
    return *end == '\0' && isfinite(*out);
}

/* From the column in milliseconds or the one in seconds. */
static int read_time(const struct csv *csv, const struct row *row, enum column ms, double *out)
{
    bool seconds = csv->places[ms] == ABSENT;
    struct et_slice field = row->fields[seconds ? ms + 1 : ms];
    if (!number(field, out) || *out <= 0 || *out * (seconds ? 1000 : 1) > MS_MAX)
        return refuse(csv, field.data ? field : row->line,
                      seconds ? "seconds, above 0 and at most 3600"
                              : "milliseconds, above 0 and at most 3600000");
    *out *= seconds ? 1000 : 1;
    return 0;
}

static int read_tokens(const struct csv *csv, const struct row *row, enum column column,
                       uint32_t *out)
{
    uint64_t value = 0;
    if (csv->places[column] == ABSENT)
        return 0;
    struct et_slice field = row->fields[column];
    if (!et_slice_u64(field, &value) || value > ET_SAMPLES_TOKENS_MAX)
        return refuse(csv, field.data ? field : row->line, "a whole number up to 10000000");
    *out = (uint32_t)value;
    return 0;
}

/* What no request can have. */
static int check_row(const struct csv *csv, const struct row *row, const struct et_sample *sample)
{
    if (sample->total_ms < sample->ttft_ms)
        return refuse(csv, row->fields[csv->places[TOTAL_MS] == ABSENT ? TOTAL_S : TOTAL_MS],
                      "a total that is not below the row's time to first token");
    if (sample->completion == 0)
        return refuse(csv, row->fields[COMPLETION], "at least one token");
    if (sample->reasoning >= sample->completion)
        return refuse(csv, row->fields[REASONING], "fewer than the row's completion_tokens");
    if (csv->places[PROMPT] != ABSENT && sample->cached > sample->prompt)
        return refuse(csv, row->fields[CACHED], "at most the row's prompt_tokens");
    return 0;
}

static int read_row(const struct csv *csv, struct et_slice line, struct et_samples *samples)
{
    struct et_sample sample = {0};
    struct row row;
    uint32_t stalls = 0;
    split(csv, line, &row);
    if (row.fields[TTFT_MS].size + row.fields[TTFT_S].size + row.fields[TOTAL_MS].size +
            row.fields[TOTAL_S].size ==
        0) {
        samples->failed++;
        return 0;
    }
    int err = read_time(csv, &row, TTFT_MS, &sample.ttft_ms);
    err = err ? err : read_time(csv, &row, TOTAL_MS, &sample.total_ms);
    err = err ? err : read_tokens(csv, &row, COMPLETION, &sample.completion);
    err = err ? err : read_tokens(csv, &row, PROMPT, &sample.prompt);
    err = err ? err : read_tokens(csv, &row, CACHED, &sample.cached);
    err = err ? err : read_tokens(csv, &row, REASONING, &sample.reasoning);
    err = err ? err : read_tokens(csv, &row, STALLS, &stalls);
    err = err ? err : check_row(csv, &row, &sample);
    sample.stalled = stalls > 0;
    return err ? err : et_samples_push(samples, &sample);
}

static int read_lines(struct csv *csv, struct et_samples *samples)
{
    struct et_slice rest = csv->text, line;
    bool has_header = false;
    if (et_slice_starts(rest, ET_LIT("\xEF\xBB\xBF"))) /* as spreadsheets write it */
        rest = et_slice_part(rest, 3, rest.size);
    while (et_slice_split(&rest, '\n', &line)) {
        line = et_slice_trim(line);
        if (line.size == 0)
            continue;
        int err = has_header ? read_row(csv, line, samples) : read_header(csv, line);
        if (err)
            return err;
        has_header = true;
    }
    if (!has_header)
        return et_complain(csv->complaint, ET_VALUE, "found nothing; expected a line of names");
    samples->has_prompt = csv->places[PROMPT] != ABSENT;
    samples->has_reasoning = csv->places[REASONING] != ABSENT;
    samples->has_stalls = csv->places[STALLS] != ABSENT;
    return 0;
}

int et_samples_new(struct et_samples **out, const struct et_mem *mem)
{
    struct et_samples *samples = et_mem_take(mem, sizeof *samples);
    if (!samples)
        return ET_NOMEM;
    samples->mem = mem;
    *out = samples;
    return 0;
}

int et_samples_push(struct et_samples *samples, const struct et_sample *sample)
{
    if (samples->count == ET_SAMPLES_MAX)
        return ET_LIMIT;
    if (samples->count == samples->room) {
        size_t room = samples->room ? 2 * samples->room : 64, size = sizeof *samples->all;
        void *all = et_mem_grow(samples->mem, samples->all, samples->room * size, room * size);
        if (!all)
            return ET_NOMEM;
        samples->all = all;
        samples->room = room;
    }
    samples->all[samples->count++] = *sample;
    return 0;
}

int et_samples_read(struct et_samples **out, struct et_slice text, const struct et_mem *mem,
                    struct et_complaint *complaint)
{
    struct csv csv = {.text = text, .complaint = complaint};
    struct et_samples *samples;
    int err = et_samples_new(&samples, mem);
    if (err)
        return et_complain(complaint, err, "out of memory");
    err = read_lines(&csv, samples);
    if (err) {
        et_samples_free(samples);
        return et_complain(complaint, err, "%s", et_err_text(err)); /* unless it is said */
    }
    *out = samples;
    return 0;
}

void et_samples_free(struct et_samples *samples)
{
    if (!samples)
        return;
    et_mem_give(samples->mem, samples->all, samples->room * sizeof *samples->all);
    et_mem_give(samples->mem, samples, sizeof *samples);
}
