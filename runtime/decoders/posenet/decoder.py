"""Decode PoseNet: one person by the best place of each keypoint, or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError, unknown_name
from ...geometry import Letterbox
from ...results import COCO_KEYPOINTS, COCO_SKELETON, Poses
from ...tensors import TensorSpec
from ..heatmaps import Places, local_maxima
from ..options import Texts, check_count, check_share, texts_of
from ..tensor_values import ACTIVATIONS, Levels
from .layout import find_posenet_layout
from .people import KEYPOINTS, MOST_ROOTS, People, PoseMaps, find_people
from .sampling import GridMap


@dataclass(frozen=True, kw_only=True)
class PoseNetOptions:
    """Options of the decoder ``posenet``.

    Attributes:
        score_threshold: Smallest score of a person, 0..1: the mean of the keypoints'.
        max_detections: Most people per frame.
        keypoint_threshold: Smallest score of a keypoint that may begin a person, 0..1.
        nms_radius: Two keypoints of one kind that are nearer belong to one person, in
            pixels of the input.
        single: Look for one person only: the best place of each keypoint.
        activation: sigmoid when the heatmaps hold logits; none when they hold scores.
        roles: What each output is, in the model's order (heatmaps, offsets, forward,
            backward, middle ...); None means that channels and names show it.
    """

    score_threshold: float = 0.2
    max_detections: int = 20
    keypoint_threshold: float = 0.5
    nms_radius: float = 20.0
    single: bool = False
    activation: str = "sigmoid"
    roles: Texts | None = None

    def __post_init__(self) -> None:
        check_share("score_threshold", self.score_threshold)
        check_share("keypoint_threshold", self.keypoint_threshold)
        check_count("max_detections", self.max_detections)
        if not 0.0 <= self.nms_radius <= 1e6:
            raise ValueError(
                f"nms_radius must be pixels, 0 or more, got {self.nms_radius}."
            )
        if self.activation not in ACTIVATIONS:
            raise ValueError(unknown_name("activation", self.activation, ACTIVATIONS))


class PoseNetDecoder:
    """Turn PoseNet's maps into people.

    Tensors, in any order, float or integer, on one grid of H x W points; a point lies
    at its row and column times the stride (8, 16 or 32) in pixels of the input:

    - heatmaps (1, H, W, 17): how sure it is that a keypoint is near, logits or scores;
      COCO's keypoints.
    - offsets (1, H, W, 34): from the point to the keypoint, 17 times y, then x, in
      pixels of the input.
    - forward and backward (1, H, W, 32 each), or middle (1, H, W, 64), which is both:
      from a keypoint to its children in the tree of the body, and to its parent, 16
      times y, then x, in pixels of the input. Without them, one person is found.

    A person begins at a keypoint that is the best of its 3 x 3 points; the vectors lead
    to the others (PersonLab). Keypoints that a better person has do not count for the
    score of the next. Further maps (BodyPix) are not read.

    Args:
        tensors: The outputs, in the model's order.
        labels: 17 names of keypoints; empty for COCO's.
        model_size: Width and height of the input.
        options: None means the defaults.

    Attributes:
        layout: Roles of the outputs, and the stride.
    """

    Options: ClassVar[type] = PoseNetOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        options: PoseNetOptions | None = None,
    ) -> None:
        options = options or PoseNetOptions()
        self.layout = find_posenet_layout(
            tensors, model_size=model_size, roles=texts_of("roles", options.roles)
        )
        if labels and len(labels) != KEYPOINTS:
            raise UnsupportedModelError(
                f"PoseNet has {KEYPOINTS} keypoints, but there are {len(labels)} "
                f"labels. Pass --labels with {KEYPOINTS} names."
            )
        self._labels = tuple(labels) or COCO_KEYPOINTS
        self._specs = tuple(tensors)
        self._options = options
        self._is_logit = options.activation == "sigmoid"
        self._single = options.single or not self.layout.joins_people
        heatmaps = tensors[self.layout.roles["heatmaps"]]
        self._levels = Levels(heatmaps, activation=options.activation)
        self._floor = self._levels.floor(options.keypoint_threshold)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Poses:
        """Return the people of one frame, best first."""
        people = self._one(outputs) if self._single else self._several(outputs)
        places = people.points[:, :, ::-1] * np.float32(self.layout.stride)
        return Poses(
            letterbox.points_to_source(places),
            people.point_scores,
            people.scores,
            self._labels,
            COCO_SKELETON,
        )

    def _map(self, outputs: Sequence[npt.NDArray[Any]], role: str) -> npt.NDArray[Any]:
        """Return one output as (rows, columns, channels)."""
        shape = (self.layout.rows, self.layout.columns, -1)
        return outputs[self.layout.roles[role]].reshape(shape)

    def _one(self, outputs: Sequence[npt.NDArray[Any]]) -> People:
        """Return the best place of each keypoint, as one person or nobody."""
        heatmaps = self._map(outputs, "heatmaps").reshape(-1, KEYPOINTS)
        if heatmaps.dtype.kind == "f":
            heatmaps = np.nan_to_num(heatmaps, nan=-np.inf, posinf=None)
        kinds = np.arange(KEYPOINTS)
        best = heatmaps.argmax(axis=0)
        scores = self._levels.real(heatmaps[best, kinds]).clip(0.0, 1.0)
        offsets = self._map(outputs, "offsets").reshape(-1, 2, KEYPOINTS)
        spec = self._specs[self.layout.roles["offsets"]]
        moves = Levels(spec).real(offsets[best, :, kinds]) / self.layout.stride
        points = np.stack(np.divmod(best, self.layout.columns), axis=1) + moves
        # Neither JSON nor a picture can show a value that is not finite.
        broken = ~np.isfinite(points).all(axis=1)
        points[broken], scores[broken] = 0.0, 0.0
        total = scores.mean(keepdims=True)
        count = int(total[0] >= self._options.score_threshold)
        return People(
            points[np.newaxis][:count].astype(np.float32),
            scores[np.newaxis][:count],
            total[:count],
        )

    def _several(self, outputs: Sequence[npt.NDArray[Any]]) -> People:
        """Return people who are joined by the vectors between keypoints."""
        roles, stride = self.layout.roles, float(self.layout.stride)
        heatmaps = self._map(outputs, "heatmaps")
        forward, backward, start = "forward", "backward", 0
        if "middle" in roles:
            forward = backward = "middle"
            start = 32
        offsets, forward_map, backward_map = (
            GridMap(self._map(outputs, role), self._specs[roles[role]], stride)
            for role in ("offsets", forward, backward)
        )
        maps = PoseMaps(
            GridMap(heatmaps, self._specs[roles["heatmaps"]]),
            offsets,
            forward_map,
            backward_map,
            start,
            self._is_logit,
        )
        return find_people(
            maps,
            self._roots(heatmaps),
            score_threshold=self._options.score_threshold,
            radius=self._options.nms_radius / stride,
            most=self._options.max_detections,
        )

    def _roots(self, heatmaps: npt.NDArray[Any]) -> tuple[Places, Places, Places]:
        """Return the keypoints that may begin a person, the best first."""
        peaks = local_maxima(heatmaps, self._floor, MOST_ROOTS)
        if not self._is_logit or heatmaps.dtype.kind != "f":
            return peaks
        # The floor of logits is a lower bound.
        least = np.float32(self._options.keypoint_threshold)
        passing = self._levels.real(heatmaps[peaks]) >= least
        rows, columns, kinds = peaks
        return rows[passing], columns[passing], kinds[passing]
