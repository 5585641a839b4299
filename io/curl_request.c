/* SPDX-License-Identifier: MIT */
#include "io/curl_request.h"

#include "core/base/text.h"
#include "core/http/syntax.h"
#include "io/sysmem.h"

enum { LINE_BYTES_MAX = 64 * 1024 };

static bool is_ours(struct et_slice name, bool keyed)
{
    static const struct et_slice ours[] = {
        ET_LIT("host"),       ET_LIT("content-length"), ET_LIT("transfer-encoding"),
        ET_LIT("expect"),     ET_LIT("content-type"),   ET_LIT("accept-encoding"),
        ET_LIT("connection"),
    };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (et_slice_equal_nocase(name, ours[i]))
            return true;
    return keyed && et_slice_equal_nocase(name, ET_LIT("authorization"));
}

const char *et_curl_request_refusal(const struct et_curl_request *request)
{
    for (size_t i = 0; i < request->field_count; i++) {
        const struct et_http_field *field = &request->fields[i];
        if (!et_http_is_token(field->name) || !et_http_is_value(field->value))
            return "a header field of the request is malformed";
        if (is_ours(field->name, request->key.size > 0))
            return "a header field of the request is not the caller's to set";
    }
    return NULL;
}

/* Header lines as libcurl reads them, made in one text. */
struct lines {
    struct et_text text;
    struct curl_slist *list;
    bool refused;
};

static void append(struct lines *lines)
{
    struct curl_slist *longer = NULL;
    if (!lines->refused && et_text_failed(&lines->text) == 0)
        longer = curl_slist_append(lines->list, et_text_slice(&lines->text).data);
    if (longer)
        lines->list = longer;
    lines->refused = !longer;
    et_text_clear(&lines->text);
}

/* "Name;" is how an empty value is written: "Name:" would keep libcurl from sending the field. */
static void add_field(struct lines *lines, struct et_slice name, struct et_slice value)
{
    et_text_add(&lines->text, name);
    et_text_add(&lines->text, value.size ? ET_LIT(": ") : ET_LIT(";"));
    et_text_add(&lines->text, value);
    append(lines);
}

static void add_all(struct lines *lines, const struct et_curl_request *request)
{
    et_text_add(&lines->text, ET_LIT("Expect:")); /* not sent, else 1 s of waiting beyond 1 MiB */
    append(lines);
    add_field(lines, ET_LIT("Content-Type"), ET_LIT("application/json"));
    add_field(lines, ET_LIT("Accept-Encoding"), ET_LIT("identity"));
    if (request->key.size) {
        et_text_add(&lines->text, ET_LIT("Authorization: Bearer "));
        et_text_add(&lines->text, request->key);
        append(lines);
    }
    for (size_t i = 0; i < request->field_count; i++)
        add_field(lines, request->fields[i].name, request->fields[i].value);
}

static int set_url(CURL *easy, const struct et_curl_request *request, struct et_text *text)
{
    et_text_add(text, request->base_url);
    et_text_add(text, request->path);
    int err = et_text_failed(text);
    if (!err && curl_easy_setopt(easy, CURLOPT_URL, et_text_slice(text).data) != CURLE_OK)
        err = ET_NOMEM;
    return err;
}

int et_curl_request_set(CURL *easy, const struct et_curl_request *request,
                        struct curl_slist **headers)
{
    struct lines lines = {0};
    et_text_init(&lines.text, &et_sysmem, LINE_BYTES_MAX);
    add_all(&lines, request);
    *headers = lines.list;
    int err = lines.refused ? ET_NOMEM : set_url(easy, request, &lines.text);
    et_text_free(&lines.text);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines.list);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.size);
    if (!err && curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body.data) != CURLE_OK)
        err = ET_NOMEM;
    return err;
}
