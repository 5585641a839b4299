// SPDX-License-Identifier: MIT
// The official openai SDK, unmodified, against `etalon mock`: it must not notice.  The short tour,
// which runs on an older node too; sdk-*.test.mjs take each endpoint by itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { collect, startMock } from './mock.mjs';

const { default: OpenAI } = await import('openai');
const messages = [{ role: 'user', content: 'Say something about tides.' }];

const { baseURL } = await startMock('--instant', '--no-limits');
const client = new OpenAI({ apiKey: 'sk-test', baseURL });

const chat = (more, options) =>
    client.chat.completions.create({ model: 'gpt-4o', messages, ...more }, options);
const fault = (kind) => ({ headers: { 'x-etalon-fault': kind }, maxRetries: 0 });

test('a plain answer has text, usage and a request id', async () => {
    const answer = await chat({ max_completion_tokens: 12 });
    assert.equal(answer.object, 'chat.completion');
    assert.match(answer.model, /^gpt-4o-\d{4}-\d\d-\d\d$/);
    assert.ok(answer.choices[0].message.content.length > 0);
    assert.equal(answer.usage.completion_tokens, 12);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + 12);
    assert.match(answer._request_id, /^req_[0-9a-f]{32}$/);
    assert.ok(Math.abs(answer.created - Date.now() / 1000) < 60);
});

test('a stream brings the same text as a plain answer, and its usage last', async () => {
    const options = { headers: { 'x-client-request-id': 'same', 'x-etalon-answer-tokens': '9' } };
    const plain = await chat({}, options);
    const stream = await chat({ stream: true, stream_options: { include_usage: true } }, options);
    const chunks = await collect(stream);
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    assert.equal(text, plain.choices[0].message.content);
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.equal(chunks.at(-1).usage.completion_tokens, 9);
    assert.equal(chunks.at(-2).choices[0].finish_reason, plain.choices[0].finish_reason);
});

test('the SDK puts a stream together', async () => {
    const runner = client.chat.completions.stream({ model: 'gpt-4o', messages });
    const final = await runner.finalChatCompletion();
    assert.ok(final.choices[0].message.content.length > 0);
    assert.equal(await runner.finalContent(), final.choices[0].message.content);
});

test('embeddings come in base64 by default, as floats when asked', async () => {
    const input = 'The tide turns.';
    const model = 'text-embedding-3-small';
    const unpacked = await client.embeddings.create({ model, input });
    const floats = await client.embeddings.create({ model, input, encoding_format: 'float' });
    assert.equal(unpacked.data[0].embedding.length, 1536);
    assert.equal(floats.data[0].embedding.length, 1536);
    const length = Math.hypot(...unpacked.data[0].embedding);
    assert.ok(Math.abs(length - 1) < 1e-3, `length ${length}`);
    for (const [i, value] of floats.data[0].embedding.entries())
        assert.ok(Math.abs(value - unpacked.data[0].embedding[i]) < 1e-6);
    assert.equal(unpacked.usage.prompt_tokens, unpacked.usage.total_tokens);
});

test('embeddings of what means the same are near each other', async () => {
    const input = ['How can I cancel my order?', 'I want to cancel the purchase I made yesterday.',
        'How can I learn to play the piano?'];
    for (const settings of [{ model: 'text-embedding-3-small' },
        { model: 'text-embedding-3-large', dimensions: 256 }]) {
        const { data } = await client.embeddings.create({ ...settings, input });
        const [text, same, other] = data.map((item) => item.embedding);
        const cosine = (b) => text.reduce((sum, x, i) => sum + x * b[i], 0);
        assert.ok(cosine(same) > cosine(other) + 0.2, `${cosine(same)} and ${cosine(other)}`);
    }
});

test('models are listed and retrieved', async () => {
    const ids = [];
    for await (const model of client.models.list())
        ids.push(model.id);
    assert.ok(ids.includes('gpt-4o'));
    const model = await client.models.retrieve('gpt-4o');
    assert.deepEqual([model.id, model.object], ['gpt-4o', 'model']);
});

test('a 429 is tried again after the time the server names', async () => {
    const calls = [];
    const watched = new OpenAI({
        apiKey: 'sk-test', baseURL,
        fetch: async (...args) => {
            const response = await fetch(...args);
            calls.push(response.status);
            return response;
        },
    });
    const headers = { 'x-etalon-fault': '429; times=1; id=again; retry-after-ms=20' };
    const answer = await watched.chat.completions.create(
        { model: 'gpt-4o', messages }, { headers });
    assert.deepEqual(calls, [429, 200]);
    assert.ok(answer.choices[0].message.content.length > 0);
});

test('errors are of the class, code and wording that clients look at', async () => {
    const anonymous = { headers: { Authorization: null }, maxRetries: 0 };
    await assert.rejects(chat({}, anonymous), OpenAI.AuthenticationError);
    await assert.rejects(chat({ model: 'gpt-0' }), (error) => {
        assert.ok(error instanceof OpenAI.NotFoundError);
        assert.equal(error.code, 'model_not_found');
        assert.match(error.requestID, /^req_/);
        return true;
    });
    await assert.rejects(chat({}, fault('429; code=insufficient_quota')), (error) => {
        assert.ok(error instanceof OpenAI.RateLimitError);
        return error.code === 'insufficient_quota';
    });
    await assert.rejects(chat({}, fault('503')), OpenAI.InternalServerError);
    await assert.rejects(chat({ messages: [] }), OpenAI.BadRequestError);
});

test('a cut stream raises, and so does an error inside one', async () => {
    const cut = await chat({ stream: true, max_tokens: 40 }, fault('cut; after=5'));
    await assert.rejects(collect(cut));
    const broken = await chat({ stream: true, max_tokens: 40 }, fault('error-event; after=3'));
    await assert.rejects(collect(broken), OpenAI.APIError);
});

test('a reset is a connection error', async () => {
    await assert.rejects(chat({}, fault('reset')), OpenAI.APIConnectionError);
});

test('a client that goes away in a stream does no harm', async () => {
    const stream = await chat({ stream: true, max_tokens: 200 }, fault('stall; after=3; ms=60000'));
    for await (const chunk of stream)
        if (chunk.choices[0]?.delta.content)
            break;
    assert.ok((await chat()).choices[0].message.content.length > 0);
});

test('a hundred at once are all answered', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => chat()));
    assert.equal(new Set(answers.map((answer) => answer.id)).size, 100);
});
