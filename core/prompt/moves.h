/* SPDX-License-Identifier: MIT */
/* Moving lines, or sentences of them, within the file of a template.
 *
 *     struct et_moves moves;
 *     et_moves_plan(&moves, file, &(struct et_moves_wish){names, 2, ET_MOVE_LINES});
 *     err = et_moves_write(&moves, file, &out);               the file afterwards
 *
 * Whatever holds a placeholder of a wanted parameter goes behind the last line of its message, or
 * of the last message, in the order in which it stood; each sentence becomes a line.  A message
 * that nothing is left of goes altogether.  Where the target has parts (%static, %dynamic), what
 * moves becomes a dynamic part.
 *
 * The file is one that template.h reads.  What is written is not looked at here: whoever takes it
 * reads it again. */
#ifndef ET_PROMPT_MOVES_H
#define ET_PROMPT_MOVES_H

#include "core/base/slice.h"
#include "core/base/text.h"

enum { ET_MOVES_MAX = 64 }; /* what comes later in the file stays */

enum et_move_grain {
    ET_MOVE_LINES,
    ET_MOVE_SENTENCES /* of lines: sentence.h */
};

enum et_move_target {
    ET_MOVE_TO_END, /* of the message it is in */
    ET_MOVE_TO_LAST /* to the end of the last message; what is in that one stays */
};

struct et_move {
    struct et_slice text;   /* as it stands in the file, without white space around */
    size_t from, to;        /* bytes of the file that go */
    unsigned line, behind;  /* where it stands, and the line behind which it goes; from 1 */
    size_t message, target; /* the messages of these, from 0 in the file's order */
    bool sentence;          /* a part of the line alone */
};

struct et_moves {
    struct et_move items[ET_MOVES_MAX]; /* in the order of the file */
    size_t count;
};

/* `wanted` has `wanted_count` names of parameters. */
struct et_moves_wish {
    const struct et_slice *wanted;
    size_t wanted_count;
    enum et_move_grain grain;
    enum et_move_target target;
};

void et_moves_plan(struct et_moves *out, struct et_slice file, const struct et_moves_wish *wish);

/* Adds the file after these moves, which may be fewer than were planned.  What et_text_failed
 * says. */
int et_moves_write(const struct et_moves *moves, struct et_slice file,
                   struct et_text *out) ET_MUST_CHECK;

#endif
