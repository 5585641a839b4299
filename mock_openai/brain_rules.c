/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_rules.h"

#include "core/base/draw.h"
#include "core/base/hash.h"
#include "core/json/path.h"
#include "mock_openai/brain_saying.h"

/* What a rule looks at; the body is parsed for the first that asks. */
struct looking {
    struct et_ask *ask;
    const struct et_talk *talk;
    struct et_json *body;
};

static struct et_slice text_looked_at(const struct et_talk *talk, struct et_slice role)
{
    for (size_t i = talk->chat->message_count; i > 0; i--) {
        const struct et_chat_message *message = &talk->chat->messages[i - 1];
        if (role.size == 0 || et_slice_equal(message->role, role))
            return message->content;
    }
    return (struct et_slice){NULL, 0};
}

static const struct et_json_node *find(struct looking *looking, struct et_slice path)
{
    const struct et_mem *mem = looking->ask->brain->mem;
    if (!looking->body) {
        int err = et_json_parse(&looking->body, looking->ask->request->body, NULL, mem, NULL);
        if (err == ET_NOMEM)
            looking->ask->err = ET_NOMEM;
        if (err)
            return NULL;
    }
    return et_json_path(et_json_root(looking->body), path);
}

static bool fits_path(struct looking *looking, const struct et_answer_rule *rule)
{
    if (rule->path.size == 0)
        return true;
    const struct et_json_node *node = find(looking, rule->path);
    if (!node || rule->equals.size == 0)
        return node;
    return et_slice_equal(et_json_raw(looking->body, node), rule->equals);
}

static bool fits_text(const struct looking *looking, const struct et_answer_rule *rule)
{
    struct et_slice text = text_looked_at(looking->talk, rule->role);
    if (rule->role.size && !text.data)
        return false;
    return rule->contains.size == 0 || et_slice_find(text, rule->contains) < text.size;
}

/* Whether this is the nth request of its caller that fits. */
static bool fits_turn(struct looking *looking, const struct et_answer_rule *rule, size_t number)
{
    struct et_ask *ask = looking->ask;
    uint32_t before = 0;
    if (rule->nth == 0)
        return true;
    uint64_t key = et_hash64(ask->request->authorization, 0x72756c65 + number);
    if (!et_brain_state_count(ask->brain->state, key, &before))
        ask->err = ET_NOMEM;
    return !ask->err && before + 1 == rule->nth;
}

static bool fits(struct looking *looking, const struct et_answer_rule *rule, size_t number)
{
    const struct et_ask *ask = looking->ask;
    struct et_slice path = {0}, target = ask->request->target;
    et_slice_split(&target, '?', &path);
    return (rule->model.size == 0 || et_model_named(ask->model, rule->model)) &&
           (rule->endpoint.size == 0 || et_slice_equal(rule->endpoint, path)) &&
           fits_text(looking, rule) && fits_path(looking, rule) && fits_turn(looking, rule, number);
}

static void fill_in(struct looking *looking, const struct et_answer_rule *rule,
                    struct et_slice name, struct et_text *out)
{
    struct et_slice key = et_slice_trim(name);
    if (et_slice_equal(key, ET_LIT("message"))) {
        et_text_add(out, text_looked_at(looking->talk, rule->role));
    } else if (et_slice_equal(key, ET_LIT("model"))) {
        et_text_add(out, looking->ask->model_name);
    } else {
        const struct et_json_node *node = find(looking, key);
        struct et_slice text = et_json_text(node);
        if (node)
            et_text_add(out, text.data ? text : et_json_raw(looking->body, node));
        else
            et_text_addf(out, "{{%.*s}}", ET_ARG(name));
    }
}

static void render(struct looking *looking, const struct et_answer_rule *rule, struct et_text *out)
{
    struct et_slice rest = rule->text;
    for (;;) {
        size_t open = et_slice_find(rest, ET_LIT("{{"));
        struct et_slice inside = et_slice_part(rest, open + 2, rest.size);
        size_t close = et_slice_find(inside, ET_LIT("}}"));
        if (close == inside.size)
            break;
        et_text_add(out, et_slice_part(rest, 0, open));
        fill_in(looking, rule, et_slice_part(inside, 0, close), out);
        rest = et_slice_part(inside, close + 2, inside.size);
    }
    et_text_add(out, rest);
}

static bool say_text(struct looking *looking, const struct et_answer_rule *rule,
                     struct et_saying *saying)
{
    enum et_output_kind kind = rule->kind == ET_RULE_REFUSAL ? ET_OUTPUT_REFUSAL : ET_OUTPUT_TEXT;
    struct et_text *scratch = &looking->ask->brain->scratch;
    if (rule->kind != ET_RULE_TEMPLATE)
        return et_saying_text(saying, kind, rule->text);
    et_text_clear(scratch);
    render(looking, rule, scratch);
    if (looking->ask->err || et_text_failed(scratch))
        return et_ask_no_memory(looking->ask);
    return et_saying_text(saying, kind, et_text_slice(scratch));
}

static bool say_choice(struct looking *looking, const struct et_answer_rule *rule,
                       struct et_saying *saying)
{
    bool calls = rule->kind == ET_RULE_CALLS;
    for (uint32_t i = 0; !saying->cut && calls && i < rule->call_count; i++)
        if (!et_saying_call(saying, rule->calls[i].name, rule->calls[i].arguments, i))
            return false;
    if (!saying->cut && !calls && !say_text(looking, rule, saying))
        return false;
    saying->cut = saying->cut || rule->length;
    et_saying_close(saying, calls);
    return true;
}

static bool say(struct looking *looking, const struct et_answer_rule *rule)
{
    struct et_saying saying;
    if (!et_saying_begin(looking->ask, looking->talk, rule->call_count))
        return false;
    for (size_t i = 0; i < looking->talk->chat->n; i++)
        if (!et_saying_open(&saying, looking->ask, looking->talk, i) ||
            !say_choice(looking, rule, &saying))
            return false;
    return true;
}

bool et_rules_say(struct et_ask *ask, const struct et_talk *talk, bool *answered)
{
    const struct et_brain_config *config = &ask->brain->config;
    struct looking looking = {.ask = ask, .talk = talk};
    bool good = true;
    *answered = false;
    for (size_t i = 0; i < config->answer_count && !*answered && !ask->err; i++) {
        *answered = fits(&looking, &config->answers[i], i) && !ask->err;
        if (*answered)
            good = say(&looking, &config->answers[i]);
    }
    et_json_free(looking.body);
    return good && !ask->err;
}
