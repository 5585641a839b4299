/* SPDX-License-Identifier: MIT */
#include "core/prompt/fleeting.h"

enum { ID_LENGTH = 16, ID_DIGITS = 6, NUMBER_DIGITS = 9, COUNTER_DIGITS = 2 };

const char *et_fleeting_name(enum et_fleeting_kind kind)
{
    static const char *const names[] = {"a date", "a time",        "a UUID",
                                        "an id",  "a long number", "a counter"};
    return names[kind];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Of a word, as ids are written. */
static bool is_word(char c)
{
    return is_digit(c) || is_letter(c) || c == '_' || c == '-';
}

/* What a pattern has matched so far; `bad` once it has not. */
struct match {
    struct et_slice text;
    size_t at;
    bool bad;
};

static char peek(const struct match *match)
{
    return match->at < match->text.size ? match->text.data[match->at] : '\0';
}

static bool accept(struct match *match, char c)
{
    if (match->bad || peek(match) != c)
        return false;
    match->at++;
    return true;
}

static void expect(struct match *match, char c)
{
    match->bad = !accept(match, c);
}

/* A number of `least` to `most` digits within a range. */
static unsigned number(struct match *match, unsigned least, unsigned most, unsigned low,
                       unsigned high)
{
    unsigned value = 0, digits = 0;
    while (digits < most && is_digit(peek(match))) {
        value = value * 10 + (unsigned)(peek(match) - '0');
        match->at++;
        digits++;
    }
    match->bad =
        match->bad || digits < least || is_digit(peek(match)) || value < low || value > high;
    return value;
}

static void year(struct match *match)
{
    number(match, 4, 4, 1900, 2199);
}

static void month(struct match *match)
{
    number(match, 1, 2, 1, 12);
}

static void day(struct match *match)
{
    number(match, 1, 2, 1, 31);
}

static bool takes_word(struct match *match, const char *const *words)
{
    struct et_slice rest = et_slice_part(match->text, match->at, match->text.size);
    for (; *words && !match->bad; words++) {
        struct et_slice word = et_slice_of(*words);
        bool end = rest.size <= word.size || !is_letter(rest.data[word.size]);
        if (end && et_slice_equal_nocase(et_slice_part(rest, 0, word.size), word)) {
            match->at += word.size;
            return true;
        }
    }
    return false;
}

static void month_name(struct match *match)
{
    static const char *const names[] = {
        "january", "february", "march",    "april", "may", "june", "july", "august", "september",
        "october", "november", "december", "jan",   "feb", "mar",  "apr",  "jun",    "jul",
        "aug",     "sep",      "sept",     "oct",   "nov", "dec",  NULL};
    match->bad = match->bad || !takes_word(match, names);
    accept(match, '.');
}

/* Patterns */

static void year_first(struct match *match)
{
    year(match);
    char between = peek(match) == '/' ? '/' : '-';
    expect(match, between);
    month(match);
    expect(match, between);
    day(match);
    if (accept(match, 'T')) /* and a time: all of it is named */
        while (is_word(peek(match)) || peek(match) == ':' || peek(match) == '.')
            match->at++;
}

static void year_last(struct match *match)
{
    number(match, 1, 2, 1, 31);
    char between = peek(match) == '/' ? '/' : '.';
    expect(match, between);
    number(match, 1, 2, 1, between == '/' ? 31 : 12);
    expect(match, between);
    year(match);
}

static void day_month_year(struct match *match)
{
    day(match);
    accept(match, '.');
    expect(match, ' ');
    month_name(match);
    expect(match, ' ');
    year(match);
}

static void month_day_year(struct match *match)
{
    month_name(match);
    expect(match, ' ');
    day(match);
    accept(match, ',');
    expect(match, ' ');
    year(match);
}

static void time_of_day(struct match *match)
{
    static const char *const zones[] = {"am", "pm", "a.m.", "p.m.", "utc", "gmt", "z", NULL};
    number(match, 1, 2, 0, 23);
    expect(match, ':');
    number(match, 2, 2, 0, 59);
    if (accept(match, ':')) {
        number(match, 2, 2, 0, 59);
        return;
    }
    accept(match, ' ');
    match->bad = match->bad || !takes_word(match, zones);
}

static void uuid(struct match *match)
{
    static const int groups[] = {8, 4, 4, 4, 12};
    for (int i = 0; i < 5; i++) {
        if (i > 0)
            expect(match, '-');
        for (int j = 0; j < groups[i]; j++, match->at++)
            match->bad = match->bad || et_hex_value(peek(match)) < 0;
    }
    match->bad = match->bad || is_word(peek(match));
}

static void id(struct match *match)
{
    size_t length = 0, digits = 0;
    for (; is_word(peek(match)); match->at++, length++)
        digits += is_digit(peek(match));
    match->bad = length < ID_LENGTH || digits < ID_DIGITS || digits == length;
}

static void digits_of(struct match *match, size_t least)
{
    size_t digits = 0;
    for (; is_digit(peek(match)); match->at++)
        digits++;
    match->bad = match->bad || digits < least || is_word(peek(match));
}

static void long_number(struct match *match)
{
    digits_of(match, NUMBER_DIGITS);
}

static void counter(struct match *match)
{
    static const char *const things[] = {"request", "session", "call",  "attempt",      "run",
                                         "ticket",  "order",   "visit", "conversation", NULL};
    static const char *const numbers[] = {"number", "no", "nr", "id", NULL};
    bool named = takes_word(match, things);
    if (named) {
        accept(match, ' ');
        if (takes_word(match, numbers)) {
            accept(match, '.');
            accept(match, ':');
            accept(match, ' ');
        }
        accept(match, '#');
    } else {
        expect(match, '#');
    }
    digits_of(match, COUNTER_DIGITS);
}

static const struct pattern {
    enum et_fleeting_kind kind;
    void (*match)(struct match *match);
} patterns[] = {
    {ET_FLEETING_DATE, year_first},
    {ET_FLEETING_DATE, year_last},
    {ET_FLEETING_DATE, day_month_year},
    {ET_FLEETING_DATE, month_day_year},
    {ET_FLEETING_TIME, time_of_day},
    {ET_FLEETING_UUID, uuid},
    {ET_FLEETING_ID, id},
    {ET_FLEETING_NUMBER, long_number},
    {ET_FLEETING_COUNTER, counter},
};

bool et_fleeting_find(struct et_slice text, size_t from, struct et_fleeting *out)
{
    for (size_t at = from; at < text.size; at++) {
        bool starts =
            (is_digit(text.data[at]) || is_letter(text.data[at]) || text.data[at] == '#') &&
            (at == 0 || !is_word(text.data[at - 1]));
        for (size_t i = 0; i < sizeof patterns / sizeof *patterns && starts; i++) {
            struct match match = {.text = text, .at = at};
            patterns[i].match(&match);
            if (match.bad)
                continue;
            *out = (struct et_fleeting){patterns[i].kind, at, match.at - at};
            return true;
        }
    }
    return false;
}
