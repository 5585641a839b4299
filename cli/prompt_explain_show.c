/* SPDX-License-Identifier: MIT */
#include "cli/prompt_explain_show.h"

#include "cli/prompt_quote.h"

enum { VALUE_LENGTH = 60, MOVE_LENGTH = 72 };

static const char *const remedy_names[] = {"none", "mark", "move", "move", "tools"};

static const struct et_prefix *prefix_of(const struct et_explain_view *view)
{
    return &view->why->pair.prefix;
}

static struct et_slice role_of(const struct et_explain_view *view, size_t message)
{
    const struct et_prompt_source *source = &view->why->pair.sources[0];
    return message < source->message_count ? source->messages[message].role : ET_LIT("");
}

static bool is_one_template(const struct et_explain_view *view)
{
    const struct et_prompt_file *a = &view->operands[0].template, *b = &view->operands[1].template;
    return a->template && b->template && et_slice_equal(a->file.bytes, b->file.bytes);
}

/* Text */

struct settings {
    const char *names[8];
    size_t count;
};

static void add_operand(struct et_text *out, const struct et_explain_view *view, int side)
{
    const struct et_operand *operand = &view->operands[side];
    const struct et_template *template = operand->template.template;
    et_text_addf(out, "%c  %s: ", 'A' + side, operand->path);
    if (template)
        et_text_addf(out, "%.*s@%llu (%s)", ET_ARG(et_template_name(template)),
                     (unsigned long long)et_template_version(template), operand->template.path);
    else
        et_text_addf(out, "a chat request");
    et_text_addf(out, ", %zu tokens\n", view->why->pair.ids[side].count);
}

/* Settings of requests that have caches of their own, as docs/prompt-cache.md lists them. */
static void find_settings(const struct et_explain_view *view, struct settings *out)
{
    const struct et_chat_request *a = &view->operands[0].request, *b = &view->operands[1].request;
    const char *model_a = view->operands[0].model, *model_b = view->operands[1].model;
    const struct {
        const char *name;
        bool differs;
    } settings[] = {
        {"model", model_a[0] && model_b[0] && strcmp(model_a, model_b) != 0},
        {"prompt_cache_key", !et_slice_equal(a->prompt_cache_key, b->prompt_cache_key)},
        {"service_tier", a->options.tier != b->options.tier},
        {"response_format", a->options.format.kind != b->options.format.kind},
        {"reasoning_effort", a->options.effort != b->options.effort},
        {"verbosity", a->options.verbosity != b->options.verbosity},
    };
    bool requests = !view->operands[0].template.template && !view->operands[1].template.template;
    out->count = 0;
    for (size_t i = 0; i < sizeof settings / sizeof *settings && requests; i++)
        if (settings[i].differs)
            out->names[out->count++] = settings[i].name;
}

static void add_settings(struct et_text *out, const struct et_explain_view *view)
{
    struct settings settings;
    find_settings(view, &settings);
    for (size_t i = 0; i < settings.count; i++)
        et_text_addf(out, "%s%s", i ? ", " : "\nOther in A than in B: ", settings.names[i]);
    if (settings.count > 0)
        et_text_addf(out,
                     ".  Each of these has a prompt cache of its own, so nothing is shared.\n"
                     "What follows is as if both asked like B, %.*s.\n",
                     ET_ARG(view->desk->model->id));
}

static void add_lines(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_explain_cause *cause = &view->why->cause;
    const struct et_operand *operands = view->operands;
    if (is_one_template(view) && cause->lines[0]) {
        et_text_addf(out, ", line %u of %s", cause->lines[0], operands[0].template.path);
        if (cause->parameter != ET_PARAMETER_NONE)
            et_text_addf(out, ", parameter \"%.*s\"",
                         ET_ARG(operands[0].fitted[cause->parameter].name));
        return;
    }
    for (int i = 0; i < 2; i++)
        if (cause->lines[i])
            et_text_addf(out, "%s line %u of %s", i && cause->lines[0] ? " and" : ",",
                         cause->lines[i], operands[i].template.path);
}

/* The one that is the beginning of the other. */
static char shorter_of(const struct et_explain_view *view)
{
    const struct et_prompt_source *sources = view->why->pair.sources;
    return sources[0].message_count < sources[1].message_count ? 'A' : 'B';
}

/* A sentence about where they part. */
static void add_place(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_prefix *prefix = prefix_of(view);
    size_t number = prefix->message + 1;
    struct et_slice role = role_of(view, prefix->message);
    switch (prefix->end) {
    case ET_PREFIX_SAME:
        et_text_addf(out, "The prompts are equal, to the last token.\n");
        return;
    case ET_PREFIX_LEADING:
        et_text_addf(out,
                     "They part in the schema or the tools, number %zu of these, at byte %zu: they "
                     "stand in\nfront of all messages, so that nothing of the messages is shared",
                     number, prefix->byte);
        break;
    case ET_PREFIX_COUNT:
        et_text_addf(out, "All %zu messages of %c are the first of %c, which goes on",
                     prefix->message, shorter_of(view), shorter_of(view) == 'A' ? 'B' : 'A');
        break;
    case ET_PREFIX_ROLE:
    case ET_PREFIX_NAME:
    case ET_PREFIX_MEDIA:
    case ET_PREFIX_CALL:
        et_text_addf(out, "They part in the %s of message %zu (%.*s)",
                     prefix->end == ET_PREFIX_MEDIA  ? "image, audio or file"
                     : prefix->end == ET_PREFIX_CALL ? "call or refusal"
                                                     : et_prefix_end_name(prefix->end),
                     number, ET_ARG(role));
        break;
    case ET_PREFIX_CONTENT:
        et_text_addf(out, "They part in message %zu (%.*s) at byte %zu", number, ET_ARG(role),
                     prefix->byte);
        if (prefix->byte == prefix->a.size || prefix->byte == prefix->b.size)
            et_text_addf(out, ", where %c ends", prefix->byte == prefix->a.size ? 'A' : 'B');
        add_lines(out, view);
        break;
    }
    et_text_add(out, ET_LIT(".\n"));
}

static void add_shared(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_prefix *prefix = prefix_of(view);
    if (prefix->end == ET_PREFIX_SAME)
        return;
    et_text_addf(out, "  shared   the first %zu tokens", prefix->tokens);
    if (prefix->end == ET_PREFIX_CONTENT)
        et_text_addf(out, "; of this message %zu tokens, which are %zu bytes",
                     prefix->content_tokens, prefix->content_bytes);
    et_text_addc(out, '\n');
    if (prefix->end == ET_PREFIX_CONTENT && prefix->content_bytes < prefix->byte)
        et_text_addf(out, "           (the token that holds byte %zu begins before it)\n",
                     prefix->byte);
}

static void add_values(struct et_text *out, const struct et_explain_view *view)
{
    int parameter = view->why->cause.parameter;
    for (int i = 0; i < 2 && parameter != ET_PARAMETER_NONE; i++) {
        et_text_addf(out, "  %-8s %c \"", i ? "" : "value", 'A' + i);
        et_quote(out, view->operands[i].fitted[parameter].value, VALUE_LENGTH);
        et_text_add(out, ET_LIT("\"\n"));
    }
    if (prefix_of(view)->end != ET_PREFIX_SAME && prefix_of(view)->end != ET_PREFIX_COUNT) {
        et_text_addc(out, '\n');
        et_quote_pair(out, prefix_of(view)->a, prefix_of(view)->b, prefix_of(view)->byte);
    }
}

static void add_row(struct et_text *out, const char *name, struct et_prompt_reuse reuse,
                    size_t tokens, const char *cost)
{
    et_text_addf(out, "  %-5s %8zu %8zu %8zu   %s\n", name, reuse.read, reuse.written,
                 tokens - reuse.read - reuse.written, cost);
}

static et_pico lost_of(const struct et_explain_cost *cost)
{
    return cost->best < cost->now ? cost->now - cost->best : 0;
}

static void add_cache(struct et_text *out, const struct et_explain_view *view)
{
    static const char *const rules[] = {
        "knows no prompt cache", "reads prefixes of 1024 + 128 k tokens",
        "reads up to a breakpoint, from 1024 tokens on; nothing else is read"};
    const struct et_explanation *why = view->why;
    const struct et_explain_cost *cost = &view->cost;
    char day[ET_DAY_TEXT], now[ET_PICO_TEXT] = "unpriced", best[ET_PICO_TEXT] = "unpriced";
    char lost[ET_PICO_TEXT];
    et_day_print(view->desk->day, day);
    et_text_addf(out, "\n%.*s on %s %s.\n", ET_ARG(view->desk->model->id), day,
                 rules[view->desk->model->caching]);
    if (cost->priced) {
        et_pico_print(cost->now, now);
        et_pico_print(cost->best, best);
    }
    et_text_addf(out, "  %-5s %8s %8s %8s   %s\n", "", "CACHED", "WRITTEN", "FRESH",
                 "PER 1,000 REQUESTS LIKE B AFTER A");
    add_row(out, "now", why->pair.reuse, why->pair.ids[1].count, now);
    if (why->remedy == ET_REMEDY_NONE)
        return;
    add_row(out, "best", why->reuse, why->tokens, best);
    if (cost->priced) {
        et_pico_print(lost_of(cost), lost);
        et_text_addf(out, "  %-32s   %s\n", "lost", lost);
    }
}

static void add_moves(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_moves *moves = &view->why->moves;
    for (size_t i = 0; i < moves->count; i++) {
        const struct et_move *move = &moves->items[i];
        et_text_addf(out, "  move %sline %u of message %zu behind line %u%s: \"",
                     move->sentence ? "the sentence of " : "", move->line, move->message + 1,
                     move->behind, move->target == move->message ? "" : " (the last message)");
        et_quote(out, move->text, MOVE_LENGTH);
        et_text_add(out, ET_LIT("\"\n"));
    }
}

static void add_mark(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_explanation *why = view->why;
    if (!why->marked)
        return;
    et_text_addf(out, "  ask with \"prompt_cache_options\": {\"mode\": \"explicit\"}%s",
                 why->mark_byte ? "" : ", so that nothing is written\n");
    if (why->mark_byte)
        et_text_addf(out,
                     " and a\n  \"prompt_cache_breakpoint\" behind the first %zu bytes of message "
                     "%zu\n",
                     why->mark_byte, why->mark_message + 1);
}

/* Less than is cached at all. */
static void add_short(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_explanation *why = view->why;
    if (why->reuse.read > 0 || view->desk->model->caching == ET_CACHING_NONE)
        return;
    if (why->shared < ET_PROMPT_PREFIX_MIN)
        et_text_addf(
            out,
            "  %zu tokens are shared at best, %zu short of the %d from which on prompts are "
            "cached.\n",
            why->shared, (size_t)ET_PROMPT_PREFIX_MIN - why->shared, ET_PROMPT_PREFIX_MIN);
}

static void add_remedy(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_explanation *why = view->why;
    if (prefix_of(view)->end == ET_PREFIX_SAME)
        return;
    if (why->remedy == ET_REMEDY_NONE) {
        et_text_addf(out, "\nNothing that was tried brings more.\n");
        add_short(out, view);
        if (view->operands[0].template.template && view->operands[1].template.template &&
            !is_one_template(view))
            et_text_addf(out, "  These are two templates; `etalon prompt diff` compares them.\n");
        return;
    }
    et_text_addf(out, "\nTo win it back:\n");
    add_moves(out, view);
    if (why->remedy == ET_REMEDY_BODY)
        et_text_addf(out, "  move lines %u to %u of message %zu behind its line %u\n",
                     why->lines.first, why->lines.last, why->lines.message + 1, why->lines.behind);
    if (why->remedy == ET_REMEDY_TOOLS)
        et_text_addf(out, "  keep schema and tools the same in all requests, in one order\n");
    add_mark(out, view);
    add_short(out, view);
    et_text_addf(out, "  (%zu tokens are shared then; these two were laid out anew and counted)\n",
                 why->shared);
}

void et_explain_text(struct et_text *out, const struct et_explain_view *view)
{
    add_operand(out, view, 0);
    add_operand(out, view, 1);
    add_settings(out, view);
    et_text_addc(out, '\n');
    add_place(out, view);
    add_shared(out, view);
    add_values(out, view);
    add_cache(out, view);
    add_remedy(out, view);
}

/* JSON */

static void json_operand(struct et_text *out, const struct et_explain_view *view, int side)
{
    const struct et_operand *operand = &view->operands[side];
    et_text_addf(out, ",\"%c\":{\"file\":", 'a' + side);
    et_text_json(out, et_slice_of(operand->path));
    et_text_add(out, ET_LIT(",\"template\":"));
    if (operand->template.template)
        et_text_json(out, et_slice_of(operand->template.path));
    else
        et_text_add(out, ET_LIT("null"));
    et_text_addf(out, ",\"tokens\":%zu}", view->why->pair.ids[side].count);
}

static void json_settings(struct et_text *out, const struct et_explain_view *view)
{
    struct settings settings;
    find_settings(view, &settings);
    et_text_add(out, ET_LIT(",\"settings\":["));
    for (size_t i = 0; i < settings.count; i++)
        et_text_addf(out, "%s\"%s\"", i ? "," : "", settings.names[i]);
    et_text_addc(out, ']');
}

static void json_cause(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_explain_cause *cause = &view->why->cause;
    for (int i = 0; i < 2; i++) {
        et_text_addf(out, ",\"%s\":", i ? "line_b" : "line");
        if (cause->lines[i])
            et_text_addf(out, "%u", cause->lines[i]);
        else
            et_text_add(out, ET_LIT("null"));
    }
    if (cause->parameter == ET_PARAMETER_NONE) {
        et_text_addf(out, ",\"parameter\":null,\"value_a\":null,\"value_b\":null");
        return;
    }
    et_text_add(out, ET_LIT(",\"parameter\":"));
    et_text_json(out, view->operands[0].fitted[cause->parameter].name);
    for (int i = 0; i < 2; i++) {
        et_text_addf(out, ",\"value_%c\":", 'a' + i);
        et_text_json(out, view->operands[i].fitted[cause->parameter].value);
    }
}

static void json_prefix(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_prefix *prefix = prefix_of(view);
    bool content = prefix->end == ET_PREFIX_CONTENT;
    et_text_addf(out, ",\"equal\":%s,\"prefix\":{\"tokens\":%zu,\"part\":\"%s\",\"message\":%zu",
                 prefix->end == ET_PREFIX_SAME ? "true" : "false", prefix->tokens,
                 et_prefix_end_name(prefix->end), prefix->message + 1);
    et_text_add(out, ET_LIT(",\"role\":"));
    et_text_json(out, role_of(view, prefix->message));
    et_text_addf(out, ",\"byte\":%zu,\"content_tokens\":", prefix->byte);
    if (content)
        et_text_addf(out, "%zu,\"content_bytes\":%zu", prefix->content_tokens,
                     prefix->content_bytes);
    else
        et_text_add(out, ET_LIT("null,\"content_bytes\":null"));
    json_cause(out, view);
    et_text_addc(out, '}');
}

static void json_pico(struct et_text *out, const char *name, bool priced, et_pico pico)
{
    et_text_addf(out, ",\"%s\":", name);
    if (priced)
        et_text_addf(out, "\"%llu\"", (unsigned long long)pico);
    else
        et_text_add(out, ET_LIT("null"));
}

static void json_use(struct et_text *out, const char *name, struct et_prompt_reuse reuse,
                     size_t tokens)
{
    et_text_addf(out, ",\"%s\":{\"cached\":%zu,\"written\":%zu,\"fresh\":%zu", name, reuse.read,
                 reuse.written, tokens - reuse.read - reuse.written);
}

static void json_remedy(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_explanation *why = view->why;
    et_text_addf(out, ",\"remedy\":\"%s\",\"shared\":%zu,\"moves\":[", remedy_names[why->remedy],
                 why->shared);
    for (size_t i = 0; i < why->moves.count; i++) {
        const struct et_move *move = &why->moves.items[i];
        et_text_addf(out,
                     "%s{\"line\":%u,\"behind\":%u,\"message\":%zu,\"to_message\":%zu,\"text\":",
                     i ? "," : "", move->line, move->behind, move->message + 1, move->target + 1);
        et_text_json(out, move->text);
        et_text_addc(out, '}');
    }
    et_text_add(out, ET_LIT("],\"lines\":"));
    if (why->remedy == ET_REMEDY_BODY)
        et_text_addf(out, "{\"message\":%zu,\"first\":%u,\"last\":%u,\"behind\":%u}",
                     why->lines.message + 1, why->lines.first, why->lines.last, why->lines.behind);
    else
        et_text_add(out, ET_LIT("null"));
    et_text_addf(out, ",\"explicit\":%s,\"mark\":", why->marked ? "true" : "false");
    if (why->mark_byte)
        et_text_addf(out, "{\"message\":%zu,\"byte\":%zu}", why->mark_message + 1, why->mark_byte);
    else
        et_text_add(out, ET_LIT("null"));
}

void et_explain_json(struct et_text *out, const struct et_explain_view *view)
{
    const struct et_explanation *why = view->why;
    const struct et_explain_cost *cost = &view->cost;
    char day[ET_DAY_TEXT];
    et_day_print(view->desk->day, day);
    et_text_add(out, ET_LIT("{\"model\":"));
    et_text_json(out, view->desk->model->id);
    et_text_addf(out, ",\"day\":\"%s\",\"caching\":\"%s\"", day,
                 et_caching_names[view->desk->model->caching]);
    json_operand(out, view, 0);
    json_operand(out, view, 1);
    json_settings(out, view);
    json_prefix(out, view);
    json_use(out, "now", why->pair.reuse, why->pair.ids[1].count);
    json_pico(out, "cost_pico_usd", cost->priced, cost->now);
    et_text_addc(out, '}');
    json_use(out, "best", why->reuse, why->tokens);
    json_pico(out, "cost_pico_usd", cost->priced, cost->best);
    et_text_addc(out, '}');
    json_pico(out, "lost_pico_usd", cost->priced, lost_of(cost));
    json_remedy(out, view);
    et_text_add(out, ET_LIT("}\n"));
}
