/* SPDX-License-Identifier: MIT */
/* Copies a message and leaves something out on the way; what the techniques of compress.h and
 * reference.h share.  Private to them. */
#ifndef ET_PROMPT_EDIT_H
#define ET_PROMPT_EDIT_H

#include "core/prompt/keep.h"

struct et_edit {
    const struct et_prompt_message *message;
    struct et_slice text; /* its content */
    const unsigned char *marks;
    struct et_prompt *out;
    size_t done; /* up to here the message is copied or left out */
    void *context;
};

/* Rewrites one message: copies it by et_edit_until and what stands in for words by et_prompt_add;
 * what is behind `done` at the end is copied by the caller. */
typedef int et_edit_message(struct et_edit *edit);

/* Every message of `in` into `out`, through `rewrite`. */
int et_edit_prompt(const struct et_prompt *in, struct et_prompt *out, et_edit_message *rewrite,
                   void *context) ET_MUST_CHECK;

/* Copies up to `at`, and goes on behind the bytes before `resume`. */
void et_edit_cut(struct et_edit *edit, size_t at, size_t resume);

static inline bool et_edit_free(const struct et_edit *edit, size_t at)
{
    return at < edit->text.size && edit->marks[at] == ET_KEEP_FREE;
}

/* Byte `at` if it is free, else 0. */
static inline char et_edit_byte(const struct et_edit *edit, size_t at)
{
    return et_edit_free(edit, at) ? edit->text.data[at] : '\0';
}

/* A line ends here, or the text, whether it is free or not. */
static inline bool et_edit_at_end(const struct et_edit *edit, size_t at)
{
    return at >= edit->text.size ||
           (edit->text.data[at] == '\n' && edit->marks[at] != ET_KEEP_OPAQUE);
}

#endif
