"""The latency of an untrained network on this device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ...converters.convert import convert
from ...runtime.benchmark import BenchmarkRecord, Plan, run
from ..job import Job
from ..loop import save

_PLAN: Final = Plan(max_seconds=3.0, width=0.03, warm_up_seconds=0.3)
_TRIES: Final = 3
_SAMPLES: Final = 8


@dataclass(frozen=True)
class MeasuredLatency:
    """The cost of a network on this device.

    Attributes:
        ms: Median milliseconds per frame: preparation, inference and decoding.
        invoke_ms: Milliseconds of inference alone.
        int8_bytes: Size of the converted file.
        parameters: Number of parameters of the network.
        quiet: Nothing disturbed the measurement.
        reasons: What did.
        where: Machine, threads and backend, by name.
    """

    ms: float
    invoke_ms: float
    int8_bytes: int
    parameters: int
    quiet: bool = True
    reasons: tuple[str, ...] = ()
    where: Mapping[str, Any] | None = None


def measure(
    job: Job, folder: Path, *, source: str | None, threads: int | None
) -> MeasuredLatency:
    """Convert an untrained network to int8 and time it, alone, on real pictures.

    Its weights are random: they decide nothing about the time. A measurement that
    something else disturbed is taken again, three times at most; the quickest counts,
    because a disturbance never makes anything quicker.

    Args:
        job: The network, with its card.
        folder: For the files on the way; they are removed.
        source: Source of the pictures; None means synthetic scenes.
        threads: Threads of the interpreter; None means the runtime's rule.

    Raises:
        ModelError: It cannot be converted or run.
    """
    net, file = folder / "untrained.keras", folder / "untrained.tflite"
    saved = job.saved(job.model)
    try:
        save(saved, net, job.card)
        card = job.card.input
        shape = saved.inputs[0].shape[1:] if card is None else _shape(card)
        pixels = np.random.default_rng(0).integers(0, 256, (_SAMPLES, *shape))
        convert(net, file, calibration=pixels.astype(np.uint8), force=True)
        record = _best(
            lambda: run(
                [file],
                source=source,
                threads=(threads,),
                plan=_PLAN,
            )
        )
        size = file.stat().st_size
    finally:
        net.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
    result, environment = record.results[0], record.environment
    return MeasuredLatency(
        ms=result.latency.p50_ms,
        invoke_ms=result.stages["invoke"].p50_ms,
        int8_bytes=size,
        parameters=int(saved.count_params()),
        quiet=record.trust.trustworthy,
        reasons=record.trust.reasons,
        where={
            "board": environment["board"] or environment["cpu"]["model"] or "unknown",
            "processor": environment["processor"],
            "threads": result.threads,
            "backend": f"{result.backend} {result.backend_version}",
            "source": record.source.name,
        },
    )


def _shape(card: Any) -> tuple[int, int, int]:
    return card.height, card.width, card.channels


def _best(once: Callable[[], BenchmarkRecord]) -> BenchmarkRecord:
    records: list[BenchmarkRecord] = []
    for _ in range(_TRIES):
        records.append(once())
        if records[-1].trust.trustworthy:
            return records[-1]
    return min(records, key=lambda record: record.results[0].latency.p50_ms)
