// SPDX-License-Identifier: MIT
// Differential fuzzing: 1,000 random texts, both encodings, our ids against those of npm tiktoken.
// The texts are made of what the splitting turns on, or are pieces of this tree, spoiled.  A text
// that differs is made as short as it can be and printed with its ids.  Prints TAP.
//
//     SEED=7 ROUNDS=100000 node ci/oracles/tokens-fuzz.test.mjs     default: 1 and 1000
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENCODINGS, chanceOf, differing, oracleOf } from './tokens-oracle.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const rounds = Number(process.env.ROUNDS ?? 1000);
const seed = Number(process.env.SEED ?? 1);
const BATCH = 1000;

// Short strings, many of which decide where a piece ends.
const kinds = [
    ['a', 'b', 'z', 's', 't', 'the', 'word', 'ing', 'é', 'ß', 'ω', 'д'],
    ['A', 'Z', 'S', 'T', 'HTTP', 'Mc', 'É', 'Ω', 'Д', 'ǅ', 'ẞ'],
    ["'", "'s", "'S", "'t", "'re", "'RE", "'ve", "'m", "'ll", "'lL", "'d", "'ſ", "''", '’s', "'l"],
    ['ʰ', 'ª', '中', '文', 'か', 'カ', '한', 'א', 'ا', 'क', 'ก', '\u02bc', '𝒳', '𠮷'],
    ['\u0301', '\u0308', '\u093f', '\u0e31', '\u20e3', '\ufe0f', '\u{e0101}'],
    ['1', '12', '123', '4567', '٣', '½', 'Ⅷ', '１', '𝟘'],
    [' ', '  ', '   ', '\t', '\n', '\n\n', '\r\n', '\r', ' \n', '\n ', '\v', '\f', '\u00a0',
        '\u0085', '\u2028', '\u3000', '\u1680', '\u180e', '\ufeff', '\x1c'],
    ['.', ',', '!', '...', '/', '//', '/*', '*/', '->', '==', '#', '_', '-', '--', '"', '(', ')',
        '{}', ';\n', '.\n//', '!\n\n', '$', '€', '…', '—', '\0', '\x7f'],
    ['🙂', '👍🏽', '👩‍👩‍👧‍👦', '🇫🇷', '❤️', '\u200d', '\u200b', '\ufffd', '\u{10ffff}', '\ue000'],
    ['<|endoftext|>', '<|im_start|>', 'https://a.b/c?d=e', 'x'.repeat(40), '='.repeat(70),
        ' '.repeat(30), 'aB'.repeat(20), '中'.repeat(25)],
];
const broken = [[0x80], [0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80], [0xc0, 0xaf], [0xef, 0xbf]].map((bytes) => Buffer.from(bytes));
const sources = ['README.md', 'core/tokens/split.c', 'scenarios/goals.json', 'data/models.json',
    'scenarios/templates/assistant/v1.prompt', 'ci/oracles/tokens.test.mjs']
    .map((path) => readFileSync(join(root, path)));

const atom = (chance) => Buffer.from(chance.pick(chance.pick(kinds)));

function assembled(chance) {
    const some = Array.from({ length: 1 + chance.below(4) }, () => chance.pick(kinds));
    return Buffer.concat(Array.from({ length: 1 + chance.below(60) }, () => {
        const kind = chance.below(4) ? chance.pick(some) : chance.pick(kinds);
        return Buffer.from(chance.pick(kind));
    }));
}

// One change: something put in, left out or said twice, a bit flipped, bytes that are not UTF-8.
function spoiled(chance, text) {
    const at = chance.below(text.length + 1);
    const to = Math.min(text.length, at + 1 + chance.below(8));
    const [head, middle, tail] = [text.subarray(0, at), text.subarray(at, to), text.subarray(to)];
    switch (chance.below(5)) {
    case 0: return Buffer.concat([head, atom(chance), middle, tail]);
    case 1: return Buffer.concat([head, tail]);
    case 2: return Buffer.concat([head, middle, middle, middle, tail]);
    case 3: return Buffer.concat([head, middle.map((byte) => byte ^ 1 << chance.below(8)), tail]);
    default: return Buffer.concat([head, chance.pick(broken), middle, tail]);
    }
}

function textOf(round) {
    const chance = chanceOf(Math.imul(seed, 0x9e3779b1) + round);
    let text = assembled(chance);
    if (chance.below(3) === 0) {
        const source = chance.pick(sources);
        const from = chance.below(source.length);
        text = source.subarray(from, from + chance.below(600));
    }
    for (let n = chance.below(6); n > 0; n--)
        text = spoiled(chance, text);
    return text;
}

// Leaves out ever smaller parts while the rest still differs.
function shrunk(oracle, found) {
    for (let size = found.text.length >> 1; size > 0; size >>= 1)
        for (let at = 0; at < found.text.length;) {
            const [text, from] = [found.text, at];
            const rest = Buffer.concat([text.subarray(0, from), text.subarray(from + size)]);
            const [still] = differing(oracle, [rest]);
            if (still)
                found = still;
            else
                at += size;
        }
    return found;
}

function compare(name, number) {
    const oracle = oracleOf(name);
    let wrong = 0;
    for (let round = 0; round < rounds && !wrong; round += BATCH) {
        const some = Math.min(BATCH, rounds - round);
        const found = differing(oracle, Array.from({ length: some }, (_, i) => textOf(round + i)));
        wrong = found.length;
        for (const one of found.slice(0, 5)) {
            const { text, ours, theirs } = shrunk(oracle, one);
            console.log(`# ${JSON.stringify(text.toString())}, bytes ${text.toString('hex')}`);
            console.log(`#     ours ${[...ours]}; tiktoken's ${[...theirs]}`);
        }
    }
    oracle.wasm.free();
    console.log(`${wrong ? 'not ok' : 'ok'} ${number} - ${name}: ${rounds} random texts from seed ` +
        `${seed} have the ids of tiktoken`);
    return wrong;
}

console.log(`1..${ENCODINGS.length}`);
const failures = ENCODINGS.map((name, i) => compare(name, i + 1));
process.exit(failures.some(Boolean) ? 1 : 0);
