#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mock.py ETALON: requests per second of `etalon mock --instant --no-limits` on a small chat request,
beside nginx answering a body of the same size without looking, and beside npm @copilotkit/aimock
answering with the same text.

All get the same requests from wrk on 32 connections (wrk -t1 -c32, kept alive), in turns, after a
second of warming up.  What counts is requests per second of the server's own CPU time: it depends
little on what wrk, or anybody else on the machine, takes meanwhile.  Fails when the mock is below
FLOOR of nginx; the aims are only told.  77 (skipped) without wrk or nginx."""
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import servers

SECONDS, WARM_SECONDS, ROUNDS = 2, 1, 3
FLOOR, NGINX_AIM, AIMOCK_AIM = 0.30, 0.50, 10
REQUEST = {"model": "gpt-4o", "max_tokens": 20,
           "messages": [{"role": "user", "content": "Say hello."}]}
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


class Rates:
    """What one server did in all its rounds."""

    def __init__(self, server):
        self.server, self.requests, self.cpu, self.rows = server, 0, 0.0, []

    def round(self, script, seconds):
        """One run of wrk, into the books."""
        before = self.server.cpu_seconds()
        done = subprocess.run(
            ["wrk", "-t1", "-c32", f"-d{seconds}s", "--latency", "-s", script, self.server.url],
            capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in done:
            sys.exit(f"{self.server.name} answers with errors:\n{done}")
        used = self.server.cpu_seconds() - before
        requests = int(re.search(r"(\d+) requests in", done)[1])
        self.requests += requests
        self.cpu += used
        self.rows.append((requests / seconds, percentile(done, 50), percentile(done, 99)))

    def per_cpu_second(self):
        return self.requests / max(self.cpu, 0.01)

    def print(self):
        rates, p50, p99 = (sorted(column)[len(column) // 2] for column in zip(*self.rows))
        print(f"{self.server.name:12} {rates:11,.0f} {p50:8.2f} {p99:8.2f} "
              f"{100 * self.cpu / SECONDS / len(self.rows):7.0f} {self.per_cpu_second():14,.0f} "
              f"{self.server.resident_bytes() / 1e6:8.1f}", flush=True)


def percentile(text, percent):
    value, unit = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s)$", text, re.M).groups()
    return float(value) * UNITS[unit]


def start(stack, server):
    """The server's books; None, and why, when it cannot be had here."""
    try:
        return Rates(stack.enter_context(server))
    except servers.Absent as reason:
        print(f"left out: {reason}")
        return None


def write_script(folder):
    path = Path(folder, "post.lua")
    path.write_text('wrk.method = "POST"\nwrk.headers["Authorization"] = "Bearer sk-bench"\n'
                    'wrk.headers["Content-Type"] = "application/json"\n'
                    f"wrk.body = [[{json.dumps(REQUEST, separators=(',', ':'))}]]\n", "utf-8")
    return str(path)


def start_all(stack, program):
    options = ("--instant", "--no-limits")
    one = start(stack, servers.Etalon(program, *options))
    answer = servers.post(one.server.url, REQUEST)
    text = json.loads(answer)["choices"][0]["message"]["content"]
    print(f"a request of {len(json.dumps(REQUEST, separators=(',', ':')))} bytes, an answer of "
          f"{len(answer)} bytes", flush=True)
    return {"nginx": start(stack, servers.Nginx(len(answer))), "etalon": one,
            "etalon2": start(stack, servers.Etalon(program, *options, workers=2)),
            "aimock": start(stack, servers.Aimock("Say hello.", text))}


def tell_ratios(all_rates):
    """False: the mock is slower than it may become without anybody being told."""
    mock, nginx, aimock = (all_rates[name] for name in ("etalon", "nginx", "aimock"))
    ratio = mock.per_cpu_second() / nginx.per_cpu_second()
    servers.verdict("etalon / nginx, requests per CPU second", ratio, NGINX_AIM, True)
    if aimock:
        servers.verdict("etalon / aimock, requests per CPU second",
                        mock.per_cpu_second() / aimock.per_cpu_second(), AIMOCK_AIM, True)
        servers.verdict("etalon / aimock, requests/s",
                        sorted(mock.rows)[1][0] / sorted(aimock.rows)[1][0], AIMOCK_AIM, True)
    return ratio >= FLOOR


def main():
    try:
        servers.need("wrk")
        servers.need("nginx")
    except servers.Absent as reason:
        print(f"skipped: {reason}")
        return 77
    servers.come_first()
    with contextlib.ExitStack() as stack:
        script = write_script(stack.enter_context(tempfile.TemporaryDirectory()))
        all_rates = start_all(stack, os.path.abspath(sys.argv[1]))
        present = [rates for rates in all_rates.values() if rates]
        for rates in present:
            Rates(rates.server).round(script, WARM_SECONDS)
        for _ in range(ROUNDS):
            for rates in present:
                rates.round(script, SECONDS)
        print(f"{'':12} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'CPU %':>7} "
              f"{'per CPU second':>14} {'RSS MB':>8}")
        for rates in present:
            rates.print()
        return 0 if tell_ratios(all_rates) else 1


if __name__ == "__main__":
    sys.exit(main())
