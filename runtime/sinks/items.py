"""The items of a result of any kind: label, score, box, area."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Final

from ..results import (
    Classifications,
    Detections,
    Embedding,
    Poses,
    Result,
    Segmentation,
)

PERSON: Final = "person"


@dataclass(frozen=True)
class Item:
    """One class, object, region or person in a picture.

    Attributes:
        label: What it is.
        score: 0..1; None means that the kind of result has no scores.
        box: x1, y1, x2, y2 in pixels of the frame; None means that there is none.
        area: Share of the frame's pixels, 0..1; None means that it is not known.
    """

    label: str
    score: float | None = None
    box: tuple[float, float, float, float] | None = None
    area: float | None = None


@dataclass(frozen=True)
class Group:
    """All items of a picture that have the same label.

    Attributes:
        label: What they are.
        count: How many there are; None means that this kind of result is not counted
            (the classes of a whole picture).
        score: The best one's, 0..1; None means that there are no scores.
        area: Share of the frame's pixels, 0..1; None means that it is not known.
    """

    label: str
    count: int | None = None
    score: float | None = None
    area: float | None = None


def groups_of(result: Result) -> list[Group] | None:
    """Return the items of a result by label, in the order of the best ones.

    Returns:
        The groups; None means that this kind of result has no items.
    """
    items = items_of(result)
    if items is None:
        return None
    by_label: dict[str, list[Item]] = {}
    for item in items:
        by_label.setdefault(item.label, []).append(item)
    is_counted = isinstance(result, (Detections, Poses))
    return [
        Group(
            label,
            len(same) if is_counted else None,
            max((item.score for item in same if item.score is not None), default=None),
            same[0].area,
        )
        for label, same in by_label.items()
    ]


@singledispatch
def items_of(result: Result) -> list[Item] | None:
    """Return the items of a result, best first.

    Returns:
        The items; None means that this kind of result has none.
    """
    del result
    return None


@items_of.register
def _(result: Classifications) -> list[Item]:
    return [Item(item.label, item.score) for item in result]


@items_of.register
def _(result: Detections) -> list[Item]:
    return [Item(item.label, item.score, item.box) for item in result]


@items_of.register
def _(result: Poses) -> list[Item]:
    return [Item(PERSON, pose.score, pose.box) for pose in result]


@items_of.register
def _(result: Segmentation) -> list[Item]:
    return [Item(region.label, area=region.area) for region in result]


@items_of.register
def _(result: Embedding) -> list[Item] | None:
    return None if result.label is None else [Item(result.label, result.score)]
