"""What is in one picture, for the page: label by label, with counts."""

from __future__ import annotations

import json
from typing import Any, Final

from ...event import Event
from ..items import Item, items_of, kind_of
from ..text import describe

_COUNTED: Final = ("Detections", "Landmarks", "Poses")
_MOST_GROUPS: Final = 40
_LONGEST_LABEL: Final = 80
_LONGEST_WORDS: Final = 400


def contents_of(event: Event) -> dict[str, Any]:
    """Return the contents of a picture as plain JSON types.

    ``groups`` has one entry per label, in the order of the best items: ``label``;
    ``count``, which is None where the result is not counted (the classes of a whole
    picture); the best ``score`` and the ``area``, where there are any; and the ``text``
    of a number. None instead of
    the list means that this kind of result has only ``words``.
    """
    items = items_of(event.result)
    return {
        "index": event.frame.index,
        "words": describe(event.result)[:_LONGEST_WORDS],
        "groups": None if items is None else _groups(items, kind_of(event.result)),
    }


def contents_line(event: Event) -> bytes:
    """Return the contents of a picture as one line of ASCII JSON, for a header."""
    return json.dumps(contents_of(event), separators=(",", ":")).encode("ascii")


def _groups(items: list[Item], kind: str) -> list[dict[str, Any]]:
    by_label: dict[str, list[Item]] = {}
    for item in items:
        by_label.setdefault(item.label, []).append(item)
    groups = []
    for label, same in list(by_label.items())[:_MOST_GROUPS]:
        scores = [item.score for item in same if item.score is not None]
        area = same[0].area
        groups.append(
            {
                "label": label[:_LONGEST_LABEL],
                "count": len(same) if kind in _COUNTED else None,
                "score": round(max(scores), 4) if scores else None,
                "area": None if area is None else round(area, 4),
                **({} if same[0].text is None else {"text": same[0].text}),
            }
        )
    return groups
