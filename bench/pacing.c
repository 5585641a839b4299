/* SPDX-License-Identifier: MIT */
/* pacing --port N --pid N --streams 1,50,500 ...: how exactly a server of server-sent events keeps
 * its own pace.  One row per number of streams:
 *
 *     streams     open at once
 *     TTFT        ms until the first paced event, p50 and p99
 *     gap error   ms by which a gap differs from what it should be, p50 and p99
 *     total       % by which the median answer took too long
 *     chunks/s    events that came, of all streams
 *     server, client   % of one core; waited: the server was ready, but others had the core
 *     KB/stream   resident in the server, more than before the first stream
 *     client late ms from an event's arrival to its being read, p99
 *
 * With --hold it opens the streams, waits for their first event and tells the server's memory. */
#include "bench/pacing_streams.h"
#include "cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CHUNKS = 102, TTFT_MS = 100, GAP_MS = 10, LIMIT_S = 25, P50 = 500000, P99 = 990000 };

struct wish {
    const char *streams;
    uint64_t port, pid, skip, limit_s;
    bool hold;
};

static const struct et_usage_text usage_text = {"pacing [OPTION]...",
                                                "Measures how a server paces its streams.", NULL};

static double ms(uint64_t ns)
{
    return (double)ns / (double)ET_MS;
}

static void print_head(void)
{
    printf("%7s %14s %14s %8s %9s %7s %7s %7s %10s %12s\n", "streams", "TTFT ms", "gap error ms",
           "total %", "chunks/s", "server", "waited", "client", "KB/stream", "client late");
    printf("%7s %14s %14s %8s %9s %7s %7s %7s %10s %12s\n", "", "p50 / p99", "p50 / p99", "p50", "",
           "CPU %", "CPU %", "CPU %", "", "p99 ms");
}

/* What makes a row void, if anything does. */
static void print_doubts(const struct et_pacing_plan *plan, const struct et_pacing_result *result)
{
    if (result->closed)
        printf("        the server closed %" PRIu32 " streams\n", result->closed);
    if (result->unfinished)
        printf("        %" PRIu32 " streams were not done after %" PRIu64 " s\n",
               result->unfinished, plan->limit / ET_S);
    if (result->client_cpu * 100 > result->span * 95 ||
        et_histogram_at(result->client_late, P99) >= plan->gap)
        printf("        the client was the bottleneck: this row says nothing of the server\n");
    if (result->server_waited * 10 > result->span)
        printf("        the server was kept from running by other programs\n");
}

static void print_pair(const struct et_histogram *histogram, int digits)
{
    printf(" %6.*f /%6.*f", digits, ms(et_histogram_at(histogram, P50)), digits,
           ms(et_histogram_at(histogram, P99)));
}

static void print_row(const struct et_pacing_plan *plan, const struct et_pacing_result *result)
{
    double span = result->span ? (double)result->span : 1;
    double ideal = (double)(plan->ttft + (plan->chunks - 1) * plan->gap);
    double grown = (double)result->bytes_open - (double)result->bytes_before;
    printf("%7" PRIu32, plan->streams);
    print_pair(result->ttft, 1);
    print_pair(result->gap_error, 3);
    printf(" %8.3f %9.0f %7.1f %7.1f %7.1f %10.1f %12.3f\n",
           100 * (double)et_histogram_at(result->late, P50) / ideal,
           (double)result->chunks * 1e9 / span, 100 * (double)result->server_cpu / span,
           100 * (double)result->server_waited / span, 100 * (double)result->client_cpu / span,
           grown > 0 ? grown / 1024 / plan->streams : 0,
           ms(et_histogram_at(result->client_late, P99)));
    print_doubts(plan, result);
}

static void print_memory(const struct et_pacing_plan *plan, const struct et_pacing_result *result)
{
    double before = (double)result->bytes_before, open = (double)result->bytes_open;
    if (result->unfinished)
        printf("%" PRIu32 " of %" PRIu32 " streams got no first event within %" PRIu64 " s\n",
               result->unfinished, plan->streams, plan->limit / ET_S);
    else
        printf("%8" PRIu32 " streams open: %.1f MB resident, %.1f before: %.1f KB per stream\n",
               plan->streams, open / 1e6, before / 1e6, (open - before) / 1024 / plan->streams);
}

/* Few streams go round more often, so that there is something to count. */
static uint32_t rounds_for(uint32_t streams)
{
    return streams < 10 ? 7 : streams < 100 ? 4 : 3;
}

static int measure(const struct wish *wish, uint32_t streams)
{
    struct et_pacing_result result;
    struct et_pacing_plan plan = {.port = (uint16_t)wish->port,
                                  .pid = (int)wish->pid,
                                  .streams = streams,
                                  .rounds = rounds_for(streams),
                                  .hold = wish->hold,
                                  .skip = (uint32_t)wish->skip,
                                  .chunks = CHUNKS,
                                  .ttft = TTFT_MS * ET_MS,
                                  .gap = GAP_MS * ET_MS,
                                  .limit = wish->limit_s * ET_S};
    int err = et_pacing_result_new(&result);
    if (err)
        return err;
    err = et_pacing_run(&plan, &result);
    if (!err)
        wish->hold ? print_memory(&plan, &result) : print_row(&plan, &result);
    fflush(stdout);
    et_pacing_result_free(&result);
    return err;
}

static int measure_all(const struct wish *wish)
{
    struct et_slice rest = et_slice_of(wish->streams), part;
    uint64_t streams;
    int err = 0;
    if (!wish->hold)
        print_head();
    while (!err && et_slice_split(&rest, ',', &part)) {
        if (!et_slice_u64(part, &streams) || streams < 1 || streams > 1000000)
            return et_cli_usage("pacing: --streams: found \"%.*s\"; expected numbers from 1 to "
                                "1000000",
                                ET_ARG(part));
        err = measure(wish, (uint32_t)streams);
    }
    return err ? ET_EXIT_ENVIRONMENT : ET_EXIT_PASS;
}

int main(int argc, char **argv)
{
    struct wish wish = {.streams = "1,50,500,2000", .skip = 1, .limit_s = LIMIT_S};
    const struct et_option options[] = {
        {"port", ET_OPTION_NUMBER, &wish.port, "N", "of the server on 127.0.0.1"},
        {"pid", ET_OPTION_NUMBER, &wish.pid, "N", "of the server, for its CPU time and memory"},
        {"streams", ET_OPTION_TEXT, &wish.streams, "N,N...", "open at once; 1,50,500,2000"},
        {"skip", ET_OPTION_NUMBER, &wish.skip, "N", "events before the first that is paced; 1"},
        {"limit-s", ET_OPTION_NUMBER, &wish.limit_s, "N", "give up after so long; 25"},
        {"hold", ET_OPTION_FLAG, &wish.hold, NULL, "only open them and tell the memory"},
        {0}};
    int operands = et_options(&usage_text, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (operands < argc || wish.port < 1 || wish.port > UINT16_MAX)
        return et_cli_usage("pacing: expected --port N and options only");
    return measure_all(&wish);
}
