"""Turn a measurement into its record: plain JSON types, and a verdict on itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ... import __version__
from ...devices import detect, profile, profile_choice
from ..process import process_memory
from .case import BenchmarkPictures, Case
from .measurement import Course, Look, Plan, Series, first_and_last
from .statistics import buckets, median_interval, rounded, summarize
from .trust import against_float, judge

SCHEMA: Final = 1
KIND: Final = "edgevision-benchmark"
_BLOCK_BYTES: Final = 40
_LOOK_BYTES: Final = 3000


def make_record(
    cases: Sequence[Case],
    course: Course,
    plan: Plan,
    *,
    pictures: BenchmarkPictures | None,
    against: Sequence[tuple[int, int]] = (),
) -> dict[str, Any]:
    """Return the record of a measurement.

    Args:
        cases: What was measured, in the order of its lanes.
        course: What came of it.
        plan: How long it was to be.
        pictures: What it ran on; None for made-up values.
        against: Pairs of a case and the float model's that it stands against.
    """
    machine = detect.detect()
    found = profile_choice.find(machine)
    results = []
    taken = 0
    for case in cases:
        series = course.series[taken : taken + len(case.lanes)]
        taken += len(case.lanes)
        results.append(_result(case, series, plan, found))
    record = {
        "schema": SCHEMA,
        "kind": KIND,
        "edgevision": __version__,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "plan": {
            "max_seconds": plan.max_seconds,
            "width": plan.width,
            "minutes": plan.minutes,
            "seconds": round(course.seconds, 2),
        },
        "source": _source(pictures),
        "environment": {
            **machine.to_dict(),
            "processor": detect.processor(),
            "profile": found.id if found else None,
        },
        "health": _health(course),
        "process": {
            "peak_bytes": process_memory.peak_bytes(),
            "growth_bytes_per_frame": round(growth_per_frame(course), 1),
        },
        "results": results,
        "against": against_float(results, against) if against else None,
        "per_operator": (
            "not available: the Python interpreters of "
            f"{', '.join(sorted({case.interpreter.backend for case in cases}))} give "
            "no times per operator"
        ),
    }
    record["trust"] = judge(course, plan, results)
    return record


def _result(
    case: Case,
    series: Sequence[Series],
    plan: Plan,
    board: profile.Profile | None,
) -> dict[str, Any]:
    used = case.interpreter
    stages: dict[str, Any] = {}
    blocks = []
    for kept, lane in zip(series, case.lanes, strict=True):
        for name, samples in kept.samples.items():
            stages[name] = {
                **rounded(summarize(samples)),
                "interval_ms": [
                    round(end, 5) for end in median_interval(kept.blocks(name))
                ],
                "buckets": [[round(low, 6), count] for low, count in buckets(samples)],
            }
        blocks.append(
            {
                "lane": lane.key,
                "start_s": [round(start, 3) for start in kept.starts],
                "n": list(kept.sizes),
                **{
                    f"{name}_ms": [round(value, 5) for value in medians]
                    for name, medians in kept.medians.items()
                },
            }
        )
    main = "total" if "total" in stages else "bare"
    kind = "int8" if _is_integer(case) else "float32"
    width = case.model.card.input.width if case.model and case.model.card.input else 0
    if not width and len(case.file.inputs[0].shape) == 4:
        width = case.file.inputs[0].shape[2]
    published = board and board.published(
        case.setting.path.stem, width=width, precision=kind
    )
    warm_up = summarize(series[0].warm_up)
    bare = stages["bare"]["p50_ms"]
    return {
        "name": case.lanes[-1].name.removesuffix(", bare"),
        "model": {
            "name": case.file.name,
            "sha256": case.file.sha256,
            "bytes": case.setting.path.stat().st_size,
            "precision": kind,
            "inputs": [list(tensor.shape) for tensor in case.file.inputs],
            "macs": case.macs,
        },
        "backend": used.backend,
        "backend_version": used.backend_version,
        "delegate": used.delegate,
        "threads": used.threads,
        "thread_choice": used.thread_choice,
        "startup": {
            **rounded(case.startup, 3),
            "warm_up_n": int(warm_up["n"]),
            "warm_up_p50_ms": round(warm_up["p50_ms"], 5),
        },
        "memory": dict(case.memory),
        "main": main,
        "stages": stages,
        "macs_per_second": round(case.macs / (bare / 1e3)) if bare else 0,
        "published": published.describe() if published else None,
        "sustained": _rounded_or_none(first_and_last(series[0], main)),
        "blocks": blocks,
    }


def _source(pictures: BenchmarkPictures | None) -> dict[str, Any]:
    if pictures is None:
        return {"name": None, "frames": 0, "what": "made-up values, seeded"}
    height, width = pictures.frames[0].image.shape[:2]
    capture = rounded(summarize(pictures.capture_ms)) if pictures.capture_ms else None
    return {
        "name": pictures.source,
        "frames": len(pictures.frames),
        "width": width,
        "height": height,
        "capture": capture,
    }


def _health(course: Course) -> dict[str, Any]:
    looks = course.looks
    heats = [
        look.health.temperature_c
        for look in looks
        if look.health.temperature_c is not None
    ]
    limited = next((look.at_s for look in looks if look.health.limits), None)
    return {
        "before": looks[0].health.to_dict(),
        "after": looks[-1].health.to_dict(),
        "max_temperature_c": max(heats, default=None),
        "limits": sorted({word for look in looks for word in look.health.limits}),
        "first_limited_s": None if limited is None else round(limited, 1),
        "other_cores": _rounded(course.other_cores),
        "stolen_cores": _rounded(course.stolen_cores),
        "own_cpu_s": round(course.own_cpu_s, 2),
        "timeline": [_look(look) for look in thinned(looks, 600)],
    }


def thinned(items: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many items, evenly taken, the last one always."""
    if len(items) <= most:
        return list(items)
    picks = np.linspace(0, len(items) - 1, most).round().astype(int)
    return [items[index] for index in picks]


def _look(look: Look) -> dict[str, Any]:
    return {
        "at_s": round(look.at_s, 1),
        "temperature_c": look.health.temperature_c,
        "clock_mhz": look.health.clock_mhz,
        "load": look.health.load,
        "limits": list(look.health.limits),
        "resident_bytes": look.resident_bytes,
    }


def growth_per_frame(course: Course) -> float:
    """Return bytes per frame by which the process grew."""
    frames = sum(sum(series.sizes) for series in course.series)
    # What this benchmark itself keeps: samples, blocks, looks at the board.
    kept = sum(
        sum(sys.getsizeof(samples) for samples in series.samples.values())
        + len(series.starts) * _BLOCK_BYTES * (2 + len(series.medians))
        for series in course.series
    )
    kept += len(course.looks) * _LOOK_BYTES
    # Caches fill in the first third. A leak shows in both of the others, an allocator's
    # step in one; less than half a megabyte cannot be told from such steps.
    thirds = [
        next(look for look in course.looks if look.at_s >= course.seconds * part / 3)
        for part in (1, 2)
    ]
    begin, middle, end = *thirds, course.looks[-1]
    rates = [
        (second.resident_bytes - first.resident_bytes) / (second.at_s - first.at_s)
        for first, second in ((begin, middle), (middle, end))
        if second.at_s > first.at_s
    ]
    if len(rates) < 2 or not frames:
        return 0.0
    rate = min(rates) - kept / course.seconds
    grown = rate * (end.at_s - begin.at_s)
    return rate * course.seconds / frames if grown > 2**19 else 0.0


def _is_integer(case: Case) -> bool:
    return any(
        tensor.type_name in ("INT8", "UINT8") and tensor.scales
        for tensor in case.file.tensors
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _rounded_or_none(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else rounded(values)
