/* SPDX-License-Identifier: MIT */
#include "core/prompt/explain.h"

#include <string.h>

/* Spans */

static struct et_slice bytes_of(const struct et_prompt_message *message, size_t i)
{
    size_t from = i ? message->spans[i - 1].end : 0;
    return et_slice_part(message->content, from, message->spans[i].end);
}

/* Whether two spans are of one place of the template. */
static bool is_same_place(const struct et_prompt_span *a, const struct et_prompt_span *b)
{
    return a->line == b->line && a->parameter == b->parameter && a->origin == b->origin;
}

static const struct et_prompt_span *span_at(const struct et_prompt_message *message, size_t i)
{
    static const struct et_prompt_span none = {.parameter = ET_PARAMETER_NONE};
    return i < message->span_count ? &message->spans[i] : &none;
}

static struct et_prompt_spans both(const struct et_prompt_span *span)
{
    return (struct et_prompt_spans){*span, *span};
}

/* An empty value leaves no span, so that the other side has one more: whichever of the two comes up
 * again is the later one. */
static bool comes_later(const struct et_prompt_message *message, size_t from,
                        const struct et_prompt_span *wanted)
{
    for (size_t i = from; i < message->span_count; i++)
        if (is_same_place(&message->spans[i], wanted))
            return true;
    return false;
}

struct et_prompt_spans et_explain_spans(const struct et_prompt_message *a,
                                        const struct et_prompt_message *b)
{
    for (size_t i = 0; i < a->span_count || i < b->span_count; i++) {
        const struct et_prompt_span *left = span_at(a, i), *right = span_at(b, i);
        if (!is_same_place(left, right))
            return both(i >= b->span_count || comes_later(a, i + 1, right) ? left : right);
        struct et_slice x = bytes_of(a, i), y = bytes_of(b, i);
        if (et_slice_equal(x, y))
            continue;
        if (left->parameter != ET_PARAMETER_NONE)
            return (struct et_prompt_spans){*left, *right};
        /* An empty value within a line: the words around it are one span there. */
        return both(x.size < y.size ? span_at(a, i + 1) : span_at(b, i + 1));
    }
    return (struct et_prompt_spans){0};
}

static bool is_one_template(const struct et_explain_task *task)
{
    const struct et_slice *a = &task->sides[0].file, *b = &task->sides[1].file;
    return a->size > 0 && et_slice_equal(*a, *b);
}

static void find_cause(const struct et_explain_task *task, struct et_explanation *out)
{
    const struct et_prefix *prefix = &out->pair.prefix;
    out->cause = (struct et_explain_cause){.parameter = ET_PARAMETER_NONE};
    if (prefix->end != ET_PREFIX_CONTENT)
        return;
    for (int i = 0; i < 2; i++) {
        const struct et_prompt *prompt = task->sides[i].prompt;
        if (prompt)
            out->cause.lines[i] =
                et_prompt_origin(&prompt->messages[prefix->message], prefix->byte).line;
    }
    if (!is_one_template(task))
        return;
    struct et_prompt_spans spans =
        et_explain_spans(&task->sides[0].prompt->messages[prefix->message],
                         &task->sides[1].prompt->messages[prefix->message]);
    out->cause.parameter = spans.a.parameter;
    out->cause.lines[0] = spans.a.line;
    out->cause.lines[1] = spans.b.line;
}

/* Remedies */

/* That the pair, as it would be, is better than what was found so far, by enough to be told. */
static bool is_gain(const struct et_explanation *out, const struct et_prompt_pair *pair)
{
    return pair->reuse.read >= out->reuse.read + ET_REORDER_GAIN_MIN ||
           (pair->reuse.read >= out->reuse.read && pair->reuse.written < out->reuse.written);
}

static void take(struct et_explanation *out, const struct et_prompt_pair *pair,
                 enum et_remedy remedy)
{
    out->remedy = remedy;
    out->marked = pair->rules.only_explicit && !out->pair.rules.only_explicit;
    out->mark_message = pair->mark_message;
    out->mark_byte = pair->mark_byte;
    out->shared = pair->prefix.tokens;
    out->tokens = pair->ids[1].count;
    out->reuse = pair->reuse;
}

static int mend_order(struct et_explanation *out, const struct et_explain_task *task)
{
    struct et_reorder_result best;
    struct et_reorder_task order = {.file = task->sides[0].file,
                                    .values = {task->sides[0].values, task->sides[1].values},
                                    .count = task->sides[0].value_count,
                                    .rules = task->rules,
                                    .mem = task->mem};
    int err = et_reorder_find(&best, &order);
    if (err || (!best.marked && best.moves.count == 0))
        return err;
    out->remedy = best.moves.count ? ET_REMEDY_MOVE : ET_REMEDY_MARK;
    out->moves = best.moves;
    out->marked = best.marked;
    out->mark_message = best.mark_message;
    out->mark_byte = best.mark_byte;
    out->shared = best.shared;
    out->tokens = best.tokens;
    out->reuse = best.reuse;
    return 0;
}

/* A content as lines that both share at its start and at its end, and those between. */
struct split {
    size_t head;    /* bytes of the shared lines at the start */
    size_t tail[2]; /* where the shared lines at the end begin, on either side */
};

static bool starts_line(struct et_slice text, size_t at, size_t head)
{
    return at == head || text.data[at - 1] == '\n';
}

static struct split split_lines(struct et_slice a, struct et_slice b, size_t parted)
{
    struct split split = {.head = parted};
    size_t same = 0;
    while (split.head > 0 && a.data[split.head - 1] != '\n')
        split.head--;
    while (same < a.size - split.head && same < b.size - split.head &&
           a.data[a.size - same - 1] == b.data[b.size - same - 1])
        same++;
    while (same > 0 && !(starts_line(a, a.size - same, split.head) &&
                         starts_line(b, b.size - same, split.head)))
        same--;
    split.tail[0] = a.size - same;
    split.tail[1] = b.size - same;
    return split;
}

static unsigned count_lines(struct et_slice text)
{
    unsigned lines = 0;
    struct et_slice rest = text, line;
    while (rest.size && et_slice_split(&rest, '\n', &line))
        lines++;
    return lines;
}

/* The lines in the middle go behind those at the end. */
static int swap(struct et_slice content, size_t head, size_t tail, struct et_arena *arena,
                struct et_slice *out)
{
    char *text = et_arena_take(arena, content.size + 2);
    if (!text)
        return ET_NOMEM;
    size_t rest = content.size - tail, at = head;
    memcpy(text, content.data, head);
    memcpy(text + at, content.data + tail, rest);
    at += rest;
    if (rest && text[at - 1] != '\n')
        text[at++] = '\n';
    memcpy(text + at, content.data + head, tail - head);
    *out = (struct et_slice){text, at + (tail - head)};
    return 0;
}

static int mend_body(struct et_explanation *out, const struct et_explain_task *task,
                     struct et_arena *arena)
{
    const struct et_prefix *prefix = &out->pair.prefix;
    struct et_pair_side sides[2] = {task->sides[0].chat, task->sides[1].chat};
    struct et_prompt_pair pair, best;
    size_t message = prefix->message;
    struct split split = split_lines(prefix->a, prefix->b, prefix->byte);
    if (sides[0].messages[message].parts || sides[1].messages[message].parts ||
        split.tail[0] == prefix->a.size)
        return 0;
    for (int i = 0; i < 2; i++) {
        struct et_chat_message *copy = et_arena_array(arena, sides[i].message_count, sizeof *copy);
        if (!copy)
            return ET_NOMEM;
        memcpy(copy, sides[i].messages, sides[i].message_count * sizeof *copy);
        int err =
            swap(copy[message].content, split.head, split.tail[i], arena, &copy[message].content);
        if (err)
            return err;
        sides[i].messages = copy;
    }
    int err = et_pair_lay(&pair, &task->rules, sides, arena);
    if (!err)
        err = et_pair_best(&best, &pair, arena);
    if (err || !is_gain(out, &best))
        return err;
    take(out, &best, ET_REMEDY_BODY);
    unsigned before = count_lines(et_slice_part(prefix->a, 0, split.head));
    out->lines = (struct et_explain_lines){
        .message = message,
        .first = before + 1,
        .last = before + count_lines(et_slice_part(prefix->a, split.head, split.tail[0])),
        .behind = count_lines(prefix->a)};
    return 0;
}

/* What it would be with the first one's schema and tools in both. */
static int mend_leading(struct et_explanation *out, const struct et_explain_task *task,
                        struct et_arena *arena)
{
    struct et_pair_side sides[2] = {task->sides[0].chat, task->sides[1].chat};
    struct et_prompt_pair pair, best;
    sides[1].leading = sides[0].leading;
    sides[1].leading_count = sides[0].leading_count;
    int err = et_pair_lay(&pair, &task->rules, sides, arena);
    if (!err)
        err = et_pair_best(&best, &pair, arena);
    if (!err && is_gain(out, &best))
        take(out, &best, ET_REMEDY_TOOLS);
    return err;
}

static int mend(struct et_explanation *out, const struct et_explain_task *task,
                struct et_arena *arena)
{
    struct et_prompt_pair best;
    if (out->pair.prefix.end == ET_PREFIX_SAME)
        return 0;
    if (is_one_template(task))
        return mend_order(out, task);
    int err = et_pair_best(&best, &out->pair, arena);
    if (!err && is_gain(out, &best))
        take(out, &best, ET_REMEDY_MARK);
    if (!err && out->pair.prefix.end == ET_PREFIX_LEADING)
        return mend_leading(out, task, arena);
    bool bodies = !task->sides[0].prompt && !task->sides[1].prompt;
    if (!err && bodies && out->pair.prefix.end == ET_PREFIX_CONTENT)
        return mend_body(out, task, arena);
    return err;
}

int et_explain(struct et_explanation *out, const struct et_explain_task *task,
               struct et_arena *arena)
{
    const struct et_pair_side sides[2] = {task->sides[0].chat, task->sides[1].chat};
    *out = (struct et_explanation){0};
    int err = et_pair_lay(&out->pair, &task->rules, sides, arena);
    if (err)
        return err;
    out->shared = out->pair.prefix.tokens;
    out->tokens = out->pair.ids[1].count;
    out->reuse = out->pair.reuse;
    find_cause(task, out);
    return mend(out, task, arena);
}
