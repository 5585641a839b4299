// SPDX-License-Identifier: MIT
// Every code point but the surrogates in 12 contexts, each on a line of its own, tokenized by us and
// by npm tiktoken; both encodings.  Prints TAP.
//
//     node ci/oracles/tokens-code-points.test.mjs             planes 0, 1 and 14, and every 29th
//                                                             of the others (ideographs, empty,
//                                                             private): half a minute
//     WHOLE=1 node ci/oracles/tokens-code-points.test.mjs     all: 89 MB of text, two minutes
//
// `c's` and `c1234` tell letters and numbers from signs even where no token spans the border.  A
// block of code points goes with one context at a time; when one differs its lines are told.
import { ENCODINGS, differing, oracleOf } from './tokens-oracle.mjs';

const BLOCK = 16384;
const SPARSE = 29;
const whole = process.env.WHOLE === '1';

const contexts = [
    (c) => c, (c) => `a${c}b`, (c) => `A${c}B`, (c) => `${c}1234`, (c) => ` ${c}`, (c) => `${c} `,
    (c) => `!${c}`, (c) => `'${c}`, (c) => c + c, (c) => `\n${c}`, (c) => `${c}\nx`,
    (c) => `${c}'s`,
];

const surrogate = (code) => code >= 0xd800 && code <= 0xdfff;
const filled = (code) => code < 0x20000 || code >> 16 === 14;

function* blocks() {
    let block = [];
    for (let code = 0; code < 0x110000; code++) {
        if (surrogate(code) || !(whole || filled(code) || code % SPARSE === 0))
            continue;
        block.push(String.fromCodePoint(code));
        if (block.length === BLOCK) {
            yield block;
            block = [];
        }
    }
    yield block;
}

const hex = (text) => [...text].map((c) => `U+${c.codePointAt(0).toString(16)}`).join(' ');

// The lines that differ on their own; or the whole block, where they only differ together.
function explain(oracle, lines) {
    const alone = differing(oracle, lines.map((line) => Buffer.from(line)));
    const told = alone.map(({ text, ours, theirs }) =>
        `${hex(text.toString())}: ours ${[...ours]}, tiktoken's ${[...theirs]}`);
    return told.length ? told : [`a block from ${hex(lines[0])} on, in lines together`];
}

function compare(name, number) {
    const oracle = oracleOf(name);
    const wrong = [];
    let count = 0;
    let bytes = 0;
    for (const block of blocks()) {
        count += block.length;
        const all = contexts.map((context) => block.map(context));
        const texts = all.map((lines) => Buffer.from(lines.join('\n')));
        bytes += texts.reduce((sum, text) => sum + text.length, 0);
        for (const { text } of differing(oracle, texts))
            wrong.push(...explain(oracle, all[texts.indexOf(text)]));
    }
    oracle.wasm.free();
    console.log(`${wrong.length ? 'not ok' : 'ok'} ${number} - ${name}: ${count} code points in ` +
        `${contexts.length} contexts, ${bytes} bytes, have the ids of tiktoken`);
    wrong.slice(0, 20).forEach((line) => console.log(`# ${line}`));
    return wrong.length;
}

console.log(`1..${ENCODINGS.length}`);
const failures = ENCODINGS.map((name, i) => compare(name, i + 1));
process.exit(failures.some(Boolean) ? 1 : 0);
