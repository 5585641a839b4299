#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""replay_prompts.py REPLAY ETALON: what the prompt cache must have read and written of every prompt
of a production trace, worked out here from the trace alone, against what it did.

The whole trace goes through the cache itself (REPLAY, see replay_prompts.c), request by request; some
hundred prompts of it, those that share the most, also as texts through the tokenizer and the whole
mock (`etalon run`), by totals.
With nothing forgotten the rules are short.  A prompt is a path of blocks of 512 tokens; equal blocks
in equal places are equal tokens, so everything seen so far is a tree of blocks.

    prefixes   the longest beginning some earlier prompt has too, down to 128 tokens; from 1024 on
    points     the furthest mark of the latest 80 that was written before; the latest four are
               written, billed from what was read to the furthest new one

Skipped (77) where ../shared is absent."""
import collections
import json
import os
import subprocess
import sys
import tempfile

REPLAY, ETALON = (os.path.abspath(argument) for argument in sys.argv[1:3])
TRACE = "../shared/data/traces/mooncake-fast25/conversation_trace.jsonl"
BLOCK, LEAST, STEP = 512, 1024, 128
TEXTS, TEXT_MAX = 400, 20000


class Node:
    """A block in its place: `longest` tokens of it were seen, and it was `written` at its end."""

    def __init__(self):
        self.next, self.longest, self.written = {}, 0, False


class Seen:
    """All prompts so far.  `head` and `tail` tokens of framing stand around each."""

    def __init__(self, head=0, tail=0):
        self.root, self.whole, self.head, self.tail = Node(), set(), head, tail

    def shared(self, blocks, length):
        """How many first tokens the prompt has in common with an earlier one."""
        if (tuple(blocks), length) in self.whole:
            return self.head + length + self.tail
        node, shared = self.root, 0
        for index, block in enumerate(blocks):
            size = min(BLOCK, length - index * BLOCK)
            node = node.next.get(block)
            if node is None:
                break
            shared += min(size, node.longest)
            if node.longest < BLOCK:
                break
        return self.head + shared

    def path(self, blocks, length):
        node, nodes = self.root, []
        for index, block in enumerate(blocks):
            node = node.next.setdefault(block, Node())
            node.longest = max(node.longest, min(BLOCK, length - index * BLOCK))
            nodes.append(node)
        self.whole.add((tuple(blocks), length))
        return nodes


def by_prefixes(seen, blocks, length):
    read = seen.shared(blocks, length) if seen.whole else 0
    seen.path(blocks, length)
    read -= read % STEP
    return (read if read >= LEAST else 0), 0


def by_points(seen, blocks, length):
    marks = [(index + 1) * BLOCK for index in range(length // BLOCK)]
    nodes = seen.path(blocks, length)
    known = [(mark, node) for mark, node in zip(marks, nodes) if mark >= LEAST][-80:]
    read = max((mark for mark, node in known if node.written), default=0)
    new = max((mark for mark, node in known[-4:] if not node.written), default=0)
    for _, node in known[-4:]:
        node.written = True
    return read, max(0, new - read)


def by_message(seen, blocks, length):
    """One message is one breakpoint: only the very same prompt is read, up to its end."""
    end = seen.head + length + 1
    again = (tuple(blocks), length) in seen.whole
    seen.whole.add((tuple(blocks), length))
    if end < LEAST:
        return 0, 0
    return (end, 0) if again else (0, end)


def check(name, requests, prompt, read, written, own_read, own_written):
    print(f"{name}: {requests:,} requests, {prompt:,} prompt tokens; read {read:,} "
          f"({read / prompt:.4%}), written {written:,}; worked out {own_read:,}, {own_written:,}")
    if (read, written) != (own_read, own_written):
        sys.exit(f"{name}: found {read}, {written}; expected {own_read}, {own_written}")


def replay(name, rule, rows):
    done = subprocess.run([REPLAY, name, TRACE], capture_output=True, text=True, check=True)
    lines = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    seen = Seen()
    own = [rule(seen, row["hash_ids"], row["input_length"]) for row in rows]
    for number, (found, expected) in enumerate(zip(lines, own, strict=True), 1):
        if found != expected:
            sys.exit(f"{name}: request {number}: found {found}; expected {expected}")
    totals = [sum(column) for column in (*zip(*lines), *zip(*own))]
    check(name, len(rows), sum(row["input_length"] for row in rows), *totals)


def pick(rows):
    """Prompts that are repeated, or at least share more than a block with another."""
    second = collections.Counter(row["hash_ids"][1] for row in rows if len(row["hash_ids"]) > 1)
    same = collections.Counter((tuple(row["hash_ids"]), row["input_length"]) for row in rows)
    short = [row for row in rows if BLOCK < row["input_length"] <= TEXT_MAX]
    again = [row for row in short if same[tuple(row["hash_ids"]), row["input_length"]] > 1]
    sharing = [row for row in short if second[row["hash_ids"][1]] > 1 and row not in again]
    return sorted(again + sharing[:TEXTS], key=lambda row: row["timestamp"])


def run(model, rows):
    """The mock's own count of these, texts and all."""
    instantly = {"default": {"ttft": {"median_ms": 1}, "tpot": {"median_ms": 0.001}}}
    with tempfile.TemporaryDirectory() as folder:
        trace, path = (os.path.join(folder, name) for name in ("trace.jsonl", "replay.json"))
        scenario = {
            "name": "replay", "duration_s": 3600,
            "workload": {"arrivals": {"law": "trace", "format": "mooncake", "file": trace},
                         "request": {"reasoning_effort": "none"} if model == "gpt-5.4" else {},
                         "use_cases": [{"name": "chat", "share": 1}]},
            "upstream": {"models": instantly, "prompt_cache": {
                "endless": True, "machines": 1, "overflow_per_minute": 0, "prefixes": 1 << 20}},
            "arms": [{"name": "only", "model": model}]}
        with open(trace, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(scenario, file)
        done = subprocess.run([ETALON, "run", path, "--json", "--quiet", "--ledger",
                               os.path.join(folder, "etalon.db")],
                              capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(done.stderr)
    arm = json.loads(done.stdout)["arms"]["only"]
    if arm["completed"] != len(rows):
        sys.exit(f"{model}: {arm['completed']} of {len(rows)} completed: {arm['errors']}")
    return arm["tokens"]


def as_texts(model, rule, rows, head, tail):
    """`head` and `tail`: the framing of a single message, which is part of input_length."""
    tokens, seen = run(model, rows), Seen(head, tail)
    prompt = sum(row["input_length"] for row in rows)
    if tokens["prompt"] != prompt:
        sys.exit(f"{model}: {tokens['prompt']} prompt tokens; expected {prompt}")
    own = []
    for row in rows:
        length = row["input_length"] - head - tail
        own.append(rule(seen, row["hash_ids"][:-(-length // BLOCK)], length))
    check(f"{model}, as texts", len(rows), prompt, tokens["cached"], tokens["written"],
          *(sum(column) for column in zip(*own)))


def main():
    if not os.path.exists(TRACE):
        print(f"{TRACE} is absent")
        sys.exit(77)
    with open(TRACE, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    replay("prefixes", by_prefixes, rows)
    replay("points", by_points, rows)
    some = pick(rows)
    as_texts("gpt-4o", by_prefixes, some, 3, 4)
    as_texts("gpt-5.4", by_prefixes, some, 3, 3)
    as_texts("gpt-6.2-sol", by_message, some, 3, 3)


main()
