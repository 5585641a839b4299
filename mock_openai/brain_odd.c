/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_odd.h"

#include "core/json/json.h"

struct odd {
    struct et_text *out;
    const struct et_json *json;
    unsigned depth;
};

static void print_escape(struct et_text *out, unsigned char c)
{
    et_text_addf(out, "\\u%04x", c);
}

/* Bytes beyond ASCII as they are. */
static void print_string(struct et_text *out, struct et_slice text)
{
    et_text_addc(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '/')
            et_text_add(out, ET_LIT("\\/"));
        else if (c < 0x20 || c == '"' || c == '\\' || (c < 0x7F && i % 3 == 0))
            print_escape(out, c);
        else
            et_text_addc(out, (char)c);
    }
    et_text_addc(out, '"');
}

static void print_line(const struct odd *odd)
{
    et_text_addc(odd->out, '\n');
    for (unsigned i = 0; i < odd->depth; i++)
        et_text_addc(odd->out, '\t');
}

static void print_value(struct odd *odd, const struct et_json_node *node);

static void print_object(struct odd *odd, const struct et_json_node *node)
{
    for (size_t i = et_json_count(node); i-- > 0;) {
        const struct et_json_node *member = et_json_at(node, i);
        print_line(odd);
        print_string(odd->out, et_json_key(member));
        et_text_add(odd->out, ET_LIT(" : "));
        print_value(odd, member);
        if (i > 0)
            et_text_add(odd->out, ET_LIT(" ,"));
    }
}

static void print_array(struct odd *odd, const struct et_json_node *node)
{
    const struct et_json_node *next;
    for (const struct et_json_node *item = et_json_first(node); item; item = next) {
        next = et_json_next(item);
        print_value(odd, item);
        if (next)
            et_text_add(odd->out, ET_LIT(" , "));
    }
}

static void print_value(struct odd *odd, const struct et_json_node *node)
{
    enum et_json_kind kind = et_json_kind(node);
    if (kind == ET_JSON_STRING) {
        print_string(odd->out, et_json_text(node));
        return;
    }
    if (kind != ET_JSON_OBJECT && kind != ET_JSON_ARRAY) {
        et_text_add(odd->out, et_json_raw(odd->json, node));
        return;
    }
    odd->depth++;
    et_text_addc(odd->out, kind == ET_JSON_OBJECT ? '{' : '[');
    if (kind == ET_JSON_OBJECT)
        print_object(odd, node);
    else
        print_array(odd, node);
    odd->depth--;
    print_line(odd);
    et_text_addc(odd->out, kind == ET_JSON_OBJECT ? '}' : ']');
}

int et_odd_json(struct et_text *out, struct et_slice json, const struct et_mem *mem)
{
    struct et_json *tree;
    int err = et_json_parse(&tree, json, NULL, mem, NULL);
    if (err == ET_NOMEM)
        return err;
    if (err) {
        et_text_add(out, json);
        return et_text_failed(out);
    }
    struct odd odd = {.out = out, .json = tree};
    et_text_addc(out, ' ');
    print_value(&odd, et_json_root(tree));
    et_text_addc(out, '\n');
    et_json_free(tree);
    return et_text_failed(out);
}

static void print_lines(struct et_text *out, struct et_slice name, struct et_slice value)
{
    struct et_slice line;
    while (et_slice_split(&value, '\n', &line)) {
        et_text_add(out, name);
        et_text_addc(out, ':');
        et_text_add(out, line);
        et_text_add(out, ET_LIT("\r\n"));
    }
}

static int print_data(struct et_text *out, struct et_slice data, const struct et_mem *mem)
{
    struct et_text odd;
    et_text_init(&odd, mem, SIZE_MAX);
    int err = et_odd_json(&odd, data, mem);
    if (!err)
        print_lines(out, ET_LIT("data"), et_text_slice(&odd));
    et_text_free(&odd);
    return err ? err : et_text_failed(out);
}

int et_odd_event(struct et_text *out, struct et_slice event, const struct et_mem *mem)
{
    struct et_slice line, name;
    int err = 0;
    et_text_add(out, ET_LIT(": etalon\r\n"));
    while (!err && et_slice_split(&event, '\n', &line)) {
        if (line.size == 0)
            continue;
        et_slice_split(&line, ':', &name);
        struct et_slice value = et_slice_trim(line);
        if (et_slice_equal(name, ET_LIT("data")) && et_slice_starts(value, ET_LIT("{")))
            err = print_data(out, value, mem);
        else
            print_lines(out, name, value);
    }
    et_text_add(out, ET_LIT("\r\n"));
    return err ? err : et_text_failed(out);
}
