"""Read boxes out of raw outputs: YOLO, MediaPipe's anchors, SSD's own op, FOMO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from network import Array, Outputs

STRIDES = (8, 16, 32)
# Anchors of MediaPipe's detectors: side of each grid and anchors per cell, by rows.
GRIDS = {
    (896, 128): ((16, 2), (8, 6)),
    (896, 256): ((16, 2), (8, 6)),
    (2016, 192): ((24, 2), (12, 6)),
    (2254, 224): ((28, 2), (14, 2), (7, 6)),
    (2304, 192): ((48, 1),),
    (2944, 256): ((32, 2), (16, 2), (8, 6)),
}


@dataclass(frozen=True)
class Box:
    """One box in pixels of the picture."""

    corners: tuple[float, float, float, float]
    score: float
    kind: int


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the IoU of two boxes xyxy."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    both = max(wide, 0.0) * max(high, 0.0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return both / (sum(areas) - both) if sum(areas) > both else 0.0


def suppressed(boxes: list[Box], limit: float) -> list[Box]:
    """Return the boxes that no better one of their class overlaps above a limit."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda one: -one.score)[:3000]:
        if all(
            box.kind != one.kind or overlap(box.corners, one.corners) <= limit
            for one in kept
        ):
            kept.append(box)
    return kept[:100]


def yolo(outputs: Outputs, *, is_yolox: bool) -> list[Box]:
    """Return the boxes of a YOLO of any version whose cells lie in one table.

    YOLOX has as many rows as later YOLOs, but an objectness as the earlier ones.
    """
    size = np.array([outputs.width, outputs.height])
    tables = [value[0] for value in outputs.values if value.ndim == 3]
    masks = [value.shape[3] for value in outputs.values if value.ndim == 4]
    table = max(tables, key=lambda one: one.size)
    if table.shape == (300, 6):  # suppressed inside the network
        unit = size.max() if table[:, :4].max() <= 2 else 1
        return [_box(row[:4] * unit, row[4], row[5], outputs) for row in table]
    cells = sum(int((size // stride).prod()) for stride in STRIDES)
    has_objectness = cells not in table.shape or is_yolox
    if not has_objectness and table.shape[0] != cells:
        table = table.T
    centres, sides = table[:, :2], table[:, 2:4]
    scores = table[:, 4 : table.shape[1] - sum(masks)]
    if has_objectness:
        scores = scores[:, :1] * scores[:, 1:]
    if np.percentile(sides.max(axis=1), 99) <= 2.5:
        centres, sides = centres * size, sides * size
    corners = np.concatenate([centres - sides / 2, centres + sides / 2], axis=1)
    best = scores.argmax(axis=1)
    hits = np.flatnonzero(scores.max(axis=1) > 0.25)
    return suppressed(
        [_box(corners[i], scores[i, best[i]], best[i], outputs) for i in hits], 0.7
    )


def blaze(outputs: Outputs) -> list[Box]:
    """Return what MediaPipe's detectors find, blended as MediaPipe does."""
    levels = sorted(outputs.values, key=lambda value: -value.shape[1])
    scores = np.concatenate([v[0] for v in levels if v.shape[2] == 1])[:, 0]
    offsets = np.concatenate([v[0] for v in levels if v.shape[2] > 1])
    size = np.array([outputs.width, outputs.height])
    anchors: list[tuple[float, float]] = []
    for side, count in GRIDS[len(scores), outputs.width]:
        for cell in range(side * side):
            row, column = divmod(cell, side)
            anchors += [((column + 0.5) / side, (row + 0.5) / side)] * count
    centres = offsets[:, :2] + np.array(anchors) * size
    halves = offsets[:, 2:4] / 2
    corners = np.concatenate([centres - halves, centres + halves], axis=1)
    chances = 1 / (1 + np.exp(-np.clip(scores, -100, 100)))
    left = sorted(np.flatnonzero(chances > 0.5), key=lambda i: -chances[i])
    boxes: list[Box] = []
    while left:
        near = [i for i in left if overlap(corners[i], corners[left[0]]) > 0.3]
        near = near or left[:1]
        mean = np.average(corners[near], axis=0, weights=chances[near])
        boxes.append(_box(mean, chances[left[0]], 0, outputs))
        left = [i for i in left if i not in near]
    return boxes


def aizoo(outputs: Outputs) -> list[Box]:
    """Return the faces of AIZOO's net of masks, by the anchors of its own code."""
    sides = (0.04, 0.08, 0.16, 0.32, 0.64), (0.056, 0.11, 0.22, 0.45, 0.72)
    anchors = []
    for count, small, large in zip((33, 17, 9, 5, 3), *sides, strict=True):
        wide = [(side, side) for side in (small, large)]
        wide += [(small * r**0.5, small / r**0.5) for r in (0.62, 0.42)]
        for cell in range(count * count):
            row, column = divmod(cell, count)
            middle = ((column + 0.5) / count, (row + 0.5) / count)
            anchors += [(*middle, *one) for one in wide]
    middles, shares = np.hsplit(np.array(anchors), 2)
    by_numbers = {value.shape[2]: value[0] for value in outputs.values}
    offsets, scores = by_numbers[4], by_numbers[2]
    centres = middles + offsets[:, :2] * 0.1 * shares
    halves = np.exp(offsets[:, 2:] * 0.2) * shares / 2
    size = np.array([outputs.width, outputs.height])
    corners = np.concatenate([centres - halves, centres + halves], axis=1)
    best = scores.argmax(axis=1)
    hits = np.flatnonzero(scores.max(axis=1) > 0.25)
    whole = np.tile(size, 2)
    return suppressed(
        [_box(corners[i] * whole, scores[i, best[i]], best[i], outputs) for i in hits],
        0.5,
    )


def with_op(outputs: Outputs, width: int, height: int) -> list[Box]:
    """Return the boxes of a network that ends in SSD's own operation."""
    corners = next(value[0] for value in outputs.values if value.ndim == 3)
    first, second = [value[0] for value in outputs.values if value.ndim == 2]
    is_first = bool(np.all(first == np.round(first)))
    kinds, scores = (first, second) if is_first else (second, first)
    return [
        Box(
            (
                max(float(x0) * width, 0.0),
                max(float(y0) * height, 0.0),
                min(float(x1) * width, width),
                min(float(y1) * height, height),
            ),
            float(score),
            int(kind),
        )
        for (y0, x0, y1, x1), score, kind in zip(corners, scores, kinds, strict=True)
    ]


def fomo_scores(values: Array) -> list[float]:
    """Return the best score of each group of touching cells, best first."""
    bests: list[float] = []
    for kind in range(1, values.shape[2]):
        left = {(int(y), int(x)) for y, x in np.argwhere(values[..., kind] >= 0.5)}
        while left:
            group = [left.pop()]
            for y, x in group:
                near = {(y + i, x + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
                left -= near
                group += near
            bests.append(max(float(values[y, x, kind]) for y, x in group))
    return sorted(bests, reverse=True)


def _box(corners: Array, score: Any, kind: Any, outputs: Outputs) -> Box:
    points = outputs.place.back(np.asarray(corners).reshape(2, 2)).reshape(4)
    return Box(tuple(float(one) for one in points), float(score), int(kind))


def compare(
    mine: list[Box],
    theirs: list[dict[str, Any]],
    *,
    width: int,
    height: int,
    threshold: float,
    slack: float = 0.08,
    least: float = 0.75,
) -> str:
    """Return in words whether every clear box of one side has its like on the other.

    Clear is a score ``slack`` above the threshold and a middle inside the picture;
    alike are two boxes of one class with an IoU above ``least`` and scores within
    ``slack``.
    """
    sides = (width, height)
    inside = [
        Box(
            tuple(min(max(v, 0.0), sides[i % 2]) for i, v in enumerate(one.corners)),
            one.score,
            one.kind,
        )
        for one in mine
        if 0 <= one.corners[0] + one.corners[2] <= 2 * width
        and 0 <= one.corners[1] + one.corners[3] <= 2 * height
    ]
    others = [Box(tuple(d["box"]), d["score"], d["class_id"]) for d in theirs]
    missing = _lonely(inside, others, threshold, slack, least)
    extra = _lonely(others, inside, threshold, slack, least)
    if missing or extra:
        return f"differs: {len(missing)} boxes missing, {len(extra)} too many"
    count = sum(box.score > threshold + slack for box in inside)
    if not count:
        return "both find nothing in this picture"
    return f"{count} boxes alike (IoU above {least})"


def _lonely(
    ones: list[Box], others: list[Box], threshold: float, slack: float, least: float
) -> list[Box]:
    return [
        one
        for one in ones
        if one.score > threshold + slack
        and not any(
            one.kind == other.kind
            and abs(one.score - other.score) < slack
            and overlap(one.corners, other.corners) > least
            for other in others
        )
    ]
