/* SPDX-License-Identifier: MIT */
/* bench_embed: how many sentences a second this machine turns into vectors, on one core, best of
 * many rounds.  $ETALON_DATA says where use-lite.etenc is.
 *
 *     open                            5.60 ms                     SHA-256 over 7.5 MB
 *     best    10 tokens,  38 bytes    0.75 ms    1332 sentences/s  the widest SIMD there is
 *     plain   10 tokens,  38 bytes    3.56 ms     281 sentences/s  C alone */
#include "cli/cli.h"
#include "core/embed/encoder.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 60 };

static const char text[] =
    "How can I cancel the order that I placed on your website last week before it is shipped to my "
    "old address because we moved to another city and I would like to have my money back please "
    "and also what about the second parcel that was returned to you by the driver when nobody was "
    "at home in the morning of the third day of the month as he told my neighbour who is a very "
    "kind old lady but she could not remember the name of the company that had sent the box and so "
    "I am asking you now to look into this matter and let me know what I should do next since the "
    "support line was busy all day long";

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); /* others may use the machine too */
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The front of the text that has so many tokens. */
static struct et_slice front(struct et_embedder *embedder, size_t tokens)
{
    struct et_slice part = {text, 0};
    const uint16_t *ids;
    while (part.size < sizeof text - 1 && et_embedder_pieces(embedder, part, &ids) < tokens)
        part.size++;
    return part;
}

static double best(struct et_embedder *embedder, struct et_slice part)
{
    struct et_sentence sentence;
    double fastest = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        double from = seconds();
        et_embedder_embed(embedder, part, &sentence);
        double took = seconds() - from;
        fastest = took < fastest ? took : fastest;
    }
    return fastest;
}

static void measure(struct et_embedder *embedder, const char *way)
{
    static const size_t tokens[] = {10, 20, 40, 80, 128};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        struct et_slice part = front(embedder, tokens[i]);
        double took = best(embedder, part);
        printf("%-6s %3zu tokens, %3zu bytes %7.2f ms %7.0f sentences/s\n", way, tokens[i],
               part.size, took * 1e3, 1 / took);
    }
}

int main(void)
{
    struct et_complaint complaint = {0};
    struct et_file file = {0};
    struct et_encoder encoder;
    struct et_embedder *embedder = NULL;
    double from = seconds();
    int err = et_file_data(&file, "use-lite.etenc", &complaint);
    if (!err)
        err = et_encoder_open(&encoder, file.bytes);
    printf("open %31.2f ms\n", (seconds() - from) * 1e3);
    if (!err)
        err = et_embedder_new(&embedder, &encoder, 1, &et_sysmem);
    if (!err) {
        measure(embedder, "best");
        et_embedder_use_plain(embedder);
        measure(embedder, "plain");
    }
    et_embedder_free(embedder);
    et_file_free(&file);
    return err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
}
