"""The options of detector decoders that say which candidates become detections.

A decoder takes them as ``**options: Unpack[SelectionOptions]`` and names that class in
its attribute ``shared``. Names and types stand here, meanings and defaults in
:class:`~.selection.Selection`, defaults of a decoder's own in its docstring.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from ..labels import ClassNames, Level
from .selection import Selection


class PickOptions(TypedDict, total=False):
    """Take thresholds, limits, suppression and the classes that count."""

    score_threshold: float
    iou_threshold: float
    max_detections: int
    nms: str
    allow: ClassNames | None
    deny: ClassNames | None


class CandidateOptions(TypedDict, total=False):
    """Take the limit of heads that can have many candidates."""

    max_candidates: int


class AncestorOptions(TypedDict, total=False):
    """Take what labels with ancestors need."""

    hierarchy: Mapping[str, str]
    level: Level | None


class SelectionOptions(PickOptions, CandidateOptions, AncestorOptions, total=False):
    """Take them all; see :class:`~.selection.Selection`."""


def selection_of(
    options: SelectionOptions,
    *,
    labels: tuple[str, ...],
    class_count: int = 0,
    suppressed: bool = False,
) -> Selection:
    """Return the selection that a decoder's options ask for.

    Args:
        options: Those that were given, over the decoder's own defaults.
        labels: One text per class_id.
        class_count: Number of classes; 0 where the head does not show it.
        suppressed: The graph suppresses boxes, so that without ``nms`` and ``level``
            nothing is left to do.

    Raises:
        ValueError: An option is out of range.
    """
    is_done = suppressed and options.get("level") is None
    nms = options.get("nms")
    chosen: SelectionOptions = {
        **options,
        "nms": ("none" if is_done else "class-aware") if nms is None else nms,
        "hierarchy": options.get("hierarchy") or {},
    }
    return Selection(labels=labels, class_count=class_count, **chosen)
