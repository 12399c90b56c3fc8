"""Where the heads of people are, by the keypoints of their faces and bodies.

The shares are of an adult seen from the front: a head is 0.23 m high, the ears are 0.15
m apart, the shoulders 0.38 m, and from shoulder to hip it is 0.5 m (NASA-STD-3000,
volume I, section 3, rounded). Each is enlarged by about 40 %, because keypoints of a
face turned away, or seen from above, lie closer together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ...errors import RedactionError

_OF_FACE: Final = ("nose", "eye", "ear", "mouth")
_SIDE_PER_FACE: Final = 2.2  # by the largest distance of two keypoints of the face
_SIDE_PER_SHOULDERS: Final = 0.9
_SIDE_PER_TRUNK: Final = 0.65
_UP: Final = 0.1  # eyes and nose lie a little below the middle of a head with hair


def has_faces(names: Sequence[str]) -> bool:
    """Return whether keypoints of these names say where a face is."""
    return len(_face_points(names)) >= 2


def head_boxes(points: npt.ArrayLike, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return a square around the head of each person.

    All keypoints of the face count, also those of a low score: a cover that is too
    large is the smaller fault.

    Args:
        points: (N, K, 2), x and y in pixels of the frame.
        names: K names of keypoints, such as "left eye".

    Returns:
        float64 (N, 4) xyxy; parts of them may lie outside of the frame.

    Raises:
        RedactionError: There are not two keypoints of a face, or one is not finite.
    """
    chosen = _face_points(names)
    if len(chosen) < 2:
        raise RedactionError(
            "Cannot cover faces: the keypoints are "
            f"{', '.join(names[:5]) or 'none'}, and nose, eyes, ears or mouth are "
            "needed. Cover persons, or pass a model that finds faces."
        )
    places = np.asarray(points, np.float64).reshape(-1, len(names), 2)
    if not np.isfinite(places).all():
        raise RedactionError("Cannot cover faces: a keypoint is not a finite number.")
    faces = places[:, chosen]
    low, high = faces.min(axis=1), faces.max(axis=1)
    sides = _SIDE_PER_FACE * np.hypot(*(high - low).T)
    shoulders = _middle(places, names, "shoulder")
    if shoulders is not None:
        sides = np.maximum(sides, _SIDE_PER_SHOULDERS * shoulders[1])
        hips = _middle(places, names, "hip")
        if hips is not None:
            trunk = np.hypot(*(hips[0] - shoulders[0]).T)
            sides = np.maximum(sides, _SIDE_PER_TRUNK * trunk)
    centers = (low + high) / 2
    centers[:, 1] -= _UP * sides
    half = sides[:, None] / 2
    return np.concatenate(
        [np.minimum(centers - half, low), np.maximum(centers + half, high)], axis=1
    )


def _face_points(names: Sequence[str]) -> list[int]:
    return [
        position
        for position, name in enumerate(names)
        if any(word in _OF_FACE for word in name.split())
    ]


def _middle(
    places: npt.NDArray[np.float64], names: Sequence[str], part: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
    """Return the middle of a left and a right part and their distance, or None."""
    both = [f"left {part}", f"right {part}"]
    if not set(both) <= set(names):
        return None
    left, right = (places[:, names.index(name)] for name in both)
    return (left + right) / 2, np.hypot(*(left - right).T)
