/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_fixture.h"

#include "core/base/hash.h"
#include "core/json/canonical.h"
#include "core/json/json.h"

static int hash_body(uint64_t *key, struct et_slice body, const struct et_mem *mem)
{
    const struct et_json_options options = {
        .limits = {.bytes = ET_FIXTURE_BYTES_MAX, .nodes = ET_FIXTURE_VALUES_MAX}};
    struct et_json *json;
    struct et_text text;
    int err = et_json_parse(&json, body, &options, mem, NULL);
    if (err == ET_NOMEM)
        return err;
    if (err) { /* no JSON: to the letter */
        *key = et_hash64(body, *key);
        return 0;
    }
    et_json_free(json);
    et_text_init(&text, mem, 2 * (size_t)ET_FIXTURE_BYTES_MAX);
    err = et_json_canonical(body, NULL, &text);
    if (!err)
        *key = et_hash64(et_text_slice(&text), *key);
    et_text_free(&text);
    return err;
}

int et_fixture_key(uint64_t *out, struct et_slice method, struct et_slice path,
                   struct et_slice body, const struct et_mem *mem)
{
    uint64_t key = et_hash64(path, et_hash64(method, 9));
    int err = body.size ? hash_body(&key, body, mem) : 0;
    if (!err)
        *out = key;
    return err;
}

void et_fixture_free(struct et_fixture *fixture)
{
    if (!fixture)
        return;
    const struct et_mem *mem = fixture->arena.mem;
    et_arena_free(&fixture->arena);
    et_mem_give(mem, fixture, sizeof(*fixture));
}

void et_fixtures_init(struct et_fixtures *fixtures, const struct et_mem *mem)
{
    *fixtures = (struct et_fixtures){.mem = mem};
    et_table_init(&fixtures->places, ET_FIXTURES_MAX, sizeof(uint32_t), mem);
}

void et_fixtures_free(struct et_fixtures *fixtures)
{
    for (size_t i = 0; i < fixtures->count; i++)
        et_fixture_free(fixtures->items[i]);
    et_mem_give(fixtures->mem, fixtures->items, fixtures->room * sizeof(*fixtures->items));
    et_table_free(&fixtures->places);
    fixtures->items = NULL;
    fixtures->count = fixtures->room = 0;
}

static bool grow(struct et_fixtures *fixtures)
{
    size_t room = fixtures->room ? 2 * fixtures->room : 16, each = sizeof(*fixtures->items);
    if (fixtures->count < fixtures->room)
        return true;
    void *items = et_mem_grow(fixtures->mem, fixtures->items, fixtures->room * each, room * each);
    if (!items)
        return false;
    fixtures->items = items;
    fixtures->room = room;
    return true;
}

int et_fixtures_add(struct et_fixtures *fixtures, struct et_fixture *fixture)
{
    if (fixtures->count == ET_FIXTURES_MAX)
        return ET_FULL;
    if (!grow(fixtures))
        return ET_NOMEM;
    uint32_t *place = et_table_put(&fixtures->places, fixture->key);
    if (!place)
        return ET_NOMEM;
    *place = (uint32_t)fixtures->count;
    fixtures->items[fixtures->count++] = fixture;
    return 0;
}

const struct et_fixture *et_fixtures_find(const struct et_fixtures *fixtures, uint64_t key)
{
    const uint32_t *place = et_table_find(&fixtures->places, key);
    return place ? fixtures->items[*place] : NULL;
}
