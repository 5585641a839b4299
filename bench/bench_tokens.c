/* SPDX-License-Identifier: MIT */
/* bench_tokens FILE...: how fast this machine opens the vocabularies, and counts and encodes the
 * files, best of as many rounds as fit in a third of a second and at least 3.  One JSON object per
 * line; bench_tokens.mjs does the same with npm packages, tokens.py puts them side by side.
 * $ETALON_DATA says where the vocabularies are.
 *
 *     {"encoding":"o200k_base","open_us":21}                       mapped, opened, tokenizer made
 *     {"file":"english","encoding":"o200k_base","way":"cold","mb_s":138.1,"tokens":156480}
 *
 * Ways: "cold", counted with an empty cache; "warm", counted again; "ids", encoded. */
#include "cli/cli.h"
#include "core/tokens/tokens.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <time.h>

enum { ROUNDS_MIN = 3, OPENINGS = 50 };

static const double seconds_max = 0.33;

struct subject {
    struct et_file table;
    struct et_vocab vocab;
    struct et_tokenizer *tokenizer;
    struct et_slice text;
    uint32_t *ids;
    size_t count;
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int count(struct subject *subject)
{
    return et_tokens_count(subject->tokenizer, subject->text, &subject->count);
}

static int encode(struct subject *subject)
{
    return et_tokens_encode(subject->tokenizer, subject->text, subject->ids, 3 * subject->text.size,
                            &subject->count);
}

static int renew(struct subject *subject)
{
    et_tokenizer_free(subject->tokenizer);
    subject->tokenizer = NULL;
    return et_tokenizer_new(&subject->tokenizer, &subject->vocab, ET_TOKENS_CACHE, &et_sysmem);
}

/* The best MB/s; negative when a round failed. */
static double best(struct subject *subject, int (*work)(struct subject *), bool cold)
{
    double fastest = 1e9, spent = 0;
    for (int i = 0; i < ROUNDS_MIN || spent < seconds_max; i++) {
        if (cold && renew(subject) != 0)
            return -1;
        double from = seconds();
        if (work(subject) != 0)
            return -1;
        double took = seconds() - from;
        fastest = took < fastest ? took : fastest;
        spent += took;
    }
    return (double)subject->text.size / 1e6 / fastest;
}

static void measure(struct subject *subject, const char *path)
{
    static const struct {
        const char *name;
        int (*work)(struct subject *);
        bool cold;
    } ways[] = {{"cold", count, true}, {"warm", count, false}, {"ids", encode, false}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        double speed = best(subject, ways[i].work, ways[i].cold);
        printf(
            "{\"file\":\"%s\",\"encoding\":\"%s\",\"way\":\"%s\",\"mb_s\":%.2f,\"tokens\":%zu}\n",
            path, et_encoding_name(subject->vocab.encoding), ways[i].name, speed, subject->count);
    }
}

static void close_vocab(struct subject *subject)
{
    et_tokenizer_free(subject->tokenizer);
    et_file_free(&subject->table);
    *subject = (struct subject){0};
}

static int open_vocab(struct subject *subject, enum et_encoding encoding,
                      struct et_complaint *complaint)
{
    char name[64];
    snprintf(name, sizeof name, "%s.vocab", et_encoding_name(encoding));
    int err = et_file_data(&subject->table, name, complaint);
    if (!err)
        err = et_vocab_open(&subject->vocab, subject->table.bytes);
    return err ? err : renew(subject);
}

static int measure_opening(enum et_encoding encoding, struct et_complaint *complaint)
{
    struct subject subject = {0};
    double fastest = 1e9;
    int err = 0;
    for (int i = 0; i < OPENINGS && !err; i++) {
        double from = seconds();
        err = open_vocab(&subject, encoding, complaint);
        double took = seconds() - from;
        fastest = took < fastest ? took : fastest;
        close_vocab(&subject);
    }
    printf("{\"encoding\":\"%s\",\"open_us\":%.0f}\n", et_encoding_name(encoding), fastest * 1e6);
    return err;
}

static int bench(enum et_encoding encoding, const char *path, struct et_complaint *complaint)
{
    struct et_file text = {0};
    struct subject subject = {0};
    int err = et_file_map(&text, path, complaint);
    if (!err)
        err = open_vocab(&subject, encoding, complaint);
    subject.text = text.bytes;
    subject.ids = et_mem_array(&et_sysmem, 3 * text.bytes.size, sizeof *subject.ids);
    if (!err && subject.ids)
        measure(&subject, path);
    et_mem_give(&et_sysmem, subject.ids, 3 * text.bytes.size * sizeof *subject.ids);
    close_vocab(&subject);
    et_file_free(&text);
    return err;
}

int main(int argc, char **argv)
{
    struct et_complaint complaint = {0};
    int err = 0;
    for (unsigned i = 0; i < 2 && !err; i++)
        err = measure_opening((enum et_encoding)i, &complaint);
    for (int i = 2; i < 2 * argc && !err; i++)
        err = bench((enum et_encoding)(i % 2), argv[i / 2], &complaint);
    return err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
}
