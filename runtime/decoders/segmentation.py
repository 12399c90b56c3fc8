"""Decode maps of classes, or of a score per class, for every pixel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError
from ..geometry import Letterbox
from ..labels import Level, label_of, roll_up
from ..results import Mask, Segmentation
from ..tensors import TensorSpec
from .options import check_share
from .tensor_values import Levels

_MOST_CLASSES = 65_536
_CHANNELS_AT_ONCE = 128
_MOST_SMOOTH = 512


@dataclass(frozen=True, kw_only=True)
class SegmentationOptions:
    """Options of the decoder ``segmentation``.

    Attributes:
        channel_first: The output is (1, C, H, W).
        threshold: For a single channel, and for ``independent`` ones: smallest score,
            0..1, of a pixel that is no background.
        activation: For the same: sigmoid when the channels hold logits, so that a
            ``threshold`` of 0.5 cuts them at 0; none when they hold scores.
        independent: For several channels that do not exclude each other (sigmoids) and
            of which none is the background: a pixel whose best score is below
            ``threshold`` is class 0, the background, and the first channel is class 1.
        level: Report the winner's ancestor on this level; None reports the winner.
    """

    channel_first: bool = False
    threshold: float = 0.5
    activation: str = "none"
    independent: bool = False
    level: Level | None = None

    def __post_init__(self) -> None:
        check_share("threshold", self.threshold)


class SegmentationDecoder:
    """Turn one output into the class of every pixel of the frame.

    Tensors, one output:

    - (1, H, W) or (1, H, W, 1) of any integer type: class_ids (a graph that ends in
      ARG_MAX).
    - (1, H, W, C), float or integer: one logit or score per class; the largest wins, so
      they need no dequantizing.
    - (1, H, W, 1) float, or quantized with a scale: the score of class 1 of two, with
      ``threshold``; class 0 is the background. (1, H x W) is the same, flat, where H
      and W are the input's.

    H and W may be smaller than the input's; scores are then interpolated, class_ids
    repeated. The frame's part of a letterboxed input is cut out first.

    Args:
        tensors: The one output.
        labels: One text per class; empty for numbers. Where class 0 is the background,
            it may be left out.
        model_size: Width and height of the input.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.

    Attributes:
        class_count: Number of classes; 0 where the tensor does not show it.
    """

    Options: ClassVar[type] = SegmentationOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str] | None = None,
        options: SegmentationOptions | None = None,
    ) -> None:
        options = options or SegmentationOptions()
        self._channel_first = channel_first = options.channel_first
        if len(tensors) != 1:
            raise UnsupportedModelError(
                f"A segmentation model has one output, this one has {len(tensors)}. "
                "Pass --decoder if this is another kind of model."
            )
        spec = tensors[0]
        shape = spec.shape[1:] if spec.shape[:1] == (1,) else spec.shape
        if shape == (model_size[0] * model_size[1],):
            shape = (model_size[1], model_size[0])
        forms = [a * model_size[0] == b * model_size[1] for a, b in pairwise(shape)]
        if forms == [False, True] and not channel_first:
            raise UnsupportedModelError(
                f"Output '{spec.name}' has shape {spec.shape}: its last two numbers "
                f"have the form of the {model_size[0]}x{model_size[1]} input, so its "
                "channels come first. Pass --option channel_first=true."
            )
        if len(shape) == 3 and channel_first:
            shape = (shape[1], shape[2], shape[0])
        if len(shape) not in (2, 3) or min(shape) < 1 or shape[2:] > (_MOST_CLASSES,):
            raise UnsupportedModelError(
                f"Output '{spec.name}' has shape {spec.shape}; expected class_ids "
                "1xHxW or scores 1xHxWxC. Pass --decoder if this is another kind of "
                "model."
            )
        self._rows, self._columns = shape[:2]
        self._channels = shape[2] if len(shape) == 3 else 1
        self._labels = tuple(labels)
        self._model_size = model_size
        is_score = spec.dtype.kind == "f" or spec.is_quantized
        self._binary = self._channels == 1 and is_score
        if self._channels == 1 and spec.dtype.kind not in "iu" and not self._binary:
            raise UnsupportedModelError(
                f"Output '{spec.name}' has dtype {spec.dtype}; expected integers or "
                "floats."
            )
        self._cuts = self._binary or (options.independent and self._channels > 1)
        if self._cuts:
            self._levels = Levels(spec, activation=options.activation)
            self._floor = _floor(self._levels, options, spec)
        self.class_count = 2 if self._binary else 0
        if self._channels > 1:
            self.class_count = self._channels + int(options.independent)
        if self._cuts and len(self._labels) == self.class_count - 1:
            self._labels = ("background", *self._labels)
        if labels and self.class_count and len(self._labels) < self.class_count:
            raise UnsupportedModelError(
                f"Output '{spec.name}' has {self.class_count} classes, but there are "
                f"{len(labels)} labels. Pass --labels with {self.class_count} texts."
            )
        self._nodes: npt.NDArray[np.int64] | None = None
        if options.level is not None:
            count = self.class_count or len(self._labels)
            rolled = roll_up(self._labels, hierarchy or {}, options.level, count=count)
            self._labels, self._nodes = rolled.labels, rolled.nodes

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Segmentation:
        """Return the class of every pixel of one frame."""
        small = self._classes(outputs[0])
        if self._nodes is not None:
            # A map of class_ids may hold a number that has no label.
            known = np.minimum(small, len(self._nodes))
            nodes = np.append(self._nodes, len(self._labels))
            small = _narrow(nodes[known], len(self._labels) + 1)
        return segmentation_of(small, letterbox, self._labels)

    def _classes(self, raw: npt.NDArray[Any]) -> Mask:
        """Return class_ids (h, w), at the output's or the input's size."""
        if self._channels == 1:
            values = raw.reshape(self._rows, self._columns)
            if self._binary:
                return (self._smooth(values) >= self._floor).astype(np.uint8)
            low, high = int(values.min()), int(values.max())
            if low < 0 or high >= _MOST_CLASSES:
                raise UnsupportedModelError(
                    f"The mask holds class {low if low < 0 else high}; 0 to "
                    f"{_MOST_CLASSES - 1} was expected. Pass --decoder if this output "
                    "holds something else."
                )
            return _narrow(values, high + 1)
        if self._channel_first:
            scores = raw.reshape(self._channels, self._rows, self._columns)
            scores = np.moveaxis(scores, 0, 2)
        else:
            scores = raw.reshape(self._rows, self._columns, self._channels)
        if self._channels <= _MOST_SMOOTH:
            # Interpolated scores draw smoother edges than repeated winners.
            scores = self._smooth(scores)
        best = scores.argmax(axis=2)
        if self._cuts:
            best = np.where(scores.max(axis=2) >= self._floor, best + 1, 0)
        return _narrow(best, self.class_count)

    def _smooth(self, scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return scores, or logits, interpolated where the input is larger."""
        width, height = self._model_size
        if self._columns >= width and self._rows >= height:
            return scores
        deep = scores.reshape(self._rows, self._columns, -1)
        large = enlarged(deep, self._model_size)
        return large if scores.ndim == 3 else large[:, :, 0]


def segmentation_of(
    small: Mask, letterbox: Letterbox, labels: tuple[str, ...]
) -> Segmentation:
    """Return the classes of a frame from those of the model's input.

    Args:
        small: (h, w), class_ids of the input, at any size.
        letterbox: How the frame was laid into the input.
        labels: One text per class; a missing one is shown as the number.
    """
    mask = _in_frame(small, letterbox)
    counts = np.bincount(mask.reshape(-1))
    present = np.flatnonzero(counts)
    present = present[np.argsort(-counts[present], kind="stable")]
    return Segmentation(
        mask,
        present.astype(np.int64),
        (counts[present] / mask.size).astype(np.float32),
        tuple(label_of(labels, i) for i in present.tolist()),
    )


def _in_frame(small: Mask, letterbox: Letterbox) -> Mask:
    """Cut out the frame's part and repeat it to the frame's size."""
    crop_x, crop_y, crop_width, crop_height = letterbox.crop
    rows, columns = (
        _cells(
            letterbox.crop[axis + 2],
            letterbox.content[axis::2],
            letterbox.model_size[axis],
            small.shape[1 - axis],
        )
        for axis in (1, 0)
    )
    # Repeat within the rows first; then whole rows are copied, which is fast.
    filled = small.take(columns, axis=1).take(rows, axis=0)
    if (crop_width, crop_height) == letterbox.source_size:
        return _narrow(filled, int(np.iinfo(small.dtype).max))
    # The part that a center crop left out is unknown: class 0, the background.
    source_width, source_height = letterbox.source_size
    mask = np.zeros((source_height, source_width), small.dtype)
    mask[crop_y : crop_y + crop_height, crop_x : crop_x + crop_width] = filled
    return _narrow(mask, int(np.iinfo(small.dtype).max))


def _floor(
    levels: Levels, options: SegmentationOptions, spec: TensorSpec
) -> float | int:
    """Return the raw value from which on a pixel is no background."""
    share = options.threshold
    if spec.dtype.kind == "f" and options.activation == "sigmoid" and 0 < share < 1:
        # Exact: the logit of one half is 0.
        return float(np.float32(np.log(share / (1 - share))))
    return levels.floor(share)


def _cells(
    pixels: int, content: tuple[int, ...], model_side: int, cells: int
) -> npt.NDArray[np.intp]:
    """Return the cell of the map in which the middle of each pixel lies, one axis."""
    start, length = content
    # OpenCV's INTER_NEAREST takes a pixel's corner, which shifts the map by half a
    # pixel. Integers give a middle on the edge of two cells always to the same one.
    middles = 2 * pixels * start + (2 * np.arange(pixels) + 1) * length
    return np.asarray(middles * cells // (2 * pixels * model_side), np.intp)


def _narrow(class_ids: npt.NDArray[Any], count: int) -> Mask:
    """Return class_ids in the smallest type that holds ``count`` classes."""
    if count <= 256:
        return np.asarray(class_ids, np.uint8)
    return np.asarray(class_ids, np.uint16)


def enlarged(
    scores: npt.NDArray[Any], size: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """Return scores interpolated to another size.

    Args:
        scores: (h, w, C) of any number of channels; OpenCV 5 takes 128 at a time, and
            no int8.
        size: Width and height.

    Returns:
        float32 (H, W, C).
    """
    width, height = size
    count = scores.shape[2]
    plain = scores.astype(np.float32)
    if count <= _CHANNELS_AT_ONCE:
        whole = np.asarray(cv2.resize(plain, size), np.float32)
        return whole.reshape(height, width, count)
    larger = np.empty((height, width, count), np.float32)
    for first in range(0, count, _CHANNELS_AT_ONCE):
        part = np.ascontiguousarray(plain[:, :, first : first + _CHANNELS_AT_ONCE])
        larger[:, :, first : first + part.shape[2]] = np.asarray(
            cv2.resize(part, size)
        ).reshape(height, width, part.shape[2])
    return larger
