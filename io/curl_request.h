/* SPDX-License-Identifier: MIT */
/* What one call sends, put onto a handle of libcurl, which copies header fields as they are: so
 * they are checked here. */
#ifndef ET_IO_CURL_REQUEST_H
#define ET_IO_CURL_REQUEST_H

#include "core/base/err.h"
#include "core/http/field.h"

#include <curl/curl.h>

struct et_curl_request { /* all borrowed */
    struct et_slice base_url, path;
    struct et_slice key;  /* Authorization: Bearer KEY; empty: none */
    struct et_slice body; /* JSON */
    const struct et_http_field *fields;
    size_t field_count;
};

/* Why it cannot be sent: a malformed field, or one that is set here (framing, content type, the
 * key); NULL when it can. */
const char *et_curl_request_refusal(const struct et_curl_request *request);

/* A request without refusal.  `*headers` must live until the transfer ended, for
 * curl_slist_free_all, also after ET_NOMEM. */
int et_curl_request_set(CURL *easy, const struct et_curl_request *request,
                        struct curl_slist **headers) ET_MUST_CHECK;

#endif
