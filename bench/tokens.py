#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tokens.py BENCH_TOKENS: our tokenizer, npm tiktoken and npm gpt-tokenizer on the same texts
(texts.py), one thread each, in turns text by text; MB/s, best of many rounds.

Texts of one endless piece are 100 kB for us and 10 kB for the others, which are quadratic there: on
100 kB they would be ten times as slow again.  Aims are told, none fails.  Without the npm packages
of ci/oracles their columns stay empty."""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import servers
import texts

PEERS = servers.ROOT / "ci/oracles/node_modules/tiktoken"
SHORT = 10_000
PASSES = 3  # in turns, so that what else runs here disturbs both alike
WAYS = ("cold", "warm", "ids", "tiktoken", "gpt-cold", "gpt-warm")
COLD_AIM, RATIO_AIM, CHAT_AIM, WORST_AIM = 100, 25, 400, 3


def lines(command):
    """One object per line of what the program prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def once(program, folder, text, endless):
    whole, short = Path(folder) / "text", Path(folder) / "short"
    whole.write_bytes(text.encode())
    short.write_bytes(text.encode()[:SHORT].decode("utf-8", "ignore").encode())
    found = lines([program, whole])
    if PEERS.exists() and shutil.which("node"):
        found += lines(["node", servers.ROOT / "bench/bench_tokens.mjs", short if endless else whole])
    return found


def measure(program, folder, text, endless):
    """{encoding: {way: (best MB/s, tokens)}} and the times to open of each."""
    table, opened = {}, []
    for _ in range(1 if endless else PASSES):
        found = once(program, folder, text, endless)
        for row in (row for row in found if "way" in row):
            ways = table.setdefault(row["encoding"], {})
            ways[row["way"]] = max(ways.get(row["way"], (0, 0)), (row["mb_s"], row["tokens"]))
        opened = [row["open_us"] for row in found if "way" not in row]
    return table, opened


def show(name, encoding, row, endless):
    rates = [f"{row[way][0]:,.4g}" if way in row else "-" for way in WAYS]
    ratio = f"{row['cold'][0] / row['tiktoken'][0]:,.0f}" if "tiktoken" in row else "-"
    exact = "" if endless or "tiktoken" not in row else ", ".join(
        f"{way} {row[way][1] - row['cold'][1]:+d}" for way in ("tiktoken", "gpt-cold")
        if row[way][1] != row["cold"][1])
    print(f"| {name} | {encoding.removesuffix('_base')} | {' | '.join(rates)} | {ratio} | {exact} |", flush=True)


def main():
    servers.come_first()
    print("| text | encoding | count, cold | warm | ids | tiktoken ids | gpt-tokenizer count, cold | warm "
          "| cold ÷ tiktoken | tokens unlike ours |\n| --- | --- |" + " ---: |" * 7 + " --- |")
    rows, opened = [], []
    with tempfile.TemporaryDirectory(prefix="etalon-bench-") as folder:
        for name, text in texts.all_of_them():
            endless = len(text) <= texts.ENDLESS
            table, opened = measure(sys.argv[1], folder, text, endless)
            for encoding, row in table.items():
                show(name, encoding, row, endless)
                rows.append((name, endless, row))
    english = [row for name, _, row in rows if name == "English"]
    chat = [row for name, _, row in rows if name == "chat"]
    cold, worst = min(row["cold"][0] for row in english), min(
        row[way][0] for _, endless, row in rows if endless for way in ("cold", "warm", "ids"))
    print(f"\nEnglish, cold: {cold:.0f} MB/s (aim {COLD_AIM})")
    if "tiktoken" in english[0]:
        ratio = min(row["cold"][0] / row["tiktoken"][0] for row in english)
        print(f"English, cold, beside tiktoken: {ratio:.0f} x (aim {RATIO_AIM})")
    print(f"chat, warm: {min(row['warm'][0] for row in chat):.0f} MB/s (aim {CHAT_AIM})")
    print(f"worst of the endless: {worst:.1f} MB/s (aim {WORST_AIM})")
    print("vocabularies opened in us, o200k and cl100k: "
          + ", ".join(f"{us:,.0f}" for us in opened[:2]) + " (aim 1,000)"
          + ("; by tiktoken " + ", ".join(f"{us:,.0f}" for us in opened[2:]) if opened[2:] else ""))


main()
