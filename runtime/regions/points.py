"""The points of zones and lines: fractions of the frame, checked with their cures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, Final

from ...errors import unknown_name

Point = tuple[float, float]
"""x and y as fractions of the frame: 0, 0 is top left and 1, 1 is bottom right."""

PARTS: Final = ("bottom", "center", "touch")
"""Which part of a box counts, besides the labels of keypoints."""

_LONGEST_LABEL: Final = 40
_MOST_POINTS: Final = 200


def checked_name(kind: str, name: str) -> str:
    """Return the name of a region as it is, if rules can refer to it.

    Args:
        kind: ``zone`` or ``line``.
        name: A letter, then letters, digits, ``_`` and ``-``.

    Raises:
        ValueError: Another name.
    """
    plain = name.replace("-", "_") if isinstance(name, str) else ""
    if not plain.isidentifier() or plain.startswith("_"):
        raise ValueError(
            f"the name of a {kind} must be a letter, then letters, digits, '_' or '-', "
            f"because rules refer to it; got {name!r}."
        )
    return name


def checked_points(
    owner: str, points: Iterable[Sequence[float]], *, least: int
) -> tuple[Point, ...]:
    """Return the points of a region as pairs of floats.

    Args:
        owner: Whose they are, for the sentence ("the zone 'yard'").
        points: x and y of each, 0..1.
        least: So many are needed.

    Raises:
        ValueError: A point is no pair of numbers from 0 to 1, equals the one before
            it, or there are too few or more than 200. The sentence names the point,
            counted from 1.
    """
    pairs: list[Point] = []
    for number, point in enumerate(points, 1):
        pair = _pair(owner, number, point)
        if pairs and pair == pairs[-1]:
            raise ValueError(
                f"points {number - 1} and {number} of {owner} are the same place "
                f"{_text(pair)}. Remove one of them."
            )
        pairs.append(pair)
    if len(pairs) < least:
        raise ValueError(
            f"{owner} needs at least {least} points, got {len(pairs)}. Write x and y "
            "of each as fractions of the frame: [[0.1, 0.5], [0.9, 0.5], ...]."
        )
    if len(pairs) > _MOST_POINTS:
        raise ValueError(
            f"{owner} may have at most {_MOST_POINTS} points, got {len(pairs)}. "
            "Leave out points that are nearly on a straight edge."
        )
    return tuple(pairs)


def _pair(owner: str, number: int, point: Any) -> Point:
    is_pair = not isinstance(point, str) and isinstance(point, Sequence)
    if not is_pair or len(point) != 2 or not all(map(_is_number, point)):
        raise ValueError(
            f"point {number} of {owner} must be two numbers, x and y, got {point!r}."
        )
    x, y = float(point[0]), float(point[1])
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError(
            f"point {number} of {owner} must be fractions of the frame from 0 to 1, "
            f"got {_text((x, y))}. Divide pixels by the width and height of the frame."
        )
    return x, y


def _is_number(value: object) -> bool:
    is_real = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_real and math.isfinite(float(value))  # type: ignore[arg-type]


def _text(point: Point) -> str:
    return f"({point[0]:g}, {point[1]:g})"


def refuse_crossing(
    owner: str, points: Sequence[Point], *, is_closed: bool, cure: str
) -> None:
    """Raise when two edges meet elsewhere than at the corner that they share.

    Args:
        owner: Whose points they are, for the sentence.
        points: Corners in order.
        is_closed: Whether an edge joins the last point and the first.
        cure: What to do, as the end of the sentence.

    Raises:
        ValueError: Edges meet; the sentence names both by their points.
    """
    count = len(points)
    total = count if is_closed else count - 1
    edges = [(points[i], points[(i + 1) % count]) for i in range(total)]
    for i, j in combinations(range(total), 2):
        first, second = edges[i], edges[j]
        if j == i + 1:
            meet = _turns_back(*first, second[1])
        elif is_closed and i == 0 and j == total - 1:
            meet = _turns_back(*second, first[1])
        else:
            meet = _meet(*first, *second)
        if meet:
            raise ValueError(
                f"{owner} crosses itself: its edge from point {i + 1} to "
                f"{(i + 1) % count + 1} meets the edge from point {j + 1} to "
                f"{(j + 1) % count + 1}. {cure}"
            )


def turn(a: Point, b: Point, c: Point) -> float:
    """Return twice the area of a triangle, positive where c is right of a to b.

    Right is meant as the frame is seen: x to the right and y down.
    """
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _turns_back(a: Point, b: Point, c: Point) -> bool:
    """Return whether the edge b to c lies upon the edge a to b."""
    ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])
    return turn(a, b, c) == 0 and ahead < 0


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Return whether two closed segments share a point."""
    first, second = turn(a, b, c), turn(a, b, d)
    third, fourth = turn(c, d, a), turn(c, d, b)
    if first * second < 0 and third * fourth < 0:
        return True
    return any(
        value == 0 and _is_between(p, q, r)
        for value, (p, q, r) in (
            (first, (a, b, c)),
            (second, (a, b, d)),
            (third, (c, d, a)),
            (fourth, (c, d, b)),
        )
    )


def _is_between(a: Point, b: Point, c: Point) -> bool:
    """Return whether c, which is on the line through a and b, lies between them."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and (
        min(a[1], b[1]) <= c[1] <= max(a[1], b[1])
    )


def checked_labels(owner: str, labels: Iterable[str]) -> tuple[str, ...]:
    """Return class labels as a tuple.

    Raises:
        ValueError: It is one text, or holds something that is no text, or an empty one.
    """
    if isinstance(labels, str):
        raise ValueError(
            f"labels of {owner} must be a list of class labels, got {labels!r}. "
            f"Write [{labels!r}]."
        )
    kept = tuple(labels)
    for label in kept:
        if not isinstance(label, str) or not label:
            raise ValueError(
                f"labels of {owner} must be texts that are not empty, got {label!r}."
            )
    return kept


def checked_seconds(owner: str, name: str, value: float) -> float:
    """Return seconds as a float, which must be finite and at least 0."""
    if not _is_number(value) or value < 0:
        raise ValueError(
            f"{name} of {owner} must be seconds, 0 or more, got {value!r}."
        )
    return float(value)


def checked_part(owner: str, part: str) -> str:
    """Return which part of a box counts: one of :data:`PARTS`, or a keypoint's label.

    Raises:
        ValueError: It is no text, or one that is near to a known one.
    """
    if not isinstance(part, str) or not part or len(part) > _LONGEST_LABEL:
        raise ValueError(
            f"part of {owner} must be {', '.join(PARTS)} or the label of a keypoint, "
            f"got {part!r}."
        )
    if part not in PARTS and "Did you mean" in unknown_name("part", part, PARTS):
        raise ValueError(f"{owner}: {unknown_name('part', part, PARTS)}")
    return part


def checked_share(owner: str, name: str, value: float) -> float:
    """Return a share as a float, which must be from 0 to 1."""
    if not _is_number(value) or not 0 <= value <= 1:
        raise ValueError(f"{name} of {owner} must be from 0 to 1, got {value!r}.")
    return float(value)
