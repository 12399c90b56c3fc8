"""Try a damaged model as the gate does, each in a child process of its own."""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from edgevision.runtime.golden import golden_check as golden
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.opening.gate.trial_run import probe
from edgevision.runtime.opening.inspection import inspect_model, plan_of
from edgevision.runtime.tflite.model_file import ModelFile
from edgevision.runtime.tflite.validation import check_model

import edgevision
from edgevision.errors import EdgeVisionError

LIMIT_S = 10.0

REFUSED = "refused by the check"
SENTENCE = "refused by the runtime"
CRASHED = "crash, in the child"
HUNG = "hang, in the child"
SAME = "runs, same answer"
CAUGHT = "runs, golden check catches it"
SILENT = "runs, another answer"
ESCAPED = "ESCAPED"
OUTCOMES = (REFUSED, SENTENCE, CRASHED, HUNG, SAME, CAUGHT, SILENT, ESCAPED)


def in_child(work: Callable[[], Any], seconds: float = LIMIT_S) -> tuple[str, Any]:
    """Run something in a forked child: "ok", "signal" or "time", and its result."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        try:
            found = work()
        except BaseException:
            found = ("traceback", traceback.format_exc()[-600:])
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(found, pipe)
        os._exit(0)
    os.close(writing)
    data = _read(reading, child, seconds)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if data is None:
        return "time", None
    if os.WIFSIGNALED(status):
        return "signal", os.WTERMSIG(status)
    return "ok", pickle.loads(data)  # noqa: S301 - from our own child


def _read(pipe: int, child: int, seconds: float) -> bytes | None:
    """Return what the child wrote; None when it took too long and was killed."""
    end = time.monotonic() + seconds
    data = b""
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            return None
        piece = os.read(pipe, 2**16)
        if not piece:
            return data
        data += piece


def answers(path: Path) -> list[np.ndarray]:
    """Return what a model says of one noisy picture, its decoder's work included."""
    with edgevision.load_model(path, trust=True, threads=1) as model:
        image = np.random.default_rng(7).integers(0, 256, (48, 64, 3), np.uint8)
        model(image).to_dict()
        return [output.copy() for output in model.interpreter.outputs_now()]


def read_everything(path: Path) -> None:
    """Let ``inspect`` and ``run`` read a file that passed the check."""
    inspect_model(path, run=False, tensors=True).to_dict()
    plan_of(ModelFile.open(path)).to_dict()


def passes_golden_check(path: Path) -> bool | None:
    """Return whether the card's golden check passes; None where there is none."""
    card = ModelFile.open(path).card
    if card is None or not card.check:
        return None
    interpreter = Interpreter(str(path), threads=1)
    return golden.check(card.check, interpreter, card.input).passed


def trial(path: Path, expected: list[np.ndarray]) -> tuple[str, str]:
    """Return what happened to a damaged file, and a detail.

    ``ESCAPED`` is what must not be: a traceback, a hang of the check, or a crash or
    hang after the gate let the file in.

    Args:
        path: The damaged file.
        expected: What the intact file answers.
    """
    state, found = in_child(lambda: _look(path))
    if state != "ok" or found[0] == "traceback":
        return ESCAPED, f"reading it: {state} {found}"
    if found[0] == "refused":
        return REFUSED, found[1]
    # The gate's own child.
    state, verdict = in_child(lambda: probe(str(path), None))
    if state == "signal":
        return CRASHED, f"signal {verdict}"
    if state == "time":
        return HUNG, ""
    if isinstance(verdict, tuple):
        return ESCAPED, verdict[1]
    if not verdict["ok"]:
        return SENTENCE, verdict["words"]
    # It is let in: from here on it would run in the caller's process.
    state, got = in_child(lambda: _run(path))
    if state != "ok" or got[0] == "traceback":
        return ESCAPED, f"running it: {state} {got}"
    if got[0] == "refused":
        return SENTENCE, got[1]
    found = got[1]
    same = [first.shape for first in found] == [e.shape for e in expected] and all(
        np.array_equal(first, second, equal_nan=True)
        for first, second in zip(found, expected, strict=True)
    )
    if same:
        return SAME, ""
    # Eight pictures, which a loaded machine may need its time for.
    state, passed = in_child(lambda: _check(path), 60)
    if state != "ok" or isinstance(passed, tuple):
        return ESCAPED, f"checking it: {state} {passed}"
    return (CAUGHT if passed is False else SILENT), ""


def _look(path: Path) -> tuple[str, str]:
    try:
        check_model(ModelFile.open(path))
        read_everything(path)
    except EdgeVisionError as error:
        return "refused", str(error)
    return "passed", ""


def _run(path: Path) -> tuple[str, Any]:
    try:
        return "answered", answers(path)
    except EdgeVisionError as error:
        # A card that cannot be read, or tensors that no longer fit it.
        return "refused", str(error)


def _check(path: Path) -> bool | None:
    try:
        return passes_golden_check(path)
    except EdgeVisionError:
        return False
