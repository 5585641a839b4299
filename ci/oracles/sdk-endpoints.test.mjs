// SPDX-License-Identifier: MIT
// Embeddings, models, legacy completions and moderations through the official openai SDK.
import assert from 'node:assert/strict';
import test from 'node:test';
import { TODAY, collect, needNode, rejectsWith, startMock } from './mock.mjs';

needNode(20);
const { default: OpenAI } = await import('openai');

const { baseURL } = await startMock('--instant', '--no-limits');
const client = new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0 });

const embed = (more) => client.embeddings.create(
    { model: 'text-embedding-3-small', input: 'The tide turns.', ...more });
const complete = (more) => client.completions.create(
    { model: 'davinci-002', prompt: 'The tide', ...more });

const length = (vector) => Math.hypot(...vector);
const close = (a, b) => a.length === b.length && a.every((x, i) => Math.abs(x - b[i]) < 1e-6);

test('embeddings are the same in base64, which is usual, and as floats', async () => {
    const packed = await embed();
    const floats = await embed({ encoding_format: 'float' });
    const [{ embedding, index, object }] = packed.data;
    assert.deepEqual([index, object, packed.object], [0, 'embedding', 'list']);
    assert.equal(embedding.length, 1536);
    assert.ok(close(embedding, floats.data[0].embedding));
    assert.ok(Math.abs(length(embedding) - 1) < 1e-3);
});

test('base64 that was asked for is left as text of little-endian floats', async () => {
    const { data: [{ embedding }] } = await embed({ encoding_format: 'base64' });
    assert.equal(typeof embedding, 'string');
    const bytes = Buffer.from(embedding, 'base64');
    assert.equal(bytes.length, 1536 * 4);
    const floats = Array.from({ length: 1536 }, (_, i) => bytes.readFloatLE(4 * i));
    assert.ok(close(floats, (await embed({ encoding_format: 'float' })).data[0].embedding));
});

test('the models have their dimensions, and version 3 those that are asked for', async () => {
    for (const [model, dimensions] of [['text-embedding-3-small', 1536],
        ['text-embedding-3-large', 3072], ['text-embedding-ada-002', 1536]])
        assert.equal((await embed({ model })).data[0].embedding.length, dimensions, model);
    for (const dimensions of [1, 256, 512, 1024]) {
        const { data: [{ embedding }] } = await embed({ dimensions });
        assert.equal(embedding.length, dimensions);
        assert.ok(Math.abs(length(embedding) - 1) < 1e-3, `${dimensions}: ${length(embedding)}`);
    }
    await rejectsWith(embed({ model: 'text-embedding-ada-002', dimensions: 256 }),
        OpenAI.BadRequestError);
    await rejectsWith(embed({ dimensions: 1537 }), OpenAI.BadRequestError);
});

test('a batch has a vector each, in order, the same as alone', async () => {
    const input = ['one', 'two', 'three', 'one'];
    const batch = await embed({ input });
    assert.deepEqual(batch.data.map((item) => item.index), [0, 1, 2, 3]);
    const alone = await embed({ input: 'two' });
    assert.ok(close(batch.data[1].embedding, alone.data[0].embedding));
    assert.ok(close(batch.data[0].embedding, batch.data[3].embedding));
    assert.ok(!close(batch.data[0].embedding, batch.data[1].embedding));
    assert.equal(batch.usage.prompt_tokens, 4);
});

test('token arrays are counted by themselves', async () => {
    const one = await embed({ input: [791, 43038, 10800, 13] });
    assert.equal(one.data.length, 1);
    assert.equal(one.usage.prompt_tokens, 4);
    const two = await embed({ input: [[791, 43038], [10800]] });
    assert.equal(two.data.length, 2);
    assert.equal(two.usage.total_tokens, 3);
});

test('2048 texts are taken, one more is not, nor an empty one', async () => {
    const many = Array.from({ length: 2048 }, (_, i) => `text ${i}`);
    assert.equal((await embed({ input: many, dimensions: 8 })).data.length, 2048);
    await rejectsWith(embed({ input: [...many, 'more'] }), OpenAI.BadRequestError);
    await rejectsWith(embed({ input: '' }), OpenAI.BadRequestError);
    await rejectsWith(embed({ input: [] }), OpenAI.BadRequestError);
});

test('a text over 8192 tokens is refused', async () => {
    await rejectsWith(embed({ input: ' tide'.repeat(8200) }), OpenAI.BadRequestError);
});

test('a chat model makes no embeddings, an embedding model no chat', async () => {
    await rejectsWith(embed({ model: 'gpt-4o' }), OpenAI.APIError);
    await rejectsWith(client.chat.completions.create({ model: 'text-embedding-3-small',
        messages: [{ role: 'user', content: 'Hello' }] }), OpenAI.APIError);
});

test('models are listed and retrieved, and unknown ones are not found', async () => {
    const models = await collect(client.models.list());
    for (const model of models)
        assert.deepEqual([model.object, typeof model.created, typeof model.owned_by],
            ['model', 'number', 'string'], model.id);
    for (const id of ['gpt-4o', 'gpt-5', 'gpt-6.2-sol', 'text-embedding-3-small', 'davinci-002'])
        assert.ok(models.some((model) => model.id === id), id);
    const one = await client.models.retrieve('gpt-4o');
    const listed = models.find((model) => model.id === 'gpt-4o');
    assert.deepEqual({ ...one }, { ...listed });
    await rejectsWith(client.models.retrieve('gpt-0'), OpenAI.NotFoundError,
        { code: 'model_not_found' });
});

test('models that were shut down before this day are gone, later ones tell their day', async () => {
    const models = await collect(client.models.list());
    assert.ok(!models.some((model) => model.id === 'gpt-3.5-turbo'));
    for (const { id, shutdown_date } of models)
        assert.ok(shutdown_date === null || shutdown_date > TODAY, `${id}: ${shutdown_date}`);
    await rejectsWith(client.chat.completions.create({ model: 'gpt-3.5-turbo',
        messages: [{ role: 'user', content: 'Hello' }] }), OpenAI.NotFoundError);
});

test('a legacy completion has 16 tokens and its own shape', async () => {
    const answer = await complete();
    assert.match(answer.id, /^cmpl-/);
    assert.equal(answer.object, 'text_completion');
    assert.deepEqual(Object.keys(answer.choices[0]), ['text', 'index', 'logprobs', 'finish_reason']);
    assert.ok(answer.usage.completion_tokens <= 16);
    assert.equal(answer.usage.total_tokens,
        answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

test('a streamed legacy completion comes to the same text', async () => {
    const options = { headers: { 'X-Client-Request-Id': 'legacy' } };
    const ask = { model: 'davinci-002', prompt: 'The tide', max_tokens: 9 };
    const plain = await client.completions.create(ask, options);
    const chunks = await collect(await client.completions.create({ ...ask, stream: true,
        stream_options: { include_usage: true } }, options));
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.text ?? '').join(''),
        plain.choices[0].text);
    assert.equal(chunks.at(-1).usage.completion_tokens, plain.usage.completion_tokens);
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
});

test('prompts times n choices, echo, logprobs and best_of', async () => {
    const many = await complete({ prompt: ['One', 'Two'], n: 2, max_tokens: 3 });
    assert.deepEqual(many.choices.map((choice) => choice.index), [0, 1, 2, 3]);
    const echoed = await complete({ echo: true, max_tokens: 3 });
    assert.ok(echoed.choices[0].text.startsWith('The tide'));
    const { logprobs } = (await complete({ logprobs: 2, max_tokens: 4 })).choices[0];
    assert.equal(logprobs.tokens.length, 4);
    assert.equal(logprobs.token_logprobs.length, 4);
    assert.equal(logprobs.text_offset.length, 4);
    assert.ok((await complete({ best_of: 3, max_tokens: 3 })).choices.length === 1);
    assert.ok((await complete({ prompt: [791, 43038], max_tokens: 3 })).usage.prompt_tokens === 2);
});

test('moderations judge each input in thirteen categories', async () => {
    const answer = await client.moderations.create({ input: ['A nice day.', 'I will kill him.'] });
    assert.match(answer.id, /^modr-/);
    const [nice, nasty] = answer.results;
    assert.deepEqual([nice.flagged, nasty.flagged], [false, true]);
    assert.equal(nasty.categories.violence, true);
    for (const result of answer.results) {
        const names = Object.keys(result.categories);
        assert.equal(names.length, 13);
        assert.deepEqual(Object.keys(result.category_scores), names);
        assert.deepEqual(Object.keys(result.category_applied_input_types), names);
        for (const score of Object.values(result.category_scores))
            assert.ok(score >= 0 && score <= 1);
    }
});

test('moderations take parts and name a model', async () => {
    const answer = await client.moderations.create({ model: 'omni-moderation-latest',
        input: [{ type: 'text', text: 'A nice day.' }] });
    assert.equal(answer.results.length, 1);
    assert.ok(answer.model.startsWith('omni-moderation'));
});
