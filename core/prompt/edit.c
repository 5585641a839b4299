/* SPDX-License-Identifier: MIT */
#include "core/prompt/edit.h"

static int edit_message(struct et_edit *edit, et_edit_message *rewrite, unsigned char *marks)
{
    const struct et_prompt_message *message = edit->message;
    et_keep_marks(message, marks);
    edit->text = message->content;
    edit->marks = marks;
    et_prompt_open(edit->out, message->role);
    int err = rewrite(edit);
    if (!err)
        et_edit_cut(edit, message->content.size, message->content.size);
    return err;
}

int et_edit_prompt(const struct et_prompt *in, struct et_prompt *out, et_edit_message *rewrite,
                   void *context)
{
    size_t longest = 1;
    for (size_t i = 0; i < in->count; i++)
        if (in->messages[i].content.size > longest)
            longest = in->messages[i].content.size;
    et_prompt_clear(out);
    unsigned char *marks = et_mem_take(out->text.mem, longest);
    int err = marks ? 0 : ET_NOMEM;
    for (size_t i = 0; i < in->count && !err; i++) {
        struct et_edit edit = {.message = &in->messages[i], .out = out, .context = context};
        err = edit_message(&edit, rewrite, marks);
    }
    et_mem_give(out->text.mem, marks, longest);
    if (err)
        et_prompt_clear(out);
    return err ? err : et_prompt_end(out);
}

void et_edit_cut(struct et_edit *edit, size_t at, size_t resume)
{
    et_prompt_copy(edit->out, edit->message, edit->done, at);
    edit->done = resume;
}
