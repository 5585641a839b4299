/* SPDX-License-Identifier: MIT */
#include "core/prompt/sentence.h"

size_t et_sentence_end(struct et_slice text)
{
    for (size_t i = 1; i + 1 < text.size; i++) {
        char before = text.data[i - 1];
        bool stop = text.data[i] == '!' || text.data[i] == '?' ||
                    (text.data[i] == '.' && (before < '0' || before > '9'));
        if (!stop || text.data[i + 1] != ' ')
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
