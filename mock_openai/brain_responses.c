/* SPDX-License-Identifier: MIT */
/* POST /v1/responses, and what can be asked of a stored one. */
#include "mock_openai/brain_responses.h"

#include "core/base/draw.h"
#include "core/base/hash.h"
#include "core/openai/responses.h"
#include "core/tokens/words.h"

#include <inttypes.h>
#include <string.h>

/* Texts of a record: JSON arrays of items, the id of the one before, the object as it is told when
 * everything was said, and until then. */
enum { INPUT, OUTPUT, PREVIOUS, WHOLE, WAITING };

enum { CHAIN_MAX = 256, SUMMARY_TOKENS = 24, PAGE_USUAL = 20, PAGE_MAX = 100 };

struct asked {
    struct et_responses_request request;
    struct et_talk talk;
    struct et_responses_answered answered;
};

static uint64_t key_of(const struct et_ask *ask, struct et_slice id)
{
    return et_hash64(id, et_hash64(ask->request->authorization, 7)) | 1; /* 0 is none */
}

static bool not_found(struct et_ask *ask, struct et_slice id, const char *param)
{
    id = et_slice_part(id, 0, ET_API_QUOTED);
    if (param)
        return et_api_refuse(&ask->error, ET_API_PREVIOUS_RESPONSE, ET_ARG(id));
    return et_api_refuse(&ask->error, ET_API_RESPONSE_UNKNOWN, ET_ARG(id));
}

/* A record's text, copied to be kept without the lock. */
static bool copy_text(struct et_ask *ask, const struct et_record *record, size_t which,
                      struct et_slice *out)
{
    return et_arena_copy(&ask->arena, record->texts[which], out) || et_ask_no_memory(ask);
}

/* Input, output and predecessor of the response `id`. */
static bool find_turn(struct et_ask *ask, struct et_slice id, struct et_slice turn[3])
{
    struct et_brain_state *state = ask->brain->state;
    et_brain_state_hold(state);
    const struct et_record *record = et_store_find(&state->store, key_of(ask, id));
    bool good = record && copy_text(ask, record, INPUT, &turn[INPUT]) &&
                copy_text(ask, record, OUTPUT, &turn[OUTPUT]) &&
                copy_text(ask, record, PREVIOUS, &turn[PREVIOUS]);
    et_brain_state_let(state);
    return good || ask->err || not_found(ask, id, "previous_response_id");
}

/* The messages of one turn before those that are there. */
static bool prepend(struct et_ask *ask, struct et_slice items, struct et_chat_messages *all)
{
    struct et_chat_messages more;
    if (!et_ask_read(ask, et_responses_items_read(&more, items, &ask->arena, &ask->error)))
        return false;
    size_t count = more.count + all->count;
    struct et_chat_message *joined = et_arena_array(&ask->arena, count, sizeof(*joined));
    if (!joined)
        return et_ask_no_memory(ask);
    if (more.count)
        memcpy(joined, more.items, more.count * sizeof(*joined));
    if (all->count)
        memcpy(joined + more.count, all->items, all->count * sizeof(*joined));
    *all = (struct et_chat_messages){joined, count};
    return true;
}

/* What was said before, in front of what is asked now; the instructions of this request stay
 * first, those of earlier ones are not carried over. */
static bool read_chain(struct et_ask *ask, struct et_responses_request *request)
{
    struct et_chat_request *chat = &request->chat;
    size_t own = request->instructed;
    struct et_chat_messages all = {chat->messages + own, chat->message_count - own};
    struct et_slice id = request->previous;
    for (unsigned turns = 0; id.size; turns++) {
        struct et_slice turn[3];
        if (turns == CHAIN_MAX)
            return et_api_refuse(&ask->error, ET_API_LONG_CHAIN, CHAIN_MAX);
        if (!find_turn(ask, id, turn) || !prepend(ask, turn[OUTPUT], &all) ||
            !prepend(ask, turn[INPUT], &all))
            return false;
        id = turn[PREVIOUS];
    }
    if (!request->previous.size)
        return true;
    struct et_chat_message *messages =
        et_arena_array(&ask->arena, own + all.count, sizeof(*messages));
    if (!messages)
        return et_ask_no_memory(ask);
    if (own)
        messages[0] = chat->messages[0];
    if (all.count)
        memcpy(messages + own, all.items, all.count * sizeof(*messages));
    chat->messages = messages;
    chat->message_count = own + all.count;
    return true;
}

static bool has_messages(struct et_ask *ask, const struct et_chat_request *chat)
{
    if (chat->message_count)
        return true;
    return et_api_refuse(&ask->error, ET_API_EMPTY_ARRAY("input"), "input");
}

static bool read_asked(struct et_ask *ask, struct asked *asked)
{
    asked->talk.chat = &asked->request.chat;
    bool good =
        et_responses_request_read(&asked->request, ask->request->body, &ask->arena, &ask->error);
    asked->talk.comparison = asked->request.comparison;
    asked->talk.long_lived = asked->request.long_lived;
    return et_ask_read(ask, good) && read_chain(ask, &asked->request) &&
           has_messages(ask, &asked->request.chat);
}

static struct et_slice item_prefix(const struct et_output *output)
{
    static const struct et_slice prefixes[] = {[ET_OUTPUT_REASONING] = ET_LIT("rs_"),
                                               [ET_OUTPUT_TEXT] = ET_LIT("msg_"),
                                               [ET_OUTPUT_REFUSAL] = ET_LIT("msg_"),
                                               [ET_OUTPUT_CALL] = ET_LIT("fc_")};
    return output->custom ? ET_LIT("ctc_") : prefixes[output->kind];
}

static bool name_items(struct et_ask *ask, struct et_response_own *own)
{
    const struct et_choice *choice = &ask->reply->stream.answer.choices[0];
    own->item_ids =
        et_arena_array(&ask->reply->arena, choice->output_count, sizeof(*own->item_ids));
    if (!own->item_ids)
        return false;
    for (size_t i = 0; i < choice->output_count; i++) {
        struct et_drawer ids = {
            ask->ids.seed, et_draw(ask->ids.seed, ask->ids.who, ET_DRAW_ID, (uint32_t)i + 900)};
        own->item_ids[i] =
            et_reply_more_id(ask->reply, item_prefix(&choice->outputs[i]), ids, 16, 48);
        if (!own->item_ids[i].data)
            return false;
    }
    return true;
}

static bool write_summary(struct et_ask *ask, struct et_response_own *own)
{
    struct et_text *scratch = &ask->brain->scratch;
    et_text_clear(scratch);
    return et_words_write(ask->brain->config.seed, et_draw(0, ask->who, ET_DRAW_REASON, 1),
                          SUMMARY_TOKENS, scratch) == 0 &&
           et_arena_copy(&ask->reply->arena, et_text_slice(scratch), &own->summary);
}

static bool diagnose(struct et_ask *ask, const struct et_talk *talk, struct et_slice *out)
{
    struct et_text *scratch = &ask->brain->scratch;
    et_text_clear(scratch);
    et_talk_diagnose(talk, scratch);
    return et_text_failed(scratch) == 0 &&
           et_arena_copy(&ask->reply->arena, et_text_slice(scratch), out);
}

/* What the style needs, in the reply's arena. */
static bool make_own(struct et_ask *ask, struct asked *asked)
{
    struct et_reply *reply = ask->reply;
    struct et_signature *signature = &reply->signature;
    struct et_response_own *own = et_arena_take(&reply->arena, sizeof(*own));
    asked->answered = (struct et_responses_answered){
        .model = signature->model,
        .tier = signature->tier.size ? signature->tier : ET_LIT("default"),
        .effort = asked->request.chat.options.effort};
    bool good = own && name_items(ask, own) &&
                (!asked->request.summary || write_summary(ask, own)) &&
                et_responses_echo(&asked->request, &asked->answered, &own->response, &reply->arena);
    if (!good)
        return et_ask_no_memory(ask);
    own->response.id = signature->id;
    own->response.created_at = signature->created;
    own->response.background = asked->request.background;
    own->response.writes_billed = signature->writes_billed;
    if (asked->talk.comparison.size && !diagnose(ask, &asked->talk, &own->response.diagnostics))
        return et_ask_no_memory(ask);
    own->started_at = ask->brain->config.created_fixed ? ET_NEVER : ask->now;
    signature->own = own;
    return true;
}

/* Leaves the response behind, if it is to be stored; its object is in reply->text. */
static bool remember(struct et_ask *ask, const struct asked *asked, et_ns ends_at)
{
    struct et_reply *reply = ask->reply;
    struct et_brain_state *state = ask->brain->state;
    struct et_text output, waiting;
    if (!asked->request.store)
        return true;
    et_text_init(&output, ask->brain->mem, ET_REPLY_BODY_MAX);
    et_text_init(&waiting, ask->brain->mem, ET_REPLY_BODY_MAX);
    et_response_items_print(reply, &ask->brain->scratch, &output);
    et_response_wait_print(reply, &waiting);
    struct et_record record = {.texts = {[INPUT] = asked->request.input,
                                         [OUTPUT] = et_text_slice(&output),
                                         [PREVIOUS] = asked->request.previous,
                                         [WHOLE] = et_text_slice(&reply->text),
                                         [WAITING] = et_text_slice(&waiting)},
                               .ends_at = ends_at,
                               .cancelled_at = ET_NEVER};
    int err = et_text_failed(&output) || et_text_failed(&waiting) ? ET_NOMEM : 0;
    et_brain_state_hold(state);
    if (!err)
        err = et_store_put(&state->store, key_of(ask, reply->signature.id), &record);
    et_brain_state_let(state);
    et_text_free(&output);
    et_text_free(&waiting);
    return err != ET_NOMEM || et_ask_no_memory(ask); /* one that is too large is not stored */
}

/* What is answered at once to who does not wait. */
static int answer_queued(struct et_ask *ask)
{
    et_text_clear(&ask->reply->text);
    et_response_wait_print(ask->reply, &ask->reply->text);
    return et_reply_ready(ask, 200, ask->start_at);
}

static int answer(struct et_ask *ask, const struct asked *asked)
{
    struct et_reply *reply = ask->reply;
    if (!et_talk_pace(ask, &et_response_style))
        return et_ask_refuse(ask);
    et_ns ends_at = et_stream_rehearse(reply);
    et_response_print(reply, ends_at, &ask->brain->scratch);
    if (et_text_failed(&reply->text) || et_text_failed(&ask->brain->scratch) ||
        !remember(ask, asked, ends_at))
        return ET_NOMEM;
    if (asked->request.chat.stream) {
        et_text_clear(&reply->text);
        return et_talk_stream(ask);
    }
    return asked->request.background ? answer_queued(ask) : et_reply_ready(ask, 200, ends_at);
}

int et_answer_response(struct et_ask *ask)
{
    struct asked asked = {0};
    asked.talk.id = et_reply_id(ask->reply, ET_LIT("resp_"), ask->ids, 16, 48);
    if (!read_asked(ask, &asked) || !et_talk_admit(ask, &asked.talk) ||
        !et_talk_plan(ask, &asked.talk))
        return et_ask_refuse(ask);
    et_talk_sign(ask, &asked.talk, asked.talk.id);
    return make_own(ask, &asked) ? answer(ask, &asked) : ask->err;
}

int et_answer_input_tokens(struct et_ask *ask)
{
    struct asked asked = {0};
    if (!read_asked(ask, &asked) || !et_talk_count(ask, &asked.talk))
        return et_ask_refuse(ask);
    et_text_addf(&ask->reply->text,
                 "{\"object\":\"response.input_tokens\",\"input_tokens\":%" PRIu64 "}",
                 asked.talk.usage.prompt);
    return et_reply_ready(ask, 200, ask->now);
}

/* The object as it stands now. */
static bool print_stored(struct et_ask *ask, const struct et_record *record)
{
    struct et_text *out = &ask->reply->text;
    if (record->cancelled_at != ET_NEVER)
        ask->err =
            et_chat_splice(record->texts[WAITING], ET_LIT("status"), ET_LIT("\"cancelled\""), out);
    else
        et_text_add(out, record->texts[ask->now < record->ends_at ? WAITING : WHOLE]);
    return !ask->err;
}

static bool cancel(struct et_ask *ask, struct et_record *record)
{
    struct et_slice text = record->texts[WAITING];
    bool in_background = et_slice_find(text, ET_LIT("\"background\":true")) < text.size;
    if (!in_background)
        return et_api_refuse(&ask->error, ET_API_NOT_BACKGROUND);
    if (record->cancelled_at == ET_NEVER && ask->now < record->ends_at)
        record->cancelled_at = ask->now;
    return print_stored(ask, record);
}

static bool print_deleted(struct et_ask *ask, struct et_slice id)
{
    struct et_brain_state *state = ask->brain->state;
    et_store_drop(&state->store, key_of(ask, id));
    et_text_add(&ask->reply->text, ET_LIT("{\"id\":"));
    et_text_json(&ask->reply->text, id);
    et_text_add(&ask->reply->text, ET_LIT(",\"object\":\"response\",\"deleted\":true}"));
    return true;
}

/* after, limit and order of the query; values need no decoding, and what else is there is none of
 * ours. */
static bool read_page(struct et_ask *ask, struct et_slice query, struct et_items_page *page)
{
    struct et_slice pair, name;
    uint64_t limit;
    *page = (struct et_items_page){.limit = PAGE_USUAL};
    while (et_slice_split(&query, '&', &pair)) {
        struct et_slice value = pair;
        et_slice_split(&value, '=', &name);
        if (et_slice_equal(name, ET_LIT("after"))) {
            page->after = value;
        } else if (et_slice_equal(name, ET_LIT("order"))) {
            page->oldest_first = et_slice_equal(value, ET_LIT("asc"));
            if (!page->oldest_first && !et_slice_equal(value, ET_LIT("desc")))
                return et_api_refuse(&ask->error, ET_API_WRONG_VALUE("order"),
                                     ET_ARG(et_slice_part(value, 0, ET_API_QUOTED)),
                                     "'asc' and 'desc'");
        } else if (et_slice_equal(name, ET_LIT("limit"))) {
            if (!et_slice_u64(value, &limit) || limit < 1 || limit > PAGE_MAX)
                return et_api_refuse(&ask->error, ET_API_WRONG_VALUE("limit"),
                                     ET_ARG(et_slice_part(value, 0, ET_API_QUOTED)), "1 to 100");
            page->limit = limit;
        }
    }
    return true;
}

static bool print_items(struct et_ask *ask, const struct et_record *record)
{
    struct et_slice query = ask->request->target, path;
    struct et_items_page page;
    et_slice_split(&query, '?', &path);
    if (!read_page(ask, query, &page))
        return false;
    ask->err =
        et_responses_items_print(record->texts[INPUT], &page, ask->brain->mem, &ask->reply->text);
    if (ask->err != ET_VALUE)
        return !ask->err;
    ask->err = 0;
    return not_found(ask, page.after, NULL);
}

/* What is asked of a stored response: "ID", "ID/cancel" or "ID/input_items". */
static bool ask_stored(struct et_ask *ask, struct et_slice id, struct et_slice what)
{
    struct et_brain_state *state = ask->brain->state;
    struct et_record *record = et_store_find(&state->store, key_of(ask, id));
    if (!record)
        return not_found(ask, id, NULL);
    if (et_slice_equal(what, ET_LIT("cancel")))
        return et_ask_method(ask, "POST") && cancel(ask, record);
    if (et_slice_equal(what, ET_LIT("input_items")))
        return et_ask_method(ask, "GET") && print_items(ask, record);
    if (what.size)
        return not_found(ask, id, NULL);
    if (!et_ask_method(ask, "GET, DELETE"))
        return false;
    return et_slice_equal(ask->request->method, ET_LIT("GET")) ? print_stored(ask, record)
                                                               : print_deleted(ask, id);
}

int et_answer_stored(struct et_ask *ask)
{
    struct et_slice path = {0}, target = ask->request->target, id = {0};
    et_slice_split(&target, '?', &path);
    path = et_slice_part(path, sizeof(ET_RESPONSES_PATH) - 1, path.size);
    et_slice_split(&path, '/', &id);
    et_brain_state_hold(ask->brain->state);
    bool good = ask_stored(ask, id, path);
    et_brain_state_let(ask->brain->state);
    return good ? et_reply_ready(ask, 200, ask->now) : et_ask_refuse(ask);
}
