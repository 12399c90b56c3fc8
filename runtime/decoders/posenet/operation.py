"""Decode what Coral's operation for PoseNet made: people, sorted in the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...geometry import Letterbox
from ...results import COCO_KEYPOINTS, COCO_SKELETON, Poses
from ...tensors import TensorSpec
from ..options import Texts, check_count, check_share, texts_of
from .people import KEYPOINTS

ROLES: Final = ("keypoints", "keypoint-scores", "scores", "count")
"""The operation's outputs, in its own order; BodyPix has masks behind them."""
OTHER: Final = "other"


@dataclass(frozen=True, kw_only=True)
class PoseNetOpOptions:
    """Options of the decoder ``posenet-op``.

    Attributes:
        score_threshold: Smallest score of a person, 0..1.
        max_detections: Most people per frame.
        roles: What each output is, in the model's order: keypoints, keypoint-scores,
            scores, count, or other for what is not read; None means the operation's
            order.
    """

    score_threshold: float = 0.2
    max_detections: int = 20
    roles: Texts | None = None

    def __post_init__(self) -> None:
        check_share("score_threshold", self.score_threshold)
        check_count("max_detections", self.max_detections)


class PoseNetOpDecoder:
    """Turn the outputs of Coral's ``PosenetDecoderOp`` into people.

    The operation is Coral's own: a delegate library that has it must be passed.

    Tensors, float32, whose sizes a file may leave open:

    - keypoints (1, N, 17, 2): y and x in pixels of the input, COCO's keypoints.
    - keypoint-scores (1, N, 17): 0..1.
    - scores (1, N): of the people, 0..1.
    - count: how many rows are in use; the others are not read.

    Args:
        tensors: The outputs, in the model's order.
        labels: 17 names of keypoints; empty for COCO's.
        model_size: Not used.
        options: None means the defaults.
    """

    Options: ClassVar[type] = PoseNetOpOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int] | None = None,
        options: PoseNetOpOptions | None = None,
    ) -> None:
        self._options = options or PoseNetOpOptions()
        if len(tensors) < len(ROLES):
            raise UnsupportedModelError(
                f"Coral's operation for PoseNet has at least {len(ROLES)} outputs, "
                f"this model has {len(tensors)}. Pass --decoder posenet for the maps "
                "of a file without it."
            )
        more = (OTHER,) * (len(tensors) - len(ROLES))
        roles = texts_of("roles", self._options.roles) or (*ROLES, *more)
        at = {role: i for i, role in enumerate(roles)}
        if len(roles) != len(tensors) or set(at) - {OTHER} != set(ROLES):
            raise ValueError(
                f"roles must name {', '.join(ROLES)} once each among the "
                f"{len(tensors)} outputs, and others as other, got {', '.join(roles)}."
            )
        self._at = at
        if labels and len(labels) != KEYPOINTS:
            raise UnsupportedModelError(
                f"PoseNet has {KEYPOINTS} keypoints, but there are {len(labels)} "
                f"labels. Pass --labels with {KEYPOINTS} names."
            )
        self._labels = tuple(labels) or COCO_KEYPOINTS

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Poses:
        """Return the people of one frame, best first."""
        points, shares, scores, count = (
            np.array(outputs[self._at[role]], np.float32) for role in ROLES
        )
        scores = scores.reshape(-1)
        points = points.reshape(len(scores), KEYPOINTS, 2)
        shares = shares.reshape(len(scores), KEYPOINTS)
        used = float(count.reshape(-1)[0])
        # NaN fails this comparison, so people with a broken score are dropped.
        chosen = scores >= np.float32(self._options.score_threshold)
        chosen[int(used) if 0 <= used < len(scores) else len(scores) :] = False
        order = np.flatnonzero(chosen)
        order = order[np.argsort(-scores[order], kind="stable")]
        order = order[: self._options.max_detections]
        points, shares = points[order], shares[order]
        # Neither JSON nor a picture can show a value that is not finite.
        broken = ~(np.isfinite(points).all(axis=2) & np.isfinite(shares))
        points[broken], shares[broken] = 0.0, 0.0
        return Poses(
            letterbox.points_to_source(points[:, :, ::-1]),
            shares.clip(0.0, 1.0),
            scores[order].clip(0.0, 1.0),
            self._labels,
            COCO_SKELETON,
        )
