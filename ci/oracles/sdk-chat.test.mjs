// SPDX-License-Identifier: MIT
// Chat completions through the official openai SDK, unmodified: what it puts together must be whole.
import assert from 'node:assert/strict';
import test from 'node:test';
import { collect, needNode, rejectsWith, startMock } from './mock.mjs';

needNode(20);
const { default: OpenAI } = await import('openai');
const { zodFunction, zodResponseFormat } = await import('openai/helpers/zod');
const { z } = await import('zod');

const { baseURL } = await startMock('--instant', '--no-limits', '--profile', 'gpt-5-like');
const client = new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0 });
const messages = [{ role: 'user', content: 'Say something about tides.' }];
const tokens = (count) => ({ headers: { 'x-etalon-answer-tokens': String(count) } });

const chat = (more, options) =>
    client.chat.completions.create({ model: 'gpt-4o', messages, ...more }, options);

const parameters = {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 7 } },
    required: ['city', 'days'],
    additionalProperties: false,
};
const tool = (name) => ({ type: 'function', function: { name, strict: true, parameters } });
const both = [tool('get_weather'), tool('find_train')];
const askBoth = [{ role: 'user', content: 'What is the weather, and is there a train?' }];

function assertArguments(text) {
    const given = JSON.parse(text);
    assert.equal(typeof given.city, 'string');
    assert.ok(Number.isInteger(given.days) && given.days >= 1 && given.days <= 7, text);
    assert.deepEqual(Object.keys(given).sort(), ['city', 'days']);
}

/** The chunks of a stream put together by hand, per choice. */
function joined(chunks) {
    const choices = [];
    for (const { index, delta, finish_reason } of chunks.flatMap((chunk) => chunk.choices)) {
        const choice = choices[index] ??= { content: '', calls: [], finish: null };
        choice.content += delta.content ?? '';
        choice.finish = finish_reason ?? choice.finish;
        for (const call of delta.tool_calls ?? []) {
            const whole = choice.calls[call.index] ??= { id: call.id, name: call.function.name,
                arguments: '' };
            whole.arguments += call.function.arguments;
        }
    }
    return choices;
}

test('a plain answer has every key that is documented, in the order it is served in', async () => {
    const answer = await chat({}, tokens(12));
    assert.deepEqual(Object.keys(answer), ['id', 'object', 'created', 'model', 'choices', 'usage',
        'service_tier', 'system_fingerprint']);
    const [choice] = answer.choices;
    assert.deepEqual(Object.keys(choice), ['index', 'message', 'logprobs', 'finish_reason']);
    assert.deepEqual(Object.keys(choice.message), ['role', 'content', 'refusal', 'annotations']);
    assert.equal(choice.message.refusal, null);
    assert.equal(choice.finish_reason, 'stop');
    assert.match(answer.id, /^chatcmpl-[A-Za-z0-9]{29}$/);
    assert.match(answer.model, /^gpt-4o-\d{4}-\d\d-\d\d$/);
    assert.match(answer.system_fingerprint, /^fp_[0-9a-f]{10}$/);
    assert.match(answer._request_id, /^req_[0-9a-f]{32}$/);
});

test('usage adds up and has all its details', async () => {
    const { usage } = await chat({}, tokens(12));
    assert.equal(usage.completion_tokens, 12);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    assert.deepEqual(usage.prompt_tokens_details, { cached_tokens: 0, audio_tokens: 0 });
    assert.deepEqual(usage.completion_tokens_details, { reasoning_tokens: 0, audio_tokens: 0,
        accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 });
});

test('a stream opens with the role, ends with a reason, and says usage null until the end', async () => {
    const options = { stream: true, stream_options: { include_usage: true } };
    const chunks = await collect(await chat(options, tokens(9)));
    const last = chunks.pop();
    assert.deepEqual(chunks[0].choices[0].delta, { role: 'assistant', content: '', refusal: null });
    assert.deepEqual(chunks.at(-1).choices[0].delta, {});
    assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
    for (const chunk of chunks) {
        assert.equal(chunk.usage, null);
        assert.equal(chunk.object, 'chat.completion.chunk');
        assert.equal(chunk.id, last.id);
        assert.equal(chunk.created, last.created);
        assert.match(chunk.model, /^gpt-4o-\d{4}-\d\d-\d\d$/);
    }
    assert.deepEqual(last.choices, []);
    assert.equal(last.usage.completion_tokens, 9);
    assert.equal(last.usage.total_tokens, last.usage.prompt_tokens + 9);
});

test('without include_usage no chunk has the key', async () => {
    for (const chunk of await collect(await chat({ stream: true })))
        assert.ok(!('usage' in chunk));
});

test('a stream ends with [DONE] and nothing behind it', async () => {
    const response = await chat({ stream: true }, tokens(3)).asResponse();
    assert.match(response.headers.get('content-type'), /^text\/event-stream/);
    const events = (await response.text()).split('\n\n');
    assert.deepEqual(events.slice(-2), ['data: [DONE]', '']);
    assert.equal(events.filter((event) => event.includes('[DONE]')).length, 1);
});

test('a stream says what a plain answer to the same request says', async () => {
    const options = { headers: { 'X-Client-Request-Id': 'twin' } };
    const plain = await chat({ n: 2 }, options);
    const [first, second] = joined(await collect(await chat({ n: 2, stream: true }, options)));
    assert.equal(first.content, plain.choices[0].message.content);
    assert.equal(second.content, plain.choices[1].message.content);
});

test('n choices differ, and their tokens are summed while the prompt counts once', async () => {
    const one = await chat({}, tokens(10));
    const three = await chat({ n: 3 }, tokens(10));
    assert.deepEqual(three.choices.map((choice) => choice.index), [0, 1, 2]);
    assert.equal(new Set(three.choices.map((choice) => choice.message.content)).size, 3);
    assert.equal(three.usage.completion_tokens, 30);
    assert.equal(three.usage.prompt_tokens, one.usage.prompt_tokens);
});

test('the stream helper puts n choices together', async () => {
    const runner = client.chat.completions.stream({ model: 'gpt-4o', messages, n: 2 });
    const final = await runner.finalChatCompletion();
    assert.equal(final.choices.length, 2);
    for (const choice of final.choices) {
        assert.ok(choice.message.content.length > 0);
        assert.equal(choice.finish_reason, 'stop');
    }
});

test('a tool is called with arguments of its schema', async () => {
    const answer = await chat({ tools: [tool('get_weather')] });
    const [{ message, finish_reason }] = answer.choices;
    assert.equal(finish_reason, 'tool_calls');
    assert.equal(message.content, null);
    assert.equal(message.tool_calls.length, 1);
    assert.match(message.tool_calls[0].id, /^call_[A-Za-z0-9]{24}$/);
    assert.equal(message.tool_calls[0].function.name, 'get_weather');
    assertArguments(message.tool_calls[0].function.arguments);
});

test('tools that the question names are called in parallel, one at most when told so', async () => {
    const ask = { tools: both, messages: askBoth };
    const calls = (await chat(ask)).choices[0].message.tool_calls;
    assert.deepEqual(calls.map((call) => call.function.name), ['get_weather', 'find_train']);
    assert.equal(new Set(calls.map((call) => call.id)).size, 2);
    const single = await chat({ ...ask, parallel_tool_calls: false });
    assert.equal(single.choices[0].message.tool_calls.length, 1);
});

test('parallel calls stream under indices of their own and come to the same', async () => {
    const options = { headers: { 'X-Client-Request-Id': 'twin calls' } };
    const plain = await chat({ tools: both, messages: askBoth }, options);
    const chunks = await collect(await chat({ tools: both, messages: askBoth, stream: true },
        options));
    const [{ calls, finish }] = joined(chunks);
    assert.equal(finish, 'tool_calls');
    assert.deepEqual(calls.map((call) => call.name), ['get_weather', 'find_train']);
    assert.deepEqual(calls.map((call) => call.arguments),
        plain.choices[0].message.tool_calls.map((call) => call.function.arguments));
    for (const call of calls)
        assertArguments(call.arguments);
});

test('a named choice calls that tool, required calls some, none calls none', async () => {
    const named = { type: 'function', function: { name: 'find_train' } };
    const forced = (await chat({ tools: both, tool_choice: named })).choices[0];
    assert.deepEqual(forced.message.tool_calls.map((call) => call.function.name), ['find_train']);
    const required = (await chat({ tools: both, tool_choice: 'required' })).choices[0];
    assert.ok(required.message.tool_calls.length >= 1);
    const none = (await chat({ tools: both, tool_choice: 'none' })).choices[0];
    assert.equal(none.message.tool_calls, undefined);
    assert.equal(none.finish_reason, 'stop');
});

test('a tool answer in the conversation is followed by text', async () => {
    const { message } = (await chat({ tools: [tool('get_weather')] })).choices[0];
    const answered = [...messages, message,
        { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'sunny' }];
    const next = await chat({ tools: [tool('get_weather')], messages: answered });
    assert.equal(next.choices[0].finish_reason, 'stop');
    assert.ok(next.choices[0].message.content.length > 0);
});

test('a custom tool is called with text', async () => {
    const custom = { type: 'custom', custom: { name: 'run_code', description: 'Runs code.' } };
    const answer = await chat({ model: 'gpt-5', tools: [custom] });
    const [call] = answer.choices[0].message.tool_calls;
    assert.deepEqual([call.type, call.custom.name], ['custom', 'run_code']);
    assert.ok(call.custom.input.length > 0);
    assert.equal(answer.choices[0].finish_reason, 'tool_calls');
});

test('the old functions are called in the old shape', async () => {
    const answer = await chat({ functions: [{ name: 'get_weather', parameters }] });
    const [{ message, finish_reason }] = answer.choices;
    assert.equal(finish_reason, 'function_call');
    assert.equal(message.function_call.name, 'get_weather');
    assertArguments(message.function_call.arguments);
});

test('runTools goes round: call, answer, text', async () => {
    const asked = [];
    const runner = client.chat.completions.runTools({
        model: 'gpt-4o', messages,
        tools: [zodFunction({
            name: 'get_weather',
            parameters: z.object({ city: z.string(), days: z.number().int().min(1).max(7) }),
            function: (given) => { asked.push(given); return 'sunny'; },
        })],
    });
    assert.ok((await runner.finalContent()).length > 0);
    assert.equal(asked.length, 1);
    assertArguments(JSON.stringify(asked[0]));
    assert.deepEqual(runner.messages.map((message) => message.role),
        ['user', 'assistant', 'tool', 'assistant']);
});

test('json_object is answered with an object', async () => {
    const ask = [{ role: 'user', content: 'Answer in JSON, please.' }];
    const answer = await chat({ messages: ask, response_format: { type: 'json_object' } });
    const value = JSON.parse(answer.choices[0].message.content);
    assert.ok(value && typeof value === 'object' && !Array.isArray(value));
});

const Event = z.object({
    name: z.string(),
    day: z.enum(['monday', 'tuesday']),
    seats: z.number().int(),
    people: z.array(z.object({ name: z.string(), age: z.number().nullable() })),
});

test('parse gives what the zod schema says', async () => {
    const answer = await client.chat.completions.parse({
        model: 'gpt-4o', messages, response_format: zodResponseFormat(Event, 'event'),
    });
    assert.deepEqual(Event.parse(answer.choices[0].message.parsed),
        answer.choices[0].message.parsed);
});

test('a streamed structured output is parsed at its end', async () => {
    const runner = client.chat.completions.stream({
        model: 'gpt-4o', messages, response_format: zodResponseFormat(Event, 'event'),
    });
    let deltas = 0;
    runner.on('content.delta', () => { deltas++; });
    const final = await runner.finalChatCompletion();
    Event.parse(final.choices[0].message.parsed);
    assert.ok(deltas > 1);
});

test('a structured output that is cut is told to be: LengthFinishReasonError', async () => {
    const { LengthFinishReasonError } = await import('openai/core/error');
    await rejectsWith(client.chat.completions.parse({
        model: 'gpt-4o', messages, max_completion_tokens: 3,
        response_format: zodResponseFormat(Event, 'event'),
    }), LengthFinishReasonError);
});

test('a schema that strict mode refuses is refused', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, required: [] };
    await rejectsWith(chat({ response_format: { type: 'json_schema',
        json_schema: { name: 'loose', strict: true, schema } } }), OpenAI.BadRequestError,
    { param: 'response_format' });
});

test('logprobs tell of each token, its bytes and what else was likely', async () => {
    const answer = await chat({ logprobs: true, top_logprobs: 3 }, tokens(8));
    const { content, refusal } = answer.choices[0].logprobs;
    assert.equal(refusal, null);
    assert.equal(content.length, 8);
    assert.equal(content.map((entry) => entry.token).join(''), answer.choices[0].message.content);
    for (const entry of content) {
        assert.equal(Buffer.from(entry.bytes).toString(), entry.token);
        assert.ok(entry.logprob <= 0);
        assert.equal(entry.top_logprobs.length, 3);
        for (const [i, other] of entry.top_logprobs.entries())
            assert.ok(i === 0 || other.logprob <= entry.top_logprobs[i - 1].logprob);
    }
});

test('streamed logprobs come with their tokens', async () => {
    const chunks = await collect(await chat({ stream: true, logprobs: true }, tokens(8)));
    for (const chunk of chunks.filter((each) => each.choices[0].delta.content))
        assert.equal(chunk.choices[0].logprobs.content.map((entry) => entry.token).join(''),
            chunk.choices[0].delta.content);
    const told = chunks.flatMap((chunk) => chunk.choices[0].logprobs?.content ?? []);
    assert.equal(told.length, 8);
});

test('a stop sequence ends the text in front of it', async () => {
    const options = { headers: { 'X-Client-Request-Id': 'stop', 'x-etalon-answer-tokens': '40' } };
    const whole = (await chat({}, options)).choices[0].message.content;
    const word = whole.split(' ')[4];
    const stopped = (await chat({ stop: [` ${word}`] }, options)).choices[0];
    assert.equal(stopped.finish_reason, 'stop');
    assert.equal(stopped.message.content, whole.slice(0, whole.indexOf(` ${word}`)));
});

test('a limit of tokens ends the text with length', async () => {
    for (const limit of [{ max_tokens: 5 }, { max_completion_tokens: 5 }]) {
        const answer = await chat(limit, tokens(50));
        assert.equal(answer.choices[0].finish_reason, 'length');
        assert.equal(answer.usage.completion_tokens, 5);
    }
});

test('a limit that reasoning eats up leaves an empty text', async () => {
    const answer = await chat({ model: 'gpt-5', max_completion_tokens: 16 });
    const { reasoning_tokens } = answer.usage.completion_tokens_details;
    assert.equal(answer.usage.completion_tokens, 16);
    assert.equal(answer.choices[0].finish_reason, 'length');
    if (reasoning_tokens === 16)
        assert.equal(answer.choices[0].message.content, '');
});

test('models that reason refuse max_tokens, temperature and logprobs as OpenAI does', async () => {
    const model = 'gpt-5';
    await rejectsWith(chat({ model, max_tokens: 5 }), OpenAI.BadRequestError,
        { code: 'unsupported_parameter', param: 'max_tokens' });
    await rejectsWith(chat({ model, temperature: 0.2 }), OpenAI.BadRequestError,
        { code: 'unsupported_value', param: 'temperature' });
    const answer = await chat({ model, reasoning_effort: 'minimal' });
    assert.equal(answer.system_fingerprint, null);
    assert.ok(!('logprobs' in answer.choices[0]));
});

test('a newer model echoes its alias and tells of tokens written to the cache', async () => {
    const answer = await chat({ model: 'gpt-6-sol' });
    assert.equal(answer.model, 'gpt-6-sol');
    assert.equal(answer.usage.prompt_tokens_details.cache_write_tokens, 0);
    assert.ok(answer.choices[0].message.content.length > 0);
});

test('seed, metadata, store, user and the rest are taken', async () => {
    const answer = await chat({ seed: 7, metadata: { a: 'b' }, store: true, user: 'u', top_p: 0.5,
        temperature: 1.5, presence_penalty: 1, frequency_penalty: -1, logit_bias: { 1: -100 } });
    assert.ok(answer.choices[0].message.content.length > 0);
});

test('the service tier that was used is told, in streams too', async () => {
    assert.equal((await chat()).service_tier, 'default');
    assert.equal((await chat({ service_tier: 'default' })).service_tier, 'default');
    assert.equal((await chat({ model: 'gpt-5', service_tier: 'flex' })).service_tier, 'flex');
    const chunks = await collect(await chat({ service_tier: 'priority', stream: true }));
    assert.equal(chunks[0].service_tier, 'priority');
});

const pixel = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8' +
    'z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const user = (...content) => [{ role: 'user', content }];
const text = { type: 'text', text: 'What is this?' };

test('an image counts as tokens of the prompt', async () => {
    const image = { type: 'image_url', image_url: { url: pixel, detail: 'low' } };
    const without = await chat({ messages: user(text) });
    const withImage = await chat({ messages: user(text, image) });
    assert.ok(withImage.usage.prompt_tokens > without.usage.prompt_tokens);
});

test('audio and files are taken, or refused with a reason', async () => {
    const parts = [
        { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
    ];
    for (const part of parts) {
        try {
            const answer = await chat({ messages: user(text, part) });
            assert.ok(answer.usage.prompt_tokens > 0);
        } catch (error) {
            assert.ok(error instanceof OpenAI.BadRequestError, String(error));
            assert.ok(error.message.length > 20);
        }
    }
});

test('an answer in audio is refused clearly', async () => {
    await rejectsWith(chat({ modalities: ['text', 'audio'], audio: { voice: 'ash', format: 'wav' } }),
        OpenAI.BadRequestError);
});

test('a stream that its reader leaves early does no harm', async () => {
    for await (const chunk of await chat({ stream: true }, tokens(2000)))
        if (chunk.choices[0]?.delta.content)
            break;
    assert.ok((await chat()).choices[0].message.content.length > 0);
});
