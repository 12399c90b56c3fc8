"""Run the command line in a child of its own, with a limit of time and of memory.

A child is forked from a process that has imported EdgeVision once: a command then costs
tens of milliseconds in place of a second, and a crash ends the child alone.
"""

from __future__ import annotations

import io
import os
import resource
import select
import signal
import sys
import time
import traceback
from dataclasses import dataclass

import numpy as np  # noqa: F401  imported before the fork, once for all children
from ai_edge_litert.interpreter import Interpreter  # noqa: F401

from edgevision.cli import main as command_line

SECONDS = 90
BYTES = 8 << 30
LATE = -99


@dataclass(frozen=True)
class Answer:
    """What one command said.

    Attributes:
        code: Its exit code; the negative number of a signal; ``LATE`` past the limit.
        text: Standard output and error, as they came.
    """

    code: int
    text: str


def say(arguments: list[str]) -> Answer:
    """Return the answer of ``edgevision ARGUMENTS``."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _be_the_command(arguments, writer)
    os.close(writer)
    text, is_late = _read(reader, child)
    _, status = os.waitpid(child, 0)
    if is_late:
        return Answer(LATE, text)
    return Answer(os.waitstatus_to_exitcode(status), text)


def _be_the_command(arguments: list[str], writer: int) -> None:
    """Run the command with the pipe as its output, and end the process."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(writer, 1)
    os.dup2(writer, 2)
    sys.stdout = _stream(1)
    sys.stderr = _stream(2)
    sys.argv = ["edgevision", *arguments]
    code = 0
    try:
        command_line.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 70
    os._exit(code)


def _stream(number: int) -> io.TextIOWrapper:
    raw = io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(raw, encoding="utf-8", write_through=True)


def _read(reader: int, child: int) -> tuple[str, bool]:
    """Return what a child writes, and whether it had to be stopped."""
    blocks: list[bytes] = []
    end = time.monotonic() + 2 * SECONDS
    is_late = False
    while True:
        ready, _, _ = select.select([reader], [], [], max(end - time.monotonic(), 0))
        if not ready:
            is_late = True
            os.killpg(child, signal.SIGKILL)
            break
        block = os.read(reader, 1 << 16)
        if not block:
            break
        blocks.append(block)
    os.close(reader)
    return b"".join(blocks).decode("utf-8", "replace"), is_late
