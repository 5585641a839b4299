/* SPDX-License-Identifier: MIT */
/* bench_tokens FILE...: how fast this machine counts and encodes them, best of many rounds.
 * $ETALON_DATA says where the vocabularies are.  bench_tokens.mjs does the same with npm tiktoken.
 *
 *     README.md o200k_base count-cold   63.3 MB/s, 66919 tokens   the cache is empty
 *     README.md o200k_base count-warm  114.7 MB/s, 66919 tokens   it has seen the text
 *     README.md o200k_base encode       58.8 MB/s, 66919 tokens   ids; no cache */
#include "cli/cli.h"
#include "core/tokens/tokens.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <time.h>

enum { ROUND_BYTES = 64 << 20, ROUNDS_MIN = 5 };

struct subject {
    const struct et_vocab *vocab;
    struct et_tokenizer *tokenizer;
    struct et_slice text;
    uint32_t *ids;
    size_t count;
    bool cold;
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
    return et_tokenizer_new(&subject->tokenizer, subject->vocab, ET_TOKENS_CACHE, &et_sysmem);
}

/* The best MB/s of as many rounds as make ROUND_BYTES; negative when one of them failed. */
static double best(struct subject *subject, int (*work)(struct subject *))
{
    size_t rounds = ROUND_BYTES / (subject->text.size + 1);
    double fastest = 1e9;
    for (size_t i = 0; i < rounds || i < ROUNDS_MIN; i++) {
        if (subject->cold && renew(subject) != 0)
            return -1;
        double from = seconds();
        if (work(subject) != 0)
            return -1;
        double took = seconds() - from;
        fastest = took < fastest ? took : fastest;
    }
    return (double)subject->text.size / 1e6 / fastest;
}

static void measure(struct subject *subject, const char *path)
{
    static const struct {
        const char *name;
        int (*work)(struct subject *);
        bool cold;
    } ways[] = {
        {"count-cold", count, true}, {"count-warm", count, false}, {"encode", encode, false}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        subject->cold = ways[i].cold;
        double speed = best(subject, ways[i].work);
        printf("%s %s %-10s %8.1f MB/s, %zu tokens\n", path,
               et_encoding_name(subject->vocab->encoding), ways[i].name, speed, subject->count);
    }
}

static int bench(enum et_encoding encoding, const char *path, struct et_complaint *complaint)
{
    char name[64];
    struct et_file table = {0}, text = {0};
    struct et_vocab vocab;
    snprintf(name, sizeof name, "%s.vocab", et_encoding_name(encoding));
    int err = et_file_data(&table, name, complaint);
    if (!err)
        err = et_file_map(&text, path, complaint);
    if (!err)
        err = et_vocab_open(&vocab, table.bytes);
    struct subject subject = {.vocab = &vocab, .text = text.bytes};
    if (!err)
        err = renew(&subject);
    subject.ids = et_mem_array(&et_sysmem, 3 * text.bytes.size, sizeof *subject.ids);
    if (!err && subject.ids)
        measure(&subject, path);
    et_mem_give(&et_sysmem, subject.ids, 3 * text.bytes.size * sizeof *subject.ids);
    et_tokenizer_free(subject.tokenizer);
    et_file_free(&text);
    et_file_free(&table);
    return err;
}

int main(int argc, char **argv)
{
    struct et_complaint complaint = {0};
    int err = 0;
    for (int i = 1; i < argc && !err; i++) {
        err = bench(ET_ENCODING_O200K, argv[i], &complaint);
        if (!err)
            err = bench(ET_ENCODING_CL100K, argv[i], &complaint);
    }
    return err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
}
