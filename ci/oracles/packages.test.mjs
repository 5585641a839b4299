// SPDX-License-Identifier: MIT
// The packages that the other tests here compare with are the ones that package.json pins.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const pinned = read('package.json').dependencies;

for (const [name, version] of Object.entries(pinned))
    test(`${name} is installed as ${version}`, () => {
        assert.equal(read(`node_modules/${name}/package.json`).version, version);
    });

test('the build under test is told', () => {
    assert.ok(readFileSync(process.env.ETALON).length > 0);
    assert.ok(readFileSync(`${process.env.ETALON_BUILD}/build.ninja`).length > 0);
});
