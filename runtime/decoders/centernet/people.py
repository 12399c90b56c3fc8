"""Decode people of CenterNet's export for keypoints: rows that the graph has sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...geometry import Letterbox
from ...results import COCO_KEYPOINTS, COCO_SKELETON, Poses
from ...tensors import TensorSpec, shapes_of
from ..options import Texts, check_count, check_share, texts_of
from ..tensor_values import Levels

ROLES: Final = ("boxes", "classes", "scores", "count", "keypoints", "keypoint-scores")
"""The outputs, in the order in which the Object Detection API exports them."""


@dataclass(frozen=True, kw_only=True)
class CenterNetPoseOptions:
    """Options of the decoder ``centernet-pose``.

    Attributes:
        score_threshold: Smallest score of a person, 0..1.
        max_detections: Most people per frame.
        person: class_id of people; objects of other classes have no keypoints.
        roles: What each output is, in the model's order: boxes, classes, scores, count,
            keypoints, keypoint-scores; None means this order.
    """

    score_threshold: float = 0.25
    max_detections: int = 100
    person: int = 0
    roles: Texts | None = None

    def __post_init__(self) -> None:
        check_share("score_threshold", self.score_threshold)
        check_count("max_detections", self.max_detections)


class CenterNetPoseDecoder:
    """Turn the rows of CenterNet's export for keypoints into people.

    Tensors, six, float or quantized; coordinates are normalized by the input:

    - boxes (1, N, 4): top, left, bottom, right.
    - classes (1, N): class_id, from 0.
    - scores (1, N): 0..1.
    - count (1,): rows in use; the others are not read.
    - keypoints (1, N, K, 2): y, x.
    - keypoint-scores (1, N, K): 0..1.

    Args:
        tensors: The outputs, in the model's order.
        labels: K names of keypoints; empty for COCO's 17, or numbers when K is not 17.
        model_size: Width and height of the input.
        options: None means the defaults.
    """

    Options: ClassVar[type] = CenterNetPoseOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        options: CenterNetPoseOptions | None = None,
    ) -> None:
        options = options or CenterNetPoseOptions()
        self._at = find_people_roles(tensors, texts_of("roles", options.roles))
        count = tensors[self._at["keypoints"]].shape[2]
        if labels and len(labels) != count:
            raise UnsupportedModelError(
                f"This CenterNet has {count} keypoints, but there are {len(labels)} "
                f"labels. Pass --labels with {count} names."
            )
        is_coco = count == len(COCO_KEYPOINTS)
        self._labels = tuple(labels) or (
            COCO_KEYPOINTS if is_coco else tuple(map(str, range(count)))
        )
        self._skeleton = COCO_SKELETON if is_coco else ()
        self._levels = [Levels(spec) for spec in tensors]
        self._size = np.asarray(model_size, np.float32)
        self._options = options

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Poses:
        """Return the people of one frame, best first."""
        total = self._real(outputs, "count").reshape(-1)
        classes = self._real(outputs, "classes").reshape(-1)
        scores = self._real(outputs, "scores").reshape(-1)
        boxes = self._real(outputs, "boxes").reshape(-1, 4)
        used = int(total[0]) if total.size and np.isfinite(total[0]) else len(scores)
        # NaN fails these comparisons, so people with a broken score are dropped.
        chosen = scores >= np.float32(self._options.score_threshold)
        chosen &= (classes == self._options.person) & np.isfinite(boxes).all(axis=1)
        chosen[max(0, used) :] = False
        order = np.flatnonzero(chosen)
        order = order[np.argsort(-scores[order], kind="stable")]
        order = order[: self._options.max_detections]
        shape = (len(scores), len(self._labels))
        points = self._real(outputs, "keypoints").reshape(*shape, 2)[order]
        shares = self._real(outputs, "keypoint-scores").reshape(shape)[order]
        # Neither JSON nor a picture can show a value that is not finite.
        broken = ~(np.isfinite(points).all(axis=2) & np.isfinite(shares))
        points[broken], shares[broken] = 0.0, 0.0
        sides = boxes[order][:, [1, 0, 3, 2]] * np.tile(self._size, 2)
        return Poses(
            letterbox.points_to_source(points[:, :, ::-1] * self._size),
            shares.clip(0.0, 1.0),
            scores[order].clip(0.0, 1.0),
            self._labels,
            self._skeleton,
            letterbox.boxes_to_source(sides),
        )

    def _real(
        self, outputs: Sequence[npt.NDArray[Any]], role: str
    ) -> npt.NDArray[np.float32]:
        position = self._at[role]
        return self._levels[position].real(outputs[position])


def find_people_roles(
    tensors: Sequence[TensorSpec], roles: Sequence[str] | None = None
) -> dict[str, int]:
    """Return role -> position of the outputs of CenterNet's export for keypoints.

    Args:
        tensors: All outputs, in the model's order.
        roles: What the caller says of each, in that order; None means the export's.

    Raises:
        UnsupportedModelError: The shapes are others.
        ValueError: ``roles`` does not name each once.
    """
    if roles is not None and sorted(roles) != sorted(ROLES):
        raise ValueError(
            f"roles must name {', '.join(ROLES)} once each, got {', '.join(roles)}."
        )
    at = {role: position for position, role in enumerate(roles or ROLES)}
    shapes = [spec.shape for spec in tensors]
    points = shapes[at["keypoints"]] if len(shapes) == len(ROLES) else ()
    if len(points) == 4:
        rows, count = points[1:3]
        expected = {
            "boxes": (1, rows, 4),
            "classes": (1, rows),
            "scores": (1, rows),
            "keypoints": (1, rows, count, 2),
            "keypoint-scores": (1, rows, count),
        }
        fits = all(shapes[at[role]] == shape for role, shape in expected.items())
        if fits and tensors[at["count"]].size == 1:
            return at
    raise UnsupportedModelError(
        f"Outputs {shapes_of(tensors)} are no CenterNet with keypoints; expected boxes "
        "1xNx4, classes 1xN, scores 1xN, count 1, keypoints 1xNxKx2 and their scores "
        "1xNxK, in this order. Pass --option roles= with the order of these six "
        f"({', '.join(ROLES)}), or --decoder if this is another kind of model."
    )
