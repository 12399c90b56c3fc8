"""Plots as inline SVG for a page: lines and histograms. Standard library only.

Colours come from the page's CSS variables ``--s0`` to ``--s5`` (Okabe and Ito's set,
distinguishable by the colour-blind), so that a plot follows light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .escaping import escaped

_WIDTH: Final = 720
# Room for the letters of a phone, on which they are nearly twice as large.
_LEFT, _RIGHT, _TOP, _BOTTOM = 88, 16, 16, 50
_COLORS: Final = 6

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Svg:
    """One drawing.

    Attributes:
        text: The ``<svg>`` element.
        legend: Names of its lines, in the order of :func:`series_color`; empty for one.
    """

    text: str
    legend: tuple[str, ...] = ()


def series_color(number: int) -> str:
    """Return the CSS colour of a plot's line or a bar's part."""
    return f"var(--s{number % _COLORS})"


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about ``count`` round numbers that lie within low..high.

    Example:
        >>> ticks(0, 10)
        [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low]
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def line_plot(
    series: Mapping[str, Points],
    *,
    x_label: str,
    y_label: str,
    zero: bool = True,
    height: int = 280,
) -> Svg:
    """Draw one line per named series of (x, y).

    Args:
        series: Name -> points; a series of one point is drawn as a dot.
        x_label: What x is, with its unit.
        y_label: What y is, with its unit.
        zero: Begin the y axis at 0.
        height: Of the drawing; its width is 720 units and scales with the page.
    """
    points = [p for line in series.values() for p in line if _finite(p)]
    if not points:
        return _empty(height, y_label)
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    axes = _Axes(
        (min(xs), max(xs)), (0.0 if zero else min(ys), max(ys)), height, (0.0, 0.06)
    )
    parts = [axes.frame(x_label, y_label)]
    for number, line in enumerate(series.values()):
        color = series_color(number)
        places = [axes.place(*p) for p in line if _finite(p)]
        if len(places) == 1:
            x, y = places[0]
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>')
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{color}" '
            'stroke-width="1.8" stroke-linejoin="round"/>'
        )
    names = tuple(series) if len(series) > 1 else ()
    return _svg(height, parts, f"{y_label} against {x_label}", names)


def histogram(
    values: Sequence[float],
    *,
    x_label: str,
    bins: int = 40,
    marks: Mapping[str, float] | None = None,
    height: int = 240,
) -> Svg:
    """Draw how values are spread, every one of them, with named marks such as p99.

    Args:
        values: Any number of finite values; the longest tail is shown, not cut.
        x_label: What the values are, with their unit.
        bins: Number of equal intervals.
        marks: Name -> value, drawn as upright lines.
        height: Of the drawing.
    """
    if not values:
        return _empty(height, x_label)
    low, high = min(values), max(values)
    width = (high - low) / bins or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int((value - low) / width))] += 1
    axes = _Axes((low, low + width * bins), (0, max(counts)), height, (0.0, 0.12))
    parts = [axes.frame(x_label, "count")]
    for number, count in enumerate(counts):
        left, top = axes.place(low + number * width, count)
        right, bottom = axes.place(low + (number + 1) * width, 0)
        if count:
            parts.append(
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left - 0.6:.2f}" '
                f'height="{bottom - top:.1f}" fill="var(--s0)"/>'
            )
    for number, (name, value) in enumerate((marks or {}).items()):
        x, bottom = axes.place(value, 0)
        y = _TOP + 12 + 24 * (number % 2)
        anchor = "end" if x > _WIDTH - 90 else "start"
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom:.1f}" '
            'stroke="var(--s1)" stroke-dasharray="4 3"/>'
            + _label(x + (-4 if anchor == "end" else 4), y, name, anchor)
        )
    return _svg(height, parts, f"histogram of {x_label}")


class _Axes:
    def __init__(
        self,
        xs: tuple[float, float],
        ys: tuple[float, float],
        height: int,
        room: tuple[float, float],
    ) -> None:
        self._x0, x1 = xs
        self._y0, y1 = ys
        self._dx = (x1 - self._x0) * (1 + room[0]) or 1.0
        self._dy = (y1 - self._y0) * (1 + room[1]) or 1.0
        self._height = height

    def place(self, x: float, y: float) -> tuple[float, float]:
        across = _WIDTH - _LEFT - _RIGHT
        up = self._height - _TOP - _BOTTOM
        return (
            _LEFT + across * (x - self._x0) / self._dx,
            self._height - _BOTTOM - up * (y - self._y0) / self._dy,
        )

    def frame(self, x_label: str, y_label: str) -> str:
        parts: list[str] = []
        for value in ticks(self._y0, self._y0 + self._dy):
            y = self.place(self._x0, value)[1]
            parts.append(
                f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
                'stroke="var(--line)"/>'
                + _label(_LEFT - 6, y + 4, _short(value), "end")
            )
        base = self._height - _BOTTOM
        for value in ticks(self._x0, self._x0 + self._dx, 6):
            x = self.place(value, self._y0)[0]
            parts.append(_label(x, base + 20, f"{value:g}", "middle"))
        parts.append(_label(_WIDTH - _RIGHT, self._height - 8, x_label, "end"))
        middle = (self._height - _BOTTOM + _TOP) / 2
        parts.append(
            f'<text x="14" y="{middle:.0f}" text-anchor="middle" fill="var(--soft)" '
            f'transform="rotate(-90 14 {middle:.0f})">'
            f"{escaped(y_label)}</text>"
        )
        return "".join(parts)


def _short(value: float) -> str:
    """Return a number that fits beside an axis: 150000 is ``150k``."""
    return f"{value / 1000:g}k" if abs(value) >= 10_000 else f"{value:g}"


def _finite(point: tuple[float, float]) -> bool:
    return math.isfinite(point[0]) and math.isfinite(point[1])


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="var(--soft)" '
        f">{escaped(text)}</text>"
    )


def _empty(height: int, what: str) -> Svg:
    text = _label(_WIDTH / 2, height / 2, f"no values: {what}", "middle")
    return _svg(height, [text], what)


def _svg(
    height: int, parts: list[str], title: str, legend: tuple[str, ...] = ()
) -> Svg:
    return Svg(
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escaped(title)}" font-family="system-ui, sans-serif">'
        f"{''.join(parts)}</svg>",
        legend,
    )
