"""The latency of a benchmark over time: every block, and the curve of a long run."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Final

from ....html import Page, line_plot
from ..latency_record import ModelLatency

_LONG_TAIL: Final = 3
_MANY_BLOCKS: Final = 120
_CURVE_POINTS: Final = 60
_DRAWN_POINTS: Final = 400

Point = tuple[float, float]


def draw_timeline(page: Page, result: ModelLatency) -> None:
    """Draw every block, and their medians where single ones hide the curve.

    Args:
        page: Gets one plot, or two.
        result: The model, with the medians of its blocks.
    """
    series = {
        blocks.lane: list(zip(blocks.start_s, blocks.medians[blocks.lane], strict=True))
        for blocks in result.blocks
    }
    values = sorted(value for line in series.values() for _, value in line)
    last = max(at for line in series.values() for at, _ in line)
    if len(values) >= _MANY_BLOCKS and (
        values[-1] > _LONG_TAIL * values[len(values) * 9 // 10]
    ):
        step = last / _CURVE_POINTS
        curves = {name: _medians(line, step) for name, line in series.items()}
        label = f"median of {step:.0f} s, ms"
        page.plot(line_plot(curves, x_label="seconds", y_label=label))
    thin = {name: _thin(line) for name, line in series.items()}
    page.plot(line_plot(thin, x_label="seconds", y_label="median of a block, ms"))


def _medians(line: Sequence[tuple[float, float]], step: float) -> list[Point]:
    """Return the median of each stretch of time, at its middle."""
    groups: dict[int, list[float]] = {}
    for at, value in line:
        groups.setdefault(int(at / step), []).append(value)
    return [
        ((number + 0.5) * step, statistics.median(groups[number]))
        for number in sorted(groups)
    ]


def _thin(points: list[Point]) -> list[Point]:
    """Return few enough points, of each stretch the highest: no peak is lost."""
    step = max(1, len(points) // _DRAWN_POINTS)
    return [
        max(points[first : first + step], key=lambda point: point[1])
        for first in range(0, len(points), step)
    ]
