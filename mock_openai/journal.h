/* SPDX-License-Identifier: MIT */
/* The latest requests the mock was asked, for those who test a client: a ring, bounded in number
 * and bytes, each of whose places keeps its memory for the next.  Any thread may call anything.
 *
 *     et_journal_new(&journal, &config)
 *     number = et_journal_record(journal, &entry)             when the answer is known
 *     et_journal_time(journal, number, &times)                when its first byte and its end left
 *
 *     uint64_t from = 0;                                      to read it
 *     while (et_journal_next(journal, &filter, &from, &entry, &texts))
 *         … one entry at a time, so that nobody waits for the printing of all …
 *
 * Requests are numbered from 1 on and never again, whatever is forgotten. */
#ifndef ET_MOCK_JOURNAL_H
#define ET_MOCK_JOURNAL_H

#include "core/base/ns.h"
#include "core/base/text.h"
#include "core/openai/usage.h"

struct et_journal;

enum { ET_JOURNAL_ENTRIES_MAX = 100000, ET_JOURNAL_KEY = 16 };

struct et_journal_config {
    size_t entries; /* 1,000; 1 to ET_JOURNAL_ENTRIES_MAX */
    size_t bytes;   /* of all their texts; 16 MiB; the oldest make room */
    size_t
        body_bytes_max; /* of one body, the rest is cut off; 64 KiB, at most a quarter of bytes */
};
void et_journal_defaults(struct et_journal_config *config);

struct et_journal_times {
    et_ns first_at; /* first byte of the body; ET_NEVER: not yet, or none */
    et_ns ended_at; /* ET_NEVER: under way */
    bool gone;      /* the client hung up before */
};

struct et_journal_entry {
    uint64_t number; /* given by the journal */
    et_ns received_at;
    struct et_journal_times times;
    unsigned status; /* 0: the connection was reset before a head */
    bool streams;
    uint64_t faults; /* 1 << kind */
    struct et_usage usage;
    uint64_t retry_count; /* x-stainless-retry-count */
    uint64_t body_bytes;  /* of the whole body */
    struct et_slice id, client_id, method, target, model, body;
    struct et_slice key; /* going in the Authorization header, coming out its last four characters,
                            as "...abcd"; of a short key only "..." */
};

int et_journal_new(struct et_journal **out, const struct et_journal_config *config) ET_MUST_CHECK;
void et_journal_free(struct et_journal *journal);

/* Copies the entry and returns its number.  What is too long for the bytes is cut; without memory
 * an entry has no texts. */
uint64_t et_journal_record(struct et_journal *journal, const struct et_journal_entry *entry);
void et_journal_time(struct et_journal *journal, uint64_t number,
                     const struct et_journal_times *times); /* a forgotten one: nothing */
void et_journal_clear(struct et_journal *journal);

struct et_journal_filter {            /* zero: every request */
    uint64_t since;                   /* numbers above this */
    uint64_t faults;                  /* with any of these; 1 << ET_FAULT_NONE: with none */
    unsigned status_low, status_high; /* both included; 0: any */
    struct et_slice model, path;      /* path: the target without its query */
    struct et_slice id;               /* of the answer, or the client's own */
};

/* The first match from number `*from` on, which becomes the number behind it.  The entry's texts
 * are copied to `texts`, which is cleared first; if that fails they are cut off at its end.  False:
 * there is none, and `*from` is as before. */
bool et_journal_next(struct et_journal *journal, const struct et_journal_filter *filter,
                     uint64_t *from, struct et_journal_entry *entry, struct et_text *texts);

/* How many match from number `*from` on; `*from` becomes the number of the next request. */
uint64_t et_journal_count(struct et_journal *journal, const struct et_journal_filter *filter,
                          uint64_t *from);

struct et_journal_state {
    uint64_t received; /* since the start, or since it was cleared */
    uint64_t kept;     /* of them, still here */
    uint64_t last;     /* the number given last; 0: none yet */
};
struct et_journal_state et_journal_tell(struct et_journal *journal);

/* `recorded` is called at every record, on its thread and under the journal's lock: it must only
 * wake somebody.  NULL: no more; it is not called when this has returned. */
void et_journal_watch(struct et_journal *journal, void (*recorded)(void *ctx), void *ctx);

#endif
