// SPDX-License-Identifier: MIT
// Answers that rules lay down (docs/rules.md), through the official openai SDK: refusals, fixed
// texts, calls of tools, and arguments that break a client's parser.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { collect, needNode, startMock } from './mock.mjs';

needNode(20);
const { default: OpenAI } = await import('openai');
const { zodResponseFormat, zodTextFormat } = await import('openai/helpers/zod');
const { z } = await import('zod');

const REFUSAL = "I can't help with that, sorry.";
const rules = [
    { when: { contains: 'refuse' }, answer: { refusal: REFUSAL } },
    { when: { contains: 'weather', nth: 1 },
        answer: { calls: [{ name: 'get_weather', arguments: { city: 'Paris' } },
            { name: 'get_time', arguments: {} }] } },
    { when: { contains: 'weather' }, answer: { template: '{{model}} heard: {{message}}' } },
    { when: { contains: 'broken' }, answer: { calls: [{ name: 'f', arguments: '{"a":' }] } },
    { when: { json: { path: '$.metadata.case', equals: 'cut' } },
        answer: { text: 'Cut sho', finish: 'length' } },
    { answer: { text: 'Fixed, with an ü and a 🙂.' } },
];
const fixed = { law: 'constant', value: 10 };
const scenario = {
    name: 'rules', duration_s: 1,
    workload: { arrivals: { law: 'poisson', rate_per_s: 1 },
        use_cases: [{ name: 'one', share: 1, prompt_tokens: fixed, answer_tokens: fixed }] },
    upstream: { models: { 'gpt-4o': { profile: 'gpt-4o-like' } }, rules },
    arms: [{ name: 'only', model: 'gpt-4o' }],
};

const folder = mkdtempSync(join(tmpdir(), 'etalon-rules-'));
after(() => rmSync(folder, { recursive: true }));
const write = (name, value) => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
};

const { baseURL } = await startMock('--instant', '--no-limits', '--rules',
    write('rules.json', { rules }));
const client = new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0 });
const say = (content) => [{ role: 'user', content }];
const chat = (content, more) =>
    client.chat.completions.create({ model: 'gpt-4o', messages: say(content), ...more });

test('the rules of a scenario answer too, unless others are named', async () => {
    const config = ['--instant', '--no-limits', '--config', write('scenario.json', scenario)];
    const other = write('other.json', { rules: [{ answer: { text: 'Other.' } }] });
    const ask = async (...options) => {
        const mock = await startMock(...options);
        const asker = new OpenAI({ apiKey: 'sk-test', baseURL: mock.baseURL, maxRetries: 0 });
        const answer = await asker.chat.completions.create({ model: 'gpt-4o',
            messages: say('anything') });
        return answer.choices[0].message.content;
    };
    assert.equal(await ask(...config), rules.at(-1).answer.text);
    assert.equal(await ask(...config, '--rules', other), 'Other.');
});

test('a refusal has no content, in whole and in pieces', async () => {
    const { choices: [{ message, finish_reason }] } = await chat('Please refuse.');
    assert.deepEqual([message.content, message.refusal, finish_reason], [null, REFUSAL, 'stop']);
    const runner = client.chat.completions.stream({ model: 'gpt-4o', messages: say('refuse') });
    const pieces = [];
    runner.on('refusal.delta', ({ delta }) => pieces.push(delta));
    const final = await runner.finalChatCompletion();
    assert.equal(pieces.join(''), REFUSAL);
    assert.equal(final.choices[0].message.refusal, REFUSAL);
    assert.equal(final.choices[0].message.content, null);
});

test('a structured output can be refused', async () => {
    const Answer = z.object({ a: z.string() });
    const parsed = await client.chat.completions.parse({ model: 'gpt-4o',
        messages: say('refuse'), response_format: zodResponseFormat(Answer, 'answer') });
    assert.equal(parsed.choices[0].message.parsed, null);
    assert.equal(parsed.choices[0].message.refusal, REFUSAL);
    const response = await client.responses.parse({ model: 'gpt-4o', input: 'refuse',
        text: { format: zodTextFormat(Answer, 'answer') } });
    assert.equal(response.output_parsed, null);
});

test('a refusal is a part of its own in responses, and has its own events', async () => {
    const response = await client.responses.create({ model: 'gpt-4o', input: 'refuse' });
    assert.deepEqual(response.output[0].content, [{ type: 'refusal', refusal: REFUSAL }]);
    const events = await collect(await client.responses.create(
        { model: 'gpt-4o', input: 'refuse', stream: true }));
    const deltas = events.filter((event) => event.type === 'response.refusal.delta');
    assert.equal(deltas.map((event) => event.delta).join(''), REFUSAL);
    const done = events.find((event) => event.type === 'response.refusal.done');
    assert.equal(done.refusal, REFUSAL);
    assert.equal(events.at(-1).response.output[0].content[0].refusal, REFUSAL);
});

test('the first request gets its calls, the second its text', async () => {
    const first = (await chat('The weather?')).choices[0];
    assert.deepEqual(first.message.tool_calls.map((call) => call.function),
        [{ name: 'get_weather', arguments: '{"city":"Paris"}' },
            { name: 'get_time', arguments: '{}' }]);
    assert.equal(first.finish_reason, 'tool_calls');
    const second = (await chat('The weather?')).choices[0];
    assert.match(second.message.content, /^gpt-4o.* heard: The weather\?$/);
});

test('arguments can be none that a parser takes', async () => {
    const [call] = (await chat('broken')).choices[0].message.tool_calls;
    assert.equal(call.function.arguments, '{"a":');
    assert.throws(() => JSON.parse(call.function.arguments), SyntaxError);
});

test('a text is said as it is, whole and in pieces that join to it', async () => {
    const text = rules.at(-1).answer.text;
    assert.equal((await chat('Hello')).choices[0].message.content, text);
    const chunks = await collect(await chat('Hello', { stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0].delta.content ?? '').join(''), text);
    const cut = (await chat('Hello', { metadata: { case: 'cut' } })).choices[0];
    assert.deepEqual([cut.message.content, cut.finish_reason], ['Cut sho', 'length']);
});
