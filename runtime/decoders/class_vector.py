"""Decide whether the one output of a classifier holds scores or logits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError, unknown_name
from ..tensors import TensorSpec

ACTIVATIONS: Final = ("none", "softmax", "sigmoid")
_TYPES: Final = ("uint8", "int8", "int16", "float32", "float16")


def only_vector(tensors: Sequence[TensorSpec]) -> TensorSpec:
    """Return the one output of a classifier.

    Raises:
        UnsupportedModelError: There is another number of outputs, or it is no vector.
    """
    if len(tensors) != 1:
        raise UnsupportedModelError(
            f"The classifier decoder reads one output; the model has {len(tensors)}."
        )
    tensor = tensors[0]
    if tensor.dtype.name not in _TYPES or tensor.size != max(tensor.shape, default=0):
        shape = "x".join(map(str, tensor.shape)) or "scalar"
        raise UnsupportedModelError(
            f"The classifier decoder reads one vector of scores (1, N) of type "
            f"{', '.join(_TYPES)}; the output is {shape} {tensor.dtype}."
        )
    return tensor


def activation_of(option: str | None, tensor: TensorSpec) -> str:
    """Return what turns the values into scores.

    Args:
        option: The decoder's option ``activation``; None asks the tensor.
        tensor: The output.

    Raises:
        UnsupportedModelError: Nothing proves it.
        ValueError: The option is unknown.
    """
    if option is not None:
        if option not in ACTIVATIONS:
            raise ValueError(unknown_name("activation", option, ACTIVATIONS))
        return option
    if tensor.is_quantized:
        limits = np.iinfo(tensor.dtype)
        low = tensor.scale * (int(limits.min) - tensor.zero_point)
        high = tensor.scale * (int(limits.max) - tensor.zero_point)
        # int16 is symmetric: its softmax holds -1..1 and uses the upper half.
        symmetric = tensor.dtype == np.int16 and tensor.scale == 1 / 32768
        if (low == 0 or symmetric) and high <= 1 + tensor.scale:
            return "none"
        held = f"a {tensor.dtype} output of range {low:.4g}..{high:.4g}"
    else:
        held = f"a {tensor.dtype} output without quantization"
    raise UnsupportedModelError(
        f"Nothing proves whether {held} holds scores or logits. Set the option "
        f"'activation' to one of {', '.join(ACTIVATIONS)}."
    )


def sigmoid(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return 1 / (1 + exp(-x)) without overflow."""
    # exp of a negative number only: the other half overflows.
    small = np.exp(-np.abs(values))
    return np.where(values >= 0, 1 / (1 + small), small / (1 + small)).astype(
        np.float32
    )
