"""Results of made models: boxes, people and other things at known places."""

from __future__ import annotations

import numpy as np
from edgevision.runtime.results import COCO_KEYPOINTS, Detections, InstanceMasks, Poses

FRONT = {
    "nose": (0, 0.115),
    **{"left eye": (0.03, 0.09), "right eye": (-0.03, 0.09)},
    **{"left ear": (0.075, 0.10), "right ear": (-0.075, 0.10)},
    **{"left shoulder": (0.19, 0.32), "right shoulder": (-0.19, 0.32)},
    **{"left elbow": (0.24, 0.62), "right elbow": (-0.24, 0.62)},
    **{"left wrist": (0.25, 0.88), "right wrist": (-0.25, 0.88)},
    **{"left hip": (0.12, 0.82), "right hip": (-0.12, 0.82)},
    **{"left knee": (0.12, 1.25), "right knee": (-0.12, 1.25)},
    **{"left ankle": (0.12, 1.68), "right ankle": (-0.12, 1.68)},
}
"""An adult from the front: metres from the top of the head, x to the right."""
HEAD = (-0.08, 0.0, 0.08, 0.23)
"""The box of that adult's head."""


def boxes(
    rows: list[tuple[float, float, float, float]],
    labels: tuple[str, ...],
    masks: InstanceMasks | None = None,
) -> Detections:
    """Return detections of these boxes."""
    count = len(rows)
    return Detections(
        np.asarray(rows, np.float32).reshape(count, 4),
        np.full(count, 0.9, np.float32),
        np.zeros(count, np.int64),
        labels,
        masks,
    )


def person(x: float, y: float, meter: float, *, turned: float = 0.0) -> Poses:
    """Return the pose of the adult.

    Args:
        x: Where the middle of the head is.
        y: Where the top of the head is.
        meter: Pixels of a metre.
        turned: Radians by which the adult has turned away: widths shrink.
    """
    points = np.asarray([FRONT[name] for name in COCO_KEYPOINTS], np.float32)
    points[:, 0] *= np.cos(turned)
    points = points * np.float32(meter) + np.asarray([x, y], np.float32)
    scores = np.ones((1, len(points)), np.float32)
    return Poses(points[None], scores, scores[:, 0])
