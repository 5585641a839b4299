// SPDX-License-Identifier: MIT
// What the official openai SDK makes of every kind of fault; docs/faults.md tells the same.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';

const { default: OpenAI } = await import('openai');
const { APIConnectionError, APIConnectionTimeoutError, APIError, InternalServerError,
    RateLimitError } = OpenAI;

const running = [];

async function serve(...options) {
    const mock = spawn(process.env.ETALON, ['mock', '--port', '0', '--instant', ...options], {
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.push(mock);
    const lines = createInterface(mock.stdout);
    const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
    assert.match(String(line), /^listening on /);
    mock.baseURL = `${line.slice('listening on '.length)}/v1`;
    return mock;
}

const connect = (mock, more) =>
    new OpenAI({ apiKey: 'sk-test', baseURL: mock.baseURL, maxRetries: 0, ...more });

let client, whole;

before(async () => {
    client = connect(await serve('--no-limits'));
    whole = (await ask('', false)).choices[0].message.content;
});

after(async () => {
    for (const mock of running) {
        mock.kill('SIGTERM');
        if (mock.exitCode === null)
            await once(mock, 'exit');
        assert.equal(mock.exitCode, 0);
    }
});

// Nine words, the same each time.
function ask(fault, stream, options) {
    const headers = { 'x-client-request-id': 'same', 'x-etalon-answer-tokens': '9' };
    if (fault)
        headers['x-etalon-fault'] = fault;
    const messages = [{ role: 'user', content: 'Say something about tides.' }];
    const more = stream ? { stream, stream_options: { include_usage: true } } : {};
    return (options?.client ?? client).chat.completions.create(
        { model: 'gpt-4o', messages, ...more }, { headers, ...options?.request });
}

// What a program sees of a stream: all chunks up to the end, or up to the error it is thrown.
async function watch(fault) {
    const chunks = [];
    let error = null;
    try {
        for await (const chunk of await ask(fault, true))
            chunks.push(chunk);
    } catch (thrown) {
        error = thrown;
    }
    const words = chunks.map((chunk) => chunk.choices[0]?.delta.content).filter((word) => word);
    return {
        chunks, words, error, text: words.join(''),
        finish: chunks.map((chunk) => chunk.choices[0]?.finish_reason).find((reason) => reason),
        usage: chunks.find((chunk) => chunk.usage)?.usage,
    };
}

const is = (kind, message) => (error) => error instanceof kind && message.test(error.message);
const terminated = is(TypeError, /^terminated$/);

// Streams that end in an error, after so many words.
const thrown = {
    '503': [0, is(InternalServerError, /overloaded/)],
    'html': [0, is(InternalServerError, /502 Bad Gateway/)],
    'reset': [0, is(APIConnectionError, /Connection error/)],
    'refuse': [0, is(APIConnectionError, /Connection error/)],
    'reset; after-bytes=700': [1, terminated],
    'cut; after=3': [3, terminated],
    'cut-event; after=3': [3, terminated],
    'cut-chunk; after=3': [3, terminated],
    'no-last-chunk': [9, terminated],
    'error-event; after=3': [3, is(APIError, /The server had an error/)],
    'error-event; after=3; code=server_is_overloaded': [3, is(APIError, /overloaded/)],
    'bad-json; after=3': [3, is(SyntaxError, /JSON/)],
};
for (const [fault, [words, expected]] of Object.entries(thrown))
    test(`a stream with ${fault} throws`, async () => {
        const seen = await watch(fault);
        assert.ok(seen.error && expected(seen.error), `${seen.error}`);
        assert.equal(seen.words.length, words);
    });

// Streams that are damaged and end as if they were not: nothing but the program can tell.
const silent = {
    'empty': (seen) => seen.chunks.length === 0,
    'html; status=200': (seen) => seen.chunks.length === 0,
    'duplicate-chunk; after=3': (seen) => seen.words.length === 10 && seen.words[2] === seen.words[3],
    'no-finish': (seen) => seen.text === whole && !seen.finish && seen.usage,
    'no-usage': (seen) => seen.text === whole && seen.finish && !seen.usage,
    'no-done': (seen) => seen.text === whole && seen.finish && seen.usage,
};
for (const [fault, expected] of Object.entries(silent))
    test(`a stream with ${fault} goes unnoticed`, async () => {
        const seen = await watch(fault);
        assert.equal(seen.error, null);
        assert.ok(expected(seen), JSON.stringify(seen.words));
    });

// Answers that are unusual and right: a good client gets the same.
const harmless = [
    'stall-head; ms=1', 'stall; after=3; ms=1', 'stall-end; ms=1', 'slow-drip; bytes=60; ms=1',
    'one-byte', 'split-utf8', 'odd-json', 'oversize', 'header; name=x-request-id', 'close-idle',
    'odd-json, slow-drip; bytes=90; ms=1, stall-end; ms=1, split-utf8',
];
for (const fault of harmless)
    test(`an answer with ${fault} is as it was`, async () => {
        const seen = await watch(fault);
        assert.deepEqual([seen.error, seen.text], [null, whole]);
        assert.equal(seen.usage.completion_tokens, 9);
        const plain = await ask(fault, false);
        assert.equal(plain.choices[0].message.content, whole);
        assert.equal(plain.usage.completion_tokens, 9);
    });

test('two [DONE]s are read as one', async () => {
    const seen = await watch('done-twice');
    assert.deepEqual([seen.error, seen.text], [null, whole]);
});

test('characters come together again', async () => {
    const seen = await watch('split-utf8');
    assert.ok(seen.chunks.every((chunk) => chunk.obfuscation === 'é€😀'));
    assert.equal((await ask('split-utf8', false)).obfuscation, 'é€😀');
});

test('plain answers break as their faults say', async () => {
    await assert.rejects(ask('cut', false), terminated);
    await assert.rejects(ask('reset; after-bytes=100', false), terminated);
    await assert.rejects(ask('length-long', false), terminated);
    await assert.rejects(ask('length-short', false), SyntaxError);
    await assert.rejects(ask('bad-json', false), SyntaxError);
    await assert.rejects(ask('error-event', false), InternalServerError);
    assert.equal(await ask('empty', false), undefined);
    assert.equal(typeof (await ask('wrong-type', false)), 'string');
    assert.match(await ask('html; status=200', false), /^<html>/);
    assert.equal((await ask('', false)).choices[0].message.content, whole);
});

async function respond(fault) {
    const headers = { 'x-etalon-fault': fault };
    const types = [];
    const stream = await client.responses.create(
        { model: 'gpt-4o', input: 'Hello', stream: true }, { headers });
    try {
        for await (const event of stream)
            types.push(event.type);
    } catch (error) {
        return [types, error];
    }
    return [types, null];
}

test('an error inside a response throws as it was captured, and not as it is documented', async () => {
    for (const [shape, throws] of [['own', true], ['data', true], ['event', false]]) {
        const [types, error] = await respond(`error-event; after=2; shape=${shape}`);
        assert.equal(error instanceof APIError, throws, shape);
        assert.equal(types.at(-1) === 'error', !throws);
        assert.equal(types[0], 'response.created');
        assert.ok(!types.includes('response.completed'));
    }
    const [types, error] = await respond('no-done');
    assert.deepEqual([types.at(-1), error], ['response.output_item.done', null]);
    for (const fault of ['odd-json', 'split-utf8', 'one-byte', 'stall-end; ms=1'])
        assert.equal((await respond(fault))[0].at(-1), 'response.completed', fault);
});

test('a header that is wanted arrives', async () => {
    const { response } = await ask('header; name=x-served-by; value=blue', false).withResponse();
    assert.equal(response.headers.get('x-served-by'), 'blue');
});

test('a stall is waited for no longer than the client wants', async () => {
    const request = { timeout: 200 };
    await assert.rejects(ask('stall-head; ms=60000', false, { request }), APIConnectionTimeoutError);
    let words = 0;
    for await (const chunk of await ask('stall; after=3; ms=60000', true))
        if (chunk.choices[0]?.delta.content && ++words === 3)
            break;
    assert.equal(words, 3);
});

// A client that notes the status of each try.
function retrying(fault) {
    const tries = [];
    const request = { maxRetries: 2 };
    const noting = client.withOptions({
        fetch: async (...args) => {
            const response = await fetch(...args);
            tries.push(response.status);
            return response;
        },
    });
    return ask(fault, false, { client: noting, request }).then(() => tries, () => tries);
}

test('a 429 is tried again in whatever form it says when, unless it says not to', async () => {
    for (const form of ['retry-after-ms=10; retry-form=ms', 'retry-after-ms=10; retry-form=zero',
        'retry-after-ms=10; retry-form=date', 'retry-after-ms=10'])
        assert.deepEqual(await retrying(`429; times=1; id=${form.replace(/\W/g, '')}; ${form}`),
            [429, 200]);
    assert.deepEqual(await retrying('503; should-retry=false'), [503]);
    assert.deepEqual(await retrying('400; should-retry=true; times=1; id=unusual'), [400, 200]);
    await assert.rejects(ask('429; code=credit_balance_exhausted', false), RateLimitError);
});

test('what is no fault is refused with those there are', async () => {
    await assert.rejects(ask('gremlins', false), is(OpenAI.BadRequestError, /stall-head, stall/));
    await assert.rejects(ask('503, cut', false), is(OpenAI.BadRequestError, /a second way to end/));
});

test('a plan of a file refuses connections, by the system or by a reset', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'etalon-faults-'));
    const plan = async (name, fault) => {
        const file = join(folder, name);
        await writeFile(file, JSON.stringify({
            name: 'faults', duration_s: 60, upstream: { faults: [fault] },
            workload: {
                arrivals: { law: 'constant', rate_per_s: 1 },
                use_cases: [{ name: 'a', share: 1, prompt_tokens: { law: 'constant', value: 10 },
                    answer_tokens: { law: 'constant', value: 10 } }],
            },
            arms: [{ name: 'a', model: 'gpt-4o' }],
        }));
        return serve('--config', file);
    };
    const down = await plan('down', { kind: 'refuse', probability: 1 });
    const dead = await ask('', false, { client: connect(down) }).catch((error) => error);
    assert.ok(dead instanceof APIConnectionError);
    const flaky = await plan('flaky', { kind: 'refuse', probability: 0.5 });
    const headers = { connection: 'close' };
    const all = await Promise.all(Array.from({ length: 40 }, () =>
        ask('', false, { client: connect(flaky), request: { headers } }).catch((error) => error)));
    const refused = all.filter((one) => one instanceof APIConnectionError).length;
    assert.ok(refused > 0 && refused < 40, `${refused} of 40`);
    await rm(folder, { recursive: true });
});
