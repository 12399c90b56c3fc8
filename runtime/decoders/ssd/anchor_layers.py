"""Layers of anchors: for each cell of a grid, the same few boxes.

The published detectors differ in where the first cell's middle lies, in the sides of
the boxes and in the order of the boxes of a cell. A layer says these; how many anchors
a head has follows without laying any of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Anchors = npt.NDArray[np.float32]
Size = tuple[int, int]
"""Width and height of a model's input, in pixels."""
Sides = tuple[tuple[float, float], ...]
"""Width and height of each box of a cell, as shares of the input."""

CENTERS: Final = ("cell", "stride", "even-stride", "corner")
"""Where the middles of a pyramid's cells lie.

cell: in the middle of each of the grid's equal cells. stride: half a stride, then every
stride. even-stride: the same, but from 0 on where the stride does not divide the input.
corner: at the upper left corner of each cell.
"""
ORDERS: Final = ("octaves", "ratios")
"""What changes last among the boxes of a cell."""

_SSD_STRIDES: Final = (16, 32, 64, 128, 256, 512)
_SSD_RATIOS: Final = (1.0, 2.0, 0.5, 3.0, 1 / 3)


@dataclass(frozen=True)
class AnchorLayer:
    """The anchors of one feature map.

    Attributes:
        columns: Cells in a row.
        rows: Rows of cells.
        first: Center x and y of the first cell's boxes, as shares of the input.
        step: From one cell to the next, x and y.
        sides: The boxes of a cell, in the order of the head's rows.
    """

    columns: int
    rows: int
    first: tuple[float, float]
    step: tuple[float, float]
    sides: Sides

    def __len__(self) -> int:
        return self.columns * self.rows * len(self.sides)

    def laid_out(self) -> Anchors:
        """Return float32 (N, 4): center x, center y, width, height, normalized."""
        y, x = np.mgrid[0 : self.rows, 0 : self.columns]
        centers = np.stack([x, y], axis=-1) * self.step + self.first
        shape = (self.rows, self.columns, len(self.sides), 2)
        boxes = np.concatenate(
            [
                np.broadcast_to(centers[:, :, None], shape),
                np.broadcast_to(np.asarray(self.sides), shape),
            ],
            axis=-1,
        )
        return boxes.reshape(-1, 4).astype(np.float32)


def ssd_layers(
    size: Size,
    *,
    strides: Sequence[int] = _SSD_STRIDES,
    min_scale: float = 0.2,
    max_scale: float = 0.95,
    aspect_ratios: Sequence[float] = _SSD_RATIOS,
    reduce_lowest: bool = True,
    interpolated: bool = True,
) -> tuple[AnchorLayer, ...]:
    """Return the layers of TensorFlow's SSD, as ``ssd_anchor_generator`` lays them.

    Scales rise evenly over the layers; a square box is square in the input.

    Args:
        size: Width and height of the input.
        strides: Model pixels per cell, one per layer; sizes are rounded up.
        min_scale: Side of the first layer's boxes, as a share of the input's shorter
            side.
        max_scale: Of the last layer's.
        aspect_ratios: Width by height.
        reduce_lowest: Three boxes a cell in the first layer, the first of scale 0.1.
        interpolated: Add the square of the geometric mean of two scales.
    """
    scales = [*np.linspace(min_scale, max_scale, len(strides)).tolist(), 1.0]
    shorter = min(size)
    layers = []
    for number, stride in enumerate(strides):
        scale, following = scales[number], scales[number + 1]
        if number == 0 and reduce_lowest:
            kinds = [(0.1, 1.0), (scale, 2.0), (scale, 0.5)]
        else:
            kinds = [(scale, ratio) for ratio in aspect_ratios]
            if interpolated:
                kinds.append((math.sqrt(scale * following), 1.0))
        sides = _sides([(s * shorter, r) for s, r in kinds], size)
        layers.append(_evenly(size, stride, sides))
    return tuple(layers)


def default_box_layers(
    size: Size,
    *,
    strides: Sequence[int] = _SSD_STRIDES,
    min_scale: float = 0.2,
    max_scale: float = 0.95,
    aspect_ratios: Sequence[float] = (2.0, 3.0),
) -> tuple[AnchorLayer, ...]:
    """Return the layers of torchvision's SSDLite (``DefaultBoxGenerator``).

    A cell has a square, the square between two scales, then two boxes for each aspect
    ratio; sides are shares of the input's own width and height, at most 1.

    Args:
        size: Width and height of the input.
        strides: Model pixels per cell, one per layer; sizes are rounded up.
        min_scale: Side of the first layer's boxes, as a share of the input.
        max_scale: Of the last layer's.
        aspect_ratios: Width by height; each is also laid the other way round.
    """
    scales = [*np.linspace(min_scale, max_scale, len(strides)).tolist(), 1.0]
    layers = []
    for number, stride in enumerate(strides):
        scale, following = scales[number], scales[number + 1]
        between = math.sqrt(scale * following)
        sides = [(scale, scale), (between, between)]
        for ratio in aspect_ratios:
            root = math.sqrt(ratio)
            sides += [(scale * root, scale / root), (scale / root, scale * root)]
        cut = tuple((min(w, 1.0), min(h, 1.0)) for w, h in sides)
        layers.append(_evenly(size, stride, cut))
    return tuple(layers)


def fixed_layers(
    size: Size,
    *,
    strides: Sequence[int],
    sides: Sequence[Sequence[float]],
    center: str = "cell",
) -> tuple[AnchorLayer, ...]:
    """Return layers of squares whose sides are stated in pixels of the input.

    Args:
        size: Width and height of the input.
        strides: Model pixels per cell, one per layer; sizes are rounded up.
        sides: Pixels, several for each layer.
        center: cell or stride of :data:`CENTERS`.
    """
    width, height = size
    layers = []
    for stride, lengths in zip(strides, sides, strict=True):
        boxes = tuple((a / width, a / height) for a in lengths)
        if center == "stride":
            step = (stride / width, stride / height)
            first = (step[0] / 2, step[1] / 2)
            layers.append(AnchorLayer(*_grid(size, stride), first, step, boxes))
        else:
            cut = tuple((min(w, 1.0), min(h, 1.0)) for w, h in boxes)
            layers.append(_evenly(size, stride, cut))
    return tuple(layers)


def share_layers(
    size: Size,
    *,
    strides: Sequence[int],
    scales: Sequence[Sequence[float]],
    aspect_ratios: Sequence[float],
) -> tuple[AnchorLayer, ...]:
    """Return layers whose boxes are shares of the input: all scales, then all ratios.

    Args:
        size: Width and height of the input.
        strides: Model pixels per cell, one per layer; sizes are rounded up.
        scales: Sides of each layer's squares; the first one's also of other ratios.
        aspect_ratios: Width by height of the boxes behind the squares.
    """
    layers = []
    for stride, shares in zip(strides, scales, strict=True):
        kinds = [(share, 1.0) for share in shares]
        kinds += [(shares[0], ratio) for ratio in aspect_ratios]
        layers.append(_evenly(size, stride, _sides(kinds, (1, 1))))
    return tuple(layers)


def pyramid_layers(
    size: Size,
    *,
    scale: float,
    octaves: int = 3,
    aspect_ratios: Sequence[float] = (1.0, 2.0, 0.5),
    levels: tuple[int, int] = (3, 7),
    center: str = "cell",
    slowest: str = "octaves",
    whole_sides: bool = False,
) -> tuple[AnchorLayer, ...]:
    """Return the layers of a feature pyramid (EfficientDet, RetinaNet, FPN).

    Args:
        size: Width and height of the input.
        scale: Side of a level's smallest square, in strides.
        octaves: Sizes per level, evenly spread over a factor of 2.
        aspect_ratios: Width by height.
        levels: The first and the last; a level's stride is two to its power.
        center: A name from :data:`CENTERS`.
        slowest: A name from :data:`ORDERS`.
        whole_sides: Sides of squares are cut to whole pixels, and half sides rounded to
            them, as torchvision does.
    """
    shares = [2 ** (i / octaves) for i in range(octaves)]
    if slowest == "octaves":
        pairs = [(share, ratio) for share in shares for ratio in aspect_ratios]
    else:
        pairs = [(share, ratio) for ratio in aspect_ratios for share in shares]
    layers = []
    for level in range(levels[0], levels[1] + 1):
        stride = 2**level
        grid = _grid(size, stride)
        step = [stride / side for side in size]
        if center == "cell":
            step = [1 / cells for cells in grid]
        elif center == "corner":
            step = [
                side // cells / side for side, cells in zip(size, grid, strict=True)
            ]
        first = [one / 2 for one in step]
        if center == "corner":
            first = [0.0, 0.0]
        elif center == "even-stride":
            first = [
                0.0 if side % stride else one / 2
                for side, one in zip(size, step, strict=True)
            ]
        sides = _pyramid_sides(pairs, size, step, scale, stride, center, whole_sides)
        layers.append(
            AnchorLayer(*grid, (first[0], first[1]), (step[0], step[1]), sides)
        )
    return tuple(layers)


def _pyramid_sides(
    pairs: Sequence[tuple[float, float]],
    size: Size,
    step: Sequence[float],
    scale: float,
    stride: int,
    center: str,
    whole: bool,
) -> Sides:
    """Return the boxes of a level's cell."""
    sides = []
    for share, ratio in pairs:
        root = math.sqrt(ratio)
        # Where cells share the input evenly, a box is measured in cells.
        units = step if center == "cell" else [stride / side for side in size]
        pair = [scale * share * units[0] * root, scale * share * units[1] / root]
        if whole:
            pixels = int(scale * share * stride)
            pair = [
                2 * round(pixels * root / 2) / size[0],
                2 * round(pixels / root / 2) / size[1],
            ]
        sides.append((pair[0], pair[1]))
    return tuple(sides)


def _sides(kinds: Sequence[tuple[float, float]], size: Size) -> Sides:
    """Return shares of the input from sides in pixels and ratios."""
    width, height = size
    return tuple(
        (pixels * math.sqrt(ratio) / width, pixels / math.sqrt(ratio) / height)
        for pixels, ratio in kinds
    )


def _grid(size: Size, stride: int) -> tuple[int, int]:
    return -(-size[0] // stride), -(-size[1] // stride)


def _evenly(size: Size, stride: int, sides: Sides) -> AnchorLayer:
    """Return a layer whose cells share the input evenly."""
    columns, rows = _grid(size, stride)
    step = (1 / columns, 1 / rows)
    return AnchorLayer(columns, rows, (step[0] / 2, step[1] / 2), step, sides)
