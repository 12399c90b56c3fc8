"""Which pixels of the frame are the body, from the mask of its region."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...geometry import Letterbox
from ...results import InstanceMasks
from ...tensors import TensorSpec
from ..tensor_values import Levels

_FAR_FROM_A_BODY: Final = -100.0  # a logit


class BodyMask:
    """Bring a mask of logits from a region to the frame.

    Args:
        spec: The mask's tensor, (1, h, w, 1), logits.
        model_size: Width and height of the model's input.
    """

    def __init__(self, spec: TensorSpec, model_size: tuple[int, int]) -> None:
        self._shape = spec.shape[1:3]
        self._levels = Levels(spec)
        rows, columns = self._shape
        self._cells = np.array([columns / model_size[0], rows / model_size[1]])

    def of(
        self,
        raw: npt.NDArray[Any],
        letterbox: Letterbox,
        corners: npt.NDArray[np.float32],
    ) -> InstanceMasks:
        """Return the pixels whose score is 0.5 or more, as one mask.

        Args:
            raw: The mask's output.
            letterbox: Between the frame and the region.
            corners: float32 (4, 2), those of the region, in pixels of the frame.
        """
        size = letterbox.source_size
        low = np.floor(corners.min(axis=0)).clip(0, size).astype(np.int64)
        high = np.ceil(corners.max(axis=0)).clip(0, size).astype(np.int64)
        width, height = (high - low).tolist()
        if min(width, height) < 1:
            nothing = np.zeros((0, 0), np.bool_)
            return InstanceMasks(size, np.zeros((1, 2), np.int64), (nothing,))
        # The middle of a pixel is half a pixel from its index, here and in the mask.
        first = low + 0.5
        ends = first + np.array([[0, 0], [width, 0], [0, height]])
        places = letterbox.points_to_model(ends).astype(np.float64) * self._cells - 0.5
        across = (places[1] - places[0]) / width
        down = (places[2] - places[0]) / height
        part = cv2.warpAffine(
            self._levels.real(raw.reshape(self._shape)),
            np.stack([across, down, places[0]], axis=1),
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=_FAR_FROM_A_BODY,
        )
        return InstanceMasks(size, low[None], (part >= 0,))
