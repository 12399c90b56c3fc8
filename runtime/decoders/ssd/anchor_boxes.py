"""Boxes from the numbers of a head and the anchors that they are relative to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ...geometry import Boxes, from_centers
from .anchor_layers import Anchors

BOX_ORDERS: Final = ("yxhw", "xywh", "ltrb", "yxyx", "xyxy")
WHOLE: Final = ("yxyx", "xyxy")
"""The orders that are boxes already, not offsets."""

# exp() of a larger number gives no real box: 20,000 times its anchor.
_LARGEST_LOG: Final = 10.0


class AnchorBoxes:
    """Turn rows of a head into boxes.

    Args:
        anchors: float32 (N, 4): center x, center y, width, height, normalized; None for
            the orders that need none.
        order: A name from :data:`BOX_ORDERS`.
        scales: What offsets of y, x, height, width were multiplied with; for ltrb those
            of left, top, right, bottom.
    """

    def __init__(
        self, anchors: Anchors | None, order: str, scales: Sequence[float]
    ) -> None:
        self._order = order
        self._anchors = anchors
        self._is_whole = order in WHOLE
        self._turn = [1, 0, 3, 2] if order in ("yxhw", "yxyx") else [0, 1, 2, 3]
        divisors = np.asarray(scales, np.float32)
        self._divisors = divisors if order == "ltrb" else divisors[[1, 0, 3, 2]]

    def boxes(
        self,
        values: npt.NDArray[np.float32],
        where: npt.NDArray[np.intp],
        corners: Boxes | None = None,
    ) -> Boxes:
        """Return float32 (N, 4) boxes xyxy, normalized.

        Args:
            values: (N, 4): the real numbers of some rows.
            where: (N,): the anchors that they belong to.
            corners: (N, 4): left, top, right, bottom of these anchors, where the
                model's own outputs hold them.
        """
        values = values[:, self._turn]
        if self._is_whole:
            return values
        if corners is not None:
            low, high = corners[:, :2], corners[:, 2:]
            anchors = np.concatenate([(low + high) / 2, high - low], axis=1)
        elif self._anchors is None:
            raise ValueError(f"Boxes in the order {self._order} need anchors.")
        else:
            anchors = self._anchors[where]
        offsets = values / self._divisors
        sides = anchors[:, 2:]
        if self._order == "ltrb":
            moved: Boxes = from_centers(anchors) + offsets * np.tile(sides, 2)
            return moved
        centers = offsets[:, :2] * sides + anchors[:, :2]
        sides = np.exp(np.minimum(offsets[:, 2:], _LARGEST_LOG)) * sides
        return from_centers(np.concatenate([centers, sides], axis=1))

    def keypoints(
        self, values: npt.NDArray[np.float32], where: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.float32]:
        """Return float32 (N, K, 2) x and y, normalized.

        Args:
            values: (N, 2 K): the real numbers of some rows, x and y of each.
            where: (N,): the anchors that they belong to.
        """
        points = values.reshape(len(values), -1, 2)
        if self._anchors is None:
            return points
        anchors = self._anchors[where, None]
        return points / self._divisors[:2] * anchors[..., 2:] + anchors[..., :2]
