"""Decode the instance segmentation of the YOLO family: boxes with masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

import cv2
import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...geometry import Letterbox
from ...results import Detections, InstanceMasks, Part
from ...tensors import TensorSpec, shapes_of
from ..tensor_values import Levels
from .head import YoloDecoder
from .options import YoloOptions

_Raw = npt.NDArray[Any]
_MOST_PROTOTYPES: Final = 256


@dataclass(frozen=True, kw_only=True)
class YoloSegmentOptions(YoloOptions):
    """Options of the decoder ``yolo-segment``.

    Attributes:
        max_detections: Most objects per frame.
    """

    max_detections: int = 100


class YoloSegmentDecoder(YoloDecoder):
    """Turn a YOLO head with mask coefficients into detections with masks.

    Tensors, in any order, float or integer of 8 or 16 bits:

    - a head of :class:`~.head.YoloDecoder` in one tensor, with M more channels behind
      the classes (behind the class_id in an end-to-end head): (1, 4 + classes + M,
      anchors).
    - M prototype masks of the whole input (1, h, w, M) or (1, M, h, w). An object's
      mask is their sum, weighted by its coefficients, where that is above 0 within
      its box.

    Args:
        tensors: The two outputs, in the model's order.
        labels: One text per class; empty for numbers.
        model_size: Width and height of the input.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.
    """

    Options: ClassVar[type] = YoloSegmentOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str] | None = None,
        options: YoloSegmentOptions | None = None,
    ) -> None:
        position, prototypes, channel_first = find_prototypes(tensors, model_size)
        self._positions = (position, 1 - position)
        self._is_planar = channel_first
        spec = tensors[prototypes]
        self._extra = spec.shape[1 if channel_first else 3]
        self._levels = Levels(spec)
        super().__init__(
            [tensors[position]],
            labels=labels,
            model_size=model_size,
            hierarchy=hierarchy,
            options=options or YoloSegmentOptions(),
        )

    def decode(self, outputs: Sequence[_Raw], letterbox: Letterbox) -> Detections:
        """Return the objects of one frame with their masks, best first."""
        head, prototypes = (outputs[i] for i in self._positions)
        detections, coefficients = self._find([head], letterbox)
        planes = prototypes[0]
        if self._is_planar:
            planes = planes.transpose(1, 2, 0)
        corners = np.floor(detections.boxes[:, :2]).astype(np.int64)
        ends = np.ceil(detections.boxes[:, 2:]).astype(np.int64)
        parts = tuple(
            self._mask(planes, weights, box, letterbox)
            for weights, box in zip(
                coefficients, np.hstack([corners, ends]).tolist(), strict=True
            )
        )
        masks = InstanceMasks(letterbox.source_size, corners, parts)
        return replace(detections, masks=masks)

    def _mask(
        self,
        planes: _Raw,
        weights: npt.NDArray[np.float32],
        box: Sequence[int],
        letterbox: Letterbox,
    ) -> Part:
        """Return which pixels of a box of the frame are the object's, bool (h, w).

        The sum is computed at the prototypes' size within the box, interpolated to the
        frame, and only then compared with 0: edges stay smooth.
        """
        # Per axis: the middle of the frame's pixel i lies at slope × i + start in the
        # prototypes, whose own middles lie at whole numbers.
        left, top, right, bottom = box
        slopes, starts, regions = [], [], []
        size = (planes.shape[1], planes.shape[0])
        for axis, (low, high) in enumerate(((left, right), (top, bottom))):
            per_model = size[axis] / letterbox.model_size[axis]
            slope = letterbox.ratio[axis] * per_model
            start = (
                (low + 0.5) * letterbox.ratio[axis] + letterbox.offset[axis]
            ) * per_model - 0.5
            first = min(max(0, int(np.floor(start)) - 1), size[axis] - 1)
            last = int(np.ceil(start + slope * (high - 1 - low))) + 2
            last = min(max(first + 1, last), size[axis])
            slopes.append(slope)
            starts.append(start - first)
            regions.append(slice(first, last))
        # Values that are not finite belong to no object; they cause no warning.
        with np.errstate(invalid="ignore", over="ignore"):
            sums = self._levels.real(planes[regions[1], regions[0]]) @ weights
        matrix = np.asarray(
            [[slopes[0], 0.0, starts[0]], [0.0, slopes[1], starts[1]]], np.float64
        )
        full = cv2.warpAffine(
            np.ascontiguousarray(sums, np.float32),
            matrix,
            (right - left, bottom - top),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(full > 0.0)


def find_prototypes(
    tensors: Sequence[TensorSpec], model_size: tuple[int, int]
) -> tuple[int, int, bool]:
    """Return where the head and the prototypes are, and whether planes come first.

    Raises:
        UnsupportedModelError: The tensors are not a head and prototypes.
    """
    width, height = model_size
    if len(tensors) == 2:
        for prototypes in (0, 1):
            shape = tensors[prototypes].shape
            if len(tensors[1 - prototypes].shape) != 3 or len(shape) != 4:
                continue
            for channel_first in (False, True):
                rows, columns = shape[2:] if channel_first else shape[1:3]
                count = shape[1] if channel_first else shape[3]
                # Height and width must be the same fraction of the input's.
                if (
                    shape[0] == 1
                    and rows * width == columns * height
                    and 1 < rows <= height
                    and 1 < count <= _MOST_PROTOTYPES
                    and count < rows
                ):
                    return 1 - prototypes, prototypes, channel_first
    words = shapes_of(tensors)
    raise UnsupportedModelError(
        f"Outputs {words or 'none'} are no YOLO head with prototype masks for a "
        f"{width}x{height} input; expected (1, 4 + classes + 32, anchors) and "
        f"(1, {height // 4}, {width // 4}, 32). Pass --decoder if this is another kind "
        "of model."
    )
