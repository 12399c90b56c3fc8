"""What a benchmark says of itself: may it be trusted, and does int8 pay here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .measurement import Course, Plan
from .statistics import Blocks, ratio_interval

_DISTURBED_CORES: Final = 0.15
_STOLEN_CORES: Final = 0.05


def judge(
    course: Course, plan: Plan, results: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return whether the figures may be trusted, and every reason why not."""
    reasons = []
    limits = sorted({word for look in course.looks for word in look.health.limits})
    if limits:
        reasons.append(f"the board was held back: {', '.join(limits)}")
    governors = {look.health.governor for look in course.looks}
    if any("powersave" in name.split(",") for name in governors):
        clocks = [
            look.health.clock_mhz for look in course.looks if look.health.clock_mhz
        ]
        highest = max((look.health.max_clock_mhz or 0.0) for look in course.looks)
        # On Intel's driver powersave follows the load; only a low clock is a fault.
        if clocks and max(clocks) < 0.8 * highest:
            reasons.append("the governor is powersave and held the clock down")
    if course.other_cores is not None and course.other_cores > _DISTURBED_CORES:
        reasons.append(
            f"other programs used {course.other_cores:.1f} processors meanwhile"
        )
    if course.stolen_cores is not None and course.stolen_cores > _STOLEN_CORES:
        reasons.append(
            f"the hypervisor took {course.stolen_cores:.2f} processors meanwhile"
        )
    if course.stopped:
        reasons.append(f"it was stopped by hand after {course.seconds:.0f} s")
    for result in results:
        wide = [
            f"{share:.1%} ({name})"
            for name in ("total", "bare")
            if (share := _width(result["stages"].get(name))) > plan.width
        ]
        if wide:
            reasons.append(
                f"{result['name']}: the median is only known within "
                f"{' and '.join(wide)}, not {plan.width:.0%}"
            )
    return {"trustworthy": not reasons, "reasons": reasons}


def _width(stage: Mapping[str, Any] | None) -> float:
    if stage is None or not stage["p50_ms"]:
        return 0.0
    low, high = stage["interval_ms"]
    return float(max(high - stage["p50_ms"], stage["p50_ms"] - low) / stage["p50_ms"])


def against_float(
    results: Sequence[Mapping[str, Any]], pairs: Sequence[tuple[int, int]]
) -> list[dict[str, Any]]:
    """Compare results with the float model's of the same setting, one sentence each.

    Args:
        results: Results of a record.
        pairs: Number of a result, and of the float model's that it stands against.
    """
    found: list[dict[str, Any]] = []
    for number, float_number in pairs:
        result, other = results[number], results[float_number]
        stage = result["main"] if other["main"] == result["main"] else "bare"
        ratio, low, high = ratio_interval(
            stage_blocks(result, stage), stage_blocks(other, stage)
        )
        sentence = _pays(
            ratio, low, high, result["model"]["bytes"], other["model"]["bytes"]
        )
        if len(pairs) > 1:
            sentence = f"{result['name']}: {sentence}"
        found.append(
            {
                "name": result["name"],
                "float": other["name"],
                "stage": stage,
                "speed_up": round(ratio, 4),
                "interval": [round(low, 4), round(high, 4)],
                "sentence": sentence,
            }
        )
    return found


def stage_blocks(result: Mapping[str, Any], stage: str) -> Blocks:
    """Return the blocks of one stage of a record's result.

    Raises:
        KeyError: The result has no such stage.
    """
    for lane in result["blocks"]:
        if f"{stage}_ms" in lane:
            return Blocks.of(lane[f"{stage}_ms"], lane["n"])
    raise KeyError(stage)


def _pays(ratio: float, low: float, high: float, size: int, float_size: int) -> str:
    smaller = f"the file is {float_size / size:.1f} times smaller" if size else ""
    if low > 1:
        return (
            f"int8 pays here: {ratio:.2f} times as fast as float "
            f"(95 % interval {low:.2f} to {high:.2f}), and {smaller}."
        )
    if high < 1:
        return (
            f"int8 does not pay here: it takes {1 / ratio:.2f} times as long as float "
            f"(95 % interval {1 / high:.2f} to {1 / low:.2f}); {smaller}."
        )
    return (
        f"Whether int8 is faster here is not to be told: {ratio:.2f} times as fast as "
        f"float (95 % interval {low:.2f} to {high:.2f}); {smaller}."
    )
