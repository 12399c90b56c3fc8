"""How many threads an interpreter gets: by a rule, or by measuring."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from ..watchdog import Invoke
from .captured_stderr import native_messages

SMALL_MODEL: Final = 1_000_000
MOST: Final = 4
BUDGET_S: Final = 0.5
WORTH_IT: Final = 0.9


class ThreadChoice(NamedTuple):
    """A number of threads, and the reason for it.

    Attributes:
        threads: 1 or more.
        reason: One sentence without a full stop.
    """

    threads: int
    reason: str


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def default_threads(backend: str, size: int) -> ThreadChoice:
    """Return the number of threads for a model that nobody measured.

    One for a file below a megabyte (a second thread made an 0.3 MB model up to fifteen
    times slower), and one with tflite-runtime, which a second thread slowed down on
    most models as soon as anything else ran; what the board's own profile says; else
    half of the cores, at most four, so that reading frames and writing results keep
    the other half. ``auto`` measures.

    Args:
        backend: The backend's name.
        size: The model file's size in bytes.
    """
    if size < SMALL_MODEL:
        return ThreadChoice(1, "1 by rule: the model is below 1 MB")
    if backend == "tflite-runtime":
        return ThreadChoice(1, "1 by rule: tflite-runtime")
    # Who names a number does not wait for the profiles.
    from ...devices.profile_choice import own

    available = cores()
    profile = own()
    if profile is not None and profile.threads:
        count = min(profile.threads, available)
        return ThreadChoice(count, f"{count} by the profile of {profile.name}")
    count = max(1, min(MOST, available // 2))
    return ThreadChoice(count, f"{count} by rule: half of {available} cores")


def measured_threads(build: Callable[[int], Any]) -> tuple[ThreadChoice, Any]:
    """Measure 1, 2, 4 ... threads and keep the fastest.

    A higher number must save a tenth of the time, else the lower one stays. Every
    setting is invoked three times at least; beyond that all share half a second.

    Args:
        build: Makes an allocated native interpreter for a number of threads.

    Returns:
        The choice with its figures, and the interpreter that belongs to it.
    """
    settings = [1]
    while settings[-1] * 2 <= min(cores(), 2 * MOST):
        settings.append(settings[-1] * 2)
    seen: list[tuple[int, float]] = []
    best, kept = 0.0, None
    chosen = 1
    for count in settings:
        native = build(count)
        took = _fastest(native, BUDGET_S / len(settings))
        seen.append((count, took))
        if kept is None or took < best * WORTH_IT:
            best, kept, chosen = took, native, count
    figures = ", ".join(f"{count}: {took * 1e3:.2f} ms" for count, took in seen)
    return ThreadChoice(chosen, f"{chosen} by measuring ({figures})"), kept


def _fastest(native: Any, budget: float) -> float:
    """Return the shortest of at least three invokes, in seconds."""
    times: list[float] = []
    end = time.perf_counter() + budget
    with native_messages():
        while len(times) < 3 or time.perf_counter() < end:
            start = time.perf_counter()
            with Invoke("the model"):
                native.invoke()
            times.append(time.perf_counter() - start)
    return min(times)
