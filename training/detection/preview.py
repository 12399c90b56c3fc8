"""Training pictures with their boxes drawn, to be looked at."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ...runtime.drawing import draw
from ...runtime.frame import Image
from ...runtime.results import Detections
from .pictures import Sample


def with_boxes(sample: Sample, labels: Sequence[str], *, color: str = "rgb") -> Image:
    """Return a picture, BGR, with boxes and labels; ignored ones are gray."""
    image = sample.image
    code = cv2.COLOR_GRAY2BGR if color == "gray" else cv2.COLOR_RGB2BGR
    shown = np.asarray(cv2.cvtColor(image, code), np.uint8)
    detections = Detections(
        sample.boxes,
        np.ones(len(sample.boxes), np.float32),
        sample.class_ids,
        tuple(labels[i] for i in sample.class_ids.tolist()),
    )
    for x1, y1, x2, y2 in np.rint(sample.ignored).astype(int).tolist():
        cv2.rectangle(shown, (x1, y1), (x2 - 1, y2 - 1), (128, 128, 128), 1)
    return draw(shown, detections)
