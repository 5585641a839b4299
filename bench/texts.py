# SPDX-License-Identifier: MIT
"""The texts that tokenizers are measured on, from what every Debian with Python has and from this
tree; chance has a written seed.

    for name, text in texts.all_of_them(): ...        text is str"""
import pydoc_data.topics
import random
import re
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LICENSES = Path("/usr/share/common-licenses")
PYTHON = Path(sysconfig.get_paths()["stdlib"])
LOCALES = ROOT / "ci/oracles/node_modules/zod/v4/locales"
ENDLESS = 100_000  # bytes of an adversarial text

QUESTIONS = [
    f"{how} {what} {when}?"
    for how in ("How should I plan", "Can you explain", "Why do I struggle with", "What do you think of",
                "Should I worry about", "I'm new here; what's the point of")
    for what in ("my long run", "tempo intervals", "carbs during a race", "an easy week", "heart rate zones",
                 "sore calves", "hill repeats", "the taper")
    for when in ("before a half marathon", "when it's 30°C outside", "after an injury", "at my level",
                 "if I've only got 45 minutes")
]


def read(paths, size):
    """At most `size` characters of the files one after another."""
    out, left = [], size
    for path in paths:
        if left <= 0 or not path.is_file():
            continue
        out.append(path.read_text("utf-8", "replace")[:left])
        left -= len(out[-1])
    return "".join(out)


def english():
    licenses = sorted(path for path in LICENSES.glob("*") if not path.is_symlink())
    return "".join(pydoc_data.topics.topics.values()) + read(licenses, 300_000)


def code():
    return read(sorted(PYTHON.glob("*.py")), 700_000) + read(sorted(ROOT.glob("core/**/*.c")), 500_000)


def any_unicode(chance, length):
    """Runs of code points of one script, of every plane."""
    scripts = [(0xA0, 0x24F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x3040, 0x30FF),
               (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x1F300, 0x1FAFF), (0xE000, 0x10FFFF)]
    out = []
    while len(out) < length:
        low, high = chance.choice(scripts)
        out += [chr(chance.randint(low, high)) for _ in range(chance.randint(1, 12))]
        out.append(chance.choice(["", " ", "\n", ", "]))
    return "".join(out)


def mixed():
    chance = random.Random(2)
    parts = [english()[:300_000], code()[:300_000], read(sorted(LOCALES.glob("*.js")), 300_000),
             any_unicode(chance, 100_000), (ROOT / "data/models.json").read_text("utf-8")]
    blocks = [part[at:at + 2000] for part in parts for at in range(0, len(part), 2000)]
    chance.shuffle(blocks)
    return "".join(blocks)


def chat():
    """What an application sends all day: four system prompts, and questions that come again."""
    chance = random.Random(3)
    prompts = []
    for path in sorted(ROOT.glob("scenarios/templates/*/v2.prompt")):
        lines = path.read_text("utf-8").splitlines()
        prompts.append(re.sub(r"{{\w+}}", "two words", "\n".join(x for x in lines if not x.startswith("%"))))
    weights = [1 / (n + 1) for n in range(len(QUESTIONS))]
    asked = chance.choices(QUESTIONS, weights, k=1200)
    return "\n".join(f"{chance.choice(prompts)}\n{question}" for question in asked)


def endless():
    chance = random.Random(4)
    alphabets = {
        "one letter": "a", "two letters": "ab", "letters": "abcdefghijklmnopqrstuvwxyz", "equals": "=",
        "punctuation": "!#$%&()*+,-.:;<=>?@[]^_{|}~", "spaces": " ", "newlines": "\n",
        "white space": " \t\n\r\u00a0\u3000", "CJK": [chr(c) for c in range(0x4E00, 0xA000)],
        "emoji": "\U0001f642\u200d\ufe0f\U0001f44d\U0001f3fd",
    }
    for name, alphabet in alphabets.items():
        width = len(alphabet[0].encode())
        yield name, "".join(chance.choice(alphabet) for _ in range(ENDLESS // width))
    words = ["".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(64)) for _ in range(ENDLESS // 65)]
    yield "words of 64", " ".join(words)


def all_of_them():
    yield from (("English", english()), ("code", code()), ("mixed", mixed()), ("chat", chat()))
    yield from endless()
