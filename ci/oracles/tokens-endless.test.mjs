// SPDX-License-Identifier: MIT
// Texts of 100 kB that are one endless piece.  npm tiktoken is quadratic there, 10 s for one of them,
// so its answers are written down: how many ids, and the SHA-256 of the ids as little-endian uint32
// (tokens-endless.json).  Prints TAP.
//
//     node ci/oracles/tokens-endless.test.mjs              ours against what is written down
//     ORACLE=1 node ci/oracles/tokens-endless.test.mjs     asks tiktoken again and writes: 4 minutes
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENCODINGS, chanceOf, oracleIds, oracleOf, ourIds } from './tokens-oracle.mjs';

const path = join(dirname(fileURLToPath(import.meta.url)), 'tokens-endless.json');
const BYTES = 100_000;
const chance = chanceOf(4);
const run = (text) => Buffer.from(text.repeat(BYTES / Buffer.byteLength(text)));
const random = (list) => Buffer.from(chance.joined(BYTES / Buffer.byteLength(list[0]), list));
const cjk = Array.from({ length: 0x9fff - 0x4e00 }, (_, i) => String.fromCodePoint(0x4e00 + i));

const texts = {
    'a': run('a'), 'z': run('z'), 'A': run('A'), 'é': run('é'), '中': run('中'), 'space': run(' '),
    'newline': run('\n'), '=': run('='), 'ab': run('ab'),
    'random letters': random([...'abcdefghijklmnopqrstuvwxyz']),
    'random signs': random([...'!#$%&()*+,-.:;<=>?@[]^_{|}~']),
    'random white space': random([' ', ' ', '\t', '\n', '\r', '\u00a0']),
    'random CJK': random(cjk),
};

function digest(ids) {
    const bytes = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength);
    return { count: ids.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const known = process.env.ORACLE === '1' ? {} : JSON.parse(readFileSync(path));
console.log(`1..${ENCODINGS.length}`);
let failures = 0;
ENCODINGS.forEach((name, i) => {
    const oracle = oracleOf(name);
    known[name] ??= Object.fromEntries(Object.entries(texts).map(([why, text]) =>
        [why, digest(oracleIds(oracle, text))]));
    const ours = ourIds(oracle, Object.values(texts));
    const wrong = Object.keys(texts).filter((why, k) =>
        JSON.stringify(digest(ours[k])) !== JSON.stringify(known[name][why]));
    console.log(`${wrong.length ? 'not ok' : 'ok'} ${i + 1} - ${name}: ${Object.keys(texts).length}` +
        ` endless texts of 100 kB have the ids of tiktoken${wrong.length ? `, but ${wrong}` : ''}`);
    failures += wrong.length;
    oracle.wasm.free();
});
if (process.env.ORACLE === '1')
    writeFileSync(path, `${JSON.stringify(known, null, 4)}\n`);
process.exit(failures ? 1 : 0);
