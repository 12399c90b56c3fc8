"""A first load and invoke of a model in a child process: :func:`try_in_child`.

The child gets the bytes that were checked, as an open file, and not their path. It is
isolated from the current folder and from Python's variables, limited in time, memory
and files, and it ends with this process.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ....child import child_command, child_environment
from ...interpreter import DELEGATES
from ...tflite import ModelFile
from .memory_need import too_large

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from ..run_shapes import RunShapes

TIME_LIMIT_S: Final = 30.0
"""A child that takes longer is stopped; ``EDGEVISION_GATE_SECONDS`` says otherwise.

Python, NumPy and the interpreter are loaded within it: an emulated board that was busy
took over ten seconds for a tiny model.
"""

_LONGEST_S: Final = 86_400.0
# What C++ and Python say when there is no more memory.
_NO_MEMORY: Final = (b"bad_alloc", b"MemoryError", b"failed to allocate")


@dataclass(frozen=True)
class Admission:
    """What happened when a model was loaded and run once.

    Attributes:
        ok: Whether it loaded and ran.
        stage: Where it failed: load, invoke, crash, time, memory, start; empty when it
            ran.
        words: A sentence for a failure; empty when it ran.
        backend: Package and version; empty where it did not come that far.
        outputs: Shapes of the outputs when it ran; None where it did not.
        arena: Bytes that its computed tensors take at once; None when not measured.
    """

    ok: bool
    stage: str
    words: str
    backend: str
    outputs: tuple[tuple[int, ...], ...] | None = None
    arena: int | None = None


def try_in_child(
    model: ModelFile,
    *,
    backend: str | type | None = None,
    delegate: str | os.PathLike[str] | None = None,
    shapes: RunShapes | None = None,
    seconds: float | None = None,
    measure: bool = False,
) -> Admission:
    """Load a model and run it once in a child process.

    Args:
        model: The file.
        backend: What runs it; for a class that the host handed in, nothing is tried.
        delegate: Hardware inside the backend; None means its default.
        shapes: Shapes of the inputs; None means the file's own.
        seconds: Time limit; None means ``TIME_LIMIT_S``.
        measure: Also find out how much memory its tensors take.
    """
    if isinstance(backend, type):
        return Admission(True, "", "", backend.__module__.partition(".")[0])
    is_driver = delegate is not None and os.fspath(delegate) not in DELEGATES
    words = too_large(model, shapes)
    if words:
        return Admission(False, "memory", words, "")
    import json
    import math

    limit = _time_limit() if seconds is None else seconds
    wanted = {
        "model": str(model.path),
        "descriptor": model.content.descriptor,
        "backend": backend,
        "delegate": None if delegate is None else os.fspath(delegate),
        "input_shapes": None if shapes is None else shapes.inputs,
        "measure": measure,
    }
    # It computes with one thread; a delegate may have more.
    arguments = str(os.getpid()), str(2 * math.ceil(limit) + 5), json.dumps(wanted)
    try:
        done = _run(arguments, model.content.descriptor, limit, is_driver)
    except TimeoutError:
        return Admission(
            False,
            "time",
            f"{model.path} did not run once within {limit:g} s, so it is not opened. "
            "If this device is that slow, pass --trust.",
            "",
        )
    except (OSError, ValueError) as error:
        return Admission(
            False,
            "start",
            f"Cannot try {model.path} in a child process first: {error}. "
            "Pass --trust if you know where the file comes from.",
            "",
        )
    return _read(model, done.returncode, done.stdout, done.stderr)


def _run(
    arguments: Sequence[str], descriptor: int, seconds: float, is_driver: bool
) -> subprocess.CompletedProcess[bytes]:
    """Run the child to its end; one that takes longer is killed.

    Raises:
        TimeoutError: It takes longer than ``seconds``.
        OSError: It cannot be started.
    """
    import subprocess

    # The child reads its standard input, which ends when this process does.
    reading, writing = os.pipe()
    try:
        return subprocess.run(
            child_command("edgevision.runtime.opening.gate.trial_run", *arguments),
            stdin=reading,
            capture_output=True,
            pass_fds=[descriptor],
            # Drivers are steered by variables of their makers.
            env=child_environment(all_of_them=is_driver),
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    finally:
        os.close(reading)
        os.close(writing)


def _read(model: ModelFile, code: int, output: bytes, errors: bytes) -> Admission:
    import json

    if code < 0 and _signal_name(-code) == "SIGXCPU":
        words = (
            f"{model.path} did not run once within the processor time that a trial "
            "has, so it is not opened. If this device is that slow, pass --trust."
        )
        return Admission(False, "time", words, "")
    if code and any(words in errors for words in _NO_MEMORY):
        return Admission(False, "memory", _no_memory(model), "")
    if code < 0:
        words = (
            f"{model.path} crashes the interpreter (signal {-code}: "
            f"{_signal_name(-code)}), so it is not opened. "
            "Copy, download or convert it again."
        )
        return Admission(False, "crash", words, "")
    try:
        report: dict[str, Any] = json.loads(output.splitlines()[-1])
    except (ValueError, IndexError):
        last = errors.decode("utf-8", "replace").strip().splitlines()[-1:]
        return Admission(
            False,
            "start",
            f"Cannot try {model.path} in a child process first: it ended with code "
            f"{code}{': ' + last[0][:200] if last else ''}. "
            "Pass --trust if you know where the file comes from.",
            "",
        )
    return Admission(
        bool(report.get("ok")),
        str(report.get("stage", "")),
        str(report.get("words", "")),
        str(report.get("backend", "")),
        _shapes(report.get("outputs")),
        report.get("arena"),
    )


def _no_memory(model: ModelFile) -> str:
    return (
        f"{model.path} needs more memory than this device has free, so it is not "
        "opened. Close other programs, or use a smaller model."
    )


def _shapes(value: Any) -> tuple[tuple[int, ...], ...] | None:
    if value is None:
        return None
    return tuple(tuple(map(int, shape)) for shape in value)


def _signal_name(number: int) -> str:
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def _time_limit() -> float:
    try:
        seconds = float(os.environ.get("EDGEVISION_GATE_SECONDS", TIME_LIMIT_S))
    except ValueError:
        return TIME_LIMIT_S
    # Neither infinity nor "not a number" is a limit.
    return seconds if 0 < seconds <= _LONGEST_S else TIME_LIMIT_S
