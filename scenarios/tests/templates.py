#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""templates.py ETALON: the four use cases keep every instruction and every parameter, and cost the
tokens the documents say.

scenarios/templates/NAME/instructions.txt takes version 1 apart and says where version 2 says the same:

    instruction ID: meaning     phrases of both versions:  1 ...  and  2 ...
    parameter NAME              the same; each holds {{NAME}}
    again ID                    version 1 says it once more
    nothing: why                words of version 1 that order nothing

A phrase is found to the letter, but for white space.  What is left of either text when all phrases
are taken out must have no letter: nothing of version 1 is forgotten, nothing new is in version 2."""
import json
import os
import re
import subprocess
import sys
import tempfile

ETALON = os.path.abspath(sys.argv[1])
FOLDER = "scenarios/templates"
USE_CASES = {  # tokens asked of version 1, +-5 %; reduction aimed at, in percent
    "training": (1250, 58), "analysis": (980, 58), "recommendations": (850, 55), "assistant": (720, 53)}
KINDS = re.compile(r"(instruction) ([a-z0-9-]+): .+|(parameter) ([a-z0-9_]+)|(again) ([a-z0-9-]+)"
                   r"|(nothing): (.+)")
wrong = []


def check(condition, *what):
    if not condition:
        wrong.append(" ".join(str(part) for part in what))


class Template:
    """What this test needs of the format that docs/templates.md describes."""

    def __init__(self, name, version):
        with open(f"{FOLDER}/{name}/v{version}.prompt", encoding="utf-8") as file:
            head, *self.messages = re.split(r"^%message \w+\n", file.read(), flags=re.M)
        self.messages = [message.strip() for message in self.messages]
        self.parameters = re.findall(r"^%parameter (\S+)", head, re.M)
        self.samples = dict(re.findall(r"^%sample (\S+) (.+)$", head, re.M))
        self.text = " ".join(" ".join(self.messages).split())

    def filled(self, with_samples):
        return [re.sub(r"\{\{(\w+)\}\}", lambda use: self.samples[use[1]] if with_samples else "", text)
                for text in self.messages]


def read_entries(name):
    """[(line, kind, id, {"1": phrases, "2": phrases})]"""
    path, entries = f"{FOLDER}/{name}/instructions.txt", []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            header = KINDS.fullmatch(line)
            if header:
                kind, what = [part for part in header.groups() if part]
                entries.append((f"{path}:{number}", kind, what, {"1": [], "2": []}))
            elif re.match(r"[12] \S", line) and entries:
                entries[-1][3][line[0]].append(line[2:])
            else:
                check(not line or line.startswith("#"), f"{path}:{number}: what is this?", line)
    return entries


def check_entries(name, entries):
    ids = [what for _, kind, what, _ in entries if kind == "instruction"]
    check(len(ids) == len(set(ids)), name, "names an instruction twice")
    for place, kind, what, phrases in entries:
        in_both = kind in ("instruction", "parameter")
        check(phrases["1"] and bool(phrases["2"]) == in_both, place, "phrases are missing, or too many")
        check(kind != "again" or what in ids, place, "no such instruction:", what)
        if kind == "parameter":
            check(all(any(f"{{{{{what}}}}}" in phrase for phrase in side) for side in phrases.values()),
                  place, "no phrase holds", what)


def check_text(name, version, template, entries):
    left = list(template.text)
    for place, _, _, phrases in entries:
        for phrase in phrases[str(version)]:
            found = re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", template.text)
            check(found, f"{place}: version {version} does not say \"{phrase}\"")
            if found:
                left[found.start():found.end()] = "\n" * len(phrase)
    for piece in "".join(left).split("\n"):
        check(not re.search(r"[^\W\d_]", piece), f"{name} version {version}: claimed by nothing:", piece)


def check_parameters(name, one, two, entries):
    listed = {what for _, kind, what, _ in entries if kind == "parameter"}
    check(set(one.parameters) == set(two.parameters) == listed, name, "parameters differ")
    check(one.samples == two.samples and set(one.samples) == set(one.parameters), name,
          "each parameter has one sample, the same in both versions")


def count(texts):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, str(index)) for index in range(len(texts))]
        for path, text in zip(paths, texts):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([ETALON, "tokens", "--encoding", "o200k_base", "--json", *paths],
                              capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["total"]


def check_diff(name, whole):
    """`etalon prompt diff` counts the same, and the framing of a chat: 10 tokens for two messages."""
    done = subprocess.run([ETALON, "prompt", "diff", f"{name}@1", f"{name}@2", "--json"],
                          capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    check([told["a"]["tokens"], told["b"]["tokens"]] == [tokens + 10 for tokens in whole],
          name, "etalon prompt diff counts otherwise:", done.stdout)


def numbered(number):
    return f"{number:,}"


def check_tokens(name, templates):
    """The row both documents must have; the starting point and the aim are held."""
    start, aim = USE_CASES[name]
    static, whole = ([count(template.filled(samples)) for template in templates]
                     for samples in (False, True))
    change = 100 * whole[1] / whole[0] - 100
    check(abs(whole[0] - start) <= 0.05 * start, name, "version 1 has", whole[0], "tokens, not", start)
    check(round(change) <= -aim, name, f"changes by {change:.1f} %, not by -{aim} %")
    check_diff(name, whole)
    row = (f"| {name} | {numbered(static[0])} / {numbered(whole[0])} | {numbered(static[1])} / "
           f"{numbered(whole[1])} | \N{MINUS SIGN}{-change:.1f} % | \N{MINUS SIGN}{aim} % |")
    for path in ("docs/goals.md", "docs/prompts.md"):
        with open(path, encoding="utf-8") as file:
            check(row in file.read(), f"{path} does not say\n{row}")


for use_case in USE_CASES:
    versions = [Template(use_case, 1), Template(use_case, 2)]
    told = read_entries(use_case)
    check_entries(use_case, told)
    check_text(use_case, 1, versions[0], told)
    check_text(use_case, 2, versions[1], told)
    check_parameters(use_case, *versions, told)
    check_tokens(use_case, versions)
if wrong:
    sys.exit("\n".join(wrong))
print("ok: templates")
