/* SPDX-License-Identifier: MIT */
/* A prompt as the row of tokens a model reads: what is counted, and what the prompt cache compares.
 *
 *     leading blocks     the schema of the answer, tools; in the order given
 *     then messages      <start> role [<name> name] <separator> [assistant in Harmony: 2 more]
 *                        content, calls <end>  … <tail>
 *
 * There are exactly as many ids as et_chat_count counts for the messages (a test compares them),
 * and as many more as the leading blocks and the images, audio and files among the parts say.  The
 * framing is invented, only its number of tokens is known; its ids lie behind those of the
 * vocabulary, and those of counted blocks behind these.
 *
 * An endpoint with a prompt of another shape builds the row by itself:
 *
 *     et_ids_begin(&builder, tokenizer, arena)
 *     et_ids_text, _counted, _frame, _mark, _close     from the first token to the last
 *     err = et_ids_finish(&builder, &prompt)           what went wrong on the way, too */
#ifndef ET_PROMPT_IDS_H
#define ET_PROMPT_IDS_H

#include "core/base/arena.h"
#include "core/tokens/chat.h"
#include "core/tokens/media.h"

/* Tokens: by so many prefixes are hashed, and cached before gpt-5.6. */
#define ET_PROMPT_STEP 128

/* A place up to which the prompt can be cached (gpt-5.6 and later). */
struct et_prompt_point {
    size_t tokens; /* in front of it */
    uint64_t hash; /* of these */
    bool turn;     /* the end of a message that implicit caching looks at: of the user, the last of
                      some tools, the last of the developers that come first */
    bool marked;   /* the client wrote prompt_cache_breakpoint there */
};

/* What a run of tokens is, for who wants to tell people. */
enum et_prompt_kind {
    ET_PIECE_LEADING, /* a block in front of the messages */
    ET_PIECE_FRAME,   /* start, separator, end, tail */
    ET_PIECE_ROLE,
    ET_PIECE_NAME,
    ET_PIECE_TEXT,  /* of the content */
    ET_PIECE_MEDIA, /* a part of the content that is no text */
    ET_PIECE_REFUSAL,
    ET_PIECE_CALL /* name or arguments of a call */
};

struct et_prompt_piece {
    enum et_prompt_kind kind;
    size_t message;       /* its index; of a leading block: which */
    size_t from;          /* its first token; it ends where the next begins */
    struct et_slice text; /* what was counted; of a frame empty.  Borrowed from the source */
};

struct et_prompt_ids { /* in the arena */
    uint32_t *ids;
    size_t count;
    uint64_t *steps; /* [count / ET_PROMPT_STEP] hashes of the ids up to the end of each step */
    struct et_prompt_point *points; /* tokens ascending */
    size_t point_count;
    struct et_prompt_piece *pieces; /* of a traced source alone; none is empty */
    size_t piece_count;
    uint64_t opening; /* hash of the user's first message: what conversations are told apart by */
};

/* Something in front of the messages. */
struct et_prompt_block {
    struct et_slice bytes; /* valid UTF-8 */
    bool counted;          /* it takes `tokens` ids that depend on the bytes alone; else as many as
                              the bytes have as text */
    size_t tokens;
};

struct et_prompt_source { /* borrowed */
    struct et_tokenizer *tokenizer;
    enum et_chat_family family;
    const struct et_chat_message *messages; /* valid UTF-8 */
    size_t message_count;
    const struct et_prompt_block *leading;
    size_t leading_count;
    const struct et_image_rule *images; /* NULL: parts that are no text count nothing */
    bool traced;                        /* pieces are wanted */
};

/* ET_NOMEM or ET_LIMIT. */
int et_prompt_ids_build(struct et_prompt_ids *out, const struct et_prompt_source *source,
                        struct et_arena *arena) ET_MUST_CHECK;

/* Hash of the first `tokens` ids; equal to that of any row that starts with the same ones. */
uint64_t et_prompt_hash(const struct et_prompt_ids *prompt, size_t tokens);

/* Steps and hashes of a row whose ids, points and their tokens are there.  ET_NOMEM. */
int et_prompt_seal(struct et_prompt_ids *prompt, struct et_arena *arena) ET_MUST_CHECK;

struct et_ids_builder { /* private */
    struct et_tokenizer *tokenizer;
    struct et_arena *arena;
    struct et_prompt_ids prompt;
    size_t id_room, point_room, piece_room;
    bool traced;
    struct et_prompt_piece here;     /* kind (unless it is a frame) and message of what is added */
    size_t opening_from, opening_to; /* of ids */
    bool opening;                    /* under way */
    int err;
};

enum et_prompt_frame {
    ET_FRAME_START,
    ET_FRAME_NAME,
    ET_FRAME_SEPARATOR,
    ET_FRAME_CHANNEL,
    ET_FRAME_FINAL,
    ET_FRAME_END,
    ET_FRAME_TAIL,
    ET_FRAME_CALL
};

void et_ids_begin(struct et_ids_builder *builder, struct et_tokenizer *tokenizer,
                  struct et_arena *arena);
void et_ids_text(struct et_ids_builder *builder, struct et_slice text); /* valid UTF-8 */
void et_ids_counted(struct et_ids_builder *builder, struct et_slice bytes, size_t tokens);
void et_ids_frame(struct et_ids_builder *builder, enum et_prompt_frame frame, size_t count);

/* A message ends, with so many frames of its own.  `turn`: it is of the kind of the same name
 * above. A marked place right here is one with the end of the message. */
void et_ids_close(struct et_ids_builder *builder, size_t frames, bool turn);
void et_ids_mark(struct et_ids_builder *builder); /* a marked place is here */

/* Around the content of the user's messages; the first one is the opening. */
void et_ids_opening(struct et_ids_builder *builder);
void et_ids_opened(struct et_ids_builder *builder);

int et_ids_finish(struct et_ids_builder *builder, struct et_prompt_ids *out) ET_MUST_CHECK;

#endif
