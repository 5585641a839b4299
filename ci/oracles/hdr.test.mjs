// SPDX-License-Identifier: MIT
// Our histograms, read by hdr-histogram-js 3.0.1 (decodes V2 only): counts and percentiles must be
// equal, with counters of 32 and of 64 bits (8 and 16 overflow silently and are of no use).
//
// The histograms are printed by BUILD/ci/test_measure_print_histogram; BUILD is $ETALON_BUILD.
// Exits with 77 (skipped) where `npm ci` has not been run in ci/oracles.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const program = `${process.env.ETALON_BUILD}/ci/test_measure_print_histogram`;

function load() {
    try {
        return createRequire(import.meta.url)('hdr-histogram-js');
    } catch {
        console.log('skipped: hdr-histogram-js is missing; run npm ci in ci/oracles');
        process.exit(77);
    }
}

function counts_of(histogram) {
    const counts = [];
    for (let i = 0; i < histogram.countsArrayLength; i++) {
        const count = histogram.getCountAtIndex(i);
        if (count > 0)
            counts.push([histogram.valueFromIndex(i), count]);
    }
    return counts;
}

function check(histogram, sample) {
    assert.equal(histogram.totalCount, sample.total);
    assert.deepEqual(counts_of(histogram), sample.counts);
    for (const [ppm, value] of sample.percentiles)
        assert.equal(histogram.getValueAtPercentile(ppm / 1e4), value, `at ${ppm} ppm`);
    assert.equal(Math.round(histogram.mean), sample.mean);
}

const hdr = load();
const samples = execFileSync(program, ['print'], { encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\n')
    .filter((line) => line.startsWith('# hdr '))
    .map((line) => JSON.parse(line.slice('# hdr '.length)));
assert.ok(samples.length > 0, 'the program printed no sample');
for (const sample of samples)
    for (const bits of [32, 64]) {
        const histogram = hdr.decodeFromCompressedBase64(sample.base64, bits, false);
        try {
            check(histogram, sample);
        } catch (error) {
            error.message = `"${sample.name}" with ${bits} bits: ${error.message}`;
            throw error;
        }
    }
console.log(`${samples.length} histograms agree with hdr-histogram-js`);
