"""The record of a benchmark as data classes.

``record_json.py`` writes and reads them as JSON; reports and comparisons take them as
they are. The latencies of the models are in ``latency_record.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .latency_record import ModelLatency, StageLatency
from .speed import FloatComparison, SpeedComparison
from .typed_json import ABSENT


@dataclass(frozen=True)
class PlanRecord:
    """How long the measurement was to be, and how long it was.

    Attributes:
        max_seconds: Allowed for each workload.
        width: Share of the median within which its 95 % interval was to lie.
        minutes: Length of the whole run when ``--minutes`` is given.
        seconds: Seconds that it took, without opening and warm-up.
    """

    max_seconds: float
    width: float
    minutes: float | None
    seconds: float


@dataclass(frozen=True)
class PictureSource:
    """The pictures on which the models ran.

    Attributes:
        name: The source; None means random values (``--bare``).
        frames: Number of pictures.
        width: Of the first, in pixels.
        height: Of the first.
        capture: Reading and decoding one picture; None for a live source.
        what: Words for what stands instead of pictures.
    """

    name: str | None
    frames: int
    width: int | None = field(default=None, metadata=ABSENT)
    height: int | None = field(default=None, metadata=ABSENT)
    capture: StageLatency | None = None
    what: str | None = field(default=None, metadata=ABSENT)


@dataclass(frozen=True)
class TimelinePoint:
    """The board and this process at one moment of the measurement."""

    at_s: float
    temperature_c: float | None
    clock_mhz: float | None
    load: float | None
    limits: tuple[str, ...]
    resident_bytes: int


@dataclass(frozen=True)
class HealthRecord:
    """The health of the board during the measurement.

    Attributes:
        before: The first health reading.
        after: The last one.
        max_temperature_c: The highest temperature; None where there is no sensor.
        limits: Everything that held the board back.
        first_limited_s: Seconds until the first of them; None means never, or unknown.
        other_cores: Processors that other programs used on average; None if unknown.
        stolen_cores: Processors that a hypervisor took; None if unknown.
        own_cpu_s: Processor seconds of this process.
        timeline: Readings over time.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    max_temperature_c: float | None
    limits: tuple[str, ...]
    first_limited_s: float | None
    other_cores: float | None
    stolen_cores: float | None
    own_cpu_s: float
    timeline: tuple[TimelinePoint, ...]


@dataclass(frozen=True)
class ProcessRecord:
    """Memory of the process: its peak, and its growth per frame, in bytes."""

    peak_bytes: int
    growth_bytes_per_frame: float


@dataclass(frozen=True)
class Trust:
    """Whether the figures may be trusted, and every reason why not."""

    trustworthy: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class BenchmarkRecord:
    """All that one benchmark measured, and the conditions.

    Attributes:
        edgevision: Version that wrote it.
        created: UTC, ISO 8601.
        plan: How long to measure.
        source: The pictures.
        environment: The machine: board, processor, system, Python.
        health: Heat, clocks and load.
        process: Memory.
        results: One per model and set of settings.
        against: int8 beside float; None where there is no float model.
        per_operator: Why there are no times per operator.
        trust: The record's verdict on itself.
        comparisons: The fastest result beside each other one.
        answer: The sentence that says which is faster; None for one result.
    """

    edgevision: str
    created: str
    plan: PlanRecord
    source: PictureSource
    environment: Mapping[str, Any]
    health: HealthRecord
    process: ProcessRecord
    results: tuple[ModelLatency, ...]
    against: tuple[FloatComparison, ...] | None
    per_operator: str
    trust: Trust
    comparisons: tuple[SpeedComparison, ...] = ()
    answer: str | None = None

    @property
    def board(self) -> str:
        """Return the board's name, or its processor's."""
        board = self.environment["board"] or self.environment["cpu"]["model"]
        return str(board or "unknown board")
