"""Turn a measurement into its record, with a verdict on itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from ... import __version__
from ...devices import detect, profile, profile_choice
from ..process import process_memory
from .latency_record import (
    BARE,
    MODEL,
    BlockMedians,
    MeasuredFile,
    ModelLatency,
    OpeningMemory,
    StageLatency,
    StartupTimes,
)
from .measurement import (
    BoardReading,
    Measurement,
    Plan,
    WorkloadSamples,
    first_and_last,
)
from .opened_model import BenchmarkPictures, OpenedModel
from .record import (
    BenchmarkRecord,
    HealthRecord,
    PictureSource,
    PlanRecord,
    ProcessRecord,
    TimelinePoint,
)
from .speed import answer, compare_speeds, compare_with_float
from .statistics import buckets, median_interval, rounded, summarize
from .trust import judge

_BLOCK_BYTES: Final = 40
_READING_BYTES: Final = 3000


def make_record(
    opened: Sequence[OpenedModel],
    measurement: Measurement,
    plan: Plan,
    *,
    pictures: BenchmarkPictures | None,
    against: Sequence[tuple[int, int]] = (),
) -> BenchmarkRecord:
    """Return the record of a measurement.

    Args:
        opened: The models, in the order of their workloads.
        measurement: The samples.
        plan: How long it was to be.
        pictures: The pictures it ran on; None means random values.
        against: Pairs of indices: a model, and the float model that it is compared
            with.
    """
    machine = detect.detect()
    board = profile_choice.find(machine)
    results = []
    taken = 0
    for model in opened:
        samples = measurement.samples[taken : taken + len(model.workloads)]
        taken += len(model.workloads)
        results.append(_result(model, samples, board))
    floats = {index for _, index in against}
    comparisons = compare_speeds(
        [result for index, result in enumerate(results) if index not in floats]
    )
    backends = ", ".join(sorted({model.interpreter.backend for model in opened}))
    return BenchmarkRecord(
        edgevision=__version__,
        created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        plan=PlanRecord(
            max_seconds=plan.max_seconds,
            width=plan.width,
            minutes=plan.minutes,
            seconds=round(measurement.seconds, 2),
        ),
        source=_source(pictures),
        environment={
            **machine.to_dict(),
            "processor": detect.processor(),
            "profile": board.id if board else None,
        },
        health=_health(measurement),
        process=ProcessRecord(
            peak_bytes=process_memory.peak_bytes(),
            growth_bytes_per_frame=round(growth_per_frame(measurement), 1),
        ),
        results=tuple(results),
        against=compare_with_float(results, against) if against else None,
        per_operator=(
            f"not available: the Python interpreters of {backends} give no times per "
            "operator"
        ),
        trust=judge(measurement, plan, results),
        comparisons=comparisons,
        answer=answer(comparisons),
    )


def _result(
    opened: OpenedModel,
    samples: Sequence[WorkloadSamples],
    board: profile.Profile | None,
) -> ModelLatency:
    used, file = opened.interpreter, opened.file
    stages: dict[str, StageLatency] = {}
    blocks = []
    for kept, workload in zip(samples, opened.workloads, strict=True):
        for name, values in kept.samples.items():
            low, high = median_interval(kept.blocks(name))
            stages[name] = stage_latency(
                values,
                interval_ms=(round(low, 5), round(high, 5)),
                buckets=tuple((round(edge, 6), int(n)) for edge, n in buckets(values)),
            )
        blocks.append(
            BlockMedians(
                lane=workload.stage,
                start_s=tuple(round(start, 3) for start in kept.starts),
                n=tuple(kept.sizes),
                medians={
                    name: tuple(round(value, 5) for value in medians)
                    for name, medians in kept.medians.items()
                },
            )
        )
    headline = MODEL if MODEL in stages else BARE
    card = opened.model.card if opened.model else None
    width = card.input.width if card and card.input else 0
    if not width and len(file.inputs[0].shape) == 4:
        width = file.inputs[0].shape[2]
    precision = "int8" if _is_integer(opened) else "float32"
    path = opened.settings.path
    published = board and board.published(path.stem, width=width, precision=precision)
    warm_up = summarize(samples[0].warm_up)
    bare = stages[BARE].p50_ms
    return ModelLatency(
        name=opened.workloads[-1].name.removesuffix(", bare"),
        model=MeasuredFile(
            name=file.name,
            sha256=file.sha256,
            bytes=path.stat().st_size,
            precision=precision,
            inputs=tuple(tuple(tensor.shape) for tensor in file.inputs),
            macs=opened.macs,
        ),
        backend=used.backend,
        backend_version=used.backend_version,
        delegate=used.delegate,
        threads=used.threads,
        thread_choice=used.thread_choice,
        startup=StartupTimes(
            **rounded(opened.startup, 3),
            warm_up_n=int(warm_up["n"]),
            warm_up_p50_ms=round(warm_up["p50_ms"], 5),
        ),
        memory=OpeningMemory(**opened.memory),
        headline=headline,
        stages=stages,
        macs_per_second=round(opened.macs / (bare / 1e3)) if bare else 0,
        published=published.describe() if published else None,
        sustained=first_and_last(samples[0], headline),
        blocks=tuple(blocks),
    )


def stage_latency(values: Iterable[float], **more: Any) -> StageLatency:
    """Return the statistics of some samples in milliseconds, rounded for a record."""
    summary = rounded(summarize(values))
    return StageLatency(n=int(summary.pop("n")), **summary, **more)


def _source(pictures: BenchmarkPictures | None) -> PictureSource:
    if pictures is None:
        return PictureSource(name=None, frames=0, what="made-up values, seeded")
    height, width = pictures.frames[0].image.shape[:2]
    return PictureSource(
        name=pictures.source,
        frames=len(pictures.frames),
        width=width,
        height=height,
        capture=stage_latency(pictures.capture_ms) if pictures.capture_ms else None,
    )


def _health(measurement: Measurement) -> HealthRecord:
    readings = measurement.readings
    temperatures = [
        reading.health.temperature_c
        for reading in readings
        if reading.health.temperature_c is not None
    ]
    limited = next((one.at_s for one in readings if one.health.limits), None)
    return HealthRecord(
        before=readings[0].health.to_dict(),
        after=readings[-1].health.to_dict(),
        max_temperature_c=max(temperatures, default=None),
        limits=tuple(sorted({word for one in readings for word in one.health.limits})),
        first_limited_s=None if limited is None else round(limited, 1),
        other_cores=_rounded(measurement.other_cores),
        stolen_cores=_rounded(measurement.stolen_cores),
        own_cpu_s=round(measurement.own_cpu_s, 2),
        timeline=tuple(_point(reading) for reading in thinned(readings, 600)),
    )


def thinned(items: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many items, evenly spaced, with the last one."""
    if len(items) <= most:
        return list(items)
    picks = np.linspace(0, len(items) - 1, most).round().astype(int)
    return [items[index] for index in picks]


def _point(reading: BoardReading) -> TimelinePoint:
    return TimelinePoint(
        at_s=round(reading.at_s, 1),
        temperature_c=reading.health.temperature_c,
        clock_mhz=reading.health.clock_mhz,
        load=reading.health.load,
        limits=tuple(reading.health.limits),
        resident_bytes=reading.resident_bytes,
    )


def growth_per_frame(measurement: Measurement) -> float:
    """Return bytes per frame by which the process grew."""
    frames = sum(sum(one.sizes) for one in measurement.samples)
    # The memory of the benchmark itself: samples, blocks, readings of the board.
    kept = sum(
        sum(sys.getsizeof(samples) for samples in one.samples.values())
        + len(one.starts) * _BLOCK_BYTES * (2 + len(one.medians))
        for one in measurement.samples
    )
    kept += len(measurement.readings) * _READING_BYTES
    # Caches fill in the first third. A leak shows in both of the others, an allocator's
    # step in one; less than half a megabyte is no more than such a step.
    thirds = [
        next(
            one
            for one in measurement.readings
            if one.at_s >= measurement.seconds * part / 3
        )
        for part in (1, 2)
    ]
    begin, middle, end = *thirds, measurement.readings[-1]
    rates = [
        (second.resident_bytes - first.resident_bytes) / (second.at_s - first.at_s)
        for first, second in ((begin, middle), (middle, end))
        if second.at_s > first.at_s
    ]
    if len(rates) < 2 or not frames:
        return 0.0
    rate = min(rates) - kept / measurement.seconds
    grown = rate * (end.at_s - begin.at_s)
    return rate * measurement.seconds / frames if grown > 2**19 else 0.0


def _is_integer(opened: OpenedModel) -> bool:
    return any(
        tensor.type_name in ("INT8", "UINT8") and tensor.scales
        for tensor in opened.file.tensors
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
