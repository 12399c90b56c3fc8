"""Whether an expression only scales and shifts pixels, and by how much."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .parser import Expression
from .tree import (
    Call,
    Input,
    Negative,
    Node,
    Number,
    NumberList,
    Operation,
    Part,
    Slice,
)

Values = npt.NDArray[np.float64]
Line = tuple[Values, Values]

# These move pixels or average them with weights that sum to 1, so that the same line
# for all channels may stand before or after them.
_NEUTRAL: Final = ("resize", "resize_v1", "crop", "rgb", "bgr", "gray")
_PER_CHANNEL: Final = ("resize", "resize_v1", "crop")


def factor_and_shift(expression: Expression) -> Line | None:
    """Return factor and shift of an expression that is ``x * factor + shift``.

    Resizing and cropping on the way do not count.

    Returns:
        Two float64 arrays, (1,) or one number per channel; None means that it is
        something else.
    """
    line = _line(expression.tree)
    if line is None:
        return None
    factor, shift = np.broadcast_arrays(*line)
    return np.array(factor), np.array(shift)


def _line(node: Node) -> Line | None:
    if isinstance(node, Input):
        return None if node.position else (np.ones(1), np.zeros(1))
    if isinstance(node, Negative):
        line = _line(node.value)
        return None if line is None else (-line[0], -line[1])
    if isinstance(node, Part):
        line = _line(node.value)
        moves = all(item is None or isinstance(item, Slice) for item in node.items)
        return line if line is not None and moves and _is_even(line) else None
    if isinstance(node, Call):
        line = _line(node.tensors[0]) if node.name in _NEUTRAL else None
        keeps = line is not None and (node.name in _PER_CHANNEL or _is_even(line))
        return line if keeps else None
    return _operation(node) if isinstance(node, Operation) else None


def _operation(node: Operation) -> Line | None:
    left, right = _constant(node.left), _constant(node.right)
    line = _line(node.right if left is not None else node.left)
    value = right if left is None else left
    if line is None or value is None or node.sign == "**":
        return None
    factor, shift = line
    if value.size != factor.size and 1 not in (value.size, factor.size):
        return None
    if node.sign == "+":
        return factor, shift + value
    if node.sign == "-":
        return (factor, shift - value) if left is None else (-factor, value - shift)
    if node.sign == "*":
        return factor * value, shift * value
    return (factor / value, shift / value) if left is None else None


def _constant(node: Node) -> Values | None:
    if isinstance(node, Number):
        return np.array([node.value])
    return np.array(node.values) if isinstance(node, NumberList) else None


def _is_even(line: Line) -> bool:
    return all(len(set(values.tolist())) == 1 for values in line)
