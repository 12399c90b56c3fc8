"""Decode BodyPix: people as keypoints, and what part of a body each pixel shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import cv2
import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...geometry import Letterbox
from ...results import Heads, Segmentation
from ...tensors import TensorSpec
from ..options import check_share
from ..segmentation import segmentation_of
from ..tensor_values import Levels
from .decoder import PoseNetDecoder, PoseNetOptions

PARTS: Final = (
    *("left face", "right face"),
    *("left upper arm front", "left upper arm back"),
    *("right upper arm front", "right upper arm back"),
    *("left lower arm front", "left lower arm back"),
    *("right lower arm front", "right lower arm back"),
    *("left hand", "right hand", "torso front", "torso back"),
    *("left upper leg front", "left upper leg back"),
    *("right upper leg front", "right upper leg back"),
    *("left lower leg front", "left lower leg back"),
    *("right lower leg front", "right lower leg back"),
    *("left foot", "right foot"),
)
"""BodyPix' parts, in the order of its channels."""


@dataclass(frozen=True, kw_only=True)
class BodyPixOptions(PoseNetOptions):
    """Options of the decoder ``bodypix``: those of ``posenet``, and of the mask.

    Attributes:
        mask_threshold: Smallest score of a pixel that shows a person, 0..1.
        parts: Whether the mask has 24 parts of a body, where the model has them; false
            is persons only, and faster.
    """

    mask_threshold: float = 0.7
    parts: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_share("mask_threshold", self.mask_threshold)


class BodyPixDecoder:
    """Turn BodyPix' maps into people and a mask.

    Tensors, in any order: those of :class:`~.decoder.PoseNetDecoder`, and on the same
    grid, float or integer:

    - segments (1, H, W, 1): the logit that a person is there.
    - parts (1, H, W, 24), or none: a logit per part of a body.

    The result has two heads: ``body``, the part that each pixel of the frame shows (or
    ``person``; class 0 is the background), and ``people``, their keypoints. Maps are
    interpolated to the input's size. Long offsets, which tell whose pixel it is, and
    offsets within parts are not read.

    Args:
        tensors: The outputs, in the model's order.
        labels: 24 names of parts; empty for BodyPix' own.
        model_size: Width and height of the input.
        options: None means the defaults.
    """

    Options: ClassVar[type] = BodyPixOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        options: BodyPixOptions | None = None,
    ) -> None:
        options = options or BodyPixOptions()
        self._people = PoseNetDecoder(tensors, model_size=model_size, options=options)
        layout = self._people.layout
        if "segments" not in layout.roles:
            raise UnsupportedModelError(
                "BodyPix has a map of one channel that says where people are, and this "
                "model has none. Pass --decoder posenet for its keypoints."
            )
        if labels and len(labels) != len(PARTS):
            raise UnsupportedModelError(
                f"BodyPix has {len(PARTS)} parts, but there are {len(labels)} labels. "
                f"Pass --labels with {len(PARTS)} texts."
            )
        self._segments = layout.roles["segments"]
        self._parts = layout.roles.get("parts") if options.parts else None
        names = ("person",) if self._parts is None else tuple(labels) or PARTS
        self._labels = ("background", *names)
        self._grid = (layout.rows, layout.columns)
        self._stride = layout.stride
        self._size = model_size
        self._levels = {
            i: Levels(tensors[i])
            for i in (self._segments, self._parts)
            if i is not None
        }
        share = np.float64(options.mask_threshold)
        with np.errstate(divide="ignore"):
            self._floor = np.float32(np.log(share) - np.log1p(-share))

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Heads:
        """Return ``body`` and ``people`` of one frame."""
        return Heads(
            {
                "body": self._body(outputs, letterbox),
                "people": self._people.decode(outputs, letterbox),
            }
        )

    def _body(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Segmentation:
        where = (0, 0, *self._size)
        segments = self._real(outputs, self._segments)
        mask = (_enlarged(segments, 0, self._stride, where) >= self._floor).view(
            np.uint8
        )
        left, top, width, height = cv2.boundingRect(mask)
        if self._parts is not None and width:
            # Parts are looked at where people are: most of a picture shows none.
            inside = mask[top : top + height, left : left + width]
            parts = self._real(outputs, self._parts)
            inside *= _best_part(parts, self._stride, (left, top, width, height))
        return segmentation_of(mask, letterbox, self._labels)

    def _real(
        self, outputs: Sequence[npt.NDArray[Any]], position: int
    ) -> npt.NDArray[np.float32]:
        raw = outputs[position].reshape(*self._grid, -1)
        return self._levels[position].real(raw)


def _best_part(
    parts: npt.NDArray[np.float32], stride: int, where: tuple[int, int, int, int]
) -> npt.NDArray[np.uint8]:
    """Return the number of the best part in a region of the input, from 1.

    Between four points a part lies between its least and its largest value there. It is
    enlarged only where the largest may win, which is a small part of the picture.
    """
    left, top, width, height = where
    best = np.full((height, width), -np.inf, np.float32)
    numbers = np.ones(best.shape, np.uint8)
    corners = [parts[:-1, :-1], parts[:-1, 1:], parts[1:, :-1], parts[1:, 1:]]
    upper, lower = np.maximum.reduce(corners), np.minimum.reduce(corners)
    may_win = upper >= lower.max(axis=2, keepdims=True)
    for channel in range(parts.shape[2]):
        rows, columns = np.nonzero(may_win[:, :, channel])
        if len(rows) == 0:
            continue
        y, y_end = _pixels(rows, parts.shape[0] - 2, stride, top, height)
        x, x_end = _pixels(columns, parts.shape[1] - 2, stride, left, width)
        if y >= y_end or x >= x_end:
            continue
        here = (slice(y, y_end), slice(x, x_end))
        region = (left + x, top + y, x_end - x, y_end - y)
        other = _enlarged(parts, channel, stride, region)
        numbers[here][other > best[here]] = channel + 1
        np.maximum(best[here], other, out=best[here])
    return numbers


def _pixels(
    squares: npt.NDArray[np.intp], last: int, stride: int, start: int, length: int
) -> tuple[int, int]:
    """Return which pixels of a region, on one axis, lie in squares between points."""
    first, final = int(squares.min()), int(squares.max())
    begin = 0 if first == 0 else first * stride - 1 - start
    end = length if final == last else (final + 1) * stride + 1 - start
    return max(0, begin), min(length, end)


def _enlarged(
    grid: npt.NDArray[np.float32],
    channel: int,
    stride: int,
    where: tuple[int, int, int, int],
) -> npt.NDArray[np.float32]:
    """Return one channel at each pixel of a region of the input.

    Args:
        grid: (rows, columns, channels); a point lies at multiples of the stride.
        channel: Which of its channels.
        stride: Pixels between two points.
        where: x, y, width and height of the region.
    """
    x, y, width, height = where
    # The middle of a pixel is half a pixel from its corner.
    step = 1.0 / stride
    matrix = np.asarray(
        [[step, 0.0, (x + 0.5) * step], [0.0, step, (y + 0.5) * step]], np.float64
    )
    return np.asarray(
        cv2.warpAffine(
            np.ascontiguousarray(grid[:, :, channel]),
            matrix,
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )
