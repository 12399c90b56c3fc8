"""Run a command in this process, and say what is wrong with how it ended."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Final

from click.testing import CliRunner

from edgevision.cli.main import cli

# What a terminal obeys, what turns a line round, and what no encoding can write.
_OBEYED: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LONGEST: Final = 3000


def faults_of(words: list[str], *, hidden: Sequence[str] = ()) -> list[str]:
    """Run a command, and return what is wrong with its end; mostly nothing.

    A command may refuse its files in a sentence. It may not call that a fault of its
    own, end in a traceback, print what a terminal obeys, or flood the terminal.

    Args:
        words: The command and its arguments.
        hidden: Texts that it may not print.
    """
    # The handler that a command adds writes to the standard error of its time.
    logging.getLogger("edgevision").handlers.clear()
    done = CliRunner().invoke(cli, words)
    faults = []
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        last = traceback.extract_tb(done.exc_info[2])[-1]
        where = f"{last.filename.rpartition('/edgevision/')[2]}:{last.lineno}"
        faults.append(f"{type(done.exception).__name__}: {done.exception} ({where})")
    if "fault in EdgeVision" in done.output:
        faults.append(done.stderr.strip()[-300:])
    if done.exit_code not in (0, 1, 2, 3):
        faults.append(f"exit code {done.exit_code}")
    if done.exit_code and not done.stderr.strip():
        faults.append("no words")
    for text in hidden:
        if text in done.output:
            at = done.output.index(text)
            faults.append(f"shows {done.output[max(0, at - 60) : at + 20]!r}")
            break
    strange = _OBEYED.search(done.output)
    if strange:
        at = strange.start()
        faults.append(f"printed {done.output[max(0, at - 60) : at + 20]!r}")
    if len(done.stderr) > _LONGEST:
        faults.append(f"{len(done.stderr)} characters of words")
    if done.exit_code == 0 and "--json" in words:
        lines = [done.stdout] if words[0] != "run" else done.stdout.splitlines()
        try:
            for line in lines:
                json.loads(line, parse_constant=lambda name: 1 / 0)
        except (ValueError, ZeroDivisionError) as error:
            faults.append(f"what --json printed is no JSON: {error}")
    return faults


def show_progress(done: int, total: int) -> None:
    """Show on a terminal how far the work is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {total}")


def report(what: str, tried: int, fallen: Sequence[str]) -> int:
    """Print a row of the table and what did not hold; return the exit code.

    Args:
        what: The name of the row.
        tried: How many attacks there were.
        fallen: A line for each that was not held.
    """
    for line in fallen:
        sys.stderr.write(f"{line!a}\n")
    held = tried - len(fallen)
    sys.stdout.write(f"| {what} | {tried} | {held} | {len(fallen)} |\n")
    return 1 if fallen else 0
