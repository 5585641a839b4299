/* SPDX-License-Identifier: MIT */
/* Etalon's core inside another program.
 *
 *     cc embed.c $(pkg-config --cflags --libs etalon-core) -o embed && ./embed 7
 *
 * The core has no loop, thread, clock or heap of its own: this program gives it memory, a seed and
 * the instants, and gets back which question to answer when.  The same seed prints the same. */
#include "core/base/draw.h"
#include "core/base/heap.h"
#include "core/base/ns.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { QUESTIONS = 5, TEXT_MAX = 4096 };

struct question {
    struct et_heap_node node;
    unsigned number;
    et_ns arrives_at;
    uint64_t tokens;
};

static void *resize(void *ctx, void *old, size_t was, size_t size)
{
    (void)ctx, (void)was;
    if (size > 0)
        return realloc(old, size);
    free(old);
    return NULL;
}

static struct question ask(uint64_t seed, unsigned number)
{
    uint64_t arrival = et_draw(seed, number, ET_DRAW_ARRIVAL, 0);
    uint64_t length = et_draw(seed, number, ET_DRAW_ANSWER_LENGTH, 0);
    return (struct question){
        .number = number,
        .arrives_at = et_draw_below(arrival, 100) * ET_MS,
        .tokens = 1 + et_draw_below(length, 400),
    };
}

/* One line of JSON per question, in order of arrival. */
static void answer_all(struct et_heap *waiting, struct et_text *out)
{
    struct et_heap_node *node;
    while ((node = et_heap_pop(waiting))) {
        const struct question *question = ET_OWNER(node, struct question, node);
        et_text_addf(out, "{\"question\":%u,\"at_ms\":", question->number);
        et_text_u64(out, question->arrives_at / ET_MS);
        et_text_add(out, ET_LIT(",\"tokens\":"));
        et_text_u64(out, question->tokens);
        et_text_add(out, ET_LIT("}\n"));
    }
}

int main(int argc, char **argv)
{
    const struct et_mem mem = {resize, NULL};
    uint64_t seed = 1;
    if (argc > 1 && !et_slice_u64(et_slice_of(argv[1]), &seed)) {
        fprintf(stderr, "embed: found \"%s\"; expected a seed, a whole number\n", argv[1]);
        return EXIT_FAILURE;
    }
    struct question questions[QUESTIONS];
    struct et_heap_node *slots[QUESTIONS];
    struct et_heap waiting;
    et_heap_init(&waiting, slots, QUESTIONS);
    for (unsigned i = 0; i < QUESTIONS; i++) {
        questions[i] = ask(seed, i);
        et_heap_push(&waiting, &questions[i].node, questions[i].arrives_at);
    }
    struct et_text out;
    et_text_init(&out, &mem, TEXT_MAX);
    answer_all(&waiting, &out);
    int err = et_text_failed(&out);
    printf("%.*s", ET_ARG(et_text_slice(&out)));
    et_text_free(&out);
    if (err)
        fprintf(stderr, "embed: %s\n", et_err_text(err));
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
