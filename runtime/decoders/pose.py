"""Decode keypoints: MoveNet's people, and heatmaps of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError
from ..geometry import Letterbox
from ..results import COCO_KEYPOINTS, COCO_SKELETON, Poses
from ..tensors import TensorSpec
from .heatmaps import best_places
from .options import check_count, check_share
from .tensor_values import Levels

_MOVENET_STEP: Final = 32
_BOX_VALUES: Final = 5  # top, left, bottom, right, score of a person


@dataclass(frozen=True, kw_only=True)
class PoseOptions:
    """Options of the decoder ``pose``.

    Attributes:
        score_threshold: Smallest score of a person, 0..1.
        max_detections: Most people per frame.
        channel_first: The heatmaps are (1, K, H, W).
    """

    score_threshold: float = 0.1
    max_detections: int = 100
    channel_first: bool = False

    def __post_init__(self) -> None:
        check_share("score_threshold", self.score_threshold)
        check_count("max_detections", self.max_detections)


class PoseDecoder:
    """Turn keypoint rows, or heatmaps, into people.

    Tensors, one output, float or quantized, coordinates normalized by the input:

    - (1, 1, K, 3) or (1, K, 3): one person; y, x, score per keypoint.
    - (1, N, 3 K + 5): N people; y, x, score per keypoint, then top, left, bottom,
      right and the person's score (MoveNet MultiPose: N is 6, K is 17). These people
      have boxes.
    - (1, H, W, K), H and W above 1: one person; a heatmap per keypoint (HRNet,
      SimpleBaseline, OpenPose), whose values are scores. A keypoint is the highest
      cell, moved a quarter of a cell towards its higher neighbours; cells lie at
      multiples of input / H and input / W.

    A keypoint that is not finite gets score 0 and lies at the input's origin; a person
    whose box is not finite is dropped.

    Args:
        tensors: The one output.
        labels: K names of keypoints; empty for COCO's 17, or numbers when K is not 17.
        model_size: Width and height of the input.
        options: None means the defaults.
    """

    Options: ClassVar[type] = PoseOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        options: PoseOptions | None = None,
    ) -> None:
        options = options or PoseOptions()
        if len(tensors) != 1:
            raise UnsupportedModelError(
                f"A pose model has one output, this one has {len(tensors)}. "
                "Pass --decoder if this is another kind of model."
            )
        spec = tensors[0]
        self._people = 0
        self._grid: tuple[int, int] | None = None
        self._channel_first = options.channel_first
        if len(spec.shape) == 4 and spec.shape[0] == 1 and min(spec.shape[1:]) > 1:
            _, *sides = spec.shape
            if self._channel_first:
                sides = [*sides[1:], sides[0]]
            self._grid, self._count = (sides[0], sides[1]), sides[2]
        elif spec.shape[-1:] == (3,) and spec.size == 3 * spec.shape[-2]:
            self._count = spec.shape[-2]
        elif len(spec.shape) == 3 and (spec.shape[2] - _BOX_VALUES) % 3 == 0:
            self._people, self._count = (
                spec.shape[1],
                (spec.shape[2] - _BOX_VALUES) // 3,
            )
        else:
            raise UnsupportedModelError(
                f"Output '{spec.name}' has shape {spec.shape}; expected 1x1xKx3, "
                "1xNx(3K + 5) or heatmaps 1xHxWxK. Pass --decoder if this is another "
                "kind of model."
            )
        if spec.shape == (1, 6, 56) and model_size != (1, 1):
            _check_movenet(model_size)  # 1x1: a size that nobody has stated yet
        if labels and len(labels) != self._count:
            raise UnsupportedModelError(
                f"Output '{spec.name}' has {self._count} keypoints, but there are "
                f"{len(labels)} labels. Pass --labels with {self._count} names."
            )
        is_coco = self._count == len(COCO_KEYPOINTS)
        numbers = tuple(str(i) for i in range(self._count))
        self._labels = tuple(labels) or (COCO_KEYPOINTS if is_coco else numbers)
        self._skeleton = COCO_SKELETON if is_coco else ()
        self._levels = Levels(spec)
        self._model_size = np.asarray(model_size, np.float32)
        self._threshold = options.score_threshold
        self._most = options.max_detections

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Poses:
        """Return the people of one frame, best first."""
        if self._grid is not None:
            return self._of_heatmaps(outputs[0], letterbox, self._grid)
        reals = self._levels.real(outputs[0])
        if self._people:
            rows = reals.reshape(self._people, -1)
            points = rows[:, :-_BOX_VALUES].reshape(self._people, self._count, 3)
            # A broken box makes a broken score, which no threshold lets pass.
            scores = np.where(np.isfinite(rows[:, -5:]).all(axis=1), rows[:, -1], -1.0)
        else:
            points = reals.reshape(1, self._count, 3)
            scores = points[:, :, 2].mean(axis=1)
        order = np.argsort(-scores, kind="stable")
        # NaN fails this comparison, so people with a broken score are dropped.
        order = order[scores[order] >= np.float32(self._threshold)][: self._most]
        points = points[order]
        # Neither JSON nor a picture can show a value that is not finite.
        points[~np.isfinite(points).all(axis=2)] = 0.0
        model_points = points[:, :, [1, 0]] * self._model_size
        boxes = None
        if self._people:
            sides = rows[order][:, [-4, -5, -2, -3]] * np.tile(self._model_size, 2)
            boxes = letterbox.boxes_to_source(sides)
        return Poses(
            letterbox.points_to_source(model_points),
            np.clip(points[:, :, 2], 0.0, 1.0),
            np.clip(scores[order], 0.0, 1.0),
            self._labels,
            self._skeleton,
            boxes,
        )

    def _of_heatmaps(
        self, raw: npt.NDArray[Any], letterbox: Letterbox, grid: tuple[int, int]
    ) -> Poses:
        """Return one person, or nobody, from a heatmap per keypoint."""
        if self._channel_first:
            maps = np.moveaxis(raw.reshape(self._count, *grid), 0, 2)
        else:
            maps = raw.reshape(*grid, self._count)
        places, shares = best_places(np.ascontiguousarray(maps), self._levels)
        cell = self._model_size / np.asarray(grid[::-1], np.float32)
        total = shares.mean(keepdims=True)
        count = int(total[0] >= np.float32(self._threshold))
        return Poses(
            letterbox.points_to_source((places * cell)[np.newaxis][:count]),
            shares[np.newaxis][:count],
            total[:count],
            self._labels,
            self._skeleton,
        )


def _check_movenet(size: tuple[int, int]) -> None:
    """Refuse a size that MoveNet MultiPose does not take.

    Raises:
        UnsupportedModelError: A side is no multiple of 32.
    """
    if any(side % _MOVENET_STEP for side in size):
        fits = (max(1, round(side / _MOVENET_STEP)) * _MOVENET_STEP for side in size)
        raise UnsupportedModelError(
            f"MoveNet MultiPose takes pictures whose sides are multiples of "
            f"{_MOVENET_STEP}, got {size[0]}x{size[1]}. Pass --input-size "
            f"{'x'.join(map(str, fits))}; 256 for the longer side is usual."
        )
