/* SPDX-License-Identifier: MIT */
#include "core/prompt/sentence.h"

/* Whether there is something to say before byte `end`: not white space and digits alone. */
static bool says_something(struct et_slice text, size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (text.data[i] != ' ' && (text.data[i] < '0' || text.data[i] > '9'))
            return true;
    return false;
}

size_t et_sentence_end(struct et_slice text)
{
    for (size_t i = 1; i + 1 < text.size; i++) {
        char c = text.data[i];
        if ((c != '.' && c != '!' && c != '?') || text.data[i + 1] != ' ')
            continue;
        if (c == '.' && !says_something(text, i))
            continue;
        while (i + 1 < text.size && text.data[i + 1] == ' ')
            i++;
        return i + 1;
    }
    return text.size;
}

bool et_sentence_split(struct et_slice *rest, struct et_slice *sentence)
{
    if (rest->size == 0)
        return false;
    size_t end = et_sentence_end(*rest);
    *sentence = et_slice_part(*rest, 0, end);
    *rest = et_slice_part(*rest, end, rest->size);
    return true;
}
