/* SPDX-License-Identifier: MIT */
/* Which tools are called (brain_content.h). */
#include "core/base/draw.h"
#include "mock_openai/brain_content.h"

static bool is_letter(char sign)
{
    return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
}

static char lower(char sign)
{
    return sign >= 'A' && sign <= 'Z' ? (char)(sign - 'A' + 'a') : sign;
}

static bool has_word_at(struct et_slice text, size_t at, struct et_slice word)
{
    if (at + word.size > text.size || (at > 0 && is_letter(text.data[at - 1])))
        return false;
    for (size_t i = 0; i < word.size; i++)
        if (lower(text.data[at + i]) != lower(word.data[i]))
            return false;
    return true;
}

/* Whether a word of `text` begins with `word`. */
static bool has_word(struct et_slice text, struct et_slice word)
{
    for (size_t at = 0; at < text.size; at++)
        if (has_word_at(text, at, word))
            return true;
    return false;
}

/* The next word of a name, without what is around it: "get_weather", "getWeather". */
static struct et_slice next_word(struct et_slice *name)
{
    size_t from = 0, to;
    while (from < name->size && !is_letter(name->data[from]))
        from++;
    for (to = from; to < name->size && is_letter(name->data[to]); to++)
        if (to > from && name->data[to] < 'a' && name->data[to - 1] >= 'a')
            break;
    struct et_slice word = et_slice_part(*name, from, to);
    *name = et_slice_part(*name, to, name->size);
    return word;
}

enum { WORD_MIN = 4 }; /* "get", "the" and the like tell nothing */

static bool is_meant(const struct et_tool *tool, struct et_slice question)
{
    struct et_slice rest = tool->name, word;
    while ((word = next_word(&rest)).size > 0)
        if (word.size >= WORD_MIN && has_word(question, word))
            return true;
    return false;
}

static struct et_slice last_question(const struct et_chat_request *chat)
{
    for (size_t i = chat->message_count; i > 0; i--)
        if (et_slice_equal(chat->messages[i - 1].role, ET_LIT("user")))
            return chat->messages[i - 1].content;
    return ET_LIT("");
}

/* One of those allowed; the list has one, or the request would have been refused. */
static size_t draw_tool(const struct et_ask *ask, const struct et_tools *tools)
{
    size_t allowed = 0;
    for (size_t i = 0; i < tools->count; i++)
        allowed += tools->items[i].allowed;
    uint64_t bits = et_draw(ask->brain->config.seed, ask->who, ET_DRAW_CALL, 0);
    size_t left = allowed ? et_draw_below(bits, allowed) : 0;
    for (size_t i = 0; i < tools->count; i++)
        if (tools->items[i].allowed && left-- == 0)
            return i;
    return 0;
}

size_t et_content_tools(const struct et_ask *ask, const struct et_talk *talk, size_t *out,
                        size_t room)
{
    const struct et_tools *tools = &talk->chat->options.tools;
    struct et_slice question = last_question(talk->chat);
    size_t count = 0;
    if (tools->mode == ET_TOOLS_NAMED)
        out[count++] = tools->named;
    if (!tools->parallel || tools->old)
        room = 1;
    for (size_t i = 0; i < tools->count && count < room && tools->mode != ET_TOOLS_NAMED; i++)
        if (tools->items[i].allowed && is_meant(&tools->items[i], question))
            out[count++] = i;
    if (count == 0)
        out[count++] = draw_tool(ask, tools);
    return count;
}
