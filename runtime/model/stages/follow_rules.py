"""Where a thing's region lies in the next frame, by its landmarks in this one.

The rules are those of MediaPipe's graphs ``face_landmark_landmarks_to_roi.pbtxt``,
``hand_landmark_landmarks_to_roi.pbtxt`` and ``pose_landmarks_to_roi.pbtxt``, and of
``hand_landmarks_to_rect_calculator.cc`` (google-ai-edge/mediapipe).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from ...geometry import Regions, turn_to
from ...results import Landmarks

# The wrist, and each finger's two joints next to the palm: they move least.
_PALM: Final = (0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18)
_WRIST: Final = 0
# The calculator calls them PIP joints, but its positions are those of the MCP joints.
_INDEX_MCP, _MIDDLE_MCP, _RING_MCP = 5, 9, 13
# The outer corners of both eyes, from left to right in the region.
_EYE_CORNERS: Final = (33, 263)


def next_regions(kind: str, landmarks: Landmarks) -> Regions:
    """Return the region of each thing in the next frame.

    Args:
        kind: face, hand or pose.
        landmarks: Of this frame, with the auxiliary points of a pose.
    """
    return _RULES[kind](landmarks) if len(landmarks) else Regions.empty()


def _face(landmarks: Landmarks) -> Regions:
    points = landmarks.points[:, :, :2].astype(np.float64)
    start, end = (points[:, corner] for corner in _EYE_CORNERS)
    base = Regions.from_boxes(landmarks.boxes, turn_to(start, end))
    return base.grown(1.5, aspect=1.0)


def _hand(landmarks: Landmarks) -> Regions:
    points = landmarks.points[:, :, :2].astype(np.float64)
    # The mean of three fingers, in which the middle one counts twice.
    fingers = (points[:, _INDEX_MCP] + points[:, _RING_MCP]) / 2
    end = (fingers + points[:, _MIDDLE_MCP]) / 2
    angles = turn_to(points[:, _WRIST], end, target=90.0)
    base = Regions.around(points[:, _PALM], angles)
    return base.grown(2.0, shift=(0.0, -0.1), aspect=1.0)


def _pose(landmarks: Landmarks) -> Regions:
    if landmarks.auxiliary is None:
        return Regions.empty()
    ends = landmarks.auxiliary[:, :2, :2].astype(np.float64)
    start, end = ends[:, 0], ends[:, 1]
    side = 2 * np.hypot(*(end - start).T)
    angles = turn_to(start, end, target=90.0)
    base = Regions.of(start, np.stack([side, side], axis=1), angles)
    return base.grown(1.25, aspect=1.0)


_RULES: Final[dict[str, Callable[[Landmarks], Regions]]] = {
    "face": _face,
    "hand": _hand,
    "pose": _pose,
}
