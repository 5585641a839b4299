#!/bin/sh
# SPDX-License-Identifier: MIT
# make_vocab.sh MAKE_VOCAB RANKS: spoiled rank files are refused, with a complaint that says where.
# Prints TAP.
make_vocab=$1
ranks=$2
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
number=0

# expect WHY PATTERN: what make_vocab says of $folder/bad must match, and nothing may be written.
expect() {
    number=$((number + 1))
    said=$("$make_vocab" cl100k_base "$folder/bad" "$folder/out" 2>&1)
    if [ $? -ne 0 ] && echo "$said" | grep -q "$2" && [ ! -e "$folder/out" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        echo "# said: $said"
    fi
}

echo 1..7
sed '3s/ .*//' "$ranks" >"$folder/bad"
expect 'a line without rank' ':3: found .*; expected BASE64 RANK'
sed '4s/ .*/ x/' "$ranks" >"$folder/bad"
expect 'a rank that is no number' ':4: found .*; expected BASE64 RANK'
sed 5d "$ranks" >"$folder/bad"
expect 'a missing line' ':5: found rank 5; expected 4'
sed '6s/.*/I*== 5/' "$ranks" >"$folder/bad"
expect 'a sign that is not base64' ':6: found "I\*=="; expected padded base64'
sed '7s/.*/IQ= 6/' "$ranks" >"$folder/bad"
expect 'base64 that is cut' ':7: found "IQ="; expected padded base64'
head -n 100 "$ranks" >"$folder/bad"
expect 'a truncated file' 'found SHA-256 .*; expected 223921b7'
: >"$folder/bad"
expect 'an empty file' 'found SHA-256 e3b0c442.*; expected 223921b7'
