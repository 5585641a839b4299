// SPDX-License-Identifier: MIT
// node bench_tokens.mjs FILE...: what bench_tokens.c measures, with npm tiktoken (WASM), which has
// no count of its own and keeps nothing between calls, and with npm gpt-tokenizer, which counts,
// and keeps merges.  The same lines; the ways are "tiktoken", "gpt-cold" and "gpt-warm".
// Needs both in ci/oracles/node_modules, or in $ORACLES/node_modules.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oracles = process.env.ORACLES ??
    join(dirname(fileURLToPath(import.meta.url)), '..', 'ci', 'oracles');
const load = createRequire(join(oracles, 'package.json'));
const tiktoken = load('tiktoken');
const SECONDS = 0.33;
const ENCODINGS = ['o200k_base', 'cl100k_base'];

// Best of as many rounds as fit, and at least one.
function best(work) {
    let fastest = Infinity;
    for (let spent = 0; spent < SECONDS;) {
        const from = process.hrtime.bigint();
        work();
        const took = Number(process.hrtime.bigint() - from) / 1e9;
        fastest = Math.min(fastest, took);
        spent += took;
    }
    return fastest;
}

function report(file, encoding, way, bytes, tokens, work) {
    const mb_s = Number((bytes / 1e6 / best(work)).toFixed(3));
    console.log(JSON.stringify({ file, encoding, way, mb_s, tokens }));
}

const peers = ENCODINGS.map((encoding) => {
    const from = process.hrtime.bigint();
    const oracle = tiktoken.get_encoding(encoding);
    const open_us = Number(process.hrtime.bigint() - from) / 1e3;
    console.log(JSON.stringify({ encoding, open_us: Math.round(open_us) }));
    return { encoding, oracle, gpt: load(`gpt-tokenizer/encoding/${encoding}`) };
});

const ordinary = { disallowedSpecial: new Set() };
for (const path of process.argv.slice(2)) {
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    for (const { encoding, oracle, gpt } of peers) {
        const ids = oracle.encode_ordinary(text).length;
        report(path, encoding, 'tiktoken', bytes.length, ids, () => oracle.encode_ordinary(text));
        const count = gpt.countTokens(text, ordinary);
        report(path, encoding, 'gpt-cold', bytes.length, count, () => {
            gpt.clearMergeCache();
            gpt.countTokens(text, ordinary);
        });
        report(path, encoding, 'gpt-warm', bytes.length, count,
            () => gpt.countTokens(text, ordinary));
    }
}
