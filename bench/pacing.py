#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""pacing.py ETALON PACING BARE: how exactly the mock paces its streams, at 1, 50, 500 and 2,000 open
at once, beside npm @copilotkit/aimock, and how much memory an open stream takes.

Every stream is to have its first chunk after 100 ms and 101 more 10 ms apart.  `bare` does so with
one send() per chunk and nothing else: what this machine, half of it busy with the client, allows.
Aims are told, none fails.  bench/pacing.c says what the columns are."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import servers

FOLDER = Path(__file__).resolve().parent
STREAMS, MANY, OPEN = "1,50,500,1000,2000", "2000", "10000"
TOTAL_AIM_PERCENT, GAP_AIM_MS, MEMORY_AIM_MB = 0.2, 1.0, 300


class Bare(servers.Server):
    kills = True

    def __init__(self, program, workers):
        super().__init__("bare", "/")
        self.line = [program, str(self.port), str(workers)]

    def command(self):
        return self.line


def measure(pacing, server, *options):
    """Prints the client's table and gives its lines."""
    lines = []
    with subprocess.Popen([pacing, "--port", str(server.port), "--pid", str(server.pid), *options],
                          stdout=subprocess.PIPE, text=True) as client:
        for line in client.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if client.returncode != 0:
        sys.exit(f"pacing ended with {client.returncode}")
    return lines


def table(pacing, server, title, streams, skip):
    print(f"\n{title}", flush=True)
    return measure(pacing, server, "--streams", streams, "--skip", str(skip))


def tell_aims(lines):
    """Of the row with most streams."""
    columns = next(line for line in reversed(lines) if line.split()[0].isdigit())
    columns = columns.replace("/", " ").split()
    servers.verdict(f"total time at {columns[0]} streams, % too long (p50)", float(columns[5]),
                    TOTAL_AIM_PERCENT, False)
    servers.verdict(f"gap error at {columns[0]} streams, ms (p99)", float(columns[4]), GAP_AIM_MS,
                    False)


def count(workers):
    return f"{workers} worker{'s' if workers > 1 else ''}"


def pace_etalon(etalon, pacing):
    config = ("--config", str(FOLDER / "pacing.json"), "--no-limits")
    for workers, streams in ((1, STREAMS), (2, MANY)):
        with servers.Etalon(etalon, *config, workers=workers) as server:
            tell_aims(table(pacing, server, f"etalon, {count(workers)}", streams, 1))


def pace_aimock(pacing):
    """Its role comes alone as the first chunk, and the finish as the last, both paced."""
    with servers.Aimock("stream", "word after word, yes" * 100, chunkSize=20,
                        streamingProfile={"ttft": 100, "tps": 100, "jitter": 0}) as aimock:
        table(pacing, aimock, "aimock", STREAMS, 0)


def hold_streams(etalon, pacing):
    """A stream that holds still for a minute behind its first word."""
    config = (FOLDER / "pacing.json").read_text("utf-8").replace('"tpot": {"median_ms": 10}',
                                                                 '"tpot": {"median_ms": 60000}')
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(config)
        file.flush()
        with servers.Etalon(etalon, "--config", file.name, "--no-limits") as held:
            print("\netalon, 1 worker, open streams", flush=True)
            lines = measure(pacing, held, "--streams", OPEN, "--hold")
            servers.verdict("resident MB", float(lines[-1].split(": ")[1].split()[0]),
                            MEMORY_AIM_MB, False)


def main():
    etalon, pacing, bare = map(os.path.abspath, sys.argv[1:])
    servers.come_first()
    print("TTFT 100 ms, then 101 gaps of 10 ms", flush=True)
    for workers, streams in ((1, STREAMS), (2, MANY)):
        with Bare(bare, workers) as server:
            table(pacing, server, f"bare send(), {count(workers)}", streams, 0)
    pace_etalon(etalon, pacing)
    try:
        pace_aimock(pacing)
    except servers.Absent as reason:
        print(f"left out: {reason}")
    hold_streams(etalon, pacing)
    return 0


if __name__ == "__main__":
    sys.exit(main())
