"""Results without what they hold of covered areas: pictures, texts, names, outlines.

Boxes, points, labels and scores stay: rules and counts need them, and they show no
pixel. What a model reads in an area (a number plate's text, the embedding or the name
of a face, a picture made of the frame) would undo its cover, and goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from ...errors import RedactionError
from .cover import Cover
from .covered_areas import CoveredAreas
from .marked_things import kind_exactly

if TYPE_CHECKING:
    from ..results import (
        Embedding,
        Heads,
        InstanceMasks,
        OutputImage,
        RefinedDetections,
        Result,
        Segmentation,
        Text,
    )

HIDDEN_LABEL: Final = "redacted"
"""In place of words that were read in a covered area."""


def hidden(result: Result, areas: CoveredAreas, cover: Cover) -> Result:
    """Return a result without what it shows of some areas.

    A text, an embedding or a head of such belongs to the whole picture, and is emptied
    in any case: nobody knows from where in the picture it is.

    Args:
        result: In pixels of the frame.
        areas: What is covered of the frame.
        cover: How pictures in the result are covered.

    Raises:
        RedactionError: The kind of result may hold anything.
    """
    try:
        hide = _HIDERS[kind_exactly(result)]
    except KeyError:
        raise RedactionError(
            f"A result of the kind {type(result).__name__} may hold pixels of the "
            "picture, and nobody knows where: it cannot be redacted."
        ) from None
    return cast("Result", hide(result, areas, cover))


def nothing_of(result: Result, size: tuple[int, int]) -> Result:
    """Return a result that shows nothing of its picture, for one that is withheld.

    Args:
        result: Any result; one of a kind that is not known is left out as a whole.
        size: Width and height of the frame.
    """
    whole = CoveredAreas.whole(size)
    try:
        return hidden(result, whole, Cover("fill"))
    # What is wrong with the frame may be in its result, or in code of others.
    except Exception:
        from ..results import RawOutputs

        return RawOutputs({})


def _as_it_is(result: Any, areas: CoveredAreas, cover: Cover) -> Any:
    return result


def _objects(result: Any, areas: CoveredAreas, cover: Cover) -> Any:
    if result.masks is None:
        return result
    return replace(result, masks=_without_outlines(result.masks, areas))


def _refined(
    result: RefinedDetections, areas: CoveredAreas, cover: Cover
) -> RefinedDetections:
    mask = areas.mask()
    labels, answers = list(result.labels), list(result.answers)
    for position, box in enumerate(result.boxes.tolist()):
        if not _touches(mask, box):
            continue
        answer = hidden(answers[position], areas, cover)
        if answer is not answers[position]:
            labels[position] = HIDDEN_LABEL
        answers[position] = answer
    return replace(
        result,
        labels=tuple(labels),
        answers=tuple(answers),
        masks=_without_outlines(result.masks, areas),
    )


def _touches(mask: Any, box: list[float]) -> bool:
    """Return whether a box shares a pixel with a mask; one of no numbers does."""
    if not np.isfinite(box).all():
        return True
    height, width = mask.shape
    left, top = (max(int(min(value, 1e9)), 0) for value in box[:2])
    right, bottom = (max(int(min(np.ceil(value), 1e9)), 0) for value in box[2:])
    part = mask[min(top, height) : bottom, min(left, width) : right]
    return bool(part.any())


def _without_outlines(
    masks: InstanceMasks | None, areas: CoveredAreas
) -> InstanceMasks | None:
    """Return masks that are full, where they have a pixel, in every covered area."""
    if masks is None or not len(masks) or not len(areas):
        return masks
    covered = areas.mask()
    parts = []
    for (x, y), part in zip(masks.corners.tolist(), masks.parts, strict=True):
        inside = covered[y : y + part.shape[0], x : x + part.shape[1]]
        parts.append(part | inside if (part & inside).any() else part)
    return replace(masks, parts=tuple(parts))


def _regions(result: Segmentation, areas: CoveredAreas, cover: Cover) -> Segmentation:
    if not len(areas):
        return result
    covered = areas.mask()
    counts = np.bincount(result.mask[covered])
    mask = result.mask.copy()
    mask[covered] = counts.argmax() if len(counts) else 0
    return replace(result, mask=mask)


def _picture(result: OutputImage, areas: CoveredAreas, cover: Cover) -> OutputImage:
    if not len(areas):
        return result
    import cv2

    x, y, width, height = result.part
    # Half a pixel more on each side: a model's pixel shows what lies around it, too.
    covered = areas.mask()[y : y + height, x : x + width].astype(np.uint8)
    small = cv2.resize(
        covered * np.uint8(255), result.size, interpolation=cv2.INTER_LINEAR
    )
    small = np.maximum(
        small,
        cv2.resize(covered * np.uint8(255), result.size, interpolation=cv2.INTER_AREA),
    )
    mask = cv2.dilate(np.asarray(small), np.ones((3, 3), np.uint8)) > 0
    if not mask.any():
        return result
    image = cover.apply(result.image, CoveredAreas.of_mask(np.asarray(mask)))
    values = result.values
    if values is not None:
        values = values.copy()
        inside = values[mask]
        finite = inside[np.isfinite(inside)]
        values[mask] = finite.mean() if len(finite) else np.float32(0)
    return replace(result, image=image, values=values)


def _text(result: Text, areas: CoveredAreas, cover: Cover) -> Text:
    return replace(result, text="", scores=np.zeros(0, np.float32))


def _embedding(result: Embedding, areas: CoveredAreas, cover: Cover) -> Embedding:
    from ..results import UNKNOWN

    has_name = result.label is not None
    return replace(
        result,
        embedding=np.zeros_like(result.embedding),
        label=UNKNOWN if has_name else None,
        score=0.0 if has_name else None,
    )


def _heads(result: Heads, areas: CoveredAreas, cover: Cover) -> Heads:
    inner = {name: hidden(one, areas, cover) for name, one in result.items()}
    if all(inner[name] is one for name, one in result.items()):
        return result
    return replace(result, results=inner)


_HIDERS: Final[dict[str, Callable[[Any, CoveredAreas, Cover], Any]]] = {
    "Classifications": _as_it_is,
    "Detections": _objects,
    "Embedding": _embedding,
    "Heads": _heads,
    "Landmarks": _objects,
    "OutputImage": _picture,
    "Poses": _as_it_is,
    "RefinedDetections": _refined,
    "Segmentation": _regions,
    "Text": _text,
    "Values": _as_it_is,
}
