"""Run every command of the two first pages and write the output into them.

Run it from the checkout, with TensorFlow:
``python tools/docs/make_tutorial.py [FOLDER]``. The commands work in FOLDER, a new
temporary one by default, so that what they leave can be looked at. A test runs them
as well.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEARN = ROOT / "docs" / "learn"
PAGES = (LEARN / "first-classifier.md", LEARN / "first-detector.md")
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHOWN = {"epoch": 3, "picture": 12, "bar": 3, "": 1000}
# Of what inspect says, the first table is enough on a page for newcomers.
_LAST = "Inputs and outputs"


def blocks(text: str) -> list[list[tuple[str, list[str]]]]:
    """Return every block of a page as its commands, each with its lines of output."""
    found = []
    for block in _BLOCK.findall(text):
        commands: list[tuple[str, list[str]]] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                commands.append((line[2:], []))
            else:
                commands[-1][1].append(line)
        found.append(commands)
    return found


def run(command: str, folder: Path) -> tuple[int, list[str]]:
    """Run one ``edgevision ...`` in a folder; return exit code and all that it says."""
    program, *words = shlex.split(command)
    if program != "edgevision":
        raise ValueError(f"the tutorial runs edgevision only, got {command!r}.")
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "edgevision", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    return done.returncode, [line.rstrip() for line in done.stdout.splitlines()]


def shortened(lines: list[str]) -> list[str]:
    """Return lines in which long runs of epochs, pictures or bars are three lines."""
    if _LAST in lines:
        lines = [*lines[: lines.index(_LAST)], "..."]
    kept: list[str] = []
    for kind, group in groupby(lines, key=_kind):
        run = list(group)
        kept += run if len(run) <= _SHOWN[kind] else [run[0], "...", run[-1]]
    return kept


def _kind(line: str) -> str:
    if re.match(r"epoch \d+ of", line):
        return "epoch"
    if re.match(r"(>=)? *[\d.]+ ms #", line):
        return "bar"
    return "picture" if re.match(r"\S+\.png  ", line) else ""


def main() -> None:
    """Write the pages."""
    given = sys.argv[1:]
    folder = Path(given[0]) if given else Path(tempfile.mkdtemp(prefix="tutorial-"))
    folder.mkdir(parents=True, exist_ok=True)

    def filled(match: re.Match[str]) -> str:
        lines = []
        for command, _ in blocks(match[0])[0]:
            print(f"$ {command}", flush=True)
            code, output = run(command, folder)
            print("\n".join(output), flush=True)
            if code:
                raise SystemExit(f"exit code {code}")
            lines += [f"$ {command}", *shortened(output)]
        return "```console\n" + "\n".join(lines) + "\n```"

    for page in PAGES:
        page.write_text(_BLOCK.sub(filled, page.read_text("utf-8")), "utf-8")
        print(f"{page} is written; what the commands made lies in {folder}")


if __name__ == "__main__":
    main()
