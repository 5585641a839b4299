// SPDX-License-Identifier: MIT
// The AI SDK (`ai` with `@ai-sdk/openai`), unmodified: openai('…') is Responses, openai.chat('…')
// Chat Completions.  It checks every answer against schemas of its own.
import assert from 'node:assert/strict';
import test from 'node:test';
import { collect, journal, needNode, rejectsWith, startMock } from './mock.mjs';

needNode(20);
const ai = await import('ai');
const { createOpenAI } = await import('@ai-sdk/openai');
const { z } = await import('zod');

const mock = await startMock('--instant', '--no-limits', '--admin-port', '0', '--profile',
    'gpt-5-like');
const openai = createOpenAI({ apiKey: 'sk-test', baseURL: mock.baseURL });
const prompt = 'What is the weather like?';
const tokens = (count) => ({ 'x-etalon-answer-tokens': String(count) });

const Event = z.object({ name: z.string(), seats: z.number().int(), tags: z.array(z.string()) });
const Place = z.object({ city: z.string(), days: z.number().int().min(1).max(7) });

/** Both ways to say the same; tests below are for each. */
const WAYS = [['chat completions', (id) => openai.chat(id)], ['responses', (id) => openai(id)]];

/** A tool that notes what it was asked. */
function weather() {
    const asked = [];
    const execute = async (input) => { asked.push(input); return { sky: 'clear' }; };
    return { asked, get_weather: ai.tool({ description: 'Weather.', inputSchema: Place, execute }) };
}

for (const [way, model] of WAYS) {
    test(`${way}: generateText has text, usage and a reason to end`, async () => {
        const result = await ai.generateText({ model: model('gpt-4o'), prompt,
            headers: tokens(9) });
        assert.ok(result.text.length > 0);
        assert.equal(result.finishReason, 'stop');
        assert.equal(result.usage.outputTokens, 9);
        assert.equal(result.usage.totalTokens, result.usage.inputTokens + 9);
        assert.equal(result.usage.cachedInputTokens, 0);
        assert.match(result.response.modelId, /^gpt-4o-\d{4}-\d\d-\d\d$/);
        assert.deepEqual(result.warnings ?? [], []);
    });

    test(`${way}: streamText comes in pieces to the same text and usage`, async () => {
        const result = ai.streamText({ model: model('gpt-4o'), prompt, headers: tokens(9),
            onError: () => {} });
        const pieces = await collect(result.textStream);
        assert.ok(pieces.length > 3);
        assert.equal(await result.text, pieces.join(''));
        assert.equal(await result.finishReason, 'stop');
        assert.equal((await result.usage).outputTokens, 9);
    });

    test(`${way}: generateObject and streamObject give what the zod schema says`, async () => {
        const options = { model: model('gpt-4o'), prompt, schema: Event };
        const { object, finishReason } = await ai.generateObject(options);
        Event.parse(object);
        assert.equal(finishReason, 'stop');
        const stream = ai.streamObject(options);
        const parts = await collect(stream.partialObjectStream);
        assert.ok(parts.length > 1);
        Event.parse(await stream.object);
    });

    test(`${way}: generateText with an output schema gives an object`, async () => {
        const result = await ai.generateText({ model: model('gpt-4o'), prompt,
            output: ai.Output.object({ schema: Event }) });
        Event.parse(result.output);
    });

    test(`${way}: a tool loop goes round: call, result, text`, async () => {
        const { asked, ...tools } = weather();
        const result = await ai.generateText({ model: model('gpt-4o'), prompt, tools,
            stopWhen: ai.stepCountIs(4) });
        assert.equal(result.steps.length, 2);
        assert.equal(result.steps[0].finishReason, 'tool-calls');
        assert.equal(result.steps[1].finishReason, 'stop');
        assert.equal(asked.length, 1);
        Place.parse(asked[0]);
        assert.ok(result.text.length > 0);
        assert.ok(result.totalUsage.inputTokens > result.usage.inputTokens);
    });

    test(`${way}: a streamed tool loop tells of input, call, result and text`, async () => {
        const { asked, ...tools } = weather();
        const result = ai.streamText({ model: model('gpt-4o'), prompt, tools,
            stopWhen: ai.stepCountIs(4) });
        const types = (await collect(result.fullStream)).map((part) => part.type);
        const first = (type) => types.indexOf(type);
        const order = ['start', 'tool-input-start', 'tool-input-delta', 'tool-input-end',
            'tool-call', 'tool-result', 'text-start', 'text-delta', 'text-end', 'finish'];
        assert.deepEqual(order.map(first), order.map(first).sort((a, b) => a - b));
        assert.ok(order.every((type) => first(type) >= 0), types.join(' '));
        assert.ok(!types.includes('error'));
        assert.equal(asked.length, 1);
    });

    test(`${way}: parallel calls of a stream are kept apart`, async () => {
        const execute = async () => 'fine';
        const result = ai.streamText({ model: model('gpt-4o'), onError: () => {},
            prompt: 'What is the weather, and is there a train?', tools: {
                get_weather: ai.tool({ inputSchema: Place, execute }),
                find_train: ai.tool({ inputSchema: Event, execute }),
            } });
        const calls = await result.toolCalls;
        assert.deepEqual(calls.map((call) => call.toolName), ['get_weather', 'find_train']);
        Place.parse(calls[0].input);
        Event.parse(calls[1].input);
    });

    test(`${way}: a tool choice of one tool is kept to`, async () => {
        const { asked, ...tools } = weather();
        const result = await ai.generateText({ model: model('gpt-4o'), prompt, tools,
            toolChoice: { type: 'tool', toolName: 'get_weather' } });
        assert.deepEqual(result.toolCalls.map((call) => call.toolName), ['get_weather']);
        assert.equal(asked.length, 1);
    });

    test(`${way}: a model that reasons tells how many tokens that took`, async () => {
        const result = await ai.generateText({ model: model('gpt-5'), prompt,
            providerOptions: { openai: { reasoningEffort: 'high' } } });
        assert.ok(result.usage.reasoningTokens > 0);
        assert.ok(result.usage.outputTokens > result.usage.reasoningTokens);
        assert.ok(result.text.length > 0);
    });

    test(`${way}: a limit of tokens ends with length`, async () => {
        const result = await ai.generateText({ model: model('gpt-4o'), prompt,
            maxOutputTokens: 16, headers: tokens(90) });
        assert.equal(result.finishReason, 'length');
        assert.equal(result.usage.outputTokens, 16);
    });

    test(`${way}: images are taken as parts of a message`, async () => {
        const image = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        const result = await ai.generateText({ model: model('gpt-4o'), messages: [{ role: 'user',
            content: [{ type: 'text', text: 'What is this?' }, { type: 'image', image }] }] });
        assert.ok(result.text.length > 0);
    });

    test(`${way}: an error is an APICallError with the body's code`, async () => {
        const error = await rejectsWith(ai.generateText({ model: model('gpt-0'), prompt }),
            ai.APICallError, { isRetryable: false });
        assert.equal(error.data.error.code, 'model_not_found');
    });

    test(`${way}: a 503 is tried again, three times in all`, async () => {
        const id = `ai ${way}`;
        const call = (kind, more) => ai.generateText({ model: model('gpt-4o'), prompt, ...more,
            headers: { 'x-etalon-fault': kind, 'X-Client-Request-Id': id } });
        const error = await rejectsWith(call('503; retry-after-ms=1'), ai.RetryError);
        assert.equal(error.errors.length, 3);
        assert.equal((await journal(mock, id)).length, 3);
        await rejectsWith(call('503', { maxRetries: 0 }), ai.APICallError, { statusCode: 503 });
        assert.equal((await journal(mock, id)).length, 4);
    });

    test(`${way}: an error inside a stream is told as a part of it`, async () => {
        const result = ai.streamText({ model: model('gpt-4o'), prompt, onError: () => {},
            headers: { 'x-etalon-fault': 'error-event; after=3', ...tokens(20) } });
        const parts = await collect(result.fullStream).catch((error) => [{ type: 'error', error }]);
        assert.ok(parts.some((part) => part.type === 'error'), parts.map((p) => p.type).join(' '));
    });
}

test('responses: reasoning with a summary is told as parts of its own', async () => {
    const result = ai.streamText({ model: openai('gpt-5'), prompt, providerOptions: {
        openai: { reasoningEffort: 'high', reasoningSummary: 'auto' } } });
    const types = new Set((await collect(result.fullStream)).map((part) => part.type));
    for (const type of ['reasoning-start', 'reasoning-delta', 'reasoning-end', 'text-delta'])
        assert.ok(types.has(type), [...types].join(' '));
    assert.ok((await result.reasoningText).length > 0);
});

test('responses: previousResponseId carries a conversation on', async () => {
    const first = await ai.generateText({ model: openai('gpt-4o'), prompt });
    const { responseId } = first.providerMetadata.openai;
    const next = await ai.generateText({ model: openai('gpt-4o'), prompt: 'And then?',
        providerOptions: { openai: { previousResponseId: responseId } } });
    assert.ok(next.usage.inputTokens > first.usage.inputTokens);
});

test('chat completions: logprobs are told', async () => {
    const result = await ai.generateText({ model: openai.chat('gpt-4o'), prompt,
        headers: tokens(5), providerOptions: { openai: { logprobs: 2 } } });
    assert.equal(result.providerMetadata.openai.logprobs.length, 5);
});

test('legacy completions make text and streams', async () => {
    const model = openai.completion('davinci-002');
    assert.ok((await ai.generateText({ model, prompt })).text.length > 0);
    const result = ai.streamText({ model, prompt });
    assert.equal((await collect(result.textStream)).join(''), await result.text);
});

test('embed and embedMany give vectors in order, with usage', async () => {
    const model = openai.embedding('text-embedding-3-small');
    const values = ['one', 'two', 'three'];
    const many = await ai.embedMany({ model, values });
    assert.deepEqual(many.embeddings.map((vector) => vector.length), [1536, 1536, 1536]);
    const { embedding, usage } = await ai.embed({ model, value: 'two' });
    assert.ok(ai.cosineSimilarity(embedding, many.embeddings[1]) > 0.999);
    assert.equal(usage.tokens, 1);
    assert.equal(many.usage.tokens, 3);
    const short = await ai.embed({ model, value: 'two',
        providerOptions: { openai: { dimensions: 64 } } });
    assert.equal(short.embedding.length, 64);
});
