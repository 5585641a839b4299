// SPDX-License-Identifier: MIT
// node bench_tokens.mjs FILE...: what bench_tokens.c measures, with npm tiktoken (WASM), which has
// no count of its own.  Needs tiktoken in ci/oracles/node_modules, or in $ORACLES/node_modules.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oracles = process.env.ORACLES ??
    join(dirname(fileURLToPath(import.meta.url)), '..', 'ci', 'oracles');
const tiktoken = createRequire(join(oracles, 'package.json'))('tiktoken');
const ROUNDS = 5;

function best(work) {
    let fastest = Infinity;
    for (let i = 0; i < ROUNDS; i++) {
        const from = process.hrtime.bigint();
        work();
        fastest = Math.min(fastest, Number(process.hrtime.bigint() - from));
    }
    return fastest / 1e9;
}

for (const path of process.argv.slice(2)) {
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    for (const name of ['o200k_base', 'cl100k_base']) {
        const encoding = tiktoken.get_encoding(name);
        const speed = bytes.length / 1e6 / best(() => encoding.encode_ordinary(text));
        const tokens = encoding.encode_ordinary(text).length;
        const figure = speed.toFixed(1).padStart(8);
        console.log(`${path} ${name} tiktoken   ${figure} MB/s, ${tokens} tokens`);
        encoding.free();
    }
}
