"""Decode the keypoints of the YOLO family: several people, each with a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError, shown
from ...geometry import MAX_CANDIDATES, Letterbox
from ...results import COCO_KEYPOINTS, COCO_SKELETON, Poses
from ...tensors import TensorSpec
from ..selection_options import SelectionOptions
from .head import YoloDecoder
from .options import YoloOptions

COCO_SHAPE: Final = (17, 3)


@dataclass(frozen=True, kw_only=True)
class YoloPoseOptions(SelectionOptions):
    """Options of the decoder ``yolo-pose``; all thresholds apply to people.

    Attributes:
        iou_threshold: Drop a person whose box has an IoU above this with a better one,
            0..1.
        max_candidates: Most candidates that are compared; bounds memory and time.
        head: yolov8, yolov5, end-to-end, or auto: by the shapes.
        units: pixel, normalized, or auto: what the values prove.
        activation: sigmoid when the scores are logits; none.
        keypoints: Number of keypoints and of values each: ``[17, 3]`` (x, y, score) or
            ``[K, 2]``, where each keypoint gets the person's score.
    """

    iou_threshold: float = 0.7
    max_candidates: int = MAX_CANDIDATES
    head: str = "auto"
    units: str = "auto"
    activation: str = "none"
    keypoints: Sequence[int] = COCO_SHAPE

    def boxes(self) -> YoloOptions:
        """Return the options of the decoder that reads the boxes."""
        names = {field.name for field in fields(YoloOptions)}
        return YoloOptions(**{n: v for n, v in vars(self).items() if n in names})


class YoloPoseDecoder(YoloDecoder):
    """Turn a YOLO head with keypoints into people.

    Tensors, one output, float or integer of 8 or 16 bits: a head of
    :class:`~.head.YoloDecoder` in one tensor, with the keypoints behind the classes
    (behind the class_id in an end-to-end head): (1, 4 + classes + 3 K, anchors), x, y,
    score of each. Keypoints are in the unit of the boxes, and people whose boxes
    overlap are suppressed by them. A keypoint that is not finite gets score 0 and lies
    at the frame's origin.

    Args:
        tensors: The one output.
        labels: One text per class, mostly ``person``; keypoints are named as in COCO
            when they are 17, by numbers otherwise.
        model_size: Width and height of the input.
        options: None means the defaults.
    """

    Options: ClassVar[type] = YoloPoseOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        options: YoloPoseOptions | None = None,
    ) -> None:
        options = options or YoloPoseOptions()
        self._keypoints = keypoint_shape(options.keypoints)
        count, values = self._keypoints
        self._extra = count * values
        if len(tensors) != 1:
            raise UnsupportedModelError(
                f"A YOLO pose model has one output, this one has {len(tensors)}. "
                "Pass --decoder if this is another kind of model."
            )
        super().__init__(
            tensors, labels=labels, model_size=model_size, options=options.boxes()
        )
        is_coco = count == len(COCO_KEYPOINTS)
        self._names = COCO_KEYPOINTS if is_coco else tuple(map(str, range(count)))
        self._skeleton = COCO_SKELETON if is_coco else ()

    def decode(  # type: ignore[override]
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Poses:
        """Return the people of one frame, best first."""
        people, values = self._find(outputs, letterbox)
        points = values.reshape(len(people), *self._keypoints)
        places = points[:, :, :2] * np.asarray(self._scale)
        scores = np.repeat(people.scores[:, np.newaxis], self._keypoints[0], axis=1)
        if self._keypoints[1] == 3:
            scores = points[:, :, 2].copy()
        # Neither JSON nor a picture can show a value that is not finite.
        broken = ~(np.isfinite(places).all(axis=2) & np.isfinite(scores))
        places = letterbox.points_to_source(places)
        places[broken], scores[broken] = 0.0, 0.0
        return Poses(
            places,
            np.clip(scores, 0.0, 1.0),
            people.scores,
            self._names,
            self._skeleton,
            people.boxes,
        )


def keypoint_shape(value: Any) -> tuple[int, int]:
    """Return number and values of the keypoints.

    Raises:
        ValueError: They are not two whole numbers, the second 2 or 3.
    """
    try:
        count, values = (int(item) for item in value)
    except (TypeError, ValueError):
        count, values = 0, 0
    if not 1 <= count <= 1000 or values not in (2, 3):
        raise ValueError(
            f"keypoints must be their number and the values of each (2 or 3), such as "
            f"[17, 3], got {shown(value)}."
        )
    return count, values
