"""Where the things with some labels are in a picture, by a model's result."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import RedactionError
from .covered_areas import CoveredAreas
from .heads_of_people import has_faces, head_boxes

if TYPE_CHECKING:
    from ..results import Detections, Landmarks, Poses, Result, Segmentation
    from ..tracking import Tracks

ALL: Final = "all"
"""In place of labels: everything that the model finds."""
FACE: Final = "face"
"""Also the head of each person, where a model gives keypoints of it."""
_PERSON: Final = "person"
_ROOM: Final = "edgevision.runtime.results."
_MASK_MARGIN: Final = 0.1
"""A mask grows by this share of a box's margin, by the frame's longer side: masks are
computed in coarse cells, and their edges are off by one of them."""

Size = tuple[int, int]
Boxes = npt.NDArray[np.float64]


def marked_boxes(result: Result, labels: Collection[str]) -> Boxes:
    """Return the boxes of all things that have one of the labels.

    Args:
        result: Of a detector, or of a model of poses or landmarks.
        labels: The labels; with "face", people with keypoints are covered at the head,
            and with "all" everything is.

    Returns:
        float64 (N, 4) xyxy, in pixels of the frame.

    Raises:
        RedactionError: The result does not say where things are.
    """
    try:
        read = _READERS[kind_exactly(result)]
    except KeyError:
        raise RedactionError(
            f"Cannot cover {', '.join(sorted(labels))}: a result of the kind "
            f"{type(result).__name__} does not say where things are. Pass a model "
            "that finds them, or zones."
        ) from None
    return read(result, labels)


def lost_boxes(tracks: Tracks | None, labels: Collection[str]) -> Boxes:
    """Return where tracks with one of the labels are now that no detection shows.

    Args:
        tracks: The tracks at the moment of a frame; None means that nobody tracks.
        labels: As for :func:`marked_boxes`.

    Returns:
        float64 (N, 4) xyxy, in pixels of the frame, as predicted.
    """
    if tracks is None:
        return np.zeros((0, 4))
    return _rows(tracks.boxes, _are_marked(tracks.labels, labels) & ~tracks.seen)


def marked_pixels(
    result: Result, labels: Collection[str], *, margin: float = 0.0
) -> CoveredAreas | None:
    """Return the pixels of the classes that have one of the labels.

    Args:
        result: Any result.
        labels: The labels; "all" is every class but number 0, the background.
        margin: That of boxes; masks grow by a tenth of it.

    Returns:
        The areas; None where the result is no map of classes.
    """
    if kind_exactly(result) != "Segmentation":
        return None
    regions: Segmentation = result  # type: ignore[assignment]
    size = (regions.mask.shape[1], regions.mask.shape[0])
    wanted = [
        class_id
        for class_id, label in zip(
            regions.class_ids.tolist(), regions.labels, strict=True
        )
        if label in labels or (ALL in labels and class_id != 0)
    ]
    mask = np.isin(regions.mask, wanted)
    if not mask.any():
        return CoveredAreas.none(size)
    grown = round(np.ceil(_MASK_MARGIN * margin * max(size)))
    return CoveredAreas.of_mask(mask, margin=grown)


def kind_exactly(result: Any) -> str:
    """Return the name of a result's class in the room ``results``, else nothing.

    A class derived from it counts as unknown: it may hold a picture.
    """
    kind = type(result)
    return kind.__qualname__ if kind.__module__.startswith(_ROOM) else ""


def _objects(result: Detections, labels: Collection[str]) -> Boxes:
    boxes = _rows(result.boxes, _are_marked(result.labels, labels))
    if FACE not in labels or not has_faces(result.keypoint_labels):
        return boxes
    is_person = _are_marked(result.labels, (_PERSON,))
    if not is_person.any():
        return boxes
    people = np.asarray(result.keypoints)[is_person]
    return np.concatenate([boxes, head_boxes(people, result.keypoint_labels)])


def _people(result: Poses, labels: Collection[str]) -> Boxes:
    is_whole = not {_PERSON, ALL}.isdisjoint(labels)
    if is_whole:
        around = _around(result.keypoints)
        if has_faces(result.labels):
            around = _union(around, head_boxes(result.keypoints, result.labels))
        return around if result.boxes is None else _union(around, result.boxes)
    if FACE in labels:
        return head_boxes(result.keypoints, result.labels)
    return np.zeros((0, 4))


def _things(result: Landmarks, labels: Collection[str]) -> Boxes:
    is_marked = _are_marked(result.item_labels, labels)
    parts = [_rows(_around(result.points[..., :2]), is_marked)]
    others = result.points[~is_marked][..., :2]
    if FACE in labels and len(others) and has_faces(result.labels):
        parts.append(head_boxes(others, result.labels))
    return np.concatenate(parts)


def _are_marked(
    names: tuple[str, ...], labels: Collection[str]
) -> npt.NDArray[np.bool_]:
    if ALL in labels:
        return np.ones(len(names), np.bool_)
    return np.asarray([name in labels for name in names], np.bool_)


def _rows(boxes: npt.ArrayLike, chosen: npt.NDArray[np.bool_]) -> Boxes:
    return np.asarray(boxes, np.float64).reshape(-1, 4)[chosen]


def _around(points: npt.NDArray[Any]) -> Boxes:
    """Return the smallest boxes around (N, K, 2) points."""
    places = np.asarray(points, np.float64)
    if not places.size:
        return np.zeros((0, 4))
    return np.concatenate([places.min(axis=1), places.max(axis=1)], axis=1)


def _union(one: Boxes, other: npt.ArrayLike) -> Boxes:
    second = np.asarray(other, np.float64)
    return np.concatenate(
        [
            np.minimum(one[:, :2], second[:, :2]),
            np.maximum(one[:, 2:], second[:, 2:]),
        ],
        axis=1,
    )


_READERS: Final[dict[str, Callable[[Any, Collection[str]], Boxes]]] = {
    "Detections": _objects,
    "Landmarks": _things,
    "Poses": _people,
}
