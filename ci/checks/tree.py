# SPDX-License-Identifier: MIT
"""What the checks of this folder share: the list of our files, and one way to complain.

A check is a program `NAME ROOT`: it prints one line `FILE:LINE: what; expected ...` per finding and
ends with 1 if there was one.  `selftest` plants a violation of each kind and sees it caught."""
import os
import re
import subprocess
import sys
from pathlib import Path

DATA_FOLDERS = {"corpus", "corpora", "golden", "vectors"}  # byte-exact files, not ours to format


def files(root, *suffixes):
    """Our files below `root` as sorted relative paths; all, or those with one of the suffixes.

    In a git checkout what git tracks or would track; in a source archive everything but builds and
    installed packages."""
    names = _git_files(root) if (root / ".git").exists() else None
    if names is None:
        names = [str(p.relative_to(root)) for p in root.rglob("*")]
    paths = [Path(name) for name in sorted(names) if not _foreign(Path(name))]
    return [p for p in paths
            if (root / p).is_file() and (not suffixes or p.suffix in suffixes)]


def git(root, *arguments):
    """git on the tree at `root`, also where a hook or a rebase says otherwise by environment."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return subprocess.run(["git", "-C", root, *arguments], env=environment,
                          capture_output=True, text=True, check=False)


def _git_files(root):
    listed = git(root, "ls-files", "-z", "-co", "--exclude-standard")
    return listed.stdout.split("\0")[:-1] if listed.returncode == 0 else None


def _foreign(path):
    first = path.parts[0] if path.parts else ""
    return (first.startswith("build") or first == ".git" or "node_modules" in path.parts
            or "__pycache__" in path.parts)


def is_data(path):
    return not DATA_FOLDERS.isdisjoint(path.parts)


def is_generated(text):
    return "generated" in "\n".join(text.split("\n")[:5])


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def code_only(text):
    """C text with comments and the insides of literals blanked; lines stay where they are."""
    pattern = r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


class Complaints:
    def __init__(self):
        self.count = 0

    def add(self, path, line, what):
        place = f"{path}:{line}" if line else str(path)
        print(f"{place}: {what}")
        self.count += 1

    def exit(self, summary):
        print(f"{self.count} findings" if self.count else f"ok: {summary}")
        sys.exit(1 if self.count else 0)
