/* SPDX-License-Identifier: MIT */
/* The JSON that the admin port answers with; docs/admin.md describes it. */
#include "io/sysmem.h"
#include "mock_openai/admin_object.h"
#include "mock_openai/admin_parts.h"
#include "mock_openai/fault_names.h"

#include <inttypes.h>

static void add_usage(struct object *object, const char *name, const struct et_usage *usage)
{
    struct object tokens = add_object(object, name);
    add_u64(&tokens, "prompt", usage->prompt);
    add_u64(&tokens, "cached", usage->cached);
    add_u64(&tokens, "written", usage->written);
    add_u64(&tokens, "completion", usage->completion);
    add_u64(&tokens, "reasoning", usage->reasoning);
    close_object(&tokens);
}

void et_admin_print_health(struct et_admin *admin)
{
    struct object all = open_object(&admin->out);
    add_text(&all, "status", ET_LIT("ok"));
    add_u64(&all, "workers", et_crew_workers(admin->config.crew));
    add_ms(&all, "uptime_ms", et_since(admin->start_at, et_loop_now()));
    close_object(&all);
}

static void add_endpoints(struct object *all, const struct et_metrics_counts *counts)
{
    struct object endpoints = add_object(all, "by_endpoint");
    for (size_t i = 0; i < ET_ENDPOINTS; i++) {
        struct object statuses = {0};
        for (size_t status = 0; status < ET_STATUSES; status++) {
            char digits[8];
            if (counts->requests[i][status] == 0)
                continue;
            if (!statuses.out)
                statuses = add_object(&endpoints, et_endpoint_paths[i]);
            snprintf(digits, sizeof digits, "%zu", status);
            add_u64(&statuses, status ? digits : "none", counts->requests[i][status]);
        }
        if (statuses.out)
            close_object(&statuses);
    }
    close_object(&endpoints);
}

static void add_faults(struct object *all, const struct et_metrics_counts *counts)
{
    struct object faults = add_object(all, "faults");
    for (unsigned kind = 1; kind < ET_FAULTS; kind++)
        if (counts->faults[kind] > 0)
            add_u64(&faults, et_fault_name(kind), counts->faults[kind]);
    close_object(&faults);
}

/* Of a histogram in microseconds. */
static void add_spans(struct object *all, const char *name, const struct et_histogram *histogram)
{
    struct object spans = add_object(all, name);
    add_u64(&spans, "count", histogram->count);
    add_ms(&spans, "p50", et_histogram_at(histogram, 500000) * ET_US);
    add_ms(&spans, "p90", et_histogram_at(histogram, 900000) * ET_US);
    add_ms(&spans, "p99", et_histogram_at(histogram, 990000) * ET_US);
    add_ms(&spans, "max", et_histogram_max(histogram) * ET_US);
    close_object(&spans);
}

static void add_requests(struct object *all, const struct et_metrics_counts *counts)
{
    struct object requests = add_object(all, "requests");
    add_u64(&requests, "received", counts->answered + counts->gone + counts->open);
    add_u64(&requests, "answered", counts->answered);
    add_u64(&requests, "clients_gone", counts->gone);
    add_u64(&requests, "open", counts->open);
    add_u64(&requests, "open_streams", counts->open_streams);
    close_object(&requests);
}

static void add_connections(struct object *all, const struct et_server_counts *counts)
{
    struct object connections = add_object(all, "connections");
    add_u64(&connections, "open", counts->open);
    add_u64(&connections, "accepted", counts->accepted);
    add_u64(&connections, "over_limit", counts->over_limit);
    add_u64(&connections, "no_files", counts->no_files);
    add_u64(&connections, "bad_requests", counts->bad);
    add_u64(&connections, "unread", counts->unread);
    close_object(&connections);
}

void et_admin_print_stats(struct et_admin *admin, const struct et_metrics *sum)
{
    struct et_server_counts counts;
    struct object all = open_object(&admin->out);
    et_crew_count(admin->config.crew, &counts);
    add_u64(&all, "seed", et_crew_config(admin->config.crew)->seed);
    add_u64(&all, "workers", et_crew_workers(admin->config.crew));
    add_ms(&all, "uptime_ms", et_since(admin->start_at, et_loop_now()));
    add_requests(&all, &sum->counts);
    add_endpoints(&all, &sum->counts);
    add_faults(&all, &sum->counts);
    et_text_addf(add(&all, "schedule_digest"), "\"%016" PRIx64 "\"",
                 et_brain_state_digest(et_crew_state(admin->config.crew)));
    add_usage(&all, "tokens", &sum->counts.tokens);
    add_spans(&all, "latency_ms", sum->latency);
    add_spans(&all, "ttft_ms", sum->ttft);
    add_spans(&all, "lateness_ms", sum->late);
    add_bool(&all, "late", et_mock_late(sum));
    add_u64(&all, "held_up", sum->counts.held_up);
    add_connections(&all, &counts);
    et_admin_print_services(admin, add(&all, "services"));
    close_object(&all);
}

/* As JSON if it is whole and some, else as text. */
static void add_body(struct et_admin *admin, struct object *all,
                     const struct et_journal_entry *entry)
{
    struct et_gate_member members[ET_ADMIN_GATE_MEMBERS];
    struct et_gate gate = {.slots = admin->slots,
                           .slot_count = ET_GATE_SLOTS,
                           .members = members,
                           .member_room = ET_ADMIN_GATE_MEMBERS};
    bool json = entry->body.size > 0 && entry->body.size == entry->body_bytes &&
                et_gate_check(&gate, entry->body);
    et_text_add(add(all, "body"), json ? entry->body : ET_LIT("null"));
    add_text(all, "body_text", json ? (struct et_slice){NULL, 0} : entry->body);
}

static void add_fault_names(struct object *all, uint64_t faults)
{
    struct et_text *out = add(all, "faults");
    const char *comma = "";
    et_text_addc(out, '[');
    for (uint64_t rest = faults; rest; rest &= rest - 1, comma = ",")
        et_text_addf(out, "%s\"%s\"", comma, et_fault_name((unsigned)__builtin_ctzll(rest)));
    et_text_addc(out, ']');
}

static void add_times(struct object *all, const struct et_admin *admin,
                      const struct et_journal_entry *entry)
{
    const struct et_journal_times *times = &entry->times;
    const char *state = times->gone ? "gone" : times->ended_at == ET_NEVER ? "open" : "done";
    add_text(all, "state", et_slice_of(state));
    add_u64(all, "received_unix_ms", admin->unix_ms + entry->received_at / ET_MS);
    add_delay(all, "first_byte_ms", entry->received_at, times->first_at);
    add_delay(all, "end_ms", entry->received_at, times->ended_at);
}

static void print_entry(struct et_admin *admin, const struct et_journal_entry *entry, bool body)
{
    struct object all = open_object(&admin->out);
    struct et_slice query = entry->target, path = {0};
    et_slice_split(&query, '?', &path);
    add_u64(&all, "number", entry->number);
    add_text(&all, "id", entry->id);
    add_text(&all, "client_request_id", entry->client_id);
    add_text(&all, "method", entry->method);
    add_text(&all, "path", path);
    add_text(&all, "query", query);
    add_text(&all, "model", entry->model);
    add_text(&all, "key", entry->key);
    add_bool(&all, "stream", entry->streams);
    add_u64(&all, "retry_count", entry->retry_count);
    add_u64(&all, "status", entry->status);
    add_fault_names(&all, entry->faults);
    add_usage(&all, "usage", &entry->usage);
    add_times(&all, admin, entry);
    add_u64(&all, "body_bytes", entry->body_bytes);
    if (body)
        add_body(admin, &all, entry);
    close_object(&all);
}

/* The latest `limit` of those that match, oldest first.  One that goes meanwhile is not shown. */
static void print_entries(struct et_admin *admin, const struct et_admin_query *query, uint64_t skip)
{
    struct et_journal *journal = et_crew_journal(admin->config.crew);
    struct et_journal_entry entry;
    struct et_text texts;
    uint64_t from = 0;
    const char *comma = "";
    et_text_init(&texts, &et_sysmem, ET_ADMIN_BODY_MAX);
    while (et_journal_next(journal, &query->filter, &from, &entry, &texts)) {
        if (skip > 0) {
            skip--;
            continue;
        }
        et_text_add(&admin->out, et_slice_of(comma));
        print_entry(admin, &entry, query->bodies);
        comma = ",\n";
    }
    et_text_free(&texts);
}

void et_admin_print_requests(struct et_admin *admin, const struct et_admin_query *query)
{
    struct et_journal *journal = et_crew_journal(admin->config.crew);
    struct et_journal_state told = et_journal_tell(journal);
    struct object all = open_object(&admin->out);
    uint64_t from = 0, matched = et_journal_count(journal, &query->filter, &from);
    add_u64(&all, "received", told.received);
    add_u64(&all, "kept", told.kept);
    add_u64(&all, "matched", matched);
    add_u64(&all, "last", told.last);
    et_text_add(add(&all, "requests"), ET_LIT("[\n"));
    print_entries(admin, query, matched > query->limit ? matched - query->limit : 0);
    et_text_addc(&admin->out, ']');
    close_object(&all);
}

void et_admin_print_connections(const struct et_server_counts *counts, struct et_text *out)
{
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } rows[] = {
        {"etalon_mock_connections", "gauge", "Connections open.", counts->open},
        {"etalon_mock_connections_total", "counter", "Connections taken.", counts->accepted},
        {"etalon_mock_connections_over_limit_total", "counter",
         "Connections closed at once: too many.", counts->over_limit},
        {"etalon_mock_connections_no_files_total", "counter",
         "Connections turned away: no descriptors.", counts->no_files},
        {"etalon_mock_connections_unread_total", "counter",
         "Connections closed: their client did not read.", counts->unread},
        {"etalon_mock_bad_requests_total", "counter",
         "Requests that were no good HTTP, or too slow.", counts->bad},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_metrics_family(out, rows[i].name, rows[i].type, rows[i].help);
        et_metrics_value(out, rows[i].name, rows[i].value);
    }
}
