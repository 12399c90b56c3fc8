"""What is in one picture, for the page: label by label, with counts."""

from __future__ import annotations

import json
from typing import Any, Final

from ...event import Event
from ..items import Group, groups_of
from ..text import describe

_MOST_GROUPS: Final = 40
_LONGEST_LABEL: Final = 80
_LONGEST_WORDS: Final = 400


def contents_of(event: Event) -> dict[str, Any]:
    """Return the contents of a picture as plain JSON types.

    ``groups`` has ``label``, ``count``, ``score`` and ``area`` of each label, as in
    :class:`~edgevision.runtime.sinks.items.Group`; None means that this kind of result
    has only ``words``.
    """
    found = groups_of(event.result)
    groups = None if found is None else [_group(g) for g in found[:_MOST_GROUPS]]
    words = describe(event.result)[:_LONGEST_WORDS]
    return {"index": event.frame.index, "words": words, "groups": groups}


def contents_line(event: Event) -> bytes:
    """Return the contents of a picture as one line of ASCII JSON, for a header."""
    return json.dumps(contents_of(event), separators=(",", ":")).encode("ascii")


def _group(group: Group) -> dict[str, Any]:
    return {
        "label": group.label[:_LONGEST_LABEL],
        "count": group.count,
        "score": None if group.score is None else round(group.score, 4),
        "area": None if group.area is None else round(group.area, 4),
    }
