"""How long a frame took, stage by stage, and the statistics of a whole run.

The latency of a model is ``model``: prepare, invoke and decode, and refine where there
is a second model. The wait for the camera (``capture``) and the sinks (``emit``) stand
apart from it.

All clocks are ``time.monotonic_ns`` / ``time.perf_counter_ns``; no sample is clipped.
"""

from __future__ import annotations

import math
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

STAGES: Final = ("capture", "prepare", "invoke", "decode", "emit")
EXPLAINED: Final = (
    "model: prepare, invoke, decode and, with a second model, refine: the work on one "
    "picture",
    "capture: waiting for the next picture and reading it; emit: all outputs",
    "age: from the capture of a picture to the start of the work on it",
)
"""What the rows of a latency table mean, one line each."""
_MOTION: Final = "motion: comparing each picture with the one that was looked at last"

_EXACT: Final = 4096  # so many samples are kept as they are: 32 kB
_FLOOR_MS: Final = 1e-4  # everything below a tenth of a microsecond is one bucket
_LOG_STEP: Final = math.log(1.01)
_BUCKETS: Final = 2560  # up to 1e7 ms: nearly three hours
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
    before prepare where the model looks only when something moved; they are absent
    everywhere else.

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
        return self.capture_ms + self.motion_ms + self.model_ms + self.emit_ms

    def to_dict(self) -> dict[str, Any]:
        """Return milliseconds by name, rounded to a microsecond.

        ``first_left_out`` is there, and true, where the first of two models did not
        run; ``answer_age_ms`` is there where pictures are compared.
        """
        extra = {"motion": self.motion_ms, "refine": self.refine_ms}
        names = [stage for stage in _ALL_STAGES if extra.get(stage, True)]
        values = {f"{stage}_ms": getattr(self, f"{stage}_ms") for stage in names}
        values["age_ms"] = self.age_ms
        if self.motion_ms:
            values["answer_age_ms"] = self.answer_age_ms
        values["model_ms"] = self.model_ms
        values["total_ms"] = self.total_ms
        record: dict[str, Any] = {name: round(ms, 3) for name, ms in values.items()}
        if self.is_first_left_out:
            record["first_left_out"] = True
        return record


class Distribution:
    """Samples in milliseconds, counted in constant memory; none is dropped.

    Up to 4096 samples are kept as they are and percentiles are exact. From then on each
    sample is counted in one of 2560 buckets whose edges differ by one percent, so a
    percentile is within half a percent; mean and maximum stay exact for any number.
    """

    def __init__(self) -> None:
        self.count = 0
        self.maximum = 0.0
        self._sum = 0.0
        self._samples: array[float] | None = array("d")
        self._buckets: array[int] | None = None

    def add(self, value: float) -> None:
        """Add one sample in milliseconds; a negative one counts as 0."""
        value = max(value, 0.0)
        self.count += 1
        self._sum += value
        self.maximum = max(self.maximum, value)
        if self._samples is not None:
            self._samples.append(value)
            if len(self._samples) > _EXACT:
                self._buckets = array("q", bytes(8 * _BUCKETS))
                for sample in self._samples:
                    self._buckets[_bucket(sample)] += 1
                self._samples = None
        elif self._buckets is not None:
            self._buckets[_bucket(value)] += 1

    @property
    def mean(self) -> float:
        """Return the mean in milliseconds; 0 without samples."""
        return self._sum / self.count if self.count else 0.0

    def percentile(self, percent: float) -> float:
        """Return the smallest value that ``percent`` of the samples do not exceed.

        Args:
            percent: Above 0 and at most 100.

        Raises:
            ValueError: There is no sample, or ``percent`` is out of range.
        """
        if not 0 < percent <= 100:
            raise ValueError(f"percent must be above 0 and at most 100, got {percent}.")
        if not self.count:
            raise ValueError("A percentile needs at least one sample.")
        rank = math.ceil(self.count * percent / 100)
        if self._samples is not None:
            return sorted(self._samples)[rank - 1]
        seen = 0
        for index, count in enumerate(self._buckets or ()):
            seen += count
            if seen >= rank:
                middle = _FLOOR_MS * math.exp((index - 0.5) * _LOG_STEP)
                return min(middle if index else 0.0, self.maximum)
        return self.maximum

    def to_dict(self) -> dict[str, float]:
        """Return n, mean, p50, p90, p99 (from 100 samples on) and max, in ms."""
        values: dict[str, float] = {"n": self.count}
        if self.count:
            values["mean_ms"] = round(self.mean, 3)
            values["p50_ms"] = round(self.percentile(50), 3)
            values["p90_ms"] = round(self.percentile(90), 3)
            if self.count >= 100:
                values["p99_ms"] = round(self.percentile(99), 3)
            values["max_ms"] = round(self.maximum, 3)
        return values


class LatencyTable:
    """The statistics of a run: one row per stage, the model, the total and the age.

    Memory is constant however long the run is; see :class:`Distribution`.

    Attributes:
        rows: Row name (the stages, ``model``, ``total``, ``age``) -> its distribution;
            ``refine`` only where a second model ran, ``motion`` only where pictures
            were compared. Answers that were used again count in no row of the model.
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
        for name, row in self.rows.items():
            if not (timing.is_reused and name in _OF_MODEL):
                row.add(getattr(timing, f"{name}_ms"))

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
        for name, title in _TEXT_ROWS.items():
            if name not in self.rows:
                continue
            values = self.rows[name].to_dict()
            cells = (values.get(f"{column}_ms") for column in columns)
            yield f"{title:<10}" + "".join(
                f"{'-':>10}" if cell is None else f"{cell:>10.2f}" for cell in cells
            )
        yield from EXPLAINED
        if "motion" in self.rows:
            yield _MOTION


def _bucket(value: float) -> int:
    if value <= _FLOOR_MS:
        return 0
    return min(int(math.log(value / _FLOOR_MS) / _LOG_STEP) + 1, _BUCKETS - 1)
