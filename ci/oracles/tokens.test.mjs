// SPDX-License-Identifier: MIT
// Compares the ids of `etalon tokens --ids` with npm tiktoken, one by one.  Prints TAP.
//
//     ETALON=build/etalon node ci/oracles/tokens.test.mjs       exit 0: same, 1: not, 77: skipped
//
// Needs tiktoken in ci/oracles/node_modules (npm ci in ci/oracles), or in $ORACLES/node_modules.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENCODINGS, chanceOf, oracleIds, oracleOf } from './tokens-oracle.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const etalon = process.env.ETALON ?? join(root, 'build', 'etalon');

const { below: random, pick, joined } = chanceOf(20250917);

// Each line is about one rule of the two patterns.
const tricky = [
    '', 'a', ' ', '\n', '\0', 'Hello, world', 'tiktoken is great!',
    // contractions: any case, the long s, glued to what follows, at the end, none
    "I'm you're he'll we'd they've it's don't", "I'M YOU'RE HE'LL WE'D THEY'VE IT'S DON'T",
    "it'ſ it'ſo 'ſ", "'s", "''s", "'", "x'", "x'l", "x'v", "x'lx", "'sister", "'rest", "o'clock",
    "a's's", "1's", "!'s", " 's", "é's", "'S'T'RE", "x'K", "'ll'll", "x’s", "X'sX", "xX'Sx",
    // a prefix is one sign, mark or space, but no newline and no number
    ' word', '  word', '\tword', '.word', '..word', '\nword', '\u00a0word', '\u2028word', '1word',
    '$Word', '_word_', '/path/to/file', '//x', ' /', './\n/\n', '/\r\n//\n', '!/\n/a',
    // case: where a word ends
    'camelCase', 'PascalCase', 'HTTPServer', 'ABC', 'ABCd', 'aB', 'AbC', 'iPhone', 'McDonald',
    'ǅ', 'ǅa', 'aǅ', 'ǅǅa', 'ßẞ', 'ÀÉÎ', 'Àé', 'ΑΒΓαβγ', 'МОСКВА Москва',
    // capitals with a neutral letter or mark among them: the first alternative gives back
    'AʰB', 'ABʰ', 'ʰAB', 'AªBC', 'AªBCd', 'ªABC', 'A中B', 'AB中CDe', '中AB', '中a中A', 'Aa中Bb',
    // marks: prefix, word, inside, alone, behind signs
    '\u0301', '\u0301\u0301', '\u0301a', '\u0301A', '\u0301AB', '\u0301ABc', 'a\u0301',
    'A\u0301B',
    '!\u0301', '!!\u0301', ' \u0301', '  \u0301', '\u0301 ', '\u0301\n', '\u03011', '1\u0301',
    'e\u0301le\u0300ve', 'नमस्ते दुनिया', 'ภาษาไทย', 'שָׁלוֹם', 'مَرْحَبًا', '\u0301!',
    '\ufe0f', '❤️', '👍🏽',
    // numbers: three at most, any script
    '1', '12', '123', '1234', '1234567', '1,234.56', '٠١٢٣', '½¾⅐Ⅷ①', '１２３４', '𝟘𝟙𝟚𝟛',
    'x1y22z333w4444',
    // signs and what follows them
    '...', ' ...', '  ...', '...\n', '...\r\n\r\n', '...\n ', '... \n', '{}\n\n', ';\n\t',
    '#/\n', '€100',
    '=>', '!==', '/*\n * x\n */', '://', '"quoted"', '(a) [b] {c}', '-----\n', '\u200b',
    'a\u200db',
    // white space: before a word, at the end, with newlines in it, of every kind
    ' \n', '\n ', '\n\n', '\n \n', ' \n \n ', ' \n \n x', '\r', '\r\n', '\r\n\r\n', '\n\r',
    'a \n b',
    'a  ', 'a  b', 'a   b', 'a \t b', 'a\t\tb', '\t\t\n', '\t\n\t', '    \n    x',
    'x\n\n\n\n', '   1',
    '  !', ' \u00a0!', '\u0085', 'a\u0085b', 'a\u0085\u0085b', '\u3000x', '\u3000\u3000x',
    '\u2003 x',
    '\u180ex', '\u001cx', '\ufeff', '\ufeffx', 'a\ufeffb', '\ufeff\ufeff x', ' \ufeff', '\u1680x',
    // specials written out are ordinary text
    '<|endoftext|>', '<|im_start|>user', '<|endofprompt|>', '<|fim_prefix|>',
    // scripts and planes
    '你好，世界', 'こんにちは世界', '안녕하세요 세계', '𠮷野家', '🙂🙃', '👩‍👩‍👧‍👦', '🇫🇷', '𝒳𝓎', '\u{10ffff}',
    '\ue000', '\uffff',
    '\u0378', '\u{1faf9}', '\u{323af}', '\u{e0101}',
    // long pieces, at the border between the two ways to merge and far beyond
    'a'.repeat(63), 'a'.repeat(64), 'a'.repeat(65), 'ab'.repeat(500), ' '.repeat(200),
    '-'.repeat(129),
    '中'.repeat(21), '中'.repeat(22), '\n'.repeat(100), '='.repeat(1024), 'z'.repeat(1025),
    'é'.repeat(700),
];

// Short strings of what the patterns tell apart, in every order chance finds.
const atoms = [
    'a', 'b', 'A', 'B', 'é', 'É', 'ǅ', 'ʰ', 'ª', '中', '\u0301', '1', '٣', ' ', ' ', '\t',
    '\n', '\r',
    '\u00a0', '\u0085', '\u2028', "'", "'s", "'ſ", "'LL", '.', '/', '!', '🙂', '\ufeff',
    '\0', 'the',
];
const generated = Array.from({ length: 400 }, () => joined(1 + random(12), atoms));

const scripts = [
    [0x20, 0x7e], [0xa0, 0x24f], [0x300, 0x36f], [0x370, 0x52f], [0x590, 0x6ff], [0x900, 0x97f],
    [0xe00, 0xe7f], [0x1e00, 0x1fff], [0x2000, 0x2bff], [0x3040, 0x30ff], [0x4e00, 0x9fff],
    [0xac00, 0xd7a3], [0x1f300, 0x1faff], [0x10000, 0x10fff], [0, 0xd7ff], [0xe000, 0x10ffff],
];
function randomUnicode(length) {
    let text = '';
    while (text.length < length) {
        const [low, high] = pick(scripts);
        for (let n = 1 + random(12); n > 0; n--)
            text += String.fromCodePoint(low + random(high - low + 1));
        text += pick(['', ' ', '\n', ', ']);
    }
    return text;
}

function sources(folder, out = []) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && !/^(\.|build|node_modules|vocab)/.test(entry.name))
            sources(path, out);
        else if (entry.isFile() && /\.([ch]|md|mjs|build|json|html)$/.test(entry.name))
            out.push(readFileSync(path, 'utf8'));
    }
    return out;
}

// The files of a folder that every Debian with these packages has; nothing where it is missing.
function installed(folder, pattern, size) {
    const texts = existsSync(folder) ? readdirSync(folder).filter((name) => pattern.test(name)).sort()
        .map((name) => readFileSync(join(folder, name), 'utf8')) : [];
    return texts.join('').slice(0, size);
}

// 5 MB: the tree itself and what is installed (prose, code, 50 languages), all scripts, atoms,
// letters, white space.  The last three are short because the oracle is quadratic in the longest
// piece.
const mixed = [
    ['the source tree', sources(root).join('\n').slice(0, 1 << 20)],
    ['licences', installed('/usr/share/common-licenses', /./, 300_000)],
    ['Python', installed('/usr/lib/python3.11', /\.py$/, 1 << 20)],
    ['translations', installed(join(here, 'node_modules/zod/v4/locales'), /\.js$/, 500_000)],
    ['random Unicode', randomUnicode(900_000)],
    ['random atoms', joined(300_000, atoms)],
    ['random letters in one word', joined(4000, [...'abcdefghijklmnopqrstuvwxyz'])],
    ['random white space', joined(8000, [' ', ' ', ' ', '\t', '\n', '\r\n', '\u00a0'])],
    ['random signs in one run', joined(4000, [...'!#$%&()*+,-.:;<=>?@[]^_{|}~'])],
];

// Not UTF-8: the oracle sees what TextDecoder makes of the bytes.
const broken = [
    [0x80], [0xff], [0xc3], [0xc3, 0x28], [0xe2, 0x82], [0xe2, 0x82, 0x41], [0xf0, 0x9f, 0x98],
    [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0xaf], [0x61, 0xff, 0x62], [0xef, 0xbf],
    [0x68, 0x69, 0xe4, 0xb8, 0x20, 0xf0, 0x9f, 0x21], [0xe0, 0x80, 0xaf], [0xf8, 0x88, 0x80,
    0x80],
    ...Array.from({ length: 50 }, () => Array.from({ length: 5000 }, () => random(256))),
].map((bytes) => Buffer.from(bytes));

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const cases = [
    ...tricky.map((text) => ['tricky', Buffer.from(text)]),
    ...generated.map((text) => ['generated', Buffer.from(text)]),
    ...broken.map((bytes) => ['not UTF-8', bytes]),
    ...mixed.map(([why, text]) => [why, Buffer.from(text)]),
];

function compare(oracle, folder, number) {
    const paths = cases.map((_, i) => join(folder, `case${i}`));
    const args = ['tokens', '--encoding', oracle.name, '--ids', '--json', ...paths];
    const got = JSON.parse(execFileSync(etalon, args, { maxBuffer: 1 << 28 })).files;
    const wrong = [];
    let ids = 0;
    cases.forEach(([why, bytes], i) => {
        const want = oracleIds(oracle, bytes);
        ids += want.length;
        const at = want.findIndex((id, k) => id !== got[i].ids[k]);
        if (at >= 0 || want.length !== got[i].ids.length)
            wrong.push(`${why} ${want.length} ids, differs from id ${at}: ` +
                JSON.stringify(decoder.decode(bytes).slice(0, 80)));
    });
    const bytes = cases.reduce((sum, [, b]) => sum + b.length, 0);
    console.log(`${wrong.length ? 'not ok' : 'ok'} ${number} - ${oracle.name}: ${ids} ids of ` +
        `${cases.length} texts, ${bytes} bytes, are those of tiktoken`);
    wrong.slice(0, 20).forEach((line) => console.log(`# ${line}`));
    return wrong.length;
}

const oracles = ENCODINGS.map(oracleOf);
const folder = mkdtempSync(join(tmpdir(), 'etalon-tokens-'));
let failures = 0;
try {
    cases.forEach(([, bytes], i) => writeFileSync(join(folder, `case${i}`), bytes));
    console.log('1..2');
    oracles.forEach((oracle, i) => {
        failures += compare(oracle, folder, i + 1);
        oracle.wasm.free();
    });
} finally {
    rmSync(folder, { recursive: true });
}
process.exit(failures ? 1 : 0);
