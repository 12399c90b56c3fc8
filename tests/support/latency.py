"""Latencies and records of benchmarks that were never measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from edgevision.runtime.benchmark.latency_record import (
    BlockMedians,
    MeasuredFile,
    ModelLatency,
    OpeningMemory,
    StageLatency,
    StartupTimes,
)
from edgevision.runtime.benchmark.record import (
    BenchmarkRecord,
    HealthRecord,
    PictureSource,
    PlanRecord,
    ProcessRecord,
    Trust,
)
from edgevision.runtime.benchmark.statistics import Blocks

NO_HEALTH = HealthRecord({}, {}, None, (), None, None, None, 1.0, ())


def stage_of(
    medians: Sequence[float],
    sizes: Sequence[int],
    interval: tuple[float, float] | None = None,
) -> StageLatency:
    """Return statistics whose median is that of blocks."""
    middle = Blocks.of(medians, sizes).median
    ends = min(medians), max(medians)
    return StageLatency(
        n=sum(sizes),
        mean_ms=middle,
        min_ms=ends[0],
        p50_ms=middle,
        p90_ms=ends[1],
        p95_ms=ends[1],
        max_ms=ends[1],
        interval_ms=interval or ends,
        buckets=((middle, sum(sizes)),),
    )


def result(
    name: str = "net.tflite",
    p50: float = 10.0,
    interval: tuple[float, float] | None = None,
    *,
    medians: Sequence[float] | None = None,
    sizes: Sequence[int] | None = None,
    stage: str = "model",
    size: int = 100,
    threads: int = 1,
    **more: Any,
) -> ModelLatency:
    """Return a model's latency; with "model" its parts are a tenth, 8 and a tenth."""
    if medians is None:
        medians = [p50 * (1 + 0.001 * (i % 5 - 2)) for i in range(20)]
    sizes = sizes or [5] * len(medians)
    lines = {stage: tuple(medians)}
    if stage == "model":
        for part, share in (("prepare", 0.1), ("invoke", 0.8), ("decode", 0.1)):
            lines[part] = tuple(value * share for value in medians)
    starts = tuple(0.15 * number for number in range(len(medians)))
    blocks = [BlockMedians(stage, starts, tuple(sizes), lines)]
    if stage == "model":
        bare = tuple(value * 0.8 for value in medians)
        blocks.append(BlockMedians("bare", starts, tuple(sizes), {"bare": bare}))
    stages = {
        key: stage_of(line, sizes, interval if key == stage else None)
        for one in blocks
        for key, line in one.medians.items()
    }
    latency = ModelLatency(
        name=name if threads == 1 else f"{name}, {threads} threads",
        model=MeasuredFile(name, "00", size, "int8", ((1, 8, 8, 3),), 1000),
        backend="ai-edge-litert",
        backend_version="2.3.0",
        delegate="xnnpack",
        threads=threads,
        thread_choice=f"{threads}",
        startup=StartupTimes(2.0, 1.0, 1.0, 1.0, 3, 1.0),
        memory=OpeningMemory(0, 2**20),
        headline=stage,
        stages=stages,
        macs_per_second=1,
        published=None,
        sustained=None,
        blocks=tuple(blocks),
    )
    return replace(latency, **more)


def record(*results: ModelLatency, **more: Any) -> BenchmarkRecord:
    """Return a record of these results, of a calm board."""
    made = BenchmarkRecord(
        edgevision="0.1.0",
        created="2026-11-30T00:00:00Z",
        plan=PlanRecord(20.0, 0.02, None, 20.0),
        source=PictureSource("synthetic:", 32, 640, 480),
        environment={
            "board": "Pi",
            "processor": "x",
            "kernel": "6.1",
            "system": "Debian",
            "memory_bytes": 2**30,
            "profile": None,
            "cpu": {"model": "ARM"},
            "python": {"version": "3.11"},
        },
        health=NO_HEALTH,
        process=ProcessRecord(2**20, 0.0),
        results=results,
        against=None,
        per_operator="not available",
        trust=Trust(trustworthy=True, reasons=()),
    )
    return replace(made, **more)
