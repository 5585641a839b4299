/* SPDX-License-Identifier: MIT */
/* The address of an OpenAI-compatible endpoint, such as https://api.openai.com/v1. */
#ifndef ET_IO_BASE_URL_H
#define ET_IO_BASE_URL_H

#include "core/base/complaint.h"

struct curl_slist;

/* Checks `url` (http or https, a host, no user, query or fragment) and resolves its host, which
 * blocks; libcurl's resolver thread would block the loop later.  `*resolved` is for
 * CURLOPT_RESOLVE, to be freed by curl_slist_free_all; NULL for a literal address or "localhost".
 * ET_VALUE, ET_IO, ET_NOMEM. */
int et_base_url_check(const char *url, struct curl_slist **resolved,
                      struct et_complaint *complaint) ET_MUST_CHECK;

#endif
