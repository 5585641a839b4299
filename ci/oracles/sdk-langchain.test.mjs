// SPDX-License-Identifier: MIT
// @langchain/openai, unmodified: chat and responses, tools, structured outputs and embeddings.
import assert from 'node:assert/strict';
import test from 'node:test';
import { collect, journal, needNode, startMock } from './mock.mjs';

needNode(20);
const { ChatOpenAI, OpenAI, OpenAIEmbeddings } = await import('@langchain/openai');
const { HumanMessage, SystemMessage, ToolMessage } = await import('@langchain/core/messages');
const { tool } = await import('@langchain/core/tools');
const { z } = await import('zod');

const mock = await startMock('--instant', '--no-limits', '--admin-port', '0', '--profile',
    'gpt-5-like');
const usual = { apiKey: 'sk-test', maxRetries: 0 };
const configuration = (headers) => ({ baseURL: mock.baseURL, defaultHeaders: headers });
const newChat = ({ headers, ...more } = {}) => new ChatOpenAI({ ...usual, model: 'gpt-4o',
    configuration: configuration(headers), ...more });
const question = 'What is the weather like?';

const Place = z.object({ city: z.string(), days: z.number().int().min(1).max(7) });
const Event = z.object({ name: z.string(), seats: z.number().int(), tags: z.array(z.string()) });
const weather = tool(async () => 'clear',
    { name: 'get_weather', description: 'Weather.', schema: Place });

const WAYS = [['chat completions', {}], ['responses', { useResponsesApi: true }]];

for (const [way, options] of WAYS) {
    test(`${way}: invoke gives a message with usage and metadata`, async () => {
        const headers = { 'x-etalon-answer-tokens': '9' };
        const message = await newChat({ headers, ...options }).invoke(
            [new SystemMessage('Be short.'), new HumanMessage(question)]);
        assert.ok(message.text.length > 0);
        assert.equal(message.usage_metadata.output_tokens, 9);
        assert.equal(message.usage_metadata.total_tokens,
            message.usage_metadata.input_tokens + 9);
        assert.match(message.response_metadata.model_name ?? message.response_metadata.model,
            /^gpt-4o-/);
    });

    test(`${way}: a stream's pieces join to a text with usage`, async () => {
        const headers = { 'x-etalon-answer-tokens': '9' };
        const pieces = await collect(await newChat({ headers, ...options }).stream(question));
        assert.ok(pieces.length > 3);
        const whole = pieces.reduce((all, piece) => all.concat(piece));
        assert.equal(whole.text, pieces.map((piece) => piece.text).join(''));
        assert.ok(whole.text.length > 0);
        assert.equal(whole.usage_metadata.output_tokens, 9);
        const { finish_reason, status } = whole.response_metadata;
        assert.equal(finish_reason ?? status, way === 'responses' ? 'completed' : 'stop');
    });

    test(`${way}: bound tools are called, answered, and text follows`, async () => {
        const chat = newChat(options).bindTools([weather]);
        const ask = new HumanMessage(question);
        const called = await chat.invoke([ask]);
        assert.equal(called.tool_calls.length, 1);
        assert.equal(called.tool_calls[0].name, 'get_weather');
        Place.parse(called.tool_calls[0].args);
        const answered = await weather.invoke(called.tool_calls[0]);
        assert.ok(answered instanceof ToolMessage);
        const last = await chat.invoke([ask, called, answered]);
        assert.equal(last.tool_calls.length, 0);
        assert.ok(last.text.length > 0);
    });

    test(`${way}: streamed tool calls join to arguments of the schema`, async () => {
        const pieces = await collect(await newChat(options).bindTools([weather]).stream(question));
        const whole = pieces.reduce((all, piece) => all.concat(piece));
        assert.deepEqual(whole.tool_calls.map((call) => call.name), ['get_weather']);
        Place.parse(whole.tool_calls[0].args);
    });

    test(`${way}: parallel calls of a stream are kept apart`, async () => {
        const train = tool(async () => 'none', { name: 'find_train', schema: Event });
        const pieces = await collect(await newChat(options).bindTools([weather, train])
            .stream('What is the weather, and is there a train?'));
        const { tool_calls } = pieces.reduce((all, piece) => all.concat(piece));
        assert.deepEqual(tool_calls.map((call) => call.name), ['get_weather', 'find_train']);
        Place.parse(tool_calls[0].args);
        Event.parse(tool_calls[1].args);
    });

    test(`${way}: withStructuredOutput gives what the zod schema says, by each method`,
        async () => {
            for (const method of ['jsonSchema', 'functionCalling']) {
                const chat = newChat(options).withStructuredOutput(Event, { method });
                Event.parse(await chat.invoke(question));
            }
        });

    test(`${way}: structured output with the raw message beside it`, async () => {
        const chat = newChat(options).withStructuredOutput(Event, { includeRaw: true });
        const { raw, parsed } = await chat.invoke(question);
        assert.deepEqual(Event.parse(parsed), JSON.parse(raw.text));
    });

    test(`${way}: a model that reasons tells how many tokens that took`, async () => {
        const chat = newChat({ model: 'gpt-5', reasoning: { effort: 'high' }, ...options });
        const message = await chat.invoke(question);
        assert.ok(message.usage_metadata.output_token_details.reasoning > 0);
        assert.ok(message.text.length > 0);
    });

    test(`${way}: its own retries get over a failure`, async () => {
        const id = `langchain ${way}`;
        const headers = { 'X-Client-Request-Id': id,
            'x-etalon-fault': `503; times=1; id=${id}; retry-after-ms=1` };
        const message = await newChat({ headers, maxRetries: 2, ...options }).invoke(question);
        assert.ok(message.text.length > 0);
        assert.deepEqual((await journal(mock, id)).map((request) => request.status),
            [503, 200]);
    });

    test(`${way}: errors carry status and code, and a 404 is not tried again`, async () => {
        const id = `langchain unknown ${way}`;
        const chat = newChat({ model: 'gpt-0', maxRetries: 2, ...options,
            headers: { 'X-Client-Request-Id': id } });
        await assert.rejects(chat.invoke(question), (error) => {
            assert.equal(error.code, 'model_not_found');
            return true;
        });
        assert.equal((await journal(mock, id)).length, 1);
    });

    test(`${way}: a batch is answered in order`, async () => {
        const messages = await newChat(options).batch(['One', 'Two', 'Three']);
        assert.equal(messages.length, 3);
        assert.equal(new Set(messages.map((message) => message.id)).size, 3);
    });
}

test('chat completions: json mode gives an object', async () => {
    const chat = newChat().withStructuredOutput(z.object({}).loose(), { method: 'jsonMode' });
    assert.equal(typeof await chat.invoke('Answer in JSON.'), 'object');
});

test('chat completions: generate gives n choices', async () => {
    const result = await newChat({ n: 2 }).generate([[new HumanMessage(question)]]);
    assert.equal(result.generations[0].length, 2);
    assert.notEqual(result.generations[0][0].text, result.generations[0][1].text);
});

test('embeddings of documents and a query are of one space', async () => {
    const embeddings = new OpenAIEmbeddings({ ...usual, model: 'text-embedding-3-small',
        configuration: configuration() });
    const vectors = await embeddings.embedDocuments(['one', 'two']);
    const vector = await embeddings.embedQuery('two');
    assert.deepEqual(vectors.map((each) => each.length), [1536, 1536]);
    assert.ok(vector.every((x, i) => Math.abs(x - vectors[1][i]) < 1e-6));
    const short = new OpenAIEmbeddings({ ...usual, model: 'text-embedding-3-large', dimensions: 64,
        configuration: configuration() });
    assert.equal((await short.embedQuery('two')).length, 64);
});

test('the legacy OpenAI class completes and streams', async () => {
    const llm = new OpenAI({ ...usual, model: 'davinci-002', configuration: configuration() });
    assert.ok((await llm.invoke('The tide')).length > 0);
    assert.ok((await collect(await llm.stream('The tide'))).join('').length > 0);
});
