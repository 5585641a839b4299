/* SPDX-License-Identifier: MIT */
/* Flights by request id, by call id and by cache key.  The tables are as wide as the engine is, so
 * chains stay short, and nothing is allocated after new. */
#include "core/engine/stages.h"

#include <string.h>

int et_flight_table_new(struct flight_table *table, size_t count, const struct et_mem *mem)
{
    size_t wide = 16;
    while (wide < count)
        wide *= 2;
    table->buckets = et_mem_array(mem, wide, sizeof *table->buckets);
    table->count = wide;
    return table->buckets ? 0 : ET_NOMEM;
}

void et_flight_table_free(struct flight_table *table, const struct et_mem *mem)
{
    et_mem_give(mem, table->buckets, table->count * sizeof *table->buckets);
}

static struct flight **bucket(const struct flight_table *table, uint64_t number)
{
    uint64_t spread = number * 0x9E3779B97F4A7C15u; /* Fibonacci hashing: 2^64 / golden ratio */
    return &table->buckets[(spread >> 32) & (table->count - 1)];
}

static uint64_t head_of(const struct et_digest *key)
{
    uint64_t head;
    memcpy(&head, key->bytes, sizeof head);
    return head;
}

struct flight *et_flight_by_id(const struct et_engine *engine, et_id id)
{
    struct flight *flight = *bucket(&engine->by_id, id);
    while (flight && flight->id != id)
        flight = flight->next_by_id;
    return flight;
}

struct flight *et_flight_by_call(const struct et_engine *engine, et_id call)
{
    struct flight *flight = *bucket(&engine->by_call, call);
    while (flight && flight->call != call)
        flight = flight->next_by_call;
    return flight;
}

struct flight *et_flight_by_key(const struct et_engine *engine, const struct et_digest *key)
{
    struct flight *flight = *bucket(&engine->by_key, head_of(key));
    while (flight && memcmp(flight->key.bytes, key->bytes, sizeof key->bytes) != 0)
        flight = flight->next_by_key;
    return flight;
}

void et_flight_enlist(struct et_engine *engine, struct flight *flight)
{
    struct flight **at = bucket(&engine->by_id, flight->id);
    flight->next_by_id = *at;
    *at = flight;
}

void et_flight_enlist_call(struct et_engine *engine, struct flight *flight)
{
    struct flight **at = bucket(&engine->by_call, flight->call);
    flight->next_by_call = *at;
    *at = flight;
}

void et_flight_enlist_key(struct et_engine *engine, struct flight *flight)
{
    struct flight **at = bucket(&engine->by_key, head_of(&flight->key));
    flight->next_by_key = *at;
    *at = flight;
    flight->leads = true;
}

void et_flight_delist_call(struct et_engine *engine, struct flight *flight)
{
    if (!flight->call)
        return;
    struct flight **at = bucket(&engine->by_call, flight->call);
    while (*at != flight)
        at = &(*at)->next_by_call;
    *at = flight->next_by_call;
    flight->call = 0;
}

void et_flight_delist_key(struct et_engine *engine, struct flight *flight)
{
    if (!flight->leads)
        return;
    struct flight **at = bucket(&engine->by_key, head_of(&flight->key));
    while (*at != flight)
        at = &(*at)->next_by_key;
    *at = flight->next_by_key;
    flight->leads = false;
}

void et_flight_delist(struct et_engine *engine, struct flight *flight)
{
    et_flight_delist_call(engine, flight);
    et_flight_delist_key(engine, flight);
    struct flight **at = bucket(&engine->by_id, flight->id);
    while (*at != flight)
        at = &(*at)->next_by_id;
    *at = flight->next_by_id;
}
