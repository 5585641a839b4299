// SPDX-License-Identifier: MIT
// Responses through the official openai SDK, unmodified: the object, the order of events, and what
// can be asked of a stored one.
import assert from 'node:assert/strict';
import test from 'node:test';
import { collect, needNode, rejectsWith, startMock } from './mock.mjs';

needNode(20);
const { default: OpenAI } = await import('openai');
const { zodResponsesFunction, zodTextFormat } = await import('openai/helpers/zod');
const { z } = await import('zod');

const { baseURL } = await startMock('--instant', '--no-limits', '--profile', 'gpt-5-like');
const client = new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0 });
const tokens = (count) => ({ headers: { 'x-etalon-answer-tokens': String(count) } });

const ask = (more, options) => client.responses.create(
    { model: 'gpt-4o', input: 'Say something about tides.', ...more }, options);
const types = (events) => events.map((event) => event.type);

const Weather = z.object({ city: z.string(), days: z.number().int().min(1).max(7) });
const weather = zodResponsesFunction({ name: 'get_weather', parameters: Weather });

const TEXT_EVENTS = ['response.created', 'response.in_progress', 'response.output_item.added',
    'response.content_part.added', 'response.output_text.delta', 'response.output_text.done',
    'response.content_part.done', 'response.output_item.done', 'response.completed'];

/** The types in their order, each run of one type once. */
const shape = (events) => types(events).filter((type, i, all) => type !== all[i - 1]);

test('a plain response is completed and has its text and usage', async () => {
    const response = await ask({}, tokens(12));
    assert.match(response.id, /^resp_[0-9a-f]{48}$/);
    assert.equal(response.object, 'response');
    assert.equal(response.status, 'completed');
    assert.ok(response.output_text.length > 0);
    assert.equal(response.output[0].content[0].text, response.output_text);
    assert.equal(response.usage.output_tokens, 12);
    assert.equal(response.usage.total_tokens, response.usage.input_tokens + 12);
    assert.equal(response.usage.input_tokens_details.cached_tokens, 0);
    assert.equal(response.usage.output_tokens_details.reasoning_tokens, 0);
});

test('a response echoes what was asked', async () => {
    const given = { instructions: 'Be short.', metadata: { a: 'b' }, temperature: 0.5, top_p: 0.9,
        max_output_tokens: 300, parallel_tool_calls: false, truncation: 'auto' };
    const response = await ask(given);
    for (const [name, value] of Object.entries(given))
        assert.deepEqual(response[name], value, name);
    const usual = await ask();
    for (const [name, value] of Object.entries({ error: null, incomplete_details: null,
        instructions: null, metadata: {}, parallel_tool_calls: true, previous_response_id: null,
        service_tier: 'default', temperature: 1, tool_choice: 'auto', tools: [], top_p: 1,
        truncation: 'disabled', max_output_tokens: null }))
        assert.deepEqual(usual[name], value, name);
});

test('the events of a text come in the documented order, numbered without a gap', async () => {
    const events = await collect(await ask({ stream: true }, tokens(9)));
    assert.deepEqual(shape(events), TEXT_EVENTS);
    assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, i) => i));
    assert.equal(types(events).filter((type) => type.endsWith('.delta')).length, 9);
});

test('the events of a text refer to one item and come to one text', async () => {
    const events = await collect(await ask({ stream: true }, tokens(9)));
    const text = events.filter((event) => event.type === 'response.output_text.delta')
        .map((event) => event.delta).join('');
    const of = (type) => events.find((event) => event.type === type);
    const { response } = of('response.completed');
    assert.equal(of('response.output_text.done').text, text);
    assert.equal(of('response.content_part.done').part.text, text);
    assert.equal(of('response.output_item.done').item.content[0].text, text);
    assert.equal(response.output[0].content[0].text, text);
    const ids = events.filter((event) => event.item_id).map((event) => event.item_id);
    assert.deepEqual([...new Set(ids)], [response.output[0].id]);
    assert.equal(of('response.created').response.status, 'in_progress');
    assert.deepEqual(of('response.created').response.output, []);
    assert.equal(of('response.created').response.id, response.id);
    assert.equal(response.usage.output_tokens, 9);
});

test('every event is named in its event line too', async () => {
    const response = await ask({ stream: true }, tokens(3)).asResponse();
    for (const event of (await response.text()).split('\n\n').filter(Boolean)) {
        const [name, data] = event.split('\n');
        assert.equal(name, `event: ${JSON.parse(data.slice('data: '.length)).type}`);
    }
});

test('the stream helper puts a response together', async () => {
    const stream = client.responses.stream({ model: 'gpt-4o', input: 'Hello' });
    const deltas = [];
    stream.on('response.output_text.delta', (event) => deltas.push(event.delta));
    const final = await stream.finalResponse();
    assert.equal(final.output_text, deltas.join(''));
    assert.equal(final.status, 'completed');
});

test('a function is called with arguments of its schema', async () => {
    const response = await client.responses.parse({
        model: 'gpt-4o', input: 'What is the weather?', tools: [weather],
    });
    const [call] = response.output;
    assert.deepEqual([call.type, call.name, call.status],
        ['function_call', 'get_weather', 'completed']);
    assert.match(call.id, /^fc_/);
    assert.match(call.call_id, /^call_/);
    assert.deepEqual(Weather.parse(call.parsed_arguments), JSON.parse(call.arguments));
    assert.equal(response.status, 'completed');
});

test('the events of a function call come in the documented order', async () => {
    const events = await collect(await ask({ tools: [weather], stream: true }));
    assert.deepEqual(shape(events), ['response.created', 'response.in_progress',
        'response.output_item.added', 'response.function_call_arguments.delta',
        'response.function_call_arguments.done', 'response.output_item.done',
        'response.completed']);
    const deltas = events.filter((event) => event.type.endsWith('arguments.delta'));
    const done = events.find((event) => event.type.endsWith('arguments.done'));
    assert.equal(deltas.map((event) => event.delta).join(''), done.arguments);
    const added = events.find((event) => event.type.endsWith('item.added'));
    assert.equal(added.item.arguments, '');
    Weather.parse(JSON.parse(done.arguments));
});

test('a function is answered by its output, and text follows', async () => {
    const first = await ask({ tools: [weather] });
    const [call] = first.output;
    const output = { type: 'function_call_output', call_id: call.call_id, output: 'sunny' };
    const next = await ask({ tools: [weather], previous_response_id: first.id, input: [output] });
    assert.ok(next.output_text.length > 0);
    assert.equal(next.previous_response_id, first.id);
    const whole = await ask({ tools: [weather],
        input: [{ role: 'user', content: 'Weather?' }, ...first.output, output] });
    assert.ok(whole.output_text.length > 0);
});

test('parallel calls are items of their own', async () => {
    const train = zodResponsesFunction({ name: 'find_train', parameters: Weather });
    const input = 'What is the weather, and is there a train?';
    const response = await ask({ input, tools: [weather, train] });
    assert.deepEqual(response.output.map((item) => item.name), ['get_weather', 'find_train']);
    const named = await ask({ input, tools: [weather, train],
        tool_choice: { type: 'function', name: 'find_train' } });
    assert.deepEqual(named.output.map((item) => item.name), ['find_train']);
    const single = await ask({ input, tools: [weather, train], parallel_tool_calls: false });
    assert.equal(single.output.length, 1);
});

test('a custom tool is called with text', async () => {
    const response = await ask({ model: 'gpt-5', reasoning: { effort: 'minimal' },
        tools: [{ type: 'custom', name: 'run_code' }] });
    const call = response.output.at(-1);
    assert.deepEqual([call.type, call.name], ['custom_tool_call', 'run_code']);
    assert.ok(call.input.length > 0);
});

const Event = z.object({ name: z.string(), seats: z.number().int(), open: z.boolean() });

test('parse gives what the zod schema says', async () => {
    const response = await client.responses.parse({ model: 'gpt-4o', input: 'Hello',
        text: { format: zodTextFormat(Event, 'event') } });
    assert.deepEqual(Event.parse(response.output_parsed), JSON.parse(response.output_text));
});

test('a streamed structured output is parsed at its end', async () => {
    const stream = client.responses.stream({ model: 'gpt-4o', input: 'Hello',
        text: { format: zodTextFormat(Event, 'event') } });
    Event.parse((await stream.finalResponse()).output_parsed);
});

test('json_object is answered with an object', async () => {
    const response = await ask({ input: 'Hello in JSON.',
        text: { format: { type: 'json_object' } } });
    assert.equal(typeof JSON.parse(response.output_text), 'object');
});

test('a model that reasons puts a reasoning item first, with a summary when asked', async () => {
    const response = await ask({ model: 'gpt-5', reasoning: { effort: 'high', summary: 'auto' } });
    assert.deepEqual(response.output.map((item) => item.type), ['reasoning', 'message']);
    assert.match(response.output[0].id, /^rs_/);
    assert.equal(response.output[0].summary[0].type, 'summary_text');
    assert.ok(response.usage.output_tokens_details.reasoning_tokens > 0);
    assert.ok(response.usage.output_tokens > response.usage.output_tokens_details.reasoning_tokens);
    assert.equal(response.reasoning.effort, 'high');
});

test('the events of reasoning come before those of the text', async () => {
    const events = await collect(await ask({ model: 'gpt-5', stream: true,
        reasoning: { effort: 'high', summary: 'auto' } }));
    assert.deepEqual(shape(events), [...TEXT_EVENTS.slice(0, 3),
        'response.reasoning_summary_part.added', 'response.reasoning_summary_text.delta',
        'response.reasoning_summary_text.done', 'response.reasoning_summary_part.done',
        'response.output_item.done', ...TEXT_EVENTS.slice(2)]);
    const added = events.filter((event) => event.type === 'response.output_item.added');
    assert.deepEqual(added.map((event) => [event.output_index, event.item.type]),
        [[0, 'reasoning'], [1, 'message']]);
});

test('a limit of tokens leaves the response incomplete', async () => {
    const response = await ask({ max_output_tokens: 16 }, tokens(90));
    assert.equal(response.status, 'incomplete');
    assert.deepEqual(response.incomplete_details, { reason: 'max_output_tokens' });
    assert.equal(response.usage.output_tokens, 16);
    const events = await collect(await ask({ max_output_tokens: 16, stream: true }, tokens(90)));
    assert.equal(events.at(-1).type, 'response.incomplete');
});

test('previous_response_id carries the conversation on, and its tokens', async () => {
    const first = await ask({}, tokens(50));
    const alone = await ask({ input: 'And then?' });
    const next = await ask({ input: 'And then?', previous_response_id: first.id });
    assert.equal(next.previous_response_id, first.id);
    assert.ok(next.usage.input_tokens > alone.usage.input_tokens + 50);
    await rejectsWith(ask({ previous_response_id: 'resp_0' }), OpenAI.BadRequestError,
        { code: 'previous_response_not_found', param: 'previous_response_id' });
});

test('a stored response is retrieved as it was answered, also after a stream', async () => {
    const response = await ask();
    const { output_text, _request_id, ...stored } = await client.responses.retrieve(response.id);
    const { output_text: text, _request_id: id, ...answered } = response;
    assert.deepEqual(stored, answered);
    assert.equal(output_text, text);
    const events = await collect(await ask({ stream: true }));
    const { response: last } = events.at(-1);
    assert.equal((await client.responses.retrieve(last.id)).output[0].content[0].text,
        last.output[0].content[0].text);
});

test('input items are listed, newest first', async () => {
    const input = [{ role: 'user', content: 'One' }, { role: 'assistant', content: 'Two' },
        { role: 'user', content: 'Three' }];
    const response = await ask({ input });
    const items = await collect(client.responses.inputItems.list(response.id));
    assert.deepEqual(items.map((item) => item.role), ['user', 'assistant', 'user']);
    assert.equal(items[0].content[0].text, 'Three');
    const page = await client.responses.inputItems.list(response.id, { limit: 2, order: 'asc' });
    assert.deepEqual(page.data, items.reverse().slice(0, 2));
    assert.equal(page.has_more, true);
    assert.deepEqual((await page.getNextPage()).data, items.slice(2));
    assert.equal((await page.getNextPage()).has_more, false);
});

test('a deleted response is not there any more, nor one that was not stored', async () => {
    const response = await ask();
    await client.responses.delete(response.id);
    await rejectsWith(client.responses.retrieve(response.id), OpenAI.NotFoundError);
    const unstored = await ask({ store: false });
    assert.equal(unstored.store, false);
    await rejectsWith(client.responses.retrieve(unstored.id), OpenAI.NotFoundError);
});

test('a response in the background is there at once and can be asked for', async () => {
    const queued = await ask({ background: true });
    assert.ok(['queued', 'in_progress', 'completed'].includes(queued.status));
    assert.equal(queued.background, true);
    const later = await client.responses.retrieve(queued.id);
    assert.equal(later.status, 'completed');
    assert.ok(later.output_text.length > 0);
    assert.equal((await client.responses.cancel(queued.id)).status, 'completed');
});

test('only a response in the background can be cancelled', async () => {
    const response = await ask();
    await rejectsWith(client.responses.cancel(response.id), OpenAI.BadRequestError);
});

test('input tokens are counted as they are billed', async () => {
    const input = 'Say something about tides.';
    const { input_tokens, object } = await client.responses.inputTokens.count(
        { model: 'gpt-4o', input, instructions: 'Be short.' });
    assert.equal(object, 'response.input_tokens');
    const billed = await ask({ input, instructions: 'Be short.' });
    assert.equal(input_tokens, billed.usage.input_tokens);
});

test('an unknown parameter, a wrong type and a bad model are told as OpenAI does', async () => {
    await rejectsWith(ask({ nonsense: 1 }), OpenAI.BadRequestError,
        { code: 'unknown_parameter', param: 'nonsense' });
    await rejectsWith(ask({ temperature: 'hot' }), OpenAI.BadRequestError,
        { code: 'invalid_type', param: 'temperature' });
    await rejectsWith(ask({ model: 'gpt-0' }), OpenAI.APIError, { code: 'model_not_found' });
});
