/* SPDX-License-Identifier: MIT */
#include "core/prompt/reorder.h"

/* What a file is worth: both renderings of it, laid out. */
struct trial {
    struct et_template *template;
    struct et_prompt prompts[2];
    struct et_chat_message messages[2][ET_PROMPT_MESSAGES_MAX];
    struct et_arena arena;
};

static void trial_init(struct trial *trial, const struct et_mem *mem)
{
    trial->template = NULL;
    for (int i = 0; i < 2; i++)
        et_prompt_init(&trial->prompts[i], mem, SIZE_MAX / 4);
    et_arena_init(&trial->arena, mem, ET_ARENA_BLOCK);
}

static void trial_free(struct trial *trial)
{
    et_template_free(trial->template);
    for (int i = 0; i < 2; i++)
        et_prompt_free(&trial->prompts[i]);
    et_arena_free(&trial->arena);
}

static int render(struct trial *trial, const struct et_reorder_task *task,
                  struct et_pair_side sides[2])
{
    for (int i = 0; i < 2; i++) {
        struct et_prompt *prompt = &trial->prompts[i];
        int err = et_template_render(trial->template, task->values[i], task->count, prompt, NULL);
        if (err)
            return err;
        for (size_t j = 0; j < prompt->count; j++)
            trial->messages[i][j] = (struct et_chat_message){
                .role = prompt->messages[j].role, .content = prompt->messages[j].content};
        sides[i] = (struct et_pair_side){trial->messages[i], prompt->count, NULL, 0};
    }
    return 0;
}

static void note(struct et_reorder_result *out, const struct et_prompt_pair *pair, bool marked)
{
    out->shared = pair->prefix.tokens;
    out->tokens = pair->ids[1].count;
    out->reuse = pair->reuse;
    out->marked = marked;
    out->mark_message = marked ? pair->mark_message : 0;
    out->mark_byte = marked ? pair->mark_byte : 0;
}

/* ET_VALUE and the like: the file is no template any more. */
static int try_file(struct trial *trial, const struct et_reorder_task *task, struct et_slice file,
                    struct et_reorder_result *out)
{
    struct et_pair_side sides[2];
    struct et_prompt_pair pair, best;
    int err = et_template_new(&trial->template, file, task->mem, NULL);
    if (!err)
        err = render(trial, task, sides);
    if (!err)
        err = et_pair_lay(&pair, &task->rules, sides, &trial->arena);
    if (!err)
        err = et_pair_best(&best, &pair, &trial->arena);
    if (!err)
        note(out, &best, best.rules.only_explicit && !task->rules.only_explicit);
    return err;
}

/* Sets everything of *out but the moves, which it is about. */
static int try_moves(const struct et_reorder_task *task, struct et_reorder_result *out)
{
    struct et_text file;
    struct trial *trial = et_mem_take(task->mem, sizeof *trial);
    if (!trial)
        return ET_NOMEM;
    et_text_init(&file, task->mem, SIZE_MAX / 4);
    trial_init(trial, task->mem);
    int err = out->moves.count ? et_moves_write(&out->moves, task->file, &file) : 0;
    if (!err)
        err = try_file(trial, task, out->moves.count ? et_text_slice(&file) : task->file, out);
    trial_free(trial);
    et_mem_give(task->mem, trial, sizeof *trial);
    et_text_free(&file);
    return err;
}

static bool is_more(size_t a, size_t b)
{
    return a >= b + ET_REORDER_GAIN_MIN;
}

static bool is_better(const struct et_reorder_result *a, const struct et_reorder_result *b)
{
    if (is_more(a->reuse.read, b->reuse.read) || is_more(b->reuse.read, a->reuse.read))
        return a->reuse.read > b->reuse.read;
    bool unread = a->reuse.read == 0 && b->reuse.read == 0;
    if (unread && (is_more(a->shared, b->shared) || is_more(b->shared, a->shared)))
        return a->shared > b->shared;
    return a->moves.count < b->moves.count;
}

static bool broke(int err) /* not just this file */
{
    return err == ET_NOMEM || err == ET_LIMIT;
}

static size_t bytes_of(const struct et_reorder_task *task)
{
    size_t bytes = task->file.size;
    for (size_t i = 0; i < task->count; i++)
        bytes += task->values[0][i].value.size + task->values[1][i].value.size;
    return bytes;
}

/* Leaves out what is not needed to read, or else to share, as much. */
static int prune(const struct et_reorder_task *task, struct et_reorder_result *plan)
{
    const struct et_reorder_result whole = *plan;
    if (bytes_of(task) > ET_REORDER_PRUNED_MAX)
        return 0;
    for (size_t i = plan->moves.count; i-- > 0;) {
        struct et_reorder_result fewer = *plan;
        fewer.moves.count--;
        for (size_t j = i; j < fewer.moves.count; j++)
            fewer.moves.items[j] = plan->moves.items[j + 1];
        int err = try_moves(task, &fewer);
        if (broke(err))
            return err;
        bool loses = whole.reuse.read ? is_more(whole.reuse.read, fewer.reuse.read)
                                      : is_more(whole.shared, fewer.shared);
        if (!err && !loses)
            *plan = fewer;
    }
    return 0;
}

/* The names of the parameters whose values differ. */
static size_t find_wanted(const struct et_reorder_task *task, struct et_slice *wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < task->count; i++)
        if (!et_slice_equal(task->values[0][i].value, task->values[1][i].value))
            wanted[count++] = task->values[0][i].name;
    return count;
}

int et_reorder_find(struct et_reorder_result *out, const struct et_reorder_task *task)
{
    struct et_slice wanted[ET_TEMPLATE_PARAMETERS_MAX];
    struct et_moves_wish wish = {.wanted = wanted, .wanted_count = find_wanted(task, wanted)};
    struct et_reorder_result best = {0};
    int err = try_moves(task, &best);
    if (err)
        return err;
    for (int way = 0; way < 4; way++) {
        struct et_reorder_result plan = {0};
        wish.grain = way < 2 ? ET_MOVE_LINES : ET_MOVE_SENTENCES;
        wish.target = way % 2 == 0 ? ET_MOVE_TO_END : ET_MOVE_TO_LAST;
        et_moves_plan(&plan.moves, task->file, &wish);
        if (plan.moves.count == 0)
            continue;
        err = try_moves(task, &plan);
        if (!err && is_better(&plan, &best))
            err = prune(task, &plan);
        if (broke(err))
            return err;
        if (!err && is_better(&plan, &best))
            best = plan;
    }
    *out = best;
    return 0;
}
