// SPDX-License-Identifier: MIT
// What goes wrong, as the official openai SDK sees it: classes of errors, what is tried again, how
// often and when.  Tries and instants are those of the mock's journal; of instants only lower
// bounds are asserted, for a busy machine makes everything late and nothing early.
import assert from 'node:assert/strict';
import test from 'node:test';
import { collect, journal, needNode, rejectsWith, startMock } from './mock.mjs';

needNode(20);
const { default: OpenAI } = await import('openai');

const mock = await startMock('--instant', '--no-limits', '--admin-port', '0');
const client = new OpenAI({ apiKey: 'sk-test', baseURL: mock.baseURL });
const messages = [{ role: 'user', content: 'Say something about tides.' }];
const TIMER_MS = 5; // that node's timers and the journal's whole milliseconds may take off

let named = 0;
const newId = () => `errors-${++named}`;
const faulty = (kind, more = {}) => {
    const { id = newId(), ...options } = more;
    return { ...options, headers: { 'x-etalon-fault': kind, 'X-Client-Request-Id': id } };
};
const chat = (more, options) =>
    client.chat.completions.create({ model: 'gpt-4o', messages, ...more }, options);

/** The tries of a call that fails with `kind` every time it is made. */
async function tries(kind, options = {}) {
    const id = newId();
    await assert.rejects(chat({}, faulty(kind, { id, ...options })));
    return journal(mock, id);
}

/** How long each try came after the one before, in ms. */
const gaps = (requests) => requests.slice(1)
    .map((request, i) => request.received_unix_ms - requests[i].received_unix_ms);

const CLASSES = [
    [400, 'BadRequestError', 'invalid_request_error', null],
    [401, 'AuthenticationError', 'invalid_request_error', 'invalid_api_key'],
    [403, 'PermissionDeniedError', 'request_forbidden', 'unsupported_country_region_territory'],
    [404, 'NotFoundError', 'invalid_request_error', 'model_not_found'],
    [408, 'APIError', undefined, undefined],
    [409, 'ConflictError', undefined, undefined],
    [413, 'APIError', undefined, undefined],
    [422, 'UnprocessableEntityError', undefined, undefined],
    [429, 'RateLimitError', 'requests', 'rate_limit_exceeded'],
    [500, 'InternalServerError', 'server_error', null],
    [503, 'InternalServerError', 'service_unavailable_error', 'server_is_overloaded'],
];

for (const [status, name, type, code] of CLASSES)
    test(`a ${status} is a ${name} with the body's type and code`, async () => {
        const error = await rejectsWith(chat({}, faulty(String(status), { maxRetries: 0 })),
            OpenAI[name], { status });
        assert.equal(error.constructor, OpenAI[name]);
        assert.match(error.requestID, /^req_[0-9a-f]{32}$/);
        assert.ok(error.message.length > 10, error.message);
        assert.deepEqual(Object.keys(error.error), ['message', 'type', 'param', 'code']);
        if (type !== undefined)
            assert.deepEqual([error.type, error.code], [type, code]);
    });

test('a 429 for want of money carries its code, whichever it is', async () => {
    for (const code of ['insufficient_quota', 'credit_balance_exhausted',
        'organization_spend_limit_exceeded', 'project_spend_limit_exceeded', 'slow_down'])
        await rejectsWith(chat({}, faulty(`429; code=${code}`, { maxRetries: 0 })),
            OpenAI.RateLimitError, { code });
});

test('what a request does wrong is named by param', async () => {
    const rows = [
        [{ messages: [] }, 'messages', 'empty_array'],
        [{ messages: undefined }, 'messages', 'missing_required_parameter'],
        [{ temperature: 3 }, 'temperature', 'decimal_above_max_value'],
        [{ temperature: 'hot' }, 'temperature', 'invalid_type'],
        [{ n: 129 }, 'n', 'integer_above_max_value'],
        [{ top_logprobs: 21, logprobs: true }, 'top_logprobs', 'integer_above_max_value'],
    ];
    for (const [more, param, code] of rows)
        await rejectsWith(chat(more), OpenAI.BadRequestError, { param, code });
});

test('no key, an unknown model, path and method are refused', async () => {
    await rejectsWith(chat({}, { headers: { Authorization: null } }), OpenAI.AuthenticationError,
        { status: 401 });
    await rejectsWith(chat({ model: 'gpt-0' }), OpenAI.NotFoundError, { code: 'model_not_found' });
    await rejectsWith(client.get('/nothing'), OpenAI.NotFoundError, { code: null });
    await rejectsWith(client.get('/chat/completions'), OpenAI.APIError, { status: 405 });
});

test('a prompt over the context window is refused with its own code', async () => {
    const long = [{ role: 'user', content: ' tide'.repeat(130000) }];
    await rejectsWith(chat({ messages: long }), OpenAI.BadRequestError,
        { code: 'context_length_exceeded', param: 'messages' });
});

test('all endpoints fail in the same way', async () => {
    const calls = [
        (options) => client.responses.create({ model: 'gpt-4o', input: 'Hello' }, options),
        (options) => client.embeddings.create(
            { model: 'text-embedding-3-small', input: 'Hello' }, options),
        (options) => client.completions.create({ model: 'davinci-002', prompt: 'Hi' }, options),
        (options) => client.moderations.create({ input: 'Hello' }, options),
        (options) => client.models.list(options),
    ];
    for (const call of calls)
        await rejectsWith(call(faulty('503', { maxRetries: 0 })), OpenAI.InternalServerError,
            { code: 'server_is_overloaded' });
});

test('connection errors, 408, 409, 429 and 5xx are tried three times, the rest once', async () => {
    for (const status of [400, 401, 403, 404, 413, 422])
        assert.equal((await tries(String(status))).length, 1, String(status));
    for (const status of [408, 409, 429, 500, 502, 503, 504, 529]) {
        const requests = await tries(`${status}; retry-after-ms=1`);
        assert.deepEqual(requests.map((request) => request.retry_count), [0, 1, 2],
            String(status));
        assert.deepEqual(requests.map((request) => request.status), [status, status, status]);
    }
});

test('maxRetries says how often, of the client and of the call', async () => {
    assert.equal((await tries('500', { maxRetries: 0 })).length, 1);
    const requests = await tries('500; retry-after-ms=1', { maxRetries: 5 });
    assert.deepEqual(requests.map((request) => request.retry_count), [0, 1, 2, 3, 4, 5]);
});

test('a call that fails twice is answered by the third try', async () => {
    const id = newId();
    const kind = `503; times=2; id=${id}; retry-after-ms=1`;
    const answer = await chat({}, faulty(kind, { id }));
    assert.ok(answer.choices[0].message.content.length > 0);
    assert.deepEqual((await journal(mock, id)).map((request) => request.status), [503, 503, 200]);
});

test('x-should-retry wins over the status, both ways', async () => {
    assert.equal((await tries('500; should-retry=false')).length, 1);
    assert.equal((await tries('429; code=insufficient_quota; should-retry=false')).length, 1);
    assert.equal((await tries('400; should-retry=true; retry-after-ms=1')).length, 3);
});

test('without a word from the server the SDK waits 375 ms, then 750 ms, or more', async () => {
    const [first, second] = gaps(await tries('503'));
    assert.ok(first >= 375 - TIMER_MS, `${first} ms`);
    assert.ok(second >= 750 - TIMER_MS, `${second} ms`);
});

test('retry-after-ms is obeyed', async () => {
    const requests = await tries('429; retry-after-ms=700; retry-form=ms', { maxRetries: 1 });
    assert.ok(gaps(requests)[0] >= 700 - TIMER_MS, `${gaps(requests)} ms`);
});

test('retry-after in seconds is obeyed', async () => {
    const requests = await tries('429; retry-after=1; retry-form=seconds', { maxRetries: 1 });
    assert.ok(gaps(requests)[0] >= 1000 - TIMER_MS, `${gaps(requests)} ms`);
});

test('retry-after as a date is obeyed', async () => {
    // A date has whole seconds: two from now are more than one.
    const requests = await tries('503; retry-after=2; retry-form=date', { maxRetries: 1 });
    assert.ok(gaps(requests)[0] >= 1000 - TIMER_MS, `${gaps(requests)} ms`);
});

test('a rate limit that is reached refuses with its headers, and the SDK gets over it', async () => {
    const limits = { models: { 'gpt-4o-mini': { requests_per_minute: 60 } } };
    const set = await fetch(`${mock.admin}/limits`,
        { method: 'PUT', body: JSON.stringify(limits) });
    assert.equal(set.status, 200, await set.text());
    const ask = (options) => chat({ model: 'gpt-4o-mini', max_tokens: 1 }, options);
    let refused = null;
    for (let i = 0; i < 500 && !refused; i++)
        await ask({ maxRetries: 0 }).catch((error) => { refused = error; });
    assert.ok(refused instanceof OpenAI.RateLimitError, String(refused));
    assert.deepEqual([refused.type, refused.code], ['requests', 'rate_limit_exceeded']);
    assert.match(refused.message, /requests per min \(RPM\): Limit 60, Used 60, Requested 1\./);
    assert.equal(refused.headers.get('x-ratelimit-remaining-requests'), '0');
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    const id = newId();
    await ask({ maxRetries: 5, headers: { 'X-Client-Request-Id': id } });
    assert.equal((await journal(mock, id)).at(-1).status, 200);
    await fetch(`${mock.admin}/reset`, { method: 'POST' });
});

test('a head that does not come is a timeout, and is tried again', async () => {
    const id = newId();
    await rejectsWith(chat({}, faulty('stall-head; ms=60000',
        { id, timeout: 100, maxRetries: 1 })), OpenAI.APIConnectionTimeoutError);
    assert.deepEqual((await journal(mock, id)).map((request) => request.retry_count), [0, 1]);
});

test('a timeout that happens once is got over', async () => {
    const id = newId();
    const kind = `stall-head; ms=60000; times=1; id=${id}`;
    const answer = await chat({}, faulty(kind, { id, timeout: 1500, maxRetries: 5 }));
    assert.ok(answer.choices[0].message.content.length > 0);
    assert.ok((await journal(mock, id)).length >= 2);
});

test('a reset before the head is a connection error, tried three times', async () => {
    const id = newId();
    const error = await rejectsWith(chat({}, faulty('reset', { id })), OpenAI.APIConnectionError);
    assert.ok(!(error instanceof OpenAI.APIConnectionTimeoutError));
    const requests = await journal(mock, id);
    assert.deepEqual(requests.map((request) => [request.retry_count, request.status]),
        [[0, 0], [1, 0], [2, 0]]);
});

test('an abort is no error of the server', async () => {
    const controller = new AbortController();
    const call = chat({}, faulty('stall-head; ms=60000', { signal: controller.signal }));
    setImmediate(() => controller.abort());
    await rejectsWith(call, OpenAI.APIUserAbortError);
});

const long = { stream: true, max_tokens: 40 };

test('a stream that begins is not tried again, however it ends', async () => {
    for (const kind of ['cut; after=5', 'cut-event; after=5', 'cut-chunk; after=5',
        'reset; after-bytes=2000', 'bad-json; after=5', 'error-event; after=5']) {
        const id = newId();
        const options = faulty(kind, { id });
        options.headers['x-etalon-answer-tokens'] = '40';
        const stream = await chat(long, options);
        await assert.rejects(collect(stream), Error, kind);
        assert.equal((await journal(mock, id)).length, 1, kind);
    }
});

test('an error inside a stream is an APIError without a status', async () => {
    const stream = await chat(long, faulty('error-event; after=3'));
    const error = await rejectsWith(collect(stream), OpenAI.APIError, { status: undefined });
    assert.equal(error.type, 'server_error');
    assert.ok(error.message.length > 10);
    const responses = await client.responses.create(
        { model: 'gpt-4o', input: 'Hello', stream: true }, faulty('error-event; after=1'));
    const outcome = await collect(responses).then((events) => events.at(-1).type, (it) => it);
    assert.ok(['error', 'response.failed'].includes(outcome) || outcome instanceof OpenAI.APIError,
        String(outcome));
});

test('a stream with no [DONE] or two is whole, one without a reason to end is not', async () => {
    for (const kind of ['no-done', 'done-twice']) {
        const chunks = await collect(await chat({ stream: true, max_tokens: 1 }, faulty(kind)));
        assert.equal(chunks.at(-1).choices[0].finish_reason, 'length', kind);
    }
    const runner = client.chat.completions.stream({ model: 'gpt-4o', messages },
        faulty('no-finish'));
    await assert.rejects(runner.finalChatCompletion(), OpenAI.OpenAIError);
});

test('odd but legal answers are read as if nothing were', async () => {
    for (const kind of ['one-byte', 'slow-drip; ms=1; bytes=400', 'split-utf8', 'odd-json',
        'close-idle']) {
        const id = newId();
        const plain = await chat({ max_tokens: 20 }, { headers: { 'X-Client-Request-Id': id } });
        const chunks = await collect(await chat({ stream: true, max_tokens: 20 },
            faulty(kind, { id })));
        const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
        assert.equal(text, plain.choices[0].message.content, kind);
        const whole = await chat({ max_tokens: 20 }, faulty(kind, { id }));
        assert.equal(whole.choices[0].message.content, text, kind);
    }
});

test('a page of HTML from in between is an error with the page as its message', async () => {
    const error = await rejectsWith(chat({}, faulty('html', { maxRetries: 0 })),
        OpenAI.InternalServerError, { status: 502 });
    assert.match(error.message, /<html/i);
    assert.equal(error.code, undefined);
});

test('a body that is not as long as it says is a broken connection', async () => {
    await assert.rejects(chat({}, faulty('length-long', { maxRetries: 0 })));
    await assert.rejects(chat({}, faulty('length-short', { maxRetries: 0 })));
});

test('an answer of the wrong type is not parsed', async () => {
    const answer = await chat({}, faulty('wrong-type'));
    assert.equal(typeof answer, 'string');
});

test('faults leave nothing behind: the next hundred at once are all answered', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => chat()));
    assert.equal(new Set(answers.map((answer) => answer.id)).size, 100);
});
