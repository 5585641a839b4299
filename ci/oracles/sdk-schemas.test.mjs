// SPDX-License-Identifier: MIT
// Structured outputs of many shapes: what comes back has to satisfy the zod schema it was asked by,
// through chat completions, responses and arguments of tools, in several drawings each.
import assert from 'node:assert/strict';
import test from 'node:test';
import { needNode, startMock } from './mock.mjs';

needNode(20);
const { default: OpenAI } = await import('openai');
const { zodFunction, zodResponseFormat, zodTextFormat } = await import('openai/helpers/zod');
const { z } = await import('zod');

const { baseURL } = await startMock('--instant', '--no-limits');
const client = new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0 });
const DRAWINGS = 3;

const Tree = z.object({ name: z.string(), get children() { return z.array(Tree); } });
const List = z.object({ value: z.number(), get next() { return List.nullable(); } });
const Shape = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('circle'), radius: z.number() }),
    z.object({ kind: z.literal('square'), side: z.number() }),
]);

const SCHEMAS = {
    'a string': z.object({ a: z.string() }),
    'a number': z.object({ a: z.number() }),
    'an integer': z.object({ a: z.number().int() }),
    'a boolean': z.object({ a: z.boolean() }),
    'a null': z.object({ a: z.null() }),
    'a literal': z.object({ a: z.literal('only this') }),
    'an enum': z.object({ a: z.enum(['red', 'green', 'blue']) }),
    'literals of several types': z.object({ a: z.union([z.literal('one'), z.literal(2)]) }),
    'an integer between bounds': z.object({ a: z.number().int().min(-3).max(3) }),
    'a number between bounds': z.object({ a: z.number().min(0).max(1) }),
    'a number above and below': z.object({ a: z.number().gt(0).lt(0.5) }),
    'a multiple': z.object({ a: z.number().int().multipleOf(7) }),
    'a multiple between bounds': z.object({ a: z.number().int().multipleOf(5).min(11).max(19) }),
    'a string of a pattern': z.object({ a: z.string().regex(/^[A-Z]{3}-\d{4}$/) }),
    'a string of alternatives': z.object({ a: z.string().regex(/^(cat|dog)s?$/) }),
    'an e-mail address': z.object({ a: z.email() }),
    'a UUID': z.object({ a: z.uuid() }),
    'a date and a time': z.object({ a: z.iso.date(), b: z.iso.datetime() }),
    'an IPv4 address': z.object({ a: z.ipv4() }),
    'something or null': z.object({ a: z.string().nullable(), b: z.number().nullable() }),
    'an array': z.object({ a: z.array(z.string()) }),
    'an array of so many': z.object({ a: z.array(z.number().int()).min(2).max(4) }),
    'exactly so many': z.object({ a: z.array(z.boolean()).length(3) }),
    'arrays in arrays': z.object({ a: z.array(z.array(z.number())) }),
    'objects in arrays': z.object({ a: z.array(z.object({ b: z.string(), c: z.boolean() })) }),
    'objects in objects': z.object({ a: z.object({ b: z.object({ c: z.object({ d: z.int() }) }) }) }),
    'a union of types': z.object({ a: z.union([z.string(), z.number(), z.boolean()]) }),
    'a union of objects': z.object({ a: z.union([z.object({ b: z.string() }),
        z.object({ c: z.number() })]) }),
    'a union told apart': z.object({ shapes: z.array(Shape) }),
    'a tree': Tree,
    'a linked list': List,
    'many members': z.object(Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [`m${i}`, i % 2 ? z.string() : z.number().int()]))),
    'members with odd names': z.object({ 'a b': z.string(), 'ü': z.string(), '$x': z.string(),
        'a"b': z.string() }),
    'descriptions': z.object({ a: z.string().describe('A "quoted" word.\nAnd a line.') }),
    'an invoice': z.object({ number: z.string(), due: z.iso.date(),
        lines: z.array(z.object({ what: z.string(), count: z.number().int().positive(),
            price: z.number().nonnegative(), tax: z.enum(['none', 'low', 'full']).nullable() })),
        paid: z.boolean() }),
};

const messages = [{ role: 'user', content: 'Fill it in.' }];
const named = (i) => ({ headers: { 'X-Client-Request-Id': `drawing ${i}` } });
const satisfies = (schema, value) => {
    const { success, error } = schema.safeParse(value);
    assert.ok(success, `${JSON.stringify(value)}: ${error}`);
};

for (const [name, schema] of Object.entries(SCHEMAS))
    test(`${name}: every way gives a value that zod takes`, async () => {
        for (let i = 0; i < DRAWINGS; i++) {
            const chat = await client.chat.completions.create({ model: 'gpt-4o', messages,
                response_format: zodResponseFormat(schema, 'it') }, named(i));
            satisfies(schema, JSON.parse(chat.choices[0].message.content));
            const response = await client.responses.create({ model: 'gpt-4o', input: 'Fill it in.',
                text: { format: zodTextFormat(schema, 'it') } }, named(i));
            satisfies(schema, JSON.parse(response.output_text));
            const call = await client.chat.completions.create({ model: 'gpt-4o', messages,
                tools: [zodFunction({ name: 'it', parameters: schema })] }, named(i));
            satisfies(schema,
                JSON.parse(call.choices[0].message.tool_calls[0].function.arguments));
        }
    });

test('the drawings differ, and each is the same when asked for again', async () => {
    const ask = async (i) => (await client.chat.completions.create({ model: 'gpt-4o', messages,
        response_format: zodResponseFormat(SCHEMAS['an invoice'], 'it') }, named(i)))
        .choices[0].message.content;
    const first = await Promise.all([1, 2, 3, 4].map(ask));
    assert.equal(new Set(first).size, 4);
    assert.equal(await ask(1), first[0]);
});
