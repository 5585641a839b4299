/* SPDX-License-Identifier: MIT */
#include "io/upstream.h"

#include "core/base/heap.h"
#include "core/base/list.h"
#include "core/http/start_line.h"
#include "core/http/syntax.h"
#include "io/base_url.h"
#include "io/curl_loop.h"
#include "io/curl_request.h"
#include "io/sysmem.h"

#include <assert.h>

enum { BUCKETS = 1024, IDLE_MAX = 1024, URL_BYTES_MAX = 8192 };

enum state {
    WAITING, /* for `turn` to start it */
    RUNNING,
    ENDED /* cancelled; libcurl still has it until `turn` takes it away */
};

struct call {
    struct et_list node; /* of the waiting, ended or idle ones */
    struct call *next;   /* in its bucket */
    struct et_upstream *upstream;
    CURL *easy; /* with what is the same for every call set once and for all */
    struct curl_slist *headers;
    et_id id;
    enum state state;
    bool sent;           /* libcurl had a connection for it */
    bool answered;       /* the head was told */
    struct et_text head; /* lines of the head so far, with their ends */
    const char *why;     /* what is wrong with it, in our words; NULL: ask libcurl */
    char error[CURL_ERROR_SIZE];
};

struct et_upstream {
    struct et_curl_loop *loop;
    struct et_upstream_handler handler;
    void *ctx;
    struct et_upstream_config config;
    struct et_text base_url, key;
    struct curl_slist *resolved;
    struct call *buckets[BUCKETS];
    struct et_list waiting, ended, idle;
    size_t waiting_count, idle_count;
};

void et_upstream_defaults(struct et_upstream_config *config)
{
    *config = (struct et_upstream_config){.connections_max = 1024, .connect_max = 10 * ET_S};
}

static struct call **find(struct et_upstream *upstream, et_id id)
{
    struct call **at = &upstream->buckets[id % BUCKETS];
    while (*at && (*at)->id != id)
        at = &(*at)->next;
    return at;
}

static void call_free(struct call *call)
{
    curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->headers);
    et_text_free(&call->head);
    et_mem_give(&et_sysmem, call, sizeof *call);
}

/* Makes it ready for another call.  The body was libcurl's copy. */
static void recycle(struct call *call)
{
    struct et_upstream *upstream = call->upstream;
    if (upstream->idle_count == IDLE_MAX) {
        call_free(call);
        return;
    }
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(call->easy, CURLOPT_COPYPOSTFIELDS, NULL);
    curl_slist_free_all(call->headers);
    call->headers = NULL;
    et_list_push(&upstream->idle, &call->node);
    upstream->idle_count++;
}

/* From here on the id is free for another call. */
static void forget(struct call *call)
{
    struct call **at = find(call->upstream, call->id);
    assert(*at == call);
    *at = call->next;
}

static void fail(struct call *call, const char *why)
{
    struct et_upstream *upstream = call->upstream;
    forget(call);
    upstream->handler.failed(upstream->ctx, call->id, why);
    recycle(call); /* only now: `why` may be its own */
}

/* Fills fields[ET_UPSTREAM_FIELDS_MAX] from the lines behind the status line. */
static const char *read_fields(struct et_slice lines, struct et_http_field *fields, size_t *count)
{
    struct et_slice line;
    *count = 0;
    et_slice_split(&lines, '\n', &line);
    while (et_slice_split(&lines, '\n', &line)) {
        if (et_slice_ends(line, ET_LIT("\r")))
            line.size--;
        if (line.size == 0)
            continue;
        if (*count == ET_UPSTREAM_FIELDS_MAX)
            return "the answer has too many header fields";
        if (et_http_field_line(line, &fields[(*count)++]) != ET_HTTP_OK)
            return "the answer has a malformed header field";
    }
    return NULL;
}

static bool tell_head(struct call *call)
{
    struct et_upstream *upstream = call->upstream;
    struct et_http_field fields[ET_UPSTREAM_FIELDS_MAX];
    size_t count;
    long status = 0;
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200) {
        et_text_clear(&call->head);
        return true;
    }
    call->why = read_fields(et_text_slice(&call->head), fields, &count);
    if (call->why)
        return false;
    call->answered = true;
    upstream->handler.head(upstream->ctx, call->id, (unsigned)status, fields, count);
    return true;
}

/* libcurl gives whole lines: the status line, the fields, an empty line; after the body trailers.
 * To take less than `size` ends the transfer, in all these functions. */
static size_t on_header(char *data, size_t one, size_t size, void *arg)
{
    (void)one;
    struct call *call = arg;
    struct et_slice line = {data, size};
    if (call->state == ENDED)
        return 0;
    if (call->answered)
        return size;
    if (et_slice_trim(line).size == 0)
        return tell_head(call) ? size : 0;
    et_text_add(&call->head, line);
    if (et_text_failed(&call->head) == 0)
        return size;
    call->why = "the head of the answer is too large";
    return 0;
}

static size_t on_body(char *data, size_t one, size_t size, void *arg)
{
    (void)one;
    struct call *call = arg;
    struct et_upstream *upstream = call->upstream;
    if (call->state == ENDED)
        return 0;
    upstream->handler.data(upstream->ctx, call->id, (struct et_slice){data, size});
    return size;
}

/* Before each sending of the request: libcurl sends again by itself when a reused connection turns
 * out to be closed. */
static int on_send(void *arg, char *ip, char *local_ip, int port, int local_port)
{
    (void)ip, (void)local_ip, (void)port, (void)local_port;
    struct call *call = arg;
    if (call->sent) {
        call->why = "the connection was closed before an answer came";
        return CURL_PREREQFUNC_ABORT;
    }
    call->sent = true;
    return CURL_PREREQFUNC_OK;
}

static void ended(void *ctx, CURL *easy, CURLcode result)
{
    struct et_upstream *upstream = ctx;
    struct call *call = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&call);
    if (call->state == ENDED) {
        et_list_remove(&call->node);
        recycle(call);
    } else if (result != CURLE_OK) {
        const char *text = call->error[0] ? call->error : curl_easy_strerror(result);
        fail(call, call->why ? call->why : text);
    } else if (!call->answered) {
        fail(call, "no answer came");
    } else {
        forget(call);
        upstream->handler.done(upstream->ctx, call->id);
        recycle(call);
    }
}

static void start(struct call *call)
{
    call->state = RUNNING;
    if (!call->why && et_curl_loop_add(call->upstream->loop, call->easy))
        call->why = "out of memory";
    if (call->why)
        fail(call, call->why);
}

/* What could not be done inside libcurl's callbacks.  Calls started by handlers meanwhile have to
 * wait for another turn, so that a chain of failures cannot keep the loop. */
static void turn(void *ctx)
{
    struct et_upstream *upstream = ctx;
    struct et_list *node;
    while ((node = et_list_pop(&upstream->ended))) {
        struct call *call = ET_OWNER(node, struct call, node);
        et_curl_loop_remove(upstream->loop, call->easy);
        recycle(call);
    }
    for (size_t n = upstream->waiting_count; n > 0; n--) {
        node = et_list_pop(&upstream->waiting);
        if (!node)
            break;
        upstream->waiting_count--;
        start(ET_OWNER(node, struct call, node));
    }
}

static void set_up(struct call *call)
{
    struct et_upstream *upstream = call->upstream;
    CURL *easy = call->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "etalon/" ETALON_VERSION);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_RESOLVE, upstream->resolved);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(upstream->config.connect_max / ET_MS));
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)ET_UPSTREAM_IDLE_S);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_send);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
}

/* An idle one, else a new one; NULL: no memory. */
static struct call *take(struct et_upstream *upstream)
{
    struct et_list *node = et_list_pop(&upstream->idle);
    if (node) {
        upstream->idle_count--;
        return ET_OWNER(node, struct call, node);
    }
    struct call *call = et_mem_take(&et_sysmem, sizeof *call);
    if (!call)
        return NULL;
    call->upstream = upstream;
    et_list_init(&call->node);
    et_text_init(&call->head, &et_sysmem, ET_UPSTREAM_HEAD_BYTES_MAX);
    call->easy = curl_easy_init();
    if (!call->easy) {
        call_free(call);
        return NULL;
    }
    set_up(call);
    return call;
}

static void enter(struct call *call, et_id id)
{
    struct et_upstream *upstream = call->upstream;
    struct call **at = find(upstream, id);
    assert(!*at);
    call->id = id;
    call->next = NULL;
    *at = call;
    call->state = WAITING;
    et_list_push(&upstream->waiting, &call->node);
    upstream->waiting_count++;
    et_curl_loop_wake(upstream->loop);
}

int et_upstream_call(struct et_upstream *upstream, et_id id, const char *path, struct et_slice body,
                     const struct et_http_field *fields, size_t count)
{
    const struct et_curl_request request = {
        .base_url = et_text_slice(&upstream->base_url),
        .path = et_slice_of(path),
        .key = et_text_slice(&upstream->key),
        .body = body,
        .fields = fields,
        .field_count = count,
    };
    struct call *call = take(upstream);
    if (!call)
        return ET_NOMEM;
    call->sent = call->answered = false;
    call->why = et_curl_request_refusal(&request);
    et_text_clear(&call->head);
    if (!call->why && et_curl_request_set(call->easy, &request, &call->headers)) {
        recycle(call);
        return ET_NOMEM;
    }
    enter(call, id);
    return 0;
}

void et_upstream_cancel(struct et_upstream *upstream, et_id id)
{
    struct call *call = *find(upstream, id);
    if (!call)
        return;
    forget(call);
    if (call->state == WAITING) {
        et_list_remove(&call->node);
        upstream->waiting_count--;
        recycle(call);
        return;
    }
    call->state = ENDED;
    et_list_push(&upstream->ended, &call->node);
    et_curl_loop_wake(upstream->loop);
}

static int check_key(const char *key, struct et_complaint *complaint)
{
    if (!key || (key[0] && et_http_is_value(et_slice_of(key))))
        return 0;
    return et_complain(complaint, ET_VALUE,
                       "found an empty API key, or one with control characters; expected visible "
                       "characters");
}

static int prepare(struct et_upstream *upstream, struct event_base *base,
                   struct et_complaint *complaint)
{
    static const struct et_curl_loop_handler handler = {ended, turn};
    const struct et_upstream_config *config = &upstream->config;
    struct et_slice url = et_slice_of(config->base_url);
    int err = check_key(config->key, complaint);
    if (!err)
        err = et_base_url_check(config->base_url, &upstream->resolved, complaint);
    if (err)
        return err;
    et_text_add(&upstream->base_url,
                et_slice_ends(url, ET_LIT("/")) ? et_slice_part(url, 0, url.size - 1) : url);
    et_text_add(&upstream->key, et_slice_of(config->key));
    err = et_text_failed(&upstream->base_url);
    if (!err)
        err = et_text_failed(&upstream->key);
    if (!err)
        err = et_curl_loop_new(&upstream->loop, base, config->connections_max, &handler, upstream);
    return err ? et_complain(complaint, err, "cannot set up calls: %s", et_err_text(err)) : 0;
}

int et_upstream_new(struct et_upstream **out, struct event_base *base,
                    const struct et_upstream_config *config,
                    const struct et_upstream_handler *handler, void *ctx,
                    struct et_complaint *complaint)
{
    struct et_upstream *upstream = et_mem_take(&et_sysmem, sizeof *upstream);
    if (!upstream)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    upstream->config = *config;
    upstream->handler = *handler;
    upstream->ctx = ctx;
    et_list_init(&upstream->waiting);
    et_list_init(&upstream->ended);
    et_list_init(&upstream->idle);
    et_text_init(&upstream->base_url, &et_sysmem, URL_BYTES_MAX);
    et_text_init(&upstream->key, &et_sysmem, URL_BYTES_MAX);
    int err = prepare(upstream, base, complaint);
    if (err) {
        et_upstream_free(upstream);
        return err;
    }
    *out = upstream;
    return 0;
}

void et_upstream_free(struct et_upstream *upstream)
{
    if (!upstream)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        while (upstream->buckets[i])
            et_upstream_cancel(upstream, upstream->buckets[i]->id);
    struct et_list *node;
    while ((node = et_list_pop(&upstream->ended))) {
        et_curl_loop_remove(upstream->loop, ET_OWNER(node, struct call, node)->easy);
        call_free(ET_OWNER(node, struct call, node));
    }
    while ((node = et_list_pop(&upstream->idle)))
        call_free(ET_OWNER(node, struct call, node));
    et_curl_loop_free(upstream->loop);
    curl_slist_free_all(upstream->resolved);
    et_text_free(&upstream->base_url);
    et_text_free(&upstream->key);
    et_mem_give(&et_sysmem, upstream, sizeof *upstream);
    curl_global_cleanup();
}
