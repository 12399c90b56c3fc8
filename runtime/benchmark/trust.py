"""Whether a measurement may be trusted, and every reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .latency_record import HEADLINE, ModelLatency, StageLatency
from .measurement import Measurement, Plan
from .record import Trust

_DISTURBED_CORES: Final = 0.15
_STOLEN_CORES: Final = 0.05


def judge(
    measurement: Measurement, plan: Plan, results: Sequence[ModelLatency]
) -> Trust:
    """Return whether the figures may be trusted, and every reason why not."""
    readings = [reading.health for reading in measurement.readings]
    reasons = []
    limits = sorted({word for health in readings for word in health.limits})
    if limits:
        reasons.append(f"the board was held back: {', '.join(limits)}")
    governors = {health.governor for health in readings}
    if any("powersave" in name.split(",") for name in governors):
        clocks = [health.clock_mhz for health in readings if health.clock_mhz]
        highest = max((health.max_clock_mhz or 0.0) for health in readings)
        # On Intel's driver powersave follows the load; only a low clock is a fault.
        if clocks and max(clocks) < 0.8 * highest:
            reasons.append("the governor is powersave and held the clock down")
    if (
        measurement.other_cores is not None
        and measurement.other_cores > _DISTURBED_CORES
    ):
        reasons.append(
            f"other programs used {measurement.other_cores:.1f} processors meanwhile"
        )
    if (
        measurement.stolen_cores is not None
        and measurement.stolen_cores > _STOLEN_CORES
    ):
        reasons.append(
            f"the hypervisor took {measurement.stolen_cores:.2f} processors meanwhile"
        )
    if measurement.stopped:
        reasons.append(f"it was stopped by hand after {measurement.seconds:.0f} s")
    for result in results:
        wide = [
            f"{share:.1%} ({name})"
            for name in HEADLINE
            if (share := _width(result.stages.get(name))) > plan.width
        ]
        if wide:
            reasons.append(
                f"{result.name}: the median is only known within "
                f"{' and '.join(wide)}, not {plan.width:.0%}"
            )
    return Trust(trustworthy=not reasons, reasons=tuple(reasons))


def _width(stage: StageLatency | None) -> float:
    if stage is None or not stage.p50_ms:
        return 0.0
    low, high = stage.interval
    return max(high - stage.p50_ms, stage.p50_ms - low) / stage.p50_ms
