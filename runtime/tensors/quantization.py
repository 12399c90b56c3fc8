"""Between real numbers and the integers that stand for them, as TFLite does it.

``real = scale × (q - zero_point)`` (TFLite's quantization specification). The way back
needs a rounding rule, and runtimes differ on exact halves only. Measured by feeding
QUANTIZE operators with all 256 pixels under hundreds of normalizations
(``tests/runtime/image/test_preprocess_rounding.py`` repeats it):

==============================================  ===================================
kernel                                          what it computes
==============================================  ===================================
ai-edge-litert 2.3, XNNPACK and without         ``rint(real × (1 / scale))``, float32:
delegates                                       halves go to the even neighbour
reference kernels of 2.3 and 2.14               ``round(real / scale)``, float32: halves
                                                go away from zero
tflite-runtime 2.14 on x86-64                   away from zero, and on some halves the
                                                other neighbour
==============================================  ===================================

:func:`quantize` follows the first row, which is the default runtime; the others are one
step off where a value lies half-way, and nowhere else.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from .spec import TensorSpec


def quantize(
    values: npt.ArrayLike, scale: float, zero_point: int, dtype: npt.DTypeLike
) -> npt.NDArray[Any]:
    """Return the integers that stand for real values, clipped to their type.

    Args:
        values: Reals of any shape; they are taken as float32, as TFLite does.
        scale: Quantization step, above 0.
        zero_point: The integer that stands for 0.
        dtype: uint8, int8, int16 or int32.

    Returns:
        Integers of the same shape; halves go to the even neighbour (before the zero
        point is added), what lies outside of the type's range to its end.

    Raises:
        ValueError: The scale is not above 0, the type is no integer, or a value is NaN.
    """
    _check_scale(scale)
    kind = np.dtype(dtype)
    if kind.kind not in "iu":
        raise ValueError(f"quantize makes integers, got dtype {kind}.")
    limits = np.iinfo(kind)
    steps = np.asarray(values, np.float32) * (np.float32(1) / np.float32(scale))
    if np.isnan(steps).any():
        raise ValueError("quantize got NaN; every value must be a number.")
    # float64 holds every float32 and the sum with a zero point exactly.
    whole = np.rint(steps).astype(np.float64) + int(zero_point)
    clipped: npt.NDArray[Any] = np.clip(whole, limits.min, limits.max).astype(kind)
    return clipped


def dequantize(
    values: npt.ArrayLike, scale: float, zero_point: int
) -> npt.NDArray[np.float32]:
    """Return the reals, float32, that integers stand for.

    Args:
        values: Integers of any shape.
        scale: Quantization step, above 0.
        zero_point: The integer that stands for 0.

    Raises:
        ValueError: The scale is not above 0.
    """
    _check_scale(scale)
    array = np.asarray(values)
    # A wider integer first: int8 minus a zero point overflows.
    wide = np.int32 if array.dtype.itemsize < 4 else np.int64
    reals = (array.astype(wide) - int(zero_point)).astype(np.float32)
    reals *= np.float32(scale)
    return reals


def to_real(values: npt.ArrayLike, tensor: TensorSpec) -> npt.NDArray[np.float32]:
    """Return a tensor's elements as reals, float32; what is not quantized as it is."""
    if tensor.is_quantized:
        return dequantize(values, tensor.scale, tensor.zero_point)
    return np.asarray(values).astype(np.float32)


def to_tensor(values: npt.ArrayLike, tensor: TensorSpec) -> npt.NDArray[Any]:
    """Return reals as elements of a tensor: quantized, rounded, or as they are."""
    if tensor.is_quantized:
        return quantize(values, tensor.scale, tensor.zero_point, tensor.dtype)
    if tensor.dtype.kind in "iu":
        return quantize(values, 1.0, 0, tensor.dtype)
    return np.asarray(values).astype(tensor.dtype)


def lowest_passing(threshold: float, tensor: TensorSpec) -> int:
    """Return the smallest integer whose real value is at least a threshold.

    Comparing the raw integers with it is the same as dequantizing all of them and
    comparing then, at a fraction of the cost.

    Args:
        threshold: In real units; ``-inf`` lets everything pass.
        tensor: A quantized tensor of integers.

    Returns:
        An integer that may lie one past either end of the tensor's type: everything
        passes, or nothing does.

    Raises:
        ValueError: The tensor is not quantized, or the threshold is NaN.
    """
    if math.isnan(threshold):
        raise ValueError("a threshold must be a number, got NaN.")
    _check_scale(tensor.scale)
    limits = np.iinfo(tensor.dtype)
    if threshold == -math.inf:
        return int(limits.min)
    if threshold == math.inf:
        return int(limits.max) + 1
    guess = math.ceil(threshold / tensor.scale) + tensor.zero_point
    guess = min(max(guess, int(limits.min)), int(limits.max) + 1)
    # The float32 product decides, so that both ways agree on the last bit.
    level = float(np.float32(threshold))
    while guess > limits.min and _real(guess - 1, tensor) >= level:
        guess -= 1
    while guess <= limits.max and _real(guess, tensor) < level:
        guess += 1
    return guess


def _real(value: int, tensor: TensorSpec) -> float:
    return float(np.float32(value - tensor.zero_point) * np.float32(tensor.scale))


def _check_scale(scale: float) -> None:
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(f"scale must be above 0 and finite, got {scale}.")
