/* SPDX-License-Identifier: MIT */
#include "io/base_url.h"

#include "io/sysmem.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <string.h>

enum { ENTRY_BYTES_MAX = 4096 };

static bool has(CURLU *parts, CURLUPart which)
{
    char *part = NULL;
    bool there = curl_url_get(parts, which, &part, 0) == CURLUE_OK;
    curl_free(part);
    return there;
}

static bool is_web(CURLU *parts)
{
    char *scheme = NULL;
    bool web = curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
               (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    return web;
}

static bool needs_resolver(const char *host)
{
    struct in_addr address;
    return host[0] != '[' && inet_pton(AF_INET, host, &address) != 1 &&
           !et_slice_equal_nocase(et_slice_of(host), ET_LIT("localhost"));
}

/* "HOST:PORT:ADDRESS,ADDRESS", as CURLOPT_RESOLVE reads it. */
static int add_entry(struct curl_slist **resolved, const char *host, const char *port,
                     const struct addrinfo *found)
{
    struct et_text entry;
    char address[NI_MAXHOST];
    et_text_init(&entry, &et_sysmem, ENTRY_BYTES_MAX);
    et_text_addf(&entry, "%s:%s:", host, port);
    for (const struct addrinfo *at = found; at; at = at->ai_next) {
        bool v6 = at->ai_family == AF_INET6;
        if (getnameinfo(at->ai_addr, at->ai_addrlen, address, sizeof address, NULL, 0,
                        NI_NUMERICHOST) == 0)
            et_text_addf(&entry, v6 ? "[%s]%s" : "%s%s", address, at->ai_next ? "," : "");
    }
    int err = et_text_failed(&entry);
    *resolved = err ? NULL : curl_slist_append(NULL, et_text_slice(&entry).data);
    et_text_free(&entry);
    return *resolved ? 0 : ET_NOMEM;
}

static int resolve(struct curl_slist **resolved, const char *host, const char *port,
                   struct et_complaint *complaint)
{
    const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int status = getaddrinfo(host, port, &wanted, &found);
    if (status)
        return et_complain(complaint, ET_IO, "cannot find the host \"%s\": %s", host,
                           gai_strerror(status));
    int err = add_entry(resolved, host, port, found);
    freeaddrinfo(found);
    return err ? et_complain(complaint, err, "out of memory") : 0;
}

static int check(CURLU *parts, const char *url, struct curl_slist **resolved,
                 struct et_complaint *complaint)
{
    char *host = NULL, *port = NULL;
    int err = 0;
    if (curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK || !is_web(parts) ||
        has(parts, CURLUPART_USER) || has(parts, CURLUPART_PASSWORD) ||
        has(parts, CURLUPART_QUERY) || has(parts, CURLUPART_FRAGMENT))
        return et_complain(complaint, ET_VALUE,
                           "found the base URL \"%s\"; expected http://HOST[:PORT]/PATH, or https",
                           url);
    if (curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        err = et_complain(complaint, ET_NOMEM, "out of memory");
    else if (needs_resolver(host))
        err = resolve(resolved, host, port, complaint);
    curl_free(host);
    curl_free(port);
    return err;
}

int et_base_url_check(const char *url, struct curl_slist **resolved, struct et_complaint *complaint)
{
    *resolved = NULL;
    CURLU *parts = curl_url();
    int err = parts ? check(parts, url, resolved, complaint)
                    : et_complain(complaint, ET_NOMEM, "out of memory");
    curl_url_cleanup(parts);
    return err;
}
