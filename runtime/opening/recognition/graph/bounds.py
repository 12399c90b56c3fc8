"""The values that a tensor can reach, by the operations and constants behind it.

Interval arithmetic from an output back to activations whose range is known (LOGISTIC
holds 0..1) and to constants (a head's grid, strides and anchors). The bounds are never
narrower than the truth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from ....tflite import ModelFile, Operator
from ...pixel_scale import real_range

Bounds = tuple[float, float]

_UNKNOWN: Final = (-math.inf, math.inf)
_DEEPEST: Final = 80
_MOST_TENSORS: Final = 2000

# Operations whose values are among those of their first input, or of another one.
_TAKING: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        (
            *("QUANTIZE", "DEQUANTIZE", "RESHAPE", "SQUEEZE", "EXPAND_DIMS", "CAST"),
            *("TRANSPOSE", "STRIDED_SLICE", "SLICE", "SPLIT_V", "UNPACK", "GATHER"),
            *("GATHER_ND", "TILE", "MAX_POOL_2D", "AVERAGE_POOL_2D", "MEAN"),
            *("REDUCE_MAX", "REDUCE_MIN", "RESIZE_BILINEAR", "BROADCAST_TO"),
            *("RESIZE_NEAREST_NEIGHBOR", "DEPTH_TO_SPACE", "SPACE_TO_DEPTH"),
        ),
        0,
    ),
    "SPLIT": 1,
}
_FIXED: Final[Mapping[str, Bounds]] = {
    "LOGISTIC": (0.0, 1.0),
    "SOFTMAX": (0.0, 1.0),
    "RELU6": (0.0, 6.0),
    "RELU_0_TO_1": (0.0, 1.0),
    "TANH": (-1.0, 1.0),
}


def value_bounds(model: ModelFile, tensor: int) -> Bounds:
    """Return the lowest and the highest value that a tensor may hold.

    Infinite ends mean that nothing bounds it.
    """
    return _Walk(model).bounds(tensor, 0)


class _Walk:
    """Walk back from a tensor, each tensor once."""

    def __init__(self, model: ModelFile) -> None:
        # One tensor at a time: a file has hundreds, and start-up counts.
        self._graph = model.graph()
        self._makers = model.graph().makers
        self._known: dict[int, Bounds] = {}

    def bounds(self, index: int, depth: int) -> Bounds:
        if index in self._known:
            return self._known[index]
        if index < 0 or depth > _DEEPEST or len(self._known) >= _MOST_TENSORS:
            return _UNKNOWN
        self._known[index] = _UNKNOWN  # what a circle finds
        low, high = self._computed(index, depth)
        spec = self._graph.tensor(index).spec
        if spec.is_quantized and spec.dtype.kind in "iu" and spec.dtype.itemsize <= 2:
            held = real_range(spec)
            low, high = max(low, held[0]), min(high, held[1])
        self._known[index] = (low, high)
        return low, high

    def _computed(self, index: int, depth: int) -> Bounds:
        tensor = self._graph.tensor(index)
        if tensor.is_constant:
            values = self._graph.constant(tensor)
            if values is None or values.size == 0:
                return _UNKNOWN
            return float(values.min()), float(values.max())
        maker = self._makers.get(index)
        if maker is None:
            return _UNKNOWN
        if maker.name in _FIXED:
            return _FIXED[maker.name]
        if maker.name in ("CONV_2D", "FULLY_CONNECTED"):
            return self._expectation(maker, depth)
        taken = [self.bounds(i, depth + 1) for i in maker.inputs]
        place = _TAKING.get(maker.name)
        if place is not None:
            return taken[place] if len(taken) > place else _UNKNOWN
        if maker.name in ("CONCATENATION", "PACK", "ADD_N") and taken:
            if maker.name == "ADD_N":
                return sum(g[0] for g in taken), sum(g[1] for g in taken)
            return min(g[0] for g in taken), max(g[1] for g in taken)
        return _arithmetic(maker, taken)

    def _expectation(self, maker: Operator, depth: int) -> Bounds:
        """Return the bounds of a softmax' mean over constants, as YOLO's DFL takes it.

        Other sums of products are unknown.
        """
        if len(maker.inputs) < 2 or maker.inputs[1] < 0:
            return _UNKNOWN
        behind = self._makers.get(maker.inputs[0])
        while behind is not None and behind.name in ("TRANSPOSE", "RESHAPE"):
            if not behind.inputs or depth > _DEEPEST:
                return _UNKNOWN
            depth += 1
            behind = self._makers.get(behind.inputs[0])
        weights = self._graph.tensor(maker.inputs[1])
        if behind is None or behind.name != "SOFTMAX" or weights.shape[:1] != (1,):
            return _UNKNOWN
        return self.bounds(weights.index, depth + 1)


def _arithmetic(maker: Operator, taken: list[Bounds]) -> Bounds:
    """Return the bounds of an operation on numbers; unknown for all others."""
    if len(taken) == 1 and maker.name in _OF_ONE:
        return _OF_ONE[maker.name](taken[0])
    if len(taken) == 2 and maker.name in _OF_TWO:
        if maker.name == "MUL" and maker.inputs[0] == maker.inputs[1]:
            return _square(taken[0])
        return _OF_TWO[maker.name](taken[0], taken[1])
    return _UNKNOWN


def _square(one: Bounds) -> Bounds:
    ends = (one[0] * one[0], one[1] * one[1])
    return (0.0 if one[0] <= 0 <= one[1] else min(ends)), max(ends)


def _product(one: Bounds, other: Bounds) -> Bounds:
    # Nothing times infinity is nothing here: an end, not a limit.
    ends = [0.0 if not a or not b else a * b for a in one for b in other]
    return min(ends), max(ends)


def _quotient(one: Bounds, other: Bounds) -> Bounds:
    if other[0] <= 0 <= other[1]:
        return _UNKNOWN
    return _product(one, (1 / other[1], 1 / other[0]))


def _power(one: Bounds, other: Bounds) -> Bounds:
    if other == (2.0, 2.0):
        return _square(one)
    return one if other == (1.0, 1.0) else _UNKNOWN


def _exponential(one: Bounds) -> Bounds:
    return tuple(math.exp(end) if end < 700 else math.inf for end in one)  # type: ignore[return-value]


_OF_ONE: Final[Mapping[str, Callable[[Bounds], Bounds]]] = {
    "SQUARE": _square,
    "EXP": _exponential,
    "NEG": lambda one: (-one[1], -one[0]),
    "ABS": lambda one: (0.0, max(abs(one[0]), abs(one[1]))),
    "RELU": lambda one: (max(one[0], 0.0), max(one[1], 0.0)),
}
_OF_TWO: Final[Mapping[str, Callable[[Bounds, Bounds], Bounds]]] = {
    "ADD": lambda one, other: (one[0] + other[0], one[1] + other[1]),
    "SUB": lambda one, other: (one[0] - other[1], one[1] - other[0]),
    "MUL": _product,
    "DIV": _quotient,
    "POW": _power,
    "MINIMUM": lambda one, other: (min(one[0], other[0]), min(one[1], other[1])),
    "MAXIMUM": lambda one, other: (max(one[0], other[0]), max(one[1], other[1])),
}
