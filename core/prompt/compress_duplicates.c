/* SPDX-License-Identifier: MIT */
#include "core/prompt/compress.h"
#include "core/prompt/edit.h"
#include "core/prompt/seen.h"

/* A line without its line feed. */
struct line {
    size_t begin, end;
    size_t body; /* behind indent and list marker */
    bool blank;
    bool item, numbered; /* of a list */
    bool layout;         /* a heading or a row of a table */
};

/* A message that is read line by line.  Between two lines with words that stay, what stands in
 * front of the first that is left out stays too, and if that is no blank line, one from behind it.
 */
struct said {
    struct et_edit *edit;
    struct et_seen seen;
    size_t list;      /* items in between which there are only items are of one list */
    size_t kept_end;  /* of the last line with words that stayed */
    bool after_code;  /* it is code, or a blockquote */
    bool after_blank; /* a blank line stands behind it */
    bool leaving;     /* from `from` on, until a line with words stays */
    size_t from;
    bool has_blank; /* one was met since then */
    struct line blank;
    bool refused; /* memory */
};

static bool in_words(struct et_slice word, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (et_slice_equal_nocase(word, et_slice_of(words[i])))
            return true;
    return false;
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Lines */

/* The byte behind a list marker and its spaces; `at` when there is none. */
static size_t marker_end(const struct et_edit *edit, size_t at, bool *numbered)
{
    size_t end = at;
    char c = et_edit_byte(edit, at);
    while (is_digit(et_edit_byte(edit, end)))
        end++;
    *numbered = end > at;
    char stop = et_edit_byte(edit, end);
    if (*numbered ? stop != '.' && stop != ')' : c != '-' && c != '*' && c != '+')
        return at;
    if (et_edit_byte(edit, ++end) != ' ')
        return at;
    while (et_edit_byte(edit, end) == ' ')
        end++;
    return end;
}

static struct line line_at(const struct et_edit *edit, size_t at)
{
    struct line line = {.begin = at, .end = at};
    while (!et_edit_at_end(edit, line.end))
        line.end++;
    size_t first = at;
    while (first < line.end &&
           (et_edit_byte(edit, first) == ' ' || et_edit_byte(edit, first) == '\t'))
        first++;
    char c = et_edit_byte(edit, first);
    line.blank = first == line.end;
    line.layout = c == '#' || c == '|';
    line.body = marker_end(edit, first, &line.numbered);
    line.item = line.body > first;
    line.numbered &= line.item;
    return line;
}

/* Whether words may go because they were said before; they are all free, long enough, and mean the
 * same without what stands before them. */
static bool may_go(const struct et_edit *edit, size_t from, size_t to)
{
    static const char *const pointing[] = {
        "also", "but",  "he",   "here",  "however", "instead", "it",   "otherwise", "she",   "so",
        "such", "that", "then", "there", "these",   "they",    "this", "those",     "which", NULL};
    if (from + ET_COMPRESS_SAID > to)
        return false;
    bool letters = false;
    for (size_t i = from; i < to; i++) {
        if (!et_edit_free(edit, i))
            return false;
        char c = edit->text.data[i];
        letters |= is_lower(c | 0x20) || (unsigned char)c >= 0x80;
    }
    size_t end = from;
    while (end < to && is_lower(edit->text.data[end] | 0x20))
        end++;
    return letters && !in_words(et_slice_part(edit->text, from, end), pointing);
}

/* Sentences */

/* The . at `at` ends a word, not an abbreviation. */
static bool ends_word(const struct et_edit *edit, size_t at)
{
    static const char *const abbreviations[] = {"approx", "dept", "etc",  "fig", "incl", "max",
                                                "min",    "prof", "resp", "sec", NULL};
    size_t from = at;
    while (from && is_lower(et_edit_byte(edit, from - 1)))
        from--;
    return at - from >= 3 && !in_words(et_slice_part(edit->text, from, at), abbreviations);
}

/* The end of the sentence that begins at `at`; *next is where the one after it begins. */
static size_t sentence_end(const struct et_edit *edit, size_t at, size_t line_end, size_t *next)
{
    for (; at < line_end; at++) {
        char c = et_edit_byte(edit, at);
        if (c != '!' && c != '?' && (c != '.' || !ends_word(edit, at)))
            continue;
        *next = at + 1;
        while (et_edit_byte(edit, *next) == ' ')
            ++*next;
        c = et_edit_byte(edit, *next);
        if (*next > at + 1 && c >= 'A' && c <= 'Z')
            return at + 1;
    }
    *next = line_end;
    return line_end;
}

static bool was_said(const struct said *said, const struct line *line, size_t from, size_t to)
{
    struct et_slice words = et_slice_trim(et_slice_part(said->edit->text, from, to));
    return may_go(said->edit, from, to) &&
           et_seen_find(&said->seen, words, line->item ? said->list : 0);
}

static void remember(struct said *said, const struct line *line, size_t from, size_t to)
{
    struct et_slice words = et_slice_trim(et_slice_part(said->edit->text, from, to));
    if (may_go(said->edit, from, to) &&
        !et_seen_put(&said->seen, words, line->item ? said->list : 0))
        said->refused = true;
}

static bool all_sentences_said(const struct said *said, const struct line *line)
{
    for (size_t at = line->body, next; at < line->end; at = next) {
        size_t end = sentence_end(said->edit, at, line->end, &next);
        if (!was_said(said, line, at, end))
            return false;
    }
    return line->body < line->end;
}

/* Leaves out those sentences of a line that were said; one at least was not. */
static void keep_sentences(struct said *said, const struct line *line)
{
    size_t end = line->body, gap = line->body; /* of the last that stayed, and of its spaces */
    bool leaving = false;
    for (size_t at = line->body, next; at < line->end; at = next) {
        size_t to = sentence_end(said->edit, at, line->end, &next);
        if (was_said(said, line, at, to)) {
            leaving = true;
            continue;
        }
        if (leaving)
            et_edit_cut(said->edit, gap, at);
        leaving = false;
        remember(said, line, at, to);
        end = to;
        gap = next;
    }
    if (leaving)
        et_edit_cut(said->edit, end, line->end);
}

/* The whole */

static void leave_line(struct said *said, const struct line *line)
{
    if (said->leaving)
        return;
    said->leaving = true;
    said->has_blank = false;
    said->from = line->begin;
}

static void pass_blank(struct said *said, const struct line *line)
{
    if (!said->leaving) {
        said->after_blank = true;
    } else if (!said->has_blank) {
        said->has_blank = true;
        said->blank = *line;
    }
}

/* A line with words stays. */
static void stay(struct said *said, const struct line *line)
{
    if (said->leaving && said->has_blank && !said->after_blank) {
        et_edit_cut(said->edit, said->from, said->blank.begin);
        said->from = said->blank.end + 1;
    }
    if (said->leaving)
        et_edit_cut(said->edit, said->from, line->begin);
    said->leaving = said->after_blank = false;
    said->kept_end = line->end;
    said->after_code = said->edit->marks[line->begin] == ET_KEEP_KEPT;
}

/* The end of the text, while something is left out: the white space before it goes too. */
static void leave_end(struct said *said)
{
    struct et_edit *edit = said->edit;
    size_t from = said->from;
    while (from > said->kept_end && et_edit_free(edit, from - 1))
        from--;
    et_edit_cut(edit, from == said->kept_end ? from : said->from, edit->text.size);
}

/* Behind code a line stays, so that it is not joined to other code below. */
static void read_words(struct said *said, const struct line *line)
{
    bool goes = was_said(said, line, line->body, line->end) || all_sentences_said(said, line);
    if (goes && !line->numbered && !said->after_code) {
        leave_line(said, line);
        return;
    }
    stay(said, line);
    said->list += !line->item;
    if (!goes)
        keep_sentences(said, line);
    remember(said, line, line->body, line->end);
}

static void read_line(struct said *said, const struct line *line)
{
    if (line->blank) {
        pass_blank(said, line);
    } else if (line->layout) {
        stay(said, line);
        said->list++;
    } else {
        read_words(said, line);
    }
}

static int rewrite(struct et_edit *edit)
{
    struct said said = {.edit = edit, .seen = {.mem = edit->out->text.mem}, .list = 1};
    for (size_t at = 0; at < edit->text.size && !said.refused;) {
        struct line line = line_at(edit, at);
        read_line(&said, &line);
        at = line.end + 1;
    }
    if (said.leaving)
        leave_end(&said);
    et_seen_free(&said.seen);
    return said.refused ? ET_NOMEM : 0;
}

int et_compress_duplicates(const struct et_prompt *in, struct et_prompt *out)
{
    return et_edit_prompt(in, out, rewrite, NULL);
}
