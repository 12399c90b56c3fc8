"""Axes of tensors, and shapes in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Axis = int | tuple[int, ...]


def axes_of(x: Any, axis: Axis) -> tuple[int, ...]:
    """Return axes as positive numbers.

    Raises:
        ValueError: There is no such axis, or it is the batch.
    """
    rank = x.shape.rank
    axes = (axis,) if isinstance(axis, int) else axis
    for one in axes:
        if not -rank <= one < rank or one % rank == 0:
            raise ValueError(
                f"axis {one} is none of the axes 1 to {rank - 1} of the shape "
                f"{size_text(x.shape)} (axis 0 is the batch)"
            )
    places = tuple(one % rank for one in axes)
    if len(set(places)) < len(places):
        raise ValueError(f"an axis stands twice in {axes}")
    return places


def one_axis(x: Any, axis: Axis) -> int:
    """Return one axis as a positive number.

    Raises:
        ValueError: There is no such axis, it is the batch, or there are several.
    """
    axes = axes_of(x, axis)
    if len(axes) != 1:
        raise ValueError(f"one axis is expected, got {axes}")
    return axes[0]


def size_text(shape: Sequence[int | None]) -> str:
    """Return a shape as ``?x60x80x3``."""
    return "x".join("?" if size is None else str(size) for size in shape)
