#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sim.py ETALON: how fast the virtual clock is.  Runs one arm of the goal scenario with one worker and
says requests, streamed tokens and simulated seconds per second of this machine, beside the rate of
SHA-256 over the same bytes of text here, so that figures of two machines can be compared."""
import hashlib
import json
import subprocess
import sys
import tempfile
import time

with tempfile.TemporaryDirectory() as folder:
    start = time.monotonic()
    done = subprocess.run(
        [sys.argv[1], "run", "scenarios/goals.json", "--arms", "baseline", "--workers", "1", "--json",
         "--ledger", f"{folder}/etalon.db"], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
if done.returncode not in (0, 1, 3):
    sys.exit(done.stderr)
arm = json.loads(done.stdout)["arms"]["baseline"]
tokens = arm["tokens"]["prompt"] + arm["tokens"]["completion"]
block, start = b"x" * (1 << 20), time.monotonic()
for _ in range(64):
    hashlib.sha256(block).digest()
sha = 64 * len(block) / 1e6 / (time.monotonic() - start)
print(f"virtual clock: {arm['requests'] / seconds:,.0f} requests/s, {tokens / seconds / 1e6:.2f} M tokens/s, "
      f"{86400 / seconds:,.0f} simulated s per s (SHA-256 here: {sha:,.0f} MB/s)")
