// SPDX-License-Identifier: MIT
// A report in a browser without a network: its charts are drawn, nothing is asked of anybody, and
// names made to run a script run none.  Skipped where Chromium or playwright-core is missing.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import test, {after, before} from 'node:test';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const QUIET = [
    '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-gpu',
];

function load() {
    try {
        return createRequire(import.meta.url)('playwright-core').chromium;
    } catch {
        return null;
    }
}

const chromium = load();
if (!chromium || !existsSync(CHROMIUM)) {
    console.log('skipped: playwright-core or chromium is missing; ci/setup --tests installs them');
    process.exit(77);
}

const folder = mkdtempSync(join(tmpdir(), 'etalon-page-'));
const file = join(folder, 'page.html');
const seen = {console: [], dialogs: [], errors: [], requests: []};
let browser, page;

before(async () => {
    const build = process.env.ETALON_BUILD;
    execFileSync(join(build, 'ci/test_reports_html'), {
        cwd: new URL('../..', import.meta.url), // where the corpora of names are looked for
        env: {...process.env, ETALON_DATA: join(build, 'data'), ETALON_PAGE: file},
    });
    browser = await chromium.launch({
        executablePath: CHROMIUM, chromiumSandbox: false, args: QUIET,
    });
    const context = await browser.newContext({offline: true});
    page = await context.newPage();
    page.on('console', (message) => seen.console.push(message.text()));
    page.on('dialog', (dialog) => {
        seen.dialogs.push(dialog.message());
        dialog.dismiss();
    });
    page.on('pageerror', (error) => seen.errors.push(error.message));
    page.on('request', (request) => seen.requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
});

after(async () => {
    await browser?.close();
    rmSync(folder, {recursive: true, force: true});
});

test('both charts are drawn', async () => {
    for (const id of ['latency', 'cost']) {
        const painted = await page.evaluate((name) => {
            const canvas = document.getElementById(name);
            const {data} = canvas.getContext('2d')
                .getImageData(0, 0, canvas.width, canvas.height);
            const colours = new Set();
            for (let i = 0; i < data.length; i += 4)
                if (data[i + 3] === 255)
                    colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
            return colours.size;
        }, id);
        assert.ok(painted > 3, `${id}: ${painted} colours`);
    }
});

test('only the page itself is asked for', () => {
    assert.deepEqual(seen.requests, [pathToFileURL(file).href]);
});

test('there are only our elements', async () => {
    const found = await page.evaluate(() => ({
        scripts: document.scripts.length,
        handlers: [...document.querySelectorAll('*')]
            .filter((e) => e.getAttributeNames().some((name) => name.startsWith('on'))).length,
        strangers: document.querySelectorAll('img, iframe, object, embed, video, audio, form, input,'
            + ' a, base, link, math, template, svg svg, svg script').length,
    }));
    assert.deepEqual(found, {scripts: 3, handlers: 0, strangers: 0});
});

test('a name is shown as it is', async () => {
    const name = '</script><svg onload=alert(1)>';
    assert.equal(await page.locator('.lede b').textContent(), name);
    const data = await page.evaluate(() =>
        JSON.parse(document.getElementById('data').textContent).report.scenario);
    assert.equal(data, name);
});

test('the charts follow the colour scheme', async () => {
    const pixel = () => page.evaluate(() =>
        getComputedStyle(document.querySelector('.swatch.s1')).backgroundColor);
    const light = await pixel();
    await page.emulateMedia({colorScheme: 'dark'});
    assert.notEqual(await pixel(), light);
});

test('nothing ran and nothing was complained of', () => {
    assert.deepEqual(seen.console, []);
    assert.deepEqual(seen.dialogs, []);
    assert.deepEqual(seen.errors, []);
});
