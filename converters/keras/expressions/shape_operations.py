"""Functions of the grammar that change shapes, or join tensors."""

from __future__ import annotations

import math
from typing import Any

from .sizes import Axis, axes_of, one_axis, size_text


def reshape(x: Any, sizes: tuple[int, ...]) -> Any:
    """Return each sample in another shape; one size may be -1."""
    import tensorflow as tf

    open_sizes = sizes.count(-1)
    if open_sizes > 1 or any(size == 0 or size < -1 for size in sizes):
        raise ValueError(f"reshape has sizes from 1 on, and -1 once, got {sizes}")
    total = None if None in x.shape[1:] else math.prod(x.shape[1:])
    if total is None:
        return tf.reshape(x, (tf.shape(x)[0], *sizes))
    rest = math.prod(size for size in sizes if size > 0)
    if total % rest or (not open_sizes and total != rest):
        raise ValueError(f"reshape cannot make {sizes} of {total} values")
    return tf.reshape(x, (-1, *(total // rest if s == -1 else s for s in sizes)))


def flatten(x: Any) -> Any:
    """Return each sample as one row."""
    return reshape(x, (-1,))


def transpose(x: Any, axes: tuple[int, ...]) -> Any:
    """Return x with its axes in another order; the batch, axis 0, stays first."""
    import tensorflow as tf

    order = axes if 0 in axes else (0, *axes)
    if order[0] or sorted(order) != list(range(x.shape.rank)):
        raise ValueError(
            f"transpose needs the axes 0 to {x.shape.rank - 1} of the shape "
            f"{size_text(x.shape)}, 0 first, got {axes}"
        )
    return tf.transpose(x, order)


def squeeze(x: Any, axis: Axis) -> Any:
    """Return x without axes of one value."""
    import tensorflow as tf

    axes = axes_of(x, axis)
    if any(x.shape[one] not in (1, None) for one in axes):
        raise ValueError(
            f"squeeze removes axes of 1, and {size_text(x.shape)} has more there"
        )
    return tf.squeeze(x, axes)


def expand_dims(x: Any, axis: int) -> Any:
    """Return x with one more axis of one value."""
    import tensorflow as tf

    rank = x.shape.rank + 1
    if not -rank < axis < rank or axis == 0:
        raise ValueError(f"expand_dims(x, {axis}) does not fit {x.shape.rank} axes")
    return tf.expand_dims(x, axis)


def concat(*values: Any) -> Any:
    """Return the tensors in a row; the last argument is the axis."""
    import tensorflow as tf

    *tensors, axis = values
    place = one_axis(tensors[0], axis)
    for tensor in tensors[1:]:
        if tensor.shape.rank != tensors[0].shape.rank or any(
            i != place and a != b and None not in (a, b)
            for i, (a, b) in enumerate(
                zip(tensor.shape, tensors[0].shape, strict=False)
            )
        ):
            raise ValueError(
                f"concat joins {size_text(tensors[0].shape)} and "
                + size_text(tensor.shape)
            )
    return tf.concat(tensors, place)
