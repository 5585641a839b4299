/* SPDX-License-Identifier: MIT */
#include "core/prompt/ids.h"

#include "core/base/hash.h"

#include <string.h>

enum { FRAMES_PER_MESSAGE = 6, POINTS_FIRST = 8, PIECES_FIRST = 32 };

static uint64_t chained(uint64_t before, const uint32_t *ids, size_t count)
{
    struct et_slice bytes = {(const char *)ids, count * sizeof(*ids)};
    return et_hash64(bytes, before);
}

uint64_t et_prompt_hash(const struct et_prompt_ids *prompt, size_t tokens)
{
    size_t step = tokens / ET_PROMPT_STEP, rest = tokens % ET_PROMPT_STEP;
    uint64_t hash = step ? prompt->steps[step - 1] : 0;
    return rest ? chained(hash, prompt->ids + step * ET_PROMPT_STEP, rest) : hash;
}

int et_prompt_seal(struct et_prompt_ids *prompt, struct et_arena *arena)
{
    uint64_t hash = 0;
    size_t count = prompt->count / ET_PROMPT_STEP;
    prompt->steps = et_arena_array(arena, count, sizeof(*prompt->steps));
    if (!prompt->steps)
        return ET_NOMEM;
    for (size_t i = 0; i < count; i++)
        hash = prompt->steps[i] = chained(hash, prompt->ids + i * ET_PROMPT_STEP, ET_PROMPT_STEP);
    for (size_t i = 0; i < prompt->point_count; i++)
        prompt->points[i].hash = et_prompt_hash(prompt, prompt->points[i].tokens);
    return 0;
}

void et_ids_begin(struct et_ids_builder *builder, struct et_tokenizer *tokenizer,
                  struct et_arena *arena)
{
    *builder = (struct et_ids_builder){.tokenizer = tokenizer, .arena = arena};
}

/* An array of the arena with room for `more` items behind its `count`; NULL: refused. */
static void *roomy(struct et_ids_builder *builder, void *old, size_t item, size_t count,
                   size_t more, size_t *room)
{
    if (builder->err || *room - count >= more)
        return old;
    size_t wanted = 2 * *room > count + more ? 2 * *room : count + more;
    void *grown = et_arena_array(builder->arena, wanted, item);
    if (!grown) {
        builder->err = ET_NOMEM;
        return old;
    }
    if (count)
        memcpy(grown, old, count * item);
    *room = wanted;
    return grown;
}

static bool reserve(struct et_ids_builder *builder, size_t more)
{
    struct et_prompt_ids *prompt = &builder->prompt;
    prompt->ids =
        roomy(builder, prompt->ids, sizeof(uint32_t), prompt->count, more, &builder->id_room);
    return !builder->err;
}

/* What is about to be added, told apart from what was before. */
static void trace(struct et_ids_builder *builder, enum et_prompt_kind kind, struct et_slice text)
{
    struct et_prompt_ids *prompt = &builder->prompt;
    if (!builder->traced)
        return;
    prompt->pieces =
        roomy(builder, prompt->pieces, sizeof(*prompt->pieces), prompt->piece_count,
              prompt->piece_count < PIECES_FIRST ? PIECES_FIRST : 1, &builder->piece_room);
    if (!builder->err)
        prompt->pieces[prompt->piece_count++] =
            (struct et_prompt_piece){kind, builder->here.message, prompt->count, text};
}

/* Valid UTF-8 has at most one token per byte. */
void et_ids_text(struct et_ids_builder *builder, struct et_slice text)
{
    struct et_prompt_ids *prompt = &builder->prompt;
    size_t count = 0;
    if (text.size == 0 || !reserve(builder, text.size))
        return;
    trace(builder, builder->here.kind, text);
    builder->err =
        et_tokens_encode(builder->tokenizer, text, prompt->ids + prompt->count, text.size, &count);
    if (!builder->err)
        prompt->count += count;
}

/* The upper half of the ids is theirs; two of them hold 62 bits of the hash. */
void et_ids_counted(struct et_ids_builder *builder, struct et_slice bytes, size_t tokens)
{
    struct et_prompt_ids *prompt = &builder->prompt;
    uint64_t hash = et_hash64(bytes, tokens);
    if (tokens == 0 || !reserve(builder, tokens))
        return;
    trace(builder, builder->here.kind, bytes);
    for (size_t i = 0; i < tokens; i++)
        prompt->ids[prompt->count++] = (uint32_t)((hash + i) >> i % 2 * 31) | (uint32_t)1 << 31;
}

void et_ids_frame(struct et_ids_builder *builder, enum et_prompt_frame frame, size_t count)
{
    uint32_t id = et_tokenizer_vocab(builder->tokenizer)->count + (uint32_t)frame;
    if (count == 0 || !reserve(builder, count))
        return;
    trace(builder, ET_PIECE_FRAME, (struct et_slice){0});
    for (size_t i = 0; i < count; i++)
        builder->prompt.ids[builder->prompt.count++] = id;
}

static struct et_prompt_point *last_point(struct et_ids_builder *builder)
{
    struct et_prompt_ids *prompt = &builder->prompt;
    struct et_prompt_point *last =
        prompt->point_count ? &prompt->points[prompt->point_count - 1] : NULL;
    return last && last->tokens == prompt->count ? last : NULL;
}

/* The point that is here; NULL: memory was refused. */
static struct et_prompt_point *point_here(struct et_ids_builder *builder)
{
    struct et_prompt_ids *prompt = &builder->prompt;
    struct et_prompt_point *here = last_point(builder);
    if (here)
        return here;
    prompt->points =
        roomy(builder, prompt->points, sizeof(*prompt->points), prompt->point_count,
              prompt->point_count < POINTS_FIRST ? POINTS_FIRST : 1, &builder->point_room);
    if (builder->err)
        return NULL;
    here = &prompt->points[prompt->point_count++];
    *here = (struct et_prompt_point){.tokens = prompt->count};
    return here;
}

void et_ids_mark(struct et_ids_builder *builder)
{
    struct et_prompt_point *here = point_here(builder);
    if (here)
        here->marked = true;
}

void et_ids_close(struct et_ids_builder *builder, size_t frames, bool turn)
{
    struct et_prompt_point *end = last_point(builder);
    et_ids_frame(builder, ET_FRAME_END, frames);
    if (end)
        end->tokens = builder->prompt.count;
    if (turn && (end = point_here(builder)) != NULL)
        end->turn = true;
}

void et_ids_opening(struct et_ids_builder *builder)
{
    builder->opening = builder->opening_to == 0;
    if (builder->opening)
        builder->opening_from = builder->prompt.count;
}

void et_ids_opened(struct et_ids_builder *builder)
{
    if (builder->opening)
        builder->opening_to = builder->prompt.count;
    builder->opening = false;
}

int et_ids_finish(struct et_ids_builder *builder, struct et_prompt_ids *out)
{
    struct et_prompt_ids *prompt = &builder->prompt;
    size_t from = builder->opening_from, to = builder->opening_to;
    if (!builder->err)
        builder->err = et_prompt_seal(prompt, builder->arena);
    if (builder->err)
        return builder->err;
    prompt->opening = chained(1, prompt->ids + from, to ? to - from : prompt->count);
    *out = *prompt;
    return 0;
}

static bool is(const struct et_chat_message *message, const char *role)
{
    return et_slice_equal(message->role, et_slice_of(role));
}

static bool instructs(const struct et_chat_message *message)
{
    return is(message, "developer") || is(message, "system");
}

static bool reports(const struct et_chat_message *message)
{
    return is(message, "tool") || is(message, "function");
}

/* Whether implicit caching looks at the end of message `i`; `leads`: only instructions so far. */
static bool ends_turn(const struct et_prompt_source *source, size_t i, bool leads)
{
    const struct et_chat_message *message = &source->messages[i];
    const struct et_chat_message *next = i + 1 < source->message_count ? message + 1 : NULL;
    if (reports(message))
        return !next || !reports(next);
    return is(message, "user") || (leads && (!next || !instructs(next)));
}

static void add_part(struct et_ids_builder *builder, const struct et_chat_part *part,
                     const struct et_image_rule *images)
{
    bool text = part->kind == ET_PART_TEXT || part->kind == ET_PART_REFUSAL;
    builder->here.kind = text ? ET_PIECE_TEXT : ET_PIECE_MEDIA;
    if (text)
        et_ids_text(builder, part->data);
    else if (images)
        et_ids_counted(builder, part->data, et_media_tokens(images, part));
    if (part->breakpoint)
        et_ids_mark(builder);
}

static void add_content(struct et_ids_builder *builder, const struct et_chat_message *message,
                        const struct et_image_rule *images)
{
    bool user = is(message, "user");
    builder->here.kind = ET_PIECE_TEXT;
    if (user)
        et_ids_opening(builder);
    if (message->parts)
        for (size_t i = 0; i < message->part_count; i++)
            add_part(builder, &message->parts[i], images);
    else
        et_ids_text(builder, message->content);
    if (user)
        et_ids_opened(builder);
}

static void add_calls(struct et_ids_builder *builder, const struct et_chat_message *message)
{
    builder->here.kind = ET_PIECE_REFUSAL;
    et_ids_text(builder, message->refusal);
    builder->here.kind = ET_PIECE_CALL;
    for (size_t i = 0; i < message->call_count; i++) {
        et_ids_frame(builder, ET_FRAME_CALL, ET_CHAT_CALL_FRAME);
        et_ids_text(builder, message->calls[i].name);
        et_ids_text(builder, message->calls[i].arguments);
    }
}

static void add_message(struct et_ids_builder *builder, const struct et_chat_message *message,
                        const struct et_prompt_source *source, bool turn)
{
    enum et_chat_family family = source->family;
    bool framed = family != ET_CHAT_PLAIN;
    if (framed) {
        et_ids_frame(builder, ET_FRAME_START, 1);
        builder->here.kind = ET_PIECE_ROLE;
        et_ids_text(builder, message->role);
        if (message->name.size) {
            et_ids_frame(builder, ET_FRAME_NAME, 1);
            builder->here.kind = ET_PIECE_NAME;
            et_ids_text(builder, message->name);
        }
        et_ids_frame(builder, ET_FRAME_SEPARATOR, 1);
    }
    if (family == ET_CHAT_HARMONY && is(message, "assistant")) {
        et_ids_frame(builder, ET_FRAME_CHANNEL, 1);
        et_ids_frame(builder, ET_FRAME_FINAL, 1);
    }
    add_content(builder, message, source->images);
    add_calls(builder, message);
    et_ids_close(builder, framed ? 1 : 0, turn);
}

static size_t room_of(const struct et_prompt_source *source)
{
    size_t room = 3;
    for (size_t i = 0; i < source->leading_count; i++)
        room +=
            source->leading[i].counted ? source->leading[i].tokens : source->leading[i].bytes.size;
    for (size_t i = 0; i < source->message_count; i++) {
        const struct et_chat_message *message = &source->messages[i];
        room +=
            message->role.size + message->name.size + message->content.size + FRAMES_PER_MESSAGE;
    }
    return room;
}

int et_prompt_ids_build(struct et_prompt_ids *out, const struct et_prompt_source *source,
                        struct et_arena *arena)
{
    static const size_t tails[] = {
        [ET_CHAT_CHATML] = 3, [ET_CHAT_HARMONY] = 2, [ET_CHAT_PLAIN] = 0};
    struct et_ids_builder builder;
    et_ids_begin(&builder, source->tokenizer, arena);
    builder.traced = source->traced;
    reserve(&builder, room_of(source));
    for (size_t i = 0; i < source->leading_count; i++) {
        const struct et_prompt_block *block = &source->leading[i];
        builder.here.message = i;
        if (block->counted)
            et_ids_counted(&builder, block->bytes, block->tokens);
        else
            et_ids_text(&builder, block->bytes);
    }
    bool leads = true;
    for (size_t i = 0; i < source->message_count; i++) {
        leads = leads && instructs(&source->messages[i]);
        builder.here.message = i;
        add_message(&builder, &source->messages[i], source, ends_turn(source, i, leads));
    }
    et_ids_frame(&builder, ET_FRAME_TAIL, tails[source->family]);
    return et_ids_finish(&builder, out);
}
