"""What is known of one tensor of a model: name, shape, dtype, quantization."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class TensorSpec:
    """One input or output tensor.

    Attributes:
        name: The tensor's name in the file; may be empty.
        index: The tensor's index in the interpreter.
        shape: Dimensions; a dynamic one is 1 until it is resized.
        dtype: NumPy dtype of the elements.
        scale: Quantization step, ``real = scale * (q - zero_point)``; 0.0 when the
            tensor is not quantized (or states no scale).
        zero_point: The quantized value of real 0.
    """

    name: str
    index: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float = 0.0
    zero_point: int = 0

    @property
    def is_quantized(self) -> bool:
        """Return whether its integers stand for real numbers."""
        # A damaged file may give a float tensor a scale.
        return self.scale > 0.0 and self.dtype.kind in "iu"

    @property
    def size(self) -> int:
        """Return the number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))


def shapes_of(tensors: Iterable[TensorSpec]) -> str:
    """Return the shapes for a sentence; empty where there are no tensors.

    Example:
        >>> one = TensorSpec("boxes", 0, (1, 10, 4), np.dtype("float32"))
        >>> shapes_of([one, one])
        '1x10x4, 1x10x4'
    """
    return ", ".join("x".join(map(str, spec.shape)) for spec in tensors)
