// SPDX-License-Identifier: MIT
// What the tests of the tokenizer share: npm tiktoken, our ids of many texts at once, comparing the
// two, and chance with a written seed.
//
//     const oracle = await oracleOf('o200k_base');      skips the test (77) where tiktoken is missing
//     const wrong = differing(oracle, [Buffer.from('one text'), …]);      [] or [{ text, … }, …]
//
// Our ids come from BUILD/ci/print_ids (core/tokens/tests/print_ids.c); BUILD is $ETALON_BUILD.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.ETALON_BUILD ?? join(here, '..', '..', 'build');
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const ENCODINGS = ['o200k_base', 'cl100k_base'];

export function oracleOf(name) {
    try {
        const load = createRequire(join(process.env.ORACLES ?? here, 'package.json'));
        return { number: ENCODINGS.indexOf(name), name, wasm: load('tiktoken').get_encoding(name) };
    } catch {
        console.log('1..0 # SKIP tiktoken is not in ci/oracles/node_modules; run npm ci there');
        process.exit(77);
    }
}

// The oracle sees what TextDecoder makes of bytes that are not UTF-8.
export const oracleIds = (oracle, text) => oracle.wasm.encode_ordinary(decoder.decode(text));

// Our ids of each text, as Uint32Arrays.
export function ourIds(oracle, texts) {
    const input = [];
    for (const text of texts) {
        const head = Buffer.alloc(8);
        head.writeUInt32LE(oracle.number, 0);
        head.writeUInt32LE(text.length, 4);
        input.push(head, text);
    }
    const done = spawnSync(join(build, 'ci', 'print_ids'), {
        input: Buffer.concat(input), maxBuffer: 2 ** 31 - 1,
        env: { ETALON_DATA: join(build, 'data'), ...process.env },
    });
    if (done.status !== 0)
        throw new Error(`print_ids: ${done.error ?? done.signal ?? ''} ${done.stderr}`);
    const out = new Uint32Array(done.stdout.buffer.slice(done.stdout.byteOffset,
        done.stdout.byteOffset + done.stdout.length));
    let at = 0;
    return texts.map(() => out.subarray(at + 1, (at += 1 + out[at])));
}

const bytesOf = (ids) => Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength);
export const sameIds = (one, two) => Buffer.compare(bytesOf(one), bytesOf(two)) === 0;

// The texts whose ids are not the oracle's, with both.
export function differing(oracle, texts) {
    const ours = ourIds(oracle, texts);
    return texts.map((text, i) => ({ text, ours: ours[i], theirs: oracleIds(oracle, text) }))
        .filter(({ ours: one, theirs }) => !sameIds(one, theirs));
}

// A small generator (mulberry32), so that a failure comes back.
export function chanceOf(seed) {
    let state = seed;
    const below = (limit) => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) % limit;
    };
    const pick = (list) => list[below(list.length)];
    const joined = (count, list) => Array.from({ length: count }, () => pick(list)).join('');
    return { below, pick, joined };
}
