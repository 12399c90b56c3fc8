"""The network: depthwise-separable stages, two or more levels of cells, two outputs.

Each cell of a level says, for its middle, a score per class and the distances to the
four sides of the object's box (FCOS, Tian et al. 2019). Levels have heads of their own
and meet in two outputs, scores and distances, which int8 quantizes apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ..keras_import import load_keras
from ..networks import batch_normalization

STRIDES: Final = (4, 8, 16, 32)
"""Pixels per cell that a level can have."""

OUTPUTS: Final = ("scores", "distances")
"""Names of the two outputs, in their order."""

# Filters and blocks of the stage at each stride, and filters of the joined levels.
_STAGES: Final = {4: (32, 2), 8: (64, 3), 16: (128, 3), 32: (128, 2)}
_STEM: Final = 16
_JOINED: Final = 64
_HEAD_BLOCKS: Final = 2
# One coarser stage than the levels have, without a head: it sees what is around.
_SURROUNDINGS: Final = 1
# A cell is background at first: 1 in 100 is an object, which keeps the focal loss calm.
_PRIOR_LOGIT: Final = -4.595
_FIRST_DISTANCE: Final = 1.0


def check_strides(strides: Sequence[int], input_shape: tuple[int, int, int]) -> None:
    """Refuse levels that the network cannot have.

    Args:
        strides: Pixels per cell, one per level.
        input_shape: Height, width and channels.

    Raises:
        ValueError: They are not neighbours in ``STRIDES``, or the input's sides are no
            multiples of the largest.
    """
    levels = tuple(strides)
    if levels not in [
        STRIDES[i:j]
        for i in range(len(STRIDES))
        for j in range(i + 1, len(STRIDES) + 1)
    ]:
        raise ValueError(
            f"strides must be neighbours among {', '.join(map(str, STRIDES))}, for "
            f"instance 8, 16; got {', '.join(map(str, levels)) or 'none'}."
        )
    height, width, _ = input_shape
    if min(height, width) < levels[-1] or height % levels[-1] or width % levels[-1]:
        raise ValueError(
            f"the input's sides must be multiples of the largest stride, {levels[-1]}; "
            f"got {width}x{height}."
        )


def build_detector(
    input_shape: tuple[int, int, int],
    classes: int,
    *,
    width: float = 1.0,
    strides: Sequence[int] = (8, 16),
) -> Any:
    """Return an untrained detector that takes pixels 0..255.

    Args:
        input_shape: Height, width and channels; the sides are multiples of the largest
            stride.
        classes: Number of classes, at least 1; there is no background among them.
        width: Factor on all filters.
        strides: Pixels per cell, one per level, as ``check_strides`` has them.

    Returns:
        A Keras model with outputs ``scores``, (batch, cells, classes) in 0..1, and
        ``distances``, (batch, cells, 4): left, top, right, bottom from a cell's middle
        in strides, 0 or more. Cells come level by level, row by row.

    Raises:
        ValueError: An argument makes no network.
        MissingDependencyError: TensorFlow is not installed.
    """
    check_strides(strides, input_shape)
    if classes < 1:
        raise ValueError(f"classes must be at least 1, got {classes}.")
    if width <= 0:
        raise ValueError(f"width must be above 0, got {width}.")
    layers = load_keras().layers
    image = layers.Input(input_shape, name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(image)
    x = layers.Conv2D(_scaled(_STEM, width), 3, 2, padding="same", use_bias=False)(x)
    x = _normalized(layers, x)
    levels = []
    last = STRIDES.index(strides[-1])
    for stride in STRIDES[: last + 1 + _SURROUNDINGS]:
        filters, blocks = _STAGES[stride]
        for block in range(blocks):
            x = _separable(layers, x, _scaled(filters, width), 1 if block else 2)
        if stride >= strides[0]:
            levels.append(x)
    joined = _join(layers, levels, _scaled(_JOINED, width))[: len(strides)]
    heads = [_head(layers, level, classes) for level in joined]
    outputs = []
    for name, parts in zip(OUTPUTS, zip(*heads, strict=True), strict=True):
        whole = layers.Concatenate(axis=1) if len(parts) > 1 else None
        outputs.append(
            layers.Identity(name=name)(whole(list(parts)) if whole else parts[0])
        )
    return load_keras().Model(image, outputs, name="detector")


def _scaled(filters: int, width: float) -> int:
    """Return a number of filters times the width, a multiple of 8 from 8 on."""
    return max(8, round(filters * width / 8) * 8)


def _normalized(layers: Any, x: Any) -> Any:
    return layers.ReLU(6.0)(batch_normalization(momentum=0.97)(x))


def _separable(layers: Any, x: Any, filters: int, stride: int = 1) -> Any:
    """Apply a depthwise and a pointwise convolution; add the input where it fits."""
    y = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)
    y = _normalized(layers, y)
    y = layers.Conv2D(filters, 1, use_bias=False)(y)
    y = _normalized(layers, y)
    if stride == 1 and x.shape[-1] == filters:
        return layers.Add()([x, y])
    return y


def _join(layers: Any, levels: list[Any], filters: int) -> list[Any]:
    """Bring all levels to one width and add each coarser one to the finer below it."""
    sides = [
        batch_normalization(momentum=0.97)(
            layers.Conv2D(filters, 1, use_bias=False)(level)
        )
        for level in levels
    ]
    joined = [sides[-1]]
    for side in reversed(sides[:-1]):
        up = layers.UpSampling2D(2, interpolation="nearest")(joined[0])
        over = [up.shape[axis] - side.shape[axis] for axis in (1, 2)]
        if any(over):  # an odd side was rounded up
            up = layers.Cropping2D(((0, over[0]), (0, over[1])))(up)
        joined.insert(0, layers.Add()([side, up]))
    return joined


def _head(layers: Any, x: Any, classes: int) -> tuple[Any, Any]:
    """Return one level's scores and distances, a row per cell."""
    initializers = load_keras().initializers
    filters = x.shape[-1]
    for _ in range(_HEAD_BLOCKS):
        x = _separable(layers, x, filters)
    scores = layers.Conv2D(
        classes,
        1,
        activation="sigmoid",
        kernel_initializer=initializers.RandomNormal(stddev=0.01),
        bias_initializer=initializers.Constant(_PRIOR_LOGIT),
    )(x)
    distances = layers.Conv2D(
        4,
        1,
        activation="relu",
        kernel_initializer=initializers.RandomNormal(stddev=0.01),
        bias_initializer=initializers.Constant(_FIRST_DISTANCE),
    )(x)
    return layers.Reshape((-1, classes))(scores), layers.Reshape((-1, 4))(distances)
