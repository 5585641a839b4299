#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""prompt.py ETALON CASE: `etalon prompt`, as a user runs it.  Cases are the functions below."""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

ETALON = os.path.abspath(sys.argv[1])
MODEL, MARKED = "gpt-5.4", "gpt-6.2-sol"
folder = tempfile.TemporaryDirectory()


def etalon(*arguments, expect=(0,), stdin=None):
    done = subprocess.run([ETALON, *arguments], capture_output=True, text=True, check=False,
                          input=stdin)
    if done.returncode not in expect:
        sys.exit(f"etalon {' '.join(arguments)}: exit {done.returncode}, expected {expect}\n"
                 f"{done.stdout}{done.stderr}")
    return done


def prompt(*arguments, **more):
    return etalon("prompt", *arguments, **more)


def check(condition, *what):
    if not condition:
        sys.exit(" ".join(str(part) for part in what))


def write(name, text):
    path = os.path.join(folder.name, name)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text if isinstance(text, str) else json.dumps(text))
    return path


def words(count, seed=1):
    """Text without a line feed, about as many tokens as words."""
    chance = random.Random(seed)
    some = "river quiet garden bridge paper morning window answer little green follow under".split()
    return " ".join(chance.choice(some) for _ in range(count)) + "."


def template(body, parameters, samples=False):
    head = "%template t 1\n%use-case t\n" + "".join(f"%parameter {name}\n" for name in parameters)
    if samples:
        head += "".join(f"%sample {name} typical\n" for name in parameters)
    return head + body


def rendering(path, **values):
    return write(f"r{len(os.listdir(folder.name))}.json", {"template": path, "parameters": values})


def explain(a, b, *options):
    return json.loads(prompt("explain", a, b, "--json", "--as-of", "2026-11-21", *options).stdout)


def ids(text):
    return etalon("tokens", "--model", MODEL, "--ids", stdin=text).stdout.split()


# Fifty prompts that this test breaks itself.

BREAKS = (("Anna", "Berta"), ("Anna", "Annabel"), ("2026-11-21", "2026-11-22"), ("Zürich", "Zörich"),
          ("日本", "日東"), ("🚴", "🏃"), ("", "none"), ("12", "123"), ("a\nb", "a\nc"),
          ("{{p1}}", "{{p2}}"), ("don't", "don’t"), ("x" * 500 + "1", "x" * 500 + "2"))


def broken(number):
    """A template, both values of every parameter, and where the renderings must part."""
    chance = random.Random(number)
    names = ["p0", "p1", "p2"]
    culprit = chance.choice(names)
    values = [{name: "same" for name in names} for _ in range(2)]
    for side in range(2):
        values[side][culprit] = BREAKS[number % len(BREAKS)][side]
    lines, found, message = [], None, 0
    contents = [[], []]
    for role in ("system", "user"):
        lines.append(f"%message {role}")
        text = ["", ""]
        asked = names if role == "user" else chance.sample(names, chance.randrange(3))
        for name in [None] * chance.randrange(1, 4) + list(asked):
            line = "Line " + words(chance.randrange(5, 60), chance.random())
            line += f" {chance.choice(['', 'for', '7'])}{{{{{name}}}}}x." if name else ""
            lines.append(line)
            for side in range(2):
                text[side] += "\n" if text[side] else ""
                text[side] += line.replace(f"{{{{{name}}}}}", values[side].get(name, ""))
            if name == culprit and not found:
                found = {"message": message + 1, "line": 5 + len(lines), "parameter": name}
        for side in range(2):
            contents[side].append(text[side])
        message += 1
    body = "\n".join(lines) + "\n"
    return template(body, names), values, found, contents


def fifty():
    """Message, byte, tokens, line and parameter; the tokens counted by `etalon tokens`."""
    for number in range(50):
        file, values, found, contents = broken(number)
        path = write("t.prompt", file)
        got = explain(rendering(path, **values[0]), rendering(path, **values[1]))["prefix"]
        a, b = (side[found["message"] - 1] for side in contents)
        raw = a.encode(), b.encode()
        byte = next((i for i, (x, y) in enumerate(zip(*raw)) if x != y), min(map(len, raw)))
        equal = 0
        for x, y in zip(ids(a), ids(b)):
            if x != y:
                break
            equal += 1
        wanted = {"part": "content", "byte": byte, "content_tokens": equal, **found}
        check({key: got[key] for key in wanted} == wanted, number, wanted, got, file)
        check(got["value_a"] == values[0][found["parameter"]], number, got)


def moved(file, moves):
    """The file after moves of whole lines, done here once more."""
    lines = file.split("\n")
    gone = {move["line"] for move in moves}
    out = []
    for number, line in enumerate(lines, 1):
        if number not in gone:
            out.append(line)
        out += [move["text"] for move in moves if move["behind"] == number]
    return "\n".join(out)


def remedies():
    """What is promised comes true: the moved template reads as much as was said."""
    body = (f"%message system\nYou coach {{{{athlete}}}}.\n{words(700)}\n{words(500, 2)}\n"
            "%message user\n{{question}}\n")
    file = template(body, ["athlete", "question"])
    path = write("coach.prompt", file)
    a, b = ({"athlete": name, "question": "How?"} for name in ("Anna", "Berta"))
    for model in (MODEL, "gpt-4o", MARKED):
        got = explain(rendering(path, **a), rendering(path, **b), "--model", model)
        check(got["now"]["cached"] == 0 and got["best"]["cached"] >= 1152, model, got)
        check([(m["line"], m["behind"]) for m in got["moves"]] == [(6, 8)], model, got["moves"])
        lost = int(got["now"]["cost_pico_usd"]) - int(got["best"]["cost_pico_usd"])
        check(int(got["lost_pico_usd"]) == lost > 0, model, got)
        check((got["mark"] is not None) == (model == MARKED), model, got)
        again = write("moved.prompt", moved(file, got["moves"]))
        told = explain(rendering(again, **a), rendering(again, **b), "--model", model)
        read = told["best" if model == MARKED else "now"]["cached"]
        check(read == got["best"]["cached"] and not told["moves"], model, told)
    text = prompt("explain", rendering(path, **a), rendering(path, **b)).stdout
    for part in ("message 1 (system) at byte 10, line 6 of", 'parameter "athlete"',
                 'A "Anna"', 'B "Berta"', "move line 6 of message 1 behind line 8",
                 "You coach Anna.", "PER 1,000 REQUESTS", "lost"):
        check(part in text, part, text)


def bodies():
    """Chat requests: tools first, then messages; models of their own; standard input."""
    tools = [{"type": "function", "function": {"name": name, "parameters": {"type": "object",
                                                                    "properties": {}}}}
             for name in ("look", "plan")]
    base = {"model": "gpt-4o", "messages": [
        {"role": "system", "content": f"Today is Monday.\n{words(1200)}\nBe kind."},
        {"role": "user", "content": "Hi"}]}
    other = json.loads(json.dumps(base).replace("Monday", "Friday"))
    a = write("a.json", base)
    got = explain(a, write("b.json", other))
    check(got["model"] == "gpt-4o" and got["prefix"]["byte"] == 9, got)
    check(got["lines"] == {"message": 1, "first": 1, "last": 1, "behind": 3}, got)
    check(got["best"]["cached"] >= 1152 and got["prefix"]["line"] is None, got)
    got = explain(write("t1.json", {**base, "tools": tools}),
                  write("t2.json", {**base, "tools": tools[::-1]}))
    check(got["prefix"]["part"] == "tools" and got["remedy"] == "tools", got)
    check(got["prefix"]["tokens"] < 20 and got["best"]["cached"] >= 1152, got)
    got = explain(a, a)
    check(got["equal"] and got["remedy"] == "none" and got["now"] == got["best"], got)
    more = {**base, "messages": base["messages"] + [{"role": "assistant", "content": "Ho"}]}
    got = explain(a, write("more.json", more))
    check(got["prefix"]["part"] == "messages" and got["prefix"]["message"] == 3, got)
    text = prompt("explain", write("more.json", more), a).stdout
    check("All 2 messages of B are the first of A, which goes on." in text, text)
    text = prompt("explain", a, write("other.json", {**base, "model": "gpt-5.4"})).stdout
    check("Other in A than in B: model.  Each of these has a prompt cache of its own" in text, text)
    more = {**base, "model": "gpt-5.4", "reasoning_effort": "low", "service_tier": "flex",
            "prompt_cache_key": "k", "response_format": {"type": "json_object"}}
    more["messages"] = base["messages"] + [{"role": "user", "content": "JSON"}]
    got = explain(a, write("settings.json", more))
    check(got["settings"] == ["model", "prompt_cache_key", "service_tier", "response_format",
                              "reasoning_effort"], got)
    check(json.loads(prompt("explain", "-", a, "--json", stdin=json.dumps(base)).stdout)["equal"])


def lint():
    """One line for each finding, the exit code, JSON, rules that are switched off."""
    good = write("good.prompt", template(
        f"%message system\n{words(1200)}\n%message user\n{{{{a}}}}\n", ["a"], samples=True))
    bad = write("bad.prompt", template(
        f"%message system\nOn 2026-11-21, for {{{{a}}}}:\n{words(1200)}\n", ["a"]))
    check(prompt("check", good).stdout == "", "a clean template is told something")
    told = prompt("check", good, bad, expect=(1,)).stdout.splitlines()
    check([line.split(": ")[0:2] for line in told] == [
        [f"{bad}:3:1", "warning"], [f"{bad}:5:4", "warning"], [f"{bad}:5:20", "error"]], told)
    check([line.rsplit(" ", 1)[1] for line in told] ==
          ["[no-sample]", "[fleeting-prefix]", "[dynamic-before-static]"], told)
    off = ("--disable", "dynamic-before-static", "--disable=fleeting-prefix")
    check(len(prompt("check", bad, *off).stdout.splitlines()) == 1, "rules not switched off")
    prompt("check", "--strict", bad, *off, expect=(1,))
    files = json.loads(prompt("check", "--json", good, bad, expect=(1,)).stdout)["files"]
    check([file["errors"] for file in files] == [0, 1], files)
    check(files[0]["cacheable_tokens"] >= 1152 > files[1]["cacheable_tokens"] == 0, files)
    check(files[1]["best_cacheable_tokens"] >= 1152, files)
    unknown = write("unknown.prompt", template("%message user\n{{b}}\n", ["a"]))
    told = prompt("check", unknown, expect=(1,)).stdout
    check("undeclared-parameter" in told and "unused-parameter" in told, told)
    done = prompt("check", write("no.prompt", "no template"), bad, expect=(2,))
    check("no.prompt:1:1" in done.stderr and "bad.prompt" in done.stdout, done.stderr)
    for name in os.listdir("scenarios/templates"):
        prompt("check", f"{name}@2")


def versions():
    """Figures that agree with an explanation and a bill; parameters that came and went."""
    one = write("one.prompt", template(
        f"%message system\nFor {{{{a}}}}, {{{{b}}}}\n{words(1200)}\n", ["a", "b"], samples=True))
    two = write("two.prompt", template(
        f"%message system\n{words(1200)}\nFor {{{{a}}}}, {{{{c}}}}\n", ["a", "c"], samples=True))
    options = ("--as-of", "2026-11-21", "--output-tokens", "100", "--json")
    got = json.loads(prompt("diff", one, two, *options, "--hit-rate", "25").stdout)
    check(got["parameters_removed"] == ["b"] and got["parameters_added"] == ["c"], got)
    check(got["a"]["cacheable_tokens"] == 0 and got["b"]["cacheable_tokens"] >= 1152, got)
    cold, warm, mixed = (int(got["b"][f"cost_{name}_pico_usd"]) for name in ("cold", "warm", "mixed"))
    check(4 * mixed == warm + 3 * cold and warm < cold, got)
    for cached, cost in ((0, cold), (got["b"]["cacheable_tokens"], warm)):
        usage = write("usage.json", {
            "prompt_tokens": got["b"]["tokens"], "completion_tokens": 100,
            "prompt_tokens_details": {"cached_tokens": cached}})
        bill = json.loads(etalon("prices", "bill", "--model", MODEL, "--as-of", "2026-11-21", "--json",
                                 usage).stdout)
        check(1000 * int(bill["cost_pico_usd"]) == cost, bill, got)
    rendered = json.loads(prompt("render", two, "--json").stdout)
    counted = explain(write("r.json", rendered), rendering(two, a="typical", c="typical"))
    check(counted["equal"] and counted["b"]["tokens"] == got["b"]["tokens"], counted)
    table = prompt("diff", "training@1", "training@2").stdout
    check("training@1" in table and "-57.6 %" in table and "static share" in table, table)


def renders():
    """Messages, bodies, values from everywhere; the list of a folder."""
    values = write("v.json", {"a": "{{b}} %message", "b": 7})
    path = write("x.prompt", template("%message user\n{{a}} and {{b}}\n", ["a", "b"]))
    check(prompt("render", path, "--values", values).stdout == "--- 1: user\n{{b}} %message and 7\n")
    body = json.loads(prompt("render", path, "--set", "a=x=y", "--set", "b=", "--json").stdout)
    check(body["messages"] == [{"role": "user", "content": "x=y and "}], body)
    wordy = write("wordy.prompt", template(
        "%message system\n" + "In order to plan,  please read it.   \n" * 3 +
        "%example e\nHi\n%answer\nHo\n%message user\n{{a}}\n", ["a"], samples=True))
    techniques = ("--whitespace", "--wording", "--duplicates", "--example-tokens", "0")
    text = prompt("render", wordy, *techniques).stdout
    check(text == "--- 1: system\nTo plan, please read it.\n\n--- 2: user\ntypical\n", text)
    effects = json.loads(prompt("render", wordy, *techniques, "--effects", "--json").stdout)
    check(set(effects["techniques"]) == {"whitespace", "wording", "duplicates", "examples"} and
          all(effect["before"] > effect["after"] for effect in effects["techniques"].values()), effects)
    body = write("techniques.json", prompt("render", wordy, *techniques, "--json").stdout)
    check(explain(body, body)["a"]["tokens"] == effects["tokens"], effects)
    padded = prompt("render", "training@2", "--pad", "90", "--effects", "--as-of", "2026-11-21").stdout
    check("padding pays: 1,000 fronts of" in padded and "1024" in padded, padded)
    listed = json.loads(prompt("list", "--json").stdout)["templates"]
    check([f"{t['name']}@{t['version']}" for t in listed][-2:] == ["training@1", "training@2"], listed)
    check(len(prompt("list").stdout.splitlines()) == len(listed) + 1, "list")


def misused():
    """Wrong usage and wrong files: exit 2, and what to do about it."""
    good = write("g.prompt", template("%message user\n{{a}}\n", ["a"]))
    one = rendering(good, a="x")
    for arguments, words_ in (
            ((), "expected check, explain"), (("chekc",), 'did you mean "check"'),
            (("explain", one), "expected two files"), (("check",), "at least one template"),
            (("explain", one, one, "--model", "gpt-5.5x"), "did you mean"),
            (("explain", one, one, "--model", "text-embedding-3-small"), "no chat model"),
            (("explain", one, one, "--as-of", "today"), "expected a day"),
            (("explain", one, write("w1.json", "{")), "w1.json:1:"),
            (("explain", one, write("w2.json", "{}")), "w2.json: found neither"),
            (("explain", one, write("w3.json", {"template": good, "parameter": {}})), '"parameters"'),
            (("explain", one, rendering(good, b="x")), 'no parameter "b"'),
            (("explain", one, rendering(good)), 'parameter "a"'),
            (("explain", one, rendering(good, a=["x"])), "expected a string"),
            (("explain", one, rendering("training@77")), "v77.prompt"),
            (("explain", one, "training@1"), '"template": "training@1"'),
            (("explain", good, one), "is a template; expected a file"),
            (("check", "training@77"), "`etalon prompt list` lists templates"),
            (("explain", one, write("w4.json", {"messages": []})), "messages"),
            (("check", good, "--disable", "no-sampel"), 'did you mean "no-sample"'),
            (("diff", good, good), 'parameter "a"'),
            (("diff", good, good, "--hit-rate", "101"), "0 to 100"),
            (("render", good, "--set", "a"), "expected NAME=VALUE"),
            (("render", good, "--set", "c=1"), 'no parameter "c"'),
            (("render", good, "--pad", "101"), "0 to 100"),
            (("render", good, "--near", "a"), "expected --example-tokens"),
            (("list", "x"), "expected no operand"),
            (("list", "--templates", good), "expected a folder")):
        done = prompt(*arguments, expect=(2,))
        check(words_ in done.stderr and not done.stdout, arguments, done.stdout, done.stderr)
    full = subprocess.run([ETALON, "prompt", "explain", one, one], stdout=open("/dev/full", "w"),
                          stderr=subprocess.PIPE, text=True, check=False)
    check(full.returncode == 4 and "cannot write" in full.stderr, full)


def documented():
    """What docs/prompt.md shows is what the program says."""
    with open("docs/prompt.md", encoding="utf-8") as file:
        page = file.read()
    anna = re.search(r"```json\n(.*)\n```", page).group(1)
    ben = json.loads(anna)
    ben["parameters"] = {"sport": "Cycling", "goal": "Finish a 200 km ride"}
    write("anna.json", anna)
    write("ben.json", ben)
    os.symlink(os.path.abspath("scenarios"), os.path.join(folder.name, "scenarios"))
    os.chdir(folder.name)
    shown = re.findall(r"```\n\$ etalon (.*)\n((?:.*\n)*?)```", page)
    check(len(shown) == 4, "examples", len(shown))
    for command, output in shown:
        told = etalon(*command.split(), expect=(0, 1)).stdout
        check(told == output, f"docs/prompt.md: etalon {command} says otherwise:\n{told}")


globals()[sys.argv[2]]()
print(f"ok: {sys.argv[2]}")
