"""Find the tensors, or parts of one, that are a pyramid's levels, by their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ...tensors import TensorSpec

_STRIDES: Final = (4, 8, 16, 32, 64)
_USUAL: Final = (8, 16, 32)


@dataclass(frozen=True)
class Block:
    """The channels of one level in one tensor.

    Attributes:
        output: Position of the tensor among the outputs.
        channels: Number of channels.
        planar: Channels come before rows and columns.
        start: First of the level's cells, where a tensor holds all levels.
        total: Number of cells in the tensor.
    """

    output: int
    channels: int
    planar: bool
    start: int
    total: int


def blocks_by_stride(
    tensors: Sequence[TensorSpec], model_size: tuple[int, int]
) -> dict[int, list[Block]]:
    """Return the tensors of each level; empty when a tensor belongs to no level."""
    grids = {s: tuple(-(-side // s) for side in model_size[::-1]) for s in _STRIDES}
    fits = [_fits(spec.shape, grids) for spec in tensors]
    # With 80 classes on 80x80 cells only the other tensors show the axis of channels.
    orders = {readings[0][2] for readings in fits if len(readings) == 1}
    levels: dict[int, list[Block]] = {}
    for position, readings in enumerate(fits):
        if len(readings) > 1 and len(orders) == 1:
            readings = [item for item in readings if item[2] in orders]
        if len(readings) != 1:
            return {}
        stride, count, planar = readings[0]
        total = grids[stride][0] * grids[stride][1]
        block = Block(position, count, planar, 0, total)
        levels.setdefault(stride, []).append(block)
    return levels


def _fits(
    shape: tuple[int, ...], grids: dict[int, tuple[int, ...]]
) -> list[tuple[int, int, bool]]:
    """Return how a shape may be a level: stride, channels, channels before cells."""
    if len(shape) not in (3, 4) or shape[0] != 1:
        return []
    readings = []
    for stride, grid in grids.items():
        cells = grid if len(shape) == 4 else (grid[0] * grid[1],)
        if shape[1:-1] == cells:
            readings.append((stride, shape[-1], False))
        if shape[2:] == cells:
            readings.append((stride, shape[1], True))
    return readings


def blocks_in_one(
    tensors: Sequence[TensorSpec], model_size: tuple[int, int]
) -> dict[int, list[Block]]:
    """Return the levels of tensors that hold all of them, as YOLOX's exports do."""
    cells = [(-(-model_size[0] // s)) * (-(-model_size[1] // s)) for s in _USUAL]
    total = sum(cells)
    levels: dict[int, list[Block]] = {stride: [] for stride in _USUAL}
    for position, spec in enumerate(tensors):
        shape = spec.shape
        if (
            len(shape) != 3
            or shape[0] != 1
            or (shape[1] == total) == (shape[2] == total)
        ):
            return {}
        planar = shape[2] == total
        count, start = shape[1 if planar else 2], 0
        for stride, own in zip(_USUAL, cells, strict=True):
            levels[stride].append(Block(position, count, planar, start, total))
            start += own
    return levels if tensors else {}
