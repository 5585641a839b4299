// SPDX-License-Identifier: MIT
// What the tests of public SDKs share: `etalon mock`, started before a file's tests and stopped
// behind them, and what its journal, streams and errors are looked at with.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after } from 'node:test';

/** Models that are served on this day are there whenever the tests run. */
export const TODAY = '2026-11-21';

/** Ends the file as skipped where node is older than some SDK can do with. */
export function needNode(major) {
    if (Number(process.versions.node.split('.')[0]) >= major)
        return;
    console.log(`skipped: node ${process.versions.node} is there, the SDK needs ${major}`);
    process.exit(77);
}

async function nextUrl(lines, what) {
    const { value, done } = await lines.next();
    assert.ok(!done, 'the mock ended before it listened');
    assert.match(value, new RegExp(`^${what} on http://127\\.0\\.0\\.1:\\d+$`));
    return value.slice(`${what} on `.length);
}

async function stop(mock) {
    mock.kill('SIGTERM');
    const [code] = mock.exitCode === null ? await once(mock, 'exit') : [mock.exitCode];
    assert.equal(code, 0);
}

/** A mock of its own for the file: {url, baseURL, admin}; admin if --admin-port is an option. */
export async function startMock(...options) {
    const program = ['mock', '--port', '0', '--today', TODAY, ...options];
    const mock = spawn(process.env.ETALON, program, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(mock.stdout)[Symbol.asyncIterator]();
    after(() => stop(mock));
    const url = await nextUrl(lines, 'listening');
    const admin = options.includes('--admin-port') ? await nextUrl(lines, 'admin') : null;
    return { url, admin, baseURL: `${url}/v1` };
}

/** What the journal of the mock's admin port says of the requests that named themselves `id`. */
export async function journal(mock, id) {
    const response = await fetch(`${mock.admin}/requests?id=${encodeURIComponent(id)}`);
    assert.equal(response.status, 200);
    return (await response.json()).requests;
}

/** The pieces of a stream, as an array. */
export async function collect(stream) {
    const pieces = [];
    for await (const piece of stream)
        pieces.push(piece);
    return pieces;
}

/** Fails unless `call` rejects with an error of this class and these members; gives the error. */
export async function rejectsWith(call, kind, members = {}) {
    let caught;
    await assert.rejects(call, (error) => {
        caught = error;
        return true;
    });
    assert.ok(caught instanceof kind, `${caught?.constructor?.name}: ${caught?.message}`);
    for (const [name, value] of Object.entries(members))
        assert.equal(caught[name], value, `${name} of ${caught}`);
    return caught;
}
