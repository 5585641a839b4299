/* SPDX-License-Identifier: MIT */
#include "core/http/syntax.h"
#include "core/json/form.h"
#include "mock_openai/brain_fixture.h"

static const struct et_gate_limits limits = {.bytes = ET_FIXTURE_BYTES_MAX,
                                             .nodes = ET_FIXTURE_VALUES_MAX};

static void copy(struct et_form *form, struct et_fixture *fixture, struct et_slice text,
                 struct et_slice *out)
{
    if (!et_arena_copy(&fixture->arena, text, out))
        et_form_fail(form, ET_NOMEM);
}

static void read_text(struct et_form *form, const char *name, struct et_fixture *fixture,
                      struct et_slice *out)
{
    struct et_slice text;
    if (et_form_text(form, name, ET_REQUIRED, &text))
        copy(form, fixture, text, out);
}

static bool read_word(struct et_form *form, const char *name, struct et_fixture *fixture,
                      struct et_slice *out)
{
    struct et_slice text;
    if (!et_form_word(form, name, ET_REQUIRED, &text))
        return false;
    copy(form, fixture, text, out);
    return out->data;
}

static bool read_raw(struct et_form *form, const char *name, struct et_fixture *fixture,
                     struct et_slice *out)
{
    const struct et_json_node *node;
    if (!et_form_node(form, name, ET_OPTIONAL, &node))
        return false;
    copy(form, fixture, et_json_raw(form->json, node), out);
    return true;
}

static void read_request(struct et_form *root, struct et_fixture *fixture)
{
    struct et_form form;
    if (!et_form_object(root, "request", ET_REQUIRED, &form))
        return;
    read_word(&form, "method", fixture, &fixture->method);
    if (read_word(&form, "path", fixture, &fixture->path) && fixture->path.data[0] != '/')
        et_form_reject(&form, "path", "one such as \"/v1/chat/completions\"");
    read_raw(&form, "body", fixture, &fixture->body);
    et_form_leave(&form);
}

static bool take_chunks(struct et_form *form, struct et_fixture *fixture, size_t count)
{
    fixture->chunk_count = count;
    fixture->chunks = et_arena_array(&fixture->arena, count, sizeof(*fixture->chunks));
    if (!fixture->chunks)
        et_form_fail(form, ET_NOMEM);
    return fixture->chunks;
}

static void read_chunk(struct et_form *form, struct et_fixture *fixture,
                       struct et_fixture_chunk *to, et_ns before)
{
    if (et_form_span(form, "at_ms", ET_REQUIRED, ET_FORM_MS, &to->at) && to->at < before)
        et_form_reject(form, "at_ms", "an instant that is not before the one of the chunk before");
    read_word(form, "text", fixture, &to->text);
}

/* False: there are none. */
static bool read_chunks(struct et_form *response, struct et_fixture *fixture)
{
    struct et_form list, chunk;
    if (!et_form_array(response, "chunks", ET_OPTIONAL, &list))
        return false;
    fixture->streams = true;
    if (!take_chunks(&list, fixture, et_form_count(&list)))
        return true;
    et_ns before = 0;
    for (struct et_fixture_chunk *to = fixture->chunks; et_form_next(&list); to++) {
        if (!et_form_object(&list, ET_ITEM, ET_REQUIRED, &chunk))
            break;
        read_chunk(&chunk, fixture, to, before);
        before = to->at;
        et_form_leave(&chunk);
    }
    return true;
}

static void read_whole(struct et_form *response, struct et_fixture *fixture)
{
    if (!take_chunks(response, fixture, 1))
        return;
    struct et_fixture_chunk *only = fixture->chunks;
    et_form_span(response, "at_ms", ET_OPTIONAL, ET_FORM_MS, &only->at);
    if (!read_raw(response, "body", fixture, &only->text))
        read_text(response, "text", fixture, &only->text);
}

static void read_response(struct et_form *root, struct et_fixture *fixture)
{
    struct et_form form;
    uint32_t status = 200;
    if (!et_form_object(root, "response", ET_REQUIRED, &form))
        return;
    et_form_u32(&form, "status", ET_REQUIRED, ET_RANGE(200, 599), &status);
    fixture->status = status;
    if (read_word(&form, "content_type", fixture, &fixture->content_type) &&
        !et_http_is_value(fixture->content_type))
        et_form_reject(&form, "content_type", "the value of a header field");
    if (!read_chunks(&form, fixture))
        read_whole(&form, fixture);
    et_form_leave(&form);
}

static int read_fixture(struct et_fixture *fixture, const struct et_json *json,
                        struct et_complaint *complaint)
{
    struct et_form root;
    et_form_open(&root, json, et_json_root(json), "$", complaint);
    read_request(&root, fixture);
    read_response(&root, fixture);
    int err = et_form_close(&root);
    return err ? err
               : et_fixture_key(&fixture->key, fixture->method, fixture->path, fixture->body,
                                fixture->arena.mem);
}

int et_fixture_new(struct et_fixture **out, struct et_slice text, const struct et_mem *mem,
                   struct et_complaint *complaint)
{
    struct et_json *json;
    const struct et_json_options options = {.comments = true, .limits = limits};
    struct et_fixture *fixture = et_mem_take(mem, sizeof(*fixture));
    if (!fixture)
        return ET_NOMEM;
    et_arena_init(&fixture->arena, mem, ET_ARENA_BLOCK);
    int err = et_json_parse(&json, text, &options, mem, complaint);
    if (!err) {
        err = read_fixture(fixture, json, complaint);
        et_json_free(json);
    }
    if (err)
        et_fixture_free(fixture);
    else
        *out = fixture;
    return err;
}

static void add_ms(struct et_text *out, et_ns at)
{
    et_text_addf(out, "\"at_ms\": %llu.%03u", (unsigned long long)(at / ET_MS),
                 (unsigned)(at % ET_MS / ET_US));
}

static bool is_json(const struct et_fixture *fixture)
{
    struct et_json *json;
    const struct et_json_options options = {.limits = limits};
    if (et_json_parse(&json, fixture->chunks[0].text, &options, fixture->arena.mem, NULL))
        return false;
    et_json_free(json);
    return true;
}

static void print_chunks(const struct et_fixture *fixture, struct et_text *out)
{
    et_text_add(out, ET_LIT(",\n    \"chunks\": ["));
    for (size_t i = 0; i < fixture->chunk_count; i++) {
        et_text_add(out, i ? ET_LIT(",\n      {") : ET_LIT("\n      {"));
        add_ms(out, fixture->chunks[i].at);
        et_text_add(out, ET_LIT(", \"text\": "));
        et_text_json(out, fixture->chunks[i].text);
        et_text_addc(out, '}');
    }
    et_text_add(out, ET_LIT("\n    ]"));
}

static void print_whole(const struct et_fixture *fixture, struct et_text *out)
{
    const struct et_fixture_chunk *only = &fixture->chunks[0];
    bool json = is_json(fixture);
    et_text_add(out, ET_LIT(",\n    "));
    add_ms(out, only->at);
    et_text_add(out, json ? ET_LIT(",\n    \"body\": ") : ET_LIT(",\n    \"text\": "));
    if (json)
        et_text_add(out, et_slice_trim(only->text));
    else
        et_text_json(out, only->text);
}

void et_fixture_print(const struct et_fixture *fixture, struct et_text *out)
{
    et_text_add(out, ET_LIT("{\n  \"request\": {\n    \"method\": "));
    et_text_json(out, fixture->method);
    et_text_add(out, ET_LIT(",\n    \"path\": "));
    et_text_json(out, fixture->path);
    if (fixture->body.size) {
        et_text_add(out, ET_LIT(",\n    \"body\": "));
        et_text_add(out, fixture->body);
    }
    et_text_addf(out, "\n  },\n  \"response\": {\n    \"status\": %u,\n    \"content_type\": ",
                 fixture->status);
    et_text_json(out, fixture->content_type);
    if (fixture->streams)
        print_chunks(fixture, out);
    else
        print_whole(fixture, out);
    et_text_add(out, ET_LIT("\n  }\n}\n"));
}
