"""The course of a training as a table (CSV) and as a picture (PNG, by OpenCV)."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ...html import ticks
from ...runtime.drawing import Color
from ...runtime.frame import Image

_WIDTH, _HEIGHT = 900, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 24, 44, 44
_INK: Final = (48, 36, 28)
_SOFT: Final = (117, 102, 91)
_LINE: Final = (229, 222, 217)
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
# Blue and vermilion of Okabe and Ito's palette, BGR: colour-blind people tell them
# apart. The marks at the epochs differ too.
_TRAINING: Final[Color] = (178, 114, 0)
_VALIDATION: Final[Color] = (0, 94, 213)
# Pixels of line and gap, for the first, second ... number in a panel.
_DASHES: Final[tuple[tuple[int, ...], ...]] = ((), (9, 6), (2, 5), (12, 4, 2, 4))
_MARKED_EPOCHS: Final = 40
_NO_CURVES: Final = ("epoch", "stage", "seconds", "learning_rate")

History = Sequence[Mapping[str, float]]
Point = tuple[int, int]


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

    Training is blue with round marks, validation vermilion with square ones; in a panel
    with several numbers each has its own dashes. A legend above each panel names them.

    Args:
        history: One row per epoch.
        title: Drawn at the top.
        best_epoch: The epoch that is marked, from 1; 0 means none.
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
    late = False
    if best_epoch:
        top, bottom = place(best_epoch, high), place(best_epoch, low)
        cv2.line(canvas, top, bottom, (150, 150, 150), 1, cv2.LINE_AA)
        late = top[0] > _WIDTH - 140
        at = (top[0], _HEIGHT - 8)
        _text(canvas, "best", at, align="right" if late else "middle", color=_INK)
    if late:
        _text(canvas, "epoch", (_LEFT, _HEIGHT - 8))
    else:
        _text(canvas, "epoch", (_WIDTH - _RIGHT, _HEIGHT - 8), align="right")
    if title:
        _text(canvas, title, (_LEFT, 16), color=_INK)
    stems = list(dict.fromkeys(name.removeprefix("val_") for name in names))
    x = _LEFT
    for name in names:
        stem = name.removeprefix("val_")
        held_out = stem != name
        line = _Line(
            _VALIDATION if held_out else _TRAINING,
            _DASHES[stems.index(stem) % len(_DASHES)],
            square=held_out,
        )
        points = [
            place(row["epoch"], row[name])
            for row in history
            if name in row and math.isfinite(row[name])
        ]
        line.draw(canvas, points)
        line.draw(canvas, [(x, 32), (x + 34, 32)])
        if len(history) <= _MARKED_EPOCHS:
            line.mark(canvas, [*points, (x + 17, 32)])
        kind = "validation" if held_out else "training"
        words = f"{stem.replace('_', ' ')}, {kind}"
        x = _text(canvas, words, (x + 40, 36)) + 20


@dataclass(frozen=True)
class _Line:
    """The look of one curve.

    Attributes:
        color: BGR.
        dashes: Pixels of line and gap in turn; empty means a solid line.
        square: Marks are squares instead of circles.
    """

    color: Color
    dashes: tuple[int, ...]
    square: bool

    def draw(self, canvas: Image, points: Sequence[Point]) -> None:
        """Draw the line through points."""
        for start, end in self._strokes(points):
            cv2.line(canvas, start, end, self.color, 2, cv2.LINE_AA)

    def mark(self, canvas: Image, points: Sequence[Point]) -> None:
        """Draw a mark at each point."""
        for x, y in points:
            if self.square:
                cv2.rectangle(canvas, (x - 3, y - 3), (x + 3, y + 3), self.color, -1)
            else:
                cv2.circle(canvas, (x, y), 4, self.color, -1, cv2.LINE_AA)

    def _strokes(self, points: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
        pattern = self.dashes or (10**9,)
        index, left = 0, float(pattern[0])
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            length = math.hypot(x1 - x0, y1 - y0)
            done = 0.0
            while done < length:
                step = min(left, length - done)
                if index % 2 == 0:
                    ends = [
                        (
                            round(x0 + (x1 - x0) * at / length),
                            round(y0 + (y1 - y0) * at / length),
                        )
                        for at in (done, done + step)
                    ]
                    yield ends[0], ends[1]
                done, left = done + step, left - step
                if left <= 0:
                    index += 1
                    left = float(pattern[index % len(pattern)])


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
