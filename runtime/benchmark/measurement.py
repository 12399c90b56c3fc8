"""Measure latencies: several workloads in turns, in blocks, until the medians are sure.

A *workload* is one thing that is timed again and again: all stages of a model with its
settings, or its bare invoke. Workloads take turns in blocks of a fraction of a second,
in an order that alternates: a disturbance hits all of them, and none always runs
first. Start at :func:`measure`; ``opened_model.py`` opens models as workloads.
"""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from ...devices.health import Health
from ..process import process_memory
from .latency_record import SustainedLatency
from .statistics import Blocks, relative_width

MIN_BLOCKS: Final = 10
_HEALTH_EVERY_S: Final = 1.0
_KEPT_BLOCKS: Final = 1200


class Workload(Protocol):
    """One thing to time.

    Attributes:
        name: Its name in progress lines.
        stage: The stage whose median decides when the measurement is long enough.
    """

    name: str
    stage: str

    def once(self) -> Mapping[str, float]:
        """Run once and return milliseconds by stage, always the same stages."""
        ...


@dataclass(frozen=True)
class Plan:
    """How long to measure.

    Attributes:
        max_seconds: The longest time for each workload.
        width: Stop when the 95 % interval of each workload lies within this share of
            its median.
        minutes: Measure exactly so long in all, to see heat; None means until the
            intervals are narrow enough.
        warm_up_seconds: Run each workload so long before anything counts.
        block_seconds: Length of one turn.
    """

    max_seconds: float = 20.0
    width: float = 0.02
    minutes: float | None = None
    warm_up_seconds: float = 0.5
    block_seconds: float = 0.15


@dataclass
class WorkloadSamples:
    """The samples of one workload.

    Attributes:
        samples: Milliseconds by stage, in the order of time.
        starts: Seconds since the start of the measurement, per block.
        sizes: Samples per block.
        medians: Medians in milliseconds by stage, per block.
        warm_up: Milliseconds of the workload's stage before anything counted.
    """

    samples: dict[str, array[float]] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    medians: dict[str, list[float]] = field(default_factory=dict)
    warm_up: array[float] = field(default_factory=lambda: array("d"))

    def add_block(self, start: float, block: Mapping[str, Sequence[float]]) -> None:
        """Add the samples of one block, by stage."""
        self.starts.append(start)
        for stage, values in block.items():
            self.samples.setdefault(stage, array("d")).extend(values)
            self.medians.setdefault(stage, []).append(float(np.median(values)))
            size = len(values)
        self.sizes.append(size)

    def blocks(self, stage: str) -> Blocks:
        """Return the blocks of one stage, from which intervals are computed."""
        return Blocks.of(self.medians[stage], self.sizes)


@dataclass(frozen=True)
class BoardReading:
    """The health of the board and the memory of this process at one moment.

    Attributes:
        at_s: Seconds since the start of the measurement.
        health: The board.
        resident_bytes: Memory of this process.
    """

    at_s: float
    health: Health
    resident_bytes: int


@dataclass(frozen=True)
class Measurement:
    """All samples of all workloads, and the health of the board meanwhile.

    Attributes:
        samples: One entry per workload, in their order.
        readings: Of the board: before, about every second, after.
        seconds: Duration of the measurement, without the warm-up.
        own_cpu_s: Processor time of this process.
        other_cores: Processors that other programs used on average; None if unknown.
        stolen_cores: Processors that a hypervisor took; None if unknown.
        stopped: Ctrl-C was pressed before the end.
    """

    samples: tuple[WorkloadSamples, ...]
    readings: tuple[BoardReading, ...]
    seconds: float
    own_cpu_s: float
    other_cores: float | None
    stolen_cores: float | None
    stopped: bool = False


def measure(
    workloads: Sequence[Workload],
    plan: Plan,
    *,
    health: Callable[[], Health],
    clock: Callable[[], float] = time.perf_counter,
    on_progress: Callable[[float, str], None] | None = None,
) -> Measurement:
    """Time all workloads in turns.

    Args:
        workloads: At least one.
        plan: How long to measure.
        health: Returns the health of the board; called about once a second, between
            blocks.
        clock: Seconds, for tests.
        on_progress: Called with the share that is done, 0..1, and a word about the
            current step.
    """
    if not workloads:
        raise ValueError("A measurement needs at least one workload.")
    report = on_progress or (lambda share, what: None)
    samples = tuple(WorkloadSamples() for _ in workloads)
    for workload, kept in zip(workloads, samples, strict=True):
        report(0.0, f"warming up {workload.name}")
        _warm_up(workload, kept, plan, clock)

    length = plan.block_seconds
    total = plan.max_seconds * len(workloads)
    if plan.minutes is not None:
        total = plan.minutes * 60
        length = max(length, total / (_KEPT_BLOCKS * len(workloads)))

    def read_board(at: float) -> BoardReading:
        return BoardReading(at, health(), process_memory.resident_bytes())

    readings = [read_board(0.0)]
    cpu = time.process_time()
    start = clock()
    turn = 0
    stopped = False
    while not stopped:
        order = (
            range(len(workloads)) if turn % 2 == 0 else reversed(range(len(workloads)))
        )
        try:
            for number in order:
                begin = clock()
                block = _block(workloads[number], length, clock)
                samples[number].add_block(begin - start, block)
                if clock() - start - readings[-1].at_s >= _HEALTH_EVERY_S:
                    readings.append(read_board(clock() - start))
        except KeyboardInterrupt:
            # Half an hour of figures is not thrown away by Ctrl-C.
            if not all(kept.starts for kept in samples):
                raise
            stopped = True
        turn += 1
        seconds = clock() - start
        report(min(1.0, seconds / total), f"block {turn}")
        if seconds >= total:
            break
        if plan.minutes is None and turn >= MIN_BLOCKS and turn % 5 == 0:
            widths = [
                relative_width(kept.blocks(workload.stage))
                for workload, kept in zip(workloads, samples, strict=True)
            ]
            if max(widths) <= plan.width:
                break
    own = time.process_time() - cpu
    readings.append(read_board(seconds))
    others, stolen = _other_cores(readings[0].health, readings[-1].health, own, seconds)
    return Measurement(samples, tuple(readings), seconds, own, others, stolen, stopped)


def _warm_up(
    workload: Workload, kept: WorkloadSamples, plan: Plan, clock: Callable[[], float]
) -> None:
    end = clock() + plan.warm_up_seconds
    while True:
        kept.warm_up.append(workload.once()[workload.stage])
        if clock() >= end and len(kept.warm_up) >= 3:
            return


def _block(
    workload: Workload, seconds: float, clock: Callable[[], float]
) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {}
    end = clock() + seconds
    while True:
        for stage, value in workload.once().items():
            samples.setdefault(stage, []).append(value)
        if clock() >= end:
            return samples


def _other_cores(
    before: Health, after: Health, own: float, seconds: float
) -> tuple[float | None, float | None]:
    if before.busy_s is None or after.busy_s is None or seconds <= 0:
        return None, None
    others = max(0.0, after.busy_s - before.busy_s - own) / seconds
    stolen = max(0.0, (after.stolen_s or 0.0) - (before.stolen_s or 0.0)) / seconds
    cores = os.cpu_count() or 1
    return min(others, cores), min(stolen, cores)


def first_and_last(
    samples: WorkloadSamples, stage: str, window: float = 60.0
) -> SustainedLatency | None:
    """Return the medians of the first and the last minute, and their ratio.

    Args:
        samples: Of one workload.
        stage: Which of its stages.
        window: Seconds that count as a minute.

    Returns:
        None when the run was shorter than two windows. ``slower_after_s`` is the start
        of the first ten seconds whose median is ten percent above the first minute's.
    """
    starts = np.asarray(samples.starts)
    medians = np.asarray(samples.medians[stage])
    if not len(starts) or starts[-1] < 2 * window - 1:
        return None
    first = float(np.median(medians[starts < window]))
    last = float(np.median(medians[starts >= starts[-1] - window]))
    slower = None
    for begin in np.arange(window, starts[-1], 10.0):
        part = medians[(starts >= begin) & (starts < begin + 10)]
        if len(part) and float(np.median(part)) > first * 1.1:
            slower = float(begin)
            break
    return SustainedLatency(
        first_ms=round(first, 5),
        last_ms=round(last, 5),
        ratio=round(last / first if first else 1.0, 5),
        slower_after_s=slower,
    )
