#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tokens.sh BENCH_TOKENS: our tokenizer and npm tiktoken on the same text, one after the other, in one
# run: docs and headers of this tree.  77 (skipped) where the npm packages are missing.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[[ -d $root/ci/oracles/node_modules ]] || {
    echo "skipped: the npm packages of ci/oracles are not installed; ci/setup --tests does"
    exit 77
}
text=$(mktemp)
trap 'rm -f "$text"' EXIT
find "$root/core" "$root/docs" "$root/scenarios" \( -name '*.md' -o -name '*.h' -o -name '*.prompt' \) -print0 |
    sort -z | xargs -0 cat >"$text"
"$1" "$text" | sed "s|$text|etalon  |"
node "$root/bench/bench_tokens.mjs" "$text" | sed "s|$text|tiktoken|"
