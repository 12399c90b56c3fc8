"""The check that a model file must pass before it is opened: :func:`admit`.

It has three steps: the hash, against a checksum file beside the model or an earlier
verdict; bounds and sense of the file, in Python; a first load and invoke in a child
process with a time limit. A good verdict is kept by the file's hash and the backend, so
the second opening costs the hash alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ....errors import ModelError
from ...tflite import ModelFile
from .known_settings import CHECKSUM_FILES
from .verdicts import is_admitted, keep_verdict, verdict_key

if TYPE_CHECKING:
    from ..run_shapes import RunShapes

TIME_LIMIT_S: Final = 30.0
"""A child that takes longer is stopped; ``EDGEVISION_GATE_SECONDS`` says otherwise.

Python, NumPy and the interpreter are loaded within it: an emulated board that was busy
took over ten seconds for a tiny model.
"""

_LONGEST_S: Final = 86_400.0


@dataclass(frozen=True)
class Admission:
    """What happened when a model was loaded and run once.

    Attributes:
        ok: Whether it loaded and ran.
        stage: Where it failed: load, invoke, crash, time, start; empty when it ran.
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


def admit(
    path: str | Path,
    *,
    trust: bool = False,
    backend: str | type | None = None,
    delegate: str | os.PathLike[str] | None = None,
    shapes_of: Callable[[ModelFile], RunShapes | None] = lambda _: None,
) -> ModelFile:
    """Check a model file and return it, or raise the reason why it is not opened.

    Args:
        path: The model's file.
        trust: Skip the child process; the file is still checked in Python.
        backend: What will run it; None means the first that is installed.
        delegate: Hardware inside the backend; a file that was compiled for some runs
            nowhere else.
        shapes_of: Called with the file once its bounds are checked; returns the shapes
            to run it with, None for its own. What it raises travels on.

    Raises:
        ModelError: The file is damaged, is not the one that a checksum names, does not
            fit the backend, or crashes or hangs it.
        MissingDependencyError: No backend is installed.
    """
    model = ModelFile.open(path)
    # Before earlier verdicts: none of them knows what a checksum file says.
    check_hash(model)
    key = verdict_key(model.sha256, backend, delegate)
    known = is_admitted(key)
    if not known:
        # Imported here: a model that is known costs its hash and nothing else.
        from ...tflite import check_model

        check_model(model)
    shapes = shapes_of(model)
    if shapes is not None:
        import hashlib

        # What runs with one size may crash with another.
        sizes = hashlib.sha256(repr(shapes.inputs).encode()).hexdigest()
        key = f"{key}-{sizes[:16]}"
        known = is_admitted(key)
    if known or trust:
        return model
    verdict = try_in_child(model, backend=backend, delegate=delegate, shapes=shapes)
    if not verdict.ok:
        words = verdict.words
        if shapes is not None and shapes.notes:
            words += f" {shapes.notes[0]} Convert it again for one picture at a time."
        raise ModelError(words)
    keep_verdict(key)
    return model


def remember(path: str | Path, *, backend: str | type | None = None) -> None:
    """Write down that a file may be opened, because this process wrote and ran it.

    Args:
        path: The model's file.
        backend: What ran it.
    """
    keep_verdict(verdict_key(ModelFile.open(path).sha256, backend))


def check_hash(model: ModelFile) -> str:
    """Compare a model with the checksum file beside it.

    A checksum file is ``NAME.sha256``, or ``SHA256SUMS`` in the same folder, as the
    ``sha256sum`` command writes it.

    Returns:
        The name of the checksum file that vouches for the model; empty without one.

    Raises:
        ModelError: The checksum file names another hash.
    """
    folder = model.path.parent
    for place in (f"{model.name}.sha256", *CHECKSUM_FILES):
        expected = _checksum(folder / place, model.name)
        if expected is None:
            continue
        if expected != model.sha256:
            raise ModelError(
                f"{model.path} is not the file that {place} names: its SHA-256 is "
                f"{model.sha256[:12]}... where {expected[:12]}... was expected. "
                "Copy it again."
            )
        return place
    return ""


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
    import json
    import math
    import subprocess

    from ...process import child_command

    limit = _time_limit() if seconds is None else seconds
    wanted = {
        "path": os.path.abspath(model.path),
        "backend": backend,
        "delegate": None if delegate is None else os.fspath(delegate),
        "input_shapes": None if shapes is None else shapes.inputs,
        "measure": measure,
    }
    command = child_command(
        "edgevision.runtime.opening.gate.trial_run",
        str(os.getpid()),
        # It computes with one thread; a delegate may have more.
        str(2 * math.ceil(limit) + 5),
        json.dumps(wanted),
    )
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
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


def _read(model: ModelFile, code: int, output: bytes, errors: bytes) -> Admission:
    import json

    if code < 0 and _signal_name(-code) == "SIGXCPU":
        words = (
            f"{model.path} did not run once within the processor time that a trial "
            "has, so it is not opened. If this device is that slow, pass --trust."
        )
        return Admission(False, "time", words, "")
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


def _checksum(path: Path, name: str) -> str | None:
    """Return the hex digest that a checksum file has for a name; None means none."""
    try:
        # Before opening: a named pipe would block.
        if not path.is_file():
            return None
        with path.open("rb") as file:
            text = file.read(2**20).decode("utf-8", "replace")
    except OSError:
        return None
    for line in text.splitlines():
        digest, _, rest = line.strip().partition(" ")
        listed = rest.strip().removeprefix("*").rpartition("/")[2]
        # NAME.sha256 may hold the digest alone.
        if len(digest) == 64 and (listed == name or (not listed and "\n" not in text)):
            return digest.lower()
    return None
