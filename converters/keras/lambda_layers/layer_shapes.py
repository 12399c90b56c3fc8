"""The output shape of Keras' own layers, by the formulas of their documentation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from .graph import Config, Shape

# Layers whose output has the shape of their (first) input.
_SAME: Final = (
    *("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "ThresholdedReLU", "Softmax"),
    *("BatchNormalization", "LayerNormalization", "GroupNormalization", "Rescaling"),
    *("UnitNormalization", "Normalization", "Dropout", "SpatialDropout2D", "Identity"),
    *("AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization"),
    *("Masking", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"),
    *("RandomFlip", "RandomRotation", "RandomZoom", "RandomContrast"),
    *("RandomBrightness", "RandomTranslation"),
)


def output_shape(kind: str, config: Config, inputs: Sequence[Shape]) -> Shape | None:
    """Return the shape that one of Keras' layers makes, without the batch axis.

    Args:
        kind: Name of its class.
        config: Its configuration.
        inputs: The shapes that it takes, at least one.

    Returns:
        None means a layer that is not known here, or settings without sense.
    """
    if kind in _SAME:
        return inputs[0]
    formula = _FORMULAS.get(kind)
    if formula is None or config.get("data_format") == "channels_first":
        return None
    try:
        return formula(config, *inputs)
    except (TypeError, ValueError, IndexError, KeyError, ZeroDivisionError):
        return None


def _convolved(config: Config, shape: Shape) -> Shape:
    kernel = _pair(config["kernel_size"])
    steps = _pair(config.get("dilation_rate", 1))
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, steps, strict=True)]
    sizes = _windows(shape, reach, _pair(config.get("strides", 1)), config)
    return (*sizes, config["filters"])


def _depthwise(config: Config, shape: Shape) -> Shape:
    filters = _times(shape[2], config.get("depth_multiplier", 1))
    return _convolved({**config, "filters": filters}, shape)


def _transposed(config: Config, shape: Shape) -> Shape:
    kernel, strides = _pair(config["kernel_size"]), _pair(config.get("strides", 1))
    grown = 0 if config.get("padding") == "same" else 1
    sizes = [
        None if size is None else size * step + grown * max(window - step, 0)
        for size, window, step in zip(shape[:2], kernel, strides, strict=True)
    ]
    return (*sizes, config["filters"])


def _pooled(config: Config, shape: Shape) -> Shape:
    size = _pair(config.get("pool_size", 2))
    strides = _pair(config.get("strides") or size)
    return (*_windows(shape, size, strides, config), shape[2])


def _pooled_to_one(config: Config, shape: Shape) -> Shape:
    return (1, 1, shape[2]) if config.get("keepdims") else (shape[2],)


def _dense(config: Config, shape: Shape) -> Shape:
    return (*shape[:-1], config["units"])


def _flattened(_config: Config, shape: Shape) -> Shape:
    return (_count(shape),)


def _enlarged(config: Config, shape: Shape) -> Shape:
    up = _pair(config.get("size", 2))
    return (_times(shape[0], up[0]), _times(shape[1], up[1]), shape[2])


def _padded(config: Config, shape: Shape) -> Shape:
    return _edged(shape, [sum(_pair(edge)) for edge in config["padding"]])


def _cropped(config: Config, shape: Shape) -> Shape:
    return _edged(shape, [-sum(_pair(edge)) for edge in config["cropping"]])


def _edged(shape: Shape, more: Sequence[int]) -> Shape:
    pairs = zip(shape[:2], more, strict=True)
    return (*(None if size is None else size + add for size, add in pairs), shape[2])


def _reshaped(config: Config, shape: Shape) -> Shape:
    target = config["target_shape"]
    total = _count(shape)
    rest = math.prod(size for size in target if size != -1)
    left = None if total is None else total // rest
    return tuple(left if size == -1 else size for size in target)


def _permuted(config: Config, shape: Shape) -> Shape:
    return tuple(shape[axis - 1] for axis in config["dims"])


def _resized(config: Config, shape: Shape) -> Shape:
    return (config["height"], config["width"], shape[2])


def _joined(config: Config, *inputs: Shape) -> Shape | None:
    shape = inputs[0]
    if config.get("axis", -1) not in (-1, len(shape)):
        return None
    channels = [one[-1] for one in inputs if one[-1] is not None]
    return (*shape[:-1], sum(channels) if len(channels) == len(inputs) else None)


_FORMULAS: Final[Mapping[str, Callable[..., Shape | None]]] = {
    "Conv2D": _convolved,
    "Convolution2D": _convolved,
    "SeparableConv2D": _convolved,
    "DepthwiseConv2D": _depthwise,
    "Conv2DTranspose": _transposed,
    "MaxPooling2D": _pooled,
    "AveragePooling2D": _pooled,
    "GlobalAveragePooling2D": _pooled_to_one,
    "GlobalMaxPooling2D": _pooled_to_one,
    "Dense": _dense,
    "Flatten": _flattened,
    "UpSampling2D": _enlarged,
    "ZeroPadding2D": _padded,
    "Cropping2D": _cropped,
    "Reshape": _reshaped,
    "Permute": _permuted,
    "Resizing": _resized,
    "Concatenate": _joined,
}


def _windows(
    shape: Shape, reach: Sequence[int], strides: Sequence[int], config: Config
) -> tuple[int | None, ...]:
    same = config.get("padding", config.get("border_mode", "valid")) == "same"
    sizes: list[int | None] = []
    for size, window, step in zip(shape[:2], reach, strides, strict=True):
        if size is None:
            sizes.append(None)
        else:
            sizes.append(-(-size // step) if same else (size - window) // step + 1)
    return tuple(sizes)


def _pair(value: Any) -> tuple[int, int]:
    if isinstance(value, int):
        return value, value
    first, second = value
    return int(first), int(second)


def _times(size: int | None, factor: int) -> int | None:
    return None if size is None else size * factor


def _count(shape: Shape) -> int | None:
    """Return the number of values; None where a size is open."""
    sizes = [size for size in shape if size is not None]
    return math.prod(sizes) if len(sizes) == len(shape) else None
