"""How long a frame took, stage by stage, and the statistics of a whole run.

The latency of a model is ``model``: prepare, invoke and decode, and refine where there
is a second model. The wait for the camera (``capture``) and the sinks (``emit``) stand
apart from it.

All clocks are ``time.monotonic_ns`` / ``time.perf_counter_ns``; no sample is clipped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .distribution import Distribution

STAGES: Final = ("capture", "prepare", "invoke", "decode", "emit")
EXPLAINED: Final = (
    "model: prepare, invoke, decode and, with a second model, refine: the work on one "
    "picture",
    "capture: waiting for the next picture and reading it; emit: all outputs",
    "age: from the capture of a picture to the start of the work on it",
)
"""What the rows of a latency table mean, one line each."""
_MOTION: Final = "motion: comparing each picture with the one that was looked at last"

# A rate of fewer frames, or of less time, says how full the queues were.
_RATE_FRAMES: Final = 10
_RATE_NS: Final = 500_000_000
_OPTIONAL: Final = ("motion", "refine")
_ALL_STAGES: Final = tuple(
    ["capture", "motion", "prepare", "invoke", "decode", "refine", "emit"]
)
_ROWS: Final = (*_ALL_STAGES, "model", "total", "age")
_OF_MODEL: Final = frozenset({"prepare", "invoke", "decode", "refine", "model"})
_TEXT_ROWS: Final = {
    "motion": "motion",
    "model": "model",
    "prepare": "  prepare",
    "invoke": "  invoke",
    "decode": "  decode",
    "refine": "  refine",
    "capture": "capture",
    "emit": "emit",
    "age": "age",
}


@dataclass(frozen=True)
class Timing:
    """The milliseconds of one frame in each named stage.

    ``refine`` stands between decode and emit where there is a second model, ``motion``
    before prepare where the model looks only when something moved, and the stages of a
    run (``track``, ``rules`` ...) before emit; they are absent everywhere else.

    Attributes:
        capture_ms: Waiting for and reading (decoding) the frame.
        prepare_ms: Resize, colour order, normalization and quantization.
        invoke_ms: The interpreter.
        decode_ms: From output tensors to a result.
        emit_ms: All sinks together.
        age_ms: Start of ``prepare`` minus capture.
        refine_ms: All that a second model does with the regions of the first.
        is_first_left_out: Whether the second model followed what the frame before had
            shown, so that the first one did not run.
        motion_ms: Comparing the picture with the one that was looked at last.
        answer_age_ms: Time between the picture that the answer was computed from and
            this one; 0 where the model looked at this one.
        stage_ms: Of each stage of the run, by its name, in the order of the run.
        model_ms: Prepare, invoke, decode and refine: the latency of the model.
        total_ms: All stages, the wait for the camera among them.
    """

    capture_ms: float = 0.0
    prepare_ms: float = 0.0
    invoke_ms: float = 0.0
    decode_ms: float = 0.0
    emit_ms: float = 0.0
    age_ms: float = 0.0
    refine_ms: float = 0.0
    is_first_left_out: bool = False
    motion_ms: float = 0.0
    answer_age_ms: float = 0.0
    stage_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_reused(self) -> bool:
        """Return whether the answer is that of an earlier picture."""
        return self.answer_age_ms > 0

    @property
    def model_ms(self) -> float:
        """Return the latency of the model: prepare, invoke, decode and refine."""
        return self.prepare_ms + self.invoke_ms + self.decode_ms + self.refine_ms

    @property
    def total_ms(self) -> float:
        """Return the sum of all stages; ``capture`` waits for the next picture."""
        stages = sum(self.stage_ms.values()) if self.stage_ms else 0.0
        return self.capture_ms + self.motion_ms + self.model_ms + stages + self.emit_ms

    def to_dict(self) -> dict[str, Any]:
        """Return milliseconds by name, rounded to a microsecond.

        ``first_left_out`` is there, and true, where the first of two models did not
        run; ``answer_age_ms`` is there where pictures are compared.
        """
        extra = {"motion": self.motion_ms, "refine": self.refine_ms}
        names = [stage for stage in _ALL_STAGES if extra.get(stage, True)]
        values = {f"{stage}_ms": getattr(self, f"{stage}_ms") for stage in names}
        if self.stage_ms:
            emit = values.pop("emit_ms")
            values |= {f"{name}_ms": ms for name, ms in self.stage_ms.items()}
            values["emit_ms"] = emit
        values["age_ms"] = self.age_ms
        if self.motion_ms:
            values["answer_age_ms"] = self.answer_age_ms
        values["model_ms"] = self.model_ms
        values["total_ms"] = self.total_ms
        record: dict[str, Any] = {name: round(ms, 3) for name, ms in values.items()}
        if self.is_first_left_out:
            record["first_left_out"] = True
        return record


class LatencyTable:
    """The statistics of a run: one row per stage, the model, the total and the age.

    Memory is constant however long the run is; see :class:`Distribution`.

    Attributes:
        rows: Row name (the stages, ``model``, ``total``, ``age``) -> its distribution;
            ``refine`` only where a second model ran, ``motion`` only where pictures
            were compared, and a row for each stage of the run. Answers that were used
            again count in no row of the model.
        frames: How many frames were added.
        first_left_out: In how many of them the first of two models did not run.
        reused: In how many of them the answer was that of an earlier picture.
    """

    def __init__(self) -> None:
        names = (name for name in _ROWS if name not in _OPTIONAL)
        self.rows = {name: Distribution() for name in names}
        self.frames = 0
        self.first_left_out = 0
        self.reused = 0
        self._stages: set[str] = set()
        self._first_ns = 0
        self._last_ns = 0

    def add(self, timing: Timing, *, finished_ns: int | None = None) -> None:
        """Add the timing of one frame.

        Args:
            timing: Its milliseconds per stage.
            finished_ns: ``time.monotonic_ns()`` of the frame's end; None means now.
        """
        now = time.monotonic_ns() if finished_ns is None else finished_ns
        if not self.frames:
            self._first_ns = now
        self._last_ns = now
        self.frames += 1
        self.first_left_out += timing.is_first_left_out
        self.reused += timing.is_reused
        for name, is_there in (
            ("refine", timing.refine_ms),
            ("motion", timing.motion_ms),
        ):
            if is_there and name not in self.rows:
                rows = {**self.rows, name: Distribution()}
                self.rows = {each: rows[each] for each in _ROWS if each in rows}
        if timing.stage_ms:
            self._add_stages(timing.stage_ms)
        for name, row in self.rows.items():
            if name not in self._stages and not (
                timing.is_reused and name in _OF_MODEL
            ):
                row.add(getattr(timing, f"{name}_ms"))

    def _add_stages(self, stage_ms: Mapping[str, float]) -> None:
        for name, ms in stage_ms.items():
            if name not in self._stages:
                self._stages.add(name)
                rows = list(self.rows.items())
                place = next(i for i, (row, _) in enumerate(rows) if row == "emit")
                rows.insert(place, (name, Distribution()))
                self.rows = dict(rows)
            self.rows[name].add(ms)

    def _titles(self) -> Iterator[tuple[str, str]]:
        for name, title in _TEXT_ROWS.items():
            if name == "emit":
                yield from ((row, row) for row in self.rows if row in self._stages)
            if name in self.rows:
                yield name, title

    @property
    def throughput(self) -> float | None:
        """Return frames per second, (n - 1) / (last - first).

        None means that there is no rate worth telling: fewer than 10 frames, or less
        than half a second from the first to the last.
        """
        span = self._last_ns - self._first_ns
        if self.frames < _RATE_FRAMES or span < _RATE_NS:
            return None
        return (self.frames - 1) * 1e9 / span

    def to_dict(self) -> dict[str, Any]:
        """Return frames, throughput and every row as plain JSON types."""
        throughput = self.throughput
        return {
            "frames": self.frames,
            "throughput": None if throughput is None else round(throughput, 3),
            **({"first_left_out": self.first_left_out} if self.first_left_out else {}),
            **({"reused": self.reused} if self.reused else {}),
            "stages": {name: row.to_dict() for name, row in self.rows.items()},
        }

    def lines(self) -> Iterator[str]:
        """Yield the table as text and what its rows mean; p99 needs 100 frames."""
        if not self.frames:
            yield "No frame was processed."
            return
        many = self.frames >= 100
        columns = ["mean", "p50", "p90", *(["p99"] if many else []), "max"]
        yield f"{'ms':<10}" + "".join(f"{column:>10}" for column in columns)
        for name, title in self._titles():
            values = self.rows[name].to_dict()
            cells = (values.get(f"{column}_ms") for column in columns)
            yield f"{title:<10}" + "".join(
                f"{'-':>10}" if cell is None else f"{cell:>10.2f}" for cell in cells
            )
        yield from EXPLAINED
        if "motion" in self.rows:
            yield _MOTION
