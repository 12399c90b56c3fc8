"""The items of a result of any kind: label, score, box, area."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from ..results import (
        Classifications,
        Detections,
        Embedding,
        Heads,
        Landmarks,
        Poses,
        Result,
        Segmentation,
        Text,
        Values,
    )

PERSON: Final = "person"
_ROOM: Final = "edgevision.runtime.results."


class Item(NamedTuple):
    """One class, object, region, person or number of a picture.

    Attributes:
        label: What it is.
        score: 0..1; None means that the kind of result has no scores.
        box: x1, y1, x2, y2 in pixels of the frame; None means that there is none.
        area: Share of the frame's pixels, 0..1; None means that it is not known.
        text: A number with its unit; None means that there is none.
        track_id: Number of its track; -1: it is not, or not yet, one.
    """

    label: str
    score: float | None = None
    box: tuple[float, float, float, float] | None = None
    area: float | None = None
    text: str | None = None
    track_id: int = -1


def items_of(result: Result) -> list[Item] | None:
    """Return the items of a result, best first.

    Returns:
        The items; None means that this kind of result has none.
    """
    reader = _READERS.get(kind_of(result))
    return None if reader is None else reader(result)


def kind_of(result: Result) -> str:
    """Return the name of a result's class in the room ``results``.

    A single dispatch by name and not by class: a run with one kind of result must not
    import all the others, which takes longer than its first frame.

    Returns:
        The name, also for a class derived from it; empty for somebody else's result.
    """
    for base in type(result).__mro__:
        if base.__module__.startswith(_ROOM):
            return _DERIVED.get(base.__qualname__, base.__qualname__)
    return ""


def _classes(result: Classifications) -> list[Item]:
    return [Item(item.label, item.score) for item in result]


def _objects(result: Detections) -> list[Item]:
    return [
        Item(item.label, item.score, item.box, track_id=item.track_id)
        for item in result
    ]


def _people(result: Poses) -> list[Item]:
    return [
        Item(PERSON, pose.score, pose.box, track_id=pose.track_id) for pose in result
    ]


def _things(result: Landmarks) -> list[Item]:
    return [
        Item(item.label, item.score, item.box, track_id=item.track_id)
        for item in result
    ]


def _regions(result: Segmentation) -> list[Item]:
    return [Item(region.label, area=region.area) for region in result]


def _names(result: Embedding) -> list[Item] | None:
    return None if result.label is None else [Item(result.label, result.score)]


def _numbers(result: Values) -> list[Item]:
    # Not at the top: a run with another kind of result does not import this one.
    from ..results import value_text

    return [Item(item.name, text=value_text(item)) for item in result]


def _all_heads(result: Heads) -> list[Item] | None:
    known = [
        [_of_head(name, item) for item in items]
        for name, one in result.items()
        if (items := items_of(one)) is not None
    ]
    return [item for items in known for item in items] if known else None


def _of_head(name: str, item: Item) -> Item:
    """Return a head's item; a number without a name has that of its head."""
    is_nameless = item.text is not None and item.label == "value"
    return item._replace(label=name) if is_nameless else item


def _line(result: Text) -> list[Item]:
    return [Item(result.text, result.score)] if result.text else []


# Kinds of the room that are read as another of its kinds.
_DERIVED: Final = {"RefinedDetections": "Detections"}
_READERS: Final[dict[str, Callable[[Any], list[Item] | None]]] = {
    "Classifications": _classes,
    "Detections": _objects,
    "Embedding": _names,
    "Heads": _all_heads,
    "Landmarks": _things,
    "Poses": _people,
    "Segmentation": _regions,
    "Text": _line,
    "Values": _numbers,
}
