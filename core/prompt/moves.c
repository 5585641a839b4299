/* SPDX-License-Identifier: MIT */
#include "core/prompt/moves.h"

#include "core/prompt/sentence.h"
#include "core/prompt/template.h"

enum { NOWHERE = ET_TEMPLATE_MESSAGES_MAX };

/* A line of the file, and whose it is. */
struct line {
    struct et_slice text; /* without its line feed */
    size_t from;          /* of the file */
    unsigned number;
    size_t message; /* NOWHERE in the head and in examples */
    bool directive;
};

/* Goes through the file line by line. */
struct scan {
    struct et_slice file, rest;
    size_t messages; /* seen so far */
    struct line line;
};

static bool is_directive(struct et_slice line, bool in_body)
{
    return et_slice_starts(line, ET_LIT("%")) && !(in_body && et_slice_starts(line, ET_LIT("%%")));
}

static bool next_line(struct scan *scan)
{
    struct line *line = &scan->line;
    if (scan->rest.size == 0 || !et_slice_split(&scan->rest, '\n', &line->text))
        return false;
    line->from = (size_t)(line->text.data - scan->file.data);
    line->number++;
    line->directive = is_directive(line->text, scan->messages > 0);
    if (line->directive && et_slice_starts(line->text, ET_LIT("%message")))
        line->message = scan->messages++;
    else if (line->directive && et_slice_starts(line->text, ET_LIT("%example")))
        line->message = NOWHERE;
    return true;
}

static struct scan scan_of(struct et_slice file)
{
    return (struct scan){.file = file, .rest = file, .line.message = NOWHERE};
}

/* What the file says of its messages. */
struct layout {
    unsigned last_line[ET_TEMPLATE_MESSAGES_MAX]; /* that is not blank; 0: none */
    unsigned words[ET_TEMPLATE_MESSAGES_MAX];     /* lines of text that are not blank */
    bool parts[ET_TEMPLATE_MESSAGES_MAX];
    size_t messages;
};

static struct layout layout_of(struct et_slice file)
{
    struct layout layout = {0};
    struct scan scan = scan_of(file);
    while (next_line(&scan)) {
        const struct line *line = &scan.line;
        if (line->message >= NOWHERE || et_slice_trim(line->text).size == 0)
            continue;
        layout.last_line[line->message] = line->number;
        layout.words[line->message] += !line->directive;
        if (line->directive && !et_slice_starts(line->text, ET_LIT("%message")))
            layout.parts[line->message] = true;
    }
    layout.messages = scan.messages < NOWHERE ? scan.messages : NOWHERE;
    return layout;
}

static bool is_wanted(const struct et_moves_wish *wish, struct et_slice name)
{
    for (size_t i = 0; i < wish->wanted_count; i++)
        if (et_slice_equal(wish->wanted[i], name))
            return true;
    return false;
}

/* Whether a wanted placeholder is in there. */
static bool holds_wanted(const struct et_moves_wish *wish, struct et_slice text)
{
    while (text.size) {
        size_t open = et_slice_find(text, ET_LIT("{{"));
        bool escaped = open > 0 && open < text.size && text.data[open - 1] == '\\';
        text = et_slice_part(text, open + 2, text.size);
        size_t close = et_slice_find(text, ET_LIT("}}"));
        if (!escaped && close < text.size &&
            is_wanted(wish, et_slice_trim(et_slice_part(text, 0, close))))
            return true;
    }
    return false;
}

static void add_move(struct et_moves *moves, const struct line *line, struct et_slice text,
                     const struct layout *layout, size_t target)
{
    if (moves->count == ET_MOVES_MAX)
        return;
    size_t from = line->from + (size_t)(text.data - line->text.data);
    moves->items[moves->count++] = (struct et_move){.text = et_slice_trim(text),
                                                    .from = from,
                                                    .to = from + text.size,
                                                    .line = line->number,
                                                    .behind = layout->last_line[target],
                                                    .message = line->message,
                                                    .target = target,
                                                    .sentence = text.size < line->text.size};
}

void et_moves_plan(struct et_moves *out, struct et_slice file, const struct et_moves_wish *wish)
{
    struct layout layout = layout_of(file);
    struct scan scan = scan_of(file);
    out->count = 0;
    while (next_line(&scan)) {
        const struct line *line = &scan.line;
        if (line->directive || line->message >= layout.messages)
            continue;
        bool last = wish->target == ET_MOVE_TO_LAST;
        size_t target = last ? layout.messages - 1 : line->message;
        if (last && line->message == target)
            continue;
        struct et_slice rest = line->text;
        while (rest.size) {
            size_t end = wish->grain == ET_MOVE_LINES ? rest.size : et_sentence_end(rest);
            struct et_slice unit = et_slice_part(rest, 0, end);
            if (holds_wanted(wish, unit))
                add_move(out, line, unit, &layout, target);
            rest = et_slice_part(rest, end, rest.size);
        }
    }
}

/* Writing */

struct writer {
    const struct et_moves *moves;
    struct layout layout;
    bool gone[ET_TEMPLATE_MESSAGES_MAX]; /* nothing of it is left */
    bool blank;                          /* the last line written, */
    bool dropped;                        /* and one was left out behind it */
    struct et_text *out;
};

/* The line without what moves; into `left`. */
static void add_left(struct et_text *left, const struct et_moves *moves, const struct line *line)
{
    size_t at = 0;
    et_text_clear(left);
    for (size_t i = 0; i < moves->count; i++) {
        const struct et_move *move = &moves->items[i];
        if (move->line != line->number)
            continue;
        et_text_add(left, et_slice_part(line->text, at, move->from - line->from));
        at = move->to - line->from;
    }
    et_text_add(left, et_slice_part(line->text, at, line->text.size));
}

static void put_line(struct writer *writer, struct et_slice text)
{
    et_text_add(writer->out, text);
    et_text_addc(writer->out, '\n');
    writer->blank = text.size == 0;
    writer->dropped = false;
}

/* Of two blank lines that a dropped one stood between, one goes too. */
static void keep_line(struct writer *writer, const struct line *line, struct et_slice left)
{
    struct et_slice trimmed = et_slice_trim(left);
    if (trimmed.size == 0 && line->text.size && et_slice_trim(line->text).size) {
        writer->dropped = true;
        return;
    }
    if (trimmed.size == 0 && writer->blank && writer->dropped)
        return;
    bool cut = left.size < line->text.size; /* the white space in front of a last sentence stays */
    while (cut && left.size && left.data[left.size - 1] == ' ')
        left.size--;
    put_line(writer, left);
}

/* What goes behind this line. */
static void put_moved(struct writer *writer, const struct line *line)
{
    bool first = true;
    for (size_t i = 0; i < writer->moves->count; i++) {
        const struct et_move *move = &writer->moves->items[i];
        if (move->behind != line->number)
            continue;
        if (first && writer->layout.parts[move->target])
            put_line(writer, ET_LIT("%dynamic"));
        first = false;
        put_line(writer, move->text);
    }
}

/* A message is gone when all of its words go, and to another message. */
static void find_gone(struct writer *writer, struct et_slice file, struct et_text *left)
{
    unsigned kept[ET_TEMPLATE_MESSAGES_MAX] = {0};
    struct scan scan = scan_of(file);
    while (next_line(&scan)) {
        if (scan.line.message >= NOWHERE || scan.line.directive)
            continue;
        add_left(left, writer->moves, &scan.line);
        kept[scan.line.message] += et_slice_trim(et_text_slice(left)).size > 0;
    }
    for (size_t i = 0; i < writer->moves->count; i++) {
        const struct et_move *move = &writer->moves->items[i];
        if (move->target != move->message)
            writer->gone[move->message] = kept[move->message] == 0;
    }
}

int et_moves_write(const struct et_moves *moves, struct et_slice file, struct et_text *out)
{
    struct writer writer = {.moves = moves, .layout = layout_of(file), .out = out};
    struct scan scan = scan_of(file);
    struct et_text left;
    et_text_init(&left, out->mem, file.size + 1);
    find_gone(&writer, file, &left);
    while (next_line(&scan)) {
        const struct line *line = &scan.line;
        if (line->message < NOWHERE && writer.gone[line->message])
            continue;
        add_left(&left, moves, line);
        if (line->directive || line->message >= NOWHERE)
            put_line(&writer, line->text);
        else
            keep_line(&writer, line, et_text_slice(&left));
        put_moved(&writer, line);
    }
    int err = et_text_failed(&left);
    et_text_free(&left);
    return err ? err : et_text_failed(out);
}
