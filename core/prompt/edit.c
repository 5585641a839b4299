/* SPDX-License-Identifier: MIT */
#include "core/prompt/edit.h"

static int edit_all(const struct et_prompt *in, struct et_prompt *out, et_edit_message *rewrite,
                    unsigned char *marks)
{
    for (size_t i = 0; i < in->count; i++) {
        const struct et_prompt_message *message = &in->messages[i];
        et_keep_marks(message, marks);
        struct et_edit edit = {message, message->content, marks, out, 0};
        et_prompt_open(out, message->role);
        int err = rewrite(&edit);
        if (err)
            return err;
        et_edit_cut(&edit, message->content.size, message->content.size);
    }
    return et_prompt_end(out);
}

int et_edit_prompt(const struct et_prompt *in, struct et_prompt *out, et_edit_message *rewrite)
{
    size_t longest = 1;
    for (size_t i = 0; i < in->count; i++)
        if (in->messages[i].content.size > longest)
            longest = in->messages[i].content.size;
    et_prompt_clear(out);
    unsigned char *marks = et_mem_take(out->text.mem, longest);
    if (!marks)
        return ET_NOMEM;
    int err = edit_all(in, out, rewrite, marks);
    et_mem_give(out->text.mem, marks, longest);
    if (err)
        et_prompt_clear(out);
    return err;
}

void et_edit_cut(struct et_edit *edit, size_t at, size_t resume)
{
    et_prompt_copy(edit->out, edit->message, edit->done, at);
    edit->done = resume;
}
