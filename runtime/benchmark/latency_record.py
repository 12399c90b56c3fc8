"""The latency of one model with one set of settings, as a record holds it.

Milliseconds everywhere, nothing clipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from .statistics import Blocks
from .typed_json import ABSENT

MODEL: Final = "model"
"""The stage that is the latency of a model: prepare, invoke and decode."""
BARE: Final = "bare"
"""The stage that is the interpreter alone, without pictures."""
HEADLINE: Final = (MODEL, BARE)
PARTS: Final = ("prepare", "invoke", "decode")
"""The stages of which MODEL consists."""


@dataclass(frozen=True)
class StageLatency:
    """The statistics of one stage over all samples.

    Attributes:
        n: Samples.
        mean_ms: Their mean.
        min_ms: The smallest.
        p50_ms: The median: the latency that every report shows.
        p90_ms: 90th percentile.
        p95_ms: 95th percentile.
        max_ms: The largest.
        deviation_ms: Standard deviation; None for one sample.
        p99_ms: 99th percentile; None below 100 samples.
        interval_ms: The 95 % interval of the median; None where it is not computed.
        buckets: Lower edge and count, rising; every sample is in one.
    """

    n: int
    mean_ms: float
    min_ms: float
    p50_ms: float
    p90_ms: float
    p95_ms: float
    max_ms: float
    deviation_ms: float | None = field(default=None, metadata=ABSENT)
    p99_ms: float | None = field(default=None, metadata=ABSENT)
    interval_ms: tuple[float, float] | None = field(default=None, metadata=ABSENT)
    buckets: tuple[tuple[float, int], ...] | None = field(default=None, metadata=ABSENT)

    def value(self, column: str) -> float | None:
        """Return a statistic by its name, such as ``p50`` or ``mean``."""
        number: float | None = getattr(self, f"{column}_ms")
        return number

    @property
    def interval(self) -> tuple[float, float]:
        """Return the median's interval; the median itself where none is known."""
        return self.interval_ms or (self.p50_ms, self.p50_ms)


@dataclass(frozen=True)
class BlockMedians:
    """The blocks in which one workload was measured, in the order of time.

    Attributes:
        lane: The workload's headline stage: ``model`` or ``bare``.
        start_s: Seconds since the start of the measurement, per block.
        n: Samples per block.
        medians: Stage -> the median of each block, in milliseconds.
    """

    lane: str
    start_s: tuple[float, ...]
    n: tuple[int, ...]
    medians: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class MeasuredFile:
    """The model file that was measured.

    Attributes:
        name: File name.
        sha256: Digest of its bytes.
        bytes: Size.
        precision: ``int8`` or ``float32``.
        inputs: Shapes of the input tensors.
        macs: Multiply-accumulates of one inference; 0 when they cannot be counted.
    """

    name: str
    sha256: str
    bytes: int
    precision: str
    inputs: tuple[tuple[int, ...], ...]
    macs: int


@dataclass(frozen=True)
class StartupTimes:
    """Milliseconds from the file to the first answer.

    Attributes:
        open_ms: Opening, all together.
        load_ms: Loading the file, a part of opening.
        allocate_ms: Allocating tensors, a part of opening.
        first_ms: The first inference.
        warm_up_n: Runs before anything counted.
        warm_up_p50_ms: Their median.
    """

    open_ms: float
    load_ms: float
    allocate_ms: float
    first_ms: float
    warm_up_n: int
    warm_up_p50_ms: float


@dataclass(frozen=True)
class OpeningMemory:
    """Bytes that the process held before and after opening the model."""

    before_bytes: int
    after_bytes: int


@dataclass(frozen=True)
class SustainedLatency:
    """The latency at both ends of a long run.

    Attributes:
        first_ms: Median of the first minute.
        last_ms: Median of the last minute.
        ratio: Last over first.
        slower_after_s: Seconds until it was ten percent slower; None means never.
    """

    first_ms: float
    last_ms: float
    ratio: float
    slower_after_s: float | None


@dataclass(frozen=True)
class ModelLatency:
    """The latency of one model with one set of settings.

    Attributes:
        name: Model, backend and threads in words.
        model: The file.
        backend: The package that interprets it.
        backend_version: Its version.
        delegate: The hardware or kernels inside the backend.
        threads: Number of threads.
        thread_choice: The same in words, with the reason.
        startup: From the file to the first answer.
        memory: Memory around opening.
        headline: The stage that is compared: ``model``, or ``bare`` without pictures.
        stages: Stage name -> statistics.
        macs_per_second: Multiply-accumulates per second; 0 when they are not counted.
        published: A published figure for the same model and board, in words.
        sustained: Both ends of a long run; None after a short one.
        blocks: One entry per workload.
    """

    name: str
    model: MeasuredFile
    backend: str
    backend_version: str
    delegate: str
    threads: int
    thread_choice: str
    startup: StartupTimes
    memory: OpeningMemory
    headline: str
    stages: Mapping[str, StageLatency]
    macs_per_second: int
    published: str | None
    sustained: SustainedLatency | None
    blocks: tuple[BlockMedians, ...]

    @property
    def latency(self) -> StageLatency:
        """Return the statistics of the headline stage."""
        return self.stages[self.headline]

    def stage_blocks(self, stage: str) -> Blocks:
        """Return the blocks of one stage.

        Raises:
            KeyError: The stage was not measured.
        """
        for lane in self.blocks:
            if stage in lane.medians:
                return Blocks.of(lane.medians[stage], lane.n)
        raise KeyError(stage)
