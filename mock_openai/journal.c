/* SPDX-License-Identifier: MIT */
#include "mock_openai/journal.h"

#include "io/sysmem.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

enum { TEXTS = 7 }; /* of an entry */

struct slot {
    struct et_journal_entry entry; /* its texts point into `texts` */
    char *texts;                   /* in one piece; kept for the next entry of this slot */
    size_t size, room;
};

/* Slots are used in turn: entry n lies in slot n % entries. */
struct et_journal {
    struct et_journal_config config;
    pthread_mutex_t lock;
    struct slot *slots;
    size_t bytes;         /* room of all slots */
    uint64_t first, next; /* entries [first, next) are kept */
    uint64_t received;    /* since it was cleared */
    void (*recorded)(void *ctx);
    void *ctx;
};

void et_journal_defaults(struct et_journal_config *config)
{
    *config =
        (struct et_journal_config){.entries = 1000, .bytes = 16 << 20, .body_bytes_max = 64 << 10};
}

int et_journal_new(struct et_journal **out, const struct et_journal_config *config)
{
    assert(config->entries >= 1 && config->entries <= ET_JOURNAL_ENTRIES_MAX);
    assert(config->body_bytes_max <= config->bytes / 4);
    struct et_journal *journal = et_mem_take(&et_sysmem, sizeof *journal);
    if (!journal)
        return ET_NOMEM;
    journal->config = *config;
    journal->first = journal->next = 1;
    pthread_mutex_init(&journal->lock, NULL);
    journal->slots = et_mem_array(&et_sysmem, config->entries, sizeof *journal->slots);
    if (!journal->slots) {
        et_journal_free(journal);
        return ET_NOMEM;
    }
    *out = journal;
    return 0;
}

static void give_back(struct et_journal *journal, struct slot *slot)
{
    et_mem_give(&et_sysmem, slot->texts, slot->room);
    journal->bytes -= slot->room;
    *slot = (struct slot){0};
}

void et_journal_free(struct et_journal *journal)
{
    if (!journal)
        return;
    for (size_t i = 0; journal->slots && i < journal->config.entries; i++)
        give_back(journal, &journal->slots[i]);
    pthread_mutex_destroy(&journal->lock);
    et_mem_give(&et_sysmem, journal->slots, journal->config.entries * sizeof *journal->slots);
    et_mem_give(&et_sysmem, journal, sizeof *journal);
}

static struct slot *slot_of(struct et_journal *journal, uint64_t number)
{
    return &journal->slots[number % journal->config.entries];
}

/* The slot of the next entry, with room for `size` bytes: most often what it had before is right,
 * and nothing is taken.  Room that is missing is given by the oldest; false: memory was refused. */
static bool make_room(struct et_journal *journal, struct slot *slot, size_t size)
{
    enum { SMALL = 1024, WASTE = 4 };
    if (journal->next - journal->first == journal->config.entries)
        journal->first++;
    if (size <= slot->room && slot->room <= WASTE * size + SMALL)
        return true;
    give_back(journal, slot);
    while (journal->bytes + size > journal->config.bytes && journal->first < journal->next)
        give_back(journal, slot_of(journal, journal->first++));
    if (size == 0)
        return true;
    slot->texts = et_mem_grow(&et_sysmem, NULL, 0, size);
    slot->room = slot->texts ? size : 0;
    journal->bytes += slot->room;
    return slot->texts;
}

static void gather(struct et_journal_entry *entry, struct et_slice *texts[TEXTS])
{
    struct et_slice *all[TEXTS] = {&entry->id,    &entry->client_id, &entry->method, &entry->target,
                                   &entry->model, &entry->key,       &entry->body};
    memcpy(texts, all, sizeof all);
}

static struct et_slice mask(struct et_slice authorization, char out[ET_JOURNAL_KEY])
{
    enum { SHOWN = 4, SHORT = 12 };
    struct et_slice rest = et_slice_trim(authorization), scheme;
    if (rest.size == 0)
        return rest;
    if (et_slice_split(&rest, ' ', &scheme) && !rest.data)
        rest = scheme; /* there is no scheme */
    rest = et_slice_trim(rest);
    memcpy(out, "...", 3);
    if (rest.size < SHORT)
        return (struct et_slice){out, 3};
    memcpy(out + 3, rest.data + rest.size - SHOWN, SHOWN);
    return (struct et_slice){out, 3 + SHOWN};
}

/* Cuts what is too long and returns how much all texts take. */
static size_t cut(const struct et_journal_config *config, struct et_journal_entry *entry)
{
    struct et_slice *texts[TEXTS];
    size_t size = 0, other_max = config->bytes / (4 * TEXTS);
    gather(entry, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        size_t max = texts[i] == &entry->body ? config->body_bytes_max : other_max;
        if (texts[i]->size > max)
            texts[i]->size = max;
        size += texts[i]->size;
    }
    return size;
}

static void store(struct et_journal *journal, const struct et_journal_entry *entry, size_t size)
{
    struct slot *slot = slot_of(journal, journal->next);
    struct et_slice *texts[TEXTS];
    bool room = make_room(journal, slot, size);
    char *to = slot->texts;
    slot->entry = *entry;
    slot->entry.number = journal->next++;
    slot->size = room ? size : 0;
    gather(&slot->entry, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        if (!room)
            texts[i]->size = 0;
        if (texts[i]->size > 0)
            memcpy(to, texts[i]->data, texts[i]->size);
        texts[i]->data = to;
        to += texts[i]->size;
    }
    journal->received++;
}

uint64_t et_journal_record(struct et_journal *journal, const struct et_journal_entry *entry)
{
    char key[ET_JOURNAL_KEY];
    struct et_journal_entry own = *entry;
    own.key = mask(entry->key, key);
    own.body_bytes = entry->body.size;
    size_t size = cut(&journal->config, &own);
    pthread_mutex_lock(&journal->lock);
    store(journal, &own, size);
    uint64_t number = journal->next - 1;
    if (journal->recorded)
        journal->recorded(journal->ctx);
    pthread_mutex_unlock(&journal->lock);
    return number;
}

void et_journal_time(struct et_journal *journal, uint64_t number,
                     const struct et_journal_times *times)
{
    pthread_mutex_lock(&journal->lock);
    if (number >= journal->first && number < journal->next)
        slot_of(journal, number)->entry.times = *times;
    pthread_mutex_unlock(&journal->lock);
}

void et_journal_clear(struct et_journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    for (size_t i = 0; i < journal->config.entries; i++)
        give_back(journal, &journal->slots[i]);
    journal->first = journal->next;
    journal->received = 0;
    pthread_mutex_unlock(&journal->lock);
}

static bool is_asked_for(struct et_slice wanted, struct et_slice found)
{
    return wanted.size == 0 || et_slice_equal(wanted, found);
}

static bool has_path(struct et_slice target, struct et_slice path)
{
    return et_slice_equal(et_slice_part(target, 0, et_slice_find(target, ET_LIT("?"))), path);
}

static bool matches(const struct et_journal_filter *filter, const struct et_journal_entry *entry)
{
    uint64_t faults = entry->faults ? entry->faults : 1; /* 1 << ET_FAULT_NONE */
    if (filter->status_high > 0 &&
        (entry->status < filter->status_low || entry->status > filter->status_high))
        return false;
    if (filter->faults && !(filter->faults & faults))
        return false;
    if (filter->path.size > 0 && !has_path(entry->target, filter->path))
        return false;
    return is_asked_for(filter->model, entry->model) &&
           (is_asked_for(filter->id, entry->id) || is_asked_for(filter->id, entry->client_id));
}

/* The first match numbered at least `from`; NULL: none. */
static struct slot *find(struct et_journal *journal, const struct et_journal_filter *filter,
                         uint64_t from)
{
    uint64_t number = from > journal->first ? from : journal->first;
    if (number <= filter->since)
        number = filter->since + 1;
    for (; number < journal->next; number++) {
        struct slot *slot = slot_of(journal, number);
        if (matches(filter, &slot->entry))
            return slot;
    }
    return NULL;
}

static void copy(const struct slot *slot, struct et_journal_entry *entry, struct et_text *texts)
{
    struct et_slice *each[TEXTS];
    const char *from = slot->texts;
    *entry = slot->entry;
    gather(entry, each);
    et_text_clear(texts);
    et_text_add(texts, (struct et_slice){from, slot->size});
    struct et_slice all = et_text_slice(texts);
    for (size_t i = 0; i < TEXTS; i++) {
        size_t at = (size_t)(each[i]->data - from);
        *each[i] = et_slice_part(all, at, at + each[i]->size);
    }
}

bool et_journal_next(struct et_journal *journal, const struct et_journal_filter *filter,
                     uint64_t *from, struct et_journal_entry *entry, struct et_text *texts)
{
    pthread_mutex_lock(&journal->lock);
    const struct slot *slot = find(journal, filter, *from);
    if (slot) {
        copy(slot, entry, texts);
        *from = entry->number + 1;
    }
    pthread_mutex_unlock(&journal->lock);
    return slot;
}

uint64_t et_journal_count(struct et_journal *journal, const struct et_journal_filter *filter,
                          uint64_t *from)
{
    uint64_t count = 0, at = *from;
    const struct slot *slot;
    pthread_mutex_lock(&journal->lock);
    for (; (slot = find(journal, filter, at)); count++)
        at = slot->entry.number + 1;
    *from = journal->next;
    pthread_mutex_unlock(&journal->lock);
    return count;
}

struct et_journal_state et_journal_tell(struct et_journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    struct et_journal_state state = {.received = journal->received,
                                     .kept = journal->next - journal->first,
                                     .last = journal->next - 1};
    pthread_mutex_unlock(&journal->lock);
    return state;
}

void et_journal_watch(struct et_journal *journal, void (*recorded)(void *ctx), void *ctx)
{
    pthread_mutex_lock(&journal->lock);
    journal->recorded = recorded;
    journal->ctx = ctx;
    pthread_mutex_unlock(&journal->lock);
}
