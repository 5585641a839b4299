#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check.py ETALON CASE: runs the program on the scenarios of the tree, as a user would, and looks at
what it says.  77 (skipped) where ../shared is absent.  Cases are the functions below."""
import csv
import json
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile

ETALON = os.path.abspath(sys.argv[1])
TRACE = "../shared/data/traces/azure-llm-2023/AzureLLMInferenceTrace_conv.csv"
VERDICTS = {"PASS": 0, "FAIL": 1, "INSUFFICIENT": 3, "INVALID": 3, "UNRELIABLE": 3}
folder = tempfile.TemporaryDirectory()
LEDGER = os.path.join(folder.name, "etalon.db")


def etalon(*arguments, expect=None):
    """The finished process; its exit code must be in `expect` when that is given."""
    done = subprocess.run([ETALON, *arguments], capture_output=True, text=True, check=False)
    if expect is not None and done.returncode not in expect:
        sys.exit(f"etalon {' '.join(arguments)}: exit {done.returncode}, expected {expect}\n"
                 f"{done.stdout}{done.stderr}")
    return done


def run(scenario, *arguments, expect=(0, 1, 3)):
    done = etalon("run", f"scenarios/{scenario}.json", "--json", "--ledger", LEDGER, *arguments,
                  expect=expect)
    result = json.loads(done.stdout)
    result["exit"] = done.returncode
    return result


def check(condition, *what):
    if not condition:
        sys.exit(" ".join(str(part) for part in what))


def goals():
    """The main job: a verdict that fits its exit code, no request lost, money that adds up."""
    result = run("goals", "--seed", "1")
    check(VERDICTS[result["verdict"]] == result["exit"], result["verdict"], result["exit"])
    check(len(result["goals"]) >= 4, result["goals"])
    check(all(goal["verdict"] in VERDICTS for goal in result["goals"]), result["goals"])
    counts = {arm["requests"] for arm in result["arms"].values()}
    check(len(counts) == 1 and counts.pop() > 20000, "arms with different traffic", counts)
    for name, arm in result["arms"].items():
        check(arm["completed"] + sum(arm["errors"].values()) == arm["requests"], name, arm)
        check(int(arm["cost_pico_usd"]) > 0, name, arm)
    with sqlite3.connect(LEDGER) as ledger:
        booked = ledger.execute("SELECT count(*) FROM requests").fetchone()[0]
    check(booked == sum(arm["requests"] for arm in result["arms"].values()), "rows", booked)
    listed = json.loads(etalon("ledger", "--ledger", LEDGER, "--json", expect=(0,)).stdout)["runs"]
    check([(run["scenario"], run["status"], run["verdict"], run["requests"]) for run in listed] ==
          [("goals", "done", result["verdict"], booked)], "ledger --json", listed)
    table = etalon("report", "--ledger", LEDGER, expect=(0,)).stdout.strip()
    with open("README.md", encoding="utf-8") as readme:
        check(table in readme.read(), "the README shows another table than this:\n" + table)


def repeat():
    """The same fingerprint on every run and with any number of workers; another with another seed."""
    prints = [run("short", "--seed", seed, "--workers", workers)["fingerprint"]
              for seed, workers in (("7", "1"), ("7", "2"), ("7", "1"), ("8", "1"))]
    check(prints[0] == prints[1] == prints[2], "fingerprints differ", prints)
    check(prints[0] != prints[3], "the seed changes nothing", prints)
    check(len(prints[0]) == 16, prints[0])


def fallback():
    """With a chain nobody gets an error in the incident, and who got no model's answer is counted."""
    result = run("fallback", "--seed", "1", expect=(0,))
    alone, chain = result["arms"]["alone"], result["arms"]["chain"]
    check(sum(alone["errors"].values()) > alone["requests"] * 0.3, alone)
    check(chain["errors"]["degraded"] == sum(chain["errors"].values()) > 0, chain)
    check(chain["errors"]["degraded"] < chain["requests"] * 0.12, chain)
    check(run("fallback", "--workers", "2")["fingerprint"] == result["fingerprint"], "workers")
    with sqlite3.connect(LEDGER) as ledger:
        arm = ledger.execute("SELECT id FROM arms WHERE name = 'chain' LIMIT 1").fetchone()[0]
        steps = dict(ledger.execute("SELECT step, count(*) FROM requests WHERE arm = ? GROUP BY step",
                                    (arm,)))
        check(set(steps) == {"best", "snapshot", "weaker", "prepared"}, steps)
        check(steps["prepared"] == chain["errors"]["degraded"], steps)
        wrong = ledger.execute(
            "SELECT count(*) FROM requests WHERE arm = ? AND (asked_model <> 'gpt-5.4'"
            " OR degraded <> (outcome = 'degraded')"
            " OR (step = 'weaker') <> (model = 'gpt-5.4-mini')"
            " OR (degraded AND (model <> 'prepared' OR prompt_tokens + cost_pico > 0)))",
            (arm,)).fetchone()[0]
        check(wrong == 0, wrong, "requests are booked wrongly")
        calls = ledger.execute("SELECT max(attempts) FROM requests WHERE arm = ?", (arm,))
        check(calls.fetchone()[0] <= 6, "more calls than the policy allows")


def trace():
    """All requests of a real trace, with exactly the tokens it says, counted on the texts."""
    if not os.path.exists(TRACE):
        print(f"skipped: {TRACE} is absent")
        sys.exit(77)
    with open(TRACE, newline="") as file:
        rows = list(csv.DictReader(file))
    baseline = run("trace-azure", "--trace", TRACE)["arms"]["baseline"]
    check(baseline["requests"] == baseline["completed"] == len(rows) == 19366, baseline)
    check(baseline["tokens"]["completion"] == sum(int(r["GeneratedTokens"]) for r in rows), baseline)
    check(baseline["tokens"]["prompt"] == sum(max(int(r["ContextTokens"]), 8) for r in rows), baseline)


def both():
    """The two clocks on one scenario: nothing lost over real sockets, the same tokens and money."""
    result = run("short", "--clock", "both")
    check("agreement" in result, result.keys())
    with sqlite3.connect(LEDGER) as ledger:
        rows = ledger.execute(
            "SELECT runs.clock, arms.name, count(*) FROM requests JOIN arms ON arms.id = arm "
            "JOIN runs ON runs.id = run GROUP BY 1, 2").fetchall()
    counts = {(clock, arm): count for clock, arm, count in rows}
    for name in result["arms"]:
        check(counts["real", name] == counts["virtual", name], name, counts)


def compare():
    """Two versions of a template, side by side."""
    done = etalon("compare", "training@1", "training@2", "--requests", "300", "--ledger", LEDGER,
                  expect=(0,))
    for word in ("training@1", "training@2", "cached", "cost"):
        check(word in done.stdout.lower(), word, done.stdout)


def broken():
    """Files that are wrong: exit 2 with the place, what was found and what was expected."""
    path = os.path.join(folder.name, "broken.json")
    for text, words in (
            ("", ("broken.json",)),
            ("{", ("broken.json:1:",)),
            ('{\n  "name": "x",\n  "duraton_s": 5\n}', ("broken.json:", "duraton_s", "duration_s")),
            ('{"name": "x", "name": "y"}', ("broken.json:1:",)),
    ):
        with open(path, "w") as file:
            file.write(text)
        done = etalon("run", path, "--ledger", LEDGER, expect=(2,))
        check(all(word in done.stderr for word in words), words, done.stderr)
    done = etalon("run", os.path.join(folder.name, "absent.json"), expect=(2,))
    check("absent.json" in done.stderr, done.stderr)
    with open(path, "w") as file:
        file.write("TIMESTAMP,ContextTokens\n")
    done = etalon("run", "scenarios/trace-azure.json", "--trace", path, "--ledger", LEDGER, expect=(2,))
    check("GeneratedTokens" in done.stderr and "broken.json" in done.stderr, done.stderr)
    with open(path, "w") as file:
        file.write("no database at all " * 400)
    done = etalon("run", "scenarios/short.json", "--ledger", path, expect=(2, 4))
    check("broken.json" in done.stderr, done.stderr)
    done = etalon("run", "scenarios/short.json", "--ledger", "/proc/none/etalon.db", expect=(4,))
    check("/proc/none" in done.stderr, done.stderr)


def misused():
    """Wishes that cannot be fulfilled are refused, and nothing of another run is shown for them."""
    page = os.path.join(folder.name, "page")
    for arguments, code, words in (
            (("compare", "training@1", "training@1"), 2, "twice"),
            (("compare", "training@1", "trainin@2"), 2, "the same one"),
            (("run", "scenarios/short.json", "--target", "http://127.0.0.1:9/v1"), 2, "--target"),
            (("run", "scenarios"), 2, "folder"),
            (("run", "scenarios/short.json", "--arms", "optimized"), 2, "optimised"),
            (("run", "scenarios/short.json", "--clock", "real", "--trace", "none.csv"), 2, "none.csv"),
    ):
        done = etalon(*arguments, "--ledger", LEDGER, expect=(code,))
        check(words in done.stderr and not done.stdout, arguments, done.stdout, done.stderr)
    etalon("compare", "training@1", "training@2", "--requests", "2", "--ledger", LEDGER, expect=(0,))
    done = etalon("run", "scenarios/goals.json", "--arms", "cautious", "--trace",
                  "harness/tests/fixtures/azure.csv", "--ledger", LEDGER, expect=(0,))
    check("nothing is judged" in done.stderr, done.stderr)
    os.mkfifo(page)
    with open(page + ".html", "w+b") as copy, subprocess.Popen(["cat", page], stdout=copy) as reader:
        etalon("run", "scenarios/short.json", "--report", page, "--quiet", "--ledger", LEDGER,
               expect=(0,))
        reader.wait(timeout=60)
        copy.seek(0)
        check(b"</html>" in copy.read(), "no page came through the pipe")
    check(stat.S_ISFIFO(os.stat(page).st_mode), "a pipe was replaced by a file")


def queue(profile, **more):
    """An arm's figures under five requests a second of a second each, with a profile of ours."""
    law = {"law": "constant", "value": 20}
    made = {"name": "queue", "duration_s": 60, "upstream": {"models": {"default": {
                "profile": profile, "tpot": {"median_ms": 40}, **more}}},
            "workload": {"arrivals": {"law": "poisson", "rate_per_s": 5}, "use_cases": [
                {"name": "chat", "share": 1, "prompt_tokens": law, "answer_tokens": law}]},
            "arms": [{"name": "only", "model": "gpt-4o"}]}
    path = os.path.join(folder.name, "queue.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(made, file)
    done = etalon("run", path, "--json", "--ledger", LEDGER, expect=(0,))
    return json.loads(done.stdout)["arms"]["only"]


def profiles():
    """Profiles are listed, shown, made from a table, and used; slots make a queue."""
    listed = json.loads(etalon("profiles", "--json", expect=(0,)).stdout)["profiles"]
    check({f"{profile['name']}.json" for profile in listed} | {"meson.build"} ==
          set(os.listdir("data/profiles")), "listed", listed)
    with open("data/profiles/gpt-4o-like.json", encoding="utf-8") as file:
        check(etalon("profiles", "show", "gpt-4o-like").stdout == file.read(), "shown otherwise")
    table, mine = os.path.join(folder.name, "t.csv"), os.path.join(folder.name, "mine.json")
    chance = random.Random(1)
    with open(table, "w", encoding="utf-8") as file:
        file.write("ttft_s,total_s,completion_tokens\n")
        for _ in range(400):
            ttft = 0.1 + chance.lognormvariate(-2, 0.5)
            file.write(f"{ttft},{ttft + 99 * chance.lognormvariate(-4.6, 0.1)},100\n")
    told = etalon("profiles", "fit", table, "--output", mine, expect=(0,)).stdout
    check("TTFT   p50" in told and "400 rows" in told, told)
    show = etalon("profiles", "show", mine, expect=(0,)).stdout
    check(show == etalon("profiles", "fit", table, "--name", "mine", expect=(0,)).stdout.replace(
        '"mine"', '"t"'), show)
    free, full = queue("mine.json"), queue("mine.json", slots=4, queue_max=3, slowdown=0.5)
    check(not any(free["errors"].values()) and full["errors"]["upstream_5xx"] > 10, free, full)
    check(full["latency_us"]["p50"] > 1.3 * free["latency_us"]["p50"], free, full)
    again = queue("mine.json", slots=4, queue_max=3, slowdown=0.5)
    check(again == full, "not the same again", again, full)
    for arguments, words in ((("fit", "/dev/null"), "found nothing"), (("fit",), "expected one file"),
                             (("show", "gpt-5-lik"), "gpt-5-like"), (("list",), "show PROFILE")):
        done = etalon("profiles", *arguments, expect=(2,))
        check(words in done.stderr and not done.stdout, arguments, done.stdout, done.stderr)
    check("gpt-5-like" in etalon("mock", "--profile", "gpt-5-lik", expect=(2,)).stderr, "no hint")


def route():
    """What `etalon route` says of a policy: the chain, the reasons, and what it refuses."""
    policy = os.path.join(folder.name, "policy.json")
    request = os.path.join(folder.name, "request.json")

    def ask(*arguments, expect=0):
        done = etalon("route", "--as-of", "2026-11-21", *arguments, expect=(expect,))
        return json.loads(done.stdout) if "--json" in arguments else done.stdout + done.stderr

    def chain(*arguments):
        return [(step["model"], step["max_tokens"]) for step in ask("--json", *arguments)["chain"]]

    with open(policy, "w", encoding="utf-8") as file:
        file.write("""{ // comments are fine
            "model": "gpt-5.4", "max_tokens": true,
            "complexity": {"models": {"simple": "gpt-5.4-nano", "critical": "gpt-5.5"}},
            "load": {"lighter": {"gpt-5.4": "gpt-5.4-mini"}},
            "fallback": {"snapshot": false, "prepared": "Later.\\n",
                         "weaker": [{"model": "o4-mini"}, {"model": "gpt-5.4-mini"}]},
            "use_cases": {"report": {"critical": true, "max_tokens": 900}}}""")
    with open(request, "w", encoding="utf-8") as file:
        json.dump({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}, file)
    mini, with_policy = ("gpt-5.4-mini", 2000), ("--policy", policy)
    check(chain(*with_policy, "--tokens", "99") == [("gpt-5.4-nano", 2000), mini], "99")
    check(chain(*with_policy, "--tokens", "100") == [("gpt-5.4", 4000), mini], "100")
    check(chain(*with_policy, "--tokens", "700", "--load", "2") == [mini], "load 2")
    check(chain(*with_policy, "--tokens", "700", "--load", "1.999")[0][0] == "gpt-5.4", "load 1.999")
    check(chain(*with_policy, "--tokens", "7", "--use-case", "report")[0] == ("gpt-5.5", 900),
          "report")
    check(chain(*with_policy, request)[0] == ("gpt-5.4-nano", 2000), "a request")
    said = ask("--json", *with_policy, request)
    check(said["prepared"] == "Later.\n" and said["why"] == "simple", said)
    texts = [reason["text"] for reason in said["reasons"]]
    check("simple: 8 tokens < 100: gpt-5.4-nano" in texts, texts)
    check("o4-mini skipped: shut down 2026-10-23" in texts, texts)
    check(chain("--model", "gpt-4o", request) == [("gpt-4o", 4000), ("gpt-4o-2024-11-20", 4000)],
          "no policy")
    check("$0.04" in ask("--model", "gpt-4o", "--tokens", "612"), "no price")
    written = ask("--model", "gpt-5.6-sol", "--tokens", "1000", "--max-tokens", "1")
    check("$0.00502" in written, written)  # what may be written to the cache costs more than fresh
    done = etalon("route", "--model", "gpt-4o", "--tokens", "1", "--as-of", "2027-01-14", expect=(1,))
    check("gpt-4o skipped: shut down 2027-01-14" in done.stdout, done.stdout)
    for arguments, words in (
            (("--tokens", "5"), "nobody says what model"),
            (("--model", "gpt-4o"), "expected --tokens or a request"),
            (("--model", "gpt-4o", "--tokens", "5", request), "expected --tokens or a request"),
            (("--model", "gtp-4o", "--tokens", "5"), 'did you mean "gpt-4o"'),
            (("--model", "gpt-4o", "--tokens", "5", "--load", "1.2345"), "such as 1.5"),
            (("--model", "gpt-4o", "--tokens", "5", "--load", "-1"), "such as 1.5"),
            (("--model", "gpt-4o", "--tokens", "5", "--as-of", "yesterday"), "expected a day"),
            ((*with_policy, "--tokens", "5", "--use-case", "reprot"), 'expected "report"'),
            (("--policy", request, "--tokens", "5"), 'unknown key "messages"'),
            (("--model", "gpt-4o", "--tokens", "5", "--use-case", "report"), "without --policy"),
            ((*with_policy, policy), "policy.json:1:3: expected a key"),
            ((*with_policy, "examples/prices.json"), "no chat request")):
        done = etalon("route", *arguments, expect=(2,))
        check(words in done.stderr and not done.stdout, arguments, done.stdout, done.stderr)


def interrupted():
    """Ctrl-C: exit 3, no verdict, a ledger that can be read and says so."""
    process = subprocess.Popen([ETALON, "run", "scenarios/short.json", "--clock", "real", "--ledger",
                                LEDGER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while True:  # until the run is in the ledger: that is when the signal is caught
        try:
            with sqlite3.connect(f"file:{LEDGER}?mode=ro", uri=True) as ledger:
                if ledger.execute("SELECT count(*) FROM runs").fetchone()[0]:
                    break
        except sqlite3.OperationalError:
            pass
        check(process.poll() is None, "ended by itself", process.returncode)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    check(process.returncode == 3, process.returncode, output, errors)
    with sqlite3.connect(LEDGER) as ledger:
        status, verdict = ledger.execute("SELECT status, verdict FROM runs").fetchone()
    check(status == "interrupted" and not verdict, status, verdict)


globals()[sys.argv[2]]()
print(f"ok: {sys.argv[2]}")
