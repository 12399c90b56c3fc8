"""The unit of a head's boxes: pixels of the input, or shares of its sides."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_Raw = npt.NDArray[Any]

# A normalized center lies within a stride or two of the picture.
_FARTHEST_CENTER: Final = 2.0

# The coarsest level of a head has strides of 64 pixels, and 16 of them are the longest
# distance from a cell to a side.
_LONGEST: Final = 16 * 64


class BoxUnit:
    """Know the unit of boxes from the start, or learn it from what frames prove.

    A quantized tensor in pixels must be able to hold the far side of the input; one
    that cannot is normalized. Of floats, frames show it: centers of all cells cover the
    picture, so they reach its far side in pixels and about 1 otherwise. How wide a box
    is proves nothing: normalized widths of YOLOv5 reach four anchors (6.7 at 224). Rows
    that a graph has chosen prove pixels as soon as one is beyond all shares; until then
    small boxes are possible, and the next frame is asked again.

    Args:
        units: pixel, normalized, or auto: by the values.
        high: The largest value that the tensor can hold; None for floats.
        model_size: Width and height of the input.
        has_ids: Class numbers are in the same tensor as the boxes.
        is_dense: There is a box for every cell.
        is_centers: Boxes are center, width and height; else they are two corners.
    """

    def __init__(
        self,
        units: str,
        *,
        high: float | None,
        model_size: tuple[int, int],
        has_ids: bool,
        is_dense: bool,
        is_centers: bool,
    ) -> None:
        self._shares = (float(model_size[0]), float(model_size[1]))
        self._side = float(max(model_size))
        self._is_dense, self._is_centers = is_dense, is_centers
        self._known: tuple[float, float] | None = None
        if units == "auto" and high is not None:
            units = self._by_range(high, has_ids=has_ids)
        if units == "pixel":
            self._known = (1.0, 1.0)
        elif units == "normalized":
            self._known = self._shares

    @property
    def known(self) -> tuple[float, float] | None:
        """Return what a coordinate is multiplied by; None while nothing proves it."""
        return self._known

    def of(self, every: _Raw, chosen: _Raw) -> tuple[float, float]:
        """Return what a frame's coordinates are multiplied by.

        Args:
            every: The boxes of all candidates, reals (4, N).
            chosen: Those whose scores pass, (4, K).
        """
        if self._known is not None:
            return self._known
        if self._are_pixels(every, chosen):
            self._known = (1.0, 1.0)
            return self._known
        if self._is_dense and self._is_centers and _covers(every):
            self._known = self._shares
        return self._shares

    def _by_range(self, high: float, *, has_ids: bool) -> str:
        if high < self._side / 2:
            return "normalized"
        return "auto" if has_ids else "pixel"  # it may be the class numbers' range

    def _are_pixels(self, every: _Raw, chosen: _Raw) -> bool:
        if not self._is_centers:
            return _largest(chosen) > 1 + _LONGEST / self._side
        if _largest(chosen[:2]) > _FARTHEST_CENTER:
            return True
        limit = max(_FARTHEST_CENTER, self._side / 8)
        return self._is_dense and _largest(every[:2]) > limit


def _largest(values: _Raw) -> float:
    finite = values[np.isfinite(values)]
    largest: float = np.max(finite, initial=0.0)
    return float(largest)


def _covers(boxes: _Raw) -> bool:
    """Return whether most cells have a box: a frame of zeros shows nothing."""
    return bool(2 * np.count_nonzero(boxes[0]) > boxes.shape[1])
