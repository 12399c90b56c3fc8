"""The course of a training as a table (CSV) and as a picture (PNG, by OpenCV)."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Final

import cv2
import numpy as np

from ...html import ticks
from ...runtime.drawing import COLORS, Color
from ...runtime.frame import Image

_WIDTH, _HEIGHT = 900, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 24, 44, 44
_INK: Final = (48, 36, 28)
_SOFT: Final = (117, 102, 91)
_LINE: Final = (229, 222, 217)
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_NO_CURVES: Final = ("epoch", "stage", "seconds", "learning_rate")

History = Sequence[Mapping[str, float]]


def history_csv(history: History) -> str:
    """Return one line per epoch, with every column that any epoch has."""
    columns: list[str] = []
    for row in history:
        columns += [name for name in row if name not in columns]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    for row in history:
        writer.writerow({key: f"{value:.8g}" for key, value in row.items()})
    return stream.getvalue()


def draw_curves(history: History, *, title: str = "", best_epoch: int = 0) -> bytes:
    """Draw losses above, all other numbers below, and return a PNG file.

    Training is a thin line, held-out data a thick one of the same colour.

    Args:
        history: One row per epoch.
        title: Drawn at the top.
        best_epoch: Marked, from 1; 0 for none.
    """
    names = list(dict.fromkeys(name for row in history for name in row))
    curves = [name for name in names if name not in _NO_CURVES]
    losses = [name for name in curves if "loss" in name]
    others = [name for name in curves if "loss" not in name]
    panels = [panel for panel in (losses, others) if panel]
    canvas = np.full((_HEIGHT * max(1, len(panels)), _WIDTH, 3), 255, np.uint8)
    for number, panel in enumerate(panels):
        part = canvas[number * _HEIGHT : (number + 1) * _HEIGHT]
        _panel(part, history, panel, best_epoch, title if number == 0 else "")
    _, data = cv2.imencode(".png", canvas)
    return bytes(data.tobytes())


def _panel(
    canvas: Image,
    history: History,
    names: Sequence[str],
    best_epoch: int,
    title: str,
) -> None:
    values = [row[name] for name in names for row in history if name in row]
    low, high = _range([value for value in values if math.isfinite(value)])
    epochs = max(len(history), 2)

    def place(epoch: float, value: float) -> tuple[int, int]:
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * (epoch - 1) / (epochs - 1)
        share = (value - low) / (high - low)
        return round(x), round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM))

    for value in ticks(low, high):
        y = place(1, value)[1]
        cv2.line(canvas, (_LEFT, y), (_WIDTH - _RIGHT, y), _LINE, 1, cv2.LINE_AA)
        _text(canvas, f"{value:g}", (_LEFT - 8, y + 4), align="right")
    for tick in ticks(1, epochs, 8):
        if tick == int(tick):
            x = place(tick, low)[0]
            _text(canvas, f"{tick:g}", (x, _HEIGHT - _BOTTOM + 18), align="middle")
    _text(canvas, "epoch", (_WIDTH - _RIGHT, _HEIGHT - 8), align="right")
    if best_epoch:
        top, bottom = place(best_epoch, high), place(best_epoch, low)
        cv2.line(canvas, top, bottom, (190, 190, 190), 1, cv2.LINE_AA)
        late = top[0] > _WIDTH - 80
        at = (top[0] + (-4 if late else 4), top[1] + 10)
        _text(canvas, "best", at, align="right" if late else "left")
    stems = list(dict.fromkeys(name.removeprefix("val_") for name in names))
    x = _LEFT
    if title:
        _text(canvas, title, (_LEFT, 16), color=_INK)
    for name in names:
        held_out = name.startswith("val_") or f"val_{name}" not in names
        color: Color = COLORS[stems.index(name.removeprefix("val_")) % len(COLORS)]
        points = [
            place(row["epoch"], row[name])
            for row in history
            if name in row and math.isfinite(row[name])
        ]
        thick = 2 if held_out else 1
        line = np.array(points, np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [line], False, color, thick, cv2.LINE_AA)
        if len(points) == 1:
            cv2.circle(canvas, points[0], 3, color, -1, cv2.LINE_AA)
        cv2.line(canvas, (x, 32), (x + 18, 32), color, thick + 1, cv2.LINE_AA)
        x = _text(canvas, name.replace("_", " "), (x + 24, 36)) + 20


def _range(values: Sequence[float]) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    low, high = min(0.0, *values), max(values)
    if high <= low:
        high = low + 1.0
    return low, high + 0.04 * (high - low)


def _text(
    canvas: Image,
    text: str,
    at: tuple[int, int],
    *,
    align: str = "left",
    color: Color = _SOFT,
) -> int:
    """Write a word; return where it ends."""
    (width, _), _ = cv2.getTextSize(text, _FONT, 0.42, 1)
    x = at[0] - {"left": 0, "middle": width // 2, "right": width}[align]
    cv2.putText(canvas, text, (x, at[1]), _FONT, 0.42, color, 1, cv2.LINE_AA)
    return x + width
