"""Open models as lanes of a benchmark: all stages on real pictures, and bare invoke."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from ...errors import SourceError
from ..frame import Frame
from ..interpreter import Interpreter
from ..model import Model
from ..opening import OpenOptions, open_model
from ..process import process_memory
from ..sources import open_source
from ..tflite import ModelFile, count_macs
from .measurement import Lane

DEFAULT_SOURCE: Final = "synthetic:"
_KEPT_FRAMES: Final = 32


@dataclass(frozen=True)
class Setting:
    """Say how one model is to be run.

    Attributes:
        path: The file.
        threads: A number, ``auto``, or None for the rule of the runtime.
        backend: A backend's name, or None for the first that is installed.
        delegate: A delegate, or None for the backend's default.
    """

    path: Path
    threads: int | str | None = None
    backend: str | None = None
    delegate: str | None = None


@dataclass(frozen=True)
class BenchmarkPictures:
    """Hold the frames that a benchmark runs over, read before anything is timed.

    Attributes:
        source: What the source calls itself.
        frames: At least one.
        capture_ms: How long reading and decoding each of them took; empty for a live
            source, which makes its reader wait.
    """

    source: str
    frames: tuple[Frame, ...]
    capture_ms: tuple[float, ...]


@dataclass
class Case:
    """Hold one opened model with its settings.

    Attributes:
        setting: How it was asked for.
        file: What the file holds.
        interpreter: Runs it.
        model: Takes pictures; None with ``--bare``.
        startup: Milliseconds of load, allocation and the first inference.
        memory: Bytes before and after opening.
        lanes: What is timed of it.
    """

    setting: Setting
    file: ModelFile
    interpreter: Interpreter
    model: Model | None
    startup: dict[str, float]
    memory: dict[str, int]
    lanes: list[Lane] = field(default_factory=list)

    @property
    def macs(self) -> int:
        """Return the multiply-accumulates of one inference; 0 when none is counted."""
        return count_macs(self.file)

    def close(self) -> None:
        """Let go of the model; may be called twice."""
        self.interpreter.close()


def read_pictures(source: str) -> BenchmarkPictures:
    """Read the first frames of a source, at most 32.

    Args:
        source: A source's string, see ``edgevision.runtime.sources.open``.

    Raises:
        SourceError: It cannot be opened, or yields nothing.
    """
    frames: list[Frame] = []
    times: list[float] = []
    opened = open_source(source)
    try:
        before = time.perf_counter()
        for frame in opened:
            times.append((time.perf_counter() - before) * 1e3)
            # A source may reuse its memory for the next frame.
            frames.append(
                Frame(frame.image.copy(), frame.timestamp_ns, frame.index, frame.source)
            )
            if len(frames) == _KEPT_FRAMES:
                break
            before = time.perf_counter()
    finally:
        opened.close()
    if not frames:
        raise SourceError(f"The source {opened.name} yields no picture to measure on.")
    capture = () if opened.live else tuple(times)
    return BenchmarkPictures(opened.name, tuple(frames), capture)


def open_case(
    setting: Setting, pictures: BenchmarkPictures | None, options: Mapping[str, Any]
) -> Case:
    """Open a model and time its start; no lane has run yet.

    Args:
        setting: The file and how to run it.
        pictures: What to run on; None for the bare interpreter on made-up values.
        options: More fields of :class:`~edgevision.runtime.opening.OpenOptions`,
            such as ``normalize``.

    Raises:
        ModelError: The file cannot be run.
    """
    gc.collect()
    process_memory.reset_peak()
    before = process_memory.resident_bytes()
    given: dict[str, Any] = {
        "threads": setting.threads,
        "backend": setting.backend,
        "delegate": setting.delegate,
    }
    start = time.perf_counter()
    model = None
    if pictures is None:
        interpreter = Interpreter(os.fspath(setting.path), **given)
    else:
        wanted = OpenOptions(check=False, **given, **options)
        model = open_model(setting.path, wanted)
        found = model.interpreter
        if not isinstance(found, Interpreter):
            raise TypeError(f"open_model made a {type(found).__name__}.")
        interpreter = found
    opened = time.perf_counter()
    case = Case(
        setting=setting,
        file=ModelFile.open(setting.path),
        interpreter=interpreter,
        model=model,
        startup={"open_ms": (opened - start) * 1e3, **interpreter.build_ms},
        memory={"before_bytes": before},
    )
    name = _name(case)
    if model is not None and pictures is not None:
        case.lanes.append(_Frames(name, model, pictures.frames))
    else:
        fill_inputs(interpreter)
    case.lanes.append(_Bare(name, interpreter))
    first = case.lanes[0].once()
    case.startup["first_ms"] = first.get("invoke", first.get("bare", 0.0))
    case.memory["after_bytes"] = process_memory.resident_bytes()
    return case


def fill_inputs(interpreter: Interpreter) -> None:
    """Fill all inputs with seeded values: any integer, or floats in 0..1."""
    rng = np.random.default_rng(0)
    for position, tensor in enumerate(interpreter.inputs):
        view = interpreter.input(position)
        if tensor.dtype.kind in "iu" and tensor.dtype.itemsize == 1:
            limits = np.iinfo(tensor.dtype)
            view[...] = rng.integers(
                limits.min, limits.max, view.shape, tensor.dtype, endpoint=True
            )
        elif tensor.dtype.kind == "f":
            view[...] = rng.random(view.shape)
        else:
            view[...] = 0


def settings_for(
    paths: Sequence[Path],
    *,
    threads: Sequence[int | str | None] = (None,),
    backends: Sequence[str | None] = (None,),
    delegates: Sequence[str | None] = (None,),
) -> list[Setting]:
    """Return every combination, models outermost."""
    return [
        Setting(path, count, backend, delegate)
        for path in paths
        for backend in backends
        for delegate in delegates
        for count in threads
    ]


class _Frames:
    """All stages on one picture after the other."""

    key = "total"

    def __init__(self, name: str, model: Model, frames: Sequence[Frame]) -> None:
        self.name = name
        self._model = model
        self._frames = frames
        self._next = 0

    def once(self) -> dict[str, float]:
        frame = self._frames[self._next]
        self._next = (self._next + 1) % len(self._frames)
        _, timing = self._model.run(frame)
        return {
            "prepare": timing.prepare_ms,
            "invoke": timing.invoke_ms,
            "decode": timing.decode_ms,
            "total": timing.prepare_ms + timing.invoke_ms + timing.decode_ms,
        }


class _Bare:
    """The interpreter alone, on what lies in its input."""

    key = "bare"

    def __init__(self, name: str, interpreter: Interpreter) -> None:
        self.name = f"{name}, bare"
        self._invoke = interpreter.invoke

    def once(self) -> dict[str, float]:
        start = time.perf_counter_ns()
        self._invoke()
        return {"bare": (time.perf_counter_ns() - start) / 1e6}


def _name(case: Case) -> str:
    used = case.interpreter
    threads = "1 thread" if used.threads == 1 else f"{used.threads} threads"
    # What every backend takes by itself needs no word.
    delegate = "" if used.delegate == "xnnpack" else f"delegate {used.delegate}, "
    return f"{case.file.name}, {used.backend}, {delegate}{threads}"
