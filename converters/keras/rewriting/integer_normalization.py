"""A normalization with ops that TensorFlow Lite computes well in integers.

Measured on trained networks (benchmarks/modern_nets.py). What loses least:

- x minus its mean first, times the inverse deviation then. As Keras writes it,
  ``x * r + (b - m * r)``, a small difference of large numbers is rounded.
- gamma and beta as one depthwise convolution, which has a step for each channel and a
  32-bit bias.
- Where several deviations are taken (one per token, channel or group), they are taken
  in two steps. The mean square of one token is easily a thousand times that of another,
  too much for 8 bits. So each is first divided by its mean absolute value, which evens
  them out, and then by what the deviation is after that. In float the result is the
  same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .normalization import GraphNormalization

Floats = npt.NDArray[np.float32]

_MOST_AXES: Final = 4
_LARGEST_BIAS: Final = 1e4


def normalized(item: GraphNormalization, x: Any) -> Any:
    """Return the ops of a normalization.

    Args:
        item: The normalization.
        x: The tensor to normalize, of the shape of ``item.source``.
    """
    import tensorflow as tf

    shape = [int(size) for size in item.source.shape]
    sizes, axes = _folded(shape, item.axes)

    def mean(tensor: Any) -> Any:
        return tf.reduce_mean(tensor, axis=axes, keepdims=True)

    value = tf.reshape(x, sizes) if sizes != shape else x
    centered = value - mean(value) if item.centered else value
    evened, inverse, limit = centered, None, None
    if any(size > 1 for axis, size in enumerate(sizes) if axis not in axes):
        floor = np.sqrt(max(item.epsilon, item.least))
        # The mean of the positive part is half of the mean absolute value where the
        # mean is zero; RELU is faster than ABS.
        size = tf.nn.relu(centered) if item.centered else tf.abs(centered)
        root = tf.math.rsqrt(mean(size) + np.float32(floor))
        inverse = root * root
        evened = centered * inverse
        if floor:
            limit = inverse * np.float32(floor)
            limit = limit * limit
    square = mean(evened * evened)
    if item.least:
        square = tf.maximum(square, item.least if limit is None else limit)
    elif item.epsilon:
        square = square + (item.epsilon if limit is None else limit)
    if item.centered and not item.shifted:
        # The deviation is that of x minus its mean, but it divides x.
        evened = value if inverse is None else value * inverse
    result = evened * tf.math.rsqrt(square)
    return _scaled(result, shape, item.gamma, item.beta)


def _folded(shape: Sequence[int], axes: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return a shape of at most four axes, and those that are reduced.

    Neighbours that are both reduced, or both not, become one axis.
    """
    if len(shape) <= _MOST_AXES:
        return list(shape), list(axes)
    sizes: list[int] = []
    reduced: list[bool] = []
    for axis, size in enumerate(shape):
        if size == 1:
            continue
        if reduced and reduced[-1] == (axis in axes):
            sizes[-1] *= size
        else:
            sizes.append(size)
            reduced.append(axis in axes)
    if True not in reduced:
        sizes.append(1)
        reduced.append(True)
    return sizes, [axis for axis, yes in enumerate(reduced) if yes]


def _scaled(result: Any, shape: list[int], gamma: Floats, beta: Floats) -> Any:
    """Return ``gamma * result + beta`` in a shape."""
    import tensorflow as tf

    if np.all(gamma == 1) and not np.any(beta):
        return tf.reshape(result, shape)
    scales = np.broadcast_to(gamma, shape).reshape(-1)
    shifts = np.broadcast_to(beta, shape).reshape(-1)
    channels, leading = _channels(shape, scales, shifts)
    if leading is None or np.any(np.abs(shifts) > _LARGEST_BIAS * np.abs(scales)):
        # A bias is stored in steps of its channel's scale and would overflow.
        product = tf.reshape(result, shape) * gamma
        return product + beta if np.any(beta) else product
    picture = tf.reshape(result, [*leading, channels])
    kernel = scales[:channels].reshape(1, 1, channels, 1)
    picture = tf.nn.depthwise_conv2d(picture, kernel, [1, 1, 1, 1], "VALID")
    if np.any(beta):
        picture = tf.nn.bias_add(picture, shifts[:channels])
    return tf.reshape(picture, shape)


def _channels(
    shape: list[int], scales: Floats, shifts: Floats
) -> tuple[int, list[int] | None]:
    """Return after how many values gamma and beta repeat, and three axes before them.

    The axes are None where they do not repeat.
    """
    channels = 1
    for axis in range(len(shape) - 1, -1, -1):
        channels *= shape[axis]
        if all(_repeats(values, channels) for values in (scales, shifts)):
            leading = shape[:axis]
            rest = int(np.prod(leading))
            if rest == 1:
                break
            return channels, leading if len(leading) == 3 else [1, rest, 1]
    return channels, None


def _repeats(values: Floats, period: int) -> bool:
    return bool(np.all(values.reshape(-1, period) == values[:period]))
