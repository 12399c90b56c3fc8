"""What of a result can be tracked: its boxes, and how it takes track ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from ..results import Detections, Heads, Landmarks, Poses, Result, TrackIds

_PERSON: Final = "person"


@dataclass(frozen=True)
class TrackedBoxes:
    """The boxes of a result.

    Attributes:
        boxes: float32 (N, 4), xyxy in pixels of the frame.
        scores: float32 (N,), 0..1.
        class_ids: int64 (N,); None where the labels alone tell the classes.
        labels: N texts.
        numbered: Called with int64 (N,), the tracks' numbers; returns the result with
            these.
        has_words: The labels are what a second model says of each object, and not the
            names of the classes.
    """

    boxes: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    class_ids: npt.NDArray[np.int64] | None
    labels: Sequence[str]
    numbered: Callable[[TrackIds], Result]
    has_words: bool = False


def boxes_of(result: Result) -> TrackedBoxes | None:
    """Return the boxes of a result; None means that its kind has none.

    People without boxes get the one around their keypoints; of several heads the first
    one with boxes is tracked.

    Args:
        result: What a model said of a frame.
    """
    # By name and not by class: a run with one kind of result must not import all.
    for base in type(result).__mro__:
        reader = _READERS.get(f"{base.__module__}.{base.__qualname__}")
        if reader is not None:
            return reader(result)
    return None


def _objects(result: Detections) -> TrackedBoxes:
    return TrackedBoxes(
        result.boxes,
        result.scores,
        result.class_ids,
        result.labels,
        lambda ids: replace(result, track_ids=ids),
    )


def _refined(result: Detections) -> TrackedBoxes:
    return replace(_objects(result), has_words=True)


def _people(result: Poses) -> TrackedBoxes:
    boxes = result.boxes
    return TrackedBoxes(
        _around(result.keypoints) if boxes is None else boxes,
        result.scores,
        None,
        [_PERSON] * len(result),
        lambda ids: replace(result, track_ids=ids),
    )


def _things(result: Landmarks) -> TrackedBoxes:
    return TrackedBoxes(
        result.boxes,
        result.scores,
        None,
        result.item_labels,
        lambda ids: replace(result, track_ids=ids),
    )


def _of_heads(heads: Heads) -> TrackedBoxes | None:
    for name, head in heads.items():
        part = boxes_of(head)
        if part is not None:
            return _inside(heads, name, part)
    return None


def _inside(heads: Heads, name: str, part: TrackedBoxes) -> TrackedBoxes:
    """Return the boxes of one head, whose numbers go into the result of all."""

    def numbered(ids: TrackIds) -> Heads:
        return replace(heads, results={**heads.results, name: part.numbered(ids)})

    return replace(part, numbered=numbered)


def _around(keypoints: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the smallest box around the keypoints of each person, float32 (N, 4)."""
    if not keypoints.size:
        return np.zeros((len(keypoints), 4), np.float32)
    return np.concatenate([keypoints.min(axis=1), keypoints.max(axis=1)], axis=1)


_ROOM: Final = "edgevision.runtime.results."
_READERS: Final[dict[str, Callable[[Any], TrackedBoxes | None]]] = {
    f"{_ROOM}detections.Detections": _objects,
    f"{_ROOM}landmarks.Landmarks": _things,
    f"{_ROOM}nested.heads.Heads": _of_heads,
    f"{_ROOM}nested.refined_detections.RefinedDetections": _refined,
    f"{_ROOM}poses.Poses": _people,
}
