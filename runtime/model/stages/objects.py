"""What a first model found, as boxes with keypoints, whatever its kind of result is."""

from __future__ import annotations

from typing import Final

import numpy as np

from ....errors import UnsupportedModelError
from ...results import Detections, Landmarks, Poses, Result

FIRST_TASKS: Final = ("detection", "pose", "landmarks")
"""Tasks whose results have places in a frame."""

_PERSON: Final = "person"


def objects_of(result: Result, name: str) -> Detections:
    """Return the things of a result as boxes; points and keypoints stay with them.

    Args:
        result: Of the first model.
        name: The model's name, for the error.

    Raises:
        UnsupportedModelError: The result has no places in a frame.
    """
    if isinstance(result, Detections):
        return result
    if isinstance(result, Landmarks):
        return Detections(
            result.boxes,
            result.scores,
            np.zeros(len(result), np.int64),
            result.item_labels,
            keypoints=np.ascontiguousarray(result.points[:, :, :2]),
            keypoint_labels=result.labels,
        )
    if isinstance(result, Poses):
        boxes = result.boxes
        if boxes is None:
            points = result.keypoints
            boxes = np.zeros((len(result), 4), np.float32)
            if len(result):
                ends = [points.min(axis=1), points.max(axis=1)]
                boxes = np.concatenate(ends, axis=1)
        return Detections(
            boxes,
            result.scores,
            np.zeros(len(result), np.int64),
            (_PERSON,) * len(result),
            keypoints=result.keypoints,
            keypoint_labels=result.labels,
        )
    raise UnsupportedModelError(
        f"{name} gave a {type(result).__name__}; regions are cut from detections, "
        "poses or landmarks."
    )
