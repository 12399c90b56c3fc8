"""Open models for a benchmark: all stages on real pictures, and the bare invoke."""

from __future__ import annotations

import gc
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
from ..opening import OpenOptions, admitted, open_model
from ..process import process_memory
from ..sources import open_source
from ..tflite import ModelFile, count_macs
from .latency_record import BARE, MODEL
from .measurement import Workload
from .speed import threads_in_words

DEFAULT_SOURCE: Final = "synthetic:"
_KEPT_FRAMES: Final = 32


@dataclass(frozen=True)
class RunSettings:
    """The settings with which one model is run.

    Attributes:
        path: The file.
        threads: A number or ``auto``; None means the rule of the runtime.
        backend: A backend's name; None means the first that is installed.
        delegate: A delegate; None means the backend's default.
    """

    path: Path
    threads: int | str | None = None
    backend: str | None = None
    delegate: str | None = None


@dataclass(frozen=True)
class BenchmarkPictures:
    """The frames of a benchmark, read before anything is timed.

    Attributes:
        source: The name of the source.
        frames: At least one.
        capture_ms: Milliseconds for reading and decoding each of them; empty for a
            live source, because it makes its reader wait.
    """

    source: str
    frames: tuple[Frame, ...]
    capture_ms: tuple[float, ...]


@dataclass
class OpenedModel:
    """One opened model with its settings.

    Attributes:
        settings: The settings that were asked for.
        file: The parsed model file.
        interpreter: The interpreter that runs it.
        model: The model with its preprocessing and decoder; None with ``--bare``.
        startup: Milliseconds of opening, load, allocation and the first inference.
        memory: Bytes before and after opening.
        workloads: What is timed of it.
    """

    settings: RunSettings
    file: ModelFile
    interpreter: Interpreter
    model: Model | None
    startup: dict[str, float]
    memory: dict[str, int]
    workloads: list[Workload] = field(default_factory=list)

    @property
    def macs(self) -> int:
        """Return the multiply-accumulates of one inference; 0 means not counted."""
        return count_macs(self.file)

    def close(self) -> None:
        """Close the interpreter; may be called twice."""
        self.interpreter.close()


def read_pictures(source: str) -> BenchmarkPictures:
    """Read the first frames of a source, at most 32.

    Args:
        source: A source's string, see ``edgevision.runtime.sources.open``.

    Raises:
        SourceError: It cannot be opened, or has no picture.
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


def open_for_measuring(
    settings: RunSettings,
    pictures: BenchmarkPictures | None,
    options: Mapping[str, Any],
) -> OpenedModel:
    """Open a model, time the start and run it once.

    Args:
        settings: The file and how to run it.
        pictures: The pictures to run on; None means the bare interpreter on random
            values.
        options: More fields of :class:`~edgevision.runtime.opening.OpenOptions`,
            such as ``normalize``.

    Raises:
        ModelError: The file cannot be run.
    """
    gc.collect()
    process_memory.reset_peak()
    before = process_memory.resident_bytes()
    running: dict[str, Any] = {
        "threads": settings.threads,
        "backend": settings.backend,
        "delegate": settings.delegate,
    }
    start = time.perf_counter()
    model = None
    if pictures is None:
        wanted = OpenOptions(**running, **options)
        file, shapes = admitted(settings.path, wanted)
        interpreter = Interpreter(
            file.content,
            input_shapes=None if shapes is None else shapes.inputs,
            **running,
        )
    else:
        wanted = OpenOptions(check=False, **running, **options)
        model = open_model(settings.path, wanted)
        if not isinstance(model.interpreter, Interpreter):
            kind = type(model.interpreter).__name__
            raise TypeError(f"open_model returned a model with a {kind}.")
        interpreter = model.interpreter
        # What runs, and not what lies at the path by now.
        file = ModelFile.of(interpreter.content)
        if model.card.extra_inputs and not options.get("inputs"):
            # Any value: the time does not depend on it.
            model.set_inputs({item.name: item.low for item in model.card.extra_inputs})
    opened_at = time.perf_counter()
    opened = OpenedModel(
        settings=settings,
        file=file,
        interpreter=interpreter,
        model=model,
        startup={"open_ms": (opened_at - start) * 1e3, **interpreter.build_ms},
        memory={"before_bytes": before},
    )
    name = _name(opened)
    if model is not None and pictures is not None:
        opened.workloads.append(_Frames(name, model, pictures.frames))
    else:
        fill_inputs(interpreter)
    opened.workloads.append(_Bare(name, interpreter))
    first = opened.workloads[0].once()
    opened.startup["first_ms"] = first.get("invoke", first.get(BARE, 0.0))
    opened.memory["after_bytes"] = process_memory.resident_bytes()
    return opened


def fill_inputs(interpreter: Interpreter) -> None:
    """Fill all inputs with random values: any integer, or floats in 0..1."""
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
) -> list[RunSettings]:
    """Return every combination, models outermost."""
    return [
        RunSettings(path, count, backend, delegate)
        for path in paths
        for backend in backends
        for delegate in delegates
        for count in threads
    ]


class _Frames:
    """The workload of all stages, on one picture after the other."""

    stage = MODEL

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
            MODEL: timing.model_ms,
        }


class _Bare:
    """The workload of the interpreter alone, on what is in its input."""

    stage = BARE

    def __init__(self, name: str, interpreter: Interpreter) -> None:
        self.name = f"{name}, bare"
        self._invoke = interpreter.invoke

    def once(self) -> dict[str, float]:
        start = time.perf_counter_ns()
        self._invoke()
        return {BARE: (time.perf_counter_ns() - start) / 1e6}


def _name(opened: OpenedModel) -> str:
    used = opened.interpreter
    threads = threads_in_words(used.threads)
    # The default of every backend needs no word.
    delegate = "" if used.delegate == "xnnpack" else f"delegate {used.delegate}, "
    return f"{opened.file.name}, {used.backend}, {delegate}{threads}"
