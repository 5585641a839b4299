/* SPDX-License-Identifier: MIT */
/* Every stream of ../shared/data/corpora/http-raw, at every cut.  The manifest says what to do with
 * it; where it leaves the choice, or where ours differs, the table below says what and why
 * (docs/http-policy.md says it at length). */
#include "core/base/tests/support.h"

#include "core/http/tests/cuts.h"
#include "core/http/tests/files.h"

#define CORPUS "../shared/data/corpora/http-raw"

struct decision {
    const char *why, *file;
    enum et_http_error error; /* ET_HTTP_OK: accepted */
};

static const struct decision decisions[] = {
    /* the manifest leaves the choice */
    {"two lengths, even equal", "own-dup_CL_same", ET_HTTP_DUPLICATE_FIELD},
    {"a list of lengths, even equal", "own-CL_list_5_5_", ET_HTTP_BAD_LENGTH},
    {"18 digits at most", "own-CL_2_63", ET_HTTP_BAD_LENGTH},
    {"HTTP/1.0 has no chunks", "own-TE_chunked_HTTP_1.0", ET_HTTP_BAD_FRAMING},
    {"bare LF ends no line", "own-bare_LF_headers", ET_HTTP_BAD_LINE_END},
    {"no folding", "own-obs-fold", ET_HTTP_FOLDED_FIELD},
    {"1.0 and 1.1 only", "own-HTTP_1.9", ET_HTTP_BAD_VERSION},
    {"1.0 and 1.1 only", "own-HTTP_0.9ver", ET_HTTP_BAD_VERSION},
    {"methods are upper case", "own-method_get_lower", ET_HTTP_BAD_METHOD},
    {"an unknown method is the server's to refuse", "own-method_BREW", ET_HTTP_OK},
    {"a request to HEAD may have a body", "own-HEAD_with_TE_body", ET_HTTP_OK},
    {"unknown expectations are ignored", "own-Expect_other", ET_HTTP_OK},
    {"paths are compared, not resolved", "own-dotdot_path", ET_HTTP_OK},
    /* accepted by the manifest, not by us */
    {"chunked is the only coding, and alone", "gunicorn-valid-009", ET_HTTP_BAD_FRAMING},
    {"chunked is the only coding", "gunicorn-valid-025", ET_HTTP_DUPLICATE_FIELD},
    {"chunked is the only coding", "gunicorn-valid-025_line", ET_HTTP_BAD_CODING},
    {"chunked is the only coding", "gunicorn-valid-029", ET_HTTP_DUPLICATE_FIELD},
    {"chunked is the only coding", "gunicorn-valid-030", ET_HTTP_DUPLICATE_FIELD},
    {"chunked is the only coding", "gunicorn-valid-rfc9112_smuggle_gzip_chunked_01",
     ET_HTTP_BAD_CODING},
    {"chunked is the only coding", "gunicorn-valid-rfc9112_smuggle_te_identity_chunked_01",
     ET_HTTP_BAD_CODING},
    {"a lenient setting: space before the colon", "gunicorn-valid-028", ET_HTTP_BAD_FIELD_NAME},
    {"a lenient setting: small letters", "gunicorn-valid-031compat", ET_HTTP_BAD_METHOD},
    {"a lenient setting: small letters", "gunicorn-valid-031compat2", ET_HTTP_BAD_METHOD},
    {"a lenient setting: folding", "gunicorn-valid-compat_obs_fold", ET_HTTP_FOLDED_FIELD},
    {"a lenient setting: folding", "gunicorn-valid-compat_obs_fold_huge", ET_HTTP_FOLDED_FIELD},
    {"no PROXY protocol", "gunicorn-valid-pp_01", ET_HTTP_BAD_REQUEST_LINE},
    {"no PROXY protocol", "gunicorn-valid-pp_02", ET_HTTP_BAD_REQUEST_LINE},
    {"no PROXY protocol", "gunicorn-valid-pp_04", ET_HTTP_BAD_REQUEST_LINE},
    {"no PROXY protocol", "gunicorn-valid-pp_05", ET_HTTP_BAD_REQUEST_LINE},
    {"the head is fine, the body cut short", "gunicorn-valid-099", ET_HTTP_TRUNCATED},
    {"the client waits for a 100", "own-Expect_100_no_body_sent_", ET_HTTP_TRUNCATED},
    /* refused by a limit or setting of gunicorn, not by us */
    {"its line limit is 4094", "gunicorn-invalid-006", ET_HTTP_OK},
    {"its limit of one header is 8190", "gunicorn-invalid-007", ET_HTTP_OK},
    {"its limit of one header is 8190", "gunicorn-invalid-008", ET_HTTP_OK},
    {"its limit of one header is 8190", "gunicorn-invalid-017", ET_HTTP_OK},
    {"its limit of one header is 8190", "gunicorn-invalid-limit_header_default_01", ET_HTTP_OK},
    {"a limit set for the test", "gunicorn-invalid-010", ET_HTTP_OK},
    {"a limit set for the test", "gunicorn-invalid-011", ET_HTTP_OK},
    {"a limit set for the test", "gunicorn-invalid-012", ET_HTTP_OK},
    {"X-Forwarded-* mean nothing here", "gunicorn-invalid-019", ET_HTTP_OK},
    {"a name with _ is just another name", "gunicorn-invalid-040", ET_HTTP_OK},
    {"a name with _ is just another name", "gunicorn-invalid-chunked_07", ET_HTTP_OK},
};

/* With their limits we refuse what they refuse by them. */
static const struct {
    const char *file;
    struct et_http_limits limits;
    enum et_http_error error;
} limited[] = {
    {"gunicorn-invalid-006", {4094, 16384, 100, 1, 1, 1}, ET_HTTP_LONG_START_LINE},
    {"gunicorn-invalid-007", {4094, 8190, 100, 99, 1, 1}, ET_HTTP_LARGE_HEADERS},
    {"gunicorn-invalid-008", {4094, 8190, 100, 99, 1, 1}, ET_HTTP_LARGE_HEADERS},
    {"gunicorn-invalid-017", {4094, 8190, 100, 99, 1, 1}, ET_HTTP_LARGE_HEADERS},
    {"gunicorn-invalid-limit_header_default_01", {4094, 8190, 100, 9, 1, 1}, ET_HTTP_LARGE_HEADERS},
    {"gunicorn-invalid-010", {4094, 12, 100, 9, 1, 1}, ET_HTTP_LARGE_HEADERS},
    {"gunicorn-invalid-011", {4094, 8190, 2, 9, 1, 1}, ET_HTTP_MANY_HEADERS},
    {"gunicorn-invalid-012", {4094, 98, 100, 9, 1, 1}, ET_HTTP_LARGE_HEADERS},
    {"gunicorn-valid-024", {4094, 16384, 100, 99, 1, 1}, ET_HTTP_LONG_START_LINE},
    {"gunicorn-valid-026", {4094, 8190, 100, 99, 1, 1}, ET_HTTP_LARGE_HEADERS},
};

enum { STREAMS = 205 };

static struct stream {
    struct et_slice name, verdict;
    struct et_text bytes;
    struct transcript said; /* about the whole; every cut agrees */
} streams[STREAMS];

static size_t stream_count; /* 0 when the corpus is not there */
static struct et_slice manifest;

/* gunicorn asks for no Host, RFC 9112, 3.2 does: a stream that fails for the want of one is judged
 * with one behind each request line. */
static void add_bytes(struct et_text *out, struct et_slice stream, bool with_host)
{
    const struct et_slice mark = ET_LIT(" HTTP/1.1\r\n");
    size_t at;
    while (with_host && (at = et_slice_find(stream, mark)) < stream.size) {
        et_text_add(out, et_slice_part(stream, 0, at + mark.size));
        et_text_add(out, ET_LIT("Host: a\r\n"));
        stream = et_slice_part(stream, at + mark.size, stream.size);
    }
    et_text_add(out, stream);
}

static struct transcript judge(struct et_slice stream, const struct et_http_limits *limits)
{
    struct transcript transcript = transcript_of(&support_heap, ET_HTTP_REQUESTS);
    transcript.limits = limits;
    transcript_run(&transcript, &support_heap, stream, stream.size, 1);
    return transcript;
}

static void load(struct stream *stream, struct et_slice line)
{
    struct et_slice file, source, name;
    et_slice_split(&line, '\t', &file);
    et_slice_split(&line, '\t', &source);
    et_slice_split(&line, '\t', &name);
    et_slice_split(&line, '\t', &stream->verdict);
    stream->name = et_slice_part(file, 0, file.size - strlen(".http"));
    struct et_slice raw = file_bytes(CORPUS "/raw", file);
    assert_non_null(raw.data);
    et_text_init(&stream->bytes, &support_heap, 1 << 20);
    add_bytes(&stream->bytes, raw, false);
    stream->said = judge(raw, &et_http_limits_default);
    if (stream->said.error == ET_HTTP_BAD_HOST && et_slice_equal(source, ET_LIT("gunicorn"))) {
        et_text_clear(&stream->bytes);
        add_bytes(&stream->bytes, raw, true);
        et_text_free(&stream->said.text);
        stream->said = judge(et_text_slice(&stream->bytes), &et_http_limits_default);
    }
    free((void *)(uintptr_t)raw.data);
}

static int load_all(void **state)
{
    (void)state;
    struct et_slice line;
    manifest = file_bytes(CORPUS, ET_LIT("manifest.tsv"));
    struct et_slice rest = manifest;
    et_slice_split(&rest, '\n', &line); /* the names of the columns */
    while (et_slice_split(&rest, '\n', &line) && line.size) {
        assert_true(stream_count < STREAMS);
        load(&streams[stream_count++], line);
    }
    return 0;
}

static int free_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < stream_count; i++) {
        et_text_free(&streams[i].bytes);
        et_text_free(&streams[i].said.text);
    }
    free((void *)(uintptr_t)manifest.data);
    return 0;
}

static void skip_without_corpus(void)
{
    if (stream_count == STREAMS)
        return;
    print_message("skipped: " CORPUS " is not there\n");
    skip();
}

static const struct stream *stream_of(const char *name)
{
    for (size_t i = 0; i < stream_count; i++)
        if (et_slice_equal(streams[i].name, et_slice_of(name)))
            return &streams[i];
    fail_msg("no stream %s", name);
    return NULL;
}

static const struct decision *decision_of(struct et_slice name)
{
    for (size_t i = 0; i < sizeof decisions / sizeof decisions[0]; i++)
        if (et_slice_equal(name, et_slice_of(decisions[i].file)))
            return &decisions[i];
    return NULL;
}

static bool is_accepted(const struct stream *stream)
{
    return !stream->said.error && stream->said.messages;
}

static void every_stream_is_judged_as_written_down(void **state)
{
    (void)state;
    skip_without_corpus();
    for (size_t i = 0; i < stream_count; i++) {
        const struct stream *stream = &streams[i];
        const struct decision *decision = decision_of(stream->name);
        struct et_slice said = is_accepted(stream) ? ET_LIT("accept") : ET_LIT("reject");
        bool good = decision ? stream->said.error == decision->error
                             : et_slice_equal(stream->verdict, said);
        if (!good)
            fail_msg("%.*s: %.*s, %s", ET_ARG(stream->name), ET_ARG(said),
                     et_http_error_name(stream->said.error));
    }
}

static void every_decision_is_about_a_stream(void **state)
{
    (void)state;
    skip_without_corpus();
    for (size_t i = 0; i < sizeof decisions / sizeof decisions[0]; i++) {
        const struct stream *stream = stream_of(decisions[i].file);
        assert_ptr_equal(decision_of(stream->name), &decisions[i]);
        assert_true(decisions[i].error || is_accepted(stream));
    }
}

static void every_cut_of_every_stream_says_the_same(void **state)
{
    (void)state;
    skip_without_corpus();
    for (size_t i = 0; i < stream_count; i++) {
        struct transcript again = transcript_of(&support_heap, ET_HTTP_REQUESTS);
        struct et_slice bytes = et_text_slice(&streams[i].bytes);
        if (!cuts_agree(&again, &support_heap, bytes, cut_stride(bytes.size)))
            fail_msg("%.*s", ET_ARG(streams[i].name));
        et_text_free(&again.text);
    }
}

static void limits_of_others_work_when_they_are_ours(void **state)
{
    (void)state;
    skip_without_corpus();
    for (size_t i = 0; i < sizeof limited / sizeof limited[0]; i++) {
        struct et_slice bytes = et_text_slice(&stream_of(limited[i].file)->bytes);
        struct transcript said = judge(bytes, &limited[i].limits);
        if (said.error != limited[i].error)
            fail_msg("%s: %s", limited[i].file, et_http_error_name(said.error));
        et_text_free(&said.text);
    }
}

static void expect_pair(const struct stream *first, const struct stream *second)
{
    struct et_text both, want;
    et_text_init(&both, &support_heap, 1 << 20);
    et_text_init(&want, &support_heap, 1 << 20);
    et_text_add(&both, et_text_slice(&first->bytes));
    et_text_add(&both, et_text_slice(&second->bytes));
    struct et_slice said = et_text_slice(&first->said.text);
    et_text_add(&want, et_slice_part(said, 0, said.size - strlen("EOF\n")));
    et_text_add(&want, et_text_slice(&second->said.text));
    struct transcript pair = judge(et_text_slice(&both), &et_http_limits_default);
    if (!et_slice_equal(et_text_slice(&pair.text), et_text_slice(&want)))
        fail_msg("%.*s, then %.*s", ET_ARG(first->name), ET_ARG(second->name));
    et_text_free(&pair.text);
    et_text_free(&both);
    et_text_free(&want);
}

/* What is said about a stream does not depend on the one in front of it on the connection. */
static void pipelined_pairs_are_framed_alike(void **state)
{
    (void)state;
    skip_without_corpus();
    for (size_t i = 0; i < stream_count; i++) {
        /* These end with an empty line of their own, which uses up the one that is skipped. */
        bool empty_line_behind =
            et_slice_find(streams[i].name, ET_LIT("040")) != streams[i].name.size;
        for (size_t j = 0; j < stream_count && is_accepted(&streams[i]) && !empty_line_behind; j++)
            expect_pair(&streams[i], &streams[j]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stream_is_judged_as_written_down),
        cmocka_unit_test(every_decision_is_about_a_stream),
        cmocka_unit_test(every_cut_of_every_stream_says_the_same),
        cmocka_unit_test(limits_of_others_work_when_they_are_ours),
        cmocka_unit_test(pipelined_pairs_are_framed_alike),
    };
    return cmocka_run_group_tests(tests, load_all, free_all);
}
