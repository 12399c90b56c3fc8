"""The numbers of anchors that an input's size allows, and shapes to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ....errors import UnsupportedModelError
from ...tensors import TensorSpec

# Pyramids in use: the usual one, the same with a stride of 4 (P2) or 64 (P6), and the
# "tiny" ones without 8.
_PYRAMIDS: Final = ((8, 16, 32), (4, 8, 16, 32), (8, 16, 32, 64), (16, 32))


def squeezed(spec: TensorSpec) -> tuple[int, ...]:
    """Return the shape without the batch and without further axes of length 1."""
    shape = spec.shape
    if len(shape) >= 2 and shape[0] == 1:
        shape = shape[1:]
    elif len(shape) >= 2 and shape[0] != 1 and len(shape) > 2:
        raise UnsupportedModelError(
            f"Output '{spec.name}' has shape {spec.shape}: a batch of {shape[0]}. "
            "Export the model with a batch of 1."
        )
    while len(shape) > 2 and 1 in shape:
        position = shape.index(1)
        shape = shape[:position] + shape[position + 1 :]
    return shape


def heads_by_rows(model_size: tuple[int, int]) -> dict[int, str]:
    """Return the anchor counts that the input's size allows -> the head they mean."""
    grids: dict[int, str] = {}
    for per_cell, head in ((3, "yolov5"), (1, "yolov8")):
        for strides in _PYRAMIDS:
            cells = sum(
                -(-model_size[0] // stride) * -(-model_size[1] // stride)
                for stride in strides
            )
            grids[cells * per_cell] = head
    return grids


def rows_of_boxes(shapes: Sequence[tuple[int, ...]]) -> int:
    """Return the rows of two tensors that may be boxes and scores; 0 for others."""
    if len(shapes) != 2 or any(len(shape) != 2 for shape in shapes):
        return 0
    for boxes, scores in (shapes, shapes[::-1]):
        for rows, numbers in (boxes, boxes[::-1]):
            if numbers == 4 and rows in scores:
                return rows
    return 0
