/* SPDX-License-Identifier: MIT */
#include "harness/workload.h"

#include "core/base/draw.h"
#include "harness/instants.h"
#include "harness/wording.h"
#include "harness/zipf.h"
#include "io/file.h"
#include "io/sysmem.h"

enum {
    PPM = 1000000,
    TRACE_BYTES_MAX = 256 << 20,
    USE_CASE_SHIFT = 32 /* a question is the number of its use case, then its own in there */
};

struct et_workload {
    const struct et_scenario *scenario;
    uint64_t seed;
    struct et_trace *trace; /* NULL: the instants below, and all else by chance */
    struct et_instants instants;
    uint64_t **zipf; /* by use case; NULL where nothing repeats */
    uint64_t count, next;
    struct et_wording wording;
};

static int load_trace(struct et_workload *workload, const char *path, bool guess,
                      struct et_complaint *complaint)
{
    struct et_file file = {0};
    int err = et_file_read(&file, path, TRACE_BYTES_MAX, complaint);
    if (!err) {
        enum et_trace_format format =
            guess ? et_trace_guess(file.bytes) : workload->scenario->arrivals.format;
        err = et_trace_new(&workload->trace, file.bytes, format, &et_sysmem, complaint);
    }
    et_file_free(&file);
    if (err) {
        et_complaint_file(complaint, path);
        return err;
    }
    const struct et_trace *trace = workload->wording.trace = workload->trace;
    while (workload->count < trace->row_count &&
           trace->rows[workload->count].at < workload->scenario->duration)
        workload->count++;
    return 0;
}

static int make_instants(struct et_workload *workload, struct et_complaint *complaint)
{
    int err =
        et_instants_fill(&workload->instants, workload->scenario, workload->seed, ET_WORKLOAD_MAX);
    workload->count = workload->instants.count;
    if (err == ET_LIMIT) {
        et_complaint_file(complaint, workload->scenario->path.data);
        return et_complain(complaint, err,
                           "found more than %d requests with this seed; expected a "
                           "lower \"rate_per_s\" or \"duration_s\"",
                           ET_WORKLOAD_MAX);
    }
    return err ? et_complain(complaint, err, "%s", et_err_text(err)) : 0;
}

static int make_arrivals(struct et_workload *workload, const char *trace,
                         struct et_complaint *complaint)
{
    const struct et_arrivals *arrivals = &workload->scenario->arrivals;
    if (trace)
        return load_trace(workload, trace, true, complaint);
    if (arrivals->law != ET_ARRIVALS_TRACE)
        return make_instants(workload, complaint);
    if (arrivals->trace.size)
        return load_trace(workload, arrivals->trace.data, false, complaint);
    et_complaint_file(complaint, workload->scenario->path.data);
    return et_complain(complaint, ET_VALUE,
                       "found no trace; expected \"file\" in $.workload.arrivals, or --trace FILE");
}

static bool make_zipf(struct et_workload *workload)
{
    const struct et_scenario *scenario = workload->scenario;
    workload->zipf = et_mem_array(&et_sysmem, scenario->use_case_count, sizeof *workload->zipf);
    for (size_t i = 0; workload->zipf && i < scenario->use_case_count; i++) {
        const struct et_use_case *use_case = &scenario->use_cases[i];
        if (use_case->repeat_ppm == 0)
            continue;
        workload->zipf[i] = et_mem_array(&et_sysmem, use_case->pool, sizeof **workload->zipf);
        if (!workload->zipf[i])
            return false;
        et_zipf_fill(workload->zipf[i], use_case->pool, use_case->zipf_milli);
    }
    return workload->zipf != NULL;
}

int et_workload_new(struct et_workload **out, const struct et_scenario *scenario, uint64_t seed,
                    const char *trace, struct et_complaint *complaint)
{
    struct et_workload *workload = et_mem_take(&et_sysmem, sizeof *workload);
    if (!workload)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    workload->scenario = scenario;
    workload->seed = seed;
    et_instants_init(&workload->instants, &et_sysmem);
    et_wording_init(&workload->wording, scenario, seed, &et_sysmem);
    int err = make_arrivals(workload, trace, complaint);
    if (!err && !make_zipf(workload))
        err = et_complain(complaint, ET_NOMEM, "out of memory");
    if (err) {
        et_workload_free(workload);
        return err;
    }
    *out = workload;
    return 0;
}

void et_workload_free(struct et_workload *workload)
{
    if (!workload)
        return;
    const struct et_scenario *scenario = workload->scenario;
    for (size_t i = 0; workload->zipf && i < scenario->use_case_count; i++)
        et_mem_give(&et_sysmem, workload->zipf[i],
                    scenario->use_cases[i].pool * sizeof **workload->zipf);
    et_mem_give(&et_sysmem, workload->zipf, scenario->use_case_count * sizeof *workload->zipf);
    et_trace_free(workload->trace);
    et_instants_free(&workload->instants);
    et_wording_free(&workload->wording);
    et_mem_give(&et_sysmem, workload, sizeof *workload);
}

uint64_t et_workload_count(const struct et_workload *workload)
{
    return workload->count;
}

void et_workload_rewind(struct et_workload *workload)
{
    workload->next = 0;
}

/* What a request is: from its number alone */

static size_t use_case_of(const struct et_workload *workload, et_id n)
{
    const struct et_scenario *scenario = workload->scenario;
    uint64_t at = et_draw_below(et_draw(workload->seed, n, ET_DRAW_USE_CASE, 0), PPM);
    size_t i = 0;
    for (uint64_t below = scenario->use_cases[0].share_ppm; at >= below; i++)
        below += scenario->use_cases[i + 1].share_ppm;
    return i;
}

/* One of the pool by its rank, or a new one, which no other request asks. */
static uint64_t question_of(const struct et_workload *workload, size_t use_case, et_id n)
{
    const struct et_use_case *drawn = &workload->scenario->use_cases[use_case];
    uint64_t number = drawn->pool + n;
    if (et_draw_chance(et_draw(workload->seed, n, ET_DRAW_REPEAT, 0), drawn->repeat_ppm))
        number = et_zipf_rank(workload->zipf[use_case], drawn->pool,
                              et_draw(workload->seed, n, ET_DRAW_QUESTION, 0));
    return (uint64_t)use_case << USE_CASE_SHIFT | number;
}

static uint64_t tokens_of(const struct et_workload *workload, const struct et_law *law,
                          uint64_t question, enum et_draw_what what)
{
    return et_law_value(law, et_draw(workload->seed, question, what, 0));
}

static void ask_by_chance(const struct et_workload *workload, size_t use_case,
                          struct et_asked *asked)
{
    const struct et_use_case *drawn = asked->use_case;
    asked->at = workload->instants.at[asked->request - 1];
    asked->question = question_of(workload, use_case, asked->request);
    asked->answer_tokens =
        tokens_of(workload, &drawn->answer_tokens, asked->question, ET_DRAW_ANSWER_LENGTH);
    if (drawn->template.size == 0)
        asked->prompt_tokens =
            tokens_of(workload, &drawn->prompt_tokens, asked->question, ET_DRAW_PARAMETER);
}

/* Of nothing at all no request and no answer can be made. */
static uint64_t one_or_more(uint64_t tokens)
{
    return tokens ? tokens : 1;
}

static void ask_by_trace(const struct et_workload *workload, struct et_asked *asked)
{
    const struct et_trace_row *row = &workload->trace->rows[asked->request - 1];
    asked->at = row->at;
    asked->question = asked->request;
    asked->prompt_tokens = one_or_more(row->prompt_tokens);
    asked->answer_tokens = one_or_more(row->answer_tokens);
}

bool et_workload_next(struct et_workload *workload, struct et_asked *asked)
{
    if (workload->next == workload->count)
        return false;
    *asked = (struct et_asked){.request = ++workload->next};
    size_t use_case = use_case_of(workload, asked->request);
    asked->use_case = &workload->scenario->use_cases[use_case];
    uint64_t bits = et_draw(workload->seed, asked->request, ET_DRAW_STREAM, 0);
    asked->stream = et_draw_chance(bits, asked->use_case->stream_ppm);
    if (workload->trace)
        ask_by_trace(workload, asked);
    else
        ask_by_chance(workload, use_case, asked);
    return true;
}

int et_workload_body(struct et_workload *workload, const struct et_asked *asked,
                     const struct et_arm *arm, struct et_slice *body)
{
    return et_wording_body(&workload->wording, asked, arm, body);
}
