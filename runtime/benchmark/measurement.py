"""Measure latencies honestly: several lanes in turns, in blocks, until they are sure.

A *lane* is one thing that is timed again and again: all stages of a model with its
settings, or its bare invoke. Lanes take turns in blocks of a fraction of a second, in
an order that alternates, so that a disturbance hits all of them and nobody always runs
first. Start at :func:`measure`; ``benchmark_case.py`` opens models as lanes.
"""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np

from ...devices.health import Health
from ..process import process_memory
from .statistics import Blocks, relative_width

MIN_BLOCKS: Final = 10
_HEALTH_EVERY_S: Final = 1.0
_KEPT_BLOCKS: Final = 1200


class Lane(Protocol):
    """One thing to time.

    Attributes:
        name: What it is called in progress lines.
        key: The stage whose median decides when it is sure.
    """

    name: str
    key: str

    def once(self) -> Mapping[str, float]:
        """Do it once and return milliseconds by stage, always the same stages."""
        ...


@dataclass(frozen=True)
class Plan:
    """Say how long to measure.

    Attributes:
        max_seconds: At most so long for each lane.
        width: Stop when each lane's 95 % interval lies within this share of its median.
        minutes: Measure exactly so long in all, to see heat; None for until sure.
        warm_up_seconds: Run each lane so long before anything counts.
        block_seconds: Length of one turn.
    """

    max_seconds: float = 20.0
    width: float = 0.02
    minutes: float | None = None
    warm_up_seconds: float = 0.5
    block_seconds: float = 0.15


@dataclass
class Series:
    """Collect one lane's samples.

    Attributes:
        samples: Milliseconds by stage, in the order of time.
        starts: Seconds since the start of the measurement, per block.
        sizes: Samples per block.
        medians: Medians in milliseconds by stage, per block.
        warm_up: Milliseconds of the deciding stage before anything counted.
    """

    samples: dict[str, array[float]] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    medians: dict[str, list[float]] = field(default_factory=dict)
    warm_up: array[float] = field(default_factory=lambda: array("d"))

    def add_block(self, start: float, block: Mapping[str, Sequence[float]]) -> None:
        """Take the samples of one block, by stage."""
        self.starts.append(start)
        for stage, values in block.items():
            self.samples.setdefault(stage, array("d")).extend(values)
            self.medians.setdefault(stage, []).append(float(np.median(values)))
            size = len(values)
        self.sizes.append(size)

    def blocks(self, stage: str) -> Blocks:
        """Return one stage's blocks, for intervals."""
        return Blocks.of(self.medians[stage], self.sizes)


@dataclass(frozen=True)
class Look:
    """Hold one look at the board and at this process.

    Attributes:
        at_s: Seconds since the start of the measurement.
        health: The board.
        resident_bytes: Memory that this process holds.
    """

    at_s: float
    health: Health
    resident_bytes: int


@dataclass(frozen=True)
class Course:
    """Hold what was measured, and how the board did meanwhile.

    Attributes:
        series: One per lane, in the lanes' order.
        looks: At the board: before, about every second, after.
        seconds: How long the measurement took, without the warm-up.
        own_cpu_s: Processor time of this process.
        other_cores: Processors that other programs used on average; None if unknown.
        stolen_cores: Processors that a hypervisor took; None if unknown.
        stopped: Somebody pressed Ctrl-C before it was over.
    """

    series: tuple[Series, ...]
    looks: tuple[Look, ...]
    seconds: float
    own_cpu_s: float
    other_cores: float | None
    stolen_cores: float | None
    stopped: bool = False


def measure(
    lanes: Sequence[Lane],
    plan: Plan,
    *,
    health: Callable[[], Health],
    clock: Callable[[], float] = time.perf_counter,
    progress: Callable[[float, str], None] | None = None,
) -> Course:
    """Time all lanes in turns.

    Args:
        lanes: At least one.
        plan: How long.
        health: Looks at the board; called about once a second, between blocks.
        clock: Seconds, for tests.
        progress: Takes the share that is done, 0..1, and what is being done.
    """
    if not lanes:
        raise ValueError("A measurement needs at least one lane.")
    report = progress or (lambda share, what: None)
    series = tuple(Series() for _ in lanes)
    for lane, kept in zip(lanes, series, strict=True):
        report(0.0, f"warming up {lane.name}")
        _warm_up(lane, kept, plan, clock)

    length = plan.block_seconds
    total = plan.max_seconds * len(lanes)
    if plan.minutes is not None:
        total = plan.minutes * 60
        length = max(length, total / (_KEPT_BLOCKS * len(lanes)))

    def look(at: float) -> Look:
        return Look(at, health(), process_memory.resident_bytes())

    looks = [look(0.0)]
    cpu = time.process_time()
    start = clock()
    turn = 0
    stopped = False
    while not stopped:
        order = range(len(lanes)) if turn % 2 == 0 else reversed(range(len(lanes)))
        try:
            for number in order:
                begin = clock()
                block = _block(lanes[number], length, clock)
                series[number].add_block(begin - start, block)
                if clock() - start - looks[-1].at_s >= _HEALTH_EVERY_S:
                    looks.append(look(clock() - start))
        except KeyboardInterrupt:
            # Half an hour of figures is not thrown away by Ctrl-C.
            if not all(kept.starts for kept in series):
                raise
            stopped = True
        turn += 1
        seconds = clock() - start
        report(min(1.0, seconds / total), f"block {turn}")
        if seconds >= total:
            break
        if plan.minutes is None and turn >= MIN_BLOCKS and turn % 5 == 0:
            widths = [
                relative_width(kept.blocks(lane.key))
                for lane, kept in zip(lanes, series, strict=True)
            ]
            if max(widths) <= plan.width:
                break
    own = time.process_time() - cpu
    looks.append(look(seconds))
    others, stolen = _other_cores(looks[0].health, looks[-1].health, own, seconds)
    return Course(series, tuple(looks), seconds, own, others, stolen, stopped)


def _warm_up(lane: Lane, kept: Series, plan: Plan, clock: Callable[[], float]) -> None:
    end = clock() + plan.warm_up_seconds
    while True:
        kept.warm_up.append(lane.once()[lane.key])
        if clock() >= end and len(kept.warm_up) >= 3:
            return


def _block(
    lane: Lane, seconds: float, clock: Callable[[], float]
) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {}
    end = clock() + seconds
    while True:
        for stage, value in lane.once().items():
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
    series: Series, stage: str, window: float = 60.0
) -> dict[str, Any] | None:
    """Return the medians of the first and the last minute, and the ratio.

    Args:
        series: One lane.
        stage: Which of its stages.
        window: Seconds that count as a minute.

    Returns:
        ``first_ms``, ``last_ms``, ``ratio`` and ``slower_after_s``: the start of the
        first ten seconds whose median is ten percent above the first minute's, or None.
        None when the run was shorter than two windows.
    """
    starts = np.asarray(series.starts)
    medians = np.asarray(series.medians[stage])
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
    return {
        "first_ms": first,
        "last_ms": last,
        "ratio": last / first if first else 1.0,
        "slower_after_s": slower,
    }
